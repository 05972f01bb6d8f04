import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ParsedBodies } from '../../../src/adapters/sqlite/parsed-bodies.ts';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.ts';

test('the same text at the same place is the same value', () => {
  const parsed = new ParsedBodies();
  const first = parsed.at('p', 'a', '{"n":1}');
  expect(first).toEqual({ n: 1 });
  expect(parsed.at('p', 'a', '{"n":1}')).toBe(first);
});

test('another text at the same place is another value, and places are apart', () => {
  const parsed = new ParsedBodies();
  expect(parsed.at('p', 'a', '1')).toBe(1);
  expect(parsed.at('p', 'a', '[2]')).toEqual([2]);
  expect(parsed.at('p', 'a', '1')).toBe(1);
  expect(parsed.at('p', 'b', '3')).toBe(3);
  expect(parsed.at('q', 'a', '"4"')).toBe('4');
  expect(parsed.at('p', 'a', 'null')).toBe(null);
});

test('values stay right when more is parsed than is kept', () => {
  const parsed = new ParsedBodies();
  const long = 'x'.repeat(9 * 1024 * 1024);
  for (const sort of ['a', 'b', 'c', 'd', 'e', 'a']) {
    expect(parsed.at('p', sort, JSON.stringify({ sort, long }))).toEqual({ sort, long });
  }
});

test('what a listing answers cannot be changed, down to its innermost member', async () => {
  const store = openSqliteStore();
  await store.put('p', 'a', { list: [{ n: 1 }] }, 0);
  const [listed] = await store.list('p');
  const [many] = await store.getMany('p', ['a']);
  expect(many?.body).toBe(listed?.body);
  expect(() => Object.assign(listed?.body ?? {}, { n: 2 })).toThrow(TypeError);
  expect(listed?.body).toSatisfy(
    (body: { list: object[] }) => Object.isFrozen(body.list) && Object.isFrozen(body.list[0]),
  );
  store.close();
});

test('a listing tells what another connection wrote', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-parsed-'));
  const [one, other] = [openSqliteStore(join(folder, 's')), openSqliteStore(join(folder, 's'))];
  await one.put('p', 'a', { by: 'one' }, 0);
  expect(await one.list('p')).toEqual([{ sort: 'a', version: 1, body: { by: 'one' } }]);
  // The version starts again at 1: only the text tells the two apart.
  await other.delete('p', 'a', 1);
  await other.put('p', 'a', { by: 'other' }, 0);
  expect(await one.list('p')).toEqual([{ sort: 'a', version: 1, body: { by: 'other' } }]);
  one.close();
  other.close();
  rmSync(folder, { recursive: true });
});
