// In: what a tick saw and the quotas that hold. Out: the figures that dashboards and alarms follow. Pure.
import type { Quotas } from '../../core/admission.ts';
import { usedPercent } from '../../core/change/quota-pressure.ts';
import { lifeCycleStates, replicationStates } from '../../core/event/catalogue/words.ts';
import { isOpen } from '../../core/job.ts';
import type { IntentRecord } from '../records/wait-records.ts';
import type { Counted } from './keep-census.ts';
import type { Kept, Seen } from './tick.ts';

/** The figures of one tick; percentages are of the account-Region's quota, with one decimal. */
export interface Measures {
  /** Calls of this tick that the service throttled. */
  readonly throttledCalls: number;
  /** Of the whole target, archived ones left out; so are all that follow, whoever this tick looked at. */
  readonly servers: number;
  readonly serversStalled: number;
  /** Servers by life cycle state, those of no server left out that were none in the tick before, either. */
  readonly lifecycles: Readonly<Record<string, number>>;
  /** Servers by replication state, likewise. */
  readonly replications: Readonly<Record<string, number>>;
  /** Null where no server has a lag. */
  readonly maxLagSeconds: number | null;
  readonly lagSeconds: number | null;
  /** Null where no server tells a backlog. */
  readonly maxBacklogBytes: number | null;
  readonly backlogBytes: number | null;
  /** Null until the target was looked at as a whole. */
  readonly activeServersUsedPercent: number | null;
  /** Of the jobs that this tick saw, and of launches that are not resolved yet. */
  readonly jobsUsedPercent: number;
  readonly serversInJobsUsedPercent: number;
}

/** Takes the measures of a tick. */
export function measuresOf(
  seen: Pick<Seen, 'jobs' | 'activeServers' | 'throttledCalls'>,
  intents: readonly Kept<Pick<IntentRecord, 'jobId' | 'servers'>>[],
  quotas: Quotas,
  { now, before }: Counted,
): Measures {
  const load = jobLoad(seen, intents);
  return {
    throttledCalls: seen.throttledCalls,
    servers: now.servers,
    serversStalled: now.replications.get('STALLED') ?? 0,
    lifecycles: byState(now.lifecycles, before.lifecycles, lifeCycleStates),
    replications: byState(now.replications, before.replications, replicationStates),
    maxLagSeconds: now.lagSeconds?.max ?? null,
    lagSeconds: now.lagSeconds?.sum ?? null,
    maxBacklogBytes: now.backlogBytes?.max ?? null,
    backlogBytes: now.backlogBytes?.sum ?? null,
    activeServersUsedPercent:
      seen.activeServers === null ? null : usedPercent(seen.activeServers, quotas.activeServers),
    jobsUsedPercent: usedPercent(load.jobs, quotas.jobs),
    serversInJobsUsedPercent: usedPercent(load.servers, quotas.serversInJobs),
  };
}

/** Counts by state. AWS may add states: those that nobody knows are counted together, as each costs a metric. */
function byState(
  now: ReadonlyMap<string | null, number>,
  before: ReadonlyMap<string | null, number>,
  known: readonly string[],
): Readonly<Record<string, number>> {
  const nameOf = (state: string | null) =>
    state === null ? 'NONE' : known.includes(state) ? state : 'OTHER';
  const counts: Record<string, number> = {};
  for (const state of [...before.keys(), ...now.keys()]) {
    counts[nameOf(state)] = 0;
  }
  for (const [state, count] of now) counts[nameOf(state)] = (counts[nameOf(state)] ?? 0) + count;
  return counts;
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
