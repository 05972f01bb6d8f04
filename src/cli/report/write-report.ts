// In: a report and a directory. Out: its files in it, each whole; and what a person is told of it.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pageName } from '../../core/evidence/verdict.ts';
import { type Problem, printable, problemAt } from '../../core/fleet/problem.ts';
import { counted } from '../text-table.ts';
import { writeWhole } from '../write-whole.ts';
import type { Report } from './build-report.ts';

/** Writes the files of a report into a directory, which is made where it is missing; answers why one cannot be written. */
export async function writeReport(report: Report, directory: string): Promise<Problem | undefined> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problem = `--out ${directory} cannot be written: ${message}`;
    return problemAt([], problem, 'name another directory');
  }
  for (const [name, text] of report.files) {
    const problem = await writeWhole(join(directory, name), text, '--out');
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What a person is told of a report that was written; ends without a line break. */
export function reportText({ root, records, signed, files }: Report, directory: string): string {
  const page = printable(join(directory, pageName));
  return [
    `${page}, ${counted(records, 'record')} and ${counted(files.size - 2, 'table')} beside it.`,
    `Root digest: ${root}`,
    signed
      ? 'Signed; whoever has the public key can prove it untouched:'
      : 'Keep the root digest elsewhere: with it, anybody can prove the report untouched:',
    `  landfall report verify ${printable(directory)} ${signed ? '--public-key FILE' : `--root ${root}`}`,
  ].join('\n');
}

/** The same as JSON. */
export function reportRecord({ root, records, signed, files }: Report, directory: string) {
  return { outcome: 'done', root, signed, records, directory, files: [...files.keys()] };
}
