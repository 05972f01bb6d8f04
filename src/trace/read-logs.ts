import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import * as z from 'zod';
import { type Difference, firstDifference } from './first-difference.ts';
import {
  CallRecord,
  Envelope,
  ExecutionLine,
  type LogName,
  type Logs,
  logNames,
  type UnreadableLine,
} from './forms.ts';

/**
 * Reads the three logs of a rehearsal's directory. A line that is no record is set aside in
 * `unreadable`; a file that cannot be opened is an Error that names it.
 */
export function readLogs(directory: string): Logs {
  const unreadable: UnreadableLine[] = [];
  return {
    api: readLog(directory, 'api', CallRecord, unreadable),
    events: readLog(directory, 'events', Envelope, unreadable),
    executions: readLog(directory, 'executions', ExecutionLine, unreadable),
    unreadable,
  };
}

/** Where the logs of two directories differ first, log by log; undefined when all bytes are equal. */
export function logsEqual(
  directoryA: string,
  directoryB: string,
): ({ readonly log: LogName } & Difference) | undefined {
  for (const log of logNames) {
    const a = readFileSync(fileOf(directoryA, log));
    const b = readFileSync(fileOf(directoryB, log));
    if (a.equals(b)) continue;
    const difference = firstDifference(a, b);
    if (difference !== undefined) return { log, ...difference };
  }
  return undefined;
}

function fileOf(directory: string, log: LogName): string {
  return join(directory, `${log}.jsonl`);
}

function readLog<T>(
  directory: string,
  log: LogName,
  form: z.ZodType<T>,
  unreadable: UnreadableLine[],
): readonly T[] {
  const records: T[] = [];
  let index = 0;
  for (const line of linesOf(fileOf(directory, log))) {
    const read = recordOf(line, form);
    if ('record' in read) records.push(read.record);
    else unreadable.push({ log, index, problem: read.problem });
    index += 1;
  }
  return records;
}

function recordOf<T>(
  line: string,
  form: z.ZodType<T>,
): { readonly record: T } | { readonly problem: string } {
  const json = parsed(line);
  if ('problem' in json) return json;
  const result = form.safeParse(json.value);
  return result.success
    ? { record: result.data }
    : { problem: z.prettifyError(result.error).replaceAll(/\s+/g, ' ') };
}

function parsed(line: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(line) };
  } catch {
    return { problem: line.trim() === '' ? 'the line is empty' : 'the line is not JSON' };
  }
}

const CHUNK_BYTES = 1 << 20;

/** The lines of a file, one at a time: a log of any size is never held as one text. */
function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest = '';
    for (let n = readSync(file, chunk); n > 0; n = readSync(file, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, n))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    rest += decoder.end();
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}
