// In: a resolved plan, a fleet, faults and a seed. Out: the whole rehearsal, its logs written and its figures counted.
// Called by the command and by tests; it prints nothing.
import { join } from 'node:path';
import * as z from 'zod';
import { originsOf } from '../core/observation/origins-of.ts';
import { countOutcomes, type Outcome, type OutcomeName, outcomeNames } from '../core/outcome.ts';
import { targetsOfWaves } from '../core/plan/extension-target.ts';
import { distinctTargets } from '../core/target.ts';
import { fromMs, type Instant, toMs } from '../core/time.ts';
import type { BusEntry, Ports } from '../flow/ports.ts';
import { type ResolvedPlan, startPlan } from '../flow/start-wave.ts';
import type { EventEnvelope } from '../runtime/event-bus.ts';
import { loadDeployment } from '../runtime/load-deployment.ts';
import { LocalRuntime } from '../runtime/local-runtime.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import {
  type CallRecord,
  type FaultFile,
  type JsonObject,
  type Parameters,
  Simulator,
} from '../simulator/simulator.ts';
import {
  embeddedStore,
  type HandlerDeployment,
  loadHandlers,
  projectRoot,
  remediesOf,
  simulatedDrs,
  simulatedDrsServers,
  simulatedServices,
  simulatedSettings,
  watchOf,
} from './_wiring.ts';
import { noLogs, type RehearsalLogs } from './rehearsal-logs.ts';
import { type ApproveAfter, SimulatedApprover } from './simulated-approver.ts';
import { type HookPlay, SimulatedHooks } from './simulated-hooks.ts';
import { type AgentInstalled, SimulatedInstaller } from './simulated-installer.ts';
import { type OrderGiven, SimulatedOperator, type TimedOrder } from './simulated-operator.ts';
import { type EntryStarted, type Programme, SimulatedProgramme } from './simulated-programme.ts';

/** An event of an AWS service, as the simulator tells it. */
const NativeEvent = z.looseObject({
  source: z.string(),
  'detail-type': z.string(),
  detail: z.record(z.string(), z.unknown()),
  resources: z.array(z.string()),
  time: z.string(),
});

/** What a rehearsal is of. */
export interface RehearsalInput {
  /** What is started at once; of a programme, all that it starts, as its plans come to on the fleet at the beginning. */
  readonly plan: ResolvedPlan;
  /** Plans that start at times of their own, or come again by themselves. */
  readonly programme?: Programme;
  readonly fleet: readonly JsonObject[];
  readonly vcenterClients: readonly JsonObject[];
  readonly applications?: readonly JsonObject[];
  readonly waves?: readonly JsonObject[];
  readonly faults: FaultFile;
  readonly seed: number;
  readonly startAt: Instant;
  readonly parameters?: Partial<Parameters>;
  /** How long a simulated approver takes to approve; 0 where it is left out. */
  readonly approveAfter?: ApproveAfter;
  /** What an operator orders, and when. */
  readonly orders?: readonly TimedOrder[];
  /** The deployment file, absolute, whose pace and remedies are rehearsed; those of an empty one where left out. */
  readonly deployment?: string;
  /** How the hooks of the plan go; each succeeds where it is left out. */
  readonly hooks?: readonly HookPlay[];
  readonly logs?: RehearsalLogs;
  /** Told of every event of Landfall's own bus. */
  readonly onEvent?: (envelope: EventEnvelope) => void;
  readonly onCall?: (call: CallRecord) => void;
  /** Called now and then while the rehearsal runs; gives the terminal its turn. */
  readonly pause?: () => Promise<void>;
  readonly interrupted?: () => boolean;
  /** Lets a test stand between the flow and its ports. */
  readonly intercept?: (ports: Ports) => Ports;
  /** Makes every function call in its place and answers what it answers; lets a bench time them. */
  readonly around?: (functionName: string, call: () => Promise<unknown>) => Promise<unknown>;
}

