// What the readers of several formats do with the cells of a row.
import type { Problem } from '../fleet/problem.ts';
import { type Columns, isProblem, type Row, type Told } from './table.ts';

/** The units of sizes in inventory files, in bytes. RVTools says MB and means MiB. */
export const bytesIn = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** Reads a number of a row in a unit; a problem goes to the list, and the cell counts as absent. */
export function numberIn<Key extends string>(
  columns: Columns<Key>,
  row: Row,
  key: Key,
  problems: Problem[],
  unit = 1,
): Told<number> | undefined {
  const read = columns.number(row, key);
  if (isProblem(read)) {
    problems.push(read);
    return undefined;
  }
  return read && { ...read, value: Math.round(read.value * unit) };
}

/** Parts a cell that holds several values; empty ones are left out. */
export function partsOf(told: Told<string> | undefined, separator: RegExp): readonly string[] {
  return (told?.value ?? '')
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const octet = /^(25[0-5]|2[0-4]\d|1?\d?\d)$/;

/** Says whether a text is an IPv4 address. */
export function isIpv4(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((one) => octet.test(one));
}

/** A name without trailing dot; undefined where it is no fully qualified one. */
export function qualified(name: Told<string> | undefined): Told<string> | undefined {
  if (name === undefined) return undefined;
  const value = name.value.replace(/\.$/, '');
  return value.includes('.') && !isIpv4(value) ? { ...name, value } : undefined;
}

/** The first label of a name where it can be a host name. */
export function hostOf(name: Told<string> | undefined): Told<string> | undefined {
  const label = name?.value.split('.')[0] ?? '';
  const isLabel = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label);
  return name !== undefined && isLabel && !isIpv4(name.value)
    ? { ...name, value: label }
    : undefined;
}
