// What is kept of a target: its poller, its jobs.
import type { ClientContact } from '../../core/change/client-silence.ts';
import type { JobCounts } from '../../core/change/job-progress.ts';
import type { Pressure, WatchedQuota } from '../../core/change/quota-pressure.ts';
import type { Templates } from '../../core/configuration/drift.ts';
import type { PendingEvent } from '../../core/event/stream.ts';
import type { JobIdentity } from '../../core/event/tell-job.ts';
import type { Target } from '../../core/target.ts';
import type { Instant } from '../../core/time.ts';

/** What a running wave asks of the poller of its targets. */
export interface WavePace {
  readonly minSeconds: number;
  readonly maxSeconds: number;
  /** How many servers of one vCenter client may be in their first copy; absent where the plan says nothing. */
  readonly firstSyncsPerClient?: number;
  /** Set where it is a real recovery, to which drills yield. */
  readonly recovers?: true;
}

/** What the poller knows of its target between ticks. */
export interface TargetRecord {
  readonly target: Target;
  /** Counts the ticks without gaps; skipped ones do not count. */
  readonly tick: number;
  readonly lastFailedTick: number;
  readonly nextTickAt: Instant;
  /** Set while a tick runs. A tick that finds an expired one follows a tick that died. */
  readonly leaseUntil: Instant | null;
  /** When all servers were looked at last: at the slow pace of its target. */
  readonly lastSweepAt: Instant | null;
  /** Servers that took an active slot at the last sweep, corrected by what was seen since. */
  readonly activeServers: number | null;
  /** Of these, agentless ones in their first copy, by vCenter client; absent where an older Landfall wrote it. */
  readonly firstSyncs?: Readonly<Record<string, number>>;
  /** The account-Region's quotas as Service Quotas told them, by code. */
  readonly quotaValues: Readonly<Record<string, number>>;
  readonly quotasReadAt: Instant | null;
  /** How often the waves that run want the target looked at, and how fast it may be fed; the most demanding counts. */
  readonly paces: Readonly<Record<string, WavePace>>;
  /** Whether the bus refused events of the last tick; the next one looks for them in every server's record. */
  readonly owesEvents: boolean;
  /** The waves of which the bus refused events; the next tick publishes them. */
  readonly owedWaves?: readonly string[];
  /** Active slots that cohorts have reserved and not yet filled, by wave. */
  readonly slotReservations: Readonly<Record<string, number>>;
  /** Why the last tick could not read the target at all; absent or null while it can be reached. */
  readonly unreachable?: Unreachable | null;
  /** Since when its jobs are followed: older ones are not told. Absent where an older Landfall wrote it. */
  readonly jobsFrom?: Instant;
  /** How much of each quota was used when it was told last; a quota that was never measured is absent. */
  readonly pressure?: Readonly<Partial<Record<WatchedQuota, Pressure>>>;
  /** Up to when the turns of its servers are over, in which their recovery snapshots are asked for; DRS only. */
  readonly snapshotTurnsUntil?: Instant;
  /** Its vCenter clients at the last look; absent before the first. */
  readonly clients?: Readonly<Record<string, ClientContact>>;
  /** When its last tick began; absent where an older Landfall wrote it. */
  readonly lastTickAt?: Instant;
  /** The calls of others that were told last, by CloudTrail's id; so that none is told twice. */
  readonly toldCalls?: readonly string[];
  /** Open jobs and the servers in them, ours or not, when all were listed last. */
  readonly jobLoad?: { readonly jobs: number; readonly servers: number };
  /** How far the configurations of its servers are looked at; absent before the first wave. */
  readonly configuration?: ConfigurationPace;
  /** How far the settings of its servers are looked at; DRS only, absent before the first look. */
  readonly drsConfiguration?: DrsConfigurationPace;
  /** The account's launch and replication templates as they were told last, by id; absent before the first look. */
  readonly templates?: Templates;
  /** The error classes of which too many servers stall to retry any, and since when. */
  readonly remediesStopped?: Readonly<Record<string, Instant>>;
  /** Counts the events of the target's own stream; absent before the first. */
  readonly sequence?: number;
  /** Events of the target's own stream that are not published yet. */
  readonly pending?: readonly PendingEvent[];
}

/** How far a target's configurations are looked at: a few servers a tick, round after round. */
export interface ConfigurationPace {
  /** The waves whose servers the last whole round went through. */
  readonly waves: readonly string[];
  /** When the last whole round began; null before the first. */
  readonly lookedAt: Instant | null;
  /** When the launch templates and what launches need were last looked at; null before the first time. */
  readonly templatesAt: Instant | null;
  /** The round that is under way: since when, over which waves, and the server that it went through last. */
  readonly round: {
    readonly since: Instant;
    readonly waves: readonly string[];
    readonly after: string;
  } | null;
  /** Why the last look was refused; null where it was not. */
  readonly refused: { readonly since: Instant; readonly reason: string } | null;
}

/** How far the settings of a target of DRS are looked at: a few servers a tick, round after round. */
export interface DrsConfigurationPace {
  /** A mark of the templates that the last whole round compared with; empty before the first. */
  readonly templates: string;
  /** When the last whole round began; null before the first. */
  readonly lookedAt: Instant | null;
  /** When the account's templates and the launch templates were looked at last; null before the first time. */
  readonly templatesAt: Instant | null;
  /** The round that is under way: since when, with which templates, and the server that it went through last. */
  readonly round: {
    readonly since: Instant;
    readonly templates: string;
    readonly after: string;
  } | null;
  /** When what launches of running waves need was looked at last, and of which waves; absent before the first of them. */
  readonly surroundings?: { readonly at: Instant; readonly waves: readonly string[] };
  /** Why the last look was refused; null where it was not. */
  readonly refused: { readonly since: Instant; readonly reason: string } | null;
}

/** What is recorded of one job of the service, ours or not: how far it was told. */
export interface JobRecord extends JobIdentity {
  readonly counts: JobCounts;
  readonly ended: boolean;
  /** When it was first seen; orders and ages records whose job tells no date. */
  readonly seenAt: Instant;
  readonly sequence: number;
  readonly pending: readonly PendingEvent[];
}

/** What keeps a target from being read. */
export type UnreachableKind =
  | 'not-initialized'
  | 'region-off'
  | 'no-endpoint'
  | 'role-refused'
  | 'access-denied';

/** Since when and why a target cannot be read, and what a person does about it. */
export interface Unreachable {
  readonly since: Instant;
  readonly kind: UnreachableKind;
  /** What AWS said. */
  readonly reason: string;
  readonly remedy: string;
}
