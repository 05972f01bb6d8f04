import * as z from 'zod';
import { durationMs, stampMs } from './wire-time.ts';

const duration = z
  .string()
  .refine(
    (text) => durationMs(text) !== undefined,
    'must be an ISO 8601 duration such as PT30M or P2D',
  )
  .describe('An ISO 8601 duration, e.g. PT30M');
const instant = z
  .string()
  .refine((text) => stampMs(text) !== undefined, 'must be an instant such as 2024-03-05T00:00:00Z')
  .describe('An instant, e.g. 2024-03-05T00:00:00Z');
const probability = z.number().min(0).max(1);

const servers = z
  .strictObject({
    all: z.literal(true).optional().describe('Every server'),
    ids: z.array(z.string()).min(1).optional().describe('Servers by source server id'),
    hostnames: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('Servers by host name, fqdn or Name tag'),
    share: probability.optional().describe('This share of the servers, drawn with the seed'),
  })
  .refine(
    (chosen) => Object.keys(chosen).length === 1,
    'must have exactly one of all, ids, hostnames, share',
  )
  .default({ all: true })
  .describe('Which servers');

const who = {
  servers,
  probability: probability.default(1).describe('How likely it is for each selected server'),
};

/** Moments in a server's way that a fault can wait for. */
export const triggers = [
  'initiation',
  'initial-sync',
  'continuous',
  'ready-for-test',
  'testing',
  'ready-for-cutover',
  'cutting-over',
  'cutover',
] as const;
export type Trigger = (typeof triggers)[number];

const when = {
  at: instant.optional().describe('At this instant'),
  after: duration
    .optional()
    .describe('This long after the start, or after the moment named by `on`'),
  on: z.enum(triggers).optional().describe('When a server comes to this point (or begins there)'),
  within: duration
    .optional()
    .describe('At a seeded moment of this span, counted from the moment that the others name'),
};
const saysWhen = (f: {
  at?: string | undefined;
  after?: string | undefined;
  on?: string | undefined;
  within?: string | undefined;
}) =>
  f.at === undefined
    ? f.after !== undefined || f.on !== undefined || f.within !== undefined
    : f.after === undefined && f.on === undefined;
const whenMessage =
  'must say when: `at` (with or without `within`), or any of `after`, `on`, `within`';

/** The sixteen data replication errors (reference: MGN 1.5). */
export const errorClasses = [
  'AGENT_NOT_SEEN',
  'SNAPSHOTS_FAILURE',
  'NOT_CONVERGING',
  'UNSTABLE_NETWORK',
  'FAILED_TO_CREATE_SECURITY_GROUP',
  'FAILED_TO_LAUNCH_REPLICATION_SERVER',
  'FAILED_TO_BOOT_REPLICATION_SERVER',
  'FAILED_TO_AUTHENTICATE_WITH_SERVICE',
  'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE',
  'FAILED_TO_CREATE_STAGING_DISKS',
  'FAILED_TO_ATTACH_STAGING_DISKS',
  'FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT',
  'FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER',
  'FAILED_TO_START_DATA_TRANSFER',
  'UNSUPPORTED_VM_CONFIGURATION',
  'LAST_SNAPSHOT_JOB_FAILED',
] as const;
export type ErrorClass = (typeof errorClasses)[number];

const clearsAfter = z
  .union([duration, z.enum(['retry', 'never'])])
  .default('never')
  .describe('What cures it: time, a call of RetryDataReplication (`retry`), or nothing (`never`)');

const launch = {
  ...who,
  on: z
    .enum(['test-launch', 'cutover-launch', 'any-launch'])
    .default('any-launch')
    .describe('Which launches'),
  times: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('How many launches of a server, from its first one on, are hit'),
};

/** What a person at the console can do. */
export const consoleActions = [
  'start-replication',
  'stop-replication',
  'pause-replication',
  'resume-replication',
  'retry-replication',
  'start-test',
  'start-cutover',
  'mark-ready-for-cutover',
  'revert-to-ready-for-test',
  'revert-cutover',
  'terminate',
  'finalize',
  'disconnect',
  'archive',
  'delete',
] as const;
export type ConsoleAction = (typeof consoleActions)[number];

const call = {
  operations: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Operation names, e.g. StartCutover; all when absent'),
  probability: probability.default(1).describe('How likely it is for each call'),
  from: instant.optional().describe('Not before this instant'),
  until: instant.optional().describe('Not at or after this instant'),
};

/** Why an account and Region may be out of reach. */
export const unreachableCauses = [
  'not-initialized',
  'region-off',
  'role-missing',
  'access-denied',
] as const;
export type UnreachableCause = (typeof unreachableCauses)[number];

