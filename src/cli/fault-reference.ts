// In: the schemas of faults and parameters. Out: their references as Markdown, for docs/faults.md and docs/rehearse.md.
// Called by whoever writes the docs and by the test that compares them.
import * as z from 'zod';
import { isObject, type JsonObject, objectOf, textOf } from '../core/fleet/document.ts';
import { Fault } from '../simulator/faults.ts';
import { parameterTable } from '../simulator/simulator.ts';

// Fields that the schema leaves without a description of their own.
const meanings: Readonly<Record<string, string>> = {
  action: 'Which one',
  errorClass: "The error, as in MGN's `dataReplicationError.error`",
  rawError: 'What the service says besides, as text',
  probability: 'How likely it is',
  at: 'At this instant',
  after: 'This long after the start',
  within: 'At a seeded moment of this span, counted from the moment that the others name',
  mustSucceedForCutover: 'Whether the action must succeed for the cutover to go on',
  failureReason: 'Why it failed, as text',
  firstBoot: "What the instance's first boot says",
  retryAfterSeconds: 'What the `Retry-After` header says, in seconds',
  staleSeconds: 'How old the answers are, in seconds',
};

/** Every fault, field by field. A field that many faults share is explained once, at the top. */
export function faultReference(): string {
  const forms = z.toJSONSchema(Fault, { io: 'input' }).oneOf ?? [];
  const faults = forms.flatMap((form: unknown) => (isObject(form) ? [form] : []));
  const common = commonFields(faults);
  const section = (form: JsonObject): string => {
    const fields = fieldsOf(form);
    const own = fields.filter(([name]) => common.get(name) === undefined);
    const shared = fields.filter(([name]) => common.get(name) !== undefined);
    const alike = shared.filter(([name, field]) => same(field, common.get(name)));
    const unlike = shared.filter(([name, field]) => !same(field, common.get(name)));
    const also = alike.map(([name]) => `\`${name}\``).join(', ');
    return [
      `### \`${faultName(form)}\``,
      `${textOf(form, 'description') ?? ''}.`,
      ...tableOf([...own, ...unlike], form),
      ...(also === '' ? [] : [`Common fields: ${also}.`]),
    ].join('\n\n');
  };
  return ['### Common fields', ...tableOf([...common], undefined), ...faults.map(section)].join(
    '\n\n',
  );
}

/** Every parameter of the simulator: its default, its meaning, and where that comes from. */
export function parameterReference(): string {
  const rows = parameterTable().map(
    ({ name, evidence, meaning, default: value }) =>
      `| \`${name}\` | \`${JSON.stringify(value)}\` | ${cell(meaning)} | ${evidence} |`,
  );
  return ['| parameter | default | meaning | source |', '|---|---|---|---|', ...rows].join('\n');
}

/** The names of all faults, in the order of the reference. */
export function faultNames(): readonly string[] {
  const forms = z.toJSONSchema(Fault, { io: 'input' }).oneOf ?? [];
  return forms.flatMap((form: unknown) => (isObject(form) ? [faultName(form)] : []));
}

type Field = readonly [name: string, field: JsonObject];

function faultName(form: JsonObject): string {
  return textOf(objectOf(objectOf(form, 'properties'), 'fault'), 'const') ?? '';
}

function fieldsOf(form: JsonObject): readonly Field[] {
  return Object.entries(objectOf(form, 'properties') ?? {}).flatMap(
    ([name, field]): readonly Field[] =>
      name !== 'fault' && isObject(field) ? [[name, field]] : [],
  );
}

const sharedByAtLeast = 4;

/** Fields that several faults have, each in the form that most of them give it. */
function commonFields(faults: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  const forms = new Map<string, JsonObject[]>();
  for (const [name, field] of faults.flatMap(fieldsOf)) {
    if (name === 'rawError') continue;
    forms.set(name, [...(forms.get(name) ?? []), field]);
  }
  return new Map(
    [...forms].flatMap(([name, fields]): readonly Field[] => {
      const [most] = fields.toSorted((a, b) => alikeIn(fields, b) - alikeIn(fields, a));
      return most === undefined || fields.length < sharedByAtLeast ? [] : [[name, most]];
    }),
  );
}

function alikeIn(fields: readonly JsonObject[], field: JsonObject): number {
  return fields.filter((other) => same(other, field)).length;
}

function same(a: JsonObject, b: JsonObject | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function tableOf(fields: readonly Field[], form: JsonObject | undefined): readonly string[] {
  if (fields.length === 0) return [];
  const required: unknown = form?.['required'];
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const rows = fields.map(([name, field]) => {
    const otherwise = needed.includes(name)
      ? 'required'
      : field['default'] === undefined
        ? ''
        : `\`${JSON.stringify(field['default'])}\``;
    const said = textOf(field, 'description') ?? '';
    // A field of a plain type carries the description of the type.
    const meaning = said === '' || /^An (instant|ISO 8601)/.test(said) ? meanings[name] : said;
    return `| \`${name}\` | ${otherwise} | ${cell(valuesOf(name, field))} | ${cell(meaning ?? '')} |`;
  });
  return [['| field | default | values | meaning |', '|---|---|---|---|', ...rows].join('\n')];
}

function valuesOf(name: string, field: JsonObject): string {
  const choices = [field, ...listOf(field['anyOf'])].flatMap((one) =>
    (Array.isArray(one['enum']) ? one['enum'] : []).map((value: unknown) => `\`${String(value)}\``),
  );
  if (/^(after|within)$|After$/.test(name))
    return ['a duration, e.g. `PT30M`', ...choices].join(', ');
  if (choices.length > 0) return choices.join(', ');
  if (/^(at|from|until)$/.test(name)) return 'an instant, e.g. `2024-03-05T00:00:00Z`';
  const members = objectOf(field, 'properties');
  if (members !== undefined)
    return `one of ${Object.keys(members)
      .map((key) => `\`${key}\``)
      .join(', ')}`;
  switch (field['type']) {
    case 'array':
      return 'a list of texts';
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number from 0 to 1';
    case 'boolean':
      return '`true`, `false`';
    default:
      return 'a text';
  }
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
