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
import { stretches } from './words.ts';

const event =
  (stream: CatalogueEntry['stream']) =>
  (
    detailType: DetailType,
    when: string,
    detail: z.ZodObject,
    example: CatalogueEntry['example'],
  ): CatalogueEntry => ({ detailType, source: 'landfall.wave', stream, when, detail, example });
const wave = event('wave');
const server = event('wave-server');

const phase = openWord('The phase, one state machine.', stretches);
const planHash = text('The hash of the plan that the wave runs under.');
const by = outsideText('Who it was, as AWS or the plan names them, cut to 1,000 characters.');
const reason = outsideText('Why, in a sentence, cut to 1,000 characters.');
const cohort = count('The cohort of the wave that it is about, counted from 1.');
const order = { by, at: instant('When the order was given.'), reason };
const orderScope = {
  scope: oneOf(
    'What it is about: everything, the plan, the wave, a tier of it, or some of its servers. Left out where an older Landfall told it.',
    ['stage', 'plan', 'wave', 'tier', 'servers'],
  ).optional(),
  tier: text('The tier, where it is about one.').optional(),
  servers: count('How many servers it is about, where it is about a tier or servers.').optional(),
  serverIds: z
    .array(text('The id of a source server.'))
    .meta({ description: 'Those servers, the first twenty of them.' })
    .optional(),
};
const serverOrders = ['skip', 'retry', 'rollback'] as const;
const judged = z
  .array(
    members({
      check: text('What the policy asks for.'),
      holds: flag('Whether it holds.'),
      found: text('The figures that were judged, in a few words.'),
    }),
  )
  .meta({ description: 'What the policy of the plan found; left out where it has none.' });
const exampleOrder = {
  by: 'arn:aws:sts::111122223333:assumed-role/migration/anna',
  at: '2026-03-04T16:20:00.000Z',
  reason: 'the database team is not ready',
};

const findings = z
  .array(
    members({
      rule: text('The name of the rule; docs/preflight.md explains each.'),
      servers: count('How many servers it is about; 0 where about none in particular.'),
      serverIds: z
        .array(text('The id of a source server.'))
        .meta({ description: 'These servers, the first twenty of them.' }),
      message: outsideText('What was found, with the evidence, cut to 1,000 characters.'),
      remedy: outsideText('What a person does about it, cut to 1,000 characters.'),
    }),
  )
  .meta({ description: 'What was found, the first twenty.' });
const found = { phase, cohort, findings, count: count('How many findings there are.') };
const exampleFound = {
  phase: 'cutover',
  cohort: 1,
  findings: [
    {
      rule: 'free-addresses',
      servers: 2,
      serverIds: ['s-11111111111111111', 's-22222222222222222'],
      message: 'subnet subnet-1 has 1 free addresses for 2 servers: app-1, app-2',
      remedy: 'free addresses there, or name another subnet in the launch templates',
    },
  ],
  count: 1,
};

