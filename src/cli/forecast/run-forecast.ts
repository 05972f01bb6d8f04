// In: a plan that was read and checked. Out: it is rehearsed with several seeds and with levers, and what is to be expected
// of it. Called by the command; it writes nothing.

import type { Course } from '../../core/forecast/course.ts';
import { type CriticalPath, criticalPath } from '../../core/forecast/critical-path.ts';
import { endOf, forecastOf } from '../../core/forecast/forecast.ts';
import { spreadOf } from '../../core/forecast/spread.ts';
import { gatedPhases } from '../../core/plan/gates.ts';
import { fromMs, secondsBetween, toMs } from '../../core/time.ts';
import { openSpans } from '../../core/window/spans.ts';
import { type Lever, leversOf } from './levers.ts';
import type { Planned, ProvenLever, WaveWindow } from './planned.ts';
import type { CourseInput } from './rehearse-course.ts';
import { type CourseOptions, rehearseCourses } from './rehearse-courses.ts';

/** How much is rehearsed. */
export interface ForecastOptions {
  /** With how many seeds, from the input's on. */
  readonly seeds: number;
  /** How many levers are rehearsed at most. */
  readonly levers: number;
  readonly signal?: AbortSignal;
  /** Told how many rehearsals of how many have ended; there are more once the levers are known. */
  readonly onProgress?: (ended: number, of: number) => void;
}

// The differences of the same seeds vary less than their ends do.
const leverSeeds = 3;

/** Rehearses a plan with several seeds, finds what its end hangs on, and rehearses what may bring it forward. */
export async function runForecast(input: CourseInput, options: ForecastOptions): Promise<Planned> {
  const { seeds, levers: most, onProgress } = options;
  const waves = input.plan.waves;
  const seeded = Array.from({ length: seeds }, (_, i) => ({ ...input, seed: input.seed + i }));
  const told = (before: number, of: number): CourseOptions => ({
    onEnded: (_, ended) => onProgress?.(before + ended, of),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const courses = await rehearseCourses(seeded, told(0, seeds));
  const forecast = forecastOf(courses, waves);
  const path = middlePath(courses, input);
  const levers = path === undefined ? [] : leversOf(input, path).slice(0, most);
  const compared = courses.slice(0, leverSeeds);
  const changed = levers.flatMap((lever) =>
    compared.map(({ seed }) => ({ ...lever.changed, seed })),
  );
  const tried = await rehearseCourses(changed, told(seeds, seeds + changed.length));
  const proven = levers.map((lever, i) =>
    provenBy(lever, compared, tried.slice(i * compared.length, (i + 1) * compared.length)),
  );
  return {
    plan: input.plan.name,
    servers: waves.reduce((sum, wave) => sum + wave.servers.length, 0),
    forecast,
    criticalPath: path,
    levers: proven.toSorted((a, b) => b.gainSeconds - a.gainSeconds),
    windows: windowsOf(input, forecast.ends?.p95),
  };
}

/** The critical path of the rehearsal whose end is in the middle. */
function middlePath(courses: readonly Course[], { plan }: CourseInput): CriticalPath | undefined {
  const ended = courses
    .flatMap((course) => {
      const end = endOf(course, plan.waves.length);
      return end === undefined ? [] : [{ course, ms: toMs(end) }];
    })
    .toSorted((a, b) => a.ms - b.ms || a.course.seed - b.course.seed);
  const middle = ended[Math.floor((ended.length - 1) / 2)];
  if (middle === undefined) return undefined;
  return criticalPath(
    middle.course,
    new Map(plan.waves.map(({ name, dependsOn }) => [name, dependsOn])),
  );
}

function provenBy(
  { name, words }: Lever,
  before: readonly Course[],
  after: readonly Course[],
): ProvenLever {
  const ends = before.flatMap((course, i) => {
    const was = endOf(course, course.waves.length);
    const other = after[i];
    const is = other === undefined ? undefined : endOf(other, course.waves.length);
    return was === undefined || is === undefined ? [] : [{ was, is }];
  });
  const seeds = before.map(({ seed }) => seed);
  if (ends.length === 0) return { name, words, gainSeconds: 0, endsAt: undefined, seeds };
  return {
    name,
    words,
    gainSeconds: Math.round(spreadOf(ends.map(({ was, is }) => secondsBetween(is, was))).p50),
    endsAt: fromMs(Math.round(spreadOf(ends.map(({ is }) => toMs(is))).p50)),
    seeds,
  };
}

function windowsOf(
  { plan, startAt }: CourseInput,
  until: string | undefined,
): readonly WaveWindow[] {
  const within = { fromMs: toMs(startAt), toMs: toMs(until ?? startAt) + 86_400_000 };
  return plan.waves.flatMap(({ name, gates }) =>
    gatedPhases.flatMap((phase) => {
      const schedule = gates?.[phase]?.schedule;
      return schedule === undefined
        ? []
        : [{ wave: name, phase, open: openSpans(schedule, within) }];
    }),
  );
}
