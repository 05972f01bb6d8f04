import * as z from 'zod';
import { textAt } from '../json.ts';
import type { Operation } from '../operations/operation.ts';
import { notFound, validation } from '../service-exception.ts';
import { stampMs } from '../wire-time.ts';
import { dataOf } from './extension.ts';
import { jobDocument, jobLog, openJobOf, refuseDuringJob, refuseOverQuota } from './jobs.ts';
import { drsOperation, listing } from './operation.ts';
import { type Drs, stampOf } from './part.ts';
import { runRecovery, type ServerOrder } from './recovery-launch.ts';
import { ebsSnapshots, pointsOf } from './recovery-points.ts';
import { busy, conflict } from './refusal.ts';

const tags = z.record(z.string(), z.string()).optional();
const jobId = z.object({ jobID: z.string() });

/** The operations that launch recoveries and drills and tell their jobs and recovery snapshots. */
export const recoveryOperations: readonly Operation[] = [
  drsOperation(
    'StartRecovery',
    z.object({
      sourceServers: z.array(
        z.object({ sourceServerID: z.string(), recoverySnapshotID: z.string().optional() }),
      ),
      isDrill: z.boolean().optional(),
      tags,
    }),
    (drs, input) => {
      const servers = ordersOf(drs, input.sourceServers);
      refuseOverQuota(drs, servers.length);
      const job = runRecovery(drs, {
        isDrill: input.isDrill === true,
        servers,
        tags: input.tags ?? {},
      });
      return { job: jobDocument(drs, job, drs.region.world.now) };
    },
    { status: 202 },
  ),
  drsOperation(
    'DescribeRecoverySnapshots',
    z.object({
      sourceServerID: z.string(),
      filters: z
        .object({ fromDateTime: z.string().optional(), toDateTime: z.string().optional() })
        .optional(),
      order: z.enum(['ASC', 'DESC']).optional(),
    }),
    (drs, { sourceServerID, filters, order }, call) => {
      const server = drs.engine.server(sourceServerID);
      if (server === undefined) {
        // No ResourceNotFound is declared here (reference: DRS 1.7).
        throw validation(`Source server ${sourceServerID} does not exist`, 'other', [
          { name: 'sourceServerID', message: 'does not exist' },
        ]);
      }
      const from = stampMs(filters?.fromDateTime) ?? Number.NEGATIVE_INFINITY;
      const to = stampMs(filters?.toDateTime) ?? Number.POSITIVE_INFINITY;
      const found = pointsOf(drs, server, call.readAt).filter(
        ({ takenAt }) => takenAt >= from && takenAt <= to,
      );
      const descends = order === 'DESC';
      return listing(call, descends ? found.toReversed() : found, {
        filters: [sourceServerID, filters, order],
        orderOf: ({ expectedAt }) => (descends ? -expectedAt : expectedAt),
        print: (point) => ({
          snapshotID: point.id,
          sourceServerID,
          expectedTimestamp: stampOf(drs, point.expectedAt),
          timestamp: stampOf(drs, point.takenAt),
          ebsSnapshots: ebsSnapshots(drs, server, point),
        }),
      });
    },
  ),
  drsOperation(
    'DescribeJobs',
    z.object({
      filters: z
        .object({
          jobIDs: z.array(z.string()).optional(),
          fromDate: z.string().optional(),
          toDate: z.string().optional(),
        })
        .optional(),
    }),
    (drs, { filters = {} }, call) => {
      const { jobs } = drs.records;
      const from = stampMs(filters.fromDate) ?? Number.NEGATIVE_INFINITY;
      const to = stampMs(filters.toDate) ?? Number.POSITIVE_INFINITY;
      const ids = filters.jobIDs ?? [];
      const known =
        ids.length > 0 ? [...new Set(ids)].flatMap((id) => jobs.get(id) ?? []) : [...jobs.values()];
      const found = known
        .filter(({ createdAt: at }) => at <= call.readAt && at >= from && at <= to)
        .toReversed()
        .toSorted((a, b) => b.createdAt - a.createdAt);
      return listing(call, found, {
        filters,
        print: (job) => jobDocument(drs, job, call.readAt),
      });
    },
  ),
  drsOperation('DescribeJobLogItems', jobId, (drs, { jobID }, call) => {
    const job = drs.records.jobs.get(jobID);
    if (job === undefined || job.createdAt > call.readAt) {
      throw validation(`Job ${jobID} does not exist`, 'other', [
        { name: 'jobID', message: 'does not exist' },
      ]);
    }
    return listing(call, jobLog(drs, job, call.readAt), { filters: jobID, print: (line) => line });
  }),
  drsOperation(
    'DeleteJob',
    jobId,
    (drs, { jobID }) => {
      const job = drs.records.jobs.get(jobID);
      if (job === undefined) throw notFound('Job', jobID);
      if (job.endsAt > drs.region.world.now) {
        throw conflict('The job is not completed', [jobID], 'Job');
      }
      drs.records.jobs.delete(jobID);
      return {};
    },
    { status: 204 },
  ),
];

