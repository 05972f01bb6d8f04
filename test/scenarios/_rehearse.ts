// In: a few servers, a plan, faults. Out: what became of each server, the three logs, and what the checker says of
// them. The parts are wired as the command wires them; determinism.test.ts proves the logs the same, byte for byte.
import { join } from 'node:path';
import { expect } from 'vitest';
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
} from '../../src/cli/_wiring.ts';
import { readPlanText } from '../../src/cli/read-plan.ts';
import { type HookPlay, SimulatedHooks } from '../../src/cli/simulated-hooks.ts';
import { readFleetDocuments } from '../../src/core/fleet/read-fleet-documents.ts';
import { originsOf } from '../../src/core/observation/origins-of.ts';
import { targetsOfWaves } from '../../src/core/plan/extension-target.ts';
import { resolvePlan } from '../../src/core/plan/resolve-plan.ts';
import { distinctTargets, targetName } from '../../src/core/target.ts';
import { type Instant, secondsBetween, toMs } from '../../src/core/time.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { type ResolvedPlan, startPlan } from '../../src/flow/start-wave.ts';
import type { Deployment } from '../../src/runtime/deployment.ts';
import type { EventEnvelope } from '../../src/runtime/event-bus.ts';
import { loadDeployment } from '../../src/runtime/load-deployment.ts';
import { LocalRuntime, type RuntimeCounters } from '../../src/runtime/local-runtime.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';
import {
  type FaultFile,
  type JsonObject,
  noFaults,
  type Parameters,
  parseFaults,
  Simulator,
} from '../../src/simulator/simulator.ts';
import { checkTrace, type Verdict } from '../../src/trace/check-trace.ts';
import { CallRecord, Envelope, ExecutionLine, type Logs } from '../../src/trace/forms.ts';
import { beginning, vcenterClient } from './_fleet.ts';

/** Cycles and snapshots that come often, so that no story waits for them. */
export const brisk: Partial<Parameters> = {
  agentlessCycleMinutes: 12,
  agentSnapshotMinutes: 20,
  cleanupAfterDisconnectMinutes: [1, 3],
  backlogEpisodeShare: 0,
};

/** What a story is about. */
export interface Story {
  readonly fleet: readonly JsonObject[];
  readonly vcenterClients?: readonly JsonObject[];
  /** What the plan is for; a migration where it is left out. */
  readonly kind?: string;
  /** The plan's `spec` as YAML; one wave over all servers where it is left out. */
  readonly spec?: string;
  /** Another plan on the same fleet, whose waves have other names; it starts right after, or as soon as an event is told. */
  readonly also?: {
    readonly kind: string;
    readonly spec: string;
    readonly when?: Moment['event'];
  };
  /** Who starts the plan; nobody knows where it is left out. */
  readonly startedBy?: string;
  /** The faults, each a YAML flow mapping. */
  readonly faults?: readonly string[] | FaultFile;
  readonly seed?: number;
  readonly startAt?: Instant;
  readonly parameters?: Partial<Parameters>;
  /** The deployment file that the story is rehearsed with; an empty one where it is left out. */
  readonly deployment?: string;
  /** How the hooks of the plan go; each succeeds where it is left out. */
  readonly hooks?: readonly HookPlay[];
  /** Told of every line that the functions log. */
  readonly onLog?: (line: Readonly<Record<string, unknown>>) => void;
  /** How the targets are reached; as the command reaches them where it is left out. */
  readonly services?: (simulator: Simulator, clock: Ports['clock']) => Ports['serviceOf'];
  /** Stands between one invocation and its ports; asked before each. */
  readonly around?: (
    ports: Ports,
    functionName: string,
    run: (ports: Ports) => Promise<unknown>,
  ) => Promise<unknown>;
  /** What a person has done when the story begins. */
  readonly before?: (person: Person) => void;
  /** What a person or an operator does, each once, as soon as an event is told. */
  readonly whenTold?: readonly Moment[];
  /** How long the poller goes on after the last wave has concluded; not at all when left out. */
  readonly goOnSeconds?: number;
}

/** Something that happens from outside when an event is told. */
export interface Moment {
  readonly event: (envelope: EventEnvelope) => boolean;
  readonly happens: (world: World) => Promise<void> | void;
}

/** What may be touched from outside while a story runs. */
export interface World {
  readonly ports: Ports;
  readonly runtime: LocalRuntime;
  readonly person: Person;
}

