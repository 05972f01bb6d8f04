import type { QueryScope } from './query-functions.ts';
import { isQueryNode, type QueryNode } from './query-tree.ts';

/** Says that a shortcut does not know the answer, and that JSONata itself must be asked. */
export const askJsonata: unique symbol = Symbol('ask JSONata');

type Shortcut = (scope: QueryScope) => unknown;

const constants = new Set(['number', 'string', 'value']);
const decorations = [
  'predicate',
  'stages',
  'group',
  'focus',
  'index',
  'keepArray',
  'tuple',
  'nextFunction',
];

/**
 * Compiles the simple part of JSONata (field paths, literals, comparisons, `and`, `or`, conditionals,
 * constructors, `$count`, `$exists`, `$not`) to a plain function; undefined where the expression is more.
 * The function gives exactly JSONata's answer or `askJsonata`. JSONata's own evaluation is asynchronous
 * and some fifty times slower, and nearly every expression of a state machine is of this kind.
 */
export function shortcutOf(tree: unknown): Shortcut | undefined {
  if (!isQueryNode(tree) || decorations.some((key) => tree[key] !== undefined)) return undefined;
  if (constants.has(tree.type)) return () => tree['value'];
  switch (tree.type) {
    case 'variable':
      return variable(String(tree['value']));
    case 'path':
      return path(tree);
    case 'block':
      return block(tree);
    case 'condition':
      return condition(tree);
    case 'binary':
      return binary(tree);
    case 'unary':
      return constructed(tree);
    case 'function':
      return call(tree);
    default:
      return undefined;
  }
}

function variable(name: string): Shortcut | undefined {
  if (name === '' || name === '$') return undefined;
  if (name === 'states') return (scope) => scope.states;
  return (scope) => (Object.hasOwn(scope.variables, name) ? scope.variables[name] : askJsonata);
}

