import type { Approval } from '../condition/approved.ts';
import type { ServerOrder } from '../order/order.ts';
import type { Outcome } from '../outcome.ts';
import type { Stretch } from '../phase.ts';
import type { GatedPhase } from '../plan/gates.ts';
import type { Phase } from '../plan/settings.ts';
import type { PreflightFinding } from '../preflight/preflight.ts';
import type { Instant } from '../time.ts';
import type { ClosedGate, Judged, StageWindow } from './wave-view.ts';

/** The servers of a cohort wait for the window of their next phase. */
export interface AwaitWindow {
  readonly kind: 'await-window';
  readonly phase: GatedPhase;
  readonly servers: readonly string[];
  readonly opensAt: Instant;
  readonly closesAt: Instant | null;
  /** Why it is closed now. */
  readonly because: string;
  /** How many of the servers were on their way when the last window closed. */
  readonly missed: number;
}

/** What a wave does next. `settle` and `cohort` are records only; review is asked again after them. */
export type Decision =
  | {
      readonly kind: 'settle';
      readonly outcomes: readonly { readonly server: string; readonly outcome: Outcome }[];
    }
  | {
      readonly kind: 'cohort';
      readonly servers: readonly string[];
      /** The active slots that the cohort takes, by target; 0 targets where it takes none. */
      readonly slots: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'await-slots';
      /** The targets of which one needs a free slot, or must be reached again, before the wave goes on. */
      readonly full: readonly string[];
      readonly unreached: readonly string[];
      readonly reason: string;
    }
  | {
      readonly kind: 'await-servers';
      /** The held servers of which a person must resume one before the wave goes on. */
      readonly servers: readonly string[];
      /** When the first of their holds expires. */
      readonly until: Instant;
    }
  | {
      readonly kind: 'run';
      readonly phase: Stretch;
      readonly servers: readonly {
        readonly server: string;
        readonly attempt: number;
        /** When it has soaked, where it must soak before it is finalized. */
        readonly soak?: { readonly from: Instant; readonly until: Instant };
      }[];
      /** The window that it begins and launches in; absent where it may at any time. */
      readonly window?: StageWindow;
      readonly soakSeconds?: number;
    }
  | {
      readonly kind: 'await-approval';
      readonly phase: GatedPhase;
      /** The servers of the cohort that wait before the phase. */
      readonly servers: readonly string[];
      /** What the plan's policy found, where it did not approve. */
      readonly judged?: readonly Judged[];
      /** What is set of the servers once they may enter; absent where the wave sets nothing of them. */
      readonly settings?: { readonly servers: number; readonly differences: number };
      /** Other servers of the cohort wait for a window of an earlier phase meanwhile. */
      readonly meanwhile?: AwaitWindow;
    }
  | AwaitWindow
  /** People, or the plan's policy, let the cohort into the phase. */
  | {
      readonly kind: 'open-gate';
      readonly phase: GatedPhase;
      /** The servers of the cohort that wait before the phase. */
      readonly servers: readonly string[];
      readonly by: string;
      readonly reason: string;
      readonly approvers: readonly Pick<Approval, 'by' | 'at' | 'reason'>[];
      /** What the plan's policy found, where it approved. */
      readonly judged?: readonly Judged[];
    }
  /** The wave is kept out of the phase: no server of it begins it any more. */
  | { readonly kind: 'close-gate'; readonly gate: ClosedGate; readonly by: string | null }
  /** The preflight keeps the servers from the phase; without findings, a look at them is still to come. */
  | {
      readonly kind: 'await-preflight';
      readonly phase: Phase;
      readonly servers: readonly string[];
      readonly findings: readonly PreflightFinding[];
      /** Other servers of the cohort wait for a window of an earlier phase meanwhile. */
      readonly meanwhile?: AwaitWindow;
    }
  /** Servers are looked at beside what the plan wants them to be set to, or are set so, before their first launch. */
  | {
      readonly kind: 'compare-settings' | 'apply-settings';
      readonly phase: GatedPhase;
      readonly servers: readonly string[];
    }
  | { readonly kind: 'clear-preflight'; readonly phase: Phase }
  | {
      readonly kind: 'warn';
      readonly phase: Phase;
      readonly findings: readonly PreflightFinding[];
    }
  | { readonly kind: 'hold'; readonly reason: string; readonly ordered?: boolean }
  | {
      readonly kind: 'resume';
      readonly acknowledgedFailures: number;
      /** Why nobody had to resume it: what held it is no more. */
      readonly because?: string;
    }
  /** Whatever could begin next is paused. */
  | { readonly kind: 'await-resume'; readonly reason: string }
  /** Servers that had ended go on, as a person ordered. */
  | {
      readonly kind: 'reopen';
      readonly servers: readonly { readonly server: string; readonly order: ServerOrder }[];
    }
  /** Orders that can no longer be carried out. */
  | {
      readonly kind: 'lapse';
      readonly orders: readonly {
        readonly server: string;
        readonly order: ServerOrder;
        readonly because: string;
      }[];
    }
  | { readonly kind: 'done' };
