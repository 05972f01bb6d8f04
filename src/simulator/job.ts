import type { JsonObject } from './json.ts';
import { stamp, type TimestampForm } from './wire-time.ts';

/** What happens to one server in a job, decided when the job begins. */
export interface JobServer {
  readonly serverId: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly outcome: 'LAUNCHED' | 'FAILED' | 'TERMINATED' | 'PENDING';
  /** The new instance (LAUNCH, from its launch on) or the one that was terminated. */
  readonly instanceId: string | undefined;
  readonly instanceFrom: number;
  readonly log: readonly LogEvent[];
  readonly actions: readonly PostLaunchAction[];
  readonly firstBoot: 'SUCCEEDED' | 'WAITING' | 'UNKNOWN' | 'STOPPED';
  /** The launch configuration leaves the instance stopped. */
  readonly stopped?: true;
  /** How long after its launch the instance's status check becomes impaired. */
  readonly impairedAfterMs?: number;
  /** When the instance of an earlier launch is gone. */
  readonly cleanedAt: number | undefined;
  /** When the launch took its own, fresh snapshot. */
  readonly snapshotAt: number | undefined;
}

/** A post-launch action of one launch. */
export interface PostLaunchAction {
  readonly name: string;
  readonly executionId: string;
  readonly endsAt: number;
  readonly mustSucceedForCutover: boolean;
  readonly failureReason: string | undefined;
  /** The SSM document of an action that a call configured, in wire form. */
  readonly document?: JsonObject;
}

/** A line of the job log. */
export interface LogEvent {
  readonly at: number;
  readonly event: string;
  readonly data: JsonObject;
}

/** A job: all of it is known when it begins, so that any instant of it can be read. */
export interface Job {
  readonly id: string;
  readonly arn: string;
  readonly type: 'LAUNCH' | 'TERMINATE';
  readonly initiatedBy: 'START_TEST' | 'START_CUTOVER' | 'TERMINATE';
  readonly createdAt: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly servers: readonly JobServer[];
  readonly log: readonly LogEvent[];
  tags: JsonObject;
}

/** The job as DescribeJobs and the launch calls show it at an instant. */
export function jobDocument(job: Job, at: number, form: TimestampForm): JsonObject {
  const status = at < job.startsAt ? 'PENDING' : at < job.endsAt ? 'STARTED' : 'COMPLETED';
  return {
    jobID: job.id,
    arn: job.arn,
    type: job.type,
    initiatedBy: job.initiatedBy,
    creationDateTime: stamp(job.createdAt, form),
    ...(status === 'COMPLETED' ? { endDateTime: stamp(job.endsAt, form) } : {}),
    status,
    participatingServers: job.servers.map((server) => ({
      sourceServerID: server.serverId,
      launchStatus:
        at >= server.endsAt ? server.outcome : at >= server.startsAt ? 'IN_PROGRESS' : 'PENDING',
      ...(job.type === 'LAUNCH' && server.instanceId !== undefined && at >= server.instanceFrom
        ? { launchedEc2InstanceID: server.instanceId }
        : {}),
      ...(server.actions.length > 0 && at >= server.endsAt
        ? { postLaunchActionsStatus: actionsDocument(server, at, form) }
        : {}),
    })),
    tags: job.tags,
  };
}

/** The lines of the job log that were written by an instant, oldest first. */
export function jobLog(job: Job, at: number, form: TimestampForm): readonly JsonObject[] {
  return job.log
    .filter((line) => line.at <= at)
    .map((line) => ({
      logDateTime: stamp(line.at, form),
      event: line.event,
      eventData: line.data,
    }));
}

function actionsDocument(server: JobServer, at: number, form: TimestampForm): JsonObject {
  return {
    ssmAgentDiscoveryDatetime: stamp(server.endsAt, form),
    postLaunchActionsLaunchStatusList: server.actions.map((action) => ({
      executionID: action.executionId,
      executionStatus:
        at < action.endsAt
          ? 'IN_PROGRESS'
          : action.failureReason === undefined
            ? 'SUCCESS'
            : 'FAILED',
      ...(action.failureReason !== undefined && at >= action.endsAt
        ? { failureReason: action.failureReason }
        : {}),
      ssmDocument: action.document ?? {
        actionName: action.name,
        ssmDocumentName: action.name,
        mustSucceedForCutover: action.mustSucceedForCutover,
        timeoutSeconds: 600,
      },
      ssmDocumentType: 'COMMAND',
    })),
  };
}
