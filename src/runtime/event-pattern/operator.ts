// The values and comparison operators of event patterns: what EventBridge takes, and which values they take. AWS
// EventBridge User Guide, Comparison operators for use in event patterns; where it is silent, AWS's published matcher.
import * as z from 'zod';
import { blockHolds, blockProblem } from './ip-block.ts';
import { wildcardMatches, wildcardProblem } from './wildcard.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const text = 'must be a text';
const Text = z.string(text);
const IgnoreCase = z.strictObject(
  { 'equals-ignore-case': Text },
  'must be a text, or equals-ignore-case of one',
);
const Affix = z.union([Text, IgnoreCase], 'must be a text, or equals-ignore-case of one');
const Wildcard = Text.superRefine(toRefuse(wildcardProblem));
const Cidr = Text.superRefine(toRefuse(blockProblem));

/** Between which numbers EventBridge compares by `numeric`, both ends included. */
export const numericLimit = 5e9;

const bounds = ['<', '<=', '=', '>=', '>'] as const;
const Numeric = z
  .array(z.union([z.enum(bounds), z.number()]), numericWords())
  .superRefine(toRefuse(numericProblem));

const notEmpty = 'must not be empty';
const SomeTexts = z.union([Text, z.array(Text).min(1)], 'must be a text or a list of texts');
const SomeAffixes = z.union(
  [z.string(text).min(1, notEmpty), z.array(z.string().min(1)).min(1)],
  'must be a text or a list of texts, none of them empty',
);
const SomeWildcards = z.union(
  [Wildcard, z.array(Wildcard).min(1)],
  String.raw`must be a wildcard or a list of wildcards, without two * in a row and with \ only before * and \ `.trimEnd(),
);
const AnythingBut = z.union(
  [
    Text,
    z.number(),
    z.array(Text).min(1),
    z.array(z.number()).min(1),
    z.strictObject({ prefix: SomeAffixes }),
    z.strictObject({ suffix: SomeAffixes }),
    z.strictObject({ wildcard: SomeWildcards }),
    z.strictObject({ 'equals-ignore-case': SomeTexts }),
  ],
  'must be a text, a number, a list of texts or of numbers, or one of prefix, suffix, wildcard and equals-ignore-case of texts',
);

const operands = {
  prefix: Affix,
  suffix: Affix,
  'equals-ignore-case': Text,
  wildcard: Wildcard,
  cidr: Cidr,
  exists: z.boolean('must be true or false'),
  numeric: Numeric,
  'anything-but': AnythingBut,
} as const;

/** The names of the operators. */
export const operatorNames = Object.keys(operands);

const Operator = z.union([
  z.strictObject({ prefix: operands.prefix }),
  z.strictObject({ suffix: operands.suffix }),
  z.strictObject({ 'equals-ignore-case': operands['equals-ignore-case'] }),
  z.strictObject({ wildcard: operands.wildcard }),
  z.strictObject({ cidr: operands.cidr }),
  z.strictObject({ exists: operands.exists }),
  z.strictObject({ numeric: operands.numeric }),
  z.strictObject({ 'anything-but': operands['anything-but'] }),
]);

/** What a pattern wants of one field: a value, or what an operator takes. */
export const Wanted = z.union([Scalar, Operator]);
export type Wanted = z.infer<typeof Wanted>;

/** Says what is wrong with something that a pattern wants of a field; undefined where EventBridge takes it. */
export function wantedProblem(wanted: unknown): string | undefined {
  if (typeof wanted !== 'object' || wanted === null) {
    return Scalar.safeParse(wanted).success ? undefined : 'is no JSON value';
  }
  if (Array.isArray(wanted)) return 'is a list in a list';
  const [entry, ...more] = Object.entries(wanted);
  if (entry === undefined) return 'is an empty object';
  const [name, operand] = entry;
  if (more.length > 0) return `has ${more.length + 1} operators where one is allowed`;
  const form = Object.entries(operands).find(([one]) => one === name)?.[1];
  if (form === undefined) {
    return `${JSON.stringify(name)} is no operator; there are ${operatorNames.join(', ')}`;
  }
  const read = form.safeParse(operand);
  if (read.success) return undefined;
  return `${name} ${read.error.issues[0]?.message ?? 'is not understood'}`;
}

