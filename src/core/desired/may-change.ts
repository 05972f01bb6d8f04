import type { Observation } from '../observation.ts';

/** What is known of a server when its settings are about to be changed. */
export interface ChangeMoment {
  readonly observation: Pick<Observation, 'hostname' | 'isArchived' | 'lifecycle'> | undefined;
  /** The job that launches it now, where one does. */
  readonly launchingJob: string | undefined;
  /** The wave that has queued its launch, where one has. */
  readonly queuedBy: string | undefined;
}

// A cutover's instance is there: what is set now changes nothing of it.
const pastCutover = new Set(['CUTTING_OVER', 'CUTOVER', 'DISCONNECTED']);

/** Says why a server's settings must not be changed now; undefined where they may. */
export function closedBecause(
  what: 'apply' | 'restore',
  { observation, launchingJob, queuedBy }: ChangeMoment,
): string | undefined {
  if (observation === undefined) return 'MGN does not list it any more';
  const { isArchived, lifecycle } = observation;
  if (isArchived) return 'it is archived';
  if (what === 'apply' && lifecycle !== undefined && pastCutover.has(lifecycle)) {
    return `it is past its cutover (${lifecycle})`;
  }
  if (launchingJob !== undefined) {
    return `job ${launchingJob} is launching it: wait until the job has ended`;
  }
  if (queuedBy !== undefined) {
    return `wave ${queuedBy} has queued its launch: wait for it, or pause the server and let it run out`;
  }
  return undefined;
}
