import { describe, expect, it } from 'vitest';
import type { SettingsStanding } from '../../../src/core/desired/course.ts';
import type { WaveGates } from '../../../src/core/plan/gates.ts';
import { needOf } from '../../../src/core/review/need-of.ts';
import { review } from '../../../src/core/review/review.ts';
import { awaitsSettings } from '../../../src/core/review/settings.ts';
import type { Gating, Member, WaveView } from '../../../src/core/review/wave-view.ts';
import { plusSeconds } from '../../../src/core/time.ts';
import { aMember, aPolicy, aResult, aWaveView, now, serverId } from '../_factories.ts';

const replicated = { results: [aResult('replicate')] };
const standing = (is: Partial<SettingsStanding> = {}): SettingsStanding => ({
  ...{ apply: 'on-approval', differences: 2, end: 'none' },
  ...is,
});
const waiting = (n: number, is: Partial<SettingsStanding> = {}, more: Partial<Member> = {}) =>
  aMember(n, { ...replicated, settings: standing(is), ...more });
const gatingOf = (gates: WaveGates, is: Partial<Gating> = {}): Gating => ({
  ...{ gates, planHash: 'h', cohort: 1, approved: [], closed: [], pauses: [] },
  ...is,
});
const people: WaveGates = { test: { approval: { by: ['ann'], timeoutSeconds: 3600 } } };
const decide = (members: readonly Member[], is: Partial<WaveView> = {}) =>
  review(
    aWaveView(members, { cohort: members.map(({ server }) => server), ...is }),
    { 'mgn:111122223333:us-east-1': 150 },
    now,
  );
const approved = [{ phase: 'test' as const, cohort: 1, by: 'ann', at: now }];

describe('a wave that applies settings on approval', () => {
  it('looks first, some servers at a time, then asks, and sets once that is given', () => {
    const many = Array.from({ length: 25 }, (_, i) => waiting(i + 1, { differences: null }));
    const look = decide(many, { gating: gatingOf(people) });
    expect(look).toMatchObject({ kind: 'compare-settings', phase: 'test' });
    expect(look).toHaveProperty('servers.length', 20);

    const seen = [waiting(1), waiting(2, { differences: 0 }), aMember(3, replicated)];
    expect(decide(seen, { gating: gatingOf(people) })).toEqual({
      kind: 'await-approval',
      phase: 'test',
      servers: [1, 2, 3].map(serverId),
      settings: { servers: 1, differences: 2 },
    });

    // What did not differ is looked at once more: days may have passed.
    expect(decide(seen, { gating: gatingOf(people, { approved }) })).toEqual({
      kind: 'apply-settings',
      phase: 'test',
      servers: [1, 2].map(serverId),
    });
    const set = [waiting(1, { end: 'set' }), waiting(2, { end: 'set' }), aMember(3, replicated)];
    expect(decide(set, { gating: gatingOf(people, { approved }) })).toMatchObject({ kind: 'run' });
  });

  it('fails servers before whose phase nobody is asked', () => {
    expect(decide([waiting(1, { differences: null }), aMember(2, replicated)])).toMatchObject({
      kind: 'settle',
      outcomes: [
        { server: serverId(1), outcome: { outcome: 'failed', code: 'SettingsNotApplied' } },
      ],
    });
  });

  it('asks people where a policy would open the gate, but for servers that are set already', () => {
    const policy: WaveGates = {
      test: {
        approval: {
          ...{ by: ['ann'], timeoutSeconds: 3600 },
          policy: { name: 'clear', when: ['no-failures'] },
        },
      },
    };
    expect(decide([waiting(1)], { gating: gatingOf(policy) })).toMatchObject({
      kind: 'await-approval',
      judged: [
        { check: 'no-failures', holds: true },
        { check: 'nothing-to-set', holds: false },
      ],
    });
    for (const is of [{ differences: 0 }, { apply: 'by-policy' } as const]) {
      expect(decide([waiting(1, is)], { gating: gatingOf(policy) })).toMatchObject({
        kind: 'open-gate',
        by: 'policy/clear',
      });
    }
  });
});

