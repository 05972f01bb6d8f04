import type { ToldEvent } from './told-event.ts';

/** The version of the form of what is posted. */
export const webhookVersion = 1;
/** The most events of one request. */
export const mostEventsOfRequest = 100;
/** The most bytes of one request, but for an event that is larger by itself (at most 256 KB). */
export const requestBytes = 256_000;

/** What goes to a webhook in one request. */
export interface WebhookRequest {
  /** The same whenever the same is sent again. */
  readonly idempotencyKey: string;
  readonly body: string;
  readonly events: readonly ToldEvent[];
}

/** One request an event, which is its body. */
export function eachByItself(events: readonly ToldEvent[]): readonly WebhookRequest[] {
  return events.map((event) => ({
    idempotencyKey: inHeader(event.detail.eventId),
    body: JSON.stringify(event),
    events: [event],
  }));
}

/**
 * Requests of many events: `{ version, batch, channel, events }`, at most a hundred and 256 KB each. `nameOf` names a
 * batch by its event ids; two batches have one name only where they hold the same events.
 */
export function inBatches(
  channel: string,
  events: readonly ToldEvent[],
  nameOf: (eventIds: readonly string[]) => string,
): readonly WebhookRequest[] {
  return parted(events).map((batch) => {
    const name = nameOf(batch.map(({ detail }) => detail.eventId));
    return {
      idempotencyKey: inHeader(name),
      body: JSON.stringify({ version: webhookVersion, batch: name, channel, events: batch }),
      events: batch,
    };
  });
}

function parted(events: readonly ToldEvent[]): readonly (readonly ToldEvent[])[] {
  const all: ToldEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = new TextEncoder().encode(JSON.stringify(event)).length + 1;
    const last = all.at(-1);
    if (last === undefined || last.length === mostEventsOfRequest || bytes + size > requestBytes) {
      all.push([event]);
      bytes = size;
    } else {
      last.push(event);
      bytes += size;
    }
  }
  return all;
}

/** An id as a header may carry it; ours are such already. */
function inHeader(id: string): string {
  return /^[\x21-\x7e]+$/.test(id) ? id : encodeURIComponent(id.replaceAll(/\p{Cs}/gu, '?'));
}
