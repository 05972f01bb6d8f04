import { DetailType } from '../../event/detail-type.ts';
import { clock, info, sentence, type Teller, telling, word } from '../telling.ts';
import type { Detail } from '../told-event.ts';

/** How what is told of the schedules of drills is said (docs/recovery.md). */
export const scheduleWords = {
  [DetailType.ScheduleStarted]: info(
    ({ date }) => `the drill of ${word(date)} has begun`,
    ({ run, servers, movedBecause, nextAt }) =>
      [
        `${word(servers)} servers as ${word(run)}`,
        ...(sentence(movedBecause) === undefined ? [] : [`moved: ${word(movedBecause)}`]),
        next(nextAt),
      ].join('; '),
  ),
  [DetailType.ScheduleSkipped]: {
    severities: ['info', 'warning'],
    tell: (detail) =>
      detail['reason'] === 'frozen' || detail['reason'] === 'paused'
        ? telling('info', fallsOut(detail), why(detail))
        : telling('warning', fallsOut(detail), why(detail), remedies.get(word(detail['reason']))),
  },
  [DetailType.ScheduleMissed]: {
    severities: ['warning'],
    tell: (detail) =>
      telling(
        'warning',
        `the drill of ${word(detail['date'])} was missed`,
        why(detail),
        'Look whether the deployment runs and reaches its targets.',
      ),
  },
} as const satisfies Readonly<Record<string, Teller>>;

const remedies: ReadonlyMap<string, string> = new Map([
  ['over-cost', 'Raise the limit under spec.schedule.costs, or drill fewer servers in a month.'],
  ['no-servers', 'Look in which other waves the servers are: landfall status.'],
  ['plan-unfit', 'Mend the plan and start it again: landfall start PLAN.'],
]);

function fallsOut({ date }: Detail): string {
  return `the drill of ${word(date)} falls out`;
}

function why({ because, nextAt }: Detail): string {
  return [sentence(because), next(nextAt)].filter(Boolean).join('; ');
}

function next(nextAt: unknown): string {
  return typeof nextAt === 'string' ? `next: ${clock(nextAt)}` : 'no further one comes';
}
