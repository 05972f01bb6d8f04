import * as z from 'zod';
import type { Facts } from '../../change.ts';
import { aspects } from '../../configuration/fields.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';
import { DetailType } from '../detail-type.ts';
import { drsFacts } from './drs-server-events.ts';
import {
  change,
  count,
  flag,
  instant,
  members,
  oneOf,
  openWord,
  outsideText,
  settingsTold,
  text,
} from './members.ts';
import { outOfBandAction, outOfBandExample } from './out-of-band.ts';
import {
  firstBoots,
  initiationSteps,
  launchStatuses,
  lifeCycleStates,
  replicationErrors,
  replicationStates,
} from './words.ts';

const lifeCycle = openWord(
  'The life cycle state as MGN names it; null where it names none.',
  lifeCycleStates,
).nullable();

const differences = (description: string) =>
  z
    .array(
      members({
        aspect: openWord('Which settings.', aspects),
        field: text('The name of the field.'),
        expected: text('What is expected; null where it is not to be there.').nullable(),
        actual: text('What it is; null where it is not there.').nullable(),
      }),
    )
    .meta({
      description: `${description} A value that is long, or that may be a secret, is a digest: \`#\` and sixteen digits.`,
    });

const band = (description: string, bands: readonly string[]) => openWord(description, bands);

const measure = (description: string) => z.number().min(0).meta({ description });
const checkStatuses = ['ok', 'impaired', 'initializing', 'insufficient-data', 'not-applicable'];

const event = (
  detailType: DetailType,
  when: string,
  detail: z.ZodObject,
  example: CatalogueEntry['example'],
): CatalogueEntry => ({
  detailType,
  source: 'landfall.mgn',
  stream: 'server',
  when,
  detail,
  example,
});

