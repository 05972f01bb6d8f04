import type { JobObservation } from '../job.ts';
import { docAt, instantAt, textAt } from '../observation.ts';
import type { NetworkPolicy } from '../plan/settings-for.ts';
import { type Instant, secondsBetween, toMs } from '../time.ts';

/** A source network as DescribeSourceNetworks shows it. */
export interface NetworkSeen {
  readonly networkId: string;
  readonly replicationStatus: string | undefined;
  /** The stack of CloudFormation that it was recovered by last. */
  readonly stackName: string | undefined;
  readonly lastRecovery:
    | {
        readonly jobId: string | undefined;
        readonly result: string | undefined;
        readonly at: Instant | undefined;
      }
    | undefined;
}

/** How far the networks of a wave are recovered; written down before each call. */
export interface NetworkRecovery {
  /** Each network that was called for, with the stack that it had before; null where it had none. */
  readonly networks: Readonly<Record<string, string | null>>;
  /** The intent that the call carries as a tag. */
  readonly intentId: string;
  readonly calledAt: Instant;
  readonly jobId: string | null;
  /** The networks that were given their earlier stack, each with the time of the call and its job once that is known. */
  readonly associated: Readonly<
    Record<string, { readonly calledAt: Instant; readonly jobId: string | null }>
  >;
  /** Why the call was refused for now, and until when it is not made again. */
  readonly refused: { readonly until: Instant; readonly reason: string } | null;
  readonly ended: {
    readonly result: 'recovered' | 'partial' | 'failed';
    readonly message: string;
    readonly at: Instant;
  } | null;
}

/** What the recovery of a wave's networks is judged by, all of it seen in this tick. */
export interface NetworkSight {
  readonly record: NetworkRecovery | undefined;
  /** The networks of the wave's servers. */
  readonly wanted: readonly string[];
  readonly networks: ReadonlyMap<string, NetworkSeen>;
  /** The job that carries the intent on record; undefined where none is listed. */
  readonly job: Pick<JobObservation, 'jobId'> | undefined;
  readonly policy: NetworkPolicy;
  /** When the server asked, where a person has had it retried; undefined where nobody has. */
  readonly retriedAt: Instant | undefined;
  readonly now: Instant;
}

/** What is to be done about the networks of a wave before a server of it is launched. */
export type NetworkFinding =
  | { readonly do: 'go' }
  | { readonly do: 'wait'; readonly because: string }
  | { readonly do: 'fail'; readonly result: 'partial' | 'failed'; readonly message: string }
  | { readonly do: 'start'; readonly networks: Readonly<Record<string, string | null>> }
  | { readonly do: 'associate'; readonly network: string; readonly stack: string }
  /** What was found out is written down, and judged anew. */
  | { readonly do: 'note'; readonly record: NetworkRecovery };

// So many networks one call may name (reference/drs.md 4.2).
const mostNetworks = 100;
// A job that was started is listed by then; where it is not, updating the same stacks again does no harm.
const repeatAfterSeconds = 120;
// New stacks are not deployed twice on a guess (design.md 15.4).
const resolveSeconds = 600;

/**
 * Says what the networks of a wave need before its servers are launched (reference/drs.md 7.3, step 4): recovered once for
 * the wave, whatever answers are lost; after a failure their earlier stacks or a stop, as the plan says; and what a person
 * has the wave go on with.
 */
export function networkFinding(sight: NetworkSight): NetworkFinding {
  const { record, wanted, retriedAt, policy, now } = sight;
  if (wanted.length === 0) return { do: 'go' };
  if (record === undefined) return beginning(sight);
  const { ended, refused } = record;
  if (refused !== null) {
    return toMs(now) < toMs(refused.until)
      ? { do: 'wait', because: refused.reason }
      : beginning(sight);
  }
  if (ended === null) return underWay(sight, record);
  if (ended.result === 'recovered') return { do: 'go' };
  if (ended.result === 'partial' && policy.onPartial === 'accept') return { do: 'go' };
  if (retriedAt === undefined || toMs(retriedAt) <= toMs(ended.at)) {
    return { do: 'fail', result: ended.result, message: ended.message };
  }
  // A person looked, and has the server launched all the same; what has failed is tried anew.
  return ended.result === 'failed'
    ? beginning(sight)
    : {
        do: 'note',
        record: {
          ...record,
          ended: { ...ended, result: 'recovered', message: `${ended.message}; accepted` },
        },
      };
}

