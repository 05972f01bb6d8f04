import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { utcMs } from '../../src/trace/utc-instant.ts';

const dates = fc.date({
  min: new Date('1970-01-01T00:00:00Z'),
  max: new Date('2199-12-31T23:59:59Z'),
  noInvalidDate: true,
});

it('reads every instant that JavaScript writes', () =>
  fc.assert(fc.property(dates, (date) => utcMs(date.toISOString()) === date.getTime())));

it('reads the form of the MGN wire', () => {
  expect(utcMs('2022-08-31T16:42:49.446799+00:00')).toBe(Date.parse('2022-08-31T16:42:49.446Z'));
  expect(utcMs('2022-08-31T17:08:00+00:00')).toBe(Date.parse('2022-08-31T17:08:00Z'));
  expect(utcMs('2024-02-29T00:00:00Z')).toBe(Date.parse('2024-02-29T00:00:00Z'));
});

it('refuses other zones, other forms and days that do not exist', () => {
  for (const text of [
    '',
    'yesterday',
    '2024-03-04',
    '2024-03-04T12:00:00',
    '2024-03-04T12:00:00+01:00',
    '2024-03-04T24:00:00Z',
    '2024-03-04T12:60:00Z',
    '2023-02-29T12:00:00Z',
    '2024-04-31T12:00:00Z',
    '2024-13-01T12:00:00Z',
    '2024-00-10T12:00:00Z',
  ]) {
    expect(utcMs(text), text).toBeNaN();
  }
});
