import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A directory that is removed after the tests of a file, and a way to write into it. */
export function aDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'landfall-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  return {
    directory,
    write: (name: string, content: string | Uint8Array): string => {
      const file = join(directory, name);
      writeFileSync(file, content);
      return file;
    },
  };
}

/** The path of an example in the repository. */
export function example(path: string): string {
  return new URL(`../../examples/${path}`, import.meta.url).pathname;
}
