import { DetailType } from '../../event/detail-type.ts';
import { spokenSpan } from '../../time.ts';
import {
  clock,
  info,
  sentence,
  type Teller,
  type Telling,
  telling,
  whatTheCodeMeans,
  word,
} from '../telling.ts';
import type { Detail } from '../told-event.ts';

/** How what is told of the windows of a wave, and of its soak, is said (docs/gates.md). */
export const windowWords = {
  [DetailType.WaveWindowAwaited]: info(
    ({ phase }) => `waits for the window of ${word(phase)}`,
    ({ servers, opensAt, closesAt, reason }) =>
      [`${word(servers)} servers, from ${clock(opensAt)} ${untilOf(closesAt)}`, sentence(reason)]
        .filter(Boolean)
        .join(': '),
  ),
  [DetailType.WaveWindowOpened]: info(
    ({ phase }) => `goes on with ${word(phase)}, within its window`,
    ({ servers, opensAt, closesAt }) =>
      `${word(servers)} servers, from ${clock(opensAt)} ${untilOf(closesAt)}`,
  ),
  [DetailType.WaveWindowClosed]: { severities: ['warning', 'page'], tell: windowClosed },
  [DetailType.WaveSoakStarted]: info(
    ({ servers }) => `${word(servers)} cut-over servers soak`,
    ({ soakSeconds, until }) =>
      typeof soakSeconds === 'number'
        ? `each for ${spokenSpan(soakSeconds)}, the last until ${clock(until)}`
        : `the last until ${clock(until)}`,
  ),
  [DetailType.ServerSoakEnded]: { severities: ['info', 'page'], tell: soakEnded },
} as const satisfies Readonly<Record<string, Teller>>;

function untilOf(closesAt: unknown): string {
  return closesAt === null || closesAt === undefined ? 'on' : `until ${clock(closesAt)}`;
}

function windowClosed({ phase, opensAt, reason }: Detail): Telling {
  return opensAt === null || opensAt === undefined
    ? telling(
        'page',
        `no window of ${word(phase)} opens any more`,
        sentence(reason),
        whatTheCodeMeans('NoWindow'),
      )
    : telling(
        'warning',
        `the window of ${word(phase)} closed too early`,
        [sentence(reason), `the next one opens at ${clock(opensAt)}`].filter(Boolean).join('; '),
        'What was not through goes on by itself then. If it must not, widen the window: docs/failures.md#windowclosed',
      );
}

function soakEnded({ ended, instanceId, since, reason }: Detail): Telling {
  const whole = [`${word(instanceId)}, healthy since ${clock(since)}`, sentence(reason)]
    .filter(Boolean)
    .join(': ');
  return ended === 'unhealthy'
    ? telling(
        'page',
        'its instance became unhealthy while it soaked',
        whole,
        whatTheCodeMeans('InstanceUnhealthy'),
      )
    : telling('info', 'has soaked', whole);
}
