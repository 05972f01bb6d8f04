// The documents that Landfall keeps, where each lies, and how to read and change them. Each is changed by a
// conditional write; `change` reads, decides and writes again until nobody came in between.
import type { JobKind, LaunchKind } from '../core/admission.ts';
import type { Census } from '../core/census.ts';
import type { Limits } from '../core/change/bands.ts';
import type { ClientContact } from '../core/change/client-silence.ts';
import type { InstanceFacts } from '../core/change/drs/instance-facts.ts';
import type { DrsState } from '../core/change/drs/server-facts.ts';
import type { EtaMark } from '../core/change/eta.ts';
import type { JobCounts } from '../core/change/job-progress.ts';
import type { Pressure, WatchedQuota } from '../core/change/quota-pressure.ts';
import type { Facts } from '../core/change.ts';
import type { Approval } from '../core/condition/approved.ts';
import type { Condition } from '../core/condition/condition.ts';
import type { Memory } from '../core/condition/memory.ts';
import type { Accepted } from '../core/configuration/accepted.ts';
import type { ConfigurationSeen, Drift, Templates } from '../core/configuration/drift.ts';
import type { LaunchLook } from '../core/configuration/launch-look.ts';
import type { LaunchTemplateMark } from '../core/configuration/launch-template-mark.ts';
import type { Surroundings } from '../core/configuration/surroundings.ts';
import type { AppliedEntry, AppliedSettings } from '../core/desired/applied.ts';
import type { SettingsCourse } from '../core/desired/course.ts';
import type { SettledOccurrence } from '../core/drill-schedule/tell-schedule.ts';
import type { PendingEvent } from '../core/event/stream.ts';
import type { LaunchResult } from '../core/event/tell.ts';
import type { InstanceIdentity } from '../core/event/tell-drs.ts';
import type { JobIdentity } from '../core/event/tell-job.ts';
import { type Failure, FailureCode, TransientFailure } from '../core/failure.ts';
import type { HealthEvidence, SignOff } from '../core/gate.ts';
import type { HookRun } from '../core/hook/hook-run.ts';
import type { GivenKind, WaveOrders, WideOrders } from '../core/order/order.ts';
import type { Outcome } from '../core/outcome.ts';
import type { NetworkRecovery } from '../core/phase/network-recovery.ts';
import type { RecoverySnapshot } from '../core/phase/recovery-point-choice.ts';
import type { Arrival, Stretch } from '../core/phase.ts';
import type { GatedPhase, WaveGates } from '../core/plan/gates.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { PreflightPlan } from '../core/plan/preflight-plan.ts';
import type { ServerSettings, WavePolicy } from '../core/plan/settings-for.ts';
import type { StallCourse } from '../core/remedy.ts';
import type { BlockedPhase } from '../core/review/checking.ts';
import type {
  ApprovalRequest,
  ClosedGate,
  GivenApproval,
  PhaseResult,
  StageWindow,
} from '../core/review/wave-view.ts';
import { type Target, targetName } from '../core/target.ts';
import type { Instant } from '../core/time.ts';
import type { Item, Ports, Store } from './ports.ts';

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

/** A server's configurations as they were when its wave began. */
export interface BaselineRecord {
  readonly server: string;
  readonly wave: string;
  readonly aspects: ConfigurationSeen;
  /** What `landfall settings` is setting in it right now: as expected, whether it is set already or not. */
  readonly accepted?: Accepted;
  /** Its tags that may be told. */
  readonly tags: Readonly<Record<string, string>>;
  readonly vcenterClientId: string | null;
  /** The instance type that MGN would choose for it; null where the service names none. */
  readonly recommendedType: string | null;
}

/** A change of a server's settings that was made on purpose, and that the next tick tells. */
export interface UntoldSettings extends Pick<AppliedSettings, 'server' | 'plan' | 'wave'> {
  readonly entry: AppliedEntry;
}

