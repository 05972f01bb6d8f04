import * as z from 'zod';

/** The language as written, state by state: a field that is not named here is refused at load. */

const Expression = z.string().regex(/^\{%[\s\S]*%\}$/, 'must be an expression {% … %}');
const WholeNumber = z.union([z.number().int().nonnegative(), Expression]);
const Positive = z.union([z.number().int().positive(), Expression]);
const Assign = z.record(z.string(), z.unknown());
const QueryLanguage = z.literal(
  'JSONata',
  'must be JSONata: no other query language is implemented',
);

const Common = {
  Comment: z.string().optional(),
  QueryLanguage: QueryLanguage.optional(),
};
const Onward = { Next: z.string().optional(), End: z.boolean().optional() };
const Result = { Output: z.unknown().optional(), Assign: Assign.optional() };

export const Retrier = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: z.number().int().min(1).max(99_999_999).default(1),
  MaxAttempts: z.number().int().min(0).max(99_999_999).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.number().int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});
export type Retrier = z.infer<typeof Retrier>;

const Catcher = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  Next: z.string(),
  ...Result,
});
const Failing = { Retry: z.array(Retrier).optional(), Catch: z.array(Catcher).optional() };

const ScopeText = {
  Comment: z.string().optional(),
  QueryLanguage: QueryLanguage.optional(),
  StartAt: z.string(),
  States: z.record(z.string(), z.unknown()),
};

/** A branch of a Parallel state. */
export const BranchText = z.strictObject(ScopeText);
export type BranchText = z.infer<typeof BranchText>;

const ItemProcessor = z.strictObject({
  ...ScopeText,
  ProcessorConfig: z
    .discriminatedUnion('Mode', [
      z.strictObject({ Mode: z.literal('INLINE') }),
      z.strictObject({
        Mode: z.literal('DISTRIBUTED'),
        ExecutionType: z.literal(
          'STANDARD',
          'must be STANDARD: Express executions are not implemented',
        ),
      }),
    ])
    .optional(),
});

/** Where a Task's Resource leads; the partition before it is any. */
export const integrations = [
  'lambda:invoke',
  'lambda:invoke.waitForTaskToken',
  'states:startExecution',
  'states:startExecution.sync:2',
] as const;
export type Integration = (typeof integrations)[number];

const resourcePattern = /^arn:(aws|aws-us-gov|aws-cn):states:::(.+)$/;

/** Says which integration a Resource names; undefined where the engine has none such. */
export function integrationOf(resource: string): Integration | undefined {
  const named = resourcePattern.exec(resource)?.[2];
  return integrations.find((integration) => integration === named);
}

/** One state as written. */
export const StateText = z.discriminatedUnion('Type', [
  z.strictObject({
    Type: z.literal('Task'),
    ...Common,
    Resource: z.string(),
    Arguments: z.unknown().optional(),
    TimeoutSeconds: Positive.optional(),
    HeartbeatSeconds: Positive.optional(),
    ...Result,
    ...Failing,
    ...Onward,
  }),
  z.strictObject({ Type: z.literal('Pass'), ...Common, ...Result, ...Onward }),
  z.strictObject({
    Type: z.literal('Wait'),
    ...Common,
    Seconds: WholeNumber.optional(),
    Timestamp: z.string().optional(),
    ...Result,
    ...Onward,
  }),
  z.strictObject({
    Type: z.literal('Choice'),
    ...Common,
    Choices: z
      .array(
        z.strictObject({
          Comment: z.string().optional(),
          Condition: z.union([z.boolean(), Expression]),
          Next: z.string(),
          ...Result,
        }),
      )
      .min(1),
    Default: z.string().optional(),
    ...Result,
  }),
  z.strictObject({ Type: z.literal('Succeed'), ...Common, Output: z.unknown().optional() }),
  z.strictObject({
    Type: z.literal('Fail'),
    ...Common,
    Error: z.string().optional(),
    Cause: z.string().optional(),
  }),
  z.strictObject({
    Type: z.literal('Parallel'),
    ...Common,
    Branches: z.array(BranchText).min(1),
    Arguments: z.unknown().optional(),
    ...Result,
    ...Failing,
    ...Onward,
  }),
  z.strictObject({
    Type: z.literal('Map'),
    ...Common,
    ItemProcessor,
    Items: z.union([z.array(z.unknown()), Expression]).optional(),
    ItemSelector: z.unknown().optional(),
    MaxConcurrency: WholeNumber.optional(),
    ToleratedFailurePercentage: z.union([z.number().min(0).max(100), Expression]).optional(),
    ToleratedFailureCount: WholeNumber.optional(),
    Label: z.string().max(40).optional(),
    ...Result,
    ...Failing,
    ...Onward,
  }),
]);
export type StateText = z.infer<typeof StateText>;

/** A whole machine as written; every state is read on its own so that all problems are told at once. */
export const MachineText = z.strictObject({
  ...ScopeText,
  QueryLanguage,
  Version: z.literal('1.0').optional(),
  TimeoutSeconds: z.number().int().positive().max(99_999_999).optional(),
});