/** Calls an operation of DRS at the console of the stories' account; a refusal is an Error. */
export type Person = (operation: string, input: object) => JsonObject;

/** What a server of a story ended with. */
export interface End {
  readonly outcome: string;
  readonly code?: string;
  readonly reason: string;
}

/** What came of a story. */
export interface Told {
  readonly ended: 'done' | 'idle' | 'deadline';
  readonly running: number;
  readonly logs: Logs;
  /** The logs as the files hold them. */
  readonly text: Readonly<Record<'api' | 'events' | 'executions', string>>;
  readonly ends: Readonly<Record<string, End>>;
  readonly verdict: Verdict;
  readonly counters: RuntimeCounters;
  readonly virtualSeconds: number;
  /** What the store still holds of waits, requests and intents. */
  readonly leftOver: readonly string[];
}

const everything = '{ waves: [{ name: wave-1, servers: { all: true } }] }';
const patienceSeconds = 400 * 86_400;

const placeOfStories = {
  stage: 'rehearsal',
  region: 'us-east-1',
  accountId: '111122223333',
  partition: 'aws',
};

interface Loaded {
  readonly deployment: Deployment;
  readonly call: Awaited<ReturnType<typeof loadHandlers>>;
}
let loaded: Loaded | undefined;
let loadedWithHooks: Loaded | undefined;

async function deploymentOfStories(file: string | undefined, hasHooks: boolean): Promise<Loaded> {
  if (file === undefined && hasHooks) {
    if (loadedWithHooks === undefined) {
      const switchedOn = ['poll', 'runHooks'];
      const deployment = loadDeployment(join(projectRoot, 'serverless.yml'), {
        ...placeOfStories,
        switchedOn,
      });
      loadedWithHooks = { deployment, call: await loadHandlers(deployment) };
    }
    return loadedWithHooks;
  }
  if (file !== undefined) {
    const deployment = loadDeployment(join(projectRoot, 'serverless.yml'), {
      ...placeOfStories,
      environment: { LANDFALL_DEPLOYMENT: file },
    });
    return { deployment, call: await loadHandlers(deployment) };
  }
  if (loaded === undefined) {
    const deployment = loadDeployment(join(projectRoot, 'serverless.yml'), {
      ...placeOfStories,
      switchedOn: ['poll'],
    });
    loaded = { deployment, call: await loadHandlers(deployment) };
  }
  return loaded;
}

