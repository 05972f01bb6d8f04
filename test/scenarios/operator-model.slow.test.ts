// Two thousand stories of random orders at random instants against random faults; the promises hold in every one. What
// a run finds is kept as a story of its own in operator-model.test.ts. Another seed each time, printed when one fails.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stories, wrongWith } from './_operator-model.ts';

test('whatever a person orders and whenever, the promises are kept', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (drawn) => {
      expect(await wrongWith(drawn)).toEqual([]);
    }),
    { numRuns: 200, endOnFailure: true },
  );
}, 1_800_000);
