import type { DrillCosts } from '../plan/schedule-field.ts';

/** What runs come to by the plan's own reckoning; the price is absent where the plan names none. */
export interface Reckoned {
  readonly instanceHours: number;
  readonly usd?: number;
}

/** What drilling so many servers comes to. */
export function reckonedCosts(costs: DrillCosts, servers: number): Reckoned {
  const instanceHours = rounded(servers * costs.hoursPerInstance);
  const { perInstanceHourUsd: price } = costs;
  return { instanceHours, ...(price === undefined ? {} : { usd: rounded(instanceHours * price) }) };
}

/** Says by how much a run goes beyond what the month may cost, with what the month has cost already; undefined where it does not. */
export function beyondLimit(
  costs: DrillCosts,
  run: Reckoned,
  month: readonly Reckoned[],
): string | undefined {
  const hours = sum(month.map(({ instanceHours }) => instanceHours));
  const usd = sum(month.map((one) => one.usd ?? 0));
  const { limitInstanceHours, limitUsd } = costs;
  if (limitInstanceHours !== undefined && hours + run.instanceHours > limitInstanceHours) {
    return `${run.instanceHours} instance-hours, with ${hours} of this month already, are more than its ${limitInstanceHours}`;
  }
  if (limitUsd !== undefined && usd + (run.usd ?? 0) > limitUsd) {
    return `USD ${run.usd ?? 0}, with USD ${usd} of this month already, are more than its USD ${limitUsd}`;
  }
  return undefined;
}

function sum(numbers: readonly number[]): number {
  return rounded(numbers.reduce((total, one) => total + one, 0));
}

function rounded(amount: number): number {
  return Math.round(amount * 100) / 100;
}
