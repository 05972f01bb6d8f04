import { isIP } from 'node:net';
import * as z from 'zod';

/** EventBridge event patterns: which events a rule takes. AWS EventBridge User Guide, Comparison operators. */

const Text = z.string();
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Folded = z.strictObject({ 'equals-ignore-case': Text });
const Bound = z.enum(['<', '<=', '=', '>=', '>']);
const numericLength = [2, 4];

const Operator = z.union([
  z.strictObject({ prefix: z.union([Text, Folded]) }),
  z.strictObject({ suffix: z.union([Text, Folded]) }),
  z.strictObject({ 'equals-ignore-case': Text }),
  z.strictObject({ wildcard: Text.refine((text) => !text.includes('**'), 'has two * in a row') }),
  z.strictObject({ cidr: Text.refine((text) => cidrOf(text) !== undefined, 'is no CIDR block') }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({
    numeric: z
      .array(z.union([Bound, z.number()]))
      .refine(
        (list) =>
          numericLength.includes(list.length) &&
          list.every((part, i) => (typeof part === 'number') === (i % 2 === 1)),
        'must be one or two comparisons',
      ),
  }),
  z.strictObject({
    'anything-but': z.union([
      Text,
      z.number(),
      z.array(z.union([Text, z.number()])).min(1),
      z.strictObject({ prefix: z.union([Text, z.array(Text).min(1)]) }),
      z.strictObject({ suffix: z.union([Text, z.array(Text).min(1)]) }),
      z.strictObject({ wildcard: z.union([Text, z.array(Text).min(1)]) }),
      z.strictObject({ 'equals-ignore-case': z.union([Text, z.array(Text).min(1)]) }),
    ]),
  }),
]);
type Operator = z.infer<typeof Operator>;

const Leaf = z.array(z.union([Scalar, Operator])).min(1);
type Leaf = z.infer<typeof Leaf>;

/** A pattern: per field a list of acceptable values, or a pattern again; `$or` holds alternatives. */
export interface EventPattern {
  readonly [field: string]: Leaf | EventPattern | readonly EventPattern[];
}

/** Says what is wrong with a pattern, with the place; an empty list means that EventBridge takes it. */
export function patternProblems(pattern: unknown, place = 'pattern'): readonly string[] {
  if (!isObject(pattern)) return [`${place}: is no object`];
  const entries = Object.entries(pattern);
  if (entries.length === 0) return [`${place}: is empty`];
  return entries.flatMap(([field, part]) => {
    const at = `${place}.${field}`;
    if (field === '$or') {
      if (!Array.isArray(part) || part.length < 2) return [`${at}: needs two alternatives or more`];
      return part.flatMap((alternative, i) => patternProblems(alternative, `${at}.${i}`));
    }
    if (!Array.isArray(part)) return patternProblems(part, at);
    const read = Leaf.safeParse(part);
    return read.success
      ? []
      : [`${at}: ${JSON.stringify(part)} is no list of values and operators`];
  });
}

/** Says whether a value is a pattern that EventBridge takes. */
export function isEventPattern(value: unknown): value is EventPattern {
  return patternProblems(value).length === 0;
}

/** Says whether an event fits a pattern. Arrays of the event fit where one of their elements does. */
export function patternMatches(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, part]) => {
    if (isAlternatives(field, part)) {
      return part.some((alternative) => patternMatches(alternative, event));
    }
    const values = fieldValues(event, field);
    if (isLeaf(field, part)) return leafMatches(part, values);
    const objects = values.filter(isObject);
    // `exists: false` below a field that is not there holds.
    return objects.length === 0
      ? patternMatches(part, {})
      : objects.some((object) => patternMatches(part, object));
  });
}

type Part = Leaf | EventPattern | readonly EventPattern[];

function isLeaf(field: string, part: Part): part is Leaf {
  return field !== '$or' && Array.isArray(part);
}

