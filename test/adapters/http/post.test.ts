import type { LookupAddress, lookup } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { post } from '../../../src/adapters/http/post.ts';
import { aReceiver } from '../../flow/notify/_receiver.ts';

const here = { timeoutMs: 400, loopback: true };
const request = (url: string) => ({ url, headers: { 'x-own': 'yes' }, body: '{"ä":1}' });

/** Resolves every name to the same addresses, as a hostile name server may. */
function resolvingTo(...addresses: readonly LookupAddress[]): typeof lookup {
  const answer = (
    _name: string,
    _options: unknown,
    done: (error: null, found: readonly LookupAddress[]) => void,
  ) => done(null, addresses);
  return answer as unknown as typeof lookup;
}

describe('a post', () => {
  test('carries its body whole, and answers what came back', async () => {
    const receiver = await aReceiver({
      status: 503,
      headers: { 'retry-after': '7' },
      body: 'later',
    });
    expect(await post(request(receiver.url), here)).toEqual({
      status: 503,
      text: 'later',
      retryAfter: '7',
    });
    expect(receiver.came).toMatchObject([
      {
        method: 'POST',
        path: '/hook',
        body: '{"ä":1}',
        headers: { 'x-own': 'yes', 'content-length': '8', 'user-agent': 'landfall' },
      },
    ]);
  });

  test('reads no more than 2 KB of an answer', async () => {
    const receiver = await aReceiver({ status: 200, body: 'x'.repeat(1_000_000) });
    const reply = await post(request(receiver.url), { ...here, timeoutMs: 5000 });
    expect(reply).toEqual({ status: 200, text: 'x'.repeat(2048) });
  });

  test('waits no longer than it may', async () => {
    const receiver = await aReceiver('silence');
    expect(await post(request(receiver.url), here)).toEqual({
      status: undefined,
      problem: 'the receiver gave no answer: the time was over',
    });
  });

  test('names what went wrong, not the address', async () => {
    const receiver = await aReceiver('hang-up');
    expect(await post(request(receiver.url), here)).toEqual({
      status: undefined,
      problem: 'the receiver gave no answer: ECONNRESET',
    });
    expect(await post(request('http://127.0.0.1:9/s3cret'), here)).toEqual({
      status: undefined,
      problem: 'the receiver gave no answer: ECONNREFUSED',
    });
  });

  test('follows no redirect', async () => {
    const elsewhere = await aReceiver();
    const receiver = await aReceiver({ status: 307, headers: { location: elsewhere.url } });
    expect(await post(request(receiver.url), here)).toMatchObject({ status: 307 });
    expect(elsewhere.came).toEqual([]);
  });

  test.each(['169.254.169.254', 'fe80::1', 'fd00:ec2::254', '::ffff:169.254.169.254', '0.0.0.0'])(
    'connects to no name that leads to %s, even as one of several',
    async (address) => {
      const family = address.includes(':') ? 6 : 4;
      const resolve = resolvingTo({ address: '192.0.2.1', family: 4 }, { address, family });
      expect(await post(request('https://hooks.example.com/'), { ...here, resolve })).toEqual({
        status: 'forbidden',
        problem: 'the name of the receiver leads to an address that is not spoken to',
      });
    },
  );

  test('connects to this machine by no name where it may not', async () => {
    const resolve = resolvingTo({ address: '127.0.0.1', family: 4 });
    const asked = { timeoutMs: 400, loopback: false, resolve };
    expect(await post(request('https://hooks.example.com/'), asked)).toMatchObject({
      status: 'forbidden',
    });
    const receiver = await aReceiver();
    expect(await post(request(receiver.url), asked)).toMatchObject({ status: 'forbidden' });
    expect(receiver.came).toEqual([]);
  });
});