const changes: readonly CatalogueEntry[] = [
  event(
    DetailType.Presence,
    'The service no longer lists a server, or lists it again.',
    change(flag('Whether the service lists the server.')),
    { previous: true, current: false },
  ),
  event(
    DetailType.Lifecycle,
    'The life cycle state of a server has changed, whoever changed it.',
    change(lifeCycle),
    { previous: 'READY_FOR_TEST', current: 'TESTING' },
  ),
  event(
    DetailType.Replication,
    'The data replication state of a server has changed.',
    change(
      openWord(
        'The replication state as MGN names it; null where it names none.',
        replicationStates,
      ).nullable(),
    ),
    { previous: 'INITIAL_SYNC', current: 'CONTINUOUS' },
  ),
  event(
    DetailType.ReplicationType,
    'A server is replicated in another way than before.',
    change(
      openWord('How the server is replicated; null where MGN does not say.', [
        'AGENT_BASED',
        'SNAPSHOT_SHIPPING',
      ]).nullable(),
    ),
    { previous: 'SNAPSHOT_SHIPPING', current: 'AGENT_BASED' },
  ),
  event(
    DetailType.Stalled,
    'The replication of a server stalls, stalls for another reason, or stalls no longer.',
    change(
      openWord(
        'The error class of the stall, UNKNOWN where MGN gives none; null while nothing stalls.',
        replicationErrors,
      ).nullable(),
    ).extend({
      course: oneOf('Whether the stall began, went on for another reason, or ended.', [
        'began',
        'class-changed',
        'ended',
      ]).optional(),
      rawError: outsideText(
        'What MGN says of the error, cut to 1,000 characters; left out where it says nothing.',
      ).optional(),
    }),
    {
      previous: null,
      current: 'AGENT_NOT_SEEN',
      course: 'began',
      rawError: 'The replication agent was not seen for 15 minutes',
    },
  ),
  event(
    DetailType.InitiationStep,
    'A step by which the replication of a server is initiated has failed, another one has, or none has any more.',
    change(
      openWord('The first step that has failed; null while none has.', initiationSteps).nullable(),
    ),
    { previous: null, current: 'CREATE_STAGING_DISKS' },
  ),
  event(
    DetailType.InitialSync,
    'The first full copy of a server’s disks has begun, is done, or begins anew.',
    change(
      openWord('How far the first full copy is; null before it began.', [
        'running',
        'done',
      ]).nullable(),
    ).extend({
      totalBytes: count('The size of the disks; left out where MGN does not tell it.').optional(),
      replicatedBytes: count(
        'How much of them is copied; left out where MGN does not tell it.',
      ).optional(),
    }),
    {
      previous: 'running',
      current: 'done',
      totalBytes: 107_374_182_400,
      replicatedBytes: 107_374_182_400,
    },
  ),
  event(
    DetailType.EtaSlip,
    'The estimated end of a sync has moved later by more than an hour and more than a tenth of the time that it was away.',
    members({
      previous: instant('The estimate that was noted before; not every one of them was told.'),
      current: instant('The estimate now.'),
      slippedSeconds: count('By how many seconds it has moved later.'),
    }),
    {
      previous: '2026-03-05T02:00:00+00:00',
      current: '2026-03-05T06:30:00+00:00',
      slippedSeconds: 16_200,
    },
  ),
  event(
    DetailType.Launchable,
    'A server can be launched for the first time, or cannot be any more: MGN tells its lag or no longer does.',
    change(flag('Whether MGN tells the lag of the server, so that it can be launched.')),
    { previous: false, current: true },
  ),
  event(
    DetailType.Lag,
    'The lag of a server has moved into another band: upward beyond its bound, downward at four fifths of it. The bounds are the limit of the server’s plan, 15 minutes and one hour; for an agentless server two hours, the limit where that is more.',
    change(
      band('The band of the lag.', ['unknown', 'current', 'minutes', 'hour', 'behind']),
    ).extend({
      lagSeconds: measure('The lag; left out where MGN tells none.').optional(),
      limitSeconds: count(
        'Up to where the plan of the server calls its lag good; left out for agentless servers.',
      ).optional(),
    }),
    { previous: 'current', current: 'minutes', lagSeconds: 240, limitSeconds: 60 },
  ),
  event(
    DetailType.Backlog,
    'What is written at the source and not yet copied has moved into another band: upward beyond its bound, downward at four fifths of it. The bounds are the limit of the server’s plan and 10 GiB; `none` is left beyond 64 MiB at least.',
    change(band('The band of the backlog.', ['unknown', 'none', 'some', 'large'])).extend({
      backlogBytes: count('The backlog; left out where MGN tells none.').optional(),
      limitBytes: count('Up to where the plan of the server calls its backlog good.').optional(),
    }),
    { previous: 'none', current: 'some', backlogBytes: 734_003_200, limitBytes: 0 },
  ),
  event(
    DetailType.Snapshot,
    'A server has its first consistent snapshot, or MGN names none any more.',
    change(flag('Whether MGN names a last consistent snapshot.')),
    { previous: false, current: true },
  ),
  event(
    DetailType.ShippingCycle,
    'A shipping cycle of an agentless server has finished. Cycles that finish between two looks are told as one.',
    change(instant('When the last finished cycle was taken; null where there is none.').nullable()),
    { previous: '2026-03-04T15:10:00+00:00', current: '2026-03-04T16:10:00+00:00' },
  ),
  event(
    DetailType.AgentStale,
    'The agent of a replicating server has not been heard of for 15 minutes, or is heard of again.',
    change(flag('Whether the agent is silent; false where the server needs none.')).extend({
      lastSeenAt: instant('When MGN heard of it last; left out where MGN does not say.').optional(),
    }),
    { previous: false, current: true, lastSeenAt: '2026-03-04T16:04:30+00:00' },
  ),
  event(
    DetailType.FreePeriod,
    'A server has used 75, 90 or 100 percent of the 2,160 hours that its replication is free of charge.',
    change(
      z.number().int().meta({ description: 'The highest mark that was passed: 0, 75, 90 or 100.' }),
    ).extend({
      usedHours: measure(
        'The hours used, with one decimal; left out where MGN does not tell.',
      ).optional(),
      freeHours: count('The hours that are free of charge.').optional(),
    }),
    { previous: 0, current: 75, usedHours: 1620.3, freeHours: 2160 },
  ),
  event(
    DetailType.Instance,
    'The instance that a server was launched as is another one, or there is none any more.',
    change(text('The id of the launched EC2 instance; null where there is none.').nullable()),
    { previous: null, current: 'i-0abc1234def567890' },
  ),
  event(
    DetailType.FirstBoot,
    'The first boot of the launched instance stands otherwise than before.',
    change(
      openWord(
        'How the first boot stands as MGN names it; null where it does not say.',
        firstBoots,
      ).nullable(),
    ),
    { previous: 'WAITING', current: 'SUCCEEDED' },
  ),
  event(
    DetailType.InstanceHealth,
    'EC2 finds a launched instance otherwise than before. It is looked at while a wave waits for it to be healthy; after that the last finding stands until the instance is another one.',
    change(
      openWord('How the instance is; null where nobody has looked.', [
        'ok',
        'initializing',
        'impaired',
        'insufficient-data',
        'pending',
        'stopping',
        'stopped',
        'shutting-down',
        'terminated',
        'unknown',
      ]).nullable(),
    ).extend({
      instanceId: text('The EC2 instance; left out where there is none any more.').optional(),
      systemStatus: openWord('The system status check as EC2 names it.', checkStatuses).optional(),
      instanceStatus: openWord(
        'The instance status check as EC2 names it.',
        checkStatuses,
      ).optional(),
    }),
    {
      previous: 'initializing',
      current: 'ok',
      instanceId: 'i-0abc1234def567890',
      systemStatus: 'ok',
      instanceStatus: 'ok',
    },
  ),
  event(
    DetailType.PostLaunch,
    'The post-launch actions of a launched instance have begun, all succeeded, or one of them failed. They are looked at while their job is followed.',
    change(
      openWord('How they stand together; null where the instance has none.', [
        'running',
        'succeeded',
        'failed',
      ]).nullable(),
    ).extend({
      instanceId: text('The EC2 instance; left out where there is none any more.').optional(),
      jobId: text('The job that launched it.').optional(),
      actions: z
        .array(
          members({
            name: text('The name of the action, cut to 256 characters.'),
            status: openWord('How it stands.', ['IN_PROGRESS', 'SUCCESS', 'FAILED', 'UNKNOWN']),
            reason: text(
              'Why it failed, cut to 256 characters; left out where it did not.',
            ).optional(),
            mustSucceedForCutover: flag('Whether a cutover needs it.'),
          }),
        )
        .meta({ description: 'The actions of the server in this job; empty where none is known.' })
        .optional(),
    }),
    {
      previous: 'running',
      current: 'failed',
      instanceId: 'i-0abc1234def567890',
      jobId: 'mgnjob-04ca7d0d3fb6afa3e',
      actions: [
        {
          name: 'join-domain',
          status: 'FAILED',
          reason: 'the script ended with 1',
          mustSucceedForCutover: true,
        },
      ],
    },
  ),
  event(
    DetailType.Archived,
    'A server was archived, or taken out of the archive.',
    change(flag('Whether the server is archived.')),
    { previous: false, current: true },
  ),
  event(
    DetailType.LaunchResult,
    'A job of ours has ended for a server: a test or cutover launch, or the termination of what was launched.',
    members({
      kind: oneOf('What the job did for the server.', ['test', 'cutover', 'terminate']),
      jobId: text('The id of the job.'),
      launchStatus: openWord(
        'How it ended for this server; a completed job may hold failed servers.',
        launchStatuses,
      ),
      usedPreviousSnapshot: flag(
        'Whether the launch used an earlier snapshot than the latest data: what was written since is missing.',
      ),
      instanceId: text('The EC2 instance; left out where none was launched.').optional(),
      reason: outsideText(
        'Why it failed, cut to 1,000 characters; left out where it did not.',
      ).optional(),
      snapshotEndedAt: instant(
        'When the launch’s own snapshot was taken (SNAPSHOT_END); left out where the log of the job does not say, or an earlier one was used.',
      ).optional(),
    }),
    {
      kind: 'test',
      jobId: 'mgnjob-04ca7d0d3fb6afa3e',
      launchStatus: 'LAUNCHED',
      usedPreviousSnapshot: false,
      instanceId: 'i-0abc1234def567890',
    },
  ),
  event(
    DetailType.OutOfBand,
    'Somebody else, a person in the console say, has called MGN about a server, or tried to. It needs a trail of CloudTrail and comes minutes after the call.',
    members(outOfBandAction),
    outOfBandExample,
  ),
  event(
    DetailType.ConfigurationDrift,
    'The settings of a server are no longer what is expected of them, or are so again: its launch configuration, EC2 launch template (and which version is the default), replication configuration or post-launch actions. A server of MGN is looked at every twelve hours (`settingsHours`) while its wave runs, and is to be as it was when the wave began. A server of DRS is always looked at, every twelve hours, and is to be as the account’s templates say; its launch template is looked at every hour, and is to be as it was when the server was launched last, or first looked at.',
    members({
      previous: differences('How they differed before; empty where they did not.'),
      current: differences('How they differ now, the first twenty; empty where they do not.'),
      differences: count('How many fields differ now.'),
    }),
    {
      previous: [],
      current: [
        { aspect: 'launch-template', field: 'defaultVersion', expected: '3', actual: '4' },
        {
          aspect: 'launch-template',
          field: 'instanceType',
          expected: 'm5.xlarge',
          actual: 't3.micro',
        },
      ],
      differences: 2,
    },
  ),
];

