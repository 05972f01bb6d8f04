import { dayOf, wallOf } from '../window/local-time.ts';
import type { Recurrence } from '../window/recurrence.ts';
import type { Freeze } from '../window/schedule.ts';
import { acceptedSeconds } from './duration-field.ts';
import type { Plan } from './plan.ts';
import { type DrillCosts, dayRuleOf, months, type ScheduleField } from './schedule-field.ts';
import { acceptedPeriod } from './windows.ts';

/** The schedule of a Drill with nothing left open. */
export interface DrillSchedule {
  readonly recurrence: Recurrence;
  readonly freezes: readonly Freeze[];
  readonly whenFrozen: 'move' | 'skip';
  readonly graceSeconds: number;
  readonly costs?: DrillCosts;
}

const defaultGrace = 'PT6H';

/** Answers the schedule of a plan; undefined where it has none. */
export function scheduleOf({ spec }: Plan): DrillSchedule | undefined {
  const written = spec.schedule;
  if (written === undefined) return undefined;
  const { timeZone, every, at, begins, ends, freezes = [], whenFrozen = 'move' } = written;
  const on = dayRuleOf(String(written.on));
  if (on === undefined) throw new RangeError(`not a day: ${written.on}`);
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  const dayIn = (text: string | undefined) => {
    const wall = text === undefined ? undefined : wallOf(text);
    return wall === undefined ? undefined : dayOf(wall);
  };
  const first = dayIn(begins);
  const last = dayIn(ends);
  return {
    recurrence: {
      timeZone,
      weekly: every === 'week',
      months: monthsOf(every, written.months),
      on,
      minute: hour * 60 + minute,
      ...(first === undefined ? {} : { firstDay: first }),
      ...(last === undefined ? {} : { lastDay: last }),
    },
    freezes: freezes.map((name) => ({
      name,
      periods: (spec.calendars?.[name] ?? []).map(acceptedPeriod),
    })),
    whenFrozen,
    graceSeconds: acceptedSeconds(written.grace ?? defaultGrace),
    ...(written.costs === undefined ? {} : { costs: written.costs }),
  };
}

function monthsOf(
  every: ScheduleField['every'],
  named: ScheduleField['months'],
): readonly number[] {
  if (every === 'quarter') return [1, 4, 7, 10];
  return (named ?? months).map((month) => months.indexOf(month) + 1);
}
