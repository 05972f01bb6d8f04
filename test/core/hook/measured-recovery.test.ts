import { describe, expect, it } from 'vitest';
import { measureRecovery, type RecoveryCourse } from '../../../src/core/hook/measured-recovery.ts';

const at = (minute: number) => `2024-03-04T16:${String(minute).padStart(2, '0')}:00.000Z`;
const validated = {
  point: 'validateRecover',
  phase: 'recover',
  attempt: 1,
  status: 'succeeded',
  endedAt: at(40),
} as const;
const measure = (is: Partial<RecoveryCourse> = {}) =>
  measureRecovery({
    phase: 'recover',
    attempt: 1,
    calledAt: at(20),
    health: {
      launch: 'recovery',
      instanceId: 'i-1',
      jobId: 'drsjob-1',
      at: at(30),
      pointInTimeAt: at(10),
    },
    hookRuns: [],
    recovery: { rpoSeconds: 600, rtoSeconds: 600 },
    ...is,
  });

describe('what a recovery measures', () => {
  it('is the age of its data at the call, and the time until it is well', () => {
    expect(measure()).toMatchObject({
      ...{ kind: 'recovery', rpoSeconds: 600, rpo: 'kept', rtoSeconds: 600, rto: 'kept' },
      recoveredAt: at(30),
    });
  });

  it('misses an objective by a second', () => {
    expect(measure({ recovery: { rpoSeconds: 599, rtoSeconds: 599 } })).toMatchObject({
      ...{ rpo: 'missed', rto: 'missed' },
    });
  });

  it('counts lost data from the incident where the plan names one', () => {
    const recovery = { rpoSeconds: 600, rtoSeconds: 600, incidentAt: at(12) };
    expect(measure({ recovery })).toMatchObject({ rpoSeconds: 120 });
  });

  it('lasts until the validation of this very try has ended', () => {
    expect(measure({ hookRuns: [validated] })).toMatchObject({ recoveredAt: at(40) });
    for (const other of [
      { ...validated, attempt: 2 },
      { ...validated, status: 'failed' as const },
      { ...validated, point: 'switch' as const },
      { ...validated, endedAt: null },
    ]) {
      expect(measure({ hookRuns: [other] })).toMatchObject({ recoveredAt: at(30) });
    }
  });

  it('has lost nothing where the data is younger than the call, and does not know without a point', () => {
    const health = { launch: 'recovery', instanceId: 'i-1', jobId: null, at: at(30) } as const;
    expect(measure({ health: { ...health, pointInTimeAt: at(21) } })).toMatchObject({
      rpoSeconds: 0,
    });
    expect(measure({ health })).toMatchObject({ rpoSeconds: null, rpo: 'unknown' });
  });

  it('is nothing where nothing was found well, or it was another launch', () => {
    expect(measure({ health: null })).toBeUndefined();
    expect(measure({ calledAt: undefined })).toBeUndefined();
    expect(measure({ phase: 'drill' })).toBeUndefined();
  });
});
