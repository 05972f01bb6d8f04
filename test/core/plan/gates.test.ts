import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import { resolvePlan } from '../../../src/core/plan/resolve-plan.ts';
import { gatesFor } from '../../../src/core/plan/settings-for.ts';
import { aFleet, aPlan, aPlanDocument } from './_examples.ts';

const everyone = { name: 'w', servers: { all: true } };
const day = 86_400;

function gatesOf(defaults: unknown, own: unknown) {
  const plan = aPlan({
    ...(defaults === undefined ? {} : { defaults: { gates: defaults } }),
    waves: [{ ...everyone, ...(own === undefined ? {} : { gates: own }) }],
  });
  const [wave] = plan.spec.waves;
  return wave === undefined ? undefined : gatesFor(plan, wave);
}

function problemsOf(spec: unknown): readonly string[] {
  const parse = parsePlan(aPlanDocument(spec));
  return parse.ok ? [] : parse.problems.map(({ path, problem }) => `${path}: ${problem}`);
}

describe('the gates of a wave', () => {
  it('are none where the plan names none', () => {
    expect(gatesOf(undefined, undefined)).toBeUndefined();
    const resolved = resolvePlan(aPlan({ waves: [everyone] }), aFleet(2));
    expect(resolved.ok && Object.keys(resolved.waves[0] ?? {})).not.toContain('gates');
  });

  it('wait three days for everybody unless the plan says who and how long', () => {
    expect(gatesOf(undefined, { test: { approval: {} } })).toEqual({
      test: { approval: { timeoutSeconds: 3 * day } },
    });
    expect(
      gatesOf(undefined, { finalize: { approval: { by: ['jane'], timeout: 'P1D' } } }),
    ).toEqual({ finalize: { approval: { by: ['jane'], timeoutSeconds: day } } });
  });

  it('are its own before the defaults, field by field; `none` takes one away', () => {
    const defaults = { cutover: { approval: { by: ['jane'], timeout: 'P1D' } } };
    expect(gatesOf(defaults, undefined)).toEqual({
      cutover: { approval: { by: ['jane'], timeoutSeconds: day } },
    });
    expect(gatesOf(defaults, { cutover: { approval: { timeout: 'PT1H' } } })).toEqual({
      cutover: { approval: { by: ['jane'], timeoutSeconds: 3600 } },
    });
    expect(gatesOf(defaults, { cutover: { approval: 'none' } })).toBeUndefined();
    expect(gatesOf({ cutover: { approval: 'none' } }, { cutover: { approval: {} } })).toEqual({
      cutover: { approval: { timeoutSeconds: 3 * day } },
    });
  });

  it('are in the resolved wave', () => {
    const plan = aPlan({ waves: [{ ...everyone, gates: { cutover: { approval: {} } } }] });
    const resolved = resolvePlan(plan, aFleet(2));
    expect(resolved.ok && resolved.waves[0]?.gates).toEqual({
      cutover: { approval: { timeoutSeconds: 3 * day } },
    });
  });
});

describe('gates that are refused', () => {
  const of = (gates: unknown) => problemsOf({ waves: [{ ...everyone, gates }] });

  it('stand before no phase that can have one', () => {
    expect(of({ replicate: { approval: {} } })).toEqual([
      'spec.waves[0].gates.replicate: unknown field "replicate"',
    ]);
  });

  it('ask for nothing, or for nonsense', () => {
    expect(of({ cutover: {} })).toEqual(['spec.waves[0].gates.cutover.approval: is missing']);
    expect(of({ cutover: { approval: true } })).toEqual([
      'spec.waves[0].gates.cutover.approval: is true, not none',
    ]);
    expect(of({ cutover: { approval: { who: ['jane'] } } })).toEqual([
      'spec.waves[0].gates.cutover.approval.who: unknown field "who"',
    ]);
    expect(of({ cutover: { approval: { by: [] } } })).toEqual([
      'spec.waves[0].gates.cutover.approval.by: has 0 entries, less than 1',
    ]);
    expect(of({ cutover: { approval: { by: ['jane', 'jane'] } } })).toEqual([
      'spec.waves[0].gates.cutover.approval.by: names somebody twice',
    ]);
    expect(of({ cutover: { approval: { timeout: 'P91D' } } })).toEqual([
      'spec.waves[0].gates.cutover.approval.timeout: "P91D" must be longer than zero and at most P90D',
    ]);
  });

  it('are for single servers', () => {
    const servers = [{ servers: { all: true }, gates: { test: { approval: {} } } }];
    expect(problemsOf({ waves: [everyone], servers })).toEqual([
      'spec.servers[0].gates: gates are for a whole wave, not for single servers',
    ]);
  });

  it('stand before a phase that no server of the wave goes through; those of the defaults may', () => {
    const phases = ['replicate', 'test'];
    const gates = { cutover: { approval: {} } };
    const own = resolvePlan(aPlan({ waves: [{ ...everyone, phases, gates }] }), aFleet(2));
    expect(own.ok ? [] : own.problems).toEqual([
      {
        at: ['spec', 'waves', 0, 'gates', 'cutover'],
        path: 'spec.waves[0].gates.cutover',
        problem: 'no server of wave w goes through cutover',
        remedy: 'add cutover to phases or remove the gate',
      },
    ]);
    const plan = aPlan({ defaults: { gates }, waves: [{ ...everyone, phases }] });
    expect(resolvePlan(plan, aFleet(2)).ok).toBe(true);
  });
});
