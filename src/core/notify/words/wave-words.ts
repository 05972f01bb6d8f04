import { DetailType } from '../../event/detail-type.ts';
import { spokenSpan } from '../../time.ts';
import {
  info,
  sentence,
  type Teller,
  type Telling,
  telling,
  whatTheCodeMeans,
  word,
} from '../telling.ts';
import type { Detail } from '../told-event.ts';

const warned = (tell: Teller['tell']): Teller => ({ severities: ['warning'], tell });
const paged = (tell: Teller['tell']): Teller => ({ severities: ['page'], tell });
const order = ({ by, reason }: Detail) =>
  [`by ${word(by)}`, sentence(reason)].filter(Boolean).join(': ');

const failbackSteps: ReadonlyMap<string, string> = new Map([
  ['reversed', 'replicates back to where it came from'],
  ['adopted', 'replicates back already: somebody has reversed it'],
  ['by-client', 'waits for its failback client to be booted'],
  ['client-stopped', 'is no longer on its way back'],
  ['reprotected', 'replicates again to where it was recovered'],
  ['vacated', 'has left what it was recovered on'],
]);

/** How what is told of a wave, or of a server in it, is said. */
export const waveWords = {
  [DetailType.WaveStarted]: info(({ servers }) => `begins with ${word(servers)} servers`),
  [DetailType.WaveStageStarted]: info(
    ({ phase, servers }) => `${word(phase)} begins for ${word(servers)} servers`,
    ({ cohort }) => `cohort ${word(cohort)}`,
  ),
  [DetailType.WaveHeld]: paged(({ reason }) =>
    telling(
      'page',
      'is held and waits for a person',
      sentence(reason),
      'See what failed: landfall status. Then: landfall resume, or landfall abort.',
    ),
  ),
  [DetailType.WaveResumed]: info(() => 'goes on', order),
  [DetailType.WavePaused]: warned((detail) =>
    telling('warning', 'is paused', order(detail), 'It goes on with: landfall resume'),
  ),
  [DetailType.WaveAbortRequested]: warned((detail) =>
    telling('warning', 'is being brought to an end', order(detail)),
  ),
  [DetailType.WaveApprovalRequested]: paged(({ phase, servers, by, deadlineAt }) =>
    telling(
      'page',
      `waits for the approval of ${word(phase)}`,
      `${word(servers)} servers; ${Array.isArray(by) ? `of ${by.slice(0, 5).map(word).join(', ')}` : 'anyone may approve'}; ${deadlineAt === null || deadlineAt === undefined ? 'no deadline' : `until ${word(deadlineAt)}`}`,
      'Answer with: landfall approve',
    ),
  ),
  [DetailType.WaveApprovalGiven]: info(({ phase }) => `${word(phase)} is approved`, order),
  [DetailType.WaveApprovalDenied]: warned((detail) =>
    telling(
      'warning',
      `${word(detail['phase'])} is not approved`,
      order(detail),
      whatTheCodeMeans('ApprovalDenied'),
    ),
  ),
  [DetailType.WaveApprovalExpired]: paged(({ phase, reason }) =>
    telling(
      'page',
      `nobody approved ${word(phase)} in time`,
      sentence(reason),
      whatTheCodeMeans('ApprovalExpired'),
    ),
  ),
  [DetailType.WaveConcluded]: { severities: ['info', 'warning', 'page'], tell: concluded },
  [DetailType.ServerHealthy]: info(
    ({ kind }) => `its ${word(kind)} instance is healthy`,
    ({ instanceId }) => word(instanceId),
  ),
  [DetailType.ServerRecovered]: info(
    ({ kind }) => `its ${word(kind)} instance runs and is well`,
    ({ instanceId }) => word(instanceId),
  ),
  [DetailType.ServerRecoveryChosen]: info(
    ({ pointInTimeAt }) =>
      typeof pointInTimeAt === 'string'
        ? `is being recovered from ${pointInTimeAt}`
        : 'is being recovered from its latest recovery point',
    ({ warnings }) => (Array.isArray(warnings) ? warnings.map(word).join(', ') : ''),
  ),
  [DetailType.ServerRecoveryMeasured]: { severities: ['info', 'warning'], tell: measured },
  [DetailType.ServerSignedOff]: info(
    () => 'is signed off for finalize',
    ({ by }) => `by ${word(by)}`,
  ),
  [DetailType.ServerRetirement]: info(
    ({ step, graceUntil }) =>
      step === 'stopped'
        ? `no longer replicates, and its recovery points are gone; it is disconnected at ${word(graceUntil)}`
        : step === 'disconnected'
          ? 'is disconnected for good'
          : 'is retired',
    ({ left }) =>
      Array.isArray(left) && left.length > 0 ? `left: ${left.map(word).join(', ')}` : '',
  ),
  [DetailType.ServerExtended]: info(
    ({ extensionAccountId }) => `is extended into account ${word(extensionAccountId)}`,
    ({ extensionId }) => `as ${word(extensionId)}`,
  ),
  [DetailType.ServerFailback]: info(
    ({ step }) => failbackSteps.get(word(step)) ?? `fails back: ${word(step)}`,
    ({ left }) =>
      Array.isArray(left) && left.length > 0 ? `left: ${left.map(word).join(', ')}` : '',
  ),
  [DetailType.ServerHeld]: paged(({ reason, expiresAt }) =>
    telling(
      'page',
      'is held until a person resumes it',
      [sentence(reason), `until ${word(expiresAt)}`].filter(Boolean).join(', '),
      'Look at it, then: landfall resume --server; without an answer it ends as frozen (docs/failures.md#holdexpired)',
    ),
  ),
  [DetailType.ServerResumed]: info(() => 'goes on after a hold', order),
  [DetailType.ServerWaitEnded]: { severities: ['info', 'warning'], tell: waitEnded },
  [DetailType.ServerPhaseEnded]: { severities: ['info', 'warning'], tell: phaseEnded },
  [DetailType.ServerOutcome]: { severities: ['info', 'warning', 'page'], tell: outcome },
} as const satisfies Readonly<Record<string, Teller>>;

