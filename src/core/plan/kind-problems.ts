import { type Path, type Problem, problemAt } from '../fleet/problem.ts';
import { gatedPhases } from './gates.ts';
import { gatesFor } from './gates-for.ts';
import type { Plan } from './plan.ts';
import { type KindOfPlan, kindsOfPlans } from './plan-kind.ts';
import { phaseNames, type SettingsLayer } from './settings.ts';
import { policyFor } from './settings-for.ts';

interface Layer {
  readonly at: Path;
  readonly settings: SettingsLayer;
}

// What is about agentless servers.
const ofMigration = ['replicationType', 'feeder'] as const;
const ofRecovery = ['drill', 'objectives', 'recovery'] as const;
const elsewhere: Readonly<
  Record<(typeof ofMigration)[number] | (typeof ofRecovery)[number], string>
> = {
  replicationType: 'only MGN replicates without an agent',
  feeder: 'only MGN replicates by vCenter clients',
  drill: 'only what drills has it',
  objectives: 'only plans of disaster recovery have them',
  recovery: 'only a Recovery recovers servers',
};

/** Finds what a plan says that is for plans of another kind: phases, their gates, deadlines and settings. */
export function* kindProblems(plan: Plan): Generator<Problem> {
  const kind = kindsOfPlans[plan.kind];
  for (const { at, settings } of layersOf(plan))
    yield* layerProblems(plan.kind, kind, at, settings);
  for (const phase of ['retire', 'vacate'] as const) {
    if (kind.phases.includes(phase)) yield* withoutReturnProblems(plan, phase);
  }
  if (kind.phases.includes('extend')) yield* extensionProblems(plan);
}

/** Who says where servers are extended to, and forgets the phase that does it, would wait for nothing. */
function* extensionProblems(plan: Plan): Generator<Problem> {
  const layers = layersOf(plan);
  if (layers.some(({ settings }) => settings.phases?.includes('extend') === true)) return;
  for (const { at, settings } of layers) {
    if (settings.extend === undefined) continue;
    yield problemAt(
      [...at, 'extend'],
      'no server goes through the phase extend',
      'write phases: [protect, extend], or remove extend',
    );
  }
}

// What these ask for is about tests and cutovers.
const ofMigrationAlone = ['tests-succeeded', 'instances-healthy'] as const;

const gone = {
  retire: {
    is: 'is retired',
    are: 'servers are retired',
    back: 'what is retired cannot be taken back as a wave',
    remedy:
      'write onFailure: hold; a single server is taken back by landfall rollback while its grace lasts',
  },
  vacate: {
    is: 'is vacated',
    are: 'recovery instances are terminated',
    back: 'a wave of failbacks is not taken back as a whole: its users may work on what failed back',
    remedy:
      'write onFailure: hold; a single server is taken back by landfall rollback until it is protected again',
  },
} as const;

