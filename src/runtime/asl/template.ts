import { compileQuery, isQueryText, type Query } from './query.ts';
import type { QueryScope } from './query-functions.ts';

/** A JSON value of a definition in which any string may be an expression. */
export interface Template {
  readonly queries: readonly Query[];
  /** Answers the value with every expression replaced by what it yields. */
  readonly evaluate: (scope: QueryScope) => Promise<unknown>;
}

/** Compiles a value; what is wrong with its expressions goes to `report`, with the place inside the value. */
export function compileTemplate(
  value: unknown,
  report: (place: string, problem: string) => void,
): Template {
  const queries: Query[] = [];
  const evaluate = compilePart(value, '', queries, report);
  return {
    queries,
    evaluate: evaluate ?? (async () => value),
  };
}

type Part = (scope: QueryScope) => Promise<unknown>;

// Answers undefined for a part without expressions: it stands for itself.
function compilePart(
  value: unknown,
  place: string,
  queries: Query[],
  report: (place: string, problem: string) => void,
): Part | undefined {
  if (typeof value === 'string') {
    if (!isQueryText(value)) return undefined;
    try {
      const query = compileQuery(value);
      for (const problem of query.facts.problems) report(place, problem);
      queries.push(query);
      return query.evaluate;
    } catch (error) {
      report(place, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const inside = Object.entries(value).map(([key, part]: [string, unknown]) => ({
    key,
    part,
    make: compilePart(part, `${place}.${key}`, queries, report),
  }));
  if (inside.every(({ make }) => make === undefined)) return undefined;
  if (Array.isArray(value)) {
    return async (scope) => {
      const made: unknown[] = [];
      for (const { part, make } of inside) made.push(make === undefined ? part : await make(scope));
      return made;
    };
  }
  return async (scope) => {
    const made: Record<string, unknown> = {};
    for (const { key, part, make } of inside)
      made[key] = make === undefined ? part : await make(scope);
    return made;
  };
}
