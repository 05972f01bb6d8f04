import * as z from 'zod';
import { isObject, type JsonObject, objectOf, textOf } from '../fleet/document.ts';
import type { Path } from '../fleet/problem.ts';
import { Plan } from './plan.ts';

/** Answers the plan's form as JSON Schema (draft 7, which editors read), generated from the schema in code. */
export function planJsonSchema(): JsonObject {
  const schema: JsonObject = z.toJSONSchema(Plan, { target: 'draft-7', io: 'input' });
  return {
    $schema: schema['$schema'],
    title: 'Landfall plan',
    description: 'Which servers move, in which waves, and how careful to be.',
    ...schema,
  };
}

let form: JsonObject | undefined;

/** What the form says about a place of a plan. */
export interface FormEntry {
  readonly description?: string;
  /** The fields that an object may have here; absent where any key, or no key, may stand. */
  readonly fields?: readonly string[];
}

/** Answers what may stand at a place of a plan; undefined where nothing may. */
export function formAt(at: Path): FormEntry | undefined {
  form ??= planJsonSchema();
  let node: JsonObject | undefined = form;
  let description: string | undefined;
  for (const key of at) {
    node = childOf(form, node, key);
    if (node === undefined) return undefined;
    description = textOf(node, 'description') ?? textOf(followed(form, node), 'description');
  }
  const fields = objectOf(followed(form, node), 'properties');
  return {
    ...(description === undefined ? {} : { description }),
    ...(fields === undefined ? {} : { fields: Object.keys(fields) }),
  };
}

function childOf(root: JsonObject, parent: JsonObject, key: string | number) {
  const node = followed(root, parent);
  if (typeof key === 'number') {
    const branches: unknown = node['anyOf'];
    const lists: readonly unknown[] = Array.isArray(branches) ? branches : [];
    const list = [node, ...lists.filter(isObject)].find((branch) => isObject(branch['items']));
    return objectOf(list, 'items');
  }
  const fields = objectOf(node, 'properties');
  if (fields !== undefined && Object.hasOwn(fields, key)) return objectOf(fields, key);
  return objectOf(node, 'additionalProperties');
}

/** Follows a `$ref`, also one that `allOf` wraps to carry its own description, or that is the first of a choice. */
function followed(root: JsonObject, node: JsonObject): JsonObject {
  const wrapped: unknown = node['allOf'] ?? node['anyOf'];
  const inner: unknown = Array.isArray(wrapped) ? wrapped[0] : node;
  const ref = isObject(inner) ? textOf(inner, '$ref') : undefined;
  const name = ref?.split('/').at(-1);
  const target = name === undefined ? undefined : objectOf(objectOf(root, 'definitions'), name);
  return target ?? node;
}

/** Answers the reference of all fields of a plan as Markdown tables. */
export function planReference(): string {
  return formReference(planJsonSchema(), 'The plan');
}

/** Answers the reference of all fields of a form as Markdown tables, one a group, in the order of the form. */
export function formReference(root: JsonObject, rootTitle: string): string {
  const groups: { readonly title: string; readonly node: JsonObject }[] = [
    { title: rootTitle, node: root },
  ];
  const definitions = objectOf(root, 'definitions') ?? {};
  const seen = new Set<string>();
  const tables: string[] = [];
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    const { title, node } = group;
    const rows: string[] = [];
    const required: unknown = node['required'];
    const needed: readonly unknown[] = Array.isArray(required) ? required : [];
    for (const [name, field] of Object.entries(objectOf(node, 'properties') ?? {})) {
      if (!isObject(field)) continue;
      const target = referenced(field);
      const definition = target === undefined ? undefined : objectOf(definitions, target);
      const description =
        textOf(field, 'description') ?? (definition && textOf(definition, 'description')) ?? '';
      const more = groupOf(name, field, target, definition);
      if (more !== undefined && !seen.has(more.title)) {
        seen.add(more.title);
        groups.push(more);
      }
      const must = needed.includes(name) ? 'yes' : '';
      rows.push(
        `| \`${name}\` | ${must} | ${more === undefined ? '' : `${anchor(more.title)} `}${cell(description)} |`,
      );
    }
    tables.push(
      [`### ${title}`, '', '| field | required | meaning |', '|---|---|---|', ...rows].join('\n'),
    );
  }
  return `${tables.join('\n\n')}\n`;
}

function referenced(field: JsonObject): string | undefined {
  const items = objectOf(field, 'items');
  const wrapped: unknown = field['allOf'] ?? field['anyOf'];
  const inner: unknown = Array.isArray(wrapped) ? wrapped[0] : undefined;
  const ref =
    textOf(field, '$ref') ??
    textOf(items, '$ref') ??
    (isObject(inner) ? textOf(inner, '$ref') : undefined);
  return ref?.split('/').at(-1);
}

function groupOf(
  name: string,
  field: JsonObject,
  target: string | undefined,
  definition: JsonObject | undefined,
) {
  if (target !== undefined && definition !== undefined) {
    return objectOf(definition, 'properties') === undefined
      ? undefined
      : { title: target, node: definition };
  }
  return objectOf(field, 'properties') === undefined ? undefined : { title: name, node: field };
}

function anchor(title: string): string {
  return `([${title}](#${title.toLowerCase()}))`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
