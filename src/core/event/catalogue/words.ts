import { replicationErrors as serviceErrors } from '../../fleet/known-shapes.ts';

/** The life cycle states of MGN that are known (reference/mgn.md 1.1). */
export const lifeCycleStates = [
  'DISCOVERED',
  'PENDING_INSTALLATION',
  'NOT_READY',
  'READY_FOR_TEST',
  'TESTING',
  'READY_FOR_CUTOVER',
  'CUTTING_OVER',
  'CUTOVER',
  'DISCONNECTED',
  'STOPPED',
] as const;

/** The replication states of MGN that are known (reference/mgn.md 1.3). */
export const replicationStates = [
  'STOPPED',
  'INITIATING',
  'INITIAL_SYNC',
  'BACKLOG',
  'CREATING_SNAPSHOT',
  'CONTINUOUS',
  'PAUSED',
  'RESCAN',
  'STALLED',
  'DISCONNECTED',
  'PENDING_SNAPSHOT_SHIPPING',
  'SHIPPING_SNAPSHOT',
] as const;

/** The error classes of a stalled replication that are known (reference/mgn.md 1.5). */
export const replicationErrors = [...serviceErrors, 'UNKNOWN'] as const;

/** The steps by which a replication is initiated (reference/mgn.md 1.4). */
export const initiationSteps = [
  'WAIT',
  'CREATE_SECURITY_GROUP',
  'LAUNCH_REPLICATION_SERVER',
  'BOOT_REPLICATION_SERVER',
  'AUTHENTICATE_WITH_SERVICE',
  'DOWNLOAD_REPLICATION_SOFTWARE',
  'CREATE_STAGING_DISKS',
  'ATTACH_STAGING_DISKS',
  'PAIR_REPLICATION_SERVER_WITH_AGENT',
  'CONNECT_AGENT_TO_REPLICATION_SERVER',
  'START_DATA_TRANSFER',
] as const;

/** How a server's part of a job stands (reference/mgn.md 2.7). */
export const launchStatuses = [
  'PENDING',
  'IN_PROGRESS',
  'LAUNCHED',
  'FAILED',
  'TERMINATED',
] as const;

/** How the first boot of a launched instance stands (reference/mgn.md 1.6). */
export const firstBoots = ['WAITING', 'SUCCEEDED', 'UNKNOWN', 'STOPPED'] as const;

/** The stretches of a server's way; each is one state machine. */
export const stretches = [
  'replicate',
  'test',
  'cutover',
  'finalize',
  'protect',
  'drill',
  'extend',
  'retire',
  'recover',
  'reverse',
  'failback',
  'reprotect',
  'vacate',
  'rollback',
] as const;

/** How the EC2 instance of a recovery instance stands, as DRS names it (reference/drs.md 1.2). */
export const ec2InstanceStates = [
  'PENDING',
  'RUNNING',
  'STOPPING',
  'STOPPED',
  'SHUTTING-DOWN',
  'TERMINATED',
  'NOT_FOUND',
] as const;

/** How the way back of a recovery instance stands (reference/drs.md 1.5). */
export const failbackStates = [
  'FAILBACK_NOT_STARTED',
  'FAILBACK_IN_PROGRESS',
  'FAILBACK_READY_FOR_LAUNCH',
  'FAILBACK_COMPLETED',
  'FAILBACK_ERROR',
  'FAILBACK_NOT_READY_FOR_LAUNCH',
  'FAILBACK_LAUNCH_STATE_NOT_AVAILABLE',
] as const;

/** The replication states of a way back that are known (reference/drs.md 1.2). */
export const failbackReplicationStates = [
  ...replicationStates.slice(0, 10),
  'NOT_STARTED',
  'REPLICATION_STATE_NOT_AVAILABLE',
] as const;

/** The error classes of a way back that are known (reference/drs.md 1.2). */
export const failbackErrors = [
  ...replicationErrors,
  'FAILBACK_CLIENT_NOT_SEEN',
  'FAILED_TO_ESTABLISH_RECOVERY_INSTANCE_COMMUNICATION',
  'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE_TO_FAILBACK_CLIENT',
  'FAILED_TO_CONFIGURE_REPLICATION_SOFTWARE',
  'FAILED_TO_PAIR_AGENT_WITH_REPLICATION_SOFTWARE',
  'FAILED_TO_ESTABLISH_AGENT_REPLICATOR_SOFTWARE_COMMUNICATION',
  'FAILED_GETTING_REPLICATION_STATE',
] as const;
