// Two thousand stories of random orders at random instants against random faults and gates; the promises hold in every
// one. What a run finds is kept as a story of its own. LANDFALL_MODEL_RUNS asks for other stories, so many.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stories, wrongWith } from './_operator-model.ts';

const asked = process.env['LANDFALL_MODEL_RUNS'];

test('whatever a person orders and whenever, the promises are kept', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (drawn) => {
      expect(await wrongWith(drawn)).toEqual([]);
    }),
    asked === undefined
      ? { numRuns: 2000, seed: 4711, endOnFailure: true }
      : { numRuns: Number(asked), endOnFailure: true },
  );
}, 3_600_000);
