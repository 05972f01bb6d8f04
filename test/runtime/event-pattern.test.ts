import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isEventPattern,
  patternMatches,
  patternProblems,
  wildcardMatches,
} from '../../src/runtime/event-pattern.ts';

function matches(pattern: unknown, event: unknown): boolean {
  if (!isEventPattern(pattern)) throw new Error(patternProblems(pattern).join('\n'));
  return patternMatches(pattern, event);
}

test.each<[unknown, unknown, boolean]>([
  // exact
  [{ a: ['x'] }, { a: 'x' }, true],
  [{ a: ['x', 'y'] }, { a: 'y' }, true],
  [{ a: ['x'] }, { a: 'X' }, false],
  [{ a: ['x'] }, {}, false],
  [{ a: [1] }, { a: 1 }, true],
  [{ a: [1] }, { a: '1' }, false],
  [{ a: [true] }, { a: true }, true],
  [{ a: [true] }, { a: 'true' }, false],
  [{ a: [null] }, { a: null }, true],
  [{ a: [null] }, {}, false],
  [{ a: [''] }, { a: '' }, true],
  [{ a: [''] }, { a: null }, false],
  // nested, several fields
  [{ a: { b: ['x'] }, c: ['y'] }, { a: { b: 'x', z: 1 }, c: 'y' }, true],
  [{ a: { b: ['x'] }, c: ['y'] }, { a: { b: 'x' }, c: 'z' }, false],
  [{ a: { b: ['x'] } }, { a: 'x' }, false],
  [{ a: ['x'] }, { a: { x: 'x' } }, false],
  // arrays of the event
  [{ a: ['x'] }, { a: ['w', 'x'] }, true],
  [{ a: ['x'] }, { a: [] }, false],
  [{ a: { b: ['x'] } }, { a: [{ b: 'w' }, { b: 'x' }] }, true],
  // prefix and suffix
  [{ a: [{ prefix: 'ab' }] }, { a: 'abc' }, true],
  [{ a: [{ prefix: 'ab' }] }, { a: 'ABc' }, false],
  [{ a: [{ prefix: 'ab' }] }, { a: 7 }, false],
  [{ a: [{ prefix: { 'equals-ignore-case': 'ab' } }] }, { a: 'ABc' }, true],
  [{ a: [{ suffix: '.png' }] }, { a: 'x.png' }, true],
  [{ a: [{ suffix: '.png' }] }, { a: 'x.PNG' }, false],
  [{ a: [{ suffix: { 'equals-ignore-case': '.png' } }] }, { a: 'x.PNG' }, true],
  // equals-ignore-case
  [{ a: [{ 'equals-ignore-case': 'Failed' }] }, { a: 'FAILED' }, true],
  [{ a: [{ 'equals-ignore-case': 'Failed' }] }, { a: 'Failure' }, false],
  // anything-but
  [{ a: [{ 'anything-but': 'x' }] }, { a: 'y' }, true],
  [{ a: [{ 'anything-but': 'x' }] }, { a: 'x' }, false],
  [{ a: [{ 'anything-but': 'x' }] }, {}, false],
  [{ a: [{ 'anything-but': 5 }] }, { a: 6 }, true],
  [{ a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'y' }, false],
  [{ a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'z' }, true],
  [{ a: [{ 'anything-but': { prefix: 'x' } }] }, { a: 'xyz' }, false],
  [{ a: [{ 'anything-but': { prefix: ['x', 'y'] } }] }, { a: 'abc' }, true],
  [{ a: [{ 'anything-but': { suffix: 'z' } }] }, { a: 'xyz' }, false],
  [{ a: [{ 'anything-but': { wildcard: '*/lib/*' } }] }, { a: 'a/lib/b' }, false],
  [{ a: [{ 'anything-but': { wildcard: '*/lib/*' } }] }, { a: 'a/bin/b' }, true],
  [{ a: [{ 'anything-but': { 'equals-ignore-case': ['X'] } }] }, { a: 'x' }, false],
  // numeric
  [{ a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 5 }, true],
  [{ a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 0 }, false],
  [{ a: [{ numeric: ['=', 3.5] }] }, { a: 3.5 }, true],
  [{ a: [{ numeric: ['>=', 3] }] }, { a: '4' }, false],
  [{ a: [{ numeric: ['<', 3] }] }, { a: 2.9 }, true],
  // exists
  [{ a: [{ exists: true }] }, { a: 0 }, true],
  [{ a: [{ exists: true }] }, { a: null }, true],
  [{ a: [{ exists: true }] }, {}, false],
  [{ a: [{ exists: false }] }, {}, true],
  [{ a: [{ exists: false }] }, { a: 1 }, false],
  [{ a: { b: [{ exists: false }] } }, {}, true],
  [{ a: [{ exists: true }] }, { a: { b: 1 } }, false],
  // cidr
  [{ a: [{ cidr: '10.0.0.0/24' }] }, { a: '10.0.0.255' }, true],
  [{ a: [{ cidr: '10.0.0.0/24' }] }, { a: '10.0.1.0' }, false],
  [{ a: [{ cidr: '10.0.0.0/24' }] }, { a: 'ten' }, false],
  [{ a: [{ cidr: '0.0.0.0/0' }] }, { a: '1.2.3.4' }, true],
  [{ a: [{ cidr: '2001:db8::/32' }] }, { a: '2001:db8:1::7' }, true],
  [{ a: [{ cidr: '2001:db8::/32' }] }, { a: '2001:db9::1' }, false],
  [{ a: [{ cidr: '2001:db8::/32' }] }, { a: '10.0.0.1' }, false],
  // wildcard
  [{ a: [{ wildcard: 'ab*ef' }] }, { a: 'abcdef' }, true],
  [{ a: [{ wildcard: 'ab*ef' }] }, { a: 'abe' }, false],
  [{ a: [{ wildcard: 'a\\*b' }] }, { a: 'a*b' }, true],
  [{ a: [{ wildcard: 'a\\*b' }] }, { a: 'axb' }, false],
  // $or
  [{ $or: [{ a: ['x'] }, { b: [1] }] }, { b: 1 }, true],
  [{ $or: [{ a: ['x'] }, { b: [1] }] }, { a: 'y', b: 2 }, false],
  [{ c: ['z'], $or: [{ a: ['x'] }, { b: [1] }] }, { a: 'x', c: 'y' }, false],
  [{ d: { $or: [{ a: ['x'] }, { a: ['y'] }] } }, { d: { a: 'y' } }, true],
])('%j on %j: %s', (pattern, event, answer) => {
  expect(matches(pattern, event)).toBe(answer);
});

