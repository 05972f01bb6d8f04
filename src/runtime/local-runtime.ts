import { fromMs } from '../core/time.ts';
import type { BusEntry, EventBus, Workflows } from '../flow/ports.ts';
import { asJson } from './as-json.ts';
import { Engine } from './asl/engine.ts';
import type {
  EndedExecution,
  EngineState,
  Execution,
  ExecutionLine,
  HistoryEvent,
} from './asl/execution.ts';
import { limits } from './asl/limits.ts';
import type { Deployment } from './deployment.ts';
import {
  defaultBus,
  type EventEnvelope,
  type EventRule,
  LocalEventBus,
  type RuleTarget,
} from './event-bus.ts';
import { lineOf } from './execution-line.ts';
import { FunctionCalls, type Invocation } from './function-calls.ts';
import { localWorkflows } from './local-workflows.ts';
import { QueueReaders, type QueuesState, type QueueTimer } from './queue-readers.ts';
import { statusChange } from './status-change.ts';
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

type HostTimer =
  | { readonly kind: 'schedule'; readonly name: string }
  | { readonly kind: 'invoke'; readonly invocation: Invocation }
  | { readonly kind: 'queue'; readonly timer: QueueTimer };

/** The whole state of a runtime, as JSON. */
export interface RuntimeSnapshot {
  readonly version: 1;
  readonly nowMs: number;
  readonly engine: EngineState<HostTimer>;
  readonly queue: readonly Invocation[];
  readonly queues: QueuesState;
  readonly published: number;
  readonly invocations: Readonly<Record<string, number>>;
  readonly deadLetters: Readonly<Record<string, number>>;
}

const stepsBetweenPauses = 64;

/** Runs a deployment on one machine in virtual time: machines, functions, rules and schedules. */
export class LocalRuntime {
  /** The deployment's own bus; where it has none or several, the default bus. */
  readonly bus: EventBus;
  readonly workflows: Workflows;
  readonly #options: LocalRuntimeOptions;
  readonly #engine: Engine<HostTimer>;
  readonly #bus: LocalEventBus;
  readonly #calls: FunctionCalls;
  readonly #readers: QueueReaders;

  /** Makes a runtime; with a snapshot it goes on where that was taken, on a clock that stands there. */
  constructor(options: LocalRuntimeOptions, snapshot?: RuntimeSnapshot) {
    const { deployment, clock, seed, accountId, region } = options;
    if (snapshot !== undefined && snapshot.nowMs !== clock.nowMs()) {
      throw new Error(
        `the snapshot is of ${fromMs(snapshot.nowMs)}, the clock stands at ${clock.now()}`,
      );
    }
    this.#options = options;
    this.#calls = new FunctionCalls(
      {
        functions: deployment.functions,
        invoke: (functionName, payload) => options.invoke(functionName, payload),
        taskEnded: (task, end) => this.#engine.tasks.invocationEnded(task, end),
        batchEnded: (batch, answer) => this.#readers.ended(batch, answer),
        later: (invocation, afterMs) =>
          this.#engine.hostTimer({ kind: 'invoke', invocation }, afterMs),
      },
      snapshot,
    );
    this.#readers = new QueueReaders(
      {
        queues: deployment.queues,
        call: (functionName, batch) => this.#calls.queueBatch(functionName, batch),
        later: (timer, afterMs) => this.#engine.hostTimer({ kind: 'queue', timer }, afterMs),
        giveUp: (queueArn) => this.#calls.giveUp(queueArn.slice(queueArn.lastIndexOf(':') + 1)),
      },
      snapshot?.queues,
    );
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
        invoke: (task) => this.#calls.queueTask(task),
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
    this.workflows = localWorkflows(this.#engine);
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
    this.#calls.queueEvent(functionName, payload);
  }

  /** Stops an execution; false where it does not run. */
  abort(executionArn: string, error: string, cause: string): boolean {
    return this.#engine.abort(executionArn, error, cause);
  }

  /** Stops every execution that runs, and answers how many there were. */
  abortAll(error: string, cause: string): number {
    const running = this.#engine.executions.running();
    for (const { arn } of running) this.#engine.abort(arn, error, cause);
    return running.length;
  }

  /** Answers the executions that run, as lines that have no end yet. */
  runningExecutions(): readonly ExecutionLine[] {
    return this.#engine.executions.running().map((execution) => lineOf(execution));
  }

  /** Says what was done so far. */
  get counters(): RuntimeCounters {
    return {
      transitions: this.#engine.transitions,
      executions: this.#engine.started,
      running: this.#engine.running,
      events: this.#bus.published,
      ...this.#calls.counts(),
    };
  }

  /** Answers the whole state; never while a function runs, so that every call is either queued or done. */
  snapshot(): RuntimeSnapshot {
    return structuredClone({
      version: 1 as const,
      nowMs: this.#options.clock.nowMs(),
      engine: this.#engine.state(),
      queue: this.#calls.waiting(),
      queues: this.#readers.state(),
      published: this.#bus.published,
      ...this.#calls.counts(),
    });
  }

  /** Makes a runtime that goes on where a snapshot was taken. */
  static restore(options: LocalRuntimeOptions, snapshot: RuntimeSnapshot): LocalRuntime {
    return new LocalRuntime(options, snapshot);
  }

  /** Does one thing that can be done at the present instant: a step, or else a function call. */
  async runOne(): Promise<boolean> {
    if (await this.#engine.step()) return true;
    const invocation = this.#calls.next();
    if (invocation === undefined) return false;
    this.#options.world.advanceTo(this.#options.clock.nowMs());
    await this.#calls.call(invocation);
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

  #onTimer(timer: HostTimer): void {
    if (timer.kind === 'invoke') {
      this.#calls.queueAgain(timer.invocation);
      return;
    }
    if (timer.kind === 'queue') {
      this.#readers.onTimer(timer.timer);
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
    if (target.kind === 'queue') {
      this.#readers.send(target.queueArn, payload);
      return;
    }
    // EventBridge names the execution by the event, so that a delivery repeated finds it running.
    const name = `${envelope.id}_${rule.name}`.slice(0, limits.nameLength);
    if (typeof this.#engine.start(target.stateMachineArn, name, asJson(payload)) === 'string') {
      this.#calls.giveUp(rule.name);
    }
  }

  #announce(execution: Execution, ended?: EndedExecution): void {
    if (!this.#bus.hasRules(defaultBus)) return;
    const { accountId, region, clock } = this.#options;
    const event = statusChange(execution, ended, { accountId, region, now: clock.now() });
    if (this.#bus.isTaken(defaultBus, event)) this.publishNative(event);
  }

  #executionEnded(ended: EndedExecution): void {
    this.#announce(ended.execution, ended);
    this.#options.onExecutionEnded?.(lineOf(ended.execution, ended), ended.execution.history);
  }

  /** Starts a parked task's heartbeat anew. */
  async sendTaskHeartbeat(token: string): Promise<'accepted' | 'already-released'> {
    return this.#engine.tasks.heartbeat(token) ? 'accepted' : 'already-released';
  }
}
