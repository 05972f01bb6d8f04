import type { Outcome } from '../outcome.ts';
import type { Stretch } from '../phase.ts';

/** What a wave does next. `settle` and `cohort` are records only; review is asked again after them. */
export type Decision =
  | {
      readonly kind: 'settle';
      readonly outcomes: readonly { readonly server: string; readonly outcome: Outcome }[];
    }
  | { readonly kind: 'cohort'; readonly servers: readonly string[]; readonly slots: number }
  | { readonly kind: 'await-slots'; readonly atLeast: number; readonly reason: string }
  | {
      readonly kind: 'run';
      readonly phase: Stretch;
      readonly servers: readonly { readonly server: string; readonly attempt: number }[];
    }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'resume'; readonly acknowledgedFailures: number }
  | { readonly kind: 'done' };
