import { describe, expect, test } from 'vitest';
import { callsFor, seenAfter } from '../../../src/core/desired/calls.ts';
import { actionMember, compare } from '../../../src/core/desired/compare.ts';
import { closedBecause } from '../../../src/core/desired/may-change.ts';
import { isSame, valueText } from '../../../src/core/desired/setting.ts';
import { laidOverDesired } from '../../../src/core/plan/desired.ts';

const actions = [
  { actionID: 'a-1', actionName: 'join', order: 1001, documentIdentifier: 'D', told: 'more' },
  { actionID: 'a-2', actionName: 'scan', order: 1002, documentIdentifier: 'D' },
  { actionID: 'a-3', actionName: 'scan', order: 1003, documentIdentifier: 'D' },
];

describe('a comparison', () => {
  test('finds nothing where nothing is wanted, or all is so', () => {
    const seen = { launch: { copyTags: true }, replication: { bandwidthThrottling: 5 } };
    expect(compare({}, seen)).toEqual({ changes: [], obstacles: [] });
    const wanted = {
      launchConfiguration: { copyTags: true },
      replicationConfiguration: { bandwidthThrottling: 5 },
    };
    expect(compare(wanted, seen)).toEqual({ changes: [], obstacles: [] });
  });

  test('finds an action by its id before its name, and refuses a name that is not clear', () => {
    const of = (name: string) =>
      compare(
        { postLaunchActions: { actions: { [name]: { active: false } } } },
        { launch: {}, actions },
      );
    expect(of('a-2').changes.map(({ field }) => field)).toEqual(['action a-2.active']);
    expect(of('join').changes.map(({ field }) => field)).toEqual(['action a-1.active']);
    expect(of('scan').obstacles).toEqual([
      'the server has 2 actions scan: name one by its actionID',
    ]);
  });

  test('refuses an instance type that MGN would write over, and an address that is copied', () => {
    const template = { id: 'lt', version: 1, data: {} };
    const launchTemplate = { instanceType: 'm5.large', privateIpAddress: '10.0.0.1' };
    const launch = { targetInstanceTypeRightSizingMethod: 'BASIC', copyPrivateIp: true };
    expect(compare({ launchTemplate }, { launch, template }).obstacles).toHaveLength(2);
    const launchConfiguration = {
      targetInstanceTypeRightSizingMethod: 'NONE' as const,
      copyPrivateIp: false,
    };
    const both = { launchTemplate, launchConfiguration };
    expect(compare(both, { launch, template }).obstacles).toEqual([]);
    expect(compare({ launchTemplate }, { launch }).obstacles).toEqual([
      expect.stringContaining('has no EC2 launch template'),
    ]);
  });
});

describe('the calls', () => {
  test('are one a configuration and one an action, with what goes with a member', () => {
    const launch = {
      licensing: { osByol: true, further: 1 },
      postLaunchActions: { deployment: 'TEST_ONLY', s3LogBucket: 'logs' },
    };
    const desired = {
      launchConfiguration: { copyTags: false, licensing: { osByol: false } },
      replicationConfiguration: { bandwidthThrottling: 5, createPublicIP: false },
      postLaunchActions: {
        deployment: 'CUTOVER_ONLY' as const,
        actions: { join: { active: false, order: 1005 } },
      },
    };
    const seen = { launch, replication: {}, actions };
    const calls = callsFor(compare(desired, seen).changes, seen);
    expect(calls).toEqual([
      {
        call: 'launch-configuration',
        fields: {
          copyTags: false,
          licensing: { osByol: false, further: 1 },
          postLaunchActions: { deployment: 'CUTOVER_ONLY', s3LogBucket: 'logs' },
        },
      },
      {
        call: 'replication-configuration',
        fields: { bandwidthThrottling: 5, createPublicIP: false },
      },
      {
        call: 'post-launch-action',
        action: {
          actionID: 'a-1',
          actionName: 'join',
          order: 1005,
          documentIdentifier: 'D',
          active: false,
        },
      },
    ]);
    const after = calls.reduce(seenAfter, seen);
    expect(compare(desired, after).changes).toEqual([]);
  });

  test('leave out what shall be absent', () => {
    const seen = { launch: { postLaunchActions: { deployment: 'TEST_ONLY' } } };
    const from = 'TEST_ONLY';
    const field = { aspect: 'post-launch-actions' as const, field: 'deployment', from, to: null };
    expect(callsFor([field], seen)).toEqual([
      { call: 'launch-configuration', fields: { postLaunchActions: {} } },
    ]);
    expect(callsFor([], seen)).toEqual([]);
  });
});

test('a setting of an action is read back from its name, whatever the id holds', () => {
  expect(actionMember('action a.b c.active')).toEqual({ actionId: 'a.b c', member: 'active' });
  expect(actionMember('deployment')).toBeUndefined();
});

test('values are the same whatever the order of their members, and shown short', () => {
  expect(isSame({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  expect(isSame(null, undefined)).toBe(true);
  expect(isSame(null, false)).toBe(false);
  expect(['', null, [], {}, false, { a: [1, 2] }].map(valueText)).toEqual([
    '(empty)',
    '–',
    '(none)',
    '(none)',
    'false',
    'a=1, 2',
  ]);
  expect(valueText('x'.repeat(100))).toHaveLength(60);
});

test('a server may be changed but while it is launched, archived, or past its cutover; put back also then', () => {
  const of = (what: 'apply' | 'restore', lifecycle: string, more: object = {}) =>
    closedBecause(what, {
      observation: { hostname: 'h', isArchived: false, lifecycle },
      launchingJob: undefined,
      queuedBy: undefined,
      ...more,
    });
  expect(of('apply', 'READY_FOR_TEST')).toBeUndefined();
  expect(of('apply', 'A_STATE_OF_TOMORROW')).toBeUndefined();
  expect(of('apply', 'DISCONNECTED')).toContain('past its cutover');
  expect(of('restore', 'CUTOVER')).toBeUndefined();
  expect(of('restore', 'TESTING', { launchingJob: 'mgnjob-1' })).toContain('mgnjob-1');
  expect(of('restore', 'TESTING', { queuedBy: 'p.w' })).toContain('p.w');
  expect(of('restore', 'CUTOVER', { observation: undefined })).toContain('does not list');
});

test('a layer is laid over another field by field, tags and actions by their names', () => {
  const below = {
    launchConfiguration: { copyTags: true, copyPrivateIp: true },
    launchTemplate: { subnetId: 'subnet-1', tags: { a: '1', b: '2' } },
    postLaunchActions: { actions: { join: { active: true, order: 1001 } } },
  };
  const layer = {
    launchConfiguration: { copyTags: false },
    launchTemplate: { tags: { b: '3' } },
    postLaunchActions: { actions: { join: { active: false }, scan: { active: true } } },
    replicationConfiguration: { bandwidthThrottling: 1 },
  };
  expect(laidOverDesired(below, layer)).toEqual({
    launchConfiguration: { copyTags: false, copyPrivateIp: true },
    launchTemplate: { subnetId: 'subnet-1', tags: { a: '1', b: '3' } },
    postLaunchActions: {
      actions: { join: { active: false, order: 1001 }, scan: { active: true } },
    },
    replicationConfiguration: { bandwidthThrottling: 1 },
  });
  expect(laidOverDesired(below, undefined)).toBe(below);
  expect(laidOverDesired(undefined, undefined)).toBeUndefined();
});
