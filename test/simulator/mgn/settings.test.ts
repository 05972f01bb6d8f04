import { describe, expect, test } from 'vitest';
import { faults, hour, ready, serverId, type Wire } from '../rig.ts';
import { mgnRig } from './mgn-rig.ts';

const one = { sourceServerID: serverId(1) };
const replication = {
  stagingAreaSubnetId: 'subnet-0123456789abcdef0',
  associateDefaultSecurityGroup: false,
  replicationServersSecurityGroupsIDs: ['sg-0123456789abcdef0'],
  replicationServerInstanceType: 'm5.large',
  useDedicatedReplicationServer: true,
  defaultLargeStagingDiskType: 'ST1',
  ebsEncryption: 'DEFAULT',
  bandwidthThrottling: 100,
  dataPlaneRouting: 'PUBLIC_IP',
  createPublicIP: true,
  stagingAreaTags: { stage: 'yes' },
};
const key = 'arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d';

describe('a launch configuration', () => {
  test('has the defaults until a call changes some of it', async () => {
    const r = mgnRig({ fleet: [ready(1)] });
    const { status: _status, ...before } = await r.send('GetLaunchConfiguration', one);
    expect(before).toEqual({
      ...one,
      name: 'host-1',
      ec2LaunchTemplateID: expect.stringMatching(/^lt-[0-9a-z]{17}$/),
      launchDisposition: 'STARTED',
      targetInstanceTypeRightSizingMethod: 'BASIC',
      copyPrivateIp: false,
      copyTags: true,
      licensing: { osByol: true },
      bootMode: 'LEGACY_BIOS',
      postLaunchActions: {},
      enableMapAutoTagging: false,
      mapAutoTaggingMpeID: '',
    });
    const change = { copyPrivateIp: true, licensing: { osByol: false }, bootMode: 'UEFI' };
    await r.send('UpdateLaunchConfiguration', { ...one, ...change });
    const { status: _ok, ...after } = await r.send('GetLaunchConfiguration', one);
    expect(after).toEqual({ ...before, ...change });
  });

  test('can leave the instance stopped: no first boot, no actions, stopped in EC2', async () => {
    const parameters = { postLaunchActions: [{ name: 'x', mustSucceedForCutover: false }] };
    const r = mgnRig({ fleet: [ready(1)], parameters });
    await r.send('UpdateLaunchConfiguration', { ...one, launchDisposition: 'STOPPED' });
    const { jobID } = r.launch('StartTest', 1);
    r.at(hour);
    expect(r.server(1).launchedInstance.firstBoot).toBe('STOPPED');
    expect(r.job(jobID).participatingServers).toEqual([
      {
        sourceServerID: serverId(1),
        launchStatus: 'LAUNCHED',
        launchedEc2InstanceID: r.server(1).launchedInstance.ec2InstanceID,
      },
    ]);
    const ec2 = r.simulator.answer({
      service: 'ec2',
      region: 'us-east-1',
      accountId: '111122223333',
      caller: 'sdk',
      method: 'POST',
      path: '/',
      query: {},
      headers: {},
      body: 'Action=DescribeInstances&Version=2016-11-15',
    });
    expect(ec2.body).toContain('<code>80</code><name>stopped</name>');
  });

  test('leaves the instance running where the switch ignores it', async () => {
    const parameters = { launchDispositionEffect: 'ignored' as const };
    const r = mgnRig({ fleet: [ready(1)], parameters });
    await r.send('UpdateLaunchConfiguration', { ...one, launchDisposition: 'STOPPED' });
    r.launch('StartTest', 1);
    r.at(hour);
    expect(r.server(1).launchedInstance.firstBoot).toBe('SUCCEEDED');
  });
});

