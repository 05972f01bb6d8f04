import { type Path, type Problem, problemAt, shown } from '../fleet/problem.ts';
import { gateProblems } from './gate-problems.ts';
import { missingUndo } from './hooks-for.ts';
import { kindProblems } from './kind-problems.ts';
import type { Plan, PlanKind, PlanWave } from './plan.ts';
import { scheduleProblems } from './schedule-problems.ts';
import type { ServerSettingsLayer, SettingsLayer } from './settings.ts';
import { mergedSettings, policyFor, type ServerSettings } from './settings-for.ts';

/** Finds what a plan contradicts itself in, before any fleet is looked at. */
export function checkPlan(plan: Plan): readonly Problem[] {
  const { waves } = plan.spec;
  const defaults: readonly Layer[] = plan.spec.defaults
    ? [{ at: ['spec', 'defaults'], settings: plan.spec.defaults }]
    : [];
  return [
    ...duplicateNames(
      waves.map(({ name }) => name),
      'wave',
      ['spec', 'waves'],
    ),
    ...dependencyProblems(waves),
    ...waves.flatMap((wave, i) => {
      const at = ['spec', 'waves', i];
      return [
        ...duplicateNames(
          (wave.tiers ?? []).map(({ name }) => name),
          'tier',
          [...at, 'tiers'],
        ),
        ...policyProblems(plan, wave, [{ at, settings: wave }, ...defaults]),
        ...settingsProblems([{ at, settings: wave }, ...defaults], plan.kind),
      ];
    }),
    ...gateProblems(plan),
    ...kindProblems(plan),
    ...scheduleProblems(plan),
  ];
}

/** A layer of settings and where it stands in the plan. */
export interface Layer {
  readonly at: Path;
  readonly settings: SettingsLayer;
}

function* duplicateNames(names: readonly string[], what: string, at: Path): Generator<Problem> {
  for (const [i, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first === i) continue;
    yield problemAt(
      [...at, i, 'name'],
      `two ${what}s are called ${name}, the first at [${first}]`,
      `give each ${what} a name of its own`,
    );
  }
}

function* dependencyProblems(waves: readonly PlanWave[]): Generator<Problem> {
  const names = waves.map(({ name }) => name);
  for (const [i, wave] of waves.entries()) {
    for (const [j, dependency] of (wave.dependsOn ?? []).entries()) {
      const at = ['spec', 'waves', i, 'dependsOn', j];
      if (dependency === wave.name) {
        yield problemAt(at, 'the wave depends on itself', 'remove it');
      } else if (!names.includes(dependency)) {
        yield problemAt(at, `unknown wave ${shown(dependency)}`, `name one of ${names.join(', ')}`);
      } else if (wave.dependsOn?.indexOf(dependency) !== j) {
        yield problemAt(at, `${shown(dependency)} is listed twice`, 'remove one of the two');
      }
    }
  }
  const circle = dependencyCircle(waves);
  const index = names.indexOf(circle[0] ?? '');
  if (index >= 0) {
    yield problemAt(
      ['spec', 'waves', index, 'dependsOn'],
      `the waves wait for one another: ${[...circle, names[index]].join(' → ')}`,
      'remove one of these dependencies',
    );
  }
}

