import * as z from 'zod';
import { durationSeconds } from '../time.ts';

/** The longest span that a plan may name: the state machines' own backstop (design 15.10). */
export const longestSpanSeconds = 90 * 86_400;

// Years and months are left out: their length depends on the calendar.
const isoDuration =
  /^P(?!$)(\d{1,6}W)?(\d{1,6}D)?(T(?=\d)(\d{1,6}H)?(\d{1,6}M)?(\d{1,8}(\.\d{1,9})?S)?)?$/;

/** A field for an ISO 8601 duration above zero and up to 90 days, kept as text in the plan. */
export function durationField(description: string) {
  return z
    .string()
    .regex(isoDuration, {
      error: 'is no ISO 8601 duration of weeks, days, hours, minutes and seconds',
      abort: true,
    })
    .refine(
      (text) => {
        const seconds = durationSeconds(text) ?? 0;
        return seconds > 0 && seconds <= longestSpanSeconds;
      },
      { error: 'must be longer than zero and at most P90D' },
    )
    .describe(description);
}

/** Reads the seconds of a duration that the plan's schema has accepted. */
export function acceptedSeconds(duration: string): number {
  const seconds = durationSeconds(duration);
  if (seconds === undefined) throw new RangeError(`not a duration: ${duration}`);
  return seconds;
}
