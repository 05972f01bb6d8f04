import { describe, expect, test } from 'vitest';
import { accountId, faults, hour, region, type Wire } from '../rig.ts';
import { aDrsServer, drsId, drsRig, otherAccount } from './rig.ts';

const arnOf = (n: number, account = otherAccount, inRegion = region) =>
  `arn:aws:drs:${inRegion}:${account}:source-server/${drsId(n)}`;

/** Two accounts: staging servers 1 to 3 in the one, of which 1 and 2 have keys of their own, nothing in the other. */
async function accounts(options: Parameters<typeof drsRig>[0] = {}) {
  const r = drsRig({
    fleet: [1, 2, 3].map((n) => aDrsServer(n, { account: otherAccount })),
    ...options,
  });
  const staging = r.client(otherAccount);
  for (const n of [1, 2]) {
    await r.call(
      'UpdateReplicationConfiguration',
      { sourceServerID: drsId(n), ebsEncryption: 'CUSTOM' },
      staging,
    );
  }
  return { ...r, staging };
}

describe('an extended source server', () => {
  test('is created wrapped, and shows the replication of its staging server', async () => {
    const r = await accounts();
    const { sourceServer, status } = await r.call('CreateExtendedSourceServer', {
      sourceServerArn: arnOf(1),
      tags: { wave: '1' },
    });
    expect(status).toBe(201);
    expect(sourceServer).toMatchObject({
      arn: expect.stringContaining(`:${accountId}:source-server/`),
      tags: { wave: '1' },
      stagingArea: {
        status: 'EXTENDED',
        stagingAccountID: otherAccount,
        stagingSourceServerArn: arnOf(1),
      },
      dataReplicationInfo: { dataReplicationState: 'CONTINUOUS', lagDuration: 'P0D' },
      lifeCycle: { lastLaunch: { initiated: {} } },
      lastLaunchResult: 'NOT_STARTED',
      sourceProperties: { supportsNitroInstances: true },
    });
    expect((await r.call('ListStagingAccounts')).accounts).toEqual([{ accountID: otherAccount }]);
    const { items } = await r.call('DescribeSourceServers', {
      filters: { stagingAccountIDs: [otherAccount] },
    });
    expect(items).toHaveLength(1);
    expect(r.breaches).toEqual([]);
  });

  test('is launched here, and its snapshot converted by a job in the staging account', async () => {
    const r = await accounts();
    const { sourceServer } = await r.call('CreateExtendedSourceServer', {
      sourceServerArn: arnOf(1),
    });
    const id = sourceServer.sourceServerID;
    const points = await r.call('DescribeRecoverySnapshots', { sourceServerID: id });
    expect(points.items.length).toBeGreaterThan(10);
    const job = await r.launch(true, [id]);
    expect(job.participatingServers).toEqual([{ sourceServerID: id, launchStatus: 'LAUNCHED' }]);
    expect(await r.instances()).toHaveLength(1);
    const { items } = await r.call('DescribeJobs', {}, r.staging);
    expect(items).toMatchObject([
      {
        type: 'CREATE_CONVERTED_SNAPSHOT',
        initiatedBy: 'TARGET_ACCOUNT',
        status: 'COMPLETED',
        participatingServers: [{ sourceServerID: drsId(1) }],
      },
    ]);
    const lines = await r.log(items[0].jobID, r.staging);
    expect(lines.map((line: Wire) => line.event)).toContain('CONVERSION_END');
    const quiet = await accounts({ parameters: { drsStagingConversionJob: false } });
    const other = await quiet.call('CreateExtendedSourceServer', { sourceServerArn: arnOf(1) });
    await quiet.launch(true, [other.sourceServer.sourceServerID]);
    expect((await quiet.call('DescribeJobs', {}, quiet.staging)).items).toEqual([]);
    expect(r.breaches).toEqual([]);
  });

  test('waits for the job that holds its staging server', async () => {
    const r = await accounts();
    const { sourceServer } = await r.call('CreateExtendedSourceServer', {
      sourceServerArn: arnOf(1),
    });
    const { sourceServerID } = sourceServer;
    await r.call('StartRecovery', { sourceServers: [{ sourceServerID: drsId(1) }] }, r.staging);
    expect(await r.refused('StartRecovery', { sourceServers: [{ sourceServerID }] })).toMatchObject(
      { name: 'ConflictException', resourceId: sourceServerID },
    );
  });

  test('turns to EXTENSION_ERROR when its staging server goes', async () => {
    const r = await accounts();
    const { sourceServer } = await r.call('CreateExtendedSourceServer', {
      sourceServerArn: arnOf(1),
    });
    const { sourceServerID } = sourceServer;
    await r.call('DisconnectSourceServer', { sourceServerID: drsId(1) }, r.staging);
    expect(await r.server(sourceServerID)).toMatchObject({
      stagingArea: { status: 'EXTENSION_ERROR', errorMessage: expect.any(String) },
    });
    expect(await r.refused('StartRecovery', { sourceServers: [{ sourceServerID }] })).toMatchObject(
      { name: 'ConflictException' },
    );
    expect(r.breaches).toEqual([]);
  });

  test('has its replication and its settings in the staging account, and retires alone', async () => {
    const r = await accounts();
    const { sourceServer } = await r.call('CreateExtendedSourceServer', {
      sourceServerArn: arnOf(1),
    });
    const input = { sourceServerID: sourceServer.sourceServerID };
    for (const operation of [
      'StartReplication',
      'StopReplication',
      'UpdateReplicationConfiguration',
    ]) {
      expect(await r.refused(operation, input)).toMatchObject({ name: 'ConflictException' });
    }
    expect(await r.refused('RetryDataReplication', input)).toMatchObject({
      name: 'ValidationException',
    });
    const ended = await r.call('DisconnectSourceServer', input);
    expect(ended.dataReplicationInfo.dataReplicationState).toBe('DISCONNECTED');
    await r.call('DeleteSourceServer', input);
    expect(await r.state(drsId(1), r.staging)).toBe('CONTINUOUS');
    expect((await r.call('ListStagingAccounts')).accounts).toEqual([]);
    await r.call('CreateExtendedSourceServer', { sourceServerArn: arnOf(1) });
    expect(r.breaches).toEqual([]);
  });

  test('takes over the template that is there when it is created, and no later one', async () => {
    const r = await accounts();
    const create = (n: number) =>
      r.call('CreateExtendedSourceServer', { sourceServerArn: arnOf(n) });
    const before = (await create(1)).sourceServer.sourceServerID;
    await r.call('CreateLaunchConfigurationTemplate', { copyTags: true, copyPrivateIp: true });
    const after = (await create(2)).sourceServer.sourceServerID;
    const copies = async (sourceServerID: string) =>
      (await r.call('GetLaunchConfiguration', { sourceServerID })).copyTags;
    expect([await copies(before), await copies(after)]).toEqual([false, true]);
  });

  test('follows the lag of a staging server that is stalled', async () => {
    const stall = { fault: 'stall', errorClass: 'UNSTABLE_NETWORK', after: 'PT1H' };
    const r = await accounts({ faults: faults(stall) });
    const { sourceServer } = await r.call('CreateExtendedSourceServer', {
      sourceServerArn: arnOf(1),
    });
    r.at(3 * hour);
    expect((await r.server(sourceServer.sourceServerID)).dataReplicationInfo).toMatchObject({
      dataReplicationState: 'STALLED',
      dataReplicationError: { error: 'UNSTABLE_NETWORK' },
      lagDuration: expect.stringMatching(/^PT2H|^PT1H59/),
    });
  });
});

