import * as z from 'zod';

/** The field for a subnet. */
export const subnet = z
  .string()
  .regex(/^subnet-[0-9a-f]{8,17}$/, { error: 'is no subnet id like subnet-0f1e2d3c4b5a69788' });
/** The field for security groups, each once. */
export const securityGroups = z
  .array(
    z.string().regex(/^sg-[0-9a-f]{8,17}$/, {
      error: 'is no security group id like sg-0f1e2d3c4b5a69788',
    }),
  )
  .max(16)
  .refine((ids) => new Set(ids).size === ids.length, { error: 'names a security group twice' });
/** The field for an instance type. */
export const instanceType = z
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
/** What the default version of a server's EC2 launch template shall say; what is left out may be as it is. */
export type LaunchTemplateWanted = z.infer<typeof launchTemplateField>;
