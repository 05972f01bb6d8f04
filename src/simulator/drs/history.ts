// The simulator's own word on DRS: no call, no record, no fault. Tests hold what Landfall tells against it.
import { figuresOf } from '../figures.ts';
import { type JsonObject, objectAt, objectsAt, textAt } from '../json.ts';
import { instanceChecks } from '../operations/ec2.ts';
import { disksAt } from '../server-document.ts';
import type { SourceServer } from '../source-server.ts';
import { lastHeartbeat } from '../vcenter-client.ts';
import { stampMs } from '../wire-time.ts';
import { dataOf } from './extension.ts';
import { failbackAt } from './failback.ts';
import { instanceOfServer, isThere } from './instances-of-server.ts';
import type { Drs } from './part.ts';
import { recordOf } from './part.ts';
import type { LaunchNote, RecoveryInstanceRecord } from './records.ts';
import { ec2State } from './recovery-instance-document.ts';
import { newestPointOf } from './recovery-points.ts';

/** What is true of one source server of DRS at one instant, whoever looks; absent is null. */
export interface DrsServerTruth {
  readonly accountId: string;
  readonly region: string;
  readonly sourceServerID: string;
  /** Whether it was deleted: no answer lists it any more. */
  readonly deleted: boolean;
  readonly dataReplicationState: string | null;
  readonly error: string | null;
  readonly failedStep: string | null;
  readonly lagMs: number | null;
  readonly backlogBytes: number | null;
  readonly lastSeenAt: number | null;
  readonly addedAt: number | null;
  readonly direction: 'FAILOVER' | 'FAILBACK';
  readonly reversedArn: string | null;
  /** What it is an extension of, and whether that can be read. */
  readonly staging: { readonly arn: string; readonly readable: boolean } | null;
  readonly newestPointAt: number | null;
  readonly recoveryInstanceId: string | null;
  /** EC2's word on the recovery instance; null where there is none. */
  readonly checks: ReturnType<typeof instanceChecks> | null;
  readonly lastLaunch: LaunchNote | null;
  /** How each launch action of the last launch stands. */
  readonly actions: readonly ('IN_PROGRESS' | 'SUCCEEDED' | 'FAILED')[];
}

/** What is true of one recovery instance at one instant. */
export interface RecoveryInstanceTruth {
  readonly accountId: string;
  readonly region: string;
  readonly recoveryInstanceID: string;
  readonly sourceServerID: string;
  readonly isDrill: boolean;
  readonly present: boolean;
  readonly ec2State: string;
  readonly failbackState: string;
  readonly replicationState: string | null;
  /** The class of the replication error on the way back. */
  readonly error: string | null;
  /** When the job that launched it began; null where it is not known. */
  readonly jobAt: number | null;
}

/** What is true of DRS in one account and Region at one instant. */
export interface DrsTruth {
  readonly servers: readonly DrsServerTruth[];
  readonly instances: readonly RecoveryInstanceTruth[];
}

/** Says what is true of DRS somewhere at an instant. */
export function drsTruth(drs: Drs, at: number): DrsTruth {
  return {
    servers: drs.engine.servers.map((server) => serverTruth(drs, server, at)),
    instances: [...drs.records.instances.values()]
      .filter(({ from }) => from <= at)
      .map((instance) => instanceTruth(drs, instance, at)),
  };
}

function serverTruth(drs: Drs, server: SourceServer, at: number): DrsServerTruth {
  const record = recordOf(drs.records, server.id);
  const instance = instanceOfServer(drs, server.id, at);
  const machine = drs.region.instances.get(instance?.id ?? '');
  const launch = record.launches.findLast((note) => note.at <= at);
  const part = drs.records.jobs
    .get(launch?.jobId ?? '')
    ?.servers.find(({ serverId }) => serverId === server.id);
  return {
    accountId: drs.region.accountId,
    region: drs.region.region,
    sourceServerID: server.id,
    deleted: server.stateAt(at).deleted,
    ...replicationTruth(drs, server, at),
    addedAt: stampMs(textAt(server.stateAt(at).lifeCycle, 'addedToServiceDateTime')) ?? null,
    direction: server.document['replicationDirection'] === 'FAILBACK' ? 'FAILBACK' : 'FAILOVER',
    reversedArn: record.reversedArn ?? null,
    staging:
      record.stagingArn === undefined
        ? null
        : { arn: record.stagingArn, readable: dataOf(drs, server) !== undefined },
    newestPointAt: newestPointOf(drs, server, at)?.takenAt ?? null,
    recoveryInstanceId: instance?.id ?? null,
    checks: machine === undefined || machine.launchedAt > at ? null : instanceChecks(machine, at),
    lastLaunch: launch ?? loadedLaunch(server),
    actions: (part?.runs ?? [])
      .filter((run) => run.startsAt <= at)
      .map((run) =>
        at < run.endsAt ? 'IN_PROGRESS' : run.failureReason === undefined ? 'SUCCEEDED' : 'FAILED',
      ),
  };
}

