import { DetailType } from '../../event/detail-type.ts';
import { spokenSpan } from '../../time.ts';
import { sentence, type Teller, type Telling, telling, word } from '../telling.ts';
import type { Detail } from '../told-event.ts';

/** How what is told of the hooks of a plan is said (docs/hooks.md). */
export const hookWords = {
  [DetailType.ServerHook]: { severities: ['info', 'warning', 'page'], tell: hook },
} as const satisfies Readonly<Record<string, Teller>>;

function hook({ point, hook: name, status, reason, durationSeconds, ...more }: Detail): Telling {
  const what = `hook ${word(point)} ${word(name)}`;
  const took = typeof durationSeconds === 'number' ? `after ${spokenSpan(durationSeconds)}` : '';
  const said = [took, sentence(reason)].filter(Boolean).join(': ');
  switch (status) {
    case 'started':
      return telling('info', `${what} begins`, `try ${word(more['try'])}`);
    case 'succeeded':
      return telling('info', `${what} has succeeded`, said);
    case 'skipped':
      return telling('warning', `${what} was not called`, said);
    case 'failed':
      // What is not undone leaves a source frozen, or traffic where it should not be.
      return point === 'thaw' || point === 'switchBack'
        ? telling('page', `${what} has failed`, said, 'docs/failures.md#undofailed')
        : telling('warning', `${what} has failed`, said, 'docs/failures.md#hookfailed');
    default:
      return telling('info', `${what}: ${word(status)}`, said);
  }
}
