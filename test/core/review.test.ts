import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/core/condition/approved.ts';
import { FailureCode, failure } from '../../src/core/failure.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { PolicyCheck } from '../../src/core/plan/approval-rule.ts';
import { type GatedPhase, gatedPhases, type WaveGates } from '../../src/core/plan/gates.ts';
import { type Phase, phaseNames } from '../../src/core/plan/settings.ts';
import type { WavePolicy } from '../../src/core/plan/settings-for.ts';
import type { Decision } from '../../src/core/review/decision.ts';
import { needOf } from '../../src/core/review/need-of.ts';
import { judgePolicy } from '../../src/core/review/policy.ts';
import { type FreeSlots, review, slotPatienceSeconds } from '../../src/core/review/review.ts';
import type { Gating, Member, PhaseResult, WaveView } from '../../src/core/review/wave-view.ts';
import { plusSeconds } from '../../src/core/time.ts';
import type { Period } from '../../src/core/window/schedule.ts';
import { aMember, aPolicy, aResult, aWaveView, frozen, now, serverId } from './_factories.ts';

const failed = (phase: PhaseResult['phase'], code?: FailureCode, attempt = 1) =>
  aResult(phase, {
    attempt,
    status: 'failed',
    ...(code === undefined ? {} : { failure: failure(code, 'why') }),
  });
/** Results of having gone through all phases up to one. */
const through = (phase: Phase) =>
  phaseNames.slice(0, phaseNames.indexOf(phase) + 1).map((each) => aResult(each));
const lost: Outcome = { outcome: 'failed', reason: 'lost', code: 'ServerVanished' };
const good: Outcome = { outcome: 'succeeded', reason: 'done' };
const run = (phase: string, ...servers: readonly (readonly [number, number])[]) => ({
  kind: 'run',
  phase,
  servers: servers.map(([n, attempt]) => ({ server: serverId(n), attempt })),
});
const settle = (...outcomes: readonly (readonly [number, Outcome])[]) => ({
  kind: 'settle',
  outcomes: outcomes.map(([n, outcome]) => ({ server: serverId(n), outcome })),
});
const here = 'mgn:111122223333:us-east-1';
const there = 'mgn:444455556666:eu-central-1';
const decide = (
  members: readonly Member[],
  is: Partial<WaveView> = {},
  free: number | FreeSlots = 150,
) => review(aWaveView(members, is), typeof free === 'number' ? { [here]: free } : free, now);

describe('a held server', () => {
  const held = { reason: 'somebody else', expiresAt: plusSeconds(now, 3600) };
  const replicated = { results: [aResult('replicate')] };

  it('sits out while the others of its cohort go on, and is waited for at the end', () => {
    const one = aMember(1, { ...replicated, held });
    expect(decide([one, aMember(2, replicated)])).toEqual(run('test', [2, 1]));
    expect(decide([one, aMember(2, { outcome: good })])).toEqual({
      kind: 'await-servers',
      servers: [serverId(1)],
      until: held.expiresAt,
    });
  });

  it('is waited for alone, where the others are paused or have been ordered back', () => {
    const [one, asleep] = [aMember(1, { held }), aMember(2, { paused: true })];
    const waits = { kind: 'await-servers', servers: [serverId(1)], until: held.expiresAt };
    expect(decide([one, asleep])).toEqual(waits);
    expect(review(aWaveView([one, asleep], { cohort: [] }), { [here]: 9 }, now)).toEqual(waits);
    const order = {
      ...{ order: 'rollback' as const, by: 'joe', at: now, reason: 'why', number: 1 },
      results: 3,
    };
    const back = aMember(1, { results: through('cutover'), held, order });
    expect(decide([back, asleep])).toEqual(waits);
    expect(decide([back, aMember(2, { results: through('cutover'), order })])).toEqual(
      run('rollback', [2, 1]),
    );
  });

  it('that met its hold while it was rolled back as ordered, is rolled back when it is resumed', () => {
    const order = {
      ...{ order: 'rollback' as const, by: 'joe', at: now, reason: 'why', number: 1 },
      results: 3,
    };
    const results = [...through('cutover'), failed('rollback', FailureCode.ServerHeld)];
    expect(decide([aMember(1, { results, order })])).toEqual(run('rollback', [1, 2]));
  });

  it('does not begin, and keeps a canary waiting', () => {
    const none = { cohort: [] };
    expect(decide([aMember(1, { held }), aMember(2)], none)).toMatchObject({
      kind: 'cohort',
      servers: [serverId(2)],
    });
    const canary = { ...none, policy: aPolicy({ canary: 1 }) };
    expect(decide([aMember(1, { held }), aMember(2)], canary)).toMatchObject({
      kind: 'await-servers',
      servers: [serverId(1)],
    });
  });

  it('is not rolled back with its wave before a person has resumed it', () => {
    const policy = aPolicy({ onFailure: 'rollback', tolerate: { count: 0 } });
    const sick = aMember(1, { outcome: lost });
    const cutOver = { results: through('cutover') };
    const wave = [sick, aMember(2, { ...cutOver, held }), aMember(3, cutOver)];
    expect(decide(wave, { policy })).toEqual(run('rollback', [3, 1]));
    const last = [sick, aMember(2, { ...cutOver, held }), aMember(3, { outcome: good })];
    expect(decide(last, { policy })).toMatchObject({ kind: 'await-servers' });
    expect(decide([sick, aMember(2, cutOver)], { policy })).toEqual(run('rollback', [2, 1]));
  });

  it('ends as frozen where nobody resumed it in time', () => {
    const late = { ...held, expiresAt: now };
    expect(decide([aMember(1, { ...replicated, held: late }), aMember(2, replicated)])).toEqual(
      settle([
        1,
        {
          outcome: 'frozen',
          reason: 'nobody resumed the held server in time: somebody else',
          code: 'HoldExpired',
        },
      ]),
    );
  });

  it('ends where its way ends anyway, and with an aborted wave', () => {
    expect(decide([aMember(1, { results: through('finalize'), held })])).toMatchObject({
      kind: 'settle',
      outcomes: [{ outcome: { outcome: 'succeeded' } }],
    });
    expect(decide([aMember(1, { ...replicated, held })], { aborted: true })).toMatchObject({
      kind: 'settle',
    });
  });

  it('runs the phase again that met its hold, which counts as no attempt', () => {
    const met = failed('test', 'ServerHeld');
    const member = aMember(1, {
      results: [aResult('replicate'), met, failed('test', 'ServerHeld', 2)],
    });
    expect(decide([member], { policy: aPolicy({ attempts: 1 }) })).toEqual(run('test', [1, 3]));
    const back = failed('rollback', 'ServerHeld');
    const lastly = aMember(1, { results: [...through('replicate'), failed('test'), back] });
    expect(decide([lastly])).toEqual(run('rollback', [1, 2]));
    const expired = aMember(1, { results: [failed('replicate', 'HoldExpired')] });
    expect(decide([expired])).toMatchObject({ outcomes: [{ outcome: { outcome: 'frozen' } }] });
  });
});

