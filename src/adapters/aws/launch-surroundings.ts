import {
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSubnetsCommand,
  type EC2Client,
  type ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import type { Answer, ServiceApi, WireDocument } from '../../flow/ports.ts';
import type { Clients } from './clients.ts';
import { allPages, inGroups } from './pages.ts';
import { askForOutput, unreadable } from './wire-call.ts';

// EC2 takes at most 200 ids, and 200 values of a filter, a call.
const maxPerCall = 200;
const maxInstancesPerPage = 1000;

type Documents = Answer<readonly WireDocument[]>;

/** What EC2 knows of the surroundings of a launch: launch templates, subnets, instance types and what runs already. */
export function launchSurroundings(
  clients: Pick<Clients, 'ec2'>,
): Pick<
  ServiceApi,
  | 'describeLaunchTemplates'
  | 'describeLaunchTemplateVersion'
  | 'describeSubnets'
  | 'describeInstanceTypes'
  | 'describeRunningInstances'
> {
  const ec2 = () => clients.ec2();
  return {
    describeLaunchTemplates: (ids) =>
      inGroups(ids, maxPerCall, (group) => templatesOf(ec2(), group)),
    describeLaunchTemplateVersion: (id, version) => versionOf(ec2(), id, version),
    describeSubnets: (ids) => inGroups(ids, maxPerCall, (group) => subnetsOf(ec2(), group)),
    describeInstanceTypes: (types) =>
      inGroups(types, maxPerCall, (group) => instanceTypesOf(ec2(), group)),
    describeRunningInstances: () => runningInstances(ec2()),
  };
}

/** EC2 refuses a whole group for one template that is gone, so the rest is asked again. */
async function templatesOf(ec2: EC2Client, ids: string[]): Promise<Documents> {
  const answer = await askForOutput(
    new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: ids }),
    (command) => ec2.send(command),
  );
  if (answer.ok) {
    const value = (answer.value.LaunchTemplates ?? []).map((template) => ({
      launchTemplateId: template.LaunchTemplateId,
      defaultVersion: template.DefaultVersionNumber,
      latestVersion: template.LatestVersionNumber,
    }));
    return { ...answer, value };
  }
  if (!answer.refusal.errorName.endsWith('NotFound')) return answer;
  const gone = new Set(answer.refusal.culprits);
  const rest = ids.filter((id) => !gone.has(id));
  if (rest.length === ids.length) return answer;
  return rest.length === 0 ? { ok: true, value: [] } : templatesOf(ec2, rest);
}

async function versionOf(
  ec2: EC2Client,
  id: string,
  version: number,
): Promise<Answer<WireDocument>> {
  const answer = await askForOutput(
    new DescribeLaunchTemplateVersionsCommand({
      LaunchTemplateId: id,
      Versions: [String(version)],
    }),
    (command) => ec2.send(command),
  );
  if (!answer.ok) return answer;
  const found = answer.value.LaunchTemplateVersions?.[0];
  if (found === undefined) return unreadable('the answer holds no version of the launch template');
  return {
    ...answer,
    value: {
      launchTemplateId: id,
      version: found.VersionNumber,
      ...templateFields(found.LaunchTemplateData ?? {}),
    },
  };
}

/** What launches depend on, by short fields. User data may hold secrets: only whether there is some leaves this file. */
function templateFields(data: ResponseLaunchTemplateData): WireDocument {
  const nics = data.NetworkInterfaces ?? [];
  const groups = [
    ...(data.SecurityGroupIds ?? []),
    ...nics.flatMap((nic) => nic.Groups ?? []),
  ].toSorted();
  return {
    instanceType: data.InstanceType,
    imageId: data.ImageId,
    keyName: data.KeyName,
    subnetIds: nics.flatMap((nic) => nic.SubnetId ?? []),
    securityGroupIds: groups,
    publicIp: nics.find((nic) => nic.AssociatePublicIpAddress !== undefined)
      ?.AssociatePublicIpAddress,
    privateIps: nics.flatMap((nic) => nic.PrivateIpAddress ?? []),
    iamInstanceProfile: data.IamInstanceProfile?.Name ?? data.IamInstanceProfile?.Arn,
    tenancy: data.Placement?.Tenancy,
    hostId: data.Placement?.HostId,
    ebsOptimized: data.EbsOptimized,
    terminationProtection: data.DisableApiTermination,
    metadataTokens: data.MetadataOptions?.HttpTokens,
    volumes: (data.BlockDeviceMappings ?? []).map(
      ({ DeviceName = '', Ebs }) => `${DeviceName}=${Ebs?.VolumeType ?? ''}`,
    ),
    hasUserData: (data.UserData ?? '') !== '',
  };
}

