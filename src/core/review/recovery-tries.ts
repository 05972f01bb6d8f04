import { FailureCode } from '../failure.ts';
import type { PhaseResult } from './wave-view.ts';

// These came between a launch and its end, and say nothing against the instance.
const interrupting: ReadonlySet<FailureCode | undefined> = new Set([
  FailureCode.ServerHeld,
  FailureCode.WindowClosed,
  FailureCode.WaveHeld,
  // Before their networks are there nothing is launched.
  FailureCode.NetworkNotRecovered,
  FailureCode.NetworkPartlyRecovered,
]);

/** What the tries to recover a server come to, since it was taken back last. */
export interface RecoveryTries {
  /** Whether one has failed, so that the next goes back to an older recovery point. */
  readonly failed: boolean;
  /** Whether the last was only interrupted: what it launched is gone on with. */
  readonly interrupted: boolean;
}

/** Reads what earlier tries to recover a server mean for the next one. */
export function recoveryTries(
  results: readonly Pick<PhaseResult, 'phase' | 'status' | 'failure'>[],
): RecoveryTries {
  const back = results.findLastIndex(
    ({ phase, status }) => phase === 'rollback' && status === 'succeeded',
  );
  const tries = results
    .slice(back + 1)
    .filter(({ phase, status }) => phase === 'recover' && status === 'failed');
  const last = tries.at(-1);
  return {
    failed: tries.some(({ failure }) => !interrupting.has(failure?.code)),
    interrupted: last !== undefined && interrupting.has(last.failure?.code),
  };
}
