import { figuresOf } from './figures.ts';
import { type JsonObject, textAt } from './json.ts';
import { setLifeCycleState } from './life-cycle.ts';
import { isRunning, type RegionState } from './region-state.ts';
import { disksAt } from './server-document.ts';
import {
  discoveredDisks,
  initiationSteps,
  type Phase,
  type SourceServer,
  type StallCause,
  stepList,
} from './source-server.ts';
import { lastHeartbeat } from './vcenter-client.ts';
import { stamp } from './wire-time.ts';

/** Starts replication from nothing: initiation, initial sync, first launchable snapshot. */
export function startReplication(region: RegionState, server: SourceServer): void {
  const { now } = region.world;
  const { state } = server;
  const found = state.disks.length > 0 ? state.disks : discoveredDisks(server.document);
  region.change(server, {
    phase: { kind: 'stopped' },
    lifeCycle: { ...state.lifeCycle, state: 'NOT_READY' },
    disks: found.map((disk) => ({ ...disk, replicated: 0, rescanned: 0, backlogged: 0 })),
    launchable: false,
    lastSnapshotAt: undefined,
    heartbeat: { from: state.heartbeat.from ?? now, alive: true },
  });
  server.cause = undefined;
  initiate(region, server, 0, undefined);
}

/** Runs the initiation steps from one on; afterwards data flow. */
export function initiate(
  region: RegionState,
  server: SourceServer,
  firstStep: number,
  behindSince: number | undefined,
): void {
  const { world } = region;
  const { parameters, chance, now } = world;
  let at = now;
  const ends = parameters.initiationStepSeconds.slice(firstStep).map((seconds, i) => {
    const spread = parameters.initiationSpread * (2 * chance.unit('step', server.id, now, i) - 1);
    at += Math.round(seconds * (1 + spread) * 1000);
    return at;
  });
  const form = parameters.timestampForm;
  region.change(server, {
    phase: { kind: 'initiating', firstStep, ends, behindSince },
    initiation: {
      ...server.state.initiation,
      startDateTime: stamp(now, form),
      nextAttemptDateTime: stamp(now, form),
      steps: stepList(firstStep, 'IN_PROGRESS'),
    },
  });
  watchInitiation(region, server, ends);
}

// What ends an initiation: a step that fails, or its last step.
function watchInitiation(region: RegionState, server: SourceServer, ends: readonly number[]): void {
  const { world } = region;
  world.reached(region, server, 'initiation');
  const { cause } = server;
  const failing = cause === undefined ? -1 : stepOf(cause);
  const failsAt = ends[failing - (initiationSteps.length - ends.length)];
  if (cause !== undefined) {
    const at = failsAt ?? world.now + world.parameters.retryFailsAgainSeconds * 1000;
    region.later(server, at, () => {
      if (server.cause === cause) stall(region, server, cause);
    });
  }
  region.later(server, ends.at(-1) ?? world.now, () => {
    if (server.cause === undefined || failing < 0) transfer(region, server);
  });
}

function stepOf(cause: StallCause): number {
  return initiationSteps.findIndex((name) => `FAILED_TO_${name}` === cause.errorClass);
}

/** Lets data flow: the rest of the initial sync, or what a launchable server missed. */
export function transfer(region: RegionState, server: SourceServer): void {
  const { now } = region.world;
  const { state } = server;
  const { phase } = state;
  region.change(server, {
    ...(state.initiation === undefined
      ? {}
      : { initiation: { ...state.initiation, steps: stepList(initiationSteps.length) } }),
    ...(textAt(state.lifeCycle, 'firstByteDateTime') === undefined
      ? {
          lifeCycle: {
            ...state.lifeCycle,
            firstByteDateTime: stamp(now, region.world.parameters.timestampForm),
          },
        }
      : {}),
  });
  if (!state.launchable) {
    sync(region, server);
    return;
  }
  const behindSince = 'behindSince' in phase ? phase.behindSince : undefined;
  const missed = behindSince === undefined ? 0 : region.changePerMs(server) * (now - behindSince);
  settle(region, server, missed, behindSince);
}

function sync(region: RegionState, server: SourceServer): void {
  const { now } = region.world;
  const left = server.state.disks.reduce(
    (sum, disk) => sum + Math.max(0, disk.total - disk.replicated),
    0,
  );
  const flow = region.link.start(left, now, () => synced(region, server));
  region.change(server, { phase: { kind: 'syncing', startedAt: now, flow } });
  region.world.reached(region, server, 'initial-sync');
}

