import * as z from 'zod';
import { durationField } from './duration-field.ts';

/** What a policy may ask for, in the order in which it is judged. */
export const policyChecks = [
  'tests-succeeded',
  'instances-healthy',
  'no-failures',
  'tolerance-kept',
  'first-attempts',
] as const;
/** One thing that a policy asks for before it approves. */
export type PolicyCheck = (typeof policyChecks)[number];

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
    approvers: z
      .int()
      .min(1)
      .max(10)
      .describe('How many different people must approve; one denial denies. Default: 1.')
      .optional(),
    fourEyes: z
      .boolean()
      .describe(
        'Whether somebody else than who started the plan must be among those who approve. Default: false.',
      )
      .optional(),
    policy: z
      .string()
      .max(40)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
        error: 'is no name of lower-case letters, digits and single hyphens',
      })
      .describe(
        'The name of a policy that approves instead of a person, when all of `when` hold; where they do not, people are asked.',
      )
      .optional(),
    when: z
      .array(z.enum(policyChecks))
      .min(1)
      .refine((list) => new Set(list).size === list.length, { error: 'names a check twice' })
      .describe(
        'What the policy asks for: tests-succeeded (every server that waits has passed its test), instances-healthy (each cut-over instance was healthy), no-failures (no server of the wave has failed), tolerance-kept (no more than the plan tolerates), first-attempts (no server needed a second try).',
      )
      .optional(),
  })
  .superRefine(({ policy, when }, context) => {
    if ((policy === undefined) === (when === undefined)) return;
    context.addIssue({
      code: 'custom',
      message: policy === undefined ? 'has `when` without a policy' : 'has a policy without `when`',
      params: { remedy: 'write both policy: NAME and when: [tests-succeeded, …], or neither' },
    });
  })
  .describe('Who must approve before the phase begins, and how long that may take.')
  .meta({ id: 'Approval' });

/** The field for a gate's approval. */
export const approvalField = z
  .union([approval, z.literal('none')])
  .describe(
    'A person must approve before the first server of a cohort enters the phase: `{}`, or who and how long. `none` takes away what the defaults ask for.',
  );

/** Who may approve a phase, and for how long a wave waits for them. */
export interface ApprovalRule {
  /** Absent: everybody who may operate the wave. */
  readonly by?: readonly string[];
  readonly timeoutSeconds: number;
  /** How many different people must approve; one where it is absent. */
  readonly approvers?: number;
  /** Whether somebody else than who started the plan must be among them. */
  readonly fourEyes?: true;
  /** What approves instead of a person, where all that it asks for holds. */
  readonly policy?: { readonly name: string; readonly when: readonly PolicyCheck[] };
}