function isAlternatives(field: string, part: Part): part is readonly EventPattern[] {
  return field === '$or' && Array.isArray(part);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// The values of a field, arrays spread out; a field that is not there, or an empty array, has none.
function fieldValues(event: unknown, field: string): readonly unknown[] {
  if (!isObject(event) || !Object.hasOwn(event, field)) return [];
  const value = event[field];
  return Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
}

function leafMatches(leaf: Leaf, values: readonly unknown[]): boolean {
  // EventBridge looks for scalars only: an object is no value of its field.
  const scalars = values.filter((value) => !isObject(value));
  return leaf.some((wanted) => {
    if (typeof wanted === 'object' && wanted !== null) {
      if ('exists' in wanted) return wanted.exists === scalars.length > 0;
      return scalars.some((value) => operatorMatches(wanted, value));
    }
    return scalars.includes(wanted);
  });
}

function operatorMatches(operator: Operator, value: unknown): boolean {
  if ('prefix' in operator)
    return typeof value === 'string' && edge(operator.prefix, value, 'startsWith');
  if ('suffix' in operator)
    return typeof value === 'string' && edge(operator.suffix, value, 'endsWith');
  if ('equals-ignore-case' in operator) return sameFolded(operator['equals-ignore-case'], value);
  if ('wildcard' in operator)
    return typeof value === 'string' && wildcardMatches(operator.wildcard, value);
  if ('cidr' in operator) return typeof value === 'string' && cidrHolds(operator.cidr, value);
  if ('numeric' in operator)
    return typeof value === 'number' && numericMatches(operator.numeric, value);
  if ('exists' in operator) return operator.exists;
  return anythingBut(operator['anything-but'], value);
}

function edge(
  wanted: string | z.infer<typeof Folded>,
  value: string,
  compare: 'startsWith' | 'endsWith',
): boolean {
  if (typeof wanted === 'string') return value[compare](wanted);
  return value.toLowerCase()[compare](wanted['equals-ignore-case'].toLowerCase());
}

function sameFolded(wanted: string, value: unknown): boolean {
  return typeof value === 'string' && value.toLowerCase() === wanted.toLowerCase();
}

function listed(one: string | readonly string[]): readonly string[] {
  return typeof one === 'string' ? [one] : one;
}

function anythingBut(
  but: Extract<Operator, { 'anything-but': unknown }>['anything-but'],
  value: unknown,
): boolean {
  if (typeof but === 'string' || typeof but === 'number') return value !== but;
  if (Array.isArray(but)) return !but.some((one) => one === value);
  // The forms about text say nothing about numbers, true, false and null.
  if (typeof value !== 'string') return false;
  if ('prefix' in but) return !listed(but.prefix).some((text) => value.startsWith(text));
  if ('suffix' in but) return !listed(but.suffix).some((text) => value.endsWith(text));
  if ('wildcard' in but) return !listed(but.wildcard).some((text) => wildcardMatches(text, value));
  return !listed(but['equals-ignore-case']).some((text) => sameFolded(text, value));
}

function numericMatches(comparisons: readonly (string | number)[], value: number): boolean {
  for (let i = 0; i < comparisons.length; i += 2) {
    const bound = comparisons[i + 1];
    if (typeof bound !== 'number' || !within(String(comparisons[i]), value, bound)) return false;
  }
  return true;
}

function within(operator: string, value: number, bound: number): boolean {
  switch (operator) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    default:
      return value === bound;
  }
}

/** Says whether a text fits a wildcard: `*` stands for any characters, `\*` and `\\` for themselves. */
export function wildcardMatches(wildcard: string, text: string): boolean {
  const pieces: string[] = [''];
  for (let i = 0; i < wildcard.length; i++) {
    const character = wildcard[i] ?? '';
    const next = wildcard[i + 1] ?? '';
    const last = pieces.length - 1;
    if (character === '\\' && (next === '*' || next === '\\')) {
      pieces[last] = `${pieces[last]}${next}`;
      i += 1;
    } else if (character === '*') pieces.push('');
    else pieces[last] = `${pieces[last]}${character}`;
  }
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = text.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

function addressOf(text: string): Address | undefined {
  const version = isIP(text);
  if (version === 4) {
    const value = text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
    return { bits: 32, value };
  }
  if (version !== 6 || text.includes('%')) return undefined;
  const [head = '', tail] = dottedAsGroups(text).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: middle }, () => '0'), ...right];
  return {
    bits: 128,
    value: groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n),
  };
}

// `::ffff:10.0.0.1` is written in groups before it is read.
function dottedAsGroups(text: string): string {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (dotted === null) return text;
  const [a = 0, b = 0, c = 0, d = 0] = dotted.slice(2).map(Number);
  return `${dotted[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function cidrOf(text: string): { readonly address: Address; readonly length: number } | undefined {
  const [base = '', size = '', ...more] = text.split('/');
  const address = addressOf(base);
  if (address === undefined || more.length > 0 || !/^\d{1,3}$/.test(size)) return undefined;
  const length = Number(size);
  return length <= address.bits ? { address, length } : undefined;
}

function cidrHolds(cidr: string, text: string): boolean {
  const block = cidrOf(cidr);
  const address = addressOf(text);
  if (block === undefined || address?.bits !== block.address.bits) return false;
  const shift = BigInt(address.bits - block.length);
  return address.value >> shift === block.address.value >> shift;
}
