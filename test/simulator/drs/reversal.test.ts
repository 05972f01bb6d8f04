import { describe, expect, test } from 'vitest';
import { accountId, day, faults, hour, region } from '../rig.ts';
import { aDrsServer, drsId, drsRig, otherAccount, otherRegion } from './rig.ts';

const options = { fleet: [aDrsServer(1, { originRegion: otherRegion })] };

/** A rig in which a server of EC2 was recovered for real, with clients on both sides. */
async function recovered(more: Parameters<typeof drsRig>[0] = {}) {
  const r = drsRig({ ...options, ...more });
  const origin = r.client(accountId, otherRegion);
  await r.launch(false, [1]);
  const [instance] = await r.instances();
  return { ...r, origin, instance };
}

describe('the public sequence: drill, terminate, recover, reverse', () => {
  test('has the shapes that were recorded', async () => {
    const r = drsRig(options);
    const origin = r.client(accountId, otherRegion);
    expect((await r.server(1)).lifeCycle.lastLaunch).toEqual({ initiated: {} });
    expect((await r.server(1)).lastLaunchResult).toBe('NOT_STARTED');

    const drill = await r.launch(true, [1]);
    expect(drill.initiatedBy).toBe('START_DRILL');
    expect(drill.participatingServers[0].recoveryInstanceID).toBeUndefined();
    const [drilled] = await r.instances();
    expect(drilled).toMatchObject({ isDrill: true, originEnvironment: 'AWS' });

    const { job } = await r.call('TerminateRecoveryInstances', {
      recoveryInstanceIDs: [drilled.recoveryInstanceID],
    });
    r.pass(hour);
    expect((await r.job(job.jobID)).status).toBe('COMPLETED');
    expect(await r.instances()).toEqual([]);

    await r.launch(false, [1]);
    const [live] = await r.instances();
    expect(live.isDrill).toBe(false);
    const { reversedDirectionSourceServerArn: arn } = await r.call('ReverseReplication', {
      recoveryInstanceID: live.recoveryInstanceID,
    });
    expect(arn).toMatch(
      new RegExp(`^arn:aws:drs:${otherRegion}:${accountId}:source-server/s-[0-9a-f]{17}$`),
    );
    expect((await r.server(1)).reversedDirectionSourceServerArn).toBe(arn);
    const id = arn.split('/')[1];
    expect(await r.server(id, origin)).toMatchObject({
      replicationDirection: 'FAILBACK',
      reversedDirectionSourceServerArn: `arn:aws:drs:${region}:${accountId}:source-server/${drsId(1)}`,
      dataReplicationInfo: { dataReplicationState: 'INITIATING' },
      lifeCycle: { lastLaunch: { initiated: {} } },
      sourceProperties: {
        supportsNitroInstances: true,
        identificationHints: { awsInstanceID: live.recoveryInstanceID },
      },
      sourceCloudProperties: { originRegion: region },
    });
    expect((await r.instances())[0].failback.state).toBe('FAILBACK_IN_PROGRESS');

    r.pass(6 * hour);
    expect(await r.server(id, origin)).toMatchObject({
      dataReplicationInfo: { dataReplicationState: 'CONTINUOUS', lagDuration: 'P0D' },
    });
    expect((await r.instances())[0]).toMatchObject({
      failback: { state: 'FAILBACK_READY_FOR_LAUNCH' },
      dataReplicationInfo: { dataReplicationState: 'CONTINUOUS' },
    });

    await r.launch(false, [id], origin);
    expect((await r.instances())[0].failback).toMatchObject({
      state: 'FAILBACK_READY_FOR_LAUNCH',
      failbackLaunchType: 'RECOVERY',
    });
    const [back] = await r.instances(origin);
    expect(back).toMatchObject({ sourceServerID: id, isDrill: false });
    const again = await r.call(
      'ReverseReplication',
      { recoveryInstanceID: back.recoveryInstanceID },
      origin,
    );
    expect(again.reversedDirectionSourceServerArn).toBe(
      `arn:aws:drs:${region}:${accountId}:source-server/${drsId(1)}`,
    );
    expect(await r.server(1)).toMatchObject({
      replicationDirection: 'FAILOVER',
      dataReplicationInfo: { dataReplicationState: 'INITIATING' },
      sourceProperties: { identificationHints: { awsInstanceID: back.recoveryInstanceID } },
    });
    r.pass(6 * hour);
    expect(await r.state(1)).toBe('CONTINUOUS');
    expect(r.breaches).toEqual([]);
  });
});

