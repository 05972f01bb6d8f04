// What the simulator says of DRS in its own terms, in the words of the catalogue (docs/events.md). Nothing of src/core
// is used, so that a fact which Landfall reads wrongly is found.
import type { DrsServerTruth, RecoveryInstanceTruth } from '../../src/simulator/simulator.ts';
import type { FactsOfServer } from './_truth.ts';

/** The limits of a target, as the deployment says them. */
export interface Limits {
  readonly rpoSeconds: number;
  readonly lagLooks: number;
  readonly recoveryPointSeconds: number;
  readonly drillDays: number;
  readonly drillInstanceHours: number;
}

/** What a look knew beside the server's own document. */
export interface Beside {
  readonly atMs: number;
  readonly limits: Limits;
  /** Whether it asked for the server's newest snapshot, EC2 for its instance, DRS for the job of its last launch. */
  readonly pointAsked: boolean;
  readonly instanceAsked: boolean;
  readonly jobSeen: boolean;
}

/** The facts of a server, and for how many looks its lag has spoken against its objective. */
export interface Course {
  readonly facts: FactsOfServer;
  readonly against: number;
}

// The answer's Date header counts whole seconds.
const headerMs = (atMs: number) => Math.floor(atMs / 1000) * 1000;

/** The facts of a server once a look saw this truth; what no single look can tell goes on from before. */
export function drsFactsAfter(
  before: Course | undefined,
  truth: DrsServerTruth,
  beside: Beside,
): Course {
  const was = before?.facts ?? {};
  const { dataReplicationState: state } = truth;
  const lag = truth.lagMs === null ? null : truth.lagMs / 1000;
  const objective = objectiveAfter(before, lag, beside.limits);
  const recoveryPoint = pointAfter(was['recoveryPoint'], truth, beside);
  const sameInstance = was['instanceId'] === truth.recoveryInstanceId;
  const kept = (fact: string) => (sameInstance ? (was[fact] ?? null) : null);
  return {
    against: objective.against,
    facts: {
      present: true,
      replicationState: state,
      stalled: state === 'STALLED' ? (truth.error ?? 'UNKNOWN') : null,
      failedStep: truth.failedStep,
      initialSync: initialSync(state, was['initialSync'] ?? null),
      launchable: lag !== null,
      lagBand: lagBand(lag, was['lagBand'], beside.limits.rpoSeconds),
      backlogBand: backlogBand(truth.backlogBytes, was['backlogBand']),
      agentStale: agentStale(truth, was['agentStale'] === true, beside.atMs),
      instanceId: truth.recoveryInstanceId,
      instanceHealth:
        truth.recoveryInstanceId === null
          ? null
          : beside.instanceAsked
            ? health(truth)
            : kept('instanceHealth'),
      postLaunch: postLaunch(truth, beside.jobSeen, kept('postLaunch')),
      direction: truth.direction,
      reversedDirection: truth.reversedArn,
      extension:
        truth.staging === null
          ? 'NOT_EXTENDED'
          : truth.staging.readable
            ? 'EXTENDED'
            : 'EXTENSION_ERROR',
      lagObjective: objective.state,
      recoveryPoint,
      readiness: readiness(truth, objective.state, recoveryPoint),
      lastLaunch: lastLaunch(truth, beside.atMs),
      drill: drill(truth, was['drill'], beside),
    },
  };
}

function objectiveAfter(
  before: Course | undefined,
  lag: number | null,
  { rpoSeconds, lagLooks }: Limits,
): { readonly state: unknown; readonly against: number } {
  if (lag === null) return { state: null, against: 0 };
  const was = before?.facts['lagObjective'] ?? null;
  if (was === null) return { state: lag > rpoSeconds ? 'missed' : 'kept', against: 0 };
  const other = was === 'kept' ? 'missed' : 'kept';
  const speaksAgainst = was === 'kept' ? lag > rpoSeconds : lag <= rpoSeconds * 0.8;
  const against = speaksAgainst ? (before?.against ?? 0) + 1 : 0;
  return against >= lagLooks ? { state: other, against: 0 } : { state: was, against };
}

function pointAfter(was: unknown, { newestPointAt }: DrsServerTruth, beside: Beside): unknown {
  if (!beside.pointAsked) return was ?? null;
  if (newestPointAt === null) return 'none';
  const age = (headerMs(beside.atMs) - newestPointAt) / 1000;
  return age > beside.limits.recoveryPointSeconds ? 'old' : 'recent';
}

