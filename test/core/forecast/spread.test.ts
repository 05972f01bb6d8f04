import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeingSeeds, spreadOf } from '../../../src/core/forecast/spread.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('the spread of what was measured', () => {
  test('of 19 has the least as P5 and the greatest as P95: nine of ten new ones fall between', () => {
    expect(spreadOf(upTo(seeingSeeds))).toEqual({ p5: 1, p50: 10, p80: 16, p95: 19 });
  });

  test('of more lies within, whatever their order', () => {
    expect(spreadOf(upTo(39).toReversed())).toEqual({ p5: 2, p50: 20, p80: 32, p95: 38 });
  });

  test('of few reaches beyond them, as far as their own spread lets expect', () => {
    const { p5, p50, p80, p95 } = spreadOf([10, 20, 30, 40, 50]);
    expect([p50, p80]).toEqual([30, 48]);
    // Student's t with four degrees of freedom: 2.132 × 15.81 × √1.2 on either side.
    expect(p95).toBeCloseTo(30 + 2.132 * Math.sqrt(250 * 1.2), 6);
    expect(p5).toBeCloseTo(30 - 2.132 * Math.sqrt(250 * 1.2), 6);
  });

  test('of one, or of equal ones, is none', () => {
    expect(spreadOf([7])).toEqual({ p5: 7, p50: 7, p80: 7, p95: 7 });
    expect(spreadOf([7, 7, 7, 7])).toEqual({ p5: 7, p50: 7, p80: 7, p95: 7 });
  });

  test('of nothing is refused', () => {
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });

  test('is in order, and never inside of what too few have measured', () => {
    const few = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(few, (values) => {
        const { p5, p50, p80, p95 } = spreadOf(values);
        expect(p5 <= p50 && p50 <= p80 && p80 <= p95).toBe(true);
        if (values.length > seeingSeeds) return;
        expect(p5).toBeLessThanOrEqual(Math.min(...values));
        expect(p95).toBeGreaterThanOrEqual(Math.max(...values));
      }),
    );
  });

  test.each([4, 8, 19, 40])('from %i measurements holds nine of ten new ones', (count) => {
    // Roughly normal, of a fixed seed: sums of twelve draws.
    let state = 12345;
    const draw = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const normal = () => upTo(12).reduce((sum) => sum + draw(), -6);
    let inside = 0;
    const trials = 1500;
    for (let i = 0; i < trials; i += 1) {
      const { p5, p95 } = spreadOf(upTo(count).map(normal));
      const next = normal();
      if (next >= p5 && next <= p95) inside += 1;
    }
    expect(inside / trials).toBeGreaterThan(0.88);
    expect(inside / trials).toBeLessThan(0.93);
  });
});
