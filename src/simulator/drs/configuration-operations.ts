import * as z from 'zod';
import { objectsAt, textAt } from '../json.ts';
import type { Operation } from '../operations/operation.ts';
import { notFound } from '../service-exception.ts';
import { drsArn, tellPoints } from './appointments.ts';
import { launchConfiguration, launchDefaults, replicationConfiguration } from './configurations.ts';
import { refuseDuringJob } from './jobs.ts';
import { drsOperation, listing, theServer } from './operation.ts';
import { defined, newId, recordOf } from './part.ts';
import { drsQuotasOf } from './quotas.ts';
import { keepPoints } from './recovery-points.ts';
import { conflict, overQuota } from './refusal.ts';

const one = z.object({ sourceServerID: z.string() });
const settings = z.looseObject({});
const tags = z.record(z.string(), z.string()).optional();

const launchNames = [
  'name',
  'launchDisposition',
  'targetInstanceTypeRightSizingMethod',
  'copyPrivateIp',
  'copyTags',
  'licensing',
  'postLaunchEnabled',
  'launchIntoInstanceProperties',
];
const launchTemplateNames = [
  'launchDisposition',
  'targetInstanceTypeRightSizingMethod',
  'copyPrivateIp',
  'copyTags',
  'licensing',
  'exportBucketArn',
  'postLaunchEnabled',
  'launchIntoSourceInstance',
];
const replicationTemplateNames = [
  'stagingAreaSubnetId',
  'associateDefaultSecurityGroup',
  'replicationServersSecurityGroupsIDs',
  'replicationServerInstanceType',
  'useDedicatedReplicationServer',
  'defaultLargeStagingDiskType',
  'ebsEncryption',
  'ebsEncryptionKeyArn',
  'bandwidthThrottling',
  'dataPlaneRouting',
  'createPublicIP',
  'stagingAreaTags',
  'pitPolicy',
  'autoReplicateNewDisks',
  'internetProtocol',
];
const replicationNames = ['name', 'replicatedDisks', ...replicationTemplateNames];

