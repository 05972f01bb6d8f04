// In: what some rehearsals measured. Out: between which bounds one more rehearsal will fall. Pure.

/** Bounds of what one more rehearsal measures: it stays below P5 in one of twenty, and so on. */
export interface Spread {
  readonly p5: number;
  readonly p50: number;
  readonly p80: number;
  readonly p95: number;
}

/** From so many rehearsals on P5 and P95 are seen, not extrapolated: a twentieth on either side is a measurement. */
export const seeingSeeds = 19;

// Student's t distribution: its 95 % and 80 % quantiles, by degrees of freedom from 1 up.
const t95 = [
  6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761,
  1.753, 1.746, 1.74, 1.734,
];
const t80 = [1.376, 1.061];

/**
 * Predicts between which bounds one more measurement falls. Quantiles are those of rank p(n + 1), so that they hold for a
 * new measurement and not for the old ones: with 19 of them P5 is the least and P95 the greatest, and nine of ten new
 * ones fall between. Where there are too few to see so far, the bound is that of a normal distribution whose spread is
 * itself estimated (Student's t), and never inside of what was measured.
 */
export function spreadOf(measured: readonly number[]): Spread {
  const sorted = measured.toSorted((a, b) => a - b);
  return {
    p5: -predicted(sorted.map((value) => -value).toReversed(), 0.95, t95),
    p50: predicted(sorted, 0.5, []),
    p80: predicted(sorted, 0.8, t80),
    p95: predicted(sorted, 0.95, t95),
  };
}

function predicted(sorted: readonly number[], share: number, t: readonly number[]): number {
  const count = sorted.length;
  if (count === 0) throw new RangeError('nothing was measured');
  const greatest = sorted[count - 1] ?? 0;
  // Rounding must not make 0.95 × 20 more than the 19 that there are.
  const rank = Number((share * (count + 1)).toFixed(9));
  if (rank <= count) {
    const below = Math.max(1, Math.floor(rank));
    const low = sorted[below - 1] ?? greatest;
    const high = sorted[below] ?? greatest;
    return low + (high - low) * Math.max(0, rank - below);
  }
  const factor = t[count - 2];
  if (factor === undefined) return greatest;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return Math.max(greatest, mean + factor * Math.sqrt(variance * (1 + 1 / count)));
}
