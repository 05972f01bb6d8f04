import { describe, expect, it } from 'vitest';
import { clientsAfter } from '../../../src/core/change/client-silence.ts';
import { plusSeconds } from '../../../src/core/time.ts';
import { now } from '../_factories.ts';

const client = (id: string, silentSeconds: number | undefined) => ({
  id,
  lastSeenAt: silentSeconds === undefined ? undefined : plusSeconds(now, -silentSeconds),
});

describe('vCenter clients', () => {
  it('fall silent beyond 15 minutes, and are back within 12', () => {
    expect(
      clientsAfter({ a: 'heard', b: 'heard' }, [client('b', 901), client('a', 900)], now),
    ).toEqual({
      contacts: { a: 'heard', b: 'silent' },
      news: [{ id: 'b', news: 'silent', lastSeenAt: plusSeconds(now, -901) }],
    });
    expect(
      clientsAfter({ a: 'silent', b: 'silent' }, [client('a', 721), client('b', 720)], now),
    ).toEqual({
      contacts: { a: 'silent', b: 'heard' },
      news: [{ id: 'b', news: 'back', lastSeenAt: plusSeconds(now, -720) }],
    });
  });

  it('that are no longer listed were removed', () => {
    expect(clientsAfter({ a: 'silent', b: 'heard' }, [client('b', 0)], now)).toEqual({
      contacts: { b: 'heard' },
      news: [{ id: 'a', news: 'removed', lastSeenAt: undefined }],
    });
  });

  it('that are new are told only when they are silent', () => {
    expect(clientsAfter({}, [client('a', 0), client('b', 5000)], now).news).toEqual([
      { id: 'b', news: 'silent', lastSeenAt: plusSeconds(now, -5000) },
    ]);
  });

  it('are noted without a word where there was no list before', () => {
    expect(clientsAfter(undefined, [client('a', 5000), client('b', 0)], now)).toEqual({
      contacts: { a: 'silent', b: 'heard' },
      news: [],
    });
  });

  it('that tell no stamp are what they were', () => {
    expect(
      clientsAfter({ a: 'silent' }, [client('a', undefined), client('b', undefined)], now),
    ).toEqual({
      contacts: { a: 'silent', b: 'heard' },
      news: [],
    });
  });

  it('that did not change are not told', () => {
    expect(clientsAfter({ a: 'silent' }, [client('a', 9000)], now).news).toEqual([]);
  });
});
