import { type Problem, problemAt, shown } from '../fleet/problem.ts';
import type { Instant } from '../time.ts';
import { toMs } from '../time.ts';
import { dayOf, wallAt } from '../window/local-time.ts';
import { nextDay, recurrenceHorizonDays } from '../window/recurrence.ts';
import { longestScheduledName, type Plan } from './plan.ts';
import { scheduleOf } from './schedule-for.ts';

const at = ['spec', 'schedule'];

/** Finds what a plan's schedule contradicts the plan in, before any fleet or clock is looked at. */
export function* scheduleProblems({ kind, metadata, spec }: Plan): Generator<Problem> {
  if (spec.schedule === undefined) return;
  if (kind !== 'Drill') {
    yield problemAt(
      at,
      `a ${kind} has no schedule: only drills come again by themselves`,
      'remove it, or write kind: Drill',
    );
  }
  if (metadata.name.length > longestScheduledName) {
    yield problemAt(
      ['metadata', 'name'],
      `${shown(metadata.name)} has ${metadata.name.length} characters, more than ${longestScheduledName}: each run of a schedule adds its date`,
      'give the plan a shorter name',
    );
  }
  const calendars = Object.keys(spec.calendars ?? {});
  for (const [i, name] of (spec.schedule.freezes ?? []).entries()) {
    if (calendars.includes(name)) continue;
    yield problemAt(
      [...at, 'freezes', i],
      `unknown calendar ${shown(name)}`,
      calendars.length === 0
        ? `add ${shown(name)} to spec.calendars`
        : `name one of ${calendars.join(', ')}, or add it to spec.calendars`,
    );
  }
}

/** Finds a schedule that never comes from now on. */
export function* neverComes(plan: Plan, now: Instant): Generator<Problem> {
  const schedule = scheduleOf(plan);
  if (schedule === undefined) return;
  const { recurrence } = schedule;
  const today = dayOf(wallAt(recurrence.timeZone, toMs(now)));
  if (nextDay(recurrence, today) !== undefined) return;
  yield problemAt(
    at,
    `no run comes within ${recurrenceHorizonDays} days from ${now}`,
    'set ends later, or name other months',
  );
}
