import * as z from 'zod';
import { knownWords } from './catalogue/members.ts';
import { commonSchema, envelopeSchema } from './catalogue.ts';
import type { CatalogueEntry, StreamKind } from './catalogue-entry.ts';

/** A document of JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The drafts that the schemas are published in: 7 for files and tools, 4 for the schema registry of EventBridge. */
export type SchemaDraft = 'draft-7' | 'draft-4';

/** Answers the schema of a whole event, envelope and detail, as JSON Schema. */
export function eventJsonSchema(entry: CatalogueEntry, draft: SchemaDraft): JsonSchema {
  const { $schema, ...schema } = jsonSchemaOf(envelopeSchema(entry), draft);
  return { $schema, title: entry.detailType, description: entry.when, ...schema };
}

/** Answers what the details of all events of a kind of stream share as JSON Schema. */
export function commonJsonSchema(stream: StreamKind): JsonSchema {
  return jsonSchemaOf(commonSchema(stream), 'draft-7');
}

function jsonSchemaOf(schema: z.ZodObject, draft: SchemaDraft): JsonSchema {
  return z.toJSONSchema(schema, {
    target: draft,
    override: ({ jsonSchema }) => {
      simplify(jsonSchema);
      if (draft === 'draft-4') spellKnownWords(jsonSchema);
    },
  });
}

/** Says the same with fewer keywords: what is open anyway, and what a number of JSON cannot exceed. */
function simplify(schema: z.core.JSONSchema.BaseSchema): void {
  const { additionalProperties, anyOf } = schema;
  if (schema.properties !== undefined && isEmpty(additionalProperties)) {
    delete schema.additionalProperties;
  }
  delete schema.propertyNames;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  const [value, none, ...others] = anyOf ?? [];
  if (value === undefined || others.length > 0 || none?.type !== 'null') return;
  if (value.type === undefined || value.enum !== undefined) return;
  const { description = schema.description, ...rest } = value;
  delete schema.anyOf;
  Object.assign(schema, rest, { type: [value.type, 'null'] }, { description });
}

/** Puts known words into the description, where a keyword of ours might be refused. */
function spellKnownWords(schema: z.core.JSONSchema.BaseSchema): void {
  const known: unknown = schema[knownWords];
  delete schema[knownWords];
  if (!Array.isArray(known)) return;
  schema.description = `${schema.description ?? ''} Known: ${known.join(', ')}; others may come.`;
}

function isEmpty(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0;
}

/** The stem of a detail-type's file: `source-server-discovered`. */
export function eventFileStem(detailType: string): string {
  return detailType.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

/** The name of a detail-type in code: `LifecycleStateChange` for `Source Server Lifecycle State Change`. */
export function eventTypeName(detailType: string): string {
  return detailType
    .replace(/^Source Server /, '')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
