// In: a stalled server. Out: its replication retried, at most once a try: the try is counted in the server's record
// before the call is made, and told with its end. Called by remedy; what it takes is core/remedy's.
import type { Facts } from '../core/change.ts';
import { type RemedyAnswer, tellRemedyTried } from '../core/event/tell-remedy.ts';
import { FailureCode, PermanentFailure, TransientFailure } from '../core/failure.ts';
import type { Finding } from '../core/phase.ts';
import {
  courseAfter,
  decideRemedy,
  type RemedySettings,
  type StallCourse,
  type Try,
  unfitToMend,
  withoutTry,
  withTry,
  withTryEnded,
} from '../core/remedy.ts';
import type { Target } from '../core/target.ts';
import {
  actOnServer,
  actWhenNeeded,
  type Done,
  lookAfresh,
  observeAfresh,
  type ServerOfTarget,
} from './act-on-server.ts';
import { isFull } from './outbox.ts';
import { tell } from './poll/record-changes.ts';
import { nothingSeen } from './poll/tick.ts';
import type { Ports } from './ports.ts';
import { change, publishPending, read } from './records/documents.ts';
import { place } from './records/place.ts';
import type { ServerRecord } from './records/server-records.ts';

/** What came of it: `not-now` where the target takes no further call in this run. */
export type Mended = 'retried' | 'left-alone' | 'not-now';

type MendPorts = Pick<Ports, 'clock' | 'store' | 'bus' | 'serviceOf' | 'drsOf'>;

/** A server with this tag is left alone, whatever it says. */
export const holdTag = 'landfall:hold';

/** Does for a stalled server what its record says it takes. */
export async function mend(
  ports: MendPorts,
  target: Target,
  server: string,
  settings: RemedySettings,
  stopped: ReadonlySet<string>,
): Promise<Mended> {
  const now = ports.clock.now();
  const where = place.server(target, server);
  const held = await read(ports.store, where);
  const record = held.body;
  // A full outbox takes no further event, so nothing is done that could not be told.
  if (record === undefined || isFull(record.pending)) return 'left-alone';
  const decision = decideRemedy(
    { facts: record.facts, course: record.stall, reserved: await reservedBy(ports, record) },
    settings,
    stopped,
    now,
  );
  switch (decision.do) {
    case 'nothing':
    case 'wait':
      return 'left-alone';
    case 'note': {
      const stall = courseAfter(undefined, record.facts.stalled, now);
      const noted = stall === undefined ? record : { ...record, stall };
      // Whoever came in between knows better; the next run looks again.
      await ports.store.put(where.partition, where.sort, noted, held.version);
      return 'left-alone';
    }
    case 'close':
      await endTry(ports, { target, server }, decision.trying, {
        answer: 'unknown',
        reason: 'the function that tried it ended before it could say what came of it',
      });
      return 'left-alone';
    case 'retry': {
      const { stall } = record;
      if (stall === undefined) return 'left-alone';
      const { errorClass, attempt, budget } = decision;
      return tryOnce(ports, { target, server }, held.version, record, stall, {
        errorClass,
        attempt,
        budget,
      });
    }
    default:
      return decision satisfies never;
  }
}

/** Why only a wave or a person may touch a server: its wave runs, or left it frozen. */
async function reservedBy(
  { store }: Pick<Ports, 'store'>,
  { wave, sourceServerId }: ServerRecord,
): Promise<string | undefined> {
  if (wave === null) return undefined;
  const { body } = await read(store, place.wave(wave));
  if (body === undefined || body.concludedAt === null) return `in the running wave ${wave}`;
  const { body: inWave } = await read(store, place.waveServer(wave, sourceServerId));
  return inWave?.outcome?.outcome === 'frozen' ? `frozen by the wave ${wave}` : undefined;
}

