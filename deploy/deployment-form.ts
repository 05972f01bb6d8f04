import * as z from 'zod';
import { DetailType } from '../src/core/event/detail-type.ts';
import { channelKinds } from '../src/core/notify/channel.ts';
import { severities } from '../src/core/notify/severity.ts';
import { isDocument } from '../src/core/plan/document-faults.ts';
import { functionPattern } from '../src/core/plan/hooks.ts';
import { budgetOf, mostRetries, RemedySettings, retriableErrors } from '../src/core/remedy.ts';
import { builtInDrsLimits, drsLimitBounds } from '../src/core/target-list/drs-limits.ts';
import { accesses } from '../src/core/target-list.ts';

/** The version of the deployment file's form. */
export const deploymentApiVersion = 'landfall/v1';

/**
 * The most targets of one stage. A stack of CloudFormation holds 500 resources and a template of 1 MB; each target takes
 * seven alarms (8 KB with its widgets), and what every stage has, an alarm for each function and three for each machine
 * among it, at most 255. Channels share the rest.
 */
export const mostTargets = 30;

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const logRetentionDays = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
] as const;

const whole = (least: number, most: number, otherwise: number, description: string) =>
  z
    .number()
    .int()
    .min(least)
    .max(most)
    .default(otherwise)
    .describe(`${description} ${least} to ${most}; ${otherwise} where left out.`);

const loopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/;
const endpoint = (service: string) =>
  z
    .string()
    .max(255)
    .refine((text) => URL.canParse(text) && (text.startsWith('https://') || loopback.test(text)), {
      error: 'is no https:// address (http:// is only for this machine itself)',
    })
    .describe(`Another address for ${service}: its FIPS or VPC endpoint, or a simulator.`)
    .optional();

const limit = (name: keyof typeof drsLimitBounds, description: string) => {
  const { least, most } = drsLimitBounds[name];
  return whole(least, most, builtInDrsLimits[name], description);
};

const limits = z
  .strictObject({
    rpoSeconds: limit(
      'rpoSeconds',
      'The recovery point objective: the lag in seconds that a server may have,',
    ),
    lagLooks: limit(
      'lagLooks',
      'For how many looks in a row the lag must be beyond it before that is told:',
    ),
    recoveryPointSeconds: limit(
      'recoveryPointSeconds',
      'How old in seconds the newest recovery snapshot of a server may be:',
    ),
    drillDays: limit('drillDays', 'Within how many days each server must have been drilled:'),
    drillInstanceHours: limit(
      'drillInstanceHours',
      'For how many hours the instance of a drill may be there:',
    ),
  })
  .describe('Targets of DRS only: from where on something is told to be amiss.');

const target = z
  .strictObject({
    service: z
      .enum(['mgn', 'drs'])
      .describe('The service: `mgn`, or `drs`, which is watched and not acted on.'),
    accountId: z
      .string()
      .regex(/^\d{12}$/, { error: 'is no account id of 12 digits' })
      .describe('The account, 12 digits in quotes, e.g. "111122223333".'),
    regions: z
      .array(
        z
          .string()
          .regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, { error: 'is no Region like eu-central-1' }),
      )
      .min(1)
      .max(mostTargets)
      .describe('The Regions of the account in which servers move, e.g. [eu-central-1].'),
    access: z
      .enum(accesses)
      .default('own')
      .describe(
        'As whom the account is reached. `own`: this stack’s own account. `role`: the member role there. `managed`: from the delegated administrator of MGN, with the member role for what MGN cannot do so. `own` where left out.',
      ),
    limits: limits.optional(),
  })
  .meta({ id: 'Target' });

const builtIn = RemedySettings.parse({});
const retriesOf = (errorClass: string) =>
  z
    .number()
    .int()
    .min(0)
    .max(mostRetries)
    .describe(
      `Retries of this error class: 0 to ${mostRetries}; ${budgetOf(errorClass, builtIn)} where left out.`,
    )
    .optional();

const remedies = z
  .strictObject({
    waitMinutes: whole(1, 1440, 15, 'Minutes from a stall to its first retry, doubled with each:'),
    sameErrorServers: whole(
      2,
      1000,
      3,
      'Servers of a target with the same error class from which on it is not retried:',
    ),
    disasterRecovery: z
      .boolean()
      .default(false)
      .describe(
        'Whether servers of DRS are retried as well. AWS calls RetryDataReplication deprecated there, and says that it may not work as expected. Default: false.',
      ),
    retries: z
      .strictObject(Object.fromEntries(retriableErrors.map((name) => [name, retriesOf(name)])))
      .default({})
      .describe('Retries by error class; docs/remedies.md says why others have none.'),
  })
  .describe(
    'Retries stalled replications of servers that no running wave has, e.g. {}; off where left out.',
  );

