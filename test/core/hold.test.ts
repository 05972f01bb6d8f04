import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  heldSince,
  holdDeadline,
  joinedPauses,
  openHold,
  resumedHolds,
} from '../../src/core/hold.ts';
import { pausedSeconds } from '../../src/core/pause.ts';
import { fromMs, plusSeconds } from '../../src/core/time.ts';

const at = (minute: number) => plusSeconds('2024-03-04T16:00:00.000Z', minute * 60);
const how = (minute: number) => ({ reason: 'r', timeoutSeconds: 3600, now: at(minute) });

describe('a hold', () => {
  it('begins once, lasts until somebody ends it, and ends once', () => {
    const first = heldSince(undefined, at(0), how(5));
    expect(first).toEqual([{ from: at(5), until: null, reason: 'r', expiresAt: at(65) }]);
    expect(openHold(first)).toEqual(first?.[0]);
    expect(heldSince(first, at(6), how(7))).toBeUndefined();
    const ended = resumedHolds(first, at(20));
    expect(openHold(ended)).toBeUndefined();
    expect(ended?.[0]?.until).toBe(at(20));
    expect(resumedHolds(ended, at(21))).toBeUndefined();
    expect(resumedHolds(undefined, at(21))).toBeUndefined();
  });

  it('does not begin again for what was done before it was ended', () => {
    const ended = resumedHolds(heldSince(undefined, at(0), how(5)), at(20));
    expect(heldSince(ended, at(19), how(30))).toBeUndefined();
    expect(heldSince(ended, at(20), how(30))).toBeUndefined();
    expect(heldSince(ended, at(21), how(30))).toHaveLength(2);
  });

  it('never ends before it began', () => {
    expect(resumedHolds(heldSince(undefined, at(0), how(5)), at(1))?.[0]?.until).toBe(at(5));
  });

  it('expires later by the time that its wave was paused', () => {
    const [hold] = heldSince(undefined, at(0), how(5)) ?? [];
    if (hold === undefined) throw new Error('not held');
    expect(holdDeadline(hold, [], at(30))).toBe(at(65));
    expect(holdDeadline(hold, [{ from: at(10), until: at(20) }], at(30))).toBe(at(75));
  });
});

describe('joined pauses', () => {
  const pauses = fc
    .uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 8 })
    .chain((marks) => {
      const sorted = marks.toSorted((a, b) => a - b);
      return fc.boolean().map((open) =>
        sorted.flatMap((from, i) => {
          if (i % 2 === 1) return [];
          const until = sorted[i + 1];
          if (until === undefined && !open) return [];
          return [{ from: at(from), until: until === undefined ? null : at(until) }];
        }),
      );
    });

  it('last as long as either lasted, each moment counted once', () => {
    fc.assert(
      fc.property(pauses, pauses, (a, b) => {
        const covers = (list: typeof a, minute: number) =>
          list.some(
            ({ from, until }) => from <= at(minute) && (until === null || until > at(minute)),
          );
        let minutes = 0;
        for (let minute = 0; minute < 250; minute += 1) {
          if (covers(a, minute) || covers(b, minute)) minutes += 1;
        }
        expect(pausedSeconds(joinedPauses(a, b), at(0), at(250))).toBe(minutes * 60);
      }),
      { seed: 3 },
    );
  });

  it('are the others where one of the two is empty', () => {
    const some = [{ from: fromMs(0), until: null }];
    expect(joinedPauses([], some)).toBe(some);
    expect(joinedPauses(some, [])).toBe(some);
  });
});