async function tryOnce(
  ports: MendPorts,
  server: ServerOfTarget,
  version: number,
  record: ServerRecord,
  before: StallCourse,
  trying: Try,
): Promise<Mended> {
  const seen = await lookFirst(ports, server);
  if (seen === 'not-now' || seen === 'left-alone') return seen;
  if (holdTag in seen.tags || seen.replication.errorClass !== trying.errorClass)
    return 'left-alone';
  const where = place.server(server.target, server.server);
  const claimed = { ...record, stall: withTry(before, trying, ports.clock.now()) };
  // Another run, a tick or a wave that came in between: what it wrote is looked at by the next run.
  const written = await ports.store.put(where.partition, where.sort, claimed, version);
  if (written === 'conflict') return 'left-alone';
  const tried = await call(ports, server);
  if (tried === 'no-call' || tried === 'not-now') {
    await change(ports.store, where, (now) =>
      now?.stall === undefined ? undefined : { ...now, stall: withoutTry(now.stall, before) },
    );
    return tried === 'no-call' ? 'left-alone' : 'not-now';
  }
  await endTry(ports, server, trying, tried);
  return 'retried';
}

async function lookFirst(ports: MendPorts, server: ServerOfTarget) {
  try {
    return await observeAfresh(looking(ports, server), server);
  } catch (error) {
    if (error instanceof TransientFailure) return 'not-now';
    // The service does not list it any more.
    if (error instanceof PermanentFailure) return 'left-alone';
    throw error;
  }
}

interface Ended {
  readonly answer: RemedyAnswer;
  readonly reason?: string;
}

function looking(ports: MendPorts, { target }: ServerOfTarget) {
  return target.service === 'drs' ? { ...ports, serviceOf: ports.drsOf } : ports;
}

function actOn(
  ports: MendPorts,
  server: ServerOfTarget,
  decide: (facts: Facts) => Finding,
): Promise<Done> {
  if (server.target.service !== 'drs') return actOnServer(ports, server, decide, { look: 'fresh' });
  return actWhenNeeded(ports, server, {
    decide,
    look: () => lookAfresh(looking(ports, server), server),
    make: () => ports.drsOf(server.target).retryDataReplication(server.server),
  });
}

/** Makes the call where the very latest look still asks for it. */
async function call(
  ports: MendPorts,
  server: ServerOfTarget,
): Promise<Ended | 'no-call' | 'not-now'> {
  let looks = 0;
  const retry = (facts: Parameters<typeof unfitToMend>[0]): Finding => {
    looks += 1;
    const unfit = unfitToMend(facts);
    return unfit === undefined
      ? { do: 'act', act: { call: 'RetryDataReplication' } }
      : { do: 'nothing', because: unfit };
  };
  try {
    const done = await actOn(ports, server, retry);
    if (done.status === 'done') return { answer: 'accepted' };
    return looks === 1 ? 'no-call' : { answer: 'unknown', reason: done.because };
  } catch (error) {
    if (!(error instanceof TransientFailure || error instanceof PermanentFailure)) throw error;
    // Refused before it began: by the call budget, or by a service that is too busy to take it.
    if (looks === 0 || error.code === FailureCode.ApiThrottled) return 'not-now';
    const answer = error instanceof PermanentFailure ? 'refused' : 'unknown';
    return { answer, reason: error.message };
  }
}

/** Puts the end of a try on record and tells it, in one write. */
async function endTry(
  ports: MendPorts,
  { target, server }: ServerOfTarget,
  { errorClass, attempt, budget }: Try,
  { answer, reason }: Ended,
): Promise<void> {
  const { body: record } = await read(ports.store, place.target(target));
  if (record === undefined) return;
  const now = ports.clock.now();
  const seen = nothingSeen(null);
  const told = await tell({ ports, target: record, now, seen }, server, ({ stall }) =>
    stall?.trying == null
      ? undefined
      : {
          stall: withTryEnded(stall),
          told: [
            tellRemedyTried({
              errorClass,
              attempt,
              budget,
              stalledSince: stall.since,
              answer,
              reason,
            }),
          ],
        },
  );
  if (told === undefined) return;
  const published = await publishPending(ports, place.server(target, server), told);
  if (published.pending.length === 0) return;
  // The next tick looks for what the bus refused.
  await change(ports.store, place.target(target), (owing) =>
    owing === undefined || owing.owesEvents ? undefined : { ...owing, owesEvents: true },
  );
}
