/** A pattern and an event, and which operator the pair is about. */
export interface PatternCase {
  readonly about: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly event: Readonly<Record<string, unknown>>;
}

type Json = unknown;
interface Chance {
  /** A whole number from 0 up to a bound, the bound not included. */
  readonly below: (bound: number) => number;
  readonly one: <T>(list: readonly T[]) => T;
  readonly some: <T>(list: readonly T[], least: number, most: number) => T[];
}

/** Draws the same pairs for the same seed: `each` of every kind, about as many matches as mismatches. */
export function patternCorpus(seed: number, each: number): readonly PatternCase[] {
  const chance = chanceOf(seed);
  return kinds.flatMap(([about, draw]) =>
    Array.from({ length: each }, () => {
      const [pattern, detail] = draw(chance);
      return { about, pattern: { detail: pattern }, event: envelopeOf(detail) };
    }),
  );
}

/** The envelope of EventBridge around a detail. */
export function envelopeOf(detail: Json): Readonly<Record<string, unknown>> {
  return {
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': 'Source Server Lifecycle State Change',
    source: 'landfall.mgn',
    account: '111122223333',
    time: '2026-01-31T08:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail,
  };
}

// mulberry32: small, and the same on every machine.
function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const below = (bound: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound);
  };
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const some = <T>(list: readonly T[], least: number, most: number): T[] =>
    Array.from({ length: least + below(most - least + 1) }, () => one(list));
  return { below, one, some };
}

const letters = ['a', 'b', 'A', 'B', '-', '.', '/', ' ', '"', 'ä', '😀'];
const word = ({ some }: Chance, least = 0, most = 5) => some(letters, least, most).join('');
const number = ({ one, below }: Chance) =>
  one([0, 1, -1, 5, 100, 3.5, -2.25, 1e3, 0.125, below(20) - 10, below(2000) / 8]);
/** A text near another: the same, with something around it, cut, or in other letters. */
function near(chance: Chance, text: string): string {
  const cut = chance.below(text.length + 1);
  return chance.one([
    () => text,
    () => text,
    () => `${text}${word(chance, 1, 3)}`,
    () => `${word(chance, 1, 3)}${text}`,
    () => text.toUpperCase(),
    () => text.toLowerCase(),
    () => [...text].slice(0, cut).join(''),
    () => word(chance),
  ])();
}
/** Anything that may stand in an event where a text is expected. */
function stray(chance: Chance): Json {
  return chance.one<Json>([null, true, false, 0, 7, '', [], {}, { a: 'a' }, 'a']);
}
/** Mostly what is given; now and then a stray value, a list with it, or nothing at all. */
function somewhere(chance: Chance, value: Json): Readonly<Record<string, Json>> {
  const roll = chance.below(10);
  if (roll === 0) return {};
  if (roll === 1) return { a: stray(chance) };
  if (roll === 2) return { a: [stray(chance), value].filter((one) => !isPlainObject(one)) };
  return { a: value, z: 1 };
}
function isPlainObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Draw = (chance: Chance) => readonly [Readonly<Record<string, unknown>>, Json];

/** A wildcard over a few letters, without two `*` in a row, and a text that may fit it. */
function wildcardAndText(chance: Chance): readonly [string, string] {
  let wildcard = '';
  let text = '';
  for (let i = chance.below(5); i >= 0; i -= 1) {
    const roll = chance.below(4);
    if (roll === 0 && !wildcard.endsWith('*')) {
      wildcard += '*';
      text += word(chance, 0, 3);
    } else if (roll === 1) {
      const escaped = chance.one(['*', '\\']);
      wildcard += `\\${escaped}`;
      text += escaped;
    } else {
      const plain = word(chance, 1, 2);
      wildcard += plain;
      text += plain;
    }
  }
  return [wildcard, near(chance, text)];
}

const texts: Draw = (chance) => {
  const wanted = chance.some([word(chance), word(chance), 'a', ''], 1, 3);
  return [{ a: wanted }, somewhere(chance, near(chance, chance.one(wanted)))];
};
const numbers: Draw = (chance) => {
  const wanted = [number(chance), number(chance)];
  return [{ a: wanted }, somewhere(chance, chance.one([...wanted, number(chance), '1']))];
};
const literals: Draw = (chance) => {
  const wanted = chance.some([true, false, null, 'true', ''], 1, 2);
  return [{ a: wanted }, somewhere(chance, chance.one([...wanted, 'true', 'null', false, null]))];
};
const empty: Draw = (chance) => [
  { a: [''] },
  chance.one<Json>([{ a: '' }, { a: '' }, { a: ' ' }, { a: null }, { a: [''] }, { a: [] }, {}]),
];
const nothing: Draw = (chance) => [
  { a: [null] },
  chance.one<Json>([
    { a: null },
    { a: null },
    { a: 'null' },
    { a: '' },
    { a: [null] },
    { a: [] },
    {},
  ]),
];
const affix =
  (name: 'prefix' | 'suffix', folded: boolean): Draw =>
  (chance) => {
    const wanted = word(chance, 0, 3);
    const operand = folded ? { 'equals-ignore-case': wanted } : wanted;
    return [{ a: [{ [name]: operand }] }, somewhere(chance, near(chance, wanted))];
  };
