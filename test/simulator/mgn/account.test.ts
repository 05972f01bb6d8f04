import { describe, expect, test } from 'vitest';
import { aClient, accountId, aServer, hour, ready, region, serverId } from '../rig.ts';
import { mgnRig } from './mgn-rig.ts';

const member = '444455556666';
const one = { sourceServerID: serverId(1) };

describe('an administrator account', () => {
  const managedAccounts = { [accountId]: [member, '777788889999'] };

  test('lists the accounts that it manages, and a member none', async () => {
    const r = mgnRig({ parameters: { managedAccounts } });
    const first = await r.send('ListManagedAccounts', { maxResults: 1 });
    expect(first.items).toEqual([{ accountId: member }]);
    const { nextToken } = first;
    expect((await r.send('ListManagedAccounts', { maxResults: 1, nextToken })).items).toEqual([
      { accountId: '777788889999' },
    ]);
    const other = mgnRig({ parameters: { managedAccounts } }, member);
    expect((await other.send('ListManagedAccounts')).items).toEqual([]);
  });

  test('acts on a member by accountID, and on no other account where the switch says so', async () => {
    const parameters = { managedAccounts, accountIDScope: 'managed' as const };
    const r = mgnRig({ parameters });
    const wave = await r.send('CreateWave', { name: 'w', accountID: member });
    expect(wave.arn).toContain(`:${member}:wave/`);
    expect((await r.send('ListWaves')).items).toEqual([]);
    expect((await r.send('ListWaves', { accountID: member })).items).toHaveLength(1);
    expect(await r.refused('ListWaves', { accountID: '123456789012' })).toBe(
      'AccessDeniedException',
    );
    expect(await r.refused('ListWaves', { accountID: 'x' })).toBe('ValidationException');
  });

  test('cannot name an account where the operation takes none', async () => {
    const r = mgnRig();
    const raw = r.call('CreateLaunchConfigurationTemplate', { accountID: member });
    expect(raw.body.arn).toContain(`:${accountId}:`);
  });
});

describe('a connector', () => {
  const config = { s3OutputEnabled: true, outputS3BucketName: 'b', cloudWatchOutputEnabled: false };
  const ssmInstanceID = `mi-${'0'.repeat(17)}`;

  test('is created, found, changed and deleted', async () => {
    const r = mgnRig();
    const { status, ...connector } = await r.send('CreateConnector', {
      name: 'c',
      ssmInstanceID,
      ssmCommandConfig: config,
      tags: { a: 'b' },
    });
    const { connectorID } = connector;
    expect([status, connector]).toEqual([
      201,
      {
        connectorID: expect.stringMatching(/^connector-[0-9a-f]{17}$/),
        arn: `arn:aws:mgn:${region}:${accountId}:connector/${connectorID}`,
        name: 'c',
        ssmInstanceID,
        ssmCommandConfig: config,
        tags: { a: 'b' },
      },
    ]);
    const list = async (connectorIDs: string[]) =>
      (await r.send('ListConnectors', { filters: { connectorIDs } })).items;
    expect(await list([connectorID])).toEqual([connector]);
    expect(await list([`connector-${'1'.repeat(17)}`])).toEqual([]);
    expect(await r.send('UpdateConnector', { connectorID, name: 'd' })).toMatchObject({
      name: 'd',
      ssmCommandConfig: config,
    });
    expect((await r.send('DeleteConnector', { connectorID })).status).toBe(204);
    expect(await list([])).toEqual([]);
  });

  test('is refused beyond the quota', async () => {
    const r = mgnRig({ parameters: { quotaConnectors: 0 } });
    expect(await r.refused('CreateConnector', { name: 'c', ssmInstanceID })).toBe(
      'ValidationException',
    );
  });

  test('serves the servers that are tied to it, as many as its quota', async () => {
    const fleet = [ready(1), ready(2)];
    const r = mgnRig({ fleet, parameters: { quotaServersPerConnector: 1 } });
    const { arn: connectorArn } = await r.send('CreateConnector', { name: 'c', ssmInstanceID });
    const connectorAction = {
      connectorArn,
      credentialsSecretArn: `arn:aws:secretsmanager:${region}:${accountId}:secret:s`,
    };
    const before = r.server(1);
    const { status: _status, ...tied } = await r.send('UpdateSourceServer', {
      ...one,
      connectorAction,
    });
    expect(tied).toEqual({ ...before, connectorAction });
    expect(r.server(1)).toEqual(tied);
    const second = { sourceServerID: serverId(2), connectorAction };
    expect(await r.refused('UpdateSourceServer', second)).toBe('ConflictException');
    const unknown = { connectorArn: `${connectorArn.slice(0, -17)}${'9'.repeat(17)}` };
    expect(await r.refused('UpdateSourceServer', { ...one, connectorAction: unknown })).toBe(
      'ResourceNotFoundException',
    );
  });
});

