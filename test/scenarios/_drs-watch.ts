// Watches targets of DRS in virtual time through the deployed handler: the schedule's minutes, a simulator with its
// faults and people, and what was true at each complete look. No plan, no wave.

import { join } from 'node:path';
import {
  embeddedStore,
  type HandlerDeployment,
  loadHandlers,
  projectRoot,
  simulatedDrs,
  simulatedDrsServers,
  simulatedServices,
  simulatedSettings,
} from '../../src/cli/_wiring.ts';
import { SimulatedHooks } from '../../src/cli/simulated-hooks.ts';
import { type Target, targetName } from '../../src/core/target.ts';
import { builtInDrsLimits } from '../../src/core/target-list/drs-limits.ts';
import type { BusEntry, DrsApi, Ports } from '../../src/flow/ports.ts';
import { readAll } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import type {
  RecoveryInstanceRecord,
  ServerRecord,
} from '../../src/flow/records/server-records.ts';
import { loadDeployment } from '../../src/runtime/load-deployment.ts';
import {
  type DrsTruth,
  type JsonObject,
  noFaults,
  type Parameters,
  Simulator,
} from '../../src/simulator/simulator.ts';
import { type Course, drsFactsAfter, instanceFactsAfter, type Limits } from './_drs-truth.ts';
import { faultsOf } from './_rehearse.ts';
import { type FactsOfServer, gone } from './_truth.ts';

export const drsAt = (region: string, accountId = '111122223333'): Target => ({
  partition: 'aws',
  service: 'drs',
  accountId,
  region,
});

/** What somebody does in the course of the story. */
export interface Act {
  /** Hours after the beginning. */
  readonly atHours: number;
  readonly does: (people: People) => void;
}

/** What people do at the console. */
export interface People {
  readonly call: (operation: string, input: object, at?: Target) => JsonObject;
  readonly truth: () => DrsTruth;
}

export interface WatchStory {
  readonly fleet: readonly JsonObject[];
  readonly targets: readonly Target[];
  readonly startAt: string;
  readonly hours: number;
  readonly acts?: readonly Act[];
  readonly faults?: readonly string[];
  readonly parameters?: Partial<Parameters>;
  readonly limits?: Limits;
  /** How often all is looked at; as the flow has it where it is left out. */
  readonly watchSeconds?: number;
  /** Stands between the handler and its ports. */
  readonly intercept?: (ports: Ports) => Ports;
}

/** One complete look at a server or an instance: when, and what its facts are by the truth. */
export interface Look {
  readonly at: string;
  readonly facts: FactsOfServer;
}

/** What came of a story. */
export interface Watched {
  /** By stream: the looks at each server and each recovery instance. */
  readonly looks: ReadonlyMap<string, readonly Look[]>;
  readonly published: readonly BusEntry[];
  /** What is on record of each stream at the end: its facts, as the events tell them. */
  readonly recorded: ReadonlyMap<string, { readonly sequence: number; readonly facts: unknown }>;
  readonly simulator: Simulator;
  readonly ticks: number;
  readonly calls: ReadonlyMap<string, number>;
  readonly writes: ReadonlyMap<string, number>;
}

class Asked {
  truth: DrsTruth | undefined;
  instancesListed = false;
  readonly points = new Set<string>();
  readonly checked = new Set<string>();
  readonly jobs = new Set<string>();
}

