import jsonata from 'jsonata';
import { type QueryScope, queryBindings } from './query-functions.ts';
import { askJsonata, shortcutOf } from './query-shortcut.ts';
import { type QueryFacts, queryFacts } from './query-tree.ts';
import { StateError, States } from './state-error.ts';

/** One compiled JSONata expression. */
export interface Query {
  readonly text: string;
  readonly facts: QueryFacts;
  /**
   * Answers the value as plain JSON. An error, a function, a number that JSON cannot hold, or nothing at
   * all is a States.QueryEvaluationError.
   */
  readonly evaluate: (scope: QueryScope) => Promise<unknown>;
}

const compiled = new Map<string, Query>();

/** Says whether a string of a definition is an expression: `{% … %}` with no blanks outside. */
export function isQueryText(value: string): boolean {
  return value.startsWith('{%') && value.endsWith('%}');
}

/** Compiles `{% … %}`; each text is compiled once. Throws an Error that says what is wrong with it. */
export function compileQuery(text: string): Query {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const query = compile(text);
  compiled.set(text, query);
  return query;
}

function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error)
    return String(error.message);
  return String(error);
}

function compile(text: string): Query {
  let expression: ReturnType<typeof jsonata>;
  try {
    expression = jsonata(text.slice(2, -2));
  } catch (error) {
    throw new Error(`is no JSONata 2.0.6: ${messageOf(error)}`, { cause: error });
  }
  const tree: unknown = expression.ast();
  const shortcut = shortcutOf(tree);
  const slowly = async (scope: QueryScope): Promise<unknown> => {
    try {
      const value: unknown = await expression.evaluate(undefined, queryBindings(scope));
      return plain(value);
    } catch (error) {
      if (error instanceof StateError) throw error;
      throw failed(text, messageOf(error));
    }
  };
  return {
    text,
    facts: queryFacts(tree),
    evaluate: async (scope) => {
      const quick = shortcut === undefined ? askJsonata : shortcut(scope);
      const value = quick === askJsonata ? await slowly(scope) : quick;
      if (value === undefined) throw failed(text, 'it yields nothing');
      return value;
    },
  };
}

function failed(text: string, why: string): StateError {
  return new StateError(
    States.queryEvaluationError,
    `The JSONata expression '${text}' failed: ${why}`,
  );
}

// JSONata marks its sequences with extra properties and hands out functions: neither may enter the data.
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError('it yields a number that JSON cannot hold');
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => plain(item) ?? null);
  if (typeof value === 'function') throw new TypeError('it yields a function');
  if (typeof value !== 'object') return value;
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) {
    throw new TypeError('it yields a function');
  }
  const copy: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    const made = plain(part);
    if (made !== undefined) copy[key] = made;
  }
  return copy;
}
