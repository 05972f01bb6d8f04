import { Agenda } from './agenda.ts';
import { type Place, readArn } from './arn.ts';
import { Chance } from './chance.ts';
import { installOnInstance } from './drs/agent.ts';
import { readDrsArn } from './drs/arn.ts';
import { drsOf } from './drs/drs-of.ts';
import { type DrsTruth, drsTruth } from './drs/history.ts';
import { loadServer, setServersGoing } from './drs/load.ts';
import { FaultBook } from './fault-book.ts';
import type { ConsoleAction, FaultFile, Trigger } from './faults.ts';
import { Herald } from './herald.ts';
import { type JobTruth, jobTruth, type ServerTruth, serverTruth } from './history.ts';
import { type JsonObject, objectAt, parseObject, textAt } from './json.ts';
import { loadLaunches, setGoing } from './load-fleet.ts';
import { actedOn, refusalOf } from './mgn/account.ts';
import { type AgentHost, installAgent } from './mgn/agent.ts';
import {
  addClientDeaths,
  mishapsAt,
  type PersonActs,
  scheduleClientDeaths,
  scheduleMishaps,
  scheduleRegionLosses,
} from './mishaps.ts';
import { type Parameters, parametersWith } from './parameters.ts';
import { partitionOf } from './partition-of.ts';
import { type ConsoleCall, consoleRequest } from './person.ts';
import { refusedAtDoor } from './refused-at-door.ts';
import { type Group, RegionState, type World } from './region-state.ts';
import { ServiceException } from './service-exception.ts';
import type { SourceServer } from './source-server.ts';
import { heartbeatMs, VcenterClient } from './vcenter-client.ts';
import {
  type Asked,
  brokenInside,
  decode,
  encode,
  throttled,
  type WireRequest,
  type WireResponse,
} from './wire.ts';
import { stampMs } from './wire-time.ts';

export type { DrsServerTruth, DrsTruth, RecoveryInstanceTruth } from './drs/history.ts';
export { type FaultFile, noFaults } from './faults.ts';
export type { JobTruth, ServerTruth } from './history.ts';
export type { JsonObject } from './json.ts';
export { Parameters, parametersWith, parameterTable } from './parameters.ts';
export { type FaultProblem, parseFaults } from './parse-faults.ts';
export type { WireRequest, WireResponse } from './wire.ts';

/** A call as api.jsonl keeps it. */
export interface CallRecord {
  readonly at: string;
  readonly caller: string;
  readonly service: string;
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  /** The input in wire casing. */
  readonly input: JsonObject;
  readonly status: number;
  /** The exception's name, or null on success. */
  readonly error: string | null;
  /** The call took effect and the caller never heard. */
  readonly answerLost?: true;
  /** The answer, for writes. */
  readonly output?: JsonObject;
}

/** How many requests were answered and events told, and how many calls of each operation and place drew faults. */
export interface Counters {
  readonly requests: number;
  readonly events: number;
  readonly calls: readonly (readonly [string, number])[];
}

/** What a simulator is made of. */
export interface SimulatorOptions {
  /** SourceServer documents in wire form; members and values that the simulator does not know are kept. */
  readonly fleet: readonly JsonObject[];
  readonly vcenterClients: readonly JsonObject[];
  readonly applications?: readonly JsonObject[];
  readonly waves?: readonly JsonObject[];
  readonly faults: FaultFile;
  readonly seed: number;
  /** The instant at which the fleet's documents are true. */
  readonly startAt: string;
  readonly parameters?: Partial<Parameters>;
  readonly onCall?: (record: CallRecord) => void;
  /** Native aws.mgn and aws.drs events, and CloudTrail-style events of mutating calls by anyone. */
  readonly onEvent?: (envelope: JsonObject) => void;
}

/**
 * The simulated AWS: MGN, DRS, and what of EC2 and Service Quotas Landfall calls, in virtual time. The same options
 * and calls give the same answers, events and records, byte for byte.
 */
