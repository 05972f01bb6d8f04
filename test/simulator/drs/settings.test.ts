import { describe, expect, test } from 'vitest';
import { accountId, day, hour, type Wire } from '../rig.ts';
import { aDrsServer, drsId, drsRig } from './rig.ts';

const one = { sourceServerID: drsId(1) };
const fleet = [aDrsServer(1), aDrsServer(2)];
const pitPolicy = [{ units: 'DAY', interval: 1, retentionDuration: 3, enabled: true, ruleID: 1 }];
const replicationTemplate = {
  stagingAreaSubnetId: 'subnet-01234567',
  replicationServersSecurityGroupsIDs: ['sg-01234567'],
  ebsEncryption: 'CUSTOM',
  bandwidthThrottling: 0,
  stagingAreaTags: {},
  pitPolicy,
};

describe('launch configurations', () => {
  test('are answered flat, changed in part, and read back', async () => {
    const r = drsRig({ fleet });
    const before = await r.call('GetLaunchConfiguration', one);
    expect(before).toEqual({
      status: 200,
      ...one,
      name: 'host-1',
      ec2LaunchTemplateID: expect.stringMatching(/^lt-[0-9a-f]{17}$/),
      launchDisposition: 'STARTED',
      targetInstanceTypeRightSizingMethod: 'BASIC',
      copyPrivateIp: false,
      copyTags: false,
      licensing: { osByol: false },
      postLaunchEnabled: false,
      launchIntoInstanceProperties: {},
    });
    const changes = { copyTags: true, targetInstanceTypeRightSizingMethod: 'IN_AWS' };
    const after = await r.call('UpdateLaunchConfiguration', { ...one, ...changes });
    expect(after).toEqual({ ...before, ...changes });
    expect(await r.call('GetLaunchConfiguration', one)).toEqual(after);
    expect(r.breaches).toEqual([]);
  });

  test('are refused for the unknown and, unless told otherwise, during a job', async () => {
    const r = drsRig({ fleet });
    const unknown = { sourceServerID: drsId(9) };
    for (const operation of [
      'GetLaunchConfiguration',
      'UpdateLaunchConfiguration',
      'GetReplicationConfiguration',
      'UpdateReplicationConfiguration',
    ]) {
      expect(await r.refused(operation, unknown)).toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }
    await r.call('StartRecovery', { sourceServers: [one] });
    expect(await r.refused('UpdateLaunchConfiguration', one)).toMatchObject({
      name: 'ConflictException',
    });
    const lax = drsRig({ fleet, parameters: { drsConfigurationCallsDuringJob: 'accept' } });
    await lax.call('StartRecovery', { sourceServers: [one] });
    await lax.call('UpdateLaunchConfiguration', one);
    expect(r.breaches).toEqual([]);
  });
});

describe('replication configurations', () => {
  test('are answered flat, changed in part, disk by disk', async () => {
    const r = drsRig({ fleet });
    const before = await r.call('GetReplicationConfiguration', one);
    expect(before).toMatchObject({
      ...one,
      ebsEncryption: 'DEFAULT',
      pitPolicy: [
        { units: 'MINUTE', interval: 10, retentionDuration: 60 },
        { units: 'HOUR', interval: 1, retentionDuration: 24 },
        { units: 'DAY', interval: 1, retentionDuration: 7 },
      ],
      replicatedDisks: [{ deviceName: '/dev/xvda', isBootDisk: true, stagingDiskType: 'AUTO' }],
    });
    await r.call('UpdateReplicationConfiguration', {
      ...one,
      replicatedDisks: [{ deviceName: '/dev/xvda', stagingDiskType: 'GP3' }],
      bandwidthThrottling: 100,
    });
    const after = await r.call('UpdateReplicationConfiguration', {
      ...one,
      replicatedDisks: [{ deviceName: '/dev/xvda', iops: 3000 }],
    });
    expect(after).toEqual({
      ...before,
      bandwidthThrottling: 100,
      replicatedDisks: [{ ...before.replicatedDisks[0], stagingDiskType: 'GP3', iops: 3000 }],
    });
    expect(r.breaches).toEqual([]);
  });
});

