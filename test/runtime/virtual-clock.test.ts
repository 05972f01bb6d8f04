import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';

describe('the virtual clock', () => {
  test('fires in the order of instants, and of setting where they are equal', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (delays) => {
        const clock = new VirtualClock(0);
        const fired: [number, number][] = [];
        for (const [i, ms] of delays.entries()) clock.at(ms, () => fired.push([ms, i]));
        clock.advanceTo(100);
        expect(fired).toEqual(
          delays
            .map((ms, i) => [ms, i])
            .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0)),
        );
      }),
    );
  });

  test('stands at the instant of the timer that fires', () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    clock.at(1500, () => seen.push(clock.now()));
    clock.advanceTo(5000);
    expect([seen, clock.nowMs()]).toEqual([['1970-01-01T00:00:01.500Z'], 5000]);
  });

  test('fires within one move what a timer sets on the way', () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const again = () => {
      seen.push(clock.nowMs());
      clock.at(clock.nowMs() + 10, again);
    };
    clock.at(10, again);
    clock.advanceTo(35);
    expect([seen, clock.nextAt()]).toEqual([[10, 20, 30], 40]);
  });

  test('says nothing of a cancelled timer, however many there are', () => {
    const clock = new VirtualClock(0);
    const cancels = Array.from({ length: 5000 }, (_, i) => clock.at(i, () => expect.unreachable()));
    const kept: number[] = [];
    clock.at(7000, () => kept.push(clock.nowMs()));
    for (const cancel of cancels) {
      cancel();
      cancel();
    }
    expect([clock.nextAt(), clock.pending]).toEqual([7000, 1]);
    clock.advanceTo(8000);
    expect([kept, clock.nextAt(), clock.pending]).toEqual([[7000], undefined, 0]);
  });

  test('never goes back, and takes a past instant as now', () => {
    const clock = new VirtualClock(1000);
    expect(() => clock.advanceTo(999)).toThrow(RangeError);
    clock.at(5, () => undefined);
    expect(clock.nextAt()).toBe(1000);
  });
});
