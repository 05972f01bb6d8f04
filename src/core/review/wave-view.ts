import type { Failure } from '../failure.ts';
import type { Outcome } from '../outcome.ts';
import type { Arrival, Stretch } from '../phase.ts';
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
}

/** A server of a wave as review sees it. */
export interface Member {
  readonly server: string;
  readonly tier: number;
  readonly phases: readonly Phase[];
  readonly arrival: Arrival;
  /** Whether it takes a new active slot to begin. */
  readonly needsSlot: boolean;
  readonly results: readonly PhaseResult[];
  /** What the last stage ran for this server; a result for it may be missing. */
  readonly started?: { readonly phase: Stretch; readonly attempt: number };
  readonly outcome?: Outcome;
}

/** A wave as review sees it. */
export interface WaveView {
  readonly policy: WavePolicy;
  readonly members: readonly Member[];
  /** The servers that go their whole way before others begin; empty before the first cohort. */
  readonly cohort: readonly string[];
  readonly held?: { readonly since: Instant; readonly reason: string };
  /** A person's answer to the hold. */
  readonly resumedAt?: Instant;
  /** Failures that a person knew of when resuming; only more than these stop the line again. */
  readonly acknowledgedFailures: number;
  /** Since when the wave has had no slot to go on with. */
  readonly awaitingSlotsSince?: Instant;
  readonly aborted?: boolean;
}

/** The first servers of the wave that do not bring their end along, as many as the policy wants. */
export function canaryOf(wave: WaveView): readonly string[] {
  return wave.members
    .filter((m) => 'enter' in m.arrival)
    .slice(0, wave.policy.canary)
    .map((m) => m.server);
}