const outcomes = ['LAUNCHED', 'FAILED', 'TERMINATED', 'PENDING'] as const;

/** The last launch that a server was loaded with: it is over. */
function loadedLaunch({ document }: SourceServer): LaunchNote | null {
  const told = objectAt(objectAt(document, 'lifeCycle'), 'lastLaunch');
  const initiated = objectAt(told, 'initiated');
  const at = stampMs(textAt(initiated, 'apiCallDateTime'));
  const jobId = textAt(initiated, 'jobID');
  const outcome = outcomes.find((one) => one === told['status']);
  if (at === undefined || jobId === undefined || outcome === undefined) return null;
  const type = initiated['type'] === 'DRILL' ? 'DRILL' : 'RECOVERY';
  return { at, jobId, type, startsAt: at, endsAt: at, outcome };
}

type Replication = Pick<
  DrsServerTruth,
  'dataReplicationState' | 'error' | 'failedStep' | 'lagMs' | 'backlogBytes' | 'lastSeenAt'
>;

/** What cannot be read shows the disks that were loaded. */
function unreadableAs({ document }: SourceServer): Replication {
  return {
    dataReplicationState: 'DISCONNECTED',
    error: null,
    failedStep: null,
    lagMs: null,
    backlogBytes: sumOf(objectsAt(objectAt(document, 'dataReplicationInfo'), 'replicatedDisks')),
    lastSeenAt: null,
  };
}

function replicationTruth(drs: Drs, server: SourceServer, at: number): Replication {
  const data = dataOf(drs, server);
  if (data === undefined) return unreadableAs(server);
  const state = data.server.stateAt(at);
  const figures = figuresOf(data.drs.engine, data.server, state, at);
  if (figures === undefined) return unreadableAs(server);
  const steps = figures.steps ?? objectsAt(state.initiation ?? {}, 'steps');
  const failed = steps.find((step) => step['status'] === 'FAILED');
  const { heartbeat } = state;
  return {
    dataReplicationState: figures.state,
    error: textAt(figures.error ?? {}, 'error') ?? null,
    failedStep: (failed === undefined ? undefined : textAt(failed, 'name')) ?? null,
    lagMs: figures.lagMs ?? null,
    backlogBytes: sumOf(disksAt(state.disks, figures)),
    lastSeenAt:
      heartbeat.from === undefined
        ? null
        : heartbeat.alive
          ? lastHeartbeat(heartbeat.from, data.server.heartbeatMs, at)
          : heartbeat.from,
  };
}

function sumOf(disks: readonly JsonObject[]): number | null {
  const numbers = disks.flatMap((disk) => {
    const value = disk['backloggedStorageBytes'];
    return typeof value === 'number' ? [value] : [];
  });
  return numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0);
}

function instanceTruth(
  drs: Drs,
  instance: RecoveryInstanceRecord,
  at: number,
): RecoveryInstanceTruth {
  const { state, replication } = failbackAt(drs, instance, at);
  return {
    accountId: drs.region.accountId,
    region: drs.region.region,
    recoveryInstanceID: instance.id,
    sourceServerID: instance.sourceServerId,
    isDrill: instance.isDrill,
    present: isThere(instance, at),
    ec2State: ec2State(drs, instance.id, at),
    failbackState: state,
    replicationState: textAt(replication, 'dataReplicationState') ?? null,
    error: textAt(objectAt(replication, 'dataReplicationError'), 'error') ?? null,
    jobAt: drs.records.jobs.get(instance.jobId)?.createdAt ?? null,
  };
}
