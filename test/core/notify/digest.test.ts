import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  digestOf,
  eachOnce,
  mostLines,
  mostNames,
  ofSeverities,
  withLines,
} from '../../../src/core/notify/digest.ts';
import { messageOf } from '../../../src/core/notify/message.ts';
import { wordsOf } from '../../../src/core/notify/words.ts';
import { eventLike, examples, hostileEvents, manyServers } from './_events.ts';

describe('a digest', () => {
  test('of 200 servers that change at once is one line, with the first ten by name', () => {
    const digest = digestOf(manyServers(200));
    expect(digest).toMatchObject({
      severity: 'info',
      events: 200,
      leftOut: { lines: 0, events: 0 },
    });
    expect(digest?.lines).toHaveLength(1);
    const message = messageOf(digest ?? never(), 'prod');
    expect(message.title).toBe('200 servers: life cycle READY_FOR_TEST → TESTING');
    expect(message.paragraphs[0]?.rest).toEqual([
      `${Array.from({ length: 10 }, (_, i) => `host-${i + 1} (s-${i})`).join(', ')} and 190 more`,
      'In wave programme-a.wave-1',
    ]);
  });

  test('of one event says all that is known of it', () => {
    const event = eventLike('Wave Server Outcome', {
      outcome: 'frozen',
      code: 'ExecutionDied',
      reason: 'nobody knows',
    });
    expect(messageOf(digestOf([event]) ?? never(), 'prod')).toEqual({
      severity: 'page',
      title: 'ACT NOW: db-1 (s-11111111111111111): outcome frozen, ExecutionDied',
      paragraphs: [
        {
          severity: 'page',
          head: 'db-1 (s-11111111111111111): outcome frozen, ExecutionDied',
          rest: [
            'nobody knows',
            'In wave programme-a.wave-1',
            'Meaning and remedy: docs/failures.md#executiondied',
          ],
        },
      ],
      foot: 'Landfall prod; more with: landfall status',
    });
  });

  test('begins with what is most urgent, and parts waves', () => {
    const digest = digestOf([
      ...manyServers(3),
      eventLike('Wave Held', { wave: 'p.w-2' }, 'held'),
      eventLike(
        'Source Server Lifecycle State Change',
        { previous: 'READY_FOR_TEST', current: 'TESTING', wave: 'p.w-2' },
        'other',
      ),
    ]);
    expect(digest?.lines.map(({ severity, place, events }) => [severity, place, events])).toEqual([
      ['page', 'wave p.w-2', 1],
      ['info', 'wave p.w-2', 1],
      ['info', 'wave programme-a.wave-1', 3],
    ]);
    expect(messageOf(digest ?? never(), 'prod').title).toBe(
      'ACT NOW: wave p.w-2: is held and waits for a person, and 2 other changes (5 events)',
    );
  });

  test('of nothing is none', () => {
    expect(digestOf([])).toBeUndefined();
    expect(ofSeverities(manyServers(3), ['page'])).toEqual([]);
    expect(ofSeverities(manyServers(3), undefined)).toHaveLength(3);
  });

  test('counts every event once, in whatever order and however often it comes', () => {
    fc.assert(
      fc.property(
        fc.array(hostileEvents, { minLength: 1, maxLength: 60 }),
        fc.integer(),
        (events, seed) => {
          const digest = digestOf(events) ?? never();
          const different = new Set(events.map(({ detail }) => detail.eventId)).size;
          const told = digest.lines.reduce((sum, line) => sum + line.events, 0);
          expect(told + digest.leftOut.events).toBe(different);
          expect(digest.events).toBe(different);
          expect(digest.lines.length).toBeLessThanOrEqual(mostLines);
          for (const line of digest.lines) {
            expect(line.names.length).toBeLessThanOrEqual(mostNames);
            expect(line.names.length + line.unnamed).toBeLessThanOrEqual(line.events);
            expect(line.names.length).toBeGreaterThan(0);
          }
          const twice = shuffled([...eachOnce(events), ...eachOnce(events)], seed);
          expect(digestOf(twice)).toEqual(digest);
          const fewer = withLines(digest, 2);
          expect(
            fewer.lines.reduce((sum, line) => sum + line.events, 0) + fewer.leftOut.events,
          ).toBe(different);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is as urgent as the most urgent of its events', () => {
    expect(digestOf(examples)?.severity).toBe('page');
    fc.assert(
      fc.property(fc.array(hostileEvents, { minLength: 1, maxLength: 10 }), (events) => {
        const all = eachOnce(events).map((event) => wordsOf(event).severity);
        const most = ['page', 'warning', 'info'].find((one) => all.some((other) => other === one));
        expect(digestOf(events)?.severity).toBe(most);
      }),
    );
  });
});

function never(): never {
  throw new Error('there is no digest');
}

function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  return items
    .map((item, i) => ({ item, key: Math.sin(seed + i * 7919) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
