import { fromMs } from '../core/time.ts';
import type { BusEntry, EventBus, Workflows } from '../flow/ports.ts';
import { Engine } from './asl/engine.ts';
import type {
  EndedExecution,
  EngineState,
  Execution,
  ExecutionLine,
  HistoryEvent,
  TaskInvocation,
} from './asl/execution.ts';
import { jsonBytes, limits } from './asl/limits.ts';
import type { DeployedFunction, Deployment } from './deployment.ts';
import {
  defaultBus,
  type EventEnvelope,
  type EventRule,
  LocalEventBus,
  type RuleTarget,
  wholeSeconds,
} from './event-bus.ts';
import { Fifo } from './fifo.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The simulated world, as the runtime sees it. */
export interface World {
  /** Says when something happens next by itself (milliseconds after 1970). */
  readonly nextEventAt: () => number | undefined;
  /** Brings the world to an instant; what it publishes on the way goes to `publishNative`. */
  readonly advanceTo: (ms: number) => void;
}

/** What a runtime is made of. */
export interface LocalRuntimeOptions {
  readonly deployment: Deployment;
  readonly clock: VirtualClock;
  /** Calls a function by its key in serverless.yml; a rejection is a failed call. */
  readonly invoke: (functionName: string, payload: unknown) => Promise<unknown>;
  readonly world: World;
  readonly seed: number;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly onExecutionEnded?: (line: ExecutionLine, history?: readonly HistoryEvent[]) => void;
  readonly onBusEvent?: (bus: string, envelope: EventEnvelope) => void;
  /** Gives the real event loop its turn where it is due; called often, so it must be cheap. */
  readonly pause?: () => Promise<void>;
  /** Keeps the whole history of running executions and hands it to `onExecutionEnded`. */
  readonly keepHistory?: boolean;
}

/** What a runtime has done so far. */
export interface RuntimeCounters {
  readonly transitions: number;
  readonly executions: number;
  readonly running: number;
  readonly events: number;
  readonly invocations: Readonly<Record<string, number>>;
  /** Events given up after all retries, by function or rule. */
  readonly deadLetters: Readonly<Record<string, number>>;
}

type Invocation =
  | { readonly kind: 'task'; readonly functionName: string; readonly task: TaskInvocation }
  | {
      readonly kind: 'event';
      readonly functionName: string;
      readonly payload: unknown;
      readonly failures: number;
    };

type HostTimer =
  | { readonly kind: 'schedule'; readonly name: string }
  | { readonly kind: 'invoke'; readonly invocation: Invocation };

/** The whole state of a runtime, as JSON. */
export interface RuntimeSnapshot {
  readonly version: 1;
  readonly nowMs: number;
  readonly engine: EngineState<HostTimer>;
  readonly queue: readonly Invocation[];
  readonly published: number;
  readonly invocations: Readonly<Record<string, number>>;
  readonly deadLetters: Readonly<Record<string, number>>;
}

// Lambda waits one minute, then two, before it tries a failed asynchronous call again.
const retryAfterMs: readonly number[] = [60_000, 120_000];
const stepsBetweenPauses = 64;

/** Runs a deployment on one machine in virtual time: machines, functions, rules and schedules. */
export class LocalRuntime {
  /** The deployment's own bus; where it has none or several, the default bus. */
  readonly bus: EventBus;
  readonly workflows: Workflows;
  readonly #options: LocalRuntimeOptions;
  readonly #engine: Engine<HostTimer>;
  readonly #bus: LocalEventBus;
  readonly #functions = new Map<string, DeployedFunction>();
  readonly #queue: Fifo<Invocation>;
  readonly #invocations: Record<string, number>;
  readonly #deadLetters: Record<string, number>;

