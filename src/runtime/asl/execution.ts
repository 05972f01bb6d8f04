/** The engine's state: plain data only, so that it can be written as JSON after any step and read back. */

/** How an execution stands, in AWS's words. */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution that has not ended. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  /** The machine's ARN; the children of a Distributed Map run the scope of its item processor. */
  readonly machineArn: string;
  readonly scope: string;
  /** What `$states.context.StateMachine` and the execution line name. */
  readonly machineName: string;
  readonly input: unknown;
  readonly startedAtMs: number;
  /** The name of the execution that started this one. */
  readonly parentName: string | null;
  /** Tasks and Map runs that wait for the end. */
  readonly waiters: Waiter[];
  readonly threads: Record<string, Thread>;
  nextThread: number;
  historyEvents: number;
  transitions: number;
  /** Draws of random numbers and UUIDs so far. */
  draws: number;
  timer: number;
  /** Absent where the engine keeps counts only. */
  readonly history?: HistoryEvent[];
}

/** Who is told when an execution ends. */
export type Waiter =
  | {
      readonly kind: 'task';
      readonly executionArn: string;
      readonly thread: number;
      readonly task: number;
    }
  | {
      readonly kind: 'map-run';
      readonly executionArn: string;
      readonly thread: number;
      readonly index: number;
    };

/** One entry of a history, in AWS's event names. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly timestamp: string;
  readonly state?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** One line of control: the execution itself, a branch, or an inline Map item. */
export interface Thread {
  readonly id: number;
  readonly scope: string;
  readonly parent: number | null;
  /** The ordinal of the branch or item. */
  readonly index: number;
  /** Set for inline Map items. */
  readonly item?: { readonly value: unknown };
  variables: Record<string, unknown>;
  state: string;
  input: unknown;
  enteredAtMs: number;
  /** Retries so far by each retrier of the state. */
  retries: number[];
  retryCount: number;
  lastEvent: number;
  activity: Activity;
}

/** What a thread does: the first four are in the queue, the others wait for somebody. */
export type Activity =
  | { readonly kind: 'enter' }
  | { readonly kind: 'attempt' }
  | { readonly kind: 'result'; readonly value: unknown; readonly event?: string }
  | {
      readonly kind: 'failure';
      readonly error: string;
      readonly cause: string;
      readonly event?: string;
    }
  | { readonly kind: 'sleep'; readonly timer: number; readonly next: 'attempt' | 'result' }
  | { readonly kind: 'task'; readonly task: OpenTask }
  | { readonly kind: 'branches'; readonly join: Branches }
  | { readonly kind: 'map-run'; readonly run: MapRun };

/** A task that was begun and has not answered. */
export interface OpenTask {
  readonly id: number;
  readonly token: string | null;
  /** The nested execution that the task waits for. */
  readonly child: string | null;
  readonly heartbeatMs: number | null;
  readonly timeoutTimer: number;
  heartbeatTimer: number | null;
}

/** The branches of a Parallel state, or the items of an inline Map. */
export interface Branches {
  readonly scopes: readonly string[];
  /** The inputs of the branches; their number is the number of branches. */
  readonly inputs: readonly unknown[];
  readonly items: readonly unknown[] | null;
  readonly results: unknown[];
  readonly concurrency: number;
  started: number;
  ended: number;
}

/** A Distributed Map under way. */
export interface MapRun {
  readonly id: string;
  readonly scope: string;
  readonly inputs: readonly unknown[];
  readonly results: unknown[];
  readonly concurrency: number;
  /** How many children may fail. */
  readonly tolerated: number;
  readonly children: Record<string, number>;
  started: number;
  ended: number;
  failed: number;
}

/** What a timer is for; `H` is what the engine's host keeps timers for. */
export type TimerPurpose<H> =
  | { readonly kind: 'execution'; readonly executionArn: string }
  | { readonly kind: 'sleep'; readonly executionArn: string; readonly thread: number }
  | {
      readonly kind: 'timeout' | 'heartbeat';
      readonly executionArn: string;
      readonly thread: number;
      readonly task: number;
    }
  | { readonly kind: 'host'; readonly host: H };

/** A timer by the absolute instant at which it fires. */
export interface Timer<H> {
  readonly id: number;
  readonly at: number;
  readonly purpose: TimerPurpose<H>;
}

/** What is left of an execution that has ended. */
export interface ClosedExecution {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly closedAtMs: number;
  readonly error?: string;
  readonly cause?: string;
}

/** A function call that a task asks for. */
export interface TaskInvocation {
  readonly executionArn: string;
  readonly thread: number;
  readonly task: number;
  /** As the task's Arguments name it: a name or an ARN. */
  readonly functionName: string;
  readonly payload: unknown;
}

/** The whole state of the engine. */
export interface EngineState<H = never> {
  readonly executions: Execution[];
  readonly closed: [string, ClosedExecution][];
  readonly ready: [string, number][];
  readonly timers: Timer<H>[];
  readonly nextId: number;
  readonly transitions: number;
  readonly started: number;
}

/** One line of executions.jsonl. */
export interface ExecutionLine {
  readonly name: string;
  readonly stateMachine: string;
  readonly parent: string | null;
  readonly status: ExecutionStatus;
  readonly startedAt: string;
  readonly stoppedAt: string | null;
  /** States entered, and every retry once more. */
  readonly transitions: number;
  readonly historyEvents: number;
  readonly error: string | null;
  readonly cause: string | null;
}

/** An execution that has just ended, as the host is told. */
export interface EndedExecution {
  readonly execution: Execution;
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly stoppedAtMs: number;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}