function beginning({ wanted, networks, now }: NetworkSight): NetworkFinding {
  const unfit = wanted.filter((id) => networks.get(id)?.replicationStatus !== 'PROTECTED');
  const problem =
    wanted.length > mostNetworks
      ? `${wanted.length} networks, more than the ${mostNetworks} that one call takes`
      : unfit.length > 0
        ? unfit.map((id) => `${id} is ${stateOf(networks.get(id))}`).join(', ')
        : undefined;
  if (problem !== undefined) {
    return { do: 'note', record: { ...untried(now), ended: failedWith(problem, now) } };
  }
  return {
    do: 'start',
    networks: Object.fromEntries(wanted.map((id) => [id, networks.get(id)?.stackName ?? null])),
  };
}

const stateOf = (network: NetworkSeen | undefined) =>
  network === undefined
    ? 'not known to DRS'
    : `${network.replicationStatus ?? 'in no known state'}, not PROTECTED`;

const untried = (now: Instant): NetworkRecovery => ({
  networks: {},
  intentId: '',
  calledAt: now,
  jobId: null,
  associated: {},
  refused: null,
  ended: null,
});

const failedWith = (message: string, at: Instant) => ({ result: 'failed' as const, message, at });

function underWay(sight: NetworkSight, record: NetworkRecovery): NetworkFinding {
  const { job, now, policy } = sight;
  if (record.jobId === null && job !== undefined) {
    return { do: 'note', record: { ...record, jobId: job.jobId } };
  }
  if (record.jobId === null) {
    const waited = secondsBetween(record.calledAt, now);
    if (!policy.deployAsNew && waited >= repeatAfterSeconds) {
      return { do: 'start', networks: record.networks };
    }
    return waited < resolveSeconds
      ? {
          do: 'wait',
          because: 'the call that recovers its networks was made, and its job is looked for',
        }
      : {
          do: 'note',
          record: {
            ...record,
            ended: failedWith('nobody knows whether the call that recovers them took effect', now),
          },
        };
  }
  return resultOf(sight, record);
}

type Standing = 'recovered' | 'partial' | 'failed' | 'open';

/** How a network stands, by the last recovery that it shows. */
function standingOf(
  id: string,
  { networks }: NetworkSight,
  { jobId, calledAt, associated }: NetworkRecovery,
): Standing {
  const shown = networks.get(id)?.lastRecovery;
  const { jobId: ours, calledAt: since } = associated[id] ?? { jobId, calledAt };
  // What it shows of a job before ours is older than the call. One after it, of somebody else or of a call of ours whose
  // answer was lost, is how it stands.
  const isOurs = shown?.jobId !== undefined && shown.jobId === ours;
  const isLater = shown?.at !== undefined && toMs(shown.at) > toMs(since);
  if (!isOurs && !isLater) return 'open';
  const result = shown?.result;
  switch (result) {
    case 'SUCCESS':
    case 'ASSOCIATE_SUCCESS':
      return 'recovered';
    case 'PARTIAL_SUCCESS':
      return 'partial';
    case 'FAIL':
    case 'ASSOCIATE_FAIL':
      return 'failed';
    default:
      return 'open';
  }
}

function resultOf(sight: NetworkSight, record: NetworkRecovery): NetworkFinding {
  const { policy, now } = sight;
  const standings = Object.keys(record.networks).map((id) => ({
    id,
    is: standingOf(id, sight, record),
  }));
  const of = (is: Standing) => standings.filter((one) => one.is === is).map(({ id }) => id);
  for (const id of of('failed')) {
    const stack = record.networks[id];
    if (policy.onFailure !== 'previous-stack' || record.associated[id] !== undefined) continue;
    if (typeof stack === 'string') return { do: 'associate', network: id, stack };
  }
  const open = of('open');
  if (open.length > 0) {
    return { do: 'wait', because: `its networks are recovered: ${named(open)}` };
  }
  const failed = of('failed');
  const partial = of('partial');
  const ended =
    failed.length > 0
      ? failedWith(`not recovered: ${named(failed)}`, now)
      : partial.length > 0
        ? { result: 'partial' as const, message: `recovered in part: ${named(partial)}`, at: now }
        : { result: 'recovered' as const, message: 'all recovered', at: now };
  return { do: 'note', record: { ...record, ended } };
}

function named(ids: readonly string[]): string {
  const more = ids.length - 5;
  return `${ids.slice(0, 5).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Reads a source network; undefined where it has no id. */
export function observeNetwork(
  document: Readonly<Record<string, unknown>>,
): NetworkSeen | undefined {
  const networkId = textAt(document, 'sourceNetworkID');
  if (networkId === undefined) return undefined;
  const last = docAt(document, 'lastRecovery');
  const jobId = textAt(last, 'jobID');
  const result = textAt(last, 'lastRecoveryResult');
  const at = instantAt(last, 'apiCallDateTime');
  const isNone = jobId === undefined && result === undefined && at === undefined;
  return {
    networkId,
    replicationStatus: textAt(document, 'replicationStatus'),
    stackName: textAt(document, 'cfnStackName'),
    lastRecovery: isNone ? undefined : { jobId, result, at },
  };
}
