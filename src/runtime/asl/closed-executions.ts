import type { VirtualClock } from '../virtual-clock.ts';
import type { ClosedExecution } from './execution.ts';
import { limits } from './limits.ts';

const retentionMs = limits.closedExecutionDays * 86_400_000;

/** Remembers executions that have ended, as AWS does: for 90 days, in which their names stay taken. */
export class ClosedExecutions {
  readonly #clock: VirtualClock;
  readonly #closed = new Map<string, ClosedExecution>();

  /** Makes an empty memory on a clock. */
  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Remembers how an execution ended. */
  add(arn: string, closed: ClosedExecution): void {
    this.#closed.set(arn, closed);
  }

  /** Answers how an execution ended; undefined where none did, or its 90 days are over. */
  find(arn: string): ClosedExecution | undefined {
    const closed = this.#closed.get(arn);
    if (closed === undefined) return undefined;
    if (this.#clock.nowMs() - closed.closedAtMs <= retentionMs) return closed;
    this.#closed.delete(arn);
    return undefined;
  }

  /** Answers all that is remembered. */
  all(): [string, ClosedExecution][] {
    return [...this.#closed];
  }
}
