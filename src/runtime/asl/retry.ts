import type { Retrier } from './definition.ts';
import { limits } from './limits.ts';
import { States } from './state-error.ts';

// States.Runtime is never caught, and States.ALL does not catch States.DataLimitExceeded
// (AWS Developer Guide, Handling errors in Step Functions workflows).
const beyondWildcards: readonly string[] = [States.runtime, States.dataLimitExceeded];

/** Says whether a list of error names covers an error, wildcards included. */
export function errorMatches(errorEquals: readonly string[], error: string): boolean {
  if (error === States.runtime) return false;
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (name === States.all) return !beyondWildcards.includes(error);
    if (name === States.taskFailed)
      return error !== States.timeout && !beyondWildcards.includes(error);
    return name === States.timeout && error === States.heartbeatTimeout;
  });
}

/**
 * Says how many milliseconds to wait before the retry with this ordinal (1 is the first). `chance` from 0
 * to 1 is used only where the retrier asks for jitter.
 */
export function backoffMs(retrier: Retrier, ordinal: number, chance: number): number {
  const seconds = Math.min(
    retrier.IntervalSeconds * retrier.BackoffRate ** (ordinal - 1),
    retrier.MaxDelaySeconds ?? limits.seconds,
  );
  const ms = Math.round(seconds * 1000);
  return retrier.JitterStrategy === 'FULL' ? Math.round(ms * chance) : ms;
}