describe('needOf', () => {
  const need = (is: Partial<Member>, policy: Partial<WavePolicy> = {}) =>
    needOf(frozen(aMember(1, is)), aPolicy(policy));

  it('lets a server begin where it arrived, and go on phase by phase', () => {
    expect(need({})).toEqual({ run: 'replicate', attempt: 1 });
    expect(need({ arrival: { enter: 'cutover' } })).toEqual({ run: 'cutover', attempt: 1 });
    expect(need({ results: [aResult('replicate')] })).toEqual({ run: 'test', attempt: 1 });
    expect(need({ phases: ['replicate', 'cutover'], results: [aResult('replicate')] })).toEqual({
      run: 'cutover',
      attempt: 1,
    });
  });

  it('ends a server that went through its last phase', () => {
    expect(need({ results: through('finalize') })).toEqual({
      settle: { outcome: 'succeeded', reason: 'went through finalize' },
    });
    expect(need({ outcome: good })).toBe('ended');
  });

  it('ends a server with what it brought along', () => {
    expect(need({ arrival: { outcome: 'skipped', reason: 'archived' } })).toEqual({
      settle: { outcome: 'skipped', reason: 'archived' },
    });
    const arrival = {
      outcome: 'failed' as const,
      reason: 'gone',
      failure: failure('ServerVanished', 'gone'),
    };
    expect(need({ arrival })).toEqual({
      settle: { outcome: 'failed', reason: 'gone', code: 'ServerVanished' },
    });
  });

  describe('of a server that is retired', () => {
    const way = { phases: ['retire'] as const, arrival: { enter: 'retire' } as const };
    const back = { order: 'rollback', number: 1, results: 1, by: 'joe', at: now, reason: 'kept' };
    const order = { ...back, order: 'rollback' as const };

    it('skips what may not be retired, tries again what failed on the way, then leaves it to people', () => {
      for (const code of [
        FailureCode.LiveRecoveryInstance,
        FailureCode.DrillInstancePresent,
        FailureCode.StagingServerInUse,
      ]) {
        const results = [failed('retire', code)];
        expect(need({ ...way, results })).toMatchObject({ settle: { outcome: 'skipped', code } });
      }
      const once = [failed('retire', 'ApiRefused')];
      expect(need({ ...way, results: once }, { attempts: 2 })).toEqual({
        run: 'retire',
        attempt: 2,
      });
      const twice = [...once, failed('retire', 'ApiRefused', 2)];
      expect(need({ ...way, results: twice }, { attempts: 2 })).toMatchObject({
        settle: { outcome: 'frozen' },
      });
    });

    it('freezes what was stopped already and may no longer be retired', () => {
      const results = [failed('retire', 'ApiRefused'), failed('retire', 'LiveRecoveryInstance', 2)];
      expect(need({ ...way, results })).toMatchObject({ settle: { outcome: 'frozen' } });
    });

    it('has no order go on once it is retired', () => {
      const member = aMember(1, { ...way, results: [aResult('retire')], order });
      const lapse = { server: serverId(1), order, because: 'it was retired in the meantime' };
      expect(decide([member])).toEqual({ kind: 'lapse', orders: [lapse] });
    });

    it('takes it back as a person orders, and says what that has cost', () => {
      const results = [failed('retire', 'OrderedRollback')];
      expect(need({ ...way, results, order })).toEqual({ run: 'rollback', attempt: 1 });
      expect(need({ ...way, results: [...results, aResult('rollback')], order })).toMatchObject({
        settle: {
          outcome: 'rolled-back',
          reason: expect.stringContaining('recovery points of before are gone'),
        },
      });
    });
  });

  it('freezes a server whose execution died without a result', () => {
    expect(
      need({ results: [aResult('replicate')], started: { phase: 'test', attempt: 1 } }),
    ).toEqual({
      settle: {
        outcome: 'frozen',
        reason:
          'the test execution died without a result; look at the server before anything else moves it',
        code: 'ExecutionDied',
      },
    });
    expect(
      need({
        results: [failed('test', 'LaunchFailed')],
        started: { phase: 'test', attempt: 2 },
      }),
    ).toMatchObject({ settle: { outcome: 'frozen' } });
  });

  it.each(['LaunchUnresolved', 'ServerVanished', 'ExecutionDied', 'ContractBroken'] as const)(
    'freezes a server after %s, and never retries it',
    (code) => {
      for (const phase of phaseNames) {
        expect(need({ results: [failed(phase, code)] }, { attempts: 5 })).toEqual({
          settle: { outcome: 'frozen', reason: `${phase}: why`, code },
        });
      }
    },
  );

  it('retries a replication that failed, as often as the policy says', () => {
    const results = [failed('replicate', 'ApiRefused')];
    expect(need({ results }, { attempts: 2 })).toEqual({ run: 'replicate', attempt: 2 });
    expect(need({ results })).toEqual({
      settle: { outcome: 'failed', reason: 'replicate: why', code: 'ApiRefused' },
    });
    expect(need({ results: [failed('replicate')] })).toEqual({
      settle: { outcome: 'failed', reason: 'replicate: failed without a reason' },
    });
    expect(need({ results: [failed('replicate')] }, { attempts: 2 })).toEqual({
      run: 'replicate',
      attempt: 2,
    });
  });

  it.each([
    'ReplicationStalled',
    'DeadlineExceeded',
    'ServerDisconnected',
    'ServerArchived',
  ] as const)('does not retry a replication after %s', (code) => {
    expect(need({ results: [failed('replicate', code)] }, { attempts: 5 })).toEqual({
      settle: { outcome: 'failed', reason: 'replicate: why', code },
    });
  });

  it.each(['test', 'cutover'] as const)(
    'rolls a failed %s back, then retries or ends it',
    (phase) => {
      const bad = failed(phase, 'LaunchFailed');
      expect(need({ results: [bad] }, { attempts: 2 })).toEqual({ run: 'rollback', attempt: 1 });
      const back = [bad, aResult('rollback')];
      expect(need({ results: back }, { attempts: 2 })).toEqual({ run: phase, attempt: 2 });
      expect(need({ results: back })).toEqual({
        settle: { outcome: 'rolled-back', reason: `${phase}: why`, code: 'LaunchFailed' },
      });
      expect(need({ results: [bad, aResult('rollback'), { ...bad, attempt: 2 }] })).toEqual({
        run: 'rollback',
        attempt: 2,
      });
    },
  );

  it('rolls back, but does not retry, what trying again cannot help', () => {
    const results = [failed('cutover', 'DeadlineExceeded'), aResult('rollback')];
    expect(need({ results }, { attempts: 5 })).toEqual({
      settle: { outcome: 'rolled-back', reason: 'cutover: why', code: 'DeadlineExceeded' },
    });
  });

  it('has a stalled server replicate again after its launch was undone, then launches again', () => {
    const stalled = [
      ...through('test'),
      failed('cutover', 'ReplicationStalled'),
      aResult('rollback'),
    ];
    expect(need({ results: stalled }, { attempts: 2 })).toEqual({ run: 'replicate', attempt: 2 });
    const mended = [...stalled, aResult('replicate', { attempt: 2 })];
    expect(need({ results: mended }, { attempts: 2 })).toEqual({ run: 'cutover', attempt: 2 });
    const end = {
      settle: { outcome: 'rolled-back', reason: 'cutover: why', code: 'ReplicationStalled' },
    };
    expect(need({ results: stalled })).toEqual(end);
    expect(need({ phases: ['test', 'cutover'], results: stalled }, { attempts: 2 })).toEqual(end);
  });

  it('leaves alone what is archived or disconnected: there is nothing to roll back', () => {
    for (const code of ['ServerArchived', 'ServerDisconnected'] as const) {
      expect(need({ results: [failed('cutover', code)] }, { attempts: 5 })).toEqual({
        settle: { outcome: 'failed', reason: 'cutover: why', code },
      });
    }
  });

  it('freezes a server that could not be rolled back', () => {
    const bad = failed('test', 'LaunchFailed');
    expect(need({ results: [bad, failed('rollback', 'ApiRefused')] })).toEqual({
      settle: {
        outcome: 'frozen',
        reason: 'test: why; and it could not be rolled back: why',
        code: 'ApiRefused',
      },
    });
    expect(need({ results: [bad, failed('rollback')] })).toEqual({
      settle: {
        outcome: 'frozen',
        reason: 'test: why; and it could not be rolled back: no reason given',
        code: 'LaunchFailed',
      },
    });
  });

  it('ends a server that the policy rolled back without a failure of its own', () => {
    expect(need({ results: [aResult('cutover'), aResult('rollback')] }, { attempts: 5 })).toEqual({
      settle: { outcome: 'rolled-back', reason: 'cutover: rolled back by the policy' },
    });
    expect(need({ results: [aResult('rollback')] })).toEqual({
      settle: { outcome: 'rolled-back', reason: 'test: rolled back by the policy' },
    });
  });

  it('tries a finalize again, then freezes: going back is not ours to choose', () => {
    const results = [failed('finalize', 'ApiRefused')];
    expect(need({ results }, { attempts: 2 })).toEqual({ run: 'finalize', attempt: 2 });
    expect(need({ results })).toEqual({
      settle: { outcome: 'frozen', reason: 'finalize: why', code: 'ApiRefused' },
    });
  });
});

