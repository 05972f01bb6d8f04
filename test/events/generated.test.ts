// What is published is what the catalogue in code says: files, page, types and the AsyncAPI document.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { asyncApiDocument, asyncApiText } from '../../scripts/events/async-api.ts';
import { eventsReference, patternOf } from '../../scripts/events/events-page.ts';
import { formatted } from '../../scripts/events/formatted.ts';
import { typeDefinitions } from '../../scripts/events/type-definitions.ts';
import { catalogue } from '../../src/core/event/catalogue.ts';
import { exampleEvent } from '../../src/core/event/event-example.ts';
import { eventFileStem, eventJsonSchema } from '../../src/core/event/event-json-schema.ts';
import { patternMatches } from '../../src/runtime/event-pattern.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');
const run = 'run: npm run schemas';

describe('the published schemas', () => {
  test.each(catalogue.map((entry) => [entry.detailType, entry] as const))(
    'of "%s" is that of the code',
    (detailType, entry) => {
      const text = textOf(`schemas/events/${eventFileStem(detailType)}.schema.json`);
      expect(JSON.parse(text), run).toEqual(eventJsonSchema(entry, 'draft-7'));
    },
  );

  test('are of nothing else', () => {
    const files = readdirSync(join(root, 'schemas/events')).filter((file) =>
      file.endsWith('.json'),
    );
    expect(files.toSorted(), run).toEqual(
      catalogue.map((e) => `${eventFileStem(e.detailType)}.schema.json`).toSorted(),
    );
  });
});

describe('docs/events.md', () => {
  const page = textOf('docs/events.md');

  test('says what the catalogue says', () => {
    expect(
      page.includes(`<!-- events -->\n\n${eventsReference(catalogue)}\n<!-- /events -->`),
      run,
    ).toBe(true);
  });

  test('shows for each event an example, and a pattern that matches it and no other', () => {
    const blocks = [...page.matchAll(/```json\n([\s\S]*?)\n```/g)].map(([, json = '']) =>
      JSON.parse(json),
    );
    expect(blocks).toEqual(catalogue.flatMap((entry) => [exampleEvent(entry), patternOf(entry)]));
    for (const entry of catalogue) {
      const pattern = JSON.parse(JSON.stringify(patternOf(entry)));
      const matching = catalogue.filter((one) =>
        patternMatches(pattern, JSON.parse(JSON.stringify(exampleEvent(one)))),
      );
      expect(matching).toEqual([entry]);
    }
  });

  test('leads nowhere that is not', () => {
    const links = [...page.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
    const missing = links.filter((link) => !existsSync(join(root, 'docs', link)));
    expect(missing.filter((link) => link !== 'subscribe.md')).toEqual([]);
    const anchors = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => eventFileStem(text));
    expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });
});

describe('the types of landfall/events', () => {
  test('are those of the catalogue', () => {
    const file = 'src/events/landfall-events.ts';
    expect(textOf(file) === formatted(typeDefinitions(catalogue), file), run).toBe(true);
  });
});

describe('docs/asyncapi.yaml', () => {
  const document = asyncApiDocument(catalogue);

  test('says what the catalogue says', () => {
    expect(textOf('docs/asyncapi.yaml') === asyncApiText(catalogue), run).toBe(true);
    expect(parse(textOf('docs/asyncapi.yaml'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  test('refers only to what is there', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, ref = '']) => ref,
    );
    const at = (path: readonly string[]) =>
      path.reduce<unknown>(
        (value, key) =>
          typeof value === 'object' && value !== null
            ? Object.entries(value).find(([k]) => k === key)?.[1]
            : undefined,
        document,
      );
    const broken = refs.filter((ref) =>
      ref.startsWith('#/')
        ? at(ref.slice(2).split('/')) === undefined
        : !existsSync(join(root, 'docs', ref)),
    );
    expect(broken).toEqual([]);
    expect(refs.length).toBe(3 * catalogue.length + 1);
  });

  test('has a message for each event, told by one operation', () => {
    expect(Object.values(document.components.messages).map(({ name }) => name)).toEqual(
      catalogue.map(({ detailType }) => detailType),
    );
    expect(document.operations.tell.action).toBe('send');
  });
});
