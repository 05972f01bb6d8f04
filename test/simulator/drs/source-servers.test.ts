import { describe, expect, test } from 'vitest';
import { accountId, day, faults, hour, minute, region, type Wire } from '../rig.ts';
import { aDrsServer, drsId, drsRig, GiB, otherAccount } from './rig.ts';

const one = { sourceServerID: drsId(1) };
const steps = (server: Wire): readonly string[] =>
  server.dataReplicationInfo.dataReplicationInitiation.steps.map((step: Wire) => step.status);

describe('a source server', () => {
  test('comes out as its document went in, unknown members too, and what it lacked', async () => {
    const document = aDrsServer(1, { more: { newMember: { a: 1 } } });
    const r = drsRig({ fleet: [document] });
    expect(await r.server(1)).toEqual({
      ...document,
      dataReplicationInfo: {
        ...(document['dataReplicationInfo'] as object),
        // It says when the next attempt would be although all is well.
        dataReplicationInitiation: expect.objectContaining({
          nextAttemptDateTime: '2024-03-04T16:21:00+00:00',
        }),
      },
      lifeCycle: {
        ...(document['lifeCycle'] as object),
        elapsedReplicationDuration: expect.stringMatching(/^P3D/),
      },
      stagingArea: { status: 'NOT_EXTENDED', stagingAccountID: accountId },
    });
  });

  test('in a state that nobody knows is served as it came', async () => {
    const r = drsRig({ fleet: [aDrsServer(1, { state: 'QUANTUM', lag: 'PT1H' })] });
    r.at(day);
    expect((await r.server(1)).dataReplicationInfo).toMatchObject({
      dataReplicationState: 'QUANTUM',
      lagDuration: 'PT1H',
    });
  });

  test('is seen again with each heartbeat', async () => {
    const r = drsRig({ fleet: [aDrsServer(1)] });
    r.at(hour);
    const { lifeCycle } = await r.server(1);
    const silence = r.simulator.now - Date.parse(lifeCycle.lastSeenByServiceDateTime);
    expect(silence).toBeLessThan(2.5 * minute);
  });
});

describe('DescribeSourceServers', () => {
  test('filters by id, hardware and staging account', async () => {
    const hints = { identificationHints: { vmWareUuid: 'u-2' } };
    const r = drsRig({
      fleet: [aDrsServer(1), aDrsServer(2, { more: { sourceProperties: hints } })],
    });
    const found = async (filters: object) =>
      (await r.call('DescribeSourceServers', { filters })).items.map((s: Wire) => s.sourceServerID);
    expect(await found({})).toEqual([drsId(1), drsId(2)]);
    expect(await found({ sourceServerIDs: [drsId(2), drsId(9)] })).toEqual([drsId(2)]);
    expect(await found({ hardwareId: 'u-2' })).toEqual([drsId(2)]);
    expect(await found({ stagingAccountIDs: [accountId] })).toEqual([drsId(1), drsId(2)]);
    expect(await found({ stagingAccountIDs: ['999999999999'] })).toEqual([]);
  });

  test('answers pages, of more than a thousand when asked so, and refuses foreign tokens', async () => {
    const fleet = Array.from({ length: 1005 }, (_, n) => aDrsServer(n + 1));
    const r = drsRig({ fleet });
    const first = await r.call('DescribeSourceServers', { maxResults: 5000 });
    expect(first.items).toHaveLength(1000);
    const { items, nextToken } = await r.call('DescribeSourceServers', {
      nextToken: first.nextToken,
    });
    expect([items.length, nextToken]).toEqual([5, undefined]);
    const foreign = await r.refused('DescribeJobs', { nextToken: first.nextToken });
    expect(foreign).toMatchObject({ name: 'ValidationException' });
    expect((await r.call('DescribeSourceServers', { nextToken: '' })).items).toHaveLength(50);
  });
});