/** Runs a story: a call of the poller each minute, people when their hour comes. */
export async function watchDrs(story: WatchStory): Promise<Watched> {
  const { limits = builtInDrsLimits } = story;
  const startMs = Date.parse(story.startAt);
  const calls = new Map<string, number>();
  const simulator = new Simulator({
    fleet: story.fleet,
    vcenterClients: [],
    faults: story.faults === undefined ? noFaults : faultsOf(story.faults),
    seed: 3,
    startAt: story.startAt,
    parameters: { backlogEpisodeShare: 0, ...story.parameters },
    onCall: ({ caller, operation }) => {
      if (caller === 'landfall') calls.set(operation, (calls.get(operation) ?? 0) + 1);
    },
  });
  let nowMs = startMs;
  const now = () => new Date(nowMs).toISOString();
  const store = embeddedStore();
  const writes = new Map<string, number>();
  const published: BusEntry[] = [];
  const asked = new Map<string, Asked>();
  const real = simulatedDrs(simulator);
  const nothing = async () => 'not-found' as const;
  const ports: Ports = {
    clock: { now },
    store: {
      ...store,
      put: (partition, ...rest) => {
        writes.set(partition, (writes.get(partition) ?? 0) + 1);
        return store.put(partition, ...rest);
      },
    },
    bus: {
      publish: async (entries) => {
        published.push(...structuredClone(entries));
        return [];
      },
    },
    workflows: {
      sendTaskSuccess: async () => 'already-released',
      sendTaskFailure: async () => 'already-released',
      startExecution: async () => 'name-taken',
      describeExecution: nothing,
    },
    serviceOf: simulatedServices(simulator),
    drsOf: (target) => listening(real(target), simulator, target, asked),
    settingsOf: simulatedSettings(simulator, 'function'),
    drsSettingsOf: simulatedDrsServers(simulator),
    hooks: new SimulatedHooks({ plays: [], seed: 1, now }),
  };
  const deployment = loadDeployment(join(projectRoot, 'serverless.yml'), {
    stage: 'rehearsal',
    region: 'us-east-1',
    accountId: '111122223333',
    partition: 'aws',
  });
  const call = await loadHandlers(deployment);
  const bound: HandlerDeployment = {
    ports: story.intercept?.(ports) ?? ports,
    targets: story.targets,
    drsLimitsOf: () => limits,
    watchSeconds: story.watchSeconds,
    waveMachineArn: 'none',
    log: () => {},
  };
  const history = new History(limits);
  const acts = [...(story.acts ?? [])].sort((a, b) => a.atHours - b.atHours);
  const people: People = {
    call: (operation, input, at = story.targets[0] ?? drsAt('us-east-1')) =>
      consoleCall(simulator, at, operation, input),
    truth: () => simulator.drsTruth(),
  };
  let ticks = 0;
  // A call that is not due costs one read and tells nothing: it is left out.
  const dueMs = new Map<string, number>();
  for (; nowMs <= startMs + story.hours * 3_600_000; nowMs += 60_000) {
    while ((acts[0]?.atHours ?? Number.POSITIVE_INFINITY) * 3_600_000 <= nowMs - startMs) {
      acts.shift()?.does(people);
    }
    simulator.advanceTo(nowMs);
    asked.clear();
    for (const target of story.targets.map(targetName)) {
      if (nowMs + 5000 < (dueMs.get(target) ?? 0)) continue;
      // Alone, so that one target's refusal does not hide what another saw.
      const reports: unknown = await call(bound, 'poll', { target }).catch((error) => error);
      if (!isDone(reports)) continue;
      dueMs.set(target, Date.parse(reports[0]?.nextTickAt ?? now()));
      ticks += 1;
      history.note(target, asked.get(target), now());
    }
  }
  const recorded = await recordedOf(ports, story.targets);
  store.close();
  return { looks: history.looks, published, recorded, simulator, ticks, calls, writes };
}

function isDone(reports: unknown): reports is readonly { readonly nextTickAt: string }[] {
  return Array.isArray(reports) && reports.some((report) => report.tick === 'done');
}

function consoleCall(
  simulator: Simulator,
  { accountId, region }: Target,
  operation: string,
  input: object,
): JsonObject {
  const { status, body } = simulator.answer({
    service: 'drs',
    region,
    accountId,
    caller: 'console',
    method: 'POST',
    path: `/${operation}`,
    query: {},
    headers: {},
    body: JSON.stringify(input),
  });
  if (status >= 300) throw new Error(`${operation}: ${body}`);
  return body === '' ? {} : JSON.parse(body);
}

