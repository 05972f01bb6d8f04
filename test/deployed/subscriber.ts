// A subscriber as anybody may add one: a rule on Landfall's bus that puts every event into a queue of its own.
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { EventPattern } from '../../src/runtime/event-pattern.ts';
import { Envelope } from '../../src/trace/forms.ts';
import type { Aws } from './aws.ts';

/** What the subscriber has heard so far. */
export interface Subscriber {
  /** Takes what waits in the queue; answers all events heard, in the order of the queue. */
  readonly hear: () => Promise<readonly Envelope[]>;
}

/** Everything that Landfall tells. */
export const everything: EventPattern = { source: [{ prefix: 'landfall.' }] };

/** Subscribes to the events of a bus that a pattern takes, under a name of its own. */
export async function subscribe(
  aws: Aws,
  bus: string,
  name: string,
  pattern: EventPattern,
): Promise<Subscriber> {
  const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: name }));
  if (QueueUrl === undefined) throw new Error('no queue was made');
  const { Attributes } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  await aws.events.send(
    new PutRuleCommand({ Name: name, EventBusName: bus, EventPattern: JSON.stringify(pattern) }),
  );
  await aws.events.send(
    new PutTargetsCommand({
      Rule: name,
      EventBusName: bus,
      Targets: [{ Id: 'queue', Arn: Attributes?.['QueueArn'] }],
    }),
  );
  const heard: Envelope[] = [];
  const take = async (): Promise<number> => {
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return 0;
    heard.push(...Messages.map(({ Body }) => Envelope.parse(JSON.parse(Body ?? ''))));
    await aws.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
      }),
    );
    return Messages.length;
  };
  return {
    hear: async () => {
      while ((await take()) > 0);
      return heard;
    },
  };
}