describe('review', () => {
  it('settles first, whatever else is to do', () => {
    expect(decide([aMember(1), aMember(2, { results: through('finalize') })])).toEqual(
      settle([2, { outcome: 'succeeded', reason: 'went through finalize' }]),
    );
  });

  it('settles what arrived with its end, also outside the cohort', () => {
    expect(
      decide([aMember(1, { arrival: { outcome: 'skipped', reason: 'archived' } })], { cohort: [] }),
    ).toEqual(settle([1, { outcome: 'skipped', reason: 'archived' }]));
  });

  it('is done when every member has ended', () => {
    expect(decide([aMember(1, { outcome: good }), aMember(2, { outcome: lost })])).toEqual({
      kind: 'done',
    });
  });

  describe('of a cohort', () => {
    it('runs the phase that is furthest behind, retries before the others go on', () => {
      const members = [
        aMember(1, { results: [aResult('replicate')] }),
        aMember(2, { results: [failed('replicate', 'ApiRefused')] }),
        aMember(3, { results: [aResult('replicate'), failed('test', 'LaunchFailed')] }),
      ];
      const policy = aPolicy({ attempts: 2 });
      expect(decide(members, { policy })).toEqual(run('rollback', [3, 1]));
      expect(decide(members.slice(0, 2), { policy })).toEqual(run('replicate', [2, 2]));
      expect(decide(members.slice(0, 1), { policy })).toEqual(run('test', [1, 1]));
    });

    it('runs everything but a cutover over all tiers at once', () => {
      const members = [aMember(1, { tier: 1 }), aMember(2)];
      expect(decide(members)).toEqual(run('replicate', [1, 1], [2, 1]));
      const tested = members.map((m) => ({ ...m, results: through('test') }));
      expect(decide(tested)).toEqual(run('cutover', [2, 1]));
      const cut = tested.map((m) =>
        m.tier === 0 ? { ...m, results: [...m.results, aResult('cutover')] } : m,
      );
      expect(decide(cut)).toEqual(run('cutover', [1, 1]));
    });

    it('lets nobody of another cohort begin before this one has gone its whole way', () => {
      expect(
        decide([aMember(1, { results: through('cutover') }), aMember(2)], {
          cohort: [serverId(1)],
        }),
      ).toEqual(run('finalize', [1, 1]));
    });
  });

  describe('of slots', () => {
    const hungry = (n: number) => aMember(n, { needsSlot: true });

    it('begins a cohort of as many servers as find a slot, and all who need none', () => {
      expect(decide([hungry(1), hungry(2), aMember(3)], { cohort: [] }, 1)).toEqual({
        kind: 'cohort',
        servers: [serverId(1), serverId(3)],
        slots: { [here]: 1 },
      });
      expect(decide([aMember(3)], { cohort: [] }, -5)).toEqual({
        kind: 'cohort',
        servers: [serverId(3)],
        slots: {},
      });
    });

    it('waits for a slot where nobody can begin', () => {
      expect(decide([hungry(1), hungry(2)], { cohort: [] }, -1)).toEqual({
        kind: 'await-slots',
        full: [here],
        unreached: [],
        reason: `2 servers wait for an active slot in ${here}`,
      });
      const awaitingSlotsSince = plusSeconds(now, 1 - slotPatienceSeconds);
      expect(decide([hungry(1)], { cohort: [], awaitingSlotsSince }, 0).kind).toBe('await-slots');
    });

    it('skips who has waited for a slot too long', () => {
      const awaitingSlotsSince = plusSeconds(now, -slotPatienceSeconds);
      expect(decide([hungry(1)], { cohort: [], awaitingSlotsSince }, 0)).toEqual(
        settle([
          1,
          {
            outcome: 'skipped',
            reason: 'no active server slot came free; raise the quota or archive what is done',
            code: 'DeadlineExceeded',
          },
        ]),
      );
    });

    it('goes on with the next cohort when the first has ended', () => {
      expect(decide([aMember(1, { outcome: good }), hungry(2)], { cohort: [serverId(1)] })).toEqual(
        { kind: 'cohort', servers: [serverId(2)], slots: { [here]: 1 } },
      );
    });

    it('counts the slots of each target by themselves', () => {
      const abroad = (n: number) => aMember(n, { needsSlot: true, target: there });
      const members = [hungry(1), hungry(2), abroad(3), abroad(4), abroad(5)];
      expect(decide(members, { cohort: [] }, { [here]: 1, [there]: 2 })).toEqual({
        kind: 'cohort',
        servers: [serverId(1), serverId(3), serverId(4)],
        slots: { [here]: 1, [there]: 2 },
      });
    });

    it('begins nothing in a target that cannot be reached, and waits where nothing else is left', () => {
      const lonely = aMember(2, { target: there });
      expect(decide([aMember(1), lonely], { cohort: [] }, { [here]: 0 })).toEqual({
        kind: 'cohort',
        servers: [serverId(1)],
        slots: {},
      });
      expect(decide([hungry(1), lonely], { cohort: [] }, { [here]: 0 })).toEqual({
        kind: 'await-slots',
        full: [here],
        unreached: [there],
        reason: `2 servers wait for an active slot in ${here} or ${there}, which cannot be reached`,
      });
      const awaitingSlotsSince = plusSeconds(now, -slotPatienceSeconds);
      expect(decide([lonely], { cohort: [], awaitingSlotsSince }, {})).toEqual(
        settle([
          2,
          {
            outcome: 'skipped',
            reason: `${there} could not be reached; its Target Unreachable event says why, and what helps`,
            code: 'DeadlineExceeded',
          },
        ]),
      );
    });
  });

  describe('with a canary', () => {
    const policy = aPolicy({ canary: 2, onFailure: 'hold', tolerate: { percent: 50 } });

    it('sends the first servers alone', () => {
      const archived = aMember(1, { outcome: good, arrival: { outcome: 'skipped', reason: 'r' } });
      expect(
        decide([archived, aMember(2), aMember(3), aMember(4)], { policy, cohort: [] }),
      ).toEqual({ kind: 'cohort', servers: [serverId(2), serverId(3)], slots: {} });
    });

    it('lets the rest follow when the canary is well', () => {
      expect(
        decide([aMember(1, { outcome: good }), aMember(2, { outcome: good }), aMember(3)], {
          policy,
          cohort: [serverId(1), serverId(2)],
        }),
      ).toEqual({ kind: 'cohort', servers: [serverId(3)], slots: {} });
    });

    it('stops the line after one sick canary, whatever is tolerated', () => {
      for (const onFailure of ['continue', 'hold'] as const) {
        expect(
          decide([aMember(1, { outcome: lost }), aMember(2, { outcome: good }), aMember(3)], {
            policy: { ...policy, onFailure },
            cohort: [serverId(1), serverId(2)],
          }),
        ).toEqual({ kind: 'hold', reason: `1 of 2 canary servers failed: ${serverId(1)}` });
      }
    });
  });

  describe('after failures', () => {
    const three = [
      aMember(1, { outcome: lost }),
      aMember(2, { outcome: { ...lost, outcome: 'frozen' } }),
      aMember(3),
    ];

    it('goes on with the policy continue, however many fail', () => {
      expect(decide(three, { policy: aPolicy({ tolerate: { count: 0 } }) })).toEqual(
        run('replicate', [3, 1]),
      );
    });

    it('goes on while no more fail than are tolerated', () => {
      const hold = (tolerate: WavePolicy['tolerate']) =>
        decide(three, { policy: aPolicy({ onFailure: 'hold', tolerate }) }).kind;
      expect(hold({ count: 2 })).toBe('run');
      expect(hold({ count: 1 })).toBe('hold');
      expect(hold({ percent: 67 })).toBe('run');
      expect(hold({ percent: 66 })).toBe('hold');
    });

    it('does not count what a server brought along', () => {
      const brought = aMember(1, { outcome: lost, arrival: { outcome: 'failed', reason: 'r' } });
      expect(
        decide([brought, aMember(2)], {
          policy: aPolicy({ onFailure: 'hold', tolerate: { count: 0 } }),
        }),
      ).toEqual(run('replicate', [2, 1]));
    });

    it('names five of the failed servers, and how many more', () => {
      const many = Array.from({ length: 7 }, (_, i) => aMember(i + 1, { outcome: lost }));
      expect(
        decide([...many, aMember(8)], {
          policy: aPolicy({ onFailure: 'hold', tolerate: { count: 0 } }),
        }),
      ).toEqual({
        kind: 'hold',
        reason: `7 of 8 servers failed, 0 are tolerated: ${[1, 2, 3, 4, 5].map(serverId).join(', ')}, and 2 more`,
      });
    });

    it('stops no line on which nobody is left', () => {
      expect(
        decide(three.slice(0, 2), {
          policy: aPolicy({ onFailure: 'hold', tolerate: { count: 0 } }),
        }),
      ).toEqual({ kind: 'done' });
    });
  });

  describe('of a held wave', () => {
    const policy = aPolicy({
      onFailure: 'hold',
      tolerate: { count: 0 },
      holdTimeoutSeconds: 3600,
      attempts: 2,
    });
    const cutOver = aMember(2, { results: through('cutover') });
    const rolledBack = aMember(3, {
      results: [...through('test'), failed('cutover', 'LaunchFailed'), aResult('rollback')],
    });
    const members = [aMember(1, { outcome: lost }), cutOver, rolledBack, aMember(4)];
    const held = { since: plusSeconds(now, -3599), reason: 'the first reason' };

    it('stays held, for the reason that it was held for', () => {
      expect(decide(members, { policy, held })).toEqual({ kind: 'hold', reason: held.reason });
    });

    it('resumes when a person has answered this hold, knowing the failures so far', () => {
      expect(decide(members, { policy, held, resumedAt: held.since })).toEqual({
        kind: 'resume',
        acknowledgedFailures: 1,
      });
      expect(decide(members, { policy, held, resumedAt: plusSeconds(held.since, -1) }).kind).toBe(
        'hold',
      );
    });

    it('goes on after that until more fail', () => {
      expect(decide(members, { policy, acknowledgedFailures: 1 }).kind).toBe('run');
      const more = [...members, aMember(5, { outcome: lost })];
      expect(decide(more, { policy, acknowledgedFailures: 1 }).kind).toBe('hold');
    });

    it('ends when nobody answers in time: skipped, or frozen where the users have moved', () => {
      const late = { ...held, since: plusSeconds(now, -3600) };
      const why = `1 of 4 servers failed, 0 are tolerated: ${serverId(1)}`;
      const skipped: Outcome = {
        outcome: 'skipped',
        reason: `nobody resumed the held wave in time: ${why}`,
        code: 'HoldExpired',
      };
      expect(decide(members, { policy, held: late })).toEqual(
        settle(
          [
            2,
            {
              outcome: 'frozen',
              reason: `cut over but not finalized when the hold expired: ${why}`,
              code: 'HoldExpired',
            },
          ],
          [3, skipped],
          [4, skipped],
        ),
      );
    });
  });

  describe('with the policy rollback', () => {
    const policy = aPolicy({ onFailure: 'rollback', tolerate: { count: 0 } });
    const sick = aMember(1, { outcome: lost });

    it('takes back every server that launched something', () => {
      expect(
        decide(
          [
            sick,
            aMember(2, { results: [aResult('replicate'), aResult('test')] }),
            aMember(3, {
              results: [failed('test'), aResult('rollback'), aResult('test', { attempt: 2 })],
            }),
            aMember(4, { results: [aResult('replicate')] }),
            aMember(5),
          ],
          { policy },
        ),
      ).toEqual(run('rollback', [2, 1], [3, 2]));
    });

    it('then ends the others: rolled back where they were, skipped where they had not begun', () => {
      const why = `1 of 3 servers failed, 0 are tolerated: ${serverId(1)}`;
      expect(
        decide([sick, aMember(2, { results: [aResult('replicate')] }), aMember(3)], { policy }),
      ).toEqual(
        settle(
          [2, { outcome: 'skipped', reason: `the wave was stopped before it began: ${why}` }],
          [3, { outcome: 'skipped', reason: `the wave was stopped before it began: ${why}` }],
        ),
      );
      const retried = aMember(2, {
        results: [failed('test', 'LaunchFailed'), aResult('rollback')],
      });
      expect(decide([sick, retried], { policy: { ...policy, attempts: 2 } })).toEqual(
        settle([
          2,
          {
            outcome: 'rolled-back',
            reason: `the wave was rolled back: 1 of 2 servers failed, 0 are tolerated: ${serverId(1)}`,
          },
        ]),
      );
    });
  });

  describe('of an aborted wave', () => {
    it('skips who had not begun, freezes who was under way, and then is done', () => {
      const members = [
        aMember(1),
        aMember(2, { started: { phase: 'replicate', attempt: 1 } }),
        aMember(3, { results: [aResult('replicate')] }),
        aMember(4, { outcome: good }),
      ];
      const underWay: Outcome = {
        outcome: 'frozen',
        reason: 'the wave was aborted while the server was under way',
        code: 'WaveAborted',
      };
      expect(decide(members, { aborted: true })).toEqual(
        settle(
          [1, { outcome: 'skipped', reason: 'the wave was aborted', code: 'WaveAborted' }],
          [2, underWay],
          [3, underWay],
        ),
      );
      expect(decide([aMember(4, { outcome: good })], { aborted: true })).toEqual({ kind: 'done' });
    });
  });
});

