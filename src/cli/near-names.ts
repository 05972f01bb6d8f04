/** The names that a person may have meant by a word, nearest first; empty where nothing is near. */
export function nearNames(word: string, names: Iterable<string>, most = 3): readonly string[] {
  const wanted = word.toLowerCase();
  const tolerance = Math.max(1, Math.floor(wanted.length / 3));
  const near: { readonly name: string; readonly distance: number }[] = [];
  for (const name of new Set(names)) {
    const known = name.toLowerCase();
    const holds = wanted.length >= 3 && known.includes(wanted);
    const distance = holds ? 0 : editDistance(wanted, known, tolerance);
    if (distance <= tolerance) near.push({ name, distance });
  }
  return near
    .toSorted((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** Says a hint such as `; did you mean rehearse?`, or nothing. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : `; did you mean ${names.join(', ')}?`;
}

/** Says the remedy for an unknown name: those that it may have meant, or the other remedy where nothing is near. */
export function nameRemedy(word: string, names: Iterable<string>, otherwise: string): string {
  const near = nearNames(word, names);
  return near.length === 0 ? otherwise : `did you mean ${near.join(', ')}?`;
}

/** Counts the letters to add, drop or change; beyond the limit it only says "more than that". */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