describe('starting replication', () => {
  test('answers the wrapped server, which goes all the way to CONTINUOUS', async () => {
    const fleet = [aDrsServer(1, { state: 'STOPPED' })];
    const parameters = { serverThrottleMbps: 200, changeRatePerDay: [5, 5] as const };
    const r = drsRig({ fleet, parameters });
    const { sourceServer, status } = await r.call('StartReplication', one);
    expect(status).toBe(200);
    expect(sourceServer.dataReplicationInfo.dataReplicationState).toBe('INITIATING');
    const seen = new Set<string>();
    for (let i = 0; i < 1000; i += 1) {
      seen.add(await r.state(1));
      r.pass(2000);
    }
    expect([...seen]).toEqual([
      'INITIATING',
      'INITIAL_SYNC',
      'BACKLOG',
      'CREATING_SNAPSHOT',
      'CONTINUOUS',
    ]);
    const server = await r.server(1);
    expect(server.dataReplicationInfo.lagDuration).toBe('P0D');
    expect(server.dataReplicationInfo.replicatedDisks[0]).toMatchObject({
      replicatedStorageBytes: 10 * GiB,
      volumeStatus: 'REGULAR',
    });
    expect(server.dataReplicationInfo.lastSnapshotDateTime).toBeUndefined();
    expect(server.lifeCycle.state).toBeUndefined();
    expect(new Set(steps(server))).toEqual(new Set(['SUCCEEDED']));
    expect(r.breaches).toEqual([]);
  });

  test('skips the steps of a replication server that is there already', async () => {
    const fleet = [aDrsServer(1, { state: 'STOPPED' }), aDrsServer(2)];
    const r = drsRig({ fleet });
    await r.call('StartReplication', one);
    const skipped = ['SKIPPED', 'SKIPPED', 'SKIPPED', 'SKIPPED', 'SKIPPED'];
    expect(steps(await r.server(1)).slice(0, 7)).toEqual(['SUCCEEDED', ...skipped, 'IN_PROGRESS']);
    r.pass(2 * hour);
    expect(await r.state(1)).toBe('CONTINUOUS');
    expect(steps(await r.server(1)).slice(1, 6)).toEqual(skipped);
    for (const parameters of [{ drsSharedReplicationServerSkips: false }, {}]) {
      const other = drsRig({ fleet, parameters });
      const dedicated = parameters.drsSharedReplicationServerSkips === undefined;
      await other.call('UpdateReplicationConfiguration', {
        ...one,
        useDedicatedReplicationServer: dedicated,
      });
      await other.call('StartReplication', one);
      expect(steps(await other.server(1))).not.toContain('SKIPPED');
    }
  });

  test('is refused for what runs, what is disconnected, the unknown, and over the quota', async () => {
    const fleet = [
      aDrsServer(1),
      aDrsServer(2, { state: 'DISCONNECTED' }),
      aDrsServer(3, { state: 'STOPPED' }),
    ];
    const r = drsRig({ fleet, parameters: { drsQuotaReplicatingServers: 1 } });
    const start = (n: number) => r.refused('StartReplication', { sourceServerID: drsId(n) });
    expect(await start(1)).toMatchObject({
      name: 'ConflictException',
      resourceId: drsId(1),
      resourceType: 'SourceServer',
    });
    expect(await start(2)).toMatchObject({ name: 'ConflictException' });
    expect(await start(3)).toMatchObject({ message: expect.stringContaining('Quota exceeded') });
    expect(await start(9)).toMatchObject({ name: 'ResourceNotFoundException' });
    const open = drsRig({ fleet, parameters: { drsStartFromDisconnected: 'accept' } });
    await open.call('StartReplication', { sourceServerID: drsId(2) });
    expect(r.breaches).toEqual([]);
  });
});

describe('StopReplication', () => {
  test('answers the wrapped server, STOPPED and without lag or snapshots', async () => {
    const r = drsRig({ fleet: [aDrsServer(1)] });
    const { sourceServer } = await r.call('StopReplication', one);
    expect(sourceServer.dataReplicationInfo.dataReplicationState).toBe('STOPPED');
    expect(sourceServer.dataReplicationInfo.lagDuration).toBeUndefined();
    expect((await r.call('DescribeRecoverySnapshots', one)).items).toEqual([]);
    expect(r.breaches).toEqual([]);
  });

  test('is refused for what does not run, during a job, and for the unknown', async () => {
    const r = drsRig({ fleet: [aDrsServer(1), aDrsServer(2, { state: 'STOPPED' })] });
    const stop = (n: number) => r.refused('StopReplication', { sourceServerID: drsId(n) });
    await r.call('StartRecovery', { sourceServers: [one] });
    expect([(await stop(1)).name, (await stop(2)).name, (await stop(9)).name]).toEqual([
      'ConflictException',
      'ConflictException',
      'ResourceNotFoundException',
    ]);
  });
});

