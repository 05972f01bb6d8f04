import type { SeenServer, Sighting } from './recorded.ts';

/** What repeats on a server, and when it can be trusted to. */
export interface Repeated {
  /** When it happened last, as a sighting tells it. */
  readonly lastAt: (sighting: Sighting) => number | undefined;
  /** Says whether it takes its regular course at a sighting, and none is under way. */
  readonly isRegular: (sighting: Sighting) => boolean;
  /** Says whether something else than its course may have caused one in a span. */
  readonly isDisturbed?: (server: SeenServer, after: number, until: number) => boolean;
}

/**
 * Answers the times between two that follow each other, in milliseconds. A sighting tells the last one only, so two
 * that were told one after the other may have others between them. Where none had come up to a sighting more than
 * halfway between them, there is no room for another of the same length.
 */
export function periodsOf(server: SeenServer, repeated: Repeated): readonly number[] {
  const periods: number[] = [];
  let last: number | undefined;
  let noneUntil: number | undefined;
  for (const sighting of server.sightings) {
    const at = repeated.lastAt(sighting);
    if (at === undefined) continue;
    if (last !== undefined && at > last) {
      const isNext = noneUntil !== undefined && at - last < 2 * (noneUntil - last);
      const isDisturbed = repeated.isDisturbed?.(server, last, at) === true;
      if (isNext && !isDisturbed) periods.push(at - last);
    }
    if (at !== last) noneUntil = undefined;
    last = at;
    if (repeated.isRegular(sighting)) noneUntil = sighting.at;
  }
  return periods;
}
