// Random orders at random instants against random faults: the promises hold in every one. A sample;
// operator-model.slow.test.ts runs thousands.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stories, wrongWith } from './_operator-model.ts';

test('whatever a person orders and whenever, the promises are kept', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (drawn) => {
      expect(await wrongWith(drawn)).toEqual([]);
    }),
    { numRuns: 25, seed: 7, endOnFailure: true },
  );
}, 300_000);
