import type { SourceServer } from '../source-server.ts';
import { dataOf } from './extension.ts';
import { openJob } from './jobs.ts';
import type { Drs } from './part.ts';
import type { JobServerRecord, LogLine } from './records.ts';

/** Runs the jobs in staging accounts that convert the snapshots of extended servers for the launch. */
export function convertInStaging(drs: Drs, launched: readonly SourceServer[]): void {
  if (!drs.region.world.parameters.drsStagingConversionJob) return;
  const byAccount = new Map<Drs, SourceServer[]>();
  for (const server of launched) {
    const data = dataOf(drs, server);
    if (data === undefined || data.drs === drs) continue;
    byAccount.set(data.drs, [...(byAccount.get(data.drs) ?? []), data.server]);
  }
  for (const [staging, servers] of byAccount) {
    openJob(staging, {
      type: 'CREATE_CONVERTED_SNAPSHOT',
      initiatedBy: 'TARGET_ACCOUNT',
      tags: {},
      servers: (jobId, startsAt) =>
        servers.map((server) => conversionOf(staging, server, jobId, startsAt)),
    });
  }
}

function conversionOf(
  staging: Drs,
  server: SourceServer,
  jobId: string,
  startsAt: number,
): { readonly part: JobServerRecord; readonly log: readonly LogLine[] } {
  const { chance, parameters } = staging.region.world;
  const takes = (range: readonly [number, number], what: string) =>
    Math.round(chance.between(range, what, jobId, server.id) * 1000);
  const data = { sourceServerID: server.id };
  const conversionServerID = `i-${chance.hex17('drs converter', jobId, server.id)}`;
  const snapshotAt = startsAt + takes(parameters.drsSnapshotSeconds, 'snapshot');
  const beginsAt = snapshotAt + takes(parameters.preConversionSeconds, 'pre-conversion');
  const endsAt = beginsAt + takes(parameters.conversionSeconds, 'conversion');
  return {
    part: {
      serverId: server.id,
      startsAt,
      endsAt,
      outcome: 'LAUNCHED',
      instanceId: undefined,
      instanceFrom: endsAt,
      runs: [],
    },
    log: [
      { at: startsAt, event: 'SNAPSHOT_START', data },
      { at: snapshotAt, event: 'SNAPSHOT_END', data },
      { at: beginsAt, event: 'CONVERSION_START', data: { ...data, conversionServerID } },
      { at: endsAt, event: 'CONVERSION_END', data: { ...data, conversionServerID } },
    ],
  };
}
