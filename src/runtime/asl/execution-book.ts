import { seededNumber, seededUuid } from '../seeded.ts';
import { afterNested } from './after-nested.ts';
import type { EngineHost } from './engine-host.ts';
import { EngineTimers } from './engine-timers.ts';
import type {
  EndedExecution,
  EngineState,
  Execution,
  HistoryEvent,
  Thread,
  TimerPurpose,
  Waiter,
} from './execution.ts';
import { ExecutionRegister } from './execution-register.ts';
import { ExecutionOver, historyIsFull, writeEnd, writeEvent } from './history.ts';
import { jsonBytes, limits, nameProblem } from './limits.ts';
import type { Scope, State } from './machine.ts';
import { MachineCatalogue } from './machine-catalogue.ts';
import { afterChild, childrenDue } from './map-run.ts';
import { OpenTasks } from './open-tasks.ts';
import { States } from './state-error.ts';
import { Threads } from './threads.ts';

/** Why an execution was not started. */
export type StartRefusal = 'name-taken' | 'no-such-machine' | 'bad-name' | 'input-too-large';

/**
 * Starts and ends executions, and keeps what they share: register, threads, tasks, timers. All that it
 * knows is data: `state()` after any step can be written as JSON, and a book made from it goes on to the same end.
 */
export class ExecutionBook<H = never> {
  readonly host: EngineHost<H>;
  /** Every execution that runs or has run. */
  readonly executions: ExecutionRegister;
  /** Every task that waits for an answer. */
  readonly tasks: OpenTasks;
  /** Every thread of the executions that run. */
  readonly threads: Threads;
  readonly #machines: MachineCatalogue;
  readonly #timers: EngineTimers<H>;
  #nextId = 1;
  #transitions = 0;
  #started = 0;

  /** Opens a book, from the state of an earlier one where that is given. */
  constructor(host: EngineHost<H>, state?: EngineState<H>) {
    this.host = host;
    this.#timers = new EngineTimers(host.clock, (purpose) => this.#fire(purpose));
    this.#machines = new MachineCatalogue(host.machines);
    this.executions = new ExecutionRegister(host.clock);
    this.tasks = new OpenTasks({
      executions: this.executions,
      leave: (execution, thread) => this.threads.leave(execution, thread),
      resume: (execution, thread, activity) => this.threads.resume(execution, thread, activity),
      record: (execution, thread, type) => this.record(execution, thread, type),
      timer: (purpose, afterMs) => this.timer(purpose, afterMs),
      cancelTimer: (id) => this.#timers.cancel(id),
    });
    const earlier = structuredClone(state);
    this.threads = new Threads(
      {
        clock: host.clock,
        executions: this.executions,
        tasks: this.tasks,
        scopeOf: (execution, scope) => this.scopeOf(execution, scope),
        cancelTimer: (id) => this.#timers.cancel(id),
        deserted: (childArn, execution, thread) => this.#deserted(childArn, execution, thread),
      },
      earlier?.ready,
    );
    if (earlier !== undefined) this.#restore(earlier);
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
    return this.executions.size;
  }

  /** Says whether a step can be taken at the present instant. */
  get hasWork(): boolean {
    return this.threads.hasReady;
  }

  /** Answers the whole state as data that shares nothing with the engine. */
  state(): EngineState<H> {
    return structuredClone({
      executions: [...this.executions.running()],
      closed: this.executions.closed(),
      ready: this.threads.ready(),
      timers: this.#timers.pending(),
      nextId: this.#nextId,
      transitions: this.#transitions,
      started: this.#started,
    });
  }

