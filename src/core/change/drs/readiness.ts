import type { Observation } from '../../observation.ts';
import type { LagObjective } from './lag-objective.ts';
import type { RecoveryPoint } from './recovery-point.ts';

/**
 * Whether a server can be launched: `ready` for a drill and a real recovery; `recovery-only` where a disaster may be
 * answered with it but a drill would be refused; `not-ready` where no launch can succeed. With the reasons against it.
 */
export interface Readiness {
  readonly state: 'ready' | 'recovery-only' | 'not-ready';
  readonly reasons: readonly ReadinessReason[];
}

/** What speaks against a launch; the first ones against any, the later ones against a drill. */
export const readinessReasons = [
  'disconnected',
  'stopped',
  'initial-sync',
  'state-unknown',
  'extension-error',
  'no-recovery-point',
  'volume-attributes-missing',
  'stalled',
  'paused',
  'lag',
  'recovery-point-old',
] as const;
export type ReadinessReason = (typeof readinessReasons)[number];

const againstDrills: ReadonlySet<ReadinessReason> = new Set([
  'stalled',
  'paused',
  'lag',
  'recovery-point-old',
]);

const ofState: ReadonlyMap<string | undefined, ReadinessReason | undefined> = new Map([
  ['CONTINUOUS', undefined],
  ['BACKLOG', undefined],
  ['CREATING_SNAPSHOT', undefined],
  ['RESCAN', undefined],
  // In a disaster every server is stalled, and is recovered all the same (reference/drs.md 1.4).
  ['STALLED', 'stalled'],
  ['PAUSED', 'paused'],
  ['INITIATING', 'initial-sync'],
  ['INITIAL_SYNC', 'initial-sync'],
  ['STOPPED', 'stopped'],
  ['DISCONNECTED', 'disconnected'],
]);

/** Says whether a server can be launched, and what speaks against it, in the order of weight. */
export function readinessOf(
  { drs, replication: { state } }: Pick<Observation, 'drs' | 'replication'>,
  known: { readonly lag: LagObjective; readonly recoveryPoint: RecoveryPoint },
): Readiness {
  const found: Readonly<Record<ReadinessReason, boolean>> = {
    disconnected: ofState.get(state) === 'disconnected',
    stopped: ofState.get(state) === 'stopped',
    'initial-sync': ofState.get(state) === 'initial-sync',
    'state-unknown': !ofState.has(state),
    'extension-error': drs?.stagingArea.status === 'EXTENSION_ERROR',
    'no-recovery-point': known.recoveryPoint === 'none',
    'volume-attributes-missing': drs?.lacksVolumeAttributes === true,
    stalled: ofState.get(state) === 'stalled',
    paused: ofState.get(state) === 'paused',
    lag: known.lag === 'missed',
    'recovery-point-old': known.recoveryPoint === 'old',
  };
  const reasons = readinessReasons.filter((reason) => found[reason]);
  if (reasons.length === 0) return { state: 'ready', reasons };
  const drillOnly = reasons.every((reason) => againstDrills.has(reason));
  return { state: drillOnly ? 'recovery-only' : 'not-ready', reasons };
}
