// The calls of EC2 that change launch templates, through the SDK and Landfall's own adapter.
import { CreateLaunchTemplateVersionCommand, EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import {
  InProcessSigner,
  inProcessTransport,
} from '../../../src/adapters/aws/in-process-transport.ts';
import { simulatedServices, simulatedSettings } from '../../../src/cli/_wiring.ts';
import type { Answer } from '../../../src/flow/ports.ts';
import { accountId, faults, minute, ready, region, rig, serverId } from '../rig.ts';

const target = { partition: 'aws', service: 'mgn' as const, accountId, region };

async function world(given: readonly Parameters<typeof faults>[0][] = []) {
  const r = rig({
    fleet: [ready(1)],
    faults: faults(...given),
    parameters: {
      launchConfigurationDefaults: {
        launchDisposition: 'STARTED',
        targetInstanceTypeRightSizingMethod: 'NONE',
        copyPrivateIp: false,
        copyTags: true,
        osByol: true,
        bootMode: 'LEGACY_BIOS',
      },
    },
  });
  const api = simulatedSettings(r.simulator)(target);
  const launch = await of(api.getLaunchConfiguration(serverId(1)));
  return { ...r, api, id: String(launch['ec2LaunchTemplateID']) };
}

async function of<T>(answer: Promise<Answer<T>>): Promise<T> {
  const got = await answer;
  if (!got.ok) throw new Error(JSON.stringify(got.refusal));
  return got.value;
}

async function refusalOf(answer: Promise<Answer<unknown>>): Promise<string> {
  const got = await answer;
  return got.ok ? 'none' : got.refusal.errorName;
}

const version = (data: object, more: object = {}) => ({
  ...{ from: 1, data: { ...data }, token: 't', description: 'd' },
  ...more,
});

describe('a new version of a launch template', () => {
  test('says what is given and takes the rest over; lists are replaced; it is no default by itself', async () => {
    const { api, id } = await world();
    const given = {
      KeyName: 'key',
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: 'subnet-1', Groups: ['sg-1', 'sg-2'] }],
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a<b', Value: '&' }] }],
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda1', Ebs: { VolumeType: 'gp3', SnapshotId: 'snap-1' } },
      ],
    };
    expect(await of(api.createTemplateVersion(id, version(given)))).toEqual({ version: 2 });
    expect(await of(api.defaultTemplateVersion(id))).toMatchObject({ version: 1 });
    await of(api.setDefaultTemplateVersion(id, 2));
    expect(await of(api.defaultTemplateVersion(id))).toEqual({
      version: 2,
      data: { InstanceType: 'c5.large', ...given },
    });
    const next = version({ InstanceType: 'r5.large' }, { from: 2, token: 'u' });
    await of(api.createTemplateVersion(id, next));
    await of(api.setDefaultTemplateVersion(id, 3));
    // EC2 leaves out snapshots that are not named.
    const [mapping] = [{ DeviceName: '/dev/sda1', Ebs: { VolumeType: 'gp3' } }];
    expect(await of(api.defaultTemplateVersion(id))).toEqual({
      version: 3,
      data: { ...given, InstanceType: 'r5.large', BlockDeviceMappings: [mapping] },
    });
  });

  test('is made once for one token, and refused for another request with it', async () => {
    const { api, id } = await world();
    const asked = version({ InstanceType: 'r5.large' });
    expect(await of(api.createTemplateVersion(id, asked))).toEqual({ version: 2 });
    expect(await of(api.createTemplateVersion(id, asked))).toEqual({ version: 2 });
    expect(
      await refusalOf(api.createTemplateVersion(id, version({ InstanceType: 'm5.large' }))),
    ).toBe('IdempotentParameterMismatch');
  });

  test('is what the server is launched as once it is the default, and edits go on from it', async () => {
    const w = await world([
      { fault: 'launch-template-edited', after: 'PT10M', subnetId: 'subnet-9' },
    ]);
    const given = { InstanceType: 'r5.large', IamInstanceProfile: { Name: 'app' } };
    await of(w.api.createTemplateVersion(w.id, version(given)));
    await of(w.api.setDefaultTemplateVersion(w.id, 2));
    w.at(11 * minute);
    expect(await of(w.api.defaultTemplateVersion(w.id))).toMatchObject({
      version: 3,
      data: { ...given, NetworkInterfaces: [{ SubnetId: 'subnet-9' }] },
    });
    await of(w.api.setDefaultTemplateVersion(w.id, 2));
    w.launch('StartTest', 1);
    w.at(90 * minute);
    const running = await of(simulatedServices(w.simulator)(target).describeRunningInstances());
    expect(running.map(({ instanceType }) => instanceType)).toEqual(['r5.large']);
  });

  test('is refused where the template, the version or a member is not known', async () => {
    const { api, id, simulator } = await world();
    const gone = 'lt-00000000000000bad';
    const template = 'InvalidLaunchTemplateId.NotFound';
    expect(await refusalOf(api.createTemplateVersion(gone, version({})))).toBe(template);
    expect(await refusalOf(api.setDefaultTemplateVersion(gone, 1))).toBe(template);
    expect(await refusalOf(api.setDefaultTemplateVersion(id, 7))).toBe(
      'InvalidLaunchTemplateId.VersionNotFound',
    );
    const client = new EC2Client({
      region,
      endpoint: 'https://simulator.invalid',
      requestHandler: inProcessTransport((request) => simulator.answer(request)),
      credentials: { accessKeyId: accountId, secretAccessKey: 'none' },
      signerConstructor: InProcessSigner,
    });
    const strange = new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: id,
      LaunchTemplateData: { RamDiskId: 'ari-1' },
    });
    await expect(client.send(strange)).rejects.toMatchObject({ name: 'UnknownParameter' });
    expect(await of(api.defaultTemplateVersion(id))).toMatchObject({ version: 1 });
  });

  test('never tells user data', async () => {
    const { api, id } = await world();
    await of(api.createTemplateVersion(id, version({ UserData: 'c2VjcmV0' })));
    await of(api.setDefaultTemplateVersion(id, 2));
    expect(JSON.stringify(await of(api.defaultTemplateVersion(id)))).not.toContain('c2VjcmV0');
    // The next version takes it over all the same.
    await of(api.createTemplateVersion(id, version({ KeyName: 'k' }, { from: 2, token: 'u' })));
    expect(await of(api.describeLaunchTemplateVersion(id, 3))).toMatchObject({ hasUserData: true });
  });
});
