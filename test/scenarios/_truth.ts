// What the simulator says of a server in its own terms, in the words of the catalogue (docs/events.md). Nothing of
// src/core is used, so that a fact which Landfall reads wrongly is found.
import type { ServerTruth } from '../../src/simulator/simulator.ts';

/** The facts of a server, by name. */
export type FactsOfServer = Readonly<Record<string, unknown>>;

/** What a look knew beside the server's own document. */
export interface Beside {
  /** When it was, in milliseconds after 1970. */
  readonly atMs: number;
  /** Whether EC2 was asked for the launched instance, and MGN for the job that launched it. */
  readonly instanceAsked: boolean;
  readonly jobSeen: boolean;
  /** What a plan calls good, where it names the server. */
  readonly limits: { readonly lagSeconds: number; readonly backlogBytes: number };
}

/** The facts of a server that was deleted. */
export function gone(before: FactsOfServer): FactsOfServer {
  return { ...before, present: false };
}

/** What the facts of a server are once a look saw this truth; bands and clocks go on from what they were before. */
export function factsAfter(
  before: FactsOfServer | undefined,
  truth: ServerTruth,
  beside: Beside,
): FactsOfServer {
  const was = before ?? {};
  const { dataReplicationState: state } = truth;
  const agentless = truth.replicationType === 'SNAPSHOT_SHIPPING';
  const sameInstance = was['instanceId'] === truth.ec2InstanceID;
  return {
    present: true,
    lifecycle: truth.lifeCycleState,
    replicationType: truth.replicationType,
    replicationState: state,
    stalled: state === 'STALLED' ? (truth.error ?? 'UNKNOWN') : null,
    failedStep: truth.failedStep,
    initialSync: initialSync(truth, was['initialSync'] ?? null),
    launchable: truth.lagMs !== null,
    lagBand: lagBand(truth, was['lagBand'], beside.limits.lagSeconds),
    backlogBand: backlogBand(truth, was['backlogBand'], beside.limits.backlogBytes),
    lastSnapshot: truth.lastSnapshotAt !== null,
    lastCycleAt: agentless
      ? truth.lastSnapshotAt === null
        ? (was['lastCycleAt'] ?? null)
        : Math.floor(truth.lastSnapshotAt)
      : null,
    agentStale: agentStale(truth, was['agentStale'] === true, beside.atMs),
    freePeriodUsed: freePeriodUsed(truth, beside.atMs) ?? was['freePeriodUsed'] ?? 0,
    instanceId: truth.ec2InstanceID,
    firstBoot: truth.firstBoot,
    instanceHealth: beside.instanceAsked
      ? instanceHealth(truth)
      : sameInstance
        ? (was['instanceHealth'] ?? null)
        : null,
    postLaunch:
      beside.jobSeen && truth.postLaunchActions.length > 0
        ? postLaunch(truth)
        : sameInstance
          ? (was['postLaunch'] ?? null)
          : null,
    archived: truth.isArchived,
  };
}

/** A fact as it is compared: instants to the millisecond, whatever digits the service prints. */
export function comparable(facts: FactsOfServer): FactsOfServer {
  const { lastCycleAt } = facts;
  if (typeof lastCycleAt !== 'string') return facts;
  return { ...facts, lastCycleAt: Date.parse(lastCycleAt) };
}

const onTheWay = ['READY_FOR_TEST', 'TESTING', 'READY_FOR_CUTOVER', 'CUTTING_OVER', 'CUTOVER'];

function initialSync({ dataReplicationState, lifeCycleState }: ServerTruth, was: unknown): unknown {
  switch (dataReplicationState) {
    case 'INITIATING':
    case 'INITIAL_SYNC':
      return 'running';
    case 'CONTINUOUS':
      return 'done';
    default:
      break;
  }
  if (onTheWay.includes(lifeCycleState ?? '')) return 'done';
  if (dataReplicationState?.endsWith('SNAPSHOT_SHIPPING') === true)
    return was === 'done' ? was : 'running';
  if (dataReplicationState === 'SHIPPING_SNAPSHOT') return was === 'done' ? was : 'running';
  return was;
}

