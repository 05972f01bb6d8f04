// Written by scripts/write-schemas.ts from src/core/event/catalogue. Do not edit.

/** The detail-types of the events that Landfall tells. */
export const detailTypes = [
  'Source Server Discovered',
  'Source Server Presence Change',
  'Source Server Lifecycle State Change',
  'Source Server Replication State Change',
  'Source Server Replication Type Change',
  'Source Server Stalled Change',
  'Source Server Initiation Step Failed Change',
  'Source Server Initial Sync Change',
  'Source Server ETA Slipped',
  'Source Server Launchable Change',
  'Source Server Lag Band Change',
  'Source Server Backlog Band Change',
  'Source Server First Snapshot Change',
  'Source Server Shipping Cycle Change',
  'Source Server Agent Stale Change',
  'Source Server Free Period Change',
  'Source Server Launched Instance Change',
  'Source Server First Boot Change',
  'Source Server Instance Health Change',
  'Source Server Post-Launch Actions Change',
  'Source Server Archived',
  'Source Server Launch Result',
  'Source Server Out-of-Band Action',
  'Source Server Configuration Drift Change',
  'Source Server Settings Applied',
  'Source Server Settings Restored',
  'Source Server Remedy Tried',
  'Source Server Readiness Change',
  'Source Server Lag Objective Change',
  'Source Server Recovery Point Change',
  'Source Server Last Launch Change',
  'Source Server Drill Change',
  'Source Server Extension Change',
  'Source Server Replication Direction Change',
  'Source Server Reversed Direction Change',
  'Source Server Agent Version Change',
  'Recovery Instance Discovered',
  'Recovery Instance Presence Change',
  'Recovery Instance State Change',
  'Recovery Instance Failback State Change',
  'Recovery Instance Replication State Change',
  'Recovery Instance Stalled Change',
  'Recovery Instance Drill Overdue Change',
  'Target Unreachable',
  'Target Reachable',
  'Target Quota Pressure',
  'Target vCenter Client Silent',
  'Target vCenter Client Back',
  'Target vCenter Client Removed',
  'Target Out-of-Band Action',
  'Target Template Drift Change',
  'Target Remedies Stopped',
  'Target Remedies Resumed',
  'Job Started',
  'Job Progress Change',
  'Job Stale Snapshot Used',
  'Job Ended',
  'Wave Started',
  'Wave Stage Started',
  'Wave Held',
  'Wave Resumed',
  'Wave Paused',
  'Wave Order Given',
  'Wave Drill Yielded',
  'Wave Abort Requested',
  'Wave Approval Requested',
  'Wave Preflight Blocked',
  'Wave Preflight Cleared',
  'Wave Preflight Warned',
  'Wave Approval Given',
  'Wave Approval Denied',
  'Wave Approval Withdrawn',
  'Wave Approval Expired',
  'Wave Window Awaited',
  'Wave Window Opened',
  'Wave Window Closed',
  'Wave Soak Started',
  'Wave Concluded',
  'Wave Server Healthy',
  'Wave Server Recovered',
  'Wave Server Recovery Chosen',
  'Wave Server Recovery Measured',
  'Wave Server Soak Ended',
  'Wave Server Signed Off',
  'Wave Server Retirement Step',
  'Wave Server Extended',
  'Wave Server Failback Step',
  'Wave Server Wait Ended',
  'Wave Server Held',
  'Wave Server Resumed',
  'Wave Server Hook Run',
  'Wave Server Phase Ended',
  'Wave Server Settings Compared',
  'Wave Server Reopened',
  'Wave Server Order Lapsed',
  'Wave Server Outcome',
  'Drill Schedule Started',
  'Drill Schedule Skipped',
  'Drill Schedule Missed',
] as const;
/** One of the detail-types that Landfall tells. */
export type DetailType = (typeof detailTypes)[number];

/** An event that Landfall tells, as EventBridge delivers it; `detail-type` says which. */
export type LandfallEvent =
  | Discovered
  | PresenceChange
  | LifecycleStateChange
  | ReplicationStateChange
  | ReplicationTypeChange
  | StalledChange
  | InitiationStepFailedChange
  | InitialSyncChange
  | ETASlipped
  | LaunchableChange
  | LagBandChange
  | BacklogBandChange
  | FirstSnapshotChange
  | ShippingCycleChange
  | AgentStaleChange
  | FreePeriodChange
  | LaunchedInstanceChange
  | FirstBootChange
  | InstanceHealthChange
  | PostLaunchActionsChange
  | Archived
  | LaunchResult
  | OutOfBandAction
  | ConfigurationDriftChange
  | SettingsApplied
  | SettingsRestored
  | RemedyTried
  | ReadinessChange
  | LagObjectiveChange
  | RecoveryPointChange
  | LastLaunchChange
  | DrillChange
  | ExtensionChange
  | ReplicationDirectionChange
  | ReversedDirectionChange
  | AgentVersionChange
  | RecoveryInstanceDiscovered
  | RecoveryInstancePresenceChange
  | RecoveryInstanceStateChange
  | RecoveryInstanceFailbackStateChange
  | RecoveryInstanceReplicationStateChange
  | RecoveryInstanceStalledChange
  | RecoveryInstanceDrillOverdueChange
  | TargetUnreachable
  | TargetReachable
  | TargetQuotaPressure
  | TargetVCenterClientSilent
  | TargetVCenterClientBack
  | TargetVCenterClientRemoved
  | TargetOutOfBandAction
  | TargetTemplateDriftChange
  | TargetRemediesStopped
  | TargetRemediesResumed
  | JobStarted
  | JobProgressChange
  | JobStaleSnapshotUsed
  | JobEnded
  | WaveStarted
  | WaveStageStarted
  | WaveHeld
  | WaveResumed
  | WavePaused
  | WaveOrderGiven
  | WaveDrillYielded
  | WaveAbortRequested
  | WaveApprovalRequested
  | WavePreflightBlocked
  | WavePreflightCleared
  | WavePreflightWarned
  | WaveApprovalGiven
  | WaveApprovalDenied
  | WaveApprovalWithdrawn
  | WaveApprovalExpired
  | WaveWindowAwaited
  | WaveWindowOpened
  | WaveWindowClosed
  | WaveSoakStarted
  | WaveConcluded
  | WaveServerHealthy
  | WaveServerRecovered
  | WaveServerRecoveryChosen
  | WaveServerRecoveryMeasured
  | WaveServerSoakEnded
  | WaveServerSignedOff
  | WaveServerRetirementStep
  | WaveServerExtended
  | WaveServerFailbackStep
  | WaveServerWaitEnded
  | WaveServerHeld
  | WaveServerResumed
  | WaveServerHookRun
  | WaveServerPhaseEnded
  | WaveServerSettingsCompared
  | WaveServerReopened
  | WaveServerOrderLapsed
  | WaveServerOutcome
  | DrillScheduleStarted
  | DrillScheduleSkipped
  | DrillScheduleMissed;

/** An event as EventBridge delivers it. */
export interface Envelope<Source extends string, Type extends string, Detail> {
  /** The version of the envelope; EventBridge says 0. */
  readonly version: string;
  /** The id of this delivery; use `detail.eventId` to tell events apart. */
  readonly id: string;
  /** What the event tells. */
  readonly 'detail-type': Type;
  /** Who tells it: `landfall.` and the service that it is about. */
  readonly source: Source;
  /** The account of the bus, not that of the server. */
  readonly account: string;
  /** When it was seen or decided, in whole seconds. */
  readonly time: string;
  /** The Region of the bus, not that of the server. */
  readonly region: string;
  /** The ARN of the source server or job, where the event is about one. */
  readonly resources: readonly string[];
  /** What the event tells, in full. */
  readonly detail: Detail;
}

/** What every event of a source server says in its detail. */
export interface ServerDetail {
  /** The version of the form; it grows only when an old reader would err. */
  readonly schemaVersion: 1;
  /** Unique, and the same whenever the event is delivered again: drop what repeats. */
  readonly eventId: string;
  /** The stream of the event: one server, target, job, wave or server in its wave. */
  readonly stream: string;
  /** Counts the events of the stream from 1, without gaps. */
  readonly sequence: number;
  /** When it was seen or decided. */
  readonly observedAt: string;
  /** The account that the event is about. */
  readonly accountId: string;
  /** The Region that the event is about. */
  readonly region: string;
  /** The name of the execution of Step Functions that it belongs to; where known. */
  readonly execution?: string;
  /** What led to it; where known. */
  readonly cause?: {
    /** What led to it. */
    readonly kind: string;
    /** The job that led to it. */
    readonly jobId?: string;
  };
  /** Tells that the event was cut to fit into one entry; left out otherwise. */
  readonly truncated?: true;
  /** The id of the source server. */
  readonly sourceServerId: string;
  /** The ARN of the source server; left out where the service gives none. */
  readonly arn?: string;
  /** The name of the host; left out where it is not known. */
  readonly hostname?: string;
  /** The tags of the server, at most 50, cut to 256 characters; without those that may hold a secret or personal data. Left out where there is none. */
  readonly tags?: { readonly [name: string]: string };
  /** The wave that the server is in, as PLAN.WAVE; left out where none is. */
  readonly wave?: string;
}

/** What every event of a recovery instance says in its detail. */
export interface RecoveryInstanceDetail {
  /** The version of the form; it grows only when an old reader would err. */
  readonly schemaVersion: 1;
  /** Unique, and the same whenever the event is delivered again: drop what repeats. */
  readonly eventId: string;
  /** The stream of the event: one server, target, job, wave or server in its wave. */
  readonly stream: string;
  /** Counts the events of the stream from 1, without gaps. */
  readonly sequence: number;
  /** When it was seen or decided. */
  readonly observedAt: string;
  /** The account that the event is about. */
  readonly accountId: string;
  /** The Region that the event is about. */
  readonly region: string;
  /** The name of the execution of Step Functions that it belongs to; where known. */
  readonly execution?: string;
  /** What led to it; where known. */
  readonly cause?: {
    /** What led to it. */
    readonly kind: string;
    /** The job that led to it. */
    readonly jobId?: string;
  };
  /** Tells that the event was cut to fit into one entry; left out otherwise. */
  readonly truncated?: true;
  /** The target as SERVICE:ACCOUNT:REGION. */
  readonly target: string;
  /** The id of the recovery instance, which is that of its EC2 instance. */
  readonly recoveryInstanceId: string;
  /** The ARN of the recovery instance; left out where the service gives none. */
  readonly arn?: string;
  /** The source server that it was launched from; left out where the service names none. */
  readonly sourceServerId?: string;
  /** The name of the host; left out where it is not known. */
  readonly hostname?: string;
  /** The tags of the recovery instance, told as those of a server are. */
  readonly tags?: { readonly [name: string]: string };
  /** Whether a drill launched it; left out where the service does not say: hold such a one for a live instance. */
  readonly isDrill?: boolean;
  /** The job that launched it; left out where the service names none. */
  readonly jobId?: string;
  /** The moment whose data it runs on; left out where the service does not say. */
  readonly pointInTimeAt?: string;
  /** Where the source runs; left out where the service does not say. */
  readonly originEnvironment?: 'ON_PREMISES' | 'AWS' | (string & Record<never, never>);
}

/** What every event of a target as a whole says in its detail. */
export interface TargetDetail {
  /** The version of the form; it grows only when an old reader would err. */
  readonly schemaVersion: 1;
  /** Unique, and the same whenever the event is delivered again: drop what repeats. */
  readonly eventId: string;
  /** The stream of the event: one server, target, job, wave or server in its wave. */
  readonly stream: string;
  /** Counts the events of the stream from 1, without gaps. */
  readonly sequence: number;
  /** When it was seen or decided. */
  readonly observedAt: string;
  /** The account that the event is about. */
  readonly accountId: string;
  /** The Region that the event is about. */
  readonly region: string;
  /** The name of the execution of Step Functions that it belongs to; where known. */
  readonly execution?: string;
  /** What led to it; where known. */
  readonly cause?: {
    /** What led to it. */
    readonly kind: string;
    /** The job that led to it. */
    readonly jobId?: string;
  };
  /** Tells that the event was cut to fit into one entry; left out otherwise. */
  readonly truncated?: true;
  /** The target as SERVICE:ACCOUNT:REGION. */
  readonly target: string;
}

/** What every event of a job of the service says in its detail. */
export interface JobDetail {
  /** The version of the form; it grows only when an old reader would err. */
  readonly schemaVersion: 1;
  /** Unique, and the same whenever the event is delivered again: drop what repeats. */
  readonly eventId: string;
  /** The stream of the event: one server, target, job, wave or server in its wave. */
  readonly stream: string;
  /** Counts the events of the stream from 1, without gaps. */
  readonly sequence: number;
  /** When it was seen or decided. */
  readonly observedAt: string;
  /** The account that the event is about. */
  readonly accountId: string;
  /** The Region that the event is about. */
  readonly region: string;
  /** The name of the execution of Step Functions that it belongs to; where known. */
  readonly execution?: string;
  /** What led to it; where known. */
  readonly cause?: {
    /** What led to it. */
    readonly kind: string;
    /** The job that led to it. */
    readonly jobId?: string;
  };
  /** Tells that the event was cut to fit into one entry; left out otherwise. */
  readonly truncated?: true;
  /** The target as SERVICE:ACCOUNT:REGION. */
  readonly target: string;
  /** The id of the job. */
  readonly jobId: string;
}

/** What every event of a wave as a whole says in its detail. */
export interface WaveDetail {
  /** The version of the form; it grows only when an old reader would err. */
  readonly schemaVersion: 1;
  /** Unique, and the same whenever the event is delivered again: drop what repeats. */
  readonly eventId: string;
  /** The stream of the event: one server, target, job, wave or server in its wave. */
  readonly stream: string;
  /** Counts the events of the stream from 1, without gaps. */
  readonly sequence: number;
  /** When it was seen or decided. */
  readonly observedAt: string;
  /** The account that the event is about. */
  readonly accountId: string;
  /** The Region that the event is about. */
  readonly region: string;
  /** The name of the execution of Step Functions that it belongs to; where known. */
  readonly execution?: string;
  /** What led to it; where known. */
  readonly cause?: {
    /** What led to it. */
    readonly kind: string;
    /** The job that led to it. */
    readonly jobId?: string;
  };
  /** Tells that the event was cut to fit into one entry; left out otherwise. */
  readonly truncated?: true;
  /** The name of the plan. */
  readonly plan: string;
  /** The wave as PLAN.WAVE. */
  readonly wave: string;
}

/** What every event of a server in its wave says in its detail. */
export interface WaveServerDetail {
  /** The version of the form; it grows only when an old reader would err. */
  readonly schemaVersion: 1;
  /** Unique, and the same whenever the event is delivered again: drop what repeats. */
  readonly eventId: string;
  /** The stream of the event: one server, target, job, wave or server in its wave. */
  readonly stream: string;
  /** Counts the events of the stream from 1, without gaps. */
  readonly sequence: number;
  /** When it was seen or decided. */
  readonly observedAt: string;
  /** The account that the event is about. */
  readonly accountId: string;
  /** The Region that the event is about. */
  readonly region: string;
  /** The name of the execution of Step Functions that it belongs to; where known. */
  readonly execution?: string;
  /** What led to it; where known. */
  readonly cause?: {
    /** What led to it. */
    readonly kind: string;
    /** The job that led to it. */
    readonly jobId?: string;
  };
  /** Tells that the event was cut to fit into one entry; left out otherwise. */
  readonly truncated?: true;
  /** The id of the source server. */
  readonly sourceServerId: string;
  /** The ARN of the source server; left out where the service gives none. */
  readonly arn?: string;
  /** The name of the host; left out where it is not known. */
  readonly hostname?: string;
  /** The wave as PLAN.WAVE. */
  readonly wave: string;
}

/** What every event of a schedule of drills says in its detail. */
export interface ScheduleDetail {
  /** The version of the form; it grows only when an old reader would err. */
  readonly schemaVersion: 1;
  /** Unique, and the same whenever the event is delivered again: drop what repeats. */
  readonly eventId: string;
  /** The stream of the event: one server, target, job, wave or server in its wave. */
  readonly stream: string;
  /** Counts the events of the stream from 1, without gaps. */
  readonly sequence: number;
  /** When it was seen or decided. */
  readonly observedAt: string;
  /** The account that the event is about. */
  readonly accountId: string;
  /** The Region that the event is about. */
  readonly region: string;
  /** The name of the execution of Step Functions that it belongs to; where known. */
  readonly execution?: string;
  /** What led to it; where known. */
  readonly cause?: {
    /** What led to it. */
    readonly kind: string;
    /** The job that led to it. */
    readonly jobId?: string;
  };
  /** Tells that the event was cut to fit into one entry; left out otherwise. */
  readonly truncated?: true;
  /** The name of the plan that has the schedule. */
  readonly plan: string;
}

/** A server is observed for the first time; it is the first event of the server’s stream. */
export type Discovered = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Discovered',
  DiscoveredDetail