export class Simulator {
  readonly parametersInForce: Parameters;
  readonly #world: World;
  readonly #herald: Herald;
  readonly #regions = new Map<string, RegionState>();
  readonly #onCall: ((record: CallRecord) => void) | undefined;
  readonly #act: PersonActs;
  #requests = 0;
  /** Since when states and progress are kept as far back as stale reads look. */
  #keptSince: number;

  constructor(options: SimulatorOptions) {
    const startAt = stampMs(options.startAt);
    if (startAt === undefined) throw new RangeError(`startAt is no instant: ${options.startAt}`);
    const parameters = parametersWith(options.parameters);
    const chance = new Chance(options.seed);
    const agenda = new Agenda();
    this.parametersInForce = parameters;
    this.#keptSince = startAt;
    this.#onCall = options.onCall;
    this.#herald = new Herald({ chance, parameters, agenda }, options.onEvent);
    const act = (region: RegionState, server: SourceServer, action: ConsoleAction | ConsoleCall) =>
      this.#perform(consoleRequest(region, server, action)).status < 300;
    this.#act = act;
    this.#world = {
      parameters,
      chance,
      agenda,
      book: new FaultBook(options.faults, chance, startAt),
      startAt,
      now: startAt,
      tell: (region, server, detailType, detail) =>
        this.#herald.native(this.#world.now, region, server, detailType, detail),
      announce: (region, resources, detailType, detail) =>
        this.#herald.announce(this.#world.now, region, resources, detailType, detail),
      reached: (region, server, trigger) => mishapsAt(region, server, trigger, act),
      regions: () => [...this.#regions.values()],
      regionAt: (place) => this.#region(place),
    };
    this.#load(options, act);
  }

  /** Answers a request at the present virtual time. */
  answer(request: WireRequest): WireResponse {
    this.#catchUp(this.#world.now);
    return this.#perform(request);
  }

