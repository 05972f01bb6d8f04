import * as z from 'zod';
import { outcomeNames } from '../../outcome.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';
import { DetailType } from '../detail-type.ts';
import { count, instant, members, oneOf, openWord, outsideText, text } from './members.ts';
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
    members({ servers: count('How many servers the wave has.'), planHash }),
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
    }),
    { ended: 'hold', ...exampleOrder, reason: 'the three servers are mended' },
  ),
  wave(DetailType.WavePaused, 'A person pauses a wave.', members(order), exampleOrder),
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
    'A person lets a cohort into a phase.',
    members({ phase, cohort, by, reason }),
    { phase: 'cutover', cohort: 1, by: exampleOrder.by, reason: 'tests passed' },
  ),
  wave(
    DetailType.WaveApprovalDenied,
    'A person refuses a phase to a cohort.',
    members({ phase, cohort, by: by.nullable(), reason }),
    { phase: 'cutover', cohort: 1, by: exampleOrder.by, reason: 'a test failed' },
  ),
  wave(
    DetailType.WaveApprovalExpired,
    'Nobody approved a phase in time.',
    members({ phase, cohort, reason }),
    { phase: 'cutover', cohort: 1, reason: 'nobody approved within 3 d' },
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
    'Nothing more is done for a server of a wave until a person resumes it, as somebody else has acted on it.',
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
    DetailType.ServerOutcome,
    'A server’s way in its wave has ended; it is told once.',
    members({
      outcome: oneOf(
        'How it ended. `failed`: its state is known and clean. `frozen`: its state is unknown or unsafe, a person decides.',
        outcomeNames,
      ),
      reason,
      code: text(
        'The code of the failure (docs/failures.md); null where none led to it.',
      ).nullable(),
    }),
    { outcome: 'succeeded', reason: 'all phases ended well', code: null },
  ),
];
