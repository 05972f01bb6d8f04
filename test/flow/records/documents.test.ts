import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.ts';
import { change } from '../../../src/flow/records/documents.ts';

test('forty writers of one document all come to their turn', async () => {
  const store = openSqliteStore();
  const where = { partition: 'target/mgn:111122223333:us-east-1', sort: 'call-budget' };
  const writers = Array.from({ length: 40 }, () =>
    change<{ readonly count: number }>(store, where, (held) => ({ count: (held?.count ?? 0) + 1 })),
  );
  await Promise.all(writers);
  expect((await store.get(where.partition, where.sort))?.body).toEqual({ count: 40 });
  store.close();
});
