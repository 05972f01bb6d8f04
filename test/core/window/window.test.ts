import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromMs, toMs } from '../../../src/core/time.ts';
import {
  firstInstantOf,
  instantsOf,
  isTimeZone,
  wallOf,
} from '../../../src/core/window/local-time.ts';
import type { Period, Schedule, WeeklyPeriod } from '../../../src/core/window/schedule.ts';
import { windowAt } from '../../../src/core/window/window.ts';

const weekly = (is: Partial<WeeklyPeriod> = {}): WeeklyPeriod => ({
  kind: 'weekly',
  timeZone: 'Europe/Berlin',
  days: [6, 7],
  fromMinute: 22 * 60,
  toMinute: 6 * 60,
  ...is,
});
const only = (...open: readonly Period[]): Schedule => ({ open, freezes: [] });
const at = (schedule: Schedule, now: string, needs = 0) => windowAt(schedule, now, needs);

describe('a window of weekend nights in Berlin', () => {
  const nights = only(weekly());

  it('is open from the evening on until the next morning', () => {
    // 2026-12-05 is a Saturday; Berlin is an hour ahead of UTC.
    expect(at(nights, '2026-12-05T20:59:59.999Z')).toEqual({
      is: 'closed',
      opensAt: '2026-12-05T21:00:00.000Z',
      closesAt: '2026-12-06T05:00:00.000Z',
      because: 'outside its window',
    });
    expect(at(nights, '2026-12-05T21:00:00.000Z')).toEqual({
      is: 'open',
      since: '2026-12-05T21:00:00.000Z',
      closesAt: '2026-12-06T05:00:00.000Z',
      lastSafeStart: '2026-12-06T05:00:00.000Z',
    });
    expect(at(nights, '2026-12-06T05:00:00.000Z')).toMatchObject({
      is: 'closed',
      opensAt: '2026-12-06T21:00:00.000Z',
    });
    expect(at(nights, '2026-12-07T05:00:00.000Z')).toMatchObject({
      opensAt: '2026-12-12T21:00:00.000Z',
    });
  });

  it('does not let begin what cannot finish in it', () => {
    expect(at(nights, '2026-12-06T02:00:00.000Z', 3 * 3600)).toMatchObject({
      is: 'open',
      lastSafeStart: '2026-12-06T02:00:00.000Z',
    });
    expect(at(nights, '2026-12-06T02:00:00.001Z', 3 * 3600)).toEqual({
      is: 'closed',
      opensAt: '2026-12-06T21:00:00.000Z',
      closesAt: '2026-12-07T05:00:00.000Z',
      because: 'the window closes at 2026-12-06T05:00:00.000Z, too soon for what takes 3 h',
    });
    expect(at(nights, '2026-12-06T02:00:00.000Z', 9 * 3600)).toMatchObject({
      // Only the night in which the clocks are put back is nine hours long.
      opensAt: '2027-10-30T20:00:00.000Z',
      closesAt: '2027-10-31T05:00:00.000Z',
    });
  });

  it('is an hour shorter when the clocks are put forward, and an hour longer when they are put back', () => {
    expect(at(nights, '2027-03-27T21:00:00.000Z')).toMatchObject({
      is: 'open',
      closesAt: '2027-03-28T04:00:00.000Z',
    });
    expect(at(nights, '2026-10-24T20:00:00.000Z')).toMatchObject({
      is: 'open',
      closesAt: '2026-10-25T05:00:00.000Z',
    });
  });

  it('opens at the change where its hour is left out, and at the first of two', () => {
    const early = only(weekly({ fromMinute: 150, toMinute: 360 }));
    expect(at(early, '2027-03-27T12:00:00.000Z')).toMatchObject({
      opensAt: '2027-03-28T01:00:00.000Z',
    });
    expect(at(early, '2026-10-24T12:00:00.000Z')).toMatchObject({
      opensAt: '2026-10-25T00:30:00.000Z',
      closesAt: '2026-10-25T05:00:00.000Z',
    });
    const gone = only(weekly({ days: [7], fromMinute: 120, toMinute: 180 }));
    expect(at(gone, '2027-03-27T12:00:00.000Z')).toMatchObject({
      opensAt: '2027-04-04T00:00:00.000Z',
    });
  });
});

