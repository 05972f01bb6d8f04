import * as z from 'zod';

/** A schedule as a function's event states it: its rate alone, or with what it is called with. */
export const ScheduleEvent = z.union([
  z.string(),
  z.strictObject({
    rate: z.union([z.string(), z.array(z.string()).length(1)]),
    input: z.unknown().optional(),
    enabled: z.boolean().optional(),
    name: z.string().optional(),
    description: z.string().optional(),
  }),
]);

/** A schedule of a function. */
export type ScheduleEvent = z.infer<typeof ScheduleEvent>;

/** A rule as a function's event states it. */
export const BusEvent = z.strictObject({
  eventBus: z.unknown().optional(),
  pattern: z.unknown(),
  input: z.unknown().optional(),
  enabled: z.boolean().optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  retryPolicy: z.unknown().optional(),
  deadLetterQueueArn: z.unknown().optional(),
});

/** An event rule of a function. */
export type BusEvent = z.infer<typeof BusEvent>;

/** A queue as a function's event states it; tags and the like say nothing about how it is read. */
export const QueueEvent = z.strictObject({
  arn: z.unknown(),
  batchSize: z.number().int().min(1).max(10_000).default(10),
  maximumBatchingWindow: z.number().int().min(0).max(300).default(0),
  functionResponseType: z.literal('ReportBatchItemFailures').optional(),
  maximumConcurrency: z.number().int().min(2).max(1000).optional(),
  enabled: z.boolean().default(true),
});

/** A queue that a function reads. */
export type QueueEvent = z.infer<typeof QueueEvent>;

const FunctionText = z.looseObject({
  handler: z.string(),
  name: z.string().optional(),
  environment: z.record(z.string(), z.unknown()).optional(),
  maximumRetryAttempts: z.number().int().min(0).max(2).optional(),
  events: z
    .array(
      z.union([
        z.strictObject({ schedule: ScheduleEvent }),
        z.strictObject({ eventBridge: BusEvent }),
        z.strictObject({ sqs: QueueEvent }),
      ]),
    )
    .optional(),
});

const MachineEntry = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9]+$/),
  name: z.string(),
  type: z.literal('STANDARD', 'must be STANDARD: Express machines are not implemented').optional(),
  definition: z.unknown(),
  // What says nothing about how a machine runs.
  ...Object.fromEntries(
    [
      ...['role', 'iamRoleStatements', 'dependsOn', 'tags', 'inheritGlobalTags', 'loggingConfig'],
      ...['tracingConfig', 'retain', 'alarms', 'notifications', 'noOutput', 'encryptionConfig'],
    ].map((key) => [key, z.unknown().optional()]),
  ),
});

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
});
const Resources = z.object({ Resources: z.record(z.string(), Resource).optional() });

/** The framework takes a list of functions, too, and makes one of its parts. */
function merged(functions: unknown): unknown {
  if (!Array.isArray(functions)) return functions;
  const parts: readonly unknown[] = functions;
  return parts.every((part) => typeof part === 'object' && !Array.isArray(part))
    ? Object.assign({}, ...parts)
    : functions;
}

/** What of a serverless.yml the local runtime reads, its variables replaced already. */
export const ServerlessText = z.looseObject({
  service: z.string(),
  provider: z.looseObject({ environment: z.record(z.string(), z.unknown()).optional() }).optional(),
  functions: z.preprocess(merged, z.record(z.string(), FunctionText).optional()),
  stepFunctions: z
    .looseObject({ stateMachines: z.record(z.string(), MachineEntry).optional() })
    .optional(),
  resources: z.union([Resources, z.array(Resources)]).optional(),
});

/** A serverless.yml as the local runtime reads it. */
export type ServerlessText = z.infer<typeof ServerlessText>;

/** The resources of a serverless.yml by their logical ids. */
export type DeclaredResources = Readonly<Record<string, z.infer<typeof Resource>>>;
