// In: the events of one window, in any order, some of them twice. Out: one message. Called by the flow and by whoever
// shows what a channel would say.
import { instantMs } from '../time.ts';
import { byUrgency, type Severity } from './severity.ts';
import { isOfServer, placeOf, subjectOf } from './subject.ts';
import type { Telling } from './telling.ts';
import type { ToldEvent } from './told-event.ts';
import { wordsOf } from './words.ts';

/** One thing that happened, to one or to many. */
export interface Line {
  readonly severity: Severity;
  readonly detailType: string;
  /** What happened, in words that are the same for all. */
  readonly what: string;
  /** What explains it, where that is the same for all. */
  readonly more?: string;
  readonly remedy?: string;
  /** The wave or the target. */
  readonly place: string;
  /** How many events it stands for. */
  readonly events: number;
  /** Whether it happened to servers, not to the wave or target itself. */
  readonly ofServers: boolean;
  /** Those that it happened to, the first of them by name. */
  readonly names: readonly string[];
  /** How many more it happened to. */
  readonly unnamed: number;
}

/** What one message says. */
export interface Digest {
  /** That of its most urgent line. */
  readonly severity: Severity;
  /** The most urgent first, then the earliest. */
  readonly lines: readonly Line[];
  /** What there was no room for. */
  readonly leftOut: { readonly lines: number; readonly events: number };
  /** How many different events it stands for. */
  readonly events: number;
}

/** So many lines a message has at most. */
export const mostLines = 30;
/** So many names a line has at most. */
export const mostNames = 10;

/** The events without those that were delivered twice, the earliest first. */
export function eachOnce(events: readonly ToldEvent[]): readonly ToldEvent[] {
  const byId = new Map(events.map((event) => [event.detail.eventId, event]));
  return [...byId.values()].sort(inTime);
}

/** The events that a channel for these severities tells; all of them where it names none. */
export function ofSeverities(
  events: readonly ToldEvent[],
  severities: readonly Severity[] | undefined,
): readonly ToldEvent[] {
  if (severities === undefined) return events;
  return events.filter((event) => severities.includes(wordsOf(event).severity));
}

/** Makes one message of events; undefined where there are none. */
export function digestOf(events: readonly ToldEvent[]): Digest | undefined {
  const once = eachOnce(events);
  const groups = new Map<string, Group>();
  for (const event of once) {
    const telling = wordsOf(event);
    const place = placeOf(event.detail);
    const key = JSON.stringify([event['detail-type'], telling.severity, telling.what, place]);
    const group = groups.get(key) ?? { first: event, telling, place, events: [], mores: new Set() };
    groups.set(key, group);
    group.events.push(event);
    group.mores.add(telling.more);
  }
  const all = [...groups.values()]
    .map(lineOf)
    .map((line, i) => ({ line, i }))
    .sort((a, b) => byUrgency(a.line.severity, b.line.severity) || a.i - b.i)
    .map(({ line }) => line);
  const [first] = all;
  if (first === undefined) return undefined;
  return withLines(
    { severity: first.severity, lines: all, leftOut: { lines: 0, events: 0 }, events: once.length },
    mostLines,
  );
}

/** The same message with fewer lines; the last ones are counted as left out. */
export function withLines(digest: Digest, most: number): Digest {
  const gone = digest.lines.slice(most);
  if (gone.length === 0) return digest;
  return {
    ...digest,
    lines: digest.lines.slice(0, most),
    leftOut: {
      lines: digest.leftOut.lines + gone.length,
      events: digest.leftOut.events + gone.reduce((sum, { events }) => sum + events, 0),
    },
  };
}

interface Group {
  readonly first: ToldEvent;
  readonly telling: Telling;
  readonly place: string;
  readonly events: ToldEvent[];
  readonly mores: Set<string | undefined>;
}

function lineOf({ first, telling, place, events, mores }: Group): Line {
  const subjects = [...new Set(events.map(subjectOf))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const [more] = mores;
  return {
    severity: telling.severity,
    detailType: first['detail-type'],
    what: telling.what,
    ...(mores.size > 1 || more === undefined ? {} : { more }),
    ...(telling.remedy === undefined ? {} : { remedy: telling.remedy }),
    place,
    events: events.length,
    ofServers: isOfServer(first),
    names: subjects.slice(0, mostNames),
    unnamed: Math.max(0, subjects.length - mostNames),
  };
}

function inTime(a: ToldEvent, b: ToldEvent): number {
  const atOf = ({ time, detail }: ToldEvent) =>
    instantMs(typeof detail['observedAt'] === 'string' ? detail['observedAt'] : time) ?? 0;
  const sequenceOf = ({ detail }: ToldEvent) =>
    typeof detail['sequence'] === 'number' ? detail['sequence'] : 0;
  const idOf = ({ detail }: ToldEvent) => detail.eventId;
  return (
    atOf(a) - atOf(b) ||
    sequenceOf(a) - sequenceOf(b) ||
    (idOf(a) < idOf(b) ? -1 : Number(idOf(a) > idOf(b)))
  );
}
