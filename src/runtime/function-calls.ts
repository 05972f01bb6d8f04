import { asJson } from './as-json.ts';
import type { TaskInvocation } from './asl/execution.ts';
import type { InvocationEnd } from './asl/open-tasks.ts';
import type { DeployedFunction } from './deployment.ts';
import { Fifo } from './fifo.ts';
import { type Batch, batchEvent } from './queue-readers.ts';

/** A function call that waits for its turn: that of a task, one with a batch, or an asynchronous one with its failures. */
export type Invocation =
  | { readonly kind: 'batch'; readonly functionName: string; readonly batch: Batch }
  | { readonly kind: 'task'; readonly functionName: string; readonly task: TaskInvocation }
  | {
      readonly kind: 'event';
      readonly functionName: string;
      readonly payload: unknown;
      readonly failures: number;
    };

/** What function calls have come to so far, by function. */
export interface FunctionCallCounts {
  readonly invocations: Readonly<Record<string, number>>;
  /** Events given up after all retries, by function or rule. */
  readonly deadLetters: Readonly<Record<string, number>>;
}

/** What calls need of the runtime around them. */
export interface FunctionCallsHost {
  readonly functions: readonly DeployedFunction[];
  /** Calls a function by its key in serverless.yml; a rejection is a failed call. */
  readonly invoke: (functionName: string, payload: unknown) => Promise<unknown>;
  /** Is told how the call of a task ended. */
  readonly taskEnded: (task: TaskInvocation, end: InvocationEnd) => void;
  /** Is told how the call with a batch ended; undefined where it failed. */
  readonly batchEnded: (batch: Batch, answer: unknown) => void;
  /** Hands a failed asynchronous call back to `queueAgain` after so many milliseconds. */
  readonly later: (invocation: Invocation, afterMs: number) => void;
}

// Lambda waits one minute, then two, before it tries a failed asynchronous call again.
const retryAfterMs: readonly number[] = [60_000, 120_000];

/** Calls functions as Lambda does, one after the other: failed asynchronous calls are tried again, then given up. */
export class FunctionCalls {
  readonly #host: FunctionCallsHost;
  readonly #functions = new Map<string, DeployedFunction>();
  readonly #queue: Fifo<Invocation>;
  readonly #invocations: Record<string, number>;
  readonly #deadLetters: Record<string, number>;

  /** Begins with an empty queue, or goes on from earlier counts with the calls that waited then. */
  constructor(
    host: FunctionCallsHost,
    earlier?: FunctionCallCounts & { readonly queue: readonly Invocation[] },
  ) {
    this.#host = host;
    for (const one of host.functions) {
      this.#functions.set(one.name, one);
      this.#functions.set(one.arn, one);
      this.#functions.set(one.arn.slice(one.arn.lastIndexOf(':') + 1), one);
    }
    this.#queue = new Fifo(earlier?.queue);
    this.#invocations = { ...earlier?.invocations };
    this.#deadLetters = { ...earlier?.deadLetters };
  }

  /** Answers what was counted so far. */
  counts(): FunctionCallCounts {
    return { invocations: { ...this.#invocations }, deadLetters: { ...this.#deadLetters } };
  }

  /** Answers the calls that wait, the next one first. */
  waiting(): readonly Invocation[] {
    return this.#queue.waiting();
  }

  /** Puts an asynchronous call into the queue. */
  queueEvent(functionName: string, payload: unknown): void {
    this.#queue.push({ kind: 'event', functionName, payload, failures: 0 });
  }

  /** Puts a call with a batch into the queue. */
  queueBatch(functionName: string, batch: Batch): void {
    this.#queue.push({ kind: 'batch', functionName, batch });
  }

  /** Puts the call of a task into the queue; a function that is not there fails the task at once. */
  queueTask(task: TaskInvocation): void {
    const found = this.#functions.get(task.functionName.replace(/:\$LATEST$/, ''));
    if (found === undefined) {
      this.#host.taskEnded(task, {
        ok: false,
        error: 'Lambda.ResourceNotFoundException',
        cause: `Function not found: ${task.functionName}`,
      });
      return;
    }
    this.#queue.push({ kind: 'task', functionName: found.name, task });
  }

  /** Puts a call that was tried before back into the queue. */
  queueAgain(invocation: Invocation): void {
    this.#queue.push(invocation);
  }

  /** Takes the next call off the queue; undefined where none waits. */
  next(): Invocation | undefined {
    return this.#queue.shift();
  }

  /** Makes a call, and tells its end: to the task that asked for it, or to a later try. */
  async call(invocation: Invocation): Promise<void> {
    const { functionName } = invocation;
    this.#invocations[functionName] = (this.#invocations[functionName] ?? 0) + 1;
    try {
      const value = asJson(await this.#host.invoke(functionName, asJson(payloadOf(invocation))));
      if (invocation.kind === 'batch') this.#host.batchEnded(invocation.batch, value ?? null);
      if (invocation.kind === 'task') this.#host.taskEnded(invocation.task, { ok: true, value });
    } catch (error) {
      const errorType = nameOf(error);
      const cause = JSON.stringify({ errorMessage: messageOf(error), errorType });
      if (invocation.kind === 'task') {
        this.#host.taskEnded(invocation.task, { ok: false, error: errorType, cause });
      } else if (invocation.kind === 'batch') {
        this.#host.batchEnded(invocation.batch, undefined);
      } else {
        this.#tryAgain(invocation);
      }
    }
  }

  #tryAgain(invocation: Extract<Invocation, { kind: 'event' }>): void {
    const { functionName, failures } = invocation;
    const most = this.#functions.get(functionName)?.maximumRetryAttempts ?? retryAfterMs.length;
    const delay = failures < most ? retryAfterMs[failures] : undefined;
    if (delay === undefined) this.giveUp(functionName);
    else {
      const again = { ...invocation, failures: failures + 1 };
      this.#host.later(again, delay);
    }
  }

  /** Counts an event that reaches nobody any more, by its function or rule. */
  giveUp(name: string): void {
    this.#deadLetters[name] = (this.#deadLetters[name] ?? 0) + 1;
  }
}

function payloadOf(invocation: Invocation): unknown {
  switch (invocation.kind) {
    case 'task':
      return invocation.task.payload;
    case 'batch':
      return batchEvent(invocation.batch);
    case 'event':
      return invocation.payload;
    default:
      return invocation satisfies never;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
