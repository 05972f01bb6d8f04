// In: what waits and what is due. Out: which servers this tick asks for. Pure.

import { type Instant, secondsBetween } from '../../core/time.ts';
import type { IntentRecord, LaunchRequest, TargetRecord, WaitRecord } from '../records.ts';

/** How often every server of the target is looked at, whether anything waits for it or not. */
export const sweepSeconds = 6 * 3600;

/** The pace of a target that no running wave has an opinion on. */
const idlePace = { minSeconds: 60, maxSeconds: 900 };

/** The most demanding of the running waves' paces. */
export function paceOf(target: Pick<TargetRecord, 'paces'>): {
  readonly minSeconds: number;
  readonly maxSeconds: number;
} {
  const paces = Object.values(target.paces);
  if (paces.length === 0) return idlePace;
  return {
    minSeconds: Math.min(...paces.map((p) => p.minSeconds)),
    maxSeconds: Math.min(...paces.map((p) => p.maxSeconds)),
  };
}

/** What a tick looks at. */
export interface Look {
  readonly servers: 'all' | readonly string[];
  /** Whether the waits that are far from their condition are looked at, too. */
  readonly far: boolean;
}

/**
 * Chooses what to look at: everything when a sweep is due or the last tick died; else the servers whose wait is
 * near, whose launch is queued or just ended, and at the slow pace also those whose wait is far.
 */
export function chooseLook(
  target: Pick<TargetRecord, 'lastSweepAt' | 'lastFarLookAt' | 'paces'>,
  waits: readonly Pick<WaitRecord, 'server' | 'pace'>[],
  requests: readonly Pick<LaunchRequest, 'server' | 'kind'>[],
  unresolved: readonly Pick<IntentRecord, 'servers'>[],
  now: Instant,
  recovering: boolean,
  feederRoom: number,
): Look {
  const sweepDue =
    target.lastSweepAt === null || secondsBetween(target.lastSweepAt, now) >= sweepSeconds;
  if (sweepDue || recovering) return { servers: 'all', far: true };
  const { maxSeconds } = paceOf(target);
  const far =
    target.lastFarLookAt === null || secondsBetween(target.lastFarLookAt, now) >= maxSeconds;
  const ids = new Set<string>();
  for (const wait of waits) {
    if (wait.server !== null && (far || wait.pace === 'near')) ids.add(wait.server);
  }
  let feeds = feederRoom;
  for (const request of requests) {
    // A start of replication that finds no free slot need not be looked at.
    if (request.kind === 'StartReplication') {
      feeds -= 1;
      if (feeds < 0) continue;
    }
    ids.add(request.server);
  }
  for (const intent of unresolved) for (const server of intent.servers) ids.add(server);
  return { servers: [...ids].sort(), far };
}
