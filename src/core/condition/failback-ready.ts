import { FailureCode } from '../failure.ts';
import { spokenSpan } from '../time.ts';
import type { Memory } from './memory.ts';
import type { Sight } from './sight.ts';
import { evaluateSustained, type Sustain } from './sustained.ts';
import { impossible, met, notYet, sickly, type Verdict } from './verdict.ts';

/** A recovery instance is ready to fail back, or through it. */
export interface FailbackReady extends Sustain {
  readonly kind: 'failback-ready';
  readonly instanceId: string;
  /** Up to which lag it counts as ready; its state alone decides where it is left out. */
  readonly lagSeconds?: number;
  /** Whether its machine must have come back: within AWS that state never comes (reference/drs.md 1.5). */
  readonly until: 'ready' | 'completed';
  /** Whether the machine comes back by the failback client, which a person boots. */
  readonly byClient: boolean;
}

const late = FailureCode.FailbackNotReady;

/**
 * Says whether the way back of a recovery instance is as far as it should be, as DRS tells it. What the opposite Region
 * could not be asked for, and an error that may pass, is waited out until the deadline; people are told by its events.
 */
export function evaluateFailbackReady(
  condition: FailbackReady,
  sight: Sight,
  memory: Memory,
): Verdict {
  const { instanceId, until, byClient } = condition;
  const { heldSince: _, absentSinceTick, ...rest } = memory;
  const found = sight.recoveryInstance;
  if (found === undefined) {
    return absentSinceTick === undefined
      ? notYet(`recovery instance ${instanceId} was not listed`, 'near', {
          ...rest,
          absentSinceTick: sight.tick,
        })
      : impossible(late, `recovery instance ${instanceId} is gone: somebody took it away`);
  }
  const { state } = found.failback;
  switch (state) {
    case 'FAILBACK_COMPLETED':
      return until === 'completed'
        ? met({ state })
        : waits('its failback is complete already: its client must be booted for another', rest);
    case 'FAILBACK_READY_FOR_LAUNCH':
      if (until === 'completed') return sickly('its launch at home has not ended', late, rest);
      return ready(condition, sight, memory);
    case 'FAILBACK_NOT_STARTED':
      return waits(
        byClient
          ? 'its failback client has not been booted; no call of AWS can do that'
          : 'its replication back has not begun',
        rest,
      );
    case 'FAILBACK_ERROR':
      return waits(`its way back has an error: ${found.replication.errorClass ?? 'UNKNOWN'}`, rest);
    case 'FAILBACK_LAUNCH_STATE_NOT_AVAILABLE':
      return waits('the opposite Region cannot be asked how its way back stands', rest);
    default:
      return waits(`its failback is ${state ?? 'unknown'}`, rest);
  }
}

function ready(condition: FailbackReady, sight: Sight, memory: Memory): Verdict {
  const { heldSince: _, ...rest } = memory;
  const { lagSeconds } = sight.recoveryInstance?.replication ?? {};
  const most = condition.lagSeconds;
  if (most !== undefined && lagSeconds !== undefined && lagSeconds > most) {
    return waits(`lag ${spokenSpan(lagSeconds)}, more than ${spokenSpan(most)}`, rest);
  }
  return evaluateSustained('ready to fail back', condition, sight, memory);
}

function waits(reason: string, memory: Memory): Verdict {
  return { is: 'not-yet', reason, pace: 'far', memory, late };
}
