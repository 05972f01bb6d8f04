// What an operator says to a wave, and what the wave answers. Shared by the verbs of this folder.
import type { Instant } from '../../core/time.ts';

/** What every order to a wave says. */
export interface Order {
  /** `<plan>.<wave>` */
  readonly wave: string;
  /** Who gives it: the caller's ARN on AWS. */
  readonly by: string;
  /** Why, for those who read it later; may be empty. */
  readonly reason: string;
}

/** Why an order was not taken. */
export type OrderRefusalKind =
  | 'unknown-wave'
  | 'unknown-server'
  | 'concluded'
  | 'aborting'
  | 'not-asked'
  | 'not-allowed'
  | 'answered-otherwise'
  | 'nothing-to-resume';

/** Why an order was not taken, and what to do instead. */
export interface OrderRefusal {
  readonly kind: OrderRefusalKind;
  readonly message: string;
  readonly remedy: string;
}

/** What came of an order. `already`: it had been given before; nothing was changed. */
export type OrderReply =
  | {
      readonly status: 'done' | 'already';
      readonly wave: string;
      readonly at: Instant;
      /** What was done, or is so already, in a sentence. */
      readonly said: string;
      /** What happens next, in a sentence. */
      readonly next: string;
    }
  | OrderRefused;

/** An order that was not taken; nothing was changed. */
export interface OrderRefused {
  readonly status: 'refused';
  readonly wave: string;
  readonly refusal: OrderRefusal;
}

/** Builds a refusal. */
export function refused(
  wave: string,
  kind: OrderRefusalKind,
  message: string,
  remedy: string,
): OrderRefused {
  return { status: 'refused', wave, refusal: { kind, message, remedy } };
}

/** The longest reason that is kept, in characters. */
export const reasonLimit = 500;

/** Cuts a reason to what is kept of it. */
export function keptReason(reason: string): string {
  const text = reason.trim();
  return text.length <= reasonLimit ? text : `${text.slice(0, reasonLimit - 1)}…`;
}
