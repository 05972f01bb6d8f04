import { type Told, textOf } from './trace.ts';
import { EventType } from './vocabulary.ts';

/** The servers that a drill has let go of to a recovery, by id, each with the event of its wave that tells it. */
export function yieldsOf(wave: readonly Told[]): ReadonlyMap<string, Told> {
  const found = new Map<string, Told>();
  for (const event of wave) {
    const { type, detail } = event;
    // The recovery tells it, too, and may do so before the drill has heard of it.
    const isOwn = textOf(detail, 'drill') === textOf(detail, 'wave');
    if (type !== EventType.DrillYielded || !isOwn) continue;
    const ids: unknown = detail['serverIds'];
    for (const id of Array.isArray(ids) ? ids.map(String) : []) {
      if (!found.has(id)) found.set(id, event);
    }
  }
  return found;
}

/** The id of a server, whose key is `ACCOUNT/REGION/SERVER`. */
export function idOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
