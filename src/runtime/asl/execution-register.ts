import type { VirtualClock } from '../virtual-clock.ts';
import { ClosedExecutions } from './closed-executions.ts';
import type { ClosedExecution, EndedExecution, Execution, ExecutionStatus } from './execution.ts';

/** The executions that run, and for 90 days those that have ended. */
export class ExecutionRegister {
  readonly #running = new Map<string, Execution>();
  readonly #closed: ClosedExecutions;

  /** Makes an empty register on a clock. */
  constructor(clock: VirtualClock) {
    this.#closed = new ClosedExecutions(clock);
  }

  /** Says how many executions are running. */
  get size(): number {
    return this.#running.size;
  }

  /** Answers an execution that is running. */
  find(executionArn: string): Execution | undefined {
    return this.#running.get(executionArn);
  }

  /** Answers the executions that are running. */
  running(): readonly Execution[] {
    return [...this.#running.values()];
  }

  /** Answers what is left of those that have ended. */
  closed(): [string, ClosedExecution][] {
    return this.#closed.all();
  }

  /** Says whether an execution that has ended still holds this ARN. */
  isClosed(executionArn: string): boolean {
    return this.#closed.find(executionArn) !== undefined;
  }

  /** Enters an execution that runs from now on. */
  add(execution: Execution): void {
    this.#running.set(execution.arn, execution);
  }

  /** Enters what an earlier register held. */
  restore(running: readonly Execution[], closed: readonly [string, ClosedExecution][]): void {
    for (const execution of running) this.add(execution);
    for (const [arn, end] of closed) this.#closed.add(arn, end);
  }

  /** Moves an execution to those that have ended. */
  close(ended: EndedExecution): void {
    const { arn } = ended.execution;
    this.#running.delete(arn);
    this.#closed.add(arn, {
      status: ended.status,
      closedAtMs: ended.stoppedAtMs,
      ...reasonOf(ended),
    });
  }

  /** Says how an execution stands; `not-found` where there never was one, or 90 days after its end. */
  describe(
    executionArn: string,
  ):
    | { readonly status: ExecutionStatus; readonly error?: string; readonly cause?: string }
    | 'not-found' {
    if (this.#running.has(executionArn)) return { status: 'RUNNING' };
    const closed = this.#closed.find(executionArn);
    if (closed === undefined) return 'not-found';
    return { status: closed.status, ...reasonOf(closed) };
  }
}

function reasonOf(how: {
  readonly error?: string;
  readonly cause?: string;
}): Pick<ClosedExecution, 'error' | 'cause'> {
  const { error, cause } = how;
  return {
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}
