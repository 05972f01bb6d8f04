// In: the directory or a file of a report, and what a person holds against it. Out: the verdict, in words and as JSON.
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Anchors } from '../../core/evidence/seal.ts';
import {
  type Judging,
  judgeFile,
  judgeReport,
  recordsName,
  type Verdict,
} from '../../core/evidence/verdict.ts';
import { type Problem, printable, problemAt } from '../../core/fleet/problem.ts';
import { counted } from '../text-table.ts';
import { isSigned, sha256 } from './signing.ts';

/** A verdict, or why there is nothing to judge. */
export type Verified =
  | { readonly ok: true; readonly verdict: Verdict }
  | { readonly ok: false; readonly problem: Problem };

/** Judges the report in a directory, or one file of a report. */
export function verifyFiles(path: string, anchors: Anchors): Verified {
  const stats = statSync(path, { throwIfNoEntry: false });
  const refused = (problem: string): Verified => ({
    ok: false,
    problem: {
      ...problemAt([], problem, 'name what landfall report wrote: its directory, or a file of it'),
      file: path,
    },
  });
  if (stats === undefined) return refused('does not exist');
  const isFolder = stats.isDirectory();
  const judging = judgingIn(isFolder ? path : dirname(path));
  if (!isFolder) return { ok: true, verdict: judgeFile(basename(path), judging, anchors) };
  if (judging.read(recordsName) === undefined) return refused(`holds no ${recordsName}`);
  return { ok: true, verdict: judgeReport(judging, anchors) };
}

function judgingIn(directory: string): Judging {
  return {
    read: (name) => {
      const file = join(directory, name);
      if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
      const bytes = readFileSync(file);
      return isUtf8(bytes) ? bytes.toString('utf8') : null;
    },
    digest: sha256,
    isSigned,
  };
}

/** The verdict in words; ends without a line break. */
export function verdictText({ verdict, findings, files, records, root }: Verdict): string {
  const told = records === null ? '' : ` (${counted(records, 'record')})`;
  const looked = `${files.join(', ')}${told}`;
  switch (verdict) {
    case 'untouched':
      return `Untouched: ${looked}, root digest ${root ?? '?'}.`;
    case 'touched':
      return [
        'NOT what it was:',
        ...findings.map(({ file, line, problem }) =>
          printable(`  ${file}${line === undefined ? '' : `:${line}`}  ${problem}`),
        ),
      ].join('\n');
    case 'unproven':
      return [
        `Nothing is proven: ${looked} fit together, with the root digest ${root ?? '?'}.`,
        'So would a report that somebody else has made anew. Hold it against what you have from elsewhere:',
        '  --root DIGEST, as it was printed when the report was made; or --public-key FILE of whoever signed it',
      ].join('\n');
    default:
      return verdict satisfies never;
  }
}