/** What the last look at a server of DRS saw of what it is launched with; its preflight goes by it. */
export interface LaunchLookRecord extends LaunchLook {
  /** Its tags that may be told. */
  readonly tags: Readonly<Record<string, string>>;
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

/** What is recorded of one source server: its facts, its event sequence, and what is not published yet. */
export interface ServerRecord {
  readonly sourceServerId: string;
  readonly arn: string;
  readonly hostname: string | null;
  readonly facts: Facts;
  readonly sequence: number;
  readonly pending: readonly PendingEvent[];
  readonly wave: string | null;
  /** The last launch results that were told, by job; so that none is told twice. */
  readonly toldJobs: readonly string[];
  /** The calls of others that were told last, by CloudTrail's id; so that none is told twice. */
  readonly toldCalls?: readonly string[];
  /** Up to where its plan calls lag and backlog good; absent where no plan has named it. */
  readonly limits?: Limits;
  /** The course of its stalls, and what was tried; absent where it never stalled. */
  readonly stall?: StallCourse;
  /** The estimated end of its sync that later estimates are measured by. */
  readonly eta?: EtaMark;
  /** How its configurations differ from what is expected of them; absent where they do not. */
  readonly drift?: Drift;
  /** When the last change of its settings that was told was begun; absent where none was. */
  readonly settingsToldAt?: Instant;
  /** Its EC2 launch template as it was when it was launched last; DRS only, absent before the first look. */
  readonly launchTemplate?: LaunchTemplateMark;
  /** What only DRS tells of it; absent for servers of MGN. */
  readonly drs?: DrsState;
}

/** What is recorded of one recovery instance of DRS: its facts, its event sequence, and what is not published yet. */
export interface RecoveryInstanceRecord {
  readonly identity: InstanceIdentity;
  readonly facts: InstanceFacts;
  /** When it was launched, or where that is not known when it was first seen. */
  readonly since: Instant;
  /** The launch of Landfall that made it; absent where somebody else did, or nobody knows. */
  readonly intentId?: string;
  /** Since when it is no longer listed; null while it is. */
  readonly goneAt: Instant | null;
  readonly sequence: number;
  readonly pending: readonly PendingEvent[];
}

/** One parked task token with its condition. Its key is execution, state and item. */
export interface WaitRecord {
  readonly key: string;
  readonly wave: string;
  readonly server: string | null;
  /** The source server of this target that stands for the wave's, where it fails back; absent where it is that itself. */
  readonly sourceServer?: string;
  /** The server's tier; absent where an older Landfall parked it, and for a wave's own waits. */
  readonly tier?: number;
  /** The last order to the server that was taken when it was parked. */
  readonly orderTaken?: number;
  /** A wave's own waits end also with the first order after so many. */
  readonly afterOrder?: number;
  readonly phase: string;
  readonly wait: string;
  readonly condition: Condition;
  readonly notBefore: Instant;
  readonly deadlineAt: Instant | null;
  /** The moment that the deadline counts from; pauses since then extend it. */
  readonly deadlineFrom: Instant;
  /** What a passed deadline means: a failure, or just going on (a hold that expired). */
  readonly onDeadline: 'fail' | 'release';
  readonly token: string;
  readonly enteredAt: Instant;
  readonly retryCount: number;
  readonly contractVersion: number;
  readonly pace: 'near' | 'far';
  readonly reason: string;
  /** When it ends whatever its condition: what the wave decides may have changed by then. */
  readonly wakeAt?: Instant;
  /** When the window closes in which its server launches or is finalized: then it is given up. */
  readonly windowClosesAt?: Instant;
  /** Why it has waited so far, the latest last; told when the wait ends. */
  readonly trail: readonly WaitReason[];
  readonly memory: Memory;
}

/** A reason to wait, from a moment on. */
export interface WaitReason {
  readonly since: Instant;
  readonly reason: string;
}

/** A wait on hooks that whoever runs hooks looks after, until it is released. */
export interface OpenHooks {
  /** The key of the wait. */
  readonly key: string;
  readonly wave: string;
  readonly server: string;
}

/** A durable request for a rationed call. */
export interface LaunchRequest {
  readonly id: string;
  readonly wave: string;
  readonly server: string;
  /** The source server of this target that stands for the wave's, where it fails back; absent where it is that itself. */
  readonly sourceServer?: string;
  readonly phase: string;
  readonly kind: LaunchKind;
  readonly stage: 'reserve' | 'launch';
  readonly tier: number;
  /** The last order to the server that was taken when it was queued. */
  readonly orderTaken?: number;
  readonly requestedAt: Instant;
  readonly deadlineAt: Instant;
  readonly deadlineFrom: Instant;
  /** When the window closes in which it may be called; then it is given up. */
  readonly windowClosesAt?: Instant;
  readonly token: string;
  readonly enteredAt: Instant;
  readonly retryCount: number;
  readonly refusals: number;
  readonly notBefore: Instant | null;
  readonly reservedUntil: Instant | null;
  /** The token that was told of the reservation. */
  readonly answeredToken: string | null;
  /** Since when the server's replication has been stalled while the request waited. */
  readonly stalledSince: Instant | null;
  /** The vCenter client whose silence holds it back; absent or null where none does. */
  readonly silentClient?: string | null;
  /** Why it waits, for the board. */
  readonly reason: string;
}

/** A launch that was decided: written before the call, resolved by the job that carries its tag. */
export interface IntentRecord {
  readonly intentId: string;
  readonly kind: JobKind;
  readonly wave: string;
  readonly requests: readonly string[];
  readonly servers: readonly string[];
  readonly writtenAt: Instant;
  /** The job of each server's last launch when the intent was written: unchanged means nothing happened. */
  readonly jobsBefore: Readonly<Record<string, string | null>>;
  readonly jobId: string | null;
  readonly completeReads: number;
  /** The recovery points that servers are launched from, where they were chosen; DRS only. */
  readonly points?: Readonly<Record<string, RecoverySnapshot>>;
}

/** A request's end, kept so that a repeated request is answered the same. */
export interface LaunchEnd {
  readonly id: string;
  readonly at: Instant;
  readonly status: 'launched' | 'failed';
  readonly result: LaunchResult | null;
  readonly failure: Failure | null;
}

/** The ARNs of machines by the stretch that each is for; of DRS, `cleanup` and `restart` are what rollback is of MGN. */
export type Machines = Readonly<Partial<Record<Stretch | 'cleanup' | 'restart', string>>>;

/** One wave under way. Only nextStage and its neighbours write it. */
export interface WaveRecord {
  readonly wave: string;
  readonly plan: string;
  readonly planHash: string;
  readonly name: string;
  readonly home: Target;
  readonly policy: WavePolicy;
  readonly order: readonly string[];
  readonly cohort: readonly string[];
  readonly cohortsBegun: number;
  /** The machines of its stretches, and the one that takes drills back; older waves have no more than there were. */
  readonly machines: Machines;
  readonly executionArn: string;
  readonly held: {
    readonly since: Instant;
    readonly reason: string;
    /** Whether a person ordered it; else its policy did. */
    readonly ordered?: boolean;
  } | null;
  /** Since when whatever could begin next is paused. */
  readonly standsStill?: { readonly since: Instant; readonly reason: string } | null;
  /** How many orders its last review knew of. */
  readonly ordersKnown?: number;
  /** How many orders to its plan and to everything were told on its stream. */
  readonly wideOrdersTold?: { readonly plan: number; readonly stage: number };
  readonly acknowledgedFailures: number;
  /** The held servers of which one must be resumed before the wave goes on; absent or null where it waits for none. */
  readonly awaitingServers?: AwaitedServers | null;
  readonly awaitingSlotsSince: Instant | null;
  /** The targets that the next cohort waits for: those without a free slot, and those that cannot be reached. */
  readonly awaitedTargets?: {
    readonly full: readonly string[];
    readonly unreached: readonly string[];
  };
  /** What must hold before its phases begin; absent where nothing must. */
  readonly gates?: WaveGates;
  /** What is checked before its phases; the built-in checks where it is absent. */
  readonly preflight?: PreflightPlan;
  /** The approval that the wave waits for. */
  readonly awaitingApproval?: ApprovalRequest | null;
  /** The phases that people, or the plan's policy, have let a cohort into. */
  readonly approved?: readonly GivenApproval[];
  /** The window that servers of the cohort wait for. */
  readonly awaitingWindow?: AwaitedWindow | null;
  /** Who started the plan; absent where that is not known. */
  readonly startedBy?: string;
  /** The phases that nobody let the wave into: no server of it begins them any more. */
  readonly closedGates?: readonly ClosedGate[];
  /** The phase that a blocking finding, or a look that is still to come, keeps from starting. */
  readonly blocked?: BlockedPhase | null;
  /** The warnings of the preflight that were told, by their keys. */
  readonly warned?: readonly string[];
  /** When its latest event was told. */
  readonly toldAt?: Instant;
  /** How many of the operators' orders were told. */
  readonly ordersTold?: number;
  /** The stage that was told last: its first execution, which no other stage shares. */
  readonly lastStage?: string;
  /** The servers that a recovery takes from drills; absent until it begins to recover. */
  readonly takenOver?: TakenOver;
  readonly startedAt: Instant;
  readonly concludedAt: Instant | null;
  readonly sequence: number;
  readonly pending: readonly PendingEvent[];
}

/** The servers that a recovery takes from the waves of drills that hold them. */
export interface TakenOver {
  readonly from: readonly { readonly wave: string; readonly servers: readonly string[] }[];
  /** Whether each of these waves was told to let go of them. */
  readonly isOrdered: boolean;
}

/** Held servers that a wave waits for, since when, and until when at most. */
export interface AwaitedServers {
  readonly since: Instant;
  readonly servers: readonly string[];
  readonly until: Instant;
}

/** One server in its wave: what the plan says of it, how far it has come, and the evidence. */
export interface WaveServer {
  readonly server: string;
  readonly wave: string;
  readonly planHash: string;
  readonly plan: string;
  readonly target: Target;
  readonly arn: string;
  readonly hostname: string | null;
  readonly tier: number;
  readonly settings: ServerSettings;
  readonly arrival: Arrival;
  /** Set while its target was never looked at: where it begins, and whether it needs a slot, is not known yet. */
  readonly arrivalUnknown?: true;
  readonly needsSlot: boolean;
  readonly results: readonly PhaseResult[];
  readonly started: {
    readonly phase: Stretch;
    readonly attempt: number;
    readonly at: Instant;
    /** The window in which it launches or is finalized; absent where it may at any time. */
    readonly window?: StageWindow;
    /** Since when it soaks, and until when at least; absent where it need not. */
    readonly soak?: { readonly from: Instant; readonly until: Instant };
  } | null;
  readonly retriesUsed: Readonly<Record<string, number>>;
  readonly frozenAt: Instant | null;
  /** How far its wave is with the settings that it applies; absent before, and where it applies none. */
  readonly desiredCourse?: SettingsCourse;
  /** The tries of its hooks, the latest last; absent where none was made. */
  readonly hookRuns?: readonly HookRun[];
  /** How far it is retired; absent before its replication was stopped. */
  readonly retirement?: Retirement;
  /** The server of another account that it was extended as; absent where it was not. */
  readonly extension?: { readonly accountId: string; readonly serverId: string };
  /** How it fails back; absent before its replication was reversed. */
  readonly failback?: Failback;
  readonly launch: LaunchResult | null;
  /** Its launches by a real recovery of this wave; absent before the first has ended. */
  readonly recovered?: {
    readonly calledAt: Instant;
    readonly launches: readonly { readonly jobId: string; readonly attempt: number }[];
  };
  /** The recovery point that was told last as chosen, with its attempt. */
  readonly pointTold?: string;
  readonly health: HealthEvidence | null;
  readonly signOff: SignOff | null;
  readonly outcome: Outcome | null;
  /** The number of the last order to it that was taken. */
  readonly orderTaken?: number;
  /** How many results it had when a person had it retried last. */
  readonly retriedFrom?: number;
  /** The waits whose end was told last, so that none is told twice. */
  readonly toldWaits: readonly string[];
  /** How many beginnings and ends of its holds were told; absent where none was. */
  readonly holdsTold?: number;
  readonly sequence: number;
  readonly pending: readonly PendingEvent[];
}

/** How far a server is retired. */
export interface Retirement {
  /** Since when its replication is stopped: its recovery points are gone. */
  readonly stoppedAt?: Instant;
  /** Since when it is disconnected: there is no way back. */
  readonly disconnectedAt?: Instant;
  /** When it was looked whether anything is left of it. */
  readonly confirmedAt?: Instant;
}

/** How a server fails back. */
export interface Failback {
  /** The recovery instance that it fails back from. */
  readonly instanceId: string;
  /** The source server of the opposite direction; absent where the machine comes back by the failback client. */
  readonly reversed?: { readonly server: string; readonly arn: string; readonly target: Target };
  /** The steps that were told, so that none is told twice. */
  readonly told: readonly string[];
}

/** The orders that changed a command, in order. */
interface OrderLog {
  /** The latest hundred. */
  readonly log?: readonly OrderEntry[];
  /** How many orders came before those of the log. */
  readonly logBefore?: number;
}

/** What a person asked of a wave; written by the operator's commands, read by review. */
export interface WaveCommand extends WaveOrders, OrderLog {}

/** What a person asked of a plan as a whole, or of everything. */
export interface WideCommand extends WideOrders, OrderLog {}

/** One order that an operator gave, or a wave that recovers: who, when and why. */
export interface OrderEntry {
  readonly order: GivenKind;
  /** What a resume ended. */
  readonly ended?: 'pause' | 'hold';
  /** What of the wave it is about; the wave as a whole where it is left out. */
  readonly scope?: {
    readonly tier?: string;
    /** How many servers, and the first of them; all that yield to a recovery. */
    readonly servers: number;
    readonly serverIds: readonly string[];
  };
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
}

/** The latest answer to a wave's request for an approval, with those before it. */
export interface ApprovalRecord extends Approval {
  readonly earlier: readonly Approval[];
}

/** A window that servers of a wave wait for, and why. */
export interface AwaitedWindow {
  readonly phase: GatedPhase;
  readonly cohort: number;
  readonly since: Instant;
  readonly servers: readonly string[];
  readonly opensAt: Instant;
  readonly closesAt: Instant | null;
  readonly because: string;
}

/** A plan that was started; tells which plans there are. */
export interface PlanRecord {
  readonly plan: string;
  readonly planHash: string;
  readonly waves: readonly string[];
}

/** A resolved wave of a plan, as `start` wrote it down. Settings are kept once and named by index. */
export interface PlannedWave {
  readonly plan: string;
  readonly planHash: string;
  readonly name: string;
  readonly dependsOn: readonly string[];
  /** The names of the tiers, by position; absent where it has none. */
  readonly tiers?: readonly string[];
  readonly policy: WavePolicy;
  readonly gates?: WaveGates;
  /** What is checked before its phases; the built-in checks where it is absent. */
  readonly preflight?: PreflightPlan;
  /** Who started the plan; absent where that is not known. */
  readonly startedBy?: string;
  readonly settings: readonly ServerSettings[];
  readonly servers: readonly {
    readonly id: string;
    readonly arn: string;
    readonly hostname: string | null;
    readonly tier: number;
    readonly settings: number;
  }[];
}

/** A drill that comes again by itself: its plan as a person wrote it, and how far its schedule is settled. */
export interface ScheduleRecord {
  /** The name of the plan; each run is a plan of its own, PLAN-YYYYMMDD. */
  readonly plan: string;
  readonly planHash: string;
  readonly document: Plan;
  /** The target of its first server when it was put on record; its events name it. */
  readonly home: Target;
  readonly startedBy?: string;
  readonly since: Instant;
  /** The date of the last occurrence that was settled; null before the first. */
  readonly lastDate: string | null;
  /** The occurrence that somebody is about to begin, and until when nobody else may. */
  readonly open: { readonly date: string; readonly until: Instant } | null;
  readonly paused: {
    readonly since: Instant;
    readonly by: string;
    readonly reason: string;
  } | null;
  /** What came of its occurrences: the latest hundred, the latest last. */
  readonly history: readonly SettledOccurrence[];
  readonly sequence: number;
  readonly pending: readonly PendingEvent[];
}

/** A kind of document: where it lies. */
export interface Place<T> {
  readonly partition: string;
  readonly sort: string;
  readonly kind?: T;
}

const at = <T>(partition: string, sort: string): Place<T> => ({ partition, sort });

/** Where each kind of document lies. */
export const place = {
  target: (target: Target) => at<TargetRecord>(`target/${targetName(target)}`, 'target'),
  targetNamed: (name: string) => at<TargetRecord>(`target/${name}`, 'target'),
  surroundings: (target: Target) =>
    at<Surroundings>(`target/${targetName(target)}`, 'surroundings'),
  baseline: (target: Target, id: string) =>
    at<BaselineRecord>(`baselines/${targetName(target)}`, id),
  launchLook: (target: Target, id: string) =>
    at<LaunchLookRecord>(`launch-looks/${targetName(target)}`, id),
  /** What Landfall changed of a server's settings on demand, so that it can be put back. */
  settings: (target: Target, id: string) =>
    at<AppliedSettings>(`settings/${targetName(target)}`, id),
  untoldSettings: (target: Target, id: string, begunAt: string) =>
    at<UntoldSettings>(
      `untold-settings/${targetName(target)}`,
      begunAt === '' ? id : `${id}/${begunAt}`,
    ),
  server: (target: Target, id: string) => at<ServerRecord>(`servers/${targetName(target)}`, id),
  /** How the servers of a target stood when each was looked at last; in parts, by core/census.ts. */
  census: (target: Target, shard: string) => at<Census>(`census/${targetName(target)}`, shard),
  wait: (target: Target, key: string) => at<WaitRecord>(`waits/${targetName(target)}`, key),
  openHooks: (target: Target, key: string) => at<OpenHooks>(`hooks/${targetName(target)}`, key),
  request: (target: Target, id: string) => at<LaunchRequest>(`requests/${targetName(target)}`, id),
  launchEnd: (target: Target, id: string) => at<LaunchEnd>(`launch-ends/${targetName(target)}`, id),
  intent: (target: Target, id: string) => at<IntentRecord>(`intents/${targetName(target)}`, id),
  /** How far the source networks of a wave's servers are recovered. */
  networks: (target: Target, wave: string) =>
    at<NetworkRecovery>(`networks/${targetName(target)}`, wave),
  recoveryInstance: (target: Target, id: string) =>
    at<RecoveryInstanceRecord>(`recovery-instances/${targetName(target)}`, id),
  job: (target: Target, id: string) => at<JobRecord>(`jobs/${targetName(target)}`, id),
  wave: (wave: string) => at<WaveRecord>(`wave/${wave}`, 'wave'),
  command: (wave: string) => at<WaveCommand>(`wave/${wave}`, 'command'),
  planCommand: (plan: string) => at<WideCommand>(`plan/${plan}`, 'command'),
  // No plan may be called so.
  stageCommand: () => at<WideCommand>('plan/*', 'command'),
  waveServer: (wave: string, server: string) => at<WaveServer>(`wave/${wave}`, `server/${server}`),
  approval: (wave: string, phase: GatedPhase) => at<ApprovalRecord>(`approvals/${wave}`, phase),
  plan: (plan: string) => at<PlanRecord>('plans', plan),
  schedule: (plan: string) => at<ScheduleRecord>('schedules', plan),
  plannedWave: (plan: string, wave: string) => at<PlannedWave>(`plan/${plan}`, `wave/${wave}`),
};

/** A document with the version that the next write must name; version 0 where there is none. */
export interface Held<T> {
  readonly version: number;
  readonly body: T | undefined;
}

/** A document that is there, with its sort key and version. */
export interface Found<T> {
  readonly sort: string;
  readonly version: number;
  readonly body: T;
}

/** Reads a body back as the type of its place. */
function trusted<T>(body: unknown): T {
  // biome-ignore lint/nursery/noUnsafeTypeAssertion: every document is written by this module with its place's type
  return body as T;
}

/** Reads a document. */
export async function read<T>(store: Store, where: Place<T>): Promise<Held<T>> {
  const item = await store.get(where.partition, where.sort);
  return item === undefined
    ? { version: 0, body: undefined }
    : { version: item.version, body: trusted<T>(item.body) };
}

/** Reads all documents of a partition whose sort key starts with that of the place. */
export async function readAll<T>(store: Store, prefix: Place<T>): Promise<readonly Found<T>[]> {
  return foundIn<T>(await store.list(prefix.partition, prefix.sort));
}

/** Reads the documents of a place's partition that have these sort keys, those that are there. */
export async function readMany<T>(
  store: Store,
  { partition }: Place<T>,
  sorts: readonly string[],
): Promise<readonly Found<T>[]> {
  return foundIn<T>(await store.getMany(partition, sorts));
}

function foundIn<T>(items: readonly Item[]): readonly Found<T>[] {
  return items.map(({ sort, version, body }) => ({ sort, version, body: trusted<T>(body) }));
}

// All servers of a stage may draw on the budget of their target at once; each round of writers has one winner.
const attempts = 64;

/**
 * Changes a document: reads it, asks what it shall become, writes that if nobody came in between. The change may
 * be asked several times and must be pure; `undefined` leaves the document as it is.
 */
export async function change<T>(
  store: Store,
  where: Place<T>,
  decide: (body: T | undefined) => T | undefined,
): Promise<T | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const held = await read(store, where);
    const next = decide(held.body);
    if (next === undefined) return held.body;
    const written = await store.put(where.partition, where.sort, next, held.version);
    if (written !== 'conflict') return next;
  }
  throw new TransientFailure(
    FailureCode.StoreConflict,
    `others kept writing ${where.partition} ${where.sort}`,
  );
}

/** Deletes a document when it is still the one that was read; says whether it was. */
export async function remove<T>(store: Store, where: Place<T>, version: number): Promise<boolean> {
  return (await store.delete(where.partition, where.sort, version)) === 'deleted';
}

/**
 * Publishes what a document's outbox holds and empties it. A crash in between publishes again: at least once,
 * under the same event ids.
 */
export async function publishPending<T extends { readonly pending?: readonly PendingEvent[] }>(
  ports: Pick<Ports, 'store' | 'bus'>,
  where: Place<T>,
  body: T,
): Promise<T> {
  const pending = body.pending ?? [];
  if (pending.length === 0) return body;
  const refused = new Set(await ports.bus.publish(pending));
  const told = new Set(
    pending.filter((_, i) => !refused.has(i)).map((event) => event.detail.eventId),
  );
  const next = await change(ports.store, where, (now) =>
    now?.pending === undefined || !now.pending.some((e) => told.has(e.detail.eventId))
      ? undefined
      : { ...now, pending: now.pending.filter((e) => !told.has(e.detail.eventId)) },
  );
  return next ?? body;
}
