// Stories of random orders at random instants against random faults; the promises hold in every one. What a run finds is
// kept as a story of its own in operator-model.test.ts. LANDFALL_MODEL_RUNS asks for more, each time from another seed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stories, wrongWith } from './_operator-model.ts';

const runs = process.env['LANDFALL_MODEL_RUNS'];

test('whatever a person orders and whenever, the promises are kept', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (drawn) => {
      expect(await wrongWith(drawn)).toEqual([]);
    }),
    runs === undefined
      ? { numRuns: 150, seed: 4711, endOnFailure: true }
      : { numRuns: Number(runs), endOnFailure: true },
  );
}, 1_800_000);
