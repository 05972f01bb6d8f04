// In: a pattern. Out: the same without $or, as the alternatives that it stands for, each a list of paths with what is
// wanted there. EventBridge resolves patterns so when a rule is made.
import { wildcardsOf } from './operator.ts';
import type { EventPattern, Leaf } from './pattern.ts';
import { mostComplex, wildcardComplexity } from './wildcard.ts';

/** A path of an event, keys parted by `.`, and what is wanted there. */
export interface Member {
  readonly path: string;
  readonly leaf: Leaf;
}

/** What must hold together, in the order of the pattern. */
export type Alternative = readonly Member[];

/** How many combinations the `$or` of one pattern may come to. */
export const mostCombinations = 1000;

/** Resolves the `$or` of a pattern whose combinations were counted. */
export function alternativesOf(pattern: EventPattern, path = ''): readonly Alternative[] {
  let all: readonly Alternative[] = [[]];
  for (const [field, part] of Object.entries(pattern)) {
    const at = path === '' ? field : `${path}.${field}`;
    const more = partAlternatives(field, part, path, at);
    all = all.flatMap((one) => more.map((other) => [...one, ...other]));
  }
  return all;
}

function partAlternatives(
  field: string,
  part: Part,
  path: string,
  at: string,
): readonly Alternative[] {
  if (isAlternatives(field, part)) return part.flatMap((one) => alternativesOf(one, path));
  return isLeaf(part) ? [[{ path: at, leaf: part }]] : alternativesOf(part, at);
}

/** Counts the combinations of a pattern as AWS does: the product of the lengths of every `$or`. */
export function combinationsOf(pattern: EventPattern): number {
  return Object.entries(pattern).reduce((product, [field, part]) => {
    if (isAlternatives(field, part)) {
      return product * part.length * part.reduce((inner, one) => inner * combinationsOf(one), 1);
    }
    return isLeaf(part) ? product : product * combinationsOf(part);
  }, 1);
}

/** Says what is wrong with alternatives as a whole: a path wanted twice, wildcards that are too complex together. */
export function alternativeProblems(alternatives: readonly Alternative[]): readonly string[] {
  const problems = new Set<string>();
  const wildcards = new Map<string, string[]>();
  for (const alternative of alternatives) {
    const seen = new Set<string>();
    let before = '';
    for (const { path, leaf } of inOrder(alternative)) {
      if (seen.has(path)) problems.add(`${path}: is wanted twice, beside $or and in it`);
      seen.add(path);
      // Alternatives that agree on the fields before share how the next one is read.
      const place = `${before}\n${path}`;
      wildcards.set(place, [...(wildcards.get(place) ?? []), ...leaf.flatMap(wildcardsOf)]);
      before = `${place}=${JSON.stringify(leaf)}`;
    }
  }
  for (const [place, texts] of wildcards) {
    if (wildcardComplexity(texts) <= mostComplex) continue;
    const path = place.slice(place.lastIndexOf('\n') + 1);
    problems.add(
      `${path}: its wildcards are too complex together; use fewer *, and fewer repeated characters behind them`,
    );
  }
  return [...problems];
}

/** Sorts members by their paths, which is the order in which EventBridge looks at them. */
export function inOrder(alternative: Alternative): Alternative {
  return alternative.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

type Part = Leaf | EventPattern | readonly EventPattern[];

function isAlternatives(field: string, part: Part): part is readonly EventPattern[] {
  return field === '$or' && Array.isArray(part);
}

function isLeaf(part: Part): part is Leaf {
  return Array.isArray(part);
}
