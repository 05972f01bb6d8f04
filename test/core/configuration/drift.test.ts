import { describe, expect, test } from 'vitest';
import {
  currentFields,
  differencesOf,
  driftAfter,
  templateChanges,
} from '../../../src/core/configuration/drift.ts';
import { standardVcpus } from '../../../src/core/configuration/surroundings.ts';
import { namedDifferences, tellDrift, tellTemplates } from '../../../src/core/event/tell-drift.ts';

const baseline = {
  'launch-template': { defaultVersion: '1', instanceType: 'm5.large' },
  'launch-configuration': { copyTags: 'true' },
} as const;
const edited = { 'launch-template': { defaultVersion: '2', subnetIds: 'subnet-1' } } as const;

describe('drift', () => {
  test('names what is other, what is gone and what is new', () => {
    expect(differencesOf(baseline['launch-template'], edited['launch-template'])).toEqual([
      { field: 'defaultVersion', expected: '1', actual: '2' },
      { field: 'instanceType', expected: 'm5.large', actual: null },
      { field: 'subnetIds', expected: null, actual: 'subnet-1' },
    ]);
  });

  test('is new once, and again when it is over', () => {
    const first = driftAfter(baseline, edited, {});
    expect(Object.keys(first)).toEqual(['launch-template']);
    expect(driftAfter(baseline, edited, first)).toBe(first);
    expect(driftAfter(baseline, baseline, first)).toEqual({});
    const none = {};
    expect(driftAfter(baseline, baseline, none)).toBe(none);
  });

  test('of what nobody looked at stays as it was, and without a baseline there is none', () => {
    const before = driftAfter(baseline, edited, {});
    const launch = { 'launch-configuration': { copyTags: 'true' } };
    expect(driftAfter(baseline, launch, before)).toBe(before);
    const other = { 'launch-configuration': { copyTags: 'false' } };
    expect(driftAfter(baseline, other, before)).toMatchObject(before);
    expect(driftAfter({}, edited, {})).toEqual({});
  });

  test('over the baseline is what is there now', () => {
    const drift = driftAfter(baseline, edited, {});
    expect(currentFields(baseline, drift, 'launch-template')).toEqual(edited['launch-template']);
    expect(currentFields(baseline, drift, 'launch-configuration')).toEqual({ copyTags: 'true' });
  });

  test('is told in bounds, with the number of all', () => {
    const many = Array.from({ length: 60 }, (_, n) => ({
      field: `f${n}`.repeat(200),
      expected: null,
      actual: 'v'.repeat(999),
    }));
    const told = tellDrift({}, { 'launch-template': many });
    expect(told.members['differences']).toBe(60);
    const current = told.members['current'] as readonly { field: string; actual: string }[];
    expect(current).toHaveLength(namedDifferences + 1);
    expect(current.at(-1)).toMatchObject({ aspect: 'all', field: '40 further fields' });
    const changed = [...many.slice(0, 59), { field: 'f59', expected: 'a', actual: null }];
    expect(tellDrift({}, { 'launch-template': changed }).members['current']).not.toEqual(current);
    expect(JSON.stringify(told).length).toBeLessThan(20_000);
  });
});

describe('an account’s templates', () => {
  const lct = { kind: 'launch', fields: { copyTags: 'true', bootMode: 'UEFI' } } as const;

  test('are told where they are new, other or gone, by the fields that differ', () => {
    const changed = { ...lct, fields: { copyTags: 'false', bootMode: 'UEFI' } };
    const rct = { kind: 'replication', fields: { createPublicIP: 'false' } } as const;
    const gone = { field: 'createPublicIP', expected: 'false', actual: null };
    expect(templateChanges({ a: lct, b: rct }, { a: changed, c: lct })).toEqual([
      {
        templateId: 'a',
        kind: 'launch',
        news: 'changed',
        differences: [{ field: 'copyTags', expected: 'true', actual: 'false' }],
      },
      { templateId: 'b', kind: 'replication', news: 'removed', differences: [gone] },
      {
        templateId: 'c',
        kind: 'launch',
        news: 'added',
        differences: [
          { field: 'bootMode', expected: null, actual: 'UEFI' },
          { field: 'copyTags', expected: null, actual: 'true' },
        ],
      },
    ]);
    const told = tellTemplates(
      { a: lct },
      { a: changed },
      templateChanges({ a: lct }, { a: changed }),
    );
    expect(told.members).toMatchObject({ changes: [{ news: 'changed', differences: 1 }] });
    expect(told.members['previous']).not.toEqual(told.members['current']);
  });

  test('that are as they were tell nothing', () => {
    expect(templateChanges({ a: lct }, { a: { ...lct } })).toEqual([]);
    expect(templateChanges({}, {})).toEqual([]);
  });
});

test('only running on-demand instances of the Standard families count', () => {
  const instance = (instanceType: string | undefined, vcpus: number | undefined, spot = false) => ({
    instanceType,
    vcpus,
    spot,
  });
  expect(
    standardVcpus([
      instance('m5.large', 2),
      instance('im4gn.xlarge', 4),
      instance('t3.micro', undefined),
      instance('m5.large', 2, true),
      instance('g5.xlarge', 4),
      instance('mac2.metal', 12),
      instance('inf1.xlarge', 4),
      instance(undefined, 8),
    ]),
  ).toBe(6);
});
