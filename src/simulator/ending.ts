import { type JsonObject, textAt } from './json.ts';
import { isRunning, type RegionState } from './region-state.ts';
import { freeze, hear } from './replication.ts';
import { type ServerState, type SourceServer, stepList } from './source-server.ts';
import { durationText, stamp } from './wire-time.ts';

/**
 * Ends replication for good: DISCONNECTED, lag and snapshot gone, disk sizes zero after the clean-up. An agent
 * that stays goes on to be seen.
 */
export function disconnect(
  region: RegionState,
  server: SourceServer,
  agent: 'uninstalls' | 'stays' = 'uninstalls',
): void {
  const { now, parameters, chance } = region.world;
  const form = parameters.timestampForm;
  if (agent === 'uninstalls') hear(region, server, false);
  freeze(region, server, undefined, undefined);
  region.change(server, {
    phase: { kind: 'disconnected' },
    launchable: false,
    lastSnapshotAt: undefined,
    lifeCycle: withElapsed(region, server.state),
    initiation: {
      ...server.state.initiation,
      startDateTime: stamp(now, form),
      steps: stepList(0),
    },
  });
  server.cause = undefined;
  const zeroes = parameters.disconnectZeroesStorage;
  if (zeroes === 'never') return;
  const cleanup = chance.between(parameters.cleanupAfterDisconnectMinutes, 'cleanup', server.id);
  const zero = () => {
    region.change(server, {
      disks: server.state.disks.map((disk) => ({
        ...disk,
        total: 0,
        replicated: 0,
        rescanned: 0,
        backlogged: 0,
      })),
    });
  };
  if (zeroes === 'at-once') zero();
  else region.later(server, now + cleanup * 60_000, zero);
}

/** Stops replication: snapshots and volumes are deleted, a restart begins with the initial sync. */
export function stopReplication(region: RegionState, server: SourceServer): void {
  const wasRunning = isRunning(server.state.phase);
  region.change(server, {
    phase: { kind: 'stopped' },
    launchable: false,
    lastSnapshotAt: undefined,
    lifeCycle: {
      ...(wasRunning ? withElapsed(region, server.state) : server.state.lifeCycle),
      state: 'STOPPED',
    },
    disks: server.state.disks.map((disk) => ({
      ...disk,
      replicated: 0,
      rescanned: 0,
      backlogged: 0,
    })),
    initiation: { ...server.state.initiation, steps: stepList(0) },
  });
  server.cause = undefined;
}

function withElapsed(region: RegionState, state: ServerState): JsonObject {
  const addedAt = Date.parse(textAt(state.lifeCycle, 'addedToServiceDateTime') ?? '');
  return Number.isNaN(addedAt)
    ? state.lifeCycle
    : { ...state.lifeCycle, elapsedReplicationDuration: durationText(region.world.now - addedAt) };
}
