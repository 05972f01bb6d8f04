// In: records. Out: one line a record, each bound to all before it by their digest; and whether lines are such a chain.
// Pure; the digest comes in.
import { canonicalJson } from '../canonical-json.ts';
import { printable } from '../fleet/problem.ts';

/** SHA-256 of a text's UTF-8, as 64 lower-case hex digits. */
export type Digest = (text: string) => string;

/** One thing that is known, of a kind that says what else is in it. */
export type EvidenceRecord = Readonly<Record<string, unknown>> & { readonly kind: string };

/** A fact that a report says something by: a line of a log, or a document of the table. */
export function factRecord(
  kind: 'event' | 'call' | 'execution' | 'document',
  body: Readonly<Record<string, unknown>>,
): EvidenceRecord {
  return { kind, body };
}

/** The digest that the first record is bound to. */
export const chainStart = '0'.repeat(64);

/** Writes a record as the n-th line of a chain, counted from 1, after the line with the previous digest. */
export function chainLine(
  n: number,
  previous: string,
  record: unknown,
  digest: Digest,
): { readonly line: string; readonly digest: string } {
  const bound = `"n":${n},"previous":"${previous}","record":${canonicalJson(record)}}`;
  const own = digest(`{${bound}`);
  return { line: `{"digest":"${own}",${bound}`, digest: own };
}

/** The lines of a chain, and the digest of the last, which stands for all. */
export interface Chain {
  readonly lines: readonly string[];
  readonly head: string;
}

/** Chains records, in their order. */
export function chainOf(records: readonly EvidenceRecord[], digest: Digest): Chain {
  let head = chainStart;
  const lines = records.map((record, i) => {
    const next = chainLine(i + 1, head, record, digest);
    head = next.digest;
    return next.line;
  });
  return { lines, head };
}

/** A chain as it was read; or the first line, counted from 1, that is not what it was. */
export type ChainRead =
  | { readonly ok: true; readonly records: readonly EvidenceRecord[]; readonly head: string }
  | { readonly ok: false; readonly line: number; readonly problem: string };

/** Reads lines as a chain. Any byte that differs from what was written breaks it. */
export function readChain(lines: readonly string[], digest: Digest): ChainRead {
  const records: EvidenceRecord[] = [];
  let head = chainStart;
  for (const [i, line] of lines.entries()) {
    const broken = (problem: string): ChainRead => ({ ok: false, line: i + 1, problem });
    const entry = parsed(line);
    const record = entry === undefined ? undefined : recordIn(entry);
    if (entry === undefined || record === undefined) return broken('holds no record');
    const expected = chainLine(i + 1, head, record, digest);
    if (expected.line !== line) return broken(difference(entry, record, i + 1, head, expected));
    records.push(record);
    head = expected.digest;
  }
  return { ok: true, records, head };
}

function difference(
  entry: Readonly<Record<string, unknown>>,
  record: EvidenceRecord,
  n: number,
  head: string,
  expected: { readonly digest: string },
): string {
  const what = `record ${n} (${printable(record.kind).slice(0, 60)})`;
  if (entry['n'] !== n) return `${what} is not the one that stood here`;
  if (entry['previous'] !== head) return `${what} does not follow the record before it`;
  if (entry['digest'] !== expected.digest) return `${what} is not what it was`;
  return `${what} is not written as it was`;
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function recordIn({ record }: Readonly<Record<string, unknown>>): EvidenceRecord | undefined {
  return isObject(record) && isRecord(record) ? record : undefined;
}

function isRecord(value: Readonly<Record<string, unknown>>): value is EvidenceRecord {
  return typeof value['kind'] === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
