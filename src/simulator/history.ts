// The simulator's own word on its servers and jobs: no call, no record, no fault. Tests hold what Landfall tells
// against it.
import { figuresOf } from './figures.ts';
import type { Job, JobServer } from './job.ts';
import { type JsonObject, objectAt, objectsAt, textAt } from './json.ts';
import { instanceChecks } from './operations/ec2.ts';
import { isRunning, type RegionState } from './region-state.ts';
import { disksAt } from './server-document.ts';
import type { SourceServer } from './source-server.ts';
import { lastHeartbeat } from './vcenter-client.ts';
import { stampMs } from './wire-time.ts';

/** What is true of one source server of MGN at one instant, whoever looks; absent is null. */
export interface ServerTruth {
  readonly accountId: string;
  readonly region: string;
  readonly sourceServerID: string;
  /** Whether it was deleted: no answer lists it any more. */
  readonly deleted: boolean;
  readonly lifeCycleState: string | null;
  readonly replicationType: string | null;
  readonly isArchived: boolean;
  readonly dataReplicationState: string | null;
  /** The class of the replication error. */
  readonly error: string | null;
  readonly failedStep: string | null;
  readonly lagMs: number | null;
  /** Summed over the disks; null where there are none. */
  readonly backlogBytes: number | null;
  readonly etaAt: number | null;
  readonly lastSnapshotAt: number | null;
  readonly lastSeenAt: number | null;
  readonly firstByteAt: number | null;
  /** Since when the elapsed replication counts; null where its clock stands. */
  readonly elapsesFrom: number | null;
  readonly ec2InstanceID: string | null;
  /** The job that launched the instance. */
  readonly launchJobID: string | null;
  /** The instance's state and EC2's two checks; null where there is no such instance. */
  readonly instance: ReturnType<typeof instanceChecks> | null;
  /** How each post-launch action of that job stands for the server. */
  readonly postLaunchActions: readonly ('IN_PROGRESS' | 'SUCCESS' | 'FAILED')[];
  readonly firstBoot: string | null;
}

/** What is true of one job of MGN at one instant: how far it and each of its servers has come. */
export interface JobTruth {
  readonly accountId: string;
  readonly region: string;
  readonly jobID: string;
  readonly initiatedBy: Job['initiatedBy'];
  readonly ended: boolean;
  readonly servers: readonly {
    readonly sourceServerID: string;
    /** How the job ended for the server; null while it runs. */
    readonly outcome: JobServer['outcome'] | null;
  }[];
}

/** Says what is true of a server at an instant, as far back as its states are kept. */
export function serverTruth(region: RegionState, server: SourceServer, at: number): ServerTruth {
  const state = server.stateAt(at);
  const figures = figuresOf(region, server, state, at);
  const document = objectAt(server.document, 'dataReplicationInfo');
  const error = figures === undefined ? objectAt(document, 'dataReplicationError') : figures.error;
  const steps = figures?.steps ?? objectsAt(state.initiation ?? {}, 'steps');
  const disks =
    figures === undefined ? objectsAt(document, 'replicatedDisks') : disksAt(state.disks, figures);
  const { launched, heartbeat } = state;
  const booted = launched.bootsAt !== undefined && at >= launched.bootsAt;
  return {
    accountId: region.accountId,
    region: region.region,
    sourceServerID: server.id,
    deleted: state.deleted,
    lifeCycleState: textAt(state.lifeCycle, 'state') ?? null,
    replicationType: state.replicationType ?? null,
    isArchived: state.archived,
    dataReplicationState: figures?.state ?? textAt(document, 'dataReplicationState') ?? null,
    error: textAt(error ?? {}, 'error') ?? null,
    failedStep: failedStepIn(steps),
    lagMs: figures?.lagMs ?? null,
    backlogBytes: sumOf(disks, 'backloggedStorageBytes'),
    etaAt: figures?.etaAt ?? null,
    lastSnapshotAt: figures?.lastSnapshotAt ?? null,
    lastSeenAt:
      heartbeat.from === undefined
        ? null
        : heartbeat.alive
          ? lastHeartbeat(heartbeat.from, server.heartbeatMs, at)
          : heartbeat.from,
    firstByteAt: stampMs(textAt(state.lifeCycle, 'firstByteDateTime')) ?? null,
    elapsesFrom: isRunning(state.phase)
      ? (stampMs(textAt(state.lifeCycle, 'addedToServiceDateTime')) ?? null)
      : null,
    ec2InstanceID: textAt(launched.document, 'ec2InstanceID') ?? null,
    launchJobID: textAt(launched.document, 'jobID') ?? null,
    instance: instanceTruth(region, launched.document, at),
    postLaunchActions: actionsTruth(region, server, launched.document, at),
    firstBoot: booted ? 'SUCCEEDED' : (textAt(launched.document, 'firstBoot') ?? null),
  };
}

function instanceTruth(
  { instances }: RegionState,
  launched: JsonObject,
  at: number,
): ServerTruth['instance'] {
  const instance = instances.get(textAt(launched, 'ec2InstanceID') ?? '');
  return instance === undefined || instance.launchedAt > at ? null : instanceChecks(instance, at);
}

function actionsTruth(
  { jobs }: RegionState,
  { id }: SourceServer,
  launched: JsonObject,
  at: number,
): ServerTruth['postLaunchActions'] {
  const part = jobs.get(textAt(launched, 'jobID') ?? '')?.servers.find((s) => s.serverId === id);
  if (part === undefined || at < part.endsAt) return [];
  return part.actions.map(({ endsAt, failureReason }) =>
    at < endsAt ? 'IN_PROGRESS' : failureReason === undefined ? 'SUCCESS' : 'FAILED',
  );
}

/** Says how far a job has come at an instant. */
export function jobTruth(region: RegionState, job: Job, at: number): JobTruth {
  return {
    accountId: region.accountId,
    region: region.region,
    jobID: job.id,
    initiatedBy: job.initiatedBy,
    ended: at >= job.endsAt,
    servers: job.servers.map((server) => ({
      sourceServerID: server.serverId,
      outcome: at >= server.endsAt ? server.outcome : null,
    })),
  };
}

function failedStepIn(steps: readonly JsonObject[]): string | null {
  const failed = steps.find((step) => step['status'] === 'FAILED');
  return (failed === undefined ? undefined : textAt(failed, 'name')) ?? null;
}

function sumOf(documents: readonly JsonObject[], member: string): number | null {
  const numbers = documents.flatMap((document) => {
    const value = document[member];
    return typeof value === 'number' ? [value] : [];
  });
  return numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0);
}
