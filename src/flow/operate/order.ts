// What an operator says to a wave, and what the wave answers. Shared by the verbs of this folder.
import type { OrderRefusal, OrderRefusalKind } from '../../core/operate/order-view.ts';
import type { Instant } from '../../core/time.ts';

/** What every order to a wave says. */
export interface Order {
  /** `<plan>.<wave>` */
  readonly wave: string;
  /** Who gives it: the caller's ARN on AWS. */
  readonly by: string;
  /** Why, for those who read it later. */
  readonly reason: string;
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
      /** The servers that it is about; absent where it is about the wave as a whole. */
      readonly servers?: readonly string[];
      /** Set where nothing was written. */
      readonly dryRun?: boolean;
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