  /** Moves virtual time; an instant that has passed is refused with a RangeError. */
  advanceTo(ms: number): void {
    if (ms < this.#world.now) throw new RangeError('virtual time never runs backwards');
    this.#catchUp(ms);
    this.#world.now = ms;
  }

  /**
   * Answers the next instant, in milliseconds after 1970, at which something happens by itself: a native event,
   * a scripted fault, a person, or a step towards one of them. Undefined when nothing will.
   */
  nextEventAt(): number | undefined {
    const at = this.#world.agenda.nextAt();
    return at === undefined ? undefined : Math.max(at, this.#world.now);
  }

  /** What is true at this very instant of every source server and job of MGN. Asking is no call and changes nothing. */
  truth(): { readonly servers: readonly ServerTruth[]; readonly jobs: readonly JobTruth[] } {
    const { now } = this.#world;
    this.#catchUp(now);
    const regions = [...this.#regions.values()];
    return {
      servers: regions.flatMap((region) =>
        region.servers.map((server) => serverTruth(region, server, now)),
      ),
      jobs: regions.flatMap((region) =>
        [...region.jobs.values()].map((job) => jobTruth(region, job, now)),
      ),
    };
  }

  /** What is true at this very instant of the servers and recovery instances of DRS, everywhere or in one place. No call either. */
  drsTruth(place?: { readonly accountId: string; readonly region: string }): DrsTruth {
    const { now } = this.#world;
    this.#catchUp(now);
    const found = [...this.#regions.values()]
      .filter(({ drs }) => drs !== undefined)
      .filter(
        ({ accountId, region }) =>
          place === undefined || (accountId === place.accountId && region === place.region),
      )
      .map((region) => drsTruth(drsOf(region), now));
    return {
      servers: found.flatMap(({ servers }) => servers),
      instances: found.flatMap(({ instances }) => instances),
    };
  }

  /** The present virtual time, in milliseconds after 1970. */
  get now(): number {
    return this.#world.now;
  }

  /**
   * Brings faults into force from now on: `after` and `within` count from now, `times` from the next launch. What
   * waits for a moment of a server's way befalls those that come there, or are in that life-cycle state.
   */
  inject(faults: FaultFile): void {
    this.#catchUp(this.#world.now);
    const { book, now } = this.#world;
    const regions = [...this.#regions.values()].flatMap((region) =>
      region.drs === undefined ? [region] : [region, region.drs.engine],
    );
    const had = new Map(
      regions.flatMap(({ servers }) => servers.map(({ id, launches }) => [id, { ...launches }])),
    );
    const horizonMs = book.horizonMs;
    const first = book.add(faults, (id, kind) => had.get(id)?.[kind] ?? 0, now);
    if (book.horizonMs > horizonMs) this.#keptSince = now;
    for (const region of regions) {
      region.link.keep(book.horizonMs);
      for (const server of region.servers) {
        scheduleMishaps(region, server, this.#act, first);
        const trigger = triggerOf(server.lifeCycleState);
        if (trigger !== undefined) this.#world.reached(region, server, trigger);
      }
      for (const client of region.clients.values()) addClientDeaths(region, client, first);
      scheduleRegionLosses(region, first);
    }
  }

  /** Puts a text into a bucket that an import may read, or, where the text is undefined, makes the empty bucket. */
  putObject(
    at: { readonly accountId: string; readonly region: string },
    object: { readonly bucket: string; readonly key?: string; readonly text?: string },
  ): void {
    const { objects } = this.#region({ partition: partitionOf(at.region), ...at });
    const bucket = objects.get(object.bucket) ?? new Map<string, string>();
    objects.set(object.bucket, bucket);
    if (object.key !== undefined) bucket.set(object.key, object.text ?? '');
  }

  /** Answers the text of an object, such as one that an export wrote; undefined where there is none. */
  objectText(
    at: { readonly accountId: string; readonly region: string },
    object: { readonly bucket: string; readonly key: string },
  ): string | undefined {
    const region = this.#regions.get(`${at.accountId}:${at.region}`);
    return region?.objects.get(object.bucket)?.get(object.key);
  }

  /**
   * Installs the replication agent on a host, which MGN then knows: as the imported server of the same user-provided
   * id, otherwise as a new one. Replication begins. Answers the id, or why the service refused.
   */
  installAgent(
    at: { readonly accountId: string; readonly region: string },
    host: AgentHost,
  ): { readonly sourceServerID: string } | { readonly refusal: string } {
    this.#catchUp(this.#world.now);
    return installAgent(this.#region({ partition: partitionOf(at.region), ...at }), host);
  }

  /**
   * Installs the agent of DRS on the instance that MGN launched for a server: an account and Region of DRS has a new
   * source server then, which replicates. Answers its id, or why there is none.
   */
  installDrsAgent(
    at: { readonly accountId: string; readonly region: string },
    of: { readonly accountId: string; readonly region: string; readonly sourceServerID: string },
  ): { readonly sourceServerID: string } | { readonly refusal: string } {
    this.#catchUp(this.#world.now);
    const origin = this.#regions.get(`${of.accountId}:${of.region}`);
    const server = origin?.serversById.get(of.sourceServerID);
    if (origin === undefined || server === undefined) {
      return { refusal: `MGN has no source server ${of.sourceServerID} there` };
    }
    const drs = drsOf(this.#region({ partition: partitionOf(at.region), ...at }));
    return installOnInstance(drs, origin, server);
  }

  /** What later draws depend on besides the state. */
  get counters(): Counters {
    return {
      requests: this.#requests,
      events: this.#herald.told,
      calls: this.#world.book.callCounts,
    };
  }

  /** Sets the counters, so that requests which changed nothing need not be repeated. */
  setCounters({ requests, events, calls }: Counters): void {
    this.#requests = requests;
    this.#herald.setTold(events);
    this.#world.book.setCallCounts(calls);
  }

  #catchUp(until: number): void {
    const { agenda } = this.#world;
    for (let due = agenda.takeDue(until); due !== undefined; due = agenda.takeDue(until)) {
      this.#world.now = Math.max(this.#world.now, due.at);
      due.act();
    }
  }

  #perform(request: WireRequest): WireResponse {
    const asked = decode(request);
    const accountId =
      request.service === 'mgn'
        ? actedOn(asked.name, asked.input['accountID'], request.accountId)
        : request.accountId;
    const region = this.#regionOrNew({
      partition: partitionOf(request.region),
      accountId,
      region: request.region,
    });
    const { now } = this.#world;
    this.#requests += 1;
    const requestId = this.#world.chance.uuid('request', this.#requests);
    const place = `${accountId}:${request.region}`;
    const faults =
      request.caller === 'console' || asked.operation === undefined
        ? []
        : this.#world.book.call(asked.name, place, now);
    const throttling = faults.find((f) => f.fault === 'throttling');
    const broken = faults.find((f) => f.fault === 'internal-error');
    const stale = faults.find((f) => f.fault === 'stale-reads');
    let outcome: { readonly status: number; readonly body: string } | ServiceException;
    // It took effect, and the caller was told otherwise.
    let unheard = false;
    if (throttling !== undefined)
      outcome = throttled(request.service, throttling.retryAfterSeconds);
    else if (broken !== undefined && !broken.takesEffect) outcome = brokenInside(request.service);
    else {
      const readAt =
        stale === undefined ? now : Math.max(this.#keptSince, now - stale.staleSeconds * 1000);
      const { service, accountId: callerAccountId } = request;
      outcome = run(region, asked, { service, readAt, callerAccountId });
      // An account in which nobody ever wrote anything is not worth remembering.
      if (asked.operation?.writes === true && !(outcome instanceof ServiceException)) {
        this.#regions.set(place, region);
      }
      if (broken !== undefined) {
        unheard = !(outcome instanceof ServiceException);
        outcome = brokenInside(request.service);
      }
    }
    const response = encode(request.service, outcome, { requestId, at: now });
    const error = outcome instanceof ServiceException ? outcome.exception : null;
    const lost = error === null && faults.some((f) => f.fault === 'answer-lost');
    this.#record(request, asked, {
      accountId,
      response,
      error,
      lost: lost || unheard,
    });
    return lost ? { ...response, answerLost: true } : response;
  }

  #record(
    request: WireRequest,
    asked: Asked,
    outcome: {
      readonly accountId: string;
      readonly response: WireResponse;
      readonly error: string | null;
      readonly lost: boolean;
    },
  ): void {
    const { response, error, lost, accountId } = outcome;
    const writes = asked.operation?.writes === true;
    this.#onCall?.({
      at: new Date(this.#world.now).toISOString(),
      caller: request.caller,
      service: request.service,
      operation: asked.name,
      accountId,
      region: request.region,
      input: asked.input,
      status: response.status,
      error,
      ...(lost ? { answerLost: true } : {}),
      ...(writes && error === null ? { output: parseObject(response.body) ?? {} } : {}),
    });
    if (!writes || refusedAtDoor(response)) return;
    this.#herald.trail(this.#world.now, {
      accountId,
      region: request.region,
      service: request.service,
      operation: asked.name,
      caller: request.caller,
      input: asked.input,
      error,
      body: response.body,
    });
  }

  #region(place: Place): RegionState {
    const region = this.#regionOrNew(place);
    this.#regions.set(`${place.accountId}:${place.region}`, region);
    return region;
  }

  #regionOrNew(place: Place): RegionState {
    return (
      this.#regions.get(`${place.accountId}:${place.region}`) ?? new RegionState(this.#world, place)
    );
  }

  #load(options: SimulatorOptions, act: PersonActs): void {
    const misplaced = options.fleet.filter((document) => {
      const arn = textAt(document, 'arn');
      return (readArn(arn) ?? readDrsArn(arn))?.kind !== 'source-server';
    });
    if (misplaced.length > 0) {
      const names = misplaced.map(
        (d) => textAt(d, 'arn') ?? textAt(d, 'sourceServerID') ?? 'a server without arn',
      );
      throw new RangeError(
        `not MGN or DRS source servers, or without a readable ARN: ${names.join(', ')}`,
      );
    }
    this.#loadClients(options.vcenterClients);
    for (const document of options.fleet) {
      const text = textAt(document, 'arn') ?? '';
      const arn = readArn(text);
      if (arn !== undefined) this.#region(arn.place).add(arn.id, text, document);
      const ofDrs = readDrsArn(text);
      if (ofDrs !== undefined) {
        loadServer(drsOf(this.#region(ofDrs.place)), ofDrs.id, text, document);
      }
    }
    for (const document of options.applications ?? []) this.#loadGroup(document, 'application');
    for (const document of options.waves ?? []) this.#loadGroup(document, 'wave');
    for (const region of this.#regions.values()) {
      for (const server of region.servers) {
        setGoing(region, server);
        scheduleMishaps(region, server, act);
        const trigger = triggerOf(server.lifeCycleState);
        if (trigger !== undefined) this.#world.reached(region, server, trigger);
      }
      loadLaunches(region);
      scheduleClientDeaths(region);
      scheduleRegionLosses(region);
      if (region.drs === undefined) continue;
      setServersGoing(drsOf(region));
      for (const server of region.drs.engine.servers) {
        scheduleMishaps(region.drs.engine, server, act);
      }
      scheduleRegionLosses(region.drs.engine);
    }
  }

  #loadClients(documents: readonly JsonObject[]): void {
    const { book, startAt } = this.#world;
    for (const document of documents) {
      const arn = readArn(textAt(document, 'arn'));
      const id = textAt(document, 'vcenterClientID') ?? arn?.id;
      if (arn === undefined || id === undefined) {
        throw new RangeError(`not a vCenter client, or without a readable ARN: ${id ?? 'unnamed'}`);
      }
      const lastSeenAt = stampMs(textAt(document, 'lastSeenDatetime'));
      const every = heartbeatMs(this.#world, id, lastSeenAt);
      const client = new VcenterClient(document, id, book.clientDeaths(id, startAt), every);
      this.#region(arn.place).clients.set(id, client);
    }
  }

  #loadGroup(document: JsonObject, kind: 'application' | 'wave'): void {
    const arn = readArn(textAt(document, 'arn'));
    if (arn === undefined || arn.kind !== kind) {
      throw new RangeError(
        `not an ${kind}, or without a readable ARN: ${textAt(document, 'name') ?? ''}`,
      );
    }
    const group: Group = {
      id: arn.id,
      document,
      archived: document['isArchived'] === true,
      tags: objectAt(document, 'tags'),
    };
    const region = this.#region(arn.place);
    (kind === 'wave' ? region.waves : region.applications).set(arn.id, group);
  }
}