describe('patterns that EventBridge refuses', () => {
  test.each([
    [{}],
    [[]],
    ['x'],
    [{ a: 'x' }],
    [{ a: [] }],
    [{ a: {} }],
    [{ a: [{ like: 'x' }] }],
    [{ a: [{ prefix: 'x', suffix: 'y' }] }],
    [{ a: [{ numeric: ['>'] }] }],
    [{ a: [{ numeric: [0, '>'] }] }],
    [{ a: [{ numeric: ['<>', 0] }] }],
    [{ a: [{ cidr: '10.0.0.0' }] }],
    [{ a: [{ cidr: '10.0.0.0/33' }] }],
    [{ a: [{ wildcard: 'a**b' }] }],
    [{ a: [{ 'anything-but': [] }] }],
    [{ $or: [{ a: ['x'] }] }],
    [{ $or: 'x' }],
  ])('%j', (pattern) => {
    expect(patternProblems(pattern)).not.toEqual([]);
  });
});

describe('laws', () => {
  const text = fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', '*', '\\', 'ä') });

  test('an event fits the pattern made of its own values', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), {
          minKeys: 1,
        }),
        (event) => {
          const own = Object.entries(event).filter(([key]) => key !== '$or' && key !== '__proto__');
          fc.pre(own.length > 0);
          expect(
            matches(Object.fromEntries(own.map(([key, value]) => [key, [value]])), event),
          ).toBe(true);
        },
      ),
    );
  });

  test('anything-but a text is the opposite of the text, for texts', () => {
    fc.assert(
      fc.property(text, text, (wanted, value) => {
        expect(matches({ a: [{ 'anything-but': wanted }] }, { a: value })).toBe(
          !matches({ a: [wanted] }, { a: value }),
        );
      }),
    );
  });

  test('exists: true is the opposite of exists: false', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue()), (event) => {
        expect(matches({ a: [{ exists: true }] }, event)).toBe(
          !matches({ a: [{ exists: false }] }, event),
        );
      }),
    );
  });

  test('a wildcard says what the regular expression in its place says', () => {
    fc.assert(
      fc.property(text, text, (wildcard, value) => {
        const source = wildcard.replace(/\\\\|\\\*|\*|[^*]/gu, (part) =>
          part === '*' ? '.*' : part.length > 1 ? `\\${part[1]}` : part.replace(/[\\]/, '\\\\'),
        );
        expect(wildcardMatches(wildcard, value)).toBe(new RegExp(`^${source}$`, 'su').test(value));
      }),
    );
  });

  test('$or holds as soon as one alternative holds', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 2 }), text, (wanted, value) => {
        expect(matches({ $or: wanted.map((one) => ({ a: [one] })) }, { a: value })).toBe(
          wanted.includes(value),
        );
      }),
    );
  });
});
