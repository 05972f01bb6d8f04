/** EventBridge event patterns: which events a rule takes. AWS EventBridge User Guide, Event patterns. */
import {
  type Alternative,
  alternativeProblems,
  alternativesOf,
  combinationsOf,
  inOrder,
  type Member,
  mostCombinations,
} from './event-pattern/alternatives.ts';
import { operatorNames, takes, wantedProblem } from './event-pattern/operator.ts';
import type { EventPattern, Leaf } from './event-pattern/pattern.ts';
import {
  type Found,
  isObject,
  together,
  valuesAt,
  type Within,
} from './event-pattern/values-at.ts';

export type { EventPattern, Leaf } from './event-pattern/pattern.ts';
export { wildcardMatches } from './event-pattern/wildcard.ts';

/** Says what is wrong with a pattern, with the place; an empty list means that EventBridge takes it. */
export function patternProblems(pattern: unknown, place = 'pattern'): readonly string[] {
  const problems = formProblems(pattern, place, false, 0);
  if (problems.length > 0 || !hasForm(pattern)) return problems;
  const combinations = combinationsOf(pattern);
  if (combinations > mostCombinations) {
    return [`${place}: its $or come to ${combinations} combinations, over ${mostCombinations}`];
  }
  return alternativeProblems(alternativesOf(pattern)).map((one) => `${place}.${one}`);
}

/** Says whether a value is a pattern that EventBridge takes. */
export function isEventPattern(value: unknown): value is EventPattern {
  return patternProblems(value).length === 0;
}

/** Says whether an event fits a pattern. A list of the event fits where one of its elements does. */
export function patternMatches(pattern: EventPattern, event: unknown): boolean {
  return readAlternatives(pattern).some(({ sorted }) => holdsTogether(sorted, event));
}

/** Where an event and a pattern part: the first member that does not hold, and what the event has there. */
export interface Mismatch {
  /** Keys parted by `.`. */
  readonly path: string;
  readonly wanted: Leaf;
  /** The values of the event at the path; empty where it has none. */
  readonly found: readonly unknown[];
  /** `together` where every member holds alone, but not all in one element of a list. */
  readonly why: 'alone' | 'together';
  /** How many alternatives of the pattern failed; the one told came furthest. */
  readonly alternatives: number;
}

/** Says which member of a pattern does not hold for an event, the first in the pattern's order; undefined on a match. */
export function firstMismatch(pattern: EventPattern, event: unknown): Mismatch | undefined {
  const alternatives = readAlternatives(pattern);
  if (alternatives.some(({ sorted }) => holdsTogether(sorted, event))) return undefined;
  let furthest: { readonly at: number; readonly member: Member | undefined } | undefined;
  for (const { written } of alternatives) {
    const failing = written.findIndex((member) => !holdsTogether([member], event));
    const at = failing === -1 ? written.length : failing;
    if (furthest !== undefined && furthest.at >= at) continue;
    furthest = { at, member: failing === -1 ? written.at(-1) : written[failing] };
  }
  if (furthest?.member === undefined) return undefined;
  const { path, leaf } = furthest.member;
  return {
    path,
    wanted: leaf,
    found: valuesAt(event, path).map(({ value }) => value),
    why: holdsTogether([furthest.member], event) ? 'together' : 'alone',
    alternatives: alternatives.length,
  };
}

interface ReadAlternative {
  readonly written: Alternative;
  readonly sorted: Alternative;
}

// A rule's pattern meets every event of its bus.
const read = new WeakMap<EventPattern, readonly ReadAlternative[]>();

function readAlternatives(pattern: EventPattern): readonly ReadAlternative[] {
  const known = read.get(pattern);
  if (known !== undefined) return known;
  const made = alternativesOf(pattern).map((written) => ({ written, sorted: inOrder(written) }));
  read.set(pattern, made);
  return made;
}

/** Says whether all members hold, in one and the same element wherever the event has a list of objects. */
function holdsTogether(members: Alternative, event: unknown): boolean {
  const found: (readonly Found[])[] = [];
  for (const { path, leaf } of members) {
    const values = valuesAt(event, path);
    if (!isAbsenceWanted(leaf) && !values.some(({ value }) => isTaken(leaf, value))) return false;
    found.push(values);
  }
  const holdsFrom = (i: number, within: Within): boolean => {
    const member = members[i];
    if (member === undefined) return true;
    const near = (found[i] ?? []).flatMap((one) => {
      const joined = together(within, one.within);
      return joined === undefined ? [] : [{ value: one.value, within: joined }];
    });
    if (near.length === 0 && isAbsenceWanted(member.leaf)) return holdsFrom(i + 1, within);
    return near.some((one) => isTaken(member.leaf, one.value) && holdsFrom(i + 1, one.within));
  };
  return holdsFrom(0, []);
}

function isTaken(leaf: Leaf, value: unknown): boolean {
  return leaf.some((wanted) => takes(wanted, value));
}

function isAbsenceWanted(leaf: Leaf): boolean {
  return leaf.some(
    (wanted) =>
      typeof wanted === 'object' &&
      wanted !== null &&
      'exists' in wanted &&
      wanted.exists === false,
  );
}

// Names that AWS keeps for operators in $or, those of today and those to come.
const reserved: ReadonlySet<string> = new Set([
  ...operatorNames,
  ...['exactly', '=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);
const deepest = 100;

function formProblems(
  pattern: unknown,
  place: string,
  isInOr: boolean,
  depth: number,
): readonly string[] {
  if (!isObject(pattern)) return [`${place}: is no object`];
  if (depth > deepest) return [`${place}: is nested more than ${deepest} levels deep`];
  const entries = Object.entries(pattern);
  if (entries.length === 0) return [`${place}: is empty`];
  return entries.flatMap(([field, part]) => {
    const at = `${place}.${field}`;
    if (field === '$or') {
      if (!Array.isArray(part) || part.length < 2) return [`${at}: needs two alternatives or more`];
      return part.flatMap((one, i) => formProblems(one, `${at}.${i}`, true, depth + 1));
    }
    if (isInOr && reserved.has(field)) return [`${at}: is a name that AWS keeps for itself in $or`];
    if (isObject(part)) return formProblems(part, at, isInOr, depth + 1);
    if (!Array.isArray(part)) return [`${at}: must be a list of values, or an object`];
    if (part.length === 0) return [`${at}: is an empty list`];
    return part.flatMap((wanted) => {
      const problem = wantedProblem(wanted);
      return problem === undefined ? [] : [`${at}: ${JSON.stringify(wanted)}: ${problem}`];
    });
  });
}

function hasForm(pattern: unknown): pattern is EventPattern {
  return formProblems(pattern, '', false, 0).length === 0;
}
