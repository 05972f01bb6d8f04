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
