import * as z from 'zod';
import type { CatalogueEntry } from '../catalogue-entry.ts';
import { DetailType } from '../detail-type.ts';
import { count, instant, members, oneOf, openWord, outsideText, text } from './members.ts';
import { outOfBandAction, outOfBandExample } from './out-of-band.ts';
import { replicationErrors } from './words.ts';

const kind = openWord('What keeps the target from being read.', [
  'not-initialized',
  'region-off',
  'no-endpoint',
  'role-refused',
  'access-denied',
]);

const mark = z
  .number()
  .int()
  .meta({ description: 'The highest mark that was reached, in percent: 0, 80, 90 or 100.' });
const errorClass = openWord('The error class of the stalls.', replicationErrors);
const vcenterClientId = text('The id of the vCenter client.');
const fields = z
  .array(
    members({
      field: text('The name of the field.'),
      previous: text('What it was; null where it was not there.').nullable(),
      current: text('What it is; null where it is not there.').nullable(),
    }),
  )
  .meta({
    description:
      'The fields that differ, the first twenty. A value that is long, or that may be a secret, is a digest: `#` and sixteen digits.',
  });
const marks = (description: string) => z.record(z.string(), z.string()).meta({ description });
const lastSeen = instant('When MGN heard of it last; left out where MGN does not say.');

const event = (
  detailType: DetailType,
  when: string,
  detail: z.ZodObject,
  example: CatalogueEntry['example'],
): CatalogueEntry => ({
  detailType,
  source: 'landfall.mgn',
  stream: 'target',
  when,
  detail,
  example,
});