/** What is retired or vacated is gone for good: somebody must have said so, and no policy can take it back. */
function* withoutReturnProblems(plan: Plan, phase: keyof typeof gone): Generator<Problem> {
  for (const [i, wave] of plan.spec.waves.entries()) {
    const at = ['spec', 'waves', i];
    const phases = wave.phases ?? plan.spec.defaults?.phases ?? kindsOfPlans[plan.kind].usual;
    const approval = gatesFor(plan, wave)?.[phase]?.approval;
    if (approval === undefined && phases.includes(phase)) {
      yield problemAt(
        [...at, 'gates', phase, 'approval'],
        `nobody approves that wave ${wave.name} ${gone[phase].is}, which is for good`,
        `write gates: { ${phase}: { approval: {} } }, or name a policy in it`,
      );
    }
    for (const check of approval?.policy?.when ?? []) {
      if (!ofMigrationAlone.some((one) => one === check)) continue;
      yield problemAt(
        [...at, 'gates', phase, 'approval', 'when'],
        `${check} is about migrations: it never holds before ${gone[phase].are}`,
        'remove it from when, or leave the answer to people',
      );
    }
    if (policyFor(plan, wave).onFailure === 'rollback') {
      yield problemAt([...at, 'policy', 'onFailure'], gone[phase].back, gone[phase].remedy);
    }
  }
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
  if (settings.failback !== undefined && !phases.includes('failback')) {
    const problem = `a ${name} has no failback: only plans of kind Failback fail servers back`;
    yield problemAt([...at, 'failback'], problem, 'remove it');
  }
  if (settings.drill !== undefined && phases.includes('failback')) {
    yield problemAt([...at, 'drill'], `a ${name} has no drill: ${elsewhere.drill}`, 'remove it');
  }
  if (settings.retire !== undefined && !phases.includes('retire')) {
    const problem = `a ${name} has no retire: only plans of kind Retirement retire servers`;
    yield problemAt([...at, 'retire'], problem, 'remove it');
  }
  if (settings.extend !== undefined && !phases.includes('extend')) {
    const problem = `a ${name} has no extend: only plans of kind Protection extend servers`;
    yield problemAt([...at, 'extend'], problem, 'remove it');
  }
  yield* recoverProblems(name, phases.includes('recover'), at, settings);
  yield* desiredProblems(name, { service, phases }, at, settings);
}

const ofMgn = [
  'launchConfiguration',
  'replicationConfiguration',
  'launchTemplate',
  'postLaunchActions',
] as const;
const ofDrs = ['launchConfigurationFile', 'configuration'] as const;

/** What is to be set of servers of the other service, or of servers that are not launched with it. */
function* desiredProblems(
  name: Plan['kind'],
  { service, phases }: Pick<KindOfPlan, 'service' | 'phases'>,
  at: Path,
  { desired }: SettingsLayer,
): Generator<Problem> {
  if (desired === undefined) return;
  const place = [...at, 'desired'];
  if (service === 'drs' && !phases.includes('drill') && !phases.includes('recover')) {
    const problem = `a ${name} has no desired: it launches nothing with these settings`;
    yield problemAt(place, problem, 'remove it');
    return;
  }
  const [strangers, why, remedy] =
    service === 'mgn'
      ? ([ofDrs, 'it is about servers of DRS', 'write desired.launchConfiguration'] as const)
      : ([ofMgn, 'it is about servers of MGN', 'write launchConfigurationFile'] as const);
  for (const field of strangers) {
    if (desired[field] === undefined) continue;
    yield problemAt([...place, field], `a ${name} has no desired.${field}: ${why}`, remedy);
  }
}

/** What only goes with recover, and what does not go with it: nothing that was recovered is rolled back by a policy. */
function* recoverProblems(
  name: Plan['kind'],
  recovers: boolean,
  at: Path,
  { recovery, policy, hooks, drill }: SettingsLayer,
): Generator<Problem> {
  if (!recovers) {
    if (recovery === undefined || name === 'Migration') return;
    const why = `a ${name} has no recovery: ${elsewhere.recovery}`;
    yield problemAt([...at, 'recovery'], why, 'remove it, or write kind: Recovery');
    return;
  }
  if (recovery?.networks !== undefined && at[1] === 'servers') {
    yield problemAt(
      [...at, 'recovery', 'networks'],
      'networks are recovered once for a wave, not for single servers',
      'write it in the wave, or in defaults',
    );
  }
  for (const field of ['onFailure', 'tolerate'] as const) {
    if (policy?.[field] === undefined) continue;
    yield problemAt(
      [...at, 'policy', field],
      `a ${name} has no ${field}: recovery.impact says which servers stop the line, and none is rolled back`,
      'remove it; write recovery.impact: optional for servers that the rest can do without',
    );
  }
  if (drill !== undefined) {
    yield problemAt([...at, 'drill'], `a ${name} has no drill: ${elsewhere.drill}`, 'remove it');
  }
  if (hooks?.switchBack === undefined) return;
  yield problemAt(
    [...at, 'hooks', 'switchBack'],
    `a ${name} has no switchBack: once the traffic was sent to a recovered server, the way back is a failback`,
    'remove it',
  );
}
