import { describe, expect, test } from 'vitest';
import { accountId, hour, minute, type Wire } from '../rig.ts';
import { aDrsServer, drsRig } from './rig.ts';

const vpc = {
  vpcID: 'vpc-0123456789abcdef0',
  originAccountID: accountId,
  originRegion: 'eu-west-1',
};

/** A rig with a source network, protected unless told otherwise. */
async function network(options: Parameters<typeof drsRig>[0] = {}, isProtected = true) {
  const r = drsRig(options);
  const { sourceNetworkID, status } = await r.call('CreateSourceNetwork', {
    ...vpc,
    tags: { a: 'b' },
  });
  expect(status).toBe(201);
  const one = { sourceNetworkID };
  if (isProtected) {
    await r.call('StartSourceNetworkReplication', one);
    r.pass(hour);
  }
  const shown = async (): Promise<Wire> => (await r.call('DescribeSourceNetworks')).items[0];
  const recover = (entry: object = {}, more: object = {}) =>
    r.call('StartSourceNetworkRecovery', { sourceNetworks: [{ ...one, ...entry }], ...more });
  return { ...r, one, shown, recover };
}

describe('protecting a network', () => {
  test('goes from STOPPED over IN_PROGRESS to PROTECTED and back', async () => {
    const r = await network({}, false);
    expect(await r.shown()).toEqual({
      ...r.one,
      sourceVpcID: vpc.vpcID,
      arn: `arn:aws:drs:us-east-1:${accountId}:source-network/${r.one.sourceNetworkID}`,
      tags: { a: 'b' },
      replicationStatus: 'STOPPED',
      sourceRegion: 'eu-west-1',
      sourceAccountID: accountId,
    });
    const started = await r.call('StartSourceNetworkReplication', r.one);
    expect(started.sourceNetwork.replicationStatus).toBe('IN_PROGRESS');
    r.pass(hour);
    expect((await r.shown()).replicationStatus).toBe('PROTECTED');
    expect(r.events.map((e) => [e.source, e['detail-type'], e.detail])).toEqual([
      ['aws.drs', 'DRS Source Network Protection Status Change', { state: 'PROTECTED' }],
    ]);
    const stopped = await r.call('StopSourceNetworkReplication', r.one);
    expect(stopped.sourceNetwork.replicationStatus).toBe('STOPPED');
    expect((await r.call('DeleteSourceNetwork', r.one)).status).toBe(204);
    expect(await r.shown()).toBeUndefined();
    expect(r.breaches).toEqual([]);
  });

  test('is found by its filters', async () => {
    const r = await network();
    const found = async (filters: object) =>
      (await r.call('DescribeSourceNetworks', { filters })).items.length;
    expect(await found({ sourceNetworkIDs: [r.one.sourceNetworkID] })).toBe(1);
    expect(await found({ originAccountID: '999999999999' })).toBe(0);
    expect(await found({ originRegion: 'eu-west-1' })).toBe(1);
  });

  test('is refused out of turn, for the unknown, for a VPC that is there, and over the quota', async () => {
    const r = await network({ parameters: { drsQuotaSourceNetworks: 1 } });
    const unknown = { sourceNetworkID: `sn-${'0'.repeat(17)}` };
    const name = async (operation: string, input: object = r.one) =>
      (await r.refused(operation, input)).name;
    expect(await name('StartSourceNetworkReplication')).toBe('ConflictException');
    expect(await name('DeleteSourceNetwork')).toBe('ConflictException');
    expect(await name('CreateSourceNetwork', vpc)).toBe('ConflictException');
    expect(await name('CreateSourceNetwork', { ...vpc, vpcID: 'vpc-00000000' })).toBe(
      'ServiceQuotaExceededException',
    );
    await r.call('StopSourceNetworkReplication', r.one);
    expect(await name('StopSourceNetworkReplication')).toBe('ConflictException');
    for (const operation of [
      'StartSourceNetworkReplication',
      'StopSourceNetworkReplication',
      'DeleteSourceNetwork',
      'ExportSourceNetworkCfnTemplate',
    ]) {
      expect(await name(operation, unknown)).toBe('ResourceNotFoundException');
    }
    expect(r.breaches).toEqual([]);
  });
});

