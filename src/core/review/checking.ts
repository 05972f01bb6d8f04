import type { Pause } from '../pause.ts';
import type { PreflightPlan } from '../plan/preflight-plan.ts';
import type { Phase } from '../plan/settings.ts';
import type { PreflightFinding } from '../preflight/preflight.ts';
import type { PreflightFacts } from '../preflight/preflight-facts.ts';
import type { Instant } from '../time.ts';

/** A phase that the preflight keeps from starting: since when, for which servers, and why. */
export interface BlockedPhase {
  readonly phase: Phase;
  readonly cohort: number;
  readonly since: Instant;
  readonly servers: readonly string[];
  /** What blocks it; empty while only the first look at its configurations is waited for. */
  readonly findings: readonly PreflightFinding[];
}

/** What a wave's preflight is told and what is known for it. */
export interface Checking {
  readonly plan: PreflightPlan | undefined;
  /** What is known of all open servers of the wave; the phase and its servers are chosen with it. */
  readonly facts: Omit<PreflightFacts, 'phase'>;
  /** The targets whose configurations are about to be looked at for the first time for this wave. */
  readonly unseenTargets: readonly string[];
  readonly cohort: number;
  readonly blocked?: BlockedPhase;
  /** The keys of the warnings that were told. */
  readonly warned: readonly string[];
  readonly pauses: readonly Pause[];
}
