import { fromMs, type Instant, toMs } from './time.ts';

/** A stretch during which a person had a wave paused; open while it lasts. */
export interface Pause {
  readonly from: Instant;
  readonly until: Instant | null;
}

/** Says whether a wave is paused now: its last pause is still open. */
export function isPaused(pauses: readonly Pause[]): boolean {
  return pauses.at(-1)?.until === null;
}

/** Counts the seconds between two instants during which the wave was paused. */
export function pausedSeconds(pauses: readonly Pause[], from: Instant, until: Instant): number {
  let ms = 0;
  for (const pause of pauses) {
    const start = Math.max(toMs(pause.from), toMs(from));
    const end = Math.min(pause.until === null ? toMs(until) : toMs(pause.until), toMs(until));
    ms += Math.max(0, end - start);
  }
  return ms / 1000;
}

/** Moves a deadline by the time that its wave was paused since the deadline was set (design.md 15.10). */
export function extendedDeadline(
  deadline: { readonly from: Instant; readonly at: Instant },
  pauses: readonly Pause[],
  now: Instant,
): Instant {
  return fromMs(toMs(deadline.at) + pausedSeconds(pauses, deadline.from, now) * 1000);
}
