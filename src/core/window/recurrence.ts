import { fromMs, type Instant, toMs } from '../time.ts';
import { dayOf, firstInstantOf, wallOn, weekdayOf } from './local-time.ts';

/** Which day of a week or month it is. */
export type DayRule =
  | { readonly kind: 'weekday'; readonly weekday: number }
  | { readonly kind: 'nth'; readonly nth: number | 'last'; readonly weekday: number }
  | { readonly kind: 'day'; readonly day: number | 'last' };

/** A moment that comes again, at most once a day: on days of a calendar, by the clock on the wall of a time zone. */
export interface Recurrence {
  readonly timeZone: string;
  /** Each week, and not by the month. */
  readonly weekly: boolean;
  /** The months in which it comes, 1 to 12. */
  readonly months: readonly number[];
  readonly on: DayRule;
  /** Minutes after the day began on the wall clock. */
  readonly minute: number;
  /** The first and the last day, counted from 1970, on which it may come. */
  readonly firstDay?: number;
  readonly lastDay?: number;
}

/** How far ahead a recurrence is looked for, in days. */
export const recurrenceHorizonDays = 400;

const dayMs = 86_400_000;

/** The date of a day that is counted from 1970: `2026-07-04`. */
export function dateOf(day: number): string {
  return fromMs(day * dayMs).slice(0, 10);
}

/** The day of a date, counted from 1970. */
export function dayOfDate(date: string): number {
  return dayOf(toMs(`${date}T00:00:00Z`));
}

/** When the clock on the wall of the recurrence shows its time on a day; after a gap in spring the moment of the change. */
export function momentOn({ timeZone, minute }: Recurrence, day: number): Instant {
  return fromMs(firstInstantOf(timeZone, wallOn(day, minute)));
}

/** The first day from one on, on which it comes; undefined where none does within the horizon. */
export function nextDay(recurrence: Recurrence, from: number): number | undefined {
  const first = Math.max(from, recurrence.firstDay ?? from);
  for (let day = first; day < first + recurrenceHorizonDays; day += 1) {
    if (recurrence.lastDay !== undefined && day > recurrence.lastDay) return undefined;
    if (comesOn(recurrence, day)) return day;
  }
  return undefined;
}

function comesOn({ weekly, months, on }: Recurrence, day: number): boolean {
  if (!weekly && !months.includes(monthOf(day))) return false;
  switch (on.kind) {
    case 'weekday':
      return weekdayOf(day) === on.weekday;
    case 'nth':
      return weekdayOf(day) === on.weekday && isNth(day, on.nth);
    case 'day':
      return on.day === 'last' ? monthOf(day + 1) !== monthOf(day) : dayOfMonth(day) === on.day;
    default:
      return on satisfies never;
  }
}

function isNth(day: number, nth: number | 'last'): boolean {
  return nth === 'last'
    ? monthOf(day + 7) !== monthOf(day)
    : Math.ceil(dayOfMonth(day) / 7) === nth;
}

function monthOf(day: number): number {
  return Number(dateOf(day).slice(5, 7));
}

function dayOfMonth(day: number): number {
  return Number(dateOf(day).slice(8, 10));
}
