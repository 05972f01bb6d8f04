import { type JsonObject, objectAt, textAt } from '../json.ts';
import type { RegionState } from '../region-state.ts';
import type { SourceServer } from '../source-server.ts';
import type { LaunchTemplate, Resource } from './settings.ts';

/** Answers the launch template that new servers take their settings from: the oldest one. */
export function launchTemplateInForce(region: RegionState): LaunchTemplate | undefined {
  return region.mgn.launchTemplates.values().next().value;
}

/** Answers the replication template that new servers take their settings from: the oldest one. */
export function replicationTemplateInForce(region: RegionState): Resource | undefined {
  return region.mgn.replicationTemplates.values().next().value;
}

/** Answers the launch configuration of a server: the defaults with what a template and calls put over them. */
export function launchConfigurationOf(region: RegionState, server: SourceServer): JsonObject {
  const { osByol, ...defaults } = region.world.parameters.launchConfigurationDefaults;
  return {
    sourceServerID: server.id,
    name: nameOf(server),
    ec2LaunchTemplateID: `lt-${region.world.chance.hex17('launch template', server.id)}`,
    ...defaults,
    licensing: { osByol },
    postLaunchActions: {},
    enableMapAutoTagging: false,
    mapAutoTaggingMpeID: '',
    ...region.mgn.launchConfigurations.get(server.id),
  };
}

/** Answers the replication configuration of a server: the defaults with what a template and calls put over them. */
export function replicationConfigurationOf(region: RegionState, server: SourceServer): JsonObject {
  const changed = region.mgn.replicationConfigurations.get(server.id) ?? {};
  return {
    sourceServerID: server.id,
    name: nameOf(server),
    ...region.world.parameters.replicationConfigurationDefaults,
    replicationServersSecurityGroupsIDs: [],
    ebsEncryption: 'DEFAULT',
    bandwidthThrottling: 0,
    stagingAreaTags: {},
    useFipsEndpoint: false,
    ...changed,
    replicatedDisks: replicatedDisks(server, changed),
  };
}

/** Gives a server that comes new to the account what the templates say at that time. */
export function adoptTemplates(region: RegionState, server: SourceServer): void {
  const { mgn, world } = region;
  const launch = launchTemplateInForce(region);
  if (launch !== undefined) {
    mgn.launchConfigurations.set(server.id, launchSettings(launch.document));
    if (world.parameters.templateActionsApplyTo === 'new-servers') {
      const copied = [...launch.actions].map(([id, action]) => {
        const { operatingSystem: _system, ...own } = action;
        return [id, own] as const;
      });
      mgn.serverActions.set(server.id, new Map(copied));
    }
  }
  const replication = replicationTemplateInForce(region);
  if (replication !== undefined) {
    const {
      replicationConfigurationTemplateID: _id,
      arn: _arn,
      tags: _tags,
      ...settings
    } = replication.document;
    mgn.replicationConfigurations.set(server.id, settings);
  }
}

/** Says which operating system a server runs, as template actions name it; undefined where nothing tells. */
export function platformOf(server: SourceServer): 'linux' | 'windows' | undefined {
  const os = textAt(objectAt(objectAt(server.document, 'sourceProperties'), 'os'), 'fullString');
  if (os === undefined) return undefined;
  return /windows/i.test(os) ? 'windows' : 'linux';
}

// What a launch template and the launch configuration of a server have in common.
function launchSettings(template: JsonObject): JsonObject {
  const shared = [
    'postLaunchActions',
    'enableMapAutoTagging',
    'mapAutoTaggingMpeID',
    'launchDisposition',
    'targetInstanceTypeRightSizingMethod',
    'copyPrivateIp',
    'copyTags',
    'licensing',
    'bootMode',
  ];
  return Object.fromEntries(Object.entries(template).filter(([name]) => shared.includes(name)));
}

function nameOf(server: SourceServer): string {
  const hints = objectAt(objectAt(server.document, 'sourceProperties'), 'identificationHints');
  return (textAt(hints, 'hostname') ?? textAt(hints, 'fqdn') ?? server.id).slice(0, 128);
}

function replicatedDisks(server: SourceServer, changed: JsonObject): readonly JsonObject[] {
  const given = Array.isArray(changed['replicatedDisks']) ? changed['replicatedDisks'] : [];
  const byName = new Map(given.map((disk: JsonObject) => [textAt(disk, 'deviceName'), disk]));
  return deviceNames(server).map((deviceName, i) => ({
    deviceName,
    isBootDisk: i === 0,
    stagingDiskType: 'AUTO',
    iops: 0,
    throughput: 0,
    ...byName.get(deviceName),
  }));
}

/** Answers the names of a server's disks: those that replicate, otherwise those that discovery found. */
export function deviceNames(server: SourceServer): readonly string[] {
  const replicating = server.state.disks.flatMap((disk) => textAt(disk.known, 'deviceName') ?? []);
  if (replicating.length > 0) return replicating;
  const found = objectAt(server.document, 'sourceProperties')['disks'];
  return Array.isArray(found) ? found.flatMap((disk) => textAt(disk, 'deviceName') ?? []) : [];
}
