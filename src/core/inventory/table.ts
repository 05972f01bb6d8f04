// In: rows of cells as an inventory file holds them. Out: cells by the names of their columns, with the place of each.
// Called by the readers of every format.
import { cut, type Problem, problemAt, shown } from '../fleet/problem.ts';

/** One row of a table and the line on which it begins, counted from 1. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** One table of an inventory file: a CSV file, or a sheet of a workbook. */
export interface Table {
  /** The file, with its sheet where it is a workbook, as problems name it. */
  readonly file: string;
  /** The name of the sheet, or of the file without its folder: RVTools names its tabs there. */
  readonly sheet: string;
  /** What belongs together: the tables of one workbook or of one set of CSV files. */
  readonly source: string;
  /** True for a sheet of a workbook, which may have sheets about other things. */
  readonly isSheet: boolean;
  /** How numbers are written: with `;` between cells a comma is the decimal sign. */
  readonly decimal: '.' | ',';
  readonly header: readonly string[];
  readonly rows: readonly Row[];
}

/** A value with the place that it was read from. */
export interface Told<T> {
  readonly value: T;
  readonly file: string;
  readonly line: number;
  readonly column: string;
}

/** Builds a problem of one cell. */
export function cellProblem(
  table: Table,
  line: number,
  column: string,
  problem: string,
  remedy: string,
): Problem {
  return { ...problemAt([], problem, remedy), path: cut(column), file: table.file, line };
}

/** Names the place of something that was read: `file.csv:3`. */
export function placeOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}

/** Writes a header as headers are compared: trimmed, without case, leading `*`, unit in brackets and signs. */
export function folded(name: string): string {
  return name
    .toLowerCase()
    .replace(/\([^)]*\)/g, '')
    .replaceAll(/[^a-z0-9#%]/g, '');
}

/** The cells of a table by the keys that a format gives its columns. */
export class Columns<Key extends string> {
  readonly table: Table;
  readonly #places: ReadonlyMap<Key, number>;

  constructor(table: Table, names: Readonly<Record<Key, readonly string[]>>) {
    const found = new Map<Key, number>();
    const header = table.header.map(folded);
    for (const key of keysOf(names)) {
      const at = names[key].map((name) => header.indexOf(folded(name))).find((i) => i >= 0);
      if (at !== undefined) found.set(key, at);
    }
    this.table = table;
    this.#places = found;
  }

  /** Says whether the table has a column. */
  has(key: Key): boolean {
    return this.#places.has(key);
  }

  /** The name of a column as the file writes it. */
  name(key: Key): string {
    return this.table.header[this.#places.get(key) ?? -1]?.trim() ?? key;
  }

  /** The trimmed text of a cell; undefined where it is empty or its column is absent. */
  text(row: Row, key: Key): Told<string> | undefined {
    const place = this.#places.get(key);
    const value = place === undefined ? '' : (row.cells[place]?.trim() ?? '');
    return value === '' ? undefined : this.told(row, key, value);
  }

  /** A value with the place of a cell. */
  told<T>(row: Row, key: Key, value: T): Told<T> {
    return { value, file: this.table.file, line: row.line, column: this.name(key) };
  }

  /** A problem of a cell. */
  problem(row: Row, key: Key, problem: string, remedy: string): Problem {
    return cellProblem(this.table, row.line, this.name(key), problem, remedy);
  }

  /** The number in a cell, not negative; undefined where it is empty, a problem where it is none. */
  number(row: Row, key: Key): Told<number> | Problem | undefined {
    const text = this.text(row, key);
    if (text === undefined) return undefined;
    const value = readNumber(text.value, this.table.decimal);
    return value === undefined
      ? this.problem(
          row,
          key,
          `${shown(text.value)} is no number that can be read without a guess`,
          'write digits, with a point before the decimals and nothing between thousands',
        )
      : { ...text, value };
  }
}

function keysOf<Key extends string>(names: Readonly<Record<Key, unknown>>): readonly Key[] {
  const keys: Key[] = [];
  for (const key in names) keys.push(key);
  return keys;
}

/** Says whether a cell's reading is a problem. */
export function isProblem(value: object | undefined): value is Problem {
  return value !== undefined && 'remedy' in value;
}

/** Reads a number as spreadsheets write it; undefined where its meaning would be a guess. */
export function readNumber(text: string, decimal: '.' | ','): number | undefined {
  const plain = text.replaceAll(/[\s\u00a0'’]/g, '');
  const group = decimal === '.' ? ',' : '.';
  const escaped = (sign: string) => (sign === '.' ? '\\.' : sign);
  const grouped = new RegExp(`^\\d{1,3}(${escaped(group)}\\d{3})+(${escaped(decimal)}\\d+)?$`);
  // 1.024 in a file of commas is a thousand to its author and one to everybody else.
  if (decimal === ',' && /^\d{1,3}\.\d{3}$/.test(plain)) return undefined;
  let digits = plain;
  if (grouped.test(plain)) digits = plain.replaceAll(group, '').replace(decimal, '.');
  else if (/^\d+[.,]\d+$/.test(plain)) digits = plain.replace(',', '.');
  if (!/^\d+(\.\d+)?(e[+]?\d{1,2})?$/i.test(digits)) return undefined;
  const value = Number(digits);
  return Number.isFinite(value) && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** Says whether a cell means yes; undefined where it means neither. */
export function readFlag(text: string): boolean | undefined {
  if (/^(true|1|yes|y)$/i.test(text)) return true;
  return /^(false|0|no|n)$/i.test(text) ? false : undefined;
}

/**
 * Names columns that occur twice, and rows that are longer than the header: what no reader may guess about. Names are
 * compared without case, unless they hold the keys of tags.
 */
export function shapeProblems(table: Table, exactNames = false): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const name of table.header) {
    const key = exactNames ? name.trim() : name.trim().toLowerCase();
    if (key !== '' && seen.has(key)) {
      problems.push(
        cellProblem(table, 1, name, 'the column occurs twice', 'remove one of the two'),
      );
    }
    seen.add(key);
  }
  for (const { line, cells } of table.rows) {
    const more = cells.slice(table.header.length).some((cell) => cell.trim() !== '');
    if (more || cells.length < 1) {
      problems.push(
        cellProblem(
          table,
          line,
          '',
          `the row has ${cells.length} cells, the header ${table.header.length}`,
          'put values that hold the separator into quotes',
        ),
      );
    }
  }
  if (table.rows.length === 0) {
    problems.push(cellProblem(table, 1, '', 'the file has no rows', 'export it again'));
  }
  return problems;
}
