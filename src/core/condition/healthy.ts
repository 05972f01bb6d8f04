import { FailureCode } from '../failure.ts';
import type { Observation } from '../observation.ts';
import type { Memory } from './memory.ts';
import type { Sight } from './sight.ts';
import { impossible, met, notYet, sickly, type Verdict } from './verdict.ts';

/** The instance of this very launch runs, has booted, and passes its checks and post-launch actions. */
export interface Healthy {
  readonly kind: 'healthy';
  readonly launch: 'test' | 'cutover';
  readonly jobId: string | undefined;
  readonly instanceId: string | undefined;
}

/** Says whether the launched instance is the expected one and well: actions, first boot, EC2 checks. */
export function evaluateHealthy(
  condition: Healthy,
  observation: Observation,
  sight: Sight,
  memory: Memory,
): Verdict {
  const expected = condition.launch === 'test' ? 'TESTING' : 'CUTTING_OVER';
  if (observation.lifecycle !== expected) {
    return impossible(
      FailureCode.LifecycleUnexpected,
      `life cycle ${observation.lifecycle ?? 'unknown'} instead of ${expected}: somebody else changed it`,
    );
  }
  const { instanceId, firstBoot } = observation.launched;
  if (instanceId === undefined)
    return notYet('the launched instance is not listed yet', 'near', memory);
  if (condition.instanceId !== undefined && condition.instanceId !== instanceId) {
    return impossible(
      FailureCode.LifecycleUnexpected,
      `instance ${instanceId} instead of ${condition.instanceId}: somebody else launched again`,
    );
  }
  const part = sight.job?.servers.find((s) => s.sourceServerId === observation.sourceServerId);
  const failed = part?.postLaunchActions.find((action) => action.status === 'FAILED');
  if (failed !== undefined) {
    return impossible(
      FailureCode.PostLaunchActionFailed,
      `post-launch action ${failed.name} failed: ${failed.reason ?? 'no reason given'}`,
      failed.name,
    );
  }
  const running = part?.postLaunchActions.find((action) => action.status !== 'SUCCESS');
  if (running !== undefined) {
    return sickly(
      `post-launch action ${running.name} is ${running.status ?? 'unknown'}`,
      FailureCode.PostLaunchActionFailed,
      memory,
    );
  }
  if (firstBoot !== 'SUCCEEDED') {
    return sickly(`first boot is ${firstBoot ?? 'unknown'}`, FailureCode.FirstBootFailed, memory);
  }
  const { instance } = sight;
  if (instance === undefined) return notYet('EC2 does not list the instance yet', 'near', memory);
  if (instance.state === 'terminated' || instance.state === 'shutting-down') {
    return impossible(FailureCode.StatusChecksFailed, `the instance is ${instance.state}`);
  }
  if (
    instance.state !== 'running' ||
    instance.systemStatus !== 'ok' ||
    instance.instanceStatus !== 'ok'
  ) {
    return sickly(
      `instance ${instance.state ?? 'unknown'}, system check ${instance.systemStatus ?? 'unknown'}, instance check ${instance.instanceStatus ?? 'unknown'}`,
      FailureCode.StatusChecksFailed,
      memory,
    );
  }
  return met({ instanceId, jobId: condition.jobId ?? observation.launched.jobId ?? null });
}
