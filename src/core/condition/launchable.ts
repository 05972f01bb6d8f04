import type { Observation } from '../observation.ts';
import { instantMs, spokenSpan, toMs } from '../time.ts';
import type { Memory } from './memory.ts';
import type { Sight } from './sight.ts';
import { evaluateStall } from './stall.ts';
import { unlaunchableReason } from './unlaunchable-reason.ts';
import { met, notYet, type Verdict } from './verdict.ts';

/** In sync, and within the plan's limits for a while: a launch now would be good. */
export interface Launchable {
  readonly kind: 'launchable';
  readonly lagSeconds: number;
  readonly backlogBytes: number;
  readonly sustainedPolls: number;
  readonly sustainedSeconds: number;
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
  const { heldSince, stalledSince: _, ...rest } = memory;
  const reason = unlaunchableReason(condition, observation);
  if (reason !== undefined) {
    return notYet(reason, paceOfSync(observation), rest);
  }
  const since =
    heldSince !== undefined && heldSince.tick > sight.lastFailedTick
      ? heldSince
      : { tick: sight.tick, at: sight.now };
  const polls = sight.tick - since.tick + 1;
  const seconds = (toMs(sight.now) - toMs(since.at)) / 1000;
  if (polls >= condition.sustainedPolls && seconds >= condition.sustainedSeconds) {
    return met({ heldPolls: polls, heldSeconds: seconds });
  }
  return notYet(
    `within limits for ${polls} of ${condition.sustainedPolls} polls and ${spokenSpan(seconds)} of ${spokenSpan(condition.sustainedSeconds)}`,
    'near',
    { ...rest, heldSince: since },
  );
}

function paceOfSync(observation: Observation): 'near' | 'far' {
  const etaMs = instantMs(observation.replication.etaAt);
  if (etaMs === undefined) return 'far';
  return (etaMs - toMs(observation.answeredAt)) / 1000 <= nearEtaSeconds ? 'near' : 'far';
}