const settingsChanged = {
  plan: text('The plan for which they were changed.'),
  by: outsideText('Who had them changed; for a wave who approved it, else its plan.'),
  reason: outsideText('Why, cut to 1,000 characters.'),
  begunAt: instant('When the change was begun.'),
  endedAt: instant('When it ended.'),
  settings: settingsTold('What was to be changed, the first twenty.'),
  differences: count('How many settings were to be changed, a hundred at most.'),
  left: count('How many of them were left undone.'),
  because: outsideText('What stopped it; left out where nothing was left undone.').optional(),
};
const settingsExample = {
  plan: 'erp',
  by: 'arn:aws:sts::111122223333:assumed-role/operator/ada',
  reason: 'CHG-1042',
  begunAt: '2026-03-04T16:19:50.000Z',
  endedAt: '2026-03-04T16:19:52.000Z',
  differences: 1,
  left: 0,
};
const onPurpose: readonly CatalogueEntry[] = [
  event(
    DetailType.SettingsApplied,
    'The settings of a server were set as a plan wants them, by a person (`landfall settings apply`) or by its wave (`desired.apply`). It comes with the next tick. No drift is told of it.',
    members(settingsChanged),
    {
      ...settingsExample,
      settings: [
        { aspect: 'launch-template', field: 'instanceType', from: 'c5.large', to: 'm5.xlarge' },
      ],
    },
  ),
  event(
    DetailType.SettingsRestored,
    'The settings of a server that Landfall had changed were put back by a person (`landfall settings restore`). It comes with the next tick.',
    members({
      ...settingsChanged,
      forced: flag(
        'Whether what others had changed since was put back too; left out where not.',
      ).optional(),
    }),
    {
      ...settingsExample,
      reason: 'the wave was called off',
      settings: [{ aspect: 'launch-template', field: 'default version', from: '4', to: '3' }],
    },
  ),
];