/** Reads faults as a faults file holds them; a bad one is an Error. */
export function faultsOf(faults: readonly string[]): FaultFile {
  const text = [
    'apiVersion: landfall/v1',
    'kind: Faults',
    'faults:',
    ...faults.map((fault) => `  - ${fault}`),
  ].join('\n');
  const parsed = parseFaults(text, 'faults.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2));
  return parsed.faults;
}

/** Resolves a plan's spec on a fleet as the command does; a refused one is an Error. */
export function planOf(
  spec: string,
  fleet: readonly JsonObject[],
  kind = 'Migration',
  name = 'story',
): ResolvedPlan {
  const text = `apiVersion: landfall/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
  const read = readPlanText(text, 'plan.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 2));
  const resolved = resolvePlan(read.plan, readFleetDocuments(fleet));
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems, null, 2));
  return { name, hash: `hash-of-the-${name}`, waves: resolved.waves };
}

/** Runs a story to its end. */
export async function rehearse(story: Story): Promise<Told> {
  const startAt = story.startAt ?? beginning;
  const seed = story.seed ?? 1;
  const plan = planOf(story.spec ?? everything, story.fleet, story.kind);
  const also =
    story.also === undefined
      ? undefined
      : planOf(story.also.spec, story.fleet, story.also.kind, 'other');
  const hasHooks = plan.waves.some((wave) =>
    wave.servers.some(({ settings }) => settings.hooks !== undefined),
  );
  const { deployment, call } = await deploymentOfStories(story.deployment, hasHooks);
  const targets = distinctTargets([
    ...targetsOfWaves(plan.waves),
    ...originsOf(
      plan.waves.flatMap((wave) => wave.servers),
      story.fleet,
    ),
  ]);
  const lines = { api: [] as string[], events: [] as string[], executions: [] as string[] };
  const concluded = new Set<string>();
  const moments = [...(story.whenTold ?? [])];
  const startOther = async () => {
    if (also !== undefined) await startPlan(ports, also, bound.waveMachineArn);
  };
  const when = story.also?.when;
  if (when !== undefined) moments.push({ event: when, happens: startOther });
  const due: Moment[] = [];
  const clock = new VirtualClock(toMs(startAt));
  const simulator: Simulator = new Simulator({
    fleet: story.fleet,
    vcenterClients: story.vcenterClients ?? [vcenterClient],
    faults:
      story.faults === undefined
        ? noFaults
        : 'faults' in story.faults
          ? story.faults
          : faultsOf(story.faults),
    seed,
    startAt,
    parameters: story.parameters ?? brisk,
    onCall: (record) => lines.api.push(JSON.stringify(record)),
    onEvent: (envelope) => {
      const native: JsonObject = JSON.parse(JSON.stringify(envelope));
      runtime.publishNative(nativeEvent(native));
    },
  });
  const person: Person = (operation, input) => atConsole(simulator, operation, input);
  const runtime: LocalRuntime = new LocalRuntime({
    deployment,
    clock,
    invoke: (name, payload) => {
      const run = (asked: Ports) => call({ ...bound, ports: asked }, name, payload);
      return story.around === undefined ? run(ports) : story.around(ports, name, run);
    },
    world: simulator,
    seed,
    accountId: '111122223333',
    region: 'us-east-1',
    partition: 'aws',
    onExecutionEnded: (line) => lines.executions.push(JSON.stringify(line)),
    onBusEvent: (_bus, envelope) => {
      if (!envelope.source.startsWith('landfall.')) return;
      lines.events.push(JSON.stringify(envelope));
      if (envelope['detail-type'] === 'Wave Concluded') {
        concluded.add(String(envelope.detail['wave']));
      }
      for (const moment of moments.filter((one) => one.event(envelope))) {
        moments.splice(moments.indexOf(moment), 1);
        due.push(moment);
      }
    },
    pause: async () => {
      for (let moment = due.shift(); moment !== undefined; moment = due.shift()) {
        await moment.happens({ ports, runtime, person });
      }
    },
  });
  const store = embeddedStore();
  const ports: Ports = {
    clock: { now: () => clock.now() },
    store,
    bus: runtime.bus,
    workflows: runtime.workflows,
    serviceOf: (story.services ?? simulatedServices)(simulator, {
      now: () => clock.now(),
    }),
    drsOf: simulatedDrs(simulator),
    settingsOf: simulatedSettings(simulator, 'function'),
    drsSettingsOf: simulatedDrsServers(simulator),
    hooks: new SimulatedHooks({
      plays: story.hooks ?? [],
      seed,
      now: () => clock.now(),
      onCall: (record) => lines.api.push(JSON.stringify(record)),
    }),
  };
  const bound: HandlerDeployment = {
    ports,
    targets,
    waveMachineArn: runtime.stateMachineArn('Wave'),
    remedies: remediesOf(deployment),
    log: story.onLog ?? (() => {}),
  };
  story.before?.(person);
  runtime.enqueue('poll', { target: 'all' });
  const { startedBy } = story;
  await startPlan(
    ports,
    { ...plan, ...(startedBy === undefined ? {} : { startedBy }) },
    bound.waveMachineArn,
  );
  if (when === undefined) await startOther();
  const waves = plan.waves.length + (also?.waves.length ?? 0);
  const ended = await runtime.run(() => concluded.size >= waves && runtime.counters.running === 0, {
    virtualDeadline: toMs(startAt) + patienceSeconds * 1000,
  });
  const endedAt = clock.now();
  if (story.goOnSeconds !== undefined) {
    await runtime.run(() => false, { virtualDeadline: toMs(endedAt) + story.goOnSeconds * 1000 });
  }
  const running = runtime.counters.running;
  runtime.abortAll('Story.Ended', `the story got ${ended}`);
  const leftOver: string[] = [];
  for (const target of targets) {
    for (const kind of ['waits', 'requests', 'intents', 'hooks']) {
      for (const item of await store.list(`${kind}/${targetName(target)}`)) {
        leftOver.push(`${kind} ${item.sort}`);
      }
    }
  }
  store.close();
  const logs: Logs = {
    api: lines.api.map((line) => CallRecord.parse(JSON.parse(line))),
    events: lines.events.map((line) => Envelope.parse(JSON.parse(line))),
    executions: lines.executions.map((line) => ExecutionLine.parse(JSON.parse(line))),
  };
  const servers = [...plan.waves, ...(also?.waves ?? [])].reduce(
    (sum, wave) => sum + wave.servers.length,
    0,
  );
  return {
    ended,
    running,
    logs,
    text: {
      api: lines.api.join('\n'),
      events: lines.events.join('\n'),
      executions: lines.executions.join('\n'),
    },
    ends: endsIn(logs),
    verdict: checkTrace(logs, {
      summary: { servers, transitionsPerServer: runtime.counters.transitions / servers },
    }),
    counters: runtime.counters,
    virtualSeconds: secondsBetween(startAt, endedAt),
    leftOver,
  };
}

function atConsole(simulator: Simulator, operation: string, input: object): JsonObject {
  const { status, body } = simulator.answer({
    ...{ service: 'drs', region: 'us-east-1', accountId: '111122223333', caller: 'console' },
    ...{ method: 'POST', path: `/${operation}`, query: {}, headers: {} },
    body: JSON.stringify(input),
  });
  if (status >= 300) throw new Error(`${operation}: ${body}`);
  return body === '' ? {} : JSON.parse(body);
}

function nativeEvent(event: JsonObject): Parameters_<LocalRuntime['publishNative']> {
  const { source, detail, resources, time } = event;
  return {
    source: String(source),
    'detail-type': String(event['detail-type']),
    detail: typeof detail === 'object' && detail !== null ? { ...detail } : {},
    ...(Array.isArray(resources) ? { resources: resources.map(String) } : {}),
    ...(typeof time === 'string' ? { time } : {}),
  };
}
type Parameters_<F extends (...args: never[]) => unknown> = F extends (first: infer A) => unknown
  ? A
  : never;

function endsIn(logs: Logs): Readonly<Record<string, End>> {
  const ends: Record<string, End> = {};
  for (const { detail, 'detail-type': type } of logs.events) {
    if (type !== 'Wave Server Outcome') continue;
    ends[String(detail['sourceServerId'])] = {
      outcome: String(detail['outcome']),
      ...(typeof detail['code'] === 'string' ? { code: detail['code'] } : {}),
      reason: String(detail['reason']),
    };
  }
  return ends;
}

/** The outcome of each server with its code, in the order of the servers: `s-…1 failed ReplicationStalled`. */
export function endings(told: Told): readonly string[] {
  return Object.entries(told.ends)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { outcome, code }]) =>
      [id.replace(/^s-0*/, ''), outcome, code ?? ''].join(' ').trim(),
    );
}

/** The operations that Landfall made on a server with success, reads left out, in order. */
export function actsOn(told: Told, id: string): readonly string[] {
  return told.logs.api
    .filter(({ caller, status, answerLost }) => {
      return caller === 'landfall' && ((status >= 200 && status < 300) || answerLost === true);
    })
    .filter(({ operation }) => !/^(Describe|List|Get|Invoke)/.test(operation))
    .filter(({ input }) => JSON.stringify(input).includes(id))
    .map(({ operation }) => operation);
}

/** How often Landfall tried an operation, whatever came of it. */
export function triesOf(told: Told, operation: string): number {
  return told.logs.api.filter((c) => c.caller === 'landfall' && c.operation === operation).length;
}

/** The details of every event of a type, each once. */
export function eventsOf(told: Told, type: string): readonly JsonObject[] {
  const seen = new Set<string>();
  return told.logs.events.flatMap((event) => {
    if (event['detail-type'] !== type || seen.has(event.detail.eventId)) return [];
    seen.add(event.detail.eventId);
    return [event.detail];
  });
}

/** How many cases a rule of the checker saw. */
export function casesOf(told: Told, rule: string): number {
  return told.verdict.checked.find((checked) => checked.rule === rule)?.cases ?? 0;
}

/** Expects every promise kept, with cases that prove it, and nothing left open. */
export function expectPromisesKept(told: Told, rules: readonly string[] = []): void {
  expect(told.verdict.violations).toEqual([]);
  expect([told.ended, told.running, told.leftOver]).toEqual(['done', 0, []]);
  const always = ['sequences-gapless', 'one-outcome-a-server', 'waves-conclude', 'executions-end'];
  for (const rule of [...always, ...rules]) {
    expect([rule, casesOf(told, rule) > 0]).toEqual([rule, true]);
  }
}

/** The whole way of a server that nothing happens to. */
export const wholeWay: readonly string[] = [
  'StartTest',
  'ChangeServerLifeCycleState',
  'TerminateTargetInstances',
  'StartCutover',
  'FinalizeCutover',
  'MarkAsArchived',
];
