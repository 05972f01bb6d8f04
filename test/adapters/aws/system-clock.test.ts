import { expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/aws/system-clock.ts';
import { toMs } from '../../../src/core/time.ts';

test('tells the time of this machine', () => {
  const before = Date.now();
  const now = toMs(systemClock.now());
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
