import { describe, expect, it, test } from 'vitest';
import { drillStandingOf } from '../../../../src/core/change/drs/drill.ts';
import { type LagCourse, lagCourseAfter } from '../../../../src/core/change/drs/lag-objective.ts';
import { readinessOf } from '../../../../src/core/change/drs/readiness.ts';
import { recoveryPointOf } from '../../../../src/core/change/drs/recovery-point.ts';
import {
  drsDiff,
  drsFactOrder,
  drsStateAfter,
} from '../../../../src/core/change/drs/server-facts.ts';
import { freePeriodOf } from '../../../../src/core/change/replication-course.ts';
import { isActive } from '../../../../src/core/change.ts';
import { observeDrsServer } from '../../../../src/core/observation/drs-server.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { builtInDrsLimits } from '../../../../src/core/target-list/drs-limits.ts';
import { plusSeconds } from '../../../../src/core/time.ts';
import { aDrsServer } from '../../../simulator/drs/rig.ts';

const now = '2024-03-04T16:20:07.000Z';
const target = {
  partition: 'aws',
  service: 'drs',
  accountId: '111122223333',
  region: 'us-east-1',
} as const;
const seen = (is: Parameters<typeof aDrsServer>[1] = {}, at = now): Observation => {
  const observation = observeDrsServer(aDrsServer(1, is), { target, readAt: at, answeredAt: at });
  if (observation === undefined) throw new Error('it has an id');
  return observation;
};
const limits = builtInDrsLimits;

describe('the lag objective', () => {
  const course = (lags: readonly (string | undefined)[], from?: LagCourse) => {
    const states: unknown[] = [];
    let last = from;
    for (const lag of lags) {
      last = lagCourseAfter(last, seen({ lag: lag ?? 'none' }), limits);
      states.push(`${last.objective} ${last.against}`);
    }
    return states;
  };

  it('is missed once the lag was beyond it three looks in a row, and kept again after three within four fifths', () => {
    expect(course(['P0D', 'PT20M', 'PT20M', 'PT14M', 'PT16M', 'PT16M', 'PT16M', 'PT16M'])).toEqual([
      ...['kept 0', 'kept 1', 'kept 2', 'kept 0', 'kept 1', 'kept 2', 'missed 0', 'missed 0'],
    ]);
    const missed: LagCourse = { objective: 'missed', against: 0 };
    // 900 s is kept, but not within four fifths of itself.
    expect(course(['PT15M', 'PT12M', 'PT11M', 'PT13M', 'PT1M', 'PT1M', 'PT1M'], missed)).toEqual([
      ...['missed 0', 'missed 1', 'missed 2', 'missed 0', 'missed 1', 'missed 2', 'kept 0'],
    ]);
  });

  it('counts at once where nothing was known, and is null where no lag is told', () => {
    expect(course(['PT20M', undefined, 'P0D'])).toEqual(['missed 0', 'null 0', 'kept 0']);
  });
});

describe('the newest recovery snapshot', () => {
  test('is old beyond its limit, and stands while nobody asks', () => {
    const look = (newestAt: string | undefined) => ({ newestAt, answeredAt: now });
    expect(recoveryPointOf(undefined, undefined, 3600)).toBeNull();
    expect(recoveryPointOf(null, look(plusSeconds(now, -3600)), 3600)).toBe('recent');
    expect(recoveryPointOf('recent', look(plusSeconds(now, -3601)), 3600)).toBe('old');
    expect(recoveryPointOf('recent', look(undefined), 3600)).toBe('none');
    expect(recoveryPointOf('old', undefined, 3600)).toBe('old');
  });
});

describe('drills', () => {
  const launched = (type: string, at: string, status = 'LAUNCHED', result = 'SUCCEEDED') =>
    seen({
      lastLaunch: { initiated: { apiCallDateTime: at, jobID: 'drsjob-1', type }, status },
      more: { lastLaunchResult: result },
    });

  it('are overdue after so many days, of a new server from when it was added', () => {
    // Added three days and some hours ago.
    expect(drillStandingOf(undefined, seen(), 4)).toEqual({ state: 'due', lastAt: null });
    expect(drillStandingOf(undefined, seen(), 3)).toEqual({ state: 'overdue', lastAt: null });
    const at = '2024-03-01T10:00:00.000000+00:00';
    expect(drillStandingOf(undefined, launched('DRILL', at), 4)).toEqual({
      state: 'done',
      lastAt: at,
    });
    expect(drillStandingOf(undefined, launched('DRILL', at), 3)).toEqual({
      state: 'overdue',
      lastAt: at,
    });
  });

  it('are remembered when a real recovery takes their place, and count only when they launched', () => {
    const lastAt = '2024-03-01T10:00:00.000000+00:00';
    const before = { state: 'done', lastAt } as const;
    expect(drillStandingOf(before, launched('RECOVERY', now), 4)).toEqual(before);
    const failed = launched('DRILL', now, 'FAILED', 'FAILED');
    expect(drillStandingOf(before, failed, 4)).toEqual(before);
    expect(drillStandingOf(before, launched('DRILL', now, 'PENDING', 'PENDING'), 4)).toEqual(
      before,
    );
    const cleaned = launched('DRILL', now, 'TERMINATED', 'NEW_RESULT');
    expect(drillStandingOf(before, cleaned, 4)).toEqual({ state: 'done', lastAt: now });
  });

  it('are not due on the way back', () => {
    const back = seen({ more: { replicationDirection: 'FAILBACK' } });
    expect(drillStandingOf(undefined, back, 1)).toBeNull();
  });
});

