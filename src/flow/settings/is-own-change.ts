import type { TrailCall } from '../../core/event/trail-call.ts';
import { plusSeconds, secondsBetween } from '../../core/time.ts';
import type { Ports } from '../ports.ts';
import { place, read } from '../records.ts';

const operations = new Set([
  'UpdateLaunchConfiguration',
  'UpdateReplicationConfiguration',
  'PutSourceServerAction',
]);

// Clocks differ by seconds; what broke off did so within minutes.
const skewSeconds = 10;
const longestSeconds = 900;

/** Says whether a call that CloudTrail tells was made for `landfall settings`, by whoever ran it: it is on record by then. */
export async function isOwnChange(
  { store }: Pick<Ports, 'store'>,
  { target, operation, calledAt }: Pick<TrailCall, 'target' | 'operation' | 'calledAt'>,
  server: string,
): Promise<boolean> {
  if (!operations.has(operation)) return false;
  const { body } = await read(store, place.settings(target, server));
  return (body?.log ?? []).some(({ at, endedAt }) => {
    const end = endedAt ?? plusSeconds(at, longestSeconds);
    return (
      secondsBetween(at, calledAt) >= -skewSeconds && secondsBetween(end, calledAt) <= skewSeconds
    );
  });
}
