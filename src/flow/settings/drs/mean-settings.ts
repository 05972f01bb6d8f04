// In: a server of DRS and the fields of it that are meant otherwise than its account's template says. Out: they are on record, where
// the poller finds them and tells no drift of them. A server of which nothing is meant has no record for it.
import { type Accepted, acceptedWith } from '../../../core/configuration/accepted.ts';
import { meantOtherwise } from '../../../core/desired/drs/meant.ts';
import { isSame } from '../../../core/desired/setting.ts';
import type { ServerWanted } from '../../../core/plan/launch-configuration/wanted.ts';
import type { Target } from '../../../core/target.ts';
import type { WireDocument } from '../../ports.ts';
import { change } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { DrsServersPorts } from './drs-settings-ports.ts';

/** Has the poller expect these fields too; the record is there, as the change was noted. */
export async function meanToo(
  { store }: Pick<DrsServersPorts, 'store'>,
  target: Target,
  server: string,
  more: Accepted,
): Promise<void> {
  await change(store, place.settings(target, server), (known) =>
    known === undefined ? undefined : { ...known, meant: acceptedWith(known.meant, more) },
  );
}

/** Has the poller expect what is meant otherwise than in the template, and nothing that is as it. */
export async function meanOtherwise(
  { store }: Pick<DrsServersPorts, 'store'>,
  plan: string,
  wanted: ServerWanted,
  actions: readonly WireDocument[],
): Promise<void> {
  const { target, server } = wanted;
  const own = meantOtherwise(wanted, actions);
  await change(store, place.settings(target, server), (known) => {
    const template = known?.meant?.['launch-template'];
    const meant: Accepted = {
      ...own,
      ...(template === undefined ? {} : { 'launch-template': template }),
    };
    if (isSame(meant, known?.meant ?? {})) return undefined;
    const record = known ?? { server, plan, wave: plan, fields: [], template: null, log: [] };
    const { meant: _before, ...rest } = record;
    return Object.keys(meant).length === 0 ? rest : { ...rest, meant };
  });
}

/** Has the poller expect of a server what the template says again. */
export async function meanNothing(
  { store }: Pick<DrsServersPorts, 'store'>,
  target: Target,
  server: string,
): Promise<void> {
  await change(store, place.settings(target, server), (known) => {
    if (known?.meant === undefined) return undefined;
    const { meant: _meant, ...rest } = known;
    return rest;
  });
}
