// In: what the tick saw. Out: every changed fact on record with its event in the same write, then published.

import type { Limits } from '../../core/change/bands.ts';
import type { DrsBeside, DrsState } from '../../core/change/drs/server-facts.ts';
import { type EtaMark, etaAfter } from '../../core/change/eta.ts';
import {
  type Beside,
  type Change,
  diff,
  type Facts,
  factsOf,
  firstCopierOf,
  isActive,
  lacksFacts,
  takesActiveSlot,
  vanished,
} from '../../core/change.ts';
import type { Drift } from '../../core/configuration/drift.ts';
import type { LaunchTemplateMark } from '../../core/configuration/launch-template-mark.ts';
import { evidenceOf } from '../../core/event/evidence.ts';
import { number, serverStream, type Told } from '../../core/event/stream.ts';
import { tellChanges, tellEtaSlip } from '../../core/event/tell.ts';
import { movedByOthers } from '../../core/moved-by-others.ts';
import { isAgentless, type Observation } from '../../core/observation.ts';
import { courseAfter, type StallCourse } from '../../core/remedy.ts';
import type { Instant } from '../../core/time.ts';
import { holdServer } from '../hold-server.ts';
import { isFull, withEvents } from '../outbox.ts';
import type { Ports } from '../ports.ts';
import { change, read, readAll, readMany } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { ServerRecord } from '../records/server-records.ts';
import { drsNews } from './drs/drs-news.ts';
import type { Kept, Tick } from './tick.ts';

/**
 * Compares each observation with its record and writes what differs, events included, in one conditional write a
 * server; an unchanged server costs no write. A lost race is tried again with what the other one wrote. Answers the
 * records that were written or still owe events.
 */
export async function recordChanges(
  tick: Tick,
  recorded?: ServerRecords,
): Promise<readonly ServerRecord[]> {
  const partition = place.server(tick.target.target, '').partition;
  const known = recorded ?? (await recordsOf(tick));
  const dirty: ServerRecord[] = [];
  for (const observation of tick.seen.servers.values()) {
    const held = known.get(observation.sourceServerId);
    const others = held === undefined ? undefined : await seenMoved(tick, held.body, observation);
    const beside = { ...besideOf(tick, observation), movedByOthers: others !== undefined };
    const next = advance(held?.body, observation, tick.now, beside);
    if (next === undefined) {
      if (held !== undefined && held.body.pending.length > 0) dirty.push(held.body);
      continue;
    }
    tick.counts.changed += 1;
    const written = await tick.ports.store.put(
      partition,
      observation.sourceServerId,
      next,
      held?.version ?? 0,
    );
    dirty.push(written === 'conflict' ? await advanceAgain(tick, observation, beside) : next);
    if (others !== undefined) await holdMoved(tick, next, others);
  }
  for (const held of known.values()) {
    if (tick.seen.servers.has(held.sort)) continue;
    if (tick.seen.swept && held.body.facts.present) {
      dirty.push(await recordVanished(tick, held.body));
    } else if (held.body.pending.length > 0) dirty.push(held.body);
  }
  if (tick.seen.swept) {
    const all = [...tick.seen.servers.values()];
    tick.seen.activeServers = all.filter(isActive).length;
    tick.seen.firstSyncs = countBy(all, (one) =>
      firstCopierOf(one, known.get(one.sourceServerId)?.body.facts.initialSync),
    );
  } else {
    countActive(tick, known);
  }
  await publishAll(tick, dirty);
  return dirty;
}

/** What is on record of servers, by their ids. */
export type ServerRecords = ReadonlyMap<string, Kept<ServerRecord>>;

/** Reads what is on record of the servers that the tick has seen, and of all where it has to know of all. */
export async function recordsOf(tick: Tick): Promise<ServerRecords> {
  const { store } = tick.ports;
  const all = place.server(tick.target.target, '');
  const records =
    tick.seen.swept || tick.target.owesEvents
      ? await readAll(store, all)
      : await readMany(store, all, [...tick.seen.servers.keys()]);
  return new Map(records.map((record) => [record.sort, record]));
}

interface BesideOfRecord extends Beside {
  readonly drs?: DrsBeside;
}

/** What else this tick saw of a server: the job that launched it, EC2's checks of its instance, its snapshots. */
function besideOf(
  { seen, drsLimits }: Tick,
  { sourceServerId, launched }: Observation,
): BesideOfRecord {
  const { instanceId } = launched;
  // DRS says of the instance itself which job launched it: its launch actions run, and fail, before the launch has ended.
  const jobId = seen.recoveryInstances.get(instanceId ?? '')?.jobId ?? launched.jobId;
  return {
    job: jobId === undefined ? undefined : seen.jobs.get(jobId),
    instance: instanceId === undefined ? undefined : seen.instances.get(instanceId),
    ...(drsLimits === undefined
      ? {}
      : { drs: { limits: drsLimits, recoveryPoint: seen.recoveryPoints.get(sourceServerId) } }),
  };
}

