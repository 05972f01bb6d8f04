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
    for (const kind of ['Migration', 'Protection', 'Drill', 'Recovery']) {
      expect(plan(kind).ok).toBe(true);
    }
  });

  it('of another kind is refused, with those that can be run', () => {
    const parsed = plan('Ceremony');
    expect(parsed).toMatchObject({
      ok: false,
      problems: [
        {
          path: 'kind',
          remedy: expect.stringContaining('write kind: Migration, or Protection, or Drill'),
        },
      ],
    });
  });

  it('of a failback begins with the reversal, and has somebody approve what it takes away', () => {
    const vacate = { gates: { vacate: { approval: {} } } };
    expect(problems('Failback', vacate)).toEqual([]);
    expect(problems('Failback', {})).toEqual([
      'spec.waves[0].gates.vacate.approval: nobody approves that wave all is vacated, which is for good',
    ]);
    expect(problems('Failback', { phases: ['reverse', 'failback', 'reprotect'] })).toEqual([]);
    expect(problems('Failback', { phases: ['failback'] })).toEqual([
      'spec.defaults.phases: fails back what was never reversed',
    ]);
    expect(problems('Failback', { phases: ['reverse', 'vacate'], ...vacate })).toEqual([
      'spec.defaults.phases: ends a failback that never comes',
    ]);
    expect(problems('Failback', { ...vacate, policy: { onFailure: 'rollback' } })).toEqual([
      'spec.waves[0].policy.onFailure: a wave of failbacks is not taken back as a whole: its users may work on what failed back',
    ]);
    expect(problems('Failback', { ...vacate, failback: { hold: 'P31D' } })).toEqual([
      'spec.defaults.failback.hold: a recovery instance would be kept for 2678400 s, more than 30 days',
    ]);
    expect(problems('Recovery', { failback: { hold: 'P1D' } })).toEqual([
      'spec.defaults.failback: a Recovery has no failback: only plans of kind Failback fail servers back',
    ]);
    expect(problems('Failback', { ...vacate, drill: { keep: 'PT1H' } })).toEqual([
      'spec.defaults.drill: a Failback has no drill: only what drills has it',
    ]);
  });

  it('of a failback that switches says how it switches back', () => {
    const hooks = { switch: [{ name: 'dns', function: 'f' }] };
    expect(problems('Failback', { gates: { vacate: { approval: {} } }, hooks })).toEqual([
      'spec.defaults.hooks.switch: the traffic is switched, and nothing switches it back before a rollback',
    ]);
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
    expect(
      problems('Protection', {
        replicationType: 'AGENT_BASED',
        desired: { launchConfiguration: {}, launchTemplate: {}, launchConfigurationFile: 'a.yaml' },
      }),
    ).toEqual([
      'spec.defaults.replicationType: a Protection has no replicationType: only MGN replicates without an agent',
      'spec.defaults.desired.launchConfiguration: a Protection has no desired.launchConfiguration: it is about servers of MGN',
      'spec.defaults.desired.launchTemplate: a Protection has no desired.launchTemplate: it is about servers of MGN',
    ]);
    expect(problems('Migration', { desired: { launchConfigurationFile: 'a.yaml' } })).toEqual([
      'spec.defaults.desired.launchConfigurationFile: a Migration has no desired.launchConfigurationFile: it is about servers of DRS',
    ]);
    const retired = { gates: { retire: { approval: {} } }, desired: { apply: 'by-policy' } };
    expect(problems('Retirement', retired)).toEqual([
      'spec.defaults.desired: a Retirement has no desired: it launches nothing with these settings',
    ]);
    expect(problems('Migration', { objectives: { rpoSeconds: 60 }, drill: {} })).toEqual([
      'spec.defaults.drill: a Migration has no drill: only what drills has it',
      'spec.defaults.objectives: a Migration has no objectives: only plans of disaster recovery have them',
    ]);
  });

  it('of kind Recovery says how servers are recovered, and no policy that would take them back', () => {
    expect(
      problems('Recovery', {
        recovery: {
          impact: 'optional',
          pointInTime: { before: '2024-03-04T16:00:00+01:00' },
          retryOlder: 0,
          incidentAt: '2024-03-04T16:00:00Z',
          liveInstance: 'replace',
        },
        hooks: { switch: [{ name: 'dns', function: 'flip' }] },
        policy: { canary: 1 },
        deadlines: { recover: 'PT2H' },
        gates: { recover: { approval: {} } },
      }),
    ).toEqual([]);
    expect(
      problems('Recovery', {
        policy: { onFailure: 'rollback', tolerate: 1 },
        drill: { keep: 'PT1H' },
        hooks: { switchBack: [] },
      }).map((problem) => problem.split(':')[0]),
    ).toEqual([
      'spec.defaults.policy.onFailure',
      'spec.defaults.policy.tolerate',
      'spec.defaults.drill',
      'spec.defaults.hooks.switchBack',
    ]);
    for (const kind of ['Migration', 'Protection', 'Drill']) {
      expect(problems(kind, { recovery: { impact: 'optional' } })).toEqual([
        `spec.defaults.recovery: a ${kind} has no recovery: only a Recovery recovers servers`,
      ]);
    }
    expect(problems('Recovery', { recovery: { pointInTime: { before: 'noon' } } })).toHaveLength(1);
  });

  it('of kind Recovery recovers networks once for a wave, not for single servers', () => {
    const networks = { onFailure: 'previous-stack' as const };
    expect(problems('Recovery', { recovery: { networks } })).toEqual([]);
    const layers = [{ recovery: { networks } }, { recovery: { networks: { deployAsNew: true } } }];
    expect(mergedSettings(layers, 'Recovery').recovery?.networks).toEqual({
      deployAsNew: true,
      onFailure: 'previous-stack',
      onPartial: 'hold',
    });
    expect(mergedSettings([], 'Recovery').recovery).not.toHaveProperty('networks');
    const parsed = parsePlan({
      apiVersion: 'landfall/v1',
      kind: 'Recovery',
      metadata: { name: 'one' },
      spec: {
        waves: [{ name: 'all', servers: { all: true } }],
        servers: [{ servers: { hostnames: ['db'] }, recovery: { networks } }],
      },
    });
    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ path: 'spec.servers[0].recovery.networks' }],
    });
  });

  it('keeps a drill instance for less time than the drill may take', () => {
    expect(problems('Drill', { drill: { keep: 'PT6H' } })).toEqual([
      'spec.defaults.drill.keep: a drill instance would be kept for 21600 s, but the drill ends after 21600 s',
    ]);
  });
});

