import * as z from 'zod';
import { readinessReasons } from '../../change/drs/readiness.ts';
import { outcomeNames } from '../../outcome.ts';
import { hookPoints } from '../../plan/hook-point.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';
import { DetailType } from '../detail-type.ts';
import {
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
import { by, event, exampleOrder, order, phase, reason, serverOrders } from './wave-members.ts';

const server = event('wave-server');

/** What is told of servers in their waves. */
export const waveServerEvents: readonly CatalogueEntry[] = [
  server(
    DetailType.ServerHealthy,
    'A launched instance was healthy for as long as the plan asks for.',
    members({
      kind: oneOf('Which launch it was.', ['test', 'cutover']),
      instanceId: text('The EC2 instance that was healthy.'),
      jobId: text('The job that launched it; null where it is not known.').nullable(),
    }),
    { kind: 'cutover', instanceId: 'i-0abc1234def567890', jobId: 'mgnjob-04ca7d0d3fb6afa3e' },
  ),
  server(
    DetailType.ServerRecovered,
    'A recovery instance of DRS runs, and has passed its checks and launch actions.',
    members({
      kind: openWord('Which launch it was.', ['drill', 'recovery']),
      instanceId: text('The recovery instance, which is an EC2 instance of that id.'),
      jobId: text('The job that launched it; null where it is not known.').nullable(),
      pointInTimeAt: instant(
        'The moment whose data it runs on; null where DRS does not say.',
      ).nullable(),
    }),
    {
      kind: 'drill',
      instanceId: 'i-0abc1234def567890',
      jobId: 'drsjob-04ca7d0d3fb6afa3e',
      pointInTimeAt: '2026-03-08T02:05:00.000Z',
    },
  ),
  server(
    DetailType.ServerRecoveryChosen,
    'A server is about to be recovered: from which recovery point, what speaks against it, and what DRS takes away for it.',
    members({
      attempt: count('Which try of the phase it is, counted from 1.'),
      snapshotId: text(
        'The recovery snapshot; null where DRS launches it from the latest.',
      ).nullable(),
      pointInTimeAt: instant(
        'When that snapshot was taken; null where DRS launches it from the latest.',
      ).nullable(),
      mayReplaceLive: flag('Whether the plan lets a live instance be replaced.'),
      warnings: z
        .array(openWord('What would speak against a drill.', readinessReasons))
        .meta({ description: 'What speaks against it and is accepted in a disaster.' }),
      replaces: z
        .array(
          members({
            instanceId: text('A recovery instance of the server.'),
            isDrill: flag('Whether it is one of a drill; null where DRS does not say.').nullable(),
          }),
        )
        .meta({ description: 'The recovery instances that DRS takes away as it launches.' }),
    }),
    {
      attempt: 1,
      snapshotId: 'pit-04ca7d0d3fb6afa3e',
      pointInTimeAt: '2026-03-04T15:50:00.000Z',
      mayReplaceLive: false,
      warnings: ['stalled', 'recovery-point-old'],
      replaces: [{ instanceId: 'i-0abc1234def567890', isDrill: true }],
    },
  ),
  server(
    DetailType.ServerRecoveryMeasured,
    'A drill or recovery of a server has ended well, and how long it took and how old its data is is known.',
    members({
      kind: oneOf('Which of the two it was.', ['drill', 'recovery']),
      instanceId: text('The recovery instance.'),
      jobId: text('The job that launched it; null where it is not known.').nullable(),
      calledAt: instant('When the first call was made that launched it.'),
      pointInTimeAt: instant(
        'The moment whose data it runs on; null where it is not known.',
      ).nullable(),
      recoveredAt: instant('When it was found good: its validation has ended, or it was well.'),
      rpoSeconds: count(
        'How old its data was at the incident, else at the first call; null where that is not known.',
      ).nullable(),
      rpoObjectiveSeconds: count('How old it may be by the plan.'),
      rpo: oneOf('Whether that is kept.', ['kept', 'missed', 'unknown']),
      rtoSeconds: count('How long it took from the first call on.'),
      rtoObjectiveSeconds: count('How long it may take by the plan.'),
      rto: oneOf('Whether that is kept.', ['kept', 'missed']),
    }),
    {
      kind: 'recovery',
      instanceId: 'i-0abc1234def567890',
      jobId: 'drsjob-04ca7d0d3fb6afa3e',
      calledAt: '2026-03-04T16:00:00.000Z',
      pointInTimeAt: '2026-03-04T15:50:00.000Z',
      recoveredAt: '2026-03-04T16:18:00.000Z',
      rpoSeconds: 600,
      rpoObjectiveSeconds: 900,
      rpo: 'kept',
      rtoSeconds: 1080,
      rtoObjectiveSeconds: 14_400,
      rto: 'kept',
    },
  ),
  server(
    DetailType.ServerSoakEnded,
    'A cut-over server has soaked, or its instance became unhealthy while it did.',
    members({
      instanceId: text('The EC2 instance; null where it is not known.').nullable(),
      since: instant('Since when it was healthy; null where that is not known.').nullable(),
      ended: oneOf('How the soak ended.', ['soaked', 'unhealthy']),
      reason: reason.optional(),
    }),
    { instanceId: 'i-0abc1234def567890', since: '2026-03-08T02:10:00.000Z', ended: 'soaked' },
  ),
  server(
    DetailType.ServerSignedOff,
    'A healthy cutover was signed off, so that it may be finalized.',
    members({
      instanceId: text('The EC2 instance that the sign-off is for.'),
      planHash: text('The hash of the plan that the sign-off is under.'),
      by: outsideText('A person, or the policy of the plan that stands for one.'),
    }),
    {
      instanceId: 'i-0abc1234def567890',
      planHash: '9b1c0c7d2f3a',
      by: 'policy of plan programme-a',
    },
  ),
  server(
    DetailType.ServerRetirement,
    'A server that is retired is a step further: `stopped` (its recovery points are gone; until `graceUntil` an order to roll back has it replicate anew), `disconnected` (there is no way back) or `confirmed` (it was looked whether anything is left).',
    members({
      step: oneOf('How far it is.', ['stopped', 'disconnected', 'confirmed']),
      graceUntil: instant('Until when its grace lasts; null once it is over.').nullable(),
      left: z
        .array(text('What DRS still lists, in words.'))
        .meta({ description: 'What was found of it after the end; empty where all is gone.' }),
      notLookedAt: z
        .array(text('What nobody has looked at, in words.'))
        .meta({ description: 'What the look at the end does not reach.' }),
    }),
    {
      step: 'stopped',
      graceUntil: '2026-03-11T16:20:00.000Z',
      left: [],
      notLookedAt: [],
    },
  ),
  server(
    DetailType.ServerExtended,
    'The server is extended into another account, whoever did it: that account can drill and recover it by its extension.',
    members({
      extensionAccountId: text('The account that it is extended into.'),
      extensionId: text('The source server there that stands for it.'),
      extensionArn: text('Its ARN.'),
    }),
    {
      extensionAccountId: '444455556666',
      extensionId: 's-3a1b2c3d4e5f60718',
      extensionArn: 'arn:aws:drs:eu-central-1:444455556666:source-server/s-3a1b2c3d4e5f60718',
    },
  ),
  server(
    DetailType.ServerFailback,
    'A server that fails back is a step further: its replication was `reversed`, or found so and `adopted`; it comes back `by-client` from AWS to where it runs; its `client-stopped`; it was `reprotected`; or it has `vacated` what it was recovered on.',
    members({
      step: openWord('How far it is.', [
        'reversed',
        'adopted',
        'by-client',
        'client-stopped',
        'reprotected',
        'vacated',
      ]),
      instanceId: text('The recovery instance that it fails back from.'),
      reversedArn: text(
        'The ARN of the source server of the opposite direction; null where a failback client brings it back.',
      ).nullable(),
      left: z
        .array(text('What is left, in words.'))
        .meta({ description: 'What DRS still lists of the way back, for a person to decide on.' }),
    }),
    {
      step: 'reversed',
      instanceId: 'i-0abc1234def567890',
      reversedArn: 'arn:aws:drs:eu-central-1:111122223333:source-server/s-3c1730a9e0771ea15',
      left: [],
    },
  ),
  server(
    DetailType.ServerWaitEnded,
    'A wait of a server has ended: its condition is met, can never be met, or its time is over.',
    members({
      wait: text('What was waited for.'),
      phase,
      since: instant('Since when it waited.'),
      waitedSeconds: count('For how many seconds it waited.'),
      ended: oneOf('How the wait ended.', ['met', 'failed', 'expired']),
      reasons: z
        .array(
          members({
            since: instant('From when on this was the reason.'),
            reason: outsideText('Why it waited, in a sentence, cut to 1,000 characters.'),
          }),
        )
        .meta({ description: 'Why it waited, in order; the first and the latest eleven.' }),
    }),
    {
      wait: 'launchable',
      phase: 'replicate',
      since: '2026-03-04T12:00:00.000Z',
      waitedSeconds: 15_600,
      ended: 'met',
      reasons: [{ since: '2026-03-04T12:00:00.000Z', reason: 'initial sync at 12 %' }],
    },
  ),
  server(
    DetailType.ServerHeld,
    'Nothing more is done for a server of a wave until a person resumes it: somebody else has acted on it, or a hook failed.',
    members({
      since: instant('Since when it is held.'),
      expiresAt: instant(
        'When nobody resumes it by then, it ends as frozen; a pause of the wave moves it.',
      ),
      reason,
    }),
    {
      since: '2026-03-04T16:24:00.000Z',
      expiresAt: '2026-03-07T16:24:00.000Z',
      reason: 'role/ops (anna) called ChangeServerLifeCycleState at 2026-03-04T16:20:00.000Z',
    },
  ),
  server(
    DetailType.ServerResumed,
    'A person has resumed a server that was held: its way goes on.',
    members({
      since: instant('Since when it was held.'),
      at: instant('When it was resumed.'),
      by: by.optional(),
      reason: reason.optional(),
    }),
    { since: '2026-03-04T16:24:00.000Z', ...exampleOrder, reason: 'agreed with anna' },
  ),
  server(
    DetailType.ServerHook,
    'A hook of the plan begins for a server, or has ended (docs/hooks.md).',
    members({
      key: text('The key of the try; its function or document is run for it at most once.'),
      point: openWord('The point of the server’s way.', hookPoints),
      hook: text('The name of the hook.'),
      kind: openWord('What it is.', ['function', 'document', 'http', 'tcp']),
      phase,
      attempt: count('The attempt of the phase, counted from 1.'),
      try: count('The try of the hook in that attempt, counted from 1.'),
      status: oneOf('How far it is; `skipped`: it was not its time, and it was not called.', [
        'started',
        'succeeded',
        'failed',
        'skipped',
      ]),
      jobId: text('The job of the launch that it is about, at `afterSnapshot`.').optional(),
      durationSeconds: count('For how many seconds it ran; left out while it does.').optional(),
      onFailure: oneOf('What follows where it fails to the end.', ['fail', 'hold', 'continue']),
      undo: flag(
        'Whether the plan has hooks that take it back; only at `freeze` and `switch`.',
      ).optional(),
      reason: outsideText('What it said, cut to 1,000 characters.').optional(),
      evidence: outsideText(
        'What it showed, as its function or the probe gave it: JSON, cut to 1,000 characters.',
      ).optional(),
    }),
    {
      key: 'programme-a.wave-1/s-11111111111111111/freeze.stop-app/1.1',
      point: 'freeze',
      hook: 'stop-app',
      kind: 'function',
      phase: 'cutover',
      attempt: 1,
      try: 1,
      status: 'succeeded',
      durationSeconds: 42,
      onFailure: 'fail',
      evidence: '{"servicesStopped":3}',
    },
  ),
  server(
    DetailType.ServerPhaseEnded,
    'A phase has ended for a server.',
    members({
      phase,
      attempt: count('The attempt, counted from 1.'),
      status: oneOf('How it ended.', ['succeeded', 'failed']),
      durationSeconds: count(
        'For how many seconds the server was in it; left out where its beginning is not on record.',
      ).optional(),
      failure: members({
        code: text('The code of the failure (docs/failures.md).'),
        message: outsideText('What went wrong, in a sentence, cut to 1,000 characters.'),
        detail: outsideText('What narrows the code down: an error class, a job id.').optional(),
      })
        .meta({ description: 'What went wrong; left out where it succeeded.' })
        .optional(),
    }),
    {
      phase: 'test',
      attempt: 1,
      status: 'failed',
      durationSeconds: 1260,
      failure: {
        code: 'LaunchFailed',
        message: 'StartTest ended FAILED in job mgnjob-04ca7d0d3fb6afa3e',
        detail: 'mgnjob-04ca7d0d3fb6afa3e',
      },
    },
  ),
  server(
    DetailType.ServerSettingsCompared,
    'Before its first launch, a server is not set as its plan wants it: the wave applies this once it may enter the phase (`desired.apply`, docs/settings.md). Not told of a server that is set so already.',
    members({
      phase,
      settings: settingsTold('What is to be set, the first twenty.'),
      differences: count('How many settings are to be set.'),
      obstacles: z
        .array(outsideText('Why it cannot be set so, or could not be looked at.'))
        .meta({ description: 'What keeps it from being set, the first five; empty where it can.' }),
    }),
    {
      phase: 'test',
      settings: [
        { aspect: 'launch-configuration', field: 'copyTags', from: 'true', to: 'false' },
        { aspect: 'launch-template', field: 'instanceType', from: 'c5.large', to: 'm5.xlarge' },
      ],
      differences: 2,
      obstacles: [],
    },
  ),
  server(
    DetailType.ServerReopened,
    'A server that had ended goes on, as a person ordered: its outcome is taken back, another one follows.',
    members({
      order: oneOf('What was ordered.', serverOrders),
      ...order,
      outcome: oneOf('How it had ended.', outcomeNames),
      code: text('The code of the failure; null where none had led to it.').nullable(),
    }),
    {
      order: 'retry',
      ...exampleOrder,
      reason: 'its disk is mended',
      outcome: 'rolled-back',
      code: 'LaunchFailed',
    },
  ),
  server(
    DetailType.ServerOrderLapsed,
    'What a person ordered of a server can no longer be done.',
    members({
      order: oneOf('What was ordered.', serverOrders),
      ...order,
      because: text('What is true now, in a sentence.'),
    }),
    { order: 'skip', ...exampleOrder, because: 'it was cut over in the meantime' },
  ),
  server(
    DetailType.ServerOutcome,
    'A server’s way in its wave has ended; it is told once, and again only after Wave Server Reopened.',
    members({
      outcome: oneOf(
        'How it ended. `failed`: its state is known and clean. `frozen`: its state is unknown or unsafe, a person decides.',
        outcomeNames,
      ),
      reason,
      code: text(
        'The code of the failure (docs/failures.md); null where none led to it.',
      ).nullable(),
      evidence: members({
        jobId: text(
          'The job of its last launch by this wave; null where there was none.',
        ).nullable(),
        instanceId: text(
          'The instance last seen launched for it; null where there is none.',
        ).nullable(),
        eventIds: z
          .array(text('The id of an event.'))
          .meta({ description: 'The events that tell what led to it.' }),
        seen: members({
          lifecycle: text('The life cycle.').nullable(),
          replicationState: text('The replication state.').nullable(),
        })
          .meta({ description: 'What was last seen of it; null where it was never seen.' })
          .nullable(),
      })
        .meta({ description: 'What shows it.' })
        .optional(),
      nextAction: text(
        'What a person does next, in a sentence, with the exact command.',
      ).optional(),
    }),
    {
      outcome: 'rolled-back',
      reason: 'test: StartTest ended FAILED in job mgnjob-04ca7d0d3fb6afa3e',
      code: 'LaunchFailed',
      evidence: {
        jobId: 'mgnjob-04ca7d0d3fb6afa3e',
        instanceId: null,
        eventIds: ['wave/programme-a/wave-1/s-11111111111111111/4'],
        seen: { lifecycle: 'READY_FOR_TEST', replicationState: 'CONTINUOUS' },
      },
      nextAction:
        'read the job’s log, then: landfall retry programme-a.wave-1 --server s-11111111111111111 --reason "…"',
    },
  ),
];
