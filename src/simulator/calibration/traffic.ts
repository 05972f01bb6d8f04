import { grouped } from './grouped.ts';
import type { Recorded, SeenServer, Sighting } from './recorded.ts';
import { quantile } from './spread.ts';

/** What the initial syncs of one account and Region moved together while the same servers were syncing. */
export interface Stretch {
  readonly ms: number;
  readonly servers: number;
  readonly mbps: number;
}

/** What the speed of initial syncs tells of the link and of the most that one server gets, in megabits a second. */
export interface Speeds {
  readonly stretches: number;
  /** The most that all servers together were seen to move. */
  readonly together: number;
  /** The most that one server was seen to move. */
  readonly one: number;
  /** Servers were slower together than apart: the link was full. */
  readonly linkWasFull: boolean;
  /** A server was no faster where the link had room: it is held. */
  readonly serverWasHeld: boolean;
}

interface Segment {
  readonly from: number;
  readonly to: number;
  /** Bytes a millisecond. */
  readonly pace: number;
  /** It was syncing at both ends. */
  readonly isWhole: boolean;
}

const leastDifference = 0.9;

/** Answers what the speed of the initial syncs tells; undefined where none was seen in progress. */
export function speedsOf(recorded: Recorded): Speeds | undefined {
  const places = grouped(recorded.servers, (server) => server.place);
  const stretches = [...places.values()].flatMap(stretchesOf);
  if (stretches.length === 0) return undefined;
  const together = nearlyMost(stretches.map(({ mbps, ms }) => ({ value: mbps, weight: ms })));
  const one = nearlyMost(
    stretches.map(({ mbps, servers, ms }) => ({ value: mbps / servers, weight: ms })),
  );
  return {
    stretches: stretches.length,
    together,
    one,
    linkWasFull: stretches.some(
      ({ mbps, servers }) =>
        mbps >= together * leastDifference && mbps / servers < one * leastDifference,
    ),
    serverWasHeld: stretches.some(
      ({ mbps, servers }) =>
        mbps / servers >= one * leastDifference && mbps < together * leastDifference,
    ),
  };
}

/**
 * Answers how fast servers wrote, as a share of their disks a day: of each server, the fastest growth of what waited
 * while its initial sync ran. Writes that travelled at once are not in it.
 */
export function changeRates(recorded: Recorded): readonly number[] {
  return recorded.servers.flatMap(({ sightings }) => {
    const rates = sightings.flatMap((sighting, i) => {
      const before = sightings[i - 1];
      if (before === undefined || !isSyncing(before) || !isSyncing(sighting)) return [];
      const days = (sighting.at - before.at) / 86_400_000;
      const grown = sighting.backloggedBytes - before.backloggedBytes;
      return days > 0 && grown > 0 ? [grown / sighting.totalBytes / days] : [];
    });
    const [most] = rates.toSorted((a, b) => b - a);
    return most === undefined ? [] : [most];
  });
}

function isSyncing({ state, replicatedBytes, totalBytes }: Sighting): boolean {
  const moves = state === 'INITIAL_SYNC' || state === 'SHIPPING_SNAPSHOT';
  return moves && replicatedBytes < totalBytes;
}

function segmentsOf({ sightings }: SeenServer): readonly Segment[] {
  return sightings.flatMap((sighting, i) => {
    const before = sightings[i - 1];
    if (before === undefined || sighting.at <= before.at) return [];
    const moved = sighting.replicatedBytes - before.replicatedBytes;
    if (moved <= 0) return [];
    const isWhole = isSyncing(before) && isSyncing(sighting);
    return [{ from: before.at, to: sighting.at, pace: moved / (sighting.at - before.at), isWhole }];
  });
}

// Polls of many servers come page by page, so each server has its own instants: the sums change at each of them.
function stretchesOf(servers: readonly SeenServer[]): readonly Stretch[] {
  const edges = servers
    .flatMap(segmentsOf)
    .flatMap((segment) => [
      { at: segment.from, sign: 1, segment },
      { at: segment.to, sign: -1, segment },
    ])
    .toSorted((a, b) => a.at - b.at);
  const stretches: Stretch[] = [];
  let [pace, running, broken] = [0, 0, 0];
  for (const [i, { at, sign, segment }] of edges.entries()) {
    pace += sign * segment.pace;
    running += sign;
    if (!segment.isWhole) broken += sign;
    const until = edges[i + 1]?.at ?? at;
    if (until <= at || running <= 0 || broken > 0) continue;
    stretches.push({ ms: until - at, servers: running, mbps: (pace * 8) / 1000 });
  }
  return stretches;
}

// The value that all but a twentieth of the time stays below: single polls with a late answer do not count.
function nearlyMost(all: readonly { readonly value: number; readonly weight: number }[]): number {
  const sorted = all.toSorted((a, b) => a.value - b.value);
  if (sorted.length < 20)
    return quantile(
      sorted.map(({ value }) => value),
      1,
    );
  const whole = sorted.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  for (const { value, weight } of sorted) {
    below += weight;
    if (below >= 0.95 * whole) return value;
  }
  return sorted.at(-1)?.value ?? 0;
}
