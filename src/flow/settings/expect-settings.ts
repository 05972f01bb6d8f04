// In: fields of a server's configurations that Landfall sets on purpose. Out: the baseline of its wave takes them for
// expected: while they are being set both what was and what is to come, afterwards what was set alone. No drift is told for
// it. A server without a baseline has none to differ from.
import { type Accepted, acceptedWith, settled } from '../../core/configuration/accepted.ts';
import type { Target } from '../../core/target.ts';
import type { Ports } from '../ports.ts';
import { change } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { BaselineRecord } from '../records/server-records.ts';

/** Has the poller expect these fields as well as what it expects already. */
export async function expectSoon(
  { store }: Pick<Ports, 'store'>,
  target: Target,
  server: string,
  more: Accepted,
): Promise<void> {
  await change(store, place.baseline(target, server), (known): BaselineRecord | undefined =>
    known === undefined ? undefined : { ...known, accepted: acceptedWith(known.accepted, more) },
  );
}

/** Has the poller expect these fields alone, with all that it was told to expect soon. */
export async function expectFromNowOn(
  { store }: Pick<Ports, 'store'>,
  target: Target,
  server: string,
  more: Accepted,
): Promise<void> {
  await change(store, place.baseline(target, server), (known): BaselineRecord | undefined => {
    if (known === undefined) return undefined;
    const { accepted, ...rest } = known;
    const all = acceptedWith(accepted, more);
    if (accepted === undefined && Object.keys(all).length === 0) return undefined;
    return { ...rest, aspects: settled(known.aspects, all) };
  });
}