describe('freezes', () => {
  const frozen: Schedule = {
    open: [weekly()],
    freezes: [
      {
        name: 'year-end',
        periods: [
          { kind: 'single', from: '2026-12-18T17:00:00.000Z', to: '2027-01-06T23:00:00.000Z' },
        ],
      },
    ],
  };

  it('close a window that they lie over, and say by which calendar', () => {
    expect(at(frozen, '2026-12-19T22:00:00.000Z')).toEqual({
      is: 'closed',
      opensAt: '2027-01-09T21:00:00.000Z',
      closesAt: '2027-01-10T05:00:00.000Z',
      because: 'frozen by calendar year-end',
    });
    expect(at(frozen, '2026-12-18T17:00:00.000Z')).toMatchObject({ because: 'outside its window' });
  });

  it('alone leave all other times open', () => {
    const rest: Schedule = { ...frozen, open: [] };
    expect(at(rest, '2026-12-18T12:00:00.000Z')).toMatchObject({
      is: 'open',
      closesAt: '2026-12-18T17:00:00.000Z',
    });
    expect(at(rest, '2026-12-20T12:00:00.000Z')).toMatchObject({
      is: 'closed',
      opensAt: '2027-01-06T23:00:00.000Z',
      closesAt: null,
    });
    expect(at(rest, '2027-02-01T12:00:00.000Z')).toMatchObject({ is: 'open', closesAt: null });
  });

  it('cut a window in two', () => {
    const cut: Schedule = {
      open: [weekly()],
      freezes: [
        {
          name: 'batch',
          periods: [weekly({ days: [7], fromMinute: 60, toMinute: 120 })],
        },
      ],
    };
    expect(at(cut, '2026-12-05T22:00:00.000Z')).toMatchObject({
      closesAt: '2026-12-06T00:00:00.000Z',
    });
    expect(at(cut, '2026-12-05T22:00:00.000Z', 3 * 3600)).toMatchObject({
      is: 'closed',
      opensAt: '2026-12-06T01:00:00.000Z',
    });
  });
});

describe('single windows', () => {
  const two = only(
    { kind: 'single', from: '2026-12-05T20:00:00.000Z', to: '2026-12-06T04:00:00.000Z' },
    { kind: 'single', from: '2026-12-12T20:00:00.000Z', to: '2026-12-12T21:00:00.000Z' },
  );

  it('open one after the other, and then never', () => {
    expect(at(two, '2026-12-06T04:00:00.000Z')).toMatchObject({
      opensAt: '2026-12-12T20:00:00.000Z',
    });
    expect(at(two, '2026-12-06T04:00:00.000Z', 7200)).toMatchObject({ opensAt: null });
    expect(at(two, '2026-12-12T21:00:00.000Z')).toEqual({
      is: 'closed',
      opensAt: null,
      closesAt: null,
      because: 'outside its window',
    });
  });

  it('that touch are one', () => {
    const days = only(weekly({ fromMinute: 0, toMinute: 1440 }));
    expect(at(days, '2026-12-05T12:00:00.000Z')).toMatchObject({
      is: 'open',
      closesAt: '2026-12-06T23:00:00.000Z',
    });
    const always = only(weekly({ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 1440 }));
    expect(at(always, '2026-12-05T12:00:00.000Z')).toMatchObject({ is: 'open', closesAt: null });
  });
});

