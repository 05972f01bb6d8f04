import type { DrillSchedule } from '../plan/schedule-for.ts';
import { type Instant, later, plusSeconds, toMs } from '../time.ts';
import { dayOf, wallAt } from '../window/local-time.ts';
import {
  dateOf,
  dayOfDate,
  momentOn,
  nextDay,
  recurrenceHorizonDays,
} from '../window/recurrence.ts';
import { spansOf } from '../window/spans.ts';

/** A time at which a schedule comes, whatever freezes say. */
export interface Occurrence {
  /** Its date on the wall of its time zone, `2026-07-04`: what it is known by. */
  readonly date: string;
  readonly plannedAt: Instant;
}

/** When an occurrence is to begin: at its time, or moved out of a freeze; or that it falls out. */
export type Placed =
  | { readonly is: 'set'; readonly at: Instant; readonly movedBecause?: string }
  | { readonly is: 'frozen'; readonly because: string };

/** What is on record of a schedule, as far as its next turn depends on it. */
export interface Standing {
  /** Since when it is on record: nothing from before is caught up with. */
  readonly since: Instant;
  /** The date of the last occurrence that was settled; null before the first. */
  readonly lastDate: string | null;
  readonly paused: boolean;
}

/** What is due of a schedule. */
export type Turn =
  | { readonly do: 'wait'; readonly next: (Occurrence & { readonly placed: Placed }) | null }
  | {
      readonly do: 'begin';
      readonly occurrence: Occurrence;
      readonly at: Instant;
      readonly movedBecause?: string;
    }
  | {
      readonly do: 'skip';
      readonly occurrence: Occurrence;
      readonly reason: 'frozen' | 'paused';
      readonly because: string;
    }
  | { readonly do: 'miss'; readonly occurrence: Occurrence; readonly at: Instant };

/** The name of the plan that an occurrence runs as. */
export function runName(plan: string, date: string): string {
  return `${plan}-${date.replaceAll('-', '')}`;
}

/** The first occurrence after what was settled, and not before the schedule was on record; undefined where none comes. */
export function nextOccurrence(
  { recurrence }: DrillSchedule,
  { since, lastDate }: Pick<Standing, 'since' | 'lastDate'>,
): Occurrence | undefined {
  const sinceDay = dayOf(wallAt(recurrence.timeZone, toMs(since)));
  let from = lastDate === null ? sinceDay : Math.max(sinceDay, dayOfDate(lastDate) + 1);
  for (;;) {
    const day = nextDay(recurrence, from);
    if (day === undefined) return undefined;
    const plannedAt = momentOn(recurrence, day);
    if (toMs(plannedAt) >= toMs(since)) return { date: dateOf(day), plannedAt };
    from = day + 1;
  }
}

/** The next occurrences from what is on record on, at most so many, each with when it is to begin. */
export function comingOccurrences(
  schedule: DrillSchedule,
  standing: Pick<Standing, 'since' | 'lastDate'>,
  most: number,
): readonly (Occurrence & { readonly placed: Placed })[] {
  const coming: (Occurrence & { readonly placed: Placed })[] = [];
  let { lastDate } = standing;
  while (coming.length < most) {
    const next = nextOccurrence(schedule, { ...standing, lastDate });
    if (next === undefined) break;
    coming.push({ ...next, placed: placed(schedule, next) });
    lastDate = next.date;
  }
  return coming;
}

/** When an occurrence is to begin. A frozen one moves to the same time of the next day that is free, before the next one. */
export function placed(schedule: DrillSchedule, { date, plannedAt }: Occurrence): Placed {
  const frozen = frozenBy(schedule, plannedAt);
  if (frozen === undefined) return { is: 'set', at: plannedAt };
  const because = `frozen by calendar ${frozen}`;
  if (schedule.whenFrozen === 'skip') return { is: 'frozen', because };
  const day = dayOfDate(date);
  const end = nextDay(schedule.recurrence, day + 1) ?? day + recurrenceHorizonDays;
  for (let other = day + 1; other < end; other += 1) {
    const at = momentOn(schedule.recurrence, other);
    if (frozenBy(schedule, at) === undefined) return { is: 'set', at, movedBecause: because };
  }
  return { is: 'frozen', because: `${because}, and no day before the next run is free` };
}

function frozenBy({ freezes }: DrillSchedule, at: Instant): string | undefined {
  const moment = { fromMs: toMs(at), toMs: toMs(at) + 1 };
  const closed = freezes.filter(({ periods }) => spansOf(periods, moment).length > 0);
  return closed.length === 0 ? undefined : closed.map(({ name }) => name).join(', ');
}

/**
 * Says what is due of a schedule now: one occurrence at a time, in their order. What could not begin within its grace
 * is missed, never caught up with later.
 */
export function turnOf(schedule: DrillSchedule, standing: Standing, now: Instant): Turn {
  const occurrence = nextOccurrence(schedule, standing);
  if (occurrence === undefined) return { do: 'wait', next: null };
  const place = placed(schedule, occurrence);
  const at = place.is === 'set' ? place.at : occurrence.plannedAt;
  if (toMs(now) < toMs(at)) return { do: 'wait', next: { ...occurrence, placed: place } };
  if (place.is === 'frozen') {
    return { do: 'skip', occurrence, reason: 'frozen', because: place.because };
  }
  if (standing.paused) {
    return { do: 'skip', occurrence, reason: 'paused', because: 'the schedule is paused' };
  }
  const latest = plusSeconds(at, schedule.graceSeconds);
  if (later(latest, now) !== latest) return { do: 'miss', occurrence, at };
  const { movedBecause } = place;
  return {
    do: 'begin',
    occurrence,
    at,
    ...(movedBecause === undefined ? {} : { movedBecause }),
  };
}

/** The calendar month of an instant in a schedule's time zone: `2026-07`. */
export function monthOf({ recurrence }: DrillSchedule, at: Instant): string {
  return dateOf(dayOf(wallAt(recurrence.timeZone, toMs(at)))).slice(0, 7);
}
