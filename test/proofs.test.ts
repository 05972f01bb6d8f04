// The tables of what is proven name tests that exist.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const pages = ['docs/proofs.md'];

/** The rows of a page that name a test: its file and a part of its name. */
function rowsOf(page: string): readonly (readonly [file: string, name: string])[] {
  return readFileSync(page, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, file, name] = /`(test\/[^`]+\.test\.ts)` *\|([^|]*)\|/.exec(line) ?? [];
      return file === undefined ? [] : [[file, (name ?? '').trim()] as const];
    });
}

describe.each(pages)('%s', (page) => {
  const rows = rowsOf(page);
  test('names tests', () => {
    expect(rows.length).toBeGreaterThan(20);
  });
  test.each(rows)('%s: %s', (file, name) => {
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain(name);
  });
});