/** The most functions that hooks of plans may call, and the most documents that they may run. */
const mostHookFunctions = 40;
// Lambda takes 16 subnets and 5 security groups (API reference, VpcConfig).
const vpc = z
  .strictObject({
    subnetIds: z
      .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, { error: 'is no id of a subnet' }))
      .min(1)
      .max(16)
      .describe('The subnets in which it gets its network interfaces, one Availability Zone each.'),
    securityGroupIds: z
      .array(z.string().regex(/^sg-[0-9a-f]{8,17}$/, { error: 'is no id of a security group' }))
      .min(1)
      .max(5)
      .describe('The security groups of these interfaces.'),
  })
  .describe(
    'The VPC, in Landfall’s own account and Region, in which the function that runs hooks is, so that probes reach private addresses. It needs a NAT gateway or VPC endpoints then (docs/hooks.md). In none where left out.',
  );
const hooks = z
  .strictObject({
    functions: z
      .array(
        z.string().regex(functionPattern, { error: 'is no name or ARN of a function of Lambda' }),
      )
      .max(mostHookFunctions)
      .default([])
      .describe(
        'The functions of Lambda that hooks of plans may call, each by the name or ARN that the plans write. No other can be called; none where left out.',
      ),
    documents: z
      .array(
        z
          .string()
          .refine(isDocument, { error: 'is no name or ARN of a document of Systems Manager' }),
      )
      .max(mostHookFunctions)
      .default([])
      .describe(
        'The Command documents of Systems Manager that hooks of plans may run on sources and instances, each by the name or ARN that the plans write. No other can be run; none where left out.',
      ),
    vpc: vpc.optional(),
  })
  .describe(
    'Lets plans have hooks (docs/hooks.md), e.g. {}; plans with hooks are refused where left out.',
  );

const email = z
  .string()
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, { error: 'is no e-mail address' });

const arn = (service: string, resource: RegExp) =>
  z
    .string()
    .regex(new RegExp(`^arn:aws(-[a-z]+)*:${service}:[a-z0-9-]+:\\d{12}:${resource.source}$`), {
      error: `is no ARN of ${service}, of one thing and without wildcards`,
    });

/** The most channels of one stage. */
export const mostChannels = 10;
/** The longest that Lambda waits for a batch of a queue to fill. */
const mostDigestSeconds = 300;

const channel = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z](-?[a-z0-9]){0,19}$/, {
        error: 'is no name of 1 to 20 small letters, digits and hyphens',
      })
      .describe('What the channel is called, e.g. on-call: small letters, digits and hyphens.'),
    kind: z
      .enum(channelKinds)
      .describe(
        'How it is told. `email`: mail to `emails`. `sns`: a topic of yours. `slack`, `teams`: an incoming webhook. `webhook`: the events themselves, signed, to a server of yours.',
      ),
    emails: z
      .array(email)
      .min(1)
      .max(20)
      .describe('For `email`: who gets the mail; each must confirm the subscription once.')
      .optional(),
    topicArn: arn('sns', /[\w-]{1,256}/)
      .describe('For `sns`: the ARN of the topic.')
      .optional(),
    secretArn: arn('secretsmanager', /secret:[\w/+=.@-]{1,519}/)
      .describe(
        'For `slack`, `teams` and `webhook`: the ARN of the secret in Secrets Manager that holds the address (docs/notifications.md).',
      )
      .optional(),
    keyArn: arn('kms', /key\/[\w-]{1,64}/)
      .describe(
        'The ARN of the key of KMS that encrypts the secret or the topic, where it is one of yours.',
      )
      .optional(),
    severities: z
      .array(z.enum(severities))
      .min(1)
      .describe(
        'What it tells, by urgency: `page`, `warning`, `info`. [warning, page] where neither this nor `detailTypes` nor `pattern` is there.',
      )
      .optional(),
    detailTypes: z
      .array(z.enum(DetailType))
      .min(1)
      .describe('What it tells, by detail-type (docs/events.md), instead.')
      .optional(),
    pattern: z
      .record(z.string(), z.unknown())
      .describe('What it tells, as an event pattern of EventBridge, instead.')
      .optional(),
    digestSeconds: z
      .number()
      .int()
      .min(0)
      .max(mostDigestSeconds)
      .describe(
        'Seconds from the first event in which what happens becomes one message: 0 to 300; 60 where left out, 0 for a webhook.',
      )
      .optional(),
    quiet: z
      .boolean()
      .default(false)
      .describe(
        'Whether the channel is silent: it stays deployed, and hears nothing. No where left out.',
      ),
  })
  .meta({ id: 'Channel' });