const remedies: readonly CatalogueEntry[] = [
  event(
    DetailType.RemedyTried,
    'Landfall has tried to mend a stalled replication that no wave waits for, by itself. The deployment file switches this on (docs/remedies.md).',
    members({
      remedy: openWord('What was tried.', ['retry-replication']),
      errorClass: openWord('The error class of the stall.', replicationErrors),
      stalledSince: instant('Since when the replication has been seen to stall.'),
      attempt: count('Which try of this error class it was, counted from 1.'),
      budget: count('How many tries the error class has.'),
      budgetLeft: count('How many are left; at 0 a person must look.'),
      answer: oneOf('What MGN said: `unknown` where no answer came, so that it may have acted.', [
        'accepted',
        'refused',
        'unknown',
      ]),
      reason: outsideText(
        'Why it was refused or is unknown, cut to 1,000 characters; left out where it was accepted.',
      ).optional(),
    }),
    {
      remedy: 'retry-replication',
      errorClass: 'FAILED_TO_LAUNCH_REPLICATION_SERVER',
      stalledSince: '2026-03-04T15:20:00.000Z',
      attempt: 1,
      budget: 3,
      budgetLeft: 2,
      answer: 'accepted',
    },
  ),
];

// The value of a fact is what the event of its change tells as `current`.
const currentOf = (detailType: DetailType): z.ZodType =>
  changes.find((entry) => entry.detailType === detailType)?.detail.shape['current'] ?? z.never();

