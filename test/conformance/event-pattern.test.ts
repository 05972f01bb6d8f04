import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { together, valuesAt } from '../../src/runtime/event-pattern/values-at.ts';
import { mostComplex, wildcardComplexity } from '../../src/runtime/event-pattern/wildcard.ts';
import {
  isEventPattern,
  patternMatches,
  patternProblems,
} from '../../src/runtime/event-pattern.ts';
import { patternCorpus } from './event-pattern-corpus.ts';
import { refusals } from './event-pattern-refusals.ts';

function matches(pattern: unknown, event: unknown): boolean {
  if (!isEventPattern(pattern)) throw new Error(patternProblems(pattern).join('\n'));
  return patternMatches(pattern, event);
}

test.each(refusals)('$pattern is $ours', ({ pattern, ours }) => {
  expect(patternProblems(pattern).length > 0 ? 'refused' : 'taken').toBe(ours);
});

test.each([
  [{ a: 'x' }, 'pattern.a: must be a list of values, or an object'],
  [{ a: [] }, 'pattern.a: is an empty list'],
  [{ a: {} }, 'pattern.a: is empty'],
  [{ a: [['x']] }, 'pattern.a: ["x"]: is a list in a list'],
  [
    { a: [{ like: 'x' }] },
    'pattern.a: {"like":"x"}: "like" is no operator; there are prefix, suffix, equals-ignore-case, wildcard, cidr, exists, numeric, anything-but',
  ],
  [
    { a: [{ prefix: 'x', suffix: 'y' }] },
    'pattern.a: {"prefix":"x","suffix":"y"}: has 2 operators where one is allowed',
  ],
  [{ a: [{ exists: 1 }] }, 'pattern.a: {"exists":1}: exists must be true or false'],
  [
    { a: [{ numeric: ['<', 5, '>', 0] }] },
    'pattern.a: {"numeric":["<",5,">",0]}: numeric must be one comparison, or > or >= and then < or <=, each with its number',
  ],
  [
    { a: [{ cidr: '10.0.0.0/32' }] },
    'pattern.a: {"cidr":"10.0.0.0/32"}: cidr needs 0 to 31 bits behind the /',
  ],
  [{ a: [{ wildcard: 'a**b' }] }, 'pattern.a: {"wildcard":"a**b"}: wildcard has two * in a row'],
  [{ $or: [{ a: ['x'] }] }, 'pattern.$or: needs two alternatives or more'],
  [
    { $or: [{ prefix: ['x'] }, { a: ['x'] }] },
    'pattern.$or.0.prefix: is a name that AWS keeps for itself in $or',
  ],
  [
    { a: ['x'], $or: [{ a: ['y'] }, { b: ['z'] }] },
    'pattern.a: is wanted twice, beside $or and in it',
  ],
  [
    { $or: Array.from({ length: 1001 }, (_, i) => ({ a: [i] })) },
    'pattern: its $or come to 1001 combinations, over 1000',
  ],
  [
    { a: [{ wildcard: '*a*a*a*a*a*a*' }] },
    'pattern.a: its wildcards are too complex together; use fewer *, and fewer repeated characters behind them',
  ],
])('%j: %s', (pattern, problem) => {
  expect(patternProblems(pattern)).toEqual([problem]);
});

test('all that is wrong with a pattern is said at once', () => {
  expect(patternProblems({ a: 'x', b: { c: [{ exists: 1 }, { like: 2 }] } })).toHaveLength(3);
});

describe('where the documentation is silent, it is as AWS’s own matcher has it', () => {
  test.each<[unknown, unknown, boolean]>([
    // what is no text is anything but a text
    [{ a: [{ 'anything-but': { prefix: 'x' } }] }, { a: 5 }, true],
    [{ a: [{ 'anything-but': { wildcard: 'x*' } }] }, { a: null }, true],
    [{ a: [{ 'anything-but': { 'equals-ignore-case': 'x' } }] }, { a: true }, true],
    [{ a: [{ 'anything-but': 'x' }] }, { a: {} }, false],
    // a list takes part by its elements
    [{ a: [{ 'anything-but': 'x' }] }, { a: ['x', 'y'] }, true],
    [{ a: ['x'] }, { a: [['x']] }, true],
    [{ a: [{ exists: true }] }, { a: [] }, false],
    // members of one list hold in one element
    [{ a: { b: [1], c: [2] } }, { a: [{ b: 1 }, { c: 2 }] }, false],
    [{ a: { b: [1], c: [2] } }, { a: [{ b: 1, c: 2 }] }, true],
    [{ a: { b: [1], c: [{ exists: false }] } }, { a: [{ b: 1 }, { c: 2 }] }, true],
    [{ a: { b: [{ exists: false }], c: [2] } }, { a: [{ b: 1 }, { c: 2 }] }, false],
    [{ a: { d: { e: [1] }, c: [2] } }, { a: [{ d: [{ e: 0 }, { e: 1 }], c: 2 }] }, true],
    // a key with a dot
    [{ a: { 'b.c': ['x'] } }, { a: { b: { c: 'x' } } }, true],
    [{ a: { b: { c: ['x'] } } }, { a: { 'b.c': 'x' } }, true],
    // blocks
    [{ a: [{ cidr: '10.0.0.5/24' }] }, { a: '10.0.0.1' }, true],
    [{ a: [{ cidr: '10.0.0.0/8' }] }, { a: '::ffff:10.0.0.1' }, false],
    // numbers beyond what numeric compares
    [{ a: [{ numeric: ['>', 0] }] }, { a: 6e9 }, false],
    [{ a: [6e9] }, { a: 6e9 }, true],
  ])('%j on %j: %s', (pattern, event, answer) => {
    expect(matches(pattern, event)).toBe(answer);
  });
});

test('the complexity of wildcards is counted as AWS’s own matcher counts it', () => {
  const counted = [
    [],
    [''],
    ['*'],
    ['abc*'],
    ['*a*b*c*d*e*f*g*'],
    ['*a*a*a*a*'],
    ['*a', '*b'],
    ['ab*', 'ab*c'],
  ];
  expect(counted.map((one) => wildcardComplexity(one))).toEqual([0, 1, 2, 2, 9, 9, 4, 4]);
  // However many there are, counting ends soon.
  expect(wildcardComplexity(['*a'.repeat(500)])).toBeGreaterThan(mostComplex);
});

test('values are found with the elements that they stand in', () => {
  const [first, second] = valuesAt({ a: [{ b: [1, 2] }, { b: 3 }] }, 'a.b');
  expect([first?.value, second?.value]).toEqual([1, 2]);
  expect(together(first?.within ?? [], second?.within ?? [])).toBeUndefined();
  expect(valuesAt(7, 'a')).toEqual([]);
  expect(valuesAt({ a: 1 }, 'toString')).toEqual([]);
});

test('law: a pattern that is taken never throws on any event', () => {
  const patterns = patternCorpus(3, 4).map(({ pattern }) => pattern);
  fc.assert(
    fc.property(fc.constantFrom(...patterns), fc.jsonValue(), (pattern, event) => {
      expect(typeof matches(pattern, event)).toBe('boolean');
    }),
  );
});
