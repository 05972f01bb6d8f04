import { describe, expect, test } from 'vitest';
import { aDirectory } from './_files.ts';
import { runMutations, sources } from './_mutations.ts';

// At least a thousand of each kind: 250 of each of five CSV files, 500 of each of two plans and of two fleets.
describe.each([
  ['csv', 250],
  ['yaml', 500],
  ['json', 500],
] as const)('mutated %s files, %i of each source', (kind, count) => {
  const files = aDirectory();
  test.each(sources[kind])('like %s are read or refused, never half', async (source) => {
    const { read, refused } = await runMutations(kind, source, [1000, 1000 + count], files);
    expect(read + refused).toBe(count);
    // Neither a reader that takes all nor one that refuses all would be worth its name.
    expect(Math.min(read, refused)).toBeGreaterThan(count / 20);
  });
});
