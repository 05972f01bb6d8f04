// In: what is rehearsed, and what its end hangs on. Out: changes that may bring the end forward, each alone, those first
// that go at what takes longest. Pure; whether they do is for a rehearsal to prove.
import type { Cause, Spent } from '../../core/forecast/course.ts';
import {
  type GatedPhase,
  gatedPhases,
  type WaveGate,
  type WaveGates,
} from '../../core/plan/gates.ts';
import type { ResolvedWave } from '../../core/plan/resolve-plan.ts';
import { spokenSpan } from '../../core/time.ts';
import type { Period } from '../../core/window/schedule.ts';
import { type Parameters, parametersWith } from '../../simulator/simulator.ts';
import { counted, spoken } from '../text-table.ts';
import type { CourseInput } from './rehearse-course.ts';

/** One change of a plan or of what surrounds it. */
export interface Lever {
  readonly name: string;
  /** The change in words. */
  readonly words: string;
  /** The cause that it goes at. */
  readonly cause: Cause;
  /** What is rehearsed, with only this changed. */
  readonly changed: CourseInput;
}

type Maker = (input: CourseInput, path: LeverPath) => Omit<Lever, 'cause'> | undefined;

/** What levers are looked for on: the waves of the critical path, and what its time went into. */
export interface LeverPath {
  readonly links: readonly { readonly wave: string; readonly name: string }[];
  readonly spent: readonly Spent[];
}

const makers: Readonly<Partial<Record<Cause, Maker>>> = {
  'data-transfer': (input) =>
    raised(input, 'more-bandwidth', 'twice the bandwidth', ['linkMbps', 'serverThrottleMbps']),
  'active-slots': (input) =>
    raised(input, 'more-active-servers', 'twice the active servers', ['quotaActiveServers']),
  'vcenter-client': (input) => {
    const waves = input.plan.waves.map((wave) => ({
      ...wave,
      servers: wave.servers.map(({ settings: { feeder: _, ...settings }, ...server }) => ({
        ...server,
        settings,
      })),
    }));
    const words = 'as many first copies at a vCenter client as there are slots (no feeder)';
    return { name: 'no-feeder', words, changed: { ...input, plan: { ...input.plan, waves } } };
  },
  'job-slots': (input) =>
    raised(input, 'more-jobs', 'twice the jobs and servers in jobs', [
      'quotaConcurrentJobs',
      'quotaServersInAllJobs',
    ]),
  window: (input, path) => moreWindows(input, path) ?? noWindows(input, path),
  approval: (input) => {
    const { approveAfter } = input;
    if (typeof approveAfter !== 'number' || approveAfter === 0) return undefined;
    return {
      name: 'faster-approvals',
      words: `approvals at once instead of after ${spokenSpan(approveAfter)}`,
      changed: { ...input, approveAfter: 0 },
    };
  },
  soak: (input, path) => {
    const halved = withGates(input, path, ['finalize'], (gate) =>
      gate.soakSeconds === undefined
        ? undefined
        : { ...gate, soakSeconds: Math.ceil(gate.soakSeconds / 2) },
    );
    if (halved === undefined) return undefined;
    return {
      name: 'shorter-soak',
      words: 'half the soak before finalize',
      changed: halved.changed,
    };
  },
};

/** Weekly windows on every day; undefined where they are, or where none is weekly. */
function moreWindows(input: CourseInput, path: LeverPath): Omit<Lever, 'cause'> | undefined {
  const opened = withGates(input, path, gatedPhases, ({ schedule, ...gate }) => {
    const open = schedule?.open.map(eachDay);
    if (schedule === undefined || open?.every((period, i) => period === schedule.open[i])) return;
    return { ...gate, schedule: { ...schedule, open: open ?? [] } };
  });
  if (opened === undefined) return undefined;
  const words = `windows on every day before ${opened.phases.join(' and ')}`;
  return { name: 'more-windows', words, changed: opened.changed };
}

