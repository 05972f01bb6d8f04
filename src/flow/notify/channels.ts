import { createHash, createHmac } from 'node:crypto';
import { digestOf } from '../../core/notify/digest.ts';
import { type Mail, mailOf } from '../../core/notify/render/mail.ts';
import { slackMessage } from '../../core/notify/render/slack.ts';
import { teamsMessage } from '../../core/notify/render/teams.ts';
import { judgeReply, type Verdict } from '../../core/notify/reply.ts';
import { signatureHeader, signedText, writeSignature } from '../../core/notify/signature.ts';
import { eachByItself, inBatches, type WebhookRequest } from '../../core/notify/webhook.ts';
import { toMs } from '../../core/time.ts';
import type { Answer } from '../ports.ts';
import { type BatchAnswer, deliver, type QueueBatch } from './deliver.ts';
import type { PostingPorts, TopicPorts } from './ports.ts';

/** Tells a batch in one message of Slack. */
export function notifySlack(ports: PostingPorts, batch: QueueBatch): Promise<BatchAnswer> {
  return postDigest(ports, batch, slackMessage);
}

/** Tells a batch in one card of Teams. */
export function notifyTeams(ports: PostingPorts, batch: QueueBatch): Promise<BatchAnswer> {
  return postDigest(ports, batch, teamsMessage);
}

/** Posts the events themselves, signed; many in one request where the channel has a window. */
export function notifyWebhook(ports: PostingPorts, batch: QueueBatch): Promise<BatchAnswer> {
  return deliver(ports, batch, async (events) => {
    const { channel } = ports;
    const receiver = await ports.receiver();
    const requests = channel.batched
      ? inBatches(channel.name, events, batchName)
      : eachByItself(events);
    return requests.map((request) => ({
      events: request.events,
      send: () =>
        posted(ports, receiver.url, request.body, webhookHeaders(ports, request, receiver.keys)),
    }));
  });
}

/** Tells a batch in one message on a topic, which its subscribers get by mail or as they asked. */
export function notifyTopic(ports: TopicPorts, batch: QueueBatch): Promise<BatchAnswer> {
  return deliver(ports, batch, async (events) => {
    const digest = digestOf(events);
    if (digest === undefined) return [];
    const mail: Mail = mailOf(digest, ports.channel.stage);
    return [{ events, send: async () => verdictOf(await ports.publish(mail)) }];
  });
}

async function postDigest(
  ports: PostingPorts,
  batch: QueueBatch,
  render: typeof slackMessage | typeof teamsMessage,
): Promise<BatchAnswer> {
  return deliver(ports, batch, async (events) => {
    const digest = digestOf(events);
    if (digest === undefined) return [];
    const { url } = await ports.receiver();
    const body = JSON.stringify(render(digest, ports.channel.stage));
    return [{ events, send: () => posted(ports, url, body, {}) }];
  });
}

async function posted(
  ports: PostingPorts,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Verdict> {
  const reply = await ports.post({
    url,
    body,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
  });
  return judgeReply(reply, toMs(ports.clock.now()));
}

/** Signed at every attempt anew: a receiver refuses what is old. */
function webhookHeaders(
  { clock, channel }: PostingPorts,
  { body, idempotencyKey }: WebhookRequest,
  keys: readonly string[],
): Readonly<Record<string, string>> {
  const atSeconds = Math.floor(toMs(clock.now()) / 1000);
  const signatures = keys.map((key) =>
    createHmac('sha256', key).update(signedText(atSeconds, body)).digest('hex'),
  );
  return {
    'idempotency-key': idempotencyKey,
    'landfall-channel': channel.name,
    [signatureHeader]: writeSignature(atSeconds, signatures),
  };
}

function batchName(eventIds: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(eventIds)).digest('hex');
}

function verdictOf(answer: Answer<unknown>): Verdict {
  if (answer.ok) return { end: 'taken' };
  const { kind, errorName, message } = answer.refusal;
  const reason = `SNS answered ${errorName}: ${message}`;
  return ['throttled', 'ambiguous', 'conflict'].includes(kind)
    ? { end: 'again', reason }
    : { end: 'refused', reason };
}