describe('recovering a network', () => {
  test('deploys a stack by a job and names the new VPC', async () => {
    const r = await network();
    const { job, status } = await r.recover({ cfnStackName: 'mine' }, { tags: { x: 'y' } });
    expect([status, job.initiatedBy, job.tags]).toEqual([
      202,
      'CREATE_NETWORK_RECOVERY',
      { x: 'y' },
    ]);
    const callAt = r.simulator.now;
    expect((await r.shown()).lastRecovery).toEqual({
      apiCallDateTime: new Date(callAt),
      jobID: job.jobID,
      lastRecoveryResult: 'IN_PROGRESS',
    });
    r.pass(hour);
    expect(await r.job(job.jobID)).toMatchObject({
      status: 'COMPLETED',
      participatingServers: [],
      participatingResources: [{ participatingResourceID: r.one, launchStatus: 'LAUNCHED' }],
    });
    const shown = await r.shown();
    expect(shown).toMatchObject({
      cfnStackName: 'mine',
      lastRecovery: { lastRecoveryResult: 'SUCCESS' },
      launchedVpcID: expect.stringMatching(/^vpc-/),
    });
    const lines = await r.log(job.jobID);
    expect(lines.map((line) => line.event)).toEqual([
      'JOB_START',
      'DEPLOY_NETWORK_CONFIGURATION_START',
      'DEPLOY_NETWORK_CONFIGURATION_END',
      'UPDATE_LAUNCH_TEMPLATE_START',
      'UPDATE_LAUNCH_TEMPLATE_END',
      'JOB_END',
    ]);
    expect(lines[1].eventData.eventResourceData).toEqual({
      sourceNetworkData: {
        ...r.one,
        sourceVpc: vpc.vpcID,
        targetVpc: shown.launchedVpcID,
        stackName: 'mine',
      },
    });
    expect(r.events.at(-1)).toMatchObject({
      'detail-type': 'DRS Source Network Recovery Result',
      detail: { state: 'SUCCESS' },
    });
    const again = await r.recover();
    expect(again.job.initiatedBy).toBe('UPDATE_NETWORK_RECOVERY');
    r.pass(hour);
    const anew = await r.recover({}, { deployAsNew: true });
    expect(anew.job.initiatedBy).toBe('CREATE_NETWORK_RECOVERY');
    expect(r.breaches).toEqual([]);
  });

  test.each([
    ['FAIL', 'FAIL', 'FAILED'],
    ['PARTIAL_SUCCESS', 'PARTIAL_SUCCESS', 'LAUNCHED'],
  ] as const)('ends as the parameter %s says', async (drsNetworkRecoveryResult, result, status) => {
    const r = await network({ parameters: { drsNetworkRecoveryResult } });
    const { job } = await r.recover();
    r.pass(hour);
    expect((await r.shown()).lastRecovery.lastRecoveryResult).toBe(result);
    const [part] = (await r.job(job.jobID)).participatingResources;
    expect(part.launchStatus).toBe(status);
    expect(r.breaches).toEqual([]);
  });

  test('may be given its earlier stack although it is not recovered', async () => {
    const r = await network({
      parameters: { drsNetworkRecoveryResult: 'FAIL', drsNetworkAssociationResult: 'SUCCESS' },
    });
    await r.recover();
    r.pass(hour);
    expect((await r.shown()).lastRecovery.lastRecoveryResult).toBe('FAIL');
    await r.call('AssociateSourceNetworkStack', { ...r.one, cfnStackName: 'earlier' });
    r.pass(hour);
    expect((await r.shown()).lastRecovery.lastRecoveryResult).toBe('ASSOCIATE_SUCCESS');
  });

  test.each(['PROTECTED', 'STOPPED'] as const)(
    'is there and %s where a server of the fleet names it',
    async (drsLoadedNetworks) => {
      const sourceNetworkID = `sn-${'7'.repeat(17)}`;
      const r = drsRig({
        fleet: [1, 2].map((n) => aDrsServer(n, { more: { sourceNetworkID } })),
        parameters: { drsLoadedNetworks },
      });
      const { items } = await r.call('DescribeSourceNetworks');
      expect(items).toMatchObject([{ sourceNetworkID, replicationStatus: drsLoadedNetworks }]);
      expect((await r.server(2)).sourceNetworkID).toBe(sourceNetworkID);
      expect(r.breaches).toEqual([]);
    },
  );

  test('goes back to a stack that was deployed before', async () => {
    const r = await network({ parameters: { drsKnownStacks: 'own' } });
    const associate = { ...r.one, cfnStackName: 'first' };
    expect(await r.refused('AssociateSourceNetworkStack', associate)).toMatchObject({
      name: 'ValidationException',
    });
    for (const cfnStackName of ['first', 'second']) {
      await r.recover({ cfnStackName }, { deployAsNew: true });
      r.pass(hour);
    }
    const { job, status } = await r.call('AssociateSourceNetworkStack', associate);
    expect([status, job.initiatedBy]).toEqual([202, 'ASSOCIATE_NETWORK_RECOVERY']);
    r.pass(hour);
    expect(await r.shown()).toMatchObject({
      cfnStackName: 'first',
      lastRecovery: { lastRecoveryResult: 'ASSOCIATE_SUCCESS' },
    });
    const any = await network();
    await any.call('AssociateSourceNetworkStack', { ...any.one, cfnStackName: 'foreign' });
    expect(r.breaches).toEqual([]);
  });

  test('is refused unprotected, for the unknown, while it runs, and over the job quota', async () => {
    const bare = await network({}, false);
    expect(
      await bare.refused('StartSourceNetworkRecovery', { sourceNetworks: [bare.one] }),
    ).toMatchObject({ name: 'ConflictException', resourceType: 'SourceNetwork' });
    const r = await network({ parameters: { drsQuotaConcurrentJobs: 1 } });
    const start = (sourceNetworkID: string) =>
      r.refused('StartSourceNetworkRecovery', { sourceNetworks: [{ sourceNetworkID }] });
    expect(await start(`sn-${'0'.repeat(17)}`)).toMatchObject({ name: 'ValidationException' });
    const stack = { cfnStackName: 'any' };
    expect(
      await r.refused('AssociateSourceNetworkStack', {
        sourceNetworkID: `sn-${'0'.repeat(17)}`,
        ...stack,
      }),
    ).toMatchObject({ name: 'ResourceNotFoundException' });
    await r.recover();
    const held = { name: 'ConflictException' };
    expect(await start(r.one.sourceNetworkID)).toMatchObject(held);
    expect(await r.refused('AssociateSourceNetworkStack', { ...r.one, ...stack })).toMatchObject(
      held,
    );
    expect(await r.refused('StopSourceNetworkReplication', r.one)).toMatchObject(held);
    const second = await r.call('CreateSourceNetwork', { ...vpc, vpcID: 'vpc-00000000' });
    const other = { sourceNetworkID: second.sourceNetworkID };
    const over = { name: 'ServiceQuotaExceededException', quotaCode: 'L-D88FAC3A' };
    expect(await r.refused('AssociateSourceNetworkStack', { ...other, ...stack })).toMatchObject(
      over,
    );
    await r.call('StartSourceNetworkReplication', other);
    r.pass(minute);
    expect(r.breaches).toEqual([]);
  });
});

test('ExportSourceNetworkCfnTemplate needs a protected network and a bucket', async () => {
  const r = await network({}, false);
  expect(await r.refused('ExportSourceNetworkCfnTemplate', r.one)).toMatchObject({
    name: 'ConflictException',
  });
  await r.call('StartSourceNetworkReplication', r.one);
  r.pass(hour);
  expect(await r.refused('ExportSourceNetworkCfnTemplate', r.one)).toMatchObject({
    name: 'ValidationException',
  });
  await r.call('CreateLaunchConfigurationTemplate', {
    exportBucketArn: 'arn:aws:s3:::exported-networks',
  });
  const { s3DestinationUrl } = await r.call('ExportSourceNetworkCfnTemplate', r.one);
  expect(s3DestinationUrl).toMatch(/^https:\/\/exported-networks\.s3\.us-east-1\.amazonaws\.com\//);
  expect(r.breaches).toEqual([]);
});