describe('local times', () => {
  it('that are left out have no instant, those that come twice have two', () => {
    const wall = (text: string) => wallOf(text) ?? Number.NaN;
    expect(instantsOf('Europe/Berlin', wall('2027-03-28T02:30'))).toEqual([]);
    expect(instantsOf('Europe/Berlin', wall('2026-10-25T02:30')).map(fromMs)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]);
    expect(instantsOf('Asia/Kolkata', wall('2026-10-25')).map(fromMs)).toEqual([
      '2026-10-24T18:30:00.000Z',
    ]);
    // Samoa left out a whole day.
    expect(fromMs(firstInstantOf('Pacific/Apia', wall('2011-12-30T12:00')))).toBe(
      '2011-12-30T10:00:00.000Z',
    );
  });

  it('that are none are found out', () => {
    for (const text of ['2026-02-30', '2026-13-01', '2026-12-05T24:00', '2026-12-05T22:60', 'x']) {
      expect([text, wallOf(text)]).toEqual([text, undefined]);
    }
    expect(['Europe/Berlin', 'UTC', 'Europe/Atlantis', ''].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

// An independent reading of wall clocks: what Intl shows, minute by minute, and nothing else.
const minuteMs = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function shown(zone: string, ms: number): string {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  formats.set(zone, format);
  const parts = Object.fromEntries(format.formatToParts(ms).map((p) => [p.type, p.value]));
  return `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}`;
}

const pad = (n: number) => String(n).padStart(2, '0');
const dateText = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);

/**
 * Walks minute by minute up to an instant and remembers the latest time that the wall clock has shown: once shown it
 * counts as shown, also when the clock is put back behind it.
 */
function openByWalking(period: WeeklyPeriod, ms: number): boolean {
  const today = Math.floor(ms / 86_400_000);
  let latest = '';
  for (let walk = ms - 2 * 86_400_000; walk <= ms; walk += minuteMs) {
    const now = shown(period.timeZone, walk);
    if (now > latest) latest = now;
  }
  const text = (on: number, minute: number) =>
    minute === 1440
      ? `${dateText(on + 1)}T00:00`
      : `${dateText(on)}T${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
  for (let day = today - 3; day <= today + 2; day += 1) {
    const weekday = new Date(day * 86_400_000).getUTCDay() || 7;
    if (!period.days.includes(weekday)) continue;
    const opens = text(day, period.fromMinute);
    const closes = text(period.toMinute <= period.fromMinute ? day + 1 : day, period.toMinute);
    if (latest >= opens && latest < closes) return true;
  }
  return false;
}

const zones = [
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'UTC',
];
// Days around which some of these zones change their clocks, and any others.
const changes = [
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-09-27',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
  '2027-02-07',
  '2027-03-14',
];
const instants = fc
  .tuple(fc.constantFrom(...changes), fc.integer({ min: -1440, max: 3 * 1440 }))
  .map(([day, minute]) => Date.parse(`${day}T00:00:00Z`) + minute * minuteMs);
const periods = fc
  .tuple(
    fc.constantFrom(...zones),
    fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
    fc.integer({ min: 0, max: 1439 }),
    fc.integer({ min: 1, max: 1440 }),
  )
  .filter(([, , from, to]) => from !== to)
  .map(([timeZone, days, fromMinute, toMinute]) =>
    weekly({ timeZone, days, fromMinute, toMinute }),
  );

describe('whatever the zone, the window and the moment', () => {
  it('a window is open exactly when the clocks on the wall say so', () => {
    fc.assert(
      fc.property(periods, instants, (period, ms) => {
        expect(at(only(period), fromMs(ms)).is === 'open').toBe(openByWalking(period, ms));
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('is closed just before it opens, open then, and closed again when it closes', () => {
    fc.assert(
      fc.property(periods, instants, fc.nat(8 * 3600), (period, ms, needs) => {
        const schedule = only(period);
        const state = at(schedule, fromMs(ms), needs);
        const opens = state.is === 'open' ? fromMs(ms) : state.opensAt;
        if (opens === null) return;
        const then = at(schedule, opens, needs);
        expect(then.is).toBe('open');
        if (state.is === 'closed') {
          expect(toMs(opens)).toBeGreaterThan(ms);
          expect(at(schedule, fromMs(toMs(opens) - 1), needs).is).toBe('closed');
          expect(then.is === 'open' && then.closesAt).toBe(state.closesAt);
        }
        if (then.is !== 'open' || then.closesAt === null) return;
        expect((toMs(then.closesAt) - toMs(opens)) / 1000).toBeGreaterThanOrEqual(needs);
        expect(at(schedule, fromMs(toMs(then.closesAt) - 1)).is).toBe('open');
        expect(at(schedule, then.closesAt).is).toBe('closed');
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
