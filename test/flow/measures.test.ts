import { describe, expect, it } from 'vitest';
import { quotasOf } from '../../src/core/admission.ts';
import type { Observation } from '../../src/core/observation.ts';
import { measuresOf } from '../../src/flow/poll/measures.ts';
import { nothingSeen } from '../../src/flow/poll/tick.ts';
import { aJob, aJobServer, anObservation } from '../core/_factories.ts';

const quotas = quotasOf({});
const intent = (jobId: string | null, ...servers: readonly string[]) => ({
  sort: 'i',
  version: 1,
  body: { jobId, servers },
});
const seeing = (...servers: readonly Observation[]) => ({
  ...nothingSeen(45),
  servers: new Map(servers.map((server, i) => [`s-${i}`, server])),
});
const lagging = (lagSeconds: number | undefined, is: Partial<Observation> = {}): Observation => {
  const observation = anObservation();
  return { ...observation, replication: { ...observation.replication, lagSeconds }, ...is };
};

describe('measuresOf', () => {
  it('measures nothing where nothing was seen', () => {
    expect(measuresOf(nothingSeen(null), [], quotas)).toEqual({
      throttledCalls: 0,
      serversStalled: 0,
      maxLagSeconds: null,
      activeServersUsedPercent: null,
      jobsUsedPercent: 0,
      serversInJobsUsedPercent: 0,
    });
  });

  it('takes lag and stalls of the servers that are not archived', () => {
    const stalled = lagging(undefined);
    const seen = seeing(lagging(10), lagging(300), lagging(9000, { isArchived: true }), {
      ...stalled,
      replication: { ...stalled.replication, state: 'STALLED' },
    });
    expect(measuresOf({ ...seen, throttledCalls: 2 }, [], quotas)).toMatchObject({
      throttledCalls: 2,
      serversStalled: 1,
      maxLagSeconds: 300,
      activeServersUsedPercent: 30,
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
    expect(measuresOf(seen, intents, quotas)).toMatchObject({
      jobsUsedPercent: 10,
      serversInJobsUsedPercent: 1.5,
    });
  });

  it('calls a quota of nothing used up', () => {
    expect(measuresOf(nothingSeen(1), [], { ...quotas, activeServers: 0 })).toMatchObject({
      activeServersUsedPercent: 100,
    });
  });
});
