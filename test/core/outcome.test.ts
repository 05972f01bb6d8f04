import { expect, it } from 'vitest';
import { countOutcomes, outcomeNames } from '../../src/core/outcome.ts';

it('counts every name, also those that nobody has', () => {
  expect(countOutcomes([])).toEqual({
    succeeded: 0,
    skipped: 0,
    'rolled-back': 0,
    failed: 0,
    frozen: 0,
  });
  const each = [...outcomeNames, 'frozen' as const].map((outcome) => ({ outcome, reason: 'r' }));
  expect(countOutcomes(each)).toEqual({
    succeeded: 1,
    skipped: 1,
    'rolled-back': 1,
    failed: 1,
    frozen: 2,
  });
});
