import * as z from 'zod';
import { isJson, type Json, listOf } from './asl.ts';

/** A step's input and output as the machines must keep them. */
export interface Contract {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

/** A contract's schema as JSON Schema, of what goes in or of what comes out. */
export function schemaOf(type: z.ZodType, io: 'input' | 'output'): Json {
  return z.toJSONSchema(type, { io, unrepresentable: 'any', reused: 'inline' }) as Json;
}

const isExpression = (value: unknown) => typeof value === 'string' && value.startsWith('{%');

/** The alternatives of a schema, unions opened up; an intersection is laid over each alternative. */
function alternatives(schema: Json): readonly Json[] {
  const { anyOf: _any, oneOf: _one, allOf: _all, ...own } = schema;
  const among = [...listOf(schema, 'anyOf'), ...listOf(schema, 'oneOf')].filter(isJson);
  const parts = listOf(schema, 'allOf').filter(isJson);
  const options = among.length > 0 ? among.flatMap(alternatives) : [{}];
  const whole = parts.reduce<readonly Json[]>(
    (sofar, part) => sofar.flatMap((one) => alternatives(part).map((two) => overlay(one, two))),
    options,
  );
  return whole.map((option) => overlay(own, option));
}

function overlay(one: Json, two: Json): Json {
  const properties = { ...membersOf(one), ...membersOf(two) };
  const required = [...listOf(one, 'required'), ...listOf(two, 'required')];
  return { ...one, ...two, ...(Object.keys(properties).length > 0 && { properties, required }) };
}

const membersOf = (schema: Json) => (isJson(schema['properties']) ? schema['properties'] : {});

/**
 * Says why a template (literals and expressions) cannot become a value of the schema; an expression
 * may become anything. Nothing where it can.
 */
export function misfits(schema: Json, template: unknown, path = '$'): readonly string[] {
  if (isExpression(template)) return [];
  const tries = alternatives(schema).map((option) => misfitsOf(option, template, path));
  return tries.reduce((best, next) => (next.length < best.length ? next : best));
}

function misfitsOf(schema: Json, template: unknown, path: string): readonly string[] {
  if ('const' in schema && schema['const'] !== template) return [`${path} is not the one value`];
  const values = listOf(schema, 'enum');
  if (values.length > 0 && !values.includes(template)) return [`${path} is none of the values`];
  const { type } = schema;
  if (isJson(template)) {
    if (type !== undefined && type !== 'object') return [`${path} is an object, not ${type}`];
    const members = membersOf(schema);
    const missing = listOf(schema, 'required').filter((key) => !(String(key) in template));
    const excess = Object.keys(template).filter(
      (key) => !(key in members) && schema['additionalProperties'] === false,
    );
    return [
      ...missing.map((key) => `${path}.${String(key)} is missing`),
      ...excess.map((key) => `${path}.${key} is unknown`),
      ...Object.entries(template).flatMap(([key, value]) => {
        const member = members[key];
        return isJson(member) ? misfits(member, value, `${path}.${key}`) : [];
      }),
    ];
  }
  if (typeof template === 'string' && type !== undefined && type !== 'string') {
    return [`${path} is text, not ${String(type)}`];
  }
  return [];
}

/** The schemas that stand at a path of members; `[]` steps into a list. Empty where nothing can stand there. */
export function schemasAt(schema: Json, path: readonly string[]): readonly Json[] {
  const [first, ...rest] = path;
  const options = alternatives(schema);
  if (first === undefined) return options;
  return options.flatMap((option) => {
    const inner = first === '[]' ? option['items'] : membersOf(option)[first];
    return isJson(inner) ? schemasAt(inner, rest) : [];
  });
}
