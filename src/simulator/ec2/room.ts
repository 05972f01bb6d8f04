import { textAt } from '../json.ts';
import { replicationConfigurationOf } from '../mgn/configurations.ts';
import type { Instance, RegionState } from '../region-state.ts';
import { isStandard, vcpusOf } from './instance-types.ts';
import type { LaunchShape } from './launch-templates.ts';

function isThere(instance: Instance, at: number): boolean {
  return (
    instance.launchedAt <= at && (instance.terminatedAt === undefined || at < instance.terminatedAt)
  );
}

/** Answers the subnets of an account: the one of its launches, those of its replication, and those that are named. */
export function knownSubnets(region: RegionState): readonly string[] {
  const { targetSubnetId, subnetFreeAddresses } = region.world.parameters;
  const staging = region.servers.flatMap(
    (server) => textAt(replicationConfigurationOf(region, server), 'stagingAreaSubnetId') ?? [],
  );
  return [...new Set([targetSubnetId, ...staging, ...Object.keys(subnetFreeAddresses)])].sort();
}

function isKnownSubnet(region: RegionState, subnetId: string): boolean {
  const { targetSubnetId, subnetFreeAddresses } = region.world.parameters;
  // Nearly every launch goes there, and the others are looked for among all servers.
  return (
    subnetId === targetSubnetId ||
    Object.hasOwn(subnetFreeAddresses, subnetId) ||
    knownSubnets(region).includes(subnetId)
  );
}

/** Answers how many addresses of a subnet are free: what the parameters say, less what runs in it. */
export function freeAddresses(region: RegionState, subnetId: string): number {
  const { subnetFreeAddresses, subnetFreeAddressesDefault } = region.world.parameters;
  const room = subnetFreeAddresses[subnetId] ?? subnetFreeAddressesDefault;
  const used = [...region.instances.values()].filter(
    (instance) => instance.subnetId === subnetId && isThere(instance, region.world.now),
  );
  return Math.max(0, room - used.length);
}

/** Answers the vCPUs that count against the quota of running Standard instances. */
export function usedVcpus(region: RegionState): number {
  let vcpus = 0;
  for (const instance of region.instances.values()) {
    if (instance.stopped !== true && isThere(instance, region.world.now)) {
      vcpus += standardVcpus(instance.instanceType);
    }
  }
  return vcpus;
}

/** Answers what a type takes of the quota of running Standard instances; nothing where it is of another kind. */
export function standardVcpus(instanceType: string | undefined): number {
  return instanceType !== undefined && isStandard(instanceType) ? (vcpusOf(instanceType) ?? 0) : 0;
}

/** Says why EC2 would refuse an instance of this kind now; undefined where it has room. */
export function refusedByEc2(
  region: RegionState,
  { instanceType, subnetId }: LaunchShape,
): string | undefined {
  const { quotaStandardVcpus, instanceTypesNotOffered } = region.world.parameters;
  if (vcpusOf(instanceType) === undefined || instanceTypesNotOffered.includes(instanceType)) {
    return `Unsupported: The requested configuration is currently not supported: ${instanceType}`;
  }
  const wanted = standardVcpus(instanceType);
  if (usedVcpus(region) + region.vcpusPromised + wanted > quotaStandardVcpus) {
    return `VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of ${quotaStandardVcpus} allows`;
  }
  if (subnetId === undefined) return undefined;
  if (!isKnownSubnet(region, subnetId)) {
    return `InvalidSubnetID.NotFound: The subnet ID '${subnetId}' does not exist`;
  }
  return freeAddresses(region, subnetId) > 0
    ? undefined
    : `InsufficientFreeAddressesInSubnet: There are not enough free addresses in subnet '${subnetId}'`;
}
