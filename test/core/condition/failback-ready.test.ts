import { describe, expect, it } from 'vitest';
import { type Condition, evaluate } from '../../../src/core/condition/condition.ts';
import type { Memory } from '../../../src/core/condition/memory.ts';
import { aSight, frozen, now } from '../_factories.ts';
import { aRecoveryInstance } from '../phase/_recovery-instance.ts';

type Ready = Extract<Condition, { kind: 'failback-ready' }>;
const condition: Ready = {
  kind: 'failback-ready',
  instanceId: 'i-0000000000000000a',
  until: 'ready',
  byClient: true,
  sustainedPolls: 2,
  sustainedSeconds: 0,
};
const look = (
  state: string | undefined,
  is: Partial<Ready> = {},
  memory: Memory = {},
  lagSeconds: number | undefined = undefined,
) => {
  const one = aRecoveryInstance({ isDrill: false });
  const failback = { state, jobId: undefined, initiatedAt: undefined };
  const replication = { ...one.replication, lagSeconds, errorClass: 'SNAPSHOTS_FAILURE' };
  const recoveryInstance = { ...one, failback, replication };
  const sight = { tick: 5, now, observation: undefined, recoveryInstance };
  return evaluate(frozen({ ...condition, ...is }), aSight(sight), frozen(memory));
};
const before = { heldSince: { tick: 4, at: '2024-03-04T16:19:07.000Z' } };

describe('a way back', () => {
  it('is ready once DRS has said so for a while', () => {
    expect(look('FAILBACK_READY_FOR_LAUNCH')).toMatchObject({ is: 'not-yet' });
    expect(look('FAILBACK_READY_FOR_LAUNCH', {}, before)).toMatchObject({ is: 'met' });
  });

  it('is not ready with more lag than it may have, and forgets how long it was', () => {
    const lag = look('FAILBACK_READY_FOR_LAUNCH', { lagSeconds: 0 }, before, 2);
    expect(lag).toMatchObject({ is: 'not-yet', late: 'FailbackNotReady' });
    expect('memory' in lag && lag.memory.heldSince).toBe(undefined);
    expect(look('FAILBACK_READY_FOR_LAUNCH', { lagSeconds: 2 }, before, 2).is).toBe('met');
  });

  it.each([
    ['FAILBACK_NOT_STARTED', 'its failback client has not been booted'],
    ['FAILBACK_ERROR', 'SNAPSHOTS_FAILURE'],
    ['FAILBACK_LAUNCH_STATE_NOT_AVAILABLE', 'the opposite Region cannot be asked'],
    ['FAILBACK_COMPLETED', 'complete already'],
    ['FAILBACK_FROM_THE_MOON', 'FAILBACK_FROM_THE_MOON'],
    [undefined, 'unknown'],
  ])('is waited for in the state %s', (state, said) => {
    const verdict = look(state, {}, before);
    expect(verdict).toMatchObject({ is: 'not-yet', late: 'FailbackNotReady' });
    expect('reason' in verdict && verdict.reason).toContain(said);
    expect('memory' in verdict && verdict.memory.heldSince).toBe(undefined);
  });

  it('has ended once DRS says that it is complete', () => {
    expect(look('FAILBACK_COMPLETED', { until: 'completed' }).is).toBe('met');
    expect(look('FAILBACK_READY_FOR_LAUNCH', { until: 'completed' }, before).is).toBe('not-yet');
  });

  it('cannot be ready without its recovery instance, seen twice so', () => {
    const gone = (memory: Memory) =>
      evaluate(condition, aSight({ tick: 5, now, recoveryInstance: undefined }), memory);
    const first = gone({});
    expect(first).toMatchObject({ is: 'not-yet', memory: { absentSinceTick: 5 } });
    expect(gone({ absentSinceTick: 4 })).toMatchObject({
      is: 'impossible',
      failure: { code: 'FailbackNotReady' },
    });
  });
});