>;
/** The detail of {@link Discovered}. */
export interface DiscoveredDetail extends ServerDetail {
  /** Always null: nothing was known of the server. */
  readonly previous: null;
  /** The life cycle state as MGN names it; null where it names none. */
  readonly current:
    | 'DISCOVERED'
    | 'PENDING_INSTALLATION'
    | 'NOT_READY'
    | 'READY_FOR_TEST'
    | 'TESTING'
    | 'READY_FOR_CUTOVER'
    | 'CUTTING_OVER'
    | 'CUTOVER'
    | 'DISCONNECTED'
    | 'STOPPED'
    | (string & Record<never, never>)
    | null;
  /** Every fact as it was found. Later changes of it are told one by one. */
  readonly facts: {
    /** Whether the service lists the server. */
    readonly present: boolean;
    /** The life cycle state as MGN names it; null where it names none. */
    readonly lifecycle:
      | 'DISCOVERED'
      | 'PENDING_INSTALLATION'
      | 'NOT_READY'
      | 'READY_FOR_TEST'
      | 'TESTING'
      | 'READY_FOR_CUTOVER'
      | 'CUTTING_OVER'
      | 'CUTOVER'
      | 'DISCONNECTED'
      | 'STOPPED'
      | (string & Record<never, never>)
      | null;
    /** The replication state as MGN names it; null where it names none. */
    readonly replicationState:
      | 'STOPPED'
      | 'INITIATING'
      | 'INITIAL_SYNC'
      | 'BACKLOG'
      | 'CREATING_SNAPSHOT'
      | 'CONTINUOUS'
      | 'PAUSED'
      | 'RESCAN'
      | 'STALLED'
      | 'DISCONNECTED'
      | 'PENDING_SNAPSHOT_SHIPPING'
      | 'SHIPPING_SNAPSHOT'
      | (string & Record<never, never>)
      | null;
    /** How the server is replicated; null where MGN does not say. */
    readonly replicationType:
      | 'AGENT_BASED'
      | 'SNAPSHOT_SHIPPING'
      | (string & Record<never, never>)
      | null;
    /** The error class of the stall, UNKNOWN where MGN gives none; null while nothing stalls. */
    readonly stalled:
      | 'AGENT_NOT_SEEN'
      | 'SNAPSHOTS_FAILURE'
      | 'NOT_CONVERGING'
      | 'UNSTABLE_NETWORK'
      | 'FAILED_TO_CREATE_SECURITY_GROUP'
      | 'FAILED_TO_LAUNCH_REPLICATION_SERVER'
      | 'FAILED_TO_BOOT_REPLICATION_SERVER'
      | 'FAILED_TO_AUTHENTICATE_WITH_SERVICE'
      | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE'
      | 'FAILED_TO_CREATE_STAGING_DISKS'
      | 'FAILED_TO_ATTACH_STAGING_DISKS'
      | 'FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT'
      | 'FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER'
      | 'FAILED_TO_START_DATA_TRANSFER'
      | 'UNSUPPORTED_VM_CONFIGURATION'
      | 'LAST_SNAPSHOT_JOB_FAILED'
      | 'UNKNOWN'
      | (string & Record<never, never>)
      | null;
    /** The first step that has failed; null while none has. */
    readonly failedStep:
      | 'WAIT'
      | 'CREATE_SECURITY_GROUP'
      | 'LAUNCH_REPLICATION_SERVER'
      | 'BOOT_REPLICATION_SERVER'
      | 'AUTHENTICATE_WITH_SERVICE'
      | 'DOWNLOAD_REPLICATION_SOFTWARE'
      | 'CREATE_STAGING_DISKS'
      | 'ATTACH_STAGING_DISKS'
      | 'PAIR_REPLICATION_SERVER_WITH_AGENT'
      | 'CONNECT_AGENT_TO_REPLICATION_SERVER'
      | 'START_DATA_TRANSFER'
      | (string & Record<never, never>)
      | null;
    /** How far the first full copy is; null before it began. */
    readonly initialSync: 'running' | 'done' | (string & Record<never, never>) | null;
    /** Whether MGN tells the lag of the server, so that it can be launched. */
    readonly launchable: boolean;
    /** The band of the lag. */
    readonly lagBand:
      | 'unknown'
      | 'current'
      | 'minutes'
      | 'hour'
      | 'behind'
      | (string & Record<never, never>);
    /** The band of the backlog. */
    readonly backlogBand: 'unknown' | 'none' | 'some' | 'large' | (string & Record<never, never>);
    /** Whether MGN names a last consistent snapshot. */
    readonly lastSnapshot: boolean;
    /** When the last finished cycle was taken; null where there is none. */
    readonly lastCycleAt: string | null;
    /** Whether the agent is silent; false where the server needs none. */
    readonly agentStale: boolean;
    /** The highest mark that was passed: 0, 75, 90 or 100. */
    readonly freePeriodUsed: number;
    /** The id of the launched EC2 instance; null where there is none. */
    readonly instanceId: string | null;
    /** How the first boot stands as MGN names it; null where it does not say. */
    readonly firstBoot:
      | 'WAITING'
      | 'SUCCEEDED'
      | 'UNKNOWN'
      | 'STOPPED'
      | (string & Record<never, never>)
      | null;
    /** How the instance is; null where nobody has looked. */
    readonly instanceHealth:
      | 'ok'
      | 'initializing'
      | 'impaired'
      | 'insufficient-data'
      | 'pending'
      | 'stopping'
      | 'stopped'
      | 'shutting-down'
      | 'terminated'
      | 'unknown'
      | (string & Record<never, never>)
      | null;
    /** How they stand together; null where the instance has none. */
    readonly postLaunch:
      | 'running'
      | 'succeeded'
      | 'failed'
      | (string & Record<never, never>)
      | null;
    /** Whether the server is archived. */
    readonly archived: boolean;
  };
  /** The facts that only DRS has; left out for servers of MGN. */
  readonly drs?: {
    /** Whether the server can be launched, and why not. */
    readonly readiness: {
      /** Whether the server can be launched: for a drill and a real recovery, for a real recovery alone, or not at all. */
      readonly state: 'ready' | 'recovery-only' | 'not-ready' | (string & Record<never, never>);
      /** What speaks against a launch, in the order of weight. */
      readonly reasons: readonly (
        | 'disconnected'
        | 'stopped'
        | 'initial-sync'
        | 'state-unknown'
        | 'extension-error'
        | 'no-recovery-point'
        | 'volume-attributes-missing'
        | 'stalled'
        | 'paused'
        | 'lag'
        | 'recovery-point-old'
        | (string & Record<never, never>)
      )[];
    };
    /** Whether the objective is kept; null where DRS tells no lag. */
    readonly lagObjective: 'kept' | 'missed' | (string & Record<never, never>) | null;
    /** How recent it was when it was asked for; null before that. */
    readonly recoveryPoint: 'none' | 'recent' | 'old' | (string & Record<never, never>) | null;
    /** The last launch of the server; null where it was never launched. */
    readonly lastLaunch: {
      /** What it was; null where DRS does not say. */
      readonly type: 'DRILL' | 'RECOVERY' | (string & Record<never, never>) | null;
      /** How it stands; null where DRS does not say. */
      readonly status:
        | 'PENDING'
        | 'IN_PROGRESS'
        | 'LAUNCHED'
        | 'FAILED'
        | 'TERMINATED'
        | (string & Record<never, never>)
        | null;
      /** The job; null where DRS does not say. */
      readonly jobId: string | null;
      /** When it was asked for; null where DRS does not say. */
      readonly at: string | null;
    } | null;
    /** How the server stands with its drills; null on the way back. */
    readonly drill: {
      /** Whether the server was drilled in time. */
      readonly state: 'due' | 'done' | 'overdue' | (string & Record<never, never>);
      /** When the last drill began that launched it; null where none is known. */
      readonly lastAt: string | null;
    } | null;
    /** How it is extended; null where DRS does not say. */
    readonly extension:
      | 'NOT_EXTENDED'
      | 'EXTENDED'
      | 'EXTENSION_ERROR'
      | (string & Record<never, never>)
      | null;
    /** The direction; null where DRS does not say. */
    readonly direction: 'FAILOVER' | 'FAILBACK' | (string & Record<never, never>) | null;
    /** The ARN of the server of the opposite direction; null where there is none. */
    readonly reversedDirection: string | null;
    /** The version; null where DRS does not say. */
    readonly agentVersion: string | null;
  };
}

/** Says whether an event is a "Source Server Discovered". */
export function isDiscovered(event: { readonly 'detail-type': string }): event is Discovered {
  return event['detail-type'] === 'Source Server Discovered';
}

/** The service no longer lists a server, or lists it again. */
export type PresenceChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Presence Change',
  PresenceChangeDetail
>;
/** The detail of {@link PresenceChange}. */
export interface PresenceChangeDetail extends ServerDetail {
  /** Whether the service lists the server. */
  readonly previous: boolean;
  /** Whether the service lists the server. */
  readonly current: boolean;
}

/** Says whether an event is a "Source Server Presence Change". */
export function isPresenceChange(event: {
  readonly 'detail-type': string;
}): event is PresenceChange {
  return event['detail-type'] === 'Source Server Presence Change';
}

/** The life cycle state of a server has changed, whoever changed it. */
export type LifecycleStateChange = Envelope<
  'landfall.mgn',
  'Source Server Lifecycle State Change',
  LifecycleStateChangeDetail
>;
/** The detail of {@link LifecycleStateChange}. */
export interface LifecycleStateChangeDetail extends ServerDetail {
  /** The life cycle state as MGN names it; null where it names none. */
  readonly previous:
    | 'DISCOVERED'
    | 'PENDING_INSTALLATION'
    | 'NOT_READY'
    | 'READY_FOR_TEST'
    | 'TESTING'
    | 'READY_FOR_CUTOVER'
    | 'CUTTING_OVER'
    | 'CUTOVER'
    | 'DISCONNECTED'
    | 'STOPPED'
    | (string & Record<never, never>)
    | null;
  /** The life cycle state as MGN names it; null where it names none. */
  readonly current:
    | 'DISCOVERED'
    | 'PENDING_INSTALLATION'
    | 'NOT_READY'
    | 'READY_FOR_TEST'
    | 'TESTING'
    | 'READY_FOR_CUTOVER'
    | 'CUTTING_OVER'
    | 'CUTOVER'
    | 'DISCONNECTED'
    | 'STOPPED'
    | (string & Record<never, never>)
    | null;
}

/** Says whether an event is a "Source Server Lifecycle State Change". */
export function isLifecycleStateChange(event: {
  readonly 'detail-type': string;
}): event is LifecycleStateChange {
  return event['detail-type'] === 'Source Server Lifecycle State Change';
}

/** The data replication state of a server has changed. */
export type ReplicationStateChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Replication State Change',
  ReplicationStateChangeDetail
>;
/** The detail of {@link ReplicationStateChange}. */
export interface ReplicationStateChangeDetail extends ServerDetail {
  /** The replication state as MGN names it; null where it names none. */
  readonly previous:
    | 'STOPPED'
    | 'INITIATING'
    | 'INITIAL_SYNC'
    | 'BACKLOG'
    | 'CREATING_SNAPSHOT'
    | 'CONTINUOUS'
    | 'PAUSED'
    | 'RESCAN'
    | 'STALLED'
    | 'DISCONNECTED'
    | 'PENDING_SNAPSHOT_SHIPPING'
    | 'SHIPPING_SNAPSHOT'
    | (string & Record<never, never>)
    | null;
  /** The replication state as MGN names it; null where it names none. */
  readonly current:
    | 'STOPPED'
    | 'INITIATING'
    | 'INITIAL_SYNC'
    | 'BACKLOG'
    | 'CREATING_SNAPSHOT'
    | 'CONTINUOUS'
    | 'PAUSED'
    | 'RESCAN'
    | 'STALLED'
    | 'DISCONNECTED'
    | 'PENDING_SNAPSHOT_SHIPPING'
    | 'SHIPPING_SNAPSHOT'
    | (string & Record<never, never>)
    | null;
}

/** Says whether an event is a "Source Server Replication State Change". */
export function isReplicationStateChange(event: {
  readonly 'detail-type': string;
}): event is ReplicationStateChange {
  return event['detail-type'] === 'Source Server Replication State Change';
}

/** A server is replicated in another way than before. */
export type ReplicationTypeChange = Envelope<
  'landfall.mgn',
  'Source Server Replication Type Change',
  ReplicationTypeChangeDetail
>;
/** The detail of {@link ReplicationTypeChange}. */
export interface ReplicationTypeChangeDetail extends ServerDetail {
  /** How the server is replicated; null where MGN does not say. */
  readonly previous: 'AGENT_BASED' | 'SNAPSHOT_SHIPPING' | (string & Record<never, never>) | null;
  /** How the server is replicated; null where MGN does not say. */
  readonly current: 'AGENT_BASED' | 'SNAPSHOT_SHIPPING' | (string & Record<never, never>) | null;
}

/** Says whether an event is a "Source Server Replication Type Change". */
export function isReplicationTypeChange(event: {
  readonly 'detail-type': string;
}): event is ReplicationTypeChange {
  return event['detail-type'] === 'Source Server Replication Type Change';
}

/** The replication of a server stalls, stalls for another reason, or stalls no longer. */
export type StalledChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Stalled Change',
  StalledChangeDetail
>;
/** The detail of {@link StalledChange}. */
export interface StalledChangeDetail extends ServerDetail {
  /** The error class of the stall, UNKNOWN where MGN gives none; null while nothing stalls. */
  readonly previous:
    | 'AGENT_NOT_SEEN'
    | 'SNAPSHOTS_FAILURE'
    | 'NOT_CONVERGING'
    | 'UNSTABLE_NETWORK'
    | 'FAILED_TO_CREATE_SECURITY_GROUP'
    | 'FAILED_TO_LAUNCH_REPLICATION_SERVER'
    | 'FAILED_TO_BOOT_REPLICATION_SERVER'
    | 'FAILED_TO_AUTHENTICATE_WITH_SERVICE'
    | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE'
    | 'FAILED_TO_CREATE_STAGING_DISKS'
    | 'FAILED_TO_ATTACH_STAGING_DISKS'
    | 'FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT'
    | 'FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER'
    | 'FAILED_TO_START_DATA_TRANSFER'
    | 'UNSUPPORTED_VM_CONFIGURATION'
    | 'LAST_SNAPSHOT_JOB_FAILED'
    | 'UNKNOWN'
    | (string & Record<never, never>)
    | null;
  /** The error class of the stall, UNKNOWN where MGN gives none; null while nothing stalls. */
  readonly current:
    | 'AGENT_NOT_SEEN'
    | 'SNAPSHOTS_FAILURE'
    | 'NOT_CONVERGING'
    | 'UNSTABLE_NETWORK'
    | 'FAILED_TO_CREATE_SECURITY_GROUP'
    | 'FAILED_TO_LAUNCH_REPLICATION_SERVER'
    | 'FAILED_TO_BOOT_REPLICATION_SERVER'
    | 'FAILED_TO_AUTHENTICATE_WITH_SERVICE'
    | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE'
    | 'FAILED_TO_CREATE_STAGING_DISKS'
    | 'FAILED_TO_ATTACH_STAGING_DISKS'
    | 'FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT'
    | 'FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER'
    | 'FAILED_TO_START_DATA_TRANSFER'
    | 'UNSUPPORTED_VM_CONFIGURATION'
    | 'LAST_SNAPSHOT_JOB_FAILED'
    | 'UNKNOWN'
    | (string & Record<never, never>)
    | null;
  /** Whether the stall began, went on for another reason, or ended. */
  readonly course?: 'began' | 'class-changed' | 'ended';
  /** What MGN says of the error, cut to 1,000 characters; left out where it says nothing. */
  readonly rawError?: string;
}

/** Says whether an event is a "Source Server Stalled Change". */
export function isStalledChange(event: { readonly 'detail-type': string }): event is StalledChange {
  return event['detail-type'] === 'Source Server Stalled Change';
}

/** A step by which the replication of a server is initiated has failed, another one has, or none has any more. */
export type InitiationStepFailedChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Initiation Step Failed Change',
  InitiationStepFailedChangeDetail
>;
/** The detail of {@link InitiationStepFailedChange}. */
export interface InitiationStepFailedChangeDetail extends ServerDetail {
  /** The first step that has failed; null while none has. */
  readonly previous:
    | 'WAIT'
    | 'CREATE_SECURITY_GROUP'
    | 'LAUNCH_REPLICATION_SERVER'
    | 'BOOT_REPLICATION_SERVER'
    | 'AUTHENTICATE_WITH_SERVICE'
    | 'DOWNLOAD_REPLICATION_SOFTWARE'
    | 'CREATE_STAGING_DISKS'
    | 'ATTACH_STAGING_DISKS'
    | 'PAIR_REPLICATION_SERVER_WITH_AGENT'
    | 'CONNECT_AGENT_TO_REPLICATION_SERVER'
    | 'START_DATA_TRANSFER'
    | (string & Record<never, never>)
    | null;
  /** The first step that has failed; null while none has. */
  readonly current:
    | 'WAIT'
    | 'CREATE_SECURITY_GROUP'
    | 'LAUNCH_REPLICATION_SERVER'
    | 'BOOT_REPLICATION_SERVER'
    | 'AUTHENTICATE_WITH_SERVICE'
    | 'DOWNLOAD_REPLICATION_SOFTWARE'
    | 'CREATE_STAGING_DISKS'
    | 'ATTACH_STAGING_DISKS'
    | 'PAIR_REPLICATION_SERVER_WITH_AGENT'
    | 'CONNECT_AGENT_TO_REPLICATION_SERVER'
    | 'START_DATA_TRANSFER'
    | (string & Record<never, never>)
    | null;
}

/** Says whether an event is a "Source Server Initiation Step Failed Change". */
export function isInitiationStepFailedChange(event: {
  readonly 'detail-type': string;
}): event is InitiationStepFailedChange {
  return event['detail-type'] === 'Source Server Initiation Step Failed Change';
}

/** The first full copy of a server’s disks has begun, is done, or begins anew. */
export type InitialSyncChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Initial Sync Change',
  InitialSyncChangeDetail
>;
/** The detail of {@link InitialSyncChange}. */
export interface InitialSyncChangeDetail extends ServerDetail {
  /** How far the first full copy is; null before it began. */
  readonly previous: 'running' | 'done' | (string & Record<never, never>) | null;
  /** How far the first full copy is; null before it began. */
  readonly current: 'running' | 'done' | (string & Record<never, never>) | null;
  /** The size of the disks; left out where MGN does not tell it. */
  readonly totalBytes?: number;
  /** How much of them is copied; left out where MGN does not tell it. */
  readonly replicatedBytes?: number;
}

/** Says whether an event is a "Source Server Initial Sync Change". */
export function isInitialSyncChange(event: {
  readonly 'detail-type': string;
}): event is InitialSyncChange {
  return event['detail-type'] === 'Source Server Initial Sync Change';
}

/** The estimated end of a sync has moved later by more than an hour and more than a tenth of the time that it was away. */
export type ETASlipped = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server ETA Slipped',
  ETASlippedDetail
>;
/** The detail of {@link ETASlipped}. */
export interface ETASlippedDetail extends ServerDetail {
  /** The estimate that was noted before; not every one of them was told. */
  readonly previous: string;
  /** The estimate now. */
  readonly current: string;
  /** By how many seconds it has moved later. */
  readonly slippedSeconds: number;
}

/** Says whether an event is a "Source Server ETA Slipped". */
export function isETASlipped(event: { readonly 'detail-type': string }): event is ETASlipped {
  return event['detail-type'] === 'Source Server ETA Slipped';
}

/** A server can be launched for the first time, or cannot be any more: MGN tells its lag or no longer does. */
export type LaunchableChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Launchable Change',
  LaunchableChangeDetail
>;
/** The detail of {@link LaunchableChange}. */
export interface LaunchableChangeDetail extends ServerDetail {
  /** Whether MGN tells the lag of the server, so that it can be launched. */
  readonly previous: boolean;
  /** Whether MGN tells the lag of the server, so that it can be launched. */
  readonly current: boolean;
}

/** Says whether an event is a "Source Server Launchable Change". */
export function isLaunchableChange(event: {
  readonly 'detail-type': string;
}): event is LaunchableChange {
  return event['detail-type'] === 'Source Server Launchable Change';
}

/** The lag of a server has moved into another band: upward beyond its bound, downward at four fifths of it. The bounds are the limit of the server’s plan, 15 minutes and one hour; for an agentless server two hours, the limit where that is more. */
export type LagBandChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Lag Band Change',
  LagBandChangeDetail
