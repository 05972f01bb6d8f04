// In: what waits in a record to be published, and what is added to it. Out: whether the record may still advance, and
// the outbox that it is written with. Pure; called by whatever records changes with their events.
import type { PendingEvent } from '../core/event/stream.ts';

// A record stops advancing while this much of it is unpublished (design.md 15.13).
const overflowEvents = 20;
const overflowBytes = 200_000;
// DynamoDB takes 400 KB an item; the rest of a record is small.
const mostBytes = 340_000;

/** Says whether an outbox is so full that its record must not advance: 20 events, or 200 KB. */
export function isFull(pending: readonly PendingEvent[]): boolean {
  if (pending.length >= overflowEvents) return true;
  return pending.length > 0 && bytesOf(pending) >= overflowBytes;
}

/**
 * An outbox with more events in it. Where the record would be larger than a store takes, the new ones go without their
 * tags, and say so in `truncated`: one server's tags must not keep a whole target from its tick.
 */
export function withEvents(
  pending: readonly PendingEvent[],
  events: readonly PendingEvent[],
): readonly PendingEvent[] {
  const all = [...pending, ...events];
  if (events.length === 0 || bytesOf(all) <= mostBytes) return all;
  return [...pending, ...events.map(withoutTags)];
}

function withoutTags(event: PendingEvent): PendingEvent {
  if (event.detail['tags'] === undefined) return event;
  const { tags: _tags, ...rest } = event.detail;
  // The members that every event has come back by name, for the compiler's sake.
  const { schemaVersion, eventId, stream, sequence, observedAt } = event.detail;
  const named = { schemaVersion, eventId, stream, sequence, observedAt };
  return { ...event, detail: { ...rest, truncated: true, ...named } };
}

function bytesOf(events: readonly PendingEvent[]): number {
  const text = JSON.stringify(events);
  // A character of JSON takes at most three bytes in UTF-8: short texts need not be counted.
  return text.length * 3 < overflowBytes ? text.length : new TextEncoder().encode(text).length;
}
