// In: the tables of inventory files. Out: what each format tells of servers, applications and waves, or every bad row.
// Called by whoever imports inventories.
import type { Problem } from '../fleet/problem.ts';
import { readAds } from './ads.ts';
import { readAzure } from './azure.ts';
import { readCmf } from './cmf.ts';
import { readMgn } from './mgn/read-mgn.ts';
import type { Format, Reading } from './record.ts';
import { readRvtools, tabOf } from './rvtools.ts';
import { cellProblem, folded, shapeProblems, type Table } from './table.ts';

/** A file of an inventory with what it was taken for. */
export interface KnownFile {
  readonly file: string;
  readonly format: Format;
  readonly servers: number;
}

/** What all tables together tell. */
export interface InventoryReading extends Reading {
  readonly files: readonly KnownFile[];
}

/** Says by its header of which format a table is; undefined where it is of none. */
export function formatOf(table: Table): Format | undefined {
  const header = new Set(table.header.map(folded));
  const has = (...names: readonly string[]) => names.every((name) => header.has(folded(name)));
  if (table.header.some((name) => name.trim().startsWith('mgn:'))) return 'mgn';
  if (has('server_name', 'app_name')) return 'cmf';
  if (has('Server name', 'Cores')) return 'azure';
  if (has('ExternalId') || has('SMBiosId', 'HostName')) return 'ads';
  return tabOf(table) === undefined ? undefined : 'rvtools';
}

/** Reads tables, all of a given format or each of the one that its header shows. */
export function readInventory(tables: readonly Table[], said?: Format): InventoryReading {
  const problems: Problem[] = [];
  const byFormat = new Map<Format, Table[]>();
  for (const table of tables) {
    const format = said ?? formatOf(table);
    // A workbook has tabs that say nothing of servers; a file of its own is there for a reason.
    if (format === undefined && table.isSheet) continue;
    if (format === undefined) {
      problems.push(
        cellProblem(
          table,
          1,
          '',
          'the header is of no format that is known',
          'it must be of MGN, CMF, RVTools, Azure Migrate or Application Discovery: docs/inventory.md',
        ),
      );
      continue;
    }
    byFormat.set(format, [...(byFormat.get(format) ?? []), table]);
  }
  const [first] = tables;
  if (first !== undefined && byFormat.size === 0 && problems.length === 0) {
    problems.push(
      cellProblem(
        first,
        1,
        '',
        'no sheet is of a format that is known',
        'it must be of MGN, CMF, RVTools, Azure Migrate or Application Discovery: docs/inventory.md',
      ),
    );
  }
  const readings: Reading[] = [];
  const files: KnownFile[] = [];
  for (const [format, own] of byFormat) {
    const bad = own.flatMap((table) => shapeProblems(table, format === 'mgn'));
    problems.push(...bad);
    const read =
      format === 'rvtools' ? [readRvtools(own)] : own.map((table) => readers[format](table));
    readings.push(...read);
    for (const { file } of own) {
      const servers = read.flatMap((one) => one.servers.filter((server) => server.file === file));
      files.push({ file, format, servers: servers.length });
    }
  }
  return {
    servers: readings.flatMap(({ servers }) => servers),
    groups: readings.flatMap(({ groups }) => groups),
    problems: [...problems, ...readings.flatMap((reading) => reading.problems)],
    warnings: readings.flatMap(({ warnings }) => warnings),
    files,
  };
}

const readers: Readonly<Record<Exclude<Format, 'rvtools'>, (table: Table) => Reading>> = {
  mgn: readMgn,
  cmf: readCmf,
  azure: readAzure,
  ads: readAds,
};
