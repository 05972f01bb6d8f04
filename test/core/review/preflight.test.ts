import { describe, expect, test } from 'vitest';
import { publishedQuotas } from '../../../src/core/admission.ts';
import type { Checking } from '../../../src/core/review/checking.ts';
import { preflightBefore } from '../../../src/core/review/preflight.ts';
import type { WaveView } from '../../../src/core/review/wave-view.ts';
import { aPolicy } from '../_factories.ts';

const target = 'mgn:111122223333:us-east-1';
const since = '2026-03-04T10:00:00.000Z';
const silent = (is: 'heard' | 'silent'): Checking['facts'] => ({
  wave: 'one',
  plan: [],
  servers: [
    {
      server: 's-1',
      hostname: null,
      target,
      tier: 0,
      facts: { freePeriodUsed: is === 'silent' ? 0 : 90 },
      needsSlot: false,
      vcenterClientId: 'vcc-1',
      tags: {},
      drift: {},
      recommendedType: null,
      otherWaves: [],
    },
  ],
  targets: { [target]: { activeServers: 0, quotas: publishedQuotas, clients: { 'vcc-1': is } } },
});
const view = (is: Partial<Checking> = {}): WaveView => ({
  policy: aPolicy(),
  members: [],
  cohort: ['s-1'],
  acknowledgedFailures: 0,
  checking: {
    plan: undefined,
    facts: silent('silent'),
    unseenTargets: [],
    cohort: 1,
    warned: ['test free-period-ending s-1'],
    pauses: [],
    ...is,
  },
});
const asked = (wave: WaveView, at = since) => preflightBefore(wave, 'test', ['s-1'], at);
const blocked = { phase: 'test', cohort: 1, since, servers: ['s-1'], findings: [] } as const;

describe('before a phase', () => {
  test('a blocking finding is waited on, with the reason', () => {
    expect(asked(view())).toMatchObject({
      kind: 'await-preflight',
      phase: 'test',
      findings: [{ rule: 'vcenter-client-heard', servers: ['s-1'] }],
    });
  });

  test('nothing found, and nobody asked: the phase may begin', () => {
    expect(asked(view({ facts: silent('heard') }))).toBeUndefined();
    const { checking: _, ...unasked } = view();
    expect(asked(unasked)).toBeUndefined();
    expect(preflightBefore(view(), 'rollback', ['s-1'], since)).toBeUndefined();
  });

  test('what was blocked and is mended is cleared first', () => {
    expect(asked(view({ facts: silent('heard'), blocked }))).toEqual({
      kind: 'clear-preflight',
      phase: 'test',
    });
  });

  test('a warning is told once', () => {
    const warned = view({ facts: silent('heard'), warned: [] });
    expect(asked(warned)).toMatchObject({
      kind: 'warn',
      findings: [{ rule: 'free-period-ending' }],
    });
  });

  test('a first look that is under way is waited for where something is launched', () => {
    const unseen = view({ facts: silent('heard'), unseenTargets: [target] });
    expect(asked(unseen)).toMatchObject({ kind: 'await-preflight', findings: [] });
    expect(preflightBefore(unseen, 'finalize', ['s-1'], since)).toBeUndefined();
    expect(asked(view({ facts: silent('heard'), unseenTargets: ['mgn:other'] }))).toBeUndefined();
  });

  test('after the deadline its servers are given up; a pause extends it', () => {
    const late = '2026-03-07T10:00:00.000Z';
    expect(asked(view({ blocked }), late)).toMatchObject({
      kind: 'settle',
      outcomes: [{ server: 's-1', outcome: { outcome: 'skipped', code: 'PreflightBlocked' } }],
    });
    const pauses = [{ from: since, until: '2026-03-05T10:00:00.000Z' }];
    expect(asked(view({ blocked, pauses }), late)).toMatchObject({ kind: 'await-preflight' });
    // What another cohort waited for says nothing of this one.
    expect(asked(view({ blocked, cohort: 2 }), late)).toMatchObject({ kind: 'await-preflight' });
  });
});