/** No windows at all, the most that other windows can gain; freezes stay. */
function noWindows(input: CourseInput, path: LeverPath): Omit<Lever, 'cause'> | undefined {
  const opened = withGates(input, path, gatedPhases, ({ schedule, ...gate }) =>
    schedule === undefined || schedule.open.length === 0
      ? undefined
      : { ...gate, schedule: { ...schedule, open: [] } },
  );
  if (opened === undefined) return undefined;
  const words = `no windows before ${opened.phases.join(' and ')}`;
  return { name: 'no-windows', words, changed: opened.changed };
}

/** The levers of a path, those at what takes longest first, and last whether its waves need to wait for one another. */
export function leversOf(input: CourseInput, path: LeverPath): readonly Lever[] {
  const levers = path.spent.flatMap(({ cause }): readonly Lever[] => {
    const made = makers[cause]?.(input, path);
    return made === undefined ? [] : [{ ...made, cause }];
  });
  return [...levers, ...together(input, path)];
}

function together(input: CourseInput, { links }: LeverPath): readonly Lever[] {
  const onPath = new Set(links.map(({ wave }) => wave));
  const waiting = input.plan.waves.filter(
    ({ name, dependsOn }) => onPath.has(name) && dependsOn.some((other) => onPath.has(other)),
  );
  if (waiting.length === 0) return [];
  const waves = input.plan.waves.map((wave) =>
    waiting.includes(wave) ? { ...wave, dependsOn: [] } : wave,
  );
  return [
    {
      name: 'waves-together',
      words: `${counted(waiting.length, 'wave')} that no longer ${waiting.length === 1 ? 'waits' : 'wait'} for another: ${waiting
        .slice(0, 3)
        .map(({ name }) => name)
        .join(', ')}${waiting.length > 3 ? ' …' : ''}`,
      cause: 'pace',
      changed: { ...input, plan: { ...input.plan, waves } },
    },
  ];
}

type Numeric =
  | 'linkMbps'
  | 'serverThrottleMbps'
  | 'quotaActiveServers'
  | 'quotaConcurrentJobs'
  | 'quotaServersInAllJobs';

function raised(
  input: CourseInput,
  name: string,
  words: string,
  names: readonly Numeric[],
): Omit<Lever, 'cause'> {
  const now = parametersWith(input.parameters ?? {});
  const more: Partial<Record<Numeric, number>> = {};
  for (const parameter of names) more[parameter] = now[parameter] * 2;
  const figures = names.map((parameter) => `${parameter} ${spoken(now[parameter] * 2)}`);
  const parameters: Partial<Parameters> = { ...input.parameters, ...more };
  return { name, words: `${words} (${figures.join(', ')})`, changed: { ...input, parameters } };
}

/** Changes the gates of the waves on the path whose links say so; undefined where that changes nothing. */
function withGates(
  input: CourseInput,
  { links }: LeverPath,
  among: readonly GatedPhase[],
  change: (gate: WaveGate) => WaveGate | undefined,
): { readonly changed: CourseInput; readonly phases: readonly string[] } | undefined {
  const phases = new Set<GatedPhase>();
  const waves = input.plan.waves.map((wave): ResolvedWave => {
    if (!links.some(({ wave: name }) => name === wave.name)) return wave;
    const gates: { -readonly [Phase in keyof WaveGates]: WaveGates[Phase] } = { ...wave.gates };
    for (const phase of among) {
      const gate = wave.gates?.[phase];
      const next = gate === undefined ? undefined : change(gate);
      if (next === undefined) continue;
      phases.add(phase);
      gates[phase] = next;
    }
    return { ...wave, gates };
  });
  if (phases.size === 0) return undefined;
  return { changed: { ...input, plan: { ...input.plan, waves } }, phases: [...phases] };
}

function eachDay(period: Period): Period {
  if (period.kind === 'single' || period.days.length === 7) return period;
  return { ...period, days: [1, 2, 3, 4, 5, 6, 7] };
}
