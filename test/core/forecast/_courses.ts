// Courses as rehearsals give them, in hours after a beginning.
import type { Course, CourseStage, CourseWave, Spent } from '../../../src/core/forecast/course.ts';
import { plusSeconds } from '../../../src/core/time.ts';

/** When every course begins. */
export const beginning = '2026-03-02T00:00:00.000Z';

/** So many hours after the beginning. */
export function hours(count: number): string {
  return plusSeconds(beginning, Math.round(count * 3600));
}

/** A stage from one hour to another, whose time went into what is said, else into polls and calls. */
export function stage(
  name: string,
  [from, to]: readonly [number, number],
  spent: readonly Spent[] = [{ cause: 'pace', seconds: (to - from) * 3600 }],
  more: Partial<CourseStage> = {},
): CourseStage {
  return {
    name,
    cohort: 1,
    servers: 2,
    startedAt: hours(from),
    endedAt: hours(to),
    failed: 0,
    lastServer: `last-of-${name}`,
    spent,
    needsSeconds: (to - from) * 3600,
    cutByWindow: 0,
    ...more,
  };
}

/** A wave that begins with its first stage, or before it, and concludes with its last. */
export function wave(name: string, stages: readonly CourseStage[], startsAt?: number): CourseWave {
  const [first] = stages;
  return {
    wave: name,
    startedAt: startsAt === undefined ? (first?.startedAt ?? beginning) : hours(startsAt),
    concludedAt: stages.at(-1)?.endedAt,
    stages,
  };
}

/** A rehearsal with these waves, in which all went well. */
export function course(seed: number, waves: readonly CourseWave[]): Course {
  return { seed, startedAt: beginning, servers: { succeeded: 4 }, waves };
}
