import { type AppliedSettings, ended } from '../../core/desired/applied.ts';
import { change, type Place } from '../records.ts';
import type { SettingsPorts } from './settings-ports.ts';

/** Notes that what was begun there, at a server or a template, is done; writes nothing where nothing was open. */
export async function endSettings(
  { store, clock }: Pick<SettingsPorts, 'store' | 'clock'>,
  where: Place<AppliedSettings>,
): Promise<void> {
  const now = clock.now();
  await change(store, where, (known) => {
    const next = known === undefined ? undefined : ended(known, now);
    return next === known ? undefined : next;
  });
}
