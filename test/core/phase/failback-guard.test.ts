import { describe, expect, it } from 'vitest';
import type { DrsPart } from '../../../src/core/observation/drs-part.ts';
import type { Observation } from '../../../src/core/observation.ts';
import {
  clientLaunchGuard,
  failbackGuard,
  type VacancySight,
  vacancyOf,
} from '../../../src/core/phase/failback-guard.ts';
import { leftOfReversal, reversedStopped } from '../../../src/core/phase/vacated.ts';
import { anObservation, serverId } from '../_factories.ts';
import { aRecoveryInstance } from './_recovery-instance.ts';

const reversed = (
  state: string,
  lagSeconds: number | undefined = 0,
  direction = 'FAILBACK',
): Observation => {
  const seen = anObservation({ lifecycle: undefined, replication: { state, lagSeconds } });
  return { ...seen, drs: { ...seen.drs, replicationDirection: direction } as DrsPart };
};
const live = aRecoveryInstance({ isDrill: false, jobId: 'drsjob-1' });

describe('a launch that fails a server back', () => {
  const guard = (
    observation = reversed('CONTINUOUS'),
    instances = [live],
    ownJobs = ['drsjob-1'],
  ) => failbackGuard({ observation, instances, ownJobs });

  it('is made once nothing is missing, over nothing or what it launched itself', () => {
    expect(guard()).toMatchObject({ do: 'nothing' });
    expect(guard(reversed('CONTINUOUS'), [], [])).toMatchObject({ do: 'nothing' });
  });

  it('waits for what is not replicated yet', () => {
    expect(guard(reversed('BACKLOG', 3))).toMatchObject({ do: 'wait' });
    expect(guard(reversed('STALLED', 0))).toMatchObject({ do: 'wait' });
    const unknown = anObservation({ lifecycle: undefined, replication: { lagSeconds: undefined } });
    expect(guard(unknown)).toMatchObject({ do: 'wait' });
  });

  it('is refused over what somebody else launched, and where nothing comes back', () => {
    expect(guard(reversed('CONTINUOUS'), [live], [])).toMatchObject({
      do: 'fail',
      failure: { code: 'LiveRecoveryInstance' },
    });
    expect(guard(reversed('CONTINUOUS', 0, 'FAILOVER'))).toMatchObject({
      do: 'fail',
      failure: { code: 'NotReversible' },
    });
    for (const state of ['STOPPED', 'DISCONNECTED']) {
      expect(guard(reversed(state))).toMatchObject({
        do: 'fail',
        failure: { code: 'FailbackNotReady' },
      });
    }
  });
});

describe('a launch by a failback client', () => {
  const instanceId = live.recoveryInstanceId;
  const guard = (state: string, is: Partial<typeof live> = {}) =>
    clientLaunchGuard({
      instanceId,
      instance: { ...live, failback: { state, jobId: undefined, initiatedAt: undefined }, ...is },
    });
  const lag = (lagSeconds: number) => ({ replication: { ...live.replication, lagSeconds } });

  it('is made once it is ready, and nothing is missing', () => {
    expect(guard('FAILBACK_READY_FOR_LAUNCH')).toMatchObject({ do: 'nothing' });
    expect(guard('FAILBACK_READY_FOR_LAUNCH', lag(2))).toMatchObject({ do: 'wait' });
    expect(guard('FAILBACK_IN_PROGRESS')).toMatchObject({ do: 'wait' });
  });

  it('is refused where it is over, of a drill, or gone', () => {
    const refused = { do: 'fail', failure: { code: 'FailbackNotReady' } };
    expect(guard('FAILBACK_COMPLETED')).toMatchObject(refused);
    expect(guard('FAILBACK_READY_FOR_LAUNCH', { isDrill: true })).toMatchObject(refused);
    expect(guard('FAILBACK_READY_FOR_LAUNCH', { isDrill: undefined })).toMatchObject(refused);
    expect(clientLaunchGuard({ instanceId, instance: undefined })).toMatchObject(refused);
  });
});

describe('what a server was recovered on', () => {
  const sight: VacancySight = {
    server: serverId(1),
    instanceId: live.recoveryInstanceId,
    instances: [live],
    hasLeft: true,
    isApproved: true,
  };

  it('is terminated once it is left and somebody has said so', () => {
    expect(vacancyOf(sight)).toEqual({ do: 'terminate', instance: live.recoveryInstanceId });
    expect(vacancyOf({ ...sight, instances: [] })).toMatchObject({ do: 'nothing' });
  });

  it.each([
    [{ hasLeft: false }, 'FailbackNotReady'],
    [{ instanceId: undefined }, 'FailbackNotReady'],
    [{ isApproved: false }, 'SignOffMissing'],
    [{ server: serverId(2) }, 'LiveRecoveryInstance'],
  ] as const)('is left alone else: %j', (is, code) => {
    expect(vacancyOf({ ...sight, ...is })).toMatchObject({ do: 'fail', failure: { code } });
  });
});

describe('the replication that brought a server back', () => {
  const sight = (server: ReturnType<typeof reversed> | 'absent') => ({ server, instances: [live] });

  it('is stopped where it still runs', () => {
    expect(reversedStopped(sight(reversed('STALLED')))).toEqual({
      do: 'act',
      act: { call: 'StopReplication' },
    });
    for (const server of [reversed('STOPPED'), reversed('DISCONNECTED'), 'absent'] as const) {
      expect(reversedStopped(sight(server))).toMatchObject({ do: 'nothing' });
    }
  });

  it('is never one that protects', () => {
    expect(reversedStopped(sight(reversed('CONTINUOUS', 0, 'FAILOVER')))).toMatchObject({
      do: 'fail',
    });
  });

  it('leaves what a person decides on', () => {
    expect(leftOfReversal(sight('absent'))).toEqual([]);
    expect(leftOfReversal(sight(reversed('STOPPED'))).join(' ')).toContain(
      `${live.recoveryInstanceId} belongs to it, and serves`,
    );
  });
});
