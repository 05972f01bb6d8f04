import { Fifo } from '../fifo.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Activity, Execution, Thread } from './execution.ts';
import type { ExecutionRegister } from './execution-register.ts';
import type { Scope } from './machine.ts';
import { newThread, type ThreadStart } from './new-thread.ts';
import type { OpenTasks } from './open-tasks.ts';

/** What threads need of the book that keeps their executions. */
export interface ThreadsHost {
  readonly clock: VirtualClock;
  readonly executions: ExecutionRegister;
  readonly tasks: OpenTasks;
  readonly scopeOf: (execution: Execution, scope: string) => Scope;
  readonly cancelTimer: (id: number | null) => void;
  /** Is told that a thread waits for a nested execution no longer. */
  readonly deserted: (childArn: string, execution: Execution, thread: Thread) => void;
}

/** The threads of all executions: those that can go on, in the order in which they became ready, and those that wait. */
export class Threads {
  readonly #host: ThreadsHost;
  readonly #ready: Fifo<[string, number]>;

  /** Begins with these threads ready, each by its execution's ARN and its own id. */
  constructor(host: ThreadsHost, ready?: readonly [string, number][]) {
    this.#host = host;
    this.#ready = new Fifo(ready);
  }

  /** Says whether a step can be taken at the present instant. */
  get hasReady(): boolean {
    return this.#ready.size > 0;
  }

  /** Answers the threads that are ready, the next one first. */
  ready(): [string, number][] {
    return this.#ready.waiting();
  }

  /** Takes the next thread off the queue; `gone` for one that was stopped meanwhile. */
  next(): { readonly execution: Execution; readonly thread: Thread } | 'gone' | undefined {
    const [arn, id] = this.#ready.shift() ?? [];
    if (arn === undefined || id === undefined) return undefined;
    const execution = this.#host.executions.find(arn);
    const thread = execution?.threads[id];
    return execution === undefined || thread === undefined ? 'gone' : { execution, thread };
  }

  /** Starts a thread at the beginning of a scope. */
  spawn(execution: Execution, made: ThreadStart): Thread {
    const { startAt } = this.#host.scopeOf(execution, made.scope);
    const thread = newThread(execution, made, startAt, this.#host.clock.nowMs());
    this.#ready.push([execution.arn, thread.id]);
    return thread;
  }

  /** Puts a thread into the queue with what it does next. */
  resume(execution: Execution, thread: Thread, activity: Activity): void {
    thread.activity = activity;
    this.#ready.push([execution.arn, thread.id]);
  }

  /** Lets a thread wait for somebody. */
  park(execution: Execution, thread: Thread, activity: Activity): void {
    thread.activity = activity;
    if (activity.kind === 'task') this.#host.tasks.add(activity.task, execution, thread);
  }

  /** Gives up all that a waiting thread holds: timers, its token, the executions that it waits for. */
  leave(execution: Execution, thread: Thread): void {
    const { activity } = thread;
    switch (activity.kind) {
      case 'sleep':
        this.#host.cancelTimer(activity.timer);
        return;
      case 'task': {
        const { task } = activity;
        this.#host.tasks.remove(task);
        if (task.child !== null) this.#host.deserted(task.child, execution, thread);
        return;
      }
      case 'map-run':
        for (const arn of Object.keys(activity.run.children)) {
          this.#host.deserted(arn, execution, thread);
        }
        return;
      case 'enter':
      case 'attempt':
      case 'result':
      case 'failure':
      case 'branches':
        return;
    }
  }

  /** Stops threads and all that they wait for, in the order of their start. */
  abandon(execution: Execution, threads: readonly Thread[]): void {
    for (const thread of threads) {
      if (execution.threads[thread.id] === undefined) continue;
      this.leave(execution, thread);
      delete execution.threads[thread.id];
    }
  }
}
