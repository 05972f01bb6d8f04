// What a wave that fails servers back does next: phase by phase, tier by tier, and from where there is no way back.
import { describe, expect, it } from 'vitest';
import { FailureCode, failure } from '../../src/core/failure.ts';
import { interruption } from '../../src/core/order/interruption.ts';
import { isCutOver, isFinalized, isLaunchLeft } from '../../src/core/review/launch-left.ts';
import { needOf } from '../../src/core/review/need-of.ts';
import { review } from '../../src/core/review/review.ts';
import type { Member, PhaseResult, WaveView } from '../../src/core/review/wave-view.ts';
import { aMember, aPolicy, aResult, aWaveView, now, serverId } from './_factories.ts';

const phases = ['reverse', 'failback', 'reprotect', 'vacate'] as const;
const one = (n: number, results: readonly PhaseResult[] = [], is: Partial<Member> = {}) =>
  aMember(n, { phases, arrival: { enter: 'reverse' }, results, ...is });
const failed = (phase: PhaseResult['phase'], code: FailureCode, attempt = 1) =>
  aResult(phase, { attempt, status: 'failed', failure: failure(code, 'why') });
const need = (...results: readonly PhaseResult[]) =>
  needOf(one(1, results), aPolicy({ attempts: 2 }));
const decide = (members: readonly Member[], is: Partial<WaveView> = {}) =>
  review(aWaveView(members, is), { 'mgn:111122223333:us-east-1': 9 }, now);
const reversed = aResult('reverse');
const back = [reversed, aResult('failback')];
const order = {
  ...{ order: 'rollback' as const, by: 'joe', at: now, reason: 'why', number: 1 },
  results: 2,
};

describe('a server that fails back', () => {
  it('goes through its phases', () => {
    expect(need()).toEqual({ run: 'reverse', attempt: 1 });
    expect(need(reversed)).toEqual({ run: 'failback', attempt: 1 });
    expect(need(...back)).toEqual({ run: 'reprotect', attempt: 1 });
    expect(need(...back, aResult('reprotect'))).toEqual({ run: 'vacate', attempt: 1 });
    expect(need(...back, aResult('reprotect'), aResult('vacate'))).toMatchObject({
      settle: { outcome: 'succeeded' },
    });
  });

  it('fails where it cannot be reversed, with nothing to take back', () => {
    const results = [failed('reverse', FailureCode.NotReversible)];
    expect(need(...results)).toMatchObject({ settle: { outcome: 'failed' } });
    expect(isLaunchLeft({ results })).toBe(false);
    expect(need(failed('reverse', FailureCode.ApiRefused))).toEqual({ run: 'reverse', attempt: 2 });
  });

  it('is taken back where its failback fails, and tried again where that may help', () => {
    const lost = failed('failback', FailureCode.LaunchFailed);
    expect(need(reversed, lost)).toEqual({ run: 'rollback', attempt: 1 });
    expect(need(reversed, lost, aResult('rollback'))).toEqual({ run: 'failback', attempt: 2 });
    const spoken = failed('failback', FailureCode.HookFailed);
    expect(need(reversed, spoken, aResult('rollback'))).toMatchObject({
      settle: { outcome: 'rolled-back', code: 'HookFailed' },
    });
  });

  it('is left to a person where it could not be protected again, or vacated', () => {
    const twice = [1, 2].map((n) => failed('reprotect', FailureCode.ApiRefused, n));
    expect(need(...back, ...twice)).toMatchObject({ settle: { outcome: 'frozen' } });
    const late = failed('vacate', FailureCode.DeadlineExceeded);
    expect(need(...back, aResult('reprotect'), late)).toMatchObject({
      settle: { outcome: 'frozen' },
    });
  });

  it('is taken back by an order until it is to be protected again', () => {
    expect(isCutOver({ results: back })).toBe(true);
    expect(isFinalized({ results: back, arrival: { enter: 'reverse' } })).toBe(false);
    expect(needOf(one(1, back, { order }), aPolicy())).toEqual({ run: 'rollback', attempt: 1 });
    const late = [...back, failed('reprotect', FailureCode.ApiRefused)];
    expect(decide([one(1, late, { order })])).toMatchObject({
      kind: 'lapse',
      orders: [{ because: 'it was finalized in the meantime' }],
    });
  });
});

describe('a wave of failbacks', () => {
  it('reverses all of them at once, and fails back tier by tier', () => {
    const tiers = [one(1), one(2, [], { tier: 1 })];
    expect(decide(tiers)).toMatchObject({ phase: 'reverse', servers: [{}, {}] });
    const reversedBoth = [one(1, [reversed]), one(2, [reversed], { tier: 1 })];
    expect(decide(reversedBoth)).toMatchObject({
      phase: 'failback',
      servers: [{ server: serverId(1) }],
    });
    const paused = [one(1, [reversed], { paused: true }), one(2, [reversed], { tier: 1 })];
    expect(decide(paused).kind).toBe('await-resume');
  });

  it('freezes who has failed back where nobody lets it leave what it was recovered on', () => {
    const gating = {
      gates: { vacate: { approval: { timeoutSeconds: 60 } } },
      ...{ planHash: 'h', cohort: 1, approved: [], pauses: [] },
      closed: [{ phase: 'vacate' as const, how: 'denied' as const, reason: 'joe denied vacate' }],
    };
    const results = [...back, aResult('reprotect')];
    expect(decide([one(1, results), one(2)], { gating })).toMatchObject({
      kind: 'settle',
      outcomes: [
        {
          server: serverId(1),
          outcome: {
            outcome: 'frozen',
            reason: 'failed back but not vacated: joe denied vacate',
          },
        },
        { server: serverId(2), outcome: { outcome: 'skipped' } },
      ],
    });
  });
});

describe('an order to roll back', () => {
  const ends = (phase: string, waitsFor: string) =>
    interruption(order, { phase, waitsFor })?.code ?? 'goes on';

  it('ends what waits before the protection, and nothing from there on', () => {
    expect(ends('reverse', 'reversed')).toBe('OrderedRollback');
    expect(ends('failback', 'drained')).toBe('OrderedRollback');
    expect(ends('failback', 'StartFailbackLaunch')).toBe('OrderedRollback');
    expect(ends('reprotect', 'protected')).toBe('goes on');
    expect(ends('vacate', 'grace')).toBe('goes on');
    expect(ends('vacate', 'TerminateRecoveryInstances')).toBe('goes on');
  });

  it('and one to skip ends only what has launched nothing', () => {
    const skip = { ...order, order: 'skip' as const };
    const code = (phase: string, waitsFor: string) =>
      interruption(skip, { phase, waitsFor })?.code ?? 'goes on';
    expect(code('reverse', 'failback-ready')).toBe('OrderedSkip');
    expect(code('reprotect', 'protected')).toBe('goes on');
  });
});