>;
/** The detail of {@link LagBandChange}. */
export interface LagBandChangeDetail extends ServerDetail {
  /** The band of the lag. */
  readonly previous:
    | 'unknown'
    | 'current'
    | 'minutes'
    | 'hour'
    | 'behind'
    | (string & Record<never, never>);
  /** The band of the lag. */
  readonly current:
    | 'unknown'
    | 'current'
    | 'minutes'
    | 'hour'
    | 'behind'
    | (string & Record<never, never>);
  /** The lag; left out where MGN tells none. */
  readonly lagSeconds?: number;
  /** Up to where the plan of the server calls its lag good; left out for agentless servers. */
  readonly limitSeconds?: number;
}

/** Says whether an event is a "Source Server Lag Band Change". */
export function isLagBandChange(event: { readonly 'detail-type': string }): event is LagBandChange {
  return event['detail-type'] === 'Source Server Lag Band Change';
}

/** What is written at the source and not yet copied has moved into another band: upward beyond its bound, downward at four fifths of it. The bounds are the limit of the server’s plan and 10 GiB; `none` is left beyond 64 MiB at least. */
export type BacklogBandChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Backlog Band Change',
  BacklogBandChangeDetail
>;
/** The detail of {@link BacklogBandChange}. */
export interface BacklogBandChangeDetail extends ServerDetail {
  /** The band of the backlog. */
  readonly previous: 'unknown' | 'none' | 'some' | 'large' | (string & Record<never, never>);
  /** The band of the backlog. */
  readonly current: 'unknown' | 'none' | 'some' | 'large' | (string & Record<never, never>);
  /** The backlog; left out where MGN tells none. */
  readonly backlogBytes?: number;
  /** Up to where the plan of the server calls its backlog good. */
  readonly limitBytes?: number;
}

/** Says whether an event is a "Source Server Backlog Band Change". */
export function isBacklogBandChange(event: {
  readonly 'detail-type': string;
}): event is BacklogBandChange {
  return event['detail-type'] === 'Source Server Backlog Band Change';
}

/** A server has its first consistent snapshot, or MGN names none any more. */
export type FirstSnapshotChange = Envelope<
  'landfall.mgn',
  'Source Server First Snapshot Change',
  FirstSnapshotChangeDetail
>;
/** The detail of {@link FirstSnapshotChange}. */
export interface FirstSnapshotChangeDetail extends ServerDetail {
  /** Whether MGN names a last consistent snapshot. */
  readonly previous: boolean;
  /** Whether MGN names a last consistent snapshot. */
  readonly current: boolean;
}

/** Says whether an event is a "Source Server First Snapshot Change". */
export function isFirstSnapshotChange(event: {
  readonly 'detail-type': string;
}): event is FirstSnapshotChange {
  return event['detail-type'] === 'Source Server First Snapshot Change';
}

/** A shipping cycle of an agentless server has finished. Cycles that finish between two looks are told as one. */
export type ShippingCycleChange = Envelope<
  'landfall.mgn',
  'Source Server Shipping Cycle Change',
  ShippingCycleChangeDetail
>;
/** The detail of {@link ShippingCycleChange}. */
export interface ShippingCycleChangeDetail extends ServerDetail {
  /** When the last finished cycle was taken; null where there is none. */
  readonly previous: string | null;
  /** When the last finished cycle was taken; null where there is none. */
  readonly current: string | null;
}

/** Says whether an event is a "Source Server Shipping Cycle Change". */
export function isShippingCycleChange(event: {
  readonly 'detail-type': string;
}): event is ShippingCycleChange {
  return event['detail-type'] === 'Source Server Shipping Cycle Change';
}

/** The agent of a replicating server has not been heard of for 15 minutes, or is heard of again. */
export type AgentStaleChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Agent Stale Change',
  AgentStaleChangeDetail
>;
/** The detail of {@link AgentStaleChange}. */
export interface AgentStaleChangeDetail extends ServerDetail {
  /** Whether the agent is silent; false where the server needs none. */
  readonly previous: boolean;
  /** Whether the agent is silent; false where the server needs none. */
  readonly current: boolean;
  /** When MGN heard of it last; left out where MGN does not say. */
  readonly lastSeenAt?: string;
}

/** Says whether an event is a "Source Server Agent Stale Change". */
export function isAgentStaleChange(event: {
  readonly 'detail-type': string;
}): event is AgentStaleChange {
  return event['detail-type'] === 'Source Server Agent Stale Change';
}

/** A server has used 75, 90 or 100 percent of the 2,160 hours that its replication is free of charge. */
export type FreePeriodChange = Envelope<
  'landfall.mgn',
  'Source Server Free Period Change',
  FreePeriodChangeDetail
>;
/** The detail of {@link FreePeriodChange}. */
export interface FreePeriodChangeDetail extends ServerDetail {
  /** The highest mark that was passed: 0, 75, 90 or 100. */
  readonly previous: number;
  /** The highest mark that was passed: 0, 75, 90 or 100. */
  readonly current: number;
  /** The hours used, with one decimal; left out where MGN does not tell. */
  readonly usedHours?: number;
  /** The hours that are free of charge. */
  readonly freeHours?: number;
}

/** Says whether an event is a "Source Server Free Period Change". */
export function isFreePeriodChange(event: {
  readonly 'detail-type': string;
}): event is FreePeriodChange {
  return event['detail-type'] === 'Source Server Free Period Change';
}

/** The instance that a server was launched as is another one, or there is none any more. */
export type LaunchedInstanceChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Launched Instance Change',
  LaunchedInstanceChangeDetail
>;
/** The detail of {@link LaunchedInstanceChange}. */
export interface LaunchedInstanceChangeDetail extends ServerDetail {
  /** The id of the launched EC2 instance; null where there is none. */
  readonly previous: string | null;
  /** The id of the launched EC2 instance; null where there is none. */
  readonly current: string | null;
}

/** Says whether an event is a "Source Server Launched Instance Change". */
export function isLaunchedInstanceChange(event: {
  readonly 'detail-type': string;
}): event is LaunchedInstanceChange {
  return event['detail-type'] === 'Source Server Launched Instance Change';
}

/** The first boot of the launched instance stands otherwise than before. */
export type FirstBootChange = Envelope<
  'landfall.mgn',
  'Source Server First Boot Change',
  FirstBootChangeDetail
>;
/** The detail of {@link FirstBootChange}. */
export interface FirstBootChangeDetail extends ServerDetail {
  /** How the first boot stands as MGN names it; null where it does not say. */
  readonly previous:
    | 'WAITING'
    | 'SUCCEEDED'
    | 'UNKNOWN'
    | 'STOPPED'
    | (string & Record<never, never>)
    | null;
  /** How the first boot stands as MGN names it; null where it does not say. */
  readonly current:
    | 'WAITING'
    | 'SUCCEEDED'
    | 'UNKNOWN'
    | 'STOPPED'
    | (string & Record<never, never>)
    | null;
}

/** Says whether an event is a "Source Server First Boot Change". */
export function isFirstBootChange(event: {
  readonly 'detail-type': string;
}): event is FirstBootChange {
  return event['detail-type'] === 'Source Server First Boot Change';
}

/** EC2 finds a launched instance otherwise than before. It is looked at while a wave waits for it to be healthy; after that the last finding stands until the instance is another one. */
export type InstanceHealthChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Instance Health Change',
  InstanceHealthChangeDetail
>;
/** The detail of {@link InstanceHealthChange}. */
export interface InstanceHealthChangeDetail extends ServerDetail {
  /** How the instance is; null where nobody has looked. */
  readonly previous:
    | 'ok'
    | 'initializing'
    | 'impaired'
    | 'insufficient-data'
    | 'pending'
    | 'stopping'
    | 'stopped'
    | 'shutting-down'
    | 'terminated'
    | 'unknown'
    | (string & Record<never, never>)
    | null;
  /** How the instance is; null where nobody has looked. */
  readonly current:
    | 'ok'
    | 'initializing'
    | 'impaired'
    | 'insufficient-data'
    | 'pending'
    | 'stopping'
    | 'stopped'
    | 'shutting-down'
    | 'terminated'
    | 'unknown'
    | (string & Record<never, never>)
    | null;
  /** The EC2 instance; left out where there is none any more. */
  readonly instanceId?: string;
  /** The system status check as EC2 names it. */
  readonly systemStatus?:
    | 'ok'
    | 'impaired'
    | 'initializing'
    | 'insufficient-data'
    | 'not-applicable'
    | (string & Record<never, never>);
  /** The instance status check as EC2 names it. */
  readonly instanceStatus?:
    | 'ok'
    | 'impaired'
    | 'initializing'
    | 'insufficient-data'
    | 'not-applicable'
    | (string & Record<never, never>);
}

/** Says whether an event is a "Source Server Instance Health Change". */
export function isInstanceHealthChange(event: {
  readonly 'detail-type': string;
}): event is InstanceHealthChange {
  return event['detail-type'] === 'Source Server Instance Health Change';
}

/** The post-launch actions of a launched instance have begun, all succeeded, or one of them failed. They are looked at while their job is followed. */
export type PostLaunchActionsChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Post-Launch Actions Change',
  PostLaunchActionsChangeDetail
>;
/** The detail of {@link PostLaunchActionsChange}. */
export interface PostLaunchActionsChangeDetail extends ServerDetail {
  /** How they stand together; null where the instance has none. */
  readonly previous: 'running' | 'succeeded' | 'failed' | (string & Record<never, never>) | null;
  /** How they stand together; null where the instance has none. */
  readonly current: 'running' | 'succeeded' | 'failed' | (string & Record<never, never>) | null;
  /** The EC2 instance; left out where there is none any more. */
  readonly instanceId?: string;
  /** The job that launched it. */
  readonly jobId?: string;
  /** The actions of the server in this job; empty where none is known. */
  readonly actions?: readonly {
    /** The name of the action, cut to 256 characters. */
    readonly name: string;
    /** How it stands. */
    readonly status:
      | 'IN_PROGRESS'
      | 'SUCCESS'
      | 'FAILED'
      | 'UNKNOWN'
      | (string & Record<never, never>);
    /** Why it failed, cut to 256 characters; left out where it did not. */
    readonly reason?: string;
    /** Whether a cutover needs it. */
    readonly mustSucceedForCutover: boolean;
  }[];
}

/** Says whether an event is a "Source Server Post-Launch Actions Change". */
export function isPostLaunchActionsChange(event: {
  readonly 'detail-type': string;
}): event is PostLaunchActionsChange {
  return event['detail-type'] === 'Source Server Post-Launch Actions Change';
}

/** A server was archived, or taken out of the archive. */
export type Archived = Envelope<'landfall.mgn', 'Source Server Archived', ArchivedDetail>;
/** The detail of {@link Archived}. */
export interface ArchivedDetail extends ServerDetail {
  /** Whether the server is archived. */
  readonly previous: boolean;
  /** Whether the server is archived. */
  readonly current: boolean;
}

/** Says whether an event is a "Source Server Archived". */
export function isArchived(event: { readonly 'detail-type': string }): event is Archived {
  return event['detail-type'] === 'Source Server Archived';
}

/** A job of ours has ended for a server: a test or cutover launch, or the termination of what was launched. */
export type LaunchResult = Envelope<
  'landfall.mgn',
  'Source Server Launch Result',
  LaunchResultDetail
>;
/** The detail of {@link LaunchResult}. */
export interface LaunchResultDetail extends ServerDetail {
  /** What the job did for the server. */
  readonly kind: 'test' | 'cutover' | 'terminate';
  /** The id of the job. */
  readonly jobId: string;
  /** How it ended for this server; a completed job may hold failed servers. */
  readonly launchStatus:
    | 'PENDING'
    | 'IN_PROGRESS'
    | 'LAUNCHED'
    | 'FAILED'
    | 'TERMINATED'
    | (string & Record<never, never>);
  /** Whether the launch used an earlier snapshot than the latest data: what was written since is missing. */
  readonly usedPreviousSnapshot: boolean;
  /** The EC2 instance; left out where none was launched. */
  readonly instanceId?: string;
  /** Why it failed, cut to 1,000 characters; left out where it did not. */
  readonly reason?: string;
  /** When the launch’s own snapshot was taken (SNAPSHOT_END); left out where the log of the job does not say, or an earlier one was used. */
  readonly snapshotEndedAt?: string;
}

/** Says whether an event is a "Source Server Launch Result". */
export function isLaunchResult(event: { readonly 'detail-type': string }): event is LaunchResult {
  return event['detail-type'] === 'Source Server Launch Result';
}

/** Somebody else, a person in the console say, has called MGN about a server, or tried to. It needs a trail of CloudTrail and comes minutes after the call. */
export type OutOfBandAction = Envelope<
  'landfall.mgn',
  'Source Server Out-of-Band Action',
  OutOfBandActionDetail
>;
/** The detail of {@link OutOfBandAction}. */
export interface OutOfBandActionDetail extends ServerDetail {
  /** The operation of the service that was called. */
  readonly operation:
    | 'StartTest'
    | 'StartCutover'
    | 'FinalizeCutover'
    | 'ChangeServerLifeCycleState'
    | 'TerminateTargetInstances'
    | 'DisconnectFromService'
    | 'MarkAsArchived'
    | 'StopReplication'
    | 'PauseReplication'
    | (string & Record<never, never>);
  /** When it was called; the event comes minutes later. */
  readonly calledAt: string;
  /** Why the service refused it: it was only tried. Null where it took effect. */
  readonly errorCode: string | null;
  /** Who called. */
  readonly caller: {
    /** The kind of identity, as CloudTrail names it. */
    readonly type:
      | 'AssumedRole'
      | 'IAMUser'
      | 'Root'
      | 'FederatedUser'
      | (string & Record<never, never>);
    /** The account of the caller; null where it is not known. */
    readonly accountId: string | null;
    /** The ARN of the role or user, what stands before an @ left out; null where CloudTrail gives none. */
    readonly principal: string | null;
    /** The name of the role’s session, what stands before an @ left out; null where it has none. */
    readonly session: string | null;
  };
  /** The eventID of CloudTrail, by which its own record is found. */
  readonly trailEventId: string;
  /** The command of Landfall that the call was made for; left out where somebody called by themselves. It holds no server. */
  readonly command?: {
    /** The command: `landfall drs template`. */
    readonly name: string;
    /** Who ran it. */
    readonly by: string;
    /** Why. */
    readonly reason: string;
  };
}

/** Says whether an event is a "Source Server Out-of-Band Action". */
export function isOutOfBandAction(event: {
  readonly 'detail-type': string;
}): event is OutOfBandAction {
  return event['detail-type'] === 'Source Server Out-of-Band Action';
}

/** The settings of a server are no longer what is expected of them, or are so again: its launch configuration, EC2 launch template (and which version is the default), replication configuration or post-launch actions. A server of MGN is looked at every twelve hours (`settingsHours`) while its wave runs, and is to be as it was when the wave began. A server of DRS is always looked at, every twelve hours, and is to be as the account’s templates say; its launch template is looked at every hour, and is to be as it was when the server was launched last, or first looked at. */
export type ConfigurationDriftChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Source Server Configuration Drift Change',
  ConfigurationDriftChangeDetail
>;
/** The detail of {@link ConfigurationDriftChange}. */
export interface ConfigurationDriftChangeDetail extends ServerDetail {
  /** How they differed before; empty where they did not. A value that is long, or that may be a secret, is a digest: `#` and sixteen digits. */
  readonly previous: readonly {
    /** Which settings. */
    readonly aspect:
      | 'launch-configuration'
      | 'launch-template'
      | 'replication-configuration'
      | 'post-launch-actions'
      | (string & Record<never, never>);
    /** The name of the field. */
    readonly field: string;
    /** What is expected; null where it is not to be there. */
    readonly expected: string | null;
    /** What it is; null where it is not there. */
    readonly actual: string | null;
  }[];
  /** How they differ now, the first twenty; empty where they do not. A value that is long, or that may be a secret, is a digest: `#` and sixteen digits. */
  readonly current: readonly {
    /** Which settings. */
    readonly aspect:
      | 'launch-configuration'
      | 'launch-template'
      | 'replication-configuration'
      | 'post-launch-actions'
      | (string & Record<never, never>);
    /** The name of the field. */
    readonly field: string;
    /** What is expected; null where it is not to be there. */
    readonly expected: string | null;
    /** What it is; null where it is not there. */
    readonly actual: string | null;
  }[];
  /** How many fields differ now. */
  readonly differences: number;
}

/** Says whether an event is a "Source Server Configuration Drift Change". */
export function isConfigurationDriftChange(event: {
  readonly 'detail-type': string;
}): event is ConfigurationDriftChange {
  return event['detail-type'] === 'Source Server Configuration Drift Change';
}

/** The settings of a server were set as a plan wants them, by a person (`landfall settings apply`) or by its wave (`desired.apply`). It comes with the next tick. No drift is told of it. */
export type SettingsApplied = Envelope<
  'landfall.mgn',
  'Source Server Settings Applied',
  SettingsAppliedDetail
>;
/** The detail of {@link SettingsApplied}. */
export interface SettingsAppliedDetail extends ServerDetail {
  /** The plan for which they were changed. */
  readonly plan: string;
  /** Who had them changed; for a wave who approved it, else its plan. */
  readonly by: string;
  /** Why, cut to 1,000 characters. */
  readonly reason: string;
  /** When the change was begun. */
  readonly begunAt: string;
  /** When it ended. */
  readonly endedAt: string;
  /** What was to be changed, the first twenty. */
  readonly settings: readonly {
    /** Which of its configurations it is part of. */
    readonly aspect:
      | 'launch-configuration'
      | 'launch-template'
      | 'replication-configuration'
      | 'post-launch-actions'
      | (string & Record<never, never>);
    /** The setting, as a plan names it. */
    readonly field: string;
    /** What it was; what looks like a secret is not told. */
    readonly from: string;
    /** What it is to be or is. */
    readonly to: string;
  }[];
  /** How many settings were to be changed, a hundred at most. */
  readonly differences: number;
  /** How many of them were left undone. */
  readonly left: number;
  /** What stopped it; left out where nothing was left undone. */
  readonly because?: string;
}

/** Says whether an event is a "Source Server Settings Applied". */
export function isSettingsApplied(event: {
  readonly 'detail-type': string;
}): event is SettingsApplied {
  return event['detail-type'] === 'Source Server Settings Applied';
}

/** The settings of a server that Landfall had changed were put back by a person (`landfall settings restore`). It comes with the next tick. */
export type SettingsRestored = Envelope<
  'landfall.mgn',
  'Source Server Settings Restored',
  SettingsRestoredDetail