/** One fault: what, where, when, how likely. */
export const Fault = z.discriminatedUnion('fault', [
  z
    .strictObject({
      fault: z.literal('stall'),
      ...who,
      ...when,
      errorClass: z.enum(errorClasses),
      rawError: z.string().optional(),
      clearsAfter,
      retriesNeeded: z
        .number()
        .int()
        .min(1)
        .default(1)
        .describe('With `clearsAfter: retry`, how many retries it takes'),
    })
    .refine(saysWhen, whenMessage)
    .describe('Replication stalls; FAILED_TO_ classes on initiation fail at their step'),
  z
    .strictObject({
      fault: z.literal('agent-lost'),
      ...who,
      ...when,
      returnsAfter: duration.optional().describe('When the agent is back; never when absent'),
    })
    .refine(saysWhen, whenMessage)
    .describe(
      'The agent falls silent; STALLED with AGENT_NOT_SEEN after a while; back, it rescans',
    ),
  z
    .strictObject({ fault: z.literal('rescan'), ...who, ...when })
    .refine(saysWhen, whenMessage)
    .describe('A reboot or lost block map makes the agent read all blocks again'),
  z
    .strictObject({
      fault: z.literal('not-converging'),
      ...who,
      ...when,
      clearsAfter: z
        .union([duration, z.literal('never')])
        .default('never')
        .describe('When the writes calm down'),
      stallsAfter: duration
        .optional()
        .describe('When it becomes STALLED with NOT_CONVERGING; never when absent'),
    })
    .refine(saysWhen, whenMessage)
    .describe('Writes outpace the link: backlog and lag grow'),
  z
    .strictObject({
      fault: z.literal('vcenter-client-dead'),
      clients: z
        .strictObject({
          all: z.literal(true).optional(),
          ids: z.array(z.string()).min(1).optional(),
          share: probability.optional(),
        })
        .refine((w) => Object.keys(w).length === 1, 'must have exactly one of all, ids, share')
        .default({ all: true })
        .describe('Which vCenter clients'),
      probability: probability.default(1),
      at: instant.optional(),
      after: duration.optional(),
      within: duration.optional(),
      revivesAfter: duration.optional().describe('When it is back; never when absent'),
    })
    .refine((f) => saysWhen({ ...f }), 'must say when: `at`, `after` or `within`')
    .describe('A vCenter client dies: shipping cycles of all its servers stop'),
  z
    .strictObject({
      fault: z.literal('snapshot-failure'),
      ...launch,
      rawError: z.string().default('Failed to create a snapshot'),
    })
    .describe('The launch takes the previous snapshot and goes on'),
  z
    .strictObject({
      fault: z.literal('conversion-failure'),
      ...launch,
      rawError: z.string().default('Failed to connect using HTTP channel'),
    })
    .describe('Conversion fails: the server is FAILED'),
  z
    .strictObject({
      fault: z.literal('launch-failure'),
      ...launch,
      rawError: z.string().default('InsufficientInstanceCapacity'),
    })
    .describe('The instance cannot be launched: the server is FAILED'),
  z
    .strictObject({ fault: z.literal('server-skipped'), ...launch })
    .describe('The job skips the server'),
  z
    .strictObject({
      fault: z.literal('cleanup-failure'),
      ...launch,
      rawError: z.string().default('OperationNotPermitted: termination protection is enabled'),
    })
    .describe('The earlier test instance is not deleted; the launch goes on'),
  z
    .strictObject({
      fault: z.literal('post-launch-action-failed'),
      ...launch,
      action: z.string().min(1).default('AWSMigration-VerifyMountedVolumes'),
      mustSucceedForCutover: z.boolean().default(false),
      failureReason: z.string().default('Script exited with code 1'),
    })
    .describe('A post-launch action ends FAILED'),
  z
    .strictObject({
      fault: z.literal('first-boot-stuck'),
      ...launch,
      firstBoot: z.enum(['WAITING', 'UNKNOWN', 'STOPPED']).default('WAITING'),
    })
    .describe('The instance runs, but never says that it booted; its status check is impaired'),
  z
    .strictObject({
      fault: z.literal('instance-impaired'),
      ...launch,
      fails: duration.default('PT2H').describe('How long after its launch has ended'),
    })
    .describe('The instance was well, and some time later its status check is impaired'),
  z
    .strictObject({
      fault: z.literal('throttling'),
      ...call,
      retryAfterSeconds: z.number().int().min(0).default(1),
    })
    .describe('429 ThrottlingException with Retry-After; nothing took effect'),
  z
    .strictObject({
      fault: z.literal('internal-error'),
      ...call,
      takesEffect: z
        .boolean()
        .default(false)
        .describe('Whether the call took effect although the answer is 500'),
    })
    .describe('500 InternalServerException'),
  z
    .strictObject({ fault: z.literal('answer-lost'), ...call })
    .describe('The call takes effect, the connection is cut before the answer'),
  z
    .strictObject({
      fault: z.literal('stale-reads'),
      ...call,
      staleSeconds: z.number().int().min(1).max(3600),
    })
    .describe('Describe and List answer as of some seconds ago'),
  z
    .strictObject({
      fault: z.literal('region-lost'),
      targets: z
        .array(z.string().regex(/^\d{12}(:[a-z]{2}(-[a-z]+)+-\d{1,2})?$/))
        .min(1)
        .optional()
        .describe(
          'To which the servers replicate, as `account` or `account:Region`; all when absent',
        ),
      at: instant.optional(),
      after: duration.optional(),
      within: duration.optional(),
      returnsAfter: duration.optional().describe('When the agents are back; never when absent'),
    })
    .refine((f) => saysWhen({ ...f }), 'must say when: `at`, `after` or `within`')
    .describe(
      'Where the servers of a target run is lost: all their agents fall silent at one moment, as in a disaster',
    ),
  z
    .strictObject({
      fault: z.literal('target-unreachable'),
      because: z
        .enum(unreachableCauses)
        .describe(
          'MGN is not initialized, the Region is not enabled, no role of the account can be assumed, or every call is denied',
        ),
      targets: z
        .array(z.string().regex(/^\d{12}(:[a-z]{2}(-[a-z]+)+-\d{1,2})?$/))
        .min(1)
        .optional()
        .describe('Which ones, as `account` or `account:Region`; all when absent'),
      probability: probability.default(1).describe('How likely it is for each account and Region'),
      at: instant.optional(),
      after: duration.optional().describe('This long after the start; at once when absent'),
      within: duration.optional(),
      mendedAfter: duration.optional().describe('When somebody has mended it; never when absent'),
    })
    .refine((f) => f.at === undefined || f.after === undefined, 'must not have both at and after')
    .describe('An account in a Region cannot be reached until a person has mended it'),
  z
    .strictObject({
      fault: z.literal('console-action'),
      ...who,
      ...when,
      action: z.enum(consoleActions),
      attempts: z
        .number()
        .int()
        .min(1)
        .default(1)
        .describe('Tries, five minutes apart, while the service refuses'),
    })
    .refine(saysWhen, whenMessage)
    .describe('A person does something at the console'),
  z
    .strictObject({
      fault: z.literal('launch-template-edited'),
      ...who,
      ...when,
      instanceType: z.string().min(1).optional().describe('The instance type that it says then'),
      subnetId: z.string().min(1).optional().describe('The subnet that it names then'),
      securityGroupIds: z
        .array(z.string().min(1))
        .optional()
        .describe('The security groups that it names then'),
      makeDefault: z
        .boolean()
        .default(true)
        .describe('Whether the new version becomes the default, from which MGN launches'),
    })
    .refine(saysWhen, whenMessage)
    .describe('Somebody adds a version to the EC2 launch template of a server by hand'),
  z
    .strictObject({
      fault: z.literal('settings-edited'),
      ...who,
      ...when,
      launch: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('Members for UpdateLaunchConfiguration, e.g. `copyTags: false`'),
      replication: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('Members for UpdateReplicationConfiguration, e.g. `bandwidthThrottling: 100`'),
      action: z
        .record(z.string(), z.unknown())
        .optional()
        .describe(
          'Members for PutSourceServerAction, of DRS for PutLaunchAction: an action that is added or changed',
        ),
    })
    .refine(saysWhen, whenMessage)
    .describe('Somebody changes the launch or replication settings of a server at the console'),
  z
    .strictObject({ fault: z.literal('server-archived'), ...who, ...when })
    .refine(saysWhen, whenMessage)
    .describe('Somebody disconnects (where needed) and archives the server'),
  z
    .strictObject({ fault: z.literal('server-disconnected'), ...who, ...when })
    .refine(saysWhen, whenMessage)
    .describe('Somebody disconnects the server'),
]);
export type Fault = z.output<typeof Fault>;

/** A faults file: the whole of what goes wrong in a rehearsal. */
export const FaultFile = z.strictObject({
  apiVersion: z.literal('landfall/v1'),
  kind: z.literal('Faults'),
  faults: z.array(Fault).readonly(),
});
export type FaultFile = z.output<typeof FaultFile>;

/** The file in which nothing goes wrong. */
export const noFaults: FaultFile = { apiVersion: 'landfall/v1', kind: 'Faults', faults: [] };