describe('ListExtensibleSourceServers', () => {
  test('lists what is neither extended here nor an extension, page by page', async () => {
    const r = await accounts();
    const list = async (input: object = {}) =>
      r.call('ListExtensibleSourceServers', { stagingAccountID: otherAccount, ...input });
    expect((await list()).items).toHaveLength(3);
    await r.call('CreateExtendedSourceServer', { sourceServerArn: arnOf(1) });
    const { items, nextToken } = await list({ maxResults: 1 });
    expect(items).toEqual([{ hostname: 'host-2', arn: arnOf(2), tags: { Name: 'host-2' } }]);
    expect((await list({ nextToken })).items.map((s: Wire) => s.arn)).toEqual([arnOf(3)]);
    const back = await r.call(
      'ListExtensibleSourceServers',
      { stagingAccountID: accountId },
      r.staging,
    );
    expect(back.items).toEqual([]);
    expect(r.breaches).toEqual([]);
  });

  test('is refused for strangers and for the own account', async () => {
    const r = await accounts();
    const list = (stagingAccountID: string) =>
      r.refused('ListExtensibleSourceServers', { stagingAccountID });
    expect(await list('999999999999')).toMatchObject({ name: 'AccessDeniedException' });
    expect(await list(accountId)).toMatchObject({ name: 'ValidationException' });
    expect(r.breaches).toEqual([]);
  });
});

test('CreateExtendedSourceServer is refused by each rule of its own', async () => {
  const r = await accounts({ parameters: { drsQuotaTotalServers: 1 } });
  const create = (sourceServerArn: string, of = r.drs) =>
    r.refused('CreateExtendedSourceServer', { sourceServerArn }, of);
  expect(await create(arnOf(3))).toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('default EBS encryption key'),
  });
  expect(await create(arnOf(9))).toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await create(arnOf(1, '999999999999'))).toMatchObject({ name: 'AccessDeniedException' });
  expect(await create(arnOf(1, otherAccount, 'eu-west-1'))).toMatchObject({
    name: 'ValidationException',
  });
  expect(await create(arnOf(1, accountId))).toMatchObject({ name: 'ValidationException' });
  const { sourceServer } = await r.call('CreateExtendedSourceServer', {
    sourceServerArn: arnOf(1),
  });
  expect(await create(arnOf(1))).toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('already extended'),
  });
  expect(await create(sourceServer.arn, r.client('333333333333'))).toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('is an extension'),
  });
  expect(await create(arnOf(2))).toMatchObject({
    name: 'ServiceQuotaExceededException',
    quotaCode: 'L-E28BE5E0',
  });
  const lax = await accounts({ parameters: { drsExtensionNeedsCustomKey: false } });
  await lax.call('CreateExtendedSourceServer', { sourceServerArn: arnOf(3) });
  expect(r.breaches).toEqual([]);
});
