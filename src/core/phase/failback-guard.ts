import { FailureCode, failure } from '../failure.ts';
import type { RecoveryInstanceObservation } from '../observation/recovery-instance.ts';
import type { Observation } from '../observation.ts';
import type { Finding } from '../phase.ts';
import { spokenSpan } from '../time.ts';

/** What a launch that fails a server back is judged by, all of it seen in the tick that would make it (design.md 15.3). */
export interface FailbackSight {
  /** The reversed source server, in the target that the machine came from. */
  readonly observation: Observation;
  /** All recovery instances of the reversed server. */
  readonly instances: readonly RecoveryInstanceObservation[];
  /** The jobs by which this wave has launched it. */
  readonly ownJobs: readonly string[];
}

/**
 * Says whether a reversed server may be launched where it came from: its writers stand still, so what is not replicated
 * by now is lost. A live instance that this wave did not launch keeps it back, as DRS would take it away (1.9, H1).
 */
export function failbackGuard({
  observation,
  instances,
  ownJobs,
}: FailbackSight): Extract<Finding, { do: 'nothing' | 'wait' | 'fail' }> {
  const { replication, drs } = observation;
  if (drs?.replicationDirection !== undefined && drs.replicationDirection !== 'FAILBACK') {
    const message = `it replicates in direction ${drs.replicationDirection}: nothing comes back there`;
    return fail(FailureCode.NotReversible, message);
  }
  const foreign = instances.find(
    ({ isDrill, jobId }) => isDrill !== true && !(jobId !== undefined && ownJobs.includes(jobId)),
  );
  if (foreign !== undefined) {
    const { recoveryInstanceId } = foreign;
    const message = `recovery instance ${recoveryInstanceId} is live there, and this wave did not launch it`;
    return fail(FailureCode.LiveRecoveryInstance, message, recoveryInstanceId);
  }
  const { state, lagSeconds } = replication;
  if (state === 'STOPPED' || state === 'DISCONNECTED') {
    return fail(FailureCode.FailbackNotReady, `its replication back is ${state}`, state);
  }
  if (state === 'STALLED') {
    return wait(`replication stalled: ${replication.errorClass ?? 'UNKNOWN'}`);
  }
  if (lagSeconds === undefined) return wait('no lag is known');
  return lagSeconds > 0
    ? wait(`lag ${spokenSpan(lagSeconds)}: what was written before the freeze is not there yet`)
    : { do: 'nothing', because: 'drained' };
}

/** What a launch through the failback client is judged by. */
export interface ClientLaunchSight {
  readonly instance: RecoveryInstanceObservation | undefined;
  readonly instanceId: string;
}

/** Says whether a machine outside AWS may be launched by its failback client now (reference/drs.md 7.4 B). */
export function clientLaunchGuard({
  instance,
  instanceId,
}: ClientLaunchSight): Extract<Finding, { do: 'nothing' | 'wait' | 'fail' }> {
  if (instance === undefined) {
    return fail(
      FailureCode.FailbackNotReady,
      `recovery instance ${instanceId} is gone`,
      instanceId,
    );
  }
  if (instance.isDrill !== false) {
    const message = `recovery instance ${instanceId} is not known to be live`;
    return fail(FailureCode.FailbackNotReady, message, instanceId);
  }
  const { state } = instance.failback;
  if (state === 'FAILBACK_COMPLETED') {
    // What runs at home since an earlier launch has nothing of what was written here after it.
    const message = `the failback of ${instanceId} is complete already: boot its failback client for another`;
    return fail(FailureCode.FailbackNotReady, message, instanceId);
  }
  if (state !== 'FAILBACK_READY_FOR_LAUNCH') return wait(`its failback is ${state ?? 'unknown'}`);
  const lag = instance.replication.lagSeconds;
  return lag !== undefined && lag > 0
    ? wait(`lag ${spokenSpan(lag)}: what was written before the freeze is not there yet`)
    : { do: 'nothing', because: 'ready' };
}

/** What it rests on that a recovery instance which served may be terminated. */
export interface VacancySight {
  readonly server: string;
  /** The recovery instance that was failed back from; undefined where none is on record. */
  readonly instanceId: string | undefined;
  readonly instances: readonly RecoveryInstanceObservation[];
  /** Whether the server stands failed back, and protected again where its plan wants that. */
  readonly hasLeft: boolean;
  readonly isApproved: boolean;
}

/** What becomes of the recovery instance of a failed-back server. */
export type VacancyFinding =
  | { readonly do: 'terminate'; readonly instance: string }
  | Extract<Finding, { do: 'fail' | 'nothing' }>;

/**
 * Says whether a recovery instance that served is terminated: only the one that this very server was failed back from,
 * once the traffic has left it and a person has approved it. What else is there is left alone (reference/drs.md 7.4).
 */
export function vacancyOf({
  server,
  instanceId,
  instances,
  hasLeft,
  isApproved,
}: VacancySight): VacancyFinding {
  if (instanceId === undefined || !hasLeft) {
    return fail(FailureCode.FailbackNotReady, 'the server has not left its recovery instance');
  }
  if (!isApproved) {
    const message = 'nobody has approved that its recovery instance is terminated';
    return fail(FailureCode.SignOffMissing, message);
  }
  const one = instances.find(({ recoveryInstanceId }) => recoveryInstanceId === instanceId);
  if (one === undefined) return { do: 'nothing', because: `${instanceId} is gone already` };
  return one.sourceServerId === server
    ? { do: 'terminate', instance: instanceId }
    : fail(FailureCode.LiveRecoveryInstance, `${instanceId} is of another server`, instanceId);
}

const wait = (because: string) => ({ do: 'wait', because }) as const;

function fail(
  code: FailureCode,
  message: string,
  detail?: string,
): Extract<Finding, { do: 'fail' }> {
  return { do: 'fail', failure: failure(code, message, detail) };
}
