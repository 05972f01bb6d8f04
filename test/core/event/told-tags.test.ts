import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toldTags } from '../../../src/core/event/told-tags.ts';

describe('toldTags', () => {
  it('tells tags in the order of their keys, whatever order they come in', () => {
    const told = toldTags({ tier: 'web', Name: 'db-1', application: 'shop' });
    expect(JSON.stringify(told)).toBe('{"Name":"db-1","application":"shop","tier":"web"}');
  });

  it.each([
    ['Password', 'x'],
    ['db_passwd', 'x'],
    ['client-secret', 'x'],
    ['AuthToken', 'x'],
    ['credentials', 'x'],
    ['api_key', 'x'],
    ['PrivateKey', 'x'],
    ['aws access key', 'x'],
    ['owner-email', 'x'],
    ['E-Mail', 'x'],
    ['telephone', 'x'],
    ['owner', 'Anna Smith <anna@example.com>'],
    ['note', 'AKIAIOSFODNN7EXAMPLE'],
    ['pem', '-----BEGIN RSA PRIVATE KEY-----'],
  ])('leaves out %s: %s', (key, value) => {
    expect(toldTags({ [key]: value })).toBeUndefined();
    expect(toldTags({ [key]: value, tier: 'web' })).toEqual({ tier: 'web' });
  });

  it.each([
    ['application', 'passenger-service'],
    ['cost-centre', '4711'],
    ['schedule', 'daily@03:00'],
    ['key', 'value'],
  ])('tells %s: %s', (key, value) => {
    expect(toldTags({ [key]: value })).toEqual({ [key]: value });
  });

  it('tells nothing of nothing', () => {
    expect(toldTags({})).toBeUndefined();
  });

  it('tells at most 50 tags of at most 256 characters, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 600 }), fc.string({ maxLength: 600 })),
        (tags) => {
          const told = Object.entries(toldTags(tags) ?? {});
          expect(told.length).toBeLessThanOrEqual(50);
          for (const [key, value] of told) {
            expect(Math.max(key.length, value.length)).toBeLessThanOrEqual(256);
          }
        },
      ),
    );
    const many = Object.fromEntries(
      Array.from({ length: 99 }, (_, i) => [`tag-${i}`, 'x'.repeat(999)]),
    );
    expect(Object.keys(toldTags(many) ?? {})).toHaveLength(50);
  });
});
