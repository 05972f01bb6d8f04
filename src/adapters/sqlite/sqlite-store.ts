import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { fromMs, type Instant, toMs } from '../../core/time.ts';
import type { Item, Store } from '../../flow/ports.ts';
import { bodyText, checkKey, checkPrefix, checkVersion } from '../store-item.ts';
import { ParsedBodies } from './parsed-bodies.ts';

/** A store in one SQLite database, with what only a local file can do. */
export interface SqliteStore extends Store {
  /** Writes the whole store to a new file, which `openSqliteStore` opens; an existing file is refused. */
  readonly saveTo: (path: string) => void;
  /** Deletes what expired before an instant, and says how many items that were. */
  readonly purge: (now: Instant) => number;
  /** Closes the database; every later call rejects. */
  readonly close: () => void;
}

// Keys compare by BINARY collation, which is memcmp on UTF-8: the order that DynamoDB has.
const schema = `
  CREATE TABLE IF NOT EXISTS item (
    partition  TEXT NOT NULL,
    sort       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    body       TEXT NOT NULL,
    expires_at TEXT,
    PRIMARY KEY (partition, sort)
  ) WITHOUT ROWID`;

/**
 * Opens the embedded store: in memory, or in a file that several processes may share. As with
 * DynamoDB, whose time to live is lazy, an expired item is answered until something deletes it.
 * What several items are read at once for is to look at them: those bodies are frozen.
 */
export function openSqliteStore(path = ':memory:'): SqliteStore {
  const database = new DatabaseSync(path, { timeout: 5000 });
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec(schema);

  const get = database.prepare('SELECT version, body FROM item WHERE partition = ? AND sort = ?');
  const columns = 'SELECT sort, version, body FROM item WHERE partition = ?';
  const listFrom = database.prepare(`${columns} AND sort >= ? ORDER BY sort`);
  const listBetween = database.prepare(`${columns} AND sort >= ? AND sort < ? ORDER BY sort`);
  const insert = database.prepare(
    'INSERT INTO item VALUES (?, ?, 1, ?, ?) ON CONFLICT (partition, sort) DO NOTHING',
  );
  const update = database.prepare(
    `UPDATE item SET version = version + 1, body = ?, expires_at = ?
     WHERE partition = ? AND sort = ? AND version = ?`,
  );
  const remove = database.prepare(
    'DELETE FROM item WHERE partition = ? AND sort = ? AND version = ?',
  );
  const purge = database.prepare('DELETE FROM item WHERE expires_at < ?');
  const save = database.prepare('VACUUM INTO ?');
  const parsed = new ParsedBodies();

  return {
    get: async (partition, sort) => {
      checkKey(partition, sort);
      const row = get.get(partition, sort);
      if (row === undefined) return undefined;
      const body: unknown = JSON.parse(String(row['body']));
      return { sort, version: Number(row['version']), body };
    },
    getMany: async (partition, sorts) => {
      for (const sort of sorts) checkKey(partition, sort);
      return [...new Set(sorts)].flatMap((sort) => {
        const row = get.get(partition, sort);
        return row === undefined ? [] : [listedItem(partition, sort, row, parsed)];
      });
    },
    list: async (partition, prefix = '') => {
      checkPrefix(partition, prefix);
      const end = endOfPrefix(prefix);
      const rows =
        end === undefined
          ? listFrom.all(partition, prefix)
          : listBetween.all(partition, prefix, end);
      return rows.map((row) => listedItem(partition, String(row['sort']), row, parsed));
    },
    put: async (partition, sort, body, expectedVersion, expiresAt) => {
      checkKey(partition, sort);
      checkVersion(expectedVersion);
      const text = bodyText(partition, sort, body);
      // In one form, so that instants compare as texts.
      const expires = expiresAt === undefined ? null : fromMs(toMs(expiresAt));
      const { changes } =
        expectedVersion === 0
          ? insert.run(partition, sort, text, expires)
          : update.run(text, expires, partition, sort, expectedVersion);
      return changes === 1 ? expectedVersion + 1 : 'conflict';
    },
    delete: async (partition, sort, expectedVersion) => {
      checkKey(partition, sort);
      checkVersion(expectedVersion);
      const { changes } = remove.run(partition, sort, expectedVersion);
      return changes === 1 ? 'deleted' : 'conflict';
    },
    saveTo: (file) => {
      save.run(file);
    },
    purge: (now) => Number(purge.run(fromMs(toMs(now))).changes),
    close: () => database.close(),
  };
}

function listedItem(
  partition: string,
  sort: string,
  row: Record<string, SQLOutputValue>,
  parsed: ParsedBodies,
): Item {
  const body = parsed.at(partition, sort, String(row['body']));
  return { sort, version: Number(row['version']), body };
}

/**
 * Says the smallest text that comes after every text with the prefix, in the order of code points,
 * which is the order of UTF-8 bytes; undefined where there is none.
 */
function endOfPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  const last = points.findLastIndex((point) => point < 0x10ffff);
  if (last === -1) return undefined;
  const next = (points[last] ?? 0) + 1;
  // Surrogates are no characters; the one after U+D7FF is U+E000.
  const legal = next === 0xd800 ? 0xe000 : next;
  return String.fromCodePoint(...points.slice(0, last), legal);
}