const ignoreCase: Draw = (chance) => {
  const wanted = word(chance);
  return [{ a: [{ 'equals-ignore-case': wanted }] }, somewhere(chance, near(chance, wanted))];
};
const wildcard: Draw = (chance) => {
  const [wanted, text] = wildcardAndText(chance);
  return [{ a: [{ wildcard: wanted }] }, somewhere(chance, text)];
};
const anythingButOne: Draw = (chance) => {
  const wanted = chance.one<string | number>([word(chance), number(chance)]);
  const value = chance.one<Json>([wanted, wanted, number(chance), near(chance, String(wanted))]);
  return [{ a: [{ 'anything-but': wanted }] }, somewhere(chance, value)];
};
const anythingButList: Draw = (chance) => {
  const wanted =
    chance.below(2) === 0
      ? chance.some([word(chance), word(chance), 'a'], 1, 3)
      : chance.some([number(chance), number(chance), 7], 1, 3);
  const value = chance.one<Json>([...wanted, ...wanted, word(chance), number(chance)]);
  return [{ a: [{ 'anything-but': wanted }] }, somewhere(chance, value)];
};
const anythingBut =
  (name: 'prefix' | 'suffix' | 'equals-ignore-case', list: boolean): Draw =>
  (chance) => {
    const wanted = [word(chance, 1, 3), word(chance, 1, 3)];
    const operand = list ? wanted : wanted[0];
    return [
      { a: [{ 'anything-but': { [name]: operand } }] },
      somewhere(chance, near(chance, chance.one(wanted))),
    ];
  };
const anythingButWildcard =
  (list: boolean): Draw =>
  (chance) => {
    const [first, text] = wildcardAndText(chance);
    const [second, other] = wildcardAndText(chance);
    const operand = list ? [first, second] : first;
    return [
      { a: [{ 'anything-but': { wildcard: operand } }] },
      somewhere(chance, chance.one([text, other])),
    ];
  };
const numeric: Draw = (chance) => {
  const [low, high] = [number(chance), number(chance)].toSorted((x, y) => x - y) as [
    number,
    number,
  ];
  const operand =
    chance.below(2) === 0 && low < high
      ? [chance.one(['>', '>=']), low, chance.one(['<', '<=']), high]
      : [chance.one(['<', '<=', '=', '>=', '>']), low];
  const value = chance.one<Json>([low, high, (low + high) / 2, number(chance), String(low)]);
  return [{ a: [{ numeric: operand }] }, somewhere(chance, value)];
};
const exists =
  (wanted: boolean): Draw =>
  (chance) => {
    const leaf = { exists: wanted };
    return chance.one<readonly [Readonly<Record<string, unknown>>, Json]>([
      [{ a: [leaf] }, somewhere(chance, stray(chance))],
      [{ a: [leaf] }, {}],
      [{ a: { b: [leaf] } }, chance.one<Json>([{}, { a: {} }, { a: { b: 1 } }, { a: { c: 1 } }])],
      [{ a: [leaf], z: [1] }, somewhere(chance, word(chance))],
      [{ a: ['x', leaf] }, chance.one<Json>([{ a: 'x' }, { a: 'y' }, {}])],
    ]);
  };
const byte = ({ one, below }: Chance) => one([0, 1, 10, 255, below(256)]);
const address4 = (chance: Chance) => [10, byte(chance), byte(chance), byte(chance)].join('.');
const cidr4: Draw = (chance) => {
  const base = address4(chance);
  const bits = chance.below(32);
  const parts = base.split('.');
  const value = chance.one<Json>([
    base,
    [...parts.slice(0, 3), byte(chance)].join('.'),
    [...parts.slice(0, 2), byte(chance), byte(chance)].join('.'),
    address4(chance),
    `${base}.1`,
    '2001:db8::1',
    'ten',
  ]);
  return [{ a: [{ cidr: `${base}/${bits}` }] }, somewhere(chance, value)];
};
const group = ({ one, below }: Chance) => below(one([2, 16, 65_536])).toString(16);
const address6 = (chance: Chance) =>
  chance.one([
    `2001:db8:${[1, 2, 3, 4, 5, 6].map(() => group(chance)).join(':')}`,
    `2001:db8::${group(chance)}`,
    `2001:DB8:${group(chance)}::${group(chance)}:0`,
    `::${group(chance)}`,
  ]);
