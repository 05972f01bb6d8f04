import { Duration } from 'luxon';

/** An instant in UTC as ISO 8601 text, e.g. `2024-03-04T16:20:07.000Z`. */
export type Instant = string;

/**
 * Says how many milliseconds after 1970 an instant is, or undefined where the text is none.
 * Accepts `…Z` and `…+00:00`, with up to nine fractional digits (reference: MGN, exact forms).
 */
export function instantMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Says the milliseconds of an instant that our own code wrote; throws a RangeError on anything else. */
export function toMs(instant: Instant): number {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) throw new RangeError(`not an instant: ${instant}`);
  return ms;
}

/** Writes milliseconds after 1970 as an instant with three fractional digits. */
export function fromMs(ms: number): Instant {
  return new Date(ms).toISOString();
}

/** Moves an instant by seconds, which may be negative. */
export function plusSeconds(instant: Instant, seconds: number): Instant {
  return fromMs(toMs(instant) + seconds * 1000);
}

/** The later of two instants. */
export function later(a: Instant, b: Instant | undefined): Instant {
  return b !== undefined && toMs(b) > toMs(a) ? b : a;
}

/** The earlier of two instants. */
export function earlier(a: Instant, b: Instant | undefined): Instant {
  return b !== undefined && toMs(b) < toMs(a) ? b : a;
}

/** Says how many seconds `to` is after `from`; negative where it is before. */
export function secondsBetween(from: Instant, to: Instant): number {
  return (toMs(to) - toMs(from)) / 1000;
}

/**
 * Reads an ISO 8601 duration as seconds: `P0D`, `PT4M12.5S`, `P16DT18H43M27.970084S`.
 * Absent or unreadable text is undefined, never zero.
 */
export function durationSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === 'P0D' || text === 'PT0S') return 0;
  const duration = Duration.fromISO(text);
  return duration.isValid ? duration.as('seconds') : undefined;
}

/** Says a span of seconds in the largest two units that it has: `3 d 4 h`, `12 min`, `40 s`. */
export function spokenSpan(seconds: number): string {
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(' ');
}
