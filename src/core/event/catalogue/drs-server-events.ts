import * as z from 'zod';
import { readinessReasons } from '../../change/drs/readiness.ts';
import type { DrsFacts } from '../../change/drs/server-facts.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';
import { DetailType } from '../detail-type.ts';
import { change, count, instant, members, openWord, outsideText, text } from './members.ts';
import { launchStatuses } from './words.ts';

const measure = (description: string) => z.number().min(0).meta({ description });

const readiness = members({
  state: openWord(
    'Whether the server can be launched: for a drill and a real recovery, for a real recovery alone, or not at all.',
    ['ready', 'recovery-only', 'not-ready'],
  ),
  reasons: z
    .array(openWord('A reason.', readinessReasons))
    .meta({ description: 'What speaks against a launch, in the order of weight.' }),
}).meta({ description: 'Whether the server can be launched, and why not.' });

const lastLaunch = members({
  type: openWord('What it was; null where DRS does not say.', ['DRILL', 'RECOVERY']).nullable(),
  status: openWord('How it stands; null where DRS does not say.', launchStatuses).nullable(),
  jobId: text('The job; null where DRS does not say.').nullable(),
  at: instant('When it was asked for; null where DRS does not say.').nullable(),
})
  .nullable()
  .meta({ description: 'The last launch of the server; null where it was never launched.' });

const drill = members({
  state: openWord('Whether the server was drilled in time.', ['due', 'done', 'overdue']),
  lastAt: instant(
    'When the last drill began that launched it; null where none is known.',
  ).nullable(),
})
  .nullable()
  .meta({ description: 'How the server stands with its drills; null on the way back.' });

const event = (
  detailType: DetailType,
  when: string,
  detail: z.ZodObject,
  example: CatalogueEntry['example'],
): CatalogueEntry => ({
  detailType,
  source: 'landfall.drs',
  stream: 'server',
  when,
  detail,
  example,
});

/** What is told of one source server of DRS beyond what is told of every server. */
export const drsServerEvents: readonly CatalogueEntry[] = [
  event(
    DetailType.Readiness,
    'A server can be launched otherwise than before, or for other reasons not. A stalled or lagging server is still `recovery-only`: in a disaster it is recovered from its last snapshot.',
    change(readiness),
    {
      previous: { state: 'ready', reasons: [] },
      current: { state: 'recovery-only', reasons: ['stalled', 'lag'] },
    },
  ),
  event(
    DetailType.LagObjective,
    'The lag of a server was beyond its recovery point objective for so many looks in a row as the target’s limits say, or within four fifths of it for as many.',
    change(
      openWord('Whether the objective is kept; null where DRS tells no lag.', [
        'kept',
        'missed',
      ]).nullable(),
    ).extend({
      lagSeconds: measure('The lag; left out where DRS tells none.').optional(),
      limitSeconds: count('The recovery point objective.'),
    }),
    { previous: 'kept', current: 'missed', lagSeconds: 1840, limitSeconds: 900 },
  ),
  event(
    DetailType.RecoveryPoint,
    'The newest recovery snapshot of a server is older than the target’s limits allow, is recent again, or there is none. It is asked for at a quarter of the limit, and more often while something is amiss.',
    change(
      openWord('How recent it was when it was asked for; null before that.', [
        'none',
        'recent',
        'old',
      ]).nullable(),
    ).extend({
      newestAt: instant('When it was taken; left out where there is none.').optional(),
      limitSeconds: count('How old it may be.'),
    }),
    {
      previous: 'recent',
      current: 'old',
      newestAt: '2026-03-04T11:50:00+00:00',
      limitSeconds: 14_400,
    },
  ),
  event(
    DetailType.LastLaunch,
    'The last launch of a server is another one, or stands otherwise: a drill or a real recovery, whoever started it.',
    change(lastLaunch),
    {
      previous: null,
      current: {
        type: 'DRILL',
        status: 'PENDING',
        jobId: 'drsjob-04ca7d0d3fb6afa3e',
        at: '2026-03-04T16:19:30+00:00',
      },
    },
  ),
  event(
    DetailType.Drill,
    'A server was drilled, or was not within the days that the target’s limits give; one that never was has as long from when it was added.',
    change(drill).extend({ limitDays: count('Within how many days it must be drilled.') }),
    {
      previous: { state: 'done', lastAt: '2025-12-04T10:00:00+00:00' },
      current: { state: 'overdue', lastAt: '2025-12-04T10:00:00+00:00' },
      limitDays: 90,
    },
  ),
  event(
    DetailType.Extension,
    'A server is extended from a staging account otherwise than before, or the extension fails.',
    change(
      openWord('How it is extended; null where DRS does not say.', [
        'NOT_EXTENDED',
        'EXTENDED',
        'EXTENSION_ERROR',
      ]).nullable(),
    ).extend({
      stagingAccountId: text('The staging account; left out where DRS names none.').optional(),
      stagingServerArn: text('The server there; left out where DRS names none.').optional(),
      error: outsideText(
        'What is wrong, cut to 1,000 characters; left out where nothing is.',
      ).optional(),
    }),
    {
      previous: 'EXTENDED',
      current: 'EXTENSION_ERROR',
      stagingAccountId: '222222222222',
      stagingServerArn: 'arn:aws:drs:eu-central-1:222222222222:source-server/s-22222222222222222',
      error: 'The source server in the staging account does not exist or is disconnected',
    },
  ),
  event(
    DetailType.Direction,
    'A server is replicated in the other direction than before.',
    change(
      openWord('The direction; null where DRS does not say.', ['FAILOVER', 'FAILBACK']).nullable(),
    ),
    { previous: 'FAILOVER', current: 'FAILBACK' },
  ),
  event(
    DetailType.Reversal,
    'The server of the opposite direction is another one: the replication of a recovery instance was reversed.',
    change(
      text('The ARN of the server of the opposite direction; null where there is none.').nullable(),
    ),
    {
      previous: null,
      current: 'arn:aws:drs:eu-west-1:111122223333:source-server/s-33333333333333333',
    },
  ),
  event(
    DetailType.AgentVersion,
    'The agent of a server is of another version than before.',
    change(text('The version; null where DRS does not say.').nullable()),
    { previous: '3.6.0', current: '3.7.0' },
  ),
];

const currentOf = (detailType: DetailType): z.ZodType =>
  drsServerEvents.find((entry) => entry.detailType === detailType)?.detail.shape['current'] ??
  z.never();

/** The facts of DRS as the discovery of a server tells them. */
export const drsFacts = {
  readiness: currentOf(DetailType.Readiness),
  lagObjective: currentOf(DetailType.LagObjective),
  recoveryPoint: currentOf(DetailType.RecoveryPoint),
  lastLaunch: currentOf(DetailType.LastLaunch),
  drill: currentOf(DetailType.Drill),
  extension: currentOf(DetailType.Extension),
  direction: currentOf(DetailType.Direction),
  reversedDirection: currentOf(DetailType.Reversal),
  agentVersion: currentOf(DetailType.AgentVersion),
} satisfies Readonly<Record<keyof DrsFacts, z.ZodType>>;
