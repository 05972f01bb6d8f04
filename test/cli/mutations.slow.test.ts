import { describe, expect, test } from 'vitest';
import { aDirectory } from './_files.ts';
import { runMutations, sources } from './_mutations.ts';

describe.each(['csv', 'yaml', 'json'] as const)('1,000 mutated %s files', (kind) => {
  const files = aDirectory();
  test.each(sources[kind])('like %s are read or refused, never half', async (source) => {
    const { read, refused } = await runMutations(kind, source, [1000, 2000], files);
    expect(read + refused).toBe(1000);
    // Neither a reader that takes all nor one that refuses all would be worth its name.
    expect(Math.min(read, refused)).toBeGreaterThan(50);
  });
});