describe('a wave that applies settings by policy', () => {
  const byPolicy = { apply: 'by-policy' } as const;

  it('needs no gate', () => {
    expect(decide([waiting(1, { ...byPolicy, differences: null })])).toMatchObject({
      kind: 'compare-settings',
    });
    expect(decide([waiting(1, byPolicy)])).toMatchObject({ kind: 'apply-settings' });
  });

  it('sets nothing before the window of the phase, nothing while it is paused, and nothing of a held server', () => {
    const later = plusSeconds(now, 7200);
    const gates: WaveGates = {
      test: {
        schedule: {
          open: [{ kind: 'single', from: later, to: plusSeconds(later, 3600) }],
          freezes: [],
        },
      },
    };
    expect(decide([waiting(1, byPolicy)], { gating: gatingOf(gates) })).toMatchObject({
      kind: 'await-window',
    });
    expect(decide([waiting(1, byPolicy)], { paused: true })).toMatchObject({
      kind: 'await-resume',
    });
    const held = { reason: 'somebody else', expiresAt: later };
    expect(decide([waiting(1, byPolicy, { held })])).toMatchObject({ kind: 'await-servers' });
  });

  it('sets nothing once something was launched', () => {
    const tested = { results: [aResult('replicate'), aResult('test')] };
    expect(decide([waiting(1, byPolicy, tested)])).toMatchObject({ kind: 'run', phase: 'cutover' });
  });
});

describe('a server that could not be set', () => {
  it('has failed with what stopped it, with nothing to take back', () => {
    const member = waiting(1, { end: 'failed', because: 'EC2 said no' });
    expect(needOf(member, aPolicy())).toEqual({
      settle: {
        outcome: 'failed',
        reason: 'its settings could not be applied: EC2 said no',
        code: 'SettingsNotApplied',
      },
    });
  });

  it('goes on behind what had succeeded when a person retries it', () => {
    const retried = waiting(1, { apply: 'by-policy', differences: null }, { retriedFrom: 1 });
    expect(needOf(retried, aPolicy())).toEqual({ run: 'test', attempt: 1 });
    const other = aMember(2, { ...replicated, retriedFrom: 1 });
    expect(needOf(other, aPolicy())).toEqual({ run: 'replicate', attempt: 2 });
  });
});

describe('a wave of disaster recovery', () => {
  const of = (
    phase: 'drill' | 'recover',
    is: Partial<SettingsStanding>,
    more: Partial<Member> = {},
  ) =>
    aMember(1, {
      ...{ phases: [phase], arrival: { enter: phase } },
      settings: standing(is),
      ...more,
    });
  const gate = (phase: 'drill' | 'recover') =>
    gatingOf({ [phase]: { approval: { by: ['ann'], timeoutSeconds: 3600 } } });

  it('looks, asks and sets before a drill as before a test', () => {
    const unseen = of('drill', { differences: null });
    expect(decide([unseen], { gating: gate('drill') })).toMatchObject({
      ...{ kind: 'compare-settings', phase: 'drill' },
    });
    expect(decide([of('drill', {})], { gating: gate('drill') })).toMatchObject({
      ...{ kind: 'await-approval', phase: 'drill', settings: { servers: 1, differences: 2 } },
    });
    expect(decide([of('drill', { apply: 'by-policy' })])).toMatchObject({
      ...{ kind: 'apply-settings', phase: 'drill' },
    });
    expect(needOf(of('drill', { end: 'failed', because: 'no' }), aPolicy())).toMatchObject({
      settle: { outcome: 'failed', code: 'SettingsNotApplied' },
    });
  });

  it('recovers what could not be set, and what nobody was asked for', () => {
    expect(decide([of('recover', { apply: 'by-policy' })])).toMatchObject({
      ...{ kind: 'apply-settings', phase: 'recover' },
    });
    expect(decide([of('recover', { apply: 'by-policy', end: 'failed' })])).toMatchObject({
      ...{ kind: 'run', phase: 'recover' },
    });
    expect(decide([of('recover', { differences: null })])).toMatchObject({
      ...{ kind: 'run', phase: 'recover' },
    });
  });

  it('sets nothing of a server that was launched already', () => {
    expect(awaitsSettings(of('recover', { apply: 'by-policy' }))).toBe(true);
    for (const phase of ['drill', 'recover'] as const) {
      const results = [aResult(phase, { status: 'failed' })];
      expect(awaitsSettings(of(phase, { apply: 'by-policy' }, { results }))).toBe(false);
    }
  });
});
