// Orders as data: which pauses count for whom, which order is open, what an order ends.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectivePauses, pausedBy, pauseReason } from '../../src/core/order/effective-pauses.ts';
import { interruption } from '../../src/core/order/interruption.ts';
import {
  openOrder,
  ordersGiven,
  type ServerOrder,
  type WaveOrders,
  withServerOrder,
} from '../../src/core/order/order.ts';
import {
  extendedDeadline,
  isPaused,
  mergedPauses,
  paused,
  pausedSeconds,
  unpaused,
} from '../../src/core/pause.ts';
import { fromMs } from '../../src/core/time.ts';
import { frozen } from './_factories.ts';

const at = (hour: number) => `2024-03-04T${String(hour).padStart(2, '0')}:00:00.000Z`;
const span = (from: number, until: number | null) => ({
  from: at(from),
  until: until === null ? null : at(until),
});
const none: WaveOrders = frozen({ resumedAt: null, pauses: [], aborted: false });
const one = { server: 's-1', tier: 0 };
const two = { server: 's-2', tier: 1 };

describe('pauses of several scopes', () => {
  it('are joined without counting an hour twice', () => {
    const lists = frozen([[span(1, 3), span(8, 9)], [span(2, 5)], [span(5, 6)]]);
    expect(mergedPauses(lists)).toEqual([span(1, 6), span(8, 9)]);
    expect(mergedPauses([])).toEqual([]);
    const deadline = { from: at(0), at: at(10) };
    expect(extendedDeadline(deadline, mergedPauses(lists), at(12))).toBe(at(16));
  });

  it('last as long as any lasted, each moment counted once', () => {
    const minute = (n: number) => fromMs(n * 60_000);
    const pauses = fc
      .uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 8 })
      .chain((marks) => {
        const sorted = marks.toSorted((a, b) => a - b);
        return fc.boolean().map((open) =>
          sorted.flatMap((from, i) => {
            if (i % 2 === 1) return [];
            const until = sorted[i + 1];
            if (until === undefined && !open) return [];
            return [{ from: minute(from), until: until === undefined ? null : minute(until) }];
          }),
        );
      });
    fc.assert(
      fc.property(fc.array(pauses, { maxLength: 3 }), (lists) => {
        let minutes = 0;
        for (let n = 0; n < 250; n += 1) {
          const covered = lists
            .flat()
            .some(({ from, until }) => from <= minute(n) && (until === null || until > minute(n)));
          if (covered) minutes += 1;
        }
        expect(pausedSeconds(mergedPauses(lists), minute(0), minute(250))).toBe(minutes * 60);
      }),
      { seed: 3 },
    );
  });

  it('stay open as long as one of them is, and end open', () => {
    const merged = mergedPauses(frozen([[span(1, null)], [span(2, 3), span(4, 5)]]));
    expect(merged).toEqual([span(1, null)]);
    expect(isPaused(mergedPauses(frozen([[span(1, 2)], [span(1, null)]])))).toBe(true);
  });

  it('begin once and end never before they began', () => {
    expect(paused([span(1, null)], at(2))).toEqual([span(1, null)]);
    expect(unpaused([span(3, null)], at(1))).toEqual([span(3, 3)]);
  });

  it('hold exactly whom their scope names', () => {
    const wave = frozen({
      ...none,
      tierPauses: { '1': [span(1, null)] },
      serverPauses: { 's-1': [span(1, 2)], 's-3': [span(1, null)] },
    });
    expect(pausedBy({ wave }, one)).toBeUndefined();
    expect(effectivePauses({ wave }, one)).toEqual([span(1, 2)]);
    expect(pausedBy({ wave }, two)).toBe('tier');
    expect(pausedBy({ wave }, { server: 's-3', tier: 0 })).toBe('server');
    expect(pausedBy({ wave })).toBeUndefined();
    const stage = { pauses: [span(1, null)] };
    expect(pausedBy({ wave, stage, plan: stage }, two)).toBe('stage');
    expect(pauseReason({ wave, plan: stage })).toBe('the plan is paused');
    expect(pauseReason({})).toBeUndefined();
  });
});

