import { hasReached, isAgentless, type Observation } from '../observation.ts';
import { spokenSpan } from '../time.ts';

/** Says why a launch now would be wrong; undefined where it would be right. Also a guard of admission. */
export function unlaunchableReason(
  limits: { readonly lagSeconds: number; readonly backlogBytes: number },
  observation: Observation,
): string | undefined {
  const { replication } = observation;
  // DRS keeps no life cycle.
  if (observation.drs === undefined && !hasReached(observation.lifecycle, 'READY_FOR_TEST')) {
    return `life cycle ${observation.lifecycle ?? 'unknown'}, not ready for test yet`;
  }
  if (replication.lagSeconds === undefined) return 'no lag is known: not launchable yet';
  if (isAgentless(observation)) {
    if (replication.lastSnapshotAt === undefined) return 'no shipping cycle has finished yet';
    return replication.state === 'PENDING_SNAPSHOT_SHIPPING' ||
      replication.state === 'SHIPPING_SNAPSHOT' ||
      replication.state === 'CONTINUOUS'
      ? undefined
      : `replication ${replication.state ?? 'unknown'}, not in its shipping cycle`;
  }
  if (replication.state !== 'CONTINUOUS') {
    return `replication ${replication.state ?? 'unknown'}, not CONTINUOUS`;
  }
  if (replication.lagSeconds > limits.lagSeconds) {
    return `lag ${spokenSpan(replication.lagSeconds)}, above ${spokenSpan(limits.lagSeconds)}`;
  }
  if (replication.backlogBytes === undefined) return 'no backlog is known';
  if (replication.backlogBytes > limits.backlogBytes) {
    return `backlog ${replication.backlogBytes} bytes, above ${limits.backlogBytes}`;
  }
  return undefined;
}