function run(
  region: RegionState,
  asked: Asked,
  by: { readonly service: string; readonly readAt: number; readonly callerAccountId: string },
): { readonly status: number; readonly body: string } | ServiceException {
  const { service, callerAccountId } = by;
  const barred = refusalOf(region, { service, operation: asked.name, callerAccountId });
  if (barred !== undefined) return barred;
  const { operation } = asked;
  if (asked.refusal !== undefined || operation === undefined) {
    return asked.refusal ?? new ServiceException('UnknownOperationException', 400, asked.name);
  }
  try {
    const readAt = operation.writes ? region.world.now : by.readAt;
    return {
      status: operation.status,
      body: operation.answer({ operation: operation.name, region, input: asked.input, readAt }),
    };
  } catch (error) {
    if (error instanceof ServiceException) return error;
    throw error;
  }
}

function triggerOf(lifeCycleState: string): Trigger | undefined {
  switch (lifeCycleState) {
    case 'READY_FOR_TEST':
      return 'ready-for-test';
    case 'TESTING':
      return 'testing';
    case 'READY_FOR_CUTOVER':
      return 'ready-for-cutover';
    case 'CUTTING_OVER':
      return 'cutting-over';
    case 'CUTOVER':
      return 'cutover';
    default:
      return undefined;
  }
}
