import * as z from 'zod';
import type { CatalogueEntry } from '../catalogue-entry.ts';
import { DetailType } from '../detail-type.ts';
import { count, flag, instant, members, openWord, text } from './members.ts';
import { launchStatuses } from './words.ts';

const counts = z
  .record(z.string(), count('How many servers have this launch status.'))
  .meta({ description: 'How many servers of the job have each launch status, by its name.' });

const servers = z.array(text('The id of a source server.'));

// What every event of a job says of it.
const aJob = {
  type: openWord('What the job does; null where the service does not say.', [
    'LAUNCH',
    'TERMINATE',
    'CREATE_CONVERTED_SNAPSHOT',
  ]).nullable(),
  initiatedBy: openWord('By which call it was begun; null where the service does not say.', [
    'START_TEST',
    'START_CUTOVER',
    'DIAGNOSTIC',
    'TERMINATE',
    'START_RECOVERY',
    'START_DRILL',
    'FAILBACK',
    'TERMINATE_RECOVERY_INSTANCES',
    'TARGET_ACCOUNT',
    'CREATE_NETWORK_RECOVERY',
    'UPDATE_NETWORK_RECOVERY',
    'ASSOCIATE_NETWORK_RECOVERY',
  ]).nullable(),
  cause: members({
    kind: openWord('Who began it.', ['landfall', 'somebody-else']),
    intentId: text('The intent of Landfall that it carries as a tag.').optional(),
  }).meta({ description: 'Who began the job.' }),
  wave: text(
    'The wave that it was begun for, as PLAN.WAVE; left out where none is known.',
  ).optional(),
};

const identity = {
  type: 'LAUNCH',
  initiatedBy: 'START_TEST',
  cause: { kind: 'landfall', intentId: 'us-east-1/42/p.w/s-0123456789abcdef0/test/StartTest/1' },
  wave: 'programme-a.wave-1',
};

const event = (
  detailType: DetailType,
  when: string,
  detail: z.ZodRawShape,
  example: CatalogueEntry['example'],
): CatalogueEntry => ({
  detailType,
  source: 'landfall.mgn',
  stream: 'job',
  when,
  detail: members({ ...aJob, ...detail }),
  example: { ...identity, ...example },
});

/** What is told of a job of the service as a whole, ours or not. */
export const jobEvents: readonly CatalogueEntry[] = [
  event(
    DetailType.JobStarted,
    'A job is seen for the first time, whoever began it. Jobs that were there before Landfall first looked are not told.',
    {
      createdAt: instant('When it was begun; left out where the service does not say.').optional(),
      servers: servers.meta({ description: 'The servers in it.' }),
      counts,
    },
    {
      createdAt: '2026-03-04T16:20:00+00:00',
      servers: ['s-0123456789abcdef0', 's-0123456789abcdef1'],
      counts: { PENDING: 2 },
    },
  ),
  event(
    DetailType.JobProgress,
    'Servers of a job have come further; at most once a look. The last counts are told with its end.',
    { previous: counts, current: counts },
    { previous: { PENDING: 2 }, current: { IN_PROGRESS: 1, LAUNCHED: 1 } },
  ),
  event(
    DetailType.JobStaleSnapshot,
    'Servers of a job that has ended were launched from an earlier snapshot than the latest data: what was written since is missing.',
    { servers: servers.meta({ description: 'The servers that this happened to.' }) },
    { servers: ['s-0123456789abcdef1'] },
  ),
  event(
    DetailType.JobEnded,
    'A job has ended, and how for each of its servers; a completed job may hold failed servers.',
    {
      endedAt: instant('When it ended; left out where the service does not say.').optional(),
      counts,
      results: z
        .array(
          members({
            sourceServerId: text('The id of the source server.'),
            launchStatus: openWord('How it ended for this server.', launchStatuses),
            usedPreviousSnapshot: flag(
              'Whether an earlier snapshot than the latest data was used.',
            ),
            skipped: flag('Whether the job passed the server over.'),
            instanceId: text('The EC2 instance; left out where there is none.').optional(),
            reason: text(
              'Why it failed, cut to 256 characters; left out where it did not.',
            ).optional(),
          }),
        )
        .meta({ description: 'How it ended for each server.' }),
    },
    {
      endedAt: '2026-03-04T16:31:00+00:00',
      counts: { FAILED: 1, LAUNCHED: 1 },
      results: [
        {
          sourceServerId: 's-0123456789abcdef0',
          launchStatus: 'LAUNCHED',
          usedPreviousSnapshot: false,
          skipped: false,
          instanceId: 'i-0abc1234def567890',
        },
        {
          sourceServerId: 's-0123456789abcdef1',
          launchStatus: 'FAILED',
          usedPreviousSnapshot: true,
          skipped: false,
          reason: 'CONVERSION_FAIL: the boot loader is not supported',
        },
      ],
    },
  ),
];
