/** How observations of one figure lie. */
export interface Spread {
  readonly observations: number;
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** Answers how observations lie; undefined where there is none. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [least] = sorted;
  const most = sorted.at(-1);
  if (least === undefined || most === undefined) return undefined;
  return { observations: sorted.length, least, median: quantile(sorted, 0.5), most };
}

/**
 * Answers the range that observations were drawn from evenly: the least and the most of them. From 20 on, the outer
 * twentieth on each side is not believed, so that one odd value does not widen the range.
 */
export function rangeOf(values: readonly number[]): readonly [number, number] | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [least] = sorted;
  const most = sorted.at(-1);
  if (least === undefined || most === undefined) return undefined;
  if (sorted.length < 20) return [rounded(least), rounded(most)];
  const [low, high] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  // Nine tenths of an even distribution lie between them; what is missing is a ninth of that, half on each side.
  const outside = (high - low) / 18;
  return [rounded(Math.max(least, low - outside)), rounded(Math.min(most, high + outside))];
}

/** Rounds to three digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** Answers the value below which a share of sorted values lies, in between them where need be; zero of none. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