describe('RetryDataReplication', () => {
  test('answers the flat server and cures what a retry cures', async () => {
    const stall = {
      fault: 'stall',
      errorClass: 'FAILED_TO_ATTACH_STAGING_DISKS',
      after: 'PT10M',
      clearsAfter: 'retry',
    };
    const r = drsRig({ fleet: [aDrsServer(1)], faults: faults(stall) });
    r.at(hour);
    expect(await r.server(1)).toMatchObject({
      dataReplicationInfo: {
        dataReplicationState: 'STALLED',
        dataReplicationError: { error: 'FAILED_TO_ATTACH_STAGING_DISKS' },
      },
    });
    expect(await r.call('RetryDataReplication', one)).toMatchObject(one);
    r.pass(2 * hour);
    expect(await r.state(1)).toBe('CONTINUOUS');
    const told = r.events.map((e) => [e.source, e['detail-type'], e.detail.state]);
    const type = 'DRS Source Server Data Replication Stalled Change';
    expect(told).toEqual([
      ['aws.drs', type, 'STALLED'],
      ['aws.drs', type, 'NOT_STALLED'],
    ]);
    expect(r.breaches).toEqual([]);
  });

  test('starts what is stopped or disconnected, where the parameter lets it', async () => {
    const fleet = [
      aDrsServer(1, { state: 'STOPPED' }),
      aDrsServer(2, { state: 'DISCONNECTED' }),
      aDrsServer(3),
    ];
    const r = drsRig({ fleet });
    const strict = drsRig({ fleet, parameters: { drsRetryRestarts: false } });
    for (const n of [1, 2]) {
      await r.call('RetryDataReplication', { sourceServerID: drsId(n) });
      expect(await r.state(n)).toBe('INITIATING');
      expect(
        await strict.refused('RetryDataReplication', { sourceServerID: drsId(n) }),
      ).toMatchObject({ name: 'ValidationException', reason: 'other' });
    }
    expect(await r.refused('RetryDataReplication', { sourceServerID: drsId(3) })).toMatchObject({
      name: 'ValidationException',
    });
    expect(await r.refused('RetryDataReplication', { sourceServerID: drsId(9) })).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(r.breaches).toEqual([]);
  });
});

describe('disconnecting and deleting', () => {
  test('answers the flat server, with disk sizes zero and no lag at once', async () => {
    const r = drsRig({ fleet: [aDrsServer(1)] });
    const answer = await r.call('DisconnectSourceServer', one);
    expect(answer.sourceServer).toBeUndefined();
    expect(answer).toMatchObject({
      ...one,
      dataReplicationInfo: {
        dataReplicationState: 'DISCONNECTED',
        replicatedDisks: [{ totalStorageBytes: 0 }],
      },
    });
    expect(answer.dataReplicationInfo.lagDuration).toBeUndefined();
    expect(await r.call('DisconnectSourceServer', one)).toMatchObject(one);
    expect((await r.call('DeleteSourceServer', one)).status).toBe(204);
    expect((await r.call('DescribeSourceServers')).items).toEqual([]);
    expect(await r.refused('DeleteSourceServer', one)).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(r.breaches).toEqual([]);
  });

  test('is refused with a recovery instance, during a job, and before the disconnection', async () => {
    const r = drsRig({ fleet: [aDrsServer(1), aDrsServer(2)] });
    await r.launch(true, [1]);
    expect(await r.refused('DisconnectSourceServer', one)).toMatchObject({
      name: 'ConflictException',
      message: 'The source server has a recovery instance',
    });
    await r.call('StartRecovery', { sourceServers: [{ sourceServerID: drsId(2) }] });
    const other = { sourceServerID: drsId(2) };
    expect(await r.refused('DisconnectSourceServer', other)).toMatchObject({
      name: 'ConflictException',
    });
    expect(await r.refused('DeleteSourceServer', other)).toMatchObject({
      name: 'ConflictException',
    });
    expect(await r.refused('DisconnectSourceServer', { sourceServerID: drsId(9) })).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(r.breaches).toEqual([]);
  });
});

