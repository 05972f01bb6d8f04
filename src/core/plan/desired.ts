import * as z from 'zod';
import { documentParameters } from './document-parameters.ts';
import { LaunchConfiguration } from './launch-configuration/launch-configuration-form.ts';
import {
  instanceType,
  launchTemplateField,
  securityGroups,
  subnet,
  tagsField,
} from './launch-template-field.ts';

const launchConfiguration = z
  .strictObject({
    launchDisposition: z
      .enum(['STARTED', 'STOPPED'])
      .describe('Whether a launched instance is started.')
      .optional(),
    targetInstanceTypeRightSizingMethod: z
      .enum(['NONE', 'BASIC'])
      .describe(
        'Whether MGN chooses the instance type (BASIC), or the launch template says it (NONE).',
      )
      .optional(),
    copyPrivateIp: z
      .boolean()
      .describe('Whether the instance gets the private address of its source server.')
      .optional(),
    copyTags: z
      .boolean()
      .describe('Whether the instance gets the tags of its source server.')
      .optional(),
    bootMode: z.enum(['LEGACY_BIOS', 'UEFI', 'USE_SOURCE']).describe('How it boots.').optional(),
    licensing: z
      .strictObject({ osByol: z.boolean().describe('Whether you bring the licence.') })
      .describe('Whose licence of the operating system it runs under.')
      .meta({ id: 'DesiredLicensing' })
      .optional(),
    enableMapAutoTagging: z
      .boolean()
      .describe('Whether the tag of the Migration Acceleration Program is set.')
      .optional(),
    mapAutoTaggingMpeID: z.string().min(1).max(256).describe('The value of that tag.').optional(),
  })
  .describe('MGN’s launch settings of the server, under MGN’s own names.')
  .meta({ id: 'DesiredLaunchConfiguration' });

const replicationConfiguration = z
  .strictObject({
    stagingAreaSubnetId: subnet.describe('The subnet of its replication servers.').optional(),
    associateDefaultSecurityGroup: z
      .boolean()
      .describe('Whether replication servers are in MGN’s own security group.')
      .optional(),
    replicationServersSecurityGroupsIDs: securityGroups
      .describe('Further security groups of its replication servers, all of them.')
      .optional(),
    replicationServerInstanceType: instanceType
      .describe('The instance type of its replication servers.')
      .optional(),
    useDedicatedReplicationServer: z
      .boolean()
      .describe('Whether it has a replication server of its own.')
      .optional(),
    defaultLargeStagingDiskType: z
      .enum(['GP2', 'ST1', 'GP3'])
      .describe('The type of its large staging disks.')
      .optional(),
    ebsEncryption: z
      .enum(['DEFAULT', 'CUSTOM'])
      .describe('What staging disks are encrypted with; CUSTOM needs ebsEncryptionKeyArn.')
      .optional(),
    ebsEncryptionKeyArn: z
      .string()
      .regex(/^arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[\w/:-]{1,256}$/, {
        error: 'is no ARN of a KMS key',
      })
      .describe('The key for CUSTOM. To change it once a server replicates has it copied anew.')
      .optional(),
    bandwidthThrottling: z
      .int()
      .min(0)
      .max(10_000)
      .describe('The most Mbit/s that it may replicate with; 0 for no bound.')
      .optional(),
    dataPlaneRouting: z
      .enum(['PRIVATE_IP', 'PUBLIC_IP'])
      .describe('Over which address it replicates.')
      .optional(),
    createPublicIP: z
      .boolean()
      .describe('Whether replication servers get a public address.')
      .optional(),
    stagingAreaTags: tagsField(50, 'The tags of the staging area, all of them.').optional(),
    useFipsEndpoint: z.boolean().describe('Whether it replicates to FIPS endpoints.').optional(),
  })
  .describe('MGN’s replication settings of the server, under MGN’s own names.')
  .meta({ id: 'DesiredReplicationConfiguration' });

const parameterName = z
  .string()
  .min(1)
  .max(1011)
  .regex(/^[A-Za-z0-9_.-]+$/, { error: 'is no name of a parameter' });
const action = z
  .strictObject({
    active: z.boolean().describe('Whether it runs.').optional(),
    order: z.int().min(1001).max(10_000).describe('When it runs: the lowest first.').optional(),
    mustSucceedForCutover: z
      .boolean()
      .describe('Whether no cutover may be finalized without it.')
      .optional(),
    documentVersion: z
      .string()
      .regex(/^(\$DEFAULT|\$LATEST|[0-9]+)$/, { error: 'is no version of a document' })
      .describe('The version of its document.')
      .optional(),
    timeoutSeconds: z.int().min(1).max(172_800).describe('How long it may take.').optional(),
    parameters: documentParameters(
      z
        .array(
          z
            .strictObject({
              parameterName: parameterName.describe('Its name in the Parameter Store.'),
              parameterType: z
                .enum(['STRING', 'SECURE_STRING'])
                .describe('Its type in the Parameter Store.'),
            })
            .meta({ id: 'DesiredActionParameter' }),
        )
        .min(1)
        .max(10),
    ).optional(),
  })
  .describe('What a post-launch action of the server is set to.')
  .meta({ id: 'DesiredAction' });