/** By a filter, as a subnet that does not exist would refuse the call. */
function subnetsOf(ec2: EC2Client, ids: string[]): Promise<Documents> {
  return allPages(async (page) => {
    const answer = await askForOutput(
      new DescribeSubnetsCommand({
        Filters: [{ Name: 'subnet-id', Values: ids }],
        ...(page.nextToken === undefined ? {} : { NextToken: page.nextToken }),
      }),
      (command) => ec2.send(command),
    );
    if (!answer.ok) return answer;
    const items = (answer.value.Subnets ?? []).map((subnet) => ({
      subnetId: subnet.SubnetId,
      freeAddresses: subnet.AvailableIpAddressCount,
    }));
    return { ...answer, value: { items, nextToken: answer.value.NextToken } };
  });
}

/** By a filter, as a type that the Region does not offer would refuse the call. */
function instanceTypesOf(ec2: EC2Client, types: string[]): Promise<Documents> {
  return allPages(async (page) => {
    const answer = await askForOutput(
      new DescribeInstanceTypesCommand({
        Filters: [{ Name: 'instance-type', Values: types }],
        ...(page.nextToken === undefined ? {} : { NextToken: page.nextToken }),
      }),
      (command) => ec2.send(command),
    );
    if (!answer.ok) return answer;
    const items = (answer.value.InstanceTypes ?? []).map((type) => ({
      instanceType: type.InstanceType,
      vcpus: type.VCpuInfo?.DefaultVCpus,
      nitro: type.Hypervisor === 'nitro' || type.BareMetal === true,
    }));
    return { ...answer, value: { items, nextToken: answer.value.NextToken } };
  });
}

function runningInstances(ec2: EC2Client): Promise<Documents> {
  return allPages(async (page) => {
    const answer = await askForOutput(
      new DescribeInstancesCommand({
        Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
        MaxResults: maxInstancesPerPage,
        ...(page.nextToken === undefined ? {} : { NextToken: page.nextToken }),
      }),
      (command) => ec2.send(command),
    );
    if (!answer.ok) return answer;
    const instances = (answer.value.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
    const items = instances.map((instance) => {
      const { CoreCount: cores, ThreadsPerCore: threads } = instance.CpuOptions ?? {};
      return {
        instanceId: instance.InstanceId,
        instanceType: instance.InstanceType,
        vcpus: cores === undefined || threads === undefined ? undefined : cores * threads,
        spot: instance.InstanceLifecycle === 'spot',
      };
    });
    return { ...answer, value: { items, nextToken: answer.value.NextToken } };
  });
}

/** What DRS asks of instances that it launches into. */
export function instancesToLaunchInto(ec2: EC2Client, ids: readonly string[]): Promise<Documents> {
  return inGroups(ids, maxPerCall, (group) => instancesNamed(ec2, group));
}

/** By a filter, as an instance that does not exist would refuse the call. */
function instancesNamed(ec2: EC2Client, ids: string[]): Promise<Documents> {
  return allPages(async (page) => {
    const answer = await askForOutput(
      new DescribeInstancesCommand({
        Filters: [{ Name: 'instance-id', Values: ids }],
        MaxResults: maxInstancesPerPage,
        ...(page.nextToken === undefined ? {} : { NextToken: page.nextToken }),
      }),
      (command) => ec2.send(command),
    );
    if (!answer.ok) return answer;
    const instances = (answer.value.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
    const items = instances.map((instance) => ({
      instanceId: instance.InstanceId,
      state: instance.State?.Name,
      tags: Object.fromEntries((instance.Tags ?? []).map(({ Key = '', Value }) => [Key, Value])),
      platform: instance.Platform,
      architecture: instance.Architecture,
      virtualization: instance.VirtualizationType,
      rootDevice: instance.RootDeviceType,
    }));
    return { ...answer, value: { items, nextToken: answer.value.NextToken } };
  });
}
