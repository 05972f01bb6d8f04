// What a wave that recovers servers does next: tier by tier, older recovery points, critical and optional servers.
import { describe, expect, it } from 'vitest';
import { FailureCode, failure } from '../../src/core/failure.ts';
import { isSwitched } from '../../src/core/hook/standing.ts';
import { needOf } from '../../src/core/review/need-of.ts';
import { recoveryTries } from '../../src/core/review/recovery-tries.ts';
import { review } from '../../src/core/review/review.ts';
import type { Member, PhaseResult, WaveView } from '../../src/core/review/wave-view.ts';
import { plusSeconds } from '../../src/core/time.ts';
import { aMember, aPolicy, aResult, aWaveView, now, serverId } from './_factories.ts';

type Recovery = NonNullable<Member['recovery']>;
const recovery: Recovery = { impact: 'critical', retryOlder: 2, launchedIn: [], switched: false };
const one = (n: number, is: Partial<Member> = {}, more: Partial<Recovery> = {}) =>
  aMember(n, {
    phases: ['recover'],
    arrival: { enter: 'recover' },
    recovery: { ...recovery, ...more },
    ...is,
  });
const failed = (code: FailureCode, attempt = 1): PhaseResult =>
  aResult('recover', { attempt, status: 'failed', failure: failure(code, 'why') });
const done = {
  results: [aResult('recover')],
  outcome: { outcome: 'succeeded', reason: '' },
} as const;
const lost = (code = FailureCode.LaunchFailed) => ({
  results: [failed(code)],
  outcome: { outcome: 'failed' as const, reason: 'why', code },
});
const need = (member: Member) => needOf(member, aPolicy());
const decide = (members: readonly Member[], is: Partial<WaveView> = {}) =>
  review(aWaveView(members, is), { 'mgn:111122223333:us-east-1': 9 }, now);
const run = (...n: readonly number[]) =>
  expect.objectContaining({
    kind: 'run',
    phase: 'recover',
    servers: n.map((each) => ({ server: serverId(each), attempt: 1 })),
  });
const order = {
  ...{ order: 'rollback' as const, by: 'joe', at: now, reason: 'why', number: 1 },
  results: 1,
};

describe('a server that is recovered', () => {
  it('is tried again as often as there shall be older points, then has failed; nothing is taken back', () => {
    const tries = (count: number) =>
      Array.from({ length: count }, (_, i) => failed(FailureCode.LaunchFailed, i + 1));
    expect(need(one(1, { results: tries(1) }))).toEqual({ run: 'recover', attempt: 2 });
    expect(need(one(1, { results: tries(2) }))).toEqual({ run: 'recover', attempt: 3 });
    expect(need(one(1, { results: tries(3) }))).toMatchObject({ settle: { outcome: 'failed' } });
    expect(need(one(1, { results: tries(1) }, { retryOlder: 0 }))).toMatchObject({
      settle: { outcome: 'failed', code: 'LaunchFailed' },
    });
  });

  it('is not tried again where that cannot help, or its traffic was sent there', () => {
    for (const code of [FailureCode.NotRecoverable, FailureCode.DeadlineExceeded]) {
      expect(need(one(1, { results: [failed(code)] }))).toMatchObject({ settle: { code } });
    }
    const results = [failed(FailureCode.HookFailed)];
    expect(need(one(1, { results }, { launchedIn: [1], switched: true }))).toMatchObject({
      settle: { outcome: 'failed' },
    });
  });

  it('is tried from an older point where a hook spoke against the instance, not before there was one', () => {
    const results = [failed(FailureCode.HookFailed)];
    expect(need(one(1, { results }, { launchedIn: [1] }))).toEqual({ run: 'recover', attempt: 2 });
    expect(need(one(1, { results }))).toMatchObject({ settle: { code: 'HookFailed' } });
  });

  it('that is live already is left as it is', () => {
    const results = [failed(FailureCode.LiveRecoveryInstance)];
    expect(need(one(1, { results }))).toMatchObject({ settle: { outcome: 'skipped' } });
  });

  it('is rolled back by an order, while its traffic was not sent there; then it may be recovered anew', () => {
    const recovered = one(1, { results: [aResult('recover')], order });
    expect(need(recovered)).toEqual({ run: 'rollback', attempt: 1 });
    expect(decide([one(1, { results: [aResult('recover')], order }, { switched: true })])).toEqual({
      kind: 'lapse',
      orders: [expect.objectContaining({ because: 'its traffic was switched in the meantime' })],
    });
    const back = { results: [aResult('recover'), aResult('rollback')] };
    expect(need(one(1, { ...back, order }))).toMatchObject({ settle: { outcome: 'rolled-back' } });
    expect(need(one(1, { ...back, retriedFrom: 2 }))).toEqual({ run: 'recover', attempt: 2 });
  });
});

