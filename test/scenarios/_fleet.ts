// Servers as MGN describes them, small enough that a rehearsal takes no time: their disks hold a gibibyte or two.
import type { JsonObject } from '../../src/simulator/simulator.ts';

/** When every rehearsal of the stories begins. */
export const beginning = '2024-03-04T16:21:00.000Z';

const account = 'arn:aws:mgn:us-east-1:111122223333';
const gib = 2 ** 30;
const stepNames = [
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
];

/** The id of the n-th server of a story; ids keep their order. */
export function serverId(n: number): string {
  return `s-${n.toString(16).padStart(17, '0')}`;
}

/** The vCenter client that the agentless servers of a story hang on. */
export const vcenterClientId = 'vcc-00000000000000001';

/** The vCenter client's own document. */
export const vcenterClient: JsonObject = {
  vcenterClientID: vcenterClientId,
  arn: `${account}:vcenter-client/${vcenterClientId}`,
  hostname: 'vcc-1.example.com',
  datacenterName: 'dc-1',
  lastSeenDatetime: '2024-03-04T16:20:30.000000+00:00',
  tags: {},
};

/** What may differ from one server of a story to the next. */
export interface Made {
  readonly gib?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

function source(n: number, made: Made) {
  const bytes = (made.gib ?? 1) * gib;
  return {
    sourceServerID: serverId(n),
    arn: `${account}:source-server/${serverId(n)}`,
    isArchived: false,
    tags: { Name: `host-${n}`, ...made.tags },
    launchedInstance: {},
    sourceProperties: {
      lastUpdatedDateTime: '2024-03-04T16:20:00.000000+00:00',
      identificationHints: { hostname: `host-${n}`, fqdn: `host-${n}.example.com` },
      disks: [{ deviceName: 'c:0', bytes }],
      cpus: [{ cores: 2, modelName: 'Xeon' }],
      ramBytes: 4 * gib,
      os: { fullString: 'Linux' },
    },
  };
}

function disks(made: Made, replicated: number): readonly JsonObject[] {
  const bytes = (made.gib ?? 1) * gib;
  return [
    {
      deviceName: 'c:0',
      totalStorageBytes: bytes,
      replicatedStorageBytes: bytes * replicated,
      rescannedStorageBytes: bytes * replicated,
      backloggedStorageBytes: 0,
    },
  ];
}

const neverLaunched = {
  lastTest: { initiated: {}, reverted: {}, finalized: {} },
  lastCutover: { initiated: {}, reverted: {}, finalized: {} },
};

function steps(status: string): JsonObject {
  return {
    startDateTime: '2024-03-04T16:20:30.000000+00:00',
    steps: stepNames.map((name) => ({ name, status })),
  };
}

/** A server whose agent was just installed: it has its whole way before it. */
export function agentBased(n: number, made: Made = {}): JsonObject {
  return {
    ...source(n, made),
    replicationType: 'AGENT_BASED',
    lifeCycle: {
      ...neverLaunched,
      addedToServiceDateTime: '2024-03-04T16:20:20.000000+00:00',
      lastSeenByServiceDateTime: '2024-03-04T16:20:40.000000+00:00',
      state: 'NOT_READY',
    },
    dataReplicationInfo: {
      dataReplicationState: 'INITIATING',
      replicatedDisks: disks(made, 0),
      dataReplicationInitiation: steps('NOT_STARTED'),
    },
  };
}

/** A server in sync, in the life-cycle state READY_FOR_TEST. */
export function inSync(n: number, made: Made = {}): JsonObject {
  return {
    ...source(n, made),
    replicationType: 'AGENT_BASED',
    lifeCycle: {
      ...neverLaunched,
      addedToServiceDateTime: '2024-03-01T10:00:00.000000+00:00',
      firstByteDateTime: '2024-03-01T10:04:00.000000+00:00',
      elapsedReplicationDuration: 'P3DT6H20M',
      lastSeenByServiceDateTime: '2024-03-04T16:20:40.000000+00:00',
      state: 'READY_FOR_TEST',
    },
    dataReplicationInfo: {
      dataReplicationState: 'CONTINUOUS',
      lagDuration: 'P0D',
      lastSnapshotDateTime: '2024-03-04T16:00:00.000000+00:00',
      replicatedDisks: disks(made, 1),
      dataReplicationInitiation: steps('SUCCEEDED'),
    },
  };
}

/** A server that a vCenter client discovered and nobody has started. */
export function discovered(n: number, made: Made = {}): JsonObject {
  return {
    ...source(n, made),
    replicationType: 'SNAPSHOT_SHIPPING',
    vcenterClientID: vcenterClientId,
    lifeCycle: {
      ...neverLaunched,
      addedToServiceDateTime: '2024-03-01T10:00:00.000000+00:00',
      lastSeenByServiceDateTime: '2024-03-04T16:20:30.000000+00:00',
      state: 'DISCOVERED',
    },
    dataReplicationInfo: {
      dataReplicationState: 'STOPPED',
      replicatedDisks: [],
      dataReplicationInitiation: steps('NOT_STARTED'),
    },
  };
}

/** A document of account 111122223333 in us-east-1 as it is in another account and Region. */
export function movedTo(accountId: string, region: string, document: JsonObject): JsonObject {
  const text = JSON.stringify(document).replaceAll(
    'us-east-1:111122223333',
    `${region}:${accountId}`,
  );
  const moved: JsonObject = JSON.parse(text);
  return moved;
}