describe('ReverseReplication', () => {
  test('tells the way back, and its errors, as native events', async () => {
    const stall = { fault: 'stall', errorClass: 'AGENT_NOT_SEEN', on: 'continuous', after: 'PT1H' };
    const r = await recovered({ faults: faults(stall) });
    await r.call('ReverseReplication', { recoveryInstanceID: r.instance.recoveryInstanceID });
    r.pass(day);
    const told = r.events.filter((e) => e['detail-type'].includes('Failback'));
    expect(told.map((e) => [e.region, e.resources, e.detail.state])).toEqual([
      [region, [r.instance.arn], 'FAILBACK_IN_PROGRESS'],
      [region, [r.instance.arn], 'FAILBACK_ERROR'],
    ]);
    expect((await r.instances())[0]).toMatchObject({
      failback: { state: 'FAILBACK_ERROR' },
      dataReplicationInfo: { dataReplicationError: { error: 'AGENT_NOT_SEEN' } },
    });
  });

  test('shows COMPLETED within AWS only where the parameter says so', async () => {
    for (const drsAwsFailbackCompletes of [false, true]) {
      const r = await recovered({ parameters: { drsAwsFailbackCompletes } });
      const { reversedDirectionSourceServerArn: arn } = await r.call('ReverseReplication', {
        recoveryInstanceID: r.instance.recoveryInstanceID,
      });
      r.pass(6 * hour);
      await r.launch(false, [arn.split('/')[1]], r.origin);
      expect((await r.instances())[0].failback.state).toBe(
        drsAwsFailbackCompletes ? 'FAILBACK_COMPLETED' : 'FAILBACK_READY_FOR_LAUNCH',
      );
      expect(
        await r.refused('StopFailback', { recoveryInstanceID: r.instance.recoveryInstanceID }),
      ).toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });

  test('shows what cannot be read of the other side', async () => {
    const r = await recovered();
    const { reversedDirectionSourceServerArn: arn } = await r.call('ReverseReplication', {
      recoveryInstanceID: r.instance.recoveryInstanceID,
    });
    const sourceServerID = arn.split('/')[1];
    const failback = async () => (await r.instances())[0].failback.state;
    await r.call('StopReplication', { sourceServerID }, r.origin);
    expect(await failback()).toBe('FAILBACK_NOT_READY_FOR_LAUNCH');
    await r.call('DisconnectSourceServer', { sourceServerID }, r.origin);
    await r.call('DeleteSourceServer', { sourceServerID }, r.origin);
    expect((await r.instances())[0]).toMatchObject({
      failback: { state: 'FAILBACK_LAUNCH_STATE_NOT_AVAILABLE' },
      dataReplicationInfo: { dataReplicationState: 'REPLICATION_STATE_NOT_AVAILABLE' },
    });
    expect(r.breaches).toEqual([]);
  });

  test('goes to the account that the server came from', async () => {
    const cloud = { originAccountID: otherAccount, originRegion: otherRegion };
    const r = drsRig({ fleet: [aDrsServer(1, { more: { sourceCloudProperties: cloud } })] });
    await r.launch(false, [1]);
    const [instance] = await r.instances();
    const answer = await r.call('ReverseReplication', {
      recoveryInstanceID: instance.recoveryInstanceID,
    });
    expect(answer.reversedDirectionSourceServerArn).toContain(`${otherRegion}:${otherAccount}:`);
  });

  test('launches into the source machine where the template of the origin says so', async () => {
    const hints = { hostname: 'a', awsInstanceID: 'i-0123456789abcdef0' };
    const server = aDrsServer(1, {
      originRegion: otherRegion,
      more: { sourceProperties: { identificationHints: hints, disks: [] } },
    });
    for (const copyTags of [false, true]) {
      const r = await recovered({ fleet: [server] });
      const template = { launchIntoSourceInstance: true, copyTags };
      await r.call('CreateLaunchConfigurationTemplate', template, r.origin);
      const input = { recoveryInstanceID: r.instance.recoveryInstanceID };
      if (copyTags) {
        expect(await r.refused('ReverseReplication', input)).toMatchObject({
          name: 'ValidationException',
        });
        continue;
      }
      const { reversedDirectionSourceServerArn: arn } = await r.call('ReverseReplication', input);
      const sourceServerID = arn.split('/')[1];
      expect(
        (await r.call('GetLaunchConfiguration', { sourceServerID }, r.origin))
          .launchIntoInstanceProperties,
      ).toEqual({ launchIntoEC2InstanceID: 'i-0123456789abcdef0' });
    }
  });

  test('is refused twice, for the unknown, for premises, and where the origin is not initialised', async () => {
    const r = await recovered();
    const input = { recoveryInstanceID: r.instance.recoveryInstanceID };
    await r.call('ReverseReplication', input);
    expect(await r.refused('ReverseReplication', input)).toMatchObject({
      name: 'ConflictException',
      resourceType: 'RecoveryInstance',
    });
    expect(
      await r.refused('ReverseReplication', { recoveryInstanceID: 'i-00000000' }),
    ).toMatchObject({ name: 'ResourceNotFoundException' });
    const premises = await recovered({ fleet: [aDrsServer(1)] });
    expect(
      await premises.refused('ReverseReplication', {
        recoveryInstanceID: premises.instance.recoveryInstanceID,
      }),
    ).toMatchObject({ name: 'ValidationException' });
    const closed = await recovered({
      parameters: { drsUninitializedTargets: [`${accountId}:${otherRegion}`] },
    });
    const back = { recoveryInstanceID: closed.instance.recoveryInstanceID };
    expect(await closed.refused('ReverseReplication', back)).toMatchObject({
      name: 'ValidationException',
    });
    await closed.call('InitializeService', {}, closed.origin);
    await closed.call('ReverseReplication', back);
    expect([...r.breaches, ...premises.breaches, ...closed.breaches]).toEqual([]);
  });

  test('of a drill instance is refused where the parameter says so', async () => {
    const r = drsRig({ ...options, parameters: { drsReverseFromDrill: 'reject' } });
    await r.launch(true, [1]);
    const [instance] = await r.instances();
    expect(
      await r.refused('ReverseReplication', { recoveryInstanceID: instance.recoveryInstanceID }),
    ).toMatchObject({ name: 'ConflictException' });
  });
});

test('a person boots the failback client of a machine that the fleet brings along recovered', async () => {
  const live = (type: string) =>
    drsRig({
      fleet: [
        aDrsServer(1, {
          lastLaunch: {
            initiated: { jobID: 'drsjob-00000000000000001', type },
            status: 'LAUNCHED',
          },
          more: { recoveryInstanceId: 'i-00000000000000001' },
        }),
      ],
      parameters: { drsFailbackClientBootsAfterMinutes: 60 },
    });
  const r = live('RECOVERY');
  const state = async (of: typeof r) => (await of.instances())[0].failback.state;
  expect(await state(r)).toBe('FAILBACK_NOT_STARTED');
  r.pass(2 * hour);
  expect(await state(r)).not.toBe('FAILBACK_NOT_STARTED');
  const drill = live('DRILL');
  drill.pass(2 * hour);
  expect(await state(drill)).toBe('FAILBACK_NOT_STARTED');
  expect([...r.breaches, ...drill.breaches]).toEqual([]);
});