>;
/** The detail of {@link SettingsRestored}. */
export interface SettingsRestoredDetail extends ServerDetail {
  /** The plan for which they were changed. */
  readonly plan: string;
  /** Who had them changed; for a wave who approved it, else its plan. */
  readonly by: string;
  /** Why, cut to 1,000 characters. */
  readonly reason: string;
  /** When the change was begun. */
  readonly begunAt: string;
  /** When it ended. */
  readonly endedAt: string;
  /** What was to be changed, the first twenty. */
  readonly settings: readonly {
    /** Which of its configurations it is part of. */
    readonly aspect:
      | 'launch-configuration'
      | 'launch-template'
      | 'replication-configuration'
      | 'post-launch-actions'
      | (string & Record<never, never>);
    /** The setting, as a plan names it. */
    readonly field: string;
    /** What it was; what looks like a secret is not told. */
    readonly from: string;
    /** What it is to be or is. */
    readonly to: string;
  }[];
  /** How many settings were to be changed, a hundred at most. */
  readonly differences: number;
  /** How many of them were left undone. */
  readonly left: number;
  /** What stopped it; left out where nothing was left undone. */
  readonly because?: string;
  /** Whether what others had changed since was put back too; left out where not. */
  readonly forced?: boolean;
}

/** Says whether an event is a "Source Server Settings Restored". */
export function isSettingsRestored(event: {
  readonly 'detail-type': string;
}): event is SettingsRestored {
  return event['detail-type'] === 'Source Server Settings Restored';
}

/** Landfall has tried to mend a stalled replication that no wave waits for, by itself. The deployment file switches this on (docs/remedies.md). */
export type RemedyTried = Envelope<'landfall.mgn', 'Source Server Remedy Tried', RemedyTriedDetail>;
/** The detail of {@link RemedyTried}. */
export interface RemedyTriedDetail extends ServerDetail {
  /** What was tried. */
  readonly remedy: 'retry-replication' | (string & Record<never, never>);
  /** The error class of the stall. */
  readonly errorClass:
    | 'AGENT_NOT_SEEN'
    | 'SNAPSHOTS_FAILURE'
    | 'NOT_CONVERGING'
    | 'UNSTABLE_NETWORK'
    | 'FAILED_TO_CREATE_SECURITY_GROUP'
    | 'FAILED_TO_LAUNCH_REPLICATION_SERVER'
    | 'FAILED_TO_BOOT_REPLICATION_SERVER'
    | 'FAILED_TO_AUTHENTICATE_WITH_SERVICE'
    | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE'
    | 'FAILED_TO_CREATE_STAGING_DISKS'
    | 'FAILED_TO_ATTACH_STAGING_DISKS'
    | 'FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT'
    | 'FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER'
    | 'FAILED_TO_START_DATA_TRANSFER'
    | 'UNSUPPORTED_VM_CONFIGURATION'
    | 'LAST_SNAPSHOT_JOB_FAILED'
    | 'UNKNOWN'
    | (string & Record<never, never>);
  /** Since when the replication has been seen to stall. */
  readonly stalledSince: string;
  /** Which try of this error class it was, counted from 1. */
  readonly attempt: number;
  /** How many tries the error class has. */
  readonly budget: number;
  /** How many are left; at 0 a person must look. */
  readonly budgetLeft: number;
  /** What MGN said: `unknown` where no answer came, so that it may have acted. */
  readonly answer: 'accepted' | 'refused' | 'unknown';
  /** Why it was refused or is unknown, cut to 1,000 characters; left out where it was accepted. */
  readonly reason?: string;
}

/** Says whether an event is a "Source Server Remedy Tried". */
export function isRemedyTried(event: { readonly 'detail-type': string }): event is RemedyTried {
  return event['detail-type'] === 'Source Server Remedy Tried';
}

/** A server can be launched otherwise than before, or for other reasons not. A stalled or lagging server is still `recovery-only`: in a disaster it is recovered from its last snapshot. */
export type ReadinessChange = Envelope<
  'landfall.drs',
  'Source Server Readiness Change',
  ReadinessChangeDetail
>;
/** The detail of {@link ReadinessChange}. */
export interface ReadinessChangeDetail extends ServerDetail {
  /** Whether the server can be launched, and why not. */
  readonly previous: {
    /** Whether the server can be launched: for a drill and a real recovery, for a real recovery alone, or not at all. */
    readonly state: 'ready' | 'recovery-only' | 'not-ready' | (string & Record<never, never>);
    /** What speaks against a launch, in the order of weight. */
    readonly reasons: readonly (
      | 'disconnected'
      | 'stopped'
      | 'initial-sync'
      | 'state-unknown'
      | 'extension-error'
      | 'no-recovery-point'
      | 'volume-attributes-missing'
      | 'stalled'
      | 'paused'
      | 'lag'
      | 'recovery-point-old'
      | (string & Record<never, never>)
    )[];
  };
  /** Whether the server can be launched, and why not. */
  readonly current: {
    /** Whether the server can be launched: for a drill and a real recovery, for a real recovery alone, or not at all. */
    readonly state: 'ready' | 'recovery-only' | 'not-ready' | (string & Record<never, never>);
    /** What speaks against a launch, in the order of weight. */
    readonly reasons: readonly (
      | 'disconnected'
      | 'stopped'
      | 'initial-sync'
      | 'state-unknown'
      | 'extension-error'
      | 'no-recovery-point'
      | 'volume-attributes-missing'
      | 'stalled'
      | 'paused'
      | 'lag'
      | 'recovery-point-old'
      | (string & Record<never, never>)
    )[];
  };
}

/** Says whether an event is a "Source Server Readiness Change". */
export function isReadinessChange(event: {
  readonly 'detail-type': string;
}): event is ReadinessChange {
  return event['detail-type'] === 'Source Server Readiness Change';
}

/** The lag of a server was beyond its recovery point objective for so many looks in a row as the target’s limits say, or within four fifths of it for as many. */
export type LagObjectiveChange = Envelope<
  'landfall.drs',
  'Source Server Lag Objective Change',
  LagObjectiveChangeDetail
>;
/** The detail of {@link LagObjectiveChange}. */
export interface LagObjectiveChangeDetail extends ServerDetail {
  /** Whether the objective is kept; null where DRS tells no lag. */
  readonly previous: 'kept' | 'missed' | (string & Record<never, never>) | null;
  /** Whether the objective is kept; null where DRS tells no lag. */
  readonly current: 'kept' | 'missed' | (string & Record<never, never>) | null;
  /** The lag; left out where DRS tells none. */
  readonly lagSeconds?: number;
  /** The recovery point objective. */
  readonly limitSeconds: number;
}

/** Says whether an event is a "Source Server Lag Objective Change". */
export function isLagObjectiveChange(event: {
  readonly 'detail-type': string;
}): event is LagObjectiveChange {
  return event['detail-type'] === 'Source Server Lag Objective Change';
}

/** The newest recovery snapshot of a server is older than the target’s limits allow, is recent again, or there is none. It is asked for at a quarter of the limit, and more often while something is amiss. */
export type RecoveryPointChange = Envelope<
  'landfall.drs',
  'Source Server Recovery Point Change',
  RecoveryPointChangeDetail
>;
/** The detail of {@link RecoveryPointChange}. */
export interface RecoveryPointChangeDetail extends ServerDetail {
  /** How recent it was when it was asked for; null before that. */
  readonly previous: 'none' | 'recent' | 'old' | (string & Record<never, never>) | null;
  /** How recent it was when it was asked for; null before that. */
  readonly current: 'none' | 'recent' | 'old' | (string & Record<never, never>) | null;
  /** When it was taken; left out where there is none. */
  readonly newestAt?: string;
  /** How old it may be. */
  readonly limitSeconds: number;
}

/** Says whether an event is a "Source Server Recovery Point Change". */
export function isRecoveryPointChange(event: {
  readonly 'detail-type': string;
}): event is RecoveryPointChange {
  return event['detail-type'] === 'Source Server Recovery Point Change';
}

/** The last launch of a server is another one, or stands otherwise: a drill or a real recovery, whoever started it. */
export type LastLaunchChange = Envelope<
  'landfall.drs',
  'Source Server Last Launch Change',
  LastLaunchChangeDetail
>;
/** The detail of {@link LastLaunchChange}. */
export interface LastLaunchChangeDetail extends ServerDetail {
  /** The last launch of the server; null where it was never launched. */
  readonly previous: {
    /** What it was; null where DRS does not say. */
    readonly type: 'DRILL' | 'RECOVERY' | (string & Record<never, never>) | null;
    /** How it stands; null where DRS does not say. */
    readonly status:
      | 'PENDING'
      | 'IN_PROGRESS'
      | 'LAUNCHED'
      | 'FAILED'
      | 'TERMINATED'
      | (string & Record<never, never>)
      | null;
    /** The job; null where DRS does not say. */
    readonly jobId: string | null;
    /** When it was asked for; null where DRS does not say. */
    readonly at: string | null;
  } | null;
  /** The last launch of the server; null where it was never launched. */
  readonly current: {
    /** What it was; null where DRS does not say. */
    readonly type: 'DRILL' | 'RECOVERY' | (string & Record<never, never>) | null;
    /** How it stands; null where DRS does not say. */
    readonly status:
      | 'PENDING'
      | 'IN_PROGRESS'
      | 'LAUNCHED'
      | 'FAILED'
      | 'TERMINATED'
      | (string & Record<never, never>)
      | null;
    /** The job; null where DRS does not say. */
    readonly jobId: string | null;
    /** When it was asked for; null where DRS does not say. */
    readonly at: string | null;
  } | null;
}

/** Says whether an event is a "Source Server Last Launch Change". */
export function isLastLaunchChange(event: {
  readonly 'detail-type': string;
}): event is LastLaunchChange {
  return event['detail-type'] === 'Source Server Last Launch Change';
}

/** A server was drilled, or was not within the days that the target’s limits give; one that never was has as long from when it was added. */
export type DrillChange = Envelope<'landfall.drs', 'Source Server Drill Change', DrillChangeDetail>;
/** The detail of {@link DrillChange}. */
export interface DrillChangeDetail extends ServerDetail {
  /** How the server stands with its drills; null on the way back. */
  readonly previous: {
    /** Whether the server was drilled in time. */
    readonly state: 'due' | 'done' | 'overdue' | (string & Record<never, never>);
    /** When the last drill began that launched it; null where none is known. */
    readonly lastAt: string | null;
  } | null;
  /** How the server stands with its drills; null on the way back. */
  readonly current: {
    /** Whether the server was drilled in time. */
    readonly state: 'due' | 'done' | 'overdue' | (string & Record<never, never>);
    /** When the last drill began that launched it; null where none is known. */
    readonly lastAt: string | null;
  } | null;
  /** Within how many days it must be drilled. */
  readonly limitDays: number;
}

/** Says whether an event is a "Source Server Drill Change". */
export function isDrillChange(event: { readonly 'detail-type': string }): event is DrillChange {
  return event['detail-type'] === 'Source Server Drill Change';
}

/** A server is extended from a staging account otherwise than before, or the extension fails. */
export type ExtensionChange = Envelope<
  'landfall.drs',
  'Source Server Extension Change',
  ExtensionChangeDetail
>;
/** The detail of {@link ExtensionChange}. */
export interface ExtensionChangeDetail extends ServerDetail {
  /** How it is extended; null where DRS does not say. */
  readonly previous:
    | 'NOT_EXTENDED'
    | 'EXTENDED'
    | 'EXTENSION_ERROR'
    | (string & Record<never, never>)
    | null;
  /** How it is extended; null where DRS does not say. */
  readonly current:
    | 'NOT_EXTENDED'
    | 'EXTENDED'
    | 'EXTENSION_ERROR'
    | (string & Record<never, never>)
    | null;
  /** The staging account; left out where DRS names none. */
  readonly stagingAccountId?: string;
  /** The server there; left out where DRS names none. */
  readonly stagingServerArn?: string;
  /** What is wrong, cut to 1,000 characters; left out where nothing is. */
  readonly error?: string;
}

/** Says whether an event is a "Source Server Extension Change". */
export function isExtensionChange(event: {
  readonly 'detail-type': string;
}): event is ExtensionChange {
  return event['detail-type'] === 'Source Server Extension Change';
}

/** A server is replicated in the other direction than before. */
export type ReplicationDirectionChange = Envelope<
  'landfall.drs',
  'Source Server Replication Direction Change',
  ReplicationDirectionChangeDetail
>;
/** The detail of {@link ReplicationDirectionChange}. */
export interface ReplicationDirectionChangeDetail extends ServerDetail {
  /** The direction; null where DRS does not say. */
  readonly previous: 'FAILOVER' | 'FAILBACK' | (string & Record<never, never>) | null;
  /** The direction; null where DRS does not say. */
  readonly current: 'FAILOVER' | 'FAILBACK' | (string & Record<never, never>) | null;
}

/** Says whether an event is a "Source Server Replication Direction Change". */
export function isReplicationDirectionChange(event: {
  readonly 'detail-type': string;
}): event is ReplicationDirectionChange {
  return event['detail-type'] === 'Source Server Replication Direction Change';
}

/** The server of the opposite direction is another one: the replication of a recovery instance was reversed. */
export type ReversedDirectionChange = Envelope<
  'landfall.drs',
  'Source Server Reversed Direction Change',
  ReversedDirectionChangeDetail
>;
/** The detail of {@link ReversedDirectionChange}. */
export interface ReversedDirectionChangeDetail extends ServerDetail {
  /** The ARN of the server of the opposite direction; null where there is none. */
  readonly previous: string | null;
  /** The ARN of the server of the opposite direction; null where there is none. */
  readonly current: string | null;
}

/** Says whether an event is a "Source Server Reversed Direction Change". */
export function isReversedDirectionChange(event: {
  readonly 'detail-type': string;
}): event is ReversedDirectionChange {
  return event['detail-type'] === 'Source Server Reversed Direction Change';
}

/** The agent of a server is of another version than before. */
export type AgentVersionChange = Envelope<
  'landfall.drs',
  'Source Server Agent Version Change',
  AgentVersionChangeDetail
>;
/** The detail of {@link AgentVersionChange}. */
export interface AgentVersionChangeDetail extends ServerDetail {
  /** The version; null where DRS does not say. */
  readonly previous: string | null;
  /** The version; null where DRS does not say. */
  readonly current: string | null;
}

/** Says whether an event is a "Source Server Agent Version Change". */
export function isAgentVersionChange(event: {
  readonly 'detail-type': string;
}): event is AgentVersionChange {
  return event['detail-type'] === 'Source Server Agent Version Change';
}

/** A recovery instance is observed for the first time; it is the first event of its stream. */
export type RecoveryInstanceDiscovered = Envelope<
  'landfall.drs',
  'Recovery Instance Discovered',
  RecoveryInstanceDiscoveredDetail
>;
/** The detail of {@link RecoveryInstanceDiscovered}. */
export interface RecoveryInstanceDiscoveredDetail extends RecoveryInstanceDetail {
  /** Always null: nothing was known of the instance. */
  readonly previous: null;
  /** The state of the EC2 instance; null where DRS names none. */
  readonly current:
    | 'PENDING'
    | 'RUNNING'
    | 'STOPPING'
    | 'STOPPED'
    | 'SHUTTING-DOWN'
    | 'TERMINATED'
    | 'NOT_FOUND'
    | (string & Record<never, never>)
    | null;
  /** Every fact as it was found. Later changes of it are told one by one. */
  readonly facts: {
    /** Whether DRS lists the recovery instance. */
    readonly present: boolean;
    /** The state as DRS names it; null where it names none. */
    readonly ec2State:
      | 'PENDING'
      | 'RUNNING'
      | 'STOPPING'
      | 'STOPPED'
      | 'SHUTTING-DOWN'
      | 'TERMINATED'
      | 'NOT_FOUND'
      | (string & Record<never, never>)
      | null;
    /** The state as DRS names it; null where it names none. */
    readonly failbackState:
      | 'FAILBACK_NOT_STARTED'
      | 'FAILBACK_IN_PROGRESS'
      | 'FAILBACK_READY_FOR_LAUNCH'
      | 'FAILBACK_COMPLETED'
      | 'FAILBACK_ERROR'
      | 'FAILBACK_NOT_READY_FOR_LAUNCH'
      | 'FAILBACK_LAUNCH_STATE_NOT_AVAILABLE'
      | (string & Record<never, never>)
      | null;
    /** The state as DRS names it; null where it names none. */
    readonly replicationState:
      | 'STOPPED'
      | 'INITIATING'
      | 'INITIAL_SYNC'
      | 'BACKLOG'
      | 'CREATING_SNAPSHOT'
      | 'CONTINUOUS'
      | 'PAUSED'
      | 'RESCAN'
      | 'STALLED'
      | 'DISCONNECTED'
      | 'NOT_STARTED'
      | 'REPLICATION_STATE_NOT_AVAILABLE'
      | (string & Record<never, never>)
      | null;
    /** The error class of the stall, UNKNOWN where DRS gives none; null while nothing stalls. */
    readonly stalled:
      | 'AGENT_NOT_SEEN'
      | 'SNAPSHOTS_FAILURE'
      | 'NOT_CONVERGING'
      | 'UNSTABLE_NETWORK'
      | 'FAILED_TO_CREATE_SECURITY_GROUP'
      | 'FAILED_TO_LAUNCH_REPLICATION_SERVER'
      | 'FAILED_TO_BOOT_REPLICATION_SERVER'
      | 'FAILED_TO_AUTHENTICATE_WITH_SERVICE'
      | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE'
      | 'FAILED_TO_CREATE_STAGING_DISKS'
      | 'FAILED_TO_ATTACH_STAGING_DISKS'
      | 'FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT'
      | 'FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER'
      | 'FAILED_TO_START_DATA_TRANSFER'
      | 'UNSUPPORTED_VM_CONFIGURATION'
      | 'LAST_SNAPSHOT_JOB_FAILED'
      | 'UNKNOWN'
      | 'FAILBACK_CLIENT_NOT_SEEN'
      | 'FAILED_TO_ESTABLISH_RECOVERY_INSTANCE_COMMUNICATION'
      | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE_TO_FAILBACK_CLIENT'
      | 'FAILED_TO_CONFIGURE_REPLICATION_SOFTWARE'
      | 'FAILED_TO_PAIR_AGENT_WITH_REPLICATION_SOFTWARE'
      | 'FAILED_TO_ESTABLISH_AGENT_REPLICATOR_SOFTWARE_COMMUNICATION'
      | 'FAILED_GETTING_REPLICATION_STATE'
      | (string & Record<never, never>)
      | null;
    /** Whether it is there for too long. */
    readonly drillOverdue: boolean;
  };
}

/** Says whether an event is a "Recovery Instance Discovered". */
export function isRecoveryInstanceDiscovered(event: {
  readonly 'detail-type': string;
}): event is RecoveryInstanceDiscovered {
  return event['detail-type'] === 'Recovery Instance Discovered';
}

/** DRS no longer lists a recovery instance: it was terminated, replaced by a new launch, or taken out of DRS. */
export type RecoveryInstancePresenceChange = Envelope<
  'landfall.drs',
  'Recovery Instance Presence Change',
  RecoveryInstancePresenceChangeDetail
>;
/** The detail of {@link RecoveryInstancePresenceChange}. */
export interface RecoveryInstancePresenceChangeDetail extends RecoveryInstanceDetail {
  /** Whether DRS lists the recovery instance. */
  readonly previous: boolean;
  /** Whether DRS lists the recovery instance. */
  readonly current: boolean;
}

