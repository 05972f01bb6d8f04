import { expect, test } from 'vitest';
import { waitWords } from '../../src/cli/wait-words.ts';
import { launchKinds } from '../../src/core/admission.ts';
import { waitNames } from '../../src/flow/condition-of.ts';

test.each([...waitNames, ...launchKinds])('%s has words of its own', (wait) => {
  expect(waitWords(wait)).toMatch(/^(for|to) ./);
  expect(waitWords(wait)).not.toBe(`for ${wait}`);
});

test('a wait that nobody knows keeps its name', () => {
  expect(waitWords('Something')).toBe('for Something');
});
