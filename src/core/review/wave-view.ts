import type { Approval } from '../condition/approved.ts';
import type { Failure } from '../failure.ts';
import type { OrderedHold, ServerOrder } from '../order/order.ts';
import type { Outcome } from '../outcome.ts';
import type { Pause } from '../pause.ts';
import type { Arrival, Stretch } from '../phase.ts';
import type { GatedPhase, WaveGates } from '../plan/gates.ts';
import type { Phase } from '../plan/settings.ts';
import type { WavePolicy } from '../plan/settings-for.ts';
import type { Instant } from '../time.ts';

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
}

/** An approval that a wave asked for: which cohort's servers wait before which phase, and since when. */
export interface ApprovalRequest {
  readonly phase: GatedPhase;
  readonly cohort: number;
  readonly since: Instant;
  readonly servers: readonly string[];
}

/** A phase that nobody let the wave into: a person denied it, or nobody answered in time. */
export interface ClosedGate {
  readonly phase: GatedPhase;
  readonly how: 'denied' | 'expired';
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
}

/** A wave's gates, what was asked and answered of them, and what an answer must name. */
export interface Gating {
  readonly gates: WaveGates;
  readonly planHash: string;
  /** Counts the cohorts that have begun. */
  readonly cohort: number;
  readonly approved: readonly { readonly phase: GatedPhase; readonly cohort: number }[];
  readonly closed: readonly ClosedGate[];
  readonly awaiting?: ApprovalRequest;
  /** The latest answer to the phase that is awaited. */
  readonly answer?: Approval;
  readonly pauses: readonly Pause[];
}

/** The first servers of the wave that do not bring their end along, as many as the policy wants. */
export function canaryOf(wave: WaveView): readonly string[] {
  return wave.members
    .filter((m) => 'enter' in m.arrival)
    .slice(0, wave.policy.canary)
    .map((m) => m.server);
}