/** What is told of a wave as a whole. */
export const waveEvents: readonly CatalogueEntry[] = [
  wave(
    DetailType.WaveStarted,
    'A wave begins; it is the first event of the wave’s stream.',
    members({
      servers: count('How many servers the wave has.'),
      planHash,
      windowed: z
        .array(phase)
        .meta({ description: 'The phases that have a window; left out where none has.' })
        .optional(),
      soakSeconds: count(
        'For how many seconds a server soaks before it is finalized; left out where it need not.',
      ).optional(),
    }),
    { servers: 24, planHash: '9b1c0c7d2f3a' },
  ),
  wave(
    DetailType.WaveStageStarted,
    'A phase begins for servers of a wave.',
    members({
      phase,
      servers: count('How many servers begin it.'),
      cohort,
      attempts: count('The highest attempt among them; 1 where none is a repetition.'),
    }),
    { phase: 'test', servers: 24, cohort: 1, attempts: 1 },
  ),
  wave(
    DetailType.WaveHeld,
    'A wave stops by its own policy and waits for a person.',
    members({ reason }),
    { reason: '3 of 24 servers failed, more than the plan tolerates' },
  ),
  wave(
    DetailType.WaveResumed,
    'A wave goes on after a pause or a hold.',
    members({
      ended: oneOf('What ended; left out where a hold ended without an order on record.', [
        'pause',
        'hold',
      ]).optional(),
      by: by.optional(),
      at: order.at.optional(),
      reason: reason.optional(),
      ...orderScope,
    }),
    { ended: 'hold', ...exampleOrder, reason: 'the three servers are mended' },
  ),
  wave(
    DetailType.WavePaused,
    'A person pauses a wave, a tier or servers of it, its plan, or everything.',
    members({ ...order, ...orderScope }),
    { ...exampleOrder, scope: 'wave' },
  ),
  wave(
    DetailType.WaveOrderGiven,
    'A person has a wave held before its next stage, or servers of it skipped, retried or rolled back.',
    members({
      order: oneOf('What was ordered.', ['hold', ...serverOrders]),
      ...order,
      ...orderScope,
    }),
    {
      order: 'retry',
      ...exampleOrder,
      reason: 'its disk is mended',
      scope: 'servers',
      servers: 1,
      serverIds: ['s-11111111111111111'],
    },
  ),
  wave(
    DetailType.WaveDrillYielded,
    'A recovery begins, and takes servers over that a drill holds: their drill ends. Told by both waves.',
    members({
      drill: text('The wave that has held them.'),
      recovery: text('The wave that recovers them.'),
      servers: count('How many servers it is about.'),
      serverIds: z
        .array(text('The id of a source server.'))
        .meta({ description: 'These servers, the first five hundred of them.' }),
      at: instant('When the recovery took them over.'),
    }),
    {
      drill: 'monthly-drill-20260704.all',
      recovery: 'region-loss.all',
      servers: 2,
      serverIds: ['s-11111111111111111', 's-22222222222222222'],
      at: '2026-07-04T20:35:00.000Z',
    },
  ),
  wave(
    DetailType.WaveAbortRequested,
    'A person asks for the end of a wave: what has begun is brought to a clean end, nothing begins any more.',
    members(order),
    exampleOrder,
  ),
  wave(
    DetailType.WaveApprovalRequested,
    'A phase waits for the approval of a person.',
    members({
      phase,
      cohort,
      servers: count('How many servers wait for it.'),
      serverIds: z
        .array(text('The id of a source server.'))
        .meta({ description: 'The servers that wait for it, the first hundred of them.' }),
      by: z
        .array(text('A person, as the plan names them.'))
        .meta({ description: 'Who may approve, as the plan says; null where anyone may.' })
        .nullable(),
      deadlineAt: instant('Until when; null where it may take any time.').nullable(),
      planHash,
      approvers: count(
        'How many different people must approve; left out where it is one.',
      ).optional(),
      fourEyes: flag(
        'Whether somebody else than who started the plan must be among them; left out where not.',
      ).optional(),
      startedBy: outsideText('Who started the plan; null where that is not known.')
        .nullable()
        .optional(),
      policy: text('The policy of the plan that was asked first; left out where there is none.')
        .nullable()
        .optional(),
      judged: judged.optional(),
      settings: members({
        servers: count('How many of the servers are to be set.'),
        differences: count('How many settings in all.'),
      })
        .meta({
          description:
            'What the wave sets of them once they may enter; left out where it sets nothing.',
        })
        .optional(),
    }),
    {
      phase: 'cutover',
      cohort: 1,
      servers: 2,
      serverIds: ['s-11111111111111111', 's-22222222222222222'],
      by: ['anna'],
      deadlineAt: '2026-03-07T16:20:00.000Z',
      planHash: '9b1c0c7d2f3a',
    },
  ),
  wave(
    DetailType.WavePreflightBlocked,
    'The preflight keeps servers of a wave from a phase; told again where something else keeps them from it.',
    members(found),
    exampleFound,
  ),
  wave(
    DetailType.WavePreflightCleared,
    'What the preflight kept a wave from a phase for is mended.',
    members({ phase, cohort }),
    { phase: 'cutover', cohort: 1 },
  ),
  wave(
    DetailType.WavePreflightWarned,
    'The preflight has found something that a person should know before a phase; each finding is told once in a wave.',
    members(found),
    exampleFound,
  ),
  wave(
    DetailType.WaveApprovalGiven,
    'People, or the policy of the plan, let a cohort into a phase.',
    members({
      phase,
      cohort,
      by: outsideText('Who it was, a policy as `policy/NAME`; several stand together.'),
      reason,
      approvers: z
        .array(members(order))
        .meta({ description: 'Everybody who approved, in order.' })
        .optional(),
      judged: judged.optional(),
    }),
    {
      phase: 'cutover',
      cohort: 1,
      by: exampleOrder.by,
      reason: 'tests passed',
      approvers: [{ ...exampleOrder, reason: 'tests passed' }],
    },
  ),
  wave(
    DetailType.WaveApprovalDenied,
    'A person refuses a phase to a cohort.',
    members({ phase, cohort, by: by.nullable(), reason }),
    { phase: 'cutover', cohort: 1, by: exampleOrder.by, reason: 'a test failed' },
  ),
  wave(
    DetailType.WaveApprovalWithdrawn,
    'A phase needs no approval any more: every server that waited for it ended otherwise, as a person ordered.',
    members({ phase, cohort }),
    { phase: 'cutover', cohort: 1 },
  ),
  wave(
    DetailType.WaveApprovalExpired,
    'Nobody approved a phase in time.',
    members({ phase, cohort, reason }),
    { phase: 'cutover', cohort: 1, reason: 'nobody approved within 3 d' },
  ),
  wave(
    DetailType.WaveWindowAwaited,
    'Servers of a cohort wait for the window of their next phase.',
    members({
      phase,
      cohort,
      servers: count('How many servers wait for it.'),
      opensAt: instant('When it opens.'),
      closesAt: instant('When it closes again; null where it stays open.').nullable(),
      reason: outsideText('Why it is closed now, in a few words.'),
    }),
    {
      phase: 'cutover',
      cohort: 1,
      servers: 24,
      opensAt: '2026-03-07T21:00:00.000Z',
      closesAt: '2026-03-08T05:00:00.000Z',
      reason: 'outside its window',
    },
  ),
  wave(
    DetailType.WaveWindowOpened,
    'Servers of a cohort enter a phase that has a window; they launch, or are finalized, within it.',
    members({
      phase,
      cohort,
      servers: count('How many servers enter it.'),
      opensAt: instant('From when on they may; in the future while they still soak.'),
      closesAt: instant('Until when they may; null where it stays open.').nullable(),
    }),
    {
      phase: 'cutover',
      cohort: 1,
      servers: 24,
      opensAt: '2026-03-07T21:00:00.000Z',
      closesAt: '2026-03-08T05:00:00.000Z',
    },
  ),
  wave(
    DetailType.WaveWindowClosed,
    'A window closed before all servers were through, or no window of a phase opens any more.',
    members({
      phase,
      cohort,
      servers: count('How many servers were not through; they go on in the next window.'),
      opensAt: instant('When the next one opens; null where none does.').nullable(),
      reason,
    }),
    {
      phase: 'cutover',
      cohort: 1,
      servers: 1,
      opensAt: '2026-03-14T21:00:00.000Z',
      reason: 'the window closed before 1 of its servers were through',
    },
  ),
  wave(
    DetailType.WaveSoakStarted,
    'Cut-over servers soak: they are watched, and finalized when their time is over.',
    members({
      cohort,
      servers: count('How many servers soak.'),
      soakSeconds: count('For how many seconds each must have been healthy.'),
      until: instant('When the last of them has soaked, if nothing happens.'),
    }),
    { cohort: 1, servers: 24, soakSeconds: 86_400, until: '2026-03-09T02:10:00.000Z' },
  ),
  wave(
    DetailType.WaveConcluded,
    'Every server of a wave has its outcome; it is the last event of the wave’s stream.',
    members({
      outcomes: z
        .looseObject(
          Object.fromEntries(
            outcomeNames.map((name) => [name, count(`How many servers ended as ${name}.`)]),
          ),
        )
        .meta({ description: 'How many servers ended in each way.' }),
      servers: count('How many servers the wave has.'),
    }),
    {
      outcomes: { succeeded: 23, skipped: 0, 'rolled-back': 1, failed: 0, frozen: 0 },
      servers: 24,
    },
  ),
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
