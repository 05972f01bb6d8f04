import { type Aspect, aspects, type Fields } from './fields.ts';

/** A field that is not as it was expected; null where it is not there at all. */
export interface Difference {
  readonly field: string;
  readonly expected: string | null;
  readonly actual: string | null;
}

/** What a look saw of a server's configurations; an aspect that was not looked at is absent. */
export type ConfigurationSeen = Readonly<Partial<Record<Aspect, Fields>>>;

/** How a server's configurations differ from their baseline; an aspect without difference is absent. */
export type Drift = Readonly<Partial<Record<Aspect, readonly Difference[]>>>;

/** Compares what is with what was expected, field by field, in the order of the names. */
export function differencesOf(expected: Fields, actual: Fields): readonly Difference[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
  return names.flatMap((field) => {
    const [was, is] = [expected[field] ?? null, actual[field] ?? null];
    return was === is ? [] : [{ field, expected: was, actual: is }];
  });
}

/** The drift after a look; an aspect that nobody looked at stays as it was. The same object where nothing is new. */
export function driftAfter(
  baseline: ConfigurationSeen,
  seen: ConfigurationSeen,
  before: Drift,
): Drift {
  const drift: Partial<Record<Aspect, readonly Difference[]>> = {};
  let isNew = false;
  for (const aspect of aspects) {
    const previous = before[aspect] ?? [];
    const [expected, actual] = [baseline[aspect], seen[aspect]];
    const current =
      expected === undefined || actual === undefined ? previous : differencesOf(expected, actual);
    if (current.length > 0) drift[aspect] = current;
    if (!sameDifferences(previous, current)) isNew = true;
  }
  return isNew ? drift : before;
}

function sameDifferences(a: readonly Difference[], b: readonly Difference[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ field, actual, expected }, i) => {
      const other = b[i];
      return other?.field === field && other.actual === actual && other.expected === expected;
    })
  );
}

/** What a server's configuration is now: its baseline with the drift laid over it. */
export function currentFields(baseline: ConfigurationSeen, drift: Drift, aspect: Aspect): Fields {
  const fields: Record<string, string> = { ...baseline[aspect] };
  for (const { field, actual } of drift[aspect] ?? []) {
    if (actual === null) delete fields[field];
    else fields[field] = actual;
  }
  return fields;
}

/** A template of an account as it was last seen. */
export interface TemplateSeen {
  readonly kind: 'launch' | 'replication';
  readonly fields: Fields;
  /** The launch actions that new servers take over from it; absent where nobody asked for them. */
  readonly actions?: Fields;
}

/** The templates of an account as they were last seen, by id. */
export type Templates = Readonly<Record<string, TemplateSeen>>;

/** All that a template says. */
export function fieldsOfTemplate({ fields, actions }: TemplateSeen): Fields {
  return { ...fields, ...actions };
}

/** What became of an account's template between two looks. */
export interface TemplateChange {
  readonly templateId: string;
  readonly kind: TemplateSeen['kind'];
  readonly news: 'added' | 'changed' | 'removed';
  readonly differences: readonly Difference[];
}

/** Compares the templates of an account with those of the last look; what differs is told field by field. */
export function templateChanges(before: Templates, now: Templates): readonly TemplateChange[] {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return ids.flatMap((templateId) => {
    const [was, is] = [before[templateId], now[templateId]];
    const kind = is?.kind ?? was?.kind ?? 'launch';
    const found = differencesOf(
      was === undefined ? {} : fieldsOfTemplate(was),
      is === undefined ? {} : fieldsOfTemplate(is),
    );
    if (was !== undefined && is !== undefined && found.length === 0) return [];
    const news = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return [{ templateId, kind, news, differences: found }];
  });
}
