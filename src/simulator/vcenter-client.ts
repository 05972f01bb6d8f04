import type { Chance } from './chance.ts';
import { type JsonObject, textAt } from './json.ts';
import type { Parameters } from './parameters.ts';
import { stamp, stampMs } from './wire-time.ts';

/**
 * Answers the time between two heartbeats of an agent or a vCenter client, in milliseconds. Where the last one
 * before the start is known, the next one comes after the start, so that a fleet is first seen as it was written.
 */
export function heartbeatMs(
  world: { readonly parameters: Parameters; readonly chance: Chance; readonly startAt: number },
  id: string,
  lastSeenAt: number | undefined,
): number {
  const [shortest, longest] = world.parameters.heartbeatSeconds;
  const silentFor = lastSeenAt === undefined ? 0 : (world.startAt - lastSeenAt + 1) / 1000;
  const least = silentFor < longest ? Math.max(shortest, silentFor) : shortest;
  return Math.round(world.chance.between([least, longest], 'heartbeat', id) * 1000);
}

/** Answers the last of the heartbeats that began at `from` and are `every` apart. */
export function lastHeartbeat(from: number, every: number, at: number): number {
  return from + Math.max(0, Math.floor((at - from) / every)) * every;
}

/** A vCenter client: its document, and when it is alive. */
export class VcenterClient {
  readonly id: string;
  document: JsonObject;
  readonly deaths: { readonly at: number; readonly until: number | undefined }[];
  readonly #every: number;

  constructor(
    document: JsonObject,
    id: string,
    deaths: readonly { readonly at: number; readonly until: number | undefined }[],
    every: number,
  ) {
    this.id = id;
    this.document = document;
    this.deaths = [...deaths];
    this.#every = every;
  }

  /** Says whether the client is alive at an instant. */
  aliveAt(at: number): boolean {
    return !this.deaths.some((death) => death.at <= at && at < (death.until ?? Infinity));
  }

  /** The client as DescribeVcenterClients lists it. */
  documentAt(at: number, form: Parameters['timestampForm']): JsonObject {
    const text = textAt(this.document, 'lastSeenDatetime');
    const from = stampMs(text);
    if (from === undefined) return this.document;
    const silentSince = this.deaths
      .filter((death) => death.at <= at && at < (death.until ?? Infinity))
      .map((death) => death.at);
    const seen = lastHeartbeat(from, this.#every, Math.min(at, ...silentSince));
    return { ...this.document, lastSeenDatetime: seen === from ? text : stamp(seen, form) };
  }
}
