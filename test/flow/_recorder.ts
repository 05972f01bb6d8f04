// The flow on the embedded store and the simulator behind the AWS SDK, in a virtual time that a test moves, with
// recorders in the place of EventBridge and Step Functions.

import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import {
  simulatedDrs,
  simulatedDrsServers,
  simulatedServices,
  simulatedSettings,
} from '../../src/cli/_wiring.ts';
import { SimulatedHooks } from '../../src/cli/simulated-hooks.ts';
import type { ServerSettings, WavePolicy } from '../../src/core/plan/settings-for.ts';
import type { Target } from '../../src/core/target.ts';
import { builtInDrsLimits, type DrsLimits } from '../../src/core/target-list/drs-limits.ts';
import { fromMs } from '../../src/core/time.ts';
import { type PollReport, poll } from '../../src/flow/poll.ts';
import type {
  Answer,
  BusEntry,
  DrsApi,
  Ports,
  Refusal,
  ServiceApi,
  TokenAnswer,
  Workflows,
} from '../../src/flow/ports.ts';
import { type Place, read, readAll } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import type { WaveRecord, WaveServer } from '../../src/flow/records/wave-records.ts';
import { startPlan } from '../../src/flow/start-wave.ts';
import { nextStage } from '../../src/flow/steps/next-stage.ts';
import { prepareWave } from '../../src/flow/steps/prepare-wave.ts';
import { type JsonObject, type Parameters, Simulator } from '../../src/simulator/simulator.ts';
import { aPolicy, settings } from '../core/_factories.ts';
import { accountId, faults, region, serverId, start, startAt } from '../simulator/rig.ts';

export { serverId, startAt } from '../simulator/rig.ts';

export const target: Target = { partition: 'aws', service: 'mgn', accountId, region };
export const drsTarget: Target = { ...target, service: 'drs' };
export const machine = (name: string) =>
  `arn:aws:states:${region}:${accountId}:stateMachine:landfall-${name}-test`;
export const ourselves = {
  accountId,
  stage: 'test',
  memberRole: 'landfall-member-test',
  memberSession: 'landfall-test',
};
export const machines = {
  replicate: machine('replicate'),
  test: machine('test'),
  cutover: machine('cutover'),
  finalize: machine('finalize'),
  rollback: machine('rollback'),
};
export const arnOf = (n: number) =>
  `arn:aws:mgn:${region}:${accountId}:source-server/${serverId(n)}`;

/** What was sent for a task token. */
export type Sent =
  | { readonly success: unknown }
  | { readonly failure: { readonly error: string; readonly cause: string } };

type Status = Awaited<ReturnType<Workflows['describeExecution']>>;

/** A refusal as adapters answer it. */
export function refused(kind: Refusal['kind'], is: Partial<Refusal> = {}): Answer<never> {
  return {
    ok: false,
    refusal: { kind, errorName: `${kind}-error`, message: 'said no', culprits: [], ...is },
  };
}

