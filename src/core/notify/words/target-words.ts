import { DetailType } from '../../event/detail-type.ts';
import { spokenSpan } from '../../time.ts';
import { info, sentence, type Teller, telling, word } from '../telling.ts';
import type { Detail } from '../told-event.ts';
import { outOfBandWords } from './out-of-band-words.ts';

/** How what is told of a target, or of a job in it, is said. */
export const targetWords = {
  [DetailType.TargetUnreachable]: {
    severities: ['page'],
    tell: ({ kind, reason, remedy }) =>
      telling('page', `cannot be read: ${word(kind)}`, sentence(reason), sentence(remedy)),
  },
  [DetailType.TargetReachable]: info(
    () => 'can be read again',
    ({ unreachableSeconds }) =>
      typeof unreachableSeconds === 'number'
        ? `after ${spokenSpan(unreachableSeconds)}`
        : undefined,
  ),
  [DetailType.QuotaPressure]: {
    severities: ['info', 'warning', 'page'],
    tell: quotaPressure,
  },
  [DetailType.ClientSilent]: {
    severities: ['page'],
    tell: ({ vcenterClientId, lastSeenAt }) =>
      telling(
        'page',
        'a vCenter client is silent: its servers do not replicate',
        `${word(vcenterClientId)}, last heard of at ${word(lastSeenAt)}`,
        'Look whether its virtual machine runs and reaches MGN.',
      ),
  },
  [DetailType.ClientBack]: info(
    () => 'a vCenter client is heard of again',
    ({ vcenterClientId }) => word(vcenterClientId),
  ),
  [DetailType.ClientRemoved]: {
    severities: ['warning'],
    tell: ({ vcenterClientId }) =>
      telling(
        'warning',
        'a vCenter client is no longer listed',
        word(vcenterClientId),
        'If nobody deleted it on purpose, install it again: its servers do not replicate.',
      ),
  },
  [DetailType.JobStarted]: info(
    ({ initiatedBy, cause }) => `a ${word(initiatedBy)} job begins${byWhom(cause)}`,
    ({ jobId, servers }) => `${word(jobId)}, ${lengthOf(servers)} servers`,
  ),
  [DetailType.JobProgress]: info(
    () => 'a job has come further',
    ({ jobId, current }) => `${word(jobId)}: ${countsOf(current)}`,
  ),
  [DetailType.JobStaleSnapshot]: {
    severities: ['warning'],
    tell: ({ jobId, servers }) =>
      telling(
        'warning',
        'a job launched servers from an earlier snapshot',
        `${word(jobId)}, ${lengthOf(servers)} servers`,
        'What was written since is missing: docs/failures.md#previoussnapshotused',
      ),
  },
  [DetailType.JobEnded]: {
    severities: ['info', 'warning'],
    tell: ({ jobId, counts, initiatedBy }) => {
      const more = `${word(jobId)}: ${countsOf(counts)}`;
      return hasFailed(counts)
        ? telling(
            'warning',
            `a ${word(initiatedBy)} job ended, not well for all servers`,
            more,
            'Meaning and remedy: docs/failures.md#launchfailed',
          )
        : telling('info', `a ${word(initiatedBy)} job ended`, more);
    },
  },
  [DetailType.TargetOutOfBand]: outOfBandWords,
} as const satisfies Readonly<Record<string, Teller>>;

function quotaPressure({ quota, current, used, limit }: Detail) {
  const more = `${word(used)} of ${word(limit)} in use`;
  const mark = typeof current === 'number' ? current : 0;
  if (mark < 80) return telling('info', `the quota ${word(quota)} has room again`, more);
  return telling(
    mark >= 100 ? 'page' : 'warning',
    `${mark} % of the quota ${word(quota)} are reached`,
    more,
    'Launches wait until some are free: ask Service Quotas for more, or archive what is done.',
  );
}

function byWhom(cause: unknown): string {
  const { kind }: { kind?: unknown } = typeof cause === 'object' && cause !== null ? cause : {};
  return kind === 'somebody-else' ? ', begun by somebody else' : '';
}

function lengthOf(list: unknown): string {
  return Array.isArray(list) ? String(list.length) : 'some';
}

function countsOf(counts: unknown): string {
  if (typeof counts !== 'object' || counts === null) return 'nothing is known of its servers';
  return Object.entries(counts)
    .slice(0, 12)
    .map(([status, count]) => `${word(count)} ${word(status)}`)
    .join(', ');
}

function hasFailed(counts: unknown): boolean {
  if (typeof counts !== 'object' || counts === null) return false;
  return Object.entries(counts).some(
    ([status, count]) => status === 'FAILED' && typeof count === 'number' && count > 0,
  );
}