function measured({ kind, rpo, rto, rpoSeconds, rtoSeconds }: Detail): Telling {
  const spans = [
    typeof rpoSeconds === 'number' ? `data ${spokenSpan(rpoSeconds)} old` : '',
    typeof rtoSeconds === 'number' ? `there after ${spokenSpan(rtoSeconds)}` : '',
  ];
  const said = spans.filter(Boolean).join(', ');
  const missed = [...(rpo === 'missed' ? ['RPO'] : []), ...(rto === 'missed' ? ['RTO'] : [])];
  return missed.length === 0
    ? telling('info', `its ${word(kind)} kept its objectives`, said)
    : telling('warning', `its ${word(kind)} missed its ${missed.join(' and ')}`, said);
}

function concluded({ outcomes, servers }: Detail): Telling {
  const counts = Object.entries(
    typeof outcomes === 'object' && outcomes !== null ? outcomes : {},
  ).filter((entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0);
  const of = (name: string) => counts.find(([one]) => one === name)?.[1] ?? 0;
  const more = counts.map(([name, count]) => `${count} ${word(name)}`).join(', ');
  if (of('frozen') > 0) {
    return telling(
      'page',
      `has ended: ${of('frozen')} of ${word(servers)} servers are frozen`,
      more,
      'Hands off the frozen ones until landfall status has been read.',
    );
  }
  const failed = of('failed') + of('rolled-back');
  return failed > 0
    ? telling(
        'warning',
        `has ended: ${failed} of ${word(servers)} servers did not move`,
        more,
        'See why: landfall status',
      )
    : telling('info', `has ended: all is done for its ${word(servers)} servers`, more);
}

function waitEnded({ wait, ended, waitedSeconds }: Detail): Telling {
  const waited = typeof waitedSeconds === 'number' ? spokenSpan(waitedSeconds) : 'some time';
  switch (ended) {
    case 'failed':
      return telling('warning', `waited in vain: ${word(wait)}`, waited);
    case 'expired':
      return telling(
        'warning',
        `waited until the deadline: ${word(wait)}`,
        waited,
        whatTheCodeMeans('DeadlineExceeded'),
      );
    default:
      return telling('info', `has waited: ${word(wait)}`, waited);
  }
}

function phaseEnded({ phase, status, attempt, failure }: Detail): Telling {
  if (status !== 'failed') return telling('info', `${word(phase)} has ended well`);
  const { code, message }: { code?: unknown; message?: unknown } =
    typeof failure === 'object' && failure !== null ? failure : {};
  return telling(
    'warning',
    `${word(phase)} failed: ${word(code)}`,
    [`attempt ${word(attempt)}`, sentence(message)].filter(Boolean).join(': '),
    whatTheCodeMeans(code),
  );
}

function outcome({ outcome: name, reason, code }: Detail): Telling {
  const what = `outcome ${word(name)}${code === null || code === undefined ? '' : `, ${word(code)}`}`;
  switch (name) {
    case 'frozen':
      return telling(
        'page',
        what,
        sentence(reason),
        whatTheCodeMeans(code) ?? 'Hands off until landfall status has been read.',
      );
    case 'failed':
    case 'rolled-back':
      return telling('warning', what, sentence(reason), whatTheCodeMeans(code));
    default:
      return telling('info', what, sentence(reason));
  }
}
