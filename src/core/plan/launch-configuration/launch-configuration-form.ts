import * as z from 'zod';
import type { JsonObject } from '../../fleet/document.ts';
import type { Freeze } from '../../window/schedule.ts';
import { planApiVersion } from '../api-version.ts';
import { documentParameters } from '../document-parameters.ts';
import { launchTemplateField, tagsField } from '../launch-template-field.ts';
import { acceptedPeriod, calendarsField } from '../windows.ts';

/** What is done about drift. */
export const driftModes = ['report', 'fix', 'fix-outside-freeze', 'restore'] as const;
export type DriftMode = (typeof driftModes)[number];

const name = (longest: number, description: string) =>
  z
    .string()
    .max(longest)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
      error: 'is no name of lower-case letters, digits and single hyphens',
    })
    .describe(description);

// The fields that an account's template and a server both have (reference: DRS 2.2).
const launchFields = {
  launchDisposition: z
    .enum(['STARTED', 'STOPPED'])
    .describe('Whether a launched instance is started.')
    .optional(),
  targetInstanceTypeRightSizingMethod: z
    .enum(['NONE', 'BASIC', 'IN_AWS'])
    .describe(
      'Who chooses the instance type: the EC2 launch template (NONE), DRS by the hardware (BASIC), or the source instance in AWS (IN_AWS).',
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
  licensing: z
    .strictObject({ osByol: z.boolean().describe('Whether you bring the licence.') })
    .describe('Whose licence of the operating system it runs under.')
    .meta({ id: 'LaunchLicensing' })
    .optional(),
  postLaunchEnabled: z.boolean().describe('Whether launch actions run.').optional(),
};

const templateField = z
  .strictObject({
    ...launchFields,
    exportBucketArn: z
      .string()
      .min(20)
      .max(2048)
      .regex(/^arn:[\w-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
        error: 'is no ARN of a bucket like arn:aws:s3:::my-bucket',
      })
      .describe('The bucket that templates of source networks are exported to.')
      .optional(),
    launchIntoSourceInstance: z
      .boolean()
      .describe(
        'Whether a failback launches into the instance that was the source; needs copyTags and copyPrivateIp false.',
      )
      .optional(),
    tags: tagsField(50, 'The tags of the template itself, all of them.').optional(),
  })
  .describe(
    'The account’s launch configuration template, under DRS’s own names: what servers that are added from now on begin with.',
  )
  .meta({ id: 'LaunchConfigurationTemplate' });

const serverField = z
  .strictObject({
    ...launchFields,
    launchIntoInstanceProperties: z
      .strictObject({
        launchIntoEC2InstanceID: z
          .string()
          .regex(/^i-[0-9a-f]{8,17}$/, { error: 'is no id of an instance' })
          .describe('The instance to launch into.'),
      })
      .describe(
        'The instance that the server is launched into; never touched unless it is named. Needs copyTags and copyPrivateIp false.',
      )
      .meta({ id: 'LaunchIntoInstance' })
      .optional(),
  })
  .describe('The launch settings of servers, under DRS’s own names.')
  .meta({ id: 'ServerLaunchConfiguration' });

const actionField = z
  .strictObject({
    name: z
      .string()
      .max(256)
      .regex(/^[A-Za-z0-9][A-Za-z0-9 /_-]*$/, { error: 'is no name of a launch action' })
      .describe('What it is called; needed.')
      .optional(),
    actionCode: z
      .string()
      .max(1011)
      .regex(/^[A-Za-z0-9/:-]+$/, { error: 'is no name of a document of Systems Manager' })
      .describe('Its document of Systems Manager, by name or ARN; needed.')
      .optional(),
    order: z
      .int()
      .min(2)
      .max(10_000)
      .describe('When it runs: the lowest first, each number once; needed.')
      .optional(),
    actionVersion: z
      .string()
      .max(10)
      .regex(/^(\$DEFAULT|\$LATEST|[0-9]+)$/, { error: 'is no version of a document' })
      .describe('The version of its document. Default: `$DEFAULT`.')
      .optional(),
    optional: z
      .boolean()
      .describe('Whether the launch counts as succeeded without it. Default: false.')
      .optional(),
    active: z.boolean().describe('Whether it runs. Default: true.').optional(),
    category: z
      .enum(['MONITORING', 'VALIDATION', 'CONFIGURATION', 'SECURITY', 'OTHER'])
      .describe('What it is for. Default: OTHER.')
      .optional(),
    description: z
      .string()
      .max(1024)
      .regex(/^[0-9a-zA-Z ():/.,'\-_#*;]*$/, { error: 'has a character that DRS does not take' })
      .describe('What it does, for people. Default: none.')
      .optional(),
    parameters: documentParameters(
      z
        .strictObject({
          type: z
            .enum(['SSM_STORE', 'DYNAMIC'])
            .describe('Whether it is read from the Parameter Store or known to DRS.'),
          value: z
            .string()
            .max(1011)
            .regex(/^[A-Za-z0-9.-]+$/, { error: 'is no name of a parameter' })
            .describe('Its name in the Parameter Store, or DRS’s name for it.'),
        })
        .meta({ id: 'LaunchActionParameter' }),
    ).optional(),
  })
  .describe('A launch action.')
  .meta({ id: 'LaunchAction' });

const actionsField = z
  .record(
    z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, {
      error: 'is no id of a launch action: a UUID in lower case',
    }),
    z.union([actionField, z.literal('none')]),
  )
  .refine((given) => Object.keys(given).length <= 200, { error: 'names more than 200 actions' })
  .describe(
    'Launch actions by their ids, all of them: what is not named goes away. `none` takes one away that is named further up.',
  );

/** What a layer may say of servers. */
export const ServerLayer = z.strictObject({
  launchConfiguration: serverField.optional(),
  launchTemplate: launchTemplateField.optional(),
  launchActions: actionsField.optional(),
});
/** What a layer says of servers. */
export type ServerLayer = z.infer<typeof ServerLayer>;

/** What a layer may say of a target. */
export const TargetLayer = z.strictObject({
  template: templateField.optional(),
  launchActions: actionsField.optional(),
  launchTemplate: launchTemplateField.optional(),
});
/** What a layer says of a target: its template, and what all of its servers begin with. */
export type TargetLayer = z.infer<typeof TargetLayer>;

const targetName = z.string().regex(/^drs:\d{12}:[a-z]{2}(-[a-z]+)+-\d{1,2}$/, {
  error: 'is no target of DRS like drs:111122223333:eu-central-1',
});
const targets = z
  .array(targetName)
  .min(1)
  .max(100)
  .refine((names) => new Set(names).size === names.length, { error: 'names a target twice' });
const words = z.array(z.string().min(1).max(256)).min(1).max(1000);

const forTargets = z
  .strictObject({
    targets: targets.describe('Which targets this is for.'),
    ...TargetLayer.shape,
  })
  .meta({ id: 'ForTargets' });
const byTag = z
  .strictObject({
    order: z
      .int()
      .min(1)
      .max(1000)
      .describe(
        'When it is laid over the others: the highest last, so it wins. Entries of one order must not contradict each other.',
      ),
    tags: z
      .record(
        z.string().min(1).max(128),
        z.union([z.string().max(256), z.array(z.string().max(256)).min(1).max(100)]),
      )
      .refine((given) => Object.keys(given).length > 0, { error: 'names no tag' })
      .describe('The tags that a server must have, each with its value or one of a list.'),
    ...ServerLayer.shape,
  })
  .meta({ id: 'ByTag' });
const byServer = z
  .strictObject({
    ids: words.describe('Source server ids.').optional(),
    hostnames: words.describe('Host names, in any case.').optional(),
    ...ServerLayer.shape,
  })
  .refine(({ ids, hostnames }) => ids !== undefined || hostnames !== undefined, {
    error: 'names no server: name ids or hostnames',
  })
  .meta({ id: 'ByServer' });

/** The file in which a person says what DRS launches with. */
export const LaunchConfiguration = z.strictObject({
  apiVersion: z.literal(planApiVersion).describe('The version of this form: `landfall/v1`.'),
  kind: z.literal('LaunchConfiguration').describe('`LaunchConfiguration`.'),
  metadata: z
    .strictObject({
      name: name(24, 'What it is called: lower-case letters, digits, hyphens; at most 24.'),
      description: z.string().max(600).describe('What it is for, for people.').optional(),
    })
    .describe('What it is called.'),
  spec: z
    .strictObject({
      targets: targets
        .describe('The targets of DRS that it is for. Default: all that the stage watches.')
        .optional(),
      ...TargetLayer.shape,
      forTargets: z
        .array(forTargets)
        .max(100)
        .describe('What is otherwise in some targets, field by field.')
        .optional(),
      byTag: z
        .array(byTag)
        .max(200)
        .describe('What is otherwise for servers with tags, laid over in their order.')
        .optional(),
      byServer: z
        .array(byServer)
        .max(1000)
        .describe('What is otherwise for single servers, laid over last.')
        .optional(),
      calendars: calendarsField
        .describe('Freeze calendars by name: the periods in which drift is not fixed.')
        .optional(),
      drift: z
        .strictObject({
          mode: z
            .enum(driftModes)
            .describe(
              'report, fix, fix-outside-freeze, or restore (to what was before Landfall changed it). Default: report.',
            ),
          freezes: z
            .array(z.string())
            .min(1)
            .max(20)
            .describe('The calendars that fix-outside-freeze keeps to. Default: all of them.')
            .optional(),
        })
        .describe('What `landfall drs template drift` does where `--mode` does not say it.')
        .meta({ id: 'Drift' })
        .optional(),
    })
    .superRefine(({ drift, calendars = {} }, context) => {
      for (const [i, calendar] of (drift?.freezes ?? []).entries()) {
        if (Object.hasOwn(calendars, calendar)) continue;
        context.addIssue({
          code: 'custom',
          path: ['drift', 'freezes', i],
          message: `there is no calendar ${JSON.stringify(calendar)} under spec.calendars`,
        });
      }
    })
    .describe('What is wanted.'),
});
/** The file in which a person says what DRS launches with. */
export type LaunchConfiguration = z.infer<typeof LaunchConfiguration>;

/** Answers the form as JSON Schema (draft 7, which editors read), generated from the schema in code. */
export function launchConfigurationJsonSchema(): JsonObject {
  const schema: JsonObject = z.toJSONSchema(LaunchConfiguration, {
    target: 'draft-7',
    io: 'input',
  });
  return {
    $schema: schema['$schema'],
    title: 'Landfall launch configuration',
    description: 'What Elastic Disaster Recovery launches servers with, by account and Region.',
    ...schema,
  };
}

/** The freezes that fixing drift keeps to. */
export function freezesOf({ spec }: LaunchConfiguration): readonly Freeze[] {
  const { calendars = {}, drift } = spec;
  return (drift?.freezes ?? Object.keys(calendars)).map((calendar) => ({
    name: calendar,
    periods: (calendars[calendar] ?? []).map(acceptedPeriod),
  }));
}
