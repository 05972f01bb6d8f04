import type { GatedPhase } from '../../core/plan/gates.ts';
import type { Phase } from '../../core/plan/settings.ts';
import type { Instant } from '../../core/time.ts';

/** Where a wave stands. */
export type WaveState =
  | { readonly is: 'planned'; readonly waitsFor: readonly string[] }
  /** Its execution begins, or waits for the first look at its targets. */
  | { readonly is: 'starting' }
  | { readonly is: 'running' }
  | {
      readonly is: 'held';
      /** Whether a person ordered it; else its policy did. */
      readonly ordered: boolean;
      readonly since: Instant;
      readonly reason: string;
      /** When what was not begun ends as skipped; null where it waits for a person as long as it takes. */
      readonly until: Instant | null;
    }
  | {
      readonly is: 'awaiting-approval';
      readonly phase: GatedPhase;
      readonly since: Instant;
      /** When nobody can answer any more. */
      readonly until: Instant;
      /** Who may answer; null where everybody may. */
      readonly by: readonly string[] | null;
      readonly servers: readonly string[];
      /** Who has approved so far. */
      readonly have: readonly string[];
      /** What it takes besides, in a few words; null where one approval is enough and nobody has answered. */
      readonly lacks: string | null;
    }
  | {
      readonly is: 'awaiting-window';
      readonly phase: GatedPhase;
      readonly since: Instant;
      readonly opensAt: Instant;
      readonly closesAt: Instant | null;
      /** Why it is closed now. */
      readonly because: string;
      readonly servers: readonly string[];
    }
  | {
      /** The preflight keeps servers from a phase. */
      readonly is: 'blocked';
      readonly phase: Phase;
      readonly since: Instant;
      /** When its servers are given up. */
      readonly until: Instant;
      readonly findings: readonly {
        readonly rule: string;
        readonly servers: readonly string[];
        readonly message: string;
        readonly remedy: string;
      }[];
    }
  /** Whatever could begin next is paused. */
  | { readonly is: 'stands-still'; readonly since: Instant; readonly reason: string }
  | { readonly is: 'awaiting-slots'; readonly since: Instant; readonly reason: string }
  | { readonly is: 'aborting' }
  | { readonly is: 'concluded'; readonly at: Instant };