/** Everything a test of the flow needs. */
export function aFlow(
  fleet: readonly JsonObject[],
  options: {
    readonly faults?: readonly JsonObject[];
    readonly parameters?: Partial<Parameters>;
    readonly vcenterClients?: readonly JsonObject[];
  } = {},
) {
  let nowMs = start;
  const calls: { readonly operation: string; readonly input: JsonObject }[] = [];
  const simulator = new Simulator({
    fleet,
    vcenterClients: options.vcenterClients ?? [],
    faults: faults(...(options.faults ?? [])),
    seed: 7,
    startAt,
    parameters: { backlogEpisodeShare: 0, ...options.parameters },
    onCall: ({ operation, input }) => calls.push({ operation, input }),
  });
  const store = openSqliteStore();
  const writes: string[] = [];
  const hooks: {
    /** Called before a write; may throw, or do what somebody else does at that moment. */
    beforePut?: (partition: string, sort: string) => void | Promise<void>;
    /** Whether the bus refuses an entry. */
    refuses?: (entry: BusEntry) => boolean;
    publishes?: () => void;
  } = {};
  const events: BusEntry[] = [];
  const sent = new Map<string, Sent>();
  const started: { readonly machine: string; readonly name: string; readonly input: unknown }[] =
    [];
  const executions = new Map<string, Status>();
  const answer = (token: string, what: Sent): TokenAnswer => {
    if (sent.has(token)) return 'already-released';
    sent.set(token, what);
    return 'released';
  };
  const real = simulatedServices(simulator)(target);
  const realDrs = simulatedDrs(simulator)(drsTarget);
  const forceDrs: Partial<{ -readonly [K in keyof DrsApi]: DrsApi[K] }> = {};
  const drs: DrsApi = new Proxy(realDrs, {
    get: (known, name) => Reflect.get(forceDrs, name) ?? Reflect.get(known, name),
  });
  const force: Partial<{ -readonly [K in keyof ServiceApi]: ServiceApi[K] }> = {};
  const api: ServiceApi = new Proxy(real, {
    get: (known, name) => Reflect.get(force, name) ?? Reflect.get(known, name),
  });
  const ports: Ports = {
    clock: { now: () => fromMs(nowMs) },
    store: {
      ...store,
      put: async (partition, sort, body, version) => {
        await hooks.beforePut?.(partition, sort);
        writes.push(`${partition} ${sort}`);
        return store.put(partition, sort, body, version);
      },
    },
    bus: {
      publish: async (entries) => {
        hooks.publishes?.();
        const refusals = entries.flatMap((entry, i) => (hooks.refuses?.(entry) ? [i] : []));
        events.push(...entries.filter((_, i) => !refusals.includes(i)));
        return refusals;
      },
    },
    workflows: {
      sendTaskSuccess: async (token, output) => answer(token, { success: output }),
      sendTaskFailure: async (token, error, cause) => answer(token, { failure: { error, cause } }),
      startExecution: async (arn, name, input) => {
        const same = started.find((s) => s.name === name);
        if (same !== undefined && JSON.stringify(same.input) !== JSON.stringify(input)) {
          return 'name-taken';
        }
        if (same === undefined) started.push({ machine: arn, name, input });
        return { executionArn: executionOf(arn, name) };
      },
      describeExecution: async (arn) => executions.get(arn) ?? 'not-found',
    },
    serviceOf: () => api,
    drsOf: () => drs,
    settingsOf: simulatedSettings(simulator, 'function'),
    drsSettingsOf: simulatedDrsServers(simulator),
    hooks: new SimulatedHooks({ plays: [], seed: 1, now: () => fromMs(nowMs) }),
  };
  const advance = (seconds: number) => {
    nowMs += seconds * 1000;
    simulator.advanceTo(nowMs);
  };
  const tick = async (seconds = 60): Promise<PollReport> => {
    advance(seconds);
    return poll(ports, target);
  };
  /** A tick of the target of DRS. */
  const drsTick = async (
    seconds = 60,
    drsLimits: DrsLimits = builtInDrsLimits,
  ): Promise<PollReport> => {
    advance(seconds);
    return poll(ports, drsTarget, { drsLimits });
  };
  return {
    ports,
    store,
    simulator,
    real,
    force,
    forceDrs,
    hooks,
    calls,
    writes,
    events,
    sent,
    started,
    executions,
    advance,
    tick,
    drsTick,
    now: () => fromMs(nowMs),
    body: async <T>(where: Place<T>): Promise<T | undefined> =>
      (await read(ports.store, where)).body,
    all: async <T>(where: Place<T>): Promise<readonly T[]> =>
      (await readAll(ports.store, where)).map(({ body }) => body),
    /** How often an operation was called at the service. */
    called: (operation: string) => calls.filter((c) => c.operation === operation).length,
    /** The ids of what was published, in order. */
    published: () => events.map((e) => String(e.detail['eventId'])),
  };
}
export type Flow = ReturnType<typeof aFlow>;

/** The ARN of an execution by its machine and name. */
export function executionOf(arn: string, name: string): string {
  return `${arn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** A server of a plan. */
export function planned(n: number, is: Partial<ServerSettings> = {}, tier = 0) {
  return {
    sourceServerId: serverId(n),
    arn: arnOf(n),
    target,
    hostname: `host-${n}`,
    tier,
    settings: { ...settings, ...is },
  };
}

/** A plan with one wave, or the waves that are given. */
export function aPlanOf(
  servers: readonly ReturnType<typeof planned>[],
  policy: Partial<WavePolicy> = {},
  waves: readonly { readonly name: string; readonly dependsOn?: readonly string[] }[] = [
    { name: 'w' },
  ],
) {
  return {
    name: 'p',
    hash: 'h1',
    waves: waves.map(({ name, dependsOn = [] }) => ({
      name,
      dependsOn,
      policy: aPolicy(policy),
      tiers: [],
      servers,
    })),
  };
}

export const subject = { wave: 'p.w', plan: 'p', name: 'w' };

/** Starts a wave of these servers and has it prepared, with the target polled once before. */
export async function aWave(
  flow: Flow,
  servers: readonly ReturnType<typeof planned>[],
  policy: Partial<WavePolicy> = {},
): Promise<WaveRecord> {
  await startPlan(flow.ports, aPlanOf(servers, policy), machine('wave'));
  await poll(flow.ports, target);
  await prepareWave(flow.ports, {
    subject,
    machines,
    execution: executionOf(machine('wave'), subject.wave),
  });
  const wave = await flow.body(place.wave(subject.wave));
  if (wave === undefined) throw new Error('no wave was written');
  return wave;
}

/** A wave whose first stage runs. */
export async function aRunningWave(
  flow: Flow,
  servers: readonly ReturnType<typeof planned>[],
  policy: Partial<WavePolicy> = {},
) {
  await aWave(flow, servers, policy);
  return nextStage(flow.ports, { subject });
}

/** The record of a wave's server; fails where there is none. */
export async function memberOf(flow: Flow, n: number): Promise<WaveServer> {
  const member = await flow.body(place.waveServer(subject.wave, serverId(n)));
  if (member === undefined) throw new Error(`no member ${n}`);
  return member;
}

/** Who a phase machine of a server is about. */
export const of = (n: number, attempt = 1) => ({
  server: serverId(n),
  wave: subject.wave,
  attempt,
});

/** Where a token was issued: the execution of a phase for a server. */
export function at(
  n: number,
  phase: string,
  state: string,
  is: { readonly enteredAt?: string; readonly retryCount?: number } = {},
) {
  return {
    execution: `${executionOf(machine(phase), `${subject.wave}.${serverId(n)}.${phase}.1`)}`,
    state,
    enteredAt: startAt,
    retryCount: 0,
    ...is,
  };
}
