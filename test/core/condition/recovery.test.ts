import { describe, expect, it } from 'vitest';
import { type Condition, evaluate } from '../../../src/core/condition/condition.ts';
import type { Memory } from '../../../src/core/condition/memory.ts';
import type { Sight } from '../../../src/core/condition/sight.ts';
import { aJob, aJobServer, anObservation, aSight, frozen, now } from '../_factories.ts';
import { aRecoveryInstance } from '../phase/_recovery-instance.ts';

const look = (condition: Condition, is: Partial<Sight> = {}, memory: Memory = {}) =>
  evaluate(frozen(condition), aSight(is), frozen(memory));
const inState = (state: string | undefined, lagSeconds: number | undefined = 0) =>
  anObservation({ lifecycle: undefined, replication: { state, lagSeconds } });

describe('protected', () => {
  const condition: Condition = {
    kind: 'protected',
    lagSeconds: 900,
    sustainedPolls: 2,
    sustainedSeconds: 60,
  };
  const before = { tick: 4, at: '2024-03-04T16:19:07.000Z' };
  const seen = { tick: 5, now, recoveryPoint: 'recent' as const };

  it('holds once sync, lag and a recovery snapshot have been there for a while', () => {
    const first = look(condition, { ...seen, observation: inState('CONTINUOUS') });
    expect(first).toMatchObject({ is: 'not-yet', memory: { heldSince: { tick: 5, at: now } } });
    expect(
      look(condition, { ...seen, observation: inState('BACKLOG', 900) }, { heldSince: before }),
    ).toEqual({ is: 'met', output: { heldPolls: 2, heldSeconds: 60 } });
  });

  it('starts anew after a tick that failed', () => {
    const sight = { ...seen, observation: inState('CONTINUOUS'), lastFailedTick: 4 };
    expect(look(condition, sight, { heldSince: before })).toMatchObject({
      is: 'not-yet',
      memory: { heldSince: { tick: 5 } },
    });
  });

  it.each([
    ['the initial sync', inState('INITIAL_SYNC'), 'recent', 'replication is INITIAL_SYNC'],
    ['an unknown state', inState(undefined), 'recent', 'replication is unknown'],
    ['too much lag', inState('CONTINUOUS', 901), 'recent', 'lag 15 min 1 s, more than 15 min'],
    ['no lag', inState('CONTINUOUS', Number.NaN), 'recent', 'no lag is known'],
    ['no snapshot', inState('CONTINUOUS'), 'none', 'it has no recovery snapshot yet'],
    ['no look', inState('CONTINUOUS'), null, 'its recovery snapshots were not asked for yet'],
  ] as const)(
    'waits for %s to be over, and forgets how long it held',
    (what, of, point, reason) => {
      const observation =
        what === 'no lag' ? anObservation({ replication: { lagSeconds: undefined } }) : of;
      const sight = { ...seen, observation, recoveryPoint: point };
      const verdict = look(condition, sight, { heldSince: before });
      expect(verdict).toMatchObject({ is: 'not-yet', reason, memory: {} });
      expect('memory' in verdict && verdict.memory.heldSince).toBe(undefined);
    },
  );

  it('waits a stall out, and names it when the deadline passes', () => {
    const observation = anObservation({
      replication: { state: 'STALLED', errorClass: 'AGENT_NOT_SEEN' },
    });
    expect(look(condition, { ...seen, observation })).toMatchObject({
      is: 'not-yet',
      reason: 'replication stalled: AGENT_NOT_SEEN',
      pace: 'far',
      late: 'ReplicationStalled',
    });
  });

  it('can never be met for a server that is disconnected', () => {
    expect(look(condition, { ...seen, observation: inState('DISCONNECTED') })).toMatchObject({
      is: 'impossible',
      failure: { code: 'ServerDisconnected' },
    });
  });
});

describe('recovered', () => {
  const condition: Condition = { kind: 'recovered', launch: 'drill', jobId: 'drsjob-1' };
  const instance = { state: 'running', systemStatus: 'ok', instanceStatus: 'ok' };
  const sight = {
    observation: inState('CONTINUOUS'),
    recoveryInstance: aRecoveryInstance(),
    instance,
  };
  const withAction = (status: string, mustSucceedForCutover: boolean) => ({
    ...sight,
    job: aJob({
      servers: [
        aJobServer({
          postLaunchActions: [{ name: 'join', status, reason: 'no domain', mustSucceedForCutover }],
        }),
      ],
    }),
  });

  it('holds for the running instance of the very job, and says whose data it has', () => {
    expect(look(condition, sight)).toEqual({
      is: 'met',
      output: {
        instanceId: 'i-0000000000000000a',
        jobId: 'drsjob-1',
        pointInTimeAt: '2024-03-04T16:10:00.000Z',
      },
    });
  });

  it('waits until it is listed, runs, and passes its checks', () => {
    const waits = (is: Partial<Sight>, reason: string, late?: string) =>
      expect(look(condition, { ...sight, ...is })).toMatchObject({
        is: 'not-yet',
        reason,
        ...(late === undefined ? {} : { late }),
      });
    const listed = 'its recovery instance is not listed yet';
    waits({ recoveryInstance: undefined }, listed, 'LaunchFailed');
    const pending = aRecoveryInstance({ ec2State: 'PENDING' });
    waits({ recoveryInstance: pending }, 'the instance is PENDING', 'StatusChecksFailed');
    waits({ instance: undefined }, 'EC2 does not list the instance yet');
    const checking = { ...instance, systemStatus: 'initializing' };
    waits({ instance: checking }, 'system check initializing, instance check ok');
  });

  it('keeps its hands off an instance that is no drill’s', () => {
    const live = aRecoveryInstance({ isDrill: false });
    expect(look(condition, { ...sight, recoveryInstance: live })).toMatchObject({
      is: 'impossible',
      failure: { code: 'LiveRecoveryInstance' },
    });
  });

  it('is over where the instance was there and is no longer', () => {
    const lost = { ...sight, recoveryInstance: undefined, recoveryInstanceGone: true };
    expect(look(condition, lost)).toMatchObject({
      is: 'impossible',
      failure: { code: 'StatusChecksFailed' },
    });
  });

  it('is over where the instance is shut down, or an action that must succeed has failed', () => {
    const gone = aRecoveryInstance({ ec2State: 'SHUTTING-DOWN' });
    expect(look(condition, { ...sight, recoveryInstance: gone })).toMatchObject({
      is: 'impossible',
      failure: { code: 'StatusChecksFailed' },
    });
    expect(look(condition, withAction('FAILED', true))).toMatchObject({
      is: 'impossible',
      failure: { code: 'PostLaunchActionFailed', message: 'launch action join failed: no domain' },
    });
  });

  it('waits for actions that run, and goes on without optional ones that failed', () => {
    expect(look(condition, withAction('IN_PROGRESS', false))).toMatchObject({ is: 'not-yet' });
    expect(look(condition, withAction('FAILED', false))).toMatchObject({ is: 'met' });
  });
});

describe('elapsed', () => {
  const until: Condition = { kind: 'elapsed', until: now, meanwhile: 'its grace lasts' };

  it('holds from its moment on, whether the server is still there or not', () => {
    for (const observation of [undefined, 'absent' as const]) {
      expect(look(until, { now, observation })).toEqual({ is: 'met', output: { until: now } });
    }
  });

  it('says what it waits for until then', () => {
    expect(look(until, { now: '2024-03-04T16:20:06.000Z' })).toMatchObject({
      is: 'not-yet',
      reason: `its grace lasts until ${now}`,
      pace: 'far',
    });
  });
});
