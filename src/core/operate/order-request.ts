import type { GivenKind, Scope, WaveOrders } from '../order/order.ts';
import type { Instant } from '../time.ts';
import type { OrderRefusal } from './order-view.ts';

/** What is ordered, and by whom: of a yield, by the wave that recovers. */
export interface OrderRequest {
  readonly order: GivenKind;
  readonly scope: Scope;
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
  /** Whether a person has looked at frozen servers and vouches for their state. */
  readonly confirmState?: boolean;
}

/** What an order comes to. */
export type OrderVerdict =
  | {
      readonly is: 'taken';
      readonly next: WaveOrders;
      readonly said: string;
      /** What happens next. */
      readonly after: string;
      /** The servers that it is about; absent where it is about the wave as a whole. */
      readonly servers?: readonly string[];
      /** What a resume has ended. */
      readonly ended?: readonly ('pause' | 'hold')[];
    }
  | { readonly is: 'already'; readonly said: string; readonly after: string }
  | { readonly is: 'refused'; readonly refusal: OrderRefusal };
