// In: what waits and what is due. Out: which servers this tick asks for. Pure.

import { type Instant, secondsBetween } from '../../core/time.ts';
import type { TargetRecord } from '../records/target-records.ts';
import type { IntentRecord, LaunchRequest, WaitRecord } from '../records/wait-records.ts';

/** How often every server of a target is looked at, whether anything waits for it or not, where nobody says otherwise. */
export const defaultWatchSeconds = 900;

/** How often the settings of servers are looked at, where nobody says otherwise: each takes calls of its own. */
export const defaultSettingsSeconds = 12 * 3600;

const leastSeconds = 60;

/** How often a target is looked at: where something is near, and at the slow pace, which looks at everything. */
export interface Pace {
  readonly minSeconds: number;
  readonly maxSeconds: number;
}

/** The most demanding of the running waves' paces; the slow one is never slower than all servers are to be watched. */
export function paceOf({ paces }: Pick<TargetRecord, 'paces'>, watchSeconds: number): Pace {
  const asked = Object.values(paces);
  return {
    minSeconds: asked.length === 0 ? leastSeconds : Math.min(...asked.map((p) => p.minSeconds)),
    maxSeconds: Math.min(watchSeconds, ...asked.map((p) => p.maxSeconds)),
  };
}

/** The servers that a tick looks at: all of the target, or those with these ids. */
export type Look = 'all' | readonly string[];

/**
 * Says whether the silence of its vCenter client holds a request back, as the target's record knows: it need not be
 * looked at, and takes no other's turn.
 */
export function isHeldBySilence(
  { clients }: Pick<TargetRecord, 'clients'>,
  { silentClient }: Pick<LaunchRequest, 'silentClient'>,
): boolean {
  return typeof silentClient === 'string' && clients?.[silentClient] === 'silent';
}

/**
 * Chooses what to look at: everything at the slow pace, at first and when the last tick died; else the servers whose
 * wait is near, whose launch is queued or just ended, and `besides`, whose configuration is looked at.
 */
export function chooseLook(
  target: Pick<TargetRecord, 'lastSweepAt' | 'clients'>,
  waits: readonly Pick<WaitRecord, 'server' | 'pace'>[],
  requests: readonly Pick<LaunchRequest, 'server' | 'kind' | 'silentClient'>[],
  unresolved: readonly Pick<IntentRecord, 'servers'>[],
  now: Instant,
  { maxSeconds }: Pace,
  recovering: boolean,
  feederRoom: number,
  besides: readonly string[] = [],
): Look {
  const { lastSweepAt } = target;
  const due = lastSweepAt === null || secondsBetween(lastSweepAt, now) >= maxSeconds;
  if (due || recovering) return 'all';
  const ids = new Set<string>(besides);
  for (const wait of waits) {
    if (wait.server !== null && wait.pace === 'near') ids.add(wait.server);
  }
  let feeds = feederRoom;
  for (const request of requests) {
    // The look at everything tells when its client is back.
    if (isHeldBySilence(target, request)) continue;
    // A start of replication that finds no free slot need not be looked at.
    if (request.kind === 'StartReplication') {
      feeds -= 1;
      if (feeds < 0) continue;
    }
    ids.add(request.server);
  }
  for (const intent of unresolved) for (const server of intent.servers) ids.add(server);
  return [...ids].sort();
}
