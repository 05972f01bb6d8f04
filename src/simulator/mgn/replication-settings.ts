import * as z from 'zod';
import { type JsonObject, textAt } from '../json.ts';
import {
  accountID,
  checked,
  type Operation,
  paging,
  sourceServerID,
  theServer,
} from '../operations/operation.ts';
import { isRunning, type RegionState } from '../region-state.ts';
import { startReplication } from '../replication.ts';
import { notFound, validation } from '../service-exception.ts';
import { deviceNames, replicationConfigurationOf } from './configurations.ts';
import { pageOf, refuseArchivedServer, templateInUse } from './launch-settings.ts';
import {
  arn,
  bounded,
  mgnRead,
  mgnWrite,
  replicationConfigurationTemplateID,
  replicationMembers,
  tags,
} from './model.ts';
import { newId } from './new-id.ts';
import type { Resource } from './settings.ts';

const replicatedDisk = z.object({
  deviceName: bounded.optional(),
  isBootDisk: z.boolean().optional(),
  stagingDiskType: z
    .enum(['AUTO', 'GP2', 'IO1', 'SC1', 'ST1', 'STANDARD', 'GP3', 'IO2'])
    .optional(),
  iops: z.number().int().min(0).optional(),
  throughput: z.number().int().min(0).optional(),
});
const creation = z
  .object(replicationMembers)
  .required({
    stagingAreaSubnetId: true,
    associateDefaultSecurityGroup: true,
    replicationServersSecurityGroupsIDs: true,
    replicationServerInstanceType: true,
    useDedicatedReplicationServer: true,
    defaultLargeStagingDiskType: true,
    ebsEncryption: true,
    bandwidthThrottling: true,
    dataPlaneRouting: true,
    createPublicIP: true,
    stagingAreaTags: true,
  })
  .extend({ tags: tags.optional() });
const named = z.object({ replicationConfigurationTemplateID });

/** The operations of MGN on replication configurations and their templates. */
export const replicationSettings: readonly Operation[] = [
  mgnRead('GetReplicationConfiguration', ({ region, input }) => {
    const id = checked(z.object({ sourceServerID, accountID }), input).sourceServerID;
    return replicationConfigurationOf(region, theServer(region, id));
  }),
  mgnWrite('UpdateReplicationConfiguration', 200, ({ region, input }) => {
    const given = checked(
      z.object({
        sourceServerID,
        name: z.string().max(128).optional(),
        ...replicationMembers,
        replicatedDisks: z.array(replicatedDisk).max(60).optional(),
        accountID,
      }),
      input,
    );
    const server = theServer(region, given.sourceServerID);
    refuseArchivedServer(server);
    const { sourceServerID: _server, accountID: _account, ...changed } = given;
    const before = replicationConfigurationOf(region, server);
    refuseWithoutKey({ ...before, ...changed });
    const names = deviceNames(server);
    const strange = given.replicatedDisks?.find((d) => !names.includes(d.deviceName ?? ''));
    if (strange !== undefined) {
      throw validation('The source server has no such disk', 'other', [
        {
          name: 'replicatedDisks',
          message: `${strange.deviceName ?? 'a disk without deviceName'}`,
        },
      ]);
    }
    const known = region.mgn.replicationConfigurations.get(server.id);
    region.mgn.replicationConfigurations.set(server.id, { ...known, ...changed });
    const after = replicationConfigurationOf(region, server);
    const key = textAt(after, 'ebsEncryptionKeyArn');
    if (
      region.world.parameters.kmsKeyChangeResync &&
      key !== textAt(before, 'ebsEncryptionKeyArn') &&
      isRunning(server.state.phase)
    ) {
      startReplication(region, server);
    }
    return after;
  }),
  mgnWrite('CreateReplicationConfigurationTemplate', 201, ({ region, input }) => {
    const given = checked(creation, input);
    refuseWithoutKey(given);
    const { replicationTemplates } = region.mgn;
    const most = region.world.parameters.replicationConfigurationTemplatesMax;
    if (replicationTemplates.size >= most) {
      const message = `There can be no more than ${most} replication configuration templates`;
      throw validation(message, 'other');
    }
    const id = newId(region, 'rct');
    const template: Resource = {
      id,
      document: {
        replicationConfigurationTemplateID: id,
        arn: region.arn('replication-configuration-template', id),
        useFipsEndpoint: false,
        tags: {},
        ...given,
      },
    };
    replicationTemplates.set(id, template);
    return template.document;
  }),
  mgnRead('DescribeReplicationConfigurationTemplates', (call) => {
    const { replicationConfigurationTemplateIDs: ids = [] } = checked(
      z.object({
        replicationConfigurationTemplateIDs: z
          .array(replicationConfigurationTemplateID)
          .max(200)
          .optional(),
        ...paging,
      }),
      call.input,
    );
    const all =
      ids.length > 0
        ? ids.map((id) => theTemplate(call.region, id))
        : [...call.region.mgn.replicationTemplates.values()];
    return pageOf(call, all, ids);
  }),
  mgnWrite('UpdateReplicationConfigurationTemplate', 200, ({ region, input }) => {
    const given = checked(
      z.object({
        replicationConfigurationTemplateID,
        arn: arn.optional(),
        ...replicationMembers,
      }),
      input,
    );
    const template = theTemplate(region, given.replicationConfigurationTemplateID);
    const own = textAt(template.document, 'arn');
    if (given.arn !== undefined && given.arn !== own) {
      throw validation('The ARN is not that of the template', 'other', [
        { name: 'arn', message: `is not ${own}` },
      ]);
    }
    const document = { ...template.document, ...given };
    refuseWithoutKey(document);
    template.document = document;
    return document;
  }),
  mgnWrite('DeleteReplicationConfigurationTemplate', 204, ({ region, input }) => {
    const id = checked(named, input).replicationConfigurationTemplateID;
    const template = theTemplate(region, id);
    if (region.activeServers > 0 && region.world.parameters.deleteTemplateInUse === 'reject') {
      throw templateInUse(id, 'ReplicationConfigurationTemplate');
    }
    region.mgn.replicationTemplates.delete(template.id);
    return undefined;
  }),
];

function theTemplate(region: RegionState, id: string): Resource {
  const template = region.mgn.replicationTemplates.get(id);
  if (template === undefined) throw notFound('ReplicationConfigurationTemplate', id);
  return template;
}

function refuseWithoutKey(settings: JsonObject): void {
  const { ebsEncryption, ebsEncryptionKeyArn } = settings;
  if (ebsEncryption !== 'CUSTOM' || ebsEncryptionKeyArn !== undefined) return;
  throw validation('Custom encryption needs a key', 'other', [
    { name: 'ebsEncryptionKeyArn', message: 'is required when ebsEncryption is CUSTOM' },
  ]);
}
