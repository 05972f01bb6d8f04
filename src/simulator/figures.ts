import type { JsonObject } from './json.ts';
import type { RegionState } from './region-state.ts';
import { type Phase, type ServerState, type SourceServer, stepList } from './source-server.ts';

/** What the service measures of a server's replication at an instant. */
export interface Figures {
  readonly state: string;
  readonly lagMs?: number | undefined;
  readonly lastSnapshotAt?: number | undefined;
  readonly etaAt?: number;
  /** How much of what was missing on the disks has been copied, 0 to 1. */
  readonly synced?: number;
  /** How much of the disks the current rescan has read; the disks' own value when absent. */
  readonly rescanned?: number;
  /** Bytes written at the source and not yet copied; the disks' own values when absent. */
  readonly backlog?: number;
  readonly steps?: readonly JsonObject[];
  readonly error?: JsonObject | undefined;
}

/** Computes a server's figures at an instant; undefined for an inert server, whose document stands. */
export function figuresOf(
  region: RegionState,
  server: SourceServer,
  state: ServerState,
  at: number,
): Figures | undefined {
  const { phase } = state;
  const agentless = state.replicationType === 'SNAPSHOT_SHIPPING';
  const lag = (behindSince: number | undefined): number | undefined => {
    if (!state.launchable) return undefined;
    const from = agentless ? state.lastSnapshotAt : behindSince;
    return from === undefined ? undefined : Math.max(0, at - from);
  };
  const { lastSnapshotAt } = state;
  switch (phase.kind) {
    case 'inert':
      return undefined;
    case 'stopped':
      return { state: 'STOPPED' };
    case 'disconnected':
      return { state: 'DISCONNECTED' };
    case 'initiating':
      return {
        state: agentless ? 'PENDING_SNAPSHOT_SHIPPING' : 'INITIATING',
        lagMs: lag(phase.behindSince),
        lastSnapshotAt,
        steps: stepsAt(phase, at),
      };
    case 'syncing':
      return {
        state: agentless ? 'SHIPPING_SNAPSHOT' : 'INITIAL_SYNC',
        lagMs: lag(undefined),
        lastSnapshotAt,
        synced: phase.flow.bytes === 0 ? 1 : region.link.served(phase.flow, at) / phase.flow.bytes,
        etaAt: region.link.eta(phase.flow, at),
        backlog: agentless ? 0 : syncBacklog(region, server, phase.startedAt, at),
      };
    case 'flushing': {
      const through =
        phase.flow.bytes === 0 ? 1 : region.link.served(phase.flow, at) / phase.flow.bytes;
      const behind = lag(phase.behindSince);
      return {
        state: 'BACKLOG',
        lagMs: behind === undefined ? undefined : behind * (1 - through),
        lastSnapshotAt,
        backlog: Math.floor(phase.backlog * (1 - through)),
      };
    }
    case 'rescanning': {
      const span = phase.endsAt - phase.startedAt;
      const through = span <= 0 ? 1 : (at - phase.startedAt) / span;
      return {
        state: 'RESCAN',
        lagMs: lag(phase.behindSince),
        lastSnapshotAt,
        rescanned: phase.fromShare + (1 - phase.fromShare) * Math.min(1, Math.max(0, through)),
        backlog: 0,
      };
    }
    case 'snapshotting':
      return {
        state: agentless ? 'SHIPPING_SNAPSHOT' : 'CREATING_SNAPSHOT',
        lagMs: state.launchable ? 0 : undefined,
        lastSnapshotAt,
        backlog: 0,
      };
    case 'continuous':
      return continuousAt(region, server, state, phase, at);
    case 'cycling':
      return cyclingAt(region, server, state, phase, at);
    case 'diverging':
      return {
        state: 'BACKLOG',
        lagMs: lag(phase.behindSince),
        lastSnapshotAt,
        backlog: Math.floor(phase.backlog + region.changePerMs(server) * 4 * (at - phase.since)),
      };
    case 'frozen':
      return {
        state: phase.shown,
        lagMs: lag(phase.behindSince),
        lastSnapshotAt,
        backlog: phase.backlog,
        error: phase.error,
      };
  }
}

