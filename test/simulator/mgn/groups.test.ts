import { describe, expect, test } from 'vitest';
import { accountId, aServer, hour, ready, region, serverId } from '../rig.ts';
import { mgnRig } from './mgn-rig.ts';

const stamp = expect.stringMatching(/^2024-03-04T16:20:07\.412\d{3}\+00:00$/);

describe('a wave', () => {
  test('is created, found, changed, archived, brought back and deleted', async () => {
    const r = mgnRig();
    const { status, ...wave } = await r.send('CreateWave', {
      name: 'first',
      description: 'the brave',
      tags: { owner: 'me' },
    });
    expect([status, wave.waveID]).toEqual([201, expect.stringMatching(/^wave-[0-9a-f]{17}$/)]);
    expect(wave).toEqual({
      waveID: wave.waveID,
      arn: `arn:aws:mgn:${region}:${accountId}:wave/${wave.waveID}`,
      name: 'first',
      description: 'the brave',
      isArchived: false,
      creationDateTime: stamp,
      lastModifiedDateTime: stamp,
      tags: { owner: 'me' },
      waveAggregatedStatus: {
        healthStatus: 'HEALTHY',
        progressStatus: 'NOT_STARTED',
        lastUpdateDateTime: stamp,
        totalApplications: 0,
      },
    });
    const { waveID } = wave;
    expect((await r.send('ListWaves')).items).toEqual([wave]);
    r.at(hour);
    const updated = await r.send('UpdateWave', { waveID, name: 'second' });
    expect(updated).toMatchObject({ name: 'second', description: 'the brave' });
    expect(updated.lastModifiedDateTime).not.toBe(wave.lastModifiedDateTime);
    expect(updated.creationDateTime).toBe(wave.creationDateTime);
    expect(await r.send('ArchiveWave', { waveID })).toMatchObject({ isArchived: true });
    expect((await r.send('ListWaves', { filters: { isArchived: false } })).items).toEqual([]);
    expect((await r.send('ListWaves', { filters: { waveIDs: [waveID] } })).items).toHaveLength(1);
    expect(await r.send('UnarchiveWave', { waveID })).toMatchObject({ isArchived: false });
    expect((await r.send('DeleteWave', { waveID })).status).toBe(204);
    expect((await r.send('ListWaves')).items).toEqual([]);
  });

  test('may be described by null, which counts as nothing', () => {
    const { call } = mgnRig();
    const { status, body } = call('CreateWave', { name: 'w', description: null });
    expect([status, 'description' in body]).toEqual([201, false]);
  });

  test('takes tags through its ARN', async () => {
    const r = mgnRig();
    const { arn, waveID } = await r.send('CreateWave', { name: 'w' });
    await r.send('TagResource', { resourceArn: arn, tags: { a: '1', b: '2' } });
    await r.send('UntagResource', { resourceArn: arn, tagKeys: ['a'] });
    const { tags } = await r.send('ListTagsForResource', { resourceArn: arn });
    expect(tags).toEqual({ b: '2' });
    const { items } = await r.send('ListWaves', { filters: { waveIDs: [waveID] } });
    expect(items[0].tags).toEqual({ b: '2' });
  });

  test('takes applications in and lets them go, as often as one asks', async () => {
    const r = mgnRig();
    const { waveID } = await r.send('CreateWave', { name: 'w' });
    const { applicationID } = await r.send('CreateApplication', { name: 'a' });
    const both = { waveID, applicationIDs: [applicationID] };
    expect(await r.send('AssociateApplications', both)).toEqual({ status: 200 });
    await r.send('AssociateApplications', both);
    const inWave = { filters: { waveIDs: [waveID] } };
    expect((await r.send('ListApplications', inWave)).items).toMatchObject([
      { applicationID, waveID },
    ]);
    const [shown] = (await r.send('ListWaves')).items;
    expect(shown.waveAggregatedStatus.totalApplications).toBe(1);
    await r.send('DisassociateApplications', both);
    await r.send('DisassociateApplications', both);
    expect((await r.send('ListApplications', inWave)).items).toEqual([]);
  });

  test('is archived with its applications and servers, once they are done', async () => {
    const fleet = [
      aServer(1, { lifeCycle: 'CUTOVER', replication: 'DISCONNECTED' }),
      aServer(2, { lifeCycle: 'DISCONNECTED', replication: 'DISCONNECTED' }),
    ];
    const parameters = { unarchiveWaveScope: 'with-applications' as const };
    const r = mgnRig({ fleet, parameters });
    const { waveID } = await r.send('CreateWave', { name: 'w' });
    const { applicationID } = await r.send('CreateApplication', { name: 'a' });
    const sourceServerIDs = [serverId(1), serverId(2)];
    await r.send('AssociateSourceServers', { applicationID, sourceServerIDs });
    await r.send('AssociateApplications', { waveID, applicationIDs: [applicationID] });
    const archived = await r.send('ArchiveWave', { waveID });
    expect(archived.waveAggregatedStatus.progressStatus).toBe('COMPLETED');
    expect([r.server(1).isArchived, r.server(2).isArchived]).toEqual([true, true]);
    const applications = async () => (await r.send('ListApplications')).items;
    expect(await applications()).toMatchObject([{ isArchived: true }]);
    await r.send('UnarchiveWave', { waveID });
    expect(await applications()).toMatchObject([{ isArchived: false }]);
  });

  test('can be deleted with applications in it when it is archived, which sets them free', async () => {
    const r = mgnRig();
    const { waveID } = await r.send('CreateWave', { name: 'w' });
    const { applicationID } = await r.send('CreateApplication', { name: 'a' });
    await r.send('AssociateApplications', { waveID, applicationIDs: [applicationID] });
    await r.send('ArchiveWave', { waveID });
    expect(await r.refused('UpdateWave', { waveID, name: 'n' })).toBe('ConflictException');
    await r.send('DeleteWave', { waveID });
    const [application] = (await r.send('ListApplications')).items;
    expect(application.waveID).toBeUndefined();
  });
});

