import { describe, expect, it } from 'vitest';
import type { DrsPart } from '../../../src/core/observation/drs-part.ts';
import {
  clientStopped,
  type OriginSight,
  reprotectionOf,
  reversalOf,
} from '../../../src/core/phase/reversal.ts';
import { anObservation } from '../_factories.ts';
import { aRecoveryInstance } from './_recovery-instance.ts';

const part: DrsPart = {
  recoveryInstanceId: 'i-0000000000000000a',
  lastLaunch: undefined,
  lastLaunchResult: undefined,
  replicationDirection: 'FAILOVER',
  reversedDirectionArn: undefined,
  stagingArea: { status: undefined, accountId: undefined, serverArn: undefined, error: undefined },
  origin: { accountId: '111122223333', region: 'us-west-2', availabilityZone: undefined },
  agentVersion: undefined,
  addedAt: undefined,
  lacksVolumeAttributes: false,
};
const server = (is: Partial<DrsPart> = {}) => anObservation({ drs: { ...part, ...is } });
const live = aRecoveryInstance({ isDrill: false, originEnvironment: 'AWS' });
const way = (state: string | undefined) => ({
  failback: { state, jobId: undefined, initiatedAt: undefined },
});
const origin: OriginSight = {
  name: 'drs:111122223333:us-west-2',
  isPolled: true,
  unreachable: undefined,
  launchTemplate: undefined,
};
const arn = 'arn:aws:drs:us-west-2:111122223333:source-server/s-00000000000000009';

describe('the first step of a failback', () => {
  it('reverses the replication of the live instance', () => {
    expect(reversalOf({ server: server(), instances: [live] }, origin)).toEqual({
      do: 'act',
      act: { call: 'ReverseReplication', instance: live.recoveryInstanceId },
      instance: live.recoveryInstanceId,
    });
  });

  it('adopts what somebody has reversed, by what the instance says, not by an earlier reversal', () => {
    const named = server({ reversedDirectionArn: arn });
    expect(
      reversalOf(
        { server: named, instances: [{ ...live, ...way('FAILBACK_IN_PROGRESS') }] },
        origin,
      ),
    ).toEqual({ do: 'adopt', instance: live.recoveryInstanceId, reversedArn: arn });
    expect(reversalOf({ server: named, instances: [live] }, origin)).toMatchObject({ do: 'act' });
  });

  it('leaves a machine from outside AWS to its failback client', () => {
    const client = { do: 'client', instance: live.recoveryInstanceId };
    const premises = { ...live, originEnvironment: 'ON_PREMISES' };
    expect(reversalOf({ server: server(), instances: [premises] }, undefined)).toEqual(client);
    const nowhere = server({ origin: undefined });
    expect(reversalOf({ server: nowhere, instances: [live] }, undefined)).toEqual(client);
  });

  it('says everything that speaks against it at once', () => {
    const found = reversalOf(
      { server: server(), instances: [{ ...live, ec2State: 'STOPPED' }] },
      {
        ...origin,
        unreachable: 'the Region is off',
        launchTemplate: { launchIntoSourceInstance: true, copyTags: true, copyPrivateIp: true },
      },
    );
    expect(found).toMatchObject({
      do: 'fail',
      failure: {
        code: 'NotReversible',
        message:
          'it cannot fail back: i-0000000000000000a is STOPPED; drs:111122223333:us-west-2, where it came from, cannot be read: the Region is off; the launch template of drs:111122223333:us-west-2 launches into the source machine, which needs copyTags and copyPrivateIp off',
      },
    });
  });

  it.each([
    ['no instance', { recoveryInstanceId: undefined }, [], 'it has no recovery instance'],
    ['a drill', {}, [{ ...live, isDrill: true }], 'is of a drill'],
    ['an unknown one', {}, [{ ...live, isDrill: undefined }], 'nobody says whether'],
    ['two', {}, [live, { ...live, recoveryInstanceId: 'i-2' }], 'it has 2 live recovery instances'],
  ] as const)('is refused with %s', (_what, is, instances, said) => {
    const found = reversalOf({ server: server(is), instances }, origin);
    expect(found).toMatchObject({ do: 'fail', failure: { code: 'NotReversible' } });
    expect(JSON.stringify(found)).toContain(said);
  });

  it('is refused where nobody looks after the origin, or the server is gone', () => {
    const sight = { server: server(), instances: [live] };
    expect(JSON.stringify(reversalOf(sight, { ...origin, isPolled: false }))).toContain(
      'is no target of this deployment',
    );
    expect(reversalOf(sight, undefined)).toMatchObject({ do: 'fail' });
    expect(reversalOf({ server: 'absent', instances: [] }, origin)).toMatchObject({
      do: 'fail',
      failure: { code: 'ServerVanished' },
    });
  });

  it('waits while the instance is named and not listed', () => {
    expect(reversalOf({ server: server(), instances: [] }, origin)).toMatchObject({ do: 'wait' });
  });
});

describe('protecting a failed-back server again', () => {
  const launched = { instanceId: live.recoveryInstanceId, jobId: 'drsjob-1' };
  const of = (is: Partial<typeof live>, by: typeof launched | undefined = launched) =>
    reprotectionOf({ server: server(), instances: [{ ...live, ...is }], launched: by });

  it('reverses from the very instance that was launched', () => {
    expect(of({})).toEqual({
      do: 'act',
      act: { call: 'ReverseReplication', instance: live.recoveryInstanceId },
    });
  });

  it.each([
    ['of a drill', { isDrill: true }],
    ['that nobody calls live', { isDrill: undefined }],
    ['of another job', { jobId: 'drsjob-2' }],
    ['that does not run', { ec2State: 'STOPPED' }],
    ['that is gone', { recoveryInstanceId: 'i-2' }],
  ] as const)('never from one %s', (_what, is) => {
    expect(of(is)).toMatchObject({ do: 'fail', failure: { code: 'NotReversible' } });
  });

  it('never where none is on record', () => {
    const sight = { server: server(), instances: [live], launched: undefined };
    expect(reprotectionOf(sight)).toMatchObject({ do: 'fail' });
  });

  it('leaves what is done already', () => {
    expect(of(way('FAILBACK_IN_PROGRESS'))).toMatchObject({ do: 'nothing' });
  });
});

describe('stopping a failback client', () => {
  const of = (state: string | undefined) =>
    clientStopped(
      { server: server(), instances: [{ ...live, ...way(state) }] },
      live.recoveryInstanceId,
    );

  it('is done before the launch alone', () => {
    const act = { do: 'act', act: { call: 'StopFailback', instance: live.recoveryInstanceId } };
    expect(of('FAILBACK_IN_PROGRESS')).toEqual(act);
    expect(of('FAILBACK_READY_FOR_LAUNCH')).toEqual(act);
    for (const state of ['FAILBACK_NOT_STARTED', 'FAILBACK_COMPLETED', undefined]) {
      expect(of(state)).toMatchObject({ do: 'nothing' });
    }
  });
});
