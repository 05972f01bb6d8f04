import { describe, expect, it } from 'vitest';
import { quotasOf } from '../../src/core/admission.ts';
import { levelsOf, type Standing } from '../../src/core/census.ts';
import { measuresOf } from '../../src/flow/poll/measures.ts';
import { nothingSeen } from '../../src/flow/poll/tick.ts';
import { aJob, aJobServer } from '../core/_factories.ts';

const quotas = quotasOf({});
const intent = (jobId: string | null, ...servers: readonly string[]) => ({
  sort: 'i',
  version: 1,
  body: { jobId, servers },
});
const counted = (now: readonly Standing[] = [], before: readonly Standing[] = []) => ({
  now: levelsOf(now),
  before: levelsOf(before),
});

describe('measuresOf', () => {
  it('measures nothing where nothing was seen', () => {
    expect(measuresOf(nothingSeen(null), [], quotas, counted())).toEqual({
      throttledCalls: 0,
      servers: 0,
      serversStalled: 0,
      lifecycles: {},
      replications: {},
      maxLagSeconds: null,
      lagSeconds: null,
      maxBacklogBytes: null,
      backlogBytes: null,
      activeServersUsedPercent: null,
      jobsUsedPercent: 0,
      serversInJobsUsedPercent: 0,
    });
  });

  it('takes lag, backlog and stalls of the whole target, whoever was looked at', () => {
    const all = counted([
      ['READY_FOR_TEST', 'CONTINUOUS', 10, 5],
      ['READY_FOR_TEST', 'CONTINUOUS', 300, null],
      ['NOT_READY', 'STALLED', null, 7],
    ]);
    expect(measuresOf({ ...nothingSeen(45), throttledCalls: 2 }, [], quotas, all)).toMatchObject({
      throttledCalls: 2,
      servers: 3,
      serversStalled: 1,
      maxLagSeconds: 300,
      lagSeconds: 310,
      maxBacklogBytes: 7,
      backlogBytes: 12,
      activeServersUsedPercent: 30,
    });
  });

  it('counts servers by state: one that is empty now once more, those that nobody knows together', () => {
    const now: readonly Standing[] = [
      ['TESTING', null, null, null],
      ['NEW_A', 'NEW_B', null, null],
      ['NEW_C', null, null, null],
    ];
    const before: readonly Standing[] = [['READY_FOR_TEST', 'CONTINUOUS', 0, 0]];
    expect(measuresOf(nothingSeen(0), [], quotas, counted(now, before))).toMatchObject({
      lifecycles: { TESTING: 1, OTHER: 2, READY_FOR_TEST: 0 },
      replications: { NONE: 2, OTHER: 1, CONTINUOUS: 0 },
    });
  });

  it('counts open jobs, and launches that are not resolved yet', () => {
    const servers = [aJobServer(), aJobServer({ sourceServerId: 's-2' })];
    const seen = {
      ...nothingSeen(0),
      jobs: new Map([
        ['a', aJob({ status: 'STARTED', servers })],
        ['b', aJob({ status: 'COMPLETED', servers })],
      ]),
    };
    const intents = [intent('a', 's-1', 's-2'), intent(null, 's-3')];
    expect(measuresOf(seen, intents, quotas, counted())).toMatchObject({
      jobsUsedPercent: 10,
      serversInJobsUsedPercent: 1.5,
    });
  });

  it('calls a quota of nothing used up', () => {
    expect(
      measuresOf(nothingSeen(1), [], { ...quotas, activeServers: 0 }, counted()),
    ).toMatchObject({
      activeServersUsedPercent: 100,
    });
  });
});
