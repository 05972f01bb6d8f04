// Readers of the last published schemas must not err on events of today; see docs/events.md, "Versions".
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breaksBetween, breakText } from '../../scripts/events/compatibility.ts';
import { catalogue } from '../../src/core/event/catalogue.ts';
import {
  eventFileStem,
  eventJsonSchema,
  type JsonSchema,
} from '../../src/core/event/event-json-schema.ts';
import { schemaVersion } from '../../src/core/event/stream.ts';

const published = join(import.meta.dirname, '../../schemas/events/published');
const present = Object.fromEntries(
  catalogue.map((e) => [eventFileStem(e.detailType), eventJsonSchema(e, 'draft-7')]),
);

describe('the events of today', () => {
  test('break no reader of the schemas that were published last', () => {
    const folder = join(published, `v${schemaVersion}`);
    const before = Object.fromEntries(
      readdirSync(folder).map((file): [string, JsonSchema] => [
        file.replace(/\.json$/, ''),
        JSON.parse(readFileSync(join(folder, file), 'utf8')),
      ]),
    );
    expect(Object.keys(before).length).toBeGreaterThan(40);
    expect(breaksBetween(before, present).map(breakText)).toEqual([]);
  });

  test('are of a version that is published, and every earlier one is kept', () => {
    expect(readdirSync(published).toSorted()).toEqual(
      Array.from({ length: schemaVersion }, (_, i) => `v${i + 1}`),
    );
  });
});

