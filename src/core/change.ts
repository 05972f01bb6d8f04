import {
  type BacklogBand,
  backlogBandOf,
  builtInLimits,
  type LagBand,
  type Limits,
  lagBandOf,
} from './change/bands.ts';
import {
  type InstanceChecks,
  instanceHealthOf,
  type PostLaunch,
  postLaunchOf,
} from './change/launched.ts';
import {
  agentStaleOf,
  type FreePeriodUsed,
  freePeriodOf,
  type InitialSync,
  initialSyncOf,
  lastCycleOf,
} from './change/replication-course.ts';
import type { JobObservation } from './job.ts';
import { isAgentless, type Observation } from './observation.ts';
import type { Instant } from './time.ts';

/**
 * The facts of a server: what events tell and what is written when it differs. Measures (lag, backlog, bytes,
 * last seen) are facts only as bands (design.md 15.1).
 */
export interface Facts {
  readonly lifecycle: string | null;
  readonly replicationState: string | null;
  readonly stalled: string | null;
  readonly failedStep: string | null;
  readonly replicationType: string | null;
  readonly archived: boolean;
  readonly initialSync: InitialSync;
  readonly lagBand: LagBand;
  readonly backlogBand: BacklogBand;
  readonly launchable: boolean;
  readonly lastSnapshot: boolean;
  /** When the last finished shipping cycle was taken; agentless servers only. */
  readonly lastCycleAt: Instant | null;
  readonly agentStale: boolean;
  readonly freePeriodUsed: FreePeriodUsed;
  readonly instanceId: string | null;
  readonly firstBoot: string | null;
  readonly instanceHealth: string | null;
  readonly postLaunch: PostLaunch;
  readonly present: boolean;
}

/** What is on record of a server before an observation. */
export interface Before {
  /** Facts that an older Landfall did not keep are missing. */
  readonly facts: Partial<Facts>;
  /** What its plan calls good; the built-in limits where no plan names it. */
  readonly limits?: Limits;
}

/** What the same tick saw beside the server itself. */
export interface Beside {
  /** The job that launched its instance. */
  readonly job?: JobObservation | undefined;
  readonly instance?: InstanceChecks | undefined;
}

/**
 * Draws the facts out of an observation. Bands, and what no single look can tell, also depend on what is on record.
 */
export function factsOf(
  observation: Observation,
  { facts: before, limits = builtInLimits }: Before = { facts: {} },
  beside: Beside = {},
): Facts {
  const { replication } = observation;
  const instanceId = observation.launched.instanceId ?? null;
  const part = beside.job?.servers.find((s) => s.sourceServerId === observation.sourceServerId);
  return {
    lifecycle: observation.lifecycle ?? null,
    replicationState: replication.state ?? null,
    stalled: replication.state === 'STALLED' ? (replication.errorClass ?? 'UNKNOWN') : null,
    failedStep: replication.failedStep ?? null,
    replicationType: observation.replicationType ?? null,
    archived: observation.isArchived,
    initialSync: initialSyncOf(observation, before.initialSync),
    lagBand: lagBandOf(observation, before.lagBand, limits),
    backlogBand: backlogBandOf(observation, before.backlogBand, limits),
    launchable: replication.lagSeconds !== undefined,
    lastSnapshot: replication.lastSnapshotAt !== undefined,
    lastCycleAt: lastCycleOf(observation, before.lastCycleAt),
    agentStale: agentStaleOf(observation, before.agentStale),
    freePeriodUsed: freePeriodOf(observation, before.freePeriodUsed),
    instanceId,
    firstBoot: observation.launched.firstBoot ?? null,
    instanceHealth: instanceHealthOf(instanceId, beside.instance, {
      instanceId: before.instanceId,
      value: before.instanceHealth,
    }),
    postLaunch: postLaunchOf(instanceId, part, {
      instanceId: before.instanceId,
      value: before.postLaunch,
    }),
    present: true,
  };
}

/** One fact that differs from the last record. */
export interface Change {
  readonly fact: keyof Facts | 'discovered';
  readonly previous: string | number | boolean | null;
  readonly current: string | number | boolean | null;
}

const order: readonly (keyof Facts)[] = [
  'present',
  'lifecycle',
  'replicationType',
  'replicationState',
  'stalled',
  'failedStep',
  'initialSync',
  'launchable',
  'lagBand',
  'backlogBand',
  'lastSnapshot',
  'lastCycleAt',
  'agentStale',
  'freePeriodUsed',
  'instanceId',
  'firstBoot',
  'instanceHealth',
  'postLaunch',
  'archived',
];

/**
 * Says what changed, in a fixed order; an unchanged server yields nothing, an unknown one was discovered. A fact that
 * was never kept has not changed.
 */
export function diff(previous: Partial<Facts> | undefined, current: Facts): readonly Change[] {
  if (previous === undefined) {
    return [{ fact: 'discovered', previous: null, current: current.lifecycle }];
  }
  const changes: Change[] = [];
  for (const fact of order) {
    const was = previous[fact];
    const is = current[fact];
    if (was !== undefined && was !== is) changes.push({ fact, previous: was, current: is });
  }
  return changes;
}

/** Says whether a record lacks a fact, as one does that an older Landfall wrote. */
export function lacksFacts(facts: Partial<Facts>): boolean {
  return order.some((fact) => facts[fact] === undefined);
}

const idleReplication = new Set(['STOPPED', 'DISCONNECTED']);

/** Says whether a server takes one of the account's active replication slots (quota L-9A599620). */
export function takesActiveSlot(
  facts: Pick<Facts, 'archived' | 'present' | 'lifecycle' | 'replicationState'>,
): boolean {
  if (facts.archived || !facts.present) return false;
  if (facts.lifecycle === 'DISCOVERED' || facts.lifecycle === 'PENDING_INSTALLATION') return false;
  return facts.replicationState !== null && !idleReplication.has(facts.replicationState);
}

/** Says whether an observed server takes one of the account's active slots. */
export function isActive({ isArchived, lifecycle, replication, drs }: Observation): boolean {
  // What is extended from a staging account replicates there, and counts there.
  if (drs?.stagingArea.serverArn !== undefined) return false;
  return takesActiveSlot({
    archived: isArchived,
    present: true,
    lifecycle: lifecycle ?? null,
    replicationState: replication.state ?? null,
  });
}

/** The vCenter client that makes the first copy of a server; undefined where none does. */
export function firstCopierOf(
  observation: Observation,
  before: InitialSync | undefined,
): string | undefined {
  if (!isAgentless(observation) || !isActive(observation)) return undefined;
  return initialSyncOf(observation, before) === 'done' ? undefined : observation.vcenterClientId;
}

/** The facts of a server that the service no longer lists. */
export function vanished(facts: Facts): Facts {
  return { ...facts, present: false };
}
