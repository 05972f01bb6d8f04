// In: the catalogue. Out: docs/asyncapi.yaml, the same contract for tools that read AsyncAPI 3.0. Pure.
import { stringify } from 'yaml';
import { type CatalogueEntry, sourcesOf } from '../../src/core/event/catalogue-entry.ts';
import { exampleEvent } from '../../src/core/event/event-example.ts';
import { eventFileStem, eventTypeName } from '../../src/core/event/event-json-schema.ts';
import { schemaVersion } from '../../src/core/event/stream.ts';

/** Answers the contract as an AsyncAPI document; the payloads are the published schemas beside it. */
export function asyncApiDocument(entries: readonly CatalogueEntry[]) {
  const names = entries.map(({ detailType }) => eventTypeName(detailType));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Landfall events',
      version: `${schemaVersion}.0.0`,
      description:
        'Every change of a migrating server, once and in order, on an EventBridge bus. See docs/events.md.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: {
      bus: {
        address: 'landfall-{stage}',
        title: 'The bus of a stage',
        description: 'An event bus of Amazon EventBridge; rules with patterns subscribe to it.',
        parameters: { stage: { description: 'The stage that was deployed, e.g. prod.' } },
        messages: Object.fromEntries(
          names.map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      tell: {
        action: 'send',
        channel: { $ref: '#/channels/bus' },
        summary: 'Landfall tells what it has observed or decided, at least once.',
        messages: names.map((name) => ({ $ref: `#/channels/bus/messages/${name}` })),
      },
    },
    components: {
      messages: Object.fromEntries(
        entries.map((entry) => [eventTypeName(entry.detailType), messageOf(entry)]),
      ),
    },
  };
}

function messageOf(entry: CatalogueEntry) {
  return {
    name: entry.detailType,
    title: entry.detailType,
    summary: entry.when,
    contentType: 'application/json',
    tags: [...sourcesOf(entry), entry.stream].map((name) => ({ name })),
    payload: {
      schemaFormat: 'application/schema+json;version=draft-07',
      schema: { $ref: `../schemas/events/${eventFileStem(entry.detailType)}.schema.json` },
    },
    examples: [{ name: eventFileStem(entry.detailType), payload: exampleEvent(entry) }],
  };
}

/** Writes the AsyncAPI document as YAML. */
export function asyncApiText(entries: readonly CatalogueEntry[]): string {
  const head =
    '# Written by scripts/write-schemas.ts from src/core/event/catalogue. Do not edit.\n';
  return (
    head + stringify(asyncApiDocument(entries), { lineWidth: 0, aliasDuplicateObjects: false })
  );
}
