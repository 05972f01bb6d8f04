import { describe, expect, test } from 'vitest';
import {
  type AppliedSettings,
  begun,
  ended,
  noted,
  notedTemplate,
  notedVersion,
  putBack,
  restorationOf,
} from '../../../src/core/desired/applied.ts';
import type { SettingChange } from '../../../src/core/desired/setting.ts';

const note = {
  ...{ server: 's-1', plan: 'p', wave: 'p.w', what: 'apply' as const },
  ...{ at: '2024-03-04T16:20:00.000Z', by: 'ada', reason: 'CHG-1' },
};
const copyTags = (from: unknown, to: unknown): SettingChange => ({
  aspect: 'launch-configuration',
  field: 'copyTags',
  from,
  to,
});
const throttling = (from: unknown, to: unknown): SettingChange => ({
  aspect: 'replication-configuration',
  field: 'bandwidthThrottling',
  from,
  to,
});
const applied = (...steps: readonly (readonly SettingChange[])[]): AppliedSettings =>
  steps.reduce<AppliedSettings | undefined>(
    (known, changes) => noted(known, note, changes, undefined),
    undefined,
  ) as AppliedSettings;

describe('what was before', () => {
  test('is what it was before the first of several changes', () => {
    const [field] = applied([throttling(0, 100)], [throttling(100, 50)]).fields;
    expect(field).toMatchObject({ before: 0, ours: [100, 50] });
  });

  test('stays so where a change did not come about', () => {
    const [field] = applied(
      [throttling(0, 100)],
      [throttling(100, 50)],
      [throttling(100, 50)],
    ).fields;
    expect(field).toMatchObject({ before: 0 });
  });

  test('is what somebody else has set in between', () => {
    const [field] = applied([throttling(0, 100)], [throttling(300, 50)]).fields;
    expect(field).toMatchObject({ before: 300, ours: [50] });
  });

  test('is the default version of a launch template, not what it says', () => {
    const change: SettingChange = {
      ...{ aspect: 'launch-template', field: 'instanceType', from: 'a', to: 'b' },
    };
    const first = noted(undefined, note, [change], { id: 'lt-1', version: 4 });
    expect(first).toMatchObject({ fields: [], template: { id: 'lt-1', before: 4, ours: [] } });
    const made = notedVersion(first, 5);
    expect(notedVersion(made, 5)).toBe(made);
    expect(notedTemplate(made, { id: 'lt-1', version: 5 }).template).toEqual(made.template);
    expect(notedTemplate(made, { id: 'lt-1', version: 9 }).template).toMatchObject({ before: 9 });
  });
});

describe('the log', () => {
  test('says who, when and why, and when it ended', () => {
    const begins = begun(undefined, note, [copyTags(true, false)]);
    expect(begins.log).toMatchObject([
      { what: 'apply', by: 'ada', reason: 'CHG-1', endedAt: null },
    ]);
    const ends = ended(begins, '2024-03-04T16:21:00.000Z');
    expect(ends.log).toMatchObject([{ endedAt: '2024-03-04T16:21:00.000Z' }]);
    expect(ended(ends, '2024-03-04T17:00:00.000Z')).toBe(ends);
    expect(putBack(ends).log).toEqual(ends.log);
  });

  test('keeps the latest ten', () => {
    const many = applied(...Array.from({ length: 25 }, (_, i) => [throttling(i, i + 1)]));
    expect(many.log).toHaveLength(10);
    expect(many.fields[0]).toMatchObject({ before: 0 });
    expect(many.fields[0]?.ours).toHaveLength(20);
  });
});

describe('to put back', () => {
  const launch = (is: object) => ({ launch: { ...is } });

  test('sets what is as Landfall set it, and leaves what is as before', () => {
    const known = applied([copyTags(true, false), throttling(0, 100)]);
    const seen = { ...launch({ copyTags: false }), replication: { bandwidthThrottling: 0 } };
    expect(restorationOf(known, seen)).toEqual({
      changes: [copyTags(false, true)],
      disputed: [],
      lost: [],
    });
  });

  test('disputes what somebody else has set since', () => {
    const known = applied([throttling(0, 100)]);
    const restoration = restorationOf(known, {
      ...launch({}),
      replication: { bandwidthThrottling: 7 },
    });
    expect(restoration).toMatchObject({
      changes: [throttling(7, 0)],
      disputed: ['bandwidthThrottling'],
    });
  });

  test('says what cannot be unset, but for a key that is not used any more', () => {
    const known = applied([
      { aspect: 'launch-configuration', field: 'mapAutoTaggingMpeID', from: null, to: 'mpe-1' },
      {
        aspect: 'replication-configuration',
        field: 'ebsEncryption',
        from: 'DEFAULT',
        to: 'CUSTOM',
      },
      { aspect: 'replication-configuration', field: 'ebsEncryptionKeyArn', from: null, to: 'arn' },
    ]);
    const seen = {
      ...launch({ mapAutoTaggingMpeID: 'mpe-1' }),
      replication: { ebsEncryption: 'CUSTOM', ebsEncryptionKeyArn: 'arn' },
    };
    const { changes, lost } = restorationOf(known, seen);
    expect(changes.map(({ field }) => field)).toEqual(['ebsEncryption']);
    expect(lost).toEqual([
      'mapAutoTaggingMpeID: it was not set before, and MGN has no call that unsets it',
    ]);
  });

  test('takes a member of an action away, and says where the action is gone', () => {
    const change: SettingChange = {
      ...{ aspect: 'post-launch-actions', field: 'action a-1.timeoutSeconds', from: null, to: 60 },
    };
    const known = applied([change]);
    const is = { ...launch({}), actions: [{ actionID: 'a-1', timeoutSeconds: 60 }] };
    expect(restorationOf(known, is).changes).toEqual([{ ...change, from: 60, to: null }]);
    expect(restorationOf(known, { ...launch({}), actions: [] })).toMatchObject({
      changes: [],
      lost: ['action a-1.timeoutSeconds: the action is no longer there'],
    });
  });

  test('goes back to the version before, disputes one of somebody else, and says where the template is gone', () => {
    const known = notedVersion(noted(undefined, note, [], { id: 'lt-1', version: 4 }), 5);
    const at = (version: number, id = 'lt-1') => ({
      ...launch({}),
      template: { id, version, data: {} },
    });
    expect(restorationOf(known, at(5))).toMatchObject({
      version: { id: 'lt-1', from: 5, to: 4 },
      disputed: [],
    });
    expect(restorationOf(known, at(4)).version).toBeUndefined();
    expect(restorationOf(known, at(6)).disputed).toEqual(['launch template version']);
    expect(restorationOf(known, at(5, 'lt-2')).lost).toEqual([
      'launch template: it is no longer there',
    ]);
    expect(restorationOf(known, launch({})).lost).toHaveLength(1);
  });
});
