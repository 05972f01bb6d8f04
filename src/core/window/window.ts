import { fromMs, type Instant, spokenSpan, toMs } from '../time.ts';
import type { Schedule } from './schedule.ts';
import { openSpans, type Span, spansOf } from './spans.ts';

/** How far ahead windows are looked for, in days; what does not open by then never opens. */
export const horizonDays = 400;

/** Where a schedule stands at a moment. */
export type WindowState =
  | {
      readonly is: 'open';
      readonly since: Instant;
      /** Null where it stays open as far as can be seen. */
      readonly closesAt: Instant | null;
      /** The latest start that still has all the time it needs; null where it stays open. */
      readonly lastSafeStart: Instant | null;
    }
  | {
      readonly is: 'closed';
      /** When it opens next for long enough; null where it never does within the horizon. */
      readonly opensAt: Instant | null;
      readonly closesAt: Instant | null;
      /** Why it is closed now, in a few words. */
      readonly because: string;
    };

const dayMs = 86_400_000;
// Most windows open within a week; only what does not costs a longer search.
const searches = [9, 40, horizonDays];

/**
 * Says whether something that takes so many seconds may begin now, and when else it may. A window that is open but
 * closes too soon is closed: what cannot finish in its window does not start.
 */
export function windowAt(schedule: Schedule, now: Instant, needsSeconds = 0): WindowState {
  const nowMs = toMs(now);
  const needsMs = needsSeconds * 1000;
  for (const days of searches) {
    const end = nowMs + days * dayMs;
    const isLast = days === horizonDays;
    const spans = openSpans(schedule, { fromMs: nowMs - 2 * dayMs, toMs: end });
    // A span that reaches the end of the search may go on behind it.
    const isWhole = (span: Span) => span.toMs < end;
    const current = spans.find((span) => span.fromMs <= nowMs && span.toMs > nowMs);
    if (current !== undefined && !isWhole(current) && !isLast) continue;
    if (current !== undefined && (!isWhole(current) || current.toMs - nowMs >= needsMs)) {
      return openState(current, isWhole(current), needsMs);
    }
    const next = spans.find(
      (span) =>
        span.fromMs > nowMs && (span.toMs - span.fromMs >= needsMs || (!isLast && !isWhole(span))),
    );
    if (!isLast && (next === undefined || !isWhole(next))) continue;
    return {
      is: 'closed',
      opensAt: next === undefined ? null : fromMs(next.fromMs),
      closesAt: next === undefined || !isWhole(next) ? null : fromMs(next.toMs),
      because: whyClosed(schedule, nowMs, current, needsSeconds),
    };
  }
  throw new RangeError('the last search answers');
}

function openState({ fromMs: from, toMs: to }: Span, whole: boolean, needsMs: number): WindowState {
  return {
    is: 'open',
    since: fromMs(from),
    closesAt: whole ? fromMs(to) : null,
    lastSafeStart: whole ? fromMs(to - needsMs) : null,
  };
}

function whyClosed(
  { open, freezes }: Schedule,
  nowMs: number,
  current: Span | undefined,
  needsSeconds: number,
): string {
  if (current !== undefined) {
    return `the window closes at ${fromMs(current.toMs)}, too soon for what takes ${spokenSpan(needsSeconds)}`;
  }
  const moment = { fromMs: nowMs, toMs: nowMs + 1 };
  const frozen = freezes.filter(({ periods }) => spansOf(periods, moment).length > 0);
  const isOpen = open.length === 0 || spansOf(open, moment).length > 0;
  return isOpen && frozen.length > 0
    ? `frozen by calendar ${frozen.map(({ name }) => name).join(', ')}`
    : 'outside its window';
}
