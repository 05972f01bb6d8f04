import type { RecoveryPoint } from '../change/drs/recovery-point.ts';
import { docsAt, instantAt, textAt } from '../observation.ts';
import { fromMs, type Instant, toMs } from '../time.ts';

/** A recovery snapshot of a server, as it is listed. */
export interface RecoverySnapshot {
  readonly snapshotId: string;
  readonly takenAt: Instant;
}

/** Which recovery point a server is launched from. */
export interface PointWish {
  /** It was taken before this instant; absent where any will do. */
  readonly before?: Instant;
  /** So many newer ones are passed over, as they were tried and nobody knows when they were taken. */
  readonly skip: number;
}

/** What was tried before, as far as it is known. */
export interface EarlierTry {
  readonly pointInTimeAt?: Instant | undefined;
}

/**
 * Says which recovery point a try is launched from; undefined where DRS takes the latest itself. A try after one that
 * failed goes back to the next older point, whatever the plan asks for (reference/drs.md 7.3).
 */
export function pointWish(
  before: Instant | undefined,
  earlier: EarlierTry | undefined,
  onRecord: RecoveryPoint | undefined,
): PointWish | undefined {
  const tried = earlier?.pointInTimeAt;
  const bounds = [before, tried].filter((one) => one !== undefined);
  if (bounds.length > 0) {
    const first = fromMs(Math.min(...bounds.map(toMs)));
    return { before: first, skip: earlier !== undefined && tried === undefined ? 1 : 0 };
  }
  if (earlier !== undefined) return { skip: 1 };
  // Where no look has found a recovery point, one must be found now: DRS refuses a whole call for one server without.
  return onRecord === 'recent' || onRecord === 'old' ? undefined : { skip: 0 };
}

/** The snapshots of an answer, the newest first as it was asked for; those without an id or a date left out. */
export function snapshotsIn(
  documents: readonly Readonly<Record<string, unknown>>[],
): readonly RecoverySnapshot[] {
  return docsAt({ documents }, 'documents')
    .flatMap((one) => {
      const snapshotId = textAt(one, 'snapshotID');
      const takenAt = instantAt(one, 'timestamp') ?? instantAt(one, 'expectedTimestamp');
      return snapshotId === undefined || takenAt === undefined ? [] : [{ snapshotId, takenAt }];
    })
    .toSorted((a, b) => toMs(b.takenAt) - toMs(a.takenAt));
}

/** Chooses the recovery point of a try; undefined where there is none such. */
export function choosePoint(
  snapshots: readonly RecoverySnapshot[],
  { before, skip }: PointWish,
): RecoverySnapshot | undefined {
  return snapshots.filter(({ takenAt }) => before === undefined || toMs(takenAt) < toMs(before))[
    skip
  ];
}

/** Says what was looked for and not found. */
export function noPointReason({ before, skip }: PointWish): string {
  if (before !== undefined) return `it has no recovery point from before ${before}`;
  return skip > 0
    ? 'it has no recovery point older than the one that was tried'
    : 'it has no recovery point';
}
