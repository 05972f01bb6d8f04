import { FailureCode } from '../failure.ts';
import type { Observation } from '../observation.ts';
import { spokenSpan, toMs } from '../time.ts';
import type { Memory } from './memory.ts';
import type { Sight } from './sight.ts';
import { met, notYet, type Verdict } from './verdict.ts';

/** A server of DRS is in sync, within its lag for a while, and can be recovered from a snapshot. */
export interface Protected {
  readonly kind: 'protected';
  readonly lagSeconds: number;
  readonly sustainedPolls: number;
  readonly sustainedSeconds: number;
}

const inSync: ReadonlySet<string | undefined> = new Set([
  'CONTINUOUS',
  'BACKLOG',
  'CREATING_SNAPSHOT',
  'RESCAN',
]);

/**
 * Says whether the server is protected. A stall is waited out until the deadline: DRS has no call that mends one, and
 * its events have told people (reference/drs.md 1.4, 7.1).
 */
export function evaluateProtected(
  condition: Protected,
  observation: Observation,
  sight: Sight,
  memory: Memory,
): Verdict {
  const { heldSince, ...rest } = memory;
  const { state, errorClass, lagSeconds } = observation.replication;
  if (state === 'STALLED') {
    const late = FailureCode.ReplicationStalled;
    const reason = `replication stalled: ${errorClass ?? 'UNKNOWN'}`;
    return { is: 'not-yet', reason, pace: 'far', memory: rest, late };
  }
  const reason = inSync.has(state)
    ? lagReason(lagSeconds, condition.lagSeconds)
    : `replication is ${state ?? 'unknown'}`;
  if (reason !== undefined) return notYet(reason, 'far', rest);
  if (sight.recoveryPoint === undefined || sight.recoveryPoint === null) {
    return notYet('its recovery snapshots were not asked for yet', 'near', rest);
  }
  if (sight.recoveryPoint === 'none') return notYet('it has no recovery snapshot yet', 'far', rest);
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
    `in sync for ${polls} of ${condition.sustainedPolls} polls and ${spokenSpan(seconds)} of ${spokenSpan(condition.sustainedSeconds)}`,
    'near',
    { ...rest, heldSince: since },
  );
}

function lagReason(lag: number | undefined, most: number): string | undefined {
  if (lag === undefined) return 'no lag is known';
  return lag <= most ? undefined : `lag ${spokenSpan(lag)}, more than ${spokenSpan(most)}`;
}