const cidr6: Draw = (chance) => {
  const base = address6(chance);
  const value = chance.one<Json>([
    base,
    address6(chance),
    `${base.slice(0, -1)}0`,
    '10.0.0.1',
    '::x',
  ]);
  return [{ a: [{ cidr: `${base}/${chance.below(128)}` }] }, somewhere(chance, value)];
};
const mixed: Draw = (chance) => {
  const wanted = word(chance, 1, 3);
  const operators = [wanted, { prefix: wanted }, { suffix: wanted }, { numeric: ['>', 3] }, null];
  return [
    { a: chance.some<unknown>(operators, 2, 3) },
    somewhere(chance, chance.one<Json>([near(chance, wanted), number(chance), null])),
  ];
};
const several: Draw = (chance) => {
  const event = () =>
    chance.one<Json>([
      { a: 'x', b: { c: 1 } },
      { a: 'y', b: { c: 1 } },
    ]);
  return [
    { a: [chance.one(['x', 'y'])], b: { c: [chance.one([1, 2])] } },
    chance.one<Json>([
      event(),
      event(),
      { a: 'x', b: { c: [1, 2] } },
      { a: 'x', b: 1 },
      { a: 'x' },
    ]),
  ];
};
const or: Draw = (chance) => {
  const leaf = () => ({ [chance.one(['a', 'b', 'c'])]: [chance.one(['x', 'y'])] });
  const both = () => ({ a: [chance.one(['x', 'y'])], c: [{ exists: chance.below(2) === 0 }] });
  const alternatives = () => [leaf(), chance.one([leaf, both])(), leaf()];
  const value = () => chance.one<Json>(['x', 'y', 'z', ['x', 'z']]);
  const event = () => ({
    a: value(),
    ...(chance.below(2) === 0 ? { b: value() } : {}),
    d: value(),
  });
  return [
    chance.one<Readonly<Record<string, unknown>>>([
      { $or: alternatives() },
      { $or: alternatives(), d: [chance.one(['x', 'y'])] },
      { o: { $or: alternatives() }, d: [{ prefix: chance.one(['x', 'z']) }] },
      { $or: [leaf(), { $or: [leaf(), leaf()], d: [chance.one(['x', 'y'])] }] },
    ]),
    { ...event(), o: event() },
  ];
};
const lists: Draw = (chance) => {
  const element = () =>
    chance.one<Json>([
      { b: 'x', c: 1 },
      { b: 'x', c: 2 },
      { b: 'y', c: 1 },
      { b: 'y' },
      { c: 1 },
      { b: ['x', 'y'], c: [1, 2] },
      { d: [{ b: 'x' }, { b: 'y' }] },
      'x',
    ]);
  const leaf = () =>
    chance.one<Readonly<Record<string, unknown>>>([
      { b: ['x'], c: [1] },
      { b: ['x'] },
      { b: [{ 'anything-but': 'x' }], c: [{ numeric: ['>', 1] }] },
      { b: ['y'], c: [{ exists: false }] },
      { d: { b: ['x'] } },
      { b: [{ exists: false }], c: [1] },
    ]);
  return [{ a: leaf() }, { a: Array.from({ length: chance.below(4) }, element) }];
};

const kinds: readonly (readonly [string, Draw])[] = [
  ['equals a text', texts],
  ['equals a number', numbers],
  ['equals true, false, null', literals],
  ['empty', empty],
  ['null', nothing],
  ['prefix', affix('prefix', false)],
  ['prefix, ignore case', affix('prefix', true)],
  ['suffix', affix('suffix', false)],
  ['suffix, ignore case', affix('suffix', true)],
  ['equals-ignore-case', ignoreCase],
  ['anything-but', anythingButOne],
  ['anything-but a list', anythingButList],
  ['anything-but prefix', anythingBut('prefix', false)],
  ['anything-but prefixes', anythingBut('prefix', true)],
  ['anything-but suffix', anythingBut('suffix', false)],
  ['anything-but suffixes', anythingBut('suffix', true)],
  ['anything-but, ignore case', anythingBut('equals-ignore-case', false)],
  ['anything-but a list, ignore case', anythingBut('equals-ignore-case', true)],
  ['anything-but wildcard', anythingButWildcard(false)],
  ['anything-but wildcards', anythingButWildcard(true)],
  ['numeric', numeric],
  ['exists', exists(true)],
  ['exists not', exists(false)],
  ['cidr, IPv4', cidr4],
  ['cidr, IPv6', cidr6],
  ['wildcard', wildcard],
  ['or within a field', mixed],
  ['and over fields', several],
  ['$or', or],
  ['lists of objects', lists],
];
