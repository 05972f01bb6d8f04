import { type JsonObject, objectAt, textAt } from '../json.ts';
import { setReplicationGoing } from '../load-fleet.ts';
import type { SourceServer } from '../source-server.ts';
import { durationMs, stampMs } from '../wire-time.ts';
import { later } from './appointments.ts';
import { keepInstance } from './instances-of-server.ts';
import { type Drs, recordOf } from './part.ts';
import type { JobRecord, JobServerRecord, Outcome } from './records.ts';
import { runRecovery } from './recovery-launch.ts';
import { takesPoints } from './recovery-points.ts';

/** Adds a source server of the fleet. */
export function loadServer(drs: Drs, id: string, arn: string, document: JsonObject): SourceServer {
  const server = drs.engine.add(id, arn, document);
  const record = recordOf(drs.records, id);
  const staging = objectAt(document, 'stagingArea');
  record.stagingArn = textAt(staging, 'stagingSourceServerArn');
  record.reversedArn = textAt(document, 'reversedDirectionSourceServerArn');
  return server;
}

/** Sets the loaded servers going from where their documents say they are, with their past and their launches. */
export function setServersGoing(drs: Drs): void {
  for (const server of drs.engine.servers) loadNetwork(drs, server);
  for (const server of drs.engine.servers) {
    const { stagingArn } = recordOf(drs.records, server.id);
    const disconnected = stateIn(server.document) === 'DISCONNECTED';
    // The replication of an extended server is that of its staging server, where that is loaded too.
    if (stagingArn === undefined || disconnected) {
      loadPoints(drs, server);
      setReplicationGoing(drs.engine, server);
    }
  }
  loadLaunches(drs);
}

/** A source network that a server of the fleet names is there. */
function loadNetwork(drs: Drs, { document }: SourceServer): void {
  const id = textAt(document, 'sourceNetworkID');
  const { chance, now, parameters } = drs.region.world;
  const { accountId, region } = drs.region;
  if (id === undefined || drs.records.networks.has(id)) return;
  const origin = objectAt(document, 'sourceCloudProperties');
  const since = parameters.drsLoadedNetworks === 'PROTECTED' ? now : undefined;
  drs.records.networks.set(id, {
    id,
    vpcId: `vpc-${chance.hex17('source vpc', accountId, region, id)}`,
    accountId: textAt(origin, 'originAccountID') ?? accountId,
    region: textAt(origin, 'originRegion') ?? region,
    tags: {},
    replicatesSince: since,
    protectedAt: since,
    stackName: undefined,
    stacks: [],
    recovery: undefined,
    launchedVpcId: undefined,
  });
}

function stateIn(document: JsonObject): string | undefined {
  return textAt(objectAt(document, 'dataReplicationInfo'), 'dataReplicationState');
}

// The snapshots of the past: taken from the first byte until the lag began.
function loadPoints(drs: Drs, server: SourceServer): void {
  const { parameters, now } = drs.region.world;
  const info = objectAt(server.document, 'dataReplicationInfo');
  const lag = durationMs(textAt(info, 'lagDuration'));
  if (!parameters.drsLoadedServersHavePits || lag === undefined) return;
  const lifeCycle = objectAt(server.document, 'lifeCycle');
  const began =
    stampMs(textAt(lifeCycle, 'firstByteDateTime')) ??
    stampMs(textAt(lifeCycle, 'addedToServiceDateTime'));
  if (began === undefined || began >= now - lag || takesPoints(server.state)) return;
  recordOf(drs.records, server.id).points = { spans: [{ from: began, to: now - lag }], kept: [] };
}

interface PastLaunch {
  readonly at: number;
  readonly isDrill: boolean;
  readonly servers: SourceServer[];
}

