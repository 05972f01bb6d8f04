// What a watch of DRS told, held against the simulator's own history: every change of a catalogued fact that was there
// at a complete look is told exactly once, and no other.
import * as z from 'zod';
import { catalogued, commonSchema } from '../../src/core/event/catalogue.ts';
import { sourcesOf } from '../../src/core/event/catalogue-entry.ts';
import { drsFactOf, type Heard, rebuilt } from './_drs-subscriber.ts';
import { comparableDrs } from './_drs-truth.ts';
import type { Look, Watched } from './_drs-watch.ts';

/** The events by stream, in the order of their publication. */
export function streamsOf(
  watched: Pick<Watched, 'published'>,
): ReadonlyMap<string, readonly Heard[]> {
  const streams = new Map<string, Heard[]>();
  for (const { detailType, detail } of watched.published) {
    const stream = String(detail['stream']);
    streams.set(stream, [...(streams.get(stream) ?? []), { detailType, detail }]);
  }
  return streams;
}

function said(at: string, fact: string, previous: unknown, current: unknown): string {
  const text = (value: unknown) => JSON.stringify(sorted(comparableDrs(value)));
  return `${at} ${fact}: ${text(previous)} -> ${text(current)}`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What one look after the other should have told. */
export function changesSeen(looks: readonly Look[]): readonly string[] {
  return looks.flatMap(({ at, facts }, i) => {
    const before = looks[i - 1]?.facts;
    if (before === undefined) return [`${at} discovered`];
    return Object.keys(facts)
      .filter((fact) => JSON.stringify(facts[fact]) !== JSON.stringify(before[fact]))
      .map((fact) => said(at, fact, before[fact], facts[fact]));
  });
}

// What the simulator's history does not tell, as nothing of it ever changes there.
const untold = new Set(['agentVersion']);

function changesTold(events: readonly Heard[]): readonly string[] {
  return events.flatMap(({ detailType, detail }) => {
    const at = String(detail['observedAt']);
    if (detailType.endsWith(' Discovered')) return [`${at} discovered`];
    const fact = drsFactOf[detailType];
    if (fact === undefined || untold.has(fact)) return [];
    return [said(at, fact, detail['previous'], detail['current'])];
  });
}

/** What the events leave out, invent or tell twice, and what they add up to that is not on record. */
export function wrongIn(
  watched: Pick<Watched, 'looks' | 'published' | 'recorded'>,
): readonly string[] {
  const told = streamsOf(watched);
  const wrong: string[] = [];
  for (const [stream, looks] of watched.looks) {
    const seen = changesSeen(looks);
    const heard = changesTold(told.get(stream) ?? []);
    const [seenSet, heardSet] = [new Set(seen), new Set(heard)];
    for (const one of seen) if (!heardSet.has(one)) wrong.push(`${stream} not told: ${one}`);
    for (const [i, one] of heard.entries()) {
      if (!seenSet.has(one)) wrong.push(`${stream} invented: ${one}`);
      else if (heard.indexOf(one) < i) wrong.push(`${stream} told twice: ${one}`);
    }
  }
  for (const [stream, events] of told) {
    if (/^(target|job)\//.test(stream)) continue;
    if (!watched.looks.has(stream)) wrong.push(`invented: ${stream}`);
    const record = watched.recorded.get(stream);
    // What is gone for a week is forgotten.
    if (record === undefined) continue;
    const facts = JSON.stringify(sorted(rebuilt(events)));
    const kept = JSON.stringify(sorted(record.facts));
    if (facts !== kept) wrong.push(`${stream} is ${kept} on record, and was told as ${facts}`);
    if (record.sequence !== events.length) {
      wrong.push(`${stream} has ${record.sequence} on record, and told ${events.length}`);
    }
  }
  return wrong;
}

/** Which facts changed in a watch, so that a test can say that its story was one. */
export function factsChanged(watched: Pick<Watched, 'looks'>): readonly string[] {
  const changes = [...watched.looks.values()].flatMap(changesSeen);
  return [...new Set(changes.map((one) => one.split(' ')[1]?.replace(':', '') ?? ''))].sort();
}

/** What events say otherwise than the catalogue promises: each has its form, from its source, and says no more. */
export function unpromisedIn({ published }: Pick<Watched, 'published'>): readonly string[] {
  const wrong = published.flatMap(({ source, detailType, detail }) => {
    const entry = catalogued(detailType);
    if (entry === undefined) return [`${detailType} is not catalogued`];
    const form = z.strictObject({ ...commonSchema(entry.stream).shape, ...entry.detail.shape });
    const issues = form.safeParse(detail).error?.issues ?? [];
    const strange = sourcesOf(entry).some((one) => one === source)
      ? []
      : [`${detailType}: ${source}`];
    return [
      ...strange,
      ...issues.map((one) => `${detailType}: ${one.path.join('.')}: ${one.message}`),
    ];
  });
  return [...new Set(wrong)];
}
