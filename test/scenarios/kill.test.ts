// Processes that die between two effects: nothing lost, nothing doubled. A sample; kill.slow.test.ts takes every effect.
import { expect, test } from 'vitest';
import { type Death, shortStory, undisturbed, wrongAfter } from './_kill.ts';

test('whatever dies before or after an effect, the wave ends as if nobody had died', async () => {
  const base = await undisturbed(shortStory);
  expect(base.ends).toEqual(['1 succeeded', '2 succeeded']);
  expect(base.effects).toBeGreaterThan(400);
  const wrong: string[] = [];
  // A prime step meets every kind of effect; the two sides take turns.
  let when: Death['when'] = 'before';
  for (let effect = 1; effect <= base.effects; effect += 29) {
    wrong.push(...(await wrongAfter(base, { effect, when })));
    when = when === 'before' ? 'after' : 'before';
  }
  expect(wrong).toEqual([]);
}, 120_000);
