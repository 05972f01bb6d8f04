import type { Observation } from './observation.ts';

/** How a server stood when it was looked at last: two states as the service names them, lag and backlog. */
export type Standing = readonly [
  lifecycle: string | null,
  replication: string | null,
  lagSeconds: number | null,
  backlogBytes: number | null,
];

/** How the servers of a target stood when each was looked at last; archived and vanished ones are left out. */
export type Census = Readonly<Record<string, Standing>>;

/** What a census comes to. */
export interface Levels {
  readonly servers: number;
  /** Servers by life cycle state; `null` stands for none that is named. */
  readonly lifecycles: ReadonlyMap<string | null, number>;
  readonly replications: ReadonlyMap<string | null, number>;
  /** Null where no server tells a lag. */
  readonly lagSeconds: Extent | null;
  readonly backlogBytes: Extent | null;
}

/** The largest of a measure, and all of it together. */
export interface Extent {
  readonly max: number;
  readonly sum: number;
}

// A measure that has moved by less is not worth a write: the next look of everything corrects it.
const noteworthyShare = 0.1;

/** How a server stands now; undefined for an archived one, which is counted no more. */
export function standingOf({ isArchived, lifecycle, replication }: Observation) {
  if (isArchived) return undefined;
  const standing: Standing = [
    lifecycle ?? null,
    replication.state ?? null,
    replication.lagSeconds ?? null,
    replication.backlogBytes ?? null,
  ];
  return standing;
}

/** Says whether a standing is to be put on record: a state differs, or a measure where those are asked for. */
export function isWorthKeeping(
  before: Standing | undefined,
  now: Standing | undefined,
  measures: boolean,
): boolean {
  if (before === undefined || now === undefined) return before !== now;
  if (before[0] !== now[0] || before[1] !== now[1]) return true;
  return measures && (hasMoved(before[2], now[2]) || hasMoved(before[3], now[3]));
}

function hasMoved(before: number | null, now: number | null): boolean {
  if (before === null || now === null) return before !== now;
  return Math.abs(now - before) > noteworthyShare * Math.max(before, now);
}

/** Counts a census: how many servers stand in each state, the largest lag and backlog, and all of them together. */
export function levelsOf(standings: Iterable<Standing>): Levels {
  const lifecycles = new Map<string | null, number>();
  const replications = new Map<string | null, number>();
  let servers = 0;
  let lag: Extent | null = null;
  let backlog: Extent | null = null;
  for (const [lifecycle, replication, lagSeconds, backlogBytes] of standings) {
    servers += 1;
    lifecycles.set(lifecycle, (lifecycles.get(lifecycle) ?? 0) + 1);
    replications.set(replication, (replications.get(replication) ?? 0) + 1);
    lag = extended(lag, lagSeconds);
    backlog = extended(backlog, backlogBytes);
  }
  return { servers, lifecycles, replications, lagSeconds: lag, backlogBytes: backlog };
}

function extended(extent: Extent | null, value: number | null): Extent | null {
  if (value === null) return extent;
  if (extent === null) return { max: value, sum: value };
  return { max: Math.max(extent.max, value), sum: extent.sum + value };
}

/** The levels of several parts of a census together. */
export function levelsTogether(parts: readonly Levels[]): Levels {
  const lifecycles = new Map<string | null, number>();
  const replications = new Map<string | null, number>();
  const add = (to: Map<string | null, number>, counts: ReadonlyMap<string | null, number>) => {
    for (const [state, count] of counts) to.set(state, (to.get(state) ?? 0) + count);
  };
  for (const part of parts) {
    add(lifecycles, part.lifecycles);
    add(replications, part.replications);
  }
  return {
    servers: parts.reduce((sum, { servers }) => sum + servers, 0),
    lifecycles,
    replications,
    lagSeconds: extentOf(parts.flatMap(({ lagSeconds }) => lagSeconds ?? [])),
    backlogBytes: extentOf(parts.flatMap(({ backlogBytes }) => backlogBytes ?? [])),
  };
}

function extentOf(extents: readonly Extent[]): Extent | null {
  return extents.length === 0
    ? null
    : extents.reduce((a, b) => ({ max: Math.max(a.max, b.max), sum: a.sum + b.sum }));
}

const shards = 64;

/** Names the part of a census that a server is kept in, so that a change writes little. */
export function shardOf(sourceServerId: string): string {
  const digits = Number.parseInt(sourceServerId.slice(-2), 16);
  return String(Number.isNaN(digits) ? 0 : digits % shards).padStart(2, '0');
}
