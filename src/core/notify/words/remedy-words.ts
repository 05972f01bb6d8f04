import { DetailType } from '../../event/detail-type.ts';
import { spokenSpan } from '../../time.ts';
import { info, sentence, type Teller, telling, word } from '../telling.ts';
import type { Detail } from '../told-event.ts';

/** How what remedies try, and where they stop, is said (docs/remedies.md). */
export const remedyWords = {
  [DetailType.RemedyTried]: {
    severities: ['info', 'warning'],
    tell: remedyTried,
  },
  [DetailType.RemediesStopped]: {
    severities: ['page'],
    tell: ({ errorClass, servers, limit, remedy }) =>
      telling(
        'page',
        `too many servers stall with ${word(errorClass)}: none of them is retried any more`,
        `${word(servers)} servers, ${word(limit)} stop it`,
        sentence(remedy),
      ),
  },
  [DetailType.RemediesResumed]: info(
    ({ errorClass }) => `stalls with ${word(errorClass)} are retried again`,
    ({ stoppedSeconds }) =>
      typeof stoppedSeconds === 'number' ? `after ${spokenSpan(stoppedSeconds)}` : undefined,
  ),
} as const satisfies Readonly<Record<string, Teller>>;

function remedyTried({ errorClass, attempt, budget, budgetLeft, answer, reason }: Detail) {
  const what = `its replication, stalled with ${word(errorClass)}, was retried`;
  const more = `try ${word(attempt)} of ${word(budget)}, ${word(answer)}`;
  const why = sentence(reason);
  const whole = why === undefined ? more : `${more}: ${why}`;
  return budgetLeft === 0
    ? telling('warning', what, whole, 'It was the last one: look at the server if it stalls on.')
    : telling('info', what, whole);
}
