import type { DrsFacts } from '../change/drs/server-facts.ts';
import { FailureCode, failure } from '../failure.ts';
import type { RecoveryInstanceObservation } from '../observation/recovery-instance.ts';
import type { Observation } from '../observation.ts';
import type { Finding } from '../phase.ts';
import { spokenSpan } from '../time.ts';

/** What a drill is judged by, all of it seen in the tick that would launch it (design.md 15.3). */
export interface DrillSight {
  readonly observation: Observation;
  /** All recovery instances of the server, drill or live. */
  readonly instances: readonly RecoveryInstanceObservation[];
  /** What is on record of it as of this tick; undefined while nothing is. */
  readonly facts: Pick<DrsFacts, 'readiness'> | undefined;
  readonly leftOver: 'refuse' | 'replace';
  readonly lagSeconds: number;
  /** The job of a real recovery that is open in the account; a drill yields to it. */
  readonly recoveryJob: string | undefined;
  /** The wave of a real recovery that runs in the account; a drill yields to it between its jobs, too. */
  readonly recoveryWave?: string | undefined;
}

// What no waiting mends. The rest may be over in a few looks.
const lasting: ReadonlySet<string> = new Set([
  'disconnected',
  'stopped',
  'extension-error',
  'volume-attributes-missing',
]);

/**
 * Says whether a drill may launch now. A new launch of a server has DRS take its earlier recovery instances away: so none
 * is ever made over a live one, and one that nobody calls a drill instance counts as live (reference/drs.md 0.1, H1).
 */
export function drillGuard({
  observation,
  instances,
  facts,
  leftOver,
  lagSeconds,
  recoveryJob,
  recoveryWave,
}: DrillSight): Finding {
  const live = instances.find(({ isDrill }) => isDrill !== true);
  if (live !== undefined) {
    return refuse(
      FailureCode.LiveRecoveryInstance,
      `recovery instance ${live.recoveryInstanceId} is live: a drill would have DRS take it away`,
      live.recoveryInstanceId,
    );
  }
  // The server names its instance before the list of instances has it.
  const named = observation.drs?.recoveryInstanceId;
  if (named !== undefined && instances.length === 0) {
    return { do: 'wait', because: `nobody knows yet whether its instance ${named} is a live one` };
  }
  const left = instances[0];
  if (left !== undefined && leftOver === 'refuse') {
    return refuse(
      FailureCode.DrillInstancePresent,
      `drill instance ${left.recoveryInstanceId} of job ${left.jobId ?? 'unknown'} is still there`,
      left.recoveryInstanceId,
    );
  }
  if (recoveryJob !== undefined) {
    return { do: 'wait', because: `a real recovery runs: job ${recoveryJob}` };
  }
  if (recoveryWave !== undefined) {
    return { do: 'wait', because: `a real recovery runs: wave ${recoveryWave}` };
  }
  return fitFor(observation, facts, lagSeconds);
}

function fitFor(
  { replication }: Observation,
  facts: DrillSight['facts'],
  lagSeconds: number,
): Finding {
  if (facts === undefined) return { do: 'wait', because: 'its readiness is not known yet' };
  const { state, reasons } = facts.readiness;
  const forGood = reasons.find((reason) => lasting.has(reason));
  if (forGood !== undefined) return unfit(reasons.join(', '));
  if (state !== 'ready') return { do: 'wait', because: reasons.join(', ') };
  const lag = replication.lagSeconds;
  if (lag === undefined) return { do: 'wait', because: 'no lag is known' };
  return lag > lagSeconds
    ? { do: 'wait', because: `lag ${spokenSpan(lag)}, more than ${spokenSpan(lagSeconds)}` }
    : { do: 'nothing', because: 'ready for a drill' };
}

/** The end of a drill that was asked for and cannot be made, with what speaks against it. */
export function unfit(because: string): Extract<Finding, { do: 'fail' }> {
  return refuse(FailureCode.NotRecoverable, `not ready for a drill: ${because}`, because);
}

function refuse(
  code: FailureCode,
  message: string,
  detail: string,
): Extract<Finding, { do: 'fail' }> {
  return { do: 'fail', failure: failure(code, message, detail) };
}
