import * as z from 'zod';
import type { JsonObject } from '../json.ts';
import {
  accountID,
  type Call,
  checked,
  type Operation,
  page,
  paging,
  sourceServerID,
  theServer,
} from '../operations/operation.ts';
import type { RegionState } from '../region-state.ts';
import { conflict, notFound, ServiceException, validation } from '../service-exception.ts';
import type { SourceServer } from '../source-server.ts';
import { launchConfigurationOf } from './configurations.ts';
import {
  arn,
  launchConfigurationTemplateID,
  launchMembers,
  listing,
  mgnRead,
  mgnWrite,
  tags,
} from './model.ts';
import { newId } from './new-id.ts';
import type { LaunchTemplate } from './settings.ts';

const disk = z.object({
  volumeType: z.enum(['io1', 'io2', 'gp3', 'gp2', 'st1', 'sc1', 'standard']).optional(),
  iops: z.number().int().min(100).max(64_000).optional(),
  throughput: z.number().int().min(125).max(1000).optional(),
});
const templateMembers = {
  ...launchMembers,
  associatePublicIpAddress: z.boolean().optional(),
  smallVolumeMaxSize: z.number().int().min(0).optional(),
  smallVolumeConf: disk.optional(),
  largeVolumeConf: disk.optional(),
  enableParametersEncryption: z.boolean().optional(),
};
const key = z
  .string()
  .max(276)
  .regex(
    /^((arn:[\w-]+:kms:([a-z]{2}-(gov-)?[a-z]+-\d{1})?:(\d{12})?:((alias|key)\/[a-zA-Z0-9:/_-]{1,256}))|())$/,
  );
const named = z.object({ launchConfigurationTemplateID });

/** The operations of MGN on launch configurations and their templates. */
export const launchSettings: readonly Operation[] = [
  mgnRead('GetLaunchConfiguration', ({ region, input }) => {
    const id = checked(z.object({ sourceServerID, accountID }), input).sourceServerID;
    return launchConfigurationOf(region, theServer(region, id));
  }),
  mgnWrite('UpdateLaunchConfiguration', 200, ({ region, input }) => {
    const given = checked(
      z.object({
        sourceServerID,
        name: z.string().max(128).optional(),
        ...launchMembers,
        accountID,
      }),
      input,
    );
    const server = theServer(region, given.sourceServerID);
    refuseArchivedServer(server);
    const { sourceServerID: _server, accountID: _account, ...changed } = given;
    const known = region.mgn.launchConfigurations.get(server.id);
    region.mgn.launchConfigurations.set(server.id, { ...known, ...changed });
    return launchConfigurationOf(region, server);
  }),
  mgnWrite('CreateLaunchConfigurationTemplate', 201, ({ region, input }) => {
    const given = checked(
      z.object({
        ...templateMembers,
        parametersEncryptionKey: key.optional(),
        tags: tags.optional(),
      }),
      input,
    );
    const { launchTemplates } = region.mgn;
    const most = region.world.parameters.launchConfigurationTemplatesMax;
    if (launchTemplates.size >= most) {
      throw validation(`There can be no more than ${most} launch configuration templates`, 'other');
    }
    const id = newId(region, 'lct');
    const { osByol, ...defaults } = region.world.parameters.launchConfigurationDefaults;
    const template: LaunchTemplate = {
      id,
      document: {
        launchConfigurationTemplateID: id,
        arn: region.arn('launch-configuration-template', id),
        ec2LaunchTemplateID: newId(region, 'lt'),
        ...defaults,
        licensing: { osByol },
        postLaunchActions: {},
        associatePublicIpAddress: false,
        enableMapAutoTagging: false,
        mapAutoTaggingMpeID: '',
        smallVolumeMaxSize: 0,
        smallVolumeConf: { volumeType: 'gp3' },
        largeVolumeConf: { volumeType: 'gp3' },
        tags: {},
        ...given,
      },
      actions: new Map(),
    };
    launchTemplates.set(id, template);
    return template.document;
  }),
  mgnRead('DescribeLaunchConfigurationTemplates', (call) => {
    const { launchConfigurationTemplateIDs: ids = [] } = checked(
      z.object({
        launchConfigurationTemplateIDs: z.array(launchConfigurationTemplateID).max(200).optional(),
        ...paging,
      }),
      call.input,
    );
    const all =
      ids.length > 0
        ? ids.map((id) => theLaunchTemplate(call.region, id))
        : [...call.region.mgn.launchTemplates.values()];
    return pageOf(call, all, ids);
  }),
  mgnWrite('UpdateLaunchConfigurationTemplate', 200, ({ region, input }) => {
    const model = z.object({
      launchConfigurationTemplateID,
      ...templateMembers,
      parametersEncryptionKey: arn.optional(),
    });
    const given = checked(model, input);
    const template = theLaunchTemplate(region, given.launchConfigurationTemplateID);
    template.document = { ...template.document, ...given };
    return template.document;
  }),
  mgnWrite('DeleteLaunchConfigurationTemplate', 204, ({ region, input }) => {
    const template = theLaunchTemplate(region, checked(named, input).launchConfigurationTemplateID);
    const launching = [...region.openJobs].some((job) => job.type === 'LAUNCH');
    if (launching && region.world.parameters.deleteTemplateInUse === 'reject') {
      throw templateInUse(template.id, 'LaunchConfigurationTemplate');
    }
    region.mgn.launchTemplates.delete(template.id);
    return undefined;
  }),
];

/** Finds the launch template that a call names, or refuses with 404. */
export function theLaunchTemplate(region: RegionState, id: string): LaunchTemplate {
  const template = region.mgn.launchTemplates.get(id);
  if (template === undefined) throw notFound('LaunchConfigurationTemplate', id);
  return template;
}

/** Refuses to change the settings of an archived server. */
export function refuseArchivedServer(server: SourceServer): void {
  if (server.state.archived) throw conflict('The source server is archived', [server.id]);
}

/** 409: a template that is at work is not deleted. */
export function templateInUse(resourceId: string, resourceType: string): ServiceException {
  return new ServiceException('ConflictException', 409, 'The template is in use', {
    resourceId,
    resourceType,
  });
}

/** One page of resources, in the order of their creation. */
export function pageOf(
  call: Call,
  all: readonly { readonly document: JsonObject }[],
  filters: unknown,
): JsonObject {
  const { items, nextToken } = page(call, all, filters);
  return listing(
    items.map(({ document }) => document),
    nextToken,
  );
}