describe('launch configuration templates', () => {
  test('are one, created wrapped, changed in part, deleted', async () => {
    const r = drsRig();
    const created = await r.call('CreateLaunchConfigurationTemplate', {
      copyTags: true,
      tags: { a: 'b' },
    });
    const template = created.launchConfigurationTemplate;
    expect(created.status).toBe(201);
    expect(template).toEqual({
      launchConfigurationTemplateID: expect.stringMatching(/^lct-[0-9a-f]{17}$/),
      arn: expect.stringContaining(`:${accountId}:launch-configuration-template/lct-`),
      tags: { a: 'b' },
      launchDisposition: 'STARTED',
      targetInstanceTypeRightSizingMethod: 'BASIC',
      copyPrivateIp: false,
      copyTags: true,
      licensing: { osByol: false },
      postLaunchEnabled: false,
      launchIntoSourceInstance: false,
    });
    expect(await r.refused('CreateLaunchConfigurationTemplate')).toMatchObject({
      name: 'ServiceQuotaExceededException',
      quotaCode: 'L-1F3FAE4D',
      $metadata: { httpStatusCode: 402 },
    });
    const { launchConfigurationTemplateID } = template;
    const updated = await r.call('UpdateLaunchConfigurationTemplate', {
      launchConfigurationTemplateID,
      licensing: { osByol: true },
    });
    expect(updated.launchConfigurationTemplate).toEqual({
      ...template,
      licensing: { osByol: true },
    });
    const listed = await r.call('DescribeLaunchConfigurationTemplates', {
      launchConfigurationTemplateIDs: [launchConfigurationTemplateID],
    });
    expect(listed.items).toEqual([updated.launchConfigurationTemplate]);
    const deleted = await r.call('DeleteLaunchConfigurationTemplate', {
      launchConfigurationTemplateID,
    });
    expect(deleted.status).toBe(204);
    for (const operation of [
      'UpdateLaunchConfigurationTemplate',
      'DeleteLaunchConfigurationTemplate',
    ]) {
      expect(await r.refused(operation, { launchConfigurationTemplateID })).toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }
    expect(
      await r.refused('DescribeLaunchConfigurationTemplates', {
        launchConfigurationTemplateIDs: [launchConfigurationTemplateID],
      }),
    ).toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await r.call('DescribeLaunchConfigurationTemplates')).items).toEqual([]);
    expect(r.breaches).toEqual([]);
  });

  test('change no server that is there already', async () => {
    const r = drsRig({ fleet });
    await r.call('CreateLaunchConfigurationTemplate', { copyTags: true });
    expect((await r.call('GetLaunchConfiguration', one)).copyTags).toBe(false);
  });

  test('are counted in a Region, or in the account where the parameter says so', async () => {
    const r = drsRig();
    const there = r.client(accountId, 'eu-west-1');
    await r.call('CreateLaunchConfigurationTemplate');
    await r.call('CreateLaunchConfigurationTemplate', {}, there);
    const strict = drsRig({ parameters: { drsTemplateQuotaScope: 'account' } });
    await strict.call('CreateLaunchConfigurationTemplate');
    expect(
      await strict.refused(
        'CreateLaunchConfigurationTemplate',
        {},
        strict.client(accountId, 'eu-west-1'),
      ),
    ).toMatchObject({ name: 'ServiceQuotaExceededException' });
  });
});

describe('replication configuration templates', () => {
  test('are created, changed and listed flat, and deleted', async () => {
    const r = drsRig();
    const { status, ...created } = await r.call(
      'CreateReplicationConfigurationTemplate',
      replicationTemplate,
    );
    expect(status).toBe(201);
    expect(created).toMatchObject({
      replicationConfigurationTemplateID: expect.stringMatching(/^rct-[0-9a-f]{17}$/),
      ...replicationTemplate,
    });
    expect(
      await r.refused('CreateReplicationConfigurationTemplate', replicationTemplate),
    ).toMatchObject({ name: 'ServiceQuotaExceededException' });
    const id = { replicationConfigurationTemplateID: created.replicationConfigurationTemplateID };
    const updated = await r.call('UpdateReplicationConfigurationTemplate', {
      ...id,
      createPublicIP: true,
    });
    expect(updated).toEqual({ status: 200, ...created, createPublicIP: true });
    const { items } = await r.call('DescribeReplicationConfigurationTemplates');
    expect(items).toEqual([{ ...created, createPublicIP: true }]);
    await r.call('DeleteReplicationConfigurationTemplate', id);
    for (const operation of [
      'UpdateReplicationConfigurationTemplate',
      'DeleteReplicationConfigurationTemplate',
    ]) {
      expect(await r.refused(operation, id)).toMatchObject({ name: 'ResourceNotFoundException' });
    }
    expect(
      await r.refused('DescribeReplicationConfigurationTemplates', {
        replicationConfigurationTemplateIDs: [id.replicationConfigurationTemplateID],
      }),
    ).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(r.breaches).toEqual([]);
  });
});

