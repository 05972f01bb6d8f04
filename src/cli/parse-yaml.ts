// In: the text of a YAML file (JSON is a part of it). Out: what it says with a way back to its lines, or why it cannot be
// read. Pure; called by whoever reads a file that a person wrote for a rehearsal.
import { type Document, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { cut, type Problem, problemAt } from '../core/fleet/problem.ts';
import { lineOf } from './line-of.ts';
import { unreadableYaml } from './unreadable-yaml.ts';

/** A document that could be read. */
export interface ParsedYaml {
  readonly ok: true;
  readonly content: unknown;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  /** Adds the file and the line to a problem of the content. */
  readonly located: (problem: Problem) => Problem;
}

/** Parses a document; the file's name is for the problems, the remedy for what cannot be read at all. Never throws. */
export function parseYaml(
  text: string,
  file: string,
  remedy: string,
): ParsedYaml | { readonly ok: false; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    if (document.errors.length > 0) {
      return {
        ok: false,
        problems: document.errors.map(({ message, pos }) => ({
          ...problemAt([], cut(message), 'mend the YAML here'),
          file,
          line: lines.linePos(pos[0]).line,
        })),
      };
    }
    const located = (problem: Problem): Problem => {
      const line = lineOf(document, problem.at, lines);
      return { ...problem, file, ...(line === undefined ? {} : { line }) };
    };
    return { ok: true, content: document.toJS({ maxAliasCount: 100 }), document, lines, located };
  } catch (error) {
    return { ok: false, problems: [unreadableYaml(error, file, remedy)] };
  }
}

/** The problems of a content that has not the form, each at its line. */
export function formProblems(
  { located }: ParsedYaml,
  { issues }: z.ZodError,
  remedy: string,
): readonly Problem[] {
  return issues.map(({ path, message }) => {
    const at = path.map((key) => (typeof key === 'number' ? key : String(key)));
    return located(problemAt(at, cut(message), remedy));
  });
}
