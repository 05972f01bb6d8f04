import { fromMs } from '../../core/time.ts';
import { Fifo } from '../fifo.ts';
import { seededNumber, seededUuid } from '../seeded.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { afterNested } from './after-nested.ts';
import { ClosedExecutions } from './closed-executions.ts';
import { EngineTimers } from './engine-timers.ts';
import type {
  Activity,
  EndedExecution,
  EngineState,
  Execution,
  ExecutionStatus,
  TaskInvocation,
  Thread,
  TimerPurpose,
  Waiter,
} from './execution.ts';
import { jsonBytes, limits, nameProblem } from './limits.ts';
import type { Scope, State } from './machine.ts';
import { MachineCatalogue, type RegisteredMachine } from './machine-catalogue.ts';
import { States } from './state-error.ts';

/** What the engine asks of whoever runs it. */
export interface EngineHost<H = never> {
  readonly clock: VirtualClock;
  readonly seed: number;
  readonly machines: readonly RegisteredMachine[];
  /** Takes a function call into the queue; its end is told through `invocationEnded`. */
  readonly invoke: (invocation: TaskInvocation) => void;
  /** Takes a timer that was set with `hostTimer`. */
  onTimer?(timer: H): void;
  readonly onStarted?: (execution: Execution) => void;
  readonly onEnded?: (ended: EndedExecution) => void;
  /** Keeps every history event of running executions, and hands it over with the ended one. */
  readonly keepHistory?: boolean;
}

/** How a function call ended. */
export type InvocationEnd =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string; readonly cause: string };

/** Why an execution was not started. */
export type StartRefusal = 'name-taken' | 'no-such-machine' | 'bad-name' | 'input-too-large';

/** Thrown through a step when the execution that it belongs to has ended under it. */
export class ExecutionOver extends Error {
  override readonly name = 'ExecutionOver';
}

/**
 * Keeps every execution: starts and ends them, holds their queue, timers, tokens and histories. All that it
 * knows is data: `state()` after any step can be written as JSON, and a book made from it goes on to the same end.
 */
export class ExecutionBook<H = never> {
  readonly host: EngineHost<H>;
  readonly #machines: MachineCatalogue;
  readonly #executions = new Map<string, Execution>();
  readonly #closed: ClosedExecutions;
  readonly #tokens = new Map<string, { readonly executionArn: string; readonly thread: number }>();
  readonly #timers: EngineTimers<H>;
  #ready = new Fifo<[string, number]>();
  #nextId = 1;
  #transitions = 0;
  #started = 0;

  /** Opens a book, from the state of an earlier one where that is given. */
  constructor(host: EngineHost<H>, state?: EngineState<H>) {
    this.host = host;
    this.#timers = new EngineTimers(host.clock, (purpose) => this.#fire(purpose));
    this.#machines = new MachineCatalogue(host.machines);
    this.#closed = new ClosedExecutions(host.clock);
    if (state !== undefined) this.#restore(structuredClone(state));
  }

  /** Says how many transitions were made, retries counted. */
  get transitions(): number {
    return this.#transitions;
  }

  /** Says how many executions were started. */
  get started(): number {
    return this.#started;
  }

  /** Says how many executions are running. */
  get running(): number {
    return this.#executions.size;
  }

  /** Says whether a step can be taken at the present instant. */
  get hasWork(): boolean {
    return this.#ready.size > 0;
  }

