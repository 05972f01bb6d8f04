import { describe, expect, it } from 'vitest';
import type { ReadinessReason } from '../../../src/core/change/drs/readiness.ts';
import { type RecoverSight, recoverGuard } from '../../../src/core/phase/recover-guard.ts';
import { anObservation } from '../_factories.ts';
import { aRecoveryInstance } from './_recovery-instance.ts';

const facts = (...reasons: readonly ReadinessReason[]) => ({
  readiness: { state: 'recovery-only' as const, reasons },
});
const live = aRecoveryInstance({ isDrill: false, jobId: 'drsjob-live' });
const guard = (is: Partial<RecoverSight> = {}) =>
  recoverGuard({
    observation: anObservation(),
    instances: [],
    facts: facts(),
    ownJobs: [],
    liveInstance: 'refuse',
    ...is,
  });

describe('a recovery', () => {
  it('launches a server against which nothing speaks', () => {
    expect(guard()).toEqual({ do: 'launch', warnings: [], replaces: [] });
  });

  it('accepts what a drill would not, with a warning of each', () => {
    expect(guard({ facts: facts('stalled', 'lag', 'recovery-point-old') })).toEqual({
      do: 'launch',
      warnings: ['stalled', 'lag', 'recovery-point-old'],
      replaces: [],
    });
  });

  it('leaves it to its launch whether there is a recovery point', () => {
    expect(guard({ facts: facts('initial-sync', 'no-recovery-point') })).toMatchObject({
      do: 'launch',
      warnings: ['initial-sync'],
    });
  });

  it.each(['disconnected', 'stopped', 'extension-error', 'volume-attributes-missing'] as const)(
    'fails where no launch can succeed: %s',
    (reason) => {
      expect(guard({ facts: facts(reason, 'lag') })).toMatchObject({
        do: 'fail',
        failure: { code: 'NotRecoverable', detail: `${reason}, lag` },
      });
    },
  );

  it('is refused over a live instance that is not its own', () => {
    expect(guard({ instances: [live] })).toMatchObject({
      do: 'fail',
      failure: { code: 'LiveRecoveryInstance', detail: live.recoveryInstanceId },
    });
    expect(guard({ instances: [{ ...live, jobId: undefined }] })).toMatchObject({ do: 'fail' });
    expect(guard({ instances: [{ ...live, isDrill: undefined }] })).toMatchObject({ do: 'fail' });
  });

  it('replaces a live instance where the plan says so, or where a try of its own left it', () => {
    const replaced = { do: 'launch', replaces: [live] };
    expect(guard({ instances: [live], liveInstance: 'replace' })).toMatchObject(replaced);
    expect(guard({ instances: [live], ownJobs: ['drsjob-live'] })).toMatchObject(replaced);
  });

  it('has DRS take a drill instance away, and says so', () => {
    const drill = aRecoveryInstance();
    expect(guard({ instances: [drill] })).toMatchObject({ do: 'launch', replaces: [drill] });
  });

  it('waits while nobody knows what it would be launched over, or how the server stands', () => {
    const named = anObservation();
    const { drs } = named;
    expect(guard({ facts: undefined })).toMatchObject({ do: 'wait' });
    expect(drs).toBeUndefined();
    const part = { recoveryInstanceId: 'i-1' } as NonNullable<typeof drs>;
    expect(guard({ observation: { drs: part } })).toMatchObject({ do: 'wait' });
    expect(guard({ observation: { drs: part }, liveInstance: 'replace' })).toMatchObject({
      do: 'launch',
    });
  });
});
