// In: the schemas that were published last, and those of today. Out: what would break a reader that was written
// against the published ones. Pure; docs/events.md says the rules in words.
import type { JsonSchema } from '../../src/core/event/event-json-schema.ts';

/** Something that a reader relied on and that is not so any more. */
export interface Break {
  readonly event: string;
  /** Where in the event: `detail.current`. */
  readonly at: string;
  readonly what: string;
}

const said = new Set(['$schema', 'title', 'description', 'examples']);
const judged = new Set([
  ...['type', 'properties', 'required', 'items', 'additionalProperties'],
  ...['enum', 'const', 'x-known', 'maxLength', 'maxItems', 'maximum', 'minimum', 'minLength'],
]);

/** Compares all events by their names; an event may come, none may go. */
export function breaksBetween(
  published: Readonly<Record<string, JsonSchema>>,
  present: Readonly<Record<string, JsonSchema>>,
): readonly Break[] {
  return Object.entries(published).flatMap(([event, before]) => {
    const after = present[event];
    if (after === undefined) return [{ event, at: '', what: 'the event is gone' }];
    return compare(before, after, '').map(({ at, what }) => ({ event, at, what }));
  });
}

type Found = Omit<Break, 'event'>;

function compare(before: JsonSchema, after: JsonSchema, at: string): readonly Found[] {
  return [
    ...compareTypes(before, after, at),
    ...compareWords(before, after, at),
    ...compareMembers(before, after, at),
    ...compareBounds(before, after, at),
    ...compareInner(before, after, at),
    ...compareTheRest(before, after, at),
  ];
}

function compareTypes(before: JsonSchema, after: JsonSchema, at: string): readonly Found[] {
  const [was, is] = [typesOf(before), typesOf(after)];
  return was === is ? [] : [{ at, what: `the type was ${was} and is ${is}` }];
}

function typesOf({ type }: JsonSchema): string {
  if (Array.isArray(type)) return [...type].sort().join(' or ');
  return typeof type === 'string' ? type : 'any';
}

/** A closed set stays as it is: a reader may know all of it. An open one may only get more known words. */
function compareWords(before: JsonSchema, after: JsonSchema, at: string): readonly Found[] {
  const [was, is] = [closedWords(before), closedWords(after)];
  const found: Found[] = [];
  if (was === undefined && is !== undefined) found.push({ at, what: 'any value was allowed' });
  if (was !== undefined && is === undefined)
    found.push({ at, what: 'the values were a closed set' });
  if (was !== undefined && is !== undefined) {
    for (const word of was) if (!is.includes(word)) found.push({ at, what: `${word} is gone` });
    for (const word of is) {
      if (!was.includes(word)) found.push({ at, what: `${word} is new in a closed set` });
    }
  }
  const known = listOf(after['x-known']);
  for (const word of listOf(before['x-known'])) {
    if (!known.includes(word)) found.push({ at, what: `${word} is gone` });
  }
  return found;
}

function closedWords(schema: JsonSchema): readonly string[] | undefined {
  if (Array.isArray(schema['enum'])) return listOf(schema['enum']);
  return 'const' in schema ? [JSON.stringify(schema['const'])] : undefined;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((word) => JSON.stringify(word)) : [];
}

function compareMembers(before: JsonSchema, after: JsonSchema, at: string): readonly Found[] {
  const [was, is] = [membersOf(before), membersOf(after)];
  const [promised, kept] = [listOf(before['required']), listOf(after['required'])];
  return Object.entries(was).flatMap(([name, member]) => {
    const where = at === '' ? name : `${at}.${name}`;
    const next = is[name];
    if (next === undefined) return [{ at: where, what: 'the member is gone' }];
    const quoted = JSON.stringify(name);
    return [
      ...(promised.includes(quoted) && !kept.includes(quoted)
        ? [{ at: where, what: 'the member was always there and may be missing' }]
        : []),
      ...compare(member, next, where),
    ];
  });
}

function membersOf({ properties }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return isSchema(properties)
    ? Object.fromEntries(
        Object.entries(properties).flatMap(([name, one]) => (isSchema(one) ? [[name, one]] : [])),
      )
    : {};
}

const upper = ['maxLength', 'maxItems', 'maximum'];
const lower = ['minimum', 'minLength'];

/** What a reader makes room for may get smaller, never larger. */
function compareBounds(before: JsonSchema, after: JsonSchema, at: string): readonly Found[] {
  return [...upper, ...lower].flatMap((bound) => {
    const [was, is] = [before[bound], after[bound]];
    if (typeof was !== 'number') return [];
    const wider = typeof is !== 'number' || (upper.includes(bound) ? is > was : is < was);
    return wider ? [{ at, what: `${bound} was ${was} and is ${String(is ?? 'none')}` }] : [];
  });
}

function compareInner(before: JsonSchema, after: JsonSchema, at: string): readonly Found[] {
  return ['items', 'additionalProperties'].flatMap((inner) => {
    const [was, is] = [before[inner], after[inner]];
    if (isSchema(was) && isSchema(is)) return compare(was, is, `${at}[]`);
    return JSON.stringify(was) === JSON.stringify(is)
      ? []
      : [{ at, what: `${inner} is another one` }];
  });
}

/** A keyword that no rule judges must stay as it is. */
function compareTheRest(before: JsonSchema, after: JsonSchema, at: string): readonly Found[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((keyword) => !said.has(keyword) && !judged.has(keyword))
    .filter((keyword) => JSON.stringify(before[keyword]) !== JSON.stringify(after[keyword]))
    .map((keyword) => ({ at, what: `${keyword} is another one` }));
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Says a break in a line. */
export function breakText({ event, at, what }: Break): string {
  return at === '' ? `${event}: ${what}` : `${event}: ${at}: ${what}`;
}
