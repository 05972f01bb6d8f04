import { describe, expect, it } from 'vitest';
import type { Readiness } from '../../../src/core/change/drs/readiness.ts';
import type { DrsPart } from '../../../src/core/observation/drs-part.ts';
import { type DrillSight, drillGuard } from '../../../src/core/phase/drill-guard.ts';
import { anObservation } from '../_factories.ts';
import { aRecoveryInstance } from './_recovery-instance.ts';

const part: DrsPart = {
  recoveryInstanceId: undefined,
  lastLaunch: undefined,
  lastLaunchResult: 'NOT_STARTED',
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
};
const readiness = (is: Partial<Readiness> = {}) => ({
  readiness: { state: 'ready' as const, reasons: [], ...is },
});
const guard = (is: Partial<DrillSight> = {}) =>
  drillGuard({
    observation: anObservation({ drs: part, replication: { lagSeconds: 0 } }),
    instances: [],
    facts: readiness(),
    leftOver: 'refuse',
    lagSeconds: 900,
    recoveryJob: undefined,
    ...is,
  });

describe('a drill', () => {
  it('may launch where the server is ready and nothing of it runs', () => {
    expect(guard()).toEqual({ do: 'nothing', because: 'ready for a drill' });
  });

  it('is refused over a live recovery instance, whatever becomes of drill instances', () => {
    const live = aRecoveryInstance({ isDrill: false });
    for (const leftOver of ['refuse', 'replace'] as const) {
      expect(guard({ leftOver, instances: [aRecoveryInstance(), live] })).toMatchObject({
        do: 'fail',
        failure: { code: 'LiveRecoveryInstance', detail: live.recoveryInstanceId },
      });
    }
  });

  it('counts an instance as live of which nobody says that it is a drill’s', () => {
    expect(guard({ instances: [aRecoveryInstance({ isDrill: undefined })] })).toMatchObject({
      failure: { code: 'LiveRecoveryInstance' },
    });
  });

  it('waits while the server names an instance that is not listed', () => {
    const observation = anObservation({ drs: { ...part, recoveryInstanceId: 'i-0000000a' } });
    expect(guard({ observation })).toEqual({
      do: 'wait',
      because: 'nobody knows yet whether its instance i-0000000a is a live one',
    });
  });

  it('is refused over an instance of an earlier drill, unless the plan has it replaced', () => {
    const instances = [aRecoveryInstance()];
    expect(guard({ instances })).toMatchObject({ failure: { code: 'DrillInstancePresent' } });
    expect(guard({ instances, leftOver: 'replace' })).toMatchObject({ do: 'nothing' });
  });

  it('yields to a real recovery', () => {
    expect(guard({ recoveryJob: 'drsjob-1' })).toEqual({
      do: 'wait',
      because: 'a real recovery runs: job drsjob-1',
    });
  });

  it('waits for what may pass, and is refused where it will not', () => {
    expect(guard({ facts: undefined })).toMatchObject({ do: 'wait' });
    const stalled = readiness({ state: 'recovery-only', reasons: ['stalled', 'lag'] });
    expect(guard({ facts: stalled })).toEqual({ do: 'wait', because: 'stalled, lag' });
    const stopped = readiness({ state: 'not-ready', reasons: ['stopped', 'no-recovery-point'] });
    expect(guard({ facts: stopped })).toMatchObject({
      do: 'fail',
      failure: {
        code: 'NotRecoverable',
        message: 'not ready for a drill: stopped, no-recovery-point',
      },
    });
  });

  it('holds the lag to the plan, and takes an unknown one for none', () => {
    const at = (lagSeconds: number | undefined) =>
      guard({ observation: anObservation({ drs: part, replication: { lagSeconds } }) });
    expect(at(900)).toMatchObject({ do: 'nothing' });
    expect(at(901)).toEqual({ do: 'wait', because: 'lag 15 min 1 s, more than 15 min' });
    expect(at(undefined)).toEqual({ do: 'wait', because: 'no lag is known' });
  });
});
