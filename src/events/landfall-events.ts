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
  'Target Unreachable',
  'Target Reachable',
  'Target Quota Pressure',
  'Target vCenter Client Silent',
  'Target vCenter Client Back',
  'Target vCenter Client Removed',
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
  'Wave Abort Requested',
  'Wave Approval Requested',
  'Wave Approval Given',
  'Wave Approval Denied',
  'Wave Approval Withdrawn',
  'Wave Approval Expired',
  'Wave Concluded',
  'Wave Server Healthy',
  'Wave Server Signed Off',
  'Wave Server Wait Ended',
  'Wave Server Phase Ended',
  'Wave Server Reopened',
  'Wave Server Order Lapsed',
  'Wave Server Outcome',
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
  | TargetUnreachable
  | TargetReachable
  | TargetQuotaPressure
  | TargetVCenterClientSilent
  | TargetVCenterClientBack
  | TargetVCenterClientRemoved
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
  | WaveAbortRequested
  | WaveApprovalRequested
  | WaveApprovalGiven
  | WaveApprovalDenied
  | WaveApprovalWithdrawn
  | WaveApprovalExpired
  | WaveConcluded
  | WaveServerHealthy
  | WaveServerSignedOff
  | WaveServerWaitEnded
  | WaveServerPhaseEnded
  | WaveServerReopened
  | WaveServerOrderLapsed
  | WaveServerOutcome;

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

/** A server is observed for the first time; it is the first event of the server’s stream. */
export type Discovered = Envelope<'landfall.mgn', 'Source Server Discovered', DiscoveredDetail>;
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
}

/** Says whether an event is a "Source Server Discovered". */
export function isDiscovered(event: { readonly 'detail-type': string }): event is Discovered {
  return event['detail-type'] === 'Source Server Discovered';
}

/** The service no longer lists a server, or lists it again. */
export type PresenceChange = Envelope<
  'landfall.mgn',
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
  'landfall.mgn',
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
  'landfall.mgn',
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
  'landfall.mgn',
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
  'landfall.mgn',
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
export type ETASlipped = Envelope<'landfall.mgn', 'Source Server ETA Slipped', ETASlippedDetail>;
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
  'landfall.mgn',
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
  'landfall.mgn',
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
  'landfall.mgn',
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
  'landfall.mgn',
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
  'landfall.mgn',
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
  'landfall.mgn',
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
  'landfall.mgn',
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
}

/** Says whether an event is a "Source Server Launch Result". */
export function isLaunchResult(event: { readonly 'detail-type': string }): event is LaunchResult {
  return event['detail-type'] === 'Source Server Launch Result';
}

/** A target cannot be read: the service is not initialised there, the Region is off, or AWS refuses us. */
export type TargetUnreachable = Envelope<
  'landfall.mgn',
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
export type TargetReachable = Envelope<'landfall.mgn', 'Target Reachable', TargetReachableDetail>;
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
  'landfall.mgn',
  'Target Quota Pressure',
  TargetQuotaPressureDetail
>;
/** The detail of {@link TargetQuotaPressure}. */
export interface TargetQuotaPressureDetail extends TargetDetail {
  /** The quota. */
  readonly quota: 'activeServers' | 'jobs' | 'serversInJobs' | (string & Record<never, never>);
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

/** A job is seen for the first time, whoever began it. Jobs that were there before Landfall first looked are not told. */
export type JobStarted = Envelope<'landfall.mgn', 'Job Started', JobStartedDetail>;
/** The detail of {@link JobStarted}. */
export interface JobStartedDetail extends JobDetail {
  /** Who began the job. */
  readonly cause: {
    /** Who began it. */
    readonly kind: 'landfall' | 'somebody-else' | (string & Record<never, never>);
    /** The intent of Landfall that it carries as a tag. */
    readonly intentId?: string;
  };
  /** What the job does; null where MGN does not say. */
  readonly type: 'LAUNCH' | 'TERMINATE' | (string & Record<never, never>) | null;
  /** By which call it was begun; null where MGN does not say. */
  readonly initiatedBy:
    | 'START_TEST'
    | 'START_CUTOVER'
    | 'DIAGNOSTIC'
    | 'TERMINATE'
    | (string & Record<never, never>)
    | null;
  /** The wave that it was begun for, as PLAN.WAVE; left out where none is known. */
  readonly wave?: string;
  /** When it was begun; left out where MGN does not say. */
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
  'landfall.mgn',
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
  /** What the job does; null where MGN does not say. */
  readonly type: 'LAUNCH' | 'TERMINATE' | (string & Record<never, never>) | null;
  /** By which call it was begun; null where MGN does not say. */
  readonly initiatedBy:
    | 'START_TEST'
    | 'START_CUTOVER'
    | 'DIAGNOSTIC'
    | 'TERMINATE'
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
  'landfall.mgn',
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
  /** What the job does; null where MGN does not say. */
  readonly type: 'LAUNCH' | 'TERMINATE' | (string & Record<never, never>) | null;
  /** By which call it was begun; null where MGN does not say. */
  readonly initiatedBy:
    | 'START_TEST'
    | 'START_CUTOVER'
    | 'DIAGNOSTIC'
    | 'TERMINATE'
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
export type JobEnded = Envelope<'landfall.mgn', 'Job Ended', JobEndedDetail>;
/** The detail of {@link JobEnded}. */
export interface JobEndedDetail extends JobDetail {
  /** Who began the job. */
  readonly cause: {
    /** Who began it. */
    readonly kind: 'landfall' | 'somebody-else' | (string & Record<never, never>);
    /** The intent of Landfall that it carries as a tag. */
    readonly intentId?: string;
  };
  /** What the job does; null where MGN does not say. */
  readonly type: 'LAUNCH' | 'TERMINATE' | (string & Record<never, never>) | null;
  /** By which call it was begun; null where MGN does not say. */
  readonly initiatedBy:
    | 'START_TEST'
    | 'START_CUTOVER'
    | 'DIAGNOSTIC'
    | 'TERMINATE'
    | (string & Record<never, never>)
    | null;
  /** The wave that it was begun for, as PLAN.WAVE; left out where none is known. */
  readonly wave?: string;
  /** When it ended; left out where MGN does not say. */
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
}

/** Says whether an event is a "Wave Approval Requested". */
export function isWaveApprovalRequested(event: {
  readonly 'detail-type': string;
}): event is WaveApprovalRequested {
  return event['detail-type'] === 'Wave Approval Requested';
}

/** A person lets a cohort into a phase. */
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
    | 'rollback'
    | (string & Record<never, never>);
  /** The cohort of the wave that it is about, counted from 1. */
  readonly cohort: number;
  /** Who it was, as AWS or the plan names them, cut to 1,000 characters. */
  readonly by: string;
  /** Why, in a sentence, cut to 1,000 characters. */
  readonly reason: string;
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
    | 'rollback'
    | (string & Record<never, never>);
  /** The attempt, counted from 1. */
  readonly attempt: number;
  /** How it ended. */
  readonly status: 'succeeded' | 'failed';
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