/**
 * The record that an observation makes of the last one; undefined where nothing changed or the outbox is full. What an
 * older Landfall did not keep is noted without a word, and so is the estimate that a slip is measured by.
 */
export function advance(
  record: ServerRecord | undefined,
  observation: Observation,
  now: Instant,
  beside: BesideOfRecord & Seen = {},
): ServerRecord | undefined {
  const limits = record?.limits ?? limitsOf(beside);
  const before = { facts: record?.facts ?? {}, ...(limits === undefined ? {} : { limits }) };
  const facts = factsOf(observation, before, beside);
  const drs = drsNews(record, observation, beside.drs);
  const changes = diff(record?.facts, facts);
  const { mark, slip } = etaAfter(record?.eta ?? null, observation);
  const same = changes.length === 0 && mark === (record?.eta ?? null) && !drs.isNew;
  if (same && record !== undefined && !lacksFacts(record.facts)) return undefined;
  if (record !== undefined && isFull(record.pending)) return undefined;
  const part = beside.job?.servers.find((s) => s.sourceServerId === observation.sourceServerId);
  const evidence = {
    observation,
    limits,
    instance: beside.instance,
    actions: part?.postLaunchActions,
    jobId: beside.job?.jobId,
  };
  const told = [
    ...tellChanges(changes, observation, facts, (one) => ({
      ...(one.fact === 'discovered' ? drs.found : evidenceOf(one, evidence)),
      ...(beside.movedByOthers === true ? causeOf(one) : {}),
    })),
    ...drs.told,
    ...(slip === undefined ? [] : [tellEtaSlip(slip)]),
  ];
  return withTold(record, observation, { facts, eta: mark, drs: drs.state }, told, now);
}

/** What the deployment calls good where no plan names the server. */
function limitsOf({ drs }: BesideOfRecord): Limits | undefined {
  return drs === undefined ? undefined : { lagSeconds: drs.limits.rpoSeconds, backlogBytes: 0 };
}

interface Found {
  readonly facts: Facts;
  readonly eta: EtaMark | null;
  readonly drs?: DrsState | undefined;
}

/** What the tick sees besides the server's own facts. */
interface Seen {
  /** Whether somebody else moved its life cycle or archived it. */
  readonly movedByOthers?: boolean;
}

function causeOf({ fact }: Change): Readonly<Record<string, unknown>> {
  return fact === 'lifecycle' || fact === 'archived' ? { cause: { kind: 'somebody-else' } } : {};
}

/** What somebody else did to a server of a wave, as far as its facts tell; its wave is asked only where they moved. */
async function seenMoved(
  { ports }: Tick,
  { wave, facts, sourceServerId: server }: ServerRecord,
  observation: Observation,
): Promise<string | undefined> {
  const lifecycle = observation.lifecycle ?? null;
  const archived = observation.isArchived;
  if (wave === null || (lifecycle === facts.lifecycle && archived === facts.archived)) return;
  const { body: member } = await read(ports.store, place.waveServer(wave, server));
  if (member === undefined || member.outcome !== null) return;
  const begun = new Set(member.results.map(({ phase }) => phase));
  if (member.started !== null) begun.add(member.started.phase);
  const cutOver = member.health?.launch === 'cutover';
  return movedByOthers(facts, { lifecycle, archived }, { begun, cutOver });
}

async function holdMoved(tick: Tick, record: ServerRecord, what: string): Promise<void> {
  const { wave, sourceServerId: server } = record;
  if (wave === null) return;
  const reason = `${what}, and it was not Landfall that did it`;
  const holds = await holdServer(tick.ports, { wave, server }, { at: tick.now, reason });
  // What this tick releases and launches must know of it.
  if (holds !== undefined) tick.holds.set(wave, holds);
}

function withTold(
  record: ServerRecord | undefined,
  server: Pick<Observation, 'sourceServerId' | 'arn' | 'target' | 'hostname' | 'tags'>,
  { facts, eta, drs }: Found,
  told: readonly Told[],
  now: Instant,
): ServerRecord {
  const stream = serverStream(server, record?.wave ?? undefined);
  const events = number(stream, record?.sequence ?? 0, now, told);
  const stall = courseAfter(record?.stall, facts.stalled, now);
  return {
    sourceServerId: server.sourceServerId,
    arn: server.arn,
    hostname: server.hostname ?? null,
    facts,
    sequence: (record?.sequence ?? 0) + events.length,
    pending: withEvents(record?.pending ?? [], events),
    wave: record?.wave ?? null,
    toldJobs: record?.toldJobs ?? [],
    ...(record?.limits === undefined ? {} : { limits: record.limits }),
    ...(record?.toldCalls === undefined ? {} : { toldCalls: record.toldCalls }),
    ...(record?.drift === undefined ? {} : { drift: record.drift }),
    ...(record?.launchTemplate === undefined ? {} : { launchTemplate: record.launchTemplate }),
    ...(stall === undefined ? {} : { stall }),
    ...(eta === null ? {} : { eta }),
    ...(drs === undefined ? {} : { drs }),
  };
}

