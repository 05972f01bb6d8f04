import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import { seededNumber } from '../seeded.ts';

/** What an expression may read besides its text: the variables, and time and chance as data. */
export interface QueryScope {
  readonly states: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly nowMs: number;
  /** Answers the next number from 0 to 1 (exclusive) of the execution's own sequence. */
  readonly random: () => number;
  /** Answers the next UUID of the execution's own sequence. */
  readonly uuid: () => string;
}

/** The functions that AWS adds to JSONata 2.0.6. */
export const addedFunctions = ['partition', 'range', 'hash', 'random', 'uuid', 'parse'] as const;

/** The functions of JSONata 2.0.6 that AWS implements; `$eval` is not among them. */
export const standardFunctions = [
  ...['sum', 'count', 'max', 'min', 'average', 'string', 'substring', 'substringBefore'],
  ...['substringAfter', 'lowercase', 'uppercase', 'length', 'trim', 'pad', 'match', 'contains'],
  ...['replace', 'split', 'join', 'formatNumber', 'formatBase', 'formatInteger', 'parseInteger'],
  ...['number', 'floor', 'ceil', 'round', 'abs', 'sqrt', 'power', 'boolean', 'not', 'map', 'zip'],
  ...[
    'filter',
    'single',
    'reduce',
    'sift',
    'keys',
    'lookup',
    'append',
    'exists',
    'spread',
    'merge',
  ],
  ...['reverse', 'each', 'error', 'assert', 'type', 'sort', 'shuffle', 'distinct', 'base64encode'],
  ...['base64decode', 'encodeUrlComponent', 'encodeUrl', 'decodeUrlComponent', 'decodeUrl'],
  ...['toMillis', 'fromMillis', 'clone', 'now', 'millis'],
] as const;

const hashNames: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

const formatInstant = jsonata('$fromMillis($instant, $picture, $timezone)');

function partition(items: unknown, size: unknown): unknown[][] {
  if (!Array.isArray(items)) throw new TypeError('$partition needs an array');
  if (typeof size !== 'number' || !(size >= 1))
    throw new TypeError('$partition needs a size of 1 or more');
  const whole = Math.floor(size);
  const parts: unknown[][] = [];
  for (let at = 0; at < items.length; at += whole) parts.push(items.slice(at, at + whole));
  return parts;
}

function range(first: unknown, last: unknown, step: unknown): number[] {
  if (
    typeof first !== 'number' ||
    typeof last !== 'number' ||
    typeof step !== 'number' ||
    step === 0
  ) {
    throw new TypeError('$range needs a first number, a last number and a step that is not 0');
  }
  const numbers: number[] = [];
  for (let i = 0; step > 0 ? first + i * step <= last : first + i * step >= last; i++) {
    numbers.push(first + i * step);
  }
  return numbers;
}

function hash(content: unknown, algorithm: unknown): string {
  const name = typeof algorithm === 'string' ? hashNames[algorithm] : undefined;
  if (typeof content !== 'string' || name === undefined) {
    throw new TypeError(`$hash needs a text and one of ${Object.keys(hashNames).join(', ')}`);
  }
  return createHash(name).update(content).digest('hex');
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string') throw new TypeError('$parse needs a text');
  return JSON.parse(text);
}

/** Answers all that an expression sees by name: variables, `$states`, AWS's functions and virtual time. */
export function queryBindings(scope: QueryScope): Record<string, unknown> {
  return {
    ...scope.variables,
    states: scope.states,
    partition,
    range,
    hash,
    parse,
    random: (seed?: unknown) => (seed === undefined ? scope.random() : seededNumber(String(seed))),
    uuid: () => scope.uuid(),
    millis: () => scope.nowMs,
    now: (picture?: unknown, timezone?: unknown) =>
      formatInstant.evaluate(undefined, { instant: scope.nowMs, picture, timezone }),
    // JSONata's own shuffle draws from Math.random.
    shuffle: (items: unknown) => shuffled(Array.isArray(items) ? items : [items], scope.random),
  };
}

function shuffled(items: readonly unknown[], random: () => number): unknown[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
