// In: the courses of some rehearsals of one plan. Out: the schedule to expect, each instant with the bounds between which
// one more rehearsal will have it. Pure.
import { fromMs, type Instant, secondsBetween, toMs } from '../time.ts';
import { ranked } from './cause.ts';
import type { Cause, Course, CourseStage, Spent } from './course.ts';
import { type Spread, spreadOf } from './spread.ts';

/** Bounds of an instant. */
export interface InstantSpread {
  readonly p5: Instant;
  readonly p50: Instant;
  readonly p80: Instant;
  readonly p95: Instant;
}

/** One stage of a wave, as it is expected. */
export interface StageForecast {
  /** As a course names it: `replicate`, `window of cutover`. */
  readonly name: string;
  readonly cohort: number | undefined;
  readonly servers: number;
  /** In how many of the rehearsals there was such a stage. */
  readonly seen: number;
  readonly starts: InstantSpread;
  readonly ends: InstantSpread;
  /** What its time goes into, in the median; the longest first. */
  readonly spent: readonly Spent[];
  readonly takesSeconds: Spread;
}

/** How long a gated phase of a wave takes: what its window must hold. */
export interface PhaseNeed {
  readonly phase: string;
  /** The P95 of its longest stage, without soak and the wait for a window. */
  readonly seconds: number;
  /** In how many of the rehearsals a window closed on it: then it takes longer than was seen. */
  readonly cutIn: number;
}

/** One wave, as it is expected. */
export interface WaveForecast {
  readonly wave: string;
  readonly servers: number;
  /** How many of the rehearsals it concluded in; the spreads are of these. */
  readonly concluded: number;
  readonly starts: InstantSpread;
  readonly ends: InstantSpread | undefined;
  readonly stages: readonly StageForecast[];
  readonly needs: readonly PhaseNeed[];
}

/** The schedule to expect. */
export interface Forecast {
  readonly seeds: readonly number[];
  readonly startsAt: Instant;
  /** Absent where no rehearsal concluded all of its waves. */
  readonly ends: InstantSpread | undefined;
  readonly waves: readonly WaveForecast[];
  /** In how many of the rehearsals every server succeeded or had nothing to do. */
  readonly allWell: number;
}

/** The schedule to expect of waves of a size, from at least one course. */
export function forecastOf(
  courses: readonly Course[],
  waves: readonly { readonly name: string; readonly servers: readonly unknown[] }[],
): Forecast {
  const [first] = courses;
  if (first === undefined) throw new RangeError('nothing was rehearsed');
  const ends = courses.flatMap((course) => endOf(course, waves.length) ?? []);
  return {
    seeds: courses.map(({ seed }) => seed),
    startsAt: first.startedAt,
    ends: ends.length === 0 ? undefined : instants(ends),
    waves: waves.flatMap(({ name, servers }) => waveOf(name, servers.length, courses)),
    allWell: courses.filter(isAllWell).length,
  };
}

/** When the last of so many waves concluded; undefined where one did not. */
export function endOf({ waves }: Course, count: number): Instant | undefined {
  const ends = waves.flatMap(({ concludedAt }) => concludedAt ?? []);
  if (ends.length < count || count === 0) return undefined;
  return fromMs(Math.max(...ends.map(toMs)));
}

function isAllWell({ servers }: Course): boolean {
  return Object.entries(servers).every(
    ([outcome, count]) => count === 0 || outcome === 'succeeded' || outcome === 'skipped',
  );
}

function instants(measured: readonly Instant[]): InstantSpread {
  const { p5, p50, p80, p95 } = spreadOf(measured.map(toMs));
  const at = (ms: number) => fromMs(Math.round(ms));
  return { p5: at(p5), p50: at(p50), p80: at(p80), p95: at(p95) };
}

function waveOf(name: string, servers: number, courses: readonly Course[]): WaveForecast[] {
  const ways = courses.flatMap(({ waves }) => waves.find(({ wave }) => wave === name) ?? []);
  if (ways.length === 0) return [];
  const ends = ways.flatMap(({ concludedAt }) => concludedAt ?? []);
  const stages = new Map<string, CourseStage[]>();
  for (const { key, stage } of ways.flatMap((way) => keyed(way.stages))) {
    stages.set(key, [...(stages.get(key) ?? []), stage]);
  }
  return [
    {
      wave: name,
      servers,
      concluded: ends.length,
      starts: instants(ways.map(({ startedAt }) => startedAt)),
      ends: ends.length === 0 ? undefined : instants(ends),
      stages: [...stages.values()]
        .map(stageOf)
        .toSorted((a, b) => toMs(a.starts.p50) - toMs(b.starts.p50)),
      needs: needsOf(ways.map((way) => way.stages)),
    },
  ];
}

/** The same stage has the same key in every rehearsal: its name, its cohort, and which of those it is. */
function keyed(stages: readonly CourseStage[]) {
  const times = new Map<string, number>();
  return stages.map((stage) => {
    const what = `${stage.name} ${stage.cohort ?? ''}`;
    const nth = (times.get(what) ?? 0) + 1;
    times.set(what, nth);
    return { key: `${what} ${nth}`, stage };
  });
}

function stageOf(same: readonly CourseStage[]): StageForecast {
  const [first] = same;
  if (first === undefined) throw new RangeError('a stage that nobody saw');
  return {
    name: first.name,
    cohort: first.cohort,
    servers: spreadOf(same.map(({ servers }) => servers)).p50,
    seen: same.length,
    starts: instants(same.map(({ startedAt }) => startedAt)),
    ends: instants(same.map(({ endedAt }) => endedAt)),
    spent: medianSpent(same.map(({ spent }) => spent)),
    takesSeconds: spreadOf(
      same.map(({ startedAt, endedAt }) => secondsBetween(startedAt, endedAt)),
    ),
  };
}

function medianSpent(all: readonly (readonly Spent[])[]): readonly Spent[] {
  const causes = new Set(all.flatMap((spent) => spent.map(({ cause }) => cause)));
  const sums = new Map<Cause, number>();
  for (const cause of causes) {
    const seconds = all.map((spent) => spent.find((one) => one.cause === cause)?.seconds ?? 0);
    sums.set(cause, spreadOf(seconds).p50);
  }
  return ranked(sums);
}

const gated = ['test', 'cutover', 'finalize'];

function needsOf(ways: readonly (readonly CourseStage[])[]): readonly PhaseNeed[] {
  return gated.flatMap((phase) => {
    const longest = ways.flatMap((stages) => {
      const seconds = stages.flatMap(({ name, needsSeconds }) =>
        name === phase ? (needsSeconds ?? []) : [],
      );
      return seconds.length === 0 ? [] : [Math.max(...seconds)];
    });
    if (longest.length === 0) return [];
    const cutIn = ways.filter((stages) =>
      stages.some(({ name, cutByWindow }) => name === phase && cutByWindow > 0),
    ).length;
    return [{ phase, seconds: spreadOf(longest).p95, cutIn }];
  });
}
