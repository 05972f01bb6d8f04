import type { Instant } from '../time.ts';
import { plainText } from './plain-text.ts';
import type { Severity } from './severity.ts';
import type { Detail } from './told-event.ts';

/** One event in words for a person. */
export interface Telling {
  readonly severity: Severity;
  /** What happened, in words that are the same for all servers that it happened to. */
  readonly what: string;
  /** What is true of this one alone: an id, a reason. */
  readonly more?: string;
  /** What a person does about it. */
  readonly remedy?: string;
}

/** How the events of one detail-type are told. */
export interface Teller {
  /** Every severity that such an event may have, so that a rule need not take what a channel never tells. */
  readonly severities: readonly Severity[];
  readonly tell: (detail: Detail) => Telling;
}

/** Tells an event that asks nothing of anybody. */
export function info(
  what: (detail: Detail) => string,
  more?: (detail: Detail) => string | undefined,
): Teller {
  return {
    severities: ['info'],
    tell: (detail) => telling('info', what(detail), more?.(detail)),
  };
}

/** Tells a fact that is well or not: in passing where it is well. */
export function either(
  isTrouble: (detail: Detail) => boolean,
  trouble: (detail: Detail) => Telling,
  well: (detail: Detail) => string,
  more?: (detail: Detail) => string | undefined,
): Teller {
  return {
    severities: ['info', 'warning'],
    tell: (detail) =>
      isTrouble(detail) ? trouble(detail) : telling('info', well(detail), more?.(detail)),
  };
}

/** Says what changed, from what to what. */
export const changed =
  (what: string) =>
  (detail: Detail): string =>
    `${what} ${word(detail['previous'])} → ${word(detail['current'])}`;

/** Builds a telling; what is empty is left out. */
export function telling(severity: Severity, what: string, more?: string, remedy?: string): Telling {
  return {
    severity,
    what,
    ...(more === undefined || more === '' ? {} : { more }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

const wordLength = 120;
const sentenceLength = 300;

/** A word of the event, `none` where it has none; cut to 120 characters. */
export function word(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none';
  if (typeof value === 'object') return plainText(JSON.stringify(value), wordLength);
  return plainText(String(value), wordLength);
}

/** An instant of the event, to the minute. */
export function clock(instant: unknown): Instant {
  return word(instant).replace(/(:\d\d)(:\d\d)?(\.\d+)?/, '$1');
}

/** A sentence of the event, cut to 300 characters; undefined where it has none. */
export function sentence(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? plainText(value, sentenceLength) : undefined;
}

/** Where the meaning of a failure code and its remedy stand. */
export function whatTheCodeMeans(code: unknown): string | undefined {
  return typeof code === 'string' && /^[A-Za-z]{1,40}$/.test(code)
    ? `Meaning and remedy: docs/failures.md#${code.toLowerCase()}`
    : undefined;
}