/** Says whether a wanted value takes a value of the event; `exists: false` takes none. */
export function takes(wanted: Wanted, value: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === value;
  if ('exists' in wanted) return wanted.exists;
  if ('prefix' in wanted) return affixHolds(wanted.prefix, value, 'startsWith');
  if ('suffix' in wanted) return affixHolds(wanted.suffix, value, 'endsWith');
  if ('equals-ignore-case' in wanted) return isSame(wanted['equals-ignore-case'], value);
  if ('wildcard' in wanted) return fits(wanted.wildcard, value);
  if ('cidr' in wanted) return typeof value === 'string' && blockHolds(wanted.cidr, value);
  if ('numeric' in wanted) return typeof value === 'number' && compares(wanted.numeric, value);
  return isOther(wanted['anything-but'], value);
}

/** The wildcards that a wanted value asks for. */
export function wildcardsOf(wanted: Wanted): readonly string[] {
  if (typeof wanted !== 'object' || wanted === null) return [];
  if ('wildcard' in wanted) return [wanted.wildcard];
  if (!('anything-but' in wanted)) return [];
  const but = wanted['anything-but'];
  return typeof but === 'object' && 'wildcard' in but ? listed(but.wildcard) : [];
}

function toRefuse<T>(problemOf: (value: T) => string | undefined) {
  return (value: T, context: z.RefinementCtx<T>) => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  };
}

function numericWords(): string {
  return 'must be a list like [">", 0, "<=", 5]';
}

function numericProblem(list: readonly (string | number)[]): string | undefined {
  const [first, low, second, high, ...more] = list;
  const isOne = list.length === 2 && typeof first === 'string' && typeof low === 'number';
  const isRange =
    list.length === 4 &&
    more.length === 0 &&
    (first === '>' || first === '>=') &&
    (second === '<' || second === '<=') &&
    typeof low === 'number' &&
    typeof high === 'number';
  if (!isOne && !isRange) {
    return 'must be one comparison, or > or >= and then < or <=, each with its number';
  }
  const numbers = [low, high].filter((one) => typeof one === 'number');
  if (numbers.some((one) => Math.abs(one) > numericLimit)) {
    return `compares only numbers from -${numericLimit} to ${numericLimit}`;
  }
  const [bottom = 0, top = 0] = numbers;
  return isRange && bottom >= top ? 'needs its lower number first' : undefined;
}

function affixHolds(
  wanted: z.infer<typeof Affix>,
  value: unknown,
  compare: 'startsWith' | 'endsWith',
): boolean {
  if (typeof value !== 'string') return false;
  if (typeof wanted === 'string') return value[compare](wanted);
  return value.toLowerCase()[compare](wanted['equals-ignore-case'].toLowerCase());
}

function isSame(wanted: string, value: unknown): boolean {
  return typeof value === 'string' && value.toLowerCase() === wanted.toLowerCase();
}

function fits(wildcard: string, value: unknown): boolean {
  return typeof value === 'string' && wildcardMatches(wildcard, value);
}

function listed<T extends string>(one: T | readonly T[]): readonly T[] {
  return typeof one === 'string' ? [one] : one;
}

// What is no text begins, ends and is written like none, so that it is anything but those.
function isOther(but: z.infer<typeof AnythingBut>, value: unknown): boolean {
  if (typeof but === 'string' || typeof but === 'number') return value !== but;
  if (Array.isArray(but)) return !but.some((one) => one === value);
  if ('prefix' in but) {
    return !listed(but.prefix).some((one) => affixHolds(one, value, 'startsWith'));
  }
  if ('suffix' in but) return !listed(but.suffix).some((one) => affixHolds(one, value, 'endsWith'));
  if ('wildcard' in but) return !listed(but.wildcard).some((one) => fits(one, value));
  return !listed(but['equals-ignore-case']).some((one) => isSame(one, value));
}

function compares(comparisons: readonly (string | number)[], value: number): boolean {
  if (Math.abs(value) > numericLimit) return false;
  for (let i = 0; i < comparisons.length; i += 2) {
    const bound = comparisons[i + 1];
    if (typeof bound !== 'number' || !isWithin(String(comparisons[i]), value, bound)) return false;
  }
  return true;
}

function isWithin(operator: string, value: number, bound: number): boolean {
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
