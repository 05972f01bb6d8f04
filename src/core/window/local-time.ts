import { IANAZone } from 'luxon';
import { fromMs, instantMs } from '../time.ts';

/** Milliseconds after 1970 that a clock on the wall would show if it ran in UTC: no instant, only a reading. */
export type WallMs = number;

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Says whether a time zone is one of the zone database, by its name. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

function offsetMs(zone: string, ms: number): number {
  return IANAZone.create(zone).offset(ms) * minuteMs;
}

/** What the wall clock of a time zone shows at an instant. */
export function wallAt(zone: string, ms: number): WallMs {
  return ms + offsetMs(zone, ms);
}

/** The instants at which a wall clock shows a reading: none in a spring gap, two in an autumn fold. */
export function instantsOf(zone: string, wall: WallMs): readonly number[] {
  const before = offsetMs(zone, wall - dayMs);
  const after = offsetMs(zone, wall + dayMs);
  // No zone changes its clocks twice within two days.
  if (before === after) return [wall - before];
  return [wall - before, wall - after]
    .filter((ms) => wallAt(zone, ms) === wall)
    .sort((a, b) => a - b);
}

/**
 * The first instant at which a wall clock shows a reading or a later one. Where the clocks are put forward over it, that
 * is the moment of the change; where they are put back and show it twice, the first time.
 */
export function firstInstantOf(zone: string, wall: WallMs): number {
  const [first] = instantsOf(zone, wall);
  if (first !== undefined) return first;
  const offsets = [wall - dayMs, wall + dayMs].map((ms) => offsetMs(zone, ms));
  let before = wall - Math.max(...offsets) - minuteMs;
  let after = wall - Math.min(...offsets);
  // The change lies in between: before it the clock shows less than the reading, after it more.
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wallAt(zone, middle) >= wall) after = middle;
    else before = middle;
  }
  return after;
}

/** A reading, from `2026-12-05T22:00` (seconds may follow) or `2026-12-05`; undefined where it is no date. */
export function wallOf(text: string): WallMs | undefined {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?))?$/.exec(text) ?? [];
  if (date === undefined) return undefined;
  const wall = instantMs(`${date}T${time ?? '00:00'}Z`);
  // 30 February is read as a day in March, and 24:00 as the next day.
  return wall !== undefined && fromMs(wall).startsWith(text) ? wall : undefined;
}

/** The number of the day that a wall clock shows, counted from 1970. */
export function dayOf(wall: WallMs): number {
  return Math.floor(wall / dayMs);
}

/** What a wall clock shows so many minutes after a day has begun on it. */
export function wallOn(day: number, minute: number): WallMs {
  return day * dayMs + minute * minuteMs;
}

/** The weekday of a day, 1 for Monday to 7 for Sunday. */
export function weekdayOf(day: number): number {
  // The first of January 1970 was a Thursday.
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
