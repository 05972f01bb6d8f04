// What a dry run says stands in the way, from what it has seen.
import { describe, expect, it } from 'vitest';
import { newTarget } from '../../src/flow/hasten.ts';
import {
  type SeenTarget,
  targetObstacles,
  waveObstacles,
} from '../../src/flow/operate/obstacles.ts';
import type { TargetRecord } from '../../src/flow/records/target-records.ts';
import { aPolicy } from '../core/_factories.ts';
import { planned, serverId, startAt, target } from './_recorder.ts';

const record = (is: Partial<TargetRecord> = {}): TargetRecord => ({
  ...newTarget(target, startAt),
  tick: 4,
  lastSweepAt: startAt,
  ...is,
});
const kinds = (is: Partial<SeenTarget>) =>
  [
    ...targetObstacles({
      target,
      polled: true,
      record: record(),
      openJobs: 0,
      serversInJobs: 0,
      refusal: undefined,
      overdueSeconds: 30,
      ...is,
    }),
  ].map(({ severity, kind }) => `${severity} ${kind}`);

describe('at a target', () => {
  it('nothing stands in the way where it is polled, fresh and has room', () => {
    expect(kinds({})).toEqual([]);
  });

  it('a poller stands in the way that is not there, never came, is late or failed', () => {
    expect(kinds({ polled: false })).toEqual(['blocks target-not-polled']);
    expect(kinds({ record: undefined })).toEqual(['delays target-never-ticked']);
    expect(kinds({ record: record({ lastSweepAt: null }) })).toEqual([
      'delays target-never-ticked',
    ]);
    expect(kinds({ overdueSeconds: 601 })).toEqual(['delays tick-overdue']);
    expect(kinds({ record: record({ lastFailedTick: 4 }) })).toEqual(['notes tick-failed']);
  });

  it('a service stands in the way that does not answer, once', () => {
    const refusal = {
      kind: 'access-denied' as const,
      errorName: 'AccessDeniedException',
      message: 'no',
      culprits: [],
    };
    expect(kinds({ refusal })).toEqual(['delays target-unreachable']);
    const unreachable = {
      since: startAt,
      kind: 'access-denied' as const,
      reason: 'no',
      remedy: 'extend the role',
    };
    expect(kinds({ refusal, record: record({ unreachable }) })).toEqual([
      'delays target-unreachable',
    ]);
  });

  it('jobs stand in the way that fill the quota, in number or in servers', () => {
    expect(kinds({ openJobs: 20 })).toEqual(['delays jobs-short']);
    expect(kinds({ openJobs: 2, serversInJobs: 200 })).toEqual(['delays jobs-short']);
    expect(kinds({ openJobs: 20, record: record({ quotaValues: { 'L-FE2EBE17': 30 } }) })).toEqual(
      [],
    );
  });
});

describe('in a wave', () => {
  const wave = { name: 'w', dependsOn: [], policy: aPolicy({}), tiers: [], servers: [planned(1)] };
  const step = { cohort: [], next: { kind: 'nothing' as const }, ends: [], slots: {} };
  const obstacles = (is: Partial<Parameters<typeof waveObstacles>[2]>) => [
    ...waveObstacles('p.w', wave, {
      record: undefined,
      step,
      free: {},
      known: () => undefined,
      ...is,
    }),
  ];

  it('it is worth knowing that it runs, or has concluded', () => {
    const messages = [null, startAt].map(
      (concludedAt) => obstacles({ record: { startedAt: startAt, concludedAt } })[0]?.message,
    );
    expect(messages).toEqual([
      `wave p.w was started at ${startAt} and runs`,
      `wave p.w concluded at ${startAt}; it is not started again`,
    ]);
  });

  it('slots are short by target, and servers that would fail are named by their reason', () => {
    const outcome = { outcome: 'failed' as const, reason: 'disconnected' };
    const found = obstacles({
      step: { ...step, slots: { here: 3, there: 2 }, ends: [{ server: serverId(1), outcome }] },
      free: { here: 2, there: 2 },
    });
    expect(found.map(({ kind, target: at, servers }) => [kind, at, servers])).toEqual([
      ['slots-short', 'here', []],
      ['servers-end-at-once', undefined, [serverId(1)]],
    ]);
  });
});