function synced(region: RegionState, server: SourceServer): void {
  const { phase } = server.state;
  if (phase.kind !== 'syncing') return;
  const { now } = region.world;
  const disks = server.state.disks.map((disk) => ({
    ...disk,
    replicated: disk.total,
    rescanned: disk.total,
    backlogged: 0,
  }));
  const waiting = figuresOf(region, server, server.state, now)?.backlog ?? 0;
  region.change(server, {
    disks,
    // The first cycle ships the snapshot that was taken at its start.
    ...(server.agentless ? { lastSnapshotAt: phase.startedAt } : {}),
  });
  if (server.agentless) snapshot(region, server);
  else flush(region, server, waiting, undefined);
}

/** Brings a launchable server back to its steady state. */
export function settle(
  region: RegionState,
  server: SourceServer,
  missed: number,
  behindSince: number | undefined,
): void {
  if (server.agentless) cycle(region, server, region.world.now + 60_000);
  else flush(region, server, missed, behindSince);
}

function flush(
  region: RegionState,
  server: SourceServer,
  backlog: number,
  behindSince: number | undefined,
): void {
  const { now } = region.world;
  const flow = region.link.start(backlog, now, () => {
    if (server.state.phase.kind === 'flushing' && server.state.phase.flow === flow) {
      snapshot(region, server);
    }
  });
  region.change(server, { phase: { kind: 'flushing', flow, backlog, behindSince } });
}

function snapshot(region: RegionState, server: SourceServer): void {
  const { now, chance, parameters } = region.world;
  region.change(server, { phase: { kind: 'snapshotting', startedAt: now } });
  const takes = chance.between(parameters.firstSnapshotSeconds, 'snapshot', server.id, now) * 1000;
  region.later(server, now + takes, () => {
    const first = !server.state.launchable;
    region.change(server, {
      launchable: true,
      ...(server.agentless ? {} : { lastSnapshotAt: now }),
    });
    steady(region, server, 0);
    if (first) becomeReady(region, server);
  });
}

/** Marks the first launchable snapshot: READY_FOR_TEST, with the one native life-cycle event. */
export function becomeReady(region: RegionState, server: SourceServer): void {
  if (server.lifeCycleState !== 'NOT_READY') return;
  setLifeCycleState(region, server, 'READY_FOR_TEST');
  if (server.toldReadyForTest) return;
  server.toldReadyForTest = true;
  region.world.tell(region, server, 'MGN Source Server Lifecycle State Change', {
    state: 'READY_FOR_TEST',
  });
}

/** Puts a server into its steady state; `lag` is what it still catches up. */
export function steady(region: RegionState, server: SourceServer, lag: number): void {
  const { now, parameters, chance } = region.world;
  if (server.agentless) {
    const period = parameters.agentlessCycleMinutes * 60_000;
    const origin =
      Math.max(now, (server.state.lastSnapshotAt ?? now) + period) +
      Math.round(60_000 * chance.unit('cycle phase', server.id));
    cycle(region, server, origin);
  } else {
    region.change(server, { phase: { kind: 'continuous', since: now, lag } });
    region.world.reached(region, server, 'continuous');
  }
}

/** Starts the shipping cycles of an agentless server at an instant. */
export function cycle(region: RegionState, server: SourceServer, origin: number): void {
  region.change(server, { phase: { kind: 'cycling', origin, salt: region.world.now } });
  region.world.reached(region, server, 'continuous');
}

/** Stops all movement where it is; `resume` later goes on from there. */
export function freeze(
  region: RegionState,
  server: SourceServer,
  shown: string | undefined,
  error: JsonObject | undefined,
): void {
  const { now } = region.world;
  const { state } = server;
  const figures = figuresOf(region, server, state, now);
  if (figures === undefined) return;
  const { phase } = state;
  const list = disksAt(state.disks, figures);
  const lastSnapshotAt = figures.lastSnapshotAt;
  region.change(server, {
    phase: {
      kind: 'frozen',
      shown: shown ?? figures.state,
      at: now,
      backlog: figures.backlog ?? state.disks.reduce((sum, disk) => sum + disk.backlogged, 0),
      behindSince: figures.lagMs === undefined ? undefined : now - figures.lagMs,
      error,
      resume:
        phase.kind === 'initiating' || (phase.kind === 'frozen' && phase.resume === 'initiation')
          ? 'initiation'
          : 'transfer',
    },
    lastSnapshotAt,
    disks: state.disks.map((disk, i) => ({
      ...disk,
      replicated: Number(list[i]?.['replicatedStorageBytes'] ?? disk.replicated),
      rescanned: Number(list[i]?.['rescannedStorageBytes'] ?? disk.rescanned),
    })),
    ...(figures.steps === undefined || state.initiation === undefined
      ? {}
      : { initiation: { ...state.initiation, steps: figures.steps } }),
  });
}

