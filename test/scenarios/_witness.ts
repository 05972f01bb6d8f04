// Stands beside a rehearsal: after every tick it holds what subscribers have rebuilt from events against what is on
// record, and against what the simulator knows to be true.
import { simulatedServices } from '../../src/cli/_wiring.ts';
import { type Target, targetName } from '../../src/core/target.ts';
import type { BusEntry, Ports, ServiceApi } from '../../src/flow/ports.ts';
import { type Found, readAll } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import type { ServerRecord } from '../../src/flow/records/server-records.ts';
import type { TargetRecord } from '../../src/flow/records/target-records.ts';
import type { WaveRecord, WaveServer } from '../../src/flow/records/wave-records.ts';
import { waveKey } from '../../src/flow/wave-record.ts';
import type { ServerTruth, Simulator } from '../../src/simulator/simulator.ts';
import { Delivery, type Trouble } from './_delivery.ts';
import { type Board, type Followed, nothingHeard, receive } from './_subscriber.ts';
import { comparable, type FactsOfServer, factsAfter, gone } from './_truth.ts';

/** One complete look of a tick at a server: when, what its facts are by the truth, and how far its stream went. */
export interface Look {
  readonly at: string;
  readonly facts: FactsOfServer;
  readonly sequence: number;
}

/** What one tick asked for, with what was true as it asked. */
class Asked {
  /** By the stream of the server that was looked at. */
  readonly servers = new Map<string, ServerTruth>();
  readonly instances = new Set<string>();
  readonly jobs = new Set<string>();
}

/** Since when something waits for a server, and how many seconds may pass between two looks at it. */
interface Interval {
  readonly since: string;
  readonly seconds: number;
}

// The paces of a plan that says nothing (docs/plan.md), each with the minute in which the schedule comes by.
const near = 60 + 60;
const far = 900 + 60;

/** What the witness finds wrong, in words; no more than this many of each kind. */
const mostComplaints = 5;

/** Watches one rehearsal; what `listens` goes into its story. */
export class Witness {
  /** The looks of all good ticks at each server, by stream. */
  readonly looks = new Map<string, Look[]>();
  /** Everything that the bus took, in order, repetitions included. */
  readonly published: BusEntry[] = [];
  readonly complaints: string[] = [];
  readonly counts = { states: 0, truths: 0, stale: 0 };
  /** The streams that still owed events at the last good tick. */
  owing: readonly string[] = [];
  /** When the good ticks were, and how many servers each looked at. */
  readonly ticks: { readonly at: string; readonly looked: number }[] = [];
  prompt: Board = nothingHeard;
  troubled: Board = nothingHeard;
  readonly delivery: Delivery;
  simulator: Simulator | undefined;
  readonly #trouble: Trouble;
  readonly #mayOwe: boolean;
  /** When each sequence of a stream was published first. */
  readonly #publishedMs = new Map<string, number>();
  readonly #targets = new Map<string, Target>();
  readonly #settled = new Map<string, Followed>();
  /** What was compared last of each stream, so that what has not moved is not compared again. */
  readonly #compared = new Map<string, { version: number; heard: Followed | undefined }>();
  /** What the facts of each server may be on record; one, unless ticks died or the outbox was full. */
  readonly #courses = new Map<string, (FactsOfServer | undefined)[]>();
  readonly #limits = new Map<string, NonNullable<ServerRecord['limits']>>();
  /** What was on record at each sequence that a good tick left behind. */
  readonly #recorded = new Map<string, string>();

  /** `mayOwe`: the bus refuses events, so that what is on record may not be told yet. */
  constructor(trouble: Trouble, { mayOwe = false }: { readonly mayOwe?: boolean } = {}) {
    this.#trouble = trouble;
    this.#mayOwe = mayOwe;
    this.delivery = new Delivery(trouble, (event) => {
      this.troubled = receive(this.troubled, event);
    });
  }

  /** What goes into the story: it notes the simulator, listens to the bus and to looks, and compares after good ticks. */
  readonly listens = {
    services: (simulator: Simulator) => {
      this.simulator = simulator;
      return simulatedServices(simulator);
    },
    around: (ports: Ports, name: string, run: (ports: Ports) => Promise<unknown>) =>
      this.#around(ports, name, run),
  };

  /** Delivers whatever is still on its way. */
  settle(): void {
    this.delivery.catchUp(Number.POSITIVE_INFINITY);
  }