async function advanceAgain(
  tick: Tick,
  observation: Observation,
  beside: Beside & Seen,
): Promise<ServerRecord> {
  const where = place.server(tick.target.target, observation.sourceServerId);
  const next = await change(tick.ports.store, where, (record) =>
    advance(record, observation, tick.now, beside),
  );
  const unwritten = { facts: factsOf(observation), eta: null };
  return next ?? withTold(undefined, observation, unwritten, [], tick.now);
}

async function recordVanished(tick: Tick, record: ServerRecord): Promise<ServerRecord> {
  const next = await tell(tick, record.sourceServerId, (known) => ({
    facts: vanished(known.facts),
    told: tellChanges(diff(known.facts, vanished(known.facts)), {
      replication: noReplication,
    }),
  }));
  return next ?? record;
}

const noReplication: Observation['replication'] = {
  state: undefined,
  errorClass: undefined,
  rawError: undefined,
  failedStep: undefined,
  lagSeconds: undefined,
  backlogBytes: undefined,
  totalBytes: undefined,
  replicatedBytes: undefined,
  etaAt: undefined,
  lastSnapshotAt: undefined,
};

/** Adds something to a server's own stream, in one write with whatever else it changes. */
export async function tell(
  tick: Pick<Tick, 'target' | 'now' | 'seen'> & { readonly ports: Pick<Ports, 'store'> },
  server: string,
  decide: (record: ServerRecord) =>
    | {
        readonly facts?: Facts;
        readonly drift?: Drift;
        readonly launchTemplate?: LaunchTemplateMark | undefined;
        readonly stall?: StallCourse;
        readonly toldJobs?: readonly string[];
        readonly settingsToldAt?: Instant;
        readonly told: readonly Told[];
      }
    | undefined,
): Promise<ServerRecord | undefined> {
  const where = place.server(tick.target.target, server);
  return change(tick.ports.store, where, (record) => {
    const decided = record === undefined ? undefined : decide(record);
    if (record === undefined || decided === undefined) return undefined;
    const stream = serverStream(
      {
        sourceServerId: record.sourceServerId,
        arn: record.arn,
        target: tick.target.target,
        hostname: record.hostname ?? undefined,
        tags: tick.seen.servers.get(server)?.tags ?? {},
      },
      record.wave ?? undefined,
    );
    const events = number(stream, record.sequence, tick.now, decided.told);
    return {
      ...record,
      facts: decided.facts ?? record.facts,
      ...(decided.drift === undefined ? {} : { drift: decided.drift }),
      ...(decided.launchTemplate === undefined ? {} : { launchTemplate: decided.launchTemplate }),
      ...(decided.stall === undefined ? {} : { stall: decided.stall }),
      ...(decided.settingsToldAt === undefined ? {} : { settingsToldAt: decided.settingsToldAt }),
      toldJobs: decided.toldJobs ?? record.toldJobs,
      sequence: record.sequence + events.length,
      pending: withEvents(record.pending, events),
    };
  });
}

/** Corrects the counts of active servers and of first copies by those whose facts this tick saw change. */
function countActive(tick: Tick, known: ReadonlyMap<string, Kept<ServerRecord>>): void {
  let active = tick.target.activeServers;
  if (active === null) return;
  const firstSyncs = new Map(tick.seen.firstSyncs);
  const add = (client: string | undefined, by: 1 | -1) => {
    if (client !== undefined) firstSyncs.set(client, (firstSyncs.get(client) ?? 0) + by);
  };
  for (const observation of tick.seen.servers.values()) {
    const facts = known.get(observation.sourceServerId)?.body.facts;
    const was = facts !== undefined && takesActiveSlot(facts);
    const is = isActive(observation);
    active += Number(is) - Number(was);
    if (was && facts.initialSync !== 'done' && isAgentless(observation)) {
      add(observation.vcenterClientId, -1);
    }
    add(firstCopierOf(observation, facts?.initialSync), 1);
  }
  tick.seen.activeServers = active;
  tick.seen.firstSyncs = firstSyncs;
}

function countBy<T>(all: readonly T[], keyOf: (one: T) => string | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) {
    const key = keyOf(one);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Publishes the outboxes of these servers in as few calls as the bus allows, and empties them. */
export async function publishAll(
  tick: Pick<Tick, 'ports' | 'target' | 'counts' | 'seen'>,
  records: readonly ServerRecord[],
): Promise<void> {
  const full = records.filter((record) => record.pending.length > 0);
  if (full.length === 0) return;
  const events = full.flatMap((record) => record.pending);
  const refused = new Set(await tick.ports.bus.publish(events));
  const told = new Set(events.filter((_, i) => !refused.has(i)).map((e) => e.detail.eventId));
  tick.counts.published += told.size;
  if (refused.size > 0) tick.seen.owesEvents = true;
  for (const record of full) {
    await change(
      tick.ports.store,
      place.server(tick.target.target, record.sourceServerId),
      (now) => {
        if (now === undefined || !now.pending.some((e) => told.has(e.detail.eventId))) {
          return undefined;
        }
        return { ...now, pending: now.pending.filter((e) => !told.has(e.detail.eventId)) };
      },
    );
  }
}
