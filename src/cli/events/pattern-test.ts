import { printable } from '../../core/fleet/problem.ts';
import {
  type EventPattern,
  firstMismatch,
  type Mismatch,
  patternMatches,
} from '../../runtime/event-pattern.ts';
import { counted } from '../text-table.ts';
import { eventLine } from './event-line.ts';

/** What a pattern makes of one event. */
export interface PatternTested {
  readonly line: number;
  readonly matches: boolean;
  readonly event: Readonly<Record<string, unknown>>;
  /** The first member of the pattern that does not hold; absent where the event matches. */
  readonly mismatch?: Mismatch;
}

/** Tries a pattern on an event. */
export function testPattern(
  pattern: EventPattern,
  event: Readonly<Record<string, unknown>>,
  line: number,
): PatternTested {
  if (patternMatches(pattern, event)) return { line, matches: true, event };
  const mismatch = firstMismatch(pattern, event);
  return { line, matches: false, event, ...(mismatch === undefined ? {} : { mismatch }) };
}

/** Says in one line what a pattern makes of an event. */
export function patternTestLine({ line, matches, event, mismatch }: PatternTested): string {
  const verdict = matches ? 'match   ' : 'no match';
  const why = mismatch === undefined ? '' : `\n    ${mismatchWords(mismatch)}`;
  return `${verdict}  ${line}: ${eventLine(event)}${why}`;
}

/** Says why an event does not match. */
export function mismatchWords({ path, wanted, found, why, alternatives }: Mismatch): string {
  const want = wanted.map((one) => JSON.stringify(one)).join(' or ');
  const has = found.length === 0 ? 'nothing there' : found.map((one) => cutJson(one)).join(', ');
  const words =
    why === 'together'
      ? `${path} holds alone, but not in one element of the list with the others`
      : `${path} wants ${want}; the event has ${has}`;
  const more = alternatives > 1 ? ` (so far came the best of ${alternatives} alternatives)` : '';
  return printable(`${words}${more}`);
}

/** Says the sum of a test. */
export function patternTestSum(matched: number, all: number, unreadable: number): string {
  const rest = unreadable === 0 ? '' : `, and ${counted(unreadable, 'line')} could not be read`;
  return `${matched} of ${counted(all, 'event')} match${rest}`;
}

function cutJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 120 ? text : `${text.slice(0, 120)}…`;
}
