import { byTurn, type Shares } from './admission/turn.ts';
import { type Instant, toMs } from './time.ts';

/** What can be asked for: the calls that the account's quotas ration. */
export const launchKinds = [
  'StartReplication',
  'StartTest',
  'StartCutover',
  'TerminateTargetInstances',
  'StartDrill',
  'TerminateRecoveryInstances',
  'StartRecovery',
  'CreateExtendedSourceServer',
  'StartFailbackLaunch',
] as const;
export type LaunchKind = (typeof launchKinds)[number];
/** The kinds that start a job over many servers. */
export type JobKind = Exclude<LaunchKind, 'StartReplication' | 'CreateExtendedSourceServer'>;
/**
 * The kinds of DRS that start a job: StartRecovery with isDrill and without, the termination of what it launched, and the
 * launch through failback clients.
 */
const drsJobKinds = [
  'StartDrill',
  'TerminateRecoveryInstances',
  'StartRecovery',
  'StartFailbackLaunch',
] as const satisfies readonly LaunchKind[];
export type DrsJobKind = (typeof drsJobKinds)[number];
/** Whether a kind starts a job of DRS. */
export function isDrsJob(kind: LaunchKind): kind is DrsJobKind {
  return drsJobKinds.some((one) => one === kind);
}

/** The kinds of MGN that start a job. */
export type MgnJobKind = Exclude<JobKind, DrsJobKind>;

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
  /** The vCenter client that would copy the disks of an agentless server. */
  readonly client?: string;
}

/** What runs in the account and Region already, whoever started it. */
export interface Load {
  readonly openJobs: number;
  readonly serversInJobs: number;
  readonly busyServers: ReadonlySet<string>;
  readonly activeServers: number;
  /** Of the servers in jobs, those of our waves, by wave. */
  readonly inJobsOfWaves: Shares;
  /** Servers in their first copy, by vCenter client. */
  readonly firstSyncs: Shares;
}

/** What plans allow themselves below the quotas. */
export interface Restraint {
  /** How many servers of one vCenter client may be in their first copy; absent: as many as there are slots. */
  readonly firstSyncsPerClient?: number;
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

// Undoing goes first, then what a window waits for, then what frees capacity, then the rest. Nothing of DRS goes before a
// real recovery, but the places that are kept for rollbacks are not for it.
const urgency: Readonly<Record<string, number>> = {
  'rollback/TerminateTargetInstances': 0,
  'rollback/StartReplication': 0,
  'cutover/StartCutover': 1,
  'test/TerminateTargetInstances': 2,
  'test/StartTest': 3,
  'recover/StartRecovery': 0,
  'failback/StartRecovery': 0,
  'failback/StartFailbackLaunch': 0,
  'rollback/TerminateRecoveryInstances': 1,
  'drill/TerminateRecoveryInstances': 2,
  'retire/TerminateRecoveryInstances': 2,
  'vacate/TerminateRecoveryInstances': 2,
  'drill/StartDrill': 3,
  'replicate/StartReplication': 4,
  'protect/StartReplication': 4,
  'extend/CreateExtendedSourceServer': 4,
};

/** Launches go before reservations of the same kind. */
function rankOf({ phase, kind, stage }: Candidate): number {
  return 2 * (urgency[`${phase}/${kind}`] ?? 5) + Number(stage === 'reserve');
}

/** How many single-server calls one tick may make in a target; a rate budget, as MGN publishes no rates. */
export const callsPerTick = 60;

/** What is kept of the jobs and of the places in them for rollbacks: a twentieth, of the published quotas 1 and 10. */
export const rollbackPercent = 5;

/**
 * Chooses what may start in this tick: never two jobs for a server, never beyond the quotas counting everybody's
 * jobs, reservations kept for those who hold them, room kept for rollbacks, waves served in turn, one batch a kind,
 * wave and tier (design.md 8, 15.3, 15.11).
 */
export function admit(
  candidates: readonly Candidate[],
  load: Load,
  quotas: Quotas,
  now: Instant,
  restraint: Restraint = {},
): Admission {
  const round = new Round(candidates, load, quotas, now, restraint);
  const ranks = [...new Set(candidates.map(rankOf))].sort((a, b) => a - b);
  for (const rank of ranks) {
    const ofRank = candidates.filter((c) => rankOf(c) === rank);
    for (const c of byTurn(ofRank, round.shares)) round.take(c);
  }
  return round.admission();
}

interface OpenBatch extends Batch {
  readonly requests: string[];
  readonly servers: string[];
}

/** One tick's choice, made request by request: what is left of each room, and what was given. */
class Round {
  readonly #quotas: Quotas;
  readonly #nowMs: number;
  readonly #restraint: Restraint;
  readonly #busy: Set<string>;
  readonly #firstSyncs: Map<string, number>;
  /** The places in jobs that each wave has or will have. */
  readonly #shares: Map<string, number>;
  #jobs: number;
  #places: number;
  #unreserved: number;
  #slots: number;
  #calls = callsPerTick;
  readonly #batches: OpenBatch[] = [];
  readonly #open = new Map<string, OpenBatch>();
  readonly #reserve: string[] = [];
  readonly #waiting: Record<string, string> = {};