/** Says whether an event is a "Recovery Instance Presence Change". */
export function isRecoveryInstancePresenceChange(event: {
  readonly 'detail-type': string;
}): event is RecoveryInstancePresenceChange {
  return event['detail-type'] === 'Recovery Instance Presence Change';
}

/** The EC2 instance of a recovery instance is in another state than before. */
export type RecoveryInstanceStateChange = Envelope<
  'landfall.drs',
  'Recovery Instance State Change',
  RecoveryInstanceStateChangeDetail
>;
/** The detail of {@link RecoveryInstanceStateChange}. */
export interface RecoveryInstanceStateChangeDetail extends RecoveryInstanceDetail {
  /** The state as DRS names it; null where it names none. */
  readonly previous:
    | 'PENDING'
    | 'RUNNING'
    | 'STOPPING'
    | 'STOPPED'
    | 'SHUTTING-DOWN'
    | 'TERMINATED'
    | 'NOT_FOUND'
    | (string & Record<never, never>)
    | null;
  /** The state as DRS names it; null where it names none. */
  readonly current:
    | 'PENDING'
    | 'RUNNING'
    | 'STOPPING'
    | 'STOPPED'
    | 'SHUTTING-DOWN'
    | 'TERMINATED'
    | 'NOT_FOUND'
    | (string & Record<never, never>)
    | null;
}

/** Says whether an event is a "Recovery Instance State Change". */
export function isRecoveryInstanceStateChange(event: {
  readonly 'detail-type': string;
}): event is RecoveryInstanceStateChange {
  return event['detail-type'] === 'Recovery Instance State Change';
}

/** The way back of a recovery instance stands otherwise than before. Between AWS Regions FAILBACK_COMPLETED is never told. */
export type RecoveryInstanceFailbackStateChange = Envelope<
  'landfall.drs',
  'Recovery Instance Failback State Change',
  RecoveryInstanceFailbackStateChangeDetail
>;
/** The detail of {@link RecoveryInstanceFailbackStateChange}. */
export interface RecoveryInstanceFailbackStateChangeDetail extends RecoveryInstanceDetail {
  /** The state as DRS names it; null where it names none. */
  readonly previous:
    | 'FAILBACK_NOT_STARTED'
    | 'FAILBACK_IN_PROGRESS'
    | 'FAILBACK_READY_FOR_LAUNCH'
    | 'FAILBACK_COMPLETED'
    | 'FAILBACK_ERROR'
    | 'FAILBACK_NOT_READY_FOR_LAUNCH'
    | 'FAILBACK_LAUNCH_STATE_NOT_AVAILABLE'
    | (string & Record<never, never>)
    | null;
  /** The state as DRS names it; null where it names none. */
  readonly current:
    | 'FAILBACK_NOT_STARTED'
    | 'FAILBACK_IN_PROGRESS'
    | 'FAILBACK_READY_FOR_LAUNCH'
    | 'FAILBACK_COMPLETED'
    | 'FAILBACK_ERROR'
    | 'FAILBACK_NOT_READY_FOR_LAUNCH'
    | 'FAILBACK_LAUNCH_STATE_NOT_AVAILABLE'
    | (string & Record<never, never>)
    | null;
  /** The job that launches on the way back; left out where there is none. */
  readonly failbackJobId?: string;
  /** When the way back was begun; left out where it was not. */
  readonly initiatedAt?: string;
  /** The lag of the way back; left out where DRS tells none. */
  readonly lagSeconds?: number;
}

/** Says whether an event is a "Recovery Instance Failback State Change". */
export function isRecoveryInstanceFailbackStateChange(event: {
  readonly 'detail-type': string;
}): event is RecoveryInstanceFailbackStateChange {
  return event['detail-type'] === 'Recovery Instance Failback State Change';
}

/** The data replication of the way back has changed its state. */
export type RecoveryInstanceReplicationStateChange = Envelope<
  'landfall.drs',
  'Recovery Instance Replication State Change',
  RecoveryInstanceReplicationStateChangeDetail
>;
/** The detail of {@link RecoveryInstanceReplicationStateChange}. */
export interface RecoveryInstanceReplicationStateChangeDetail extends RecoveryInstanceDetail {
  /** The state as DRS names it; null where it names none. */
  readonly previous:
    | 'STOPPED'
    | 'INITIATING'
    | 'INITIAL_SYNC'
    | 'BACKLOG'
    | 'CREATING_SNAPSHOT'
    | 'CONTINUOUS'
    | 'PAUSED'
    | 'RESCAN'
    | 'STALLED'
    | 'DISCONNECTED'
    | 'NOT_STARTED'
    | 'REPLICATION_STATE_NOT_AVAILABLE'
    | (string & Record<never, never>)
    | null;
  /** The state as DRS names it; null where it names none. */
  readonly current:
    | 'STOPPED'
    | 'INITIATING'
    | 'INITIAL_SYNC'
    | 'BACKLOG'
    | 'CREATING_SNAPSHOT'
    | 'CONTINUOUS'
    | 'PAUSED'
    | 'RESCAN'
    | 'STALLED'
    | 'DISCONNECTED'
    | 'NOT_STARTED'
    | 'REPLICATION_STATE_NOT_AVAILABLE'
    | (string & Record<never, never>)
    | null;
}

/** Says whether an event is a "Recovery Instance Replication State Change". */
export function isRecoveryInstanceReplicationStateChange(event: {
  readonly 'detail-type': string;
}): event is RecoveryInstanceReplicationStateChange {
  return event['detail-type'] === 'Recovery Instance Replication State Change';
}

/** The data replication of the way back stalls, stalls for another reason, or stalls no longer. */
export type RecoveryInstanceStalledChange = Envelope<
  'landfall.drs',
  'Recovery Instance Stalled Change',
  RecoveryInstanceStalledChangeDetail
>;
/** The detail of {@link RecoveryInstanceStalledChange}. */
export interface RecoveryInstanceStalledChangeDetail extends RecoveryInstanceDetail {
  /** The error class of the stall, UNKNOWN where DRS gives none; null while nothing stalls. */
  readonly previous:
    | 'AGENT_NOT_SEEN'
    | 'SNAPSHOTS_FAILURE'
    | 'NOT_CONVERGING'
    | 'UNSTABLE_NETWORK'
    | 'FAILED_TO_CREATE_SECURITY_GROUP'
    | 'FAILED_TO_LAUNCH_REPLICATION_SERVER'
    | 'FAILED_TO_BOOT_REPLICATION_SERVER'
    | 'FAILED_TO_AUTHENTICATE_WITH_SERVICE'
    | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE'
    | 'FAILED_TO_CREATE_STAGING_DISKS'
    | 'FAILED_TO_ATTACH_STAGING_DISKS'
    | 'FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT'
    | 'FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER'
    | 'FAILED_TO_START_DATA_TRANSFER'
    | 'UNSUPPORTED_VM_CONFIGURATION'
    | 'LAST_SNAPSHOT_JOB_FAILED'
    | 'UNKNOWN'
    | 'FAILBACK_CLIENT_NOT_SEEN'
    | 'FAILED_TO_ESTABLISH_RECOVERY_INSTANCE_COMMUNICATION'
    | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE_TO_FAILBACK_CLIENT'
    | 'FAILED_TO_CONFIGURE_REPLICATION_SOFTWARE'
    | 'FAILED_TO_PAIR_AGENT_WITH_REPLICATION_SOFTWARE'
    | 'FAILED_TO_ESTABLISH_AGENT_REPLICATOR_SOFTWARE_COMMUNICATION'
    | 'FAILED_GETTING_REPLICATION_STATE'
    | (string & Record<never, never>)
    | null;
  /** The error class of the stall, UNKNOWN where DRS gives none; null while nothing stalls. */
  readonly current:
    | 'AGENT_NOT_SEEN'
    | 'SNAPSHOTS_FAILURE'
    | 'NOT_CONVERGING'
    | 'UNSTABLE_NETWORK'
    | 'FAILED_TO_CREATE_SECURITY_GROUP'
    | 'FAILED_TO_LAUNCH_REPLICATION_SERVER'
    | 'FAILED_TO_BOOT_REPLICATION_SERVER'
    | 'FAILED_TO_AUTHENTICATE_WITH_SERVICE'
    | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE'
    | 'FAILED_TO_CREATE_STAGING_DISKS'
    | 'FAILED_TO_ATTACH_STAGING_DISKS'
    | 'FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT'
    | 'FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER'
    | 'FAILED_TO_START_DATA_TRANSFER'
    | 'UNSUPPORTED_VM_CONFIGURATION'
    | 'LAST_SNAPSHOT_JOB_FAILED'
    | 'UNKNOWN'
    | 'FAILBACK_CLIENT_NOT_SEEN'
    | 'FAILED_TO_ESTABLISH_RECOVERY_INSTANCE_COMMUNICATION'
    | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE_TO_FAILBACK_CLIENT'
    | 'FAILED_TO_CONFIGURE_REPLICATION_SOFTWARE'
    | 'FAILED_TO_PAIR_AGENT_WITH_REPLICATION_SOFTWARE'
    | 'FAILED_TO_ESTABLISH_AGENT_REPLICATOR_SOFTWARE_COMMUNICATION'
    | 'FAILED_GETTING_REPLICATION_STATE'
    | (string & Record<never, never>)
    | null;
  /** What DRS says of the error, cut to 1,000 characters; left out where it says nothing. */
  readonly rawError?: string;
}

/** Says whether an event is a "Recovery Instance Stalled Change". */
export function isRecoveryInstanceStalledChange(event: {
  readonly 'detail-type': string;
}): event is RecoveryInstanceStalledChange {
  return event['detail-type'] === 'Recovery Instance Stalled Change';
}

/** The instance of a drill has been there for longer than the target’s limits give a drill: it costs money until somebody terminates it. */
export type RecoveryInstanceDrillOverdueChange = Envelope<
  'landfall.drs',
  'Recovery Instance Drill Overdue Change',
  RecoveryInstanceDrillOverdueChangeDetail
>;
/** The detail of {@link RecoveryInstanceDrillOverdueChange}. */
export interface RecoveryInstanceDrillOverdueChangeDetail extends RecoveryInstanceDetail {
  /** Whether it is there for too long. */
  readonly previous: boolean;
  /** Whether it is there for too long. */
  readonly current: boolean;
}

/** Says whether an event is a "Recovery Instance Drill Overdue Change". */
export function isRecoveryInstanceDrillOverdueChange(event: {
  readonly 'detail-type': string;
}): event is RecoveryInstanceDrillOverdueChange {
  return event['detail-type'] === 'Recovery Instance Drill Overdue Change';
}

/** A target cannot be read: the service is not initialised there, the Region is off, or AWS refuses us. */
export type TargetUnreachable = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Target Unreachable',
  TargetUnreachableDetail
>;
/** The detail of {@link TargetUnreachable}. */
export interface TargetUnreachableDetail extends TargetDetail {
  /** What keeps the target from being read. */
  readonly kind:
    | 'not-initialized'
    | 'region-off'
    | 'no-endpoint'
    | 'role-refused'
    | 'access-denied'
    | (string & Record<never, never>);
  /** Since when it cannot be read. */
  readonly since: string;
  /** What AWS said, cut to 1,000 characters. */
  readonly reason: string;
  /** What a person does about it. */
  readonly remedy: string;
}

/** Says whether an event is a "Target Unreachable". */
export function isTargetUnreachable(event: {
  readonly 'detail-type': string;
}): event is TargetUnreachable {
  return event['detail-type'] === 'Target Unreachable';
}

/** A target that could not be read can be read again. */
export type TargetReachable = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Target Reachable',
  TargetReachableDetail
>;
/** The detail of {@link TargetReachable}. */
export interface TargetReachableDetail extends TargetDetail {
  /** What keeps the target from being read. */
  readonly kind:
    | 'not-initialized'
    | 'region-off'
    | 'no-endpoint'
    | 'role-refused'
    | 'access-denied'
    | (string & Record<never, never>);
  /** Since when it could not be read. */
  readonly since: string;
  /** For how many seconds it could not be read. */
  readonly unreachableSeconds: number;
}

/** Says whether an event is a "Target Reachable". */
export function isTargetReachable(event: {
  readonly 'detail-type': string;
}): event is TargetReachable {
  return event['detail-type'] === 'Target Reachable';
}

/** The use of a quota of the account and Region has reached 80, 90 or 100 percent, or has fallen clearly below such a mark (by a twentieth of it). Whoever uses it counts. */
export type TargetQuotaPressure = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Target Quota Pressure',
  TargetQuotaPressureDetail
>;
/** The detail of {@link TargetQuotaPressure}. */
export interface TargetQuotaPressureDetail extends TargetDetail {
  /** The quota. */
  readonly quota:
    | 'activeServers'
    | 'jobs'
    | 'serversInJobs'
    | 'sourceServers'
    | (string & Record<never, never>);
  /** The highest mark that was reached, in percent: 0, 80, 90 or 100. */
  readonly previous: number;
  /** The highest mark that was reached, in percent: 0, 80, 90 or 100. */
  readonly current: number;
  /** How much of it is used. */
  readonly used: number;
  /** The quota itself. */
  readonly limit: number;
  /** The share that is used, in percent with one decimal. */
  readonly usedPercent: number;
}

/** Says whether an event is a "Target Quota Pressure". */
export function isTargetQuotaPressure(event: {
  readonly 'detail-type': string;
}): event is TargetQuotaPressure {
  return event['detail-type'] === 'Target Quota Pressure';
}

/** A vCenter client has not been heard of for 15 minutes: its servers do not replicate. It is looked at while agentless servers are, at the slow pace. */
export type TargetVCenterClientSilent = Envelope<
  'landfall.mgn',
  'Target vCenter Client Silent',
  TargetVCenterClientSilentDetail
>;
/** The detail of {@link TargetVCenterClientSilent}. */
export interface TargetVCenterClientSilentDetail extends TargetDetail {
  /** The id of the vCenter client. */
  readonly vcenterClientId: string;
  /** When MGN heard of it last; left out where MGN does not say. */
  readonly lastSeenAt?: string;
}

/** Says whether an event is a "Target vCenter Client Silent". */
export function isTargetVCenterClientSilent(event: {
  readonly 'detail-type': string;
}): event is TargetVCenterClientSilent {
  return event['detail-type'] === 'Target vCenter Client Silent';
}

/** A vCenter client that was silent is heard of again. */
export type TargetVCenterClientBack = Envelope<
  'landfall.mgn',
  'Target vCenter Client Back',
  TargetVCenterClientBackDetail
>;
/** The detail of {@link TargetVCenterClientBack}. */
export interface TargetVCenterClientBackDetail extends TargetDetail {
  /** The id of the vCenter client. */
  readonly vcenterClientId: string;
  /** When MGN heard of it last; left out where MGN does not say. */
  readonly lastSeenAt?: string;
}

/** Says whether an event is a "Target vCenter Client Back". */
export function isTargetVCenterClientBack(event: {
  readonly 'detail-type': string;
}): event is TargetVCenterClientBack {
  return event['detail-type'] === 'Target vCenter Client Back';
}

/** A vCenter client is no longer listed: somebody has deleted it. */
export type TargetVCenterClientRemoved = Envelope<
  'landfall.mgn',
  'Target vCenter Client Removed',
  TargetVCenterClientRemovedDetail
>;
/** The detail of {@link TargetVCenterClientRemoved}. */
export interface TargetVCenterClientRemovedDetail extends TargetDetail {
  /** The id of the vCenter client. */
  readonly vcenterClientId: string;
}

/** Says whether an event is a "Target vCenter Client Removed". */
export function isTargetVCenterClientRemoved(event: {
  readonly 'detail-type': string;
}): event is TargetVCenterClientRemoved {
  return event['detail-type'] === 'Target vCenter Client Removed';
}

/** Somebody else has called MGN about the account and Region as a whole, or about a server that was never observed, or tried to. It needs a trail of CloudTrail. */
export type TargetOutOfBandAction = Envelope<
  'landfall.mgn',
  'Target Out-of-Band Action',
  TargetOutOfBandActionDetail
>;
/** The detail of {@link TargetOutOfBandAction}. */
export interface TargetOutOfBandActionDetail extends TargetDetail {
  /** The operation of the service that was called. */
  readonly operation:
    | 'StartTest'
    | 'StartCutover'
    | 'FinalizeCutover'
    | 'ChangeServerLifeCycleState'
    | 'TerminateTargetInstances'
    | 'DisconnectFromService'
    | 'MarkAsArchived'
    | 'StopReplication'
    | 'PauseReplication'
    | (string & Record<never, never>);
  /** When it was called; the event comes minutes later. */
  readonly calledAt: string;
  /** Why the service refused it: it was only tried. Null where it took effect. */
  readonly errorCode: string | null;
  /** Who called. */
  readonly caller: {
    /** The kind of identity, as CloudTrail names it. */
    readonly type:
      | 'AssumedRole'
      | 'IAMUser'
      | 'Root'
      | 'FederatedUser'
      | (string & Record<never, never>);
    /** The account of the caller; null where it is not known. */
    readonly accountId: string | null;
    /** The ARN of the role or user, what stands before an @ left out; null where CloudTrail gives none. */
    readonly principal: string | null;
    /** The name of the role’s session, what stands before an @ left out; null where it has none. */
    readonly session: string | null;
  };
  /** The eventID of CloudTrail, by which its own record is found. */
  readonly trailEventId: string;
  /** The command of Landfall that the call was made for; left out where somebody called by themselves. It holds no server. */
  readonly command?: {
    /** The command: `landfall drs template`. */
    readonly name: string;
    /** Who ran it. */
    readonly by: string;
    /** Why. */
    readonly reason: string;
  };
  /** What it was about: the id or ARN of a job, a template, a vCenter client; null where the call names none. */
  readonly resource: string | null;
  /** The servers that it named and that were never observed. */
  readonly servers: readonly string[];
}

/** Says whether an event is a "Target Out-of-Band Action". */
export function isTargetOutOfBandAction(event: {
  readonly 'detail-type': string;
}): event is TargetOutOfBandAction {
  return event['detail-type'] === 'Target Out-of-Band Action';
}

/** A launch or replication configuration template of the account was added, changed or removed: servers that are added from now on get other settings. Looked at every hour, of MGN while waves run, of DRS while there are servers. Of DRS it tells at the first look that there is no template. */
export type TargetTemplateDriftChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Target Template Drift Change',
  TargetTemplateDriftChangeDetail