describe('an application', () => {
  test('tells its servers, and DescribeSourceServers finds them by it', async () => {
    const r = mgnRig({ fleet: [ready(1), ready(2), ready(3)] });
    const { applicationID } = await r.send('CreateApplication', { name: 'crm', tags: { a: 'b' } });
    const before = r.server(1);
    await r.send('AssociateSourceServers', {
      applicationID,
      sourceServerIDs: [serverId(1), serverId(3)],
    });
    expect(r.server(1)).toEqual({ ...before, applicationID });
    const found = await r.send('DescribeSourceServers', {
      filters: { applicationIDs: [applicationID] },
    });
    expect(found.items.map((s: { sourceServerID: string }) => s.sourceServerID)).toEqual([
      serverId(1),
      serverId(3),
    ]);
    const { items } = await r.send('ListApplications', {
      filters: { applicationIDs: [applicationID], isArchived: false },
    });
    expect(items[0]).toMatchObject({
      name: 'crm',
      tags: { a: 'b' },
      applicationAggregatedStatus: {
        healthStatus: 'HEALTHY',
        progressStatus: 'IN_PROGRESS',
        totalSourceServers: 2,
      },
    });
    await r.send('DisassociateSourceServers', { applicationID, sourceServerIDs: [serverId(1)] });
    expect(r.server(1)).toEqual(before);
  });

  test('is changed, archived, brought back and deleted; its servers are set free', async () => {
    const fleet = [aServer(1, { lifeCycle: 'CUTOVER', replication: 'DISCONNECTED' })];
    const r = mgnRig({ fleet });
    const { applicationID } = await r.send('CreateApplication', { name: 'a' });
    await r.send('AssociateSourceServers', { applicationID, sourceServerIDs: [serverId(1)] });
    const changed = await r.send('UpdateApplication', { applicationID, description: 'old' });
    expect(changed).toMatchObject({ name: 'a', description: 'old' });
    expect(await r.refused('DeleteApplication', { applicationID })).toBe('ConflictException');
    expect(await r.send('ArchiveApplication', { applicationID })).toMatchObject({
      isArchived: true,
    });
    await r.send('UnarchiveApplication', { applicationID });
    await r.send('ArchiveApplication', { applicationID });
    expect((await r.send('DeleteApplication', { applicationID })).status).toBe(204);
    expect(r.server(1).applicationID).toBeUndefined();
  });

  test('of another server can take it over, where the switch says so', async () => {
    const fleet = [ready(1)];
    const r = mgnRig({ fleet, parameters: { associateElsewhere: 'move' } });
    const a = await r.send('CreateApplication', { name: 'a' });
    const b = await r.send('CreateApplication', { name: 'b' });
    const sourceServerIDs = [serverId(1)];
    await r.send('AssociateSourceServers', { applicationID: a.applicationID, sourceServerIDs });
    await r.send('AssociateSourceServers', { applicationID: b.applicationID, sourceServerIDs });
    expect(r.server(1).applicationID).toBe(b.applicationID);
  });

  test('that the fleet brings along can be left and joined like any other', async () => {
    const applicationID = `app-${'0'.repeat(16)}1`;
    const r = mgnRig({
      fleet: [ready(1, { more: { applicationID } })],
      applications: [
        {
          applicationID,
          arn: `arn:aws:mgn:${region}:${accountId}:application/${applicationID}`,
          name: 'old',
        },
      ],
    });
    const members = { applicationID, sourceServerIDs: [serverId(1)] };
    await r.send('DisassociateSourceServers', members);
    expect(r.server(1).applicationID).toBeUndefined();
    await r.send('AssociateSourceServers', members);
    expect(r.server(1).applicationID).toBe(applicationID);
  });

  test('is LAGGING or in ERROR with its servers, and its wave tells the first start', async () => {
    const late = ready(1, { replication: 'STALLED', lag: 'PT1H' });
    const r = mgnRig({
      fleet: [
        {
          ...late,
          lifeCycle: {
            ...(late['lifeCycle'] as object),
            firstByteDateTime: '2024-03-01T00:03:41.000000+00:00',
          },
        },
      ],
    });
    const { waveID } = await r.send('CreateWave', { name: 'w' });
    const { applicationID } = await r.send('CreateApplication', { name: 'a' });
    await r.send('AssociateSourceServers', { applicationID, sourceServerIDs: [serverId(1)] });
    await r.send('AssociateApplications', { waveID, applicationIDs: [applicationID] });
    const [wave] = (await r.send('ListWaves')).items;
    expect(wave.waveAggregatedStatus).toMatchObject({
      healthStatus: 'ERROR',
      replicationStartedDateTime: expect.stringMatching(/^2024-03-01T00:03:41/),
    });
    await r.send('PauseReplication', { sourceServerID: serverId(1) });
    const [paused] = (await r.send('ListApplications')).items;
    expect(paused.applicationAggregatedStatus.healthStatus).toBe('LAGGING');
  });

  test('lists page by page', async () => {
    const r = mgnRig();
    for (const name of ['a', 'b', 'c']) await r.send('CreateApplication', { name });
    const first = await r.send('ListApplications', { maxResults: 2 });
    const { nextToken } = first;
    const second = await r.send('ListApplications', { maxResults: 2, nextToken });
    const seen = [...first.items, ...second.items].map((a: { name: string }) => a.name);
    expect([seen, second.nextToken]).toEqual([['a', 'b', 'c'], undefined]);
  });
});
