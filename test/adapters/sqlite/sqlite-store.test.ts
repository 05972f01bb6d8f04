import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.ts';
import { storeContract } from '../../contracts/store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'landfall-store-'));
const inMemory = openSqliteStore();
const inFile = openSqliteStore(join(folder, 'store.sqlite'));

afterAll(() => {
  inMemory.close();
  inFile.close();
  rmSync(folder, { recursive: true });
});

storeContract('SQLite in memory', () => inMemory);
storeContract('SQLite in a file', () => inFile);

test('two connections to one file see one another, and only one of them wins', async () => {
  const path = join(folder, 'shared.sqlite');
  const [one, other] = [openSqliteStore(path), openSqliteStore(path)];
  await one.put('p', 'a', 'first', 0);
  expect(await other.get('p', 'a')).toEqual({ sort: 'a', version: 1, body: 'first' });
  expect(await other.put('p', 'a', 'second', 1)).toBe(2);
  expect(await one.put('p', 'a', 'late', 1)).toBe('conflict');
  expect(await one.get('p', 'a')).toEqual({ sort: 'a', version: 2, body: 'second' });
  one.close();
  other.close();
});

test('a store in memory is saved to a file that opens as the same store', async () => {
  const store = openSqliteStore();
  await store.put('p', 'a', { n: 1 }, 0);
  await store.put('p', 'a', { n: 2 }, 1);
  const path = join(folder, 'saved.sqlite');
  store.saveTo(path);
  await store.put('p', 'a', { n: 3 }, 2);
  const opened = openSqliteStore(path);
  expect(await opened.list('p')).toEqual([{ sort: 'a', version: 2, body: { n: 2 } }]);
  opened.close();
  expect(() => store.saveTo(path)).toThrow('already exists');
  store.close();
});

test('what expired is answered until it is purged', async () => {
  const store = openSqliteStore();
  await store.put('p', 'old', 1, 0, '2024-01-01T00:00:00Z');
  await store.put('p', 'young', 1, 0, '2024-01-03T00:00:00.000Z');
  await store.put('p', 'ageless', 1, 0);
  expect((await store.list('p')).map((item) => item.sort)).toEqual(['ageless', 'old', 'young']);
  expect(store.purge('2024-01-02T00:00:00.000Z')).toBe(1);
  expect(store.purge('2024-01-02T00:00:00.000Z')).toBe(0);
  expect((await store.list('p')).map((item) => item.sort)).toEqual(['ageless', 'young']);
  store.close();
});

test('a closed store rejects', async () => {
  const store = openSqliteStore();
  store.close();
  await expect(store.get('p', 'a')).rejects.toThrow();
});
