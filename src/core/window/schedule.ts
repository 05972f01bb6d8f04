import type { Instant } from '../time.ts';

/** A period that comes again each week: it begins on these days, and ends later that day or on the next. */
export interface WeeklyPeriod {
  readonly kind: 'weekly';
  readonly timeZone: string;
  /** The days on which it begins, 1 for Monday to 7 for Sunday. */
  readonly days: readonly number[];
  /** Minutes after the day began on the wall clock. */
  readonly fromMinute: number;
  /** At most `fromMinute` where it ends on the next day. */
  readonly toMinute: number;
}

/** A period that comes once. */
export interface SinglePeriod {
  readonly kind: 'single';
  readonly from: Instant;
  readonly to: Instant;
}

/** A stretch of time, once or each week. */
export type Period = WeeklyPeriod | SinglePeriod;

/** A calendar of periods during which nothing may begin, whatever else is open. */
export interface Freeze {
  readonly name: string;
  readonly periods: readonly Period[];
}

/** When something may be done: while a period is open and no freeze lies over it. */
export interface Schedule {
  /** None: at any time that no freeze lies over. */
  readonly open: readonly Period[];
  readonly freezes: readonly Freeze[];
}