describe('faults', () => {
  test('silence the agent of a DRS server, which is stalled and rescans when it is back', async () => {
    const lost = { fault: 'agent-lost', after: 'PT10M', returnsAfter: 'PT1H' };
    const r = drsRig({ fleet: [aDrsServer(1)], faults: faults(lost) });
    r.at(30 * minute);
    expect((await r.server(1)).dataReplicationInfo.dataReplicationError).toEqual({
      error: 'AGENT_NOT_SEEN',
    });
    r.at(71 * minute);
    expect(await r.state(1)).toBe('RESCAN');
    r.at(3 * hour);
    expect(await r.state(1)).toBe('CONTINUOUS');
  });

  test('lose a Region: all agents of one target fall silent at one moment, and come back together', async () => {
    const lost = {
      fault: 'region-lost',
      targets: [accountId],
      after: 'PT10M',
      returnsAfter: 'PT1H',
    };
    const elsewhere = aDrsServer(3, { account: otherAccount });
    const r = drsRig({
      fleet: [aDrsServer(1), aDrsServer(2), elsewhere],
      faults: faults(lost),
    });
    r.at(9 * minute);
    expect([await r.state(1), await r.state(2)]).toEqual(['CONTINUOUS', 'CONTINUOUS']);
    r.at(30 * minute);
    expect([await r.state(1), await r.state(2)]).toEqual(['STALLED', 'STALLED']);
    expect(r.simulator.drsTruth().servers.map(({ dataReplicationState: state }) => state)).toEqual([
      'STALLED',
      'STALLED',
      'CONTINUOUS',
    ]);
    r.at(3 * hour);
    expect([await r.state(1), await r.state(2)]).toEqual(['CONTINUOUS', 'CONTINUOUS']);
  });

  test('let a person act at the console of DRS', async () => {
    const act = (action: string, after: string) => ({ fault: 'console-action', action, after });
    const r = drsRig({
      fleet: [aDrsServer(1)],
      faults: faults(
        act('start-test', 'PT1M'),
        act('terminate', 'PT1H'),
        act('archive', 'PT2H'),
        act('disconnect', 'PT3H'),
      ),
    });
    r.at(59 * minute);
    expect(await r.instances()).toHaveLength(1);
    r.at(2 * hour);
    expect(await r.instances()).toEqual([]);
    r.at(4 * hour);
    expect(await r.state(1)).toBe('DISCONNECTED');
    const byPeople = r.trail.filter((e) => e.detail.userAgent === 'console');
    expect(byPeople.map((e) => [e.source, e.detail.eventName]).toSorted()).toEqual([
      ['aws.drs', 'DisconnectSourceServer'],
      ['aws.drs', 'StartRecovery'],
      ['aws.drs', 'TerminateRecoveryInstances'],
    ]);
  });

  test('throttle calls with the service code of DRS, break them, and make reads stale', async () => {
    const stale = { fault: 'stale-reads', operations: ['DescribeSourceServers'], staleSeconds: 60 };
    const r = drsRig({
      fleet: [aDrsServer(1)],
      faults: faults(
        stale,
        { fault: 'throttling', operations: ['DescribeJobs'], retryAfterSeconds: 9 },
        { fault: 'internal-error', operations: ['DescribeSourceNetworks'] },
      ),
    });
    expect(await r.refused('DescribeJobs')).toMatchObject({
      name: 'ThrottlingException',
      serviceCode: 'drs',
      retryAfterSeconds: '9',
    });
    expect(await r.refused('DescribeSourceNetworks')).toMatchObject({
      name: 'InternalServerException',
    });
    r.at(hour);
    await r.call('StopReplication', one);
    expect(await r.state(1)).toBe('CONTINUOUS');
    r.pass(minute);
    expect(await r.state(1)).toBe('STOPPED');
  });

  test('come into force under way', async () => {
    const r = drsRig({ fleet: [aDrsServer(1)] });
    r.at(hour);
    r.simulator.inject(faults({ fault: 'stall', errorClass: 'UNSTABLE_NETWORK', after: 'PT1M' }));
    r.pass(2 * minute);
    expect(await r.state(1)).toBe('STALLED');
  });
});

