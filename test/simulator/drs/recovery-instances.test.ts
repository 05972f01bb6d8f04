import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { accountId, faults, hour, minute } from '../rig.ts';
import { aDrsServer, drsId, drsRig, GiB } from './rig.ts';

const id = (instance: { recoveryInstanceID?: string }) => ({
  recoveryInstanceID: instance.recoveryInstanceID,
});

/** A rig whose servers were launched, with their recovery instances. */
async function launched(isDrill: boolean, options: Parameters<typeof drsRig>[0] = {}) {
  const r = drsRig({ fleet: [aDrsServer(1), aDrsServer(2)], ...options });
  await r.launch(isDrill, [1]);
  const [instance] = await r.instances();
  return { ...r, instance };
}

describe('a recovery instance', () => {
  test('tells where it comes from and what it runs', async () => {
    const r = await launched(true);
    expect(r.instance).toEqual({
      ec2InstanceID: r.instance.recoveryInstanceID,
      ec2InstanceState: 'RUNNING',
      jobID: (await r.server(1)).lifeCycle.lastLaunch.initiated.jobID,
      recoveryInstanceID: expect.stringMatching(/^i-[0-9a-f]{17}$/),
      sourceServerID: drsId(1),
      arn: `arn:aws:drs:us-east-1:${accountId}:recovery-instance/${r.instance.recoveryInstanceID}`,
      tags: {},
      failback: { state: 'FAILBACK_NOT_STARTED' },
      dataReplicationInfo: {
        dataReplicationState: 'NOT_STARTED',
        replicatedDisks: [
          {
            deviceName: '/dev/xvda',
            totalStorageBytes: 10 * GiB,
            replicatedStorageBytes: 0,
            rescannedStorageBytes: 0,
            backloggedStorageBytes: 0,
          },
        ],
      },
      recoveryInstanceProperties: {
        lastUpdatedDateTime: expect.any(String),
        identificationHints: {
          hostname: 'host-1',
          fqdn: 'host-1.customer.com',
          awsInstanceID: r.instance.recoveryInstanceID,
        },
        disks: [
          {
            internalDeviceName: '/dev/xvda',
            bytes: 10 * GiB,
            ebsVolumeID: expect.stringMatching(/^vol-/),
          },
        ],
        cpus: [{ cores: 2, modelName: 'x86' }],
        ramBytes: GiB,
        os: { fullString: 'Linux' },
      },
      pointInTimeSnapshotDateTime: expect.any(String),
      isDrill: true,
      originEnvironment: 'ON_PREMISES',
      agentVersion: '3.7.0',
    });
    expect(r.breaches).toEqual([]);
  });

  test('is found by its id and by its server', async () => {
    const r = await launched(true);
    const found = async (filters: object) =>
      (await r.call('DescribeRecoveryInstances', { filters })).items.length;
    expect(await found({ recoveryInstanceIDs: [r.instance.recoveryInstanceID] })).toBe(1);
    expect(await found({ recoveryInstanceIDs: ['i-00000000'] })).toBe(0);
    expect(await found({ sourceServerIDs: [drsId(1)] })).toBe(1);
    expect(await found({ sourceServerIDs: [drsId(2)] })).toBe(0);
  });
});

describe('TerminateRecoveryInstances', () => {
  test('answers a job that takes instance and machine away', async () => {
    const r = await launched(true);
    const answer = await r.call('TerminateRecoveryInstances', {
      recoveryInstanceIDs: [r.instance.recoveryInstanceID],
    });
    expect(answer).toMatchObject({
      status: 200,
      job: {
        type: 'TERMINATE',
        initiatedBy: 'TERMINATE_RECOVERY_INSTANCES',
        status: 'PENDING',
        participatingServers: [{ sourceServerID: drsId(1), launchStatus: 'PENDING' }],
      },
    });
    r.pass(hour);
    const job = await r.job(answer.job.jobID);
    expect(job).toMatchObject({
      status: 'COMPLETED',
      participatingServers: [{ launchStatus: 'TERMINATED' }],
    });
    expect((await r.log(job.jobID)).map((line) => line.event)).toEqual([
      'JOB_START',
      'CLEANUP_START',
      'CLEANUP_END',
      'JOB_END',
    ]);
    expect(await r.instances()).toEqual([]);
    const server = await r.server(1);
    expect(server.recoveryInstanceId).toBeUndefined();
    expect(server.lifeCycle.lastLaunch.status).toBe('LAUNCHED');
    const machine = await r.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [r.instance.ec2InstanceID] }),
    );
    expect(machine.Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('terminated');
    expect(r.breaches).toEqual([]);
  });

  test('marks the last launch where the parameter says so', async () => {
    const r = await launched(true, { parameters: { drsTerminateMarksLastLaunch: true } });
    await r.call('TerminateRecoveryInstances', {
      recoveryInstanceIDs: [r.instance.recoveryInstanceID],
    });
    r.pass(hour);
    expect((await r.server(1)).lifeCycle.lastLaunch.status).toBe('TERMINATED');
  });

  test('is refused for unknown instances, during a job, and over the quota', async () => {
    const r = await launched(true, { parameters: { drsQuotaConcurrentJobs: 1 } });
    const recoveryInstanceIDs = [r.instance.recoveryInstanceID];
    expect(
      await r.refused('TerminateRecoveryInstances', { recoveryInstanceIDs: ['i-00000000'] }),
    ).toMatchObject({ name: 'ConflictException', resourceType: 'RecoveryInstance' });
    await r.call('StartRecovery', { sourceServers: [{ sourceServerID: drsId(2) }] });
    expect(await r.refused('TerminateRecoveryInstances', { recoveryInstanceIDs })).toMatchObject({
      name: 'ServiceQuotaExceededException',
    });
    r.pass(hour);
    await r.call('TerminateRecoveryInstances', { recoveryInstanceIDs });
    expect(await r.refused('TerminateRecoveryInstances', { recoveryInstanceIDs })).toMatchObject({
      name: 'ConflictException',
      message: expect.stringContaining('currently being processed by a Job'),
    });
  });
});

