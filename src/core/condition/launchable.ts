import type { Observation } from '../observation.ts';
import { instantMs, toMs } from '../time.ts';
import type { Memory } from './memory.ts';
import type { Sight } from './sight.ts';
import { evaluateStall } from './stall.ts';
import { evaluateSustained, type Sustain } from './sustained.ts';
import { unlaunchableReason } from './unlaunchable-reason.ts';
import { notYet, type Verdict } from './verdict.ts';

/** In sync, and within the plan's limits for a while: a launch now would be good. */
export interface Launchable extends Sustain {
  readonly kind: 'launchable';
  readonly lagSeconds: number;
  readonly backlogBytes: number;
  /** How long a stalled replication may try to recover by itself. */
  readonly stallGraceSeconds: number;
}

/** How far off a sync may be before a look each tick is worth its price. */
const nearEtaSeconds = 1800;

/** Says whether the server has been within the limits for enough polls and long enough without a break. */
export function evaluateLaunchable(
  condition: Launchable,
  observation: Observation,
  sight: Sight,
  memory: Memory,
): Verdict {
  const stall = evaluateStall(observation, condition.stallGraceSeconds, sight, memory);
  if (stall !== undefined) return stall;
  const { stalledSince: _, ...calm } = memory;
  const reason = unlaunchableReason(condition, observation);
  if (reason !== undefined) {
    const { heldSince: __, ...rest } = calm;
    return notYet(reason, paceOfSync(observation), rest);
  }
  return evaluateSustained('within limits', condition, sight, calm);
}

function paceOfSync(observation: Observation): 'near' | 'far' {
  const etaMs = instantMs(observation.replication.etaAt);
  if (etaMs === undefined) return 'far';
  return (etaMs - toMs(observation.answeredAt)) / 1000 <= nearEtaSeconds ? 'near' : 'far';
}
