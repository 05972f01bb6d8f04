import { describe, expect, test } from 'vitest';
import {
  dateOf,
  dayOfDate,
  momentOn,
  nextDay,
  type Recurrence,
} from '../../../src/core/window/recurrence.ts';

const every = (is: Partial<Recurrence>): Recurrence => ({
  timeZone: 'Europe/Berlin',
  weekly: false,
  months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  on: { kind: 'nth', nth: 1, weekday: 6 },
  minute: 22 * 60,
  ...is,
});
const datesFrom = (recurrence: Recurrence, from: string, count: number) => {
  const dates: string[] = [];
  let day = dayOfDate(from);
  while (dates.length < count) {
    const next = nextDay(recurrence, day);
    if (next === undefined) break;
    dates.push(dateOf(next));
    day = next + 1;
  }
  return dates;
};

describe('the days of a recurrence', () => {
  // cal 2026: the Saturdays of January are 3, 10, 17, 24, 31; 2028 is a leap year.
  test.each<[string, Partial<Recurrence>, string, readonly string[]]>([
    ['first saturday', {}, '2026-01-04', ['2026-02-07', '2026-03-07', '2026-04-04']],
    ['itself, where it is that day', {}, '2026-02-07', ['2026-02-07', '2026-03-07']],
    [
      'last friday',
      { on: { kind: 'nth', nth: 'last', weekday: 5 } },
      '2026-01-01',
      ['2026-01-30', '2026-02-27', '2026-03-27'],
    ],
    ['fourth sunday', { on: { kind: 'nth', nth: 4, weekday: 7 } }, '2026-02-01', ['2026-02-22']],
    ['the 15th', { on: { kind: 'day', day: 15 } }, '2026-01-16', ['2026-02-15', '2026-03-15']],
    [
      'last day, leap years too',
      { on: { kind: 'day', day: 'last' } },
      '2028-01-31',
      ['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30'],
    ],
    [
      'each saturday',
      { weekly: true, on: { kind: 'weekday', weekday: 6 } },
      '2026-12-26',
      ['2026-12-26', '2027-01-02'],
    ],
    ['a quarter', { months: [1, 4, 7, 10] }, '2026-01-04', ['2026-04-04', '2026-07-04']],
  ])('%s', (_, is, from, dates) => {
    expect(datesFrom(every(is), from, dates.length)).toEqual(dates);
  });

  test('are none before the first and after the last', () => {
    const bounded = every({ firstDay: dayOfDate('2026-03-08'), lastDay: dayOfDate('2026-05-02') });
    expect(datesFrom(bounded, '2026-01-01', 9)).toEqual(['2026-04-04', '2026-05-02']);
  });

  test('are looked for no further than the horizon', () => {
    const once = every({ months: [2], on: { kind: 'day', day: 3 } });
    expect(nextDay(once, dayOfDate('2026-02-04'))).toBe(dayOfDate('2027-02-03'));
    expect(nextDay(every({ months: [] }), dayOfDate('2026-02-04'))).toBeUndefined();
  });
});

describe('the moment on a day', () => {
  test('follows the clock on the wall, in summer and in winter', () => {
    expect(momentOn(every({}), dayOfDate('2026-01-03'))).toBe('2026-01-03T21:00:00.000Z');
    expect(momentOn(every({}), dayOfDate('2026-07-04'))).toBe('2026-07-04T20:00:00.000Z');
  });
  test('is the moment of the change where the clocks are put forward over it, the first where it comes twice', () => {
    const night = every({ minute: 150 });
    expect(momentOn(night, dayOfDate('2026-03-29'))).toBe('2026-03-29T01:00:00.000Z');
    expect(momentOn(night, dayOfDate('2026-10-25'))).toBe('2026-10-25T00:30:00.000Z');
  });
});