  constructor(
    candidates: readonly Candidate[],
    load: Load,
    quotas: Quotas,
    now: Instant,
    restraint: Restraint,
  ) {
    this.#quotas = quotas;
    this.#nowMs = toMs(now);
    this.#restraint = restraint;
    this.#busy = new Set(load.busyServers);
    this.#firstSyncs = new Map(load.firstSyncs);
    this.#shares = new Map(load.inJobsOfWaves);
    const reserved = candidates.filter((c) => this.#holds(c));
    for (const c of reserved) count(this.#shares, c.wave);
    this.#jobs = quotas.jobs - load.openJobs;
    this.#places = quotas.serversInJobs - load.serversInJobs;
    this.#unreserved = this.#places - reserved.length;
    this.#slots = quotas.activeServers - load.activeServers;
  }

  get shares(): Shares {
    return this.#shares;
  }

  admission(): Admission {
    return { batches: this.#batches, reserve: this.#reserve, waiting: this.#waiting };
  }

  /** Gives a request what it asks for, or says why it waits. */
  take(c: Candidate): void {
    if (c.stage === 'reserve' && this.#holds(c)) return;
    const because = this.#heldBack(c) ?? this.#give(c);
    if (because !== undefined) this.#waiting[c.id] = because;
  }

  #holds(c: Candidate): boolean {
    const until = c.reservedUntil;
    return until !== undefined && toMs(until) > this.#nowMs && !this.#busy.has(c.server);
  }

  #heldBack(c: Candidate): string | undefined {
    if (c.notBefore !== undefined && toMs(c.notBefore) > this.#nowMs) {
      return `refused before; asked again after ${c.notBefore}`;
    }
    if (c.blockedBy !== undefined) return c.blockedBy;
    return this.#busy.has(c.server) ? 'another job runs on the server' : undefined;
  }

  #give(c: Candidate): string | undefined {
    if (c.kind === 'StartReplication') return this.#feed(c);
    if (c.kind === 'CreateExtendedSourceServer') return this.#callAlone(c);
    return c.stage === 'reserve' ? this.#keep(c) : this.#launch(c);
  }

  #feed(c: Candidate): string | undefined {
    const { activeServers } = this.#quotas;
    if (this.#slots <= 0) return `all ${activeServers} active server slots are taken`;
    const most = this.#restraint.firstSyncsPerClient;
    if (c.client !== undefined && most !== undefined) {
      const copying = this.#firstSyncs.get(c.client) ?? 0;
      if (copying >= most) {
        return `vCenter client ${c.client} makes the first copy of ${copying} servers; the plan allows ${most}`;
      }
    }
    const spent = this.#callAlone(c);
    if (spent !== undefined) return spent;
    this.#slots -= 1;
    if (c.client !== undefined) count(this.#firstSyncs, c.client);
    return undefined;
  }

  /** A call for one server, without a job. */
  #callAlone(c: Candidate): string | undefined {
    if (this.#calls <= 0) return 'the call budget of this tick is spent';
    this.#calls -= 1;
    this.#batches.push({ kind: c.kind, wave: c.wave, requests: [c.id], servers: [c.server] });
    this.#busy.add(c.server);
    return undefined;
  }

  #keep(c: Candidate): string | undefined {
    if (this.#unreserved <= this.#keptOf(c, this.#quotas.serversInJobs)) return this.#full();
    this.#unreserved -= 1;
    count(this.#shares, c.wave);
    this.#reserve.push(c.id);
    return undefined;
  }

  #launch(c: Candidate): string | undefined {
    const kept = this.#keptOf(c, this.#quotas.serversInJobs);
    const holds = this.#holds(c);
    // A reservation keeps a place from our own requests; what somebody else took is gone.
    if (this.#places <= kept || (!holds && this.#unreserved <= kept)) return this.#full();
    const batch = this.#batchFor(c);
    if (batch === undefined) {
      return `all ${this.#quotas.jobs} jobs are running, or kept for rollbacks`;
    }
    this.#places -= 1;
    if (!holds) {
      this.#unreserved -= 1;
      count(this.#shares, c.wave);
    }
    batch.requests.push(c.id);
    batch.servers.push(c.server);
    this.#busy.add(c.server);
    return undefined;
  }

  /** The batch that takes the request; undefined where it needs one more job, and none is free. */
  #batchFor(c: Candidate): OpenBatch | undefined {
    const key = `${c.kind} ${c.wave} ${c.tier} ${c.refusals > 0 ? c.id : ''}`;
    const open = this.#open.get(key);
    if (open !== undefined && open.servers.length < this.#quotas.serversPerJob) return open;
    if (this.#jobs <= this.#keptOf(c, this.#quotas.jobs)) return undefined;
    this.#jobs -= 1;
    const batch: OpenBatch = { kind: c.kind, wave: c.wave, requests: [], servers: [] };
    this.#open.set(key, batch);
    this.#batches.push(batch);
    return batch;
  }

  #full(): string {
    return `all ${this.#quotas.serversInJobs} places in jobs are taken, reserved or kept for rollbacks`;
  }

  /** What a request leaves of a quota for those that undo. */
  #keptOf({ phase }: Candidate, quota: number): number {
    return phase === 'rollback' ? 0 : Math.floor((quota * rollbackPercent) / 100);
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** How long a reservation holds without a launch. */
export const reservationSeconds = 6 * 3600;

/** How long a refused request waits: doubling from one minute to half an hour. */
export function backOffSeconds(refusals: number): number {
  return Math.min(1800, 60 * 2 ** Math.max(0, refusals - 1));
}
