import { describe, expect, test } from 'vitest';
import {
  comingOccurrences,
  monthOf,
  nextOccurrence,
  runName,
  turnOf,
} from '../../../src/core/drill-schedule/occurrence.ts';
import { beyondLimit, reckonedCosts } from '../../../src/core/drill-schedule/reckon-costs.ts';
import type { DrillSchedule } from '../../../src/core/plan/schedule-for.ts';

/** The first Saturday of each month at 22:00 in Berlin. */
const monthly = (is: Partial<DrillSchedule> = {}): DrillSchedule => ({
  recurrence: {
    timeZone: 'Europe/Berlin',
    weekly: false,
    months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    on: { kind: 'nth', nth: 1, weekday: 6 },
    minute: 22 * 60,
  },
  freezes: [],
  whenFrozen: 'move',
  graceSeconds: 6 * 3600,
  ...is,
});
const standing = { since: '2026-06-15T08:00:00.000Z', lastDate: null, paused: false };
const frozen = (from: string, to: string) => ({
  freezes: [{ name: 'year-end', periods: [{ kind: 'single' as const, from, to }] }],
});
const july = { date: '2026-07-04', plannedAt: '2026-07-04T20:00:00.000Z' };

test('the first occurrence is the first after it was put on record, the next the first after what was settled', () => {
  expect(nextOccurrence(monthly(), standing)).toEqual(july);
  const sameDay = { since: '2026-07-04T20:00:01.000Z', lastDate: null };
  expect(nextOccurrence(monthly(), sameDay)?.date).toBe('2026-08-01');
  expect(nextOccurrence(monthly(), { ...standing, lastDate: '2026-07-04' })?.date).toBe(
    '2026-08-01',
  );
  expect(runName('monthly', '2026-08-01')).toBe('monthly-20260801');
});

describe('a turn', () => {
  test('is waited for until its very moment', () => {
    const early = turnOf(monthly(), standing, '2026-07-04T19:59:59.999Z');
    expect(early).toEqual({
      do: 'wait',
      next: { ...july, placed: { is: 'set', at: july.plannedAt } },
    });
    expect(turnOf(monthly(), standing, july.plannedAt)).toEqual({
      do: 'begin',
      occurrence: july,
      at: july.plannedAt,
    });
  });

  test('begins late within its grace, and is missed after it', () => {
    expect(turnOf(monthly(), standing, '2026-07-05T02:00:00.000Z').do).toBe('begin');
    expect(turnOf(monthly(), standing, '2026-07-05T02:00:00.001Z')).toEqual({
      do: 'miss',
      occurrence: july,
      at: july.plannedAt,
    });
  });

  test('moves out of a freeze to the same time of the next free day', () => {
    const schedule = monthly(frozen('2026-07-01T00:00:00.000Z', '2026-07-10T21:00:00.000Z'));
    expect(turnOf(schedule, standing, '2026-07-10T20:00:00.000Z')).toMatchObject({ do: 'wait' });
    expect(turnOf(schedule, standing, '2026-07-11T20:00:00.000Z')).toEqual({
      do: 'begin',
      occurrence: july,
      at: '2026-07-11T20:00:00.000Z',
      movedBecause: 'frozen by calendar year-end',
    });
  });

  test('falls out where no day before the next one is free, or where the plan says skip', () => {
    const long = frozen('2026-07-01T00:00:00.000Z', '2026-08-20T00:00:00.000Z');
    const falls = turnOf(monthly(long), standing, july.plannedAt);
    expect(falls).toMatchObject({ do: 'skip', reason: 'frozen', occurrence: july });
    const short = frozen('2026-07-04T00:00:00.000Z', '2026-07-05T00:00:00.000Z');
    expect(turnOf(monthly({ ...short, whenFrozen: 'skip' }), standing, july.plannedAt)).toEqual({
      do: 'skip',
      occurrence: july,
      reason: 'frozen',
      because: 'frozen by calendar year-end',
    });
  });

  test('falls out while the schedule is paused, not before it is due', () => {
    const paused = { ...standing, paused: true };
    expect(turnOf(monthly(), paused, '2026-07-04T19:00:00.000Z').do).toBe('wait');
    expect(turnOf(monthly(), paused, july.plannedAt)).toMatchObject({
      do: 'skip',
      reason: 'paused',
    });
  });

  test('never comes once the last day is past', () => {
    const ended = monthly();
    const schedule = { ...ended, recurrence: { ...ended.recurrence, lastDay: 20_000 } };
    expect(turnOf(schedule, standing, july.plannedAt)).toEqual({ do: 'wait', next: null });
  });
});

test('what comes is told in order, each with its own place', () => {
  const schedule = monthly(frozen('2026-08-01T00:00:00.000Z', '2026-08-02T00:00:00.000Z'));
  expect(
    comingOccurrences(schedule, standing, 3).map(({ date, placed }) => [
      date,
      placed.is === 'set' ? placed.at : placed.because,
    ]),
  ).toEqual([
    ['2026-07-04', '2026-07-04T20:00:00.000Z'],
    ['2026-08-01', '2026-08-02T20:00:00.000Z'],
    ['2026-09-05', '2026-09-05T20:00:00.000Z'],
  ]);
});

describe('costs', () => {
  const costs = { hoursPerInstance: 2, perInstanceHourUsd: 0.25, limitUsd: 100 };
  test('are servers by hours by price', () => {
    expect(reckonedCosts(costs, 60)).toEqual({ instanceHours: 120, usd: 30 });
    expect(reckonedCosts({ hoursPerInstance: 0.1, limitInstanceHours: 1 }, 3)).toEqual({
      instanceHours: 0.3,
    });
  });
  test('count with those of the month; the limit itself is kept', () => {
    const run = { instanceHours: 120, usd: 30 };
    expect(beyondLimit(costs, run, [run, { instanceHours: 160, usd: 40 }])).toBeUndefined();
    expect(beyondLimit(costs, run, [run, run, { instanceHours: 44, usd: 11 }])).toBe(
      'USD 30, with USD 71 of this month already, are more than its USD 100',
    );
    expect(
      beyondLimit({ hoursPerInstance: 2, limitInstanceHours: 200 }, { instanceHours: 120 }, [
        { instanceHours: 100 },
      ]),
    ).toBe('120 instance-hours, with 100 of this month already, are more than its 200');
  });
  test('belong to the month of the wall clock', () => {
    expect(monthOf(monthly(), '2026-06-30T22:30:00.000Z')).toBe('2026-07');
    expect(monthOf(monthly(), '2026-06-30T21:30:00.000Z')).toBe('2026-06');
  });
});
