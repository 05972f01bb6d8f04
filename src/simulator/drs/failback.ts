import { type JsonObject, numberAt } from '../json.ts';
import { disksAt } from '../server-document.ts';
import { initiationSteps } from '../source-server.ts';
import { durationText } from '../wire-time.ts';
import { replicationOf, serverAt } from './extension.ts';
import { type Drs, defined, recordOf, stampOf } from './part.ts';
import type { RecoveryInstanceRecord } from './records.ts';

/** The steps of a failback client before those that every replication has (reference: DRS 1.2). */
const clientSteps = [
  'LINK_FAILBACK_CLIENT_WITH_RECOVERY_INSTANCE',
  'COMPLETE_VOLUME_MAPPING',
  'ESTABLISH_RECOVERY_INSTANCE_COMMUNICATION',
  'DOWNLOAD_REPLICATION_SOFTWARE_TO_FAILBACK_CLIENT',
  'CONFIGURE_REPLICATION_SOFTWARE',
  'PAIR_AGENT_WITH_REPLICATION_SOFTWARE',
  'ESTABLISH_AGENT_REPLICATOR_SOFTWARE_COMMUNICATION',
] as const;

/** How the way back of a recovery instance stands: its `failback` and its `dataReplicationInfo`. */
export interface FailbackShown {
  readonly state: string;
  readonly failback: JsonObject;
  readonly replication: JsonObject;
}

/** Says how the way back of a recovery instance stands at an instant. */
export function failbackAt(drs: Drs, instance: RecoveryInstanceRecord, at: number): FailbackShown {
  const { disconnectedAt, reversal, failback } = instance;
  if (disconnectedAt !== undefined && at >= disconnectedAt) {
    // Volume sizes are zero and the lag is gone at once (API reference, DisconnectRecoveryInstance).
    return shown('FAILBACK_NOT_STARTED', {}, replication(instance, 'DISCONNECTED', undefined));
  }
  if (reversal !== undefined && at >= reversal.at) return acrossRegions(drs, instance, at);
  if (failback !== undefined && at >= failback.bootedAt) return throughClient(drs, instance, at);
  return shown('FAILBACK_NOT_STARTED', {}, replication(instance, 'NOT_STARTED', 0));
}

/** Bytes that came back through the failback client by an instant. */
export function returnedBytes(drs: Drs, instance: RecoveryInstanceRecord, at: number): number {
  const { failback } = instance;
  if (failback === undefined) return 0;
  const { drsFailbackLinkSeconds, drsFailbackMBps } = drs.region.world.parameters;
  const throttle = numberAt(instance.replicationConfiguration, 'bandwidthThrottling');
  // The throttle is in megabits a second; zero means none.
  const perMs = Math.min(
    drsFailbackMBps * 1000,
    throttle > 0 ? throttle * 125 : Number.POSITIVE_INFINITY,
  );
  const from = Math.max(failback.base.at, failback.bootedAt + drsFailbackLinkSeconds * 1000);
  return Math.min(totalBytes(instance), failback.base.bytes + Math.max(0, at - from) * perMs);
}

function throughClient(drs: Drs, instance: RecoveryInstanceRecord, at: number): FailbackShown {
  const { failback } = instance;
  if (failback === undefined) return failbackAt(drs, instance, at);
  const { drsFailbackLinkSeconds } = drs.region.world.parameters;
  const linkMs = drsFailbackLinkSeconds * 1000;
  const linked = linkMs === 0 ? 1 : Math.min(1, (at - failback.bootedAt) / linkMs);
  const total = totalBytes(instance);
  const through = total === 0 ? 1 : returnedBytes(drs, instance, at) / total;
  const done = failback.completesAt !== undefined && at >= failback.completesAt;
  const ready = linked >= 1 && through >= 1;
  const state = done
    ? 'FAILBACK_COMPLETED'
    : ready
      ? 'FAILBACK_READY_FOR_LAUNCH'
      : 'FAILBACK_IN_PROGRESS';
  const firstByteAt = failback.bootedAt + linkMs;
  const replicates = linked < 1 ? 'INITIATING' : ready ? 'CONTINUOUS' : 'INITIAL_SYNC';
  return shown(
    state,
    defined({
      failbackClientID: drs.region.world.chance.uuid('failback client', instance.id),
      failbackJobID: failback.jobId,
      failbackInitiationTime: stampOf(drs, failback.bootedAt),
      failbackClientLastSeenByServiceDateTime: stampOf(drs, Math.floor(at / 60_000) * 60_000),
      failbackToOriginalServer: true,
      firstByteDateTime: at >= firstByteAt ? stampOf(drs, firstByteAt) : undefined,
      elapsedReplicationDuration: spanText(drs, failback.bootedAt, at),
      failbackLaunchType: failback.jobId === undefined ? undefined : 'RECOVERY',
    }),
    {
      ...replication(instance, replicates, linked < 1 ? 0 : through),
      ...(ready ? { lagDuration: spanText(drs, at, at) } : {}),
      dataReplicationInitiation: {
        startDateTime: stampOf(drs, failback.bootedAt),
        steps: clientStepList(linked),
      },
    },
  );
}