describe('review of gates', () => {
  const tested = { results: through('test') };
  const cutOver = { results: through('cutover') };
  const pair = [aMember(1, tested), aMember(2, tested)];
  const day = 86_400;
  const gating = (is: Partial<Gating> = {}): Gating => ({
    gates: {
      cutover: { approval: { timeoutSeconds: day } },
      finalize: { approval: { by: ['jane'], timeoutSeconds: day } },
    },
    planHash: 'h1',
    cohort: 1,
    approved: [],
    closed: [],
    pauses: [],
    ...is,
  });
  const cohort = [serverId(1), serverId(2)];
  const asked = (phase: GatedPhase, since = plusSeconds(now, -60)) => ({
    awaiting: { phase, cohort: 1, since, servers: cohort },
  });
  const answer = (phase: GatedPhase, is: Partial<Approval> = {}) => ({
    answers: [
      {
        phase,
        decision: 'approved' as const,
        by: 'jane',
        at: now,
        reason: 'fine',
        planHash: 'h1',
        ...is,
      },
    ],
  });
  const of = (is: Partial<Gating>, members = pair) =>
    decide(members, { cohort, gating: gating(is) });

  it('asks once the whole cohort stands before the phase, for all of it', () => {
    expect(of({}, [aMember(1, { results: [aResult('replicate')] }), aMember(2, tested)])).toEqual(
      run('test', [1, 1]),
    );
    const tiers = [aMember(1, tested), aMember(2, { ...tested, tier: 1 })];
    const waits = { kind: 'await-approval', phase: 'cutover', servers: cohort };
    expect(of({}, tiers)).toEqual(waits);
    expect(of(asked('cutover'))).toEqual(waits);
  });

  it('goes on with an answer that counts, and only with that', () => {
    const waits = { kind: 'await-approval', phase: 'cutover', servers: cohort };
    expect(of({ ...asked('cutover'), ...answer('cutover') })).toEqual({
      kind: 'open-gate',
      phase: 'cutover',
      servers: cohort,
      by: 'jane',
      reason: 'fine',
      approvers: [{ by: 'jane', at: now, reason: 'fine' }],
    });
    expect(of({ ...asked('cutover'), ...answer('cutover', { planHash: 'h0' }) })).toEqual(waits);
    expect(
      of({ ...asked('cutover'), ...answer('cutover', { at: plusSeconds(now, -61) }) }),
    ).toEqual(waits);
    expect(of({ approved: [{ phase: 'cutover', cohort: 1 }] })).toEqual(
      run('cutover', [1, 1], [2, 1]),
    );
    expect(of({ approved: [{ phase: 'cutover', cohort: 0 }] })).toEqual(waits);
  });

  it('does not count an answer of somebody whom the plan does not name', () => {
    const members = [aMember(1, cutOver), aMember(2, cutOver)];
    const waits = { kind: 'await-approval', phase: 'finalize', servers: cohort };
    expect(of({ ...asked('finalize'), ...answer('finalize', { by: 'joe' }) }, members)).toEqual(
      waits,
    );
    expect(of({ ...asked('finalize'), ...answer('finalize') }, members)).toMatchObject({
      kind: 'open-gate',
    });
  });

  it('closes the gate when it is denied, or when nobody answers in time, a pause left out', () => {
    expect(
      of({ ...asked('cutover'), ...answer('cutover', { decision: 'denied', reason: 'not yet' }) }),
    ).toEqual({
      kind: 'close-gate',
      by: 'jane',
      gate: { phase: 'cutover', how: 'denied', reason: 'jane denied cutover: not yet' },
    });
    const since = plusSeconds(now, -day);
    expect(of(asked('cutover', since))).toEqual({
      kind: 'close-gate',
      by: null,
      gate: { phase: 'cutover', how: 'expired', reason: 'nobody approved cutover in time' },
    });
    const pauses = [{ from: plusSeconds(now, -120), until: plusSeconds(now, -60) }];
    expect(of({ ...asked('cutover', since), pauses })).toMatchObject({ kind: 'await-approval' });
  });

  it('skips behind a closed gate what launched nothing, in all cohorts', () => {
    const closed = [{ phase: 'cutover' as const, how: 'denied' as const, reason: 'jane said no' }];
    const members = [aMember(1, tested), aMember(2, { outcome: good }), aMember(3)];
    const skipped: Outcome = { outcome: 'skipped', reason: 'jane said no', code: 'ApprovalDenied' };
    expect(of({ closed }, members)).toEqual(settle([1, skipped], [3, skipped]));
  });

  it('lets those go on whose way does not lead through the closed gate', () => {
    const closed = [{ phase: 'test' as const, how: 'expired' as const, reason: 'nobody came' }];
    const members = [aMember(1, { arrival: { enter: 'cutover' } }), aMember(2)];
    const skipped: Outcome = { outcome: 'skipped', reason: 'nobody came', code: 'ApprovalExpired' };
    expect(of({ closed }, members)).toEqual(settle([2, skipped]));
    expect(
      of({ closed, approved: [{ phase: 'cutover', cohort: 1 }] }, members.slice(0, 1)),
    ).toEqual(run('cutover', [1, 1]));
  });

  it('takes back what is cut over when finalize is denied', () => {
    const closed = [{ phase: 'finalize' as const, how: 'denied' as const, reason: 'jane said no' }];
    const members = [aMember(1, cutOver), aMember(2, cutOver)];
    expect(of({ closed }, members)).toEqual(run('rollback', [1, 1], [2, 1]));
    const back = members.map((m) => ({ ...m, results: [...m.results, aResult('rollback')] }));
    const end: Outcome = { outcome: 'rolled-back', reason: 'jane said no', code: 'ApprovalDenied' };
    expect(of({ closed }, back)).toEqual(settle([1, end], [2, end]));
    const stuck = [aMember(1, { results: [...through('cutover'), failed('rollback')] })];
    expect(of({ closed }, stuck)).toMatchObject({ outcomes: [{ outcome: { outcome: 'frozen' } }] });
  });

  it('leaves a held server alone when finalize is denied', () => {
    const heldOne = {
      ...cutOver,
      held: { reason: 'somebody acted on it', expiresAt: plusSeconds(now, day) },
    };
    const closed = [{ phase: 'finalize' as const, how: 'denied' as const, reason: 'not yet' }];
    expect(of({ closed }, [aMember(1, heldOne), aMember(2, cutOver)])).toEqual(
      run('rollback', [2, 1]),
    );
  });

  it('freezes what is cut over when nobody answers to finalize', () => {
    const closed = [{ phase: 'finalize' as const, how: 'expired' as const, reason: 'nobody came' }];
    expect(
      of({ closed }, [aMember(1, cutOver), aMember(2, { arrival: { enter: 'finalize' } })]),
    ).toEqual(
      settle(
        [
          1,
          {
            outcome: 'frozen',
            reason: 'cut over but not finalized: nobody came',
            code: 'ApprovalExpired',
          },
        ],
        [2, { outcome: 'skipped', reason: 'nobody came', code: 'ApprovalExpired' }],
      ),
    );
  });

  it('does not stop the line for what a person kept back', () => {
    const end: Outcome = { outcome: 'rolled-back', reason: 'no', code: 'ApprovalDenied' };
    const policy = aPolicy({ onFailure: 'hold', tolerate: { count: 0 } });
    const members = [aMember(1, { outcome: end }), aMember(2, tested)];
    expect(decide(members, { cohort, policy })).toEqual(run('cutover', [2, 1]));
  });
});

