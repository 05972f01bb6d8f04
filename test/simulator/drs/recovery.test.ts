import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { ListServiceQuotasCommand } from '@aws-sdk/client-service-quotas';
import { describe, expect, test } from 'vitest';
import { accountId, day, faults, hour, minute, type Wire } from '../rig.ts';
import { aDrsServer, drsId, drsRig } from './rig.ts';

const two = [aDrsServer(1), aDrsServer(2)];
const source = (n: number, more = {}) => ({ sourceServerID: drsId(n), ...more });

describe('StartRecovery', () => {
  test('answers 202 with a pending job that carries the tags', async () => {
    const r = drsRig({ fleet: two });
    const answer = await r.call('StartRecovery', {
      isDrill: true,
      sourceServers: [source(1), source(2)],
      tags: { 'landfall:intent': 'a' },
    });
    expect(answer).toEqual({
      status: 202,
      job: {
        jobID: expect.stringMatching(/^drsjob-[0-9a-f]{17}$/),
        arn: `arn:aws:drs:us-east-1:${accountId}:job/${answer.job.jobID}`,
        type: 'LAUNCH',
        initiatedBy: 'START_DRILL',
        creationDateTime: '2024-03-04T16:20:07.412628+00:00',
        status: 'PENDING',
        participatingServers: [
          { sourceServerID: drsId(1), launchStatus: 'PENDING' },
          { sourceServerID: drsId(2), launchStatus: 'PENDING' },
        ],
        tags: { 'landfall:intent': 'a' },
      },
    });
    r.pass(minute);
    expect((await r.job(answer.job.jobID)).status).toBe('STARTED');
    expect((await r.server(1)).lifeCycle.lastLaunch).toMatchObject({
      initiated: { type: 'DRILL', jobID: answer.job.jobID },
      status: 'IN_PROGRESS',
    });
    expect((await r.server(1)).lastLaunchResult).toBe('PENDING');
    expect(r.breaches).toEqual([]);
  });

  test('ends COMPLETED without naming the instances that it launched', async () => {
    const r = drsRig({ fleet: two });
    const job = await r.launch(true, [1, 2]);
    expect(job).toMatchObject({ status: 'COMPLETED', endDateTime: expect.any(String) });
    expect(job.participatingServers).toEqual([
      { sourceServerID: drsId(1), launchStatus: 'LAUNCHED' },
      { sourceServerID: drsId(2), launchStatus: 'LAUNCHED' },
    ]);
    const [first] = await r.instances();
    expect(first).toMatchObject({ sourceServerID: drsId(1), jobID: job.jobID, isDrill: true });
    expect((await r.server(1)).recoveryInstanceId).toBe(first.recoveryInstanceID);
    expect((await r.server(1)).lastLaunchResult).toBe('SUCCEEDED');
    expect(r.breaches).toEqual([]);
  });

  test('names them where the parameter says so', async () => {
    const r = drsRig({ fleet: two, parameters: { drsJobNamesRecoveryInstance: 'always' } });
    const job = await r.launch(true, [1]);
    const [instance] = await r.instances();
    expect(job.participatingServers[0].recoveryInstanceID).toBe(instance.recoveryInstanceID);
  });

  test('logs every step, LAUNCH_END with the instance included', async () => {
    const r = drsRig({ fleet: two });
    const job = await r.launch(false, [1]);
    const lines = await r.log(job.jobID);
    expect(lines.map((line) => line.event)).toEqual([
      'JOB_START',
      'SNAPSHOT_START',
      'SNAPSHOT_END',
      'CONVERSION_START',
      'CONVERSION_END',
      'LAUNCH_START',
      'LAUNCH_END',
      'JOB_END',
    ]);
    const [instance] = await r.instances();
    expect(lines.find((line) => line.event === 'LAUNCH_END')?.eventData).toEqual({
      sourceServerID: drsId(1),
      targetInstanceID: instance.recoveryInstanceID,
    });
    const quiet = drsRig({ fleet: two, parameters: { drsLaunchEndEvent: false } });
    const other = await quiet.launch(false, [1]);
    expect((await quiet.log(other.jobID)).map((line) => line.event)).not.toContain('LAUNCH_END');
  });

  test('cleans up the earlier instance of its server, a live one by a drill too', async () => {
    const r = drsRig({ fleet: two });
    await r.launch(false, [1]);
    const [live] = await r.instances();
    const job = await r.launch(true, [1]);
    expect((await r.log(job.jobID)).map((line) => line.event).slice(0, 3)).toEqual([
      'JOB_START',
      'CLEANUP_START',
      'CLEANUP_END',
    ]);
    const left = await r.instances();
    expect(left.map((one) => one.isDrill)).toEqual([true]);
    const described = await r.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [live.ec2InstanceID] }),
    );
    expect(described.Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('terminated');
  });

  test('spares a live instance where the parameter says so', async () => {
    const r = drsRig({ fleet: two, parameters: { drsDrillCleansLiveInstance: false } });
    await r.launch(false, [1]);
    await r.launch(true, [1]);
    expect((await r.instances()).map((one) => one.isDrill)).toEqual([false, true]);
  });

  test('launches a stalled server from its last snapshot', async () => {
    const info = { dataReplicationError: { error: 'AGENT_NOT_SEEN' } };
    const r = drsRig({ fleet: [aDrsServer(1, { state: 'STALLED', lag: 'PT2H', info })] });
    const job = await r.launch(false, [1]);
    expect((await r.log(job.jobID)).map((line) => line.event)).toContain('USING_PREVIOUS_SNAPSHOT');
    const [instance] = await r.instances();
    const age = Date.parse(job.creationDateTime) - Date.parse(instance.pointInTimeSnapshotDateTime);
    expect(age).toBeGreaterThan(1.5 * hour);
    expect((await r.server(1)).lastLaunchResult).toBe('SUCCEEDED');
  });

  test('launches from a pinned recovery snapshot without taking one', async () => {
    const r = drsRig({ fleet: two });
    const { items } = await r.call('DescribeRecoverySnapshots', { sourceServerID: drsId(1) });
    const [oldest] = items;
    const { job } = await r.call('StartRecovery', {
      sourceServers: [source(1, { recoverySnapshotID: oldest.snapshotID })],
    });
    r.pass(hour);
    expect((await r.log(job.jobID)).map((line) => line.event)).not.toContain('SNAPSHOT_START');
    expect((await r.instances())[0].pointInTimeSnapshotDateTime).toBe(oldest.timestamp);
  });

  test('leaves the machine stopped where the disposition says so', async () => {
    const r = drsRig({ fleet: two });
    await r.call('UpdateLaunchConfiguration', {
      sourceServerID: drsId(1),
      launchDisposition: 'STOPPED',
    });
    await r.launch(true, [1]);
    expect((await r.instances())[0].ec2InstanceState).toBe('STOPPED');
  });

  test('launches into the machine that the launch configuration names', async () => {
    const r = drsRig({ fleet: two });
    const launchIntoEC2InstanceID = 'i-0123456789abcdef0';
    await r.call('UpdateLaunchConfiguration', {
      sourceServerID: drsId(1),
      launchIntoInstanceProperties: { launchIntoEC2InstanceID },
    });
    await r.launch(true, [1]);
    expect((await r.instances())[0].recoveryInstanceID).toBe(launchIntoEC2InstanceID);
  });

  test('tells the result as a native event with is-drill in capitals', async () => {
    const r = drsRig({ fleet: two });
    const drill = await r.launch(true, [1]);
    const recovery = await r.launch(false, [2]);
    expect(r.events.map((e) => [e.source, e['detail-type'], e.resources, e.detail])).toEqual([
      [
        'aws.drs',
        'DRS Source Server Launch Result',
        [`arn:aws:drs:us-east-1:${accountId}:source-server/${drsId(1)}`],
        { state: 'RECOVERY_LAUNCH_SUCCEEDED', 'job-id': drill.jobID, 'is-drill': 'TRUE' },
      ],
      [
        'aws.drs',
        'DRS Source Server Launch Result',
        [`arn:aws:drs:us-east-1:${accountId}:source-server/${drsId(2)}`],
        { state: 'RECOVERY_LAUNCH_SUCCEEDED', 'job-id': recovery.jobID, 'is-drill': 'FALSE' },
      ],
    ]);
    const lower = drsRig({ fleet: two, parameters: { drsEventIsDrill: 'lower' } });
    await lower.launch(true, [1]);
    expect(lower.events[0].detail['is-drill']).toBe('true');
  });

  test('completes although every server failed', async () => {
    const list = [
      ['conversion-failure', 'CONVERSION_FAIL'],
      ['launch-failure', 'LAUNCH_FAILED'],
      ['server-skipped', 'SERVER_SKIPPED'],
    ] as const;
    for (const [fault, event] of list) {
      const r = drsRig({ fleet: two, faults: faults({ fault, on: 'test-launch' }) });
      const job = await r.launch(true, [1]);
      expect(job).toMatchObject({
        status: 'COMPLETED',
        participatingServers: [{ launchStatus: 'FAILED' }],
      });
      expect((await r.log(job.jobID)).map((line) => line.event)).toContain(event);
      expect(await r.instances()).toEqual([]);
      expect((await r.server(1)).lastLaunchResult).toBe('FAILED');
      expect(r.events[0].detail.state).toBe('RECOVERY_LAUNCH_FAILED');
      expect(r.breaches).toEqual([]);
    }
  });

  test('goes on with the previous snapshot, or with the earlier instance, when that step fails', async () => {
    const fails = faults({ fault: 'snapshot-failure' }, { fault: 'cleanup-failure', times: 2 });
    const r = drsRig({ fleet: two, faults: fails });
    const first = await r.launch(true, [1]);
    expect((await r.log(first.jobID)).map((line) => line.event)).toContain('SNAPSHOT_FAIL');
    const second = await r.launch(true, [1]);
    expect((await r.log(second.jobID)).map((line) => line.event)).toContain('CLEANUP_FAIL');
    expect(await r.instances()).toHaveLength(2);
  });

  test('runs launch actions, and a mandatory one that fails marks the launch as failed', async () => {
    const action = {
      resourceId: drsId(1),
      actionId: '11111111-2222-3333-4444-555555555555',
      actionCode: 'AWS-RunCommand',
      order: 2,
      optional: false,
      active: true,
      name: 'check',
      actionVersion: '1',
      category: 'VALIDATION',
      description: 'checks',
    };
    for (const fails of [false, true]) {
      const fault = { fault: 'post-launch-action-failed', action: 'check' };
      const r = drsRig({ fleet: two, faults: fails ? faults(fault) : faults() });
      await r.call('UpdateLaunchConfiguration', {
        sourceServerID: drsId(1),
        postLaunchEnabled: true,
      });
      await r.call('PutLaunchAction', action);
      const job = await r.launch(true, [1]);
      const [part] = job.participatingServers;
      expect(part.launchStatus).toBe(fails ? 'FAILED' : 'LAUNCHED');
      expect(part.launchActionsStatus.runs).toEqual([
        {
          action: expect.objectContaining({ name: 'check', order: 2 }),
          runId: expect.any(String),
          status: fails ? 'FAILED' : 'SUCCEEDED',
          ...(fails ? { failureReason: 'Script exited with code 1' } : {}),
        },
      ]);
      expect(r.breaches).toEqual([]);
    }
  });

  test.each([
    ['an unknown server', [source(9)], drsId(9)],
    ['a server named twice', [source(1), source(1)], drsId(1)],
    ['a stopped server', [source(3)], drsId(3)],
    ['a disconnected server', [source(4)], drsId(4)],
    ['a server without a consistent snapshot', [source(5)], drsId(5)],
    ['a volume without attributes', [source(6)], drsId(6)],
    [
      'a snapshot that is gone',
      [source(1, { recoverySnapshotID: `pit-${'0'.repeat(17)}` })],
      drsId(1),
    ],
  ])('is refused as a whole with a conflict for %s', async (_why, sourceServers, culprit) => {
    const missing = [
      {
        deviceName: 'c:0',
        totalStorageBytes: 1,
        replicatedStorageBytes: 1,
        volumeStatus: 'MISSING_VOLUME_ATTRIBUTES',
      },
    ];
    const r = drsRig({
      fleet: [
        ...two,
        aDrsServer(3, { state: 'STOPPED' }),
        aDrsServer(4, { state: 'DISCONNECTED' }),
        aDrsServer(5, { state: 'INITIAL_SYNC', lag: 'none', gib: 10_000 }),
        aDrsServer(6, { info: { replicatedDisks: missing } }),
      ],
    });
    const refusal = await r.refused('StartRecovery', {
      sourceServers: [source(2), ...sourceServers],
    });
    expect(refusal).toMatchObject({ name: 'ConflictException', resourceId: culprit });
    expect((await r.call('DescribeJobs')).items).toEqual([]);
    expect(r.breaches).toEqual([]);
  });

  test('is refused in the words that are known while a job processes a server', async () => {
    const r = drsRig({ fleet: two });
    await r.call('StartRecovery', { sourceServers: [source(1)] });
    const refusal = await r.refused('StartRecovery', { sourceServers: [source(1), source(2)] });
    expect(refusal).toMatchObject({
      name: 'ConflictException',
      message:
        'One or more of the Source Servers included in API call are currently being processed by a Job',
      resourceId: drsId(1),
    });
  });

  test.each([
    [{ drsQuotaConcurrentJobs: 1 }, 'L-D88FAC3A'],
    [{ drsQuotaServersInJob: 1 }, 'L-B827C881'],
    [{ drsQuotaServersInAllJobs: 2 }, 'L-05AFA8C6'],
  ])('is refused over the quota of %o', async (parameters, quotaCode) => {
    const r = drsRig({ fleet: [...two, aDrsServer(3)], parameters });
    await r.call('StartRecovery', { sourceServers: [source(3)] });
    const refusal = await r.refused('StartRecovery', { sourceServers: [source(1), source(2)] });
    expect(refusal).toMatchObject({
      name: 'ServiceQuotaExceededException',
      serviceCode: 'drs',
      quotaCode,
      $metadata: { httpStatusCode: 402 },
    });
  });

  test('is refused an id that is none by the model', async () => {
    const r = drsRig({ fleet: two });
    const refusal = await r.refused('StartRecovery', { sourceServers: [{ sourceServerID: 'x' }] });
    expect(refusal).toMatchObject({
      name: 'ValidationException',
      reason: 'fieldValidationFailed',
      fieldList: [{ name: 'sourceServers.0.sourceServerID', message: expect.any(String) }],
    });
  });
});