/** Answers how long a shipping cycle takes; the same cycle always takes the same time. */
export function cycleMs(
  region: RegionState,
  server: SourceServer,
  salt: number,
  k: number,
): number {
  const { parameters, chance } = region.world;
  const period = parameters.agentlessCycleMinutes * 60_000;
  const fixed =
    chance.between(parameters.agentlessSnapshotSeconds, 'cycle', server.id, salt, k) * 1000;
  const changed =
    region.changePerMs(server) * period * (0.5 + chance.unit('churn', server.id, salt, k));
  // A cycle that took longer than its period would starve the next; AWS documents no overlap.
  return Math.min(0.8 * period, fixed + changed / (parameters.agentlessCycleMBps * 1000));
}

function stepsAt(phase: Extract<Phase, { kind: 'initiating' }>, at: number): readonly JsonObject[] {
  const ended = phase.ends.filter((end) => end <= at).length;
  return stepList(phase.firstStep + ended, 'IN_PROGRESS');
}

// Writes during the sync travel with it; what waits at any time is at most the last half hour's.
function syncBacklog(
  region: RegionState,
  server: SourceServer,
  startedAt: number,
  at: number,
): number {
  const waited = Math.min(1_800_000, Math.max(0, at - startedAt));
  const before = server.state.disks.reduce((sum, disk) => sum + disk.backlogged, 0);
  return Math.floor(before + region.changePerMs(server) * waited);
}

function continuousAt(
  region: RegionState,
  server: SourceServer,
  state: ServerState,
  phase: Extract<Phase, { kind: 'continuous' }>,
  at: number,
): Figures {
  const { parameters } = region.world;
  const { launchable } = state;
  const every = parameters.agentSnapshotMinutes * 60_000;
  const lastSnapshotAt =
    state.lastSnapshotAt === undefined
      ? undefined
      : state.lastSnapshotAt + Math.max(0, Math.floor((at - state.lastSnapshotAt) / every)) * every;
  const left = Math.max(0, phase.lag - (at - phase.since));
  if (left > 0) {
    return { state: 'CONTINUOUS', lagMs: launchable ? left : undefined, lastSnapshotAt };
  }
  const behind = episodeLag(region, server, phase.since, at);
  return {
    state: behind > 0 ? 'BACKLOG' : 'CONTINUOUS',
    lagMs: launchable ? behind : undefined,
    lastSnapshotAt,
    backlog: Math.floor(region.changePerMs(server) * 4 * behind),
  };
}

// A burst of writes: the lag rises to the middle of the episode and falls to its end.
function episodeLag(region: RegionState, server: SourceServer, since: number, at: number): number {
  const { parameters, chance } = region.world;
  const slotMs = parameters.backlogEpisodeHours * 3_600_000;
  const slot = Math.floor(at / slotMs);
  if (chance.unit('burst', server.id, slot) >= parameters.backlogEpisodeShare) return 0;
  const length = Math.min(
    slotMs,
    chance.between(parameters.backlogEpisodeMinutes, 'burst length', server.id, slot) * 60_000,
  );
  const start = slot * slotMs + (slotMs - length) * chance.unit('burst start', server.id, slot);
  if (start < since || at < start || at > start + length) return 0;
  return Math.min(at - start, start + length - at);
}

function cyclingAt(
  region: RegionState,
  server: SourceServer,
  state: ServerState,
  phase: Extract<Phase, { kind: 'cycling' }>,
  at: number,
): Figures {
  const period = region.world.parameters.agentlessCycleMinutes * 60_000;
  const k = Math.floor((at - phase.origin) / period);
  const start = phase.origin + k * period;
  const length = k < 0 ? 0 : cycleMs(region, server, phase.salt, k);
  const shipping = k >= 0 && at < start + length;
  const before = k <= 0 ? state.lastSnapshotAt : start - period;
  const lastSnapshotAt = k < 0 || shipping ? before : start;
  return {
    state: shipping ? 'SHIPPING_SNAPSHOT' : 'PENDING_SNAPSHOT_SHIPPING',
    lagMs: state.launchable && lastSnapshotAt !== undefined ? at - lastSnapshotAt : undefined,
    lastSnapshotAt,
    backlog: shipping
      ? Math.floor(region.changePerMs(server) * period * (1 - (at - start) / length))
      : 0,
  };
}