describe('readiness', () => {
  const known = { lag: 'kept', recoveryPoint: 'recent' } as const;

  test.each([
    ['CONTINUOUS', 'ready', []],
    ['BACKLOG', 'ready', []],
    ['CREATING_SNAPSHOT', 'ready', []],
    ['RESCAN', 'ready', []],
    // In a disaster every server is stalled and is recovered all the same.
    ['STALLED', 'recovery-only', ['stalled']],
    ['PAUSED', 'recovery-only', ['paused']],
    ['INITIATING', 'not-ready', ['initial-sync']],
    ['INITIAL_SYNC', 'not-ready', ['initial-sync']],
    ['STOPPED', 'not-ready', ['stopped']],
    ['DISCONNECTED', 'not-ready', ['disconnected']],
    ['HIBERNATING', 'not-ready', ['state-unknown']],
  ])('of a server in state %s is %s', (state, is, reasons) => {
    expect(readinessOf(seen({ state }), known)).toEqual({ state: is, reasons });
  });

  it('names every reason, the weighty ones first', () => {
    const broken = seen({
      state: 'STALLED',
      info: { replicatedDisks: [{ deviceName: 'c:0', volumeStatus: 'MISSING_VOLUME_ATTRIBUTES' }] },
      more: { stagingArea: { status: 'EXTENSION_ERROR', errorMessage: 'no' } },
    });
    expect(readinessOf(broken, { lag: 'missed', recoveryPoint: 'none' })).toEqual({
      state: 'not-ready',
      reasons: [
        'extension-error',
        'no-recovery-point',
        'volume-attributes-missing',
        'stalled',
        'lag',
      ],
    });
    expect(readinessOf(seen(), { lag: 'missed', recoveryPoint: 'old' })).toEqual({
      state: 'recovery-only',
      reasons: ['lag', 'recovery-point-old'],
    });
    // What nobody has asked for speaks against nothing.
    expect(readinessOf(seen(), { lag: null, recoveryPoint: null }).state).toBe('ready');
  });
});

describe('the facts of DRS', () => {
  const beside = { limits, recoveryPoint: { newestAt: now, answeredAt: now } };

  it('are drawn out of a document whose members are missing', () => {
    const bare = observeDrsServer(
      { sourceServerID: 's-1' },
      { target, readAt: now, answeredAt: now },
    );
    expect(bare && drsStateAfter(undefined, bare, { limits })).toEqual({
      lagAgainst: 0,
      facts: {
        readiness: { state: 'not-ready', reasons: ['state-unknown'] },
        lagObjective: null,
        recoveryPoint: null,
        lastLaunch: null,
        drill: { state: 'due', lastAt: null },
        extension: null,
        direction: null,
        reversedDirection: null,
        agentVersion: null,
      },
    });
  });

  it('are those of no server of MGN', () => {
    const { drs: _drs, ...ofMgn } = seen();
    expect(drsStateAfter(undefined, ofMgn, beside)).toBeUndefined();
  });

  it('differ in a fixed order, each once; the same facts yield nothing', () => {
    const before = drsStateAfter(undefined, seen(), beside)?.facts;
    const after = drsStateAfter(
      undefined,
      seen({
        state: 'STALLED',
        lag: 'PT5H',
        lastLaunch: { initiated: { jobID: 'drsjob-1', type: 'NEW_TYPE' }, status: 'NEW' },
        more: {
          replicationDirection: 'FAILBACK',
          reversedDirectionSourceServerArn: 'arn',
          stagingArea: { status: 'EXTENDED' },
          agentVersion: '4',
        },
      }),
      { limits, recoveryPoint: { newestAt: undefined, answeredAt: now } },
    )?.facts;
    if (before === undefined || after === undefined) throw new Error('both are of DRS');
    expect(drsDiff(before, before)).toEqual([]);
    expect(drsDiff(undefined, after)).toEqual([]);
    const changes = drsDiff(before, after);
    expect(changes.map(({ fact }) => fact)).toEqual(drsFactOrder);
    expect(changes.find(({ fact }) => fact === 'lastLaunch')).toEqual({
      fact: 'lastLaunch',
      previous: null,
      current: { type: 'NEW_TYPE', status: 'NEW', jobId: 'drsjob-1', at: null },
    });
  });
});

test('an extended server takes no slot of the account that it is extended into', () => {
  const stagingArea = { status: 'EXTENDED', stagingSourceServerArn: 'arn:…' };
  expect([isActive(seen()), isActive(seen({ more: { stagingArea } }))]).toEqual([true, false]);
  expect(isActive(seen({ state: 'STOPPED' }))).toBe(false);
});

test('DRS gives no free period', () => {
  expect(freePeriodOf(seen({}, '2026-03-04T16:20:07.000Z'), 0)).toBe(0);
});