describe('a wave of recoveries', () => {
  it('begins a tier once the one before it is through', () => {
    const rest = [one(2, { tier: 1 }), one(3, { tier: 1 })];
    expect(decide([one(1), ...rest])).toEqual(run(1));
    expect(decide([one(1, done), ...rest])).toEqual(run(2, 3));
  });

  it('waits for what is paused or held of an earlier tier', () => {
    const after = one(2, { tier: 1 });
    expect(decide([one(1, { paused: true }), after]).kind).toBe('await-resume');
    const held = { reason: 'somebody else', expiresAt: plusSeconds(now, 60) };
    expect(decide([one(1, { held }), after]).kind).toBe('await-servers');
  });

  it('is held by a critical server that failed, whatever its policy, and by no optional one', () => {
    const after = one(2, { tier: 1 });
    expect(decide([one(1, lost()), after])).toEqual({
      kind: 'hold',
      reason: `1 critical servers were not recovered: ${serverId(1)}`,
    });
    expect(decide([one(1, lost(), { impact: 'optional' }), after])).toEqual(run(2));
  });

  it('goes on when a person has resumed it, and is held by the next one', () => {
    const held = { since: now, reason: 'why' };
    const after = one(3, { tier: 2 });
    const optional = one(1, lost(), { impact: 'optional' });
    const critical = one(2, { ...lost(), tier: 1 });
    expect(decide([optional, critical, after], { held, resumedAt: plusSeconds(now, 1) })).toEqual({
      kind: 'resume',
      acknowledgedFailures: 1,
    });
    const known = { acknowledgedFailures: 1 };
    expect(decide([optional, critical, after], known)).toEqual(run(3));
    expect(decide([optional, critical, one(3, lost()), one(4)], known).kind).toBe('hold');
  });
});

describe('earlier tries', () => {
  const held = failed(FailureCode.ServerHeld);
  const launch = failed(FailureCode.LaunchFailed);

  it('that failed have the next one go back to an older recovery point', () => {
    expect(recoveryTries([])).toEqual({ failed: false, interrupted: false });
    expect(recoveryTries([launch])).toEqual({ failed: true, interrupted: false });
    expect(recoveryTries([launch, aResult('recover')])).toMatchObject({ interrupted: false });
  });

  it('that were interrupted are gone on with, and count no failure', () => {
    expect(recoveryTries([held])).toEqual({ failed: false, interrupted: true });
    expect(recoveryTries([launch, held])).toEqual({ failed: true, interrupted: true });
    expect(recoveryTries([held, launch])).toEqual({ failed: true, interrupted: false });
  });

  it('from before a rollback count no more', () => {
    expect(recoveryTries([launch, aResult('rollback')])).toEqual({
      failed: false,
      interrupted: false,
    });
    expect(recoveryTries([launch, aResult('rollback', { status: 'failed' })]).failed).toBe(true);
  });
});

describe('the switch of a recovery', () => {
  it('is known by its hook alone, begun or ended', () => {
    expect(isSwitched([])).toBe(false);
    expect(isSwitched([{ point: 'validateRecover', phase: 'recover' }])).toBe(false);
    expect(isSwitched([{ point: 'switch', phase: 'cutover' }])).toBe(false);
    expect(isSwitched([{ point: 'switch', phase: 'recover' }])).toBe(true);
  });
});
