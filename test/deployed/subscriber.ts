// A subscriber as anybody may add one: a rule on Landfall's bus that puts every event into a queue of its own.
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { Envelope } from '../../src/trace/forms.ts';
import type { Aws } from './aws.ts';

/** What the subscriber has heard so far. */
export interface Subscriber {
  /** Takes what waits in the queue; answers all events heard, in the order of the queue. */
  readonly hear: () => Promise<readonly Envelope[]>;
}

/** Subscribes to every event of a bus. */
export async function subscribe(aws: Aws, bus: string): Promise<Subscriber> {
  const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: 'everything-told' }));
  if (QueueUrl === undefined) throw new Error('no queue was made');
  const { Attributes } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const pattern = JSON.stringify({ source: [{ prefix: 'landfall.' }] });
  await aws.events.send(
    new PutRuleCommand({ Name: 'everything-told', EventBusName: bus, EventPattern: pattern }),
  );
  await aws.events.send(
    new PutTargetsCommand({
      Rule: 'everything-told',
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
