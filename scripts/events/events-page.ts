// In: the catalogue. Out: the reference in docs/events.md, an event after the other. Pure.
import {
  type CatalogueEntry,
  type StreamKind,
  sourcesOf,
} from '../../src/core/event/catalogue-entry.ts';
import { exampleEvent } from '../../src/core/event/event-example.ts';
import {
  commonJsonSchema,
  eventFileStem,
  eventJsonSchema,
  eventTypeName,
  type JsonSchema,
} from '../../src/core/event/event-json-schema.ts';

const sections: Readonly<Record<StreamKind, { readonly title: string; readonly text: string }>> = {
  server: {
    title: 'Source servers',
    text: 'Told of one source server, in the stream `SERVICE/ACCOUNT/REGION/SERVER`.',
  },
  'recovery-instance': {
    title: 'Recovery instances',
    text: 'Told of one recovery instance of DRS, in the stream `recovery-instance/SERVICE/ACCOUNT/REGION/INSTANCE`. It goes on where its source server is no longer listed.',
  },
  target: {
    title: 'Targets',
    text: 'Told of an account and Region as a whole, in the stream `target/SERVICE/ACCOUNT/REGION`.',
  },
  job: {
    title: 'Jobs',
    text: 'Told of a job of the service as a whole, in the stream `job/SERVICE/ACCOUNT/REGION/JOB`.',
  },
  wave: { title: 'Waves', text: 'Told of a wave as a whole, in the stream `wave/PLAN/WAVE`.' },
  'wave-server': {
    title: 'Servers in their waves',
    text: 'Told of one server on its way through a wave, in the stream `wave/PLAN/WAVE/SERVER`.',
  },
  schedule: {
    title: 'Schedules of drills',
    text: 'Told of the schedule of a drill, in the stream `schedule/PLAN`.',
  },
};

/** Answers the reference of all events as Markdown. */
export function eventsReference(entries: readonly CatalogueEntry[]): string {
  const kinds = [...new Set(entries.map(({ stream }) => stream))];
  return [
    contents(entries),
    ...kinds.map((kind) => {
      const ofKind = entries.filter(({ stream }) => stream === kind);
      const { title, text } = sections[kind];
      return [
        `## ${title}`,
        text,
        'Every one of these events has these members in its `detail`:',
        membersTable(commonJsonSchema(kind)),
        ...ofKind.map((entry) => eventText(entry)),
      ].join('\n\n');
    }),
  ].join('\n\n');
}

function contents(entries: readonly CatalogueEntry[]): string {
  return [
    '| event | told when |',
    '|---|---|',
    ...entries.map(
      ({ detailType, when }) =>
        `| [${detailType}](#${eventFileStem(detailType)}) | ${cell(when)} |`,
    ),
  ].join('\n');
}

/** The EventBridge pattern that matches all events of a detail-type. */
export function patternOf(entry: CatalogueEntry): JsonSchema {
  return { source: sourcesOf(entry), 'detail-type': [entry.detailType] };
}

function eventText(entry: CatalogueEntry): string {
  const file = `schemas/events/${eventFileStem(entry.detailType)}.schema.json`;
  return [
    `### ${entry.detailType}`,
    entry.when,
    membersTable(ownOf(entry)),
    'An example:',
    fenced(exampleEvent(entry)),
    'A pattern that matches it:',
    fenced(patternOf(entry)),
    `Type \`${eventTypeName(entry.detailType)}\`, schema [${file}](../${file}).`,
  ].join('\n\n');
}

function ownOf(entry: CatalogueEntry): JsonSchema {
  const detail = schemaAt(schemaAt(eventJsonSchema(entry, 'draft-7'), 'properties'), 'detail');
  const own = Object.entries(schemaAt(detail, 'properties')).filter(
    ([name]) => name in entry.detail.shape,
  );
  return { ...detail, properties: Object.fromEntries(own) };
}

function membersTable(schema: JsonSchema): string {
  return ['| member | type | meaning |', '|---|---|---|', ...rowsOf(schema, '')].join('\n');
}

function rowsOf(schema: JsonSchema, prefix: string): readonly string[] {
  const required: unknown = schema['required'];
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(schemaAt(schema, 'properties')).flatMap(([name, member]) => {
    if (!isSchema(member)) return [];
    const path = `${prefix}${name}`;
    const optional = needed.includes(name) ? '' : ', may be missing';
    const known = wordsOf(member);
    const meaning = `${textOf(member['description'])}${known}`;
    const items = schemaAt(member, 'items');
    return [
      `| \`${path}\` | ${typeText(member)}${optional} | ${cell(meaning)} |`,
      ...rowsOf(member, `${path}.`),
      ...rowsOf(items, `${path}[].`),
    ];
  });
}

function typeText(member: JsonSchema): string {
  if ('const' in member) return `\`${JSON.stringify(member['const'])}\``;
  const { type, format } = member;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types
    .map((one) => {
      if (one === 'string') return format === 'date-time' ? 'instant' : 'text';
      if (one === 'array') return 'list';
      return one === 'integer' || one === 'number' ? 'number' : String(one);
    })
    .join(' or ');
}

function wordsOf(member: JsonSchema): string {
  const [closed, open]: readonly unknown[] = [member['enum'], member['x-known']];
  if (Array.isArray(closed)) return ` One of ${spelled(closed)}.`;
  return Array.isArray(open) ? ` Known: ${spelled(open)}; others may come.` : '';
}

function spelled(words: readonly unknown[]): string {
  return words.map((word) => `\`${String(word)}\``).join(', ');
}

function fenced(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function schemaAt(schema: JsonSchema, name: string): JsonSchema {
  const inner = schema[name];
  return isSchema(inner) ? inner : {};
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
