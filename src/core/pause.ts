import { fromMs, type Instant, later, toMs } from './time.ts';

/** A stretch during which a person had a wave paused; open while it lasts. */
export interface Pause {
  readonly from: Instant;
  readonly until: Instant | null;
}

/** Says whether a wave is paused now: its last pause is still open. */
export function isPaused(pauses: readonly Pause[]): boolean {
  return pauses.at(-1)?.until === null;
}

/** Joins the pauses of several scopes into one list without overlaps; what is open in any of them is open at its end. */
export function mergedPauses(lists: readonly (readonly Pause[])[]): readonly Pause[] {
  const [only, ...more] = lists;
  if (only === undefined) return [];
  if (more.length === 0) return only;
  const merged: Pause[] = [];
  for (const next of lists.flat().toSorted((a, b) => toMs(a.from) - toMs(b.from))) {
    const last = merged.at(-1);
    if (last === undefined || (last.until !== null && toMs(last.until) < toMs(next.from))) {
      merged.push(next);
    } else if (last.until !== null) {
      const until = next.until === null ? null : later(last.until, next.until);
      merged[merged.length - 1] = { from: last.from, until };
    }
  }
  return merged;
}

/** The same pauses with one that begins; as they are where one is open. */
export function paused(pauses: readonly Pause[], at: Instant): readonly Pause[] {
  return isPaused(pauses) ? pauses : [...pauses, { from: at, until: null }];
}

/** The same pauses with the open one ended; it never ends before it began, whatever two operators' clocks say. */
export function unpaused(pauses: readonly Pause[], at: Instant): readonly Pause[] {
  return pauses.map((pause) =>
    pause.until === null ? { ...pause, until: later(at, pause.from) } : pause,
  );
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
