// The launch templates that MGN keeps in EC2, through Landfall's own adapter over the SDK.
import { describe, expect, test } from 'vitest';
import { simulatedServices } from '../../../src/cli/_wiring.ts';
import type { Answer } from '../../../src/flow/ports.ts';
import type { JsonObject, Parameters } from '../../../src/simulator/simulator.ts';
import { accountId, aServer, faults, hour, minute, ready, region, rig, serverId } from '../rig.ts';

function world(
  servers: readonly JsonObject[],
  given: readonly JsonObject[] = [],
  parameters: Partial<Parameters> = {},
) {
  const r = rig({ fleet: servers, faults: faults(...given), parameters });
  const api = simulatedServices(r.simulator)({
    partition: 'aws',
    service: 'mgn',
    accountId,
    region,
  });
  return { ...r, api };
}

async function of<T>(answer: Promise<Answer<T>>): Promise<T> {
  const got = await answer;
  if (!got.ok) throw new Error(JSON.stringify(got.refusal));
  return got.value;
}

async function templateOf(w: ReturnType<typeof world>, n: number) {
  const { ec2LaunchTemplateID: id } = await of(w.api.getLaunchConfiguration(serverId(n)));
  const [found] = await of(w.api.describeLaunchTemplates([String(id)]));
  return { id: String(id), ...found };
}

const edited = (more: JsonObject) => ({ fault: 'launch-template-edited', ...more });
const rightSizing = (method: 'NONE' | 'BASIC') => ({
  launchConfigurationDefaults: {
    launchDisposition: 'STARTED' as const,
    targetInstanceTypeRightSizingMethod: method,
    copyPrivateIp: false,
    copyTags: true,
    osByol: true,
    bootMode: 'LEGACY_BIOS' as const,
  },
});

describe('a launch template', () => {
  test('begins with one version of MGN, which says the recommended type and a subnet', async () => {
    const sized = {
      sourceProperties: { recommendedInstanceType: 'r5.xlarge', identificationHints: {} },
    };
    const w = world([ready(1, { more: sized })]);
    const template = await templateOf(w, 1);
    expect(template).toMatchObject({ defaultVersion: 1, latestVersion: 1 });
    expect(await of(w.api.describeLaunchTemplateVersion(template.id, 1))).toMatchObject({
      version: 1,
      instanceType: 'r5.xlarge',
      subnetIds: ['subnet-0f1e2d3c4b5a69788'],
      hasUserData: false,
    });
  });

  test('that is gone is left out, and the others are answered', async () => {
    const w = world([ready(1)]);
    const { id } = await templateOf(w, 1);
    expect(await of(w.api.describeLaunchTemplates(['lt-00000000000000bad', id]))).toEqual([
      { launchTemplateId: id, defaultVersion: 1, latestVersion: 1 },
    ]);
    expect(await of(w.api.describeLaunchTemplates(['lt-00000000000000bad']))).toEqual([]);
  });

  test('that a person edits has a new default version; without right-sizing it stays', async () => {
    const w = world(
      [ready(1)],
      [edited({ after: 'PT10M', instanceType: 't3.micro', subnetId: 'subnet-1' })],
      rightSizing('NONE'),
    );
    w.at(11 * minute);
    const template = await templateOf(w, 1);
    expect(template).toMatchObject({ defaultVersion: 2, latestVersion: 2 });
    w.at(5 * hour);
    expect(await templateOf(w, 1)).toEqual(template);
    expect(await of(w.api.describeLaunchTemplateVersion(template.id, 2))).toMatchObject({
      instanceType: 't3.micro',
      subnetIds: ['subnet-1'],
    });
  });

  test('gets its type back at MGN’s next hourly check where MGN right-sizes, and keeps the rest', async () => {
    const w = world(
      [ready(1)],
      [edited({ after: 'PT10M', instanceType: 't3.micro', subnetId: 'subnet-1' })],
      rightSizing('BASIC'),
    );
    w.at(59 * minute);
    expect(await templateOf(w, 1)).toMatchObject({ defaultVersion: 2 });
    w.at(61 * minute);
    const { id, ...template } = await templateOf(w, 1);
    expect(template).toMatchObject({ defaultVersion: 3, latestVersion: 3 });
    const last = await of(w.api.describeLaunchTemplateVersion(id, 3));
    expect(last['instanceType']).not.toBe('t3.micro');
    expect(last['subnetIds']).toEqual(['subnet-1']);
  });

  test('whose new version is not the default launches as before', async () => {
    const w = world(
      [ready(1)],
      [edited({ after: 'PT1M', instanceType: 't3.micro', makeDefault: false })],
      rightSizing('NONE'),
    );
    w.at(2 * minute);
    expect(await templateOf(w, 1)).toMatchObject({ defaultVersion: 1, latestVersion: 2 });
    w.launch('StartTest', 1);
    w.at(hour);
    const [instance] = await of(w.api.describeRunningInstances());
    expect(instance?.['instanceType']).not.toBe('t3.micro');
  });
});

