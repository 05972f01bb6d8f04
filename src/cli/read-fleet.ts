import type { Fleet } from '../core/fleet/fleet.ts';
import { newestTimestamp } from '../core/fleet/newest-timestamp.ts';
import { type Problem, pathText, problemAt } from '../core/fleet/problem.ts';
import { readFleetDocuments } from '../core/fleet/read-fleet-documents.ts';
import type { Instant } from '../core/time.ts';
import { newlines, readJsonDocuments } from './json-documents.ts';
import { readTextFile } from './read-text-file.ts';

/** What fleet files hold, or every reason why they are refused. */
export type FleetRead =
  | {
      readonly ok: true;
      readonly fleet: Fleet;
      /** The documents as they were in the files, for whoever loads them into the simulator. */
      readonly documents: readonly unknown[];
      /** The newest time stamp in the files; absent where they have none. */
      readonly describedAt?: Instant;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The largest fleet file, in bytes; 10,000 servers take about 30 MB. */
export const largestFleetBytes = 64 * 1_048_576;

/**
 * Reads fleet files: answers of describe-source-servers, describe-vcenter-clients, list-applications and
 * list-waves, as one page, as a list of pages or of servers, or as JSON lines. Never throws.
 */
export async function readFleet(files: readonly string[]): Promise<FleetRead> {
  const documents: unknown[] = [];
  const origins: Origin[] = [];
  const faults: Problem[] = [];
  for (const file of files) {
    const read = await readFleetFile(file);
    if (!read.ok) {
      faults.push(read.problem);
      continue;
    }
    for (const [i, document] of read.documents.entries()) {
      documents.push(document);
      const line = read.documents.length > 1 ? read.lines[i] : undefined;
      origins.push({ file, ...(line === undefined ? {} : { line }) });
    }
  }
  if (faults.length > 0) return { ok: false, problems: faults };
  const { problems, ...found } = readFleetDocuments(documents);
  const located = problems.map((problem) => locate(problem, origins));
  if (problems.length > 0) return { ok: false, problems: located };
  const describedAt = newestTimestamp(documents);
  return {
    ok: true,
    fleet: { ...found, problems },
    documents,
    ...(describedAt === undefined ? {} : { describedAt }),
  };
}

/** Which file a document is from; the line where several stand in one file. */
interface Origin {
  readonly file: string;
  readonly line?: number;
}

/** With several documents a problem's place begins with the document's number, which stands for its file. */
function locate(problem: Problem, origins: readonly Origin[]): Problem {
  const [only] = origins;
  if (origins.length === 1) return { ...problem, ...only };
  const [index, ...at] = problem.at;
  const origin = typeof index === 'number' ? origins[index] : undefined;
  return origin === undefined ? problem : { ...problem, ...origin, at, path: pathText(at) };
}

type FileRead =
  | {
      readonly ok: true;
      readonly documents: readonly unknown[];
      readonly lines: readonly number[];
    }
  | { readonly ok: false; readonly problem: Problem };

async function readFleetFile(file: string): Promise<FileRead> {
  const read = await readTextFile(file, largestFleetBytes);
  if (!read.ok) return read;
  const parsed = readJsonDocuments(read.text);
  if (parsed.ok) return parsed;
  const { offset, problem } = parsed.fault;
  const line = 1 + newlines(read.text, 0, offset);
  const column = offset === 0 ? 1 : offset - read.text.lastIndexOf('\n', offset - 1);
  return {
    ok: false,
    problem: {
      ...problemAt(
        [],
        `the JSON ${problem} (line ${line}, column ${column})`,
        'save the answer of aws mgn describe-source-servers again',
      ),
      file,
      line,
    },
  };
}
