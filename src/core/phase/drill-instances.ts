import type { RecoveryInstanceObservation } from '../observation/recovery-instance.ts';

/** Whose recovery instances are meant, and by which job they were launched. */
export interface LaunchedBy {
  readonly server: string;
  readonly jobId: string | undefined;
}

/**
 * The instances of a server that may be terminated after a drill: those that DRS calls drill instances, launched by the
 * given job. Never a live one, and never one of somebody else's drill (reference/drs.md 7.2).
 */
export function ownDrillInstances(
  instances: Iterable<RecoveryInstanceObservation>,
  { server, jobId }: LaunchedBy,
): readonly RecoveryInstanceObservation[] {
  if (jobId === undefined) return [];
  return [...instances].filter(
    (one) => one.sourceServerId === server && one.isDrill === true && one.jobId === jobId,
  );
}

/**
 * The live instances of a server that a recovery launched and its rollback may terminate: those of the given jobs of its
 * own wave, and no others (reference/drs.md 7.3).
 */
export function ownLiveInstances(
  instances: Iterable<RecoveryInstanceObservation>,
  { server, jobIds }: { readonly server: string; readonly jobIds: readonly string[] },
): readonly RecoveryInstanceObservation[] {
  return [...instances].filter(
    (one) =>
      one.sourceServerId === server &&
      one.isDrill === false &&
      one.jobId !== undefined &&
      jobIds.includes(one.jobId),
  );
}
