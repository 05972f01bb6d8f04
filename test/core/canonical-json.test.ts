import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';

test('has members in the order of their names, no blanks, and leaves out what is undefined', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'ü\n' }], a: undefined, aa: 1e21, A: -0 })).toBe(
    '{"A":0,"aa":1e+21,"b":[1,{"c":"ü\\n","d":null}]}',
  );
});

test('is the same for equal values, reads back as the value, and is its own canonical form', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      const read: unknown = JSON.parse(text);
      expect(read).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(read)).toBe(text);
    }),
  );
});
