// In: what a tick saw and the quotas that hold. Out: the figures that dashboards and alarms follow. Pure.
import type { Quotas } from '../../core/admission.ts';
import { usedPercent } from '../../core/change/quota-pressure.ts';
import { isOpen } from '../../core/job.ts';
import type { IntentRecord } from '../records.ts';
import type { Kept, Seen } from './tick.ts';

/** The figures of one tick; percentages are of the account-Region's quota, with one decimal. */
export interface Measures {
  /** Calls of this tick that the service throttled. */
  readonly throttledCalls: number;
  /** Of the servers that this tick looked at; archived ones left out. */
  readonly serversStalled: number;
  /** The longest lag of the servers that this tick looked at; null where none of them has one. */
  readonly maxLagSeconds: number | null;
  /** Null until the target was looked at as a whole. */
  readonly activeServersUsedPercent: number | null;
  /** Of the jobs that this tick saw, and of launches that are not resolved yet. */
  readonly jobsUsedPercent: number;
  readonly serversInJobsUsedPercent: number;
}

/** Takes the measures of a tick. */
export function measuresOf(
  seen: Pick<Seen, 'servers' | 'jobs' | 'activeServers' | 'throttledCalls'>,
  intents: readonly Kept<Pick<IntentRecord, 'jobId' | 'servers'>>[],
  quotas: Quotas,
): Measures {
  const servers = [...seen.servers.values()].filter(({ isArchived }) => !isArchived);
  const lags = servers.flatMap(({ replication }) => replication.lagSeconds ?? []);
  const load = jobLoad(seen, intents);
  return {
    throttledCalls: seen.throttledCalls,
    serversStalled: servers.filter(({ replication }) => replication.state === 'STALLED').length,
    maxLagSeconds: lags.length === 0 ? null : lags.reduce((a, b) => Math.max(a, b)),
    activeServersUsedPercent:
      seen.activeServers === null ? null : usedPercent(seen.activeServers, quotas.activeServers),
    jobsUsedPercent: usedPercent(load.jobs, quotas.jobs),
    serversInJobsUsedPercent: usedPercent(load.servers, quotas.serversInJobs),
  };
}

/** Counts the open jobs and the servers in them, launches included of which nobody knows yet whether they began. */
export function jobLoad(
  seen: Pick<Seen, 'jobs'>,
  intents: readonly Kept<Pick<IntentRecord, 'jobId' | 'servers'>>[],
): { readonly jobs: number; readonly servers: number } {
  const open = [...seen.jobs.values()].filter(isOpen);
  const unresolved = intents.filter(({ body }) => body.jobId === null);
  return {
    jobs: open.length + unresolved.length,
    servers:
      open.reduce((sum, job) => sum + job.servers.length, 0) +
      unresolved.reduce((sum, { body }) => sum + body.servers.length, 0),
  };
}
