/** Where in a document something is: object keys and list positions from the root. */
export type Path = readonly (string | number)[];

/** What is wrong with something that a person gave us, where, and what to do about it. */
export interface Problem {
  readonly file?: string;
  /** The line in the file, counted from 1. */
  readonly line?: number;
  /** The place as text, e.g. `spec.waves[0].servers.ids[3]`; empty for the whole document. */
  readonly path: string;
  /** The same place as keys, for whoever looks up the line. */
  readonly at: Path;
  readonly problem: string;
  readonly remedy: string;
}

/** Builds a problem at a place of a document. */
export function problemAt(at: Path, problem: string, remedy: string): Problem {
  return { path: pathText(at), at, problem, remedy };
}

/** Writes a place as text; a key that is no plain word is quoted: `tags["a b"]`. */
export function pathText(at: Path): string {
  return at.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

const shownLength = 120;

/** Cuts text from outside to 120 characters, so that a hostile value cannot flood a message. */
export function cut(text: string): string {
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`;
}

/** Shows a value from outside in a message: as JSON, on one line, cut. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cut(value));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (value === undefined) return 'nothing';
  return cut(String(value));
}

// C0, DEL, C1, line and paragraph separators, marks that turn the writing direction, zero-width
// characters and halves of surrogate pairs: each can move, hide or forge what a terminal shows.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Escapes what could move, hide or forge output on a terminal; the result is one line. */
export function printable(text: string): string {
  return text.replace(
    unprintable,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

function printProblem({ file, line, path, problem, remedy }: Problem): string {
  const place = file === undefined ? [] : [line === undefined ? file : `${file}:${line}`];
  const parts = [...place, ...(path === '' ? [] : [path]), problem, `→ ${remedy}`];
  return printable(parts.join('  '));
}

/**
 * Prints problems, one line each: `plan.yaml:12  spec.waves[0].name  what is wrong  → what to do`.
 * Beyond the limit (200 by default) the last line says how many more there are.
 */
export function printProblems(problems: readonly Problem[], limit = 200): string {
  const lines = problems.slice(0, limit).map(printProblem);
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
}