>;
/** The detail of {@link TargetTemplateDriftChange}. */
export interface TargetTemplateDriftChangeDetail extends TargetDetail {
  /** The templates as they were, each by a digest of its settings. */
  readonly previous: { readonly [name: string]: string };
  /** The templates as they are, each by a digest of its settings. */
  readonly current: { readonly [name: string]: string };
  /** The templates that differ, at most twenty. */
  readonly changes: readonly {
    /** The id of the template. */
    readonly templateId: string;
    /** What it is a template of. */
    readonly kind: 'launch' | 'replication';
    /** What became of it. */
    readonly news: 'added' | 'changed' | 'removed';
    /** The fields that differ, the first twenty. A value that is long, or that may be a secret, is a digest: `#` and sixteen digits. */
    readonly fields: readonly {
      /** The name of the field. */
      readonly field: string;
      /** What it was; null where it was not there. */
      readonly previous: string | null;
      /** What it is; null where it is not there. */
      readonly current: string | null;
    }[];
    /** How many fields differ. */
    readonly differences: number;
  }[];
  /** Of which kinds the account has no template; DRS only. */
  readonly missing?: readonly ('launch' | 'replication' | (string & Record<never, never>))[];
}

/** Says whether an event is a "Target Template Drift Change". */
export function isTargetTemplateDriftChange(event: {
  readonly 'detail-type': string;
}): event is TargetTemplateDriftChange {
  return event['detail-type'] === 'Target Template Drift Change';
}

/** As many servers as the deployment file names stall with the same error class: the staging area is at fault, not one server. Landfall retries none of them until there are fewer. */
export type TargetRemediesStopped = Envelope<
  'landfall.mgn',
  'Target Remedies Stopped',
  TargetRemediesStoppedDetail
>;
/** The detail of {@link TargetRemediesStopped}. */
export interface TargetRemediesStoppedDetail extends TargetDetail {
  /** The error class of the stalls. */
  readonly errorClass:
    | 'AGENT_NOT_SEEN'
    | 'SNAPSHOTS_FAILURE'
    | 'NOT_CONVERGING'
    | 'UNSTABLE_NETWORK'
    | 'FAILED_TO_CREATE_SECURITY_GROUP'
    | 'FAILED_TO_LAUNCH_REPLICATION_SERVER'
    | 'FAILED_TO_BOOT_REPLICATION_SERVER'
    | 'FAILED_TO_AUTHENTICATE_WITH_SERVICE'
    | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE'
    | 'FAILED_TO_CREATE_STAGING_DISKS'
    | 'FAILED_TO_ATTACH_STAGING_DISKS'
    | 'FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT'
    | 'FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER'
    | 'FAILED_TO_START_DATA_TRANSFER'
    | 'UNSUPPORTED_VM_CONFIGURATION'
    | 'LAST_SNAPSHOT_JOB_FAILED'
    | 'UNKNOWN'
    | (string & Record<never, never>);
  /** How many servers stall with it. */
  readonly servers: number;
  /** From how many on nothing is retried. */
  readonly limit: number;
  /** The servers that stall with it, the first hundred of them. */
  readonly serverIds: readonly string[];
  /** What a person does about it. */
  readonly remedy: string;
}

/** Says whether an event is a "Target Remedies Stopped". */
export function isTargetRemediesStopped(event: {
  readonly 'detail-type': string;
}): event is TargetRemediesStopped {
  return event['detail-type'] === 'Target Remedies Stopped';
}

/** Fewer servers stall with an error class than stop its retries: Landfall retries again. */
export type TargetRemediesResumed = Envelope<
  'landfall.mgn',
  'Target Remedies Resumed',
  TargetRemediesResumedDetail
>;
/** The detail of {@link TargetRemediesResumed}. */
export interface TargetRemediesResumedDetail extends TargetDetail {
  /** The error class of the stalls. */
  readonly errorClass:
    | 'AGENT_NOT_SEEN'
    | 'SNAPSHOTS_FAILURE'
    | 'NOT_CONVERGING'
    | 'UNSTABLE_NETWORK'
    | 'FAILED_TO_CREATE_SECURITY_GROUP'
    | 'FAILED_TO_LAUNCH_REPLICATION_SERVER'
    | 'FAILED_TO_BOOT_REPLICATION_SERVER'
    | 'FAILED_TO_AUTHENTICATE_WITH_SERVICE'
    | 'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE'
    | 'FAILED_TO_CREATE_STAGING_DISKS'
    | 'FAILED_TO_ATTACH_STAGING_DISKS'
    | 'FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT'
    | 'FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER'
    | 'FAILED_TO_START_DATA_TRANSFER'
    | 'UNSUPPORTED_VM_CONFIGURATION'
    | 'LAST_SNAPSHOT_JOB_FAILED'
    | 'UNKNOWN'
    | (string & Record<never, never>);
  /** Since when nothing was retried. */
  readonly since: string;
  /** For how many seconds nothing was retried. */
  readonly stoppedSeconds: number;
}

/** Says whether an event is a "Target Remedies Resumed". */
export function isTargetRemediesResumed(event: {
  readonly 'detail-type': string;
}): event is TargetRemediesResumed {
  return event['detail-type'] === 'Target Remedies Resumed';
}

/** A job is seen for the first time, whoever began it. Jobs that were there before Landfall first looked are not told. */
export type JobStarted = Envelope<'landfall.mgn' | 'landfall.drs', 'Job Started', JobStartedDetail>;
/** The detail of {@link JobStarted}. */
export interface JobStartedDetail extends JobDetail {
  /** Who began the job. */
  readonly cause: {
    /** Who began it. */
    readonly kind: 'landfall' | 'somebody-else' | (string & Record<never, never>);
    /** The intent of Landfall that it carries as a tag. */
    readonly intentId?: string;
  };
  /** What the job does; null where the service does not say. */
  readonly type:
    | 'LAUNCH'
    | 'TERMINATE'
    | 'CREATE_CONVERTED_SNAPSHOT'
    | (string & Record<never, never>)
    | null;
  /** By which call it was begun; null where the service does not say. */
  readonly initiatedBy:
    | 'START_TEST'
    | 'START_CUTOVER'
    | 'DIAGNOSTIC'
    | 'TERMINATE'
    | 'START_RECOVERY'
    | 'START_DRILL'
    | 'FAILBACK'
    | 'TERMINATE_RECOVERY_INSTANCES'
    | 'TARGET_ACCOUNT'
    | 'CREATE_NETWORK_RECOVERY'
    | 'UPDATE_NETWORK_RECOVERY'
    | 'ASSOCIATE_NETWORK_RECOVERY'
    | (string & Record<never, never>)
    | null;
  /** The wave that it was begun for, as PLAN.WAVE; left out where none is known. */
  readonly wave?: string;
  /** When it was begun; left out where the service does not say. */
  readonly createdAt?: string;
  /** The servers in it. */
  readonly servers: readonly string[];
  /** How many servers of the job have each launch status, by its name. */
  readonly counts: { readonly [name: string]: number };
}

/** Says whether an event is a "Job Started". */
export function isJobStarted(event: { readonly 'detail-type': string }): event is JobStarted {
  return event['detail-type'] === 'Job Started';
}

/** Servers of a job have come further; at most once a look. The last counts are told with its end. */
export type JobProgressChange = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Job Progress Change',
  JobProgressChangeDetail
>;
/** The detail of {@link JobProgressChange}. */
export interface JobProgressChangeDetail extends JobDetail {
  /** Who began the job. */
  readonly cause: {
    /** Who began it. */
    readonly kind: 'landfall' | 'somebody-else' | (string & Record<never, never>);
    /** The intent of Landfall that it carries as a tag. */
    readonly intentId?: string;
  };
  /** What the job does; null where the service does not say. */
  readonly type:
    | 'LAUNCH'
    | 'TERMINATE'
    | 'CREATE_CONVERTED_SNAPSHOT'
    | (string & Record<never, never>)
    | null;
  /** By which call it was begun; null where the service does not say. */
  readonly initiatedBy:
    | 'START_TEST'
    | 'START_CUTOVER'
    | 'DIAGNOSTIC'
    | 'TERMINATE'
    | 'START_RECOVERY'
    | 'START_DRILL'
    | 'FAILBACK'
    | 'TERMINATE_RECOVERY_INSTANCES'
    | 'TARGET_ACCOUNT'
    | 'CREATE_NETWORK_RECOVERY'
    | 'UPDATE_NETWORK_RECOVERY'
    | 'ASSOCIATE_NETWORK_RECOVERY'
    | (string & Record<never, never>)
    | null;
  /** The wave that it was begun for, as PLAN.WAVE; left out where none is known. */
  readonly wave?: string;
  /** How many servers of the job have each launch status, by its name. */
  readonly previous: { readonly [name: string]: number };
  /** How many servers of the job have each launch status, by its name. */
  readonly current: { readonly [name: string]: number };
}

/** Says whether an event is a "Job Progress Change". */
export function isJobProgressChange(event: {
  readonly 'detail-type': string;
}): event is JobProgressChange {
  return event['detail-type'] === 'Job Progress Change';
}

/** Servers of a job that has ended were launched from an earlier snapshot than the latest data: what was written since is missing. */
export type JobStaleSnapshotUsed = Envelope<
  'landfall.mgn' | 'landfall.drs',
  'Job Stale Snapshot Used',
  JobStaleSnapshotUsedDetail
>;
/** The detail of {@link JobStaleSnapshotUsed}. */
export interface JobStaleSnapshotUsedDetail extends JobDetail {
  /** Who began the job. */
  readonly cause: {
    /** Who began it. */
    readonly kind: 'landfall' | 'somebody-else' | (string & Record<never, never>);
    /** The intent of Landfall that it carries as a tag. */
    readonly intentId?: string;
  };
  /** What the job does; null where the service does not say. */
  readonly type:
    | 'LAUNCH'
    | 'TERMINATE'
    | 'CREATE_CONVERTED_SNAPSHOT'
    | (string & Record<never, never>)
    | null;
  /** By which call it was begun; null where the service does not say. */
  readonly initiatedBy:
    | 'START_TEST'
    | 'START_CUTOVER'
    | 'DIAGNOSTIC'
    | 'TERMINATE'
    | 'START_RECOVERY'
    | 'START_DRILL'
    | 'FAILBACK'
    | 'TERMINATE_RECOVERY_INSTANCES'
    | 'TARGET_ACCOUNT'
    | 'CREATE_NETWORK_RECOVERY'
    | 'UPDATE_NETWORK_RECOVERY'
    | 'ASSOCIATE_NETWORK_RECOVERY'
    | (string & Record<never, never>)
    | null;
  /** The wave that it was begun for, as PLAN.WAVE; left out where none is known. */
  readonly wave?: string;
  /** The servers that this happened to. */
  readonly servers: readonly string[];
}

/** Says whether an event is a "Job Stale Snapshot Used". */
export function isJobStaleSnapshotUsed(event: {
  readonly 'detail-type': string;
}): event is JobStaleSnapshotUsed {
  return event['detail-type'] === 'Job Stale Snapshot Used';
}

/** A job has ended, and how for each of its servers; a completed job may hold failed servers. */
export type JobEnded = Envelope<'landfall.mgn' | 'landfall.drs', 'Job Ended', JobEndedDetail>;
/** The detail of {@link JobEnded}. */
export interface JobEndedDetail extends JobDetail {
  /** Who began the job. */
  readonly cause: {
    /** Who began it. */
    readonly kind: 'landfall' | 'somebody-else' | (string & Record<never, never>);
    /** The intent of Landfall that it carries as a tag. */
    readonly intentId?: string;
  };
  /** What the job does; null where the service does not say. */
  readonly type:
    | 'LAUNCH'
    | 'TERMINATE'
    | 'CREATE_CONVERTED_SNAPSHOT'
    | (string & Record<never, never>)
    | null;
  /** By which call it was begun; null where the service does not say. */
  readonly initiatedBy:
    | 'START_TEST'
    | 'START_CUTOVER'
    | 'DIAGNOSTIC'
    | 'TERMINATE'
    | 'START_RECOVERY'
    | 'START_DRILL'
    | 'FAILBACK'
    | 'TERMINATE_RECOVERY_INSTANCES'
    | 'TARGET_ACCOUNT'
    | 'CREATE_NETWORK_RECOVERY'
    | 'UPDATE_NETWORK_RECOVERY'
    | 'ASSOCIATE_NETWORK_RECOVERY'
    | (string & Record<never, never>)
    | null;
  /** The wave that it was begun for, as PLAN.WAVE; left out where none is known. */
  readonly wave?: string;
  /** When it ended; left out where the service does not say. */
  readonly endedAt?: string;
  /** How many servers of the job have each launch status, by its name. */
  readonly counts: { readonly [name: string]: number };
  /** How it ended for each server. */
  readonly results: readonly {
    /** The id of the source server. */
    readonly sourceServerId: string;
    /** How it ended for this server. */
    readonly launchStatus:
      | 'PENDING'
      | 'IN_PROGRESS'
      | 'LAUNCHED'
      | 'FAILED'
      | 'TERMINATED'
      | (string & Record<never, never>);
    /** Whether an earlier snapshot than the latest data was used. */
    readonly usedPreviousSnapshot: boolean;
    /** Whether the job passed the server over. */
    readonly skipped: boolean;
    /** The EC2 instance; left out where there is none. */
    readonly instanceId?: string;
    /** Why it failed, cut to 256 characters; left out where it did not. */
    readonly reason?: string;
  }[];
}

/** Says whether an event is a "Job Ended". */
export function isJobEnded(event: { readonly 'detail-type': string }): event is JobEnded {
  return event['detail-type'] === 'Job Ended';
}

/** A wave begins; it is the first event of the wave’s stream. */
export type WaveStarted = Envelope<'landfall.wave', 'Wave Started', WaveStartedDetail>;
/** The detail of {@link WaveStarted}. */
export interface WaveStartedDetail extends WaveDetail {
  /** How many servers the wave has. */
  readonly servers: number;
  /** The hash of the plan that the wave runs under. */
  readonly planHash: string;
  /** The phases that have a window; left out where none has. */
  readonly windowed?: readonly (
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>)
  )[];
  /** For how many seconds a server soaks before it is finalized; left out where it need not. */
  readonly soakSeconds?: number;
}

/** Says whether an event is a "Wave Started". */
export function isWaveStarted(event: { readonly 'detail-type': string }): event is WaveStarted {
  return event['detail-type'] === 'Wave Started';
}

/** A phase begins for servers of a wave. */
export type WaveStageStarted = Envelope<
  'landfall.wave',
  'Wave Stage Started',
  WaveStageStartedDetail
>;
/** The detail of {@link WaveStageStarted}. */
export interface WaveStageStartedDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** How many servers begin it. */
  readonly servers: number;
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** The highest attempt among them; 1 where none is a repetition. */
  readonly attempts: number;
}

/** Says whether an event is a "Wave Stage Started". */
export function isWaveStageStarted(event: {
  readonly 'detail-type': string;
}): event is WaveStageStarted {
  return event['detail-type'] === 'Wave Stage Started';
}

/** A wave stops by its own policy and waits for a person. */
export type WaveHeld = Envelope<'landfall.wave', 'Wave Held', WaveHeldDetail>;
/** The detail of {@link WaveHeld}. */
export interface WaveHeldDetail extends WaveDetail {
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
}

/** Says whether an event is a "Wave Held". */
export function isWaveHeld(event: { readonly 'detail-type': string }): event is WaveHeld {
  return event['detail-type'] === 'Wave Held';
}

/** A wave goes on after a pause or a hold. */
export type WaveResumed = Envelope<'landfall.wave', 'Wave Resumed', WaveResumedDetail>;
/** The detail of {@link WaveResumed}. */
export interface WaveResumedDetail extends WaveDetail {
  /** What ended; left out where a hold ended without an order on record. */
  readonly ended?: 'pause' | 'hold';
  /** Who it was, as AWS or the plan names them, cut to 1,000 characters. */
  readonly by?: string;
  /** When the order was given. */
  readonly at?: string;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason?: string;
  /** What it is about: everything, the plan, the wave, a tier of it, or some of its servers. Left out where an older Landfall told it. */
  readonly scope?: 'stage' | 'plan' | 'wave' | 'tier' | 'servers';
  /** The tier, where it is about one. */
  readonly tier?: string;
  /** How many servers it is about, where it is about a tier or servers. */
  readonly servers?: number;
  /** Those servers, the first twenty of them. */
  readonly serverIds?: readonly string[];
}

/** Says whether an event is a "Wave Resumed". */
export function isWaveResumed(event: { readonly 'detail-type': string }): event is WaveResumed {
  return event['detail-type'] === 'Wave Resumed';
}

/** A person pauses a wave, a tier or servers of it, its plan, or everything. */
export type WavePaused = Envelope<'landfall.wave', 'Wave Paused', WavePausedDetail>;
/** The detail of {@link WavePaused}. */
export interface WavePausedDetail extends WaveDetail {
  /** Who it was, as AWS or the plan names them, cut to 1,000 characters. */
  readonly by: string;
  /** When the order was given. */
  readonly at: string;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
  /** What it is about: everything, the plan, the wave, a tier of it, or some of its servers. Left out where an older Landfall told it. */
  readonly scope?: 'stage' | 'plan' | 'wave' | 'tier' | 'servers';
  /** The tier, where it is about one. */
  readonly tier?: string;
  /** How many servers it is about, where it is about a tier or servers. */
  readonly servers?: number;
  /** Those servers, the first twenty of them. */
  readonly serverIds?: readonly string[];
}

/** Says whether an event is a "Wave Paused". */
export function isWavePaused(event: { readonly 'detail-type': string }): event is WavePaused {
  return event['detail-type'] === 'Wave Paused';
}

/** A person has a wave held before its next stage, or servers of it skipped, retried or rolled back. */
export type WaveOrderGiven = Envelope<'landfall.wave', 'Wave Order Given', WaveOrderGivenDetail>;
/** The detail of {@link WaveOrderGiven}. */
export interface WaveOrderGivenDetail extends WaveDetail {
  /** What was ordered. */
  readonly order: 'hold' | 'skip' | 'retry' | 'rollback';
  /** Who it was, as AWS or the plan names them, cut to 1,000 characters. */
  readonly by: string;
  /** When the order was given. */
  readonly at: string;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
  /** What it is about: everything, the plan, the wave, a tier of it, or some of its servers. Left out where an older Landfall told it. */
  readonly scope?: 'stage' | 'plan' | 'wave' | 'tier' | 'servers';
  /** The tier, where it is about one. */
  readonly tier?: string;
  /** How many servers it is about, where it is about a tier or servers. */
  readonly servers?: number;
  /** Those servers, the first twenty of them. */
  readonly serverIds?: readonly string[];
}

/** Says whether an event is a "Wave Order Given". */
export function isWaveOrderGiven(event: {
  readonly 'detail-type': string;
}): event is WaveOrderGiven {
  return event['detail-type'] === 'Wave Order Given';
}

/** A recovery begins, and takes servers over that a drill holds: their drill ends. Told by both waves. */
export type WaveDrillYielded = Envelope<
  'landfall.wave',
  'Wave Drill Yielded',
  WaveDrillYieldedDetail