/** Lets a frozen server go on: initiation starts over, a transfer goes on with what it missed. */
export function resume(region: RegionState, server: SourceServer): void {
  const { phase } = server.state;
  if (phase.kind !== 'frozen') return;
  if (phase.resume === 'initiation') initiate(region, server, 0, phase.behindSince);
  else transfer(region, server);
}

/** Makes a running server STALLED for a cause, and says so. */
export function stall(region: RegionState, server: SourceServer, cause: StallCause): void {
  const { state } = server;
  if (!isRunning(state.phase)) return;
  server.cause = cause;
  const error = {
    error: cause.errorClass,
    ...(cause.rawError === undefined ? {} : { rawError: cause.rawError }),
  };
  const failing = state.phase.kind === 'initiating' ? stepOf(cause) : -1;
  const wasStalled = state.phase.kind === 'frozen' && state.phase.shown === 'STALLED';
  freeze(region, server, 'STALLED', error);
  if (failing >= 0 && server.state.initiation !== undefined) {
    region.change(server, {
      initiation: { ...server.state.initiation, steps: stepList(failing, 'FAILED') },
    });
  }
  if (!wasStalled) tellStalled(region, server, 'STALLED');
}

/** Takes a cause away; a server that it holds goes on, by way of initiation where data never flowed. */
export function cure(region: RegionState, server: SourceServer, cause: StallCause): void {
  if (server.cause !== cause) return;
  server.cause = undefined;
  const { phase } = server.state;
  if (phase.kind !== 'frozen' || phase.shown !== 'STALLED') return;
  tellStalled(region, server, 'NOT_STALLED');
  if (stepOf(cause) >= 0) initiate(region, server, 0, phase.behindSince);
  else resume(region, server);
}

/** Acts on RetryDataReplication at the next handshake: a stalled server's initiation starts over. */
export function retry(region: RegionState, server: SourceServer): void {
  const { chance, parameters, now } = region.world;
  const waits =
    chance.between(parameters.retryHandshakeSeconds, 'handshake', server.id, now) * 1000;
  region.later(server, now + waits, () => {
    const { phase } = server.state;
    const { cause } = server;
    if (phase.kind !== 'frozen' || phase.shown !== 'STALLED' || cause === undefined) return;
    if (cause.clears === 'retry') cause.retriesLeft -= 1;
    const cured = cause.clears === 'retry' && cause.retriesLeft <= 0;
    // A silent agent never shakes hands.
    if (!cured && cause.errorClass === 'AGENT_NOT_SEEN') return;
    if (cured) {
      server.cause = undefined;
      hear(region, server, true);
    }
    tellStalled(region, server, 'NOT_STALLED');
    initiate(region, server, 0, phase.behindSince);
  });
}

/** Starts a rescan: all blocks are read, what changed is sent, then a snapshot makes it consistent. */
export function rescan(region: RegionState, server: SourceServer, fromShare = 0): void {
  const { now, parameters } = region.world;
  const figures = figuresOf(region, server, server.state, now);
  const left = server.totalBytes * (1 - fromShare);
  const endsAt = now + Math.max(1000, left / (parameters.rescanMBps * 1000));
  region.change(server, {
    phase: {
      kind: 'rescanning',
      startedAt: now,
      endsAt,
      fromShare,
      behindSince: now - (figures?.lagMs ?? 0),
    },
    lastSnapshotAt: figures?.lastSnapshotAt,
  });
  region.later(server, endsAt, () => {
    const { phase } = server.state;
    const dirty = parameters.rescanDirtyShare * server.totalBytes;
    const behindSince = phase.kind === 'rescanning' ? phase.behindSince : undefined;
    region.change(server, {
      disks: server.state.disks.map((disk) => ({ ...disk, rescanned: disk.total })),
    });
    flush(region, server, dirty, behindSince);
  });
}

/** Sets whether heartbeats come; a silent server keeps the last one. */
export function hear(region: RegionState, server: SourceServer, alive: boolean): void {
  const { now } = region.world;
  const { heartbeat } = server.state;
  if (heartbeat.alive === alive) return;
  const seen =
    heartbeat.from === undefined
      ? undefined
      : lastHeartbeat(heartbeat.from, server.heartbeatMs, now);
  region.change(server, { heartbeat: { from: alive ? now : seen, alive } });
}

function tellStalled(region: RegionState, server: SourceServer, state: string): void {
  region.world.tell(region, server, 'MGN Source Server Data Replication Stalled Change', { state });
}

/** Answers the phase kinds in which a server is in its steady state. */
export function isSteady(phase: Phase): boolean {
  return phase.kind === 'continuous' || phase.kind === 'cycling';
}
