/** Where two logs differ first: the line, counted from 0, as each has it; undefined where one has ended. */
export interface Difference {
  readonly index: number;
  readonly a: string | undefined;
  readonly b: string | undefined;
}

const NEWLINE = 10;

/** Compares two files byte by byte; undefined when they are equal. */
export function firstDifference(a: Uint8Array, b: Uint8Array): Difference | undefined {
  let lineStart = 0;
  let index = 0;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) {
    if (a[i] !== b[i]) return { index, a: lineAt(a, lineStart), b: lineAt(b, lineStart) };
    if (a[i] === NEWLINE) {
      lineStart = i + 1;
      index += 1;
    }
  }
  if (a.length === b.length) return undefined;
  return { index, a: lineAt(a, lineStart), b: lineAt(b, lineStart) };
}

function lineAt(bytes: Uint8Array, start: number): string | undefined {
  if (start >= bytes.length) return undefined;
  const end = bytes.indexOf(NEWLINE, start);
  return new TextDecoder().decode(bytes.subarray(start, end === -1 ? bytes.length : end));
}
