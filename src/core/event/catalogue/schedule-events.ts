import * as z from 'zod';
import type { CatalogueEntry } from '../catalogue-entry.ts';
import { DetailType } from '../detail-type.ts';
import { count, instant, members, openWord, outsideText, text } from './members.ts';

const occurrence = {
  date: text('The date of the run in the time zone of its schedule, e.g. 2026-07-04.'),
  plannedAt: instant('When the schedule has it begin, freezes left aside.'),
  nextAt: instant('When the next run is to begin; null where none comes.').nullable(),
};
const because = outsideText('Why, in a sentence, cut to 1,000 characters.');
const example = {
  date: '2026-07-04',
  plannedAt: '2026-07-04T20:00:00.000Z',
  nextAt: '2026-08-01T20:00:00.000Z',
};
const amount = (description: string) => z.number().min(0).meta({ description });

const event = (
  detailType: DetailType,
  when: string,
  detail: z.ZodObject,
  own: CatalogueEntry['example'],
): CatalogueEntry => ({
  detailType,
  source: 'landfall.wave',
  stream: 'schedule',
  when,
  detail,
  example: { ...example, ...own },
});

/** What is told of the schedules of drills: one event for each time that a schedule comes. */
export const scheduleEvents: readonly CatalogueEntry[] = [
  event(
    DetailType.ScheduleStarted,
    'A run of a scheduled drill has begun: its waves are started as a plan of its own.',
    members({
      ...occurrence,
      run: text('The plan that it runs as; its waves are RUN.WAVE.'),
      servers: count('How many servers it drills.'),
      leftOut: z
        .array(
          members({ because: text('Why.'), servers: count('How many servers are left out so.') }),
        )
        .meta({
          description: 'Servers of the plan that it does not drill, the first twenty reasons.',
        }),
      movedBecause: outsideText('Why it begins later than planned.').optional(),
      reckoned: members({
        instanceHours: amount('The hours that its drill instances run, as the plan reckons.'),
        usd: amount(
          'What that costs in US dollars; left out where the plan names no price.',
        ).optional(),
      })
        .meta({ description: 'What it comes to; left out where the plan reckons no costs.' })
        .optional(),
    }),
    {
      run: 'monthly-20260704',
      servers: 300,
      leftOut: [{ because: 'in wave retire-2026.wave-1', servers: 30 }],
      reckoned: { instanceHours: 600, usd: 120 },
    },
  ),
  event(
    DetailType.ScheduleSkipped,
    'A run of a scheduled drill falls out: its time is frozen, the schedule is paused, it would cost too much, none of its servers is free, or its plan does not fit the servers any more.',
    members({
      ...occurrence,
      reason: openWord('Why it falls out.', [
        ...['frozen', 'paused', 'over-cost', 'no-servers', 'plan-unfit'],
      ]),
      because,
    }),
    { reason: 'frozen', because: 'frozen by calendar year-end' },
  ),
  event(
    DetailType.ScheduleMissed,
    'A run of a scheduled drill could not begin within its grace, and is not caught up with.',
    members({ ...occurrence, because }),
    { because: 'nothing began it within 6 h of its time' },
  ),
];
