import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../../src/core/failure.ts';
import type { Store } from '../../src/flow/ports.ts';

let partitions = 0;
const aPartition = () => `partition-${++partitions}`;

/** What every store does; `store` answers the one under test, once its own set-up has run. */
export function storeContract(name: string, store: () => Store): void {
  describe(`${name} as a store`, () => {
    test('answers nothing where nothing was written', async () => {
      const partition = aPartition();
      expect(await store().get(partition, 'a')).toBeUndefined();
      expect(await store().list(partition)).toEqual([]);
      expect(await store().list(partition, 'a')).toEqual([]);
    });

    test('keeps a new item under version 1', async () => {
      const partition = aPartition();
      expect(await store().put(partition, 'a', { n: 1 }, 0)).toBe(1);
      expect(await store().get(partition, 'a')).toEqual({ sort: 'a', version: 1, body: { n: 1 } });
    });

    test('refuses to create what exists, and leaves it as it is', async () => {
      const partition = aPartition();
      await store().put(partition, 'a', 'first', 0);
      expect(await store().put(partition, 'a', 'second', 0)).toBe('conflict');
      expect(await store().get(partition, 'a')).toEqual({ sort: 'a', version: 1, body: 'first' });
    });

    test('counts every write of the version that was read', async () => {
      const partition = aPartition();
      await store().put(partition, 'a', 1, 0);
      expect(await store().put(partition, 'a', 2, 1)).toBe(2);
      expect(await store().put(partition, 'a', 3, 2)).toBe(3);
      expect(await store().get(partition, 'a')).toEqual({ sort: 'a', version: 3, body: 3 });
    });

    test.each([
      ['an older one', 1],
      ['a later one', 3],
    ])('refuses a write that expects %s', async (_, expected) => {
      const partition = aPartition();
      await store().put(partition, 'a', 1, 0);
      await store().put(partition, 'a', 2, 1);
      expect(await store().put(partition, 'a', 'lost', expected)).toBe('conflict');
      expect(await store().get(partition, 'a')).toEqual({ sort: 'a', version: 2, body: 2 });
    });

    test('refuses to update what is absent, and creates nothing', async () => {
      const partition = aPartition();
      expect(await store().put(partition, 'a', 1, 1)).toBe('conflict');
      expect(await store().get(partition, 'a')).toBeUndefined();
    });

    test('deletes the version that was read, and starts again from 1', async () => {
      const partition = aPartition();
      await store().put(partition, 'a', 1, 0);
      await store().put(partition, 'a', 2, 1);
      expect(await store().delete(partition, 'a', 2)).toBe('deleted');
      expect(await store().get(partition, 'a')).toBeUndefined();
      expect(await store().put(partition, 'a', 3, 0)).toBe(1);
    });

    test('refuses to delete another version, or what is absent', async () => {
      const partition = aPartition();
      await store().put(partition, 'a', 1, 0);
      expect(await store().delete(partition, 'a', 2)).toBe('conflict');
      expect(await store().delete(partition, 'a', 0)).toBe('conflict');
      expect(await store().delete(partition, 'b', 1)).toBe('conflict');
      expect(await store().delete(partition, 'b', 0)).toBe('conflict');
      expect(await store().get(partition, 'a')).toEqual({ sort: 'a', version: 1, body: 1 });
    });

    test('answers many items at once: those that are there, in the order asked for, each once', async () => {
      const [partition, other] = [aPartition(), aPartition()];
      const sorts = Array.from({ length: 230 }, (_, n) => `s-${n}`);
      await Promise.all(sorts.map((sort, n) => store().put(partition, sort, n, 0)));
      await store().put(partition, 's-7', 'newer', 1);
      await store().put(other, 'elsewhere', 1, 0);
      expect(
        await store().getMany(partition, ['s-9', 'absent', 's-7', '😀', 's-9', 'elsewhere']),
      ).toEqual([
        { sort: 's-9', version: 1, body: 9 },
        { sort: 's-7', version: 2, body: 'newer' },
      ]);
      const backwards = sorts.toReversed();
      const answered = await store().getMany(partition, backwards);
      expect(answered.map((item) => item.sort)).toEqual(backwards);
      expect(await store().getMany(partition, [])).toEqual([]);
      await expect(store().getMany(partition, ['s-1', ''])).rejects.toThrow(InvalidInput);
    });

    test('answers many large items at once', async () => {
      const partition = aPartition();
      const body = 'x'.repeat(340_000);
      const sorts = Array.from({ length: 12 }, (_, n) => `s-${n}`);
      for (const sort of sorts) await store().put(partition, sort, body, 0);
      const answered = await store().getMany(partition, sorts);
      expect(answered.map((item) => [item.sort, item.body === body])).toEqual(
        sorts.map((sort) => [sort, true]),
      );
    });

    test('keeps partitions apart', async () => {
      const [one, other] = [aPartition(), aPartition()];
      await store().put(one, 'a', 1, 0);
      expect(await store().put(other, 'a', 2, 0)).toBe(1);
      expect(await store().list(one)).toEqual([{ sort: 'a', version: 1, body: 1 }]);
      expect(await store().list(other)).toEqual([{ sort: 'a', version: 1, body: 2 }]);
    });

    test('lists in the order of UTF-8 bytes, which is not the order of JavaScript', async () => {
      const partition = aPartition();
      const inOrder = ['A', 'Z', 'a', 'a/b', 'a0', 'é', '\u{d7ff}', '\u{e000}', '\u{ffff}', '😀'];
      for (const sort of inOrder.toReversed()) await store().put(partition, sort, 1, 0);
      const listed = await store().list(partition);
      expect(listed.map((item) => item.sort)).toEqual(inOrder);
      expect(inOrder.toSorted()).not.toEqual(inOrder);
    });

    test.each(['%', '_', '*', '[a', "'", '"', '\\', '#', '\u0001', '\u{d7ff}', '\u{10ffff}', '😀'])(
      'takes the prefix %j as it is written',
      async (prefix) => {
        const partition = aPartition();
        const inside = [prefix, `${prefix}0`, `${prefix}\u{10ffff}`, `${prefix}\u{10ffff}1`];
        for (const sort of [...inside, 'x', '\u{e000}', `a${prefix}`]) {
          await store().put(partition, sort, 1, 0);
        }
        const listed = await store().list(partition, prefix);
        expect(listed.map((item) => item.sort)).toEqual(inside);
      },
    );

    test('lists more than one page of a megabyte', async () => {
      const partition = aPartition();
      const body = 'x'.repeat(60_000);
      const sorts = Array.from({ length: 40 }, (_, n) => `item/${String(n).padStart(3, '0')}`);
      await Promise.all(sorts.map((sort) => store().put(partition, sort, body, 0)));
      const listed = await store().list(partition, 'item/');
      expect(listed).toEqual(sorts.map((sort) => ({ sort, version: 1, body })));
    });

    test('keeps 350 KiB of JSON, counted in bytes, and refuses one more', async () => {
      const partition = aPartition();
      const fits = 'é'.repeat((350 * 1024 - 2) / 2);
      expect(await store().put(partition, 'a', fits, 0)).toBe(1);
      expect(await store().get(partition, 'a')).toEqual({ sort: 'a', version: 1, body: fits });
      await expect(store().put(partition, 'b', `${fits}x`, 0)).rejects.toThrow(InvalidInput);
      expect(await store().get(partition, 'b')).toBeUndefined();
    });

    test.each([
      ['null', null],
      ['a text with half a surrogate pair', '\ud83d'],
      ['a text with a NUL', 'a\u0000b'],
      ['nested lists and objects', { a: [{ b: [] }, {}, 1.5, -0.25, true, 'ünï', null] }],
      ['the largest safe integer', Number.MAX_SAFE_INTEGER],
    ])('gives %s back as it was', async (_, body) => {
      const partition = aPartition();
      await store().put(partition, 'a', body, 0);
      expect(await store().get(partition, 'a')).toEqual({ sort: 'a', version: 1, body });
    });

    test('keeps its own copy of a body', async () => {
      const partition = aPartition();
      const body = { n: 1 };
      await store().put(partition, 'a', body, 0);
      body.n = 2;
      const read = await store().get(partition, 'a');
      Object.assign(read?.body ?? {}, { n: 3 });
      expect(await store().get(partition, 'a')).toEqual({ sort: 'a', version: 1, body: { n: 1 } });
    });

    test('takes a time of expiry, and its removal', async () => {
      const partition = aPartition();
      expect(await store().put(partition, 'a', 1, 0, '2999-01-01T00:00:00.000Z')).toBe(1);
      expect(await store().put(partition, 'a', 2, 1)).toBe(2);
      expect(await store().get(partition, 'a')).toEqual({ sort: 'a', version: 2, body: 2 });
      await expect(store().put(partition, 'b', 1, 0, 'tomorrow')).rejects.toThrow(RangeError);
    });

    test('lets exactly one of many creators win', async () => {
      const partition = aPartition();
      const writers = Array.from({ length: 20 }, (_, n) => store().put(partition, 'a', n, 0));
      const answers = await Promise.all(writers);
      const winners = answers.flatMap((answer, n) => (answer === 'conflict' ? [] : [n]));
      expect(winners).toHaveLength(1);
      expect(await store().get(partition, 'a')).toEqual({
        sort: 'a',
        version: 1,
        body: winners[0],
      });
    });

    test('lets exactly one of many writers and deleters win', async () => {
      const partition = aPartition();
      await store().put(partition, 'a', 'first', 0);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          n % 2 === 0 ? store().put(partition, 'a', n, 1) : store().delete(partition, 'a', 1),
        ),
      );
      expect(answers.filter((answer) => answer !== 'conflict')).toHaveLength(1);
    });

    test.each([
      ['an empty partition', '', 'a'],
      ['an empty sort key', 'p', ''],
      ['half a surrogate pair', 'p', '\ud83d'],
      ['a sort key over 1,024 bytes', 'p', 'é'.repeat(513)],
      ['a partition over 2,048 bytes', 'p'.repeat(2049), 'a'],
    ])('refuses %s', async (_, partition, sort) => {
      await expect(store().get(partition, sort)).rejects.toThrow(InvalidInput);
      await expect(store().put(partition, sort, 1, 0)).rejects.toThrow(InvalidInput);
      await expect(store().delete(partition, sort, 1)).rejects.toThrow(InvalidInput);
    });

    test('refuses a prefix that no key could have, and what is not JSON', async () => {
      await expect(store().list('p', '\udc00')).rejects.toThrow(InvalidInput);
      await expect(store().list('')).rejects.toThrow(InvalidInput);
      await expect(store().put('p', 'a', undefined, 0)).rejects.toThrow(InvalidInput);
      await expect(store().put('p', 'a', 1, -1)).rejects.toThrow(InvalidInput);
      await expect(store().delete('p', 'a', 0.5)).rejects.toThrow(InvalidInput);
    });

    test('does what a map of versions does, whatever is asked of it', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anOperation, { maxLength: 14 }), async (operations) => {
          const partition = aPartition();
          const model = new Map<string, { version: number; body: unknown }>();
          for (const operation of operations) {
            const { sort, expected, body } = operation;
            const there = model.get(sort);
            const agrees = (there?.version ?? 0) === expected;
            if (operation.kind === 'put') {
              if (agrees) model.set(sort, { version: expected + 1, body });
              expect(await store().put(partition, sort, body, expected)).toBe(
                agrees ? expected + 1 : 'conflict',
              );
            } else {
              const deletes = agrees && there !== undefined;
              if (deletes) model.delete(sort);
              expect(await store().delete(partition, sort, expected)).toBe(
                deletes ? 'deleted' : 'conflict',
              );
            }
          }
          const all = [...model]
            .map(([sort, item]) => ({ sort, ...item }))
            .toSorted((a, b) => Buffer.compare(Buffer.from(a.sort), Buffer.from(b.sort)));
          expect(await store().list(partition)).toEqual(all);
          for (const prefix of someKeys) {
            expect(await store().list(partition, prefix)).toEqual(
              all.filter((item) => item.sort.startsWith(prefix)),
            );
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}

const someKeys = ['a', 'a#', 'a#b', '\u{ffff}', '😀'];
const anOperation = fc.record({
  kind: fc.constantFrom('put' as const, 'put' as const, 'delete' as const),
  sort: fc.constantFrom(...someKeys),
  expected: fc.nat({ max: 3 }),
  body: fc.jsonValue({ maxDepth: 2 }).map((value): unknown => JSON.parse(JSON.stringify(value))),
});