describe('what EC2 has room for', () => {
  const fails = async (w: ReturnType<typeof world>) => {
    const job = w.launch('StartTest', 1);
    w.at(hour);
    const items = w.call('DescribeJobLogItems', { jobID: job.jobID }).body.items;
    return items.find((item: JsonObject) => item['event'] === 'LAUNCH_FAILED')?.eventData.rawError;
  };

  test('a launch beyond the vCPU quota fails; within it, it runs and counts', async () => {
    const tight = world([ready(1)], [], { quotaStandardVcpus: 1 });
    expect(await fails(tight)).toMatch(/^VcpuLimitExceeded/);
    const wide = world([ready(1)], [], { quotaStandardVcpus: 2 });
    expect(await fails(wide)).toBeUndefined();
    expect(await of(wide.api.ec2Quotas())).toEqual({ 'L-1216C47A': 2 });
    expect(await of(wide.api.describeRunningInstances())).toMatchObject([
      { vcpus: 2, spot: false },
    ]);
  });

  test('two servers of one job do not share the last vCPUs', async () => {
    const w = world([ready(1), ready(2)], [], { quotaStandardVcpus: 2 });
    w.launch('StartTest', 1, 2);
    w.at(hour);
    expect(await of(w.api.describeRunningInstances())).toHaveLength(1);
  });

  test('a subnet without a free address, or one that is gone, fails the launch', async () => {
    const id = 'subnet-0f1e2d3c4b5a69788';
    const full = world([ready(1)], [], { subnetFreeAddresses: { [id]: 0 } });
    expect(await fails(full)).toMatch(/^InsufficientFreeAddressesInSubnet/);
    expect(await of(full.api.describeSubnets([id, 'subnet-gone']))).toEqual([
      { subnetId: id, freeAddresses: 0 },
    ]);
    const gone = world([ready(1)], [edited({ after: 'PT0S', subnetId: 'subnet-gone' })]);
    gone.at(minute);
    expect(await fails(gone)).toMatch(/^InvalidSubnetID/);
  });

  test('a type that the Region does not offer is not listed, and its launches fail', async () => {
    const w = world([ready(1)], [], { instanceTypesNotOffered: ['c5.large'] });
    expect(await of(w.api.describeInstanceTypes(['c5.large', 'm5.xlarge', 'nonsense']))).toEqual([
      { instanceType: 'm5.xlarge', vcpus: 4, nitro: true },
    ]);
    expect(await fails(w)).toMatch(/^Unsupported/);
  });

  test('a server that came with its instance has it run, and a terminated one frees its place', async () => {
    const w = world([
      aServer(1, {
        lifeCycle: 'READY_FOR_CUTOVER',
        lag: 'P0D',
        launched: { ec2InstanceID: 'i-0123456789abcdef0', firstBoot: 'SUCCEEDED' },
      }),
    ]);
    expect(await of(w.api.describeRunningInstances())).toHaveLength(1);
    w.launch('TerminateTargetInstances', 1);
    w.at(hour);
    expect(await of(w.api.describeRunningInstances())).toEqual([]);
  });
});

test('settings that a person edits at the console are what the service answers', async () => {
  const w = world(
    [ready(1), ready(2)],
    [
      {
        fault: 'settings-edited',
        after: 'PT5M',
        servers: { ids: [serverId(1)] },
        launch: { copyTags: false },
        replication: { bandwidthThrottling: 100 },
        action: {
          actionName: 'join-domain',
          documentIdentifier: 'AWS-JoinDomain',
          order: 1001,
          actionID: '8a6bc7c2-4f2b-4c4f-9d0e-0a1b2c3d4e5f',
        },
      },
    ],
  );
  w.at(6 * minute);
  expect(await of(w.api.getLaunchConfiguration(serverId(1)))).toMatchObject({ copyTags: false });
  expect(await of(w.api.getLaunchConfiguration(serverId(2)))).toMatchObject({ copyTags: true });
  expect(await of(w.api.getReplicationConfiguration(serverId(1)))).toMatchObject({
    bandwidthThrottling: 100,
  });
  expect(await of(w.api.listSourceServerActions(serverId(1)))).toMatchObject([
    { actionName: 'join-domain' },
  ]);
  expect(await of(w.api.listSourceServerActions(serverId(2)))).toEqual([]);
});
