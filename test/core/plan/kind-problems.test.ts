import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import { mergedSettings } from '../../../src/core/plan/settings-for.ts';

const plan = (kind: string, defaults: object = {}) =>
  parsePlan({
    apiVersion: 'landfall/v1',
    kind,
    metadata: { name: 'one' },
    spec: { defaults, waves: [{ name: 'all', servers: { all: true } }] },
  });
const problems = (kind: string, defaults: object) => {
  const parsed = plan(kind, defaults);
  return parsed.ok ? [] : parsed.problems.map(({ path, problem }) => `${path}: ${problem}`);
};

describe('a plan', () => {
  it('of each kind that can be run is taken with nothing but its servers', () => {
    for (const kind of ['Migration', 'Protection', 'Drill']) expect(plan(kind).ok).toBe(true);
  });

  it('of another kind is refused, with those that can be run', () => {
    const parsed = plan('Ceremony');
    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ path: 'kind', remedy: 'write kind: Migration, or Protection, or Drill' }],
    });
  });

  it('may have the phases, gates and deadlines of its own kind alone', () => {
    const defaults = {
      phases: ['drill'],
      gates: { drill: { approval: {} } },
      deadlines: { drill: 'PT2H' },
    };
    expect(problems('Drill', defaults)).toEqual([]);
    expect(problems('Migration', defaults)).toEqual([
      'spec.defaults.phases[0]: drill is no phase of a Migration',
      'spec.defaults.gates.drill: drill is no phase of a Migration',
      'spec.defaults.deadlines.drill: drill is no phase of a Migration',
    ]);
  });

  it('of disaster recovery knows nothing of agentless servers and MGN’s settings, and the other way round', () => {
    expect(problems('Protection', { replicationType: 'AGENT_BASED', desired: {} })).toEqual([
      'spec.defaults.replicationType: a Protection has no replicationType: only MGN replicates without an agent',
      'spec.defaults.desired: a Protection has no desired: it is about the settings of MGN',
    ]);
    expect(problems('Migration', { objectives: { rpoSeconds: 60 }, drill: {} })).toEqual([
      'spec.defaults.drill: a Migration has no drill: only plans of disaster recovery drill',
      'spec.defaults.objectives: a Migration has no objectives: only plans of disaster recovery have them',
    ]);
  });

  it('keeps a drill instance for less time than the drill may take', () => {
    expect(problems('Drill', { drill: { keep: 'PT6H' } })).toEqual([
      'spec.defaults.drill.keep: a drill instance would be kept for 21600 s, but the drill ends after 21600 s',
    ]);
  });
});

describe('the settings of a server of DRS', () => {
  it('have a lag of their own, and what a drill keeps to', () => {
    expect(mergedSettings([], 'Drill')).toMatchObject({
      phases: ['drill'],
      thresholds: { lagSeconds: 900 },
      recovery: { drillSeconds: 21_600, keepSeconds: 0, leftOver: 'refuse', rpoSeconds: 900 },
    });
    expect(mergedSettings([]).recovery).toBe(undefined);
  });

  it('go layer by layer, field by field; the objective follows the lag', () => {
    const layers = [
      { thresholds: { lagSeconds: 300 }, drill: { keep: 'PT1H' } },
      { drill: { leftOver: 'replace' as const }, objectives: { rtoSeconds: 60 } },
    ];
    expect(mergedSettings(layers, 'Protection').recovery).toEqual({
      protectSeconds: 2_592_000,
      drillSeconds: 21_600,
      keepSeconds: 3600,
      leftOver: 'replace',
      rpoSeconds: 300,
      rtoSeconds: 60,
    });
  });
});