  async #around(
    ports: Ports,
    name: string,
    run: (ports: Ports) => Promise<unknown>,
  ): Promise<unknown> {
    const nowMs = Date.parse(ports.clock.now());
    this.delivery.catchUp(nowMs);
    const asked = new Asked();
    const at = ports.clock.now();
    const result = await run({
      ...ports,
      bus: { publish: (entries) => this.#publish(ports, entries) },
      serviceOf: (target) => {
        this.#targets.set(targetName(target), target);
        return this.#listening(ports.serviceOf(target), target, asked);
      },
    }).catch((error: unknown) => {
      if (name === 'poll') this.#noteUnsure(asked, at);
      throw error;
    });
    this.delivery.catchUp(nowMs);
    if (name === 'poll' && isGood(result)) await this.#compare(ports, asked);
    return result;
  }

  async #publish(ports: Ports, entries: readonly BusEntry[]): Promise<readonly number[]> {
    const refused = await ports.bus.publish(entries);
    const nowMs = Date.parse(ports.clock.now());
    for (const [i, entry] of entries.entries()) {
      if (refused.includes(i)) continue;
      this.published.push(entry);
      const key = `${String(entry.detail['stream'])} ${String(entry.detail['sequence'])}`;
      if (!this.#publishedMs.has(key)) this.#publishedMs.set(key, nowMs);
      const event = { 'detail-type': entry.detailType, detail: entry.detail };
      this.prompt = receive(this.prompt, structuredClone(event));
      this.delivery.send(entry, nowMs);
    }
    return refused;
  }

  async #compare(ports: Ports, asked: Asked): Promise<void> {
    const nowMs = Date.parse(ports.clock.now());
    const recorded = await recordedBoard(ports, this.#targets.values());
    for (const [stream, { sequence, pending, version, state }] of recorded) {
      if (pending > 0) {
        // A step that died is run again; of what the tick itself records nothing may be owed.
        if (!stream.startsWith('wave/') && !this.#mayOwe)
          this.#complain(`${stream} still owes ${pending} events`);
        continue;
      }
      this.counts.states += 1;
      this.#compareTroubled(stream, sequence, nowMs);
      const heard = this.prompt.get(stream);
      const before = this.#compared.get(stream);
      if (before?.version === version && before.heard === heard) continue;
      this.#compared.set(stream, { version, heard });
      const text = sortedJson(state());
      this.#recorded.set(`${stream} ${sequence}`, text);
      if (heard?.sequence !== sequence || sortedJson(heard.state) !== text) {
        this.#complain(
          `${stream} ${sequence} is ${text} on record, and was told as ${heard?.sequence} ${sortedJson(heard?.state)}`,
        );
      }
    }
    this.owing = [...recorded].flatMap(([stream, { pending }]) => (pending > 0 ? [stream] : []));
    this.#note(recorded, asked, ports.clock.now());
    this.ticks.push({ at: ports.clock.now(), looked: asked.servers.size });
    if (!this.#mayOwe) this.#compareTruth(ports.clock.now(), await this.#intervals(ports));
  }

  /** Notes what the looks of a good tick saw, and that it was told. */
  #note(recorded: ReadonlyMap<string, Recorded>, asked: Asked, at: string): void {
    for (const [stream, truth] of asked.servers) {
      const record = recorded.get(stream);
      if (record?.limits !== undefined) this.#limits.set(stream, record.limits);
      const before = this.#courses.get(stream) ?? [undefined];
      const all = before.map((course) => this.#after(stream, course, truth, asked, at));
      if ((record?.pending ?? 0) > 0) {
        // A full outbox keeps a look from being put on record.
        this.#courses.set(stream, distinct([...before, ...all]));
        continue;
      }
      const told = this.prompt.get(stream)?.state;
      if (truth.deleted && told === undefined) continue;
      const facts = all.find((one) => differences(told, one).length === 0) ?? all[0] ?? {};
      this.#courses.set(stream, [facts]);
      this.counts.truths += 1;
      const looks = this.looks.get(stream) ?? [];
      this.looks.set(stream, [...looks, { at, facts, sequence: record?.sequence ?? 0 }]);
      const wrong = differences(told, facts);
      if (wrong.length > 0) this.#complain(`${stream} at ${at}: ${wrong.join(', ')}`);
    }
  }

  /** Notes what a tick saw that died: each look may have come on record, or not. */
  #noteUnsure(asked: Asked, at: string): void {
    for (const [stream, truth] of asked.servers) {
      const before = this.#courses.get(stream) ?? [undefined];
      const all = before.map((course) => this.#after(stream, course, truth, asked, at));
      this.#courses.set(stream, distinct([...before, ...all]));
    }
  }

  #after(
    stream: string,
    before: FactsOfServer | undefined,
    truth: ServerTruth,
    asked: Asked,
    at: string,
  ): FactsOfServer {
    if (truth.deleted) return gone(before ?? {});
    return factsAfter(before, truth, {
      atMs: Date.parse(at),
      instanceAsked: asked.instances.has(truth.ec2InstanceID ?? ''),
      jobSeen: asked.jobs.has(truth.launchJobID ?? ''),
      limits: this.#limits.get(stream) ?? { lagSeconds: 60, backlogBytes: 0 },
    });
  }

  /** What came late is as it was then, and is no later than deliveries may be. */
  #compareTroubled(stream: string, sequence: number, nowMs: number): void {
    const heard = this.troubled.get(stream);
    const upTo = heard?.sequence ?? 0;
    if (upTo === sequence && heard === this.#settled.get(stream)) return;
    if (heard !== undefined) this.#settled.set(stream, heard);
    const then = this.#recorded.get(`${stream} ${upTo}`);
    if (then !== undefined && then !== sortedJson(heard?.state)) {
      this.#complain(
        `${stream} ${upTo} was ${then} on record, and came as ${sortedJson(heard?.state)}`,
      );
    }
    if (upTo >= sequence) return;
    const sinceMs = this.#publishedMs.get(`${stream} ${upTo + 1}`) ?? nowMs;
    if (nowMs - sinceMs > this.#trouble.lateSeconds * 1000) {
      this.#complain(`${stream} ${upTo + 1} has not come for ${(nowMs - sinceMs) / 1000} s`);
    }
  }

  /** What is not true any more is no older than the time between two looks at the server. */
  #compareTruth(now: string, intervals: ReadonlyMap<string, Interval>): void {
    for (const truth of this.#truth().servers) {
      const stream = streamOf(truth);
      const last = this.looks.get(stream)?.at(-1);
      if (last === undefined) continue;
      const wasGone = last.facts['present'] === false;
      const moved = truth.deleted !== wasGone || differences(last.facts, plain(truth)).length > 0;
      if (!moved || (truth.deleted && wasGone)) continue;
      this.counts.stale += 1;
      const interval = truth.deleted ? undefined : intervals.get(stream);
      const { since, seconds } = interval ?? { since: last.at, seconds: far };
      const fromMs = Math.max(Date.parse(last.at), Date.parse(since));
      const age = (Date.parse(now) - fromMs) / 1000;
      if (age > seconds) this.#complain(`${stream} at ${now}: ${age} s old, not ${seconds}`);
    }
  }

  #truth(): ReturnType<Simulator['truth']> {
    if (this.simulator === undefined) throw new Error('no simulator: services were not taken');
    return this.simulator.truth();
  }

  /** An API whose complete answers are noted with what was true as they were given. */
  #listening(api: ServiceApi, target: Target, asked: Asked): ServiceApi {
    const heard: Partial<ServiceApi> = {
      describeSourceServers: async (ids) => {
        const answer = await api.describeSourceServers(ids);
        if (!answer.ok) return answer;
        const wanted = ids === undefined ? undefined : new Set(ids);
        for (const truth of this.#truth().servers) {
          if (truth.accountId !== target.accountId || truth.region !== target.region) continue;
          if (wanted?.has(truth.sourceServerID) === false) continue;
          // Only a look at all servers shows that one is gone.
          if (wanted !== undefined && truth.deleted) continue;
          asked.servers.set(streamOf(truth), truth);
        }
        return answer;
      },
      describeInstanceStatus: async (ids) => {
        const answer = await api.describeInstanceStatus(ids);
        if (answer.ok) for (const id of ids) asked.instances.add(id);
        return answer;
      },
      describeJobs: async (filter) => {
        const answer = await api.describeJobs(filter);
        if (answer.ok) for (const job of answer.value) asked.jobs.add(String(job['jobID']));
        return answer;
      },
    };
    return new Proxy(api, {
      get: (known, name) => Reflect.get(heard, name) ?? Reflect.get(known, name),
    });
  }

  /** How often each server is looked at for what waits for it, and since when that waits. */
  async #intervals({ store }: Ports): Promise<ReadonlyMap<string, Interval>> {
    const intervals = new Map<string, Interval>();
    for (const target of this.#targets.values()) {
      const stem = `${target.service}/${target.accountId}/${target.region}`;
      for (const { body } of await readAll(store, place.wait(target, ''))) {
        const seconds = body.pace === 'near' ? near : far;
        intervals.set(`${stem}/${body.server}`, { since: body.enteredAt, seconds });
      }
      for (const { body } of await readAll(store, place.request(target, ''))) {
        if (body.kind === 'StartReplication') continue;
        intervals.set(`${stem}/${body.server}`, { since: body.enteredAt, seconds: near });
      }
    }
    return intervals;
  }

  #complain(text: string): void {
    if (this.complaints.length < mostComplaints) this.complaints.push(text);
  }
}

