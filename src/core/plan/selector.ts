import * as z from 'zod';

/** The replication types of MGN. */
export const ReplicationType = z
  .enum(['AGENT_BASED', 'SNAPSHOT_SHIPPING'])
  .describe('How MGN copies the server: by an agent in it, or by snapshots that vCenter takes.');
/** The replication types of MGN. */
export type ReplicationType = z.infer<typeof ReplicationType>;

/** The directions in which DRS replicates. */
export const ReplicationDirection = z
  .enum(['FAILOVER', 'FAILBACK'])
  .describe('Which way DRS copies the server: to where it would be recovered, or back.');
/** The directions in which DRS replicates. */
export type ReplicationDirection = z.infer<typeof ReplicationDirection>;

const word = z.string().min(1).max(256);

function listOf(description: string) {
  return z.array(word).min(1).max(10_000).describe(description);
}

const criteria = {
  ids: listOf('Source server ids, `s-` and 17 characters.').optional(),
  hostnames: listOf(
    'Host names or fully qualified names, in any case. A name that two servers share is refused.',
  ).optional(),
  tags: z
    .record(
      word,
      z
        .union([z.string().max(256), z.array(z.string().max(256)).min(1).max(1000)])
        .describe('A value or a list of values; write numbers, true and false in quotes.'),
    )
    .refine((tags) => Object.keys(tags).length > 0, { error: 'names no tag' })
    .describe('Tag keys, each with the value or the list of values that the tag may have.')
    .optional(),
  replicationType: z
    .union([ReplicationType, z.array(ReplicationType).min(1).max(2)])
    .describe('AGENT_BASED, SNAPSHOT_SHIPPING, or a list of both.')
    .optional(),
  replicationDirection: ReplicationDirection.describe(
    'FAILBACK picks the reversed source servers, which stand for the way back of others: without it only `ids` names them.',
  ).optional(),
  applications: listOf('Applications of MGN, by id or by name.').optional(),
  mgnWaves: listOf(
    'Waves of MGN, by id or by name; their servers are those of their applications.',
  ).optional(),
};

/** The names of the criteria, in the order in which they are looked at. */
export const criterionNames = [
  'ids',
  'hostnames',
  'tags',
  'replicationType',
  'replicationDirection',
  'applications',
  'mgnWaves',
] as const;

/** What servers may be picked by: every kind that is named must hold; within a list one is enough. */
export const Criteria = z
  .strictObject(criteria)
  .superRefine((selector, context) => {
    if (criterionNames.some((name) => selector[name] !== undefined)) return;
    context.addIssue({
      code: 'custom',
      message: 'picks nothing',
      params: { remedy: `name at least one of ${criterionNames.join(', ')}` },
    });
  })
  .describe('The servers to leave out: the same criteria as above, without `all`.')
  .meta({ id: 'Criteria' });
/** What servers may be picked by. */
export type Criteria = z.infer<typeof Criteria>;

/** Picks servers of the fleet. */
export const Selector = z
  .strictObject({
    all: z.literal(true).describe('`true` picks every server of the fleet.').optional(),
    ...criteria,
    exclude: Criteria.optional(),
  })
  .superRefine((selector, context) => {
    const named = criterionNames.filter((name) => selector[name] !== undefined);
    if (selector.all === true && named.length > 0) {
      context.addIssue({
        code: 'custom',
        message: `asks for all servers and for some by ${named.join(', ')}`,
        params: { remedy: 'keep `all: true` or the criteria, not both' },
      });
    }
    if (selector.all === undefined && named.length === 0) {
      context.addIssue({
        code: 'custom',
        message: 'picks nothing',
        params: {
          remedy: `write \`all: true\`, or name at least one of ${criterionNames.join(', ')}`,
        },
      });
    }
  })
  .describe(
    'Which servers: `all: true`, or criteria. Different criteria must all hold; within a list one is enough; `exclude` takes away.',
  )
  .meta({ id: 'Selector' });
/** Picks servers of the fleet. */
export type Selector = z.infer<typeof Selector>;
