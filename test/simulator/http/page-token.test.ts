import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chance } from '../../../src/simulator/chance.ts';
import { pageOf } from '../../../src/simulator/operations/page-token.ts';
import { hour, ready, rig, serverId } from '../rig.ts';

interface Item {
  readonly id: string;
  readonly order: number;
}

const use = { chance: new Chance(1), now: 0, lifeMs: 1000, request: 'a list' };
const items = (count: number): Item[] =>
  Array.from({ length: count }, (_, order) => ({ id: `item-${order}`, order }));
const orderOf = (item: Item) => item.order;

/** Reads all pages of a list that changes between them. */
function readAll(
  list: Item[],
  size: number,
  change: (page: number) => void,
  order?: (item: Item) => number,
): string[] {
  const seen: string[] = [];
  let token: string | undefined;
  for (let page = 0; page < 1000; page += 1) {
    const found = pageOf(list, { size, token }, use, order);
    if (found === undefined) throw new Error('refused');
    seen.push(...found.items.map((item) => item.id));
    token = found.nextToken;
    if (token === undefined) return seen;
    change(page);
  }
  throw new Error('endless');
}

describe('pages', () => {
  test.each([1, 2, 3, 7, 99, 100, 101, 1000])('of %d hold every item once', (size) => {
    const list = items(100);
    const ids = list.map((item) => item.id);
    expect(readAll(list, size, () => undefined)).toEqual(ids);
    expect(readAll(list, size, () => undefined, orderOf)).toEqual(ids);
  });

  test('of a list in order show what stays exactly once, whatever goes and comes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.array(fc.nat(59), { maxLength: 30 }), { maxLength: 12 }),
        (size, removals) => {
          const list = items(60);
          const gone = new Set(removals.flat().map((n) => `item-${n}`));
          const seen = readAll(
            list,
            size,
            (page) => {
              const now = new Set((removals[page] ?? []).map((n) => `item-${n}`));
              const kept = list.filter((item) => !now.has(item.id));
              const last = list.at(-1)?.order ?? 0;
              list.splice(0, list.length, ...kept);
              if (page < 5) list.push({ id: `new-${page}`, order: last + 1 + page });
            },
            orderOf,
          );
          const stayed = items(60)
            .map((item) => item.id)
            .filter((id) => !gone.has(id));
          expect(new Set(seen).size).toBe(seen.length);
          expect(stayed.filter((id) => !seen.includes(id))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('of a list without order are found again beside what is left', () => {
    const list = items(10);
    const first = pageOf(list, { size: 4, token: undefined }, use);
    // The newest comes first in a list of jobs; the last one shown is deleted.
    const changed = [{ id: 'newest', order: 99 }, ...list.filter((item) => item.order !== 3)];
    const next = pageOf(changed, { size: 2, token: first?.nextToken }, use);
    expect(next?.items.map((item) => item.id)).toEqual(['item-4', 'item-5']);
  });

  test('whose place is lost are refused', () => {
    const first = pageOf(items(10), { size: 4, token: undefined }, use);
    const other = items(10).map((item) => ({ ...item, id: `other-${item.order}` }));
    expect(pageOf(other, { size: 4, token: first?.nextToken }, use)).toBeUndefined();
  });

  test('hold what fits, and end where nothing more does', () => {
    const fits = (item: Item) => item.order % 3 === 0;
    for (const order of [orderOf, undefined]) {
      const first = pageOf(items(10), { size: 3, token: undefined }, use, order, fits);
      expect(first?.items.map((item) => item.order)).toEqual([0, 3, 6]);
      const next = pageOf(items(10), { size: 1, token: first?.nextToken }, use, order, fits);
      expect(next).toEqual({ items: [{ id: 'item-9', order: 9 }], nextToken: undefined });
    }
  });

  test('of nameless items go on by number', () => {
    const lines = Array.from({ length: 5 }, (_, n) => ({ event: `E${n}` }));
    const first = pageOf(lines, { size: 2, token: undefined }, use);
    const next = pageOf([...lines, { event: 'E5' }], { size: 9, token: first?.nextToken }, use);
    expect(next).toEqual({
      items: ['E2', 'E3', 'E4', 'E5'].map((event) => ({ event })),
      nextToken: undefined,
    });
  });
});

describe('a token', () => {
  const token = pageOf(items(10), { size: 4, token: undefined }, use)?.nextToken ?? '';
  const read = (given: string, other: Partial<typeof use> = {}) =>
    pageOf(items(10), { size: 4, token: given }, { ...use, ...other });

  test('is plain text for a URL, and may be used again', () => {
    expect(token).toMatch(/^[\w-]+$/);
    expect(read(token)).toEqual(read(token));
  });

  test('that was changed anywhere is refused', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'abcXYZ019_-'), (at, letter) => {
        const tampered = token.slice(0, at) + letter + token.slice(at + 1);
        expect(tampered === token || read(tampered) === undefined).toBe(true);
      }),
    );
    for (const bad of ['', 'x', token.slice(1), `${token}0`, token.slice(0, 17)]) {
      expect(read(bad)).toBeUndefined();
    }
  });

  test('of another request, another world or another time is refused', () => {
    expect(read(token, { request: 'another list' })).toBeUndefined();
    expect(read(token, { chance: new Chance(2) })).toBeUndefined();
    expect(read(token, { now: 1000 })).toBeDefined();
    expect(read(token, { now: 1001 })).toBeUndefined();
    expect(pageOf(items(10), { size: 4, token }, use, orderOf)).toBeUndefined();
  });
});

describe('the pages of a fleet', () => {
  const fleet = Array.from({ length: 9 }, (_, n) => ready(n));

  test('stay in step while servers are archived under way', () => {
    const { call } = rig({ fleet });
    const filters = { isArchived: false };
    const first = call('DescribeSourceServers', { filters, maxResults: 4 }).body;
    for (const n of [1, 3]) {
      call('DisconnectFromService', { sourceServerID: serverId(n) });
      call('MarkAsArchived', { sourceServerID: serverId(n) });
    }
    const next = call('DescribeSourceServers', { filters, nextToken: first.nextToken }).body;
    expect(next.items.map((s: { sourceServerID: string }) => s.sourceServerID)).toEqual(
      [4, 5, 6, 7, 8].map(serverId),
    );
  });

  test('are refused with the token of another operation, and with one of yesterday', () => {
    const { call, at } = rig({ fleet });
    const { nextToken } = call('DescribeSourceServers', { maxResults: 4 }).body;
    const refusal = {
      status: 400,
      error: 'ValidationException',
      body: { reason: 'fieldValidationFailed', fieldList: [{ name: 'nextToken' }] },
    };
    expect(call('DescribeJobs', { nextToken })).toMatchObject(refusal);
    at(24 * hour);
    expect(call('DescribeSourceServers', { nextToken }).status).toBe(200);
    at(25 * hour);
    expect(call('DescribeSourceServers', { nextToken })).toMatchObject(refusal);
  });
});
