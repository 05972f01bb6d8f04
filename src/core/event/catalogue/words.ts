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
export const stretches = ['replicate', 'test', 'cutover', 'finalize', 'rollback'] as const;
