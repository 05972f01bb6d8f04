import type { Observation } from '../../observation.ts';
import type { DrsLimits } from '../../target-list/drs-limits.ts';

/** Whether a server keeps its recovery point objective; null where no lag is told. */
export type LagObjective = 'kept' | 'missed' | null;

/** What is on record: how it stands, and for how many looks in a row it has stood against that. */
export interface LagCourse {
  readonly objective: LagObjective;
  readonly against: number;
}

// It is kept again only at four fifths of the objective, so a lag that hovers there does not flap.
const fallShare = 0.8;

/**
 * Says whether a server keeps its objective: it is missed once the lag is beyond it for so many looks in a row, and kept
 * again once it is within four fifths of it for as many. What is seen for the first time counts at once.
 */
export function lagCourseAfter(
  before: LagCourse | undefined,
  { replication: { lagSeconds } }: Pick<Observation, 'replication'>,
  { rpoSeconds, lagLooks }: Pick<DrsLimits, 'rpoSeconds' | 'lagLooks'>,
): LagCourse {
  if (lagSeconds === undefined) return { objective: null, against: 0 };
  const was = before?.objective ?? null;
  if (was === null) return { objective: lagSeconds > rpoSeconds ? 'missed' : 'kept', against: 0 };
  const isAgainst = was === 'kept' ? lagSeconds > rpoSeconds : lagSeconds <= rpoSeconds * fallShare;
  if (!isAgainst) return { objective: was, against: 0 };
  const against = (before?.against ?? 0) + 1;
  if (against < lagLooks) return { objective: was, against };
  return { objective: was === 'kept' ? 'missed' : 'kept', against: 0 };
}
