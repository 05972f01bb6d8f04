import type {
  Activity,
  Execution,
  OpenTask,
  TaskInvocation,
  Thread,
  TimerPurpose,
} from './execution.ts';
import type { ExecutionRegister } from './execution-register.ts';
import { ExecutionOver } from './history.ts';
import { limits } from './limits.ts';
import { States } from './state-error.ts';

/** How a function call ended. */
export type InvocationEnd =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string; readonly cause: string };

/** What open tasks need of the book that keeps their executions. */
export interface TaskBook {
  readonly executions: ExecutionRegister;
  /** Gives up all that a waiting thread holds. */
  readonly leave: (execution: Execution, thread: Thread) => void;
  readonly resume: (execution: Execution, thread: Thread, activity: Activity) => void;
  readonly record: (execution: Execution, thread: Thread, type: string) => void;
  readonly timer: (purpose: TimerPurpose<never>, afterMs: number) => number;
  readonly cancelTimer: (id: number | null) => void;
}

/** The tasks that were begun and have not answered: each ends once, by its call, its token or its time. */
export class OpenTasks {
  readonly #book: TaskBook;
  readonly #tokens = new Map<string, { readonly executionArn: string; readonly thread: number }>();

  /** Begins with no task. */
  constructor(book: TaskBook) {
    this.#book = book;
  }

  /** Remembers who waits for a task's token. */
  add(task: OpenTask, execution: Execution, thread: Thread): void {
    if (task.token !== null) {
      this.#tokens.set(task.token, { executionArn: execution.arn, thread: thread.id });
    }
  }

  /** Forgets a task's timers and its token. */
  remove(task: OpenTask): void {
    this.#book.cancelTimer(task.timeoutTimer);
    this.#book.cancelTimer(task.heartbeatTimer);
    if (task.token !== null) this.#tokens.delete(task.token);
  }

  /** Ends a task, once: false where the thread is at something else by now. */
  settle(execution: Execution, thread: Thread, task: number, activity: Activity): boolean {
    if (thread.activity.kind !== 'task' || thread.activity.task.id !== task) return false;
    this.#book.leave(execution, thread);
    this.#book.resume(execution, thread, activity);
    return true;
  }

  /** Ends a task whose time, or the time for its heartbeat, is over. */
  timedOut(
    execution: Execution,
    thread: Thread,
    timer: Extract<TimerPurpose<never>, { kind: 'timeout' | 'heartbeat' }>,
  ): void {
    const heartbeat = timer.kind === 'heartbeat';
    this.settle(execution, thread, timer.task, {
      kind: 'failure',
      error: heartbeat ? States.heartbeatTimeout : States.timeout,
      cause: heartbeat ? 'The task sent no heartbeat in time.' : 'The task did not answer in time.',
      event: 'TaskTimedOut',
    });
  }

  /** Tells how a function call ended; a task that has gone on meanwhile does not care. */
  invocationEnded(invocation: TaskInvocation, end: InvocationEnd): void {
    const execution = this.#book.executions.find(invocation.executionArn);
    const thread = execution?.threads[invocation.thread];
    if (execution === undefined || thread === undefined) return;
    if (thread.activity.kind !== 'task' || thread.activity.task.id !== invocation.task) return;
    if (!end.ok) {
      this.settle(execution, thread, invocation.task, {
        kind: 'failure',
        error: end.error,
        cause: end.cause,
        event: 'TaskFailed',
      });
    } else if (thread.activity.task.token === null) {
      this.settle(execution, thread, invocation.task, {
        kind: 'result',
        value: { ExecutedVersion: '$LATEST', Payload: end.value, StatusCode: 200 },
        event: 'TaskSucceeded',
      });
    } else {
      this.#guarded(() => this.#book.record(execution, thread, 'TaskSubmitted'));
    }
  }

  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof ExecutionOver)) throw error;
    }
  }

  /** Ends a parked task with an output; false where nobody waits for the token. */
  succeeded(token: string, output: unknown): boolean {
    return this.#release(token, { kind: 'result', value: output ?? null, event: 'TaskSucceeded' });
  }

  /** Ends a parked task with an error; false where nobody waits for the token. */
  failed(token: string, error: string, cause: string): boolean {
    return this.#release(token, {
      kind: 'failure',
      error: error.slice(0, limits.errorLength),
      cause: cause.slice(0, limits.causeLength),
      event: 'TaskFailed',
    });
  }

  #release(token: string, activity: Activity): boolean {
    const parked = this.#tokens.get(token);
    const execution =
      parked === undefined ? undefined : this.#book.executions.find(parked.executionArn);
    const thread = parked === undefined ? undefined : execution?.threads[parked.thread];
    if (execution === undefined || thread?.activity.kind !== 'task') return false;
    return this.settle(execution, thread, thread.activity.task.id, activity);
  }

  /** Starts a parked task's heartbeat anew; false where nobody waits for the token. */
  heartbeat(token: string): boolean {
    const parked = this.#tokens.get(token);
    const thread =
      parked === undefined
        ? undefined
        : this.#book.executions.find(parked.executionArn)?.threads[parked.thread];
    if (parked === undefined || thread?.activity.kind !== 'task') return false;
    const { task } = thread.activity;
    if (task.heartbeatMs !== null) {
      this.#book.cancelTimer(task.heartbeatTimer);
      task.heartbeatTimer = this.#book.timer(
        { kind: 'heartbeat', executionArn: parked.executionArn, thread: thread.id, task: task.id },
        task.heartbeatMs,
      );
    }
    return true;
  }
}
