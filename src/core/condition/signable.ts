import { FailureCode } from '../failure.ts';
import type { Observation } from '../observation.ts';
import { extendedDeadline } from '../pause.ts';
import { type Instant, toMs } from '../time.ts';
import type { Memory } from './memory.ts';
import type { Sight } from './sight.ts';
import { impossible, met, notYet, sickly, type Verdict } from './verdict.ts';

/** The cutover instance that was healthy is still the launched one, its soak time is over, and its window is open. */
export interface Signable {
  readonly kind: 'signable';
  readonly instanceId: string | undefined;
  readonly soakUntil: Instant | undefined;
  /** Since when it has been healthy; a soak counts from there, without the time that its wave was paused. */
  readonly soakFrom?: Instant;
  /** When the window opens in which it may be finalized. */
  readonly opensAt?: Instant;
}

/**
 * Says whether the cutover may be signed off: the healthy instance is still launched, and has soaked. While it soaks it
 * is watched: an instance that EC2 no longer finds well is not finalized.
 */
export function evaluateSignable(
  condition: Signable,
  observation: Observation,
  sight: Sight,
  memory: Memory,
): Verdict {
  if (observation.lifecycle === 'CUTOVER') return met();
  if (observation.lifecycle !== 'CUTTING_OVER') {
    return impossible(
      FailureCode.LifecycleUnexpected,
      `life cycle ${observation.lifecycle ?? 'unknown'} instead of CUTTING_OVER: somebody else changed it`,
    );
  }
  const { instanceId } = observation.launched;
  if (condition.instanceId !== undefined && condition.instanceId !== instanceId) {
    return impossible(
      FailureCode.SignOffMissing,
      `instance ${condition.instanceId} was healthy, but ${instanceId ?? 'none'} is launched now`,
    );
  }
  const { soakUntil, opensAt } = condition;
  if (soakUntil !== undefined) {
    const sick = sickness(sight);
    if (sick !== undefined) {
      return impossible(
        FailureCode.InstanceUnhealthy,
        `instance ${instanceId ?? ''} became unhealthy while it soaked: ${sick}`,
      );
    }
    const until = soakedAt(condition, sight);
    if (toMs(sight.now) < toMs(until)) return notYet(`soaks until ${until}`, 'far', memory);
    // Without a word of EC2 nobody knows whether it is well at the end.
    if (sight.instance === undefined) {
      return sickly('EC2 does not list its instance', FailureCode.InstanceUnhealthy, memory);
    }
  }
  if (opensAt !== undefined && toMs(sight.now) < toMs(opensAt)) {
    return notYet(`its window opens at ${opensAt}`, 'far', memory);
  }
  return met();
}

function soakedAt({ soakFrom, soakUntil }: Signable, { pauses, now }: Sight): Instant {
  const at = soakUntil ?? now;
  return extendedDeadline({ from: soakFrom ?? at, at }, pauses ?? [], now);
}

/** What EC2 finds wrong; a check that is only running again, as after a reboot, is not wrong yet. */
function sickness({ instance }: Sight): string | undefined {
  if (instance === undefined) return undefined;
  const { state, systemStatus, instanceStatus } = instance;
  if (state !== 'running' && state !== 'pending') return `it is ${state ?? 'in no known state'}`;
  if (systemStatus === 'impaired') return 'its system check is impaired';
  return instanceStatus === 'impaired' ? 'its instance check is impaired' : undefined;
}
