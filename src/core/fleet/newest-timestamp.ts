import { fromMs, type Instant, instantMs } from '../time.ts';

// These lie ahead of the moment at which the fleet was described.
const forecasts: ReadonlySet<string> = new Set(['etaDateTime', 'nextAttemptDateTime']);

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/**
 * Answers the newest time stamp anywhere in fleet documents, forecasts left out: the moment at which the
 * fleet was described. Milliseconds, rounded down; undefined where there is no time stamp at all.
 */
export function newestTimestamp(documents: readonly unknown[]): Instant | undefined {
  let newest: number | undefined;
  // A list instead of recursion: documents may be nested as deeply as their sender likes.
  const open: unknown[] = [documents];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string') {
      const ms = dateTime.test(value) ? instantMs(value) : undefined;
      if (ms !== undefined && (newest === undefined || ms > newest)) newest = ms;
    } else if (Array.isArray(value)) {
      for (const member of value) open.push(member);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        if (!forecasts.has(key)) open.push(member);
      }
    }
  }
  return newest === undefined ? undefined : fromMs(newest);
}
