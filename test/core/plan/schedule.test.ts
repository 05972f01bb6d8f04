import { describe, expect, test } from 'vitest';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import { scheduleOf } from '../../../src/core/plan/schedule-for.ts';
import { neverComes } from '../../../src/core/plan/schedule-problems.ts';

const monthly = {
  timeZone: 'Europe/Berlin',
  every: 'month',
  on: 'first saturday',
  at: '22:00',
};
const read = (schedule: object, is: { kind?: string; name?: string; spec?: object } = {}) =>
  parsePlan({
    apiVersion: 'landfall/v1',
    kind: is.kind ?? 'Drill',
    metadata: { name: is.name ?? 'monthly' },
    spec: { waves: [{ name: 'all', servers: { all: true } }], schedule, ...is.spec },
  });
const problems = (schedule: object, is: Parameters<typeof read>[1] = {}) => {
  const parsed = read(schedule, is);
  return parsed.ok ? [] : parsed.problems.map(({ path, problem }) => `${path}: ${problem}`);
};
const accepted = (schedule: object, is: Parameters<typeof read>[1] = {}) => {
  const parsed = read(schedule, is);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return scheduleOf(parsed.plan);
};

test('a schedule is read with nothing left open', () => {
  expect(accepted(monthly)).toEqual({
    recurrence: {
      timeZone: 'Europe/Berlin',
      weekly: false,
      months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      on: { kind: 'nth', nth: 1, weekday: 6 },
      minute: 1320,
    },
    freezes: [],
    whenFrozen: 'move',
    graceSeconds: 21_600,
  });
  const all = {
    ...monthly,
    ...{ months: ['mar', 'sep'], begins: '2026-01-01', ends: '2026-12-31', freezes: ['year-end'] },
    ...{ whenFrozen: 'skip', grace: 'PT1H', costs: { hoursPerInstance: 1, limitInstanceHours: 9 } },
  };
  const calendars = { 'year-end': [{ begins: '2026-12-18T00:00Z', ends: '2027-01-06T00:00Z' }] };
  expect(accepted(all, { spec: { calendars } })).toMatchObject({
    recurrence: { months: [3, 9], firstDay: 20_454, lastDay: 20_818 },
    freezes: [{ name: 'year-end', periods: [{ from: '2026-12-18T00:00:00.000Z' }] }],
    whenFrozen: 'skip',
    graceSeconds: 3600,
    costs: { hoursPerInstance: 1, limitInstanceHours: 9 },
  });
});

test.each<[string | number, string, object]>([
  ['sat', 'week', { kind: 'weekday', weekday: 6 }],
  ['saturday', 'week', { kind: 'weekday', weekday: 6 }],
  ['last fri', 'month', { kind: 'nth', nth: 'last', weekday: 5 }],
  ['third monday', 'quarter', { kind: 'nth', nth: 3, weekday: 1 }],
  [15, 'month', { kind: 'day', day: 15 }],
  ['28', 'month', { kind: 'day', day: 28 }],
  ['last day', 'quarter', { kind: 'day', day: 'last' }],
])('%s of a %s', (on, every, rule) => {
  expect(accepted({ ...monthly, on, every })?.recurrence.on).toEqual(rule);
});

describe('a schedule is refused', () => {
  const place = 'spec.schedule';
  test.each<[object, string]>([
    [{ on: 'saturnday' }, 'on: "saturnday" is no day like saturday, first saturday, last friday'],
    [{ on: 29 }, 'on: is no day like'],
    [{ on: 'fifth monday' }, 'on: "fifth monday" is no day like'],
    [{ on: 'saturday' }, 'on: "saturday" comes several times a month'],
    [{ every: 'week' }, 'on: "first saturday" is no day of a week'],
    [{ every: 'quarter', months: ['mar'] }, 'months: means nothing with every: quarter'],
    [{ at: '25:00' }, 'at: "25:00" is no time like 22:00'],
    [{ timeZone: 'Berlin' }, 'timeZone: "Berlin" is no time zone of the IANA database'],
    [{ begins: '2026-02-30' }, 'begins: "2026-02-30" is no date like 2026-01-31'],
    [{ begins: '2026-03-01', ends: '2026-02-28' }, 'ends: "2026-02-28" is before begins'],
    [{ freezes: ['year-end'] }, 'freezes[0]: unknown calendar "year-end"'],
    [{ costs: { hoursPerInstance: 1 } }, 'costs: names no limit'],
    [{ costs: { hoursPerInstance: 1, limitUsd: 5 } }, 'costs: has limitUsd without a price'],
    [{ cron: '0 22 * * 6#1' }, 'cron: unknown field "cron"'],
  ])('%j', (is, problem) => {
    expect(problems({ ...monthly, ...is })).toEqual([
      expect.stringContaining(`${place}.${problem}`),
    ]);
  });

  test('in a plan of another kind, and where the name leaves no room for a date', () => {
    expect(problems(monthly, { kind: 'Recovery' })).toEqual([
      `${place}: a Recovery has no schedule: only drills come again by themselves`,
    ]);
    expect(problems(monthly, { name: 'exactly-fifteen' })).toEqual([]);
    expect(problems(monthly, { name: 'exactly-sixteen1' })).toEqual([
      expect.stringContaining('metadata.name: "exactly-sixteen1" has 16 characters, more than 15'),
    ]);
  });

  test('where it never comes any more', () => {
    const parsed = read({ ...monthly, ends: '2026-06-30' });
    const found = (now: string) => (parsed.ok ? [...neverComes(parsed.plan, now)] : []);
    expect(found('2026-06-06T00:00:00.000Z')).toEqual([]);
    expect(found('2026-06-07T00:00:00.000Z').map(({ path }) => path)).toEqual([place]);
  });
});
