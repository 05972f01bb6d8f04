import { FailureCode } from '../failure.ts';
import type { Observation } from '../observation.ts';
import type { Memory } from './memory.ts';
import type { Sight } from './sight.ts';
import { impossible, met, notYet, sickly, type Verdict } from './verdict.ts';

/** The recovery instance of this very launch runs, and passes its checks and launch actions. */
export interface Recovered {
  readonly kind: 'recovered';
  readonly launch: 'drill' | 'recovery';
  readonly jobId: string | undefined;
}

const gone: ReadonlySet<string | undefined> = new Set(['TERMINATED', 'SHUTTING-DOWN', 'NOT_FOUND']);

/**
 * Says whether the recovery instance is the one of the launch and well: EC2's state and checks, and the launch actions
 * that are not optional. The job does not always name it, so it is found by its job (reference/drs.md 1.6).
 */
export function evaluateRecovered(
  { jobId, launch }: Recovered,
  { sourceServerId }: Pick<Observation, 'sourceServerId'>,
  sight: Sight,
  memory: Memory,
): Verdict {
  const found = sight.recoveryInstance;
  if (found === undefined && sight.recoveryInstanceGone === true) {
    return impossible(
      FailureCode.StatusChecksFailed,
      'its recovery instance was there, and is gone: somebody took it away, or its time was over',
    );
  }
  if (found === undefined) {
    return sickly('its recovery instance is not listed yet', FailureCode.LaunchFailed, memory);
  }
  if (launch === 'drill' && found.isDrill !== true) {
    return impossible(
      FailureCode.LiveRecoveryInstance,
      `recovery instance ${found.recoveryInstanceId} is no drill instance: hands off`,
      found.recoveryInstanceId,
    );
  }
  if (launch === 'recovery' && found.isDrill === true) {
    return impossible(
      FailureCode.LaunchFailed,
      `recovery instance ${found.recoveryInstanceId} is of a drill, not of a recovery`,
      found.recoveryInstanceId,
    );
  }
  const actions =
    sight.job?.servers.find((one) => one.sourceServerId === sourceServerId)?.postLaunchActions ??
    [];
  const failed = actions.find(
    ({ status, mustSucceedForCutover }) => mustSucceedForCutover && status === 'FAILED',
  );
  if (failed !== undefined) {
    return impossible(
      FailureCode.PostLaunchActionFailed,
      `launch action ${failed.name} failed: ${failed.reason ?? 'no reason given'}`,
      failed.name,
    );
  }
  const { ec2State, recoveryInstanceId } = found;
  if (gone.has(ec2State)) {
    return impossible(FailureCode.StatusChecksFailed, `the instance is ${ec2State ?? 'gone'}`);
  }
  if (ec2State !== 'RUNNING') {
    const state = ec2State ?? 'in an unknown state';
    return sickly(`the instance is ${state}`, FailureCode.StatusChecksFailed, memory);
  }
  const running = actions.find(({ status }) => status === 'IN_PROGRESS');
  if (running !== undefined) {
    return sickly(`launch action ${running.name} runs`, FailureCode.PostLaunchActionFailed, memory);
  }
  const { instance } = sight;
  if (instance === undefined) return notYet('EC2 does not list the instance yet', 'near', memory);
  if (instance.systemStatus !== 'ok' || instance.instanceStatus !== 'ok') {
    return sickly(
      `system check ${instance.systemStatus ?? 'unknown'}, instance check ${instance.instanceStatus ?? 'unknown'}`,
      FailureCode.StatusChecksFailed,
      memory,
    );
  }
  return met({
    instanceId: recoveryInstanceId,
    jobId: jobId ?? null,
    pointInTimeAt: found.pointInTimeAt ?? null,
  });
}
