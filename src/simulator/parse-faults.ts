import { isMap, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { FaultFile } from './faults.ts';

/** What is wrong in a faults file, where, and what to do about it. */
export interface FaultProblem {
  readonly file: string;
  readonly line?: number;
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Reads a faults file; a bad one is refused with all its problems and their lines at once. */
export function parseFaults(
  text: string,
  fileName: string,
):
  | { readonly ok: true; readonly faults: FaultFile }
  | { readonly ok: false; readonly problems: readonly FaultProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      file: fileName,
      line: lines.linePos(error.pos[0]).line,
      path: '',
      problem: error.message.split('\n')[0] ?? error.message,
      remedy: 'Mend the YAML.',
    }));
    return { ok: false, problems };
  }
  const content: unknown = document.toJS();
  const parsed = FaultFile.safeParse(content);
  if (parsed.success) return { ok: true, faults: parsed.data };

  const lineOf = (path: readonly PropertyKey[], key?: string): number | undefined => {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node: unknown = document.getIn(path.slice(0, depth), true);
      const pair =
        key !== undefined && isMap(node)
          ? node.items.find((item) => String(item.key) === key)?.key
          : undefined;
      const offset = rangeStart(pair) ?? rangeStart(node);
      if (offset !== undefined) return lines.linePos(offset).line;
    }
    return undefined;
  };
  const problems = parsed.error.issues.flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return keys.map((key) => {
      const line = lineOf(issue.path, key);
      return {
        file: fileName,
        ...(line === undefined ? {} : { line }),
        path: [...issue.path, ...(key === undefined ? [] : [key])].join('.'),
        problem: problemOf(issue, key),
        remedy: remedyOf(issue),
      };
    });
  });
  return { ok: false, problems };
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const [start]: readonly unknown[] = Array.isArray(node.range) ? node.range : [];
  return typeof start === 'number' ? start : undefined;
}

function problemOf(issue: z.core.$ZodIssue, key: string | undefined): string {
  if (key !== undefined) return `unknown field ${key}`;
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'fault') return 'unknown fault name';
  return issue.message;
}

function remedyOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'Remove the field, or correct its spelling.';
    case 'invalid_union':
      return 'Use one of the fault names and forms in docs/faults.md.';
    case 'invalid_value':
      return `Use one of: ${issue.values.map(String).join(', ')}.`;
    case 'custom':
      return `The value ${issue.message}.`;
    default:
      return 'Correct the value.';
  }
}