/** Rebuilds the jobs and recovery instances that the loaded servers name, and goes on with launches under way. */
function loadLaunches(drs: Drs): void {
  const past = new Map<string, PastLaunch>();
  for (const server of drs.engine.servers) {
    const initiated = initiatedIn(server);
    const id = textAt(initiated, 'jobID');
    const isDrill = initiated['type'] === 'DRILL';
    const at = stampMs(textAt(initiated, 'apiCallDateTime')) ?? drs.region.world.startAt;
    if (id !== undefined) {
      const launch = past.get(id) ?? { at, isDrill, servers: [] };
      launch.servers.push(server);
      past.set(id, launch);
    }
    loadInstance(drs, server, { jobId: id, at, isDrill });
  }
  for (const [id, { at, isDrill, servers }] of past) {
    const underWay = servers.filter((server) => isUnderWay(server));
    if (underWay.length === 0) {
      drs.records.jobs.set(id, pastJob(drs, id, { at, isDrill, servers }));
      continue;
    }
    runRecovery(drs, {
      isDrill,
      servers: underWay.map((server) => ({ server, point: undefined })),
      tags: {},
      id,
      createdAt: at,
    });
  }
}

function initiatedIn(server: SourceServer): JsonObject {
  return objectAt(objectAt(objectAt(server.document, 'lifeCycle'), 'lastLaunch'), 'initiated');
}

function isUnderWay(server: SourceServer): boolean {
  const lastLaunch = objectAt(objectAt(server.document, 'lifeCycle'), 'lastLaunch');
  return ['PENDING', 'IN_PROGRESS'].includes(textAt(lastLaunch, 'status') ?? '');
}

function loadInstance(
  drs: Drs,
  server: SourceServer,
  launch: { readonly jobId: string | undefined; readonly at: number; readonly isDrill: boolean },
): void {
  const id = textAt(server.document, 'recoveryInstanceId');
  if (id === undefined) return;
  const cloud = objectAt(server.document, 'sourceCloudProperties');
  const { now, chance } = drs.region.world;
  drs.region.instances.set(id, {
    id,
    launchedAt: Math.min(launch.at, now - 60_000),
    checksOkAt: now,
    impaired: false,
    terminatedAt: undefined,
  });
  keepInstance(drs, {
    id,
    jobId: launch.jobId ?? `drsjob-${chance.hex17('drs loaded job', id)}`,
    sourceServerId: server.id,
    isDrill: launch.isDrill,
    pointInTimeAt: launch.at,
    from: Math.min(launch.at, now),
    goneAt: undefined,
    origin: textAt(cloud, 'originRegion') === undefined ? 'ON_PREMISES' : 'AWS',
    originAvailabilityZone: textAt(cloud, 'originAvailabilityZone'),
    disks: server.state.disks.map((disk) => ({
      deviceName: textAt(disk.known, 'deviceName') ?? '',
      bytes: disk.total,
    })),
    disconnectedAt: undefined,
    tags: {},
    replicationConfiguration: {},
    reversal: undefined,
    failback: undefined,
  });
  const boots = drs.region.world.parameters.drsFailbackClientBootsAfterMinutes;
  const isLive = textAt(cloud, 'originRegion') === undefined && !launch.isDrill;
  if (!isLive || boots === 'never') return;
  // Its launch is long ago: a person boots the client so long after the beginning.
  later(drs, now + boots * 60_000, { kind: 'client-boots', instanceId: id });
}

function pastJob(drs: Drs, id: string, launch: PastLaunch): JobRecord {
  const { at, isDrill, servers } = launch;
  const endsAt = Math.min(drs.region.world.now, at + 600_000);
  const parts = servers.map((server): JobServerRecord => {
    const failed = server.document['lastLaunchResult'] === 'FAILED';
    const instanceId = textAt(server.document, 'recoveryInstanceId');
    const outcome: Outcome = failed
      ? 'FAILED'
      : instanceId === undefined
        ? 'TERMINATED'
        : 'LAUNCHED';
    return {
      serverId: server.id,
      startsAt: at,
      endsAt,
      outcome,
      instanceId,
      instanceFrom: endsAt,
      runs: [],
    };
  });
  return {
    id,
    type: 'LAUNCH',
    initiatedBy: isDrill ? 'START_DRILL' : 'START_RECOVERY',
    createdAt: at,
    startsAt: at,
    endsAt,
    servers: parts,
    networks: [],
    log: [
      { at, event: 'JOB_START', data: {} },
      { at: endsAt, event: 'JOB_END', data: {} },
    ],
    tags: {},
  };
}
