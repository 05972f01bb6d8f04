// In: what was told of servers, and the ways of a wave's. Out: how many servers of each wave were in which band of lag, and
// when. Lag is told by bands alone, so bands are all that is known of it. Pure.

import { objectIn, type ToldFact, textIn, whenOf } from '../event/told.ts';
import type { Instant } from '../time.ts';
import type { ServerWay } from './server-way.ts';

/** The bands of lag, the best first, after `untold`: servers whose lag nobody told. */
export const lagBands = ['untold', 'unknown', 'current', 'minutes', 'hour', 'behind'] as const;

const bands: readonly string[] = lagBands;

/** From a moment on, how many servers under way are in each band of `lagBands`. */
export interface LagPoint {
  readonly at: Instant;
  readonly servers: readonly number[];
}

/** The course of lag over one wave. */
export interface LagCourse {
  readonly kind: 'lag';
  readonly wave: string;
  readonly bands: readonly string[];
  readonly points: readonly LagPoint[];
}

/** A wave's beginning. */
export interface WaveBegun {
  readonly wave: string;
  readonly startedAt: Instant;
}

/** Follows the bands of lag of each wave's servers, from its start until each server has its outcome. */
export function lagCourses(
  told: readonly ToldFact[],
  waves: readonly WaveBegun[],
  ways: readonly ServerWay[],
): readonly LagCourse[] {
  const courses = new Map(waves.map((wave) => [wave.wave, new Course(wave, ways)]));
  for (const event of told) {
    const server = textIn(event.detail, 'sourceServerId');
    if (server === null) continue;
    const at = whenOf(event);
    const wave = textIn(event.detail, 'wave');
    const band = bandIn(event);
    if (band !== undefined) for (const course of courses.values()) course.seen(server, band, at);
    if (wave === null) continue;
    if (event.type === 'Wave Server Outcome') courses.get(wave)?.left(server, at);
    if (event.type === 'Wave Server Reopened') courses.get(wave)?.back(server, at);
  }
  return [...courses.values()].map((course) => course.read());
}

function bandIn({ type, detail }: ToldFact): string | undefined {
  if (type === 'Source Server Lag Band Change') return textIn(detail, 'current') ?? undefined;
  if (type !== 'Source Server Discovered') return undefined;
  return textIn(objectIn(detail, 'facts'), 'lagBand') ?? undefined;
}

class Course {
  readonly #wave: WaveBegun;
  readonly #bands = new Map<string, string>();
  readonly #under: Set<string>;
  readonly #points: LagPoint[] = [];

  constructor(wave: WaveBegun, ways: readonly ServerWay[]) {
    this.#wave = wave;
    this.#under = new Set(ways.flatMap((way) => (way.wave === wave.wave ? [way.server] : [])));
    for (const server of this.#under) this.#bands.set(server, 'untold');
    this.#point(wave.startedAt);
  }

  seen(server: string, band: string, at: Instant): void {
    if (!this.#bands.has(server)) return;
    this.#bands.set(server, band);
    if (this.#under.has(server)) this.#point(at);
  }

  left(server: string, at: Instant): void {
    if (this.#under.delete(server)) this.#point(at);
  }

  back(server: string, at: Instant): void {
    if (!this.#bands.has(server)) return;
    this.#under.add(server);
    this.#point(at);
  }

  read(): LagCourse {
    const { wave } = this.#wave;
    return { kind: 'lag', wave, bands, points: [...this.#points] };
  }

  /** Counts anew. What was told before the wave began stands at its beginning. */
  #point(at: Instant): void {
    const counts = bands.map(() => 0);
    for (const server of this.#under) {
      const band = bands.indexOf(this.#bands.get(server) ?? '');
      // A band that only a later Landfall knows says nothing to this one.
      const place = band === -1 ? bands.indexOf('unknown') : band;
      counts[place] = (counts[place] ?? 0) + 1;
    }
    const from = at < this.#wave.startedAt ? this.#wave.startedAt : at;
    if (this.#points.at(-1)?.at === from) this.#points.pop();
    this.#points.push({ at: from, servers: counts });
  }
}