function acrossRegions(drs: Drs, instance: RecoveryInstanceRecord, at: number): FailbackShown {
  const { reversal } = instance;
  const placed = serverAt(drs, reversal?.arn);
  const there = placed === undefined ? undefined : replicationOf(placed.drs, placed.server, at);
  const { figures } = there ?? {};
  const started = { failbackInitiationTime: stampOf(drs, reversal?.at ?? at) };
  if (placed === undefined || !placed.drs.records.initialized || figures === undefined) {
    return shown(
      'FAILBACK_LAUNCH_STATE_NOT_AVAILABLE',
      started,
      replication(instance, 'REPLICATION_STATE_NOT_AVAILABLE', undefined),
    );
  }
  const launches = recordOf(placed.drs.records, placed.server.id).launches;
  const launch = launches.findLast((note) => note.at <= at);
  const completes = drs.region.world.parameters.drsAwsFailbackCompletes;
  const completed =
    completes &&
    launch?.type === 'RECOVERY' &&
    launch.outcome === 'LAUNCHED' &&
    at >= launch.endsAt;
  const state = completed ? 'FAILBACK_COMPLETED' : stateOf(figures.state, figures.lagMs);
  const { firstByteDateTime } = placed.server.stateAt(at).lifeCycle;
  return shown(
    state,
    defined({
      ...started,
      failbackJobID: launch?.jobId,
      agentLastSeenByServiceDateTime: stampOf(drs, Math.floor(at / 60_000) * 60_000),
      failbackToOriginalServer: false,
      firstByteDateTime,
      elapsedReplicationDuration: spanText(drs, reversal?.at ?? at, at),
      failbackLaunchType: launch?.type,
    }),
    defined({
      lagDuration: figures.lagMs === undefined ? undefined : spanText(drs, at - figures.lagMs, at),
      etaDateTime: figures.etaAt === undefined ? undefined : stampOf(drs, figures.etaAt),
      replicatedDisks: disksAt(placed.server.stateAt(at).disks, figures),
      dataReplicationState: figures.state,
      dataReplicationError: figures.error,
    }),
  );
}

function stateOf(replicationState: string, lagMs: number | undefined): string {
  switch (replicationState) {
    case 'STALLED':
      return 'FAILBACK_ERROR';
    case 'STOPPED':
    case 'DISCONNECTED':
      return 'FAILBACK_NOT_READY_FOR_LAUNCH';
    default:
      return lagMs === undefined ? 'FAILBACK_IN_PROGRESS' : 'FAILBACK_READY_FOR_LAUNCH';
  }
}

function shown(state: string, failback: JsonObject, info: JsonObject): FailbackShown {
  return { state, failback: { ...failback, state }, replication: info };
}

function replication(
  instance: RecoveryInstanceRecord,
  state: string,
  through: number | undefined,
): JsonObject {
  return {
    replicatedDisks: instance.disks.map(({ deviceName, bytes }) => ({
      deviceName,
      totalStorageBytes: through === undefined ? 0 : bytes,
      replicatedStorageBytes: through === undefined ? 0 : Math.floor(bytes * through),
      rescannedStorageBytes: 0,
      backloggedStorageBytes: 0,
    })),
    dataReplicationState: state,
  };
}

function clientStepList(linked: number): readonly JsonObject[] {
  const names = [...clientSteps, ...initiationSteps];
  const done = Math.floor(linked * names.length);
  return names.map((name, i) => ({
    name,
    status: i < done ? 'SUCCEEDED' : i === done ? 'IN_PROGRESS' : 'NOT_STARTED',
  }));
}

// The model types these durations as date-times (reference: DRS 8.1).
function spanText(drs: Drs, from: number, to: number): string {
  return drs.region.world.parameters.drsRecoveryInstanceDurations === 'datetime'
    ? stampOf(drs, from)
    : durationText(to - from);
}

function totalBytes(instance: RecoveryInstanceRecord): number {
  return instance.disks.reduce((sum, disk) => sum + disk.bytes, 0);
}
