import type { LookupAddress, lookup } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { probeAddress } from '../../../src/adapters/http/probe.ts';
import { aReceiver } from '../../flow/notify/_receiver.ts';

const here = { timeoutMs: 400, loopback: true };
const http = (url: string, status = 200) => ({ kind: 'http' as const, url, status });

function resolvingTo(...addresses: readonly LookupAddress[]): typeof lookup {
  const answer = (
    _name: string,
    _options: unknown,
    done: (error: null, found: readonly LookupAddress[]) => void,
  ) => done(null, addresses);
  return answer as unknown as typeof lookup;
}

describe('a probe over HTTP', () => {
  test('is good with the expected status, and asks with GET', async () => {
    const receiver = await aReceiver({ status: 200, body: 'fine' });
    expect(await probeAddress(http(receiver.url), here)).toEqual({
      ...{ is: 'probed', good: true, found: 'status 200' },
    });
    expect(receiver.came).toMatchObject([{ method: 'GET', path: '/hook' }]);
  });

  test('is bad with another one, also with a redirect, which it does not follow', async () => {
    const redirect = { status: 302, headers: { location: 'http://127.0.0.1:1/' } };
    const away = await aReceiver(redirect, redirect);
    expect(await probeAddress(http(away.url), here)).toEqual({
      ...{ is: 'probed', good: false, found: 'status 302, not 200' },
    });
    expect(await probeAddress(http(away.url, 302), here)).toMatchObject({ good: true });
  });

  test('is bad without an answer, in time or at all', async () => {
    const silent = await aReceiver('silence');
    expect(await probeAddress(http(silent.url), here)).toMatchObject({
      found: 'no answer in time',
    });
    const rude = await aReceiver('hang-up');
    expect(await probeAddress(http(rude.url), here)).toMatchObject({
      found: 'no answer: ECONNRESET',
    });
  });
});

describe('a probe over TCP', () => {
  test('is good where the connection is taken, bad where nobody is', async () => {
    const receiver = await aReceiver({ status: 200 });
    const { host, port } = new URL(receiver.url);
    expect(await probeAddress({ kind: 'tcp', address: host }, here)).toMatchObject({ good: true });
    expect(Number(port)).toBeGreaterThan(0);
    expect(await probeAddress({ kind: 'tcp', address: '127.0.0.1:1' }, here)).toEqual({
      ...{ is: 'probed', good: false, found: 'no answer: ECONNREFUSED' },
    });
  });
});

describe('an address that must not be spoken to', () => {
  const refused = { is: 'probed', good: false, found: 'the address is one that is not spoken to' };
  const onLambda = { timeoutMs: 400, loopback: false };

  test.each([
    http('http://169.254.169.254/latest/meta-data/'),
    http('http://127.0.0.1:9001/'),
    http('http://[::1]/'),
    { kind: 'tcp' as const, address: '169.254.169.254:80' },
    { kind: 'tcp' as const, address: '127.0.0.1:9001' },
  ])('is not: %o', async (probe) => {
    expect(await probeAddress(probe, onLambda)).toEqual(refused);
  });

  test('is not by a name that leads there, either', async () => {
    const resolve = resolvingTo({ address: '169.254.169.254', family: 4 });
    const sly = { ...here, resolve };
    expect(await probeAddress(http('http://shop.example/'), sly)).toEqual(refused);
    expect(await probeAddress({ kind: 'tcp', address: 'shop.example:80' }, sly)).toEqual(refused);
  });
});
