// In: the catalogue. Out: src/events/landfall-events.ts, the types and type guards that a subscriber imports. Pure.
import {
  type CatalogueEntry,
  type StreamKind,
  sourcesOf,
} from '../../src/core/event/catalogue-entry.ts';
import {
  commonJsonSchema,
  eventJsonSchema,
  eventTypeName,
  type JsonSchema,
} from '../../src/core/event/event-json-schema.ts';

const kindNames: Readonly<Record<StreamKind, { readonly name: string; readonly of: string }>> = {
  server: { name: 'ServerDetail', of: 'a source server' },
  'recovery-instance': { name: 'RecoveryInstanceDetail', of: 'a recovery instance' },
  target: { name: 'TargetDetail', of: 'a target as a whole' },
  job: { name: 'JobDetail', of: 'a job of the service' },
  wave: { name: 'WaveDetail', of: 'a wave as a whole' },
  'wave-server': { name: 'WaveServerDetail', of: 'a server in its wave' },
  schedule: { name: 'ScheduleDetail', of: 'a schedule of drills' },
};

/** Answers the source of the types of all events. */
export function typeDefinitions(entries: readonly CatalogueEntry[]): string {
  const names = entries.map(({ detailType }) => eventTypeName(detailType));
  const kinds = [...new Set(entries.map(({ stream }) => stream))];
  const [first] = entries;
  return [
    '// Written by scripts/write-schemas.ts from src/core/event/catalogue. Do not edit.',
    '',
    '/** The detail-types of the events that Landfall tells. */',
    `export const detailTypes = [\n${entries.map((e) => `  '${e.detailType}',`).join('\n')}\n] as const;`,
    '/** One of the detail-types that Landfall tells. */',
    'export type DetailType = (typeof detailTypes)[number];',
    '',
    '/** An event that Landfall tells, as EventBridge delivers it; `detail-type` says which. */',
    `export type LandfallEvent =\n${names.map((name) => `  | ${name}`).join('\n')};`,
    '',
    ...(first === undefined ? [] : [envelope(first)]),
    ...kinds.map(
      (kind) =>
        `/** What every event of ${kindNames[kind].of} says in its detail. */
export interface ${kindNames[kind].name} ${typeOf(commonJsonSchema(kind), 0)}
`,
    ),
    ...entries.flatMap((entry) => [definition(entry), guard(entry)]),
  ].join('\n');
}

/** The envelope of every event; what differs from event to event is a parameter of the type. */
function envelope(entry: CatalogueEntry): string {
  const schema = eventJsonSchema(entry, 'draft-7');
  const differing = { source: 'Source', 'detail-type': 'Type', detail: 'Detail' };
  const members = Object.entries(differing).map(([name, parameter]) => [
    name,
    {
      description: schemaAt(schemaAt(schema, 'properties'), name)['description'],
      [parameterKeyword]: parameter,
    },
  ]);
  const detail = { [parameterKeyword]: 'Detail', description: 'What the event tells, in full.' };
  const properties = {
    ...schemaAt(schema, 'properties'),
    ...Object.fromEntries(members),
    detail,
  };
  return `/** An event as EventBridge delivers it. */
export interface Envelope<Source extends string, Type extends string, Detail> ${typeOf({ ...schema, properties }, 0)}
`;
}

const parameterKeyword = 'x-parameter';

function definition(entry: CatalogueEntry): string {
  const name = eventTypeName(entry.detailType);
  const detail = schemaAt(schemaAt(eventJsonSchema(entry, 'draft-7'), 'properties'), 'detail');
  const own = Object.fromEntries(
    Object.entries(schemaAt(detail, 'properties')).filter(([key]) => key in entry.detail.shape),
  );
  return [
    `/** ${entry.when} */`,
    `export type ${name} = Envelope<${sourcesOf(entry).map(literal).join(' | ')}, '${entry.detailType}', ${name}Detail>;`,
    `/** The detail of {@link ${name}}. */`,
    `export interface ${name}Detail extends ${kindNames[entry.stream].name} ${typeOf({ ...detail, properties: own }, 0)}`,
    '',
  ].join('\n');
}

function guard({ detailType }: CatalogueEntry): string {
  const name = eventTypeName(detailType);
  return [
    `/** Says whether an event is a "${detailType}". */`,
    `export function is${name}(event: { readonly 'detail-type': string }): event is ${name} {`,
    `  return event['detail-type'] === '${detailType}';`,
    '}',
    '',
  ].join('\n');
}

function typeOf(schema: JsonSchema, depth: number): string {
  const { type } = schema;
  const parameter = schema[parameterKeyword];
  if (typeof parameter === 'string') return parameter;
  if ('const' in schema) return literal(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map(literal).join(' | ');
  if (Array.isArray(type)) {
    return type.map((one: unknown) => typeOf({ ...schema, type: one }, depth)).join(' | ');
  }
  switch (type) {
    case 'string':
      return textType(schema);
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
    case 'null':
      return type;
    case 'array':
      return `readonly (${isSchema(schema['items']) ? typeOf(schema['items'], depth) : 'unknown'})[]`;
    case 'object':
      return objectType(schema, depth);
    default:
      throw new RangeError(`no type is known for ${JSON.stringify(schema)}`);
  }
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

// The known words are offered, and every other text is taken.
function textType(schema: JsonSchema): string {
  const known: unknown = schema['x-known'];
  if (!Array.isArray(known)) return 'string';
  return [...known.map(literal), '(string & Record<never, never>)'].join(' | ');
}

function objectType(schema: JsonSchema, depth: number): string {
  const { properties, required, additionalProperties } = schema;
  if (!isSchema(properties)) {
    const values = isSchema(additionalProperties) ? typeOf(additionalProperties, depth) : 'unknown';
    return `{ readonly [name: string]: ${values} }`;
  }
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const indent = '  '.repeat(depth + 1);
  const lines = Object.entries(properties).flatMap(([name, member]) => {
    if (!isSchema(member)) return [];
    const optional = needed.includes(name) ? '' : '?';
    const key = /^\w+$/.test(name) ? name : `'${name}'`;
    return [
      ...(typeof member['description'] === 'string'
        ? [`${indent}/** ${member['description']} */`]
        : []),
      `${indent}readonly ${key}${optional}: ${typeOf(member, depth + 1)};`,
    ];
  });
  return ['{', ...lines, `${'  '.repeat(depth)}}`].join('\n');
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function schemaAt(schema: JsonSchema, name: string): JsonSchema {
  const inner = schema[name];
  return isSchema(inner) ? inner : {};
}
