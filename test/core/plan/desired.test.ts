import { describe, expect, test } from 'vitest';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import { resolvePlan } from '../../../src/core/plan/resolve-plan.ts';
import { aFleet, aPlan, aPlanDocument, id } from './_examples.ts';

const all = { all: true };

function problemsOf(desired: object, wave: object = {}): readonly string[] {
  const parse = parsePlan(
    aPlanDocument({
      defaults: { desired },
      waves: [{ name: 'a', servers: all, ...wave }],
    }),
  );
  return parse.ok ? [] : parse.problems.map(({ path, problem }) => `${path} ${problem}`);
}

describe('what a plan wants servers to be set to', () => {
  test('is read with every field', () => {
    const desired = {
      launchConfiguration: {
        launchDisposition: 'STOPPED',
        targetInstanceTypeRightSizingMethod: 'NONE',
        copyPrivateIp: false,
        copyTags: true,
        bootMode: 'UEFI',
        licensing: { osByol: true },
        enableMapAutoTagging: true,
        mapAutoTaggingMpeID: 'mpe-1',
      },
      replicationConfiguration: {
        stagingAreaSubnetId: 'subnet-0123abcd',
        associateDefaultSecurityGroup: false,
        replicationServersSecurityGroupsIDs: [],
        replicationServerInstanceType: 't3.small',
        useDedicatedReplicationServer: true,
        defaultLargeStagingDiskType: 'GP3',
        ebsEncryption: 'CUSTOM',
        ebsEncryptionKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/1234-abcd',
        bandwidthThrottling: 0,
        dataPlaneRouting: 'PRIVATE_IP',
        createPublicIP: false,
        stagingAreaTags: {},
        useFipsEndpoint: true,
      },
      launchTemplate: {
        instanceType: 'm5.large',
        subnetId: 'subnet-0123abcd',
        securityGroupIds: ['sg-0123abcd'],
        privateIpAddress: '10.0.0.4',
        associatePublicIpAddress: false,
        iamInstanceProfile: 'app',
        httpTokens: 'required',
        httpPutResponseHopLimit: 2,
        ebsOptimized: true,
        disableApiTermination: true,
        tags: { Owner: 'erp' },
        volumeTags: { Owner: '' },
        volumes: { type: 'gp3', iops: 3000, throughput: 125 },
      },
      postLaunchActions: {
        deployment: 'TEST_AND_CUTOVER',
        actions: {
          'Join domain': {
            active: true,
            order: 1001,
            mustSucceedForCutover: true,
            documentVersion: '$LATEST',
            timeoutSeconds: 600,
            parameters: {
              directoryId: [{ parameterName: 'directory.id', parameterType: 'SECURE_STRING' }],
            },
          },
        },
      },
    };
    expect(problemsOf(desired)).toEqual([]);
  });

  test.each([
    [{ launchTemplat: {} }, 'spec.defaults.desired.launchTemplat unknown field "launchTemplat"'],
    [
      { launchTemplate: { instanceTyp: 'm5.large' } },
      'spec.defaults.desired.launchTemplate.instanceTyp unknown field "instanceTyp"',
    ],
    [{ launchTemplate: { instanceType: 'large' } }, 'is no instance type'],
    [{ launchTemplate: { subnetId: 'vpc-1' } }, 'is no subnet id'],
    [{ launchTemplate: { securityGroupIds: [] } }, 'has 0 entries, less than 1'],
    [
      { launchTemplate: { securityGroupIds: ['sg-0123abcd', 'sg-0123abcd'] } },
      'names a security group twice',
    ],
    [{ launchTemplate: { privateIpAddress: '10.0.0' } }, 'is no IPv4 address'],
    [{ launchTemplate: { volumes: { type: 'io2' } } }, 'io2 needs iops'],
    [{ launchTemplate: { volumes: { type: 'gp2', throughput: 125 } } }, 'gp2 takes no throughput'],
    [{ launchTemplate: { volumes: { type: 'st1', iops: 500 } } }, 'st1 takes no iops'],
    [{ launchTemplate: { tags: { 'aws:x': 'y' } } }, 'begins with aws:'],
    [{ replicationConfiguration: { bandwidthThrottling: 10_001 } }, 'more than 10000'],
    [{ replicationConfiguration: { ebsEncryption: 'CUSTOM' } }, 'need one another'],
    [
      {
        replicationConfiguration: {
          ebsEncryption: 'DEFAULT',
          ebsEncryptionKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/1234-abcd',
        },
      },
      'need one another',
    ],
    [{ postLaunchActions: { actions: { join: { order: 1000 } } } }, 'less than 1001'],
    [{ postLaunchActions: { actions: { join: { parameters: { 'a b': [] } } } } }, '"a b"'],
  ])('is refused: %j', (desired, problem) => {
    const problems = problemsOf(desired);
    expect(problems.join('\n')).toContain(problem);
    expect(problems).toHaveLength(1);
  });

  test('is refused where layers contradict one another, at the more specific one', () => {
    const launchTemplate = { instanceType: 'm5.large', privateIpAddress: '10.0.0.4' };
    const launchConfiguration = {
      targetInstanceTypeRightSizingMethod: 'BASIC',
      copyPrivateIp: true,
    };
    expect(problemsOf({ launchTemplate }, { desired: { launchConfiguration } })).toEqual([
      'spec.waves[0].desired.launchConfiguration with right-sizing BASIC, MGN writes its own choice over instanceType m5.large',
      'spec.waves[0].desired.launchConfiguration the instance cannot have both the private address of its source and 10.0.0.4',
    ]);
  });

  test('comes to what the layers say, the most specific on top', () => {
    const plan = aPlan({
      defaults: { desired: { launchTemplate: { subnetId: 'subnet-00000001', tags: { a: '1' } } } },
      waves: [{ name: 'a', servers: all, desired: { launchConfiguration: { copyTags: true } } }],
      servers: [
        {
          servers: { ids: [id(2)] },
          desired: { launchTemplate: { subnetId: 'subnet-00000002', tags: { b: '2' } } },
        },
      ],
    });
    const resolved = resolvePlan(plan, aFleet(2));
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
    expect(resolved.waves[0]?.servers.map(({ settings }) => settings.desired)).toEqual([
      {
        launchConfiguration: { copyTags: true },
        launchTemplate: { subnetId: 'subnet-00000001', tags: { a: '1' } },
      },
      {
        launchConfiguration: { copyTags: true },
        launchTemplate: { subnetId: 'subnet-00000002', tags: { a: '1', b: '2' } },
      },
    ]);
  });
});

