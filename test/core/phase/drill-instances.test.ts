import { describe, expect, it } from 'vitest';
import { ownDrillInstances } from '../../../src/core/phase/drill-instances.ts';
import { overdueDrills } from '../../../src/core/phase/overdue-drills.ts';
import { now, serverId } from '../_factories.ts';
import { aRecoveryInstance } from './_recovery-instance.ts';

describe('the instances that a drill may take away', () => {
  const by = { server: serverId(1), jobId: 'drsjob-1' };
  const own = (is: Parameters<typeof aRecoveryInstance>[0]) =>
    ownDrillInstances([aRecoveryInstance(is)], by).length;

  it('are those that its own job launched as a drill', () => {
    expect(own({})).toBe(1);
  });

  it('are never live, of another job, or of another server', () => {
    expect(own({ isDrill: false })).toBe(0);
    expect(own({ isDrill: undefined })).toBe(0);
    expect(own({ jobId: 'drsjob-2' })).toBe(0);
    expect(own({ jobId: undefined })).toBe(0);
    expect(own({ sourceServerId: serverId(2) })).toBe(0);
  });

  it('are none while nobody knows its job', () => {
    const instances = [aRecoveryInstance({ jobId: undefined })];
    expect(ownDrillInstances(instances, { ...by, jobId: undefined })).toEqual([]);
  });
});

describe('overdue drill instances', () => {
  const limits = { busy: new Set<string>(), longestSeconds: 86_400, now };
  const dayAgo = '2024-03-03T16:20:07.000Z';
  const old = { seen: aRecoveryInstance(), since: dayAgo, isOurs: true };
  const due = (is: Partial<typeof old> = {}, more: Partial<typeof limits> = {}) =>
    overdueDrills([{ ...old, ...is }], { ...limits, ...more }).length;

  it('are those of ours that have been there for as long as they may', () => {
    expect(due()).toBe(1);
    expect(due({ since: '2024-03-03T16:20:08.000Z' })).toBe(0);
  });

  it('are never live, of somebody else, of no server, or of a server that a job holds', () => {
    expect(due({ seen: aRecoveryInstance({ isDrill: false }) })).toBe(0);
    expect(due({ seen: aRecoveryInstance({ isDrill: undefined }) })).toBe(0);
    expect(due({ seen: aRecoveryInstance({ sourceServerId: undefined }) })).toBe(0);
    expect(due({ isOurs: false })).toBe(0);
    expect(due({}, { busy: new Set([serverId(1)]) })).toBe(0);
  });

  it('come in the order of their age', () => {
    const older = {
      ...old,
      seen: aRecoveryInstance({ recoveryInstanceId: 'i-0000000b' }),
      since: '2024-03-02T16:20:07.000Z',
    };
    const ids = overdueDrills([old, older], limits).map((one) => one.recoveryInstanceId);
    expect(ids).toEqual(['i-0000000b', 'i-0000000000000000a']);
  });
});
