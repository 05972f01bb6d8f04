import type { JsonObject } from '../fleet/document.ts';
import type { Instant } from '../time.ts';
import type { FleetDisk } from './assumed-disks.ts';
import type { Nic } from './record.ts';

/** What a source server's document is made of. */
export interface DocumentParts {
  readonly sourceServerId: string;
  readonly arn: string;
  readonly at: Instant;
  readonly agentless: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly hostname: string | undefined;
  readonly fqdn: string | undefined;
  readonly actionFqdn: string | undefined;
  readonly vmWareUuid: string | undefined;
  readonly vmPath: string | undefined;
  readonly nics: readonly Nic[];
  readonly disks: readonly FleetDisk[];
  readonly cores: number;
  readonly ramBytes: number;
  readonly os: string;
  readonly userProvidedId: string | undefined;
  readonly applicationId: string | undefined;
  readonly vcenterClientId: string | undefined;
}

// Reference: MGN 1.4.
const steps = [
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
].map((name) => ({ name, status: 'NOT_STARTED' }));

/**
 * A server as `describe-source-servers` shows it before anything was replicated: discovered by a vCenter client, or
 * with its agent just installed.
 */
export function sourceServerDocument(parts: DocumentParts): JsonObject {
  const { agentless, at, disks } = parts;
  return defined({
    sourceServerID: parts.sourceServerId,
    arn: parts.arn,
    isArchived: false,
    tags: parts.tags,
    launchedInstance: {},
    dataReplicationInfo: defined({
      replicatedDisks: agentless ? [] : disks.map(replicated),
      dataReplicationState: agentless ? 'STOPPED' : 'INITIATING',
      dataReplicationInitiation: defined({
        startDateTime: agentless ? undefined : at,
        steps,
      }),
    }),
    lifeCycle: {
      addedToServiceDateTime: at,
      lastSeenByServiceDateTime: at,
      lastTest: { initiated: {}, reverted: {}, finalized: {} },
      lastCutover: { initiated: {}, reverted: {}, finalized: {} },
      state: agentless ? 'DISCOVERED' : 'NOT_READY',
    },
    sourceProperties: {
      lastUpdatedDateTime: at,
      identificationHints: defined({
        fqdn: parts.fqdn,
        hostname: parts.hostname,
        vmWareUuid: parts.vmWareUuid,
        vmPath: parts.vmPath,
      }),
      networkInterfaces: parts.nics.map(({ mac, ips }, i) =>
        defined({ macAddress: mac, ips, isPrimary: i === 0 }),
      ),
      disks,
      cpus: [{ cores: parts.cores }],
      ramBytes: parts.ramBytes,
      os: { fullString: parts.os },
    },
    replicationType: agentless ? 'SNAPSHOT_SHIPPING' : 'AGENT_BASED',
    applicationID: parts.applicationId,
    userProvidedID: parts.userProvidedId,
    fqdnForActionFramework: parts.actionFqdn,
    vcenterClientID: parts.vcenterClientId,
  });
}

function replicated({ deviceName, bytes }: FleetDisk): JsonObject {
  return {
    deviceName,
    totalStorageBytes: bytes,
    replicatedStorageBytes: 0,
    rescannedStorageBytes: 0,
    backloggedStorageBytes: 0,
  };
}

function defined(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
