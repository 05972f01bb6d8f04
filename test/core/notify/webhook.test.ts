import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReceiver } from '../../../src/core/notify/receiver.ts';
import { judgeReply, retryAfterSeconds } from '../../../src/core/notify/reply.ts';
import { readSignature, writeSignature } from '../../../src/core/notify/signature.ts';
import {
  eachByItself,
  inBatches,
  mostEventsOfRequest,
  requestBytes,
} from '../../../src/core/notify/webhook.ts';
import { eventLike, manyServers } from './_events.ts';

const hash = (ids: readonly string[]) => createHash('sha256').update(ids.join()).digest('hex');

describe('requests to a webhook', () => {
  test('of single events are the event, under its own id', () => {
    const [event] = manyServers(1);
    const [request] = eachByItself(manyServers(1));
    expect(request).toMatchObject({
      idempotencyKey: 'event-server-0',
      body: JSON.stringify(event),
    });
    const [odd] = eachByItself([eventLike('Wave Held', { eventId: 'ä\r\nx: y' })]);
    expect(odd?.idempotencyKey).toBe('%C3%A4%0D%0Ax%3A%20y');
  });

  test('of batches hold each event once, a hundred and 256 KB at most', () => {
    const long = manyServers(250).map((event, i) => ({
      ...event,
      detail: { ...event.detail, reason: 'x'.repeat(i % 7 === 0 ? 9000 : 10) },
    }));
    const requests = inBatches('records', long, hash);
    expect(requests.flatMap(({ events }) => events)).toEqual(long);
    for (const { body, events, idempotencyKey } of requests) {
      expect(events.length).toBeLessThanOrEqual(mostEventsOfRequest);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(requestBytes + 300);
      expect(JSON.parse(body)).toEqual({
        version: 1,
        batch: idempotencyKey,
        channel: 'records',
        events,
      });
    }
    expect(new Set(requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(
      requests.length,
    );
    expect(inBatches('records', long, hash)).toEqual(requests);
    expect(requests.length).toBeGreaterThan(2);
  });
});

describe('a reply', () => {
  const now = Date.parse('2026-03-04T16:20:00Z');
  test.each([
    [200, 'taken'],
    [204, 'taken'],
    [301, 'refused'],
    [307, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [410, 'refused'],
    [408, 'again'],
    [425, 'again'],
    [429, 'again'],
    [500, 'again'],
    [503, 'again'],
  ])('of %i is %s', (status, end) => {
    expect(judgeReply({ status, text: 'no\nway' }, now)).toMatchObject(
      end === 'taken' ? { end } : { end, reason: `the receiver answered ${status}: no way` },
    );
  });

  test('that never came is waited for again; what must not be spoken to is not', () => {
    expect(judgeReply({ status: undefined, problem: 'the time was over' }, now).end).toBe('again');
    expect(judgeReply({ status: 'forbidden', problem: 'link-local' }, now).end).toBe('refused');
  });

  test.each([
    ['120', 120],
    [' 0 ', 0],
    ['Wed, 04 Mar 2026 16:20:30 GMT', 30],
    ['Wed, 04 Mar 2026 16:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('asks for rest with %j', (header, seconds) => {
    expect(retryAfterSeconds(header, now)).toBe(seconds);
    const reply = {
      status: 429,
      text: '',
      ...(header === undefined ? {} : { retryAfter: header }),
    };
    expect(judgeReply(reply, now)).toEqual({
      end: 'again',
      reason: 'the receiver answered 429',
      ...(seconds === undefined ? {} : { afterSeconds: seconds }),
    });
  });
});

describe('the secret of a receiver', () => {
  const key = 'k'.repeat(32);
  const signed = { signed: true, loopback: false };
  const plain = { signed: false, loopback: false };

  test('is the address, or JSON with the keys', () => {
    expect(parseReceiver(' https://hooks.slack.com/services/T/B/x\n', plain)).toEqual({
      ok: true,
      receiver: { url: 'https://hooks.slack.com/services/T/B/x', keys: [] },
    });
    const url = 'https://example.com/hook';
    expect(
      parseReceiver(JSON.stringify({ url, key, previousKey: 'p'.repeat(40) }), signed),
    ).toEqual({
      ok: true,
      receiver: { url, keys: [key, 'p'.repeat(40)] },
    });
    expect(parseReceiver(JSON.stringify({ url }), plain).ok).toBe(true);
  });

  test.each([
    ['{', 'the secret is no JSON object'],
    ['{"key":"x"}', 'the secret has no url'],
    ['{"url":"https://example.com"}', 'the secret has no key'],
    [
      '{"url":"https://example.com","key":"short-secret"}',
      'a key of the secret is no text of 32 characters or more',
    ],
    [`{"url":"https://example.com","previousKey":"${key}"}`, 'the secret has no key'],
    [
      `{"url":"http://example.com/s3cret","key":"${key}"}`,
      'the url of the secret is no https:// address (http:// is only for this machine itself)',
    ],
    ['no address', 'the url of the secret is no address'],
    [
      `{"url":"https://169.254.169.254/s3cret","key":"${key}"}`,
      'the url of the secret leads to a link-local, multicast or unspecified address',
    ],
  ])('that is %s is refused, with nothing of it told', (secret, problem) => {
    expect(parseReceiver(secret, signed)).toEqual({ ok: false, problem });
  });
});

describe('the header of a signature', () => {
  test('is read as it was written', () => {
    const hex = fc
      .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 })
      .map((digits) => digits.join(''));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 99_999_999_999 }),
        fc.array(hex, { minLength: 1, maxLength: 3 }),
        (atSeconds, signatures) => {
          expect(readSignature(writeSignature(atSeconds, signatures))).toEqual({
            atSeconds,
            signatures,
          });
        },
      ),
    );
  });

  test.each([
    '',
    't=1',
    'v1=ab',
    `v1=${'a'.repeat(64)}`,
    `t=1,t=2,v1=${'a'.repeat(64)}`,
    `t=x,v1=${'a'.repeat(64)}`,
    `t=1,v1=${'A'.repeat(64)}`,
  ])('is none in %j', (header) => {
    expect(readSignature(header)).toBeUndefined();
  });

  test('may have parts of another version beside', () => {
    const signature = 'a'.repeat(64);
    expect(readSignature(`t=5, v2=new, v1=${signature}`)).toEqual({
      atSeconds: 5,
      signatures: [signature],
    });
  });
});