function fieldOf(value: unknown, name: string): unknown {
  // A field of an array is a sequence over its items, which is JSONata's business.
  if (Array.isArray(value)) return askJsonata;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function path(node: QueryNode): Shortcut | undefined {
  const steps = Array.isArray(node['steps']) ? node['steps'].filter(isQueryNode) : [];
  const [first, ...rest] = steps;
  if (first?.type !== 'variable' || node['keepSingletonArray'] !== undefined) return undefined;
  const start = shortcutOf(first);
  if (start === undefined) return undefined;
  if (
    rest.some((step) => step.type !== 'name' || decorations.some((key) => step[key] !== undefined))
  ) {
    return undefined;
  }
  const names = rest.map((step) => String(step['value']));
  return (scope) => {
    let value = start(scope);
    for (const name of names) {
      if (value === askJsonata || value === undefined) return value;
      value = fieldOf(value, name);
    }
    return value;
  };
}

function block(node: QueryNode): Shortcut | undefined {
  const expressions = Array.isArray(node['expressions']) ? node['expressions'] : [];
  return expressions.length === 1 && node['consarray'] === undefined
    ? shortcutOf(expressions[0])
    : undefined;
}

// JSONata's notion of truth, for the values that need no look into a sequence.
function truth(value: unknown): boolean | typeof askJsonata {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.length > 0;
  return typeof value === 'number' ? value !== 0 : askJsonata;
}

function condition(node: QueryNode): Shortcut | undefined {
  const test = shortcutOf(node['condition']);
  const then = shortcutOf(node['then']);
  const otherwise = node['else'] === undefined ? () => undefined : shortcutOf(node['else']);
  if (test === undefined || then === undefined || otherwise === undefined) return undefined;
  return (scope) => {
    const tested = test(scope);
    const answer = tested === askJsonata ? askJsonata : truth(tested);
    if (answer === askJsonata) return askJsonata;
    return answer ? then(scope) : otherwise(scope);
  };
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function compare(operator: string, a: unknown, b: unknown): unknown {
  switch (operator) {
    case '=':
    case '!=':
      if (a === undefined || b === undefined) return false;
      if (!isScalar(a) || !isScalar(b)) return askJsonata;
      return operator === '=' ? a === b : a !== b;
    case 'and':
    case 'or': {
      const left = truth(a);
      const right = truth(b);
      if (left === askJsonata || right === askJsonata) return askJsonata;
      return operator === 'and' ? left && right : left || right;
    }
    case '&':
      return text(a) === undefined || text(b) === undefined ? askJsonata : `${text(a)}${text(b)}`;
    default:
      return order(operator, a, b);
  }
}

function text(value: unknown): string | undefined {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function order(operator: string, a: unknown, b: unknown): unknown {
  const comparable =
    (typeof a === 'number' && typeof b === 'number') ||
    (typeof a === 'string' && typeof b === 'string');
  if (!comparable) return askJsonata;
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return typeof a === 'number' && typeof b === 'number'
        ? arithmetic(operator, a, b)
        : askJsonata;
  }
}

function arithmetic(operator: string, a: number, b: number): unknown {
  const result =
    operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : undefined;
  return result !== undefined && Number.isFinite(result) ? result : askJsonata;
}

const operators = new Set(['=', '!=', '<', '<=', '>', '>=', 'and', 'or', '&', '+', '-', '*']);

function binary(node: QueryNode): Shortcut | undefined {
  const operator = String(node['value']);
  const left = shortcutOf(node['lhs']);
  const right = shortcutOf(node['rhs']);
  if (left === undefined || right === undefined || !operators.has(operator)) return undefined;
  return (scope) => {
    const a = left(scope);
    const b = right(scope);
    return a === askJsonata || b === askJsonata ? askJsonata : compare(operator, a, b);
  };
}

function constructed(node: QueryNode): Shortcut | undefined {
  if (node['value'] === '{' && Array.isArray(node['lhs'])) return object(node['lhs']);
  if (node['value'] === '[' && Array.isArray(node['expressions']))
    return array(node['expressions']);
  return undefined;
}

function object(pairs: readonly unknown[]): Shortcut | undefined {
  const fields = new Map<string, Shortcut>();
  for (const pair of pairs) {
    const [key, value] = Array.isArray(pair) ? pair : [];
    const made = shortcutOf(value);
    if (!isQueryNode(key) || key.type !== 'string' || made === undefined) return undefined;
    const name = String(key['value']);
    if (fields.has(name) || name === '__proto__') return undefined;
    fields.set(name, made);
  }
  return (scope) => {
    const built: Record<string, unknown> = {};
    for (const [name, make] of fields) {
      const value = make(scope);
      if (value === askJsonata) return askJsonata;
      if (value !== undefined) built[name] = value;
    }
    return built;
  };
}

function array(items: readonly unknown[]): Shortcut | undefined {
  const made = items.map((item) => ({
    make: shortcutOf(item),
    nested: isQueryNode(item) && item['value'] === '[' && item.type === 'unary',
  }));
  if (made.some(({ make }) => make === undefined)) return undefined;
  return (scope) => {
    const built: unknown[] = [];
    for (const { make, nested } of made) {
      const value = make?.(scope);
      if (value === askJsonata) return askJsonata;
      if (Array.isArray(value) && !nested) built.push(...value);
      else if (value !== undefined) built.push(value);
    }
    return built;
  };
}

function call(node: QueryNode): Shortcut | undefined {
  const procedure = node['procedure'];
  const given = Array.isArray(node['arguments']) ? node['arguments'] : [];
  if (!isQueryNode(procedure) || procedure.type !== 'variable' || given.length !== 1)
    return undefined;
  const argument = shortcutOf(given[0]);
  if (argument === undefined) return undefined;
  const applied = functions[String(procedure['value'])];
  if (applied === undefined) return undefined;
  return (scope) => {
    const value = argument(scope);
    return value === askJsonata ? askJsonata : applied(value);
  };
}

const functions: Readonly<Record<string, (value: unknown) => unknown>> = {
  count: (value) => (value === undefined ? 0 : Array.isArray(value) ? value.length : 1),
  exists: (value) => value !== undefined,
  not: (value) => {
    const answer = value === undefined ? askJsonata : truth(value);
    return answer === askJsonata ? askJsonata : !answer;
  },
};