function isGood(reports: unknown): boolean {
  return Array.isArray(reports) && reports.some((report) => report.tick === 'done');
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function streamOf({ accountId, region, sourceServerID }: ServerTruth): string {
  return `mgn/${accountId}/${region}/${sourceServerID}`;
}

/** The facts that any look sees, whatever came before it. */
function plain(truth: ServerTruth): FactsOfServer {
  return {
    lifecycle: truth.lifeCycleState,
    replicationType: truth.replicationType,
    replicationState: truth.dataReplicationState,
    failedStep: truth.failedStep,
    launchable: truth.lagMs !== null,
    lastSnapshot: truth.lastSnapshotAt !== null,
    instanceId: truth.ec2InstanceID,
    firstBoot: truth.firstBoot,
    archived: truth.isArchived,
  };
}

/** What is on record of a stream. */
export interface Recorded {
  readonly limits: ServerRecord['limits'] | undefined;
  readonly sequence: number;
  readonly pending: number;
  readonly version: number;
  readonly state: () => unknown;
}

/** What is on record of every stream that has told something, in the words of the subscriber. */
export async function recordedBoard(
  { store }: Pick<Ports, 'store'>,
  targets: Iterable<Target>,
): Promise<ReadonlyMap<string, Recorded>> {
  const board = new Map<string, Recorded>();
  const keep = <T extends Outbox>(
    stream: string,
    { version, body }: Found<T>,
    state: () => unknown,
  ) => {
    const { sequence = 0, pending = [], limits } = body;
    if (sequence === 0) return;
    board.set(stream, { sequence, pending: pending.length, version, state, limits });
  };
  for (const target of targets) {
    const stem = `${target.service}/${target.accountId}/${target.region}`;
    for (const found of await readAll(store, place.target(target))) {
      keep(`target/${stem}`, found, () => recordedTarget(found.body));
    }
    for (const found of await readAll(store, place.job(target, ''))) {
      const { counts, ended } = found.body;
      keep(`job/${stem}/${found.sort}`, found, () => ({ counts, ended }));
    }
    for (const found of await readAll(store, place.server(target, ''))) {
      keep(`${stem}/${found.sort}`, found, () => recordedServer(found.body));
    }
  }
  for (const { body: plan } of await readAll(store, place.plan(''))) {
    for (const name of plan.waves) {
      const wave = waveKey(plan.plan, name);
      for (const found of await readAll(store, place.wave(wave))) {
        keep(`wave/${plan.plan}/${name}`, found, () => recordedWave(found.body));
      }
      for (const found of await readAll(store, place.waveServer(wave, ''))) {
        keep(`wave/${plan.plan}/${name}/${found.body.server}`, found, () =>
          recordedMember(found.body),
        );
      }
    }
  }
  return board;
}

interface Outbox {
  readonly sequence?: number;
  readonly pending?: readonly unknown[];
  readonly limits?: ServerRecord['limits'];
}

function recordedTarget({ unreachable, pressure = {}, clients = {} }: TargetRecord): unknown {
  return {
    unreachable: unreachable?.kind ?? null,
    pressure: Object.fromEntries(Object.entries(pressure).filter(([, mark]) => mark !== 0)),
    silentClients: Object.keys(clients)
      .filter((id) => clients[id] === 'silent')
      .sort(),
  };
}

function recordedServer({ facts, toldJobs }: ServerRecord): unknown {
  return { ...facts, ...(toldJobs.length === 0 ? {} : { jobs: toldJobs }) };
}

function recordedWave({ held, concludedAt, order }: WaveRecord): unknown {
  return { servers: order.length, held: held?.reason ?? null, concluded: concludedAt !== null };
}

function recordedMember({ results, health, signOff, outcome }: WaveServer): unknown {
  return {
    results: results.map(({ phase, attempt, status }) => ({ phase, attempt, status })),
    healthy: health?.instanceId ?? null,
    signedOff: signOff?.instanceId ?? null,
    outcome: outcome?.outcome ?? null,
  };
}

function differences(
  told: Readonly<Record<string, unknown>> | undefined,
  truth: Readonly<Record<string, unknown>>,
): readonly string[] {
  const heard = comparable(told ?? {});
  return Object.entries(truth)
    .filter(([fact, value]) => heard[fact] !== value)
    .map(([fact, value]) => `${fact} is ${String(value)}, told is ${String(heard[fact])}`);
}

/** Prints a document with its members in the order of their names. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
