import { launchesAs } from './ec2/launch-templates.ts';
import { cycleMs } from './figures.ts';
import type { Job, JobServer } from './job.ts';
import { type JsonObject, objectAt, objectsAt, textAt } from './json.ts';
import { runLaunch } from './launch.ts';
import type { RegionState } from './region-state.ts';
import { becomeReady, cycle, initiate, rescan, settle, steady, transfer } from './replication.ts';
import {
  initiationSteps,
  lifeCycleStates,
  type Phase,
  type SourceServer,
  type StallCause,
} from './source-server.ts';
import { durationMs, stampMs } from './wire-time.ts';

/** Sets a loaded server going from where its document says it is; unknown states stay as they are. */
export function setGoing(region: RegionState, server: SourceServer): void {
  if (!lifeCycleStates.some((state) => state === server.lifeCycleState)) return;
  setReplicationGoing(region, server);
}

/** Sets the replication of a loaded server going, whatever its life cycle. */
export function setReplicationGoing(region: RegionState, server: SourceServer): void {
  const info = objectAt(server.document, 'dataReplicationInfo');
  const { now, chance, parameters } = region.world;
  const { launchable, disks } = server.state;
  const lag = durationMs(textAt(info, 'lagDuration'));
  const behindSince = lag === undefined ? undefined : now - lag;
  const waiting = disks.reduce((sum, disk) => sum + disk.backlogged, 0);
  const wire = textAt(info, 'dataReplicationState');
  const held = (shown: string) =>
    region.change(server, { phase: frozen(region, server, shown, behindSince) });
  switch (wire) {
    case 'STOPPED':
      region.change(server, { phase: { kind: 'stopped' } });
      break;
    case 'DISCONNECTED':
      region.change(server, { phase: { kind: 'disconnected' } });
      break;
    case 'INITIATING':
      initiateFrom(region, server, behindSince);
      break;
    case 'INITIAL_SYNC':
      transfer(region, server);
      break;
    case 'CONTINUOUS':
      steady(region, server, lag ?? 0);
      if (!launchable) firstSnapshotLater(region, server);
      break;
    case 'BACKLOG':
    case 'CREATING_SNAPSHOT':
      settle(region, server, waiting, behindSince);
      break;
    case 'RESCAN': {
      const read = disks.reduce((sum, disk) => sum + disk.rescanned, 0);
      // Holding it first keeps the lag that the rescan goes on from.
      held(wire);
      rescan(region, server, server.totalBytes === 0 ? 0 : read / server.totalBytes);
      break;
    }
    case 'PAUSED':
      held(wire);
      break;
    case 'STALLED':
      held(wire);
      server.cause = loadedCause(info, parameters.loadedStallClears);
      break;
    case 'PENDING_SNAPSHOT_SHIPPING':
      if (launchable) steady(region, server, 0);
      else initiateFrom(region, server, behindSince);
      break;
    case 'SHIPPING_SNAPSHOT':
      if (launchable) {
        const inFlight = 0.2 + 0.6 * chance.unit('cycle in flight', server.id);
        cycle(region, server, now - Math.round(cycleMs(region, server, now, 0) * inFlight));
      } else transfer(region, server);
      break;
    default:
      break;
  }
}

/** Rebuilds the jobs and instances that the loaded servers name, and goes on with launches under way. */
export function loadLaunches(region: RegionState): void {
  const past = new Map<
    string,
    { at: number; kind: 'test-launch' | 'cutover-launch'; servers: SourceServer[] }
  >();
  for (const server of region.servers) {
    const { lifeCycle, launched } = server.state;
    for (const [last, kind] of [
      ['lastTest', 'test-launch'],
      ['lastCutover', 'cutover-launch'],
    ] as const) {
      const initiated = objectAt(objectAt(lifeCycle, last), 'initiated');
      const id = textAt(initiated, 'jobID');
      if (id === undefined) continue;
      server.launches[kind] += 1;
      const at = stampMs(textAt(initiated, 'apiCallDateTime')) ?? region.world.startAt;
      const job = past.get(id) ?? { at, kind, servers: [] };
      job.servers.push(server);
      past.set(id, job);
    }
    if (launched.instanceId !== undefined) loadInstance(region, server, launched.instanceId);
  }
  for (const [id, { at, kind, servers }] of past) {
    const underWay = servers.filter((server) => awaitsLaunch(server, kind, id));
    if (underWay.length > 0) {
      for (const server of underWay) server.launches[kind] -= 1;
      runLaunch(region, kind, { servers: underWay, tags: {}, id, createdAt: at });
    } else region.jobs.set(id, pastJob(region, { id, at, kind, servers }));
  }
}

