// In: servers of DRS that were looked at. Out: what of each is meant otherwise than its account's template says, as `landfall drs
// template` has put on record. It is read after the look: it is written before the call whose effect the look may have seen.
import type { Accepted } from '../../../core/configuration/accepted.ts';
import { readMany } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { DrsTick } from '../tick.ts';

/** What is meant otherwise, by server. */
export async function meantOtherwiseOf(
  { ports, target }: DrsTick,
  servers: readonly string[],
): Promise<ReadonlyMap<string, Accepted>> {
  if (servers.length === 0) return new Map();
  const records = await readMany(ports.store, place.settings(target.target, ''), servers);
  return new Map(
    records.flatMap(({ sort, body: { meant } }) =>
      meant === undefined ? [] : [[sort, meant] as const],
    ),
  );
}
