import type { Approval } from '../condition/approved.ts';
import type { SettingsStanding } from '../desired/course.ts';
import type { Failure } from '../failure.ts';
import type { OrderedHold, ServerOrder } from '../order/order.ts';
import type { Outcome } from '../outcome.ts';
import type { Pause } from '../pause.ts';
import type { Arrival, Stretch } from '../phase.ts';
import type { PolicyCheck } from '../plan/approval-rule.ts';
import type { GatedPhase, WaveGates } from '../plan/gates.ts';
import type { Phase } from '../plan/settings.ts';
import type { WavePolicy } from '../plan/settings-for.ts';
import type { Instant } from '../time.ts';
import type { Checking } from './checking.ts';

/** How one run of a phase machine ended for a server. */
export interface PhaseResult {
  readonly phase: Stretch;
  readonly attempt: number;
  readonly status: 'succeeded' | 'failed';
  readonly failure?: Failure;
  readonly endedAt: Instant;
  /** The event that tells it. */
  readonly eventId?: string;
}

/** Whether a run of a phase has begun, and its result is not there. */
export function isUnanswered(
  started: Pick<PhaseResult, 'phase' | 'attempt'>,
  results: readonly PhaseResult[],
): boolean {
  return !results.some((r) => r.phase === started.phase && r.attempt === started.attempt);
}

/** A server of a wave as review sees it. */
export interface Member {
  readonly server: string;
  /** The name of its target. */
  readonly target: string;
  readonly tier: number;
  readonly phases: readonly Phase[];
  readonly arrival: Arrival;
  /** Whether it takes a new active slot to begin. */
  readonly needsSlot: boolean;
  readonly results: readonly PhaseResult[];
  /** What the last stage ran for this server; a result for it may be missing. */
  readonly started?: { readonly phase: Stretch; readonly attempt: number };
  readonly outcome?: Outcome;
  /** What a person ordered of it and nobody has taken yet. */
  readonly order?: ServerOrder;
  /** How many results it had when a person had it retried last: only later ones count against its attempts. */
  readonly retriedFrom?: number;
  /** Set while its stage, plan, wave, tier or itself is paused: nothing begins for it. */
  readonly paused?: boolean;
  /** Set while nothing may be done for it: why, and until when a person may resume it. */
  readonly held?: { readonly reason: string; readonly expiresAt: Instant };
  /** How it stands with the settings that its wave applies; absent where the wave applies none. */
  readonly settings?: SettingsStanding;
  /** What review knows of its recovery; absent where it is not recovered. */
  readonly recovery?: {
    readonly impact: 'critical' | 'optional';
    readonly retryOlder: number;
    /** The attempts that have launched it. */
    readonly launchedIn: readonly number[];
    /** Whether its traffic was sent to the recovered instance. */
    readonly switched: boolean;
  };
  /** Since when its launched cutover instance is known to be healthy; absent where it is not. */
  readonly healthySince?: Instant;
}

/** An approval that a wave asked for: which cohort's servers wait before which phase, and since when. */
export interface ApprovalRequest {
  readonly phase: GatedPhase;
  readonly cohort: number;
  readonly since: Instant;
  readonly servers: readonly string[];
}

/** An approval that was given for a cohort, by whom and when; older records do not say. */
export interface GivenApproval {
  readonly phase: GatedPhase;
  readonly cohort: number;
  readonly by?: string;
  readonly at?: Instant;
}

/**
 * What a policy found of one thing that it asks for: whether it holds, and the figures that it judged. Where the plan has
 * settings applied on approval, that there is nothing to set is asked as well.
 */
export interface Judged {
  readonly check: PolicyCheck | 'nothing-to-set';
  readonly holds: boolean;
  readonly found: string;
}

/** The window that a stage may begin and launch in. */
export interface StageWindow {
  readonly opensAt: Instant;
  /** Null where it stays open as far as can be seen. */
  readonly closesAt: Instant | null;
}

/** A phase that the wave is kept out of: a person denied it, nobody answered in time, or no window opens for it. */
export interface ClosedGate {
  readonly phase: GatedPhase;
  readonly how: 'denied' | 'expired' | 'no-window';
  /** One sentence: who denied it and why, or how long nobody answered. */
  readonly reason: string;
}

/** A wave as review sees it. */
export interface WaveView {
  readonly policy: WavePolicy;
  readonly members: readonly Member[];
  /** The servers that go their whole way before others begin; empty before the first cohort. */
  readonly cohort: readonly string[];
  readonly held?: {
    readonly since: Instant;
    readonly reason: string;
    /** Whether a person ordered it; else the wave's policy did. */
    readonly ordered?: boolean;
  };
  /** A person wants the wave to stop before its next stage. */
  readonly holdOrdered?: OrderedHold;
  /** Set while the wave as a whole is paused. */
  readonly paused?: boolean;
  /** When the wave as a whole was paused; deadlines wait. */
  readonly pauses?: readonly Pause[];
  /** A person's answer to the hold. */
  readonly resumedAt?: Instant;
  /** Failures that a person knew of when resuming; only more than these stop the line again. */
  readonly acknowledgedFailures: number;
  /** Since when the wave has had no slot to go on with. */
  readonly awaitingSlotsSince?: Instant;
  readonly aborted?: boolean;
  /** What must hold before its phases begin, and what is known of it; absent where nothing must. */
  readonly gating?: Gating;
  /** What its preflight knows; absent where nobody asks for one. */
  readonly checking?: Checking;
}

/** A wave's gates, what was asked and answered of them, and what an answer must name. */
export interface Gating {
  readonly gates: WaveGates;
  readonly planHash: string;
  /** Counts the cohorts that have begun. */
  readonly cohort: number;
  readonly approved: readonly GivenApproval[];
  readonly closed: readonly ClosedGate[];
  readonly awaiting?: ApprovalRequest;
  /** The answers to the phase that is awaited, in order. */
  readonly answers?: readonly Approval[];
  /** Who started the plan; absent where that is not known. */
  readonly startedBy?: string;
  readonly pauses: readonly Pause[];
}

/** The first servers of the wave that do not bring their end along, as many as the policy wants. */
export function canaryOf(wave: WaveView): readonly string[] {
  return wave.members
    .filter((m) => 'enter' in m.arrival)
    .slice(0, wave.policy.canary)
    .map((m) => m.server);
}