>;
/** The detail of {@link WaveDrillYielded}. */
export interface WaveDrillYieldedDetail extends WaveDetail {
  /** The wave that has held them. */
  readonly drill: string;
  /** The wave that recovers them. */
  readonly recovery: string;
  /** How many servers it is about. */
  readonly servers: number;
  /** These servers, the first five hundred of them. */
  readonly serverIds: readonly string[];
  /** When the recovery took them over. */
  readonly at: string;
}

/** Says whether an event is a "Wave Drill Yielded". */
export function isWaveDrillYielded(event: {
  readonly 'detail-type': string;
}): event is WaveDrillYielded {
  return event['detail-type'] === 'Wave Drill Yielded';
}

/** A person asks for the end of a wave: what has begun is brought to a clean end, nothing begins any more. */
export type WaveAbortRequested = Envelope<
  'landfall.wave',
  'Wave Abort Requested',
  WaveAbortRequestedDetail
>;
/** The detail of {@link WaveAbortRequested}. */
export interface WaveAbortRequestedDetail extends WaveDetail {
  /** Who it was, as AWS or the plan names them, cut to 1,000 characters. */
  readonly by: string;
  /** When the order was given. */
  readonly at: string;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
}

/** Says whether an event is a "Wave Abort Requested". */
export function isWaveAbortRequested(event: {
  readonly 'detail-type': string;
}): event is WaveAbortRequested {
  return event['detail-type'] === 'Wave Abort Requested';
}

/** A phase waits for the approval of a person. */
export type WaveApprovalRequested = Envelope<
  'landfall.wave',
  'Wave Approval Requested',
  WaveApprovalRequestedDetail
>;
/** The detail of {@link WaveApprovalRequested}. */
export interface WaveApprovalRequestedDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** How many servers wait for it. */
  readonly servers: number;
  /** The servers that wait for it, the first hundred of them. */
  readonly serverIds: readonly string[];
  /** Who may approve, as the plan says; null where anyone may. */
  readonly by: readonly string[] | null;
  /** Until when; null where it may take any time. */
  readonly deadlineAt: string | null;
  /** The hash of the plan that the wave runs under. */
  readonly planHash: string;
  /** How many different people must approve; left out where it is one. */
  readonly approvers?: number;
  /** Whether somebody else than who started the plan must be among them; left out where not. */
  readonly fourEyes?: boolean;
  /** Who started the plan; null where that is not known. */
  readonly startedBy?: string | null;
  /** The policy of the plan that was asked first; left out where there is none. */
  readonly policy?: string | null;
  /** What the policy of the plan found; left out where it has none. */
  readonly judged?: readonly {
    /** What the policy asks for. */
    readonly check: string;
    /** Whether it holds. */
    readonly holds: boolean;
    /** The figures that were judged, in a few words. */
    readonly found: string;
  }[];
  /** What the wave sets of them once they may enter; left out where it sets nothing. */
  readonly settings?: {
    /** How many of the servers are to be set. */
    readonly servers: number;
    /** How many settings in all. */
    readonly differences: number;
  };
}

/** Says whether an event is a "Wave Approval Requested". */
export function isWaveApprovalRequested(event: {
  readonly 'detail-type': string;
}): event is WaveApprovalRequested {
  return event['detail-type'] === 'Wave Approval Requested';
}

/** The preflight keeps servers of a wave from a phase; told again where something else keeps them from it. */
export type WavePreflightBlocked = Envelope<
  'landfall.wave',
  'Wave Preflight Blocked',
  WavePreflightBlockedDetail
>;
/** The detail of {@link WavePreflightBlocked}. */
export interface WavePreflightBlockedDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** What was found, the first twenty. */
  readonly findings: readonly {
    /** The name of the rule; docs/preflight.md explains each. */
    readonly rule: string;
    /** How many servers it is about; 0 where about none in particular. */
    readonly servers: number;
    /** These servers, the first twenty of them. */
    readonly serverIds: readonly string[];
    /** What was found, with the evidence, cut to 1,000 characters. */
    readonly message: string;
    /** What a person does about it, cut to 1,000 characters. */
    readonly remedy: string;
  }[];
  /** How many findings there are. */
  readonly count: number;
}

/** Says whether an event is a "Wave Preflight Blocked". */
export function isWavePreflightBlocked(event: {
  readonly 'detail-type': string;
}): event is WavePreflightBlocked {
  return event['detail-type'] === 'Wave Preflight Blocked';
}

/** What the preflight kept a wave from a phase for is mended. */
export type WavePreflightCleared = Envelope<
  'landfall.wave',
  'Wave Preflight Cleared',
  WavePreflightClearedDetail
>;
/** The detail of {@link WavePreflightCleared}. */
export interface WavePreflightClearedDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
}

/** Says whether an event is a "Wave Preflight Cleared". */
export function isWavePreflightCleared(event: {
  readonly 'detail-type': string;
}): event is WavePreflightCleared {
  return event['detail-type'] === 'Wave Preflight Cleared';
}

/** The preflight has found something that a person should know before a phase; each finding is told once in a wave. */
export type WavePreflightWarned = Envelope<
  'landfall.wave',
  'Wave Preflight Warned',
  WavePreflightWarnedDetail
>;
/** The detail of {@link WavePreflightWarned}. */
export interface WavePreflightWarnedDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** What was found, the first twenty. */
  readonly findings: readonly {
    /** The name of the rule; docs/preflight.md explains each. */
    readonly rule: string;
    /** How many servers it is about; 0 where about none in particular. */
    readonly servers: number;
    /** These servers, the first twenty of them. */
    readonly serverIds: readonly string[];
    /** What was found, with the evidence, cut to 1,000 characters. */
    readonly message: string;
    /** What a person does about it, cut to 1,000 characters. */
    readonly remedy: string;
  }[];
  /** How many findings there are. */
  readonly count: number;
}

/** Says whether an event is a "Wave Preflight Warned". */
export function isWavePreflightWarned(event: {
  readonly 'detail-type': string;
}): event is WavePreflightWarned {
  return event['detail-type'] === 'Wave Preflight Warned';
}

/** People, or the policy of the plan, let a cohort into a phase. */
export type WaveApprovalGiven = Envelope<
  'landfall.wave',
  'Wave Approval Given',
  WaveApprovalGivenDetail
>;
/** The detail of {@link WaveApprovalGiven}. */
export interface WaveApprovalGivenDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** Who it was, a policy as `policy/NAME`; several stand together. */
  readonly by: string;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
  /** Everybody who approved, in order. */
  readonly approvers?: readonly {
    /** Who it was, as AWS or the plan names them, cut to 1,000 characters. */
    readonly by: string;
    /** When the order was given. */
    readonly at: string;
    /** Why, in a sentence, cut to 1,000 characters. */
    readonly reason: string;
  }[];
  /** What the policy of the plan found; left out where it has none. */
  readonly judged?: readonly {
    /** What the policy asks for. */
    readonly check: string;
    /** Whether it holds. */
    readonly holds: boolean;
    /** The figures that were judged, in a few words. */
    readonly found: string;
  }[];
}

/** Says whether an event is a "Wave Approval Given". */
export function isWaveApprovalGiven(event: {
  readonly 'detail-type': string;
}): event is WaveApprovalGiven {
  return event['detail-type'] === 'Wave Approval Given';
}

/** A person refuses a phase to a cohort. */
export type WaveApprovalDenied = Envelope<
  'landfall.wave',
  'Wave Approval Denied',
  WaveApprovalDeniedDetail
>;
/** The detail of {@link WaveApprovalDenied}. */
export interface WaveApprovalDeniedDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** Who it was, as AWS or the plan names them, cut to 1,000 characters. */
  readonly by: string | null;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
}

/** Says whether an event is a "Wave Approval Denied". */
export function isWaveApprovalDenied(event: {
  readonly 'detail-type': string;
}): event is WaveApprovalDenied {
  return event['detail-type'] === 'Wave Approval Denied';
}

/** A phase needs no approval any more: every server that waited for it ended otherwise, as a person ordered. */
export type WaveApprovalWithdrawn = Envelope<
  'landfall.wave',
  'Wave Approval Withdrawn',
  WaveApprovalWithdrawnDetail
>;
/** The detail of {@link WaveApprovalWithdrawn}. */
export interface WaveApprovalWithdrawnDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
}

/** Says whether an event is a "Wave Approval Withdrawn". */
export function isWaveApprovalWithdrawn(event: {
  readonly 'detail-type': string;
}): event is WaveApprovalWithdrawn {
  return event['detail-type'] === 'Wave Approval Withdrawn';
}

/** Nobody approved a phase in time. */
export type WaveApprovalExpired = Envelope<
  'landfall.wave',
  'Wave Approval Expired',
  WaveApprovalExpiredDetail
>;
/** The detail of {@link WaveApprovalExpired}. */
export interface WaveApprovalExpiredDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
}

/** Says whether an event is a "Wave Approval Expired". */
export function isWaveApprovalExpired(event: {
  readonly 'detail-type': string;
}): event is WaveApprovalExpired {
  return event['detail-type'] === 'Wave Approval Expired';
}

/** Servers of a cohort wait for the window of their next phase. */
export type WaveWindowAwaited = Envelope<
  'landfall.wave',
  'Wave Window Awaited',
  WaveWindowAwaitedDetail
>;
/** The detail of {@link WaveWindowAwaited}. */
export interface WaveWindowAwaitedDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** How many servers wait for it. */
  readonly servers: number;
  /** When it opens. */
  readonly opensAt: string;
  /** When it closes again; null where it stays open. */
  readonly closesAt: string | null;
  /** Why it is closed now, in a few words. */
  readonly reason: string;
}

/** Says whether an event is a "Wave Window Awaited". */
export function isWaveWindowAwaited(event: {
  readonly 'detail-type': string;
}): event is WaveWindowAwaited {
  return event['detail-type'] === 'Wave Window Awaited';
}

/** Servers of a cohort enter a phase that has a window; they launch, or are finalized, within it. */
export type WaveWindowOpened = Envelope<
  'landfall.wave',
  'Wave Window Opened',
  WaveWindowOpenedDetail
>;
/** The detail of {@link WaveWindowOpened}. */
export interface WaveWindowOpenedDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** How many servers enter it. */
  readonly servers: number;
  /** From when on they may; in the future while they still soak. */
  readonly opensAt: string;
  /** Until when they may; null where it stays open. */
  readonly closesAt: string | null;
}

/** Says whether an event is a "Wave Window Opened". */
export function isWaveWindowOpened(event: {
  readonly 'detail-type': string;
}): event is WaveWindowOpened {
  return event['detail-type'] === 'Wave Window Opened';
}

/** A window closed before all servers were through, or no window of a phase opens any more. */
export type WaveWindowClosed = Envelope<
  'landfall.wave',
  'Wave Window Closed',
  WaveWindowClosedDetail
>;
/** The detail of {@link WaveWindowClosed}. */
export interface WaveWindowClosedDetail extends WaveDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** How many servers were not through; they go on in the next window. */
  readonly servers: number;
  /** When the next one opens; null where none does. */
  readonly opensAt: string | null;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
}

/** Says whether an event is a "Wave Window Closed". */
export function isWaveWindowClosed(event: {
  readonly 'detail-type': string;
}): event is WaveWindowClosed {
  return event['detail-type'] === 'Wave Window Closed';
}

/** Cut-over servers soak: they are watched, and finalized when their time is over. */
export type WaveSoakStarted = Envelope<'landfall.wave', 'Wave Soak Started', WaveSoakStartedDetail>;
/** The detail of {@link WaveSoakStarted}. */
export interface WaveSoakStartedDetail extends WaveDetail {
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** How many servers soak. */
  readonly servers: number;
  /** For how many seconds each must have been healthy. */
  readonly soakSeconds: number;
  /** When the last of them has soaked, if nothing happens. */
  readonly until: string;
}

/** Says whether an event is a "Wave Soak Started". */
export function isWaveSoakStarted(event: {
  readonly 'detail-type': string;
}): event is WaveSoakStarted {
  return event['detail-type'] === 'Wave Soak Started';
}

/** Every server of a wave has its outcome; it is the last event of the wave’s stream. */
export type WaveConcluded = Envelope<'landfall.wave', 'Wave Concluded', WaveConcludedDetail>;
/** The detail of {@link WaveConcluded}. */
export interface WaveConcludedDetail extends WaveDetail {
  /** How many servers ended in each way. */
  readonly outcomes: {
    /** How many servers ended as succeeded. */
    readonly succeeded: number;
    /** How many servers ended as skipped. */
    readonly skipped: number;
    /** How many servers ended as rolled-back. */
    readonly 'rolled-back': number;
    /** How many servers ended as failed. */
    readonly failed: number;
    /** How many servers ended as frozen. */
    readonly frozen: number;
  };
  /** How many servers the wave has. */
  readonly servers: number;
}

/** Says whether an event is a "Wave Concluded". */
export function isWaveConcluded(event: { readonly 'detail-type': string }): event is WaveConcluded {
  return event['detail-type'] === 'Wave Concluded';
}

/** A launched instance was healthy for as long as the plan asks for. */
export type WaveServerHealthy = Envelope<
  'landfall.wave',
  'Wave Server Healthy',
  WaveServerHealthyDetail
>;
/** The detail of {@link WaveServerHealthy}. */
export interface WaveServerHealthyDetail extends WaveServerDetail {
  /** Which launch it was. */
  readonly kind: 'test' | 'cutover';
  /** The EC2 instance that was healthy. */
  readonly instanceId: string;
  /** The job that launched it; null where it is not known. */
  readonly jobId: string | null;
}

/** Says whether an event is a "Wave Server Healthy". */
export function isWaveServerHealthy(event: {
  readonly 'detail-type': string;
}): event is WaveServerHealthy {
  return event['detail-type'] === 'Wave Server Healthy';
}

/** A recovery instance of DRS runs, and has passed its checks and launch actions. */
export type WaveServerRecovered = Envelope<
  'landfall.wave',
  'Wave Server Recovered',
  WaveServerRecoveredDetail
>;
/** The detail of {@link WaveServerRecovered}. */
export interface WaveServerRecoveredDetail extends WaveServerDetail {
  /** Which launch it was. */
  readonly kind: 'drill' | 'recovery' | (string & Record<never, never>);
  /** The recovery instance, which is an EC2 instance of that id. */
  readonly instanceId: string;
  /** The job that launched it; null where it is not known. */
  readonly jobId: string | null;
  /** The moment whose data it runs on; null where DRS does not say. */
  readonly pointInTimeAt: string | null;
}

/** Says whether an event is a "Wave Server Recovered". */
export function isWaveServerRecovered(event: {
  readonly 'detail-type': string;
}): event is WaveServerRecovered {
  return event['detail-type'] === 'Wave Server Recovered';
}

/** A server is about to be recovered: from which recovery point, what speaks against it, and what DRS takes away for it. */
export type WaveServerRecoveryChosen = Envelope<
  'landfall.wave',
  'Wave Server Recovery Chosen',
  WaveServerRecoveryChosenDetail
>;
/** The detail of {@link WaveServerRecoveryChosen}. */
export interface WaveServerRecoveryChosenDetail extends WaveServerDetail {
  /** Which try of the phase it is, counted from 1. */
  readonly attempt: number;
  /** The recovery snapshot; null where DRS launches it from the latest. */
  readonly snapshotId: string | null;
  /** When that snapshot was taken; null where DRS launches it from the latest. */
  readonly pointInTimeAt: string | null;
  /** Whether the plan lets a live instance be replaced. */
  readonly mayReplaceLive: boolean;
  /** What speaks against it and is accepted in a disaster. */
  readonly warnings: readonly (
    | 'disconnected'
    | 'stopped'
    | 'initial-sync'
    | 'state-unknown'
    | 'extension-error'
    | 'no-recovery-point'
    | 'volume-attributes-missing'
    | 'stalled'
    | 'paused'
    | 'lag'
    | 'recovery-point-old'
    | (string & Record<never, never>)
  )[];
  /** The recovery instances that DRS takes away as it launches. */
  readonly replaces: readonly {
    /** A recovery instance of the server. */
    readonly instanceId: string;
    /** Whether it is one of a drill; null where DRS does not say. */
    readonly isDrill: boolean | null;
  }[];
}

/** Says whether an event is a "Wave Server Recovery Chosen". */
export function isWaveServerRecoveryChosen(event: {
  readonly 'detail-type': string;
}): event is WaveServerRecoveryChosen {
  return event['detail-type'] === 'Wave Server Recovery Chosen';
}

/** A drill or recovery of a server has ended well, and how long it took and how old its data is is known. */
export type WaveServerRecoveryMeasured = Envelope<
  'landfall.wave',
  'Wave Server Recovery Measured',
  WaveServerRecoveryMeasuredDetail
>;
/** The detail of {@link WaveServerRecoveryMeasured}. */
export interface WaveServerRecoveryMeasuredDetail extends WaveServerDetail {
  /** Which of the two it was. */
  readonly kind: 'drill' | 'recovery';
  /** The recovery instance. */
  readonly instanceId: string;
  /** The job that launched it; null where it is not known. */
  readonly jobId: string | null;
  /** When the first call was made that launched it. */
  readonly calledAt: string;
  /** The moment whose data it runs on; null where it is not known. */
  readonly pointInTimeAt: string | null;
  /** When it was found good: its validation has ended, or it was well. */
  readonly recoveredAt: string;
  /** How old its data was at the incident, else at the first call; null where that is not known. */
  readonly rpoSeconds: number | null;
  /** How old it may be by the plan. */
  readonly rpoObjectiveSeconds: number;
  /** Whether that is kept. */
  readonly rpo: 'kept' | 'missed' | 'unknown';
  /** How long it took from the first call on. */
  readonly rtoSeconds: number;
  /** How long it may take by the plan. */
  readonly rtoObjectiveSeconds: number;
  /** Whether that is kept. */
  readonly rto: 'kept' | 'missed';
}

/** Says whether an event is a "Wave Server Recovery Measured". */
export function isWaveServerRecoveryMeasured(event: {
  readonly 'detail-type': string;
}): event is WaveServerRecoveryMeasured {
  return event['detail-type'] === 'Wave Server Recovery Measured';
}

/** A cut-over server has soaked, or its instance became unhealthy while it did. */
export type WaveServerSoakEnded = Envelope<
  'landfall.wave',
  'Wave Server Soak Ended',
  WaveServerSoakEndedDetail
>;
/** The detail of {@link WaveServerSoakEnded}. */
export interface WaveServerSoakEndedDetail extends WaveServerDetail {
  /** The EC2 instance; null where it is not known. */
  readonly instanceId: string | null;
  /** Since when it was healthy; null where that is not known. */
  readonly since: string | null;
  /** How the soak ended. */
  readonly ended: 'soaked' | 'unhealthy';
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason?: string;
}

/** Says whether an event is a "Wave Server Soak Ended". */
export function isWaveServerSoakEnded(event: {
  readonly 'detail-type': string;
}): event is WaveServerSoakEnded {
  return event['detail-type'] === 'Wave Server Soak Ended';
}

