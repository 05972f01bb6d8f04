import { describe, expect, it } from 'vitest';
import type { RecoveryInstanceObservation } from '../../../src/core/observation/recovery-instance.ts';
import type { Observation } from '../../../src/core/observation.ts';
import {
  ensureDeleted,
  ensureDisconnected,
  ensureInstanceLetGo,
  ensureStopped,
  leftBehind,
  notLookedAt,
  type RetireSight,
  stagingRefused,
} from '../../../src/core/phase/retire.ts';
import { clearanceOf } from '../../../src/core/phase/retire-instances.ts';
import { anObservation, frozen } from '../_factories.ts';
import { aRecoveryInstance } from './_recovery-instance.ts';

const drs = (
  is: Partial<NonNullable<Observation['drs']>> = {},
): NonNullable<Observation['drs']> => ({
  recoveryInstanceId: undefined,
  lastLaunch: undefined,
  lastLaunchResult: undefined,
  replicationDirection: 'FAILOVER',
  reversedDirectionArn: undefined,
  stagingArea: {
    status: 'NOT_EXTENDED',
    accountId: undefined,
    serverArn: undefined,
    error: undefined,
  },
  origin: undefined,
  agentVersion: undefined,
  addedAt: undefined,
  lacksVolumeAttributes: false,
  ...is,
});
const inState = (
  state: string,
  is: Partial<NonNullable<Observation['drs']>> = {},
): Observation => ({
  ...anObservation({ lifecycle: undefined, replication: { state, lagSeconds: 0 } }),
  drs: drs(is),
});
const extended = { stagingArea: { ...drs().stagingArea, status: 'EXTENDED' } };
const sight = (
  server: Observation | 'absent',
  ...instances: readonly RecoveryInstanceObservation[]
): RetireSight => frozen({ server, instances });
const live = aRecoveryInstance({ isDrill: false });
const drill = aRecoveryInstance();
const disconnected = aRecoveryInstance({
  isDrill: false,
  replication: { ...live.replication, state: 'DISCONNECTED' },
});
const refusal = (code: string) => ({ do: 'fail', failure: { code } });

describe('the live instance of a server that is to be retired', () => {
  it('is refused, unless the plan has DRS let go of it: disconnected first, then deleted', () => {
    const seen = inState('CONTINUOUS');
    expect(ensureInstanceLetGo(sight(seen, live), 'refuse')).toMatchObject(
      refusal('LiveRecoveryInstance'),
    );
    const instance = live.recoveryInstanceId;
    expect(ensureInstanceLetGo(sight(seen, live), 'keep')).toEqual({
      do: 'act',
      act: { call: 'DisconnectRecoveryInstance', instance },
    });
    expect(ensureInstanceLetGo(sight(seen, disconnected), 'keep')).toEqual({
      do: 'act',
      act: { call: 'DeleteRecoveryInstance', instance },
    });
  });

  it('is one that nobody calls a drill instance, too', () => {
    const unknown = aRecoveryInstance({ isDrill: undefined });
    expect(ensureInstanceLetGo(sight(inState('CONTINUOUS'), unknown), 'refuse')).toMatchObject(
      refusal('LiveRecoveryInstance'),
    );
  });

  it('is waited for where the server names one that is not listed, and none of our business where there is none', () => {
    const named = inState('CONTINUOUS', { recoveryInstanceId: 'i-1' });
    expect(ensureInstanceLetGo(sight(named), 'keep')).toMatchObject({ do: 'wait' });
    expect(ensureInstanceLetGo(sight(named, drill), 'keep')).toMatchObject({ do: 'nothing' });
    expect(ensureInstanceLetGo(sight(inState('CONTINUOUS')), 'keep')).toMatchObject({
      do: 'nothing',
    });
    expect(ensureInstanceLetGo(sight('absent'), 'keep')).toMatchObject(refusal('ServerVanished'));
  });
});

