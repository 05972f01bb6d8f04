import { describe, expect, it } from 'vitest';
import { arrivalFor, startsToReplicate } from '../../../src/core/phase/recovery-arrival.ts';
import { replicatingInDrs } from '../../../src/core/phase/replicating-in-drs.ts';
import { settings, someFacts } from '../_factories.ts';

const recovery = {
  protectSeconds: 1,
  drillSeconds: 1,
  keepSeconds: 0,
  leftOver: 'refuse',
  rpoSeconds: 900,
  rtoSeconds: 3600,
  extendSeconds: 1,
  retireSeconds: 1,
  graceSeconds: 0,
  recoverSeconds: 1,
  impact: 'critical',
  retryOlder: 2,
  liveInstance: 'refuse',
  liveAtRetirement: 'refuse',
} as const;
const drs = (extension: string | null) => ({
  facts: {
    readiness: { state: 'ready' as const, reasons: [] },
    lagObjective: 'kept' as const,
    recoveryPoint: 'recent' as const,
    lastLaunch: null,
    drill: { state: 'done' as const, lastAt: null, limitDays: 90 },
    extension,
    direction: null,
    reversedDirection: null,
    agentVersion: null,
  },
});

describe('a server of DRS', () => {
  const phases = ['protect', 'drill'] as const;
  const arrives = (replicationState: string | null, extension: string | null = 'NOT_EXTENDED') =>
    arrivalFor(
      { facts: someFacts({ lifecycle: null, replicationState }), drs: drs(extension) },
      { phases, recovery },
    );

  it('is retired however broken it is', () => {
    const retired = { phases: ['retire'] as const, recovery };
    for (const replicationState of ['DISCONNECTED', 'STALLED', null]) {
      const facts = someFacts({ lifecycle: null, replicationState });
      expect(arrivalFor({ facts, drs: drs('EXTENSION_ERROR') }, retired)).toEqual({
        enter: 'retire',
      });
    }
  });

  it('begins with the first phase of its plan, in whatever state it is', () => {
    for (const state of ['CONTINUOUS', 'STOPPED', 'STALLED', 'DREAMING', null]) {
      expect(arrives(state)).toEqual({ enter: 'protect' });
    }
  });

  it('comes to its end where it is disconnected, or its extension is broken', () => {
    expect(arrives('DISCONNECTED')).toMatchObject({
      outcome: 'failed',
      failure: { code: 'ServerDisconnected' },
    });
    expect(arrives('CONTINUOUS', 'EXTENSION_ERROR')).toMatchObject({
      outcome: 'failed',
      failure: { code: 'NotRecoverable' },
    });
  });

  it('enters its recovery in whatever state it is: what speaks against it is judged at the launch', () => {
    for (const state of ['CONTINUOUS', 'DISCONNECTED', null]) {
      expect(
        arrivalFor(
          { facts: someFacts({ replicationState: state }), drs: drs('EXTENSION_ERROR') },
          { phases: ['recover'], recovery },
        ),
      ).toEqual({ enter: 'recover' });
    }
  });

  it('has nothing to go through where its plan has no phase', () => {
    expect(arrivalFor({ facts: someFacts() }, { phases: [], recovery })).toMatchObject({
      outcome: 'skipped',
    });
  });

  it('takes a slot only where it begins to replicate', () => {
    expect(startsToReplicate({ enter: 'protect' })).toBe(true);
    expect(startsToReplicate({ enter: 'replicate' })).toBe(true);
    expect(startsToReplicate({ enter: 'drill' })).toBe(false);
    expect(startsToReplicate({ outcome: 'skipped', reason: '' })).toBe(false);
  });
});

describe('a server of MGN', () => {
  it('arrives by its life cycle', () => {
    expect(arrivalFor({ facts: someFacts({ lifecycle: 'TESTING' }) }, settings)).toEqual({
      enter: 'test',
    });
  });
});

describe('replication in DRS', () => {
  const found = (replicationState: string | null) => replicatingInDrs({ replicationState }).do;
  it('is started where it is stopped, left where it runs, given up where there is no agent', () => {
    expect(found('STOPPED')).toBe('wait');
    expect(found('DISCONNECTED')).toBe('fail');
    for (const state of ['CONTINUOUS', 'INITIATING', 'STALLED', 'DREAMING', null]) {
      expect(found(state)).toBe('nothing');
    }
  });
});