/** What is told of a target as a whole: one account and Region of one service. */
export const targetEvents: readonly CatalogueEntry[] = [
  event(
    DetailType.TargetUnreachable,
    'A target cannot be read: the service is not initialised there, the Region is off, or AWS refuses us.',
    members({
      kind,
      since: instant('Since when it cannot be read.'),
      reason: outsideText('What AWS said, cut to 1,000 characters.'),
      remedy: text('What a person does about it.'),
    }),
    {
      kind: 'not-initialized',
      since: '2026-03-04T16:20:00.000Z',
      reason: 'UninitializedAccountException: Account not initialized',
      remedy: 'initialise Application Migration Service in 111122223333 and us-east-1',
    },
  ),
  event(
    DetailType.TargetReachable,
    'A target that could not be read can be read again.',
    members({
      kind,
      since: instant('Since when it could not be read.'),
      unreachableSeconds: count('For how many seconds it could not be read.'),
    }),
    { kind: 'region-off', since: '2026-03-04T16:20:00.000Z', unreachableSeconds: 540 },
  ),
  event(
    DetailType.QuotaPressure,
    'The use of a quota of the account and Region has reached 80, 90 or 100 percent, or has fallen clearly below such a mark (by a twentieth of it). Whoever uses it counts.',
    members({
      quota: openWord('The quota.', ['activeServers', 'jobs', 'serversInJobs', 'sourceServers']),
      previous: mark,
      current: mark,
      used: count('How much of it is used.'),
      limit: count('The quota itself.'),
      usedPercent: z
        .number()
        .min(0)
        .meta({ description: 'The share that is used, in percent with one decimal.' }),
    }),
    {
      quota: 'activeServers',
      previous: 0,
      current: 80,
      used: 121,
      limit: 150,
      usedPercent: 80.7,
    },
  ),
  event(
    DetailType.ClientSilent,
    'A vCenter client has not been heard of for 15 minutes: its servers do not replicate. It is looked at while agentless servers are, at the slow pace.',
    members({ vcenterClientId, lastSeenAt: lastSeen.optional() }),
    { vcenterClientId: 'vcc-0abc1234def567890', lastSeenAt: '2026-03-04T16:04:30+00:00' },
  ),
  event(
    DetailType.ClientBack,
    'A vCenter client that was silent is heard of again.',
    members({ vcenterClientId, lastSeenAt: lastSeen.optional() }),
    { vcenterClientId: 'vcc-0abc1234def567890', lastSeenAt: '2026-03-04T16:19:30+00:00' },
  ),
  event(
    DetailType.ClientRemoved,
    'A vCenter client is no longer listed: somebody has deleted it.',
    members({ vcenterClientId }),
    { vcenterClientId: 'vcc-0abc1234def567890' },
  ),
  event(
    DetailType.TargetOutOfBand,
    'Somebody else has called MGN about the account and Region as a whole, or about a server that was never observed, or tried to. It needs a trail of CloudTrail.',
    members({
      ...outOfBandAction,
      resource: outsideText(
        'What it was about: the id or ARN of a job, a template, a vCenter client; null where the call names none.',
      ).nullable(),
      servers: z
        .array(text('The id of a source server.'))
        .meta({ description: 'The servers that it named and that were never observed.' }),
    }),
    {
      ...outOfBandExample,
      operation: 'UpdateReplicationConfigurationTemplate',
      resource: 'rct-0abc1234def567890',
      servers: [],
    },
  ),
  event(
    DetailType.TemplateDrift,
    'A launch or replication configuration template of the account was added, changed or removed: servers that are added from now on get other settings. Looked at every hour, of MGN while waves run, of DRS while there are servers. Of DRS it tells at the first look that there is no template.',
    members({
      previous: marks('The templates as they were, each by a digest of its settings.'),
      current: marks('The templates as they are, each by a digest of its settings.'),
      changes: z
        .array(
          members({
            templateId: text('The id of the template.'),
            kind: oneOf('What it is a template of.', ['launch', 'replication']),
            news: oneOf('What became of it.', ['added', 'changed', 'removed']),
            fields,
            differences: count('How many fields differ.'),
          }),
        )
        .meta({ description: 'The templates that differ, at most twenty.' }),
      missing: z
        .array(openWord('A kind of template.', ['launch', 'replication']))
        .meta({ description: 'Of which kinds the account has no template; DRS only.' })
        .optional(),
    }),
    {
      previous: { 'rct-0abc1234def567890': '#6b0f3a3c52d1e0aa' },
      current: { 'rct-0abc1234def567890': '#0d9c2f17be4471c5' },
      changes: [
        {
          templateId: 'rct-0abc1234def567890',
          kind: 'replication',
          news: 'changed',
          fields: [{ field: 'bandwidthThrottling', previous: '0', current: '100' }],
          differences: 1,
        },
      ],
    },
  ),
  event(
    DetailType.RemediesStopped,
    'As many servers as the deployment file names stall with the same error class: the staging area is at fault, not one server. Landfall retries none of them until there are fewer.',
    members({
      errorClass,
      servers: count('How many servers stall with it.'),
      limit: count('From how many on nothing is retried.'),
      serverIds: z
        .array(text('The id of a source server.'))
        .meta({ description: 'The servers that stall with it, the first hundred of them.' }),
      remedy: text('What a person does about it.'),
    }),
    {
      errorClass: 'FAILED_TO_LAUNCH_REPLICATION_SERVER',
      servers: 3,
      limit: 3,
      serverIds: ['s-0123456789abcdef0', 's-0123456789abcdef1', 's-0123456789abcdef2'],
      remedy: 'look at the subnet, the roles and the policies of the staging area',
    },
  ),
  event(
    DetailType.RemediesResumed,
    'Fewer servers stall with an error class than stop its retries: Landfall retries again.',
    members({
      errorClass,
      since: instant('Since when nothing was retried.'),
      stoppedSeconds: count('For how many seconds nothing was retried.'),
    }),
    {
      errorClass: 'FAILED_TO_LAUNCH_REPLICATION_SERVER',
      since: '2026-03-04T16:20:00.000Z',
      stoppedSeconds: 3600,
    },
  ),
];
