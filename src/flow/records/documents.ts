// How documents are read and changed. Each is changed by a conditional write; `change` reads, decides and writes again until
// nobody came in between.
import type { PendingEvent } from '../../core/event/stream.ts';
import { FailureCode, TransientFailure } from '../../core/failure.ts';
import type { Item, Ports, Store } from '../ports.ts';

/** A kind of document: where it lies. */
export interface Place<T> {
  readonly partition: string;
  readonly sort: string;
  readonly kind?: T;
}

/** A document with the version that the next write must name; version 0 where there is none. */
export interface Held<T> {
  readonly version: number;
  readonly body: T | undefined;
}

/** A document that is there, with its sort key and version. */
export interface Found<T> {
  readonly sort: string;
  readonly version: number;
  readonly body: T;
}

/** Reads a body back as the type of its place. */
function trusted<T>(body: unknown): T {
  // biome-ignore lint/nursery/noUnsafeTypeAssertion: every document is written by this module with its place's type
  return body as T;
}

/** Reads a document. */
export async function read<T>(store: Store, where: Place<T>): Promise<Held<T>> {
  const item = await store.get(where.partition, where.sort);
  return item === undefined
    ? { version: 0, body: undefined }
    : { version: item.version, body: trusted<T>(item.body) };
}

/** Reads all documents of a partition whose sort key starts with that of the place. */
export async function readAll<T>(store: Store, prefix: Place<T>): Promise<readonly Found<T>[]> {
  return foundIn<T>(await store.list(prefix.partition, prefix.sort));
}

/** Reads the documents of a place's partition that have these sort keys, those that are there. */
export async function readMany<T>(
  store: Store,
  { partition }: Place<T>,
  sorts: readonly string[],
): Promise<readonly Found<T>[]> {
  return foundIn<T>(await store.getMany(partition, sorts));
}

function foundIn<T>(items: readonly Item[]): readonly Found<T>[] {
  return items.map(({ sort, version, body }) => ({ sort, version, body: trusted<T>(body) }));
}

// All servers of a stage may draw on the budget of their target at once; each round of writers has one winner.
const attempts = 64;

/**
 * Changes a document: reads it, asks what it shall become, writes that if nobody came in between. The change may
 * be asked several times and must be pure; `undefined` leaves the document as it is.
 */
export async function change<T>(
  store: Store,
  where: Place<T>,
  decide: (body: T | undefined) => T | undefined,
): Promise<T | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const held = await read(store, where);
    const next = decide(held.body);
    if (next === undefined) return held.body;
    const written = await store.put(where.partition, where.sort, next, held.version);
    if (written !== 'conflict') return next;
  }
  throw new TransientFailure(
    FailureCode.StoreConflict,
    `others kept writing ${where.partition} ${where.sort}`,
  );
}

/** Deletes a document when it is still the one that was read; says whether it was. */
export async function remove<T>(store: Store, where: Place<T>, version: number): Promise<boolean> {
  return (await store.delete(where.partition, where.sort, version)) === 'deleted';
}

/**
 * Publishes what a document's outbox holds and empties it. A crash in between publishes again: at least once,
 * under the same event ids.
 */
export async function publishPending<T extends { readonly pending?: readonly PendingEvent[] }>(
  ports: Pick<Ports, 'store' | 'bus'>,
  where: Place<T>,
  body: T,
): Promise<T> {
  const pending = body.pending ?? [];
  if (pending.length === 0) return body;
  const refused = new Set(await ports.bus.publish(pending));
  const told = new Set(
    pending.filter((_, i) => !refused.has(i)).map((event) => event.detail.eventId),
  );
  const next = await change(ports.store, where, (now) =>
    now?.pending === undefined || !now.pending.some((e) => told.has(e.detail.eventId))
      ? undefined
      : { ...now, pending: now.pending.filter((e) => !told.has(e.detail.eventId)) },
  );
  return next ?? body;
}
