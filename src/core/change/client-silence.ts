import { type Instant, secondsBetween } from '../time.ts';

/** Whether a vCenter client is heard of. */
export type ClientContact = 'heard' | 'silent';

/** What a complete list of an account's vCenter clients says of one. */
export interface ClientSeen {
  readonly id: string;
  readonly lastSeenAt: Instant | undefined;
}

/** A vCenter client that has not been heard of for so many seconds starts nothing (reference/mgn.md 6.4). */
export const clientSilenceSeconds = 900;
const clientBackSeconds = 720;

/** What became of a client between two lists. */
export interface ClientNews {
  readonly id: string;
  readonly news: 'silent' | 'back' | 'removed';
  readonly lastSeenAt: Instant | undefined;
}

/**
 * Compares a complete list of clients with the last one: who fell silent, who is back, who is no longer listed. Where
 * there was no list before, all are noted and nothing is told.
 */
export function clientsAfter(
  before: Readonly<Record<string, ClientContact>> | undefined,
  seen: readonly ClientSeen[],
  answeredAt: Instant,
): {
  readonly contacts: Readonly<Record<string, ClientContact>>;
  readonly news: readonly ClientNews[];
} {
  const contacts: Record<string, ClientContact> = {};
  const news: ClientNews[] = [];
  for (const { id, lastSeenAt } of seen.toSorted(byId)) {
    const was = before?.[id];
    const is = contactOf(lastSeenAt, answeredAt, was);
    contacts[id] = is;
    if (before === undefined || is === (was ?? 'heard')) continue;
    news.push({ id, news: is === 'silent' ? 'silent' : 'back', lastSeenAt });
  }
  for (const id of Object.keys(before ?? {}).toSorted()) {
    if (!(id in contacts)) news.push({ id, news: 'removed', lastSeenAt: undefined });
  }
  return { contacts, news };
}

function contactOf(
  lastSeenAt: Instant | undefined,
  answeredAt: Instant,
  was: ClientContact | undefined,
): ClientContact {
  // A client that tells no stamp is not called silent for it.
  if (lastSeenAt === undefined) return was ?? 'heard';
  const bound = was === 'silent' ? clientBackSeconds : clientSilenceSeconds;
  return secondsBetween(lastSeenAt, answeredAt) > bound ? 'silent' : 'heard';
}

function byId(a: ClientSeen, b: ClientSeen): number {
  return a.id < b.id ? -1 : 1;
}
