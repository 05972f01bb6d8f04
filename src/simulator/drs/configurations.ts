import { templateIdOf } from '../ec2/launch-template-id.ts';
import { type JsonObject, objectAt, objectsAt, textAt } from '../json.ts';
import type { SourceServer } from '../source-server.ts';
import { type Drs, recordOf } from './part.ts';

/** The settings that a new server takes over from the launch configuration template (reference: DRS 2.2). */
const shared = [
  'launchDisposition',
  'targetInstanceTypeRightSizingMethod',
  'copyPrivateIp',
  'copyTags',
  'licensing',
  'postLaunchEnabled',
] as const;

/** Launch settings where nobody said otherwise. */
export const launchDefaults: JsonObject = {
  launchDisposition: 'STARTED',
  targetInstanceTypeRightSizingMethod: 'BASIC',
  copyPrivateIp: false,
  copyTags: false,
  licensing: { osByol: false },
  postLaunchEnabled: false,
};

/** The launch configuration of a server as the wire shows it. */
export function launchConfiguration(drs: Drs, server: SourceServer): JsonObject {
  return {
    sourceServerID: server.id,
    name: hostnameOf(server) ?? server.id,
    ec2LaunchTemplateID: templateIdOf(drs.engine, server),
    ...launchDefaults,
    launchIntoInstanceProperties: {},
    ...recordOf(drs.records, server.id).launchConfiguration,
  };
}

/** The replication configuration of a server as the wire shows it. */
export function replicationConfiguration(drs: Drs, server: SourceServer): JsonObject {
  const { chance, parameters } = drs.region.world;
  const { region, accountId } = drs.region;
  const own = recordOf(drs.records, server.id).replicationConfiguration;
  const { replicatedDisks, ...rest } = own;
  const changed = new Map(
    objectsAt({ replicatedDisks }, 'replicatedDisks').map((disk) => [
      textAt(disk, 'deviceName'),
      disk,
    ]),
  );
  return {
    sourceServerID: server.id,
    name: hostnameOf(server) ?? server.id,
    stagingAreaSubnetId: `subnet-${chance.hex17('staging subnet', accountId, region)}`,
    associateDefaultSecurityGroup: true,
    replicationServersSecurityGroupsIDs: [],
    replicationServerInstanceType: 't3.small',
    useDedicatedReplicationServer: false,
    defaultLargeStagingDiskType: 'GP3',
    ebsEncryption: 'DEFAULT',
    bandwidthThrottling: 0,
    dataPlaneRouting: 'PRIVATE_IP',
    createPublicIP: false,
    stagingAreaTags: {},
    pitPolicy: parameters.drsPitPolicy,
    autoReplicateNewDisks: false,
    ...rest,
    replicatedDisks: server.state.disks.map((disk, i) => {
      const deviceName = textAt(disk.known, 'deviceName');
      return {
        deviceName,
        isBootDisk: i === 0,
        stagingDiskType: 'AUTO',
        iops: 0,
        throughput: 0,
        ...changed.get(deviceName),
      };
    }),
  };
}

/**
 * Gives a server that is new to the service the settings and launch actions of the templates; a template
 * never changes servers that are there already.
 */
export function shapeByTemplates(drs: Drs, server: SourceServer): void {
  const { launchTemplates, replicationTemplates, launchActions } = drs.records;
  const record = recordOf(drs.records, server.id);
  const [launch] = launchTemplates.values();
  if (launch !== undefined) {
    record.launchConfiguration = Object.fromEntries(shared.map((name) => [name, launch[name]]));
    const actions = launchActions.get(textAt(launch, 'launchConfigurationTemplateID') ?? '');
    if (actions !== undefined) launchActions.set(server.id, new Map(actions));
  }
  const [replication] = replicationTemplates.values();
  if (replication !== undefined) {
    const { replicationConfigurationTemplateID, arn, tags, ...settings } = replication;
    record.replicationConfiguration = settings;
  }
}

/** Answers the host name that the agent told. */
export function hostnameOf(server: SourceServer): string | undefined {
  const hints = objectAt(objectAt(server.document, 'sourceProperties'), 'identificationHints');
  return textAt(hints, 'hostname');
}
