// What is kept of plans as they were started, and of drills that come again.
import type { SettledOccurrence } from '../../core/drill-schedule/tell-schedule.ts';
import type { PendingEvent } from '../../core/event/stream.ts';
import type { WaveGates } from '../../core/plan/gates.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { PreflightPlan } from '../../core/plan/preflight-plan.ts';
import type { ServerSettings, WavePolicy } from '../../core/plan/settings-for.ts';
import type { Target } from '../../core/target.ts';
import type { Instant } from '../../core/time.ts';

/** A plan that was started; tells which plans there are. */
export interface PlanRecord {
  readonly plan: string;
  readonly planHash: string;
  readonly waves: readonly string[];
}

/** A resolved wave of a plan, as `start` wrote it down. Settings are kept once and named by index. */
export interface PlannedWave {
  readonly plan: string;
  readonly planHash: string;
  readonly name: string;
  readonly dependsOn: readonly string[];
  /** The names of the tiers, by position; absent where it has none. */
  readonly tiers?: readonly string[];
  readonly policy: WavePolicy;
  readonly gates?: WaveGates;
  /** What is checked before its phases; the built-in checks where it is absent. */
  readonly preflight?: PreflightPlan;
  /** Who started the plan; absent where that is not known. */
  readonly startedBy?: string;
  readonly settings: readonly ServerSettings[];
  readonly servers: readonly {
    readonly id: string;
    readonly arn: string;
    readonly hostname: string | null;
    readonly tier: number;
    readonly settings: number;
  }[];
}

/** A drill that comes again by itself: its plan as a person wrote it, and how far its schedule is settled. */
export interface ScheduleRecord {
  /** The name of the plan; each run is a plan of its own, PLAN-YYYYMMDD. */
  readonly plan: string;
  readonly planHash: string;
  readonly document: Plan;
  /** The target of its first server when it was put on record; its events name it. */
  readonly home: Target;
  readonly startedBy?: string;
  readonly since: Instant;
  /** The date of the last occurrence that was settled; null before the first. */
  readonly lastDate: string | null;
  /** The occurrence that somebody is about to begin, and until when nobody else may. */
  readonly open: { readonly date: string; readonly until: Instant } | null;
  readonly paused: {
    readonly since: Instant;
    readonly by: string;
    readonly reason: string;
  } | null;
  /** What came of its occurrences: the latest hundred, the latest last. */
  readonly history: readonly SettledOccurrence[];
  readonly sequence: number;
  readonly pending: readonly PendingEvent[];
}
