import { expect, test } from 'vitest';
import {
  acceptedBetween,
  acceptedWith,
  expecting,
  settled,
} from '../../../src/core/configuration/accepted.ts';
import { driftAfter } from '../../../src/core/configuration/drift.ts';

const aspect = 'launch-template';
const baseline = { [aspect]: { defaultVersion: '1', instanceType: 'a', keyName: 'k' } };
const after = { defaultVersion: '2', instanceType: 'b', iamInstanceProfile: 'p' };
const accepted = { [aspect]: acceptedBetween(baseline[aspect], after) };

test('what is being set is as expected, before and after; what others change is not', () => {
  expect(accepted[aspect]).toEqual({
    defaultVersion: '2',
    instanceType: 'b',
    iamInstanceProfile: 'p',
    keyName: null,
  });
  const drift = (seen: Readonly<Record<string, string>>) =>
    driftAfter(expecting(baseline, accepted, { [aspect]: seen }), { [aspect]: seen }, {});
  expect(drift(baseline[aspect])).toEqual({});
  expect(drift(after)).toEqual({});
  expect(drift({ ...after, instanceType: 'c' })).toEqual({
    [aspect]: [{ field: 'instanceType', expected: 'a', actual: 'c' }],
  });
});

test('once it is set, what was before is not expected any more', () => {
  const next = settled(baseline, accepted);
  expect(next).toEqual({ [aspect]: after });
  expect(driftAfter(next, { [aspect]: baseline[aspect] }, {})[aspect]).toHaveLength(4);
});

test('an aspect that was never looked at stays unknown', () => {
  expect(settled({}, accepted)).toEqual({});
  expect(expecting({}, accepted, { [aspect]: after })).toEqual({});
  expect(expecting(baseline, undefined, {})).toBe(baseline);
});

test('what is accepted adds up, the latest counts', () => {
  expect(acceptedWith(accepted, { [aspect]: { instanceType: 'z' } })).toEqual({
    [aspect]: { ...accepted[aspect], instanceType: 'z' },
  });
  expect(acceptedWith(undefined, { [aspect]: {} })).toEqual({});
});