const facts = {
  present: currentOf(DetailType.Presence),
  lifecycle: currentOf(DetailType.Lifecycle),
  replicationState: currentOf(DetailType.Replication),
  replicationType: currentOf(DetailType.ReplicationType),
  stalled: currentOf(DetailType.Stalled),
  failedStep: currentOf(DetailType.InitiationStep),
  initialSync: currentOf(DetailType.InitialSync),
  launchable: currentOf(DetailType.Launchable),
  lagBand: currentOf(DetailType.Lag),
  backlogBand: currentOf(DetailType.Backlog),
  lastSnapshot: currentOf(DetailType.Snapshot),
  lastCycleAt: currentOf(DetailType.ShippingCycle),
  agentStale: currentOf(DetailType.AgentStale),
  freePeriodUsed: currentOf(DetailType.FreePeriod),
  instanceId: currentOf(DetailType.Instance),
  firstBoot: currentOf(DetailType.FirstBoot),
  instanceHealth: currentOf(DetailType.InstanceHealth),
  postLaunch: currentOf(DetailType.PostLaunch),
  archived: currentOf(DetailType.Archived),
} satisfies Readonly<Record<keyof Facts, z.ZodType>>;

const discovered = event(
  DetailType.Discovered,
  'A server is observed for the first time; it is the first event of the server’s stream.',
  members({
    previous: z.null().meta({ description: 'Always null: nothing was known of the server.' }),
    current: lifeCycle,
    facts: members(facts).meta({
      description: 'Every fact as it was found. Later changes of it are told one by one.',
    }),
    drs: members(drsFacts)
      .meta({ description: 'The facts that only DRS has; left out for servers of MGN.' })
      .optional(),
  }),
  {
    previous: null,
    current: 'NOT_READY',
    facts: {
      present: true,
      lifecycle: 'NOT_READY',
      replicationState: 'INITIATING',
      replicationType: 'AGENT_BASED',
      stalled: null,
      failedStep: null,
      initialSync: null,
      launchable: false,
      lagBand: 'unknown',
      backlogBand: 'unknown',
      lastSnapshot: false,
      lastCycleAt: null,
      agentStale: false,
      freePeriodUsed: 0,
      instanceId: null,
      firstBoot: null,
      instanceHealth: null,
      postLaunch: null,
      archived: false,
    } satisfies Facts,
  },
);

/** What is told of one source server, in its own stream. */
export const serverEvents: readonly CatalogueEntry[] = [
  discovered,
  ...changes,
  ...onPurpose,
  ...remedies,
];