describe('settings that are applied on approval', () => {
  const resolved = (gates: object, apply: string, own: object = {}) => {
    const wave = {
      ...{ name: 'a', servers: all, gates },
      desired: { apply, launchConfiguration: { copyTags: true } },
      ...own,
    };
    const resolution = resolvePlan(aPlan({ waves: [wave] }), aFleet(2));
    return resolution.ok ? [] : resolution.problems.map(({ problem }) => problem);
  };

  test('need somebody who is asked before the first launch', () => {
    const asked = { approval: { by: ['ann'] } };
    const nobody = (phase: string) => [
      `the settings of 2 servers of wave a are applied on approval, and nobody is asked before ${phase}`,
    ];
    expect(resolved({ cutover: asked }, 'on-approval')).toEqual(nobody('test'));
    expect(resolved({ test: asked }, 'on-approval')).toEqual([]);
    expect(resolved({ cutover: asked }, 'by-policy')).toEqual([]);
    const untested = { phases: ['replicate', 'cutover'] };
    expect(resolved({ cutover: asked }, 'on-approval', untested)).toEqual([]);
    expect(
      resolved({ finalize: asked }, 'on-approval', {
        ...untested,
        phases: ['replicate', 'cutover', 'finalize'],
      }),
    ).toEqual(nobody('cutover'));
  });

  test('are said server by server, the narrowest first', () => {
    const plan = aPlan({
      defaults: { desired: { apply: 'by-policy', launchConfiguration: { copyTags: true } } },
      waves: [{ name: 'a', servers: all }],
      servers: [{ servers: { ids: [id(1)] }, desired: { apply: 'by-command' } }],
    });
    const resolution = resolvePlan(plan, aFleet(2));
    if (!resolution.ok) throw new Error(resolution.problems[0]?.problem);
    expect(resolution.waves[0]?.servers.map(({ settings }) => settings.desired?.apply)).toEqual([
      'by-command',
      'by-policy',
    ]);
  });
});
