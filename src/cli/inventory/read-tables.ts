// In: inventory files as people have them, CSV or XLSX. Out: their tables, or why a file cannot be read. Never throws.
import { basename } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import readWorkbook from 'read-excel-file/node';
import { cut, type Problem, problemAt } from '../../core/fleet/problem.ts';
import type { Row, Table } from '../../core/inventory/table.ts';
import { asText, readFileBytes } from '../read-text-file.ts';

/** The largest inventory file, in bytes; 10,000 servers with all that RVTools tells take about 20 MB. */
export const largestInventoryBytes = 64 * 1_048_576;
// A cell of Excel holds no more; a longer one is a quote that was never closed.
const longestCell = 32_767;
const mostRows = 200_000;
const mostColumns = 5000;

/** The tables of files, or every reason why one of them cannot be read. */
export type TablesRead =
  | { readonly ok: true; readonly tables: readonly Table[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads files: a CSV file is one table, a workbook one for each of its sheets. */
export async function readTables(files: readonly string[]): Promise<TablesRead> {
  const tables: Table[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const read = await readFile(file);
    if (read.ok) tables.push(...read.tables);
    else problems.push(...read.problems);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, tables };
}

async function readFile(file: string): Promise<TablesRead> {
  const read = await readFileBytes(file, largestInventoryBytes);
  if (!read.ok) return { ok: false, problems: [read.problem] };
  // Every workbook is a ZIP archive.
  if (read.bytes[0] === 0x50 && read.bytes[1] === 0x4b) return readSheets(file, read.bytes);
  const text = asText(read.bytes, file);
  if (text.ok) return readCsv(text.text, file);
  const remedy = 'save it as UTF-8: in Excel as "CSV UTF-8", not as "CSV (MS-DOS)"';
  return { ok: false, problems: [{ ...text.problem, remedy }] };
}

function refused(file: string, problem: string, remedy: string, line?: number): TablesRead {
  const where = line === undefined ? { file } : { file, line };
  return { ok: false, problems: [{ ...problemAt([], problem, remedy), ...where }] };
}

/** Reads CSV text: with `,`, `;` or tab between cells, as its first line says, and any line ends. */
export function readCsv(text: string, file: string): TablesRead {
  const separator = separatorOf(text);
  const rows: Row[] = [];
  try {
    parse(text, {
      delimiter: separator,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: longestCell * 100,
      on_record: (cells: string[], { lines }) => {
        rows.push({ line: firstLine(cells, lines), cells });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : undefined;
    return refused(
      file,
      `the CSV cannot be read: ${cut(error.message)}`,
      'look for a quotation mark that is not closed, or not doubled, here or above',
      line,
    );
  }
  return tableOf(rows, {
    file,
    sheet: basename(file),
    source: file.replace(/v(Info|Disk|Partition|Network|CPU|Memory)(\.\w+)?$/i, ''),
    isSheet: false,
    decimal: separator === ';' ? ',' : '.',
  });
}

/** The line on which a record begins; the parser counts to where it ends. */
function firstLine(cells: readonly string[], lastLine: number): number {
  const breaks = cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
  return Math.max(1, lastLine - breaks);
}

/** The separator that the header has most of, outside quotation marks. */
function separatorOf(text: string): ',' | ';' | '\t' {
  const [line = ''] = /^[^\r\n]*/.exec(text.slice(0, 1_000_000)) ?? [];
  const bare = line.replaceAll(/"[^"]*"/g, '');
  const count = (sign: string) => bare.split(sign).length;
  const [commas, semicolons, tabs] = [count(','), count(';'), count('\t')];
  if (semicolons > commas && semicolons >= tabs) return ';';
  return tabs > commas ? '\t' : ',';
}

// What the sheets of a workbook may come to; RVTools of 10,000 servers has about 100 MB.
const largestSheetsBytes = 512 * 1_048_576;

/** The size that an archive says its files have, from the entries of its directory. */
function unpackedBytes(archive: Buffer): number {
  const entry = Buffer.from([0x50, 0x4b, 0x01, 0x02]);
  let sum = 0;
  for (let at = archive.indexOf(entry); at >= 0; at = archive.indexOf(entry, at + 4)) {
    if (at + 28 <= archive.length) sum += archive.readUInt32LE(at + 24);
  }
  return sum;
}

async function readSheets(file: string, bytes: Uint8Array): Promise<TablesRead> {
  const archive = Buffer.from(bytes);
  if (unpackedBytes(archive) > largestSheetsBytes) {
    return refused(
      file,
      `unpacks to more than ${largestSheetsBytes / 1_048_576} MiB`,
      'save its tabs as CSV (UTF-8), and check that this is the right file',
    );
  }
  let sheets: readonly { readonly sheet: string; readonly data: readonly (readonly unknown[])[] }[];
  try {
    sheets = await readWorkbook(archive);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return refused(
      file,
      `the workbook cannot be read: ${cut(message)}`,
      'open it and save it again as .xlsx, or save its tabs as CSV (UTF-8)',
    );
  }
  const tables: Table[] = [];
  const problems: Problem[] = [];
  for (const { sheet, data } of sheets) {
    const rows = data.flatMap((cells, i): readonly Row[] => {
      const texts = cells.map(cellText);
      return texts.every((text) => text === '') ? [] : [{ line: i + 1, cells: texts }];
    });
    if (rows.length === 0) continue;
    const read = tableOf(rows, {
      file: `${file} (${sheet})`,
      sheet,
      source: file,
      isSheet: true,
      decimal: '.',
    });
    if (read.ok) tables.push(...read.tables);
    else problems.push(...read.problems);
  }
  if (problems.length > 0) return { ok: false, problems };
  return tables.length > 0
    ? { ok: true, tables }
    : refused(file, 'the workbook is empty', 'check that this is the right file');
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return value instanceof Date ? value.toISOString() : String(value);
}

function tableOf(rows: readonly Row[], of: Omit<Table, 'header' | 'rows'>): TablesRead {
  const [header, ...body] = rows;
  if (header === undefined)
    return refused(of.file, 'is empty', 'check that this is the right file');
  if (body.length > mostRows || header.cells.length > mostColumns) {
    return refused(
      of.file,
      `has ${body.length} rows and ${header.cells.length} columns`,
      `at most ${mostRows} rows and ${mostColumns} columns are read: part it`,
    );
  }
  const odd = rows.find(({ cells }) => cells.some((cell) => cell.length > longestCell));
  if (odd !== undefined) {
    return refused(
      of.file,
      `a cell has more than ${longestCell} characters`,
      'look for a quotation mark that is not closed',
      odd.line,
    );
  }
  return { ok: true, tables: [{ ...of, header: header.cells, rows: body }] };
}
