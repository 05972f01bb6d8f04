import type { DrsPart } from '../../observation/drs-part.ts';
import type { Observation } from '../../observation.ts';
import { type Instant, secondsBetween } from '../../time.ts';

/** How a server stands with its drills; null where none is due, as on the way back. */
export type DrillStanding = {
  readonly state: 'due' | 'done' | 'overdue';
  /** When the last drill began that launched it; null where none is known. */
  readonly lastAt: Instant | null;
} | null;

const launched = new Set(['LAUNCHED', 'TERMINATED']);
const daySeconds = 86_400;

/** When the last launch began, where it was a drill that launched the server. */
function drilledAt({ lastLaunch, lastLaunchResult }: DrsPart): Instant | undefined {
  if (lastLaunch?.type !== 'DRILL') return undefined;
  const good = lastLaunchResult === 'SUCCEEDED' || launched.has(lastLaunch.status ?? '');
  return good ? lastLaunch.at : undefined;
}

/**
 * Says whether a server was drilled within so many days; one that never was has as long from when it was added. A real
 * recovery takes the place of a drill in what the service tells, so the last drill is remembered.
 */
export function drillStandingOf(
  before: DrillStanding | undefined,
  observation: Pick<Observation, 'drs' | 'answeredAt'>,
  drillDays: number,
): DrillStanding {
  const { drs, answeredAt } = observation;
  if (drs === undefined || drs.replicationDirection === 'FAILBACK') return null;
  const lastAt = drilledAt(drs) ?? before?.lastAt ?? null;
  const from = lastAt ?? drs.addedAt;
  const overdue = from !== undefined && secondsBetween(from, answeredAt) > drillDays * daySeconds;
  return { state: overdue ? 'overdue' : lastAt === null ? 'due' : 'done', lastAt };
}
