import { FailureCode, failure } from '../failure.ts';
import type { RecoveryInstanceObservation } from '../observation/recovery-instance.ts';
import type { Finding } from '../phase.ts';

/** A recovery instance of a server that is to be retired, and whether a launch of Landfall made it. */
export interface KnownInstance {
  readonly seen: RecoveryInstanceObservation;
  readonly isOurs: boolean;
}

/** What to do about the drill instances of a server before it is retired. */
export type ClearanceFinding =
  | { readonly do: 'terminate'; readonly instances: readonly string[] }
  | Extract<Finding, { do: 'fail' | 'nothing' }>;

/**
 * Says which drill instances are terminated before a server is retired: our own. One of somebody else's drill, and one
 * that is live, or that nobody calls a drill instance, is never touched (reference/drs.md 7.5).
 */
export function clearanceOf(instances: readonly KnownInstance[]): ClearanceFinding {
  const live = instances.find(({ seen }) => seen.isDrill !== true)?.seen;
  if (live !== undefined) {
    const message = `recovery instance ${live.recoveryInstanceId} is live`;
    const refused = failure(FailureCode.LiveRecoveryInstance, message, live.recoveryInstanceId);
    return { do: 'fail', failure: refused };
  }
  const foreign = instances.find(({ isOurs }) => !isOurs)?.seen;
  if (foreign !== undefined) {
    const message = `drill instance ${foreign.recoveryInstanceId} is of a drill that Landfall did not make`;
    const code = FailureCode.DrillInstancePresent;
    return { do: 'fail', failure: failure(code, message, foreign.recoveryInstanceId) };
  }
  return instances.length === 0
    ? { do: 'nothing', because: 'it has no recovery instance' }
    : { do: 'terminate', instances: instances.map(({ seen }) => seen.recoveryInstanceId) };
}