const postLaunchActions = z
  .strictObject({
    deployment: z
      .enum(['TEST_AND_CUTOVER', 'CUTOVER_ONLY', 'TEST_ONLY'])
      .describe('After which launches actions run.')
      .optional(),
    actions: z
      .record(z.string().min(1).max(256), action)
      .refine((given) => Object.keys(given).length <= 100, { error: 'names more than 100 actions' })
      .describe('Actions that the server has, by actionID or actionName. None is added or removed.')
      .optional(),
  })
  .describe('The post-launch actions of the server.')
  .meta({ id: 'DesiredPostLaunchActions' });

/** Who has a wave's desired settings applied: a person's command alone, or the wave itself. */
export const appliers = ['by-command', 'on-approval', 'by-policy'] as const;
export type Applier = (typeof appliers)[number];

// What stands in such a file has its own form and its own page; a plan holds it as it was read.
const writtenOut = z
  .record(z.string(), z.unknown())
  .superRefine((given, context) => {
    for (const { path, message } of LaunchConfiguration.safeParse(given).error?.issues ?? []) {
      context.addIssue({
        code: 'custom',
        path,
        message,
        params: { remedy: 'see docs/drs-templates.md' },
      });
    }
  })
  .describe(
    'What `launchConfigurationFile` says, written out: a whole launch configuration (docs/drs-templates.md). Only in plans for servers of DRS.',
  );

/** The field for what servers shall be set to, in defaults, waves and for single servers. */
export const desiredField = z
  .strictObject({
    apply: z
      .enum(appliers)
      .describe(
        'When it is applied: by-command (only `landfall settings apply` does, of servers of DRS `landfall drs template apply`), on-approval (the wave shows the difference before its first launch and applies it once people have approved that phase) or by-policy (the wave applies it before its first launch; a gate, where there is one, is opened first). Default: by-command.',
      )
      .optional(),
    launchConfiguration: launchConfiguration.optional(),
    replicationConfiguration: replicationConfiguration.optional(),
    launchTemplate: launchTemplateField.optional(),
    postLaunchActions: postLaunchActions.optional(),
    launchConfigurationFile: z
      .string()
      .min(1)
      .max(512)
      .describe(
        'A file of kind LaunchConfiguration, beside the plan or by its path from there: what DRS launches its servers with (docs/drs-templates.md). Only in plans for servers of DRS; the plan keeps what it says.',
      )
      .optional(),
    configuration: writtenOut.optional(),
  })
  .superRefine(({ launchConfigurationFile, configuration }, context) => {
    if (launchConfigurationFile === undefined || configuration === undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['configuration'],
      message: 'stands beside launchConfigurationFile',
      params: { remedy: 'write one of the two' },
    });
  })
  .describe(
    'What servers shall be set to before they are launched: a wave sets it where `apply` says so, else a person by `landfall settings`, of servers of DRS by `landfall drs template`. Default: nothing.',
  )
  .meta({ id: 'Desired' });
/** What a server shall be set to; what is left out may be as it is. */
export type Desired = z.infer<typeof desiredField>;

/** Lays what one layer wants over what those below it want, field by field; maps by their keys. */
export function laidOverDesired(
  below: Desired | undefined,
  layer: Desired | undefined,
): Desired | undefined {
  if (layer === undefined) return below;
  if (below === undefined) return layer;
  const apply = layer.apply ?? below.apply;
  // A file is meant whole: it says itself what is laid over what.
  const configuration = layer.configuration ?? below.configuration;
  return {
    ...(apply === undefined ? {} : { apply }),
    ...(configuration === undefined ? {} : { configuration }),
    ...over('launchConfiguration', below, layer),
    ...over('replicationConfiguration', below, layer),
    ...launchTemplateOver(below.launchTemplate, layer.launchTemplate),
    ...actionsOver(below.postLaunchActions, layer.postLaunchActions),
  };
}

function over<K extends 'launchConfiguration' | 'replicationConfiguration'>(
  part: K,
  below: Desired,
  layer: Desired,
): Desired {
  const [under, above] = [below[part], layer[part]];
  return under === undefined && above === undefined ? {} : { [part]: { ...under, ...above } };
}

function launchTemplateOver(
  below: Desired['launchTemplate'],
  layer: Desired['launchTemplate'],
): Desired {
  if (below === undefined && layer === undefined) return {};
  const joined = (key: 'tags' | 'volumeTags') => {
    const [under, above] = [below?.[key], layer?.[key]];
    return under === undefined && above === undefined ? {} : { [key]: { ...under, ...above } };
  };
  return { launchTemplate: { ...below, ...layer, ...joined('tags'), ...joined('volumeTags') } };
}

function actionsOver(
  below: Desired['postLaunchActions'],
  layer: Desired['postLaunchActions'],
): Desired {
  if (below === undefined && layer === undefined) return {};
  const named = [
    ...new Set([...Object.keys(below?.actions ?? {}), ...Object.keys(layer?.actions ?? {})]),
  ];
  const actions = Object.fromEntries(
    named.map((name) => [name, { ...below?.actions?.[name], ...layer?.actions?.[name] }]),
  );
  return {
    postLaunchActions: { ...below, ...layer, ...(named.length === 0 ? {} : { actions }) },
  };
}
