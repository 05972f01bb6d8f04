import type { FailureCode } from './failure.ts';
import type { OutcomeEvidence } from './outcome/evidence-of-end.ts';

/**
 * How a server's way in a wave ended. `failed`: its state is known and clean. `frozen`: its state is unknown or
 * unsafe, hands off, a person decides.
 */
export interface Outcome {
  readonly outcome: OutcomeName;
  /** One sentence for a person. */
  readonly reason: string;
  readonly code?: FailureCode;
  /** What shows it; absent where an older Landfall ended it. */
  readonly evidence?: OutcomeEvidence;
  /** What a person does next, in a sentence. */
  readonly nextAction?: string;
}

/** The five ends. */
export const outcomeNames = ['succeeded', 'skipped', 'rolled-back', 'failed', 'frozen'] as const;
export type OutcomeName = (typeof outcomeNames)[number];

/** Counts outcomes by name; every name is there. */
export function countOutcomes(outcomes: readonly Outcome[]): Readonly<Record<OutcomeName, number>> {
  const counts = { succeeded: 0, skipped: 0, 'rolled-back': 0, failed: 0, frozen: 0 };
  for (const { outcome } of outcomes) counts[outcome] += 1;
  return counts;
}
