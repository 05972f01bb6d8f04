import * as z from 'zod';
import { fromMs, type Instant, instantMs } from '../time.ts';
import { instantsOf, isTimeZone, wallOf } from '../window/local-time.ts';
import type { Period } from '../window/schedule.ts';

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: 'is no time zone of the IANA database', abort: true })
  .describe('The time zone that local times are in: an IANA name like Europe/Berlin, or UTC.')
  .optional();
const days = z
  .array(z.enum(dayNames))
  .min(1)
  .refine((list) => new Set(list).size === list.length, { error: 'names a day twice' })
  .describe('The days on which it begins: mon to sun. Default: every day.')
  .optional();
const clock = (description: string) =>
  z
    .string()
    .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: 'is no time like 22:00' })
    .describe(description)
    .optional();
const moment = (description: string) => z.string().max(40).describe(description).optional();

const entryFields = {
  timeZone,
  days,
  from: clock('The time of day at which it begins, in quotes: "22:00".'),
  to: clock(
    'The time of day at which it ends, in quotes; no later than `from` where that is on the next day: "06:00", "24:00".',
  ),
};
const windowEntry = z
  .strictObject({
    ...entryFields,
    opens: moment('When it opens, once: 2026-12-05T22:00 in the time zone, or in UTC with a Z.'),
    closes: moment('When it closes, once.'),
  })
  .superRefine((entry, context) => {
    refuseProblems(periodOf(entry), context);
  })
  .describe(
    'A change window: each week (`timeZone`, `days`, `from`, `to`) or once (`opens`, `closes`).',
  )
  .meta({ id: 'Window' });
type WindowEntry = z.infer<typeof windowEntry>;

const freezeEntry = z
  .strictObject({
    ...entryFields,
    begins: moment(
      'When it begins, once: a date (from its first moment on), or a date and time as in a window.',
    ),
    ends: moment('When it ends, once: a date (which is the last frozen day), or a date and time.'),
  })
  .superRefine((entry, context) => {
    refuseProblems(freezePeriodOf(entry), context);
  })
  .describe(
    'A closed period: each week (`timeZone`, `days`, `from`, `to`) or once (`begins`, `ends`).',
  )
  .meta({ id: 'ClosedPeriod' });
type FreezeEntry = z.infer<typeof freezeEntry>;

/** The field for a gate's windows. */
export const windowField = z
  .union([windowEntry, z.array(windowEntry).min(1).max(100), z.literal('none')])
  .describe(
    'When the phase may begin and launch: a window, or a list of which one is enough. `none` takes away what the defaults ask for.',
  );

/** The field for the freeze calendars that a gate keeps to. */
export const freezesField = z
  .union([
    z
      .array(z.string())
      .min(1)
      .max(20)
      .refine((names) => new Set(names).size === names.length, { error: 'names a calendar twice' }),
    z.literal('none'),
  ])
  .describe(
    'The freeze calendars of `spec.calendars` during which the phase neither begins nor launches. `none` takes away what the defaults ask for.',
  );

/** The field for a plan's freeze calendars. */
export const calendarsField = z
  .record(
    z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      .max(40),
    z.array(freezeEntry).min(1).max(200),
  )
  .describe('Freeze calendars by name: the periods in which a gate that names one stays closed.');

/** A window of the form as a period, or what is wrong with it. */
type Read = { readonly period: Period } | { readonly problem: string; readonly remedy: string };

/** Reads a window's entry; what the form has accepted is always a period. */
export function acceptedPeriod(entry: WindowEntry | FreezeEntry): Period {
  const read = 'begins' in entry || 'ends' in entry ? freezePeriodOf(entry) : periodOf(entry);
  if ('problem' in read) throw new RangeError(`not a period: ${read.problem}`);
  return read.period;
}

function periodOf({ opens, closes, ...weekly }: WindowEntry): Read {
  if (opens === undefined && closes === undefined) return weeklyOf(weekly, 'opens and closes');
  return singleOf(weekly, { opens, closes }, 0);
}

