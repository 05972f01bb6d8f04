import type { ServerOrder } from '../order/order.ts';
import type { Outcome } from '../outcome.ts';
import type { Stretch } from '../phase.ts';
import type { GatedPhase } from '../plan/gates.ts';
import type { ClosedGate } from './wave-view.ts';

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
      readonly kind: 'run';
      readonly phase: Stretch;
      readonly servers: readonly { readonly server: string; readonly attempt: number }[];
    }
  | {
      readonly kind: 'await-approval';
      readonly phase: GatedPhase;
      /** The servers of the cohort that wait before the phase. */
      readonly servers: readonly string[];
    }
  /** A person let the cohort into the phase. */
  | {
      readonly kind: 'open-gate';
      readonly phase: GatedPhase;
      readonly by: string;
      readonly reason: string;
    }
  /** Nobody let the wave into the phase: no server of it begins it any more. */
  | { readonly kind: 'close-gate'; readonly gate: ClosedGate; readonly by: string | null }
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