describe('replication', () => {
  it.each(['CONTINUOUS', 'STALLED', 'INITIAL_SYNC', 'PAUSED', 'A_NEW_STATE'])(
    'in %s is stopped',
    (state) => {
      expect(ensureStopped(sight(inState(state)))).toEqual({
        do: 'act',
        act: { call: 'StopReplication' },
      });
    },
  );

  it.each(['STOPPED', 'DISCONNECTED'])('in %s is left', (state) => {
    expect(ensureStopped(sight(inState(state), live))).toMatchObject({ do: 'nothing' });
  });

  it('of an extension is its staging account’s business', () => {
    expect(ensureStopped(sight(inState('CONTINUOUS', extended)))).toMatchObject({ do: 'nothing' });
  });

  it('goes on while anything of the server runs: its recovery points may be needed', () => {
    const seen = inState('CONTINUOUS');
    expect(ensureStopped(sight(seen, drill, live))).toMatchObject(refusal('LiveRecoveryInstance'));
    expect(ensureStopped(sight(seen, drill))).toMatchObject(refusal('DrillInstancePresent'));
    expect(ensureStopped(sight('absent'))).toMatchObject(refusal('ServerVanished'));
  });
});

describe('a server', () => {
  it('is disconnected once it is stopped, or where it is an extension', () => {
    const act = { do: 'act', act: { call: 'DisconnectSourceServer' } };
    expect(ensureDisconnected(sight(inState('STOPPED')))).toEqual(act);
    expect(ensureDisconnected(sight(inState('CONTINUOUS', extended)))).toEqual(act);
    expect(ensureDisconnected(sight(inState('INITIATING')))).toMatchObject(
      refusal('LifecycleUnexpected'),
    );
    expect(ensureDisconnected(sight(inState('STOPPED'), live))).toMatchObject(
      refusal('LiveRecoveryInstance'),
    );
    expect(ensureDisconnected(sight(inState('DISCONNECTED')))).toMatchObject({ do: 'nothing' });
    expect(ensureDisconnected(sight('absent'))).toMatchObject({ do: 'nothing' });
  });

  it('is deleted once it is disconnected; what is gone is deleted', () => {
    expect(ensureDeleted(sight(inState('DISCONNECTED')))).toEqual({
      do: 'act',
      act: { call: 'DeleteSourceServer' },
    });
    expect(ensureDeleted(sight('absent'))).toMatchObject({ do: 'nothing' });
    expect(ensureDeleted(sight(inState('CONTINUOUS')))).toMatchObject(
      refusal('LifecycleUnexpected'),
    );
  });

  it('that others live by is refused, with the first of them', () => {
    expect(stagingRefused([])).toBe(undefined);
    expect(stagingRefused([{ arn: 'arn:a' }, { arn: 'arn:b' }])).toMatchObject({
      failure: { code: 'StagingServerInUse', detail: 'arn:a' },
    });
  });

  it('leaves behind what is still listed, and what nobody has looked at is named', () => {
    expect(leftBehind(sight('absent'))).toEqual([]);
    expect(leftBehind(sight(inState('STOPPED'), live))).toEqual([
      expect.stringContaining('is still listed'),
      `recovery instance ${live.recoveryInstanceId} is still listed`,
    ]);
    expect(notLookedAt.length).toBeGreaterThan(0);
  });
});

describe('before a server is retired', () => {
  it('drill instances of ours are terminated, and nothing else', () => {
    const other = aRecoveryInstance({ recoveryInstanceId: 'i-0000000000000000b' });
    expect(clearanceOf([])).toMatchObject({ do: 'nothing' });
    expect(
      clearanceOf([
        { seen: drill, isOurs: true },
        { seen: other, isOurs: true },
      ]),
    ).toEqual({
      do: 'terminate',
      instances: [drill.recoveryInstanceId, other.recoveryInstanceId],
    });
    expect(
      clearanceOf([
        { seen: drill, isOurs: true },
        { seen: other, isOurs: false },
      ]),
    ).toMatchObject(refusal('DrillInstancePresent'));
    expect(
      clearanceOf([
        { seen: drill, isOurs: true },
        { seen: live, isOurs: true },
      ]),
    ).toMatchObject(refusal('LiveRecoveryInstance'));
    const unknown = aRecoveryInstance({ isDrill: undefined });
    expect(clearanceOf([{ seen: unknown, isOurs: true }])).toMatchObject(
      refusal('LiveRecoveryInstance'),
    );
  });
});
