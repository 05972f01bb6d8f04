import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { plainText } from '../../core/notify/plain-text.ts';
import type { GivenUp } from '../../core/notify/told-event.ts';
import { askForOutput } from './wire-call.ts';

/** SQS takes ten messages a call, and so many bytes of all together. */
const mostMessages = 10;
const callBytes = 250_000;

/**
 * Keeps messages in a queue for a person, each with its channel and the reason as attributes. Rejects where the queue
 * does not take them all: then they stay where they were.
 */
export async function keepUndelivered(
  client: SQSClient,
  { queueUrl, channel }: { readonly queueUrl: string; readonly channel: string },
  messages: readonly GivenUp[],
): Promise<void> {
  for (const part of parts(messages)) {
    const command = new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: part.map(({ body, reason }, i) => ({
        Id: String(i),
        MessageBody: body,
        MessageAttributes: { channel: text(channel), reason: text(reason) },
      })),
    });
    const answer = await askForOutput(command, (one) => client.send(one));
    const why = answer.ok ? answer.value.Failed?.[0]?.Code : answer.refusal.errorName;
    if (why !== undefined) throw new Error(`what is given up cannot be kept: ${why}`);
  }
}

function text(value: string) {
  // SQS takes no empty text.
  return { DataType: 'String', StringValue: plainText(value, 1000) || 'none' };
}

function parts(messages: readonly GivenUp[]): readonly (readonly GivenUp[])[] {
  const all: GivenUp[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.body) + 4000;
    const last = all.at(-1);
    if (last === undefined || last.length === mostMessages || bytes + size > callBytes) {
      all.push([message]);
      bytes = size;
    } else {
      last.push(message);
      bytes += size;
    }
  }
  return all;
}
