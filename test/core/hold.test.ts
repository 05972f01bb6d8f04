import { describe, expect, it } from 'vitest';
import { heldSince, holdDeadline, openHold, resumedHolds } from '../../src/core/hold.ts';
import { plusSeconds } from '../../src/core/time.ts';

const at = (minute: number) => plusSeconds('2024-03-04T16:00:00.000Z', minute * 60);
const how = (minute: number) => ({ reason: 'r', timeoutSeconds: 3600, now: at(minute) });

const ben = (minute: number) => ({ at: at(minute), by: 'ben', reason: 'agreed' });

describe('a hold', () => {
  it('begins once, lasts until somebody ends it, and ends once', () => {
    const first = heldSince(undefined, at(0), how(5));
    expect(first).toEqual([{ from: at(5), until: null, reason: 'r', expiresAt: at(65) }]);
    expect(openHold(first)).toEqual(first?.[0]);
    expect(heldSince(first, at(6), how(7))).toBeUndefined();
    const ended = resumedHolds(first, ben(20));
    expect(openHold(ended)).toBeUndefined();
    expect(ended?.[0]).toMatchObject({ until: at(20), resumed: { by: 'ben', reason: 'agreed' } });
    expect(resumedHolds(ended, ben(21))).toBeUndefined();
    expect(resumedHolds(undefined, ben(21))).toBeUndefined();
  });

  it('does not begin again for what was done before it was ended', () => {
    const ended = resumedHolds(heldSince(undefined, at(0), how(5)), ben(20));
    expect(heldSince(ended, at(19), how(30))).toBeUndefined();
    expect(heldSince(ended, at(20), how(30))).toBeUndefined();
    expect(heldSince(ended, at(21), how(30))).toHaveLength(2);
  });

  it('never ends before it began', () => {
    expect(resumedHolds(heldSince(undefined, at(0), how(5)), ben(1))?.[0]?.until).toBe(at(5));
  });

  it('expires later by the time that its wave was paused', () => {
    const [hold] = heldSince(undefined, at(0), how(5)) ?? [];
    if (hold === undefined) throw new Error('not held');
    expect(holdDeadline(hold, [], at(30))).toBe(at(65));
    expect(holdDeadline(hold, [{ from: at(10), until: at(20) }], at(30))).toBe(at(75));
  });
});