  #restore(state: EngineState<H>): void {
    this.executions.restore(state.executions, state.closed);
    for (const execution of state.executions) {
      for (const thread of Object.values(execution.threads)) {
        if (thread.activity.kind !== 'task') continue;
        this.tasks.add(thread.activity.task, execution, thread);
      }
    }
    this.#timers.restore(state.timers);
    this.#nextId = state.nextId;
    this.#transitions = state.transitions;
    this.#started = state.started;
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
    const running = this.executions.find(arn);
    if (running !== undefined) {
      if (JSON.stringify(running.input) !== JSON.stringify(input)) return 'name-taken';
      if (started.waiter !== undefined) running.waiters.push(started.waiter);
      return running;
    }
    if (this.executions.isClosed(arn)) return 'name-taken';
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
    this.executions.add(execution);
    const begun = writeEvent(execution, execution.startedAtMs, {
      previousEventId: 0,
      type: 'ExecutionStarted',
    });
    this.threads.spawn(execution, {
      scope: made.scope,
      parent: null,
      index: 0,
      input: made.input,
      after: begun,
    });
    this.host.onStarted?.(execution);
    return execution;
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
    const execution = this.executions.find(timer.executionArn);
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
      this.threads.resume(
        execution,
        thread,
        thread.activity.next === 'attempt'
          ? { kind: 'attempt' }
          : { kind: 'result', value: thread.input },
      );
      return;
    }
    this.tasks.timedOut(execution, thread, timer);
  }

  // A nested execution stops with the last task that waited for it.
  #deserted(childArn: string, execution: Execution, thread: Thread): void {
    const child = this.executions.find(childArn);
    if (child === undefined) return;
    const at = child.waiters.findIndex(
      (waiter) => waiter.executionArn === execution.arn && waiter.thread === thread.id,
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

  /** Stops an execution from outside; false where it does not run. */
  abort(executionArn: string, error: string, cause: string): boolean {
    const execution = this.executions.find(executionArn);
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
    const stoppedAtMs = this.host.clock.nowMs();
    const threads = Object.values(execution.threads);
    for (const thread of threads) {
      if (how.status === 'SUCCEEDED' || thread === after) continue;
      const { type } = this.stateOf(execution, thread);
      if (!waitsForSomebody(thread)) continue;
      if (['Task', 'Wait', 'Parallel', 'Map'].includes(type) && !historyIsFull(execution)) {
        writeEvent(execution, stoppedAtMs, {
          previousEventId: thread.lastEvent,
          type: `${type}StateAborted`,
          state: thread.state,
        });
      }
    }
    writeEnd(execution, stoppedAtMs, (after ?? threads[0])?.lastEvent ?? 0, how);
    this.threads.abandon(execution, threads);
    this.#timers.cancel(execution.timer);
    const ended: EndedExecution = { execution, ...how, stoppedAtMs };
    this.executions.close(ended);
    this.host.onEnded?.(ended);
    for (const waiter of execution.waiters) this.#tell(waiter, ended);
  }

  #tell(waiter: Waiter, ended: EndedExecution): void {
    const execution = this.executions.find(waiter.executionArn);
    const thread = execution?.threads[waiter.thread];
    if (execution === undefined || thread === undefined) return;
    if (waiter.kind === 'task') {
      this.tasks.settle(execution, thread, waiter.task, afterNested(ended));
      return;
    }
    if (thread.activity.kind !== 'map-run') return;
    const { run } = thread.activity;
    if (run.children[ended.execution.arn] === undefined) return;
    const after = afterChild(run, waiter.index, ended);
    if (after === undefined) {
      this.startMapChildren(execution, thread);
      return;
    }
    this.threads.leave(execution, thread);
    this.threads.resume(execution, thread, after);
  }

  /** Starts as many children of a Map run as its concurrency allows. */
  startMapChildren(execution: Execution, thread: Thread): void {
    if (thread.activity.kind !== 'map-run') return;
    const { run } = thread.activity;
    const machine = this.#machines.find(execution.machineArn);
    const state = this.stateOf(execution, thread);
    const label = state.type === 'Map' ? state.label : state.name;
    for (const { arn, name, index } of childrenDue(run, execution.machineArn, this.host.seed)) {
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
    more: Pick<HistoryEvent, 'error' | 'cause'> = {},
  ): void {
    if (historyIsFull(execution)) {
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
    thread.lastEvent = writeEvent(execution, this.host.clock.nowMs(), {
      previousEventId: thread.lastEvent,
      type,
      state: thread.state,
      ...more,
    });
  }
}

/** What a step needs of a book, whatever its host keeps timers for. */
export type StepBook = Omit<ExecutionBook<unknown>, never>;

function waitsForSomebody(thread: Thread): boolean {
  return ['sleep', 'task', 'branches', 'map-run'].includes(thread.activity.kind);
}
