import type { JsonObject } from '../json.ts';
import { drsArn } from './appointments.ts';
import { type Drs, defined, newId, stampOf } from './part.ts';
import { drsQuotasOf } from './quotas.ts';
import type {
  ActionRun,
  JobNetworkRecord,
  JobRecord,
  JobServerRecord,
  LogLine,
  Outcome,
} from './records.ts';
import { busy, overQuota } from './refusal.ts';

/** How a participant stands at an instant. */
export function launchStatusAt(
  part: { readonly startsAt: number; readonly endsAt: number; readonly outcome: Outcome },
  at: number,
): string {
  return at >= part.endsAt ? part.outcome : at >= part.startsAt ? 'IN_PROGRESS' : 'PENDING';
}

/** The job as DescribeJobs and the calls that start one show it at an instant. */
export function jobDocument(drs: Drs, job: JobRecord, at: number): JsonObject {
  const status = at < job.startsAt ? 'PENDING' : at < job.endsAt ? 'STARTED' : 'COMPLETED';
  const names = drs.region.world.parameters.drsJobNamesRecoveryInstance;
  // A finished launch does not name its instances (reference: DRS 1.6); other jobs were told theirs.
  const named = (part: JobServerRecord) =>
    (names === 'always' || job.type === 'TERMINATE' || job.initiatedBy === 'FAILBACK') &&
    at >= part.instanceFrom;
  return defined({
    jobID: job.id,
    arn: drsArn(drs, 'job', job.id),
    type: job.type,
    initiatedBy: job.initiatedBy,
    creationDateTime: stampOf(drs, job.createdAt),
    endDateTime: status === 'COMPLETED' ? stampOf(drs, job.endsAt) : undefined,
    status,
    participatingServers: job.servers.map((part) =>
      defined({
        sourceServerID: part.serverId,
        recoveryInstanceID: named(part) ? part.instanceId : undefined,
        launchStatus: launchStatusAt(part, at),
        launchActionsStatus: actionsStatus(drs, part.runs, at),
      }),
    ),
    participatingResources:
      job.networks.length === 0
        ? undefined
        : job.networks.map((part) => ({
            participatingResourceID: { sourceNetworkID: part.networkId },
            launchStatus: launchStatusAt(part, at),
          })),
    tags: job.tags,
  });
}

/** The lines of a job's log that were written by an instant, oldest first. */
export function jobLog(drs: Drs, job: JobRecord, at: number): readonly JsonObject[] {
  return job.log
    .filter((line) => line.at <= at)
    .map((line) => ({
      logDateTime: stampOf(drs, line.at),
      event: line.event,
      eventData: line.data,
    }));
}

/** Answers the open job that processes a server, or undefined. */
export function openJobOf(drs: Drs, serverId: string): JobRecord | undefined {
  const { jobs, jobOfServer } = drs.records;
  const job = jobs.get(jobOfServer.get(serverId) ?? '');
  return job !== undefined && job.endsAt > drs.region.world.now ? job : undefined;
}

/** Answers all open jobs. */
export function openJobs(drs: Drs): readonly JobRecord[] {
  const { records, region } = drs;
  const open = records.openJobs
    .flatMap((id) => records.jobs.get(id) ?? [])
    .filter((job) => job.endsAt > region.world.now);
  records.openJobs = open.map((job) => job.id);
  return open;
}

/** Refuses while an open job processes one of the servers. */
export function refuseDuringJob(drs: Drs, serverIds: readonly string[]): void {
  const held = serverIds.filter((id) => openJobOf(drs, id) !== undefined);
  if (held.length > 0) throw busy(held);
}

/** Refuses a job that a quota does not allow. */
export function refuseOverQuota(drs: Drs, servers: number): void {
  const quotas = drsQuotasOf(drs.region.world.parameters);
  if (servers > quotas.serversInJob.value) throw overQuota(quotas.serversInJob);
  const open = openJobs(drs);
  if (open.length >= quotas.concurrentJobs.value) throw overQuota(quotas.concurrentJobs);
  const inJobs = open.reduce((sum, job) => sum + job.servers.length, 0);
  if (inJobs + servers > quotas.serversInAllJobs.value) throw overQuota(quotas.serversInAllJobs);
}

/** What a job is made of: how each participant fares, decided when it begins. */
export interface JobPlan {
  readonly type: JobRecord['type'];
  readonly initiatedBy: string;
  readonly tags: JsonObject;
  readonly id?: string;
  readonly createdAt?: number;
  readonly servers?: (
    jobId: string,
    startsAt: number,
  ) => readonly { readonly part: JobServerRecord; readonly log: readonly LogLine[] }[];
  readonly networks?: (
    jobId: string,
    startsAt: number,
  ) => readonly { readonly part: JobNetworkRecord; readonly log: readonly LogLine[] }[];
}

/** Opens a job: its whole course is known from now on. */
export function openJob(drs: Drs, plan: JobPlan): JobRecord {
  const { records, region } = drs;
  const { chance, parameters, now } = region.world;
  const id = plan.id ?? newId(drs, 'drsjob');
  const startsAt = now + Math.round(chance.between(parameters.jobStartSeconds, 'job', id) * 1000);
  const servers = plan.servers?.(id, startsAt) ?? [];
  const networks = plan.networks?.(id, startsAt) ?? [];
  const lines = [...servers, ...networks].flatMap(({ log }) => log);
  const lastAt = Math.max(
    startsAt,
    ...lines.map(({ at }) => at),
    ...[...servers, ...networks].map(({ part }) => part.endsAt),
  );
  const endsAt = lastAt + Math.round(parameters.jobEndSeconds * 1000);
  const job: JobRecord = {
    id,
    type: plan.type,
    initiatedBy: plan.initiatedBy,
    createdAt: plan.createdAt ?? now,
    startsAt,
    endsAt,
    servers: servers.map(({ part }) => part),
    networks: networks.map(({ part }) => part),
    log: [
      { at: startsAt, event: 'JOB_START', data: {} },
      ...lines.toSorted((a, b) => a.at - b.at),
      { at: endsAt, event: 'JOB_END', data: {} },
    ],
    tags: plan.tags,
  };
  records.jobs.set(id, job);
  records.openJobs = [...openJobs(drs).map((open) => open.id), id];
  for (const { serverId } of job.servers) records.jobOfServer.set(serverId, id);
  return job;
}

function actionsStatus(drs: Drs, runs: readonly ActionRun[], at: number): JsonObject | undefined {
  const begun = runs.filter((run) => run.startsAt <= at);
  const [first] = begun;
  if (first === undefined) return undefined;
  return {
    ssmAgentDiscoveryDatetime: stampOf(drs, first.startsAt),
    runs: begun.map((run) =>
      defined({
        action: run.action,
        runId: run.runId,
        status:
          at < run.endsAt
            ? 'IN_PROGRESS'
            : run.failureReason === undefined
              ? 'SUCCEEDED'
              : 'FAILED',
        failureReason: at < run.endsAt ? undefined : run.failureReason,
      }),
    ),
  };
}
