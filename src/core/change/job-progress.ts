import { isOpen, type JobObservation } from '../job.ts';

/** How many servers of a job have each launch status, by its name in the order of the alphabet. */
export type JobCounts = Readonly<Record<string, number>>;

/** Counts a job's servers by launch status; one that tells none is UNKNOWN. */
export function countsOf(job: Pick<JobObservation, 'servers'>): JobCounts {
  const counts = new Map<string, number>();
  for (const { launchStatus = 'UNKNOWN' } of job.servers) {
    counts.set(launchStatus, (counts.get(launchStatus) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Says whether two counts are the same; both in the order of the alphabet. */
export function sameCounts(a: JobCounts, b: JobCounts): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What is to be told of a job, in this order. */
export type JobStep = 'started' | 'progress' | 'ended';

/**
 * Says what an observation adds to what is on record of a job: its start where nothing is, its counts where they
 * differ, its end once. The counts at its end are told with the end.
 */
export function jobSteps(
  before: { readonly counts: JobCounts; readonly ended: boolean } | undefined,
  job: Pick<JobObservation, 'status' | 'servers'>,
): readonly JobStep[] {
  if (before?.ended === true) return [];
  const ended = !isOpen(job);
  const started: readonly JobStep[] = before === undefined ? ['started'] : [];
  if (ended) return [...started, 'ended'];
  const moved = before !== undefined && !sameCounts(before.counts, countsOf(job));
  return moved ? ['progress'] : started;
}