/** An API whose complete answers are noted with what was true as they were given. */
function listening(
  api: DrsApi,
  simulator: Simulator,
  { accountId, region }: Target,
  asked: Map<string, Asked>,
): DrsApi {
  const name = `drs:${accountId}:${region}`;
  const own = asked.get(name) ?? new Asked();
  asked.set(name, own);
  return {
    ...api,
    describeSourceServers: async (ids) => {
      const answer = await api.describeSourceServers(ids);
      if (answer.ok) own.truth = simulator.drsTruth({ accountId, region });
      return answer;
    },
    newestRecoverySnapshot: async (id) => {
      const answer = await api.newestRecoverySnapshot(id);
      if (answer.ok) own.points.add(id);
      return answer;
    },
    describeInstanceStatus: async (ids) => {
      const answer = await api.describeInstanceStatus(ids);
      if (answer.ok) for (const id of ids) own.checked.add(id);
      return answer;
    },
    describeJobs: async (filter) => {
      const answer = await api.describeJobs(filter);
      if (answer.ok) for (const job of answer.value) own.jobs.add(String(job['jobID']));
      return answer;
    },
  };
}

/** What complete looks saw of each stream, by the truth. */
class History {
  readonly looks = new Map<string, Look[]>();
  readonly #limits: Limits;
  readonly #courses = new Map<string, Course>();
  /** Since when each instance is there. */
  readonly #since = new Map<string, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  note(target: string, asked: Asked | undefined, at: string): void {
    if (asked?.truth === undefined) return;
    const atMs = Date.parse(at);
    const stem = target.replaceAll(':', '/');
    for (const truth of asked.truth.servers) {
      const stream = `${stem}/${truth.sourceServerID}`;
      const before = this.#courses.get(stream);
      if (truth.deleted) {
        if (before === undefined) continue;
        this.#keep(stream, { ...before, facts: gone(before.facts) }, at);
        continue;
      }
      const course = drsFactsAfter(before, truth, {
        atMs,
        limits: this.#limits,
        pointAsked: asked.points.has(truth.sourceServerID),
        instanceAsked: asked.checked.has(truth.recoveryInstanceId ?? ''),
        jobSeen: asked.jobs.has(truth.lastLaunch?.jobId ?? ''),
      });
      this.#keep(stream, course, at);
    }
    for (const truth of asked.truth.instances) {
      const stream = `recovery-instance/${stem}/${truth.recoveryInstanceID}`;
      const before = this.#courses.get(stream);
      if (!truth.present) {
        if (before === undefined) continue;
        const facts = { ...gone(before.facts), drillOverdue: false };
        this.#keep(stream, { against: 0, facts }, at);
        continue;
      }
      const since = this.#since.get(stream) ?? truth.jobAt ?? atMs;
      this.#since.set(stream, since);
      const facts = instanceFactsAfter(truth, since, atMs, this.#limits);
      this.#keep(stream, { against: 0, facts }, at);
    }
  }

  #keep(stream: string, course: Course, at: string): void {
    this.#courses.set(stream, course);
    const looks = this.looks.get(stream) ?? [];
    looks.push({ at, facts: course.facts });
    this.looks.set(stream, looks);
  }
}

async function recordedOf(ports: Ports, targets: readonly Target[]): Promise<Watched['recorded']> {
  const recorded = new Map<string, { sequence: number; facts: unknown }>();
  for (const target of targets) {
    const { service, accountId, region } = target;
    const stem = `${service}/${accountId}/${region}`;
    for (const { sort, body } of await readAll<ServerRecord>(
      ports.store,
      place.server(target, ''),
    )) {
      const facts = { ...body.facts, ...body.drs?.facts };
      recorded.set(`${stem}/${sort}`, { sequence: body.sequence, facts });
    }
    const instances = await readAll<RecoveryInstanceRecord>(
      ports.store,
      place.recoveryInstance(target, ''),
    );
    for (const { sort, body } of instances) {
      const { sequence, facts } = body;
      recorded.set(`recovery-instance/${stem}/${sort}`, { sequence, facts });
    }
  }
  return recorded;
}
