import { describe, expect, test } from 'vitest';
import {
  isWorthKeeping,
  levelsOf,
  levelsTogether,
  type Standing,
  shardOf,
  standingOf,
} from '../../src/core/census.ts';
import { anObservation, serverId } from './_factories.ts';

const standing: Standing = ['TESTING', 'CONTINUOUS', 100, 1000];

describe('a census', () => {
  test('counts states, and takes the largest and the sum of lag and backlog', () => {
    expect(levelsOf([standing, ['TESTING', null, null, 500], [null, 'STALLED', 20, null]])).toEqual(
      {
        servers: 3,
        lifecycles: new Map([
          ['TESTING', 2],
          [null, 1],
        ]),
        replications: new Map([
          ['CONTINUOUS', 1],
          [null, 1],
          ['STALLED', 1],
        ]),
        lagSeconds: { max: 100, sum: 120 },
        backlogBytes: { max: 1000, sum: 1500 },
      },
    );
  });

  test('comes to the same in one part or in several', () => {
    const all: readonly Standing[] = [
      standing,
      ['TESTING', null, null, 500],
      [null, 'STALLED', 20, null],
    ];
    expect(levelsTogether(all.map((one) => levelsOf([one])))).toEqual(levelsOf(all));
    expect(levelsTogether([])).toEqual(levelsOf([]));
  });

  test('knows no lag and no backlog where nobody tells one; absent is not zero', () => {
    const { lagSeconds, backlogBytes } = levelsOf([['TESTING', 'RESCAN', null, null]]);
    expect([lagSeconds, backlogBytes]).toEqual([null, null]);
  });

  test('leaves archived servers out', () => {
    expect(standingOf(anObservation({ isArchived: true }))).toBeUndefined();
    expect(standingOf(anObservation({ lifecycle: 'CUTOVER' }))).toEqual([
      'CUTOVER',
      'CONTINUOUS',
      0,
      0,
    ]);
  });

  test('is worth a write where a state differs, or a server came or went', () => {
    expect(isWorthKeeping(standing, ['TESTING', 'STALLED', 100, 1000], false)).toBe(true);
    expect(isWorthKeeping(undefined, standing, false)).toBe(true);
    expect(isWorthKeeping(standing, undefined, false)).toBe(true);
    expect(isWorthKeeping(undefined, undefined, true)).toBe(false);
    expect(isWorthKeeping(standing, [...standing], true)).toBe(false);
  });

  test('is worth a write for a measure only where those are asked for, and it has moved by a tenth', () => {
    const moved: Standing = ['TESTING', 'CONTINUOUS', 200, 1000];
    expect([isWorthKeeping(standing, moved, false), isWorthKeeping(standing, moved, true)]).toEqual(
      [false, true],
    );
    expect(isWorthKeeping(standing, ['TESTING', 'CONTINUOUS', 105, 1000], true)).toBe(false);
    expect(isWorthKeeping(standing, ['TESTING', 'CONTINUOUS', null, 1000], true)).toBe(true);
  });

  test('lies in few parts, whatever the ids are', () => {
    const parts = new Set(Array.from({ length: 1000 }, (_, n) => shardOf(serverId(n))));
    expect(parts.size).toBeGreaterThan(16);
    expect(parts.size).toBeLessThanOrEqual(64);
    expect(shardOf('not-hex-zz')).toBe('00');
  });
});
