/** A node of JSONata's syntax tree; its own type declaration leaves out half of the fields. */
export type QueryNode = Readonly<Record<string, unknown>> & { readonly type: string };

/** Says whether a value is a node of a syntax tree. */
export function isQueryNode(value: unknown): value is QueryNode {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}

/** What an expression reads from outside, and what AWS would refuse about it. */
export interface QueryFacts {
  /** Names that the expression uses but does not bind itself, without `states`. */
  readonly variables: ReadonlySet<string>;
  /** Which fields of `$states` it reads: `input`, `result` …; `*` where it takes `$states` whole. */
  readonly statesFields: ReadonlySet<string>;
  readonly problems: readonly string[];
}

// The parts of a node that are evaluated with an item of a sequence as their context.
const contextual = new Set(['stages', 'predicate', 'group', 'pattern', 'update', 'delete']);

/**
 * Reads an expression's tree. Everything must come from `$states` or a variable: bare field names, `$`
 * and `$$` at the top level are problems, and so is `$eval`, which AWS does not have.
 */
export function queryFacts(tree: unknown): QueryFacts {
  const used = new Set<string>();
  const bound = new Set<string>();
  const statesFields = new Set<string>();
  const problems: string[] = [];

  const visitAll = (value: unknown, inContext: boolean): void => {
    if (Array.isArray(value)) for (const element of value) visitAll(element, inContext);
    else if (isQueryNode(value)) visit(value, inContext);
    else if (typeof value === 'object' && value !== null) {
      for (const part of Object.values(value)) visitAll(part, inContext);
    }
  };

  const visitPath = (steps: readonly unknown[], inContext: boolean): void => {
    const [first, second] = steps;
    if (isQueryNode(first) && first.type === 'variable' && first['value'] === 'states') {
      statesFields.add(
        isQueryNode(second) && second.type === 'name' ? String(second['value']) : '*',
      );
    }
    for (const [i, step] of steps.entries()) visitAll(step, inContext || i > 0);
  };

  const visit = (node: QueryNode, inContext: boolean): void => {
    const name = String(node['value']);
    if (node.type === 'path' && Array.isArray(node['steps'])) {
      visitPath(node['steps'], inContext);
    } else if (node.type === 'variable') {
      if (name === '' || name === '$') {
        if (!inContext) problems.push(`$${name} has no meaning at the top level`);
      } else used.add(name);
    } else if (['name', 'wildcard', 'descendant', 'parent'].includes(node.type)) {
      if (!inContext) problems.push(`the field name ${name} has no object to be read from`);
    } else if (node.type === 'bind' && isQueryNode(node['lhs'])) {
      bound.add(String(node['lhs']['value']));
    } else if (node.type === 'lambda' && Array.isArray(node['arguments'])) {
      for (const argument of node['arguments']) {
        if (isQueryNode(argument)) bound.add(String(argument['value']));
      }
    }
    for (const field of ['focus', 'index'] as const) {
      if (typeof node[field] === 'string') bound.add(node[field]);
    }
    for (const [key, part] of Object.entries(node)) {
      if (key === 'steps' && node.type === 'path') continue;
      visitAll(part, inContext || contextual.has(key));
    }
  };

  if (isQueryNode(tree) && tree.type === 'variable' && tree['value'] === 'states')
    statesFields.add('*');
  visitAll(tree, false);
  used.delete('states');
  for (const name of bound) used.delete(name);
  if (used.has('eval')) problems.push('$eval is not available; use $parse');
  return { variables: used, statesFields, problems };
}