/** What came of a rehearsal; the figures of the summary. */
export interface Rehearsed {
  readonly outcome: 'succeeded' | 'not-all-succeeded' | 'interrupted' | 'stuck';
  readonly servers: Readonly<Record<OutcomeName, number>>;
  readonly virtualSeconds: number;
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly events: number;
  /** How many servers the waves had; who was in several counts in each. */
  readonly plannedServers: number;
  readonly transitionsPerServer: number;
  readonly executions: number;
  readonly invocations: Readonly<Record<string, number>>;
  readonly ticks: {
    readonly run: number;
    readonly skipped: number;
    readonly failed: number;
    readonly looked: number;
  };
  readonly seed: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** What came of each order of the operator. */
  readonly orders: readonly OrderGiven[];
  /** What came of each plan of the programme; absent where there was none. */
  readonly programme?: readonly EntryStarted[];
  /** What came of each agent of DRS; absent where nobody installs any. */
  readonly drsAgents?: readonly AgentInstalled[];
}

/** Where a rehearsal stands; for live progress. */
export interface RehearsalProgress {
  readonly now: Instant;
  readonly events: number;
  readonly apiCalls: number;
  readonly transitions: number;
}

// A wave that has not ended after this long never will: its deadlines are shorter.
const patienceMs = 3 * 365 * 86_400_000;

/** A rehearsal that is set up and can be run once. */
export interface Rehearsal {
  readonly run: () => Promise<Rehearsed>;
  readonly progress: () => RehearsalProgress;
  readonly store: Ports['store'];
  readonly simulator: Simulator;
}