describe('a plan that extends servers', () => {
  const extend = { into: '444455556666' };

  it('says into which account, and has the phase that does it', () => {
    const phases = ['protect', 'drill', 'extend'];
    expect(problems('Protection', { phases, extend, gates: { extend: { approval: {} } } })).toEqual(
      [],
    );
    expect(problems('Protection', { phases })).toEqual([
      'spec.waves[0]: servers are extended, and nothing says into which account',
    ]);
    expect(problems('Protection', { extend })).toEqual([
      'spec.defaults.extend: no server goes through the phase extend',
    ]);
    expect(problems('Protection', { phases, extend: { into: 'main' } })).toHaveLength(1);
    expect(problems('Drill', { extend, deadlines: { extend: 'PT1H' } })).toEqual([
      'spec.defaults.deadlines.extend: extend is no phase of a Drill',
      'spec.defaults.extend: a Drill has no extend: only plans of kind Protection extend servers',
    ]);
  });

  it('lays its account and tags over those of a lower layer', () => {
    const layers = [{ extend: { ...extend, tags: { dr: 'gold' } } }, { extend: { tags: {} } }];
    expect(mergedSettings(layers, 'Protection').recovery).toMatchObject({
      extendInto: '444455556666',
      extendTags: {},
    });
  });
});

describe('a retirement', () => {
  const approval = (is: object) => ({ gates: { retire: { approval: is } } });

  it('needs an approval, or a policy that stands for one', () => {
    expect(problems('Retirement', {})).toEqual([
      'spec.waves[0].gates.retire.approval: nobody approves that wave all is retired, which is for good',
    ]);
    expect(problems('Retirement', { gates: { retire: { window: [] } } })).not.toEqual([]);
    expect(problems('Retirement', approval({}))).toEqual([]);
    expect(problems('Retirement', approval({ policy: 'old', when: ['no-failures'] }))).toEqual([]);
  });

  it('is approved by no policy that can never hold, and taken back by none', () => {
    const never = approval({ policy: 'old', when: ['tests-succeeded'] });
    expect(problems('Retirement', never)).toEqual([
      'spec.waves[0].gates.retire.approval.when: tests-succeeded is about migrations: it never holds before servers are retired',
    ]);
    expect(problems('Retirement', { ...approval({}), policy: { onFailure: 'rollback' } })).toEqual([
      'spec.waves[0].policy.onFailure: what is retired cannot be taken back as a wave',
    ]);
  });

  it('has a grace of at most 30 days, and is the only kind that has one', () => {
    expect(problems('Retirement', { ...approval({}), retire: { grace: 'P30D' } })).toEqual([]);
    expect(problems('Retirement', { ...approval({}), retire: { grace: 'P31D' } })).toEqual([
      'spec.defaults.retire.grace: a stopped server would wait for 2678400 s, more than 30 days',
    ]);
    expect(problems('Drill', { retire: { grace: 'P1D' } })).toEqual([
      'spec.defaults.retire: a Drill has no retire: only plans of kind Retirement retire servers',
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
      recoverSeconds: 21_600,
      impact: 'critical',
      retryOlder: 2,
      liveInstance: 'refuse',
      keepSeconds: 3600,
      leftOver: 'replace',
      rpoSeconds: 300,
      rtoSeconds: 60,
      extendSeconds: 21_600,
      retireSeconds: 86_400,
      graceSeconds: 604_800,
      liveAtRetirement: 'refuse',
    });
  });
});
