import * as z from 'zod';

const subnet = z
  .string()
  .regex(/^subnet-[0-9a-f]{8,17}$/, { error: 'is no subnet id like subnet-0f1e2d3c4b5a69788' });
const securityGroups = z
  .array(
    z.string().regex(/^sg-[0-9a-f]{8,17}$/, {
      error: 'is no security group id like sg-0f1e2d3c4b5a69788',
    }),
  )
  .max(16)
  .refine((ids) => new Set(ids).size === ids.length, { error: 'names a security group twice' });
const instanceType = z
  .string()
  .max(255)
  .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, { error: 'is no instance type like m5.large' });
/** The field for tags: at most so many, none of AWS's own. */
export const tagsField = (most: number, description: string) =>
  z
    .record(
      z
        .string()
        .min(1)
        .max(128)
        .refine((key) => !/^aws:/i.test(key), { error: 'begins with aws:, which is reserved' }),
      z.string().max(256),
    )
    .refine((given) => Object.keys(given).length <= most, { error: `has more than ${most} tags` })
    .describe(description);

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

const volumes = z
  .strictObject({
    type: z.enum(['gp2', 'gp3', 'io1', 'io2', 'st1', 'sc1', 'standard']).describe('Their type.'),
    iops: z.int().min(100).max(64_000).describe('Their IOPS; io1 and io2 need it.').optional(),
    throughput: z
      .int()
      .min(125)
      .max(1000)
      .describe('Their throughput in MiB/s; only of gp3.')
      .optional(),
  })
  .superRefine(({ type, iops, throughput }, context) => {
    const refuse = (message: string, remedy: string) =>
      context.addIssue({ code: 'custom', message, params: { remedy } });
    if ((type === 'io1' || type === 'io2') && iops === undefined) {
      refuse(`${type} needs iops`, 'name iops beside type');
    }
    if (iops !== undefined && !['gp3', 'io1', 'io2'].includes(type)) {
      refuse(`${type} takes no iops`, 'leave out iops');
    }
    if (throughput !== undefined && type !== 'gp3') {
      refuse(`${type} takes no throughput`, 'leave out throughput');
    }
  })
  .describe('All volumes of the instance.')
  .meta({ id: 'DesiredVolumes' });

/** The field for what the default version of a server's EC2 launch template says. */
export const launchTemplateField = z
  .strictObject({
    instanceType: instanceType
      .describe('Its instance type; needs targetInstanceTypeRightSizingMethod NONE.')
      .optional(),
    subnetId: subnet.describe('The subnet that it is launched into.').optional(),
    securityGroupIds: securityGroups
      .min(1)
      .describe('Its security groups, all of them.')
      .optional(),
    privateIpAddress: z
      .ipv4({ error: 'is no IPv4 address' })
      .describe('Its private address; needs copyPrivateIp false.')
      .optional(),
    associatePublicIpAddress: z.boolean().describe('Whether it gets a public address.').optional(),
    iamInstanceProfile: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[\w+=,.@-]+$/, { error: 'is no name of an instance profile' })
      .describe('The name of its instance profile.')
      .optional(),
    httpTokens: z
      .enum(['optional', 'required'])
      .describe('Whether its metadata asks for a token (IMDSv2: required).')
      .optional(),
    httpPutResponseHopLimit: z
      .int()
      .min(1)
      .max(64)
      .describe('How many hops a token may go.')
      .optional(),
    ebsOptimized: z.boolean().describe('Whether it is EBS-optimized.').optional(),
    disableApiTermination: z
      .boolean()
      .describe('Whether it is protected from termination.')
      .optional(),
    tags: tagsField(40, 'Tags that the instance gets besides those that it has.').optional(),
    volumeTags: tagsField(40, 'Tags that its volumes get besides those that they have.').optional(),
    volumes: volumes.optional(),
  })
  .describe(
    'What the default version of the server’s EC2 launch template says. It is set by a new version.',
  )
  .meta({ id: 'DesiredLaunchTemplate' });

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
    parameters: z
      .record(
        z
          .string()
          .max(1011)
          .regex(/^[A-Za-z0-9]+$/, { error: 'is no name of a parameter of a document' }),
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
      )
      .refine((given) => Object.keys(given).length <= 20, { error: 'has more than 20 parameters' })
      .describe(
        'The parameters of its document, all of them, by their names in the Parameter Store.',
      )
      .optional(),
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

/** The field for what MGN and EC2 shall be set to, in defaults, waves and for single servers. */
export const desiredField = z
  .strictObject({
    apply: z
      .enum(appliers)
      .describe(
        'When it is applied: by-command (only `landfall settings apply` does), on-approval (the wave shows the difference before its first launch and applies it once people have approved that phase) or by-policy (the wave applies it before its first launch; a gate, where there is one, is opened first). Default: by-command.',
      )
      .optional(),
    launchConfiguration: launchConfiguration.optional(),
    replicationConfiguration: replicationConfiguration.optional(),
    launchTemplate: launchTemplateField.optional(),
    postLaunchActions: postLaunchActions.optional(),
  })
  .describe(
    'What MGN and the EC2 launch template shall be set to: `landfall settings` shows the difference, applies it and puts it back; so does a wave, where `apply` says so. Default: nothing.',
  )
  .meta({ id: 'Desired' });
/** What MGN and EC2 shall be set to for a server; what is left out may be as it is. */
export type Desired = z.infer<typeof desiredField>;

/** Lays what one layer wants over what those below it want, field by field; maps by their keys. */
export function laidOverDesired(
  below: Desired | undefined,
  layer: Desired | undefined,
): Desired | undefined {
  if (layer === undefined) return below;
  if (below === undefined) return layer;
  const apply = layer.apply ?? below.apply;
  return {
    ...(apply === undefined ? {} : { apply }),
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