  /** Makes a runtime; with a snapshot it goes on where that was taken, on a clock that stands there. */
  constructor(options: LocalRuntimeOptions, snapshot?: RuntimeSnapshot) {
    const { deployment, clock, seed, accountId, region } = options;
    if (snapshot !== undefined && snapshot.nowMs !== clock.nowMs()) {
      throw new Error(
        `the snapshot is of ${fromMs(snapshot.nowMs)}, the clock stands at ${clock.now()}`,
      );
    }
    this.#options = options;
    for (const one of deployment.functions) {
      this.#functions.set(one.name, one);
      this.#functions.set(one.arn, one);
      this.#functions.set(one.arn.slice(one.arn.lastIndexOf(':') + 1), one);
    }
    this.#queue = new Fifo(snapshot?.queue);
    this.#invocations = { ...snapshot?.invocations };
    this.#deadLetters = { ...snapshot?.deadLetters };
    this.#bus = new LocalEventBus(
      deployment.rules,
      {
        seed,
        accountId,
        region,
        deliver: (target, envelope, rule) => this.#deliver(target, envelope, rule),
        onEvent: options.onBusEvent,
      },
      snapshot?.published,
    );
    this.#engine = new Engine<HostTimer>(
      {
        clock,
        seed,
        machines: deployment.machines,
        invoke: (task) => this.#invokeForTask(task),
        onTimer: (timer) => this.#onTimer(timer),
        onStarted: (execution) => this.#announce(execution),
        onEnded: (ended) => this.#executionEnded(ended),
        keepHistory: options.keepHistory === true,
      },
      snapshot?.engine,
    );
    this.bus = this.busNamed(
      deployment.buses.length === 1 ? (deployment.buses[0] ?? defaultBus) : defaultBus,
    );
    this.workflows = this.#workflows();
    if (snapshot === undefined) {
      for (const { name, everyMs } of deployment.schedules) {
        this.#engine.hostTimer({ kind: 'schedule', name }, everyMs);
      }
    }
  }

  /** Answers a bus of the deployment; an unknown name is an Error. */
  busNamed(name: string): EventBus {
    if (name !== defaultBus && !this.#options.deployment.buses.includes(name)) {
      throw new Error(`there is no event bus ${name}`);
    }
    return { publish: async (entries) => this.#bus.publish(name, entries) };
  }

  /** Puts an event of an AWS service on the default bus. */
  publishNative(
    event: Pick<EventEnvelope, 'source' | 'detail-type' | 'detail'> & Partial<EventEnvelope>,
  ): void {
    const entry: BusEntry = {
      source: event.source,
      detailType: event['detail-type'],
      detail: event.detail,
      resources: event.resources ?? [],
      time: event.time ?? this.#options.clock.now(),
    };
    this.#bus.route(defaultBus, { ...this.#bus.envelope(entry), ...event });
  }

  /** Answers the ARN of a machine by its id in serverless.yml; an unknown id is an Error. */
  stateMachineArn(id: string): string {
    const machine = this.#options.deployment.machines.find((one) => one.id === id);
    if (machine === undefined) throw new Error(`there is no state machine ${id}`);
    return machine.arn;
  }

  /** Puts a function call into the queue, as an asynchronous invocation. */
  enqueue(functionName: string, payload: unknown): void {
    this.#queue.push({ kind: 'event', functionName, payload, failures: 0 });
  }

  /** Stops an execution; false where it does not run. */
  abort(executionArn: string, error: string, cause: string): boolean {
    return this.#engine.abort(executionArn, error, cause);
  }

  /** Stops every execution that runs, and answers how many there were. */
  abortAll(error: string, cause: string): number {
    const running = this.#engine.runningExecutions();
    for (const { arn } of running) this.#engine.abort(arn, error, cause);
    return running.length;
  }

  /** Answers the executions that run, as lines that have no end yet. */
  runningExecutions(): readonly ExecutionLine[] {
    return this.#engine.runningExecutions().map((execution) => lineOf(execution));
  }

  /** Says what was done so far. */
  get counters(): RuntimeCounters {
    return {
      transitions: this.#engine.transitions,
      executions: this.#engine.started,
      running: this.#engine.running,
      events: this.#bus.published,
      invocations: { ...this.#invocations },
      deadLetters: { ...this.#deadLetters },
    };
  }

  /** Answers the whole state; never while a function runs, so that every call is either queued or done. */
  snapshot(): RuntimeSnapshot {
    return structuredClone({
      version: 1 as const,
      nowMs: this.#options.clock.nowMs(),
      engine: this.#engine.state(),
      queue: this.#queue.waiting(),
      published: this.#bus.published,
      invocations: this.#invocations,
      deadLetters: this.#deadLetters,
    });
  }

  /** Makes a runtime that goes on where a snapshot was taken. */
  static restore(options: LocalRuntimeOptions, snapshot: RuntimeSnapshot): LocalRuntime {
    return new LocalRuntime(options, snapshot);
  }

  /** Does one thing that can be done at the present instant: a step, or else a function call. */
  async runOne(): Promise<boolean> {
    if (await this.#engine.step()) return true;
    const invocation = this.#queue.shift();
    if (invocation === undefined) return false;
    this.#options.world.advanceTo(this.#options.clock.nowMs());
    await this.#call(invocation);
    return true;
  }

  /**
   * Runs until `until` holds (asked before every function call and before time moves), nothing is left to
   * happen, or the deadline is reached. Time moves only when nothing can run.
   */
  async run(
    until: () => boolean,
    limit: { readonly virtualDeadline?: number } = {},
  ): Promise<'done' | 'idle' | 'deadline'> {
    const { clock, pause } = this.#options;
    for (let turns = 1; ; turns++) {
      if (turns % stepsBetweenPauses === 0) await pause?.();
      if (this.#engine.hasWork) {
        await this.#engine.step();
        continue;
      }
      if (until()) return 'done';
      if (await this.runOne()) {
        await pause?.();
        continue;
      }
      const next = this.#nextInstant();
      if (next === undefined) return 'idle';
      if (limit.virtualDeadline !== undefined && next > limit.virtualDeadline) {
        this.#moveTo(Math.max(clock.nowMs(), limit.virtualDeadline));
        return until() ? 'done' : 'deadline';
      }
      this.#moveTo(next);
    }
  }

  #moveTo(ms: number): void {
    // The clock goes first: what the world publishes on the way is stamped with the new instant.
    this.#options.clock.advanceTo(ms);
    this.#options.world.advanceTo(ms);
  }

  #nextInstant(): number | undefined {
    const { clock, world } = this.#options;
    const own = clock.nextAt();
    const theirs = world.nextEventAt();
    if (theirs !== undefined && theirs <= clock.nowMs()) {
      world.advanceTo(clock.nowMs());
      const again = world.nextEventAt();
      if (again !== undefined && again <= clock.nowMs()) {
        throw new Error(`the world stands still at ${fromMs(again)}`);
      }
      return this.#nextInstant();
    }
    if (own === undefined || theirs === undefined) return own ?? theirs;
    return Math.min(own, theirs);
  }

  async #call(invocation: Invocation): Promise<void> {
    const { functionName } = invocation;
    this.#invocations[functionName] = (this.#invocations[functionName] ?? 0) + 1;
    const payload = invocation.kind === 'task' ? invocation.task.payload : invocation.payload;
    try {
      const value = asJson(await this.#options.invoke(functionName, asJson(payload)));
      if (invocation.kind === 'task')
        this.#engine.invocationEnded(invocation.task, { ok: true, value });
    } catch (error) {
      const errorType = nameOf(error);
      const cause = JSON.stringify({ errorMessage: messageOf(error), errorType });
      if (invocation.kind === 'task') {
        this.#engine.invocationEnded(invocation.task, { ok: false, error: errorType, cause });
      } else {
        this.#tryAgain(invocation);
      }
    }
  }

  #tryAgain(invocation: Extract<Invocation, { kind: 'event' }>): void {
    const { functionName, failures } = invocation;
    const most = this.#functions.get(functionName)?.maximumRetryAttempts ?? retryAfterMs.length;
    const delay = failures < most ? retryAfterMs[failures] : undefined;
    if (delay === undefined) this.#giveUp(functionName);
    else {
      const again = { ...invocation, failures: failures + 1 };
      this.#engine.hostTimer({ kind: 'invoke', invocation: again }, delay);
    }
  }

  #giveUp(name: string): void {
    this.#deadLetters[name] = (this.#deadLetters[name] ?? 0) + 1;
  }

  #invokeForTask(task: TaskInvocation): void {
    const found = this.#functions.get(task.functionName.replace(/:\$LATEST$/, ''));
    if (found === undefined) {
      this.#engine.invocationEnded(task, {
        ok: false,
        error: 'Lambda.ResourceNotFoundException',
        cause: `Function not found: ${task.functionName}`,
      });
      return;
    }
    this.#queue.push({ kind: 'task', functionName: found.name, task });
  }

  #onTimer(timer: HostTimer): void {
    if (timer.kind === 'invoke') {
      this.#queue.push(timer.invocation);
      return;
    }
    const schedule = this.#options.deployment.schedules.find(({ name }) => name === timer.name);
    if (schedule === undefined) return;
    this.#engine.hostTimer(timer, schedule.everyMs);
    this.enqueue(schedule.functionName, schedule.input ?? this.#scheduledEvent(schedule.name));
  }

  #scheduledEvent(name: string): EventEnvelope {
    const { clock, partition, region, accountId } = this.#options;
    return this.#bus.envelope({
      source: 'aws.events',
      detailType: 'Scheduled Event',
      detail: {},
      resources: [`arn:${partition}:events:${region}:${accountId}:rule/${name}`],
      time: clock.now(),
    });
  }

  #deliver(target: RuleTarget, envelope: EventEnvelope, rule: EventRule): void {
    const payload = target.input ?? envelope;
    if (target.kind === 'function') {
      this.enqueue(target.functionName, payload);
      return;
    }
    // EventBridge names the execution by the event, so that a delivery repeated finds it running.
    const name = `${envelope.id}_${rule.name}`.slice(0, limits.nameLength);
    if (typeof this.#engine.start(target.stateMachineArn, name, asJson(payload)) === 'string') {
      this.#giveUp(rule.name);
    }
  }

  #announce(execution: Execution, ended?: EndedExecution): void {
    if (!this.#bus.hasRules(defaultBus)) return;
    const { accountId, region, clock } = this.#options;
    const event = {
      version: '0' as const,
      'detail-type': 'Step Functions Execution Status Change',
      source: 'aws.states',
      account: accountId,
      time: wholeSeconds(clock.now()),
      region,
      resources: [execution.arn],
      detail: {
        executionArn: execution.arn,
        stateMachineArn: execution.machineArn,
        name: execution.name,
        status: ended?.status ?? 'RUNNING',
        startDate: execution.startedAtMs,
        stopDate: ended?.stoppedAtMs ?? null,
        input: JSON.stringify(execution.input),
        inputDetails: { included: true },
        output: ended?.status === 'SUCCEEDED' ? JSON.stringify(ended.output) : null,
        outputDetails: ended?.status === 'SUCCEEDED' ? { included: true } : null,
        error: ended?.error ?? null,
        cause: ended?.cause ?? null,
      },
    };
    if (this.#bus.isTaken(defaultBus, event)) this.publishNative(event);
  }

  #executionEnded(ended: EndedExecution): void {
    this.#announce(ended.execution, ended);
    this.#options.onExecutionEnded?.(lineOf(ended.execution, ended), ended.execution.history);
  }

  #workflows(): Workflows {
    const engine = this.#engine;
    return {
      sendTaskSuccess: async (token, output) => {
        const value = asJson(output);
        if (jsonBytes(value) > limits.payloadBytes)
          throw new Error('the output has more than 256 KiB');
        return engine.taskSucceeded(token, value) ? 'released' : 'already-released';
      },
      sendTaskFailure: async (token, error, cause) =>
        engine.taskFailed(token, error, cause) ? 'released' : 'already-released',
      startExecution: async (stateMachineArn, name, input) => {
        const started = engine.start(stateMachineArn, name, asJson(input));
        if (started === 'name-taken') return started;
        if (typeof started === 'string')
          throw new Error(`${stateMachineArn} as ${name}: ${started}`);
        return { executionArn: started.arn };
      },
      describeExecution: async (executionArn) => engine.describe(executionArn),
    };
  }

  /** Starts a parked task's heartbeat anew. */
  async sendTaskHeartbeat(token: string): Promise<'accepted' | 'already-released'> {
    return this.#engine.taskHeartbeat(token) ? 'accepted' : 'already-released';
  }
}

function lineOf(execution: Execution, ended?: EndedExecution): ExecutionLine {
  return {
    name: execution.name,
    stateMachine: execution.machineName,
    parent: execution.parentName,
    status: ended?.status ?? 'RUNNING',
    startedAt: fromMs(execution.startedAtMs),
    stoppedAt: ended === undefined ? null : fromMs(ended.stoppedAtMs),
    transitions: execution.transitions,
    historyEvents: execution.historyEvents,
    error: ended?.error ?? null,
    cause: ended?.cause ?? null,
  };
}

// What crosses into a function or out of it is JSON text on AWS.
function asJson(value: unknown): unknown {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? null : JSON.parse(text);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
