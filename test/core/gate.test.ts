import { describe, expect, it } from 'vitest';
import {
  finalizeForbidden,
  type HealthEvidence,
  type SignOff,
  signOffCutover,
} from '../../src/core/gate.ts';
import { frozen, now, someFacts } from './_factories.ts';

const health: HealthEvidence = frozen({
  launch: 'cutover',
  instanceId: 'i-1',
  jobId: 'mgnjob-1',
  at: now,
});
const plan = frozen({ hash: 'h1', name: 'p' });
const facts = someFacts({ lifecycle: 'CUTTING_OVER', instanceId: 'i-1' });

describe('signOffCutover', () => {
  it('signs off the very instance that was healthy, under this plan', () => {
    expect(signOffCutover(health, facts, plan, now)).toEqual({
      signOff: { instanceId: 'i-1', planHash: 'h1', by: 'policy of plan p', at: now },
    });
  });

  it('has nothing to sign where the server is final already', () => {
    expect(signOffCutover(undefined, someFacts({ lifecycle: 'CUTOVER' }), plan, now)).toBe(
      'already-final',
    );
  });

  it.each([
    ['no health on record', undefined],
    ['only a healthy test', { ...health, launch: 'test' as const }],
  ])('refuses with %s', (_name, evidence) => {
    expect(signOffCutover(evidence, facts, plan, now)).toEqual({
      failure: {
        code: 'SignOffMissing',
        message: 'no healthy cutover instance is on record, so there is nothing to sign off',
      },
    });
  });

  it('refuses another instance than the healthy one, and none', () => {
    const other = someFacts({ lifecycle: 'CUTTING_OVER', instanceId: 'i-2' });
    expect(signOffCutover(health, other, plan, now)).toEqual({
      failure: {
        code: 'SignOffMissing',
        message: 'instance i-1 was healthy, but i-2 is launched now',
      },
    });
    expect(signOffCutover(health, undefined, plan, now)).toEqual({
      failure: {
        code: 'SignOffMissing',
        message: 'instance i-1 was healthy, but none is launched now',
      },
    });
  });
});

describe('finalizeForbidden', () => {
  const signOff: SignOff = frozen({ instanceId: 'i-1', planHash: 'h1', by: 'me', at: now });

  it('forbids nothing where the sign-off is for this instance and plan', () => {
    expect(finalizeForbidden(signOff, facts, 'h1')).toBeUndefined();
  });

  it('forbids nothing where the server is final already', () => {
    expect(finalizeForbidden(undefined, someFacts({ lifecycle: 'CUTOVER' }), 'h1')).toBeUndefined();
  });

  it.each([
    ['nobody signed', undefined, facts, 'h1', 'nobody has signed the cutover off'],
    ['the plan changed', signOff, facts, 'h2', 'the plan was changed after the sign-off'],
    [
      'a relaunch',
      signOff,
      someFacts({ lifecycle: 'CUTTING_OVER', instanceId: 'i-2' }),
      'h1',
      'instance i-1 was signed off, but i-2 is launched now',
    ],
    [
      'no instance',
      signOff,
      someFacts({ lifecycle: 'CUTTING_OVER' }),
      'h1',
      'instance i-1 was signed off, but none is launched now',
    ],
  ])('forbids it after %s', (_name, signed, now_, hash, message) => {
    expect(finalizeForbidden(signed, now_, hash)).toEqual({ code: 'SignOffMissing', message });
  });
});
