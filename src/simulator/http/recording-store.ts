import { DatabaseSync, type StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { type JsonObject, parseJson } from '../json.ts';
import { Entry, RecordedOptions, type Recording, recordingFormat, Standing } from './recording.ts';

const Row = z.object({ value: z.string() });

/** A state file that cannot be used, with the reason. */
export class StateFileRefused extends Error {
  override readonly name = 'StateFileRefused';
}

/** Keeps a recording in a SQLite file, or in memory. Every entry is on disk when `append` returns. */
export class RecordingStore {
  readonly #database: DatabaseSync;
  readonly #append: StatementSync;
  readonly #set: StatementSync;
  readonly #get: StatementSync;

  /** Opens a file, which is created where there is none; throws StateFileRefused where it is not ours. */
  constructor(file = ':memory:') {
    try {
      this.#database = new DatabaseSync(file);
      this.#database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA locking_mode = EXCLUSIVE;
        CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS entry (sequence INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
      `);
      this.#append = this.#database.prepare('INSERT INTO entry (value) VALUES (?)');
      this.#set = this.#database.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
      this.#get = this.#database.prepare('SELECT value FROM meta WHERE key = ?');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new StateFileRefused(`${file} cannot be used: ${message}`, { cause: error });
    }
  }

  /** Answers the options of the recording in the file; undefined where there is none yet. */
  options(): z.output<typeof RecordedOptions> | undefined {
    const format = this.#meta('format');
    if (format === undefined) return undefined;
    if (format !== recordingFormat) {
      throw new StateFileRefused(`the state is of the form ${format}, not ${recordingFormat}`);
    }
    return RecordedOptions.parse(parseJson(this.#meta('options') ?? ''));
  }

  /** Reads where the recording stands. */
  standing(): Standing {
    return Standing.parse(parseJson(this.#meta('standing') ?? ''));
  }

  /** Reads the entries one by one, oldest first. */
  *entries(): Generator<Entry> {
    for (const row of this.#database
      .prepare('SELECT value FROM entry ORDER BY sequence')
      .iterate()) {
      yield Entry.parse(parseJson(Row.parse(row).value));
    }
  }

  /** Begins a recording; what was there is replaced, all of it or nothing. */
  begin(options: JsonObject, standing: Standing, entries: readonly Entry[] = []): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      this.#database.exec('DELETE FROM entry');
      this.#set.run('format', recordingFormat);
      this.#set.run('options', JSON.stringify(options));
      this.#set.run('standing', JSON.stringify(standing));
      for (const entry of entries) this.#append.run(JSON.stringify(entry));
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Adds an entry. */
  append(entry: Entry): void {
    this.#append.run(JSON.stringify(entry));
  }

  /** Notes where the recording stands. */
  note(standing: Standing): void {
    this.#set.run('standing', JSON.stringify(standing));
  }

  /** Answers how far virtual time was ahead of the wall's, in milliseconds; undefined where nobody noted it. */
  ahead(): number | undefined {
    const text = this.#meta('ahead');
    return text === undefined ? undefined : Number(text);
  }

  /** Notes how far virtual time is ahead of the wall's. */
  noteAhead(ms: number): void {
    this.#set.run('ahead', String(ms));
  }

  /** Answers the whole recording. */
  recording(): Recording {
    const options = this.options();
    if (options === undefined) throw new Error('no recording was begun');
    return {
      format: recordingFormat,
      options,
      entries: [...this.entries()],
      standing: this.standing(),
    };
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }

  #meta(key: string): string | undefined {
    const row = this.#get.get(key);
    return row === undefined ? undefined : Row.parse(row).value;
  }
}
