// What is kept of a wave and of each of its servers.
import type { SettingsCourse } from '../../core/desired/course.ts';
import type { PendingEvent } from '../../core/event/stream.ts';
import type { LaunchResult } from '../../core/event/tell.ts';
import type { HealthEvidence, SignOff } from '../../core/gate.ts';
import type { HookRun } from '../../core/hook/hook-run.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Arrival, Stretch } from '../../core/phase.ts';
import type { GatedPhase, WaveGates } from '../../core/plan/gates.ts';
import type { PreflightPlan } from '../../core/plan/preflight-plan.ts';
import type { ServerSettings, WavePolicy } from '../../core/plan/settings-for.ts';
import type { BlockedPhase } from '../../core/review/checking.ts';
import type {
  ApprovalRequest,
  ClosedGate,
  GivenApproval,
  PhaseResult,
  StageWindow,
} from '../../core/review/wave-view.ts';
import type { Target } from '../../core/target.ts';
import type { Instant } from '../../core/time.ts';

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
