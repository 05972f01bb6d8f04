import { describe, expect, test } from 'vitest';
import {
  actionFields,
  digestOf,
  launchFields,
  replicationFields,
  templateFields,
} from '../../../src/core/configuration/fields.ts';

const digest = /^#[0-9a-f]{16}$/;

test('a digest is the same whatever the order of the members, and another for another value', () => {
  expect(digestOf({ a: 1, b: [1, 2] })).toBe(digestOf({ b: [1, 2], a: 1 }));
  expect(digestOf({ a: 1, b: undefined })).toBe(digestOf({ a: 1 }));
  const others = [{ a: 1 }, { a: '1' }, { a: [1] }, [], {}, null, 'a', ['a'], [['a']]];
  expect(new Set(others.map(digestOf)).size).toBe(others.length);
  expect(digestOf('x')).toMatch(digest);
});

describe('the fields of a configuration', () => {
  test('of a launch are short and plain; what nobody knows is a digest', () => {
    expect(
      launchFields({
        sourceServerID: 's-1',
        name: 'host-1',
        launchDisposition: 'STARTED',
        copyTags: true,
        licensing: { osByol: false },
        postLaunchActions: { deployment: 'TEST_ONLY' },
        newMember: 'may-be-a-secret',
        bootMode: null,
      }),
    ).toEqual({
      copyTags: 'true',
      launchDisposition: 'STARTED',
      'licensing.osByol': 'false',
      newMember: expect.stringMatching(digest),
    });
  });

  test('of a replication name each disk; tags of the staging area are a digest', () => {
    expect(
      replicationFields({
        bandwidthThrottling: 0,
        replicationServersSecurityGroupsIDs: ['sg-2', 'sg-1'],
        stagingAreaTags: { owner: 'anna@example.com' },
        replicatedDisks: [
          {
            deviceName: 'c:0',
            isBootDisk: true,
            stagingDiskType: 'GP3',
            iops: 3000,
            throughput: 125,
          },
          { deviceName: 'c:1', stagingDiskType: 'AUTO', iops: 0 },
        ],
      }),
    ).toEqual({
      bandwidthThrottling: '0',
      'disk c:0': 'GP3 3000 125',
      'disk c:1': 'AUTO',
      replicationServersSecurityGroupsIDs: 'sg-1, sg-2',
      stagingAreaTags: expect.stringMatching(digest),
    });
  });

  test('of a launch template say its default version and what that says', () => {
    expect(
      templateFields(3, {
        launchTemplateId: 'lt-1',
        version: 3,
        instanceType: 'm5.large',
        subnetIds: ['subnet-1'],
        hasUserData: true,
        privateIps: [],
      }),
    ).toEqual({
      defaultVersion: '3',
      hasUserData: 'true',
      instanceType: 'm5.large',
      privateIps: '',
      subnetIds: 'subnet-1',
    });
  });

  test('of post-launch actions never show a parameter, but change with it', () => {
    const action = (value: string) => ({
      actionName: 'join',
      actionID: 'a1',
      order: 1001,
      documentIdentifier: 'AWS-JoinDomain',
      documentVersion: '2',
      mustSucceedForCutover: true,
      parameters: { password: [{ parameterName: value, parameterType: 'STRING' }] },
    });
    const launch = {
      postLaunchActions: {
        deployment: 'TEST_AND_CUTOVER',
        ssmDocuments: [
          { actionName: 'check', ssmDocumentName: 'Check', mustSucceedForCutover: false },
        ],
      },
    };
    const fields = actionFields(launch, [action('hunter2')]);
    expect(fields).toEqual({
      deployment: 'TEST_AND_CUTOVER',
      'action check': 'order 0, active, may fail, Check',
      'action join': expect.stringMatching(
        /^order 1001, active, must succeed, AWS-JoinDomain:2, #[0-9a-f]{16}$/,
      ),
    });
    expect(JSON.stringify(fields)).not.toContain('hunter2');
    expect(actionFields(launch, [action('other')])).not.toEqual(fields);
    expect(actionFields({}, [{ ...action('x'), active: false }])['action join']).toContain(
      'inactive',
    );
  });

  test('are never many and never long', () => {
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, n) => [`m${n}`, 'x'.repeat(5000)]),
    );
    const fields = launchFields({ ...many, ec2LaunchTemplateID: 'y'.repeat(5000) });
    expect(Object.keys(fields)).toHaveLength(101);
    expect(Object.values(fields).every((value) => value.length <= 128)).toBe(true);
    const other = launchFields({ ...many, m99: 'z', ec2LaunchTemplateID: 'y'.repeat(5000) });
    expect(other['(further fields)']).not.toBe(fields['(further fields)']);
  });
});
