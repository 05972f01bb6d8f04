import type { Service } from '../target.ts';
import { isObject, type JsonObject } from './document.ts';

/** The replication errors of MGN (reference: MGN 1.5). */
export const replicationErrors = [
  'AGENT_NOT_SEEN',
  'SNAPSHOTS_FAILURE',
  'NOT_CONVERGING',
  'UNSTABLE_NETWORK',
  'FAILED_TO_CREATE_SECURITY_GROUP',
  'FAILED_TO_LAUNCH_REPLICATION_SERVER',
  'FAILED_TO_BOOT_REPLICATION_SERVER',
  'FAILED_TO_AUTHENTICATE_WITH_SERVICE',
  'FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE',
  'FAILED_TO_CREATE_STAGING_DISKS',
  'FAILED_TO_ATTACH_STAGING_DISKS',
  'FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT',
  'FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER',
  'FAILED_TO_START_DATA_TRANSFER',
  'UNSUPPORTED_VM_CONFIGURATION',
  'LAST_SNAPSHOT_JOB_FAILED',
] as const;

type Shape = Readonly<Record<string, readonly string[]>>;

// Members of SourceServer in the SDK 3.523.0 and botocore 1.43.11, by the object that has them. Objects
// that are not listed here (disks, interfaces, connectorAction) are carried along unread.
const knownMembers: Shape = {
  '': [
    'sourceServerID',
    'arn',
    'isArchived',
    'tags',
    'launchedInstance',
    'dataReplicationInfo',
    'lifeCycle',
    'sourceProperties',
    'replicationType',
    'vcenterClientID',
    'applicationID',
    'userProvidedID',
    'fqdnForActionFramework',
    'connectorAction',
    'accountID',
  ],
  launchedInstance: ['ec2InstanceID', 'jobID', 'firstBoot'],
  lifeCycle: [
    'addedToServiceDateTime',
    'firstByteDateTime',
    'elapsedReplicationDuration',
    'lastSeenByServiceDateTime',
    'lastTest',
    'lastCutover',
    'state',
  ],
  dataReplicationInfo: [
    'lagDuration',
    'etaDateTime',
    'replicatedDisks',
    'dataReplicationState',
    'dataReplicationInitiation',
    'dataReplicationError',
    'lastSnapshotDateTime',
    'replicatorId',
  ],
  'dataReplicationInfo.dataReplicationError': ['error', 'rawError'],
  'dataReplicationInfo.dataReplicationInitiation': [
    'startDateTime',
    'nextAttemptDateTime',
    'steps',
  ],
  sourceProperties: [
    'lastUpdatedDateTime',
    'recommendedInstanceType',
    'identificationHints',
    'networkInterfaces',
    'disks',
    'cpus',
    'ramBytes',
    'os',
    'supportedInstanceTypes',
  ],
  'sourceProperties.identificationHints': [
    'fqdn',
    'hostname',
    'vmWareUuid',
    'awsInstanceID',
    'vmPath',
  ],
};

// What a source server of DRS has beside these (reference: DRS 1.3).
const membersOfDrs: Shape = {
  '': [
    'lastLaunchResult',
    'recoveryInstanceId',
    'replicationDirection',
    'reversedDirectionSourceServerArn',
    'sourceCloudProperties',
    'sourceNetworkID',
    'stagingArea',
    'agentVersion',
  ],
  lifeCycle: ['lastLaunch'],
  dataReplicationInfo: ['stagingAvailabilityZone'],
  sourceProperties: ['supportsNitroInstances'],
};

/** The values of the enums that Landfall acts on (reference: MGN 1.1, 1.3, 1.5, 1.6). */
const knownValues: Shape = {
  replicationType: ['AGENT_BASED', 'SNAPSHOT_SHIPPING'],
  'lifeCycle.state': [
    'STOPPED',
    'NOT_READY',
    'READY_FOR_TEST',
    'TESTING',
    'READY_FOR_CUTOVER',
    'CUTTING_OVER',
    'CUTOVER',
    'DISCONNECTED',
    'DISCOVERED',
    'PENDING_INSTALLATION',
  ],
  'dataReplicationInfo.dataReplicationState': [
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
  ],
  'dataReplicationInfo.dataReplicationError.error': replicationErrors,
  'launchedInstance.firstBoot': ['WAITING', 'SUCCEEDED', 'UNKNOWN', 'STOPPED'],
};

/** Something in a server's document that Landfall does not know: carried along, but reported. */
export interface Stranger {
  readonly kind: 'member' | 'value' | 'form';
  /** Where in the document, e.g. `lifeCycle.state`. */
  readonly path: string;
  /** The unknown member's name, the unknown value, or the form that was expected. */
  readonly what: string;
}

/** Names the members, enum values and forms of a server's document that are not known; null counts as absent. */
export function strangersOf(document: JsonObject, service: Service): readonly Stranger[] {
  return [...strangeMembers(document, service), ...strangeValues(document)];
}

function* strangeMembers(document: JsonObject, service: Service): Generator<Stranger> {
  for (const [path, members] of Object.entries(knownMembers)) {
    const object = path === '' ? document : at(document, path);
    if (object === undefined || object === null) continue;
    if (!isObject(object)) yield { kind: 'form', path, what: 'an object' };
    else {
      for (const name of Object.keys(object)) {
        const isKnown =
          members.includes(name) ||
          (service === 'drs' && membersOfDrs[path]?.includes(name) === true);
        if (!isKnown) yield { kind: 'member', path, what: name };
      }
    }
  }
}

function* strangeValues(document: JsonObject): Generator<Stranger> {
  for (const [path, values] of Object.entries(knownValues)) {
    const value = at(document, path);
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') yield { kind: 'form', path, what: 'text' };
    else if (!values.includes(value)) yield { kind: 'value', path, what: value };
  }
}

function at(document: JsonObject, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), document);
}
