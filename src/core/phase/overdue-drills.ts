import type { RecoveryInstanceObservation } from '../observation/recovery-instance.ts';
import { type Instant, secondsBetween } from '../time.ts';

/** A recovery instance, since when it is there, and whether a drill of Landfall launched it. */
export interface KnownInstance {
  readonly seen: RecoveryInstanceObservation;
  readonly since: Instant;
  readonly isOurs: boolean;
}

/**
 * The drill instances of Landfall that have been there for too long, the oldest first, those left out whose server a job
 * holds. Never a live one, and never what somebody else's drill left (reference/drs.md 1.9, H10).
 */
export function overdueDrills(
  instances: readonly KnownInstance[],
  {
    busy,
    longestSeconds,
    now,
  }: {
    readonly busy: ReadonlySet<string>;
    readonly longestSeconds: number;
    readonly now: Instant;
  },
): readonly RecoveryInstanceObservation[] {
  return instances
    .filter(
      ({ seen, since, isOurs }) =>
        isOurs &&
        seen.isDrill === true &&
        seen.sourceServerId !== undefined &&
        !busy.has(seen.sourceServerId) &&
        secondsBetween(since, now) >= longestSeconds,
    )
    .toSorted((a, b) => secondsBetween(b.since, a.since))
    .map(({ seen }) => seen);
}