/**
 * Checks all that a launch needs; the whole request is refused for one culprit. StartRecovery declares neither
 * ResourceNotFound nor Validation, so every refusal is a conflict (reference: DRS 1.7, 1.8).
 */
function ordersOf(
  drs: Drs,
  asked: readonly {
    readonly sourceServerID: string;
    readonly recoverySnapshotID?: string | undefined;
  }[],
): readonly ServerOrder[] {
  const ids = asked.map((one) => one.sourceServerID);
  refuseThose(
    ids.filter((id, i) => ids.indexOf(id) !== i),
    'A source server is named more than once',
  );
  refuseThose(
    ids.filter((id) => drs.engine.server(id) === undefined),
    'The source server does not exist',
  );
  refuseDuringJob(drs, ids);
  const servers = ids.flatMap((id) => drs.engine.server(id) ?? []);
  const stagingBusy = servers.filter((server) => {
    const data = dataOf(drs, server);
    return data !== undefined && data.drs !== drs && openJobOf(data.drs, data.server.id);
  });
  if (stagingBusy.length > 0) throw busy(stagingBusy.map((server) => server.id));
  const stateOf = (id: string) => {
    const server = drs.engine.server(id);
    return server === undefined ? undefined : dataOf(drs, server)?.server.state;
  };
  refuseThose(
    ids.filter((id) => {
      const { kind } = stateOf(id)?.phase ?? { kind: 'disconnected' };
      return kind === 'disconnected' || kind === 'stopped';
    }),
    'The source server is disconnected or stopped',
  );
  refuseThose(
    ids.filter((id) => stateOf(id)?.launchable !== true),
    'The source server has no consistent recovery point',
  );
  refuseThose(
    ids.filter((id) =>
      stateOf(id)?.disks.some((disk) =>
        (textAt(disk.known, 'volumeStatus') ?? 'REGULAR').startsWith('MISSING_VOLUME_ATTRIBUTES'),
      ),
    ),
    'A volume of the source server has no volume attributes',
  );
  const { now } = drs.region.world;
  return asked.flatMap(({ sourceServerID, recoverySnapshotID }): readonly ServerOrder[] => {
    const server = drs.engine.server(sourceServerID);
    if (server === undefined) return [];
    if (recoverySnapshotID === undefined) return [{ server, point: undefined }];
    const point = pointsOf(drs, server, now).find((one) => one.id === recoverySnapshotID);
    if (point !== undefined) return [{ server, point }];
    throw conflict(`The recovery snapshot ${recoverySnapshotID} does not exist`, [sourceServerID]);
  });
}

function refuseThose(ids: readonly string[], message: string): void {
  if (ids.length > 0) throw conflict(message, [...new Set(ids)]);
}
