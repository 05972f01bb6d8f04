import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Problem, problemAt } from '../core/fleet/problem.ts';
import { type Logs, logNames } from '../trace/forms.ts';
import { readLogs } from '../trace/read-logs.ts';
import type { Summary } from '../trace/trace.ts';

/** The logs of a rehearsal, or why a directory holds none. */
export type RehearsalOpened =
  | {
      readonly ok: true;
      readonly logs: Logs;
      readonly summary: Summary | undefined;
      /** A person ended it before its waves had concluded. */
      readonly isInterrupted: boolean;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const SummaryFile = z.looseObject({
  transitionsPerServer: z.number(),
  plannedServers: z.number(),
  servers: z.record(z.string(), z.number()),
  outcome: z.string(),
});

/** Opens the directory that `landfall rehearse --out` wrote. Whatever is missing is named at once. */
export function openRehearsal(directory: string): RehearsalOpened {
  const refused = (file: string, problem: string, remedy: string): Problem => ({
    ...problemAt([], problem, remedy),
    file,
  });
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    const remedy = 'name the directory that landfall rehearse --out wrote';
    return { ok: false, problems: [refused(directory, 'is no directory', remedy)] };
  }
  const problems = logNames.flatMap((log) =>
    existsSync(join(directory, `${log}.jsonl`))
      ? []
      : [refused(join(directory, `${log}.jsonl`), 'is missing', 'rehearse again with --out')],
  );
  if (problems.length > 0) return { ok: false, problems };
  try {
    const logs = readLogs(directory);
    const isInterrupted = logs.executions.some(({ error }) => error === 'Landfall.Interrupted');
    return { ok: true, logs, summary: summaryIn(directory), isInterrupted };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      problems: [refused(directory, `cannot be read: ${message}`, 'rehearse again')],
    };
  }
}

/** What the summary claims; undefined where there is none, or the rehearsal did not come to its end. */
function summaryIn(directory: string): Summary | undefined {
  const file = join(directory, 'summary.json');
  if (!existsSync(file)) return undefined;
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const parsed = SummaryFile.safeParse(content);
  if (!parsed.success || parsed.data.outcome === 'interrupted') return undefined;
  const { transitionsPerServer, plannedServers, servers } = parsed.data;
  return { transitionsPerServer, servers: plannedServers, outcomes: servers };
}