/** Sets a rehearsal up: simulator, store, runtime and handlers, wired as they are deployed. */
export async function setUpRehearsal(input: RehearsalInput): Promise<Rehearsal> {
  const logs = input.logs ?? noLogs;
  const targets = distinctTargets([
    ...targetsOfWaves(input.plan.waves),
    ...originsOf(
      input.plan.waves.flatMap((wave) => wave.servers),
      [...input.fleet, ...(input.programme?.coming ?? [])],
    ),
  ]);
  const [home] = targets;
  if (home === undefined) throw new RangeError('the plan has no servers');
  const clock = new VirtualClock(toMs(input.startAt));
  const tally = new Tally(input.programme === undefined ? input.plan : undefined);
  const approver = new SimulatedApprover(input.approveAfter ?? 0);
  const operator = new SimulatedOperator(input.orders ?? [], toMs(input.startAt));
  const simulator: Simulator = new Simulator({
    fleet: input.fleet,
    vcenterClients: input.vcenterClients,
    ...(input.applications === undefined ? {} : { applications: input.applications }),
    ...(input.waves === undefined ? {} : { waves: input.waves }),
    faults: input.faults,
    seed: input.seed,
    startAt: input.startAt,
    ...(input.parameters === undefined ? {} : { parameters: input.parameters }),
    onCall: (record) => {
      tally.called(record);
      logs.write('api', record);
      input.onCall?.(record);
    },
    onEvent: (envelope) => runtime.publishNative(NativeEvent.parse(envelope)),
  });
  const deployment = loadDeployment(join(projectRoot, 'serverless.yml'), {
    stage: 'rehearsal',
    region: home.region,
    accountId: home.accountId,
    partition: home.partition,
    switchedOn: [
      // Its queue: off where a deployment has no targets of DRS, whose stages alone come into it.
      'poll',
      ...(hasHooks(input.plan) ? ['runHooks'] : []),
      ...(hasSchedule(input.programme) ? ['sweep'] : []),
    ],
    ...(input.deployment === undefined
      ? {}
      : { environment: { LANDFALL_DEPLOYMENT: input.deployment } }),
  });
  const call = await loadHandlers(deployment);
  const runtime: LocalRuntime = new LocalRuntime({
    deployment,
    clock,
    invoke: async (name, payload) => {
      const make = () => call(bound, name, payload);
      const called = input.around === undefined ? make() : input.around(name, make);
      const result = await called.catch((error: unknown) => {
        tally.refused(name);
        throw error;
      });
      tally.invoked(name, result);
      return result;
    },
    world: simulator,
    seed: input.seed,
    accountId: home.accountId,
    region: home.region,
    partition: home.partition,
    onExecutionEnded: (line) => logs.write('executions', line),
    onBusEvent: (_bus, envelope) => {
      if (!envelope.source.startsWith('landfall.')) return;
      tally.told(envelope);
      approver.told(envelope);
      operator.told(envelope);
      programme?.told(envelope);
      installer?.told(envelope);
      logs.write('events', envelope);
      input.onEvent?.(envelope);
    },
    ...(input.pause === undefined ? {} : { pause: input.pause }),
  });
  const store = embeddedStore();
  const ports: Ports = {
    clock: { now: () => clock.now() },
    store,
    bus: { publish: (entries: readonly BusEntry[]) => runtime.bus.publish(entries) },
    workflows: runtime.workflows,
    serviceOf: simulatedServices(simulator),
    drsOf: simulatedDrs(simulator),
    settingsOf: simulatedSettings(simulator, 'function'),
    drsSettingsOf: simulatedDrsServers(simulator),
    hooks: new SimulatedHooks({
      plays: input.hooks ?? [],
      seed: input.seed,
      now: () => clock.now(),
      onCall: (record) => {
        tally.called(record);
        logs.write('api', record);
      },
    }),
  };
  const intercepted = input.intercept?.(ports) ?? ports;
  const bound: HandlerDeployment = {
    ports: intercepted,
    targets,
    waveMachineArn: runtime.stateMachineArn('Wave'),
    remedies: remediesOf(deployment),
    ...watchOf(deployment),
    log: () => {},
  };
  const programme =
    input.programme === undefined ? undefined : new SimulatedProgramme(input.programme, bound);
  const drsAgents = input.programme?.drsAgents;
  const installer = drsAgents === undefined ? undefined : new SimulatedInstaller(drsAgents);
  const isOver = () =>
    input.interrupted?.() === true ||
    ((programme?.isOver ?? tally.allConcluded) && runtime.counters.running === 0);
  const nextMs = () => {
    const acting = [approver.nextMs, operator.nextMs, programme?.nextMs, installer?.nextMs];
    const times = acting.filter((ms) => ms !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  };
  /** Runs on; where a person comes in from outside, only until that is due. */
  const runToTheEnd = async () => {
    const patience = toMs(input.startAt) + patienceMs;
    for (;;) {
      await operator.actDue(ports);
      await approver.actDue(ports);
      installer?.actDue(ports, simulator);
      await programme?.actDue(ports);
      const next = nextMs();
      const ended = await runtime.run(() => isOver() || nextMs() !== next, {
        virtualDeadline: Math.min(patience, next ?? patience),
      });
      const goesOn = nextMs() !== next || (ended === 'deadline' && next !== undefined);
      if (isOver() || !goesOn || clock.nowMs() >= patience) return ended;
    }
  };
  const run = async (): Promise<Rehearsed> => {
    // The poller runs before anybody starts a wave, so it knows the fleet already.
    runtime.enqueue('poll', { target: 'all' });
    if (programme === undefined) {
      const start = await startPlan(ports, input.plan, bound.waveMachineArn);
      if (start.status === 'refused') throw new Error('a store without plans refused a plan');
    }
    const ended = await runToTheEnd();
    const interrupted = input.interrupted?.() === true;
    if (ended !== 'done' || interrupted) {
      runtime.abortAll(
        'Landfall.Interrupted',
        interrupted ? 'interrupted by a person' : `the rehearsal got ${ended}`,
      );
    }
    store.close();
    logs.close();
    return tally.rehearsed({
      runtime,
      seed: input.seed,
      startedAt: input.startAt,
      endedAt: clock.now(),
      orders: operator.given,
      ...(programme === undefined ? {} : { programme: programme.came }),
      ...(installer === undefined ? {} : { drsAgents: installer.installed }),
      outcome: interrupted ? 'interrupted' : ended === 'done' ? undefined : 'stuck',
    });
  };
  return {
    run,
    store,
    simulator,
    progress: () => ({
      now: clock.now(),
      events: runtime.counters.events,
      apiCalls: tally.apiCalls,
      transitions: runtime.counters.transitions,
    }),
  };
}

/** Whether a plan has hooks: they are looked after in its rehearsal, whatever the deployment allows so far. */
function hasHooks(plan: ResolvedPlan): boolean {
  return plan.waves.some((wave) =>
    wave.servers.some(({ settings }) => settings.hooks !== undefined),
  );
}

function hasSchedule(programme: Programme | undefined): boolean {
  return programme?.entries.some(({ document }) => document.spec.schedule !== undefined) ?? false;
}

/** Counts what a rehearsal does, as it does it. */
class Tally {
  apiCalls = 0;
  readonly #byOperation = new Map<string, number>();
  readonly #outcomes = new Map<string, Outcome>();
  readonly #concluded = new Set<string>();
  readonly #events = new Set<string>();
  readonly #waves: number | undefined;
  /** How many servers the waves have; of a programme, those of the waves that have begun. */
  #servers: number;
  #ticks = { run: 0, skipped: 0, failed: 0, looked: 0 };

  constructor(plan: ResolvedPlan | undefined) {
    this.#waves = plan?.waves.length;
    this.#servers = plan?.waves.reduce((sum, wave) => sum + wave.servers.length, 0) ?? 0;
  }

  get allConcluded(): boolean {
    return this.#waves !== undefined && this.#concluded.size >= this.#waves;
  }

  called(call: Pick<CallRecord, 'service' | 'operation'>): void {
    this.apiCalls += 1;
    const name = `${call.service}:${call.operation}`;
    this.#byOperation.set(name, (this.#byOperation.get(name) ?? 0) + 1);
  }

  told({ detail, ...envelope }: EventEnvelope): void {
    const id = String(detail['eventId']);
    const begins = envelope['detail-type'] === 'Wave Started' && this.#waves === undefined;
    if (begins && !this.#events.has(id)) this.#servers += Number(detail['servers']);
    this.#events.add(id);
    if (envelope['detail-type'] === 'Wave Concluded') this.#concluded.add(String(detail['wave']));
    if (envelope['detail-type'] === 'Wave Server Outcome') {
      const name = outcomeNames.find((outcome) => outcome === detail['outcome']);
      if (name === undefined) return;
      this.#outcomes.set(`${String(detail['wave'])} ${String(detail['sourceServerId'])}`, {
        outcome: name,
        reason: String(detail['reason']),
      });
    }
  }

  refused(name: string): void {
    if (name === 'poll') this.#ticks.failed += 1;
  }

  invoked(name: string, result: unknown): void {
    if (name !== 'poll' || !Array.isArray(result)) return;
    for (const report of result) {
      if (report.tick === 'skipped') this.#ticks.skipped += 1;
      else
        this.#ticks = {
          ...this.#ticks,
          run: this.#ticks.run + 1,
          looked: this.#ticks.looked + Number(report.looked),
        };
    }
  }

  rehearsed(end: {
    readonly runtime: LocalRuntime;
    readonly seed: number;
    readonly startedAt: Instant;
    readonly endedAt: Instant;
    readonly orders: readonly OrderGiven[];
    readonly programme?: readonly EntryStarted[];
    readonly drsAgents?: readonly AgentInstalled[];
    readonly outcome: Rehearsed['outcome'] | undefined;
  }): Rehearsed {
    const servers = countOutcomes([...this.#outcomes.values()]);
    const { programme, drsAgents } = end;
    const allStarted = programme?.every(({ status }) => status !== 'not-started') ?? true;
    const fine = allStarted && servers.succeeded + servers.skipped === this.#servers;
    const { counters } = end.runtime;
    return {
      outcome: end.outcome ?? (fine ? 'succeeded' : 'not-all-succeeded'),
      servers,
      virtualSeconds: (toMs(end.endedAt) - toMs(end.startedAt)) / 1000,
      apiCalls: Object.fromEntries([...this.#byOperation].sort(([a], [b]) => (a < b ? -1 : 1))),
      events: this.#events.size,
      plannedServers: this.#servers,
      transitionsPerServer: counters.transitions / Math.max(1, this.#servers),
      executions: counters.executions,
      invocations: counters.invocations,
      ticks: this.#ticks,
      seed: end.seed,
      startedAt: end.startedAt,
      endedAt: fromMs(toMs(end.endedAt)),
      orders: end.orders,
      ...(programme === undefined ? {} : { programme }),
      ...(drsAgents === undefined ? {} : { drsAgents }),
    };
  }
}