describe('a launch configuration template', () => {
  test('is created, found, changed and deleted', async () => {
    const r = mgnRig();
    const { status, ...template } = await r.send('CreateLaunchConfigurationTemplate', {
      copyTags: false,
      largeVolumeConf: { volumeType: 'io2', iops: 3000 },
      tags: { a: 'b' },
    });
    expect(status).toBe(201);
    expect(template).toMatchObject({
      launchConfigurationTemplateID: expect.stringMatching(/^lct-[0-9a-f]{17}$/),
      arn: expect.stringContaining(':launch-configuration-template/lct-'),
      ec2LaunchTemplateID: expect.stringMatching(/^lt-[0-9a-z]{17}$/),
      copyTags: false,
      largeVolumeConf: { volumeType: 'io2', iops: 3000 },
      tags: { a: 'b' },
    });
    const { launchConfigurationTemplateID } = template;
    const id = { launchConfigurationTemplateID };
    const ids = { launchConfigurationTemplateIDs: [launchConfigurationTemplateID] };
    expect((await r.send('DescribeLaunchConfigurationTemplates', ids)).items).toEqual([template]);
    await r.send('UpdateLaunchConfigurationTemplate', { ...id, bootMode: 'UEFI' });
    await r.send('TagResource', { resourceArn: template.arn, tags: { c: 'd' } });
    const [after] = (await r.send('DescribeLaunchConfigurationTemplates')).items;
    expect(after).toEqual({ ...template, bootMode: 'UEFI', tags: { a: 'b', c: 'd' } });
    expect((await r.send('DeleteLaunchConfigurationTemplate', id)).status).toBe(204);
    expect((await r.send('DescribeLaunchConfigurationTemplates')).items).toEqual([]);
  });

  test('is refused beyond the number that an account may have', async () => {
    const r = mgnRig({
      parameters: { launchConfigurationTemplatesMax: 1, replicationConfigurationTemplatesMax: 1 },
    });
    await r.send('CreateLaunchConfigurationTemplate');
    await r.send('CreateReplicationConfigurationTemplate', replication);
    expect(await r.refused('CreateLaunchConfigurationTemplate')).toBe('ValidationException');
    expect(await r.refused('CreateReplicationConfigurationTemplate', replication)).toBe(
      'ValidationException',
    );
  });
});

