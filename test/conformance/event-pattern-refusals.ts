/** A pattern that is refused or taken, and where MiniStack sees it otherwise, why we do not follow. */
export interface Refusal {
  readonly pattern: unknown;
  readonly ours: 'refused' | 'taken';
  readonly ministack?: 'refused' | 'taken';
  readonly why?: string;
}

const refused = (pattern: unknown): Refusal => ({ pattern, ours: 'refused' });
const taken = (pattern: unknown): Refusal => ({ pattern, ours: 'taken' });
const leaf = (wanted: unknown) => ({ a: [wanted] });

/** Patterns at the borders of what EventBridge takes. */
export const refusals: readonly Refusal[] = [
  // the form
  ...[{}, [], 'x', 1, null, { a: 'x' }, { a: 1 }, { a: null }, { a: [] }, { a: {} }].map(refused),
  ...[{ a: { b: 'x' } }, { a: { b: [] } }, { a: [['x']] }, { a: [[]] }, { a: [{}] }].map(refused),
  ...[{ a: [''] }, { a: [null] }, { a: [true, 1, 'x'] }, { a: { b: { c: ['x'] } } }].map(taken),
  // operators
  ...[{ like: 'x' }, { prefix: 'x', suffix: 'y' }, { exists: true, prefix: 'x' }].map((one) =>
    refused(leaf(one)),
  ),
  ...[{ Prefix: 'x' }, { 'anything-but': 'x', cidr: '10.0.0.0/8' }].map((one) =>
    refused(leaf(one)),
  ),
  // prefix, suffix, equals-ignore-case
  ...[{ prefix: 1 }, { prefix: null }, { prefix: ['x'] }, { prefix: {} }, { suffix: [] }].map(
    (one) => refused(leaf(one)),
  ),
  ...[{ prefix: { suffix: 'x' } }, { suffix: { 'equals-ignore-case': 1 } }].map((one) =>
    refused(leaf(one)),
  ),
  ...[{ 'equals-ignore-case': 1 }, { 'equals-ignore-case': ['x'] }].map((one) =>
    refused(leaf(one)),
  ),
  ...[{ prefix: '' }, { suffix: '' }, { prefix: { 'equals-ignore-case': '' } }].map((one) =>
    taken(leaf(one)),
  ),
  // anything-but
  ...[
    true,
    null,
    [],
    [null],
    [true],
    ['x', 1],
    {},
    { cidr: '10.0.0.0/8' },
    { numeric: ['>', 1] },
  ].map((one) => refused(leaf({ 'anything-but': one }))),
  ...[{ prefix: '' }, { suffix: '' }, { prefix: ['x', ''] }, { prefix: 1 }, { suffix: [1] }].map(
    (one) => refused(leaf({ 'anything-but': one })),
  ),
  ...[{ prefix: { 'equals-ignore-case': 'x' } }, { exists: true }, { 'anything-but': 'x' }].map(
    (one) => refused(leaf({ 'anything-but': one })),
  ),
  ...[{ prefix: 'x', suffix: 'y' }, { wildcard: 'a**b' }, { wildcard: [] }, { prefix: [] }].map(
    (one) => refused(leaf({ 'anything-but': one })),
  ),
  ...['', 'x', 1, ['x', 'y'], [1, 2.5], { prefix: ['x', 'y'] }, { suffix: 'x' }].map((one) =>
    taken(leaf({ 'anything-but': one })),
  ),
  ...[{ 'equals-ignore-case': ['x', ''] }, { wildcard: ['*x', 'y*'] }, { wildcard: '' }].map(
    (one) => taken(leaf({ 'anything-but': one })),
  ),
  // numeric
  ...[[], ['>'], [0, '>'], ['<>', 0], ['>', '0'], ['>', null], ['!=', 0], '>', { '>': 0 }].map(
    (one) => refused(leaf({ numeric: one })),
  ),
  ...[
    ['<', 5, '>', 0],
    ['>', 0, '>=', 1],
    ['=', 3, '<', 5],
    ['>', 5, '<', 5],
    ['>', 6, '<', 5],
  ].map((one) => refused(leaf({ numeric: one }))),
  ...[
    ['>', 0, '<'],
    ['>', 0, '<', 5, '<', 6],
    ['>', 0, 5],
  ].map((one) => refused(leaf({ numeric: one }))),
  ...[
    ['=', 0],
    ['<', -1],
    ['>', 0, '<=', 5],
    ['>=', -2.5, '<', 1e9],
    ['>=', -5e9],
    ['<=', 5e9],
  ].map((one) => taken(leaf({ numeric: one }))),
  {
    ...refused(leaf({ numeric: ['>', 6e9] })),
    ministack: 'taken',
    why: 'User Guide, Numeric matching: it is limited to values from -5.0e9 to +5.0e9.',
  },
  // exists
  ...['true', 1, null, [true], {}].map((one) => refused(leaf({ exists: one }))),
  // cidr
  ...[
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0/8',
    '10.0.0.256/8',
    'x/8',
    '::/129',
    '',
  ].map((one) => refused(leaf({ cidr: one }))),
  ...['10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/x', '10.0.0.0/32', '::1/128', '::ffff:1.2.3.4/96'].map(
    (one) => refused(leaf({ cidr: one })),
  ),
  ...[['10.0.0.0/8'], 8].map((one) => refused(leaf({ cidr: one }))),
  ...['0.0.0.0/0', '10.0.0.5/24', '10.0.0.4/31', '::/0', '2001:DB8::/32', '::1/127'].map((one) =>
    taken(leaf({ cidr: one })),
  ),
  // wildcard
  ...['a**b', '**', String.raw`a\b`, 'a\\', String.raw`\n`].map((one) =>
    refused(leaf({ wildcard: one })),
  ),
  ...[['*'], 1].map((one) => refused(leaf({ wildcard: one }))),
  ...['', '*', 'a*b', String.raw`a\*b`, String.raw`a\\b`, String.raw`*\**`, 'a*b*c*d'].map((one) =>
    taken(leaf({ wildcard: one })),
  ),
  {
    ...refused(leaf({ wildcard: '*a*a*a*a*a*a*' })),
    ministack: 'taken',
    why: 'User Guide, Wildcard matching: a rule whose wildcards are too complex is refused.',
  },
  // $or
  ...[{ $or: [] }, { $or: [{ a: ['x'] }] }, { $or: 'x' }, { $or: [{ a: ['x'] }, {}] }].map(refused),
  ...[{ $or: [{ a: ['x'] }, 'y'] }, { $or: [{ prefix: ['x'] }, { b: ['y'] }] }].map(refused),
  ...[{ $or: [{ a: ['x'] }, { b: 'y' }] }, { d: { $or: [{ a: ['x'] }] } }].map(refused),
  taken({ $or: [{ a: ['x'] }, { b: ['y'] }] }),
  taken({ d: { $or: [{ a: ['x'] }, { $or: [{ b: ['y'] }, { c: ['z'] }] }] } }),
  refused({ $or: Array.from({ length: 1001 }, (_, i) => ({ a: [i] })) }),
  refused(Object.fromEntries(['a', 'b', 'c', 'd'].map((at) => [at, { $or: eight(at) }]))),
  taken({ $or: Array.from({ length: 1000 }, (_, i) => ({ a: [i] })) }),
  {
    ...refused({ $or: ['x', 'y'] }),
    ministack: 'taken',
    why: 'The documentation knows $or as alternatives only; as the name of a field it is kept for old rules, and here a mistake.',
  },
  {
    ...refused({ $or: { a: ['x'] } }),
    ministack: 'taken',
    why: 'As above.',
  },
  {
    ...refused({ a: ['x'], $or: [{ a: ['y'] }, { b: ['z'] }] }),
    ministack: 'taken',
    why: 'The documentation is silent. Taken, the last one in the text counts and the other is lost without a word.',
  },
  {
    ...refused(leaf({ exactly: 'x' })),
    ministack: 'taken',
    why: 'AWS documents no such operator.',
  },
];

function eight(name: string) {
  return Array.from({ length: 8 }, (_, i) => ({ [`${name}${i}`]: ['x'] }));
}