/** A healthy cutover was signed off, so that it may be finalized. */
export type WaveServerSignedOff = Envelope<
  'landfall.wave',
  'Wave Server Signed Off',
  WaveServerSignedOffDetail
>;
/** The detail of {@link WaveServerSignedOff}. */
export interface WaveServerSignedOffDetail extends WaveServerDetail {
  /** The EC2 instance that the sign-off is for. */
  readonly instanceId: string;
  /** The hash of the plan that the sign-off is under. */
  readonly planHash: string;
  /** A person, or the policy of the plan that stands for one. */
  readonly by: string;
}

/** Says whether an event is a "Wave Server Signed Off". */
export function isWaveServerSignedOff(event: {
  readonly 'detail-type': string;
}): event is WaveServerSignedOff {
  return event['detail-type'] === 'Wave Server Signed Off';
}

/** A server that is retired is a step further: `stopped` (its recovery points are gone; until `graceUntil` an order to roll back has it replicate anew), `disconnected` (there is no way back) or `confirmed` (it was looked whether anything is left). */
export type WaveServerRetirementStep = Envelope<
  'landfall.wave',
  'Wave Server Retirement Step',
  WaveServerRetirementStepDetail
>;
/** The detail of {@link WaveServerRetirementStep}. */
export interface WaveServerRetirementStepDetail extends WaveServerDetail {
  /** How far it is. */
  readonly step: 'stopped' | 'disconnected' | 'confirmed';
  /** Until when its grace lasts; null once it is over. */
  readonly graceUntil: string | null;
  /** What was found of it after the end; empty where all is gone. */
  readonly left: readonly string[];
  /** What the look at the end does not reach. */
  readonly notLookedAt: readonly string[];
}

/** Says whether an event is a "Wave Server Retirement Step". */
export function isWaveServerRetirementStep(event: {
  readonly 'detail-type': string;
}): event is WaveServerRetirementStep {
  return event['detail-type'] === 'Wave Server Retirement Step';
}

/** The server is extended into another account, whoever did it: that account can drill and recover it by its extension. */
export type WaveServerExtended = Envelope<
  'landfall.wave',
  'Wave Server Extended',
  WaveServerExtendedDetail
>;
/** The detail of {@link WaveServerExtended}. */
export interface WaveServerExtendedDetail extends WaveServerDetail {
  /** The account that it is extended into. */
  readonly extensionAccountId: string;
  /** The source server there that stands for it. */
  readonly extensionId: string;
  /** Its ARN. */
  readonly extensionArn: string;
}

/** Says whether an event is a "Wave Server Extended". */
export function isWaveServerExtended(event: {
  readonly 'detail-type': string;
}): event is WaveServerExtended {
  return event['detail-type'] === 'Wave Server Extended';
}

/** A server that fails back is a step further: its replication was `reversed`, or found so and `adopted`; it comes back `by-client` from AWS to where it runs; its `client-stopped`; it was `reprotected`; or it has `vacated` what it was recovered on. */
export type WaveServerFailbackStep = Envelope<
  'landfall.wave',
  'Wave Server Failback Step',
  WaveServerFailbackStepDetail
>;
/** The detail of {@link WaveServerFailbackStep}. */
export interface WaveServerFailbackStepDetail extends WaveServerDetail {
  /** How far it is. */
  readonly step:
    | 'reversed'
    | 'adopted'
    | 'by-client'
    | 'client-stopped'
    | 'reprotected'
    | 'vacated'
    | (string & Record<never, never>);
  /** The recovery instance that it fails back from. */
  readonly instanceId: string;
  /** The ARN of the source server of the opposite direction; null where a failback client brings it back. */
  readonly reversedArn: string | null;
  /** What DRS still lists of the way back, for a person to decide on. */
  readonly left: readonly string[];
}

/** Says whether an event is a "Wave Server Failback Step". */
export function isWaveServerFailbackStep(event: {
  readonly 'detail-type': string;
}): event is WaveServerFailbackStep {
  return event['detail-type'] === 'Wave Server Failback Step';
}

/** A wait of a server has ended: its condition is met, can never be met, or its time is over. */
export type WaveServerWaitEnded = Envelope<
  'landfall.wave',
  'Wave Server Wait Ended',
  WaveServerWaitEndedDetail
>;
/** The detail of {@link WaveServerWaitEnded}. */
export interface WaveServerWaitEndedDetail extends WaveServerDetail {
  /** What was waited for. */
  readonly wait: string;
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** Since when it waited. */
  readonly since: string;
  /** For how many seconds it waited. */
  readonly waitedSeconds: number;
  /** How the wait ended. */
  readonly ended: 'met' | 'failed' | 'expired';
  /** Why it waited, in order; the first and the latest eleven. */
  readonly reasons: readonly {
    /** From when on this was the reason. */
    readonly since: string;
    /** Why it waited, in a sentence, cut to 1,000 characters. */
    readonly reason: string;
  }[];
}

/** Says whether an event is a "Wave Server Wait Ended". */
export function isWaveServerWaitEnded(event: {
  readonly 'detail-type': string;
}): event is WaveServerWaitEnded {
  return event['detail-type'] === 'Wave Server Wait Ended';
}

/** Nothing more is done for a server of a wave until a person resumes it: somebody else has acted on it, or a hook failed. */
export type WaveServerHeld = Envelope<'landfall.wave', 'Wave Server Held', WaveServerHeldDetail>;
/** The detail of {@link WaveServerHeld}. */
export interface WaveServerHeldDetail extends WaveServerDetail {
  /** Since when it is held. */
  readonly since: string;
  /** When nobody resumes it by then, it ends as frozen; a pause of the wave moves it. */
  readonly expiresAt: string;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
}

/** Says whether an event is a "Wave Server Held". */
export function isWaveServerHeld(event: {
  readonly 'detail-type': string;
}): event is WaveServerHeld {
  return event['detail-type'] === 'Wave Server Held';
}

/** A person has resumed a server that was held: its way goes on. */
export type WaveServerResumed = Envelope<
  'landfall.wave',
  'Wave Server Resumed',
  WaveServerResumedDetail
>;
/** The detail of {@link WaveServerResumed}. */
export interface WaveServerResumedDetail extends WaveServerDetail {
  /** Since when it was held. */
  readonly since: string;
  /** When it was resumed. */
  readonly at: string;
  /** Who it was, as AWS or the plan names them, cut to 1,000 characters. */
  readonly by?: string;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason?: string;
}

/** Says whether an event is a "Wave Server Resumed". */
export function isWaveServerResumed(event: {
  readonly 'detail-type': string;
}): event is WaveServerResumed {
  return event['detail-type'] === 'Wave Server Resumed';
}

/** A hook of the plan begins for a server, or has ended (docs/hooks.md). */
export type WaveServerHookRun = Envelope<
  'landfall.wave',
  'Wave Server Hook Run',
  WaveServerHookRunDetail
>;
/** The detail of {@link WaveServerHookRun}. */
export interface WaveServerHookRunDetail extends WaveServerDetail {
  /** The key of the try; its function or document is run for it at most once. */
  readonly key: string;
  /** The point of the server’s way. */
  readonly point:
    | 'beforeTest'
    | 'afterTest'
    | 'validateTest'
    | 'beforeFreeze'
    | 'freeze'
    | 'afterFreeze'
    | 'beforeCutover'
    | 'afterSnapshot'
    | 'afterCutover'
    | 'validateCutover'
    | 'switch'
    | 'beforeDrill'
    | 'afterDrill'
    | 'validateDrill'
    | 'beforeRecover'
    | 'afterRecover'
    | 'validateRecover'
    | 'switchBack'
    | 'thaw'
    | (string & Record<never, never>);
  /** The name of the hook. */
  readonly hook: string;
  /** What it is. */
  readonly kind: 'function' | 'document' | 'http' | 'tcp' | (string & Record<never, never>);
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The attempt of the phase, counted from 1. */
  readonly attempt: number;
  /** The try of the hook in that attempt, counted from 1. */
  readonly try: number;
  /** How far it is; `skipped`: it was not its time, and it was not called. */
  readonly status: 'started' | 'succeeded' | 'failed' | 'skipped';
  /** The job of the launch that it is about, at `afterSnapshot`. */
  readonly jobId?: string;
  /** For how many seconds it ran; left out while it does. */
  readonly durationSeconds?: number;
  /** What follows where it fails to the end. */
  readonly onFailure: 'fail' | 'hold' | 'continue';
  /** Whether the plan has hooks that take it back; only at `freeze` and `switch`. */
  readonly undo?: boolean;
  /** What it said, cut to 1,000 characters. */
  readonly reason?: string;
  /** What it showed, as its function or the probe gave it: JSON, cut to 1,000 characters. */
  readonly evidence?: string;
}

/** Says whether an event is a "Wave Server Hook Run". */
export function isWaveServerHookRun(event: {
  readonly 'detail-type': string;
}): event is WaveServerHookRun {
  return event['detail-type'] === 'Wave Server Hook Run';
}

/** A phase has ended for a server. */
export type WaveServerPhaseEnded = Envelope<
  'landfall.wave',
  'Wave Server Phase Ended',
  WaveServerPhaseEndedDetail
>;
/** The detail of {@link WaveServerPhaseEnded}. */
export interface WaveServerPhaseEndedDetail extends WaveServerDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** The attempt, counted from 1. */
  readonly attempt: number;
  /** How it ended. */
  readonly status: 'succeeded' | 'failed';
  /** For how many seconds the server was in it; left out where its beginning is not on record. */
  readonly durationSeconds?: number;
  /** What went wrong; left out where it succeeded. */
  readonly failure?: {
    /** The code of the failure (docs/failures.md). */
    readonly code: string;
    /** What went wrong, in a sentence, cut to 1,000 characters. */
    readonly message: string;
    /** What narrows the code down: an error class, a job id. */
    readonly detail?: string;
  };
}

/** Says whether an event is a "Wave Server Phase Ended". */
export function isWaveServerPhaseEnded(event: {
  readonly 'detail-type': string;
}): event is WaveServerPhaseEnded {
  return event['detail-type'] === 'Wave Server Phase Ended';
}

/** Before its first launch, a server is not set as its plan wants it: the wave applies this once it may enter the phase (`desired.apply`, docs/settings.md). Not told of a server that is set so already. */
export type WaveServerSettingsCompared = Envelope<
  'landfall.wave',
  'Wave Server Settings Compared',
  WaveServerSettingsComparedDetail
>;
/** The detail of {@link WaveServerSettingsCompared}. */
export interface WaveServerSettingsComparedDetail extends WaveServerDetail {
  /** The phase, one state machine. */
  readonly phase:
    | 'replicate'
    | 'test'
    | 'cutover'
    | 'finalize'
    | 'protect'
    | 'drill'
    | 'extend'
    | 'retire'
    | 'recover'
    | 'reverse'
    | 'failback'
    | 'reprotect'
    | 'vacate'
    | 'rollback'
    | (string & Record<never, never>);
  /** What is to be set, the first twenty. */
  readonly settings: readonly {
    /** Which of its configurations it is part of. */
    readonly aspect:
      | 'launch-configuration'
      | 'launch-template'
      | 'replication-configuration'
      | 'post-launch-actions'
      | (string & Record<never, never>);
    /** The setting, as a plan names it. */
    readonly field: string;
    /** What it was; what looks like a secret is not told. */
    readonly from: string;
    /** What it is to be or is. */
    readonly to: string;
  }[];
  /** How many settings are to be set. */
  readonly differences: number;
  /** What keeps it from being set, the first five; empty where it can. */
  readonly obstacles: readonly string[];
}

/** Says whether an event is a "Wave Server Settings Compared". */
export function isWaveServerSettingsCompared(event: {
  readonly 'detail-type': string;
}): event is WaveServerSettingsCompared {
  return event['detail-type'] === 'Wave Server Settings Compared';
}

/** A server that had ended goes on, as a person ordered: its outcome is taken back, another one follows. */
export type WaveServerReopened = Envelope<
  'landfall.wave',
  'Wave Server Reopened',
  WaveServerReopenedDetail
>;
/** The detail of {@link WaveServerReopened}. */
export interface WaveServerReopenedDetail extends WaveServerDetail {
  /** What was ordered. */
  readonly order: 'skip' | 'retry' | 'rollback';
  /** Who it was, as AWS or the plan names them, cut to 1,000 characters. */
  readonly by: string;
  /** When the order was given. */
  readonly at: string;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
  /** How it had ended. */
  readonly outcome: 'succeeded' | 'skipped' | 'rolled-back' | 'failed' | 'frozen';
  /** The code of the failure; null where none had led to it. */
  readonly code: string | null;
}

/** Says whether an event is a "Wave Server Reopened". */
export function isWaveServerReopened(event: {
  readonly 'detail-type': string;
}): event is WaveServerReopened {
  return event['detail-type'] === 'Wave Server Reopened';
}

/** What a person ordered of a server can no longer be done. */
export type WaveServerOrderLapsed = Envelope<
  'landfall.wave',
  'Wave Server Order Lapsed',
  WaveServerOrderLapsedDetail
>;
/** The detail of {@link WaveServerOrderLapsed}. */
export interface WaveServerOrderLapsedDetail extends WaveServerDetail {
  /** What was ordered. */
  readonly order: 'skip' | 'retry' | 'rollback';
  /** Who it was, as AWS or the plan names them, cut to 1,000 characters. */
  readonly by: string;
  /** When the order was given. */
  readonly at: string;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
  /** What is true now, in a sentence. */
  readonly because: string;
}

/** Says whether an event is a "Wave Server Order Lapsed". */
export function isWaveServerOrderLapsed(event: {
  readonly 'detail-type': string;
}): event is WaveServerOrderLapsed {
  return event['detail-type'] === 'Wave Server Order Lapsed';
}

/** A server’s way in its wave has ended; it is told once, and again only after Wave Server Reopened. */
export type WaveServerOutcome = Envelope<
  'landfall.wave',
  'Wave Server Outcome',
  WaveServerOutcomeDetail
>;
/** The detail of {@link WaveServerOutcome}. */
export interface WaveServerOutcomeDetail extends WaveServerDetail {
  /** How it ended. `failed`: its state is known and clean. `frozen`: its state is unknown or unsafe, a person decides. */
  readonly outcome: 'succeeded' | 'skipped' | 'rolled-back' | 'failed' | 'frozen';
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
  /** The code of the failure (docs/failures.md); null where none led to it. */
  readonly code: string | null;
  /** What shows it. */
  readonly evidence?: {
    /** The job of its last launch by this wave; null where there was none. */
    readonly jobId: string | null;
    /** The instance last seen launched for it; null where there is none. */
    readonly instanceId: string | null;
    /** The events that tell what led to it. */
    readonly eventIds: readonly string[];
    /** What was last seen of it; null where it was never seen. */
    readonly seen: {
      /** The life cycle. */
      readonly lifecycle: string | null;
      /** The replication state. */
      readonly replicationState: string | null;
    } | null;
  };
  /** What a person does next, in a sentence, with the exact command. */
  readonly nextAction?: string;
}

/** Says whether an event is a "Wave Server Outcome". */
export function isWaveServerOutcome(event: {
  readonly 'detail-type': string;
}): event is WaveServerOutcome {
  return event['detail-type'] === 'Wave Server Outcome';
}

/** A run of a scheduled drill has begun: its waves are started as a plan of its own. */
export type DrillScheduleStarted = Envelope<
  'landfall.wave',
  'Drill Schedule Started',
  DrillScheduleStartedDetail
>;
/** The detail of {@link DrillScheduleStarted}. */
export interface DrillScheduleStartedDetail extends ScheduleDetail {
  /** The date of the run in the time zone of its schedule, e.g. 2026-07-04. */
  readonly date: string;
  /** When the schedule has it begin, freezes left aside. */
  readonly plannedAt: string;
  /** When the next run is to begin; null where none comes. */
  readonly nextAt: string | null;
  /** The plan that it runs as; its waves are RUN.WAVE. */
  readonly run: string;
  /** How many servers it drills. */
  readonly servers: number;
  /** Servers of the plan that it does not drill, the first twenty reasons. */
  readonly leftOut: readonly {
    /** Why. */
    readonly because: string;
    /** How many servers are left out so. */
    readonly servers: number;
  }[];
  /** Why it begins later than planned. */
  readonly movedBecause?: string;
  /** What it comes to; left out where the plan reckons no costs. */
  readonly reckoned?: {
    /** The hours that its drill instances run, as the plan reckons. */
    readonly instanceHours: number;
    /** What that costs in US dollars; left out where the plan names no price. */
    readonly usd?: number;
  };
}

/** Says whether an event is a "Drill Schedule Started". */
export function isDrillScheduleStarted(event: {
  readonly 'detail-type': string;
}): event is DrillScheduleStarted {
  return event['detail-type'] === 'Drill Schedule Started';
}

/** A run of a scheduled drill falls out: its time is frozen, the schedule is paused, it would cost too much, none of its servers is free, or its plan does not fit the servers any more. */
export type DrillScheduleSkipped = Envelope<
  'landfall.wave',
  'Drill Schedule Skipped',
  DrillScheduleSkippedDetail
>;
/** The detail of {@link DrillScheduleSkipped}. */
export interface DrillScheduleSkippedDetail extends ScheduleDetail {
  /** The date of the run in the time zone of its schedule, e.g. 2026-07-04. */
  readonly date: string;
  /** When the schedule has it begin, freezes left aside. */
  readonly plannedAt: string;
  /** When the next run is to begin; null where none comes. */
  readonly nextAt: string | null;
  /** Why it falls out. */
  readonly reason:
    | 'frozen'
    | 'paused'
    | 'over-cost'
    | 'no-servers'
    | 'plan-unfit'
    | (string & Record<never, never>);
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly because: string;
}

/** Says whether an event is a "Drill Schedule Skipped". */
export function isDrillScheduleSkipped(event: {
  readonly 'detail-type': string;
}): event is DrillScheduleSkipped {
  return event['detail-type'] === 'Drill Schedule Skipped';
}

/** A run of a scheduled drill could not begin within its grace, and is not caught up with. */
export type DrillScheduleMissed = Envelope<
  'landfall.wave',
  'Drill Schedule Missed',
  DrillScheduleMissedDetail
>;
/** The detail of {@link DrillScheduleMissed}. */
export interface DrillScheduleMissedDetail extends ScheduleDetail {
  /** The date of the run in the time zone of its schedule, e.g. 2026-07-04. */
  readonly date: string;
  /** When the schedule has it begin, freezes left aside. */
  readonly plannedAt: string;
  /** When the next run is to begin; null where none comes. */
  readonly nextAt: string | null;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly because: string;
}

/** Says whether an event is a "Drill Schedule Missed". */
export function isDrillScheduleMissed(event: {
  readonly 'detail-type': string;
}): event is DrillScheduleMissed {
  return event['detail-type'] === 'Drill Schedule Missed';
}
