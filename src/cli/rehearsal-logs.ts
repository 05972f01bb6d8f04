// Writes the three logs and the summary of a rehearsal into a folder (design.md 16).
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The logs of a rehearsal, by file. */
export const logNames = ['api', 'events', 'executions'] as const;
export type LogName = (typeof logNames)[number];

/** Where a rehearsal's lines go. */
export interface RehearsalLogs {
  readonly write: (log: LogName, line: unknown) => void;
  /** Writes out what is still in memory; called also when a rehearsal is interrupted. */
  readonly close: () => void;
}

const flushBytes = 1 << 18;

/** Opens the logs in a folder, which is made where it is missing; earlier logs there are replaced. */
export function openLogs(directory: string): RehearsalLogs {
  mkdirSync(directory, { recursive: true });
  const files = new Map<LogName, { readonly handle: number; text: string[]; size: number }>(
    logNames.map((name) => [
      name,
      { handle: openSync(join(directory, `${name}.jsonl`), 'w'), text: [], size: 0 },
    ]),
  );
  const flush = (name: LogName) => {
    const file = files.get(name);
    if (file === undefined || file.text.length === 0) return;
    writeSync(file.handle, file.text.join(''));
    file.text = [];
    file.size = 0;
  };
  return {
    write: (name, line) => {
      const file = files.get(name);
      if (file === undefined) return;
      const text = `${JSON.stringify(line)}\n`;
      file.text.push(text);
      file.size += text.length;
      if (file.size >= flushBytes) flush(name);
    },
    close: () => {
      for (const name of logNames) {
        flush(name);
        const file = files.get(name);
        if (file !== undefined) closeSync(file.handle);
        files.delete(name);
      }
    },
  };
}

/** The logs of a rehearsal that keeps none. */
export const noLogs: RehearsalLogs = { write: () => {}, close: () => {} };

/** Writes the summary beside the logs. */
export function writeSummary(directory: string, summary: unknown): void {
  writeFileSync(join(directory, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
}
