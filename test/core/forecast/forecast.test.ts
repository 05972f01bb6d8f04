import { describe, expect, test } from 'vitest';
import { forecastOf } from '../../../src/core/forecast/forecast.ts';
import { course, hours, stage, wave } from './_courses.ts';

const waves = [{ name: 'a', servers: [1, 2] }];
const ways = Array.from({ length: 19 }, (_, i) =>
  course(i + 1, [
    wave('a', [
      stage('replicate', [0, i + 1], [{ cause: 'data-transfer', seconds: (i + 1) * 3600 }]),
      stage('cutover', [i + 1, i + 2], undefined, { needsSeconds: 600 + i }),
    ]),
  ]),
);

describe('a forecast', () => {
  test('has for each wave and stage the bounds of what was rehearsed', () => {
    const { ends, seeds, allWell, waves: found } = forecastOf(ways, waves);
    expect([seeds.length, allWell]).toEqual([19, 19]);
    expect(ends).toEqual({ p5: hours(2), p50: hours(11), p80: hours(17), p95: hours(20) });
    expect(found[0]?.ends).toEqual(ends);
    expect(
      found[0]?.stages.map(({ name, seen, starts, ends: of }) => [name, seen, starts.p50, of.p95]),
    ).toEqual([
      ['replicate', 19, hours(0), hours(19)],
      ['cutover', 19, hours(10), hours(20)],
    ]);
    expect(found[0]?.stages[0]?.spent).toEqual([{ cause: 'data-transfer', seconds: 36_000 }]);
  });

  test('says how long a phase takes, and where a window cut it', () => {
    const cut = course(20, [
      wave('a', [
        stage('replicate', [0, 1]),
        stage('cutover', [1, 2], undefined, { needsSeconds: 3600, cutByWindow: 1 }),
        stage('cutover', [5, 6], undefined, { needsSeconds: 1800 }),
      ]),
    ]);
    expect(forecastOf(ways, waves).waves[0]?.needs).toEqual([
      { phase: 'cutover', seconds: 618, cutIn: 0 },
    ]);
    // The 20th is the longest: P95 of 20 lies just below it.
    expect(forecastOf([...ways, cut], waves).waves[0]?.needs).toEqual([
      { phase: 'cutover', seconds: expect.closeTo(618 + 0.95 * (3600 - 618), 6), cutIn: 1 },
    ]);
  });

  test('tells a stage that not every rehearsal has, and a wave that did not conclude', () => {
    const held = {
      ...course(21, [
        {
          ...wave('a', [stage('replicate', [0, 1]), stage('held', [1, 3])]),
          concludedAt: undefined,
        },
      ]),
      servers: { succeeded: 1, failed: 1 },
    };
    const { waves: found, allWell, ends } = forecastOf([...ways, held], waves);
    expect([found[0]?.concluded, allWell]).toEqual([19, 19]);
    expect(found[0]?.stages.find(({ name }) => name === 'held')?.seen).toBe(1);
    expect(ends?.p50).toBe(hours(11));
    expect(forecastOf([held], waves).ends).toBeUndefined();
  });

  test('of nothing is refused', () => {
    expect(() => forecastOf([], waves)).toThrow('nothing was rehearsed');
  });
});
