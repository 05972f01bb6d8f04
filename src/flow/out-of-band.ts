// In: a call that somebody else made, as CloudTrail tells it. Out: told once on the streams of what it was about; where the
// plan says so, the server is held; and the poller looks sooner. Called by react, as often as it is delivered.
import { number, serverStream, targetStream } from '../core/event/stream.ts';
import { tellOutOfBand, tellTargetOutOfBand } from '../core/event/tell-out-of-band.ts';
import { callerName, disturbs, type OwnCommand, type TrailCall } from '../core/event/trail-call.ts';
import type { Target } from '../core/target.ts';
import { hastenNative } from './hasten.ts';
import { holdServer } from './hold-server.ts';
import { withEvents } from './outbox.ts';
import type { Ports } from './ports.ts';
import { change, type Place, publishPending, read } from './records/documents.ts';
import { place } from './records/place.ts';
import type { ServerRecord } from './records/server-records.ts';
import type { TargetRecord } from './records/target-records.ts';
import { ownCommandOf } from './settings/own-command.ts';

type Told = Pick<Ports, 'store' | 'bus' | 'clock'>;

/** What came of a call: how many streams tell it, and which servers are held for it. */
export interface OutOfBand {
  readonly told: number;
  readonly held: readonly string[];
}

// What is delivered again comes within hours; so many calls of others are remembered until then.
const rememberedByServer = 20;
const rememberedByTarget = 100;

/** Records a call of somebody else; undefined where nobody polls its target. A repetition tells nothing twice. */
export async function recordOutOfBand(
  ports: Told,
  call: TrailCall,
): Promise<OutOfBand | undefined> {
  const { body: target } = await read(ports.store, place.target(call.target));
  if (target === undefined) return undefined;
  const unknown: string[] = [];
  const held: string[] = [];
  let told = 0;
  let owes = false;
  for (const id of call.servers) {
    const { body: server } = await read(ports.store, place.server(call.target, id));
    if (server === undefined) {
      unknown.push(id);
      continue;
    }
    const command = await ownCommandOf(ports, call, id);
    // What is set in MGN is told by itself, with who set it.
    if (command !== undefined && call.target.service === 'mgn') continue;
    // First the hold, then the word: what is safe does not wait for what is told.
    if (command === undefined && (await holdFor(ports, call, server))) held.push(id);
    const left = await tellOnServer(ports, call, id, command);
    told += 1;
    owes ||= left > 0;
  }
  if (unknown.length > 0 || call.servers.length === 0) {
    const left = await tellOnTarget(ports, call, unknown);
    told += 1;
    owes ||= left > 0;
  }
  if (owes) await noteOwed(ports, call.target);
  if (owes || disturbs(call)) await hastenNative(ports, call.target);
  return { told, held };
}

/** Adds the call to the server's stream, unless it is there; answers how many events the bus has yet to take. */
async function tellOnServer(
  ports: Told,
  call: TrailCall,
  id: string,
  command: OwnCommand | undefined,
): Promise<number> {
  const where = place.server(call.target, id);
  const now = ports.clock.now();
  const next = await change(ports.store, where, (server): ServerRecord | undefined => {
    if (server === undefined || server.toldCalls?.includes(call.eventId) === true) return undefined;
    const { sourceServerId, arn, hostname, wave } = server;
    const named = { sourceServerId, arn, target: call.target, hostname: hostname ?? undefined };
    const stream = serverStream({ ...named, tags: {} }, wave ?? undefined);
    const events = number(stream, server.sequence, now, [tellOutOfBand(call, command)]);
    return {
      ...server,
      toldCalls: remembered(server.toldCalls, call.eventId, rememberedByServer),
      sequence: server.sequence + events.length,
      pending: withEvents(server.pending, events),
    };
  });
  return publish(ports, where, next);
}

async function tellOnTarget(
  ports: Told,
  call: TrailCall,
  unknown: readonly string[],
): Promise<number> {
  const where = place.target(call.target);
  const now = ports.clock.now();
  const command = unknown.length > 0 ? undefined : await ownCommandOf(ports, call);
  const next = await change(ports.store, where, (target): TargetRecord | undefined => {
    if (target === undefined || target.toldCalls?.includes(call.eventId) === true) return undefined;
    const told = [tellTargetOutOfBand(call, unknown, command)];
    const events = number(targetStream(call.target), target.sequence ?? 0, now, told);
    return {
      ...target,
      toldCalls: remembered(target.toldCalls, call.eventId, rememberedByTarget),
      sequence: (target.sequence ?? 0) + events.length,
      pending: withEvents(target.pending ?? [], events),
    };
  });
  return publish(ports, where, next);
}

function remembered(
  known: readonly string[] | undefined,
  eventId: string,
  most: number,
): readonly string[] {
  return [...(known ?? []), eventId].slice(-most);
}

async function publish<T extends ServerRecord | TargetRecord>(
  ports: Told,
  where: Place<T>,
  record: T | undefined,
): Promise<number> {
  if (record === undefined) return 0;
  return (await publishPending(ports, where, record)).pending?.length ?? 0;
}

/** The next tick looks for events that the bus has yet to take in every server's record. */
async function noteOwed(ports: Pick<Ports, 'store'>, target: Target): Promise<void> {
  await change(ports.store, place.target(target), (record) =>
    record === undefined || record.owesEvents ? undefined : { ...record, owesEvents: true },
  );
}

/** Holds the server in its wave where the plan says so; says whether it is held for this call. */
async function holdFor(ports: Told, call: TrailCall, server: ServerRecord): Promise<boolean> {
  if (server.wave === null || !disturbs(call)) return false;
  const held = await holdServer(
    ports,
    { wave: server.wave, server: server.sourceServerId },
    {
      at: call.calledAt,
      reason: `${callerName(call.caller)} called ${call.operation} at ${call.calledAt}`,
    },
  );
  return held !== undefined;
}
