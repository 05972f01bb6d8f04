import { isAgentless, type Observation } from '../observation.ts';
import { instantMs, toMs } from '../time.ts';
import type { Memory } from './memory.ts';
import type { Sight } from './sight.ts';
import { evaluateStall } from './stall.ts';
import { unlaunchableReason } from './unlaunchable-reason.ts';
import { met, notYet, type Verdict } from './verdict.ts';

/**
 * Everything written at the source before the freeze has reached AWS (design.md 15.2). The wait begins after the
 * freeze, so its first look does, too: AWS's own time of that look is what AWS's stamps are held against, never our clock.
 */
export interface Drained {
  readonly kind: 'drained';
  readonly polls: number;
  /** Room for what is on its way between the source and AWS. */
  readonly skewSeconds: number;
  readonly stallGraceSeconds: number;
}

/** Says whether the source is drained: by heartbeats after the freeze, or by a whole shipping cycle after it. */
export function evaluateDrained(
  condition: Drained,
  observation: Observation,
  sight: Sight,
  memory: Memory,
): Verdict {
  const frozenSeenAt = memory.frozenSeenAt ?? observation.answeredAt;
  const known = { ...memory, frozenSeenAt };
  const stall = evaluateStall(observation, condition.stallGraceSeconds, sight, known);
  if (stall !== undefined) return stall;
  const { stalledSince: _, ...rest } = known;
  const freezeEndMs = toMs(frozenSeenAt) + condition.skewSeconds * 1000;
  return isAgentless(observation)
    ? evaluateCycles(observation, freezeEndMs, rest)
    : evaluateHeartbeats(condition, observation, freezeEndMs, rest);
}

function evaluateHeartbeats(
  condition: Drained,
  observation: Observation,
  freezeEndMs: number,
  memory: Memory,
): Verdict {
  const { heartbeats, ...rest } = memory;
  const reason = unlaunchableReason({ lagSeconds: 0, backlogBytes: 0 }, observation);
  if (reason !== undefined) return notYet(`not drained: ${reason}`, 'near', rest);
  const seenMs = instantMs(observation.lastSeenAt);
  if (observation.lastSeenAt === undefined || seenMs === undefined || seenMs <= freezeEndMs) {
    return notYet('no heartbeat since the freeze yet', 'near', rest);
  }
  const stamps = heartbeats?.includes(observation.lastSeenAt)
    ? heartbeats
    : [...(heartbeats ?? []), observation.lastSeenAt];
  if (stamps.length >= condition.polls) return met({ heartbeats: stamps.length });
  return notYet(`drained in ${stamps.length} of ${condition.polls} heartbeats`, 'near', {
    ...rest,
    heartbeats: stamps,
  });
}

function evaluateCycles(observation: Observation, freezeEndMs: number, memory: Memory): Verdict {
  const { state, lastSnapshotAt } = observation.replication;
  const snapshot = lastSnapshotAt ?? null;
  if (toMs(observation.answeredAt) <= freezeEndMs) {
    return notYet('the freeze has just begun', 'far', memory);
  }
  const idle = state === 'PENDING_SNAPSHOT_SHIPPING' || state === 'CONTINUOUS';
  const before = memory.cycles ?? { baselineAt: snapshot, advances: 0, idleSeen: false };
  const advanced = snapshot !== null && snapshot !== before.baselineAt;
  // A cycle in flight at the freeze took its VMware snapshot before it: it does not count (mgn.md 6.4).
  if (advanced && (before.idleSeen || before.advances >= 1)) {
    return met({ lastSnapshotAt: snapshot });
  }
  const cycles = {
    baselineAt: snapshot,
    advances: before.advances + (advanced ? 1 : 0),
    idleSeen: before.idleSeen || idle,
  };
  return notYet(
    cycles.idleSeen
      ? 'waits for one whole shipping cycle begun after the freeze'
      : 'a shipping cycle from before the freeze is still in flight',
    'far',
    { ...memory, cycles },
  );
}
