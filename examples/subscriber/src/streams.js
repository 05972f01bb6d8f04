// Each event once, and each stream in its order, however events are delivered. Pure: all that has to be remembered is in
// one JSON document, to be kept together with what the events have led to.

/**
 * How far a stream was taken, and what came too early.
 * @typedef {{ next: number, held: Record<string, Delivered> }} Stream
 * @typedef {{ source: string, 'detail-type': string, detail: { eventId: string, stream: string, sequence: number } }} Delivered
 * @typedef {Record<string, Stream>} Streams
 */

/**
 * Takes a delivery. Answers the events whose turn it is now, in order: none where it is repeated or too early.
 * @param {Streams} streams changed in place
 * @param {unknown} delivery an event as EventBridge delivers it
 * @returns {{ verdict: 'taken' | 'held' | 'repeated' | 'not-an-event', events: Delivered[] }}
 */
export function takeInOrder(streams, delivery) {
  if (!isDelivered(delivery)) return { verdict: 'not-an-event', events: [] };
  const { stream: name, sequence, eventId } = delivery.detail;
  streams[name] ??= { next: 1, held: {} };
  const stream = streams[name];
  const held = stream.held[sequence];
  if (held !== undefined && held.detail.eventId !== eventId) {
    throw new Error(`${name} ${sequence} is both ${held.detail.eventId} and ${eventId}`);
  }
  // An event id stands for one place of one stream: a place that was taken is an id that was seen. So one number a
  // stream remembers every id for ever.
  if (sequence < stream.next || held !== undefined) return { verdict: 'repeated', events: [] };
  stream.held[sequence] = delivery;
  const events = due(stream);
  return { verdict: events.length > 0 ? 'taken' : 'held', events };
}

/**
 * Says which sequences are missing: something later of the stream is there already.
 * @param {Streams} streams
 * @returns {{ stream: string, from: number, to: number }[]}
 */
export function gapsIn(streams) {
  return Object.entries(streams).flatMap(([stream, { next, held }]) => {
    const first = Math.min(...Object.keys(held).map(Number));
    return Number.isFinite(first) ? [{ stream, from: next, to: first - 1 }] : [];
  });
}

/**
 * Gives up what is missing of a stream, once a replay has not brought it, and answers what may be taken then.
 * @param {Streams} streams changed in place
 * @param {string} name
 * @returns {Delivered[]}
 */
export function giveUpGap(streams, name) {
  const [gap] = gapsIn(streams).filter((one) => one.stream === name);
  const stream = streams[name];
  if (gap === undefined || stream === undefined) return [];
  stream.next = gap.to + 1;
  return due(stream);
}

/** @param {Stream} stream */
function due(stream) {
  const events = [];
  for (
    let event = stream.held[stream.next];
    event !== undefined;
    event = stream.held[stream.next]
  ) {
    events.push(event);
    delete stream.held[stream.next];
    stream.next += 1;
  }
  return events;
}

/**
 * @param {unknown} delivery
 * @returns {delivery is Delivered}
 */
function isDelivered(delivery) {
  const { detail } = Object(delivery);
  const { eventId, stream, sequence } = Object(detail);
  return (
    typeof eventId === 'string' &&
    typeof stream === 'string' &&
    Number.isSafeInteger(sequence) &&
    sequence > 0
  );
}
