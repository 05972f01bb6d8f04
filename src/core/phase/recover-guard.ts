import type { DrsFacts } from '../change/drs/server-facts.ts';
import { type Failure, FailureCode, failure } from '../failure.ts';
import type { RecoveryInstanceObservation } from '../observation/recovery-instance.ts';
import type { Observation } from '../observation.ts';

/** What a real recovery is judged by, all of it seen in the tick that would launch it (design.md 15.3). */
export interface RecoverSight {
  readonly observation: Pick<Observation, 'drs'>;
  /** All recovery instances of the server, drill or live. */
  readonly instances: readonly RecoveryInstanceObservation[];
  /** What is on record of it as of this tick; undefined while nothing is. */
  readonly facts: Pick<DrsFacts, 'readiness'> | undefined;
  /** The jobs by which this wave launched the server before; it comes again only where they did not end well. */
  readonly ownJobs: readonly string[];
  readonly liveInstance: 'refuse' | 'replace';
}

/** What a recovery may do: launch, with what speaks against it and what DRS takes away for it; wait; or fail. */
export type RecoverFinding =
  | {
      readonly do: 'launch';
      readonly warnings: readonly string[];
      readonly replaces: readonly RecoveryInstanceObservation[];
    }
  | { readonly do: 'wait'; readonly because: string }
  | { readonly do: 'fail'; readonly failure: Failure };

// No launch can succeed while one of these is so. Whether there is a recovery point is asked at the launch itself.
const hopeless: ReadonlySet<string> = new Set([
  'disconnected',
  'stopped',
  'extension-error',
  'volume-attributes-missing',
]);

/**
 * Says whether a server may be recovered now. The gate is lenient: in a disaster every server is stalled, lags, and has
 * an old recovery point, and is recovered all the same, with a warning (reference/drs.md 1.4, 7.3). Only a live instance
 * that this wave did not launch keeps it back, as DRS would take that away (1.9, H1); drill instances DRS takes away.
 */
export function recoverGuard({
  observation,
  instances,
  facts,
  ownJobs,
  liveInstance,
}: RecoverSight): RecoverFinding {
  const live = instances.find(
    ({ isDrill, jobId }) => isDrill !== true && !(jobId !== undefined && ownJobs.includes(jobId)),
  );
  if (live !== undefined && liveInstance === 'refuse') {
    return fail(
      FailureCode.LiveRecoveryInstance,
      `recovery instance ${live.recoveryInstanceId} is live: another recovery would have DRS take it away`,
      live.recoveryInstanceId,
    );
  }
  // The server names its instance before the list of instances has it.
  const named = observation.drs?.recoveryInstanceId;
  if (named !== undefined && instances.length === 0 && liveInstance === 'refuse') {
    return { do: 'wait', because: `nobody knows yet whether its instance ${named} is a live one` };
  }
  if (facts === undefined) return { do: 'wait', because: 'its readiness is not known yet' };
  const { reasons } = facts.readiness;
  if (reasons.some((reason) => hopeless.has(reason))) {
    return fail(
      FailureCode.NotRecoverable,
      `it cannot be recovered: ${reasons.join(', ')}`,
      reasons.join(', '),
    );
  }
  return {
    do: 'launch',
    warnings: reasons.filter((reason) => reason !== 'no-recovery-point'),
    replaces: instances,
  };
}

function fail(code: FailureCode, message: string, detail: string): RecoverFinding {
  return { do: 'fail', failure: failure(code, message, detail) };
}