describe('a replication configuration', () => {
  test('has the defaults and the disks of its server until a call changes some of it', async () => {
    const r = mgnRig({ fleet: [ready(1)] });
    const { status: _status, ...before } = await r.send('GetReplicationConfiguration', one);
    expect(before).toEqual({
      ...one,
      name: 'host-1',
      stagingAreaSubnetId: expect.stringMatching(/^subnet-/),
      associateDefaultSecurityGroup: true,
      replicationServersSecurityGroupsIDs: [],
      replicationServerInstanceType: 't3.small',
      useDedicatedReplicationServer: false,
      defaultLargeStagingDiskType: 'GP3',
      replicatedDisks: [
        { deviceName: 'c:0', isBootDisk: true, stagingDiskType: 'AUTO', iops: 0, throughput: 0 },
      ],
      ebsEncryption: 'DEFAULT',
      bandwidthThrottling: 0,
      dataPlaneRouting: 'PRIVATE_IP',
      createPublicIP: false,
      stagingAreaTags: {},
      useFipsEndpoint: false,
    });
    const disk = { deviceName: 'c:0', stagingDiskType: 'IO2', iops: 500 };
    const after = await r.send('UpdateReplicationConfiguration', {
      ...one,
      bandwidthThrottling: 250,
      replicatedDisks: [disk],
    });
    expect(after).toEqual({
      status: 200,
      ...before,
      bandwidthThrottling: 250,
      replicatedDisks: [{ ...disk, isBootDisk: true, throughput: 0 }],
    });
    expect(r.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
  });

  test('refuses a disk that the server has not, and custom encryption without a key', async () => {
    const r = mgnRig({ fleet: [ready(1)] });
    const replicatedDisks = [{ deviceName: 'd:0' }];
    const disk = await r.refusal('UpdateReplicationConfiguration', { ...one, replicatedDisks });
    expect(disk.error).toMatchObject({ reason: 'other', fieldList: [{ name: 'replicatedDisks' }] });
    const custom = { ...one, ebsEncryption: 'CUSTOM' };
    expect(await r.refused('UpdateReplicationConfiguration', custom)).toBe('ValidationException');
    const template = { ...replication, ebsEncryption: 'CUSTOM' };
    expect(await r.refused('CreateReplicationConfigurationTemplate', template)).toBe(
      'ValidationException',
    );
  });

  test('with another key begins the initial sync anew, unless the switch is off', async () => {
    const change = { ...one, ebsEncryption: 'CUSTOM', ebsEncryptionKeyArn: key };
    const strict = mgnRig({ fleet: [ready(1)] });
    await strict.send('UpdateReplicationConfiguration', change);
    expect(strict.states(1)).toBe('NOT_READY/INITIATING');
    const lenient = mgnRig({ fleet: [ready(1)], parameters: { kmsKeyChangeResync: false } });
    await lenient.send('UpdateReplicationConfiguration', change);
    expect(lenient.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
  });
});

describe('a replication configuration template', () => {
  test('is created, found, changed and deleted', async () => {
    const r = mgnRig();
    const { status, ...template } = await r.send('CreateReplicationConfigurationTemplate', {
      ...replication,
      tags: { a: 'b' },
    });
    const { replicationConfigurationTemplateID } = template;
    expect([status, template]).toEqual([
      201,
      {
        ...replication,
        replicationConfigurationTemplateID: expect.stringMatching(/^rct-[0-9a-f]{17}$/),
        arn: expect.stringContaining(':replication-configuration-template/rct-'),
        useFipsEndpoint: false,
        tags: { a: 'b' },
      },
    ]);
    const id = { replicationConfigurationTemplateID };
    const list = async () => (await r.send('DescribeReplicationConfigurationTemplates')).items;
    expect(await list()).toEqual([template]);
    await r.send('UpdateReplicationConfigurationTemplate', { ...id, createPublicIP: false });
    expect(await list()).toEqual([{ ...template, createPublicIP: false }]);
    const otherArn = { ...id, arn: `${template.arn}0` };
    expect(await r.refused('UpdateReplicationConfigurationTemplate', otherArn)).toBe(
      'ValidationException',
    );
    expect((await r.send('DeleteReplicationConfigurationTemplate', id)).status).toBe(204);
    expect(await list()).toEqual([]);
  });
});

describe('post-launch actions', () => {
  const action = (n: number, more: object = {}) => ({
    actionID: `a-${n}`,
    actionName: `action ${n}`,
    documentIdentifier: `Document-${n}`,
    order: 1000 + n,
    ...more,
  });
  const executed = (r: ReturnType<typeof mgnRig>, jobID: string): Wire[] =>
    r.job(jobID).participatingServers[0].postLaunchActionsStatus
      ?.postLaunchActionsLaunchStatusList ?? [];
  const namesOf = (list: Wire[]) => list.map((one_) => one_.ssmDocument.actionName);

  test('of a server are put, listed by order, put again and removed', async () => {
    const r = mgnRig({ fleet: [ready(1)] });
    const put = await r.send('PutSourceServerAction', { ...one, ...action(2) });
    expect(put).toEqual({
      status: 200,
      ...action(2),
      active: true,
      category: 'OTHER',
      documentVersion: '$DEFAULT',
      mustSucceedForCutover: false,
      timeoutSeconds: 600,
    });
    await r.send('PutSourceServerAction', { ...one, ...action(1, { category: 'SECURITY' }) });
    await r.send('PutSourceServerAction', { ...one, ...action(2, { active: false }) });
    const list = async (filters?: object) =>
      (await r.send('ListSourceServerActions', { ...one, filters })).items;
    expect(await list()).toMatchObject([
      { actionID: 'a-1', category: 'SECURITY' },
      { actionID: 'a-2', active: false },
    ]);
    expect(await list({ actionIDs: ['a-2'] })).toHaveLength(1);
    const removal = { ...one, actionID: 'a-1' };
    expect((await r.send('RemoveSourceServerAction', removal)).status).toBe(204);
    expect(await r.refused('RemoveSourceServerAction', removal)).toBe('ResourceNotFoundException');
    expect(await list()).toHaveLength(1);
  });

  test('of a template are put, listed and removed', async () => {
    const r = mgnRig();
    const { launchConfigurationTemplateID } = await r.send('CreateLaunchConfigurationTemplate');
    const id = { launchConfigurationTemplateID };
    const put = await r.send('PutTemplateAction', {
      ...id,
      ...action(1, { operatingSystem: 'linux' }),
    });
    expect(put.operatingSystem).toBe('linux');
    expect((await r.send('ListTemplateActions', id)).items).toMatchObject([action(1)]);
    await r.send('RemoveTemplateAction', { ...id, actionID: 'a-1' });
    expect((await r.send('ListTemplateActions', id)).items).toEqual([]);
    expect(await r.refused('RemoveTemplateAction', { ...id, actionID: 'a-1' })).toBe(
      'ResourceNotFoundException',
    );
  });

  test('beyond the quota are refused as the switch says, changes of known ones are not', async () => {
    for (const actionsOverQuota of [
      'ConflictException',
      'ServiceQuotaExceededException',
      'ValidationException',
    ] as const) {
      const parameters = { quotaActionsPerServer: 1, actionsOverQuota };
      const r = mgnRig({ fleet: [ready(1)], parameters });
      await r.send('PutSourceServerAction', { ...one, ...action(1) });
      await r.send('PutSourceServerAction', { ...one, ...action(1) });
      expect(await r.refused('PutSourceServerAction', { ...one, ...action(2) })).toBe(
        actionsOverQuota,
      );
    }
  });

  test('run after the launch, one after the other, and the job tells them', async () => {
    const r = mgnRig({ fleet: [ready(1)] });
    const { launchConfigurationTemplateID } = await r.send('CreateLaunchConfigurationTemplate', {
      postLaunchActions: {
        deployment: 'TEST_AND_CUTOVER',
        ssmDocuments: [{ actionName: 'first of all', ssmDocumentName: 'Doc' }],
      },
    });
    const id = { launchConfigurationTemplateID };
    await r.send('PutTemplateAction', { ...id, ...action(3) });
    await r.send('PutTemplateAction', { ...id, ...action(2) });
    await r.send('PutSourceServerAction', { ...one, ...action(2, { active: false }) });
    const parameters = { p: [{ parameterType: 'STRING', parameterName: 'name' }] };
    await r.send('PutSourceServerAction', { ...one, ...action(1, { parameters }) });
    const { jobID } = r.launch('StartTest', 1);
    const seen = new Set<string>();
    for (let t = 0; t < hour; t += 10_000) {
      r.at(t);
      const statuses = executed(r, jobID).map((e) => e.executionStatus[0]);
      if (statuses.length > 0) seen.add(statuses.join(''));
    }
    expect([...seen]).toEqual(['III', 'SII', 'SSI', 'SSS']);
    const list = executed(r, jobID);
    expect(namesOf(list)).toEqual(['first of all', 'action 1', 'action 3']);
    expect(list[1]).toEqual({
      executionID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      executionStatus: 'SUCCESS',
      ssmDocument: {
        actionName: 'action 1',
        ssmDocumentName: 'Document-1',
        timeoutSeconds: 600,
        mustSucceedForCutover: false,
        parameters,
      },
      ssmDocumentType: 'COMMAND',
    });
  });

  test('run only in the launches and on the systems that they are for', async () => {
    const windows = ready(1);
    const fleet = [
      {
        ...windows,
        sourceProperties: {
          ...(windows['sourceProperties'] as object),
          os: { fullString: 'Microsoft Windows Server 2022' },
        },
      },
    ];
    const r = mgnRig({ fleet });
    const { launchConfigurationTemplateID } = await r.send('CreateLaunchConfigurationTemplate');
    const id = { launchConfigurationTemplateID };
    await r.send('PutTemplateAction', { ...id, ...action(1, { operatingSystem: 'linux' }) });
    await r.send('PutTemplateAction', { ...id, ...action(2, { operatingSystem: 'windows' }) });
    const first = r.launch('StartTest', 1);
    r.at(hour);
    expect(namesOf(executed(r, first.jobID))).toEqual(['action 2']);
    await r.send('UpdateLaunchConfiguration', {
      ...one,
      postLaunchActions: { deployment: 'CUTOVER_ONLY' },
    });
    const second = r.launch('StartTest', 1);
    r.at(2 * hour);
    expect(executed(r, second.jobID)).toEqual([]);
  });

  test('fail at their timeout or by a fault, and then bar the way to finalize', async () => {
    const fleet = [ready(1, { lifeCycle: 'READY_FOR_CUTOVER' })];
    const r = mgnRig({
      fleet,
      faults: faults({ fault: 'post-launch-action-failed', action: 'action 2' }),
    });
    const must = { mustSucceedForCutover: true };
    await r.send('PutSourceServerAction', {
      ...one,
      ...action(1, { timeoutSeconds: 5, ...must }),
    });
    await r.send('PutSourceServerAction', { ...one, ...action(2) });
    const { jobID } = r.launch('StartCutover', 1);
    r.at(hour);
    expect(executed(r, jobID)).toMatchObject([
      { executionStatus: 'FAILED', failureReason: 'Execution timed out after 5 seconds' },
      { executionStatus: 'FAILED', failureReason: 'Script exited with code 1' },
    ]);
    expect(await r.refused('FinalizeCutover', one)).toBe('ConflictException');
  });
});
