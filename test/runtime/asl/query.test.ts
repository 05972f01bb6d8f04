import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { compileQuery } from '../../../src/runtime/asl/query.ts';
import type { QueryScope } from '../../../src/runtime/asl/query-functions.ts';
import { askJsonata, shortcutOf } from '../../../src/runtime/asl/query-shortcut.ts';

function scope(
  states: Record<string, unknown>,
  variables: Record<string, unknown> = {},
): QueryScope {
  let draws = 0;
  return { states, variables, nowMs: 0, random: () => ++draws / 10, uuid: () => `uuid-${++draws}` };
}

const evaluate = (text: string, states: Record<string, unknown> = {}, variables = {}) =>
  compileQuery(`{% ${text} %}`).evaluate(scope(states, variables));

describe('the functions that AWS adds', () => {
  test.each([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 4)', [0, 4, 8]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ["$hash('x', 'SHA-256')", '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'],
    ["$hash('x', 'MD5')", '9dd4e461268c8034f5c8564e155c67a6'],
    [`$parse('{"a":[1]}')`, { a: [1] }],
    ['$uuid()', 'uuid-1'],
    ['$random()', 0.1],
    ['$random(7) = $random(7)', true],
    ['$millis()', 0],
    ["$now('[Y0001]-[M01]')", '1970-01'],
    ['$shuffle([1,2,3])', [1, 2, 3]],
  ])('%s', async (text, value) => {
    expect(await evaluate(text)).toEqual(value);
  });

  test.each([
    ["$hash('x', 'CRC')"],
    ['$partition(1, 2)'],
    ['$range(1, 2, 0)'],
    ["$parse('{')"],
    ['$states.input.nothing'],
    ['$states.input.f'],
    ['1 / 0'],
    ['function($x){$x}'],
    ["'a' - 1"],
    ["$error('own')"],
  ])('%s is an evaluation error', async (text) => {
    await expect(evaluate(text, { input: {} })).rejects.toMatchObject({
      error: 'States.QueryEvaluationError',
    });
  });
});

test('sequences of JSONata arrive as plain arrays', async () => {
  const value = await evaluate("$states.input[k='a'].v", {
    input: [
      { k: 'a', v: 1 },
      { k: 'b', v: 2 },
      { k: 'a', v: 3 },
    ],
  });
  expect(Object.getOwnPropertyNames(value)).toEqual(['0', '1', 'length']);
  expect(value).toEqual([1, 3]);
});

describe('the shortcut', () => {
  const leaf = fc.oneof(
    fc.constantFrom(
      '$states.input',
      '$states.input.a',
      '$states.input.a.b',
      '$states.input.list',
      '$v',
      '$v.a',
      '$w',
      '$states.input.list.a',
    ),
    fc.constantFrom('1', '0', '-2', "'x'", "''", 'true', 'false', 'null', '2.5'),
  );
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc
        .tuple(
          tie('text'),
          fc.constantFrom('=', '!=', '<', '<=', '>', '>=', 'and', 'or', '&', '+', '-', '*'),
          tie('text'),
        )
        .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      fc
        .tuple(tie('text'), tie('text'), tie('text'))
        .map(([a, b, c]) => `((${a}) ? (${b}) : (${c}))`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `{'k': ${a}, 'l': ${b}}`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `[${a}, ${b}]`),
      fc
        .tuple(fc.constantFrom('$count', '$exists', '$not'), tie('text'))
        .map(([f, a]) => `${f}(${a})`),
    ),
  }));
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      1,
      2.5,
      '',
      'x',
      [],
      [1],
      [1, 2],
      [[1]],
      {},
      { a: 1 },
    ),
    fc.record(
      {
        a: fc.constantFrom<unknown>(1, 'x', null, { b: 2 }, [{ b: 1 }, { b: 2 }], []),
        list: fc.constantFrom<unknown>([], [1], [{ a: 1 }, { a: 2 }]),
      },
      { requiredKeys: [] },
    ),
  );

  test('gives what JSONata gives, or asks it', async () => {
    await fc.assert(
      fc.asyncProperty(text, value, value, async (expression, input, v) => {
        const compiled = jsonata(expression);
        const shortcut = shortcutOf(compiled.ast());
        const quick = shortcut === undefined ? askJsonata : shortcut(scope({ input }, { v }));
        if (quick === askJsonata) return;
        const answer = await compiled
          .evaluate(undefined, { states: { input }, v })
          .catch(() => 'an error');
        expect(JSON.stringify(quick)).toBe(JSON.stringify(answer));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    '$states.input.a.b',
    "$states.result.Payload.kind = 'met'",
    "{'server': $states.input.server, 'n': $count($servers)}",
    '$exists($states.input.x) ? $states.input.x : 0',
  ])('covers %s', (expression) => {
    expect(shortcutOf(jsonata(expression).ast())).toBeDefined();
  });
});