describe('an order to servers', () => {
  const ordered = { order: 'skip' as const, by: 'joe', at: at(1), reason: 'why' };

  it('is open until it is taken, and gives way to a later one', () => {
    const first = withServerOrder(none, ordered, { 's-1': 2, 's-2': 0 });
    const second = withServerOrder(first, { ...ordered, order: 'rollback' }, { 's-1': 3 });
    expect(openOrder({ wave: second }, 's-1', undefined)).toEqual({
      ...{ ...ordered, order: 'rollback' },
      ...{ number: 2, results: 3 },
    });
    expect(openOrder({ wave: second }, 's-2', undefined)?.order).toBe('skip');
    expect(openOrder({ wave: second }, 's-2', 1)).toBeUndefined();
    expect(openOrder({ wave: second }, 's-3', undefined)).toBeUndefined();
    expect(ordersGiven({ wave: second, plan: { pauses: [], given: 3 } })).toBe(5);
  });

  it('keeps who gave it once for all its servers, and forgets what no server needs', () => {
    const ids = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`s-${i}`, 3]));
    let wave = none;
    for (let i = 0; i < 20; i += 1) wave = withServerOrder(wave, ordered, ids);
    expect(Object.keys(wave.ordered ?? {})).toEqual(['20']);
    expect(JSON.stringify(wave).length).toBeLessThan(60_000);
  });
});

describe('what an order ends', () => {
  const order = (kind: ServerOrder['order']): ServerOrder => ({
    ...{ order: kind, by: 'joe', at: at(1), reason: 'why' },
    ...{ number: 1, results: 0 },
  });
  const ends = (kind: ServerOrder['order'], phase: string, waitsFor: string) =>
    interruption(order(kind), { phase, waitsFor })?.code;

  it.each(['launchable', 'drained', 'StartReplication', 'StartTest', 'StartCutover'])(
    'a skip ends %s, before anything is launched',
    (waitsFor) => expect(ends('skip', 'cutover', waitsFor)).toBe('OrderedSkip'),
  );

  it.each(['healthy', 'signable', 'finalized', 'idle', 'TerminateTargetInstances', 'unpaused'])(
    'a skip leaves %s alone',
    (waitsFor) => expect(ends('skip', 'cutover', waitsFor)).toBeUndefined(),
  );

  it('a rollback ends all but what takes back or cannot be taken back', () => {
    expect(ends('rollback', 'replicate', 'launchable')).toBe('OrderedRollback');
    expect(ends('rollback', 'cutover', 'healthy')).toBe('OrderedRollback');
    expect(ends('rollback', 'finalize', 'signable')).toBe('OrderedRollback');
    expect(ends('rollback', 'finalize', 'finalized')).toBeUndefined();
    expect(ends('rollback', 'finalize', 'archived')).toBeUndefined();
    expect(ends('rollback', 'test', 'TerminateTargetInstances')).toBeUndefined();
    expect(ends('rollback', 'rollback', 'idle')).toBeUndefined();
  });

  it('of a server that is retired: skipped before anything is lost, taken back while its grace lasts', () => {
    expect(ends('skip', 'retire', 'idle')).toBe('OrderedSkip');
    expect(ends('skip', 'retire', 'grace')).toBeUndefined();
    expect(ends('rollback', 'retire', 'grace')).toBe('OrderedRollback');
    expect(ends('rollback', 'retire', 'cleared')).toBeUndefined();
  });

  it('a retry, or none, ends nothing', () => {
    expect(ends('retry', 'test', 'healthy')).toBeUndefined();
    expect(interruption(undefined, { phase: 'test', waitsFor: 'StartTest' })).toBeUndefined();
  });
});
