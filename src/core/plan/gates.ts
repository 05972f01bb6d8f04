import * as z from 'zod';
import { durationField } from './duration-field.ts';

/** The phases that a plan may put a gate before, in their order. Replication changes nothing, so it needs none. */
export const gatedPhases = ['test', 'cutover', 'finalize'] as const;
/** A phase that a plan may put a gate before. */
export type GatedPhase = (typeof gatedPhases)[number];

const approval = z
  .strictObject({
    by: z
      .array(z.string().min(1).max(256))
      .min(1)
      .max(100)
      .refine((names) => new Set(names).size === names.length, { error: 'names somebody twice' })
      .describe(
        'Who may approve: IAM ARNs, or names of IAM users or roles. Default: everybody who may operate the wave.',
      )
      .optional(),
    timeout: durationField(
      'How long the wave waits for an answer (ISO 8601, at most P90D); a pause extends it. Then what was not begun of the phase ends as skipped, and what is cut over as frozen. Default: P3D.',
    ).optional(),
  })
  .describe('Who must approve before the phase begins, and how long that may take.')
  .meta({ id: 'Approval' });

const gate = z
  .strictObject({
    approval: z
      .union([approval, z.literal('none')])
      .describe(
        'A person must approve before the first server of a cohort enters the phase: `{}`, or who and how long. `none` takes away what the defaults ask for.',
      ),
  })
  .describe('What must hold before the phase begins.')
  .meta({ id: 'Gate' });

/** The field for gates, in defaults and in waves. */
export const gatesField = z
  .strictObject({
    test: gate.describe('What must hold before the test launches.').optional(),
    cutover: gate.describe('What must hold before the cutover.').optional(),
    finalize: gate.describe('What must hold before finalize, the point of no return.').optional(),
  })
  .describe(
    'What must hold before a phase begins. Only in defaults and in waves, not for single servers.',
  )
  .meta({ id: 'Gates' });

/** Who may approve a phase, and for how long a wave waits for them. */
export interface ApprovalRule {
  /** Absent: everybody who may operate the wave. */
  readonly by?: readonly string[];
  readonly timeoutSeconds: number;
}

/** A wave's gates with nothing left open; a phase without one is absent. */
export type WaveGates = Readonly<Partial<Record<GatedPhase, { readonly approval: ApprovalRule }>>>;
