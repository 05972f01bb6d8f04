// In: a planned server and what is on record of it. Out: the server on its wave's record, with the place where it
// begins. Called by prepareWave; by nextStage for servers whose target could not be looked at before.
import { takesActiveSlot } from '../core/change.ts';
import { FailureCode, failure } from '../core/failure.ts';
import { arrivalFor, startsToReplicate } from '../core/phase/recovery-arrival.ts';
import type { Arrival } from '../core/phase.ts';
import type { FreeSlots } from '../core/review/review.ts';
import { type Target, targetName } from '../core/target.ts';
import type { Ports } from './ports.ts';
import { change } from './records/documents.ts';
import { place } from './records/place.ts';
import type { PlannedWave } from './records/plan-records.ts';
import type { ServerRecord } from './records/server-records.ts';
import type { WaveServer } from './records/wave-records.ts';
import type { WaveSubject } from './wave-record.ts';

/** A server of a planned wave, spelled out. */
export interface Planned {
  readonly id: string;
  readonly arn: string;
  readonly hostname: string | null;
  readonly tier: number;
  readonly settings: WaveServer['settings'];
  readonly target: Target;
}

type Begin = Pick<WaveServer, 'arrival' | 'arrivalUnknown' | 'needsSlot'>;

/**
 * Puts one server on the wave's record, unless it is there already. Where its target was never looked at, the place
 * where it begins stays open until it is.
 */
export async function enrol(
  ports: Pick<Ports, 'store'>,
  subject: WaveSubject,
  planned: PlannedWave,
  server: Planned,
  observed: boolean,
): Promise<void> {
  const record = await claim(ports, subject.wave, server.target, server.id, server.settings);
  await change(ports.store, place.waveServer(subject.wave, server.id), (known) => {
    if (known !== undefined) return undefined;
    return {
      server: server.id,
      wave: subject.wave,
      planHash: planned.planHash,
      plan: planned.plan,
      target: server.target,
      arn: server.arn,
      hostname: server.hostname,
      tier: server.tier,
      settings: server.settings,
      ...(observed ? beginOf(record, server.settings) : unknownBegin(server.settings)),
      results: [],
      started: null,
      retriesUsed: {},
      frozenAt: null,
      launch: null,
      health: null,
      signOff: null,
      outcome: null,
      toldWaits: [],
      sequence: 0,
      pending: [],
    };
  });
}

/** Finds out where servers begin whose target has been looked at by now; answers all of them as they are then. */
export async function settleArrivals(
  ports: Pick<Ports, 'store'>,
  servers: readonly WaveServer[],
  reached: FreeSlots,
): Promise<readonly WaveServer[]> {
  const settled: WaveServer[] = [];
  for (const server of servers) {
    const due = server.arrivalUnknown === true && targetName(server.target) in reached;
    settled.push(due ? await settleArrival(ports, server) : server);
  }
  return settled;
}

async function settleArrival(ports: Pick<Ports, 'store'>, server: WaveServer): Promise<WaveServer> {
  const record = await claim(ports, server.wave, server.target, server.server, server.settings);
  const where = place.waveServer(server.wave, server.server);
  const settled = await change(ports.store, where, (known) => {
    if (known?.arrivalUnknown !== true) return undefined;
    const { arrivalUnknown: _, ...rest } = known;
    return { ...rest, ...beginOf(record, known.settings) };
  });
  return settled ?? server;
}

/**
 * Notes on the server's own record which wave it is in and what its plan calls good, for its events; answers the record
 * where there is one.
 */
function claim(
  ports: Pick<Ports, 'store'>,
  wave: string,
  target: Target,
  id: string,
  { thresholds: { lagSeconds, backlogBytes } }: WaveServer['settings'],
): Promise<ServerRecord | undefined> {
  return change(ports.store, place.server(target, id), (record): ServerRecord | undefined => {
    if (record === undefined) return undefined;
    const { limits } = record;
    const same =
      record.wave === wave &&
      limits?.lagSeconds === lagSeconds &&
      limits.backlogBytes === backlogBytes;
    return same ? undefined : { ...record, wave, limits: { lagSeconds, backlogBytes } };
  });
}

function beginOf(observed: ServerRecord | undefined, settings: WaveServer['settings']): Begin {
  const arrival = arrivalFrom(observed, settings);
  const starts = startsToReplicate(arrival);
  // Only a start of replication takes a slot; what comes along further on its way takes none.
  const needsSlot = starts && observed !== undefined && !takesActiveSlot(observed.facts);
  return { arrival, needsSlot };
}

function unknownBegin({ phases }: WaveServer['settings']): Begin {
  return {
    arrival: { enter: phases[0] ?? 'replicate' },
    arrivalUnknown: true,
    needsSlot: false,
  };
}

function arrivalFrom(
  observed: ServerRecord | undefined,
  settings: WaveServer['settings'],
): Arrival {
  if (observed?.facts.present === true) return arrivalFor(observed, settings);
  const message = 'the service did not list the server when the wave began';
  return {
    outcome: 'failed',
    failure: failure(FailureCode.ServerVanished, message),
    reason: `${message}; check its id and Region`,
  };
}
