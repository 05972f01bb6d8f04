import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathText, printProblems, problemAt } from '../../../src/core/fleet/problem.ts';

describe('printProblems', () => {
  it('prints file, line, place, problem and remedy on one line', () => {
    const problem = problemAt(['spec', 'waves', 0, 'servers', 'ids', 3], 'unknown', 'look');
    expect(printProblems([{ ...problem, file: 'plan.yaml', line: 12 }])).toBe(
      'plan.yaml:12  spec.waves[0].servers.ids[3]  unknown  → look',
    );
    expect(printProblems([problemAt([], 'is empty', 'look')])).toBe('is empty  → look');
  });

  it('escapes what would move, hide or forge output', () => {
    const hostile = 'a\u001b[2J\nplan.yaml:1  all is well\u202e\u009b\u2028\ud800';
    expect(printProblems([problemAt([], hostile, 'x')])).toBe(
      'a\\u{1b}[2J\\u{a}plan.yaml:1  all is well\\u{202e}\\u{9b}\\u{2028}\\u{d800}  → x',
    );
  });

  it('prints one line a problem, whatever is in it', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, (file, key, problem) => {
        const printed = printProblems([{ ...problemAt([key], problem, 'x'), file }]);
        expect(printed).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });

  it('says how many problems are beyond the limit', () => {
    const problem = problemAt([], 'p', 'r');
    expect(printProblems([problem, problem, problem], 1)).toBe('p  → r\n… and 2 more');
  });

  it('says nothing where there is no problem', () => {
    expect(printProblems([])).toBe('');
  });
});

describe('pathText', () => {
  it('quotes keys that are no plain words', () => {
    expect(pathText(['tags', 'a b', 'c-d', 0])).toBe('tags["a b"].c-d[0]');
  });
});
