import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  durationSeconds,
  fromMs,
  instantMs,
  plusSeconds,
  secondsBetween,
  spokenSpan,
  toMs,
} from '../../src/core/time.ts';

const ms = fc.integer({ min: 0, max: Date.parse('2100-01-01T00:00:00Z') });

describe('instants', () => {
  it('are read in both of the forms that the service prints', () => {
    expect(instantMs('2024-03-04T16:20:07.412Z')).toBe(1_709_569_207_412);
    expect(instantMs('2024-03-04T16:20:07.412345+00:00')).toBe(1_709_569_207_412);
    expect(instantMs('2024-03-04T16:20:07.412345678Z')).toBe(1_709_569_207_412);
  });

  it('are undefined where there is none', () => {
    expect(instantMs(undefined)).toBeUndefined();
    expect(instantMs('soon')).toBeUndefined();
    expect(instantMs('')).toBeUndefined();
  });

  it('that we wrote ourselves are refused when they are none', () => {
    expect(() => toMs('soon')).toThrow(new RangeError('not an instant: soon'));
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(ms, (at) => {
        expect(toMs(fromMs(at))).toBe(at);
        expect(instantMs(fromMs(at))).toBe(at);
        expect(fromMs(toMs(fromMs(at)))).toBe(fromMs(at));
      }),
    );
  });

  it('move by as many seconds as lie between them', () => {
    fc.assert(
      fc.property(ms, fc.integer({ min: -1e6, max: 1e6 }), (at, seconds) => {
        const from = fromMs(at);
        expect(secondsBetween(from, plusSeconds(from, seconds))).toBe(seconds);
      }),
    );
  });
});

describe('durationSeconds', () => {
  it.each([
    ['P0D', 0],
    ['PT0S', 0],
    ['PT4M12.5S', 252.5],
    ['P16DT18H43M27.970084S', 16 * 86_400 + 18 * 3600 + 43 * 60 + 27.97],
    ['P31DT32M47.009942S', 31 * 86_400 + 32 * 60 + 47.009],
  ])('reads %s', (text, seconds) => {
    expect(durationSeconds(text)).toBeCloseTo(seconds, 2);
  });

  it('is undefined, never zero, where there is none', () => {
    expect(durationSeconds(undefined)).toBeUndefined();
    expect(durationSeconds('a while')).toBeUndefined();
    expect(durationSeconds('')).toBeUndefined();
  });

  it('reads every whole duration that is written in days, hours, minutes and seconds', () => {
    const part = fc.integer({ min: 0, max: 99 });
    fc.assert(
      fc.property(part, part, part, part, (d, h, m, s) => {
        expect(durationSeconds(`P${d}DT${h}H${m}M${s}S`)).toBe(d * 86_400 + h * 3600 + m * 60 + s);
      }),
    );
  });
});

describe('spokenSpan', () => {
  it.each([
    [0, '0 s'],
    [0.4, '0 s'],
    [40, '40 s'],
    [720, '12 min'],
    [725, '12 min 5 s'],
    [3600, '1 h'],
    [3605, '1 h'],
    [86_400 * 3 + 4 * 3600 + 59, '3 d 4 h'],
  ])('says %d seconds as %s', (seconds, spoken) => {
    expect(spokenSpan(seconds)).toBe(spoken);
  });
});
