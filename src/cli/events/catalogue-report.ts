import { catalogue, commonSchema } from '../../core/event/catalogue.ts';
import { type CatalogueEntry, sourcesOf } from '../../core/event/catalogue-entry.ts';
import { exampleEvent } from '../../core/event/event-example.ts';
import { eventJsonSchema } from '../../core/event/event-json-schema.ts';
import { textTable } from '../text-table.ts';
import { recordOf } from './event-line.ts';

/** The entries whose detail-type or source is meant by a word: the whole name, or part of it, whatever the letters. */
export function chosenEntries(word: string | undefined): readonly CatalogueEntry[] {
  if (word === undefined) return catalogue;
  const wanted = word.toLowerCase();
  const whole = catalogue.filter((entry) => entry.detailType.toLowerCase() === wanted);
  if (whole.length > 0) return whole;
  return catalogue.filter((entry) =>
    [entry.detailType, ...sourcesOf(entry)].some((name) => name.toLowerCase().includes(wanted)),
  );
}

/** The pattern of a rule that takes the events of an entry. */
export function patternOf(entry: CatalogueEntry) {
  return { source: sourcesOf(entry), 'detail-type': [entry.detailType] };
}

/** Lists entries, one a line, by source. */
export function catalogueText(entries: readonly CatalogueEntry[]): string {
  const sources = [...new Set(entries.flatMap(sourcesOf))];
  return sources
    .map((source) => {
      const rows = entries
        .filter((entry) => sourcesOf(entry).includes(source))
        .map(({ detailType, stream, when }) => [detailType, stream, when]);
      return `${source}\n${textTable(rows)}`;
    })
    .join('\n\n');
}

/** Tells one entry whole: when it is told, its own members, a ready pattern, an example. */
export function entryText(entry: CatalogueEntry): string {
  const common = Object.keys(commonSchema(entry.stream).shape);
  const schema = recordOf(recordOf(eventJsonSchema(entry, 'draft-7')['properties'])['detail']);
  const properties = recordOf(schema['properties']);
  const members = Object.keys(entry.detail.shape).map((name) => [
    name,
    descriptionOf(properties[name]),
  ]);
  return [
    `${entry.detailType}  (${sourcesOf(entry).join(', ')}, stream of a ${entry.stream})`,
    entry.when,
    '',
    'Members of its own:',
    textTable(members),
    `and those of every event of a ${entry.stream}: ${common.join(', ')}`,
    '',
    'Pattern of a rule:',
    `  ${JSON.stringify(patternOf(entry))}`,
    '',
    'Example:',
    JSON.stringify(exampleEvent(entry), null, 2),
  ].join('\n');
}

/** Entries as one JSON object, each with its pattern, its example and its JSON Schema (draft 7). */
export function catalogueRecord(entries: readonly CatalogueEntry[]) {
  return {
    events: entries.map((entry) => ({
      detailType: entry.detailType,
      source: entry.source,
      stream: entry.stream,
      when: entry.when,
      pattern: patternOf(entry),
      example: exampleEvent(entry),
      schema: eventJsonSchema(entry, 'draft-7'),
    })),
  };
}

// The description of what may be null stands in the other form.
function descriptionOf(schema: unknown): string {
  const { description, anyOf } = recordOf(schema);
  if (typeof description === 'string') return description;
  return Array.isArray(anyOf) ? (anyOf.map(descriptionOf).find((one) => one !== '') ?? '') : '';
}