/** The operations on launch and replication settings, of servers and as templates. */
export const configurationOperations: readonly Operation[] = [
  drsOperation('GetLaunchConfiguration', one, (drs, { sourceServerID }) =>
    launchConfiguration(drs, theServer(drs, sourceServerID)),
  ),
  drsOperation('UpdateLaunchConfiguration', one.loose(), (drs, input) => {
    const server = theServer(drs, input.sourceServerID);
    if (drs.region.world.parameters.drsConfigurationCallsDuringJob === 'reject') {
      refuseDuringJob(drs, [server.id]);
    }
    const record = recordOf(drs.records, server.id);
    record.launchConfiguration = {
      ...record.launchConfiguration,
      ...picked(input, launchNames),
    };
    return launchConfiguration(drs, server);
  }),
  drsOperation('GetReplicationConfiguration', one, (drs, { sourceServerID }) =>
    replicationConfiguration(drs, theServer(drs, sourceServerID)),
  ),
  drsOperation('UpdateReplicationConfiguration', one.loose(), (drs, input) => {
    const server = theServer(drs, input.sourceServerID);
    const record = recordOf(drs.records, server.id);
    if (record.stagingArn !== undefined) {
      throw conflict('The settings of an extended source server are those of its staging account', [
        server.id,
      ]);
    }
    const { replicatedDisks: _disks, ...changes } = picked(input, replicationNames);
    if (changes['pitPolicy'] !== undefined) keepPoints(drs, server);
    record.replicationConfiguration = {
      ...record.replicationConfiguration,
      ...changes,
      ...mergedDisks(record.replicationConfiguration, input),
    };
    tellPoints(drs, server.id);
    return replicationConfiguration(drs, server);
  }),

  drsOperation(
    'CreateLaunchConfigurationTemplate',
    settings.extend({ tags }),
    (drs, input) => {
      const { parameters } = drs.region.world;
      const { launchTemplates: quota } = drsQuotasOf(parameters);
      const scope =
        parameters.drsTemplateQuotaScope === 'account'
          ? drs.everywhere().filter((other) => other.region.accountId === drs.region.accountId)
          : [drs];
      const there = scope.reduce((sum, other) => sum + other.records.launchTemplates.size, 0);
      if (there >= quota.value) throw overQuota(quota);
      const id = newId(drs, 'lct');
      const template = {
        launchConfigurationTemplateID: id,
        arn: drsArn(drs, 'launch-configuration-template', id),
        tags: input.tags ?? {},
        ...launchDefaults,
        launchIntoSourceInstance: false,
        ...picked(input, launchTemplateNames),
      };
      drs.records.launchTemplates.set(id, template);
      return { launchConfigurationTemplate: template };
    },
    { status: 201 },
  ),
  drsOperation(
    'DescribeLaunchConfigurationTemplates',
    z.object({ launchConfigurationTemplateIDs: z.array(z.string()).optional() }),
    (drs, { launchConfigurationTemplateIDs: ids = [] }, call) =>
      listing(call, named(drs.records.launchTemplates, ids, 'LaunchConfigurationTemplate'), {
        filters: ids,
        print: (template) => template,
      }),
  ),
  drsOperation(
    'UpdateLaunchConfigurationTemplate',
    z.looseObject({ launchConfigurationTemplateID: z.string() }),
    (drs, input) => {
      const id = input.launchConfigurationTemplateID;
      const [template] = named(drs.records.launchTemplates, [id], 'LaunchConfigurationTemplate');
      const updated = { ...template, ...picked(input, launchTemplateNames) };
      drs.records.launchTemplates.set(id, updated);
      return { launchConfigurationTemplate: updated };
    },
  ),
  drsOperation(
    'DeleteLaunchConfigurationTemplate',
    z.object({ launchConfigurationTemplateID: z.string() }),
    (drs, { launchConfigurationTemplateID: id }) => {
      named(drs.records.launchTemplates, [id], 'LaunchConfigurationTemplate');
      drs.records.launchTemplates.delete(id);
      drs.records.launchActions.delete(id);
      return {};
    },
    { status: 204 },
  ),

  drsOperation(
    'CreateReplicationConfigurationTemplate',
    settings.extend({ tags }),
    (drs, input) => {
      const value = drs.region.world.parameters.drsQuotaReplicationTemplates;
      if (drs.records.replicationTemplates.size >= value) {
        throw overQuota({ name: 'Replication configuration templates', value });
      }
      const id = newId(drs, 'rct');
      const template = {
        replicationConfigurationTemplateID: id,
        arn: drsArn(drs, 'replication-configuration-template', id),
        tags: input.tags ?? {},
        associateDefaultSecurityGroup: true,
        replicationServerInstanceType: 't3.small',
        useDedicatedReplicationServer: false,
        defaultLargeStagingDiskType: 'GP3',
        dataPlaneRouting: 'PRIVATE_IP',
        createPublicIP: false,
        autoReplicateNewDisks: false,
        ...picked(input, replicationTemplateNames),
      };
      drs.records.replicationTemplates.set(id, template);
      return template;
    },
    { status: 201 },
  ),
  drsOperation(
    'DescribeReplicationConfigurationTemplates',
    z.object({ replicationConfigurationTemplateIDs: z.array(z.string()).optional() }),
    (drs, { replicationConfigurationTemplateIDs: ids = [] }, call) =>
      listing(
        call,
        named(drs.records.replicationTemplates, ids, 'ReplicationConfigurationTemplate'),
        { filters: ids, print: (template) => template },
      ),
  ),
  drsOperation(
    'UpdateReplicationConfigurationTemplate',
    z.looseObject({ replicationConfigurationTemplateID: z.string() }),
    (drs, input) => {
      const { replicationTemplates } = drs.records;
      const id = input.replicationConfigurationTemplateID;
      const [template] = named(replicationTemplates, [id], 'ReplicationConfigurationTemplate');
      const updated = { ...template, ...picked(input, replicationTemplateNames) };
      replicationTemplates.set(id, updated);
      return updated;
    },
  ),
  drsOperation(
    'DeleteReplicationConfigurationTemplate',
    z.object({ replicationConfigurationTemplateID: z.string() }),
    (drs, { replicationConfigurationTemplateID: id }) => {
      named(drs.records.replicationTemplates, [id], 'ReplicationConfigurationTemplate');
      drs.records.replicationTemplates.delete(id);
      return {};
    },
    { status: 204 },
  ),
];

// Null counts as absent on the wire.
function picked(
  input: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return defined(Object.fromEntries(names.map((name) => [name, input[name] ?? undefined])));
}

function named<T>(
  known: ReadonlyMap<string, T>,
  ids: readonly string[],
  kind: string,
): readonly T[] {
  if (ids.length === 0) return [...known.values()];
  return ids.map((id) => {
    const found = known.get(id);
    if (found === undefined) throw notFound(kind, id);
    return found;
  });
}

function mergedDisks(
  before: Readonly<Record<string, unknown>>,
  input: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const given = objectsAt(input, 'replicatedDisks');
  if (given.length === 0) return {};
  const all = [...objectsAt(before, 'replicatedDisks'), ...given];
  const byName = new Map<string | undefined, Readonly<Record<string, unknown>>>();
  for (const disk of all) {
    const name = textAt(disk, 'deviceName');
    byName.set(name, { ...byName.get(name), ...disk });
  }
  return { replicatedDisks: [...byName.values()] };
}