describe('disconnecting and deleting a recovery instance', () => {
  test('leaves the machine running and the server without a recovery instance', async () => {
    const r = await launched(false);
    expect(await r.refused('DeleteRecoveryInstance', id(r.instance))).toMatchObject({
      name: 'ConflictException',
    });
    expect(await r.call('DisconnectRecoveryInstance', id(r.instance))).toEqual({ status: 200 });
    const [gone] = await r.instances();
    expect(gone.dataReplicationInfo).toMatchObject({
      dataReplicationState: 'DISCONNECTED',
      replicatedDisks: [{ totalStorageBytes: 0 }],
    });
    expect(gone.dataReplicationInfo.lagDuration).toBeUndefined();
    expect(await r.refused('DisconnectRecoveryInstance', id(r.instance))).toMatchObject({
      name: 'ConflictException',
    });
    expect(await r.call('DeleteRecoveryInstance', id(r.instance))).toEqual({ status: 200 });
    expect(await r.instances()).toEqual([]);
    expect((await r.server(1)).recoveryInstanceId).toBeUndefined();
    const machine = await r.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [r.instance.ec2InstanceID] }),
    );
    expect(machine.Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('running');
    expect((await r.call('DisconnectSourceServer', { sourceServerID: drsId(1) })).status).toBe(200);
    expect(r.breaches).toEqual([]);
  });

  test('is refused what does not exist, each in its own way, and during a job', async () => {
    const r = await launched(false);
    const unknown = { recoveryInstanceID: 'i-00000000' };
    expect(await r.refused('DisconnectRecoveryInstance', unknown)).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(await r.refused('DeleteRecoveryInstance', unknown)).toMatchObject({
      name: 'ConflictException',
    });
    await r.call('StartRecovery', { sourceServers: [{ sourceServerID: drsId(1) }] });
    expect(await r.refused('DisconnectRecoveryInstance', id(r.instance))).toMatchObject({
      name: 'ConflictException',
    });
    expect(r.breaches).toEqual([]);
  });
});

