import { describe, expect, test } from 'vitest';
import {
  driftAfter,
  type Templates,
  templateChanges,
} from '../../../src/core/configuration/drift.ts';
import {
  besideTemplates,
  type DrsSettingsSeen,
  missingKinds,
  runsNoActions,
} from '../../../src/core/configuration/drs-templates.ts';
import {
  actionFields,
  launchFields,
  replicationFields,
} from '../../../src/core/configuration/fields.ts';
import {
  isLaunchedSince,
  markAfter,
} from '../../../src/core/configuration/launch-template-mark.ts';
import { tellTemplates } from '../../../src/core/event/tell-drift.ts';

const launch = (more: object = {}) =>
  launchFields({
    launchConfigurationTemplateID: 'lct-1',
    arn: 'arn',
    tags: { a: 'b' },
    copyTags: false,
    licensing: { osByol: true },
    postLaunchEnabled: false,
    exportBucketArn: 'arn:aws:s3:::bucket',
    launchIntoSourceInstance: false,
    ...more,
  });
const ofServer = (more: object = {}) =>
  launchFields({
    sourceServerID: 's-1',
    name: 'host',
    ec2LaunchTemplateID: 'lt-1',
    launchIntoInstanceProperties: {},
    copyTags: false,
    licensing: { osByol: true },
    postLaunchEnabled: false,
    ...more,
  });
const templates = (more: object = {}, actions = {}): Templates => ({
  'lct-1': { kind: 'launch', fields: launch(more), actions },
});
const driftOf = (known: Templates, seen: DrsSettingsSeen) => {
  const { expected, actual } = besideTemplates(known, seen);
  return driftAfter(expected, actual, {});
};

describe('a server of DRS beside the templates of its account', () => {
  test('does not differ in what only one of them has', () => {
    expect(driftOf(templates(), { launch: ofServer() })).toEqual({});
    // A field that the template was made without says nothing.
    const old = { 'lct-1': { kind: 'launch', fields: { copyTags: 'false' } } } as const;
    expect(driftOf(old, { launch: ofServer({ copyPrivateIp: true }) })).toEqual({});
  });

  test('differs in what both of them have, also what neither this Landfall nor its authors knew', () => {
    const drift = driftOf(templates({ recoveryMode: 'FAST' }), {
      launch: ofServer({ copyTags: true, licensing: { osByol: false }, recoveryMode: 'OPTIMAL' }),
    });
    expect(drift['launch-configuration']?.map(({ field }) => field)).toEqual([
      'copyTags',
      'licensing.osByol',
      'recoveryMode',
    ]);
    expect(drift['launch-configuration']?.[0]).toMatchObject({ expected: 'false', actual: 'true' });
  });

  test('is compared with nothing where there is no template, or it was not looked at', () => {
    expect(besideTemplates({}, { launch: ofServer() })).toEqual({ expected: {}, actual: {} });
    const replication: Templates = { 'rct-1': { kind: 'replication', fields: { a: '1' } } };
    expect(driftOf(replication, { launch: ofServer() })).toEqual({});
    expect(driftOf(replication, { launch: ofServer(), replication: { a: '2' } })).toEqual({
      'replication-configuration': [{ field: 'a', expected: '1', actual: '2' }],
    });
  });

  test('has its disks to itself', () => {
    const seen = replicationFields({
      replicatedDisks: [{ deviceName: '/dev/sda', stagingDiskType: 'GP3' }],
      autoReplicateNewDisks: false,
    });
    const known: Templates = {
      'rct-1': { kind: 'replication', fields: replicationFields({ autoReplicateNewDisks: true }) },
    };
    expect(driftOf(known, { launch: ofServer(), replication: seen })).toEqual({
      'replication-configuration': [
        { field: 'autoReplicateNewDisks', expected: 'true', actual: 'false' },
      ],
    });
  });
});

describe('launch actions', () => {
  const action = {
    actionId: 'a-1',
    actionCode: 'AWS-Join',
    actionVersion: '2',
    name: 'join',
    order: 2,
    optional: false,
    active: true,
    parameters: { p: { type: 'DYNAMIC', value: 'a secret' } },
  };

  test('are named with order, document and weight; what they are given is a digest', () => {
    const fields = actionFields({}, [action]);
    expect(fields).toEqual({
      'action join': expect.stringMatching(
        /^order 2, active, must succeed, AWS-Join:2, #[\da-f]{16}$/,
      ),
    });
    expect(JSON.stringify(fields)).not.toContain('secret');
    expect(actionFields({}, [{ ...action, optional: true }])['action join']).toContain('may fail');
  });

  test('are compared as a whole where any of them run, and are over where none does', () => {
    const wanted = actionFields({}, [action]);
    const on = { postLaunchEnabled: true };
    const known = templates(on, wanted);
    expect(driftOf(known, { launch: ofServer(on), actions: wanted })).toEqual({});
    const none = driftOf(known, { launch: ofServer(on), actions: {} });
    expect(none['post-launch-actions']).toMatchObject([{ field: 'action join', actual: null }]);
    // Not looked at: it stays as it was.
    const { expected, actual } = besideTemplates(known, { launch: ofServer(on) });
    expect(driftAfter(expected, actual, none)).toBe(none);
    const off = besideTemplates(templates({}, wanted), { launch: ofServer(), actions: {} });
    expect(driftAfter(off.expected, off.actual, none)).toEqual({});
    expect([runsNoActions(ofServer()), runsNoActions(ofServer(on)), runsNoActions({})]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('of a template belong to what it says', () => {
    const changes = templateChanges(templates(), templates({}, { 'action join': 'order 2' }));
    expect(changes).toMatchObject([
      { news: 'changed', differences: [{ field: 'action join', expected: null }] },
    ]);
    const told = tellTemplates(templates(), templates({}, { a: '1' }), changes, ['replication']);
    expect(told.members['missing']).toEqual(['replication']);
    expect(told.members['previous']).not.toEqual(told.members['current']);
  });
});

test('an account misses the kinds of templates that it does not have', () => {
  expect(missingKinds({})).toEqual(['launch', 'replication']);
  expect(missingKinds(templates())).toEqual(['replication']);
});

describe('the mark of a launch template', () => {
  const fields = { defaultVersion: '1' };
  const mark = { id: 'lt-1', fields, jobId: null };
  const look = (more: object = {}) => ({ id: 'lt-1', fields, jobId: undefined, ...more });

  test('is what it said at the first look, and stays so whatever it says then', () => {
    expect(markAfter(undefined, look())).toEqual(mark);
    expect(markAfter(mark, look({ fields: { defaultVersion: '2' } }))).toBe(mark);
  });

  test('is what it says once it has launched the server', () => {
    const next = markAfter(mark, look({ fields: { defaultVersion: '2' }, jobId: 'job-1' }));
    expect(next).toEqual({ id: 'lt-1', fields: { defaultVersion: '2' }, jobId: 'job-1' });
    expect(next && isLaunchedSince(next, 'job-1')).toBe(false);
    expect(next && isLaunchedSince(next, 'job-2')).toBe(true);
    expect(next && isLaunchedSince(next, undefined)).toBe(false);
  });

  test('is none of a template that is gone', () => {
    expect(markAfter(undefined, look({ fields: {} }))).toBeUndefined();
    expect(markAfter(mark, look({ fields: {}, jobId: 'job-1' }))).toBe(mark);
  });
});