describe('a wave, whatever happens to it', () => {
  const codes = [
    FailureCode.LaunchFailed,
    FailureCode.LaunchUnresolved,
    FailureCode.ServerVanished,
    FailureCode.ReplicationStalled,
    FailureCode.ServerDisconnected,
    FailureCode.ApiRefused,
    undefined,
  ];
  const members = fc.array(
    fc.record({
      tier: fc.integer({ min: 0, max: 2 }),
      phases: fc.constantFrom(
        [...phaseNames],
        ['replicate' as const, 'cutover' as const],
        ['cutover' as const, 'finalize' as const],
      ),
      ends: fc.constantFrom('no', 'no', 'no', 'skipped', 'failed'),
      needsSlot: fc.boolean(),
      target: fc.constantFrom(here, there),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const policies = fc.record({
    onFailure: fc.constantFrom('continue' as const, 'hold' as const, 'rollback' as const),
    tolerate: fc.constantFrom({ percent: 100 }, { percent: 20 }, { count: 0 }, { count: 2 }),
    canary: fc.integer({ min: 0, max: 3 }),
    holdTimeoutSeconds: fc.constant(3600),
    attempts: fc.integer({ min: 1, max: 3 }),
  });

  const gated = fc.subarray([...gatedPhases]);

  it('ends with exactly one outcome a server, and enters no gated phase unapproved', () => {
    fc.assert(
      fc.property(
        members,
        policies,
        gated,
        fc.array(fc.nat(999), { minLength: 5, maxLength: 60 }),
        (drawn, policy, gates, dice) => {
          let rolls = 0;
          const roll = () => dice[rolls++ % dice.length] ?? 0;
          let wave: WaveView = {
            policy,
            cohort: [],
            acknowledgedFailures: 0,
            ...(gates.length === 0 ? {} : { gating: gatingOf(gates) }),
            members: drawn.map(({ tier, target, phases, ends, needsSlot }, i) =>
              aMember(i + 1, {
                tier,
                target,
                phases,
                needsSlot,
                arrival:
                  ends === 'no'
                    ? { enter: phases[0] ?? 'replicate' }
                    : { outcome: ends === 'failed' ? 'failed' : 'skipped', reason: 'brought' },
              }),
            ),
          };
          let at = now;
          let waits = 0;
          const bound = drawn.length * 90 + 60;
          for (let turn = 0; turn < bound; turn += 1) {
            at = plusSeconds(at, 600);
            // Now and then a target cannot be reached.
            const free = Object.fromEntries(
              [here, there].flatMap((name) => (roll() % 5 === 0 ? [] : [[name, (roll() % 4) - 1]])),
            );
            const decision = review(frozen(wave), free, at);
            expect(review(wave, free, at)).toEqual(decision);
            if (decision.kind === 'done') {
              for (const member of wave.members) expect(member.outcome).toBeDefined();
              return;
            }
            // Every fifth wait for a slot lasts until patience ends.
            if (decision.kind === 'await-slots') waits += 1;
            if (decision.kind === 'await-slots' && waits % 5 === 0) {
              at = plusSeconds(at, slotPatienceSeconds);
            }
            wave = ordered(carriedOut(wave, decision, at, roll), turn, roll);
          }
          throw new Error(`no end after ${bound} decisions`);
        },
      ),
      { numRuns: 400 },
    );
  });

  /** A person who orders something of a server, or pauses it, now and then; not for ever. */
  function ordered(wave: WaveView, turn: number, roll: () => number): WaveView {
    if (turn > 40 || roll() % 4 !== 0) return wave;
    const at = roll() % wave.members.length;
    const orders = ['skip', 'retry', 'rollback'] as const;
    const order = orders[roll() % orders.length] ?? 'skip';
    const isPause = roll() % 3 === 0;
    return {
      ...wave,
      members: wave.members.map((member, i) =>
        i !== at
          ? member
          : isPause
            ? { ...member, paused: true }
            : {
                ...withoutHold(member, order),
                order: {
                  ...{ order, by: 'joe', at: now, reason: 'why', number: turn + 1 },
                  results: member.results.length,
                },
              },
      ),
    };
  }

  function withoutHold(member: Member, order: string): Member {
    const { held: _, ...rest } = member;
    return order === 'skip' ? member : rest;
  }

  function gatingOf(phases: readonly GatedPhase[]): Gating {
    const approval = { timeoutSeconds: 7200 };
    return {
      gates: Object.fromEntries(phases.map((phase) => [phase, { approval }])),
      planHash: 'h1',
      cohort: 0,
      approved: [],
      closed: [],
      pauses: [],
    };
  }

  function carriedOut(
    wave: WaveView,
    decision: Exclude<Decision, { kind: 'done' }>,
    at: string,
    roll: () => number,
  ): WaveView {
    switch (decision.kind) {
      case 'settle': {
        expect(decision.outcomes.length).toBeGreaterThan(0);
        const ends = new Map(decision.outcomes.map((o) => [o.server, o.outcome]));
        return withMembers(wave, (member) => {
          const outcome = ends.get(member.server);
          if (outcome === undefined) return member;
          expect(member.outcome).toBeUndefined();
          const { order: _, ...rest } = member;
          return { ...rest, outcome };
        });
      }
      case 'cohort': {
        expect(decision.servers.length).toBeGreaterThan(0);
        expect(Object.values(decision.slots).every((slots) => slots > 0)).toBe(true);
        const { awaitingSlotsSince: _, ...rest } = wave;
        const { gating } = wave;
        return {
          ...rest,
          cohort: decision.servers,
          ...(gating === undefined ? {} : { gating: { ...gating, cohort: gating.cohort + 1 } }),
        };
      }
      case 'await-resume': {
        const { paused: _, ...rest } = wave;
        return withMembers(rest, ({ paused: __, ...member }) => member);
      }
      case 'reopen': {
        const orders = new Map(decision.servers.map((one) => [one.server, one.order]));
        return withMembers(wave, (member) => {
          const order = orders.get(member.server);
          if (order === undefined) return member;
          expect(member.outcome).toBeDefined();
          const { outcome: _, started, order: open, ...rest } = member;
          const died =
            started !== undefined &&
            !member.results.some((r) => r.phase === started.phase && r.attempt === started.attempt);
          const results = died
            ? [...rest.results, failed(started.phase, 'ExecutionDied', started.attempt)]
            : rest.results;
          return order.order === 'retry'
            ? { ...rest, results, retriedFrom: results.length }
            : { ...rest, results, ...(open === undefined ? {} : { order: open }) };
        });
      }
      case 'lapse': {
        const lapsed = new Set(decision.orders.map(({ server }) => server));
        return withMembers(wave, (member) => {
          const { order: _, ...rest } = member;
          return lapsed.has(member.server) ? rest : member;
        });
      }
      case 'await-window':
        throw new Error('no gate of these has a window');
      case 'await-slots':
        return { ...wave, awaitingSlotsSince: wave.awaitingSlotsSince ?? at };
      case 'await-approval': {
        expect(decision.servers.length).toBeGreaterThan(0);
        const { gating } = wave;
        if (gating === undefined) throw new Error('no gates');
        const { phase, servers } = decision;
        const { cohort } = gating;
        const known = gating.awaiting;
        const awaiting =
          known?.phase === phase && known.cohort === cohort
            ? known
            : { phase, cohort, since: at, servers };
        const answers = ['approved', 'denied', undefined, undefined] as const;
        const answered = answers[roll() % answers.length];
        const answer = answered && {
          ...{ phase, decision: answered, by: 'jane', at, reason: '' },
          // One answer in five is to another version of the plan.
          planHash: roll() % 5 === 0 ? 'h0' : gating.planHash,
        };
        return {
          ...wave,
          gating: { ...gating, awaiting, answers: answer === undefined ? [] : [answer] },
        };
      }
      case 'open-gate': {
        const { awaiting, answers: _, ...rest } = wave.gating ?? gatingOf([]);
        expect(awaiting?.phase).toBe(decision.phase);
        const { phase } = decision;
        const approved = [...rest.approved, { phase, cohort: rest.cohort }];
        return { ...wave, gating: { ...rest, approved } };
      }
      case 'close-gate': {
        const { awaiting, answers: _, ...rest } = wave.gating ?? gatingOf([]);
        expect(awaiting?.phase).toBe(decision.gate.phase);
        return { ...wave, gating: { ...rest, closed: [...rest.closed, decision.gate] } };
      }
      case 'run': {
        expect(decision.servers.length).toBeGreaterThan(0);
        const { gating } = wave;
        if (gating !== undefined && Object.hasOwn(gating.gates, decision.phase)) {
          const { cohort } = gating;
          expect(gating.approved).toContainEqual({ phase: decision.phase, cohort });
        }
        const attempts = new Map(decision.servers.map((s) => [s.server, s.attempt]));
        return withMembers(wave, (member) => {
          const attempt = attempts.get(member.server);
          if (attempt === undefined) return member;
          expect([member.outcome, member.held]).toEqual([undefined, undefined]);
          expect(member.paused ?? false).toBe(false);
          expect(
            member.results.some((r) => r.phase === decision.phase && r.attempt === attempt),
          ).toBe(false);
          const started = { phase: decision.phase, attempt };
          const dice = roll() % 10;
          // One execution in ten dies without a word, three fail.
          if (dice === 0) return { ...member, started };
          const code = codes[roll() % codes.length];
          const result: PhaseResult =
            dice <= 3
              ? failed(decision.phase, code, attempt)
              : aResult(decision.phase, { attempt });
          const held = { reason: 'somebody else', expiresAt: plusSeconds(at, 90 * 86_400) };
          return {
            ...member,
            started,
            results: [...member.results, result],
            ...(roll() % 8 === 0 ? { held } : {}),
          };
        });
      }
      case 'await-preflight':
      case 'clear-preflight':
      case 'warn':
        throw new Error('nobody asked for a preflight');
      case 'compare-settings':
      case 'apply-settings':
        throw new Error('no plan has settings applied');
      case 'hold':
        return roll() % 3 === 0
          ? { ...wave, held: wave.held ?? { since: at, reason: decision.reason }, resumedAt: at }
          : { ...wave, held: wave.held ?? { since: at, reason: decision.reason } };
      case 'resume': {
        const { held: _, ...rest } = wave;
        return { ...rest, acknowledgedFailures: decision.acknowledgedFailures };
      }
      case 'await-servers': {
        expect(decision.servers.length).toBeGreaterThan(0);
        // A person resumes one of them, or nobody comes before the hold expires.
        const [first] = decision.servers;
        const resumed = roll() % 2 === 0;
        return withMembers(wave, (member) => {
          if (member.held === undefined || member.server !== first) return member;
          const { held, ...rest } = member;
          return resumed ? rest : { ...rest, held: { ...held, expiresAt: at } };
        });
      }
      default:
        return decision satisfies never;
    }
  }

  function withMembers(wave: WaveView, to: (member: Member) => Member): WaveView {
    return { ...wave, members: wave.members.map(to) };
  }
});

describe('windows', () => {
  const tested = { results: through('test') };
  const night: Period = {
    kind: 'weekly',
    timeZone: 'UTC',
    days: [1, 2, 3, 4, 5, 6, 7],
    fromMinute: 22 * 60,
    toMinute: 23 * 60,
  };
  const cohort = [serverId(1), serverId(2)];
  const gating = (gates: WaveGates): Gating => ({
    gates,
    planHash: 'h1',
    cohort: 1,
    approved: [],
    closed: [],
    pauses: [],
  });
  const of = (gates: WaveGates, members: readonly Member[], at = now) =>
    review(aWaveView(members, { cohort, gating: gating(gates) }), { [here]: 150 }, at);
  const closed: WaveGates = { cutover: { schedule: { open: [night], freezes: [] } } };
  const waits = {
    kind: 'await-window',
    phase: 'cutover',
    opensAt: '2024-03-04T22:00:00.000Z',
    closesAt: '2024-03-04T23:00:00.000Z',
    because: 'outside its window',
  };

  it('keep a phase back until they open, and name when they close', () => {
    const pair = [aMember(1, tested), aMember(2, tested)];
    expect(of(closed, pair)).toEqual({ ...waits, servers: cohort, missed: 0 });
    expect(of(closed, pair, '2024-03-04T22:30:00.000Z')).toEqual({
      ...run('cutover', [1, 1], [2, 1]),
      window: { opensAt: '2024-03-04T22:30:00.000Z', closesAt: '2024-03-04T23:00:00.000Z' },
    });
  });

  it('that closed on a server cost it no try, and roll nothing back', () => {
    const missed = { results: [...through('test'), failed('cutover', 'WindowClosed')] };
    expect(needOf(aMember(1, missed), aPolicy({ attempts: 1 }))).toEqual({
      run: 'cutover',
      attempt: 2,
    });
    expect(of(closed, [aMember(1, missed), aMember(2, tested)])).toEqual({
      ...waits,
      servers: cohort,
      missed: 1,
    });
    const again = Array.from({ length: 5 }, (_, i) => failed('cutover', 'WindowClosed', i + 1));
    expect(
      needOf(aMember(1, { results: [...through('test'), ...again] }), aPolicy()),
    ).toMatchObject({ settle: { outcome: 'failed', code: 'WindowClosed' } });
    const late = again.map((result) => ({ ...result, phase: 'finalize' as const }));
    expect(
      needOf(aMember(1, { results: [...through('cutover'), ...late] }), aPolicy()),
    ).toMatchObject({ settle: { outcome: 'frozen', code: 'WindowClosed' } });
  });

  it('let those go on who need none, unless they would be late for it', () => {
    const missed = { results: [...through('test'), failed('cutover', 'WindowClosed')] };
    const since = (hoursAgo: number) => plusSeconds(now, -hoursAgo * 3600);
    const done = aMember(2, { results: through('cutover'), healthySince: since(1) });
    expect(of(closed, [aMember(1, missed), done])).toEqual(run('finalize', [2, 1]));
    const soaking = (soakSeconds: number) => ({ ...closed, finalize: { soakSeconds } });
    expect(of(soaking(4 * 3600), [aMember(1, missed), done])).toMatchObject({
      kind: 'run',
      phase: 'finalize',
      servers: [{ soak: { from: since(1), until: plusSeconds(now, 3 * 3600) } }],
    });
    expect(of(soaking(24 * 3600), [aMember(1, missed), done])).toMatchObject(waits);
  });

  it('are not missed by a cohort of which the preflight keeps other servers back', () => {
    const missed = { results: [...through('test'), failed('cutover', 'WindowClosed')] };
    const members = [aMember(1, missed), aMember(2, { results: through('cutover') })];
    const server = {
      ...{ server: serverId(2), hostname: null, target: here, tier: 0, facts: {}, tags: {} },
      ...{ needsSlot: false, drift: {}, recommendedType: null, otherWaves: [] },
    };
    const owned = { fact: 'tags.Owner', missing: true };
    const phases: 'finalize'[] = ['finalize'];
    const rule = { id: 'own/owned', severity: 'blocking', when: owned } as const;
    const own = [{ ...rule, phases, message: 'has no Owner', remedy: 'set it' }];
    const checking: NonNullable<WaveView['checking']> = {
      plan: { rules: {}, timeoutSeconds: 3600, mustSucceed: [], own },
      facts: { wave: 'one', plan: [], servers: [server], targets: {} },
      unseenTargets: [],
      cohort: 1,
      warned: [],
      pauses: [],
    };
    const wave = aWaveView(members, { cohort, gating: gating(closed), checking });
    expect(review(wave, { [here]: 150 }, now)).toMatchObject({
      kind: 'await-preflight',
      phase: 'finalize',
      servers: [serverId(2)],
      meanwhile: { ...waits, servers: [serverId(1)] },
    });
  });

  it('close the gate where none opens any more', () => {
    const over: Period = {
      kind: 'single',
      from: '2024-03-01T00:00:00.000Z',
      to: '2024-03-02T00:00:00.000Z',
    };
    expect(
      of({ cutover: { schedule: { open: [over], freezes: [] } } }, [aMember(1, tested)]),
    ).toEqual({
      kind: 'close-gate',
      by: null,
      gate: {
        phase: 'cutover',
        how: 'no-window',
        reason: 'no window of cutover opens any more: outside its window',
      },
    });
  });

  it('are entered while servers still soak, for the first one after it', () => {
    const gates: WaveGates = {
      finalize: { soakSeconds: 12 * 3600, schedule: { open: [night], freezes: [] } },
    };
    const done = aMember(1, { results: through('cutover'), healthySince: now });
    expect(of(gates, [done])).toMatchObject({
      kind: 'run',
      phase: 'finalize',
      window: { opensAt: '2024-03-05T22:00:00.000Z', closesAt: '2024-03-05T23:00:00.000Z' },
    });
  });

  it('a sign-off does not mean who was cut over again after it', () => {
    const gates: WaveGates = { finalize: { approval: { timeoutSeconds: 3600 } } };
    const given = [{ phase: 'finalize' as const, cohort: 1, by: 'jane', at: now }];
    const ask = (healthySince: string) =>
      review(
        aWaveView([aMember(1, { results: through('cutover'), healthySince })], {
          cohort,
          gating: { ...gating(gates), approved: given },
        }),
        { [here]: 150 },
        plusSeconds(now, 7200),
      );
    expect(ask(plusSeconds(now, -60))).toEqual(run('finalize', [1, 1]));
    expect(ask(plusSeconds(now, 60))).toMatchObject({ kind: 'await-approval' });
  });
});

describe('a policy that approves', () => {
  const judged = (check: PolicyCheck, members: readonly Member[], is: Partial<WaveView> = {}) =>
    judgePolicy({ name: 'p', when: [check] }, aWaveView(members, is), members)[0];
  const tested = { results: through('test') };

  it('judges tests by what passed here, or before the server came; not where the plan has none', () => {
    expect(judged('tests-succeeded', [aMember(1, tested)])?.holds).toBe(true);
    expect(judged('tests-succeeded', [aMember(1, { arrival: { enter: 'cutover' } })])?.holds).toBe(
      true,
    );
    const untested = { arrival: { enter: 'cutover' as const }, phases: ['cutover' as const] };
    expect(judged('tests-succeeded', [aMember(1, tested), aMember(2, untested)])).toEqual({
      check: 'tests-succeeded',
      holds: false,
      found: '1 of 2 servers have passed their test',
    });
  });

  it('judges health, failures, tolerance and attempts', () => {
    const well = { results: through('cutover'), healthySince: now };
    expect(judged('instances-healthy', [aMember(1, well)])?.holds).toBe(true);
    expect(judged('instances-healthy', [aMember(1, tested)])?.holds).toBe(false);
    const members = [aMember(1, { outcome: lost }), aMember(2, well)];
    expect(judged('no-failures', members)?.holds).toBe(false);
    const tolerant = aPolicy({ onFailure: 'hold', tolerate: { count: 1 } });
    expect(judged('tolerance-kept', members, { policy: tolerant })).toMatchObject({
      holds: true,
      found: '1 have failed, 1 are tolerated',
    });
    const strict = aPolicy({ onFailure: 'hold', tolerate: { count: 0 } });
    expect(judged('tolerance-kept', members, { policy: strict })?.holds).toBe(false);
    const retried = { results: [failed('test', 'LaunchFailed'), ...through('test')] };
    expect(judged('first-attempts', [aMember(1, retried)])?.holds).toBe(false);
    const missed = { results: [...through('test'), failed('cutover', 'WindowClosed')] };
    expect(judged('first-attempts', [aMember(1, missed)])?.holds).toBe(true);
  });
});