describe('launch actions', () => {
  const action = {
    actionId: '11111111-2222-3333-4444-555555555555',
    actionCode: 'AWS-RunCommand',
    order: 10,
    optional: true,
    active: true,
    name: 'check',
    actionVersion: '$DEFAULT',
    category: 'VALIDATION',
    parameters: { key: { value: 'v', type: 'SSM_STORE' } },
    description: 'checks',
  };
  const other = { ...action, actionId: '11111111-2222-3333-4444-666666666666', order: 2 };

  test('hang on servers and templates, are replaced, listed in order and deleted', async () => {
    const r = drsRig({ fleet });
    const created = await r.call('CreateLaunchConfigurationTemplate');
    const lct = created.launchConfigurationTemplate.launchConfigurationTemplateID;
    for (const resourceId of [drsId(1), lct]) {
      expect(await r.call('PutLaunchAction', { resourceId, ...action })).toEqual({
        status: 200,
        resourceId,
        ...action,
        type: 'SSM_COMMAND',
      });
      await r.call('PutLaunchAction', { resourceId, ...other });
      await r.call('PutLaunchAction', { resourceId, ...action, name: 'again' });
      const list = async (filters?: object) =>
        (await r.call('ListLaunchActions', { resourceId, filters })).items.map((a: Wire) => a.name);
      expect(await list()).toEqual(['check', 'again']);
      expect(await list({ actionIds: [action.actionId] })).toEqual(['again']);
      const { actionId } = action;
      expect((await r.call('DeleteLaunchAction', { resourceId, actionId })).status).toBe(204);
      expect(await r.refused('DeleteLaunchAction', { resourceId, actionId })).toMatchObject({
        name: 'ResourceNotFoundException',
      });
      expect(await list()).toEqual(['check']);
    }
    expect(r.breaches).toEqual([]);
  });

  test('are refused for the unknown, for an order that is taken, and over the quota', async () => {
    const r = drsRig({ fleet, parameters: { drsQuotaLaunchActions: 1 } });
    const unknown = { resourceId: drsId(9) };
    expect(await r.refused('PutLaunchAction', { ...unknown, ...action })).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(await r.refused('ListLaunchActions', unknown)).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const resourceId = drsId(1);
    await r.call('PutLaunchAction', { resourceId, ...action });
    expect(await r.refused('PutLaunchAction', { resourceId, ...other })).toMatchObject({
      name: 'ValidationException',
    });
    const roomy = drsRig({ fleet });
    await roomy.call('PutLaunchAction', { resourceId, ...action });
    expect(
      await roomy.refused('PutLaunchAction', { resourceId, ...other, order: 10 }),
    ).toMatchObject({ name: 'ConflictException', resourceId: action.actionId });
    expect([...r.breaches, ...roomy.breaches]).toEqual([]);
  });
});

describe('tags', () => {
  test('are put on, listed and taken off every kind of resource', async () => {
    const r = drsRig({ fleet });
    await r.launch(true, [1]);
    const [instance] = await r.instances();
    const [job] = (await r.call('DescribeJobs')).items;
    const launch = await r.call('CreateLaunchConfigurationTemplate');
    const replication = await r.call('CreateReplicationConfigurationTemplate', replicationTemplate);
    await r.call('CreateSourceNetwork', {
      vpcID: 'vpc-01234567',
      originAccountID: accountId,
      originRegion: 'eu-west-1',
    });
    const [network] = (await r.call('DescribeSourceNetworks')).items;
    const arns = [
      (await r.server(2)).arn,
      instance.arn,
      job.arn,
      launch.launchConfigurationTemplate.arn,
      replication.arn,
      network.arn,
    ];
    for (const resourceArn of arns) {
      await r.call('TagResource', { resourceArn, tags: { wave: '1', owner: 'me', third: 'x' } });
      await r.call('UntagResource', { resourceArn, tagKeys: ['owner', 'third'] });
      const { tags } = await r.call('ListTagsForResource', { resourceArn });
      expect(tags).toMatchObject({ wave: '1' });
      expect(tags).not.toHaveProperty('owner');
    }
    expect((await r.server(2)).tags).toEqual({ Name: 'host-2', wave: '1' });
    expect((await r.instances())[0].tags).toEqual({ wave: '1' });
  });

  test('are refused for the unknown and for too many', async () => {
    const r = drsRig({ fleet });
    const { arn } = await r.server(1);
    const tags = { a: 'b' };
    for (const resourceArn of [`${arn.slice(0, -1)}7`, arn.replace(accountId, '999999999999')]) {
      expect(await r.refused('TagResource', { resourceArn, tags })).toMatchObject({
        name: 'ResourceNotFoundException',
      });
      expect(await r.refused('UntagResource', { resourceArn, tagKeys: ['a'] })).toMatchObject({
        name: 'ResourceNotFoundException',
      });
      expect(await r.refused('ListTagsForResource', { resourceArn })).toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'v']));
    expect(await r.refused('TagResource', { resourceArn: arn, tags: many })).toMatchObject({
      name: 'ValidationException',
    });
    expect(r.breaches).toEqual([]);
  });
});

describe('InitializeService', () => {
  test('opens an account that was not initialised, and makes no templates', async () => {
    const r = drsRig({ parameters: { drsUninitializedTargets: [`${accountId}:us-east-1`] } });
    expect(await r.refused('DescribeSourceServers')).toMatchObject({
      name: 'UninitializedAccountException',
      $metadata: { httpStatusCode: 400 },
    });
    const elsewhere = await r.call('DescribeJobs', {}, r.client(accountId, 'eu-west-1'));
    expect(elsewhere.items).toEqual([]);
    expect(await r.call('InitializeService')).toEqual({ status: 204 });
    r.at(day + hour);
    expect((await r.call('DescribeSourceServers')).items).toEqual([]);
    expect((await r.call('DescribeLaunchConfigurationTemplates')).items).toEqual([]);
    expect((await r.call('DescribeReplicationConfigurationTemplates')).items).toEqual([]);
    expect(r.breaches).toEqual([]);
  });
});
