import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/arguments.ts';
import { nearNames } from '../../src/cli/near-names.ts';

const definition = {
  plan: { type: 'positional', required: true },
  fleet: { type: 'string', required: true },
  seed: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const read = (...words: readonly string[]) => readArguments(words, definition, ['fleet']);
const problems = (...words: readonly string[]) => {
  const result = read(...words);
  return result.ok ? [] : result.problems;
};

describe('arguments', () => {
  test('are read in any order, and repeated where that is allowed', () => {
    const result = read('--fleet', 'a', 'plan.yaml', '--json', '--fleet=b');
    if (!result.ok) throw new Error(result.problems.join());
    expect(result.given.one('plan')).toBe('plan.yaml');
    expect(result.given.all('fleet')).toEqual(['a', 'b']);
    expect(result.given.has('json')).toBe(true);
    expect(result.given.has('seed')).toBe(false);
    expect(result.given.one('seed')).toBeUndefined();
  });

  test('are refused with every problem', () => {
    expect(problems()).toEqual(['PLAN is missing', '--fleet is missing']);
    expect(problems('p', 'q', '--fleet', 'a', '--sed', '1')).toEqual([
      '"q" is one argument too many',
      '"--sed" is no option of this command; did you mean --seed?',
      '"1" is one argument too many',
    ]);
    expect(problems('p', '--fleet', 'a', '--seed', '1', '--seed', '2')).toEqual([
      '--seed is given more than once',
    ]);
    expect(problems('p', '--fleet', 'a', '--json=yes')).toEqual(['--json takes no value']);
    expect(problems('p', '--fleet', '--json')).toEqual(['--fleet needs a value']);
    expect(problems('p', '--fleet', 'a', '--no-json', '-j')).toEqual([
      '"--no-json" is no option of this command',
      '"-j" is no option of this command',
    ]);
  });

  test('after -- are words, whatever they look like', () => {
    const result = read('--fleet', 'a', '--', '--plan');
    expect(result.ok && result.given.one('plan')).toBe('--plan');
  });
});

describe('near names', () => {
  test('are those a slip away, nearest first', () => {
    expect(nearNames('websrv1', ['WEBSRV01', 'dbsrv1', 'mail', 'websrv2'])).toEqual([
      'WEBSRV01',
      'websrv2',
      'dbsrv1',
    ]);
  });

  test('hold what a name only begins with, and nothing that is far', () => {
    expect(nearNames('fin', ['finance-db', 'x'])).toEqual(['finance-db']);
    expect(nearNames('zzz', ['finance-db', 'x'])).toEqual([]);
  });
});

test('a repeatable last positional argument takes all words that are left', () => {
  const files = { file: { type: 'positional', required: true } } as const;
  const result = readArguments(['a', 'b', 'c'], files, ['file']);
  expect(result.ok && result.given.all('file')).toEqual(['a', 'b', 'c']);
  expect(readArguments(['a', 'b'], files).ok).toBe(false);
});