describe('breaksBetween', () => {
  const schema: JsonSchema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    description: 'told',
    properties: {
      'detail-type': { type: 'string', const: 'Told' },
      detail: {
        type: 'object',
        properties: {
          state: { type: ['string', 'null'], 'x-known': ['A', 'B'] },
          ended: { type: 'string', enum: ['met', 'failed'] },
          text: { type: 'string', maxLength: 1000 },
          count: { type: 'integer', minimum: 1 },
          at: { type: 'string', format: 'date-time' },
          results: {
            type: 'array',
            items: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
          },
          tags: { type: 'object', additionalProperties: { type: 'string', maxLength: 256 } },
        },
        required: ['state', 'ended'],
      },
    },
    required: ['detail-type', 'detail'],
  };

  /** A copy of the schema in which what stands at a path is another value, or is gone. */
  const edited = (edits: readonly (readonly [path: string, value?: unknown])[]): JsonSchema => {
    const copy: JsonSchema = structuredClone(schema);
    for (const [path, value] of edits) {
      const keys = path.split('/');
      const last = keys.pop() ?? '';
      const parent = keys.reduce<object>(
        (node, key) => Object.getOwnPropertyDescriptor(node, key)?.value,
        copy,
      );
      if (value === undefined) Reflect.deleteProperty(parent, last);
      else Reflect.set(parent, last, value);
    }
    return copy;
  };
  const breaksOf = (...edits: readonly (readonly [path: string, value?: unknown])[]) =>
    breaksBetween({ told: schema }, { told: edited(edits) }).map(breakText);
  const inDetail = 'properties/detail';
  const of = (member: string) => `${inDetail}/properties/${member}`;

  test('finds nothing between a schema and itself', () => {
    expect(breaksOf()).toEqual([]);
  });

  test.each([
    ['a new member', [[of('more'), { type: 'string' }]]],
    [
      'a new member that is always there',
      [
        [of('more'), { type: 'string' }],
        [`${inDetail}/required`, ['state', 'ended', 'more']],
      ],
    ],
    ['a member that is always there now', [[`${inDetail}/required`, ['state', 'ended', 'text']]]],
    ['required members in another order', [[`${inDetail}/required`, ['ended', 'state']]]],
    ['a new known word in an open set', [[`${of('state')}/x-known`, ['A', 'C', 'B']]]],
    [
      'other descriptions',
      [
        ['description', 'else'],
        [`${of('text')}/description`, 'else'],
      ],
    ],
    ['a shorter text', [[`${of('text')}/maxLength`, 500]]],
    ['a higher least number', [[`${of('count')}/minimum`, 2]]],
  ] as const)('allows %s', (_what, edits) => {
    expect(breaksOf(...edits)).toEqual([]);
  });

  test.each([
    ['a removed member', [[of('text')]], ['detail.text: the member is gone']],
    [
      'a renamed member',
      [[of('text')], [of('message'), { type: 'string', maxLength: 1000 }]],
      ['detail.text: the member is gone'],
    ],
    [
      'a member that may be missing now',
      [[`${inDetail}/required`, ['state']]],
      ['detail.ended: the member was always there and may be missing'],
    ],
    ['a narrowed enum', [[`${of('ended')}/enum`, ['met']]], ['detail.ended: "failed" is gone']],
    [
      'a widened closed enum',
      [[`${of('ended')}/enum`, ['met', 'failed', 'expired']]],
      ['detail.ended: "expired" is new in a closed set'],
    ],
    [
      'an enum that is closed no more',
      [[`${of('ended')}/enum`]],
      ['detail.ended: the values were a closed set'],
    ],
    [
      'an open text that becomes an enum',
      [[`${of('text')}/enum`, ['a']]],
      ['detail.text: any value was allowed'],
    ],
    ['a known word that goes', [[`${of('state')}/x-known`, ['A']]], ['detail.state: "B" is gone']],
    [
      'a changed type',
      [[`${of('count')}/type`, 'string']],
      ['detail.count: the type was integer and is string'],
    ],
    [
      'a number that need not be whole any more',
      [[`${of('count')}/type`, 'number']],
      ['detail.count: the type was integer and is number'],
    ],
    [
      'null where there was none',
      [[`${of('text')}/type`, ['string', 'null']]],
      ['detail.text: the type was string and is null or string'],
    ],
    [
      'null that goes',
      [[`${of('state')}/type`, 'string']],
      ['detail.state: the type was null or string and is string'],
    ],
    [
      'a longer text',
      [[`${of('text')}/maxLength`, 2000]],
      ['detail.text: maxLength was 1000 and is 2000'],
    ],
    [
      'a text without a bound',
      [[`${of('text')}/maxLength`]],
      ['detail.text: maxLength was 1000 and is none'],
    ],
    [
      'a lower least number',
      [[`${of('count')}/minimum`, 0]],
      ['detail.count: minimum was 1 and is 0'],
    ],
    ['another format', [[`${of('at')}/format`, 'date']], ['detail.at: format is another one']],
    ['a new pattern', [[`${of('text')}/pattern`, '^a']], ['detail.text: pattern is another one']],
    [
      'a member of an item that goes',
      [[`${of('results')}/items`, { type: 'object', properties: {} }]],
      ['detail.results[].id: the member is gone'],
    ],
    [
      'longer values of an open document',
      [[`${of('tags')}/additionalProperties/maxLength`, 512]],
      ['detail.tags[]: maxLength was 256 and is 512'],
    ],
    [
      'a document that is closed now',
      [[`${inDetail}/additionalProperties`, false]],
      ['detail: additionalProperties is another one'],
    ],
    [
      'another detail-type',
      [['properties/detail-type/const', 'Said']],
      ['detail-type: "Told" is gone', 'detail-type: "Said" is new in a closed set'],
    ],
    [
      'a keyword that no rule knows',
      [[`${inDetail}/dependentRequired`, { text: ['at'] }]],
      ['detail: dependentRequired is another one'],
    ],
  ] as const)('refuses %s', (_what, edits, expected) => {
    expect(breaksOf(...edits)).toEqual(expected.map((text) => `told: ${text}`));
  });

  test('refuses an event that goes, and allows one that comes', () => {
    expect(breaksBetween({ told: schema }, {}).map(breakText)).toEqual(['told: the event is gone']);
    expect(breaksBetween({}, { told: schema })).toEqual([]);
  });
});

describe('a member that goes', () => {
  test.each(Object.entries(present))('from %s is missed, whichever it is', (name, schema) => {
    const envelope = membersOf(schema);
    const detail = envelope['detail'] ?? {};
    for (const member of Object.keys(membersOf(detail))) {
      const { [member]: _gone, ...others } = membersOf(detail);
      const less = {
        ...schema,
        properties: { ...envelope, detail: { ...detail, properties: others } },
      };
      expect(breaksBetween({ [name]: schema }, { [name]: less })).toEqual([
        { event: name, at: `detail.${member}`, what: 'the member is gone' },
      ]);
    }
  });
});

function membersOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return schema['properties'] as Readonly<Record<string, JsonSchema>>;
}
