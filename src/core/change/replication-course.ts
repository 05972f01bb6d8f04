import { hasReached, isAgentless, type Observation } from '../observation.ts';
import { type Instant, secondsBetween } from '../time.ts';

/** Whether the first full copy of a server's disks is under way or done; null before it began. */
export type InitialSync = 'running' | 'done' | null;

const copying = new Set(['INITIATING', 'INITIAL_SYNC']);
const shipping = new Set(['PENDING_SNAPSHOT_SHIPPING', 'SHIPPING_SNAPSHOT']);

/**
 * Says how far the first full copy is. Done is the first CONTINUOUS, or a life cycle that is ready for test; states in
 * between (BACKLOG, STALLED …) leave it as it was. A replication that begins anew runs it again.
 */
export function initialSyncOf(
  { lifecycle, replication: { state } }: Observation,
  before: InitialSync | undefined,
): InitialSync {
  if (state !== undefined && copying.has(state)) return 'running';
  if (state === 'CONTINUOUS' || hasReached(lifecycle, 'READY_FOR_TEST')) return 'done';
  if (state !== undefined && shipping.has(state)) return before === 'done' ? 'done' : 'running';
  return before ?? null;
}

/** Says when the last finished shipping cycle of an agentless server was taken; null for all others. */
export function lastCycleOf(
  observation: Observation,
  before: Instant | null | undefined,
): Instant | null {
  if (!isAgentless(observation)) return null;
  // Unhealthy and disconnected servers may tell none for a while; the last one that was told stands.
  return observation.replication.lastSnapshotAt ?? before ?? null;
}

const idleStates = new Set(['STOPPED', 'DISCONNECTED']);
const offTheWay = new Set([
  'DISCOVERED',
  'PENDING_INSTALLATION',
  'STOPPED',
  'DISCONNECTED',
  'CUTOVER',
]);

/** Says whether a server replicates at present, stalled or not. */
function replicates({ isArchived, lifecycle, replication: { state } }: Observation): boolean {
  if (isArchived || state === undefined || idleStates.has(state)) return false;
  return lifecycle === undefined || !offTheWay.has(lifecycle);
}

// A heartbeat comes each minute or two (reference/mgn.md 1.6); so many missing ones are no accident.
const agentSilenceSeconds = 900;
const agentBackSeconds = 720;

/**
 * Says whether the agent of a replicating server has not been heard of for 15 minutes, by AWS's own stamps; heard of
 * again within 12. Agentless servers have none: their vCenter client is watched instead.
 */
export function agentStaleOf(observation: Observation, before: boolean | undefined): boolean {
  if (isAgentless(observation) || !replicates(observation)) return false;
  const { lastSeenAt, answeredAt } = observation;
  if (lastSeenAt === undefined) return before ?? false;
  const silent = secondsBetween(lastSeenAt, answeredAt);
  return before === true ? silent > agentBackSeconds : silent > agentSilenceSeconds;
}

/** How much of a server's free period is used up, in percent: the highest of these that was reached. */
export type FreePeriodUsed = 0 | 75 | 90 | 100;

/** The free period of a server, in hours of replication. */
export const freeHours = 2160;

const freeMarks = [100, 90, 75] as const;

/** Says how many hours of its free period a server has used; undefined where the service does not tell. */
export function usedFreeHours({
  firstByteAt,
  elapsedSeconds,
  answeredAt,
}: Pick<Observation, 'firstByteAt' | 'elapsedSeconds' | 'answeredAt'>): number | undefined {
  const seconds =
    firstByteAt === undefined ? elapsedSeconds : secondsBetween(firstByteAt, answeredAt);
  return seconds === undefined ? undefined : Math.max(0, seconds / 3600);
}

/** Says which mark of its free period a replicating server has passed; the clock of others stands still. */
export function freePeriodOf(
  observation: Observation,
  before: FreePeriodUsed | undefined,
): FreePeriodUsed {
  // DRS is charged from its first hour on.
  if (observation.target.service === 'drs' || !replicates(observation)) return before ?? 0;
  const hours = usedFreeHours(observation);
  if (hours === undefined) return before ?? 0;
  return freeMarks.find((mark) => hours * 100 >= mark * freeHours) ?? 0;
}
