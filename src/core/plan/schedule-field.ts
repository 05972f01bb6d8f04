import * as z from 'zod';
import { isTimeZone, wallOf } from '../window/local-time.ts';
import type { Recurrence } from '../window/recurrence.ts';
import { durationField } from './duration-field.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** The months, as a plan names them. */
export const months = [
  ...['jan', 'feb', 'mar', 'apr', 'may', 'jun'],
  ...['jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
] as const;
const places = ['first', 'second', 'third', 'fourth'] as const;

const form = new RegExp(
  `^(?:(${places.join('|')}|last) )?(${weekdays.join('|')})[a-z]*$|^(\\d{1,2})$|^(last day)$`,
);
const longNames =
  /(^| )(mon(day)?|tue(sday)?|wed(nesday)?|thu(rsday)?|fri(day)?|sat(urday)?|sun(day)?)$|^\d{1,2}$|^last day$/;

/** Reads which day of a week or month is meant; undefined where the words say none. */
export function dayRuleOf(text: string): Recurrence['on'] | undefined {
  const [, place, weekday, day, lastDay] = (longNames.test(text) ? form.exec(text) : null) ?? [];
  if (lastDay !== undefined) return { kind: 'day', day: 'last' };
  if (day !== undefined) {
    const number = Number(day);
    return number >= 1 && number <= 28 ? { kind: 'day', day: number } : undefined;
  }
  const number = weekdays.findIndex((one) => one === weekday) + 1;
  if (number === 0) return undefined;
  if (place === undefined) return { kind: 'weekday', weekday: number };
  const nth = places.findIndex((one) => one === place) + 1;
  return { kind: 'nth', nth: nth === 0 ? 'last' : nth, weekday: number };
}

const date = (description: string) =>
  z
    .string()
    .refine((text) => text.length === 10 && wallOf(text) !== undefined, {
      error: 'is no date like 2026-01-31',
    })
    .describe(description)
    .optional();
const above = (description: string) =>
  z.number().positive().max(1_000_000_000).describe(description);

const costs = z
  .strictObject({
    hoursPerInstance: z
      .number()
      .positive()
      .max(1000)
      .describe('For how many hours a drill instance runs, as you reckon.'),
    perInstanceHourUsd: above('What an hour of a drill instance costs, in US dollars.').optional(),
    limitUsd: above(
      'The most that the drills of a calendar month may cost by this reckoning.',
    ).optional(),
    limitInstanceHours: above(
      'The most hours that drill instances of a calendar month may run by this reckoning.',
    ).optional(),
  })
  .superRefine((given, context) => {
    const wrong = (message: string, remedy: string) =>
      context.addIssue({ code: 'custom', message, params: { remedy } });
    if (given.limitUsd === undefined && given.limitInstanceHours === undefined) {
      wrong('names no limit', 'add limitUsd or limitInstanceHours');
    }
    if (given.limitUsd !== undefined && given.perInstanceHourUsd === undefined) {
      wrong('has limitUsd without a price', 'add perInstanceHourUsd');
    }
  })
  .describe('What drills may cost: a run that would go beyond is skipped and told.')
  .meta({ id: 'DrillCosts' });

/** The field for the schedule of a Drill: when it recurs, what moves or skips it, and what it may cost. */
export const scheduleField = z
  .strictObject({
    timeZone: z
      .string()
      .max(64)
      .refine(isTimeZone, { error: 'is no time zone of the IANA database' })
      .describe('The time zone of the days and the time: an IANA name like Europe/Berlin, or UTC.'),
    every: z
      .enum(['week', 'month', 'quarter'])
      .describe('How often: each week, each month, or in January, April, July and October.'),
    on: z
      .union([z.string(), z.number().int()])
      .refine((on) => dayRuleOf(String(on)) !== undefined, {
        error: 'is no day like saturday, first saturday, last friday, 15 or last day',
      })
      .describe(
        'The day: of a week `saturday`; of a month or quarter `first saturday` to `fourth` or `last`, a number from 1 to 28, or `last day`. A quarter has it in its first month.',
      ),
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'is no time like 22:00' })
      .describe('The time of day, in quotes: "22:00".'),
    months: z
      .array(z.enum(months))
      .min(1)
      .refine((list) => new Set(list).size === list.length, { error: 'names a month twice' })
      .describe('Only in these months, with `every: month`: jan to dec. Default: each.')
      .optional(),
    begins: date('The first date on which it may run. Default: from when it is started.'),
    ends: date('The last date on which it may run. Default: no end.'),
    freezes: z
      .array(z.string())
      .min(1)
      .max(20)
      .describe('The freeze calendars of `spec.calendars` in which no run begins.')
      .optional(),
    whenFrozen: z
      .enum(['move', 'skip'])
      .describe(
        'What becomes of a run whose time is frozen: `move` to the same time of the next day that is free, before the next run; `skip`. Default: move.',
      )
      .optional(),
    grace: durationField(
      'How late a run may still begin where nobody could begin it in time; later it is missed. Default: PT6H.',
    ).optional(),
    costs: costs.optional(),
  })
  .superRefine(({ every, on, months: named, begins, ends }, context) => {
    const rule = dayRuleOf(String(on));
    const wrong = (path: string, message: string, remedy: string) =>
      context.addIssue({ code: 'custom', path: [path], message, params: { remedy } });
    if (rule !== undefined && every === 'week' && rule.kind !== 'weekday') {
      wrong('on', 'is no day of a week', 'write a weekday, e.g. saturday, or every: month');
    }
    if (rule !== undefined && every !== 'week' && rule.kind === 'weekday') {
      wrong('on', `comes several times a ${every}`, 'say which: first saturday, last saturday');
    }
    if (named !== undefined && every !== 'month') {
      wrong('months', `means nothing with every: ${every}`, 'remove it, or write every: month');
    }
    if (begins !== undefined && ends !== undefined && ends < begins) {
      wrong('ends', 'is before begins', 'set ends after begins');
    }
  })
  .describe(
    'When the drill comes again by itself: `landfall start` puts it on record, and each run is a plan of its own, NAME-YYYYMMDD. Only in a Drill.',
  )
  .meta({ id: 'DrillSchedule' });
/** The schedule of a Drill, as the plan writes it. */
export type ScheduleField = z.infer<typeof scheduleField>;

/** What drills may cost in a calendar month, and how that is reckoned. */
export type DrillCosts = z.infer<typeof costs>;
