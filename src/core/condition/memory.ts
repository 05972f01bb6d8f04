import type { Instant } from '../time.ts';

/** What a condition remembers between looks; plain data kept with the wait, written when it changes. */
export interface Memory {
  /** The tick and the moment since which the condition has held without a break. */
  readonly heldSince?: { readonly tick: number; readonly at: Instant };
  readonly stalledSince?: Instant;
  readonly absentSinceTick?: number;
  /** AWS's time at the first look after the freeze, by the Date of its answer. */
  readonly frozenSeenAt?: Instant;
  /** Distinct heartbeats that showed a drained server. */
  readonly heartbeats?: readonly string[];
  readonly cycles?: {
    readonly baselineAt: string | null;
    readonly advances: number;
    readonly idleSeen: boolean;
  };
}
