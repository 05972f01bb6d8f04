import { FailureCode } from '../failure.ts';
import type { Observation } from '../observation.ts';
import { type Instant, toMs } from '../time.ts';
import type { Memory } from './memory.ts';
import type { Sight } from './sight.ts';
import { impossible, met, notYet, type Verdict } from './verdict.ts';

/** The cutover instance that was healthy is still the launched one, and its soak time is over. */
export interface Signable {
  readonly kind: 'signable';
  readonly instanceId: string | undefined;
  readonly soakUntil: Instant | undefined;
}

/** Says whether the cutover may be signed off: the healthy instance is still launched, and has soaked. */
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
  if (condition.soakUntil !== undefined && toMs(sight.now) < toMs(condition.soakUntil)) {
    return notYet(`soaks until ${condition.soakUntil}`, 'far', memory);
  }
  return met();
}
