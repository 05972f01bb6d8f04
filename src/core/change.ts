import { isAgentless, type Observation } from './observation.ts';

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
  readonly lagBand: LagBand;
  readonly backlogBand: BacklogBand;
  readonly launchable: boolean;
  readonly lastSnapshot: boolean;
  readonly instanceId: string | null;
  readonly firstBoot: string | null;
  readonly present: boolean;
}

/** How far a launch now would lag behind; agentless servers lag by the age of their last cycle. */
export type LagBand = 'unknown' | 'current' | 'minutes' | 'hour' | 'behind';
/** How much is written at the source and not yet copied. */
export type BacklogBand = 'unknown' | 'none' | 'some' | 'large';

const gibibyte = 1024 ** 3;

function lagBandOf(observation: Observation): LagBand {
  const { lagSeconds } = observation.replication;
  if (lagSeconds === undefined) return 'unknown';
  // One shipping cycle of lag is an agentless server's normal state; no API tells the cycle's length.
  if (isAgentless(observation)) return lagSeconds <= 7200 ? 'current' : 'behind';
  if (lagSeconds <= 60) return 'current';
  if (lagSeconds <= 900) return 'minutes';
  return lagSeconds <= 3600 ? 'hour' : 'behind';
}

function backlogBandOf(observation: Observation): BacklogBand {
  const { backlogBytes } = observation.replication;
  if (backlogBytes === undefined) return 'unknown';
  if (backlogBytes === 0) return 'none';
  return backlogBytes < 10 * gibibyte ? 'some' : 'large';
}

/** Draws the facts out of an observation. */
export function factsOf(observation: Observation): Facts {
  const { replication } = observation;
  return {
    lifecycle: observation.lifecycle ?? null,
    replicationState: replication.state ?? null,
    stalled: replication.state === 'STALLED' ? (replication.errorClass ?? 'UNKNOWN') : null,
    failedStep: replication.failedStep ?? null,
    replicationType: observation.replicationType ?? null,
    archived: observation.isArchived,
    lagBand: lagBandOf(observation),
    backlogBand: backlogBandOf(observation),
    launchable: replication.lagSeconds !== undefined,
    lastSnapshot: replication.lastSnapshotAt !== undefined,
    instanceId: observation.launched.instanceId ?? null,
    firstBoot: observation.launched.firstBoot ?? null,
    present: true,
  };
}

/** One fact that differs from the last record. */
export interface Change {
  readonly fact: keyof Facts | 'discovered';
  readonly previous: string | boolean | null;
  readonly current: string | boolean | null;
}

const order: readonly (keyof Facts)[] = [
  'present',
  'lifecycle',
  'replicationType',
  'replicationState',
  'stalled',
  'failedStep',
  'launchable',
  'lagBand',
  'backlogBand',
  'lastSnapshot',
  'instanceId',
  'firstBoot',
  'archived',
];

/** Says what changed, in a fixed order; an unchanged server yields nothing, an unknown one was discovered. */
export function diff(previous: Facts | undefined, current: Facts): readonly Change[] {
  if (previous === undefined) {
    return [{ fact: 'discovered', previous: null, current: current.lifecycle }];
  }
  return order
    .filter((fact) => previous[fact] !== current[fact])
    .map((fact) => ({ fact, previous: previous[fact], current: current[fact] }));
}

const idleReplication = new Set(['STOPPED', 'DISCONNECTED']);

/** Says whether a server takes one of the account's active replication slots (quota L-9A599620). */
export function takesActiveSlot(facts: Facts): boolean {
  if (facts.archived || !facts.present) return false;
  if (facts.lifecycle === 'DISCOVERED' || facts.lifecycle === 'PENDING_INSTALLATION') return false;
  return facts.replicationState !== null && !idleReplication.has(facts.replicationState);
}

/** The facts of a server that the service no longer lists. */
export function vanished(facts: Facts): Facts {
  return { ...facts, present: false };
}
