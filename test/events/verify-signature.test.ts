import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signatureHeader as signedHeader } from '../../src/core/notify/signature.ts';
import { signatureHeader, verifySignature } from '../../src/events/index.ts';

const key = 'a key that is long enough to sign with';
const now = new Date('2026-03-04T16:20:00Z');
const nowSeconds = now.getTime() / 1000;
const sign = (body: string | Uint8Array, at = nowSeconds, by = key) =>
  `t=${at},v1=${createHmac('sha256', by).update(`${at}.`).update(body).digest('hex')}`;

describe('a signature', () => {
  test('holds for the very body, by an independent HMAC, as text and as bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (body) => {
        const bytes = new TextEncoder().encode(body);
        for (const one of [body, bytes]) {
          expect(await verifySignature({ header: sign(body), body: one, key, now })).toEqual({
            ok: true,
            signedAt: now,
          });
        }
        expect(await verifySignature({ header: sign(body), body: `${body} `, key, now })).toEqual({
          ok: false,
          why: 'wrong',
        });
      }),
      { numRuns: 100 },
    );
  });

  test.each<[string, string | undefined | null, string]>([
    ['is not there', undefined, 'missing'],
    ['is null', null, 'missing'],
    ['is empty', '', 'missing'],
    ['is nonsense', 'sha256=abc', 'malformed'],
    ['is cut', sign('{}').slice(0, -1), 'malformed'],
    ['is by another key', sign('{}', nowSeconds, 'another key'), 'wrong'],
    ['is of another time', sign('{}').replace(`t=${nowSeconds}`, `t=${nowSeconds - 1}`), 'wrong'],
    ['is too old', sign('{}', nowSeconds - 301), 'expired'],
    ['is of the future', sign('{}', nowSeconds + 301), 'expired'],
  ])('that %s is refused', async (_, header, why) => {
    expect(await verifySignature({ header, body: '{}', key, now })).toEqual({ ok: false, why });
  });

  test('holds at the edge of the window, which may be another', async () => {
    const old = sign('{}', nowSeconds - 300);
    expect((await verifySignature({ header: old, body: '{}', key, now })).ok).toBe(true);
    expect(
      await verifySignature({ header: old, body: '{}', key, now, toleranceSeconds: 60 }),
    ).toEqual({ ok: false, why: 'expired' });
    expect(
      await verifySignature({ header: old, body: '{}', key, now: new Date(Number.NaN) }),
    ).toEqual({ ok: false, why: 'expired' });
  });

  test('holds by any of several keys, and any of several signatures', async () => {
    const two = `${sign('{}', nowSeconds, 'new')},${sign('{}').split(',')[1]}`;
    expect((await verifySignature({ header: two, body: '{}', key, now })).ok).toBe(true);
    expect(
      (await verifySignature({ header: sign('{}'), body: '{}', key: ['new', key], now })).ok,
    ).toBe(true);
    expect((await verifySignature({ header: two, body: '{}', key: 'third', now })).ok).toBe(false);
  });

  test('needs a key', async () => {
    await expect(verifySignature({ header: sign('{}'), body: '{}', key: [], now })).rejects.toThrow(
      'there is no key',
    );
    await expect(verifySignature({ header: sign('{}'), body: '{}', key: '', now })).rejects.toThrow(
      'there is no key',
    );
  });

  test('stands in the header that the sender writes', () => {
    expect(signatureHeader).toBe(signedHeader);
  });
});
