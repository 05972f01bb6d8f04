import type { RecoveryInstanceObservation } from '../../observation/recovery-instance.ts';
import type { DrsLimits } from '../../target-list/drs-limits.ts';
import { type Instant, secondsBetween } from '../../time.ts';

/** The facts of a recovery instance: what events tell and what is written when it differs. */
export interface InstanceFacts {
  readonly present: boolean;
  readonly ec2State: string | null;
  readonly failbackState: string | null;
  readonly replicationState: string | null;
  /** The error class of a stalled way back; null while nothing stalls. */
  readonly stalled: string | null;
  /** Whether it is the instance of a drill and has been there for longer than drills may take. */
  readonly drillOverdue: boolean;
}

/** Draws the facts out of an observation of an instance that is there since a moment. */
export function instanceFactsOf(
  { ec2State, failback, replication, isDrill }: RecoveryInstanceObservation,
  since: Instant,
  now: Instant,
  { drillInstanceHours }: Pick<DrsLimits, 'drillInstanceHours'>,
): InstanceFacts {
  return {
    present: true,
    ec2State: ec2State ?? null,
    failbackState: failback.state ?? null,
    replicationState: replication.state ?? null,
    stalled: replication.state === 'STALLED' ? (replication.errorClass ?? 'UNKNOWN') : null,
    drillOverdue: isDrill === true && secondsBetween(since, now) > drillInstanceHours * 3600,
  };
}

/** The facts of an instance that the service no longer lists. */
export function instanceGone(facts: InstanceFacts): InstanceFacts {
  return { ...facts, present: false, drillOverdue: false };
}

/** One fact of an instance that differs from the last record. */
export interface InstanceChange {
  readonly fact: keyof InstanceFacts;
  readonly previous: string | boolean | null;
  readonly current: string | boolean | null;
}

const order: readonly (keyof InstanceFacts)[] = [
  'present',
  'ec2State',
  'failbackState',
  'replicationState',
  'stalled',
  'drillOverdue',
];

/** Says what changed, in a fixed order; a fact that was never kept has not. */
export function instanceDiff(
  previous: Partial<InstanceFacts>,
  current: InstanceFacts,
): readonly InstanceChange[] {
  const changes: InstanceChange[] = [];
  for (const fact of order) {
    const was = previous[fact];
    const is = current[fact];
    if (was !== undefined && was !== is) changes.push({ fact, previous: was, current: is });
  }
  return changes;
}