describe('jobs', () => {
  test('are listed newest first, by id and by date, page by page', async () => {
    const r = drsRig({ fleet: two });
    const first = await r.launch(true, [1]);
    const second = await r.launch(true, [2]);
    const ids = async (input: object) =>
      (await r.call('DescribeJobs', input)).items.map((job: Wire) => job.jobID);
    expect(await ids({})).toEqual([second.jobID, first.jobID]);
    expect(await ids({ filters: { jobIDs: [first.jobID] } })).toEqual([first.jobID]);
    const later = '2024-03-04T17:00:00Z';
    expect(await ids({ filters: { fromDate: later } })).toEqual([second.jobID]);
    expect(await ids({ filters: { toDate: later } })).toEqual([first.jobID]);
    const page = await r.call('DescribeJobs', { maxResults: 1 });
    expect(await ids({ maxResults: 1, nextToken: page.nextToken })).toEqual([first.jobID]);
    const log = await r.call('DescribeJobLogItems', { jobID: first.jobID, maxResults: 3 });
    const rest = await r.call('DescribeJobLogItems', {
      jobID: first.jobID,
      nextToken: log.nextToken,
    });
    expect([...log.items, ...rest.items]).toEqual(await r.log(first.jobID));
    expect(r.breaches).toEqual([]);
  });

  test('are deleted when they are completed, and never before', async () => {
    const r = drsRig({ fleet: two });
    const { job } = await r.call('StartRecovery', { sourceServers: [source(1)] });
    expect(await r.refused('DeleteJob', { jobID: job.jobID })).toMatchObject({
      name: 'ConflictException',
    });
    r.pass(hour);
    expect((await r.call('DeleteJob', { jobID: job.jobID })).status).toBe(204);
    expect(await r.refused('DeleteJob', { jobID: job.jobID })).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(await r.refused('DescribeJobLogItems', { jobID: job.jobID })).toMatchObject({
      name: 'ValidationException',
    });
    expect((await r.server(1)).lifeCycle.lastLaunch.initiated.jobID).toBe(job.jobID);
    expect(r.breaches).toEqual([]);
  });
});