describe('a vCenter client', () => {
  const discovered = aServer(1, {
    lifeCycle: 'DISCOVERED',
    replication: 'STOPPED',
    agentless: true,
  });
  const fleet = [discovered, ready(2, { agentless: true })];
  const vcenterClientID = 'vcc-00000000000000001';
  const options = { fleet, vcenterClients: [aClient] };

  test('is deleted with the servers that it only discovered; the others fall silent', async () => {
    const r = mgnRig(options);
    expect((await r.send('DeleteVcenterClient', { vcenterClientID })).status).toBe(204);
    expect((await r.send('DescribeVcenterClients')).items).toEqual([]);
    expect((await r.send('DescribeSourceServers')).items).toHaveLength(1);
    const { lastSeenByServiceDateTime } = r.server(2).lifeCycle;
    r.at(5 * hour);
    expect(r.server(2).lifeCycle.lastSeenByServiceDateTime).toBe(lastSeenByServiceDateTime);
    expect(await r.refused('DeleteVcenterClient', { vcenterClientID })).toBe(
      'ResourceNotFoundException',
    );
  });

  test('keeps its servers or is kept, as the switch says', async () => {
    const keeps = mgnRig({ ...options, parameters: { deleteVcenterClient: 'keeps-servers' } });
    await keeps.send('DeleteVcenterClient', { vcenterClientID });
    expect(keeps.states(1)).toBe('DISCOVERED/STOPPED');
    expect(await keeps.refused('StartReplication', one)).toBe('ConflictException');
    const rejects = mgnRig({
      ...options,
      parameters: { deleteVcenterClient: 'reject-while-replicating' },
    });
    expect(await rejects.refused('DeleteVcenterClient', { vcenterClientID })).toBe(
      'ValidationException',
    );
  });

  test('takes tags', async () => {
    const r = mgnRig(options);
    const resourceArn = aClient['arn'];
    await r.send('TagResource', { resourceArn, tags: { a: 'b' } });
    expect((await r.send('ListTagsForResource', { resourceArn })).tags).toEqual({ a: 'b' });
    expect((await r.send('DescribeVcenterClients')).items[0].tags).toEqual({ a: 'b' });
  });
});

describe('a switch over what the documents contradict each other about', () => {
  const bytes = (r: ReturnType<typeof mgnRig>) =>
    r.server(1).dataReplicationInfo.replicatedDisks[0].totalStorageBytes;

  test('makes DescribeSourceServers demand filters, as in 2021', async () => {
    const r = mgnRig({ parameters: { filtersRequired: true } });
    const { error } = await r.refusal('DescribeSourceServers');
    expect(error.fieldList).toEqual([{ name: 'filters', message: 'is required' }]);
    expect((await r.send('DescribeSourceServers', { filters: {} })).items).toEqual([]);
  });

  test('says when disk sizes go to zero', async () => {
    const sizes: Record<string, readonly number[]> = {};
    for (const disconnectZeroesStorage of ['after-cleanup', 'at-once', 'never'] as const) {
      const r = mgnRig({ fleet: [ready(1)], parameters: { disconnectZeroesStorage } });
      await r.send('DisconnectFromService', one);
      const before = bytes(r);
      r.at(2 * hour);
      sizes[disconnectZeroesStorage] = [before, bytes(r)];
    }
    const size = 10 * 1024 ** 3;
    expect(sizes).toEqual({
      'after-cleanup': [size, 0],
      'at-once': [0, 0],
      never: [size, size],
    });
  });

  test('lets the agent stay when its server is finalized', async () => {
    const seen: Record<string, boolean> = {};
    for (const finalizeAgent of ['uninstalls', 'stays'] as const) {
      const fleet = [ready(1, { lifeCycle: 'READY_FOR_CUTOVER' })];
      const r = mgnRig({ fleet, parameters: { finalizeAgent } });
      r.launch('StartCutover', 1);
      r.at(hour);
      await r.send('FinalizeCutover', one);
      const before = r.server(1).lifeCycle.lastSeenByServiceDateTime;
      r.at(2 * hour);
      seen[finalizeAgent] = r.server(1).lifeCycle.lastSeenByServiceDateTime !== before;
    }
    expect(seen).toEqual({ uninstalls: false, stays: true });
  });

  test('makes a resumed server initiate again', async () => {
    const r = mgnRig({ fleet: [ready(1)], parameters: { pauseStopsReplicationServer: true } });
    await r.send('PauseReplication', one);
    const { dataReplicationInfo } = await r.send('ResumeReplication', one);
    expect(dataReplicationInfo.dataReplicationState).toBe('INITIATING');
    const { steps } = dataReplicationInfo.dataReplicationInitiation;
    expect(steps.slice(0, 4).map((s: { status: string }) => s.status)).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
      'IN_PROGRESS',
      'NOT_STARTED',
    ]);
    r.at(hour);
    expect(r.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
  });

  test('terminates the test instance when the test is finalized', async () => {
    const parameters = { readyForCutoverTerminatesTestInstance: true };
    const r = mgnRig({ fleet: [ready(1)], parameters });
    r.launch('StartTest', 1);
    r.at(hour);
    await r.send('ChangeServerLifeCycleState', {
      ...one,
      lifeCycle: { state: 'READY_FOR_CUTOVER' },
    });
    const [job] = (await r.send('DescribeJobs')).items;
    expect([job.type, job.status]).toEqual(['TERMINATE', 'PENDING']);
    r.at(2 * hour);
    expect(r.server(1).launchedInstance).toEqual({});
  });

  test('answers a stray resourceArn instead of the tags', async () => {
    const parameters = { tagsInAnswers: 'stray-resource-arn' as const };
    const r = mgnRig({ fleet: [ready(1)], parameters });
    const { tags, arn } = r.server(1);
    expect(tags).toEqual({ resourceArn: arn });
  });

  test('leaves StartReplication to agentless servers', async () => {
    const fleet = [aServer(1, { lifeCycle: 'STOPPED', replication: 'STOPPED' })];
    const parameters = { startReplicationScope: 'snapshot-shipping' as const };
    const r = mgnRig({ fleet, parameters });
    expect(await r.refused('StartReplication', one)).toBe('ConflictException');
  });
});
