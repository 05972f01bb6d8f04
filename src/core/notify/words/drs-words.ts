import { DetailType } from '../../event/detail-type.ts';
import { spokenSpan } from '../../time.ts';
import {
  changed,
  clock,
  info,
  sentence,
  type Teller,
  type Telling,
  telling,
  word,
} from '../telling.ts';
import type { Detail } from '../told-event.ts';

/** How what is told of one source server of DRS alone is said. */
export const drsWords = {
  [DetailType.Readiness]: { severities: ['info', 'warning', 'page'], tell: readiness },
  [DetailType.LagObjective]: { severities: ['info', 'warning'], tell: lagObjective },
  [DetailType.RecoveryPoint]: { severities: ['info', 'warning'], tell: recoveryPoint },
  [DetailType.LastLaunch]: { severities: ['info', 'warning', 'page'], tell: lastLaunch },
  [DetailType.Drill]: { severities: ['info', 'warning'], tell: drill },
  [DetailType.Extension]: { severities: ['info', 'warning'], tell: extension },
  [DetailType.Direction]: info(changed('replication direction')),
  [DetailType.Reversal]: info(
    ({ current }) =>
      current === null
        ? 'has no server of the opposite direction any more'
        : 'its replication is reversed',
    ({ current }) => (current === null ? undefined : word(current)),
  ),
  [DetailType.AgentVersion]: info(changed('agent version')),
} as const satisfies Readonly<Record<string, Teller>>;

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function spanOf(seconds: unknown): string {
  return typeof seconds === 'number' ? spokenSpan(seconds) : word(seconds);
}

function readiness({ previous, current }: Detail): Telling {
  const state = membersOf(current).get('state');
  const listed = membersOf(current).get('reasons');
  const reasons = Array.isArray(listed) ? listed.slice(0, 12) : [];
  const why = reasons.map(word).join(', ') || 'DRS does not say why';
  switch (state) {
    case 'ready':
      return telling('info', 'can be drilled and recovered');
    case 'recovery-only':
      return telling(
        'warning',
        `can be recovered, but not drilled: ${why}`,
        undefined,
        'In a disaster it is recovered from its last snapshot: mend its replication before its next drill.',
      );
    case 'not-ready':
      if (reasons.length === 1 && reasons[0] === 'initial-sync') {
        return telling('info', `cannot be recovered yet: ${why}`);
      }
      return membersOf(previous).get('state') === 'not-ready'
        ? telling('warning', `cannot be recovered: ${why}`, undefined, protectAgain)
        : telling('page', `can no longer be recovered: ${why}`, undefined, protectAgain);
    default:
      return telling('info', `its readiness is ${word(state)}`);
  }
}

const protectAgain =
  'It is not protected: start its replication again, or reinstall its agent, in the console of DRS.';

function lagObjective({ current, lagSeconds, limitSeconds }: Detail): Telling {
  const lag = typeof lagSeconds === 'number' ? `it lags ${spokenSpan(lagSeconds)}` : undefined;
  const objective = `its recovery point objective of ${spanOf(limitSeconds)}`;
  switch (current) {
    case 'missed':
      return telling(
        'warning',
        `misses ${objective}`,
        lag,
        'Look at its network, its replication server and how much is written on it.',
      );
    case 'kept':
      return telling('info', `keeps ${objective}`, lag);
    default:
      return telling('info', 'tells no lag to hold against its recovery point objective');
  }
}

function recoveryPoint({ current, newestAt, limitSeconds }: Detail): Telling {
  const taken = newestAt === undefined ? undefined : `taken at ${clock(newestAt)}`;
  switch (current) {
    case 'none':
      return telling(
        'warning',
        'has no recovery snapshot',
        undefined,
        'It cannot be recovered before it has one: look at its replication.',
      );
    case 'old':
      return telling(
        'warning',
        'its newest recovery snapshot is old',
        [taken, `may be ${spanOf(limitSeconds)} old`].filter(Boolean).join(', '),
        'What was written since would be lost: look at its replication and its point-in-time policy.',
      );
    case 'recent':
      return telling('info', 'its newest recovery snapshot is recent', taken);
    default:
      return telling('info', 'nothing is known of its recovery snapshots any more');
  }
}

function lastLaunch({ current }: Detail): Telling {
  if (current === null) return telling('info', 'DRS tells no last launch of it');
  const launch = membersOf(current);
  const type = launch.get('type');
  const status = launch.get('status');
  const more = `${word(launch.get('jobId'))}, asked for at ${clock(launch.get('at'))}`;
  return status === 'FAILED'
    ? telling(
        type === 'RECOVERY' ? 'page' : 'warning',
        `its launch failed: ${word(type)}`,
        more,
        'Read the log of the job: docs/failures.md#launchfailed',
      )
    : telling('info', `its last launch: ${word(type)}, ${word(status)}`, more);
}

function drill({ current, limitDays }: Detail): Telling {
  const { state, lastAt }: { state?: unknown; lastAt?: unknown } = Object.fromEntries(
    membersOf(current),
  );
  const last =
    lastAt === null || lastAt === undefined ? 'never drilled' : `last drilled at ${clock(lastAt)}`;
  switch (state) {
    case 'overdue':
      return telling(
        'warning',
        `was not drilled within ${word(limitDays)} days`,
        last,
        'Start a drill of it in the console of DRS.',
      );
    case 'done':
      return telling('info', 'was drilled', last);
    case 'due':
      return telling('info', `has ${word(limitDays)} days for its first drill`);
    default:
      return telling('info', 'its drills are not counted on its way back');
  }
}

function extension({ current, error, stagingAccountId }: Detail): Telling {
  const account =
    stagingAccountId === undefined ? undefined : `staging account ${word(stagingAccountId)}`;
  switch (current) {
    case 'EXTENSION_ERROR':
      return telling(
        'warning',
        'its extension from a staging account fails',
        [account, sentence(error)].filter(Boolean).join(': '),
        'Look at the server in the staging account: whether it is there, replicates, and may be read from here.',
      );
    case 'EXTENDED':
      return telling('info', 'is extended from a staging account', account);
    case 'NOT_EXTENDED':
      return telling('info', 'is not extended from a staging account');
    default:
      return telling('info', `its extension is ${word(current)}`, account);
  }
}
