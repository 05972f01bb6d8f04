import { describe, expect, it } from 'vitest';
import {
  instanceDiff,
  instanceFactsOf,
  instanceGone,
} from '../../../../src/core/change/drs/instance-facts.ts';
import { observeRecoveryInstance } from '../../../../src/core/observation/recovery-instance.ts';
import { builtInDrsLimits } from '../../../../src/core/target-list/drs-limits.ts';
import { plusSeconds } from '../../../../src/core/time.ts';

const now = '2024-03-04T16:20:07.000Z';
const document = {
  recoveryInstanceID: 'i-0123456789abcdef0',
  ec2InstanceID: 'i-0123456789abcdef0',
  ec2InstanceState: 'RUNNING',
  isDrill: true,
  failback: { state: 'FAILBACK_NOT_STARTED' },
  dataReplicationInfo: { dataReplicationState: 'NOT_STARTED' },
};
const seen = (is: object = {}) => {
  const observation = observeRecoveryInstance({ ...document, ...is });
  if (observation === undefined) throw new Error('it has an id');
  return observation;
};
const factsOf = (is: object = {}, since = now) =>
  instanceFactsOf(seen(is), since, now, builtInDrsLimits);

describe('a recovery instance', () => {
  it('is read with members that are missing or that nobody knows; without an id it is none', () => {
    expect(observeRecoveryInstance({ ec2InstanceState: 'RUNNING' })).toBeUndefined();
    const bare = observeRecoveryInstance({
      ec2InstanceID: 'i-1',
      failback: { state: 'NEW_STATE' },
    });
    expect(bare).toMatchObject({
      recoveryInstanceId: 'i-1',
      arn: '',
      failback: { state: 'NEW_STATE' },
    });
    // Whether it is a drill must be said: what is not said to be one may be live.
    expect(bare?.isDrill).toBeUndefined();
    expect(seen({ isDrill: 'true' }).isDrill).toBeUndefined();
  });

  it('stalls with a class only while its state is STALLED', () => {
    const error = { dataReplicationError: { error: 'FAILBACK_CLIENT_NOT_SEEN' } };
    const stalled = (info: object) => factsOf({ dataReplicationInfo: info }).stalled;
    expect(stalled({ dataReplicationState: 'STALLED', ...error })).toBe('FAILBACK_CLIENT_NOT_SEEN');
    expect(stalled({ dataReplicationState: 'STALLED' })).toBe('UNKNOWN');
    expect(stalled({ dataReplicationState: 'CONTINUOUS', ...error })).toBeNull();
  });

  it('is overdue as a drill only, beyond its hours', () => {
    const day = plusSeconds(now, -24 * 3600);
    expect(factsOf({}, day).drillOverdue).toBe(false);
    expect(factsOf({}, plusSeconds(day, -1)).drillOverdue).toBe(true);
    expect(factsOf({ isDrill: false }, plusSeconds(day, -1)).drillOverdue).toBe(false);
    expect(factsOf({ isDrill: undefined }, plusSeconds(day, -1)).drillOverdue).toBe(false);
  });

  it('changes fact by fact, and is gone without being overdue any more', () => {
    const before = factsOf();
    expect(instanceDiff(before, before)).toEqual([]);
    const after = factsOf({ ec2InstanceState: 'STOPPED', failback: { state: 'FAILBACK_ERROR' } });
    expect(instanceDiff(before, after)).toEqual([
      { fact: 'ec2State', previous: 'RUNNING', current: 'STOPPED' },
      { fact: 'failbackState', previous: 'FAILBACK_NOT_STARTED', current: 'FAILBACK_ERROR' },
    ]);
    const overdue = factsOf({}, plusSeconds(now, -90_000));
    expect(instanceDiff(overdue, instanceGone(overdue))).toEqual([
      { fact: 'present', previous: true, current: false },
      { fact: 'drillOverdue', previous: true, current: false },
    ]);
    expect(instanceDiff({ present: true }, after)).toEqual([]);
  });
});