function readiness(truth: DrsServerTruth, objective: unknown, point: unknown): unknown {
  const state = truth.dataReplicationState;
  const never = [
    state === 'DISCONNECTED' && 'disconnected',
    state === 'STOPPED' && 'stopped',
    (state === 'INITIATING' || state === 'INITIAL_SYNC') && 'initial-sync',
    truth.staging?.readable === false && 'extension-error',
    point === 'none' && 'no-recovery-point',
  ].filter((one) => one !== false);
  const noDrill = [
    state === 'STALLED' && 'stalled',
    state === 'PAUSED' && 'paused',
    objective === 'missed' && 'lag',
    point === 'old' && 'recovery-point-old',
  ].filter((one) => one !== false);
  const reasons = [...never, ...noDrill];
  if (reasons.length === 0) return { state: 'ready', reasons };
  return { state: never.length > 0 ? 'not-ready' : 'recovery-only', reasons };
}

function lastLaunch({ lastLaunch: launch }: DrsServerTruth, atMs: number): unknown {
  if (launch === null) return null;
  const { at, startsAt, endsAt, outcome, type, jobId } = launch;
  const status = atMs >= endsAt ? outcome : atMs >= startsAt ? 'IN_PROGRESS' : 'PENDING';
  return { type, status, jobId, at };
}

function drill(truth: DrsServerTruth, was: unknown, { atMs, limits }: Beside): unknown {
  if (truth.direction === 'FAILBACK') return null;
  const launch = truth.lastLaunch;
  const good =
    launch?.type === 'DRILL' &&
    atMs >= launch.endsAt &&
    ['LAUNCHED', 'TERMINATED'].includes(launch.outcome);
  const before = was as { readonly lastAt: number | null } | null | undefined;
  const lastAt = good ? launch.at : (before?.lastAt ?? null);
  const from = lastAt ?? truth.addedAt;
  const overdue = from !== null && headerMs(atMs) - from > limits.drillDays * 86_400_000;
  return { state: overdue ? 'overdue' : lastAt === null ? 'due' : 'done', lastAt };
}

function initialSync(state: string | null, was: unknown): unknown {
  if (state === 'INITIATING' || state === 'INITIAL_SYNC') return 'running';
  return state === 'CONTINUOUS' ? 'done' : was;
}

function agentStale(truth: DrsServerTruth, was: boolean, atMs: number): boolean {
  if (['STOPPED', 'DISCONNECTED'].includes(truth.dataReplicationState ?? 'STOPPED')) return false;
  if (truth.lastSeenAt === null) return was;
  return headerMs(atMs) - truth.lastSeenAt > (was ? 720_000 : 900_000);
}

function health({ checks }: DrsServerTruth): unknown {
  if (checks === null) return null;
  const { state, system, own } = checks;
  if (state !== 'running') return state;
  if (system === 'ok' && own === 'ok') return 'ok';
  return system === 'impaired' || own === 'impaired' ? 'impaired' : 'initializing';
}

function postLaunch(truth: DrsServerTruth, jobSeen: boolean, kept: unknown): unknown {
  if (truth.recoveryInstanceId === null) return null;
  if (!jobSeen || truth.actions.length === 0) return kept;
  if (truth.actions.includes('FAILED')) return 'failed';
  return truth.actions.every((action) => action === 'SUCCEEDED') ? 'succeeded' : 'running';
}

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

function lagBand(lag: number | null, was: unknown, limit: number): unknown {
  if (lag === null) return 'unknown';
  const bounds = [limit, Math.max(limit, 900), Math.max(limit, 3600)].map(fourFifths);
  return band(['current', 'minutes', 'hour', 'behind'], bounds, lag, was);
}

function backlogBand(bytes: number | null, was: unknown): unknown {
  if (bytes === null) return 'unknown';
  const least: Bound = [0, 64 * 2 ** 20, 0];
  return band(['none', 'some', 'large'], [least, fourFifths(10 * 2 ** 30 - 1)], bytes, was);
}

/** The facts of a recovery instance that is there since a moment, once a look saw this truth. */
export function instanceFactsAfter(
  truth: RecoveryInstanceTruth,
  sinceMs: number,
  atMs: number,
  { drillInstanceHours }: Limits,
): FactsOfServer {
  return {
    present: true,
    ec2State: truth.ec2State,
    failbackState: truth.failbackState,
    replicationState: truth.replicationState,
    stalled: truth.replicationState === 'STALLED' ? (truth.error ?? 'UNKNOWN') : null,
    drillOverdue: truth.isDrill && atMs - sinceMs > drillInstanceHours * 3_600_000,
  };
}

/** Facts as they are compared: instants to the millisecond, whatever digits the service prints. */
export function comparableDrs(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      (key === 'at' || key === 'lastAt') && typeof one === 'string' ? Date.parse(one) : one,
    ]),
  );
}
