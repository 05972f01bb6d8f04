import { FailureCode } from '../failure.ts';
import { launchesNothing } from '../phase.ts';
import type { Member } from './wave-view.ts';

/** Says whether a server is cut over, or failed back, by this wave and not taken back since. */
export function isCutOver({ results }: Pick<Member, 'results'>): boolean {
  const last = results.findLast(
    ({ phase }) => phase === 'cutover' || phase === 'failback' || phase === 'rollback',
  );
  return last !== undefined && last.phase !== 'rollback' && last.status === 'succeeded';
}

/** Says whether a server is finalized, retired, or was to be protected again: there is no way back any more. */
export function isFinalized({ results, arrival }: Pick<Member, 'results' | 'arrival'>): boolean {
  return (
    ('enter' in arrival && arrival.enter === 'finalize') ||
    results.some((r) => r.phase === 'finalize' && r.status === 'succeeded') ||
    isRetired({ results }) ||
    isReprotected({ results })
  );
}

/** Says whether a server is retired by this wave. */
export function isRetired({ results }: Pick<Member, 'results'>): boolean {
  return results.some((r) => r.phase === 'retire' && r.status === 'succeeded');
}

/**
 * Says whether somebody has begun to protect a failed-back server again, or to take away what it was recovered on: what
 * failed back may replicate now, and what it came from may be gone.
 */
export function isReprotected({ results }: Pick<Member, 'results'>): boolean {
  return results.some(({ phase }) => phase === 'reprotect' || phase === 'vacate');
}

const beforeLaunch: ReadonlySet<FailureCode | undefined> = new Set([
  FailureCode.OrderedSkip,
  FailureCode.WindowClosed,
  FailureCode.WaveHeld,
  FailureCode.LiveRecoveryInstance,
  FailureCode.DrillInstancePresent,
  FailureCode.NotRecoverable,
  FailureCode.StagingServerInUse,
  FailureCode.NetworkNotRecovered,
  FailureCode.NetworkPartlyRecovered,
  // What its drill has launched is left to the recovery.
  FailureCode.RecoveryTookOver,
]);

/**
 * Says whether this wave may have left something launched for a server, so that only a rollback leaves it clean. A
 * test or drill that ended well has removed its instance; a phase that an order to skip, or its window, ended had not
 * launched, and what a drill that yielded has launched is not this wave's any more.
 */
export function isLaunchLeft({ results }: Pick<Member, 'results'>): boolean {
  const last = results.findLast(
    (r) => !launchesNothing(r.phase) && !beforeLaunch.has(r.failure?.code),
  );
  if (last === undefined) return false;
  return (
    last.status === 'failed' ||
    last.phase === 'cutover' ||
    last.phase === 'finalize' ||
    last.phase === 'recover' ||
    last.phase === 'failback'
  );
}
