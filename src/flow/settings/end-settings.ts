// In: a change to a server's settings that has ended, whole or not. Out: its end on record, and a note by which the next tick
// of the target tells it: who changed them need not be able to publish. Called by apply-settings, restore-settings and for waves of DRS.
import { type AppliedSettings, type Ended, ended } from '../../core/desired/applied.ts';
import { change, read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { ChangeTurn } from './change-settings.ts';
import type { SettingsPorts } from './settings-ports.ts';

interface EndTurn extends Pick<ChangeTurn, 'target' | 'server'> {
  readonly ports: Pick<SettingsPorts, 'clock' | 'store'>;
  /** For which plan and wave it is told, where the record is not kept under their names. */
  readonly toldFor?: { readonly plan: string; readonly wave: string };
}

/** Notes how what was begun last has ended, and what else changes with it; an end that is on record stays as it is. */
export async function endSettings(
  { ports, target, server, toldFor }: EndTurn,
  how: Ended,
  alter: (known: AppliedSettings) => AppliedSettings = (known) => known,
): Promise<void> {
  const where = place.settings(target, server);
  const at = ports.clock.now();
  const { body: before } = await read(ports.store, where);
  const entry = before === undefined ? undefined : ended(before, at, how).log.at(-1);
  // First the note: where this dies in between, a repetition writes the same one.
  if (before !== undefined && entry !== undefined && before.log.at(-1)?.endedAt === null) {
    const { plan, wave } = toldFor ?? before;
    const note = place.untoldSettings(target, server, entry.at);
    await change(ports.store, note, () => ({ server, plan, wave, entry }));
  }
  await change(ports.store, where, (known) => {
    if (known === undefined) return undefined;
    const next = alter(ended(known, at, how));
    return next === known ? undefined : next;
  });
}
