import type { Instant } from '../core/time.ts';

/** Writes rows as columns of equal width, two blanks apart and indented; numbers go to the right. */
export function textTable(rows: readonly (readonly (string | number)[])[], indent = 2): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) {
      widths[i] = Math.max(widths[i] ?? 0, spoken(cell).length);
    }
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, i) =>
        typeof cell === 'number'
          ? spoken(cell).padStart(widths[i] ?? 0)
          : cell.padEnd(widths[i] ?? 0),
      );
      return `${' '.repeat(indent)}${cells.join('  ')}`.trimEnd();
    })
    .join('\n');
}

/** Writes a number with commas: `1,234`, `25.3`. */
export function spoken(value: string | number): string {
  return typeof value === 'string'
    ? value
    : value.toLocaleString('en-GB', { maximumFractionDigits: 1 });
}

/** Counts things in words: `1 server`, `40 servers`. */
export function counted(count: number, thing: string): string {
  return `${spoken(count)} ${thing}${count === 1 ? '' : 's'}`;
}

/** Writes an instant for a person, in UTC to the second: `2024-03-04 16:20:05`. */
export function clockTime(instant: Instant): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(instant)
    ? `${instant.slice(0, 10)} ${instant.slice(11, 19)}`
    : instant;
}