/** The names of waves that form a circle of at least two; empty where there is none. */
function dependencyCircle(waves: readonly PlanWave[]): readonly string[] {
  const needs = new Map(
    waves.map(({ name, dependsOn }) => [name, (dependsOn ?? []).filter((d) => d !== name)]),
  );
  const done = new Set<string>();
  const circleFrom = (name: string, way: readonly string[]): readonly string[] => {
    if (way.includes(name)) return way.slice(way.indexOf(name));
    if (done.has(name)) return [];
    for (const next of needs.get(name) ?? []) {
      const circle = circleFrom(next, [...way, name]);
      if (circle.length > 0) return circle;
    }
    done.add(name);
    return [];
  };
  for (const { name } of waves) {
    const circle = circleFrom(name, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

function* policyProblems(plan: Plan, wave: PlanWave, layers: readonly Layer[]): Generator<Problem> {
  const { onFailure, tolerate } = policyFor(plan, wave);
  if (onFailure !== 'continue' && 'percent' in tolerate && tolerate.percent === 100) {
    yield problemAt(
      placeOf(layers, [
        ['policy', 'tolerate'],
        ['policy', 'onFailure'],
      ]),
      `onFailure ${onFailure} can never apply, because 100% of the servers may fail`,
      `set tolerate below 100% beside onFailure: ${onFailure}`,
    );
  }
}

/** Finds settings of one server or wave that cannot be met together; the first layer is the most specific. */
export function* settingsProblems(layers: readonly Layer[], kind: PlanKind): Generator<Problem> {
  const settings = mergedSettings(layers.map((layer) => layer.settings).toReversed(), kind);
  for (const { fields, holds, problem, remedy } of contradictions) {
    if (holds(settings)) continue;
    yield problemAt(placeOf(layers, fields), problem(settings), remedy);
  }
}

interface Contradiction {
  readonly fields: readonly (readonly [keyof SettingsLayer, string])[];
  readonly holds: (settings: ServerSettings) => boolean;
  readonly problem: (settings: ServerSettings) => string;
  readonly remedy: string;
}

const contradictions: readonly Contradiction[] = [
  {
    fields: [
      ['drill', 'keep'],
      ['deadlines', 'drill'],
    ],
    holds: ({ recovery }) => recovery === undefined || recovery.keepSeconds < recovery.drillSeconds,
    problem: ({ recovery }) =>
      `a drill instance would be kept for ${recovery?.keepSeconds} s, but the drill ends after ${recovery?.drillSeconds} s`,
    remedy: 'shorten drill.keep or extend deadlines.drill',
  },
  {
    fields: [['retire', 'grace']],
    holds: ({ recovery }) => recovery === undefined || recovery.graceSeconds <= 30 * 86_400,
    problem: ({ recovery }) =>
      `a stopped server would wait for ${recovery?.graceSeconds} s, more than 30 days`,
    remedy: 'shorten retire.grace to at most P30D',
  },
  {
    fields: [['extend', 'into']],
    holds: ({ phases, recovery }) =>
      !phases.includes('extend') || recovery?.extendInto !== undefined,
    problem: () => 'servers are extended, and nothing says into which account',
    remedy: "write extend: { into: 'ACCOUNT' }",
  },
  {
    fields: [['failback', 'hold']],
    holds: ({ failback }) => failback === undefined || failback.holdSeconds <= 30 * 86_400,
    problem: ({ failback }) =>
      `a recovery instance would be kept for ${failback?.holdSeconds} s, more than 30 days`,
    remedy: 'shorten failback.hold to at most P30D',
  },
  {
    fields: [
      ['poll', 'minSeconds'],
      ['poll', 'maxSeconds'],
    ],
    holds: ({ poll }) => poll.minSeconds <= poll.maxSeconds,
    problem: ({ poll }) =>
      `the shortest time between polls (${poll.minSeconds} s) is above the longest (${poll.maxSeconds} s)`,
    remedy: 'set minSeconds to at most maxSeconds',
  },
  {
    fields: [
      ['thresholds', 'sustainedSeconds'],
      ['deadlines', 'replicate'],
    ],
    holds: ({ phases, thresholds, deadlines }) =>
      !phases.includes('replicate') || thresholds.sustainedSeconds < deadlines.replicateSeconds,
    problem: ({ thresholds, deadlines }) =>
      `sustainedSeconds (${thresholds.sustainedSeconds}) cannot be reached before the deadline of replicate (${deadlines.replicateSeconds} s)`,
    remedy: 'lower sustainedSeconds or extend deadlines.replicate',
  },
  {
    fields: [
      ['thresholds', 'sustainedPolls'],
      ['poll', 'minSeconds'],
      ['deadlines', 'replicate'],
    ],
    holds: ({ phases, thresholds, poll, deadlines }) =>
      !phases.includes('replicate') ||
      (thresholds.sustainedPolls - 1) * poll.minSeconds < deadlines.replicateSeconds,
    problem: ({ thresholds, poll, deadlines }) =>
      `${thresholds.sustainedPolls} polls, ${poll.minSeconds} s apart at best, do not fit before the deadline of replicate (${deadlines.replicateSeconds} s)`,
    remedy: 'lower sustainedPolls or poll.minSeconds, or extend deadlines.replicate',
  },
  {
    fields: [
      ['stall', 'grace'],
      ['deadlines', 'replicate'],
    ],
    holds: ({ phases, stall, deadlines }) =>
      !phases.includes('replicate') || stall.graceSeconds < deadlines.replicateSeconds,
    problem: ({ stall, deadlines }) =>
      `a stall would be acted on after ${stall.graceSeconds} s, but replicate ends after ${deadlines.replicateSeconds} s`,
    remedy: 'shorten stall.grace or extend deadlines.replicate',
  },
  {
    fields: [
      ['hooks', 'freeze'],
      ['hooks', 'thaw'],
    ],
    holds: ({ hooks }) => missingUndo(hooks) !== 'thaw',
    problem: () =>
      'the source is frozen, and nothing thaws it where the cutover does not come about',
    remedy: 'add hooks.thaw, or thaw: [] where nothing has to be undone',
  },
  {
    fields: [
      ['hooks', 'switch'],
      ['hooks', 'switchBack'],
    ],
    // After the switch of a recovery nothing is rolled back.
    holds: ({ hooks, phases }) => phases.includes('recover') || missingUndo(hooks) !== 'switchBack',
    problem: () => 'the traffic is switched, and nothing switches it back before a rollback',
    remedy:
      'add hooks.switchBack, or switchBack: [] to have no server rolled back after its switch',
  },
  {
    fields: [
      ['desired', 'launchTemplate'],
      ['desired', 'launchConfiguration'],
    ],
    holds: ({ desired }) =>
      desired?.launchTemplate?.instanceType === undefined ||
      desired.launchConfiguration?.targetInstanceTypeRightSizingMethod !== 'BASIC',
    problem: ({ desired }) =>
      `with right-sizing BASIC, MGN writes its own choice over instanceType ${desired?.launchTemplate?.instanceType}`,
    remedy:
      'set launchConfiguration.targetInstanceTypeRightSizingMethod: NONE, or leave out the type',
  },
  {
    fields: [
      ['desired', 'launchTemplate'],
      ['desired', 'launchConfiguration'],
    ],
    holds: ({ desired }) =>
      desired?.launchTemplate?.privateIpAddress === undefined ||
      desired.launchConfiguration?.copyPrivateIp !== true,
    problem: ({ desired }) =>
      `the instance cannot have both the private address of its source and ${desired?.launchTemplate?.privateIpAddress}`,
    remedy: 'set launchConfiguration.copyPrivateIp: false, or leave out privateIpAddress',
  },
  {
    fields: [['desired', 'replicationConfiguration']],
    holds: ({ desired }) => {
      const { ebsEncryption, ebsEncryptionKeyArn } = desired?.replicationConfiguration ?? {};
      return (ebsEncryption === 'CUSTOM') === (ebsEncryptionKeyArn !== undefined);
    },
    problem: () => 'ebsEncryption CUSTOM and ebsEncryptionKeyArn need one another',
    remedy: 'write both, or neither',
  },
];

/** The place of the most specific layer that sets one of the fields; else that layer itself. */
export function placeOf(
  layers: readonly Layer[],
  fields: readonly (readonly [keyof SettingsLayer, string])[],
): Path {
  for (const { at, settings } of layers) {
    for (const [group, field] of fields) {
      if (sets(settings, group, field)) return [...at, group, field];
    }
  }
  return layers[0]?.at ?? [];
}

function sets(
  settings: ServerSettingsLayer & SettingsLayer,
  group: keyof SettingsLayer,
  field: string,
) {
  const value: unknown = settings[group];
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field);
}
