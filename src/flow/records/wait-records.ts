// What is kept while something is waited for: parked tokens, hooks, queued launches, and how those ended.
import type { JobKind, LaunchKind } from '../../core/admission.ts';
import type { Condition } from '../../core/condition/condition.ts';
import type { Memory } from '../../core/condition/memory.ts';
import type { LaunchResult } from '../../core/event/tell.ts';
import type { Failure } from '../../core/failure.ts';
import type { RecoverySnapshot } from '../../core/phase/recovery-point-choice.ts';
import type { Instant } from '../../core/time.ts';

/** One parked task token with its condition. Its key is execution, state and item. */
export interface WaitRecord {
  readonly key: string;
  readonly wave: string;
  readonly server: string | null;
  /** The source server of this target that stands for the wave's, where it fails back; absent where it is that itself. */
  readonly sourceServer?: string;
  /** The server's tier; absent where an older Landfall parked it, and for a wave's own waits. */
  readonly tier?: number;
  /** The last order to the server that was taken when it was parked. */
  readonly orderTaken?: number;
  /** A wave's own waits end also with the first order after so many. */
  readonly afterOrder?: number;
  readonly phase: string;
  readonly wait: string;
  readonly condition: Condition;
  readonly notBefore: Instant;
  readonly deadlineAt: Instant | null;
  /** The moment that the deadline counts from; pauses since then extend it. */
  readonly deadlineFrom: Instant;
  /** What a passed deadline means: a failure, or just going on (a hold that expired). */
  readonly onDeadline: 'fail' | 'release';
  readonly token: string;
  readonly enteredAt: Instant;
  readonly retryCount: number;
  readonly contractVersion: number;
  readonly pace: 'near' | 'far';
  readonly reason: string;
  /** When it ends whatever its condition: what the wave decides may have changed by then. */
  readonly wakeAt?: Instant;
  /** When the window closes in which its server launches or is finalized: then it is given up. */
  readonly windowClosesAt?: Instant;
  /** Why it has waited so far, the latest last; told when the wait ends. */
  readonly trail: readonly WaitReason[];
  readonly memory: Memory;
}

/** A reason to wait, from a moment on. */
export interface WaitReason {
  readonly since: Instant;
  readonly reason: string;
}

/** A wait on hooks that whoever runs hooks looks after, until it is released. */
export interface OpenHooks {
  /** The key of the wait. */
  readonly key: string;
  readonly wave: string;
  readonly server: string;
}

/** A durable request for a rationed call. */
export interface LaunchRequest {
  readonly id: string;
  readonly wave: string;
  readonly server: string;
  /** The source server of this target that stands for the wave's, where it fails back; absent where it is that itself. */
  readonly sourceServer?: string;
  readonly phase: string;
  readonly kind: LaunchKind;
  readonly stage: 'reserve' | 'launch';
  readonly tier: number;
  /** The last order to the server that was taken when it was queued. */
  readonly orderTaken?: number;
  readonly requestedAt: Instant;
  readonly deadlineAt: Instant;
  readonly deadlineFrom: Instant;
  /** When the window closes in which it may be called; then it is given up. */
  readonly windowClosesAt?: Instant;
  readonly token: string;
  readonly enteredAt: Instant;
  readonly retryCount: number;
  readonly refusals: number;
  readonly notBefore: Instant | null;
  readonly reservedUntil: Instant | null;
  /** The token that was told of the reservation. */
  readonly answeredToken: string | null;
  /** Since when the server's replication has been stalled while the request waited. */
  readonly stalledSince: Instant | null;
  /** The vCenter client whose silence holds it back; absent or null where none does. */
  readonly silentClient?: string | null;
  /** Why it waits, for the board. */
  readonly reason: string;
}

/** A launch that was decided: written before the call, resolved by the job that carries its tag. */
export interface IntentRecord {
  readonly intentId: string;
  readonly kind: JobKind;
  readonly wave: string;
  readonly requests: readonly string[];
  readonly servers: readonly string[];
  readonly writtenAt: Instant;
  /** The job of each server's last launch when the intent was written: unchanged means nothing happened. */
  readonly jobsBefore: Readonly<Record<string, string | null>>;
  readonly jobId: string | null;
  readonly completeReads: number;
  /** The recovery points that servers are launched from, where they were chosen; DRS only. */
  readonly points?: Readonly<Record<string, RecoverySnapshot>>;
}

/** A request's end, kept so that a repeated request is answered the same. */
export interface LaunchEnd {
  readonly id: string;
  readonly at: Instant;
  readonly status: 'launched' | 'failed';
  readonly result: LaunchResult | null;
  readonly failure: Failure | null;
}
