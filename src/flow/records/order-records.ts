// What people have ordered and approved.
import type { Approval } from '../../core/condition/approved.ts';
import type { GivenKind, WaveOrders, WideOrders } from '../../core/order/order.ts';
import type { Instant } from '../../core/time.ts';

/** The orders that changed a command, in order. */
interface OrderLog {
  /** The latest hundred. */
  readonly log?: readonly OrderEntry[];
  /** How many orders came before those of the log. */
  readonly logBefore?: number;
}

/** What a person asked of a wave; written by the operator's commands, read by review. */
export interface WaveCommand extends WaveOrders, OrderLog {}

/** What a person asked of a plan as a whole, or of everything. */
export interface WideCommand extends WideOrders, OrderLog {}

/** One order that an operator gave, or a wave that recovers: who, when and why. */
export interface OrderEntry {
  readonly order: GivenKind;
  /** What a resume ended. */
  readonly ended?: 'pause' | 'hold';
  /** What of the wave it is about; the wave as a whole where it is left out. */
  readonly scope?: {
    readonly tier?: string;
    /** How many servers, and the first of them; all that yield to a recovery. */
    readonly servers: number;
    readonly serverIds: readonly string[];
  };
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
}

/** The latest answer to a wave's request for an approval, with those before it. */
export interface ApprovalRecord extends Approval {
  readonly earlier: readonly Approval[];
}
