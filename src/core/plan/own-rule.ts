import * as z from 'zod';

const phases = [
  'replicate',
  'test',
  'cutover',
  'finalize',
  'protect',
  'drill',
  'recover',
  'retire',
] as const;

/** The settings of a server that a condition may ask for, as ASPECT.FIELD. */
export const aspectNames = [
  'launch-configuration',
  'launch-template',
  'replication-configuration',
  'post-launch-actions',
] as const;

/** What a condition of an own rule may ask of a server, beside `tags.KEY` and `ASPECT.FIELD`. */
export const serverFactNames = [
  'hostname',
  'tier',
  'lifecycle',
  'replicationState',
  'replicationType',
  'stalled',
  'agentStale',
  'freePeriodUsed',
  'instanceId',
  'postLaunch',
  'recommendedType',
] as const;

const fact = z
  .string()
  .max(256)
  .refine(isKnownFact, { error: 'is no fact of a server' })
  .describe(
    'A fact of a server: `lifecycle`, `tags.KEY`, or a setting as `launch-template.instanceType` (docs/preflight.md).',
  );
const scalar = z.union([z.string().max(256), z.number(), z.boolean()]);
/** One comparison of a fact. */
export const OwnComparison = z
  .strictObject({
    fact,
    is: scalar.describe('The fact has this value.').optional(),
    isNot: scalar.describe('The fact is there and has another value.').optional(),
    oneOf: z.array(scalar).min(1).max(100).describe('The fact has one of these values.').optional(),
    matches: z
      .string()
      .max(256)
      .describe('The fact looks like this, in which `*` stands for any characters.')
      .optional(),
    above: z.number().describe('The fact is a number above this.').optional(),
    below: z.number().describe('The fact is a number below this.').optional(),
    missing: z
      .boolean()
      .describe('`true`: the server has no such fact; `false`: it has.')
      .optional(),
  })
  .refine((given) => Object.keys(given).length === 2, {
    error: 'must have a fact and exactly one of is, isNot, oneOf, matches, above, below, missing',
  });

/** One comparison of a fact. */
export type OwnComparison = z.infer<typeof OwnComparison>;

/** What must be so of a server for an own rule to find something: one comparison, or several together. */
export type OwnCondition =
  | OwnComparison
  | { readonly all: readonly OwnCondition[] }
  | { readonly any: readonly OwnCondition[] }
  | { readonly not: OwnCondition };

const condition: z.ZodType<OwnCondition> = z.lazy(() =>
  z.union([
    OwnComparison,
    z.strictObject({ all: z.array(condition).min(1).max(20) }),
    z.strictObject({ any: z.array(condition).min(1).max(20) }),
    z.strictObject({ not: condition }),
  ]),
);

/** A rule that a user adds: which servers it finds, before which phases, and what it says of them. */
export const OwnRule = z
  .strictObject({
    id: z
      .string()
      .max(64)
      .regex(/^own\/[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'is no name like own/has-an-owner' }),
    severity: z.enum(['blocking', 'warning']),
    phases: z.array(z.enum(phases)).min(1).max(8),
    when: condition.describe('Which servers it finds.'),
    message: z.string().min(1).max(300).describe('What is wrong with them.'),
    remedy: z.string().min(1).max(300).describe('What a person does about it.'),
  })
  .describe('A rule of your own.');
export type OwnRule = z.infer<typeof OwnRule>;

/** A file of own rules. */
export const OwnRuleFile = z.strictObject({
  apiVersion: z.literal('landfall/v1'),
  kind: z.literal('PreflightRules'),
  rules: z
    .array(OwnRule)
    .min(1)
    .max(50)
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, {
      error: 'has two rules of the same id',
    }),
});

function isKnownFact(name: string): boolean {
  if (/^tags\..+/.test(name)) return true;
  if (serverFactNames.some((known) => known === name)) return true;
  return aspectNames.some(
    (aspect) => name.startsWith(`${aspect}.`) && name.length > aspect.length + 1,
  );
}
