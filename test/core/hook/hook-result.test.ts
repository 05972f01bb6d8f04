import { describe, expect, it } from 'vitest';
import { readHookResult } from '../../../src/core/hook/hook-result.ts';
import { fillProbe } from '../../../src/core/hook/probe-target.ts';

describe('the answer of a function', () => {
  it('is read as it is; what is not known of it is left', () => {
    expect(
      readHookResult({ status: 'succeeded', evidence: { stopped: 3 }, more: 'of its own' }),
    ).toEqual({ status: 'succeeded', evidence: { stopped: 3 } });
    expect(readHookResult({ status: 'pending', reason: null, evidence: null })).toEqual({
      status: 'pending',
    });
  });

  it.each([
    undefined,
    null,
    'succeeded',
    {},
    { status: 'SUCCEEDED' },
    { status: 'failed', reason: 1 },
  ])('that is no result is a failure: %j', (answer) => {
    const { status, reason } = readHookResult(answer);
    expect(status).toBe('failed');
    expect(reason).toMatch(/^its answer is no result of a hook: /);
  });

  it('is cut where it is long', () => {
    const read = readHookResult({
      status: 'failed',
      reason: 'x'.repeat(5000),
      evidence: { log: 'y'.repeat(5000) },
    });
    expect(read.reason).toHaveLength(1000);
    expect(read.evidence).toMatchObject({ characters: 5010 });
    expect(JSON.stringify(read.evidence).length).toBeLessThan(2200);
  });
});

describe('the address of a probe', () => {
  const facts = {
    hostname: 'shop-1',
    sourceServerId: 's-1',
    instanceId: 'i-1',
    privateIp: '10.0.0.7',
    privateDnsName: undefined,
  };

  it('has everything filled in', () => {
    expect(fillProbe('https://{privateIp}/{hostname}?of={instanceId}', facts)).toEqual({
      ok: true,
      text: 'https://10.0.0.7/shop-1?of=i-1',
    });
  });

  it('is none where something is not known, or comes as more than a name', () => {
    expect(fillProbe('{privateDnsName}:22', facts)).toEqual({
      ok: false,
      problem: 'its {privateDnsName} is not known',
    });
    const sly = { ...facts, hostname: 'evil.example/?x=' };
    expect(fillProbe('http://{hostname}/', sly)).toEqual({
      ok: false,
      problem: 'its {hostname} is no plain name or address',
    });
    expect(fillProbe('http://{toString}/', facts).ok).toBe(false);
  });
});