  /** Answers the whole state as data that shares nothing with the engine. */
  state(): EngineState<H> {
    return structuredClone({
      executions: [...this.#executions.values()],
      closed: this.#closed.all(),
      ready: this.#ready.waiting(),
      timers: this.#timers.pending(),
      nextId: this.#nextId,
      transitions: this.#transitions,
      started: this.#started,
    });
  }

  #restore(state: EngineState<H>): void {
    for (const execution of state.executions) {
      this.#executions.set(execution.arn, execution);
      for (const thread of Object.values(execution.threads)) {
        if (thread.activity.kind !== 'task' || thread.activity.task.token === null) continue;
        this.#tokens.set(thread.activity.task.token, {
          executionArn: execution.arn,
          thread: thread.id,
        });
      }
    }
    for (const [arn, closed] of state.closed) this.#closed.add(arn, closed);
    this.#ready = new Fifo(state.ready);
    this.#timers.restore(state.timers);
    this.#nextId = state.nextId;
    this.#transitions = state.transitions;
    this.#started = state.started;
  }

  /** Takes the next thread off the queue; `gone` for one that was stopped meanwhile. */
  nextReady(): { readonly execution: Execution; readonly thread: Thread } | 'gone' | undefined {
    const [arn, id] = this.#ready.shift() ?? [];
    if (arn === undefined || id === undefined) return undefined;
    const execution = this.#executions.get(arn);
    const thread = execution?.threads[id];
    return execution === undefined || thread === undefined ? 'gone' : { execution, thread };
  }

  /** Starts an execution; a running one of that name and input is answered as it is. */
  start(
    stateMachineArn: string,
    name: string,
    input: unknown,
    started: { readonly parentName?: string; readonly waiter?: Waiter } = {},
  ): Execution | StartRefusal {
    const machine = this.#machines.find(stateMachineArn);
    if (machine === undefined) return 'no-such-machine';
    if (nameProblem(name) !== undefined) return 'bad-name';
    if (jsonBytes(input) > limits.payloadBytes) return 'input-too-large';
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const running = this.#executions.get(arn);
    if (running !== undefined) {
      if (JSON.stringify(running.input) !== JSON.stringify(input)) return 'name-taken';
      if (started.waiter !== undefined) running.waiters.push(started.waiter);
      return running;
    }
    if (this.#closed.find(arn) !== undefined) return 'name-taken';
    return this.begin({
      arn,
      name,
      machineArn: machine.arn,
      machineName: machine.id,
      scope: '',
      input,
      parentName: started.parentName ?? null,
      waiters: started.waiter === undefined ? [] : [started.waiter],
    });
  }

  /** Begins an execution that is known to be new. */
  begin(
    made: Pick<
      Execution,
      'arn' | 'name' | 'machineArn' | 'machineName' | 'scope' | 'input' | 'parentName' | 'waiters'
    >,
  ): Execution {
    const timeout =
      this.#machines.find(made.machineArn)?.machine.timeoutSeconds ?? limits.executionSeconds;
    const execution: Execution = {
      ...made,
      startedAtMs: this.host.clock.nowMs(),
      threads: {},
      nextThread: 0,
      historyEvents: 0,
      transitions: 0,
      draws: 0,
      timer: this.timer({ kind: 'execution', executionArn: made.arn }, timeout * 1000),
      ...(this.host.keepHistory === true ? { history: [] } : {}),
    };
    this.#started += 1;
    this.#executions.set(made.arn, execution);
    const begun = this.#recordFor(execution, 0, 'ExecutionStarted', {});
    this.spawn(execution, {
      scope: made.scope,
      parent: null,
      index: 0,
      input: made.input,
      after: begun,
    });
    this.host.onStarted?.(execution);
    return execution;
  }

  /** Starts a thread at the beginning of a scope. */
  spawn(
    execution: Execution,
    made: {
      readonly scope: string;
      readonly parent: number | null;
      readonly index: number;
      readonly input: unknown;
      readonly item?: { readonly value: unknown };
      readonly after: number;
    },
  ): Thread {
    const id = execution.nextThread++;
    const thread: Thread = {
      id,
      scope: made.scope,
      parent: made.parent,
      index: made.index,
      ...(made.item === undefined ? {} : { item: made.item }),
      variables: {},
      state: this.scopeOf(execution, made.scope).startAt,
      input: made.input,
      enteredAtMs: this.host.clock.nowMs(),
      retries: [],
      retryCount: 0,
      lastEvent: made.after,
      activity: { kind: 'enter' },
    };
    execution.threads[id] = thread;
    this.#ready.push([execution.arn, id]);
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
    if (activity.kind === 'task' && activity.task.token !== null) {
      this.#tokens.set(activity.task.token, { executionArn: execution.arn, thread: thread.id });
    }
  }

  /** Answers an id that no timer, task or Map run had before. */
  nextId(): number {
    return this.#nextId++;
  }

  /** Sets a timer after so many milliseconds. */
  timer(purpose: TimerPurpose<H>, afterMs: number): number {
    const id = this.nextId();
    this.#timers.arm({ id, at: this.host.clock.nowMs() + afterMs, purpose });
    return id;
  }

  /** Sets a timer for the host, which keeps its place among the engine's own, also in a snapshot. */
  hostTimer(host: H, afterMs: number): void {
    this.timer({ kind: 'host', host }, afterMs);
  }

  #fire(timer: TimerPurpose<H>): void {
    if (timer.kind === 'host') {
      this.host.onTimer?.(timer.host);
      return;
    }
    const execution = this.#executions.get(timer.executionArn);
    if (execution === undefined) return;
    if (timer.kind === 'execution') {
      this.end(execution, {
        status: 'TIMED_OUT',
        error: States.timeout,
        cause: 'The execution timed out.',
      });
      return;
    }
    const thread = execution.threads[timer.thread];
    if (thread === undefined) return;
    if (timer.kind === 'sleep') {
      if (thread.activity.kind !== 'sleep') return;
      this.resume(
        execution,
        thread,
        thread.activity.next === 'attempt'
          ? { kind: 'attempt' }
          : { kind: 'result', value: thread.input },
      );
      return;
    }
    const heartbeat = timer.kind === 'heartbeat';
    this.#settleTask(execution, thread, timer.task, {
      kind: 'failure',
      error: heartbeat ? States.heartbeatTimeout : States.timeout,
      cause: heartbeat ? 'The task sent no heartbeat in time.' : 'The task did not answer in time.',
      event: 'TaskTimedOut',
    });
  }

  // Ends a task, once: whatever comes later finds the thread at something else.
  #settleTask(execution: Execution, thread: Thread, task: number, activity: Activity): boolean {
    if (thread.activity.kind !== 'task' || thread.activity.task.id !== task) return false;
    this.#leave(execution, thread);
    this.resume(execution, thread, activity);
    return true;
  }

  // Gives up all that a waiting thread holds: timers, its token, the executions that it waits for.
  #leave(execution: Execution, thread: Thread): void {
    const { activity } = thread;
    switch (activity.kind) {
      case 'sleep':
        this.#timers.cancel(activity.timer);
        return;
      case 'task': {
        const { task } = activity;
        this.#timers.cancel(task.timeoutTimer);
        this.#timers.cancel(task.heartbeatTimer);
        if (task.token !== null) this.#tokens.delete(task.token);
        const child = task.child === null ? undefined : this.#executions.get(task.child);
        if (child !== undefined) this.#deserted(child, execution.arn, thread.id);
        return;
      }
      case 'map-run':
        for (const arn of Object.keys(activity.run.children)) {
          const child = this.#executions.get(arn);
          if (child !== undefined) this.#deserted(child, execution.arn, thread.id);
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

  // A nested execution stops with the last task that waited for it.
  #deserted(child: Execution, executionArn: string, thread: number): void {
    const at = child.waiters.findIndex(
      (waiter) => waiter.executionArn === executionArn && waiter.thread === thread,
    );
    if (at === -1) return;
    child.waiters.splice(at, 1);
    if (child.waiters.length === 0) {
      this.end(child, {
        status: 'ABORTED',
        cause: 'The execution that waited for this one went on or ended.',
      });
    }
  }

  /** Stops threads and all that they wait for; answers them in the order of their start. */
  abandon(execution: Execution, threads: readonly Thread[]): void {
    for (const thread of threads) {
      if (execution.threads[thread.id] === undefined) continue;
      this.#leave(execution, thread);
      delete execution.threads[thread.id];
    }
  }

  /** Tells how a function call ended; a task that has gone on meanwhile does not care. */
  invocationEnded(invocation: TaskInvocation, end: InvocationEnd): void {
    const execution = this.#executions.get(invocation.executionArn);
    const thread = execution?.threads[invocation.thread];
    if (execution === undefined || thread === undefined) return;
    if (thread.activity.kind !== 'task' || thread.activity.task.id !== invocation.task) return;
    if (!end.ok) {
      this.#settleTask(execution, thread, invocation.task, {
        kind: 'failure',
        error: end.error,
        cause: end.cause,
        event: 'TaskFailed',
      });
    } else if (thread.activity.task.token === null) {
      this.#settleTask(execution, thread, invocation.task, {
        kind: 'result',
        value: { ExecutedVersion: '$LATEST', Payload: end.value, StatusCode: 200 },
        event: 'TaskSucceeded',
      });
    } else {
      this.#guarded(() => this.record(execution, thread, 'TaskSubmitted'));
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
  taskSucceeded(token: string, output: unknown): boolean {
    return this.#release(token, { kind: 'result', value: output ?? null, event: 'TaskSucceeded' });
  }

  /** Ends a parked task with an error; false where nobody waits for the token. */
  taskFailed(token: string, error: string, cause: string): boolean {
    return this.#release(token, {
      kind: 'failure',
      error: error.slice(0, limits.errorLength),
      cause: cause.slice(0, limits.causeLength),
      event: 'TaskFailed',
    });
  }

  #release(token: string, activity: Activity): boolean {
    const parked = this.#tokens.get(token);
    const execution = parked === undefined ? undefined : this.#executions.get(parked.executionArn);
    const thread = parked === undefined ? undefined : execution?.threads[parked.thread];
    if (execution === undefined || thread?.activity.kind !== 'task') return false;
    return this.#settleTask(execution, thread, thread.activity.task.id, activity);
  }

  /** Starts a parked task's heartbeat anew; false where nobody waits for the token. */
  taskHeartbeat(token: string): boolean {
    const parked = this.#tokens.get(token);
    const thread =
      parked === undefined
        ? undefined
        : this.#executions.get(parked.executionArn)?.threads[parked.thread];
    if (parked === undefined || thread?.activity.kind !== 'task') return false;
    const { task } = thread.activity;
    if (task.heartbeatMs !== null) {
      this.#timers.cancel(task.heartbeatTimer);
      task.heartbeatTimer = this.timer(
        { kind: 'heartbeat', executionArn: parked.executionArn, thread: thread.id, task: task.id },
        task.heartbeatMs,
      );
    }
    return true;
  }

  /** Stops an execution from outside; false where it does not run. */
  abort(executionArn: string, error: string, cause: string): boolean {
    const execution = this.#executions.get(executionArn);
    if (execution === undefined) return false;
    this.end(execution, { status: 'ABORTED', error, cause });
    return true;
  }

  /** Ends an execution, stops all that it still does, and tells those who wait for it. */
  end(
    execution: Execution,
    how: Pick<EndedExecution, 'status' | 'output' | 'error' | 'cause'>,
    after?: Thread,
  ): void {
    const threads = Object.values(execution.threads);
    for (const thread of threads) {
      if (how.status === 'SUCCEEDED' || thread === after) continue;
      const { type } = this.stateOf(execution, thread);
      if (!waitsForSomebody(thread)) continue;
      if (
        ['Task', 'Wait', 'Parallel', 'Map'].includes(type) &&
        execution.historyEvents < limits.historyEvents - 1
      ) {
        this.#recordFor(execution, thread.lastEvent, `${type}StateAborted`, {
          state: thread.state,
        });
      }
    }
    const types = {
      SUCCEEDED: 'ExecutionSucceeded',
      FAILED: 'ExecutionFailed',
      TIMED_OUT: 'ExecutionTimedOut',
      ABORTED: 'ExecutionAborted',
    } as const;
    const { error, cause } = how;
    const reason = {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
    this.#recordFor(execution, (after ?? threads[0])?.lastEvent ?? 0, types[how.status], reason);
    this.abandon(execution, threads);
    this.#timers.cancel(execution.timer);
    this.#executions.delete(execution.arn);
    const stoppedAtMs = this.host.clock.nowMs();
    this.#closed.add(execution.arn, { status: how.status, closedAtMs: stoppedAtMs, ...reason });
    const ended: EndedExecution = { execution, ...how, stoppedAtMs };
    this.host.onEnded?.(ended);
    for (const waiter of execution.waiters) this.#tell(waiter, ended);
  }

  #tell(waiter: Waiter, ended: EndedExecution): void {
    const execution = this.#executions.get(waiter.executionArn);
    const thread = execution?.threads[waiter.thread];
    if (execution === undefined || thread === undefined) return;
    if (waiter.kind === 'task') {
      this.#settleTask(execution, thread, waiter.task, afterNested(ended));
      return;
    }
    if (thread.activity.kind !== 'map-run') return;
    const { run } = thread.activity;
    if (run.children[ended.execution.arn] === undefined) return;
    delete run.children[ended.execution.arn];
    run.ended += 1;
    if (ended.status === 'SUCCEEDED') {
      run.results[waiter.index] = ended.output ?? null;
    } else {
      run.failed += 1;
      run.results[waiter.index] = { Error: ended.error ?? '', Cause: ended.cause ?? '' };
    }
    if (run.failed > run.tolerated) {
      this.#leave(execution, thread);
      this.resume(execution, thread, {
        kind: 'failure',
        error: States.exceedToleratedFailureThreshold,
        cause: 'The specified tolerated failure threshold was exceeded',
        event: 'MapRunFailed',
      });
    } else if (run.ended === run.inputs.length) {
      this.resume(execution, thread, {
        kind: 'result',
        value: run.results,
        event: 'MapRunSucceeded',
      });
    } else {
      this.startMapChildren(execution, thread);
    }
  }

  /** Starts as many children of a Map run as its concurrency allows. */
  startMapChildren(execution: Execution, thread: Thread): void {
    if (thread.activity.kind !== 'map-run') return;
    const { run } = thread.activity;
    const machine = this.#machines.find(execution.machineArn);
    const state = this.stateOf(execution, thread);
    const label = state.type === 'Map' ? state.label : state.name;
    while (run.started < run.inputs.length && run.started - run.ended < run.concurrency) {
      const index = run.started++;
      const name = seededUuid(this.host.seed, run.id, index);
      const arn = `${execution.machineArn.replace(':stateMachine:', ':execution:')}/${run.id}:${name}`;
      run.children[arn] = index;
      this.begin({
        arn,
        name,
        machineArn: execution.machineArn,
        machineName: `${machine?.id ?? execution.machineName}/${label}`,
        scope: run.scope,
        input: run.inputs[index],
        parentName: execution.name,
        waiters: [{ kind: 'map-run', executionArn: execution.arn, thread: thread.id, index }],
      });
    }
  }

  /** Says how an execution stands; `not-found` where there never was one, or 90 days after its end. */
  describe(
    executionArn: string,
  ):
    | { readonly status: ExecutionStatus; readonly error?: string; readonly cause?: string }
    | 'not-found' {
    if (this.#executions.has(executionArn)) return { status: 'RUNNING' };
    const closed = this.#closed.find(executionArn);
    if (closed === undefined) return 'not-found';
    const { status, error, cause } = closed;
    return {
      status,
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
  }

  /** Answers the executions that are running. */
  runningExecutions(): readonly Execution[] {
    return [...this.#executions.values()];
  }

  /** Answers the states that a thread runs through. */
  scopeOf(execution: Execution, scope: string): Scope {
    return this.#machines.scopeOf(execution.machineArn, scope);
  }

  /** Answers the state that a thread is at. */
  stateOf(execution: Execution, thread: Thread): State {
    return this.#machines.stateOf(execution.machineArn, thread.scope, thread.state);
  }

  /** Counts a transition: a state entered, or a retry. */
  countTransition(execution: Execution): void {
    execution.transitions += 1;
    this.#transitions += 1;
  }

  /** Answers the next number of an execution's own random sequence. */
  random(execution: Execution): number {
    return seededNumber(this.host.seed, execution.arn, execution.draws++);
  }

  /** Answers the next UUID of an execution's own sequence. */
  uuid(execution: Execution): string {
    return seededUuid(this.host.seed, execution.arn, execution.draws++);
  }

  /**
   * Adds an event to a thread's history. The event before the last that AWS allows ends the execution
   * with States.Runtime, and the step that wanted to write it with ExecutionOver.
   */
  record(
    execution: Execution,
    thread: Thread,
    type: string,
    more: Pick<HistoryMore, 'error' | 'cause'> = {},
  ): void {
    if (execution.historyEvents >= limits.historyEvents - 1) {
      this.end(
        execution,
        {
          status: 'FAILED',
          error: States.runtime,
          cause: `The execution reached the maximum number of history events (${limits.historyEvents}).`,
        },
        thread,
      );
      throw new ExecutionOver();
    }
    thread.lastEvent = this.#recordFor(execution, thread.lastEvent, type, {
      state: thread.state,
      ...more,
    });
  }

  #recordFor(
    execution: Execution,
    previousEventId: number,
    type: string,
    more: HistoryMore,
  ): number {
    const id = ++execution.historyEvents;
    execution.history?.push({
      id,
      previousEventId,
      type,
      timestamp: fromMs(this.host.clock.nowMs()),
      ...more,
    });
    return id;
  }
}

/** What a step needs of a book, whatever its host keeps timers for. */
export type StepBook = Omit<ExecutionBook<unknown>, never>;

interface HistoryMore {
  readonly state?: string;
  readonly error?: string;
  readonly cause?: string;
}

function waitsForSomebody(thread: Thread): boolean {
  return ['sleep', 'task', 'branches', 'map-run'].includes(thread.activity.kind);
}
