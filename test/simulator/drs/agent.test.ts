// The agent of DRS, installed on what MGN migrated: a new source server, which replicates to another Region.
import { describe, expect, test } from 'vitest';
import { accountId, aServer, day, minute, region, serverId } from '../rig.ts';
import { drsRig, otherRegion } from './rig.ts';

const instance = 'i-00000000000000001';
const cutOver = (n: number, id = `i-${String(n).padStart(17, '0')}`) =>
  aServer(n, {
    lifeCycle: 'CUTOVER',
    replication: 'DISCONNECTED',
    launched: { ec2InstanceID: id, jobID: 'mgnjob-00000000000000001', firstBoot: 'SUCCEEDED' },
  });
const there = { accountId, region: otherRegion };
const of = (n: number) => ({ accountId, region, sourceServerID: serverId(n) });

describe('the agent of DRS', () => {
  test('on the instance of a migrated server brings a source server, which is protected in time', async () => {
    const r = drsRig({ fleet: [cutOver(1)] });
    const west = r.client(accountId, otherRegion);
    const installed = r.simulator.installDrsAgent(there, of(1));
    const id = 'refusal' in installed ? installed.refusal : installed.sourceServerID;
    expect(await r.server(id, west)).toMatchObject({
      sourceServerID: id,
      arn: `arn:aws:drs:${otherRegion}:${accountId}:source-server/${id}`,
      tags: { Name: 'host-1' },
      replicationDirection: 'FAILOVER',
      lastLaunchResult: 'NOT_STARTED',
      dataReplicationInfo: { dataReplicationState: 'INITIATING' },
      sourceCloudProperties: { originAccountID: accountId, originRegion: region },
      sourceProperties: {
        identificationHints: { hostname: 'host-1', awsInstanceID: instance },
        supportsNitroInstances: true,
      },
    });
    r.pass(day);
    expect(await r.server(id, west)).toMatchObject({
      dataReplicationInfo: { dataReplicationState: 'CONTINUOUS' },
    });
  });

  test.each<[string, Parameters<typeof drsRig>[0], string]>([
    ['a server that was not launched', { fleet: [aServer(1)] }, 'has no instance that runs'],
    ['a server that is not there', { fleet: [aServer(2)] }, 'MGN has no source server'],
    [
      'an account where DRS is not initialized',
      {
        fleet: [cutOver(1)],
        parameters: { drsUninitializedTargets: [`${accountId}:${otherRegion}`] },
      },
      'DRS is not initialized',
    ],
    [
      'an account that replicates as many as it may',
      { fleet: [cutOver(1)], parameters: { drsQuotaReplicatingServers: 0 } },
      'Quota exceeded: Max Total replicating source servers Per AWS Account (0)',
    ],
  ])('is refused on %s, and brings nothing', async (_, options, refusal) => {
    const r = drsRig(options);
    expect(r.simulator.installDrsAgent(there, of(1))).toEqual({
      refusal: expect.stringContaining(refusal),
    });
    r.pass(minute);
    if (options?.parameters?.drsUninitializedTargets !== undefined) return;
    const { items } = await r.call('DescribeSourceServers', {}, r.client(accountId, otherRegion));
    expect(items).toEqual([]);
  });
});
