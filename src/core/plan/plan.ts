import * as z from 'zod';
import { planApiVersion } from './api-version.ts';
import { scheduleField } from './schedule-field.ts';
import { Selector } from './selector.ts';
import { serverSettingsFields, settingsFields } from './settings.ts';
import { calendarsField } from './windows.ts';

/** The kinds of plan; plan-kind.ts says what each is for. */
export const planKinds = [
  'Migration',
  'Protection',
  'Drill',
  'Recovery',
  'Failback',
  'Retirement',
] as const;
/** What a plan is for. */
export type PlanKind = (typeof planKinds)[number];

/** The longest name that a plan with a schedule may have: each run adds its date to it. */
export const longestScheduledName = 15;

// Execution names are built from these and may have 80 characters (design 13).
function kebab(longest: number, description: string) {
  return z
    .string()
    .max(longest)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
      error: 'is no name of lower-case letters, digits and single hyphens',
    })
    .describe(description);
}

const tier = z
  .strictObject({
    name: kebab(
      18,
      'The name of the tier: lower-case letters, digits, hyphens; at most 18 characters.',
    ),
    servers: Selector.describe('Which servers of the wave belong to the tier.'),
  })
  .meta({ id: 'Tier' });

/** One wave of a plan: servers that move together. */
export const PlanWave = z
  .strictObject({
    name: kebab(
      18,
      'The name of the wave: lower-case letters, digits, hyphens; at most 18 characters.',
    ),
    description: z.string().max(600).describe('What the wave is, for people.').optional(),
    servers: Selector.describe('Which servers of the fleet the wave moves, at most 1,000.'),
    dependsOn: z
      .array(z.string())
      .max(100)
      .describe('The waves that must have concluded before this one starts.')
      .optional(),
    tiers: z
      .array(tier)
      .min(1)
      .max(20)
      .describe(
        'The order of the cutover inside the wave: the first tier first. Servers that no tier picks come last.',
      )
      .optional(),
    ...settingsFields,
  })
  .meta({ id: 'Wave' });
/** One wave of a plan: servers that move together. */
export type PlanWave = z.infer<typeof PlanWave>;

/** Settings for single servers, whatever wave they are in. */
export const PlanOverride = z
  .strictObject({
    servers: Selector.describe('Which servers these settings are for.'),
    ...serverSettingsFields,
  })
  .meta({ id: 'ServerOverride' });
/** Settings for single servers, whatever wave they are in. */
export type PlanOverride = z.infer<typeof PlanOverride>;

/** The file that a person writes: which servers move, in which waves, and how careful to be. */
export const Plan = z.strictObject({
  apiVersion: z.literal(planApiVersion).describe('The version of this form: `landfall/v1`.'),
  kind: z
    .enum(planKinds)
    .describe(
      'What the plan does: `Migration` moves servers of MGN; `Protection` has servers of DRS replicate until they can be recovered; `Drill` launches drill instances, looks whether they are well, and takes them away again; `Recovery` launches servers of DRS for real, tier by tier; `Failback` moves what was recovered back to where it came from; `Retirement` ends the protection of servers of DRS for good.',
    ),
  metadata: z
    .strictObject({
      name: kebab(
        24,
        'The name of the plan: lower-case letters, digits, hyphens; at most 24 characters.',
      ),
      description: z.string().max(600).describe('What the plan is for, for people.').optional(),
    })
    .describe('What the plan is called.'),
  spec: z
    .strictObject({
      defaults: z
        .strictObject(settingsFields)
        .describe('Settings for every wave and server that do not say otherwise.')
        .meta({ id: 'Settings' })
        .optional(),
      waves: z.array(PlanWave).min(1).max(100).describe('The waves, one or more.'),
      calendars: calendarsField.optional(),
      schedule: scheduleField.optional(),
      servers: z
        .array(PlanOverride)
        .max(1000)
        .describe(
          'Settings for single servers. Where several entries pick a server, the later one wins, field by field.',
        )
        .optional(),
    })
    .describe('What the plan asks for.'),
});
/** The file that a person writes. */
export type Plan = z.infer<typeof Plan>;
