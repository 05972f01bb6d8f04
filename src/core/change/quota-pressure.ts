/** How much of a quota is used up, in percent: the highest of these that was reached. */
export type Pressure = 0 | 80 | 90 | 100;

/** The quotas of an account and Region whose use is told. */
export const watchedQuotas = ['activeServers', 'jobs', 'serversInJobs', 'sourceServers'] as const;
export type WatchedQuota = (typeof watchedQuotas)[number];

const marks = [100, 90, 80] as const;
// A mark is left downward only below this share of it, so a use that hovers there does not flap.
const leaveShare = 0.95;

/** Says what share of a quota is used, in percent with one decimal; of a quota of nothing, anything is all. */
export function usedPercent(used: number, quota: number): number {
  if (used <= 0) return 0;
  return quota <= 0 ? 100 : Math.round((used / quota) * 1000) / 10;
}

/** Says which mark a quota's use has reached, given the one that it was at before. */
export function pressureOf(percent: number, before: Pressure | undefined): Pressure {
  const reached = marks.find((mark) => percent >= mark) ?? 0;
  if (before === undefined || reached >= before) return reached;
  return marks.find((mark) => mark <= before && percent >= mark * leaveShare) ?? 0;
}
