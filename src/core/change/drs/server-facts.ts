import type { Observation } from '../../observation.ts';
import type { DrsLimits } from '../../target-list/drs-limits.ts';
import type { Instant } from '../../time.ts';
import { type DrillStanding, drillStandingOf } from './drill.ts';
import { type LagCourse, type LagObjective, lagCourseAfter } from './lag-objective.ts';
import { type Readiness, readinessOf } from './readiness.ts';
import { type RecoveryPoint, type RecoveryPointLook, recoveryPointOf } from './recovery-point.ts';

/** The facts that only servers of DRS have, beside those of every server. */
export interface DrsFacts {
  readonly readiness: Readiness;
  readonly lagObjective: LagObjective;
  readonly recoveryPoint: RecoveryPoint;
  readonly lastLaunch: LastLaunchFact;
  readonly drill: DrillStanding;
  readonly extension: string | null;
  readonly direction: string | null;
  /** The ARN of the server of the opposite direction. */
  readonly reversedDirection: string | null;
  readonly agentVersion: string | null;
}

/** The last launch of a server; null where it was never launched. */
export type LastLaunchFact = {
  readonly type: string | null;
  readonly status: string | null;
  readonly jobId: string | null;
  readonly at: Instant | null;
} | null;

/** What is kept of a server of DRS: its facts, and how many looks spoke against its lag objective. */
export interface DrsState {
  readonly facts: DrsFacts;
  readonly lagAgainst: number;
  /** The server of a staging account that it is an extension of; absent where it is none. */
  readonly stagingServerArn?: string;
}

/** What a look knew beside the server's document. */
export interface DrsBeside {
  readonly limits: DrsLimits;
  /** What was found of its recovery snapshots, where this look asked. */
  readonly recoveryPoint?: RecoveryPointLook | undefined;
}

/** Draws the facts of DRS out of an observation and what is on record; undefined for a server of MGN. */
export function drsStateAfter(
  before: DrsState | undefined,
  observation: Observation,
  { limits, recoveryPoint: look }: DrsBeside,
): DrsState | undefined {
  const { drs } = observation;
  if (drs === undefined) return undefined;
  const was = before?.facts;
  const course: LagCourse = lagCourseAfter(
    was === undefined
      ? undefined
      : { objective: was.lagObjective, against: before?.lagAgainst ?? 0 },
    observation,
    limits,
  );
  const recoveryPoint = recoveryPointOf(was?.recoveryPoint, look, limits.recoveryPointSeconds);
  const launch = drs.lastLaunch;
  return {
    lagAgainst: course.against,
    ...(drs.stagingArea.serverArn === undefined
      ? {}
      : { stagingServerArn: drs.stagingArea.serverArn }),
    facts: {
      readiness: readinessOf(observation, { lag: course.objective, recoveryPoint }),
      lagObjective: course.objective,
      recoveryPoint,
      lastLaunch:
        launch === undefined
          ? null
          : {
              type: launch.type ?? null,
              status: launch.status ?? null,
              jobId: launch.jobId ?? null,
              at: launch.at ?? null,
            },
      drill: drillStandingOf(was?.drill, observation, limits.drillDays),
      extension: drs.stagingArea.status ?? null,
      direction: drs.replicationDirection ?? null,
      reversedDirection: drs.reversedDirectionArn ?? null,
      agentVersion: drs.agentVersion ?? null,
    },
  };
}

/** One fact of DRS that differs from the last record. */
export interface DrsChange {
  readonly fact: keyof DrsFacts;
  readonly previous: DrsFacts[keyof DrsFacts];
  readonly current: DrsFacts[keyof DrsFacts];
}

/** The facts in the order in which their changes are told. */
export const drsFactOrder: readonly (keyof DrsFacts)[] = [
  'direction',
  'reversedDirection',
  'extension',
  'agentVersion',
  'lagObjective',
  'recoveryPoint',
  'readiness',
  'lastLaunch',
  'drill',
];

/** Says what changed, in a fixed order; of what was never kept, nothing has. */
export function drsDiff(
  previous: Partial<DrsFacts> | undefined,
  current: DrsFacts,
): readonly DrsChange[] {
  const changes: DrsChange[] = [];
  for (const fact of drsFactOrder) {
    const was = previous?.[fact];
    const is = current[fact];
    if (was !== undefined && JSON.stringify(was) !== JSON.stringify(is)) {
      changes.push({ fact, previous: was, current: is });
    }
  }
  return changes;
}
