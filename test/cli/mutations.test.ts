import { describe, expect, test } from 'vitest';
import { aDirectory } from './_files.ts';
import { runMutations, sources } from './_mutations.ts';

// A taste of it; mutations.slow.test.ts takes a thousand of each kind.
describe.each(['csv', 'yaml', 'json'] as const)('mutated %s files', (kind) => {
  const files = aDirectory();
  test.each(sources[kind])('like %s are read or refused, never half', async (source) => {
    const { read, refused } = await runMutations(kind, source, [0, 20], files);
    expect(read + refused).toBe(20);
  });
});
