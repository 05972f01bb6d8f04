// In: where what is done to a server's settings or to a template is on record. Out: it is noted as done. Nothing tells it:
// the command that changes them says so itself. Called by the changes to DRS's settings that persons ask for.
import { type AppliedSettings, ended } from '../../../core/desired/applied.ts';
import { change, type Place } from '../../records/documents.ts';
import type { SettingsPorts } from '../settings-ports.ts';

/** Notes that what was begun there, at a server or a template, is done; writes nothing where nothing was open. */
export async function noteDone(
  { store, clock }: Pick<SettingsPorts, 'store' | 'clock'>,
  where: Place<AppliedSettings>,
): Promise<void> {
  const now = clock.now();
  await change(store, where, (known) => {
    const next = known === undefined ? undefined : ended(known, now, { left: 0 });
    return next === known ? undefined : next;
  });
}
