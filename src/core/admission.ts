import { type Instant, toMs } from './time.ts';

/** What can be asked for: the calls that the account's quotas ration. */
export const launchKinds = [
  'StartReplication',
  'StartTest',
  'StartCutover',
  'TerminateTargetInstances',
] as const;
export type LaunchKind = (typeof launchKinds)[number];
/** The kinds that start a job over many servers. */
export type JobKind = Exclude<LaunchKind, 'StartReplication'>;

/** The quotas of one account and Region (reference/mgn.md 3, reference/drs.md 4.1). */
export interface Quotas {
  readonly activeServers: number;
  readonly jobs: number;
  readonly serversInJobs: number;
  readonly serversPerJob: number;
  /** All source servers, whether they replicate or not; DRS alone has such a quota. */
  readonly sourceServers?: number;
}

/** The published values, for where Service Quotas does not answer. */
export const publishedQuotas: Quotas = {
  activeServers: 150,
  jobs: 20,
  serversInJobs: 200,
  serversPerJob: 200,
};

/** Reads quota values by their codes over the published ones. */
export function quotasOf(values: Readonly<Record<string, number>>): Quotas {
  return {
    activeServers: values['L-9A599620'] ?? publishedQuotas.activeServers,
    jobs: values['L-FE2EBE17'] ?? publishedQuotas.jobs,
    serversInJobs: values['L-4FF77426'] ?? publishedQuotas.serversInJobs,
    serversPerJob: values['L-F1FD732F'] ?? publishedQuotas.serversPerJob,
  };
}

/** A queued request, as admission sees it. */
export interface Candidate {
  readonly id: string;
  readonly kind: LaunchKind;
  /** `reserve` asks for room only; `launch` asks for the call. */
  readonly stage: 'reserve' | 'launch';
  readonly wave: string;
  readonly tier: number;
  readonly server: string;
  readonly phase: string;
  readonly requestedAt: Instant;
  readonly notBefore?: Instant;
  /** Set while the request holds room that an earlier tick reserved. */
  readonly reservedUntil?: Instant;
  /** Calls that were refused because of this very server: it goes alone, so that it blocks nobody. */
  readonly refusals: number;
  /** Why the request may not be admitted in this tick; a guard's finding. */
  readonly blockedBy?: string;
}

/** What runs in the account and Region already, whoever started it. */
export interface Load {
  readonly openJobs: number;
  readonly serversInJobs: number;
  readonly busyServers: ReadonlySet<string>;
  readonly activeServers: number;
}

/** One call to make now. */
export interface Batch {
  readonly kind: LaunchKind;
  readonly wave: string;
  readonly requests: readonly string[];
  readonly servers: readonly string[];
}

/** What a tick may start, what it reserves, and why the others wait. */
export interface Admission {
  readonly batches: readonly Batch[];
  readonly reserve: readonly string[];
  readonly waiting: Readonly<Record<string, string>>;
}

// Undoing goes first, then what a window waits for, then what frees capacity, then the rest.
const urgency: Readonly<Record<string, number>> = {
  'rollback/TerminateTargetInstances': 0,
  'cutover/StartCutover': 1,
  'test/TerminateTargetInstances': 2,
  'test/StartTest': 3,
  'replicate/StartReplication': 4,
};

function compare(a: Candidate, b: Candidate): number {
  const rank = (c: Candidate) => urgency[`${c.phase}/${c.kind}`] ?? 5;
  return (
    rank(a) - rank(b) ||
    Number(a.stage === 'reserve') - Number(b.stage === 'reserve') ||
    a.tier - b.tier ||
    toMs(a.requestedAt) - toMs(b.requestedAt) ||
    (a.id < b.id ? -1 : 1)
  );
}

/** How many single-server calls one tick may make in a target; a rate budget, as MGN publishes no rates. */
export const callsPerTick = 60;

/**
 * Chooses what may start in this tick: never two jobs for a server, never beyond the quotas counting everybody's
 * jobs, reservations kept for those who hold them, one batch a kind, wave and tier (design.md 8, 15.3, 15.11).
 */
export function admit(
  candidates: readonly Candidate[],
  load: Load,
  quotas: Quotas,
  now: Instant,
): Admission {
  const nowMs = toMs(now);
  const waiting: Record<string, string> = {};
  const batches: { kind: LaunchKind; wave: string; requests: string[]; servers: string[] }[] = [];
  const reserve: string[] = [];
  const busy = new Set(load.busyServers);
  const holds = (c: Candidate) =>
    c.reservedUntil !== undefined && toMs(c.reservedUntil) > nowMs && !busy.has(c.server);
  const reserved = candidates.filter(holds);
  let places = quotas.serversInJobs - load.serversInJobs;
  let serverRoom = places - reserved.length;
  let jobRoom = quotas.jobs - load.openJobs;
  let slotRoom = quotas.activeServers - load.activeServers;
  let calls = callsPerTick;
  const open = new Map<string, (typeof batches)[number]>();

  for (const c of [...candidates].sort(compare)) {
    if (c.stage === 'reserve' && holds(c)) continue;
    if (c.notBefore !== undefined && toMs(c.notBefore) > nowMs) {
      waiting[c.id] = `refused before; asked again after ${c.notBefore}`;
    } else if (c.blockedBy !== undefined) {
      waiting[c.id] = c.blockedBy;
    } else if (busy.has(c.server)) {
      waiting[c.id] = 'another job runs on the server';
    } else if (c.kind === 'StartReplication') {
      if (slotRoom <= 0) {
        waiting[c.id] = `all ${quotas.activeServers} active server slots are taken`;
      } else if (calls <= 0) {
        waiting[c.id] = 'the call budget of this tick is spent';
      } else {
        slotRoom -= 1;
        calls -= 1;
        batches.push({ kind: c.kind, wave: c.wave, requests: [c.id], servers: [c.server] });
        busy.add(c.server);
      }
    } else if (c.stage === 'reserve') {
      if (serverRoom <= 0) {
        waiting[c.id] = `all ${quotas.serversInJobs} places in jobs are taken or reserved`;
      } else {
        serverRoom -= 1;
        reserve.push(c.id);
      }
    } else if (places <= 0 || (!holds(c) && serverRoom <= 0)) {
      // A reservation keeps a place from our own requests; what somebody else took is gone.
      waiting[c.id] = `all ${quotas.serversInJobs} places in jobs are taken or reserved`;
    } else {
      const key = `${c.kind} ${c.wave} ${c.tier} ${c.refusals > 0 ? c.id : ''}`;
      let batch = open.get(key);
      if (batch === undefined || batch.servers.length >= quotas.serversPerJob) {
        if (jobRoom <= 0) {
          waiting[c.id] = `all ${quotas.jobs} jobs are running`;
          continue;
        }
        jobRoom -= 1;
        batch = { kind: c.kind, wave: c.wave, requests: [], servers: [] };
        open.set(key, batch);
        batches.push(batch);
      }
      places -= 1;
      if (!holds(c)) serverRoom -= 1;
      batch.requests.push(c.id);
      batch.servers.push(c.server);
      busy.add(c.server);
    }
  }
  return { batches, reserve, waiting };
}

/** How long a reservation holds without a launch. */
export const reservationSeconds = 6 * 3600;

/** How long a refused request waits: doubling from one minute to half an hour. */
export function backOffSeconds(refusals: number): number {
  return Math.min(1800, 60 * 2 ** Math.max(0, refusals - 1));
}