describe('failback to a machine on premises', () => {
  const parameters = { drsFailbackClientBootsAfterMinutes: 120 };

  test('runs from the boot of the failback client to COMPLETED', async () => {
    const r = await launched(false, { parameters });
    const shown = async () => (await r.instances())[0];
    expect((await shown()).failback.state).toBe('FAILBACK_NOT_STARTED');
    const recoveryInstanceIDs = [r.instance.recoveryInstanceID];
    expect(await r.refused('StartFailbackLaunch', { recoveryInstanceIDs })).toMatchObject({
      name: 'ConflictException',
    });
    r.pass(hour + 15 * minute);
    expect((await shown()).failback).toMatchObject({
      state: 'FAILBACK_READY_FOR_LAUNCH',
      failbackToOriginalServer: true,
    });
    expect((await shown()).dataReplicationInfo).toMatchObject({
      dataReplicationState: 'CONTINUOUS',
      lagDuration: 'P0D',
    });
    const { job, status } = await r.call('StartFailbackLaunch', {
      recoveryInstanceIDs,
      tags: { a: 'b' },
    });
    expect([status, job.initiatedBy, job.type, job.tags]).toEqual([
      200,
      'FAILBACK',
      'LAUNCH',
      { a: 'b' },
    ]);
    r.pass(hour);
    expect(await r.job(job.jobID)).toMatchObject({
      status: 'COMPLETED',
      participatingServers: [
        { launchStatus: 'LAUNCHED', recoveryInstanceID: r.instance.recoveryInstanceID },
      ],
    });
    expect((await shown()).failback).toMatchObject({
      state: 'FAILBACK_COMPLETED',
      failbackJobID: job.jobID,
      failbackLaunchType: 'RECOVERY',
    });
    const told = r.events.filter((e) => e['detail-type'].includes('Failback'));
    expect(told.map((e) => [e.resources[0], e.detail.state])).toEqual([
      [r.instance.arn, 'FAILBACK_IN_PROGRESS'],
      [r.instance.arn, 'FAILBACK_COMPLETED'],
    ]);
    expect(r.breaches).toEqual([]);
  });

  test('links first, then copies, faster or slower as the throttle says', async () => {
    const r = await launched(false, { parameters });
    const shown = async () => (await r.instances())[0];
    await r.call('UpdateFailbackReplicationConfiguration', {
      ...id(r.instance),
      bandwidthThrottling: 8,
      name: 'back',
      usePrivateIP: true,
    });
    expect(await r.call('GetFailbackReplicationConfiguration', id(r.instance))).toEqual({
      ...id(r.instance),
      name: 'back',
      bandwidthThrottling: 8,
      usePrivateIP: true,
      status: 200,
    });
    while ((await shown()).failback.state === 'FAILBACK_NOT_STARTED') r.pass(minute);
    const { dataReplicationInfo: linking } = await shown();
    expect(linking.dataReplicationState).toBe('INITIATING');
    expect(linking.dataReplicationInitiation.steps[0].name).toBe(
      'LINK_FAILBACK_CLIENT_WITH_RECOVERY_INSTANCE',
    );
    r.pass(30 * minute);
    const slow = await shown();
    expect(slow.dataReplicationInfo.dataReplicationState).toBe('INITIAL_SYNC');
    await r.call('UpdateFailbackReplicationConfiguration', {
      ...id(r.instance),
      bandwidthThrottling: 0,
    });
    expect((await shown()).dataReplicationInfo.replicatedDisks).toEqual(
      slow.dataReplicationInfo.replicatedDisks,
    );
    r.pass(5 * minute);
    expect((await shown()).failback.state).toBe('FAILBACK_READY_FOR_LAUNCH');
    expect(r.breaches).toEqual([]);
  });

  test('stops and is not started again', async () => {
    const r = await launched(false, { parameters });
    r.pass(hour + 15 * minute);
    expect(await r.call('StopFailback', id(r.instance))).toEqual({ status: 200 });
    expect((await r.instances())[0].failback.state).toBe('FAILBACK_NOT_STARTED');
    expect(await r.refused('StopFailback', id(r.instance))).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(r.breaches).toEqual([]);
  });

  test('never begins by itself, and never for drills', async () => {
    for (const r of [await launched(false), await launched(true, { parameters })]) {
      r.pass(48 * hour);
      expect((await r.instances())[0].failback.state).toBe('FAILBACK_NOT_STARTED');
    }
  });

  test('is refused for unknown instances, servers of EC2, and over the quota', async () => {
    const r = await launched(false, { parameters: { ...parameters, drsQuotaConcurrentJobs: 1 } });
    const unknown = { recoveryInstanceID: 'i-00000000' };
    for (const operation of [
      'GetFailbackReplicationConfiguration',
      'UpdateFailbackReplicationConfiguration',
      'StopFailback',
    ]) {
      expect(await r.refused(operation, unknown)).toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }
    const start = (recoveryInstanceID: string) =>
      r.refused('StartFailbackLaunch', { recoveryInstanceIDs: [recoveryInstanceID] });
    expect(await start('i-00000000')).toMatchObject({ name: 'ConflictException' });
    r.pass(hour + 15 * minute);
    await r.call('StartRecovery', { sourceServers: [{ sourceServerID: drsId(2) }] });
    expect(await start(r.instance.recoveryInstanceID)).toMatchObject({
      name: 'ServiceQuotaExceededException',
    });
    const ec2 = await launched(false, { fleet: [aDrsServer(1, { originRegion: 'us-west-2' })] });
    expect(
      await ec2.refused('StartFailbackLaunch', {
        recoveryInstanceIDs: [ec2.instance.recoveryInstanceID],
      }),
    ).toMatchObject({ name: 'ValidationException' });
    expect(r.breaches).toEqual([]);
  });

  test('prints durations and ids of events in the other form where the parameters say so', async () => {
    const r = await launched(false, {
      parameters: {
        ...parameters,
        timestampForm: 'Z',
        drsRecoveryInstanceDurations: 'datetime',
        drsEventRecoveryInstanceArn: 'ri',
      },
      faults: faults(),
    });
    r.pass(hour + 15 * minute);
    const [instance] = await r.instances();
    expect(instance.dataReplicationInfo.lagDuration).toMatch(/Z$/);
    expect(instance.failback.elapsedReplicationDuration).toMatch(/Z$/);
    expect(r.events.at(-1).resources[0]).toContain('/ri-');
    expect(r.breaches).toEqual([]);
  });
});
