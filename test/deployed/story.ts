// In: the events of a wave, deployed or rehearsed. Out: what they tell of each server, without when.
import type { Envelope } from '../../src/trace/forms.ts';

/** By server, what happened to it, in order. */
export type Story = Readonly<Record<string, readonly string[]>>;

/** What a line says of an event, by its detail-type; the others tell of measures, which follow the moments of the ticks. */
const lines: Readonly<Record<string, (detail: Envelope['detail']) => string>> = {
  'Source Server Discovered': ({ current }) => `is discovered ${current}`,
  'Source Server Lifecycle State Change': ({ previous, current }) => `${previous} -> ${current}`,
  'Source Server Archived': ({ current }) => `archived: ${current}`,
  'Source Server Launch Result': ({ kind, result, current }) =>
    `launched: ${kind ?? ''} ${result ?? current}`,
  'Wave Server Phase Ended': ({ phase, status }) => `${phase} ${status}`,
  'Wave Server Outcome': ({ outcome, code }) => `${outcome} ${code ?? ''}`.trim(),
};

/**
 * Tells the story of each server: the changes of its life cycle, its launches, the ends of its phases, its outcome.
 * What MGN says and what Landfall says of a server are streams of their own, so each is told by itself, in the order
 * of its sequence.
 */
export function storyOf(events: readonly Envelope[]): Story {
  const byId = new Map(events.map((event) => [event.detail.eventId, event]));
  const inOrder = [...byId.values()].sort(
    (a, b) => compare(a.detail.stream, b.detail.stream) || a.detail.sequence - b.detail.sequence,
  );
  const story: Record<string, string[]> = {};
  for (const { 'detail-type': type, detail } of inOrder) {
    const line = lines[type]?.(detail);
    if (line === undefined) continue;
    story[detail.stream] = [...(story[detail.stream] ?? []), line];
  }
  return story;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The outcomes of a wave, counted. */
export function outcomesOf(events: readonly Envelope[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const last = new Map<string, string>();
  for (const { 'detail-type': type, detail } of events) {
    if (type === 'Wave Server Outcome') last.set(detail.stream, String(detail['outcome']));
  }
  for (const outcome of last.values()) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
