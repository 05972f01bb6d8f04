import type { HealthEvidence } from '../gate.ts';
import type { RecoverySettings } from '../plan/settings-for.ts';
import { type Instant, later, secondsBetween } from '../time.ts';
import type { HookRun } from './hook-run.ts';

/** What the times of a drill or a recovery are measured by. */
export interface RecoveryCourse {
  readonly phase: 'drill' | 'recover';
  readonly attempt: number;
  /** The first call of this wave that launched the server. */
  readonly calledAt: Instant | undefined;
  readonly health: HealthEvidence | null;
  readonly hookRuns: readonly Pick<HookRun, 'point' | 'phase' | 'attempt' | 'status' | 'endedAt'>[];
  readonly recovery: Pick<RecoverySettings, 'rpoSeconds' | 'rtoSeconds' | 'incidentAt'>;
}

/** The times of a recovery, held against the objectives; null is what nobody can tell. */
export interface MeasuredRecovery {
  readonly kind: 'drill' | 'recovery';
  readonly instanceId: string;
  readonly jobId: string | null;
  readonly calledAt: Instant;
  readonly pointInTimeAt: Instant | null;
  readonly recoveredAt: Instant;
  readonly rpoSeconds: number | null;
  readonly rpoObjectiveSeconds: number;
  readonly rpo: 'kept' | 'missed' | 'unknown';
  readonly rtoSeconds: number;
  readonly rtoObjectiveSeconds: number;
  readonly rto: 'kept' | 'missed';
}

const validations: ReadonlySet<string> = new Set(['validateDrill', 'validateRecover']);

/**
 * Measures what a drill or recovery that ended well comes to. RPO: how old the data was at the incident, or where the
 * plan names none at the first call. RTO: from the first call to the end of the validation, else to the instance’s
 * being well (reference/drs.md 1.5, 7.2). Undefined where nothing was launched and found well.
 */
export function measureRecovery(course: RecoveryCourse): MeasuredRecovery | undefined {
  const { phase, attempt, calledAt, health, hookRuns, recovery } = course;
  const kind = phase === 'drill' ? 'drill' : 'recovery';
  if (health === null || health.launch !== kind || calledAt === undefined) return undefined;
  const validated = hookRuns
    .filter(
      (run) =>
        run.phase === phase &&
        run.attempt === attempt &&
        run.status === 'succeeded' &&
        validations.has(run.point),
    )
    .flatMap(({ endedAt }) => endedAt ?? []);
  const recoveredAt = validated.reduce(later, health.at);
  const pointInTimeAt = health.pointInTimeAt ?? null;
  const lostSince = recovery.incidentAt ?? calledAt;
  // What was taken after the call, of a source that still lives, has lost nothing.
  const rpoSeconds =
    pointInTimeAt === null
      ? null
      : Math.max(0, Math.round(secondsBetween(pointInTimeAt, lostSince)));
  const rtoSeconds = Math.round(secondsBetween(calledAt, recoveredAt));
  const { rpoSeconds: rpoObjectiveSeconds, rtoSeconds: rtoObjectiveSeconds } = recovery;
  return {
    kind,
    instanceId: health.instanceId,
    jobId: health.jobId,
    calledAt,
    pointInTimeAt,
    recoveredAt,
    rpoSeconds,
    rpoObjectiveSeconds,
    rpo: rpoSeconds === null ? 'unknown' : rpoSeconds <= rpoObjectiveSeconds ? 'kept' : 'missed',
    rtoSeconds,
    rtoObjectiveSeconds,
    rto: rtoSeconds <= rtoObjectiveSeconds ? 'kept' : 'missed',
  };
}