/** A bound between two bands: where a value that has no band yet is split, and where a band is left up or down. */
type Bound = readonly [split: number, up: number, down: number];

function band(names: readonly string[], bounds: readonly Bound[], value: number, was: unknown) {
  if (typeof was !== 'string' || !names.includes(was)) {
    return names[bounds.filter(([split]) => value > split).length];
  }
  const at = names.indexOf(was);
  const above = bounds.filter(([, up], i) => i >= at && value > up).length;
  const below = bounds.filter(([, , down], i) => i < at && value <= down).length;
  return names[at + above - below];
}

const fourFifths = (bound: number): Bound => [bound, bound, bound * 0.8];
const lowest = (limit: number, least: number): Bound => {
  const up = Math.max(limit, least);
  return [limit, up, Math.min(limit, up * 0.8)];
};

function lagBand({ lagMs, replicationType }: ServerTruth, was: unknown, limit: number): unknown {
  if (lagMs === null) return 'unknown';
  const seconds = lagMs / 1000;
  if (replicationType === 'SNAPSHOT_SHIPPING') {
    return band(['current', 'behind'], [fourFifths(Math.max(limit, 7200))], seconds, was);
  }
  const bounds = [
    lowest(limit, 60),
    fourFifths(Math.max(limit, 900)),
    fourFifths(Math.max(limit, 3600)),
  ];
  return band(['current', 'minutes', 'hour', 'behind'], bounds, seconds, was);
}

function backlogBand({ backlogBytes }: ServerTruth, was: unknown, limit: number): unknown {
  if (backlogBytes === null) return 'unknown';
  const bounds = [lowest(limit, 64 * 2 ** 20), fourFifths(Math.max(limit, 10 * 2 ** 30 - 1))];
  return band(['none', 'some', 'large'], bounds, backlogBytes, was);
}

const atRest = ['STOPPED', 'DISCONNECTED'];
const asleep = ['DISCOVERED', 'PENDING_INSTALLATION', 'STOPPED', 'DISCONNECTED', 'CUTOVER'];

function replicates({ isArchived, dataReplicationState, lifeCycleState }: ServerTruth): boolean {
  return (
    !isArchived &&
    !atRest.includes(dataReplicationState ?? 'STOPPED') &&
    !asleep.includes(lifeCycleState ?? '')
  );
}

function agentStale(truth: ServerTruth, was: boolean, atMs: number): boolean {
  if (truth.replicationType === 'SNAPSHOT_SHIPPING' || !replicates(truth)) return false;
  if (truth.lastSeenAt === null) return was;
  // The answer's Date header counts whole seconds.
  const silentMs = Math.floor(atMs / 1000) * 1000 - truth.lastSeenAt;
  return silentMs > (was ? 720_000 : 900_000);
}

function freePeriodUsed(truth: ServerTruth, atMs: number): number | undefined {
  if (!replicates(truth)) return undefined;
  const from = truth.firstByteAt ?? truth.elapsesFrom;
  if (from === null) return undefined;
  const percent = (atMs - from) / 3_600_000 / 21.6;
  return percent >= 100 ? 100 : percent >= 90 ? 90 : percent >= 75 ? 75 : 0;
}

function instanceHealth({ ec2InstanceID, instance }: ServerTruth): unknown {
  if (ec2InstanceID === null || instance === null) return null;
  const { state, system, own } = instance;
  if (state !== 'running') return state;
  if (system === 'ok' && own === 'ok') return 'ok';
  return system === 'impaired' || own === 'impaired' ? 'impaired' : 'initializing';
}

function postLaunch({ postLaunchActions: actions }: ServerTruth): unknown {
  if (actions.includes('FAILED')) return 'failed';
  return actions.includes('IN_PROGRESS') ? 'running' : 'succeeded';
}
