import { type Instant, secondsBetween } from '../../time.ts';

/** How recent the newest recovery snapshot of a server was when it was last asked for; null before that. */
export type RecoveryPoint = 'none' | 'recent' | 'old' | null;

/** What a look at the recovery snapshots of a server brought: the newest, where there is one. */
export interface RecoveryPointLook {
  readonly newestAt: Instant | undefined;
  readonly answeredAt: Instant;
}

/** Says how recent the newest recovery snapshot is; what was found last stands while nobody asks. */
export function recoveryPointOf(
  before: RecoveryPoint | undefined,
  look: RecoveryPointLook | undefined,
  limitSeconds: number,
): RecoveryPoint {
  if (look === undefined) return before ?? null;
  if (look.newestAt === undefined) return 'none';
  return secondsBetween(look.newestAt, look.answeredAt) > limitSeconds ? 'old' : 'recent';
}
