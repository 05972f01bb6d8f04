import { expect, test } from 'vitest';
import { rateMs } from '../../src/runtime/scheduler.ts';

test.each([
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(1 hour)', 3_600_000],
  ['rate(12 hours)', 43_200_000],
  ['rate(1 day)', 86_400_000],
  ['rate(7 days)', 604_800_000],
])('%s is %i ms', (expression, ms) => {
  expect(rateMs(expression)).toBe(ms);
});

test.each([
  ['cron(0 12 * * ? *)', /only rate/],
  ['at(2024-03-04T16:20:00)', /only rate/],
  ['rate(1 minutes)', /must be/],
  ['rate(5 minute)', /must be/],
  ['rate(0 minutes)', /must be/],
  ['rate(30 seconds)', /must be/],
  ['every minute', /must be/],
])('%s is refused', (expression, message) => {
  expect(() => rateMs(expression)).toThrow(message);
});
