import type { ClientSeen } from '../../core/change/client-silence.ts';
import type { RecoveryPointLook } from '../../core/change/drs/recovery-point.ts';
import type { DrsFacts } from '../../core/change/drs/server-facts.ts';
import type { Approval } from '../../core/condition/approved.ts';
import type { InstanceStatus } from '../../core/condition/sight.ts';
import type { Templates } from '../../core/configuration/drift.ts';
import { type Failure, FailureCode, failure } from '../../core/failure.ts';
import { holdDeadline, openHold, type ServerHolds } from '../../core/hold.ts';
import type { JobObservation } from '../../core/job.ts';
import type { RecoveryInstanceObservation } from '../../core/observation/recovery-instance.ts';
import type { Observation } from '../../core/observation.ts';
import { effectivePauses, pauseReason } from '../../core/order/effective-pauses.ts';
import type { Orders, Placed } from '../../core/order/order.ts';
import { extendedDeadline, mergedPauses, type Pause } from '../../core/pause.ts';
import type { Extensible } from '../../core/phase/extend.ts';
import type { NetworkRecovery, NetworkSeen } from '../../core/phase/network-recovery.ts';
import type { DrsLimits } from '../../core/target-list/drs-limits.ts';
import { type Instant, toMs } from '../../core/time.ts';
import type {
  Answer,
  DrsApi,
  Ports,
  Refusal,
  ServiceApi,
  WatchApi,
  WireDocument,
} from '../ports.ts';
import type { RecoveryInstanceRecord } from '../records/server-records.ts';
import type {
  ConfigurationPace,
  DrsConfigurationPace,
  JobRecord,
  TargetRecord,
} from '../records/target-records.ts';
import type { IntentRecord, LaunchRequest, WaitRecord } from '../records/wait-records.ts';

/** A document of the store with the place and the version that it was read with. */
export interface Kept<T> {
  readonly sort: string;
  readonly version: number;
  readonly body: T;
}

/** All that one tick knows: what is on record, and what it has seen so far. Filled from left to right. */
export interface Tick {
  readonly ports: Ports;
  readonly api: WatchApi;
  readonly now: Instant;
  readonly number: number;
  /** How often all servers are looked at, whether anything waits for them or not. */
  readonly watchSeconds: number;
  /** How often the settings of servers are looked at. */
  readonly settingsSeconds: number;
  readonly target: TargetRecord;
  readonly waits: readonly Kept<WaitRecord>[];
  readonly requests: readonly Kept<LaunchRequest>[];
  readonly intents: readonly Kept<IntentRecord>[];
  /** What is on record of the account's jobs, ours or not. */
  readonly jobs: readonly Kept<JobRecord>[];
  /** What persons have ordered of the waves that run, by wave. */
  readonly orders: ReadonlyMap<string, Orders>;
  /** The holds of the servers of the waves that run, by wave; what this tick holds is added. */
  readonly holds: Map<string, ServerHolds>;
  /** What was answered to waves that wait for an approval, by the key of the wait. */
  readonly approvals: ReadonlyMap<string, readonly Approval[]>;
  readonly seen: Seen;
  readonly counts: TickCounts;
  /** From where on a target of DRS is told to be amiss; absent for one of MGN. */
  readonly drsLimits?: DrsLimits;
}

/** A tick of a target of MGN, which may act as well. */
export interface MgnTick extends Tick {
  readonly api: ServiceApi;
}

/** A tick of a target of DRS. */
export interface DrsTick extends Tick {
  readonly api: DrsApi;
  readonly drsLimits: DrsLimits;
}

/** What an account that servers of a target are extended into shows in one tick. */
export interface ExtensionsSeen {
  readonly extensions: readonly Observation[];
  /** What it lists as extensible, by ARN. */
  readonly listed: ReadonlyMap<string, Extensible>;
}

/** The source networks of the servers of a wave, and how far they are recovered. */
export interface WaveNetworks {
  readonly wanted: readonly string[];
  readonly seen: ReadonlyMap<string, NetworkSeen>;
  record: NetworkRecovery | undefined;
}

