import { type Path, type Problem, problemAt } from '../fleet/problem.ts';
import { gatedPhases } from './gates.ts';
import type { Plan } from './plan.ts';
import { type KindOfPlan, kindsOfPlans } from './plan-kind.ts';
import { phaseNames, type SettingsLayer } from './settings.ts';

interface Layer {
  readonly at: Path;
  readonly settings: SettingsLayer;
}

// What is about agentless servers and about MGN’s own settings.
const ofMigration = ['replicationType', 'feeder', 'desired'] as const;
const ofRecovery = ['drill', 'objectives'] as const;
const elsewhere: Readonly<
  Record<(typeof ofMigration)[number] | (typeof ofRecovery)[number], string>
> = {
  replicationType: 'only MGN replicates without an agent',
  feeder: 'only MGN replicates by vCenter clients',
  desired: 'it is about the settings of MGN',
  drill: 'only plans of disaster recovery drill',
  objectives: 'only plans of disaster recovery have them',
};

/** Finds what a plan says that is for plans of another kind: phases, their gates, deadlines and settings. */
export function* kindProblems(plan: Plan): Generator<Problem> {
  const kind = kindsOfPlans[plan.kind];
  for (const { at, settings } of layersOf(plan))
    yield* layerProblems(plan.kind, kind, at, settings);
}

function layersOf({ spec }: Plan): readonly Layer[] {
  const { defaults, waves, servers = [] } = spec;
  return [
    ...(defaults === undefined ? [] : [{ at: ['spec', 'defaults'], settings: defaults }]),
    ...waves.map((settings, i) => ({ at: ['spec', 'waves', i], settings })),
    ...servers.map(({ servers: _, ...settings }, i) => ({ at: ['spec', 'servers', i], settings })),
  ];
}

function* layerProblems(
  name: Plan['kind'],
  { service, phases }: KindOfPlan,
  at: Path,
  settings: SettingsLayer,
): Generator<Problem> {
  const remedy = `write one of ${phases.join(', ')}, or change kind`;
  for (const [i, phase] of (settings.phases ?? []).entries()) {
    if (phases.includes(phase)) continue;
    yield problemAt([...at, 'phases', i], `${phase} is no phase of a ${name}`, remedy);
  }
  for (const phase of gatedPhases) {
    if (settings.gates?.[phase] === undefined || phases.includes(phase)) continue;
    yield problemAt(
      [...at, 'gates', phase],
      `${phase} is no phase of a ${name}`,
      'remove the gate',
    );
  }
  for (const phase of phaseNames) {
    if (settings.deadlines?.[phase] === undefined || phases.includes(phase)) continue;
    const place = [...at, 'deadlines', phase];
    yield problemAt(place, `${phase} is no phase of a ${name}`, 'remove the deadline');
  }
  for (const field of service === 'mgn' ? ofRecovery : ofMigration) {
    if (settings[field] === undefined) continue;
    yield problemAt([...at, field], `a ${name} has no ${field}: ${elsewhere[field]}`, 'remove it');
  }
}
