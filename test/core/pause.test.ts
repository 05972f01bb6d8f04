import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extendedDeadline, isPaused, pausedSeconds } from '../../src/core/pause.ts';
import { fromMs, plusSeconds } from '../../src/core/time.ts';

const at = (minute: number) => fromMs(Date.UTC(2024, 2, 4, 16) + minute * 60_000);

describe('a pause', () => {
  it('is on while its last stretch is open', () => {
    expect(isPaused([])).toBe(false);
    expect(isPaused([{ from: at(0), until: null }])).toBe(true);
    expect(isPaused([{ from: at(0), until: at(5) }])).toBe(false);
  });

  it('counts only what lies between the two instants', () => {
    const pauses = [
      { from: at(0), until: at(10) },
      { from: at(20), until: null },
    ];
    expect(pausedSeconds(pauses, at(5), at(30))).toBe(15 * 60);
    expect(pausedSeconds(pauses, at(11), at(19))).toBe(0);
    expect(pausedSeconds([], at(0), at(60))).toBe(0);
  });

  it('moves a deadline by its length', () => {
    const deadline = { from: at(0), at: at(60) };
    expect(extendedDeadline(deadline, [{ from: at(10), until: at(40) }], at(70))).toBe(at(90));
    expect(extendedDeadline(deadline, [], at(70))).toBe(at(60));
  });

  it('never lets a deadline pass while it lasts', () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.integer({ min: 1, max: 100 }),
        fc.nat(500),
        (begins, span, later) => {
          const deadline = { from: at(0), at: at(begins + span) };
          const now = at(begins + later);
          const open = [{ from: at(begins), until: null }];
          expect(extendedDeadline(deadline, open, now) > now).toBe(true);
          expect(extendedDeadline(deadline, open, now)).toBe(plusSeconds(now, span * 60));
        },
      ),
    );
  });
});
