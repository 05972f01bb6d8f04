// In: how a rehearsal went, and which waves wait for which. Out: the chain of stages and waits that its end hung on. Pure.
import { type Instant, secondsBetween, toMs } from '../time.ts';
import { ranked } from './cause.ts';
import type { Cause, Course, CourseStage, CourseWave, Spent } from './course.ts';

/** One link of the chain: a stage of a wave, or a time in which it waited for what is not its own. */
export interface Link {
  readonly wave: string;
  readonly name: string;
  readonly cohort: number | undefined;
  readonly from: Instant;
  readonly to: Instant;
  readonly lastServer: string | undefined;
  readonly spent: readonly Spent[];
}

/** What the end of a plan hung on. */
export interface CriticalPath {
  readonly seed: number;
  /** From the beginning to the end of the plan. */
  readonly links: readonly Link[];
  /** What the time of the whole chain went into, the longest first. */
  readonly spent: readonly Spent[];
}

// A wave goes on at the poll after what it waited for: that is no wait of its own.
const pollSeconds = 1800;

/**
 * Follows a rehearsal back from its last end. A stage hangs on the one before it; the first stage of a wave on the wave
 * that it depends on, or, where it waited for slots, on the wave whose servers gave them back last.
 */
export function criticalPath(
  course: Course,
  dependsOn: ReadonlyMap<string, readonly string[]>,
): CriticalPath {
  const links: Link[] = [];
  let wave = lastOf(course.waves);
  const passed = new Set<string>();
  while (wave !== undefined && !passed.has(wave.wave)) {
    passed.add(wave.wave);
    wave = followed(course, wave, links, dependsOn);
  }
  links.reverse();
  const sums = new Map<Cause, number>();
  for (const { cause, seconds } of links.flatMap(({ spent }) => spent)) {
    sums.set(cause, (sums.get(cause) ?? 0) + seconds);
  }
  return { seed: course.seed, links, spent: ranked(sums) };
}

/** Adds the links of one wave, last first, and answers the wave that its beginning hung on. */
function followed(
  course: Course,
  wave: CourseWave,
  links: Link[],
  dependsOn: ReadonlyMap<string, readonly string[]>,
): CourseWave | undefined {
  // What came before is followed only up to where the chain has come already.
  const until = links.at(-1)?.from;
  let at = until ?? wave.concludedAt ?? wave.startedAt;
  for (const stage of wave.stages.toReversed()) {
    if (secondsBetween(stage.startedAt, at) <= 0) continue;
    const waited = secondsBetween(stage.endedAt, at);
    if (waited > pollSeconds) {
      const holder = holderOf(course, wave, { from: stage.endedAt, to: at });
      if (holder !== undefined) return holder;
      links.push(gap(wave, stage.endedAt, at));
      at = stage.endedAt;
    }
    links.push(linkOf(wave, stage, at));
    at = stage.startedAt;
  }
  const waited = secondsBetween(wave.startedAt, at);
  if (waited > pollSeconds) {
    const holder = holderOf(course, wave, { from: wave.startedAt, to: at });
    if (holder !== undefined) return holder;
  }
  if (waited > 0) links.push(gap(wave, wave.startedAt, at));
  const before = (dependsOn.get(wave.wave) ?? []).flatMap(
    (name) => course.waves.find((other) => other.wave === name) ?? [],
  );
  return lastOf(before);
}

function lastOf(waves: readonly CourseWave[]): CourseWave | undefined {
  const ends = ({ concludedAt }: CourseWave) => (concludedAt === undefined ? 0 : toMs(concludedAt));
  return waves.toSorted((a, b) => ends(b) - ends(a) || (a.wave < b.wave ? -1 : 1))[0];
}

/** The wave that gave slots back last while another waited for them: finalize is where servers give theirs back. */
function holderOf(
  { waves }: Course,
  waiting: CourseWave,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): CourseWave | undefined {
  const gave = waves.flatMap((wave) => {
    if (wave.wave === waiting.wave) return [];
    const last = wave.stages.findLast(
      ({ name, endedAt }) =>
        name === 'finalize' &&
        secondsBetween(endedAt, to) >= 0 &&
        secondsBetween(from, endedAt) > 0,
    );
    return last === undefined ? [] : [{ wave, at: toMs(last.endedAt) }];
  });
  return gave.toSorted((a, b) => b.at - a.at || (a.wave.wave < b.wave.wave ? -1 : 1))[0]?.wave;
}

function linkOf({ wave }: CourseWave, stage: CourseStage, to: Instant): Link {
  const { name, cohort, startedAt: from, endedAt, lastServer, spent } = stage;
  const late = secondsBetween(endedAt, to);
  return {
    wave,
    name,
    cohort,
    from,
    to,
    lastServer,
    spent: late <= 0 ? cutTo(spent, secondsBetween(from, to)) : plusPace(spent, late),
  };
}

function gap({ wave }: CourseWave, from: Instant, to: Instant): Link {
  const seconds = secondsBetween(from, to);
  const cause = seconds > pollSeconds ? 'active-slots' : 'pace';
  return {
    wave,
    name: cause === 'pace' ? 'beginning' : 'waiting for slots',
    cohort: undefined,
    from,
    to,
    lastServer: undefined,
    spent: [{ cause, seconds }],
  };
}

/** A stage that goes on after what hung on it counts only up to there, each cause by its share. */
function cutTo(spent: readonly Spent[], seconds: number): readonly Spent[] {
  const whole = spent.reduce((sum, one) => sum + one.seconds, 0);
  if (whole <= seconds) return spent;
  return spent.map((one) => ({ ...one, seconds: (one.seconds * seconds) / whole }));
}

function plusPace(spent: readonly Spent[], seconds: number): readonly Spent[] {
  const sums = new Map<Cause, number>(spent.map((one) => [one.cause, one.seconds]));
  sums.set('pace', (sums.get('pace') ?? 0) + seconds);
  return ranked(sums);
}
