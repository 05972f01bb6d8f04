// In: the servers of a target, what is known of their recovery snapshots, and up to when their turns are over. Out: of
// which servers this tick asks for the newest snapshot. One call a server: each has its turn once a period, spread over
// it by its id, so that no record has to remember when; what is amiss is asked for out of turn. Pure.
import type { RecoveryPoint } from '../../../core/change/drs/recovery-point.ts';
import type { Observation } from '../../../core/observation.ts';
import { fromMs, type Instant, toMs } from '../../../core/time.ts';

/** A server, and how recent its newest snapshot was when it was last asked for. */
export interface SnapshotCandidate {
  readonly observation: Pick<Observation, 'sourceServerId' | 'replication'>;
  readonly known: RecoveryPoint | undefined;
}

/** Whom to ask, up to when turns are over once all of them answered, and whether some had to stay behind. */
export interface SnapshotTurns {
  readonly ask: readonly string[];
  readonly until: Instant;
  readonly more: boolean;
}

/** Chooses the servers whose newest recovery snapshot is asked for: first those out of turn, then by their turns. */
export function snapshotTurns(
  candidates: readonly SnapshotCandidate[],
  {
    until,
    now,
    periodSeconds,
    budget,
  }: {
    readonly until: Instant | undefined;
    readonly now: Instant;
    readonly periodSeconds: number;
    readonly budget: number;
  },
): SnapshotTurns {
  const outOfTurn = candidates.filter(isOutOfTurn).map(idOf).sort();
  const chosen = outOfTurn.slice(0, budget);
  const fromMsec = toMs(until ?? now);
  const already = new Set(outOfTurn);
  const turns = candidates
    .map(idOf)
    .filter((id) => !already.has(id))
    .map((id) => ({ id, at: turnAfter(id, fromMsec, periodSeconds * 1000) }))
    .filter(({ at }) => at <= toMs(now))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const taken = turns.slice(0, budget - chosen.length);
  const isCut = taken.length < turns.length;
  const last = taken.at(-1)?.at ?? fromMsec;
  return {
    ask: [...chosen, ...taken.map(({ id }) => id)],
    until: isCut ? fromMs(last) : now,
    more: isCut || chosen.length < outOfTurn.length,
  };
}

function idOf({ observation }: SnapshotCandidate): string {
  return observation.sourceServerId;
}

const withoutPoints = new Set(['STOPPED', 'DISCONNECTED']);

function isOutOfTurn({ observation, known }: SnapshotCandidate): boolean {
  const { state, lagSeconds } = observation.replication;
  switch (known) {
    case undefined:
    case null:
      return true;
    case 'none':
      return lagSeconds !== undefined && state !== 'STALLED' && !withoutPoints.has(state ?? '');
    case 'old':
      // A server in sync has a newer one soon; one that stalls has none before it is mended.
      return state === 'CONTINUOUS' || withoutPoints.has(state ?? '');
    case 'recent':
      // What is stopped has lost its snapshots at once (reference/drs.md 1.4).
      return withoutPoints.has(state ?? '');
    default:
      return known satisfies never;
  }
}

/** The first turn of a server after a moment. */
function turnAfter(id: string, afterMs: number, periodMs: number): number {
  const offset = Math.floor(shareOf(id) * periodMs);
  return Math.floor((afterMs - offset) / periodMs) * periodMs + periodMs + offset;
}

/** Spreads ids evenly over 0 to 1, also those that count up: FNV-1a, its bits mixed once more. */
function shareOf(id: string): number {
  let hash = 0x811c9dc5;
  for (const letter of id) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
