import * as z from 'zod';
import { durationField } from './duration-field.ts';
import { OwnRule } from './own-rule.ts';

/** The rules that Landfall brings along, in the order of the documentation; core/preflight has them. */
export const preflightRuleIds = [
  'job-headroom',
  'active-servers',
  'vcpu-quota',
  'test-instances-left',
  'drill-instances-left',
  'launch-template-present',
  'launch-template-as-recorded',
  'subnet-set',
  'free-addresses',
  'right-sizing',
  'instance-type-offered',
  'launch-settings-as-recorded',
  'replication-settings-as-recorded',
  'post-launch-actions-as-recorded',
  'post-launch-actions-told',
  'configuration-readable',
  'agent-heard',
  'vcenter-client-heard',
  'free-period-ending',
  'powered-off-or-template',
  'server-in-two-waves',
  'dependency-in-later-wave',
  'nitro-supported',
  'byol-tenancy',
  'launch-into-instance',
  'extension-healthy',
  'launchable',
  'recovery-point-kept',
  'drilled-before',
  'launch-template-proven',
  'settings-as-template',
] as const;
/** The field for the preflight, in defaults and in waves. */
export const preflightField = z
  .strictObject({
    rules: z
      .partialRecord(z.enum(preflightRuleIds), z.enum(['blocking', 'warning', 'off']))
      .describe(
        'What single rules are in this wave: `blocking`, `warning` or `off`, by the name of the rule (docs/preflight.md). Default: as each rule is by itself.',
      )
      .optional(),
    timeout: durationField(
      'How long a phase waits that a blocking rule keeps from starting (ISO 8601, at most P90D); a pause extends it. Then its servers end as skipped, or as frozen where they are cut over. Default: P3D.',
    ).optional(),
    mustSucceed: z
      .array(z.string().min(1).max(256))
      .max(50)
      .describe(
        'Post-launch actions that each server must have, active, and that must succeed for the cutover. Default: none.',
      )
      .optional(),
    own: z
      .array(OwnRule)
      .max(50)
      .describe('Rules of your own; their form is in docs/preflight.md. Default: none.')
      .optional(),
    rulesFile: z
      .string()
      .min(1)
      .max(512)
      .describe(
        'A file of own rules, beside the plan or by its path from there; its rules are added to `own`.',
      )
      .optional(),
  })
  .describe(
    'What is checked before each phase, and every hour while a wave waits. Only in defaults and in waves, not for single servers.',
  )
  .meta({ id: 'Preflight' });

/** What the plan says of a wave's preflight, with nothing left open. */
export interface PreflightPlan {
  /** Rules that are something else than they are by themselves. */
  readonly rules: Readonly<Partial<Record<string, 'blocking' | 'warning' | 'off'>>>;
  /** How long a blocked phase waits before its servers are given up. */
  readonly timeoutSeconds: number;
  readonly mustSucceed: readonly string[];
  readonly own: readonly OwnRule[];
}

/** The preflight of a plan that says nothing about it. */
export const builtInPreflight: PreflightPlan = {
  rules: {},
  timeoutSeconds: 3 * 86_400,
  mustSucceed: [],
  own: [],
};
