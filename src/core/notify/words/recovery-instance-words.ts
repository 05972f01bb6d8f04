import { DetailType } from '../../event/detail-type.ts';
import { spokenSpan } from '../../time.ts';
import {
  changed,
  either,
  info,
  sentence,
  type Teller,
  type Telling,
  telling,
  word,
} from '../telling.ts';
import type { Detail } from '../told-event.ts';

const idOf = ({ recoveryInstanceId }: Detail): string => word(recoveryInstanceId);

/** How what is told of one recovery instance of DRS is said; its subject is the server it came from. */
export const recoveryInstanceWords = {
  [DetailType.InstanceDiscovered]: info(
    ({ current }) => `a recovery instance is there, ${word(current)}`,
    idOf,
  ),
  [DetailType.InstancePresence]: info(
    ({ current }) =>
      current === false
        ? 'DRS no longer lists its recovery instance'
        : 'DRS lists its recovery instance again',
    idOf,
  ),
  [DetailType.InstanceState]: either(
    ({ current }) => current === 'NOT_FOUND',
    (detail) =>
      telling(
        'warning',
        'EC2 no longer knows its recovery instance',
        idOf(detail),
        'It was terminated past DRS: take it out of DRS, and launch again if it was in use.',
      ),
    changed('recovery instance'),
    idOf,
  ),
  [DetailType.Failback]: { severities: ['info', 'warning'], tell: failback },
  [DetailType.InstanceReplication]: info(changed('replication of the way back'), idOf),
  [DetailType.InstanceStalled]: either(
    ({ current }) => current !== null && current !== undefined,
    (detail) =>
      telling(
        'warning',
        `the way back stalls: ${word(detail['current'])}`,
        withId(detail, sentence(detail['rawError'])),
        'Look whether the failback client, or the agent on the instance, runs and reaches DRS.',
      ),
    () => 'the way back stalls no longer',
    idOf,
  ),
  [DetailType.InstanceDrillOverdue]: either(
    ({ current }) => current === true,
    (detail) =>
      telling(
        'warning',
        'the instance of its drill is there for too long',
        idOf(detail),
        'It costs money until it is terminated: do so in the console of DRS.',
      ),
    () => 'the instance of its drill is no longer there for too long',
    idOf,
  ),
} as const satisfies Readonly<Record<string, Teller>>;

function withId(detail: Detail, more: string | undefined): string {
  return [idOf(detail), more].filter(Boolean).join(': ');
}

function failback(detail: Detail): Telling {
  const { current, lagSeconds } = detail;
  const lag = typeof lagSeconds === 'number' ? `it lags ${spokenSpan(lagSeconds)}` : undefined;
  switch (current) {
    case 'FAILBACK_ERROR':
      return telling(
        'warning',
        'its failback fails',
        withId(detail, lag),
        'Read the log of its failback job in the console of DRS; until it is mended the instance keeps serving.',
      );
    case 'FAILBACK_READY_FOR_LAUNCH':
      return telling(
        'info',
        'its failback is ready for launch',
        withId(detail, lag),
        'It waits for a person: stop the writes on the instance, then launch the failback.',
      );
    default:
      return telling('info', changed('failback')(detail), withId(detail, lag));
  }
}