function freezePeriodOf({ begins, ends, ...weekly }: FreezeEntry): Read {
  if (begins === undefined && ends === undefined) return weeklyOf(weekly, 'begins and ends');
  return singleOf(weekly, { begins, ends }, 86_400_000);
}

type Weekly = Pick<WindowEntry, 'timeZone' | 'days' | 'from' | 'to'>;

function weeklyOf({ timeZone: zone, days: named, from, to }: Weekly, single: string): Read {
  if (from === undefined || to === undefined) {
    return {
      problem: 'says no times',
      remedy: `write timeZone, days, from and to for each week, or ${single} for once`,
    };
  }
  if (zone === undefined || !isTimeZone(zone)) return noZone;
  const fromMinute = minuteOf(from);
  if (fromMinute === 1440) {
    return { problem: 'begins at 24:00', remedy: 'write from: "00:00" and the next day' };
  }
  if (from === to) {
    return {
      problem: `begins and ends at ${from}`,
      remedy: 'for whole days write from: "00:00" and to: "24:00"',
    };
  }
  return {
    period: {
      kind: 'weekly',
      timeZone: zone,
      days: (named ?? dayNames).map((day) => dayNames.indexOf(day) + 1).sort(),
      fromMinute,
      toMinute: minuteOf(to),
    },
  };
}

const noZone = {
  problem: 'has local times without a time zone',
  remedy: 'add timeZone: an IANA name like Europe/Berlin, or UTC',
};

function minuteOf(text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return hour * 60 + minute;
}

function singleOf(
  { timeZone: zone, ...weekly }: Weekly,
  ends: Readonly<Record<string, string | undefined>>,
  lastDayMs: number,
): Read {
  const mixed = Object.keys(weekly).find((key) => key !== 'timeZone');
  const [first = '', last = ''] = Object.keys(ends);
  if (mixed !== undefined) {
    return {
      problem: `has ${mixed} beside ${first} and ${last}`,
      remedy: `write timeZone, days, from and to for each week, or ${first} and ${last} for once`,
    };
  }
  const from = momentOf(ends[first], first, zone, 0);
  if ('problem' in from) return from;
  const to = momentOf(ends[last], last, zone, lastDayMs);
  if ('problem' in to) return to;
  if (to.ms <= from.ms) {
    return { problem: `${last} is not after ${first}`, remedy: `set ${last} after ${first}` };
  }
  return { period: { kind: 'single', from: fromMs(from.ms), to: fromMs(to.ms) } };
}

/** An instant, in UTC or on the wall clock of a zone. A local time that is left out or comes twice is refused. */
function momentOf(
  text: string | undefined,
  field: string,
  zone: string | undefined,
  lastDayMs: number,
): { readonly ms: number } | { readonly problem: string; readonly remedy: string } {
  if (text === undefined) return { problem: `has no ${field}`, remedy: `add ${field}` };
  const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text) ? instantMs(text) : undefined;
  if (utc !== undefined) return { ms: utc };
  const wall = wallOf(text);
  if (wall === undefined) {
    return {
      problem: `${field} is ${JSON.stringify(text)}, no date and time`,
      remedy: 'write 2026-12-05T22:00 in the time zone, or 2026-12-05T21:00Z',
    };
  }
  if (zone === undefined || !isTimeZone(zone)) return noZone;
  const found = instantsOf(zone, wall + (text.length === 10 ? lastDayMs : 0));
  const [ms] = found;
  const utcOf = (instant: Instant) => instant.replace(/:00\.000Z$/, 'Z');
  if (ms === undefined) {
    return {
      problem: `${field} does not exist: the clocks of ${zone} are put forward over ${text}`,
      remedy: 'write another time, or the time in UTC',
    };
  }
  if (found.length > 1) {
    return {
      problem: `${field} comes twice: the clocks of ${zone} are put back over ${text}`,
      remedy: `write ${found.map((one) => utcOf(fromMs(one))).join(' or ')}`,
    };
  }
  return { ms };
}

function refuseProblems(read: Read, context: z.core.$RefinementCtx): void {
  if ('period' in read) return;
  context.addIssue({ code: 'custom', message: read.problem, params: { remedy: read.remedy } });
}
