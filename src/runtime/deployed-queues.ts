import * as z from 'zod';
import type { DeployedQueue } from './deployment.ts';
import type { DeploymentReferences } from './deployment-references.ts';
import type { QueueEvent } from './serverless-text.ts';

const QueueProperties = z.looseObject({
  FifoQueue: z.literal(false, 'FIFO queues are not implemented').optional(),
  DelaySeconds: z.number().int().min(0).max(900).default(0),
  VisibilityTimeout: z.number().int().min(0).default(30),
  RedrivePolicy: z
    .looseObject({ maxReceiveCount: z.number().int().min(1) })
    .default({ maxReceiveCount: Number.MAX_SAFE_INTEGER }),
});

/** Answers the queue that a function's event reads; none where the event has a problem. */
export function queueOf(
  references: DeploymentReferences,
  functionName: string,
  i: number,
  event: QueueEvent,
): readonly DeployedQueue[] {
  const where = `functions.${functionName}.events.${i}`;
  const arn = references.resolved(event.arn, where);
  const declared = Object.entries(references.resources).find(
    ([name, { Type }]) =>
      Type === 'AWS::SQS::Queue' && references.names.attribute(name, 'Arn') === String(arn),
  );
  if (declared === undefined) {
    references.problems.push(`${where}: only queues of this file can be read, not ${String(arn)}`);
    return [];
  }
  const [id, { Properties = {} }] = declared;
  const read = QueueProperties.safeParse(Properties);
  if (!read.success) {
    for (const { path, message } of read.error.issues) {
      references.problems.push(`resources.${id}.${path.join('.')}: ${message}`);
    }
    return [];
  }
  return [
    {
      arn: String(arn),
      functionName,
      batchSize: event.batchSize,
      delaySeconds: read.data.DelaySeconds,
      windowSeconds: event.maximumBatchingWindow,
      reportsFailures: event.functionResponseType !== undefined,
      visibilityTimeoutSeconds: read.data.VisibilityTimeout,
      maxReceiveCount: read.data.RedrivePolicy.maxReceiveCount,
    },
  ];
}
