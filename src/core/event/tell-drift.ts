import {
  type Difference,
  type Drift,
  fieldsOfTemplate,
  type TemplateChange,
  type TemplateSeen,
  type Templates,
} from '../configuration/drift.ts';
import { aspects, digestOf } from '../configuration/fields.ts';
import { DetailType } from './detail-type.ts';
import { cutTo } from './fit-detail.ts';
import type { Told } from './stream.ts';

/** So many differences are named in an event; the rest is one entry with its number and a digest. */
export const namedDifferences = 20;
const longestWord = 200;

/** Tells how a server's configurations differ from what is expected of them, before and now. */
export function tellDrift(previous: Drift, current: Drift): Told {
  const now = entriesOf(current);
  return {
    detailType: DetailType.ConfigurationDrift,
    members: { previous: few(entriesOf(previous)), current: few(now), differences: now.length },
  };
}

interface Entry extends Difference {
  readonly aspect: string;
}

function entriesOf(drift: Drift): readonly Entry[] {
  return aspects.flatMap((aspect) =>
    (drift[aspect] ?? []).map(({ field, expected, actual }) => ({
      aspect,
      field: cutTo(field, longestWord),
      expected: expected === null ? null : cutTo(expected, longestWord),
      actual: actual === null ? null : cutTo(actual, longestWord),
    })),
  );
}

function few(entries: readonly Entry[]): readonly Entry[] {
  const rest = entries.slice(namedDifferences);
  if (rest.length === 0) return entries;
  const more = { aspect: 'all', field: `${rest.length} further fields` };
  return [
    ...entries.slice(0, namedDifferences),
    { ...more, expected: null, actual: digestOf(rest) },
  ];
}

/**
 * Tells which templates, that new servers take their settings from, were added, changed or removed; of DRS also of which
 * kind there is none.
 */
export function tellTemplates(
  previous: Templates,
  current: Templates,
  changes: readonly TemplateChange[],
  missing?: readonly TemplateSeen['kind'][],
): Told {
  return {
    detailType: DetailType.TemplateDrift,
    members: {
      previous: marksOf(previous),
      current: marksOf(current),
      changes: changes.map(({ templateId, kind, news, differences }) => ({
        templateId,
        kind,
        news,
        fields: differences.slice(0, namedDifferences).map(({ field, expected, actual }) => ({
          field: cutTo(field, longestWord),
          previous: expected === null ? null : cutTo(expected, longestWord),
          current: actual === null ? null : cutTo(actual, longestWord),
        })),
        differences: differences.length,
      })),
      ...(missing === undefined ? {} : { missing }),
    },
  };
}

function marksOf(templates: Templates): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(templates).map(([id, seen]) => [id, digestOf(fieldsOfTemplate(seen))]),
  );
}
