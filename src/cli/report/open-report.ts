// In: the records of a report. Out: the logs that they hold, as far as they hold them, and the ways of servers. A report
// whose records are not what they were is not read.
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type EvidenceRecord, readChain } from '../../core/evidence/chain.ts';
import type { ServerWay } from '../../core/evidence/server-way.ts';
import { recordsName } from '../../core/evidence/verdict.ts';
import { type Problem, problemAt } from '../../core/fleet/problem.ts';
import { CallRecord, Envelope, ExecutionLine, type Logs } from '../../trace/forms.ts';
import { sha256 } from './signing.ts';

/** What the records of a report hold, or why they cannot be read. */
export type ReportOpened =
  | { readonly ok: true; readonly logs: Logs; readonly ways: readonly ServerWay[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The records that a path names: a file of them, or a directory that has one and no logs; undefined where it names none. */
export function recordsAt(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isDirectory()) return path;
  const file = join(path, recordsName);
  const isReport = statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const hasLogs = statSync(join(path, 'events.jsonl'), { throwIfNoEntry: false }) !== undefined;
  return isReport && !hasLogs ? file : undefined;
}

/** Opens the records of a report. */
export function openReport(file: string): ReportOpened {
  const refused = (problem: string, line?: number): ReportOpened => {
    const remedy = `landfall report verify says what of it is not what it was; name a ${recordsName}`;
    const place = line === undefined ? { file } : { file, line };
    return { ok: false, problems: [{ ...problemAt([], problem, remedy), ...place }] };
  };
  const bytes = readFileSync(file);
  if (!isUtf8(bytes)) return refused('is no UTF-8 text');
  // The last line is the proof.
  const lines = bytes.toString('utf8').trimEnd().split('\n').slice(0, -1);
  const chain = readChain(lines, sha256);
  if (!chain.ok) return refused(chain.problem, chain.line);
  if (chain.records[0]?.kind !== 'report') return refused('is no report');
  const bodies = (kind: string) =>
    chain.records.flatMap((one) => (one.kind === kind ? [one['body']] : []));
  return {
    ok: true,
    logs: {
      api: bodies('call').flatMap((body) => CallRecord.safeParse(body).data ?? []),
      events: bodies('event').flatMap((body) => envelopeOf(body) ?? []),
      executions: bodies('execution').flatMap((body) => ExecutionLine.safeParse(body).data ?? []),
    },
    ways: chain.records.filter(isWay),
  };
}

const Body = z.object({
  type: z.string(),
  source: z.string(),
  detail: z.looseObject({ eventId: z.string(), observedAt: z.string() }),
});

/** An event as its bus delivered it; what the delivery added is taken from the event. */
function envelopeOf(body: unknown): Envelope | undefined {
  const read = Body.safeParse(body);
  if (!read.success) return undefined;
  const { type, source, detail } = read.data;
  const { accountId, region } = detail;
  return Envelope.safeParse({
    version: '0',
    id: detail.eventId,
    'detail-type': type,
    source,
    account: typeof accountId === 'string' ? accountId : '',
    time: detail.observedAt,
    region: typeof region === 'string' ? region : '',
    resources: [],
    detail,
  }).data;
}

// What readChain found to be as it was written was written by evidenceRecords.
function isWay(record: EvidenceRecord): record is EvidenceRecord & ServerWay {
  return record.kind === 'server';
}