describe('recovery snapshots', () => {
  test('follow the policy: six of ten minutes, then hours, then days', async () => {
    const r = drsRig({ fleet: [aDrsServer(1)] });
    r.at(10 * day + 5 * minute);
    const { items } = await r.call('DescribeRecoverySnapshots', {
      sourceServerID: drsId(1),
      maxResults: 100,
    });
    const times = items.map((point: Wire) => Date.parse(point.expectedTimestamp));
    expect(times).toEqual(times.toSorted((a: number, b: number) => a - b));
    const now = r.simulator.now;
    expect(times.filter((t: number) => t > now - hour)).toHaveLength(6);
    expect(times.filter((t: number) => t <= now - hour && t > now - day)).toHaveLength(23);
    expect(times.filter((t: number) => t <= now - day)).toHaveLength(6);
    expect(items[0]).toEqual({
      snapshotID: expect.stringMatching(/^pit-[0-9a-f]{17}$/),
      sourceServerID: drsId(1),
      expectedTimestamp: expect.any(String),
      timestamp: expect.any(String),
      ebsSnapshots: [expect.stringMatching(/^snap-[0-9a-f]{17}$/)],
    });
    expect(r.breaches).toEqual([]);
  });

  test('are filtered, ordered and paged', async () => {
    const r = drsRig({ fleet: two });
    const list = async (input: object) =>
      (await r.call('DescribeRecoverySnapshots', { sourceServerID: drsId(1), ...input })).items;
    const all = await list({ maxResults: 200 });
    expect(await list({ order: 'DESC', maxResults: 200 })).toEqual(all.toReversed());
    const middle = all[10].timestamp.replace('+00:00', 'Z');
    const from = await list({ filters: { fromDateTime: middle }, maxResults: 200 });
    const to = await list({ filters: { toDateTime: middle }, maxResults: 200 });
    expect([from[0], to.at(-1)]).toEqual([all[10], all[10]]);
    const first = await r.call('DescribeRecoverySnapshots', {
      sourceServerID: drsId(1),
      order: 'DESC',
      maxResults: 4,
    });
    expect(await list({ order: 'DESC', maxResults: 4, nextToken: first.nextToken })).toEqual(
      all.toReversed().slice(4, 8),
    );
    expect(
      await r.refused('DescribeRecoverySnapshots', { sourceServerID: drsId(9) }),
    ).toMatchObject({ name: 'ValidationException' });
  });

  test('stop while a server is stalled and are all deleted by StopReplication', async () => {
    const stall = { fault: 'stall', errorClass: 'UNSTABLE_NETWORK', after: 'PT2H' };
    const r = drsRig({ fleet: [aDrsServer(1)], faults: faults(stall) });
    const newest = async () =>
      (await r.call('DescribeRecoverySnapshots', { sourceServerID: drsId(1), order: 'DESC' }))
        .items[0];
    r.at(5 * hour);
    expect(Date.parse((await newest()).timestamp)).toBeLessThan(r.simulator.now - 2 * hour);
    await r.call('StopReplication', { sourceServerID: drsId(1) });
    expect(await newest()).toBeUndefined();
  });

  test('outlive a change of the policy by the old one', async () => {
    const r = drsRig({ fleet: two });
    const list = async () =>
      (
        await r.call('DescribeRecoverySnapshots', { sourceServerID: drsId(1), maxResults: 200 })
      ).items.map((point: Wire) => point.snapshotID);
    const before = await list();
    await r.call('UpdateReplicationConfiguration', {
      sourceServerID: drsId(1),
      pitPolicy: [{ units: 'HOUR', interval: 6, retentionDuration: 12, enabled: true }],
    });
    expect(await list()).toEqual(before);
    r.at(8 * day);
    expect(await list()).toHaveLength(2);
  });

  test('are told as native events where the parameter wants them', async () => {
    const r = drsRig({ fleet: two.slice(0, 1), parameters: { drsPitEvents: true } });
    r.at(hour + minute);
    const told = r.events.filter((e) => e['detail-type'] === 'DRS PIT Snapshot Taken');
    expect(told).toHaveLength(6);
    const { items } = await r.call('DescribeRecoverySnapshots', {
      sourceServerID: drsId(1),
      order: 'DESC',
    });
    expect(told.at(-1)?.detail).toEqual({
      DrsSnapshotID: items[0].snapshotID,
      EbsSnapshotIDs: items[0].ebsSnapshots.join(','),
    });
  });
});

test('Service Quotas tells the quotas of DRS', async () => {
  const r = drsRig({ parameters: { drsQuotaServersInJob: 200 } });
  const { Quotas = [] } = await r.quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'drs' }));
  expect(Object.fromEntries(Quotas.map((q) => [q.QuotaCode, q.Value]))).toEqual({
    'L-D88FAC3A': 20,
    'L-B827C881': 200,
    'L-05AFA8C6': 500,
    'L-DD6D028C': 1,
    'L-C1D14A2B': 300,
    'L-E28BE5E0': 4000,
    'L-0588D03B': 200,
    'L-1F3FAE4D': 1,
    'L-4B0323BD': 100,
  });
});
