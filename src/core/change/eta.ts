import { hasReached, isAgentless, type Observation } from '../observation.ts';
import { type Instant, secondsBetween } from '../time.ts';

/** The estimated end of a sync that later estimates are measured by. It is a measure: kept beside the facts. */
export interface EtaMark {
  readonly at: Instant;
  /** The replication state that it was told for; another sync has another estimate. */
  readonly state: string;
  /** When it was noted, by AWS's clock. */
  readonly notedAt: Instant;
}

/** An estimate that moved later by more than its tolerance. */
export interface EtaSlip {
  readonly previous: Instant;
  readonly current: Instant;
  readonly slippedSeconds: number;
}

const leastToleranceSeconds = 3600;
const toleratedShare = 0.1;
// The sync goes on after these, and what they cost it is a slip.
const interrupting = new Set(['STALLED', 'PAUSED']);

/**
 * Says what an observation makes of the estimate on record: a slip where it moved later by more than an hour and more
 * than a tenth of the time that it was away. One that moved earlier by as much becomes the new measure without a word.
 */
export function etaAfter(
  mark: EtaMark | null,
  observation: Observation,
): { readonly mark: EtaMark | null; readonly slip: EtaSlip | undefined } {
  const { answeredAt, lifecycle, replication } = observation;
  const { etaAt, state } = replication;
  if (state !== undefined && interrupting.has(state)) return { mark, slip: undefined };
  // Each later shipping cycle has an end of its own: only the first is a sync that people wait for.
  const cycles = isAgentless(observation) && hasReached(lifecycle, 'READY_FOR_TEST');
  if (etaAt === undefined || state === undefined || cycles) return { mark: null, slip: undefined };
  const noted: EtaMark = { at: etaAt, state, notedAt: answeredAt };
  if (mark === null || mark.state !== state) return { mark: noted, slip: undefined };
  const moved = secondsBetween(mark.at, etaAt);
  const away = Math.max(0, secondsBetween(mark.notedAt, mark.at));
  if (Math.abs(moved) <= Math.max(leastToleranceSeconds, away * toleratedShare)) {
    return { mark, slip: undefined };
  }
  return {
    mark: noted,
    slip:
      moved > 0
        ? { previous: mark.at, current: etaAt, slippedSeconds: Math.round(moved) }
        : undefined,
  };
}