/** What the tick's reads brought. */
export interface Seen {
  readonly servers: Map<string, Observation>;
  /** Asked for by id, and not in a complete answer. */
  readonly absent: Set<string>;
  readonly jobs: Map<string, JobObservation>;
  /** Whether `jobs` holds every open job of the account and Region. */
  allJobs: boolean;
  /** The logs of ended jobs that were read in this tick; undefined where the answer was refused. */
  readonly jobLogs: Map<string, readonly WireDocument[] | undefined>;
  readonly instances: Map<string, InstanceStatus>;
  /** All vCenter clients of the account; undefined where nobody asked, or the answer was refused. */
  clients: { readonly seen: readonly ClientSeen[]; readonly answeredAt: Instant } | undefined;
  /** vCenter clients that are alive; undefined where nobody asked. */
  liveClients: ReadonlySet<string> | undefined;
  /** How far the configurations were looked at by the end of this tick; undefined where nothing was due. */
  configuration: ConfigurationPace | undefined;
  /** How far the settings of DRS were looked at by the end of this tick; undefined where nothing was due. */
  drsConfiguration: DrsConfigurationPace | undefined;
  /** The account's templates; undefined where nobody asked, or an answer was refused. */
  templates: Templates | undefined;
  /** The newest recovery snapshots of the servers that were asked for theirs; DRS only. */
  readonly recoveryPoints: Map<string, RecoveryPointLook>;
  /** Up to when the turns of servers are over, in which their recovery snapshots are asked for; DRS only. */
  snapshotTurnsUntil: Instant | undefined;
  /** All recovery instances of the account; DRS only. */
  readonly recoveryInstances: Map<string, RecoveryInstanceObservation>;
  /** What is on record of recovery instances as of this tick, of those that are gone for some days as well. */
  readonly instanceRecords: Map<string, RecoveryInstanceRecord>;
  /** What the accounts show that servers are extended into, by the name of the target; DRS only. */
  readonly extensions: Map<string, ExtensionsSeen | { readonly refusal: Refusal }>;
  /** What is seen of source networks, and on record of their recovery, by wave; DRS only. */
  readonly networks: Map<string, WaveNetworks | { readonly refusal: Refusal }>;
  /** What is on record of the servers of DRS as of this tick. */
  readonly recoveryFacts: Map<string, DrsFacts>;
  swept: boolean;
  /** Whether the bus refused an event of a server in this tick. */
  owesEvents: boolean;
  activeServers: number | null;
  /** Agentless servers in their first copy, by vCenter client. */
  firstSyncs: ReadonlyMap<string, number>;
  /** Calls of this tick that were throttled. */
  throttledCalls: number;
}

/** Nothing seen yet, in a target of which so many active servers and first copies were known before. */
export function nothingSeen(
  activeServers: number | null,
  firstSyncs: Readonly<Record<string, number>> = {},
): Seen {
  return {
    servers: new Map(),
    absent: new Set(),
    jobs: new Map(),
    allJobs: false,
    jobLogs: new Map(),
    instances: new Map(),
    clients: undefined,
    liveClients: undefined,
    configuration: undefined,
    drsConfiguration: undefined,
    templates: undefined,
    recoveryPoints: new Map(),
    snapshotTurnsUntil: undefined,
    recoveryInstances: new Map(),
    instanceRecords: new Map(),
    extensions: new Map(),
    networks: new Map(),
    recoveryFacts: new Map(),
    swept: false,
    owesEvents: false,
    activeServers,
    firstSyncs: new Map(Object.entries(firstSyncs)),
    throttledCalls: 0,
  };
}

/** Makes one counted call to the service of the target. */
export async function ask<T>(
  tick: Pick<Tick, 'seen' | 'counts'>,
  call: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  tick.counts.apiCalls += 1;
  const answer = await call();
  if (!answer.ok && answer.refusal.kind === 'throttled') tick.seen.throttledCalls += 1;
  return answer;
}

