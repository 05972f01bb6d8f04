import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Pressure, pressureOf, usedPercent } from '../../../src/core/change/quota-pressure.ts';

function marks(...percents: readonly number[]) {
  const found: Pressure[] = [];
  for (const percent of percents) found.push(pressureOf(percent, found.at(-1)));
  return found;
}

describe('the pressure on a quota', () => {
  it('reaches each mark, and more than one at once', () => {
    expect(marks(79.9, 80, 90, 100, 120)).toEqual([0, 80, 90, 100, 100]);
    expect(marks(0, 95)).toEqual([0, 90]);
  });

  it('leaves a mark only a twentieth below it, and falls to where it is', () => {
    expect(marks(100, 95, 94.9, 85.5, 85.4, 76, 75.9)).toEqual([100, 100, 90, 90, 80, 80, 0]);
    expect(marks(100, 10)).toEqual([100, 0]);
  });

  it('does not flap with a use that hovers at a mark', () => {
    const hovering = fc.array(fc.constantFrom(86, 88, 89.9, 90), { minLength: 1 });
    fc.assert(
      fc.property(hovering, (percents) => {
        expect(new Set(marks(90, ...percents))).toEqual(new Set([90]));
      }),
    );
  });
});

describe('the share of a quota', () => {
  it('is said with one decimal', () => {
    expect(usedPercent(121, 150)).toBe(80.7);
  });

  it('is nothing where nothing is used, and all where there is no quota', () => {
    expect([usedPercent(0, 0), usedPercent(-1, 5), usedPercent(1, 0)]).toEqual([0, 0, 100]);
  });
});
