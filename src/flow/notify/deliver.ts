// In: a batch of the channel's queue. Out: which messages Lambda leaves in the queue, to come again. Called by the
// channels.
import * as z from 'zod';
import { eachOnce, ofSeverities } from '../../core/notify/digest.ts';
import type { Verdict } from '../../core/notify/reply.ts';
import { type GivenUp, ToldEvent } from '../../core/notify/told-event.ts';
import type { ChannelPorts } from './ports.ts';

/** A batch as Lambda reads it off a queue. */
export const QueueBatch = z.object({
  Records: z.array(z.looseObject({ messageId: z.string(), body: z.string() })),
});
export type QueueBatch = z.infer<typeof QueueBatch>;

/** What Lambda is told: the messages that were not delivered. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** One message to the outside, and the events that are told by it. */
export interface Delivery {
  readonly events: readonly ToldEvent[];
  readonly send: () => Promise<Verdict>;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly event: ToldEvent | undefined;
}

/** A second try within the same call waits at most so long. */
const mostWaitSeconds = 15;
/** How long a second try waits where the receiver does not say. */
const usualWaitSeconds = 2;

/**
 * Delivers what a batch tells, each event once however often it is in the batch. What the receiver does not take now
 * stays in the queue; what it will never take is given up, with the reason. After one delivery that has to come again
 * the rest of the batch is not tried, so that a receiver that asks for rest has it.
 */
export async function deliver(
  ports: ChannelPorts,
  batch: QueueBatch,
  deliveriesOf: (events: readonly ToldEvent[]) => Promise<readonly Delivery[]>,
): Promise<BatchAnswer> {
  const messages = batch.Records.map(({ messageId, body }) => readMessage(messageId, body));
  const asked = messages.flatMap(({ event }) => event ?? []);
  const events = eachOnce(ofSeverities(asked, ports.channel.severities));
  const ends = await tellAll(ports, events.length === 0 ? [] : await deliveriesOf(events));
  const unreadable = messages.filter(({ event }) => event === undefined);
  const again = new Set<string>();
  const givenUp: GivenUp[] = unreadable.map(({ body }) => ({
    body,
    reason: 'the message is no event',
  }));
  for (const { delivery, verdict } of ends) {
    for (const { id, body } of messagesOf(delivery, messages)) {
      if (verdict.end === 'again') again.add(id);
      if (verdict.end === 'refused') givenUp.push({ body, reason: verdict.reason });
    }
  }
  if (givenUp.length > 0) await ports.giveUp(givenUp);
  const taken = ends.filter(({ verdict }) => verdict.end === 'taken');
  ports.log({
    level: 'info',
    channel: ports.channel.name,
    messages: messages.length,
    told: taken.reduce((sum, { delivery }) => sum + delivery.events.length, 0),
    again: again.size,
    givenUp: givenUp.length,
  });
  return { batchItemFailures: [...again].map((itemIdentifier) => ({ itemIdentifier })) };
}

interface Ended {
  readonly delivery: Delivery;
  readonly verdict: Verdict;
}

async function tellAll(
  ports: ChannelPorts,
  deliveries: readonly Delivery[],
): Promise<readonly Ended[]> {
  const ends: Ended[] = [];
  let rest = false;
  for (const delivery of deliveries) {
    if (rest) {
      ends.push({ delivery, verdict: { end: 'again', reason: 'not tried' } });
      continue;
    }
    const verdict = await attempt(ports, delivery);
    ends.push({ delivery, verdict });
    if (verdict.end !== 'taken') {
      ports.log({ level: 'error', channel: ports.channel.name, ...verdict });
    }
    rest = verdict.end === 'again';
  }
  return ends;
}

function messagesOf({ events }: Delivery, messages: readonly Message[]): readonly Message[] {
  const ids = new Set(events.map(({ detail }) => detail.eventId));
  return messages.filter(({ event }) => event !== undefined && ids.has(event.detail.eventId));
}

async function attempt(ports: ChannelPorts, { send }: Delivery): Promise<Verdict> {
  const first = await send();
  if (first.end !== 'again') return first;
  const { afterSeconds = usualWaitSeconds } = first;
  if (afterSeconds > mostWaitSeconds) return first;
  await ports.wait(afterSeconds);
  return send();
}

function readMessage(id: string, body: string): Message {
  try {
    return { id, body, event: ToldEvent.safeParse(JSON.parse(body)).data };
  } catch {
    return { id, body, event: undefined };
  }
}