/** The file that says what a stage looks after, and how it is watched. */
export const DeploymentFile = z.strictObject({
  apiVersion: z
    .literal(deploymentApiVersion)
    .describe(`The version of this form: \`${deploymentApiVersion}\`.`),
  kind: z.literal('Deployment').describe('What the file is: `Deployment`.'),
  spec: z
    .strictObject({
      targets: z
        .array(target)
        .max(mostTargets)
        .default([])
        .describe('The accounts and Regions that are looked after; nothing is polled without one.'),
      pollMinutes: whole(1, 15, 1, 'Minutes between two looks at the targets:'),
      watchMinutes: whole(
        1,
        360,
        15,
        'Minutes after which every server is looked at again, also one that no wave waits for:',
      ),
      settingsHours: whole(
        1,
        168,
        12,
        'Hours after which the settings of every server are looked at again, of MGN while its wave runs:',
      ),
      retentionDays: z
        .strictObject({
          logs: z
            .literal(logRetentionDays)
            .default(90)
            .describe(
              `Days that logs are kept, one of CloudWatch’s: ${logRetentionDays.join(', ')}; 90 where left out.`,
            ),
          archive: whole(
            1,
            3653,
            90,
            'Days that the archive of the bus keeps events for a replay:',
          ),
        })
        .default({ logs: 90, archive: 90 })
        .describe('How long logs and events are kept.'),
      notifications: z
        .strictObject({
          emails: z
            .array(email)
            .max(20)
            .default([])
            .describe('Who gets the alarms by e-mail; each must confirm the subscription once.'),
          channels: z
            .array(channel)
            .max(mostChannels)
            .default([])
            .describe('Who is told of events, and how.'),
        })
        .default({ emails: [], channels: [] })
        .describe('Who is told of alarms and of events.'),
      remedies: remedies.optional(),
      hooks: hooks.optional(),
      externalId: z
        .string()
        .regex(/^[\w+=,.@:/-]{2,1224}$/, {
          error: 'is no external id of 2 to 1224 letters, digits and +=,.@:/-',
        })
        .describe('The external id that the member roles ask for; none where left out.')
        .optional(),
      memberRole: z
        .string()
        .regex(/^[\w+=,.@-]{1,64}$/, { error: 'is no name of a role' })
        .describe(
          'The name of the role in member accounts; `landfall-member-STAGE` where left out.',
        )
        .optional(),
      alarms: z
        .strictObject({
          lagMinutes: whole(
            1,
            10_080,
            60,
            'Replication lag, in minutes, from which an alarm tells:',
          ),
          quotaPercent: whole(
            1,
            100,
            80,
            'Use of a quota of MGN, in percent, from which an alarm tells:',
          ),
          stalledServers: whole(
            1,
            10_000,
            1,
            'Stalled servers of a target from which an alarm tells:',
          ),
          throttledCalls: whole(
            1,
            10_000,
            20,
            'Throttled calls in 15 minutes from which an alarm tells:',
          ),
          functionErrors: whole(
            1,
            10_000,
            10,
            'Failed calls of a step in 15 minutes from which an alarm tells:',
          ),
        })
        .default({
          lagMinutes: 60,
          quotaPercent: 80,
          stalledServers: 1,
          throttledCalls: 20,
          functionErrors: 10,
        })
        .describe('From where on an alarm tells.'),
      endpoints: z
        .strictObject({
          mgn: endpoint('MGN'),
          drs: endpoint('DRS'),
          ec2: endpoint('EC2'),
          serviceQuotas: endpoint('Service Quotas'),
          sts: endpoint('STS'),
          ssm: endpoint('Systems Manager'),
        })
        .default({})
        .describe('Other addresses of AWS services.'),
      reservedConcurrency: z
        .union([z.number().int().min(1).max(100), z.literal('none')])
        .default(5)
        .describe(
          'Concurrent calls reserved for the poller (1 to 100), or `none`: a new account has too small a limit to reserve any. 5 where left out.',
        ),
      tags: z
        .record(
          z.string().regex(/^(?!aws:)[\w .:/=+@-]{1,128}$/, { error: 'is no key of a tag' }),
          z.string().regex(/^[\w .:/=+@-]{0,256}$/, { error: 'is no value of a tag' }),
        )
        .default({})
        .describe('Tags on everything that is deployed, besides `application` and `stage`.'),
    })
    .describe('What is deployed.'),
});
/** The file that says what a stage looks after, and how it is watched; what was left out is filled in. */
export type DeploymentFile = z.infer<typeof DeploymentFile>;

/** What a stage is deployed with. */
export type DeploymentSpec = DeploymentFile['spec'];

/** A channel as the file names it. */
export type ChannelSpec = DeploymentSpec['notifications']['channels'][number];

/** Answers the form as JSON Schema (draft 7, which editors read), generated from the schema in code. */
export function deploymentJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(DeploymentFile, { target: 'draft-7', io: 'input' });
  return {
    $schema,
    title: 'Landfall deployment',
    description: 'What a stage of Landfall looks after, and how it is watched.',
    ...schema,
  };
}
