import { countsOf, type JobCounts } from '../change/job-progress.ts';
import { type JobObservation, readJobLog } from '../job.ts';
import type { Target } from '../target.ts';
import { targetName } from '../target.ts';
import { DetailType } from './detail-type.ts';
import { cutTo } from './fit-detail.ts';
import type { Stream, Told } from './stream.ts';

type Doc = Readonly<Record<string, unknown>>;

/** Who began a job: `landfall`, whose intent it carries as a tag, or somebody else. */
export interface JobCause {
  readonly kind: 'landfall' | 'somebody-else';
  readonly intentId?: string;
}

/** What the events of a job say of it beside what happens. */
export interface JobIdentity {
  readonly jobId: string;
  readonly arn: string | null;
  readonly type: string | null;
  readonly initiatedBy: string | null;
  readonly cause: JobCause;
  /** The wave that it was begun for; null where none is known. */
  readonly wave: string | null;
}

// Two hundred servers with a text of this length still fit one event.
const reasonLimit = 256;

/** The stream of one job. */
export function jobStream(target: Target, job: JobIdentity): Stream {
  const { service, accountId, region } = target;
  return {
    source: `landfall.${service}`,
    stream: `job/${service}/${accountId}/${region}/${job.jobId}`,
    resources: job.arn === null ? [] : [job.arn],
    common: {
      accountId,
      region,
      target: targetName(target),
      jobId: job.jobId,
      type: job.type,
      initiatedBy: job.initiatedBy,
      cause: job.cause,
      ...(job.wave === null ? {} : { wave: job.wave }),
    },
  };
}

/** Tells that a job was begun, by whomever, with the servers in it. */
export function tellJobStarted(job: JobObservation): Told {
  return {
    detailType: DetailType.JobStarted,
    members: {
      ...(job.createdAt === undefined ? {} : { createdAt: job.createdAt }),
      servers: job.servers.map(({ sourceServerId }) => sourceServerId),
      counts: countsOf(job),
    },
  };
}

/** Tells how many servers of a job have come how far. */
export function tellJobProgress(previous: JobCounts, job: JobObservation): Told {
  return { detailType: DetailType.JobProgress, members: { previous, current: countsOf(job) } };
}

/**
 * Tells that a job has ended and how for each server; before that, which servers were launched from an earlier snapshot
 * than the latest data, where its log says so of any.
 */
export function tellJobEnded(job: JobObservation, log: readonly Doc[]): readonly Told[] {
  const results = job.servers.map((server) => {
    const verdict = readJobLog(log, server.sourceServerId);
    const instanceId = server.instanceId ?? verdict.instanceId;
    return {
      sourceServerId: server.sourceServerId,
      launchStatus: server.launchStatus ?? 'UNKNOWN',
      usedPreviousSnapshot: verdict.usedPreviousSnapshot,
      skipped: verdict.skipped,
      ...(instanceId === undefined ? {} : { instanceId }),
      ...(verdict.failure === undefined ? {} : { reason: cutTo(verdict.failure, reasonLimit) }),
    };
  });
  const stale = results.filter((r) => r.usedPreviousSnapshot).map((r) => r.sourceServerId);
  const ended: Told = {
    detailType: DetailType.JobEnded,
    members: {
      ...(job.endedAt === undefined ? {} : { endedAt: job.endedAt }),
      counts: countsOf(job),
      results,
    },
  };
  if (stale.length === 0) return [ended];
  return [{ detailType: DetailType.JobStaleSnapshot, members: { servers: stale } }, ended];
}