function awaitsLaunch(
  server: SourceServer,
  kind: 'test-launch' | 'cutover-launch',
  id: string,
): boolean {
  const state = kind === 'test-launch' ? 'TESTING' : 'CUTTING_OVER';
  const last = kind === 'test-launch' ? 'lastTest' : 'lastCutover';
  const initiated = objectAt(objectAt(server.state.lifeCycle, last), 'initiated');
  return (
    server.lifeCycleState === state &&
    initiated['jobID'] === id &&
    server.state.launched.jobId !== id &&
    server.state.launched.instanceId === undefined
  );
}

function loadInstance(region: RegionState, server: SourceServer, id: string): void {
  const { chance, parameters, now } = region.world;
  const { instanceType, subnetId } = launchesAs(region, server);
  region.instances.set(id, {
    id,
    launchedAt: now,
    checksOkAt: now,
    impaired: false,
    terminatedAt: undefined,
    instanceType,
    ...(subnetId === undefined ? {} : { subnetId }),
  });
  const { launched } = server.state;
  if (launched.document['firstBoot'] !== 'WAITING') return;
  const boots = chance.between(parameters.firstBootSeconds, 'boot', 'loaded', server.id) * 1000;
  region.change(server, { launched: { ...launched, bootsAt: now + Math.round(boots) } });
}

function pastJob(
  region: RegionState,
  past: {
    readonly id: string;
    readonly at: number;
    readonly kind: 'test-launch' | 'cutover-launch';
    readonly servers: readonly SourceServer[];
  },
): Job {
  const endsAt = Math.min(region.world.now, past.at + 600_000);
  const servers = past.servers.map((server): JobServer => {
    const kept = server.state.launched.jobId === past.id;
    return {
      serverId: server.id,
      startsAt: past.at,
      endsAt,
      outcome: kept ? 'LAUNCHED' : 'TERMINATED',
      instanceId: kept ? server.state.launched.instanceId : undefined,
      instanceFrom: endsAt,
      log: [],
      actions: [],
      firstBoot: 'SUCCEEDED',
      cleanedAt: undefined,
      snapshotAt: undefined,
    };
  });
  return {
    id: past.id,
    arn: region.arn('job', past.id),
    type: 'LAUNCH',
    initiatedBy: past.kind === 'test-launch' ? 'START_TEST' : 'START_CUTOVER',
    createdAt: past.at,
    startsAt: past.at,
    endsAt,
    servers,
    log: [
      { at: past.at, event: 'JOB_START', data: {} },
      { at: endsAt, event: 'JOB_END', data: {} },
    ],
    tags: {},
  };
}

function initiateFrom(
  region: RegionState,
  server: SourceServer,
  behindSince: number | undefined,
): void {
  const { initiation } = server.state;
  const steps = objectsAt(initiation ?? {}, 'steps');
  const next = steps.findIndex(
    (step) => step['status'] !== 'SUCCEEDED' && step['status'] !== 'SKIPPED',
  );
  if (steps.length > 0 && next < 0) {
    transfer(region, server);
    return;
  }
  initiate(region, server, Math.min(Math.max(0, next), initiationSteps.length - 1), behindSince);
  // The attempt began when the document says.
  const began = initiation?.['startDateTime'];
  if (began === undefined) return;
  region.change(server, { initiation: { ...server.state.initiation, startDateTime: began } });
}

function frozen(
  region: RegionState,
  server: SourceServer,
  shown: string,
  behindSince: number | undefined,
): Phase {
  const info = objectAt(server.document, 'dataReplicationInfo');
  const error = objectAt(info, 'dataReplicationError');
  const { disks, initiation } = server.state;
  const steps = objectsAt(initiation ?? {}, 'steps');
  const initiated = steps.every((step) => step['status'] === 'SUCCEEDED');
  return {
    kind: 'frozen',
    shown,
    at: region.world.now,
    backlog: disks.reduce((sum, disk) => sum + disk.backlogged, 0),
    behindSince,
    error: Object.keys(error).length === 0 ? undefined : error,
    resume: initiated ? 'transfer' : 'initiation',
  };
}

function loadedCause(info: JsonObject, clears: 'never' | 'retry'): StallCause {
  const error = objectAt(info, 'dataReplicationError');
  return {
    errorClass: textAt(error, 'error') ?? 'UNKNOWN',
    rawError: textAt(error, 'rawError'),
    clears,
    retriesLeft: 1,
  };
}

function firstSnapshotLater(region: RegionState, server: SourceServer): void {
  const { now, chance, parameters } = region.world;
  const takes = chance.between(parameters.firstSnapshotSeconds, 'first snapshot', server.id) * 1000;
  region.later(server, now + takes, () => {
    region.change(server, { launchable: true, lastSnapshotAt: region.world.now });
    becomeReady(region, server);
  });
}