/** Reads the log of an ended job, once a tick; undefined where the answer was refused. */
export async function logOf(
  tick: Pick<Tick, 'api' | 'seen' | 'counts'>,
  jobId: string,
): Promise<readonly WireDocument[] | undefined> {
  const { jobLogs } = tick.seen;
  if (!jobLogs.has(jobId)) {
    const answer = await ask(tick, () => tick.api.describeJobLog(jobId));
    jobLogs.set(jobId, answer.ok ? answer.value : undefined);
  }
  return jobLogs.get(jobId);
}

/** What a tick did, for its one log line and its report. */
export interface TickCounts {
  looked: number;
  changed: number;
  published: number;
  released: number;
  failed: number;
  launched: number;
  apiCalls: number;
}

/** Whom something waits for: a wave, or one of its servers. */
export interface WaitingFor {
  readonly wave: string;
  readonly server: string | null;
  readonly tier?: number;
}

function placedOf({ server, tier }: WaitingFor): Placed | undefined {
  // A wait that an older Landfall parked does not tell its tier; no tier has this number.
  return server === null ? undefined : { server, tier: tier ?? -1 };
}

/** Says why nothing may be released or called for whom something waits; undefined where nothing is paused. */
export function pausedBecause(tick: Pick<Tick, 'orders'>, waiting: WaitingFor): string | undefined {
  return pauseReason(tick.orders.get(waiting.wave) ?? {}, placedOf(waiting));
}

/** Says whether an operator has aborted a wave: what it waits for is given up. */
export function isAborted(tick: Pick<Tick, 'orders'>, wave: string): boolean {
  return tick.orders.get(wave)?.wave?.aborted === true;
}

function pausesOf({ orders }: Pick<Tick, 'orders'>, waiting: WaitingFor): readonly Pause[] {
  return effectivePauses(orders.get(waiting.wave) ?? {}, placedOf(waiting));
}

/** The stretches during which whom something waits for was paused, or its server held: no deadline counts them. */
export function stopsOf(
  tick: Pick<Tick, 'orders' | 'holds'>,
  waiting: WaitingFor,
): readonly Pause[] {
  const { wave, server } = waiting;
  const holds = server === null ? undefined : tick.holds.get(wave)?.[server];
  const pauses = pausesOf(tick, waiting);
  return holds === undefined ? pauses : mergedPauses([pauses, holds]);
}

/** How a server of a wave is held: not at all, until a person resumes it, or longer than anybody waits for that. */
export function holdOf(
  tick: Pick<Tick, 'orders' | 'holds' | 'now'>,
  waiting: WaitingFor,
): { readonly reason: string; readonly expired: boolean } | undefined {
  const { wave, server } = waiting;
  const hold = server === null ? undefined : openHold(tick.holds.get(wave)?.[server]);
  if (hold === undefined) return undefined;
  const until = holdDeadline(hold, pausesOf(tick, waiting), tick.now);
  return { reason: hold.reason, expired: toMs(tick.now) >= toMs(until) };
}

/** Says whether the window has closed in which something was to be launched or finalized. */
export function isWindowOver(
  tick: Pick<Tick, 'now'>,
  { windowClosesAt }: { readonly windowClosesAt?: Instant },
): boolean {
  return windowClosesAt !== undefined && toMs(tick.now) >= toMs(windowClosesAt);
}

/** The failure of what a window closed on: nothing is launched, and it goes on in the next one. */
export function windowClosed(
  { windowClosesAt }: { readonly windowClosesAt?: Instant },
  what: string,
): Failure {
  return failure(
    FailureCode.WindowClosed,
    `the window closed at ${windowClosesAt ?? 'its end'}, and ${what}`,
  );
}

/** Says whether a deadline has passed, with the time added to it that what it is for was paused or its server held. */
export function isOverdue(
  tick: Pick<Tick, 'orders' | 'holds' | 'now'>,
  waiting: WaitingFor & { readonly deadlineAt: Instant; readonly deadlineFrom: Instant },
): boolean {
  const deadline = { from: waiting.deadlineFrom, at: waiting.deadlineAt };
  return toMs(tick.now) >= toMs(extendedDeadline(deadline, stopsOf(tick, waiting), tick.now));
}
