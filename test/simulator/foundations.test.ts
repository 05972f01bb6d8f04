import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Agenda } from '../../src/simulator/agenda.ts';
import { Chance } from '../../src/simulator/chance.ts';
import { type FreeShare, SharedLink } from '../../src/simulator/shared-link.ts';
import { durationMs, durationText, stamp } from '../../src/simulator/wire-time.ts';

describe('time on the wire', () => {
  test('prints zero as P0D and leaves out parts that are zero', () => {
    expect([0, 252_500, 58_838_697, 93_784_500].map(durationText)).toEqual([
      'P0D',
      'PT4M12.5S',
      'PT16H20M38.697S',
      'P1DT2H3M4.5S',
    ]);
  });

  test('reads every duration that it prints', () => {
    fc.assert(fc.property(fc.nat({ max: 10 ** 11 }), (ms) => durationMs(durationText(ms)) === ms));
  });

  test('refuses text that is no duration', () => {
    expect(['', 'P', 'PT', '5m', 'P1DT', undefined].map(durationMs)).toEqual(
      new Array(6).fill(undefined),
    );
  });

  test('prints instants in either form, always the same way', () => {
    const ms = Date.parse('2024-03-04T16:20:07.412Z');
    expect(stamp(ms, '+00:00')).toMatch(/^2024-03-04T16:20:07\.412\d{3}\+00:00$/);
    expect(stamp(ms, '+00:00')).toBe(stamp(ms, '+00:00'));
    expect(stamp(ms, 'Z')).toBe('2024-03-04T16:20:07.412Z');
  });
});

describe('chance', () => {
  test('draws the same for the same seed and purpose, and else differently', () => {
    const one = new Chance(1);
    expect(one.unit('a', 'b')).toBe(new Chance(1).unit('a', 'b'));
    expect(one.unit('a', 'b')).not.toBe(new Chance(2).unit('a', 'b'));
    expect(one.hex17('x')).toMatch(/^[0-9a-f]{17}$/);
    expect(one.uuid('x')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test('spreads evenly', () => {
    const chance = new Chance(5);
    const below = Array.from({ length: 10_000 }, (_, i) => chance.unit('draw', i)).filter(
      (u) => u < 0.05,
    );
    expect(below.length).toBeGreaterThan(420);
    expect(below.length).toBeLessThan(580);
  });
});

describe('the agenda', () => {
  test('acts in the order of time, and of arrival where times are equal', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 })), (times) => {
        const agenda = new Agenda();
        const acted: [number, number][] = [];
        times.forEach((at, i) => {
          agenda.add(at, () => acted.push([at, i]));
        });
        for (let due = agenda.takeDue(99); due !== undefined; due = agenda.takeDue(99)) due.act();
        const expected = times.map((at, i): [number, number] => [at, i]);
        expect(acted).toEqual(expected.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
      }),
    );
  });

  test('forgets what was cancelled', () => {
    const agenda = new Agenda();
    agenda.add(1, () => {}).cancelled = true;
    agenda.add(2, () => {});
    expect(agenda.nextAt()).toBe(2);
    expect(agenda.takeDue(1)).toBeUndefined();
  });
});

describe('the shared link', () => {
  const run = (
    flows: readonly { at: number; bytes: number }[],
    speed = { bytesPerMs: 10, capPerMs: 10 },
    free?: FreeShare,
  ) => {
    const agenda = new Agenda();
    const link = new SharedLink(speed, agenda, 0, 0, free);
    const ends: number[] = [];
    flows.forEach(({ at, bytes }, i) => {
      agenda.add(at, () => {
        link.start(bytes, at, () => {
          ends[i] = now;
        });
      });
    });
    let now = 0;
    for (let due = agenda.takeDue(1e12); due !== undefined; due = agenda.takeDue(1e12)) {
      now = due.at;
      due.act();
    }
    return ends;
  };

  test('gives one flow all, and two flows half each', () => {
    expect(run([{ at: 0, bytes: 1000 }])).toEqual([100]);
    expect(
      run([
        { at: 0, bytes: 1000 },
        { at: 0, bytes: 1000 },
      ]),
    ).toEqual([200, 200]);
  });

  test('lets a late small flow overtake an early large one', () => {
    // 500 bytes alone until 50; then 5 a millisecond each: the small one needs 20 ms, the large one has 400 left.
    expect(
      run([
        { at: 0, bytes: 1000 },
        { at: 50, bytes: 100 },
      ]),
    ).toEqual([110, 70]);
  });

  test('keeps every flow under the cap', () => {
    expect(run([{ at: 0, bytes: 1000 }], { bytesPerMs: 10, capPerMs: 2 })).toEqual([500]);
  });

  test('gives the bandwidth of a stopped flow to the others', () => {
    const agenda = new Agenda();
    const link = new SharedLink({ bytesPerMs: 10, capPerMs: 10 }, agenda, 0, 0);
    let endedAt = 0;
    link.start(1000, 0, () => {
      endedAt = 150;
    });
    const other = link.start(1000, 0, () => {});
    link.stop(other, 100);
    expect(other.served).toBe(500);
    expect(agenda.nextAt()).toBe(150);
    agenda.takeDue(150)?.act();
    expect(endedAt).toBe(150);
    expect(agenda.nextAt()).toBeUndefined();
  });

  test('goes at the pace of what is free of it, which changes while a flow runs', () => {
    // 100 ms at ten bytes, 100 ms at five, then ten again; the cap is no share of the link.
    const free = (at: number) =>
      at < 100
        ? { share: 1, until: 100 }
        : at < 200
          ? { share: 0.5, until: 200 }
          : { share: 1, until: Number.POSITIVE_INFINITY };
    expect(run([{ at: 0, bytes: 1400 }], { bytesPerMs: 10, capPerMs: 10 }, free)).toEqual([180]);
    expect(run([{ at: 0, bytes: 1600 }], { bytesPerMs: 10, capPerMs: 10 }, free)).toEqual([210]);
    expect(run([{ at: 0, bytes: 1400 }], { bytesPerMs: 10, capPerMs: 5 }, free)).toEqual([280]);
    expect(run([{ at: 150, bytes: 100 }], { bytesPerMs: 10, capPerMs: 10 }, free)).toEqual([170]);
  });

  test('ends a flow also where what is left takes less time than an instant can tell', () => {
    // Around 2024 a number of milliseconds tells a quarter of a microsecond: at this pace some dozens of bytes.
    const start = Date.parse('2024-03-05T21:38:04.000Z');
    const agenda = new Agenda();
    const link = new SharedLink({ bytesPerMs: 1e9, capPerMs: 1e9 }, agenda, start, 0);
    let ended = false;
    link.start(1000, start, () => {
      ended = true;
    });
    for (let n = 0; n < 5 && !ended; n += 1) agenda.takeDue(start + 10)?.act();
    expect(ended).toBe(true);
  });

  test('is never idle while a flow waits: the last end is the sum of all bytes', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(sizes, (bytes) => {
        const ends = run(bytes.map((b) => ({ at: 0, bytes: b })));
        const total = bytes.reduce((sum, b) => sum + b, 0) / 10;
        // Each end is rounded up to a whole millisecond.
        expect(Math.max(...ends)).toBeGreaterThanOrEqual(Math.floor(total));
        expect(Math.max(...ends)).toBeLessThanOrEqual(total + bytes.length + 1);
      }),
    );
  });
});