describe('loading', () => {
  test('keeps MGN and DRS servers of one account apart', async () => {
    const { aServer } = await import('../rig.ts');
    const r = drsRig({ fleet: [aDrsServer(1), aServer(1, { lag: 'P0D' })] });
    const [only, ...others] = (await r.call('DescribeSourceServers')).items;
    expect([only.arn.split(':')[2], others]).toEqual(['drs', []]);
  });

  test('refuses documents of neither service', () => {
    const arn = 'arn:aws:s3:us-east-1:111122223333:source-server/s-1';
    expect(() => drsRig({ fleet: [{ arn }] })).toThrow('not MGN or DRS source servers');
  });

  test('rebuilds instances and jobs, and goes on with launches under way', async () => {
    const initiated = (jobID: string, type: string) => ({
      apiCallDateTime: '2024-03-04T16:18:00.000000+00:00',
      jobID,
      type,
    });
    const past = `drsjob-${'1'.repeat(17)}`;
    const open = `drsjob-${'2'.repeat(17)}`;
    const recoveryInstanceId = 'i-0123456789abcdef0';
    const r = drsRig({
      fleet: [
        aDrsServer(1, {
          lastLaunch: { initiated: initiated(past, 'DRILL'), status: 'LAUNCHED' },
          more: { recoveryInstanceId, lastLaunchResult: 'SUCCEEDED' },
        }),
        aDrsServer(2, {
          lastLaunch: { initiated: initiated(open, 'RECOVERY'), status: 'PENDING' },
        }),
      ],
    });
    expect(await r.instances()).toMatchObject([
      { recoveryInstanceID: recoveryInstanceId, isDrill: true, jobID: past },
    ]);
    expect(await r.job(past)).toMatchObject({ status: 'COMPLETED', initiatedBy: 'START_DRILL' });
    expect(await r.job(open)).toMatchObject({
      status: 'PENDING',
      creationDateTime: '2024-03-04T16:18:00.000000+00:00',
    });
    expect((await r.server(1)).recoveryInstanceId).toBe(recoveryInstanceId);
    r.at(hour);
    expect(await r.job(open)).toMatchObject({
      status: 'COMPLETED',
      participatingServers: [{ launchStatus: 'LAUNCHED' }],
    });
    await r.call('TerminateRecoveryInstances', { recoveryInstanceIDs: [recoveryInstanceId] });
    expect(r.breaches).toEqual([]);
  });

  test('brings the recovery snapshots of the past where the parameter says so', async () => {
    const points = async (drsLoadedServersHavePits: boolean) => {
      const r = drsRig({ fleet: [aDrsServer(1)], parameters: { drsLoadedServersHavePits } });
      return (await r.call('DescribeRecoverySnapshots', { ...one, maxResults: 100 })).items.length;
    };
    expect(await points(false)).toBe(0);
    expect(await points(true)).toBeGreaterThan(25);
  });

  test('gives the same answers and events for the same seed', async () => {
    const story = async () => {
      const r = drsRig({ fleet: [aDrsServer(1), aDrsServer(2, { state: 'STOPPED' })], seed: 3 });
      await r.call('StartReplication', { sourceServerID: drsId(2) });
      await r.launch(true, [1]);
      return JSON.stringify([await r.instances(), await r.server(2), r.events]);
    };
    expect(await story()).toBe(await story());
  });
});

test('an answer in the model’s own forms fits the model in every pattern', async () => {
  const parameters = { timestampForm: 'Z', drsRecoveryInstanceDurations: 'datetime' } as const;
  const created = '2024-03-04T10:00:00Z';
  const lifeCycle = { addedToServiceDateTime: created, lastSeenByServiceDateTime: created };
  const fleet = [
    aDrsServer(1, {
      info: { dataReplicationInitiation: { startDateTime: created, steps: [] } },
      more: { lifeCycle, sourceProperties: { lastUpdatedDateTime: created } },
    }),
  ];
  const r = drsRig({ fleet, parameters });
  await r.launch(true, [1]);
  await r.instances();
  await r.server(1);
  await r.call('DescribeRecoverySnapshots', one);
  expect([region, r.breaches]).toEqual(['us-east-1', []]);
});
