import { describe, expect, test } from 'vitest';
import { type CriticalPath, criticalPath } from '../../../src/core/forecast/critical-path.ts';
import { course, hours, stage, wave } from './_courses.ts';

const said = ({ links }: CriticalPath) =>
  links.map(
    ({ wave: of, name, from, to }) => `${of} ${name} ${from.slice(8, 13)} ${to.slice(8, 13)}`,
  );
const alone = new Map<string, readonly string[]>();

describe('the critical path', () => {
  const short = wave('a', [stage('replicate', [0, 2]), stage('cutover', [2, 3])]);
  const long = wave('b', [
    stage('replicate', [0, 8], [{ cause: 'data-transfer', seconds: 8 * 3600 }]),
    stage('window of cutover', [8, 20], [{ cause: 'window', seconds: 12 * 3600 }]),
    stage('cutover', [20, 21]),
  ]);

  test('goes through the stages of the wave that ends last', () => {
    const path = criticalPath(course(7, [short, long]), alone);
    expect(said(path)).toEqual([
      'b replicate 02T00 02T08',
      'b window of cutover 02T08 02T20',
      'b cutover 02T20 02T21',
    ]);
    expect(path.seed).toBe(7);
    expect(path.spent).toEqual([
      { cause: 'window', seconds: 12 * 3600 },
      { cause: 'data-transfer', seconds: 8 * 3600 },
      { cause: 'pace', seconds: 3600 },
    ]);
  });

  test('goes on through the wave that another waits for, the last of them', () => {
    const after = wave('c', [stage('replicate', [21, 22])]);
    const path = criticalPath(course(1, [short, long, after]), new Map([['c', ['a', 'b']]]));
    expect(said(path)).toEqual([
      'b replicate 02T00 02T08',
      'b window of cutover 02T08 02T20',
      'b cutover 02T20 02T21',
      'c replicate 02T21 02T22',
    ]);
  });

  test('goes on through the wave that gave back the slots which another waited for', () => {
    const holder = wave('a', [stage('replicate', [0, 5]), stage('finalize', [5, 6])]);
    const other = wave('x', [stage('replicate', [0, 1]), stage('finalize', [1, 2])]);
    const waiting = wave('b', [stage('replicate', [6, 9])], 0);
    expect(said(criticalPath(course(1, [holder, other, waiting]), alone))).toEqual([
      'a replicate 02T00 02T05',
      'a finalize 02T05 02T06',
      'b replicate 02T06 02T09',
    ]);
  });

  test('calls a wait for slots that no other wave explains what it is', () => {
    const path = criticalPath(course(1, [wave('b', [stage('replicate', [6, 9])], 0)]), alone);
    expect(said(path)).toEqual(['b waiting for slots 02T00 02T06', 'b replicate 02T06 02T09']);
    expect(path.spent[0]).toEqual({ cause: 'active-slots', seconds: 6 * 3600 });
  });

  test('leaves no time between its first and its last instant out', () => {
    const holder = wave('a', [stage('replicate', [0, 5]), stage('finalize', [5, 6.9])]);
    const waiting = wave('b', [stage('replicate', [7, 9]), stage('test', [9.2, 10])], 0);
    const { links, spent } = criticalPath(course(1, [holder, waiting]), alone);
    expect([links[0]?.from, links.at(-1)?.to]).toEqual([hours(0), hours(10)]);
    links.slice(1).forEach((link, i) => {
      expect(link.from).toBe(links[i]?.to);
    });
    expect(spent.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(10 * 3600);
  });

  test('of a rehearsal without waves is empty', () => {
    expect(criticalPath(course(1, []), alone)).toEqual({ seed: 1, links: [], spent: [] });
  });
});
