import { toMs } from '../time.ts';
import { dayOf, firstInstantOf, wallAt, wallOn, weekdayOf } from './local-time.ts';
import type { Period, Schedule, WeeklyPeriod } from './schedule.ts';

/** A stretch of time in milliseconds after 1970; its end is no longer part of it. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The spans of periods that reach into a stretch of time, in order; those that touch are one. */
export function spansOf(periods: readonly Period[], within: Span): readonly Span[] {
  const found = periods.flatMap((period) =>
    period.kind === 'weekly'
      ? weeklySpans(period, within)
      : [{ fromMs: toMs(period.from), toMs: toMs(period.to) }],
  );
  return joined(found.filter((span) => span.toMs > within.fromMs && span.fromMs < within.toMs));
}

function weeklySpans(
  { timeZone, days, fromMinute, toMinute }: WeeklyPeriod,
  within: Span,
): readonly Span[] {
  const spans: Span[] = [];
  const last = dayOf(wallAt(timeZone, within.toMs)) + 1;
  // What began the day before may still be open.
  for (let day = dayOf(wallAt(timeZone, within.fromMs)) - 2; day <= last; day += 1) {
    if (!days.includes(weekdayOf(day))) continue;
    const endDay = toMinute <= fromMinute ? day + 1 : day;
    const span = {
      fromMs: firstInstantOf(timeZone, wallOn(day, fromMinute)),
      toMs: firstInstantOf(timeZone, wallOn(endDay, toMinute)),
    };
    // The clocks may be put forward over all of it.
    if (span.toMs > span.fromMs) spans.push(span);
  }
  return spans;
}

function joined(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const before = result.at(-1);
    if (before === undefined || span.fromMs > before.toMs) result.push(span);
    else {
      result[result.length - 1] = {
        fromMs: before.fromMs,
        toMs: Math.max(before.toMs, span.toMs),
      };
    }
  }
  return result;
}

/** The spans within a stretch of time during which a schedule is open, in order. */
export function openSpans(schedule: Schedule, within: Span): readonly Span[] {
  const open = schedule.open.length === 0 ? [within] : spansOf(schedule.open, within);
  const closed = spansOf(
    schedule.freezes.flatMap(({ periods }) => periods),
    within,
  );
  return open.flatMap((span) => without(span, closed));
}

function without(span: Span, closed: readonly Span[]): readonly Span[] {
  const left: Span[] = [];
  let { fromMs } = span;
  for (const gap of closed) {
    if (gap.toMs <= fromMs || gap.fromMs >= span.toMs) continue;
    if (gap.fromMs > fromMs) left.push({ fromMs, toMs: gap.fromMs });
    fromMs = gap.toMs;
  }
  if (fromMs < span.toMs) left.push({ fromMs, toMs: span.toMs });
  return left;
}
