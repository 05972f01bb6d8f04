import * as z from 'zod';
import { outcomeNames } from '../../outcome.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';
import { DetailType } from '../detail-type.ts';
import { count, flag, instant, members, oneOf, outsideText, text } from './members.ts';
import { by, event, exampleOrder, order, phase, reason, serverOrders } from './wave-members.ts';

const wave = event('wave');
const planHash = text('The hash of the plan that the wave runs under.');
const cohort = count('The cohort of the wave that it is about, counted from 1.');
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
const judged = z
  .array(
    members({
      check: text('What the policy asks for.'),
      holds: flag('Whether it holds.'),
      found: text('The figures that were judged, in a few words.'),
    }),
  )
  .meta({ description: 'What the policy of the plan found; left out where it has none.' });
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
];
