// In: notes of settings that were changed on purpose since the last tick, by the command or by a wave. Out: each told once on
// its server's stream. Called by poll.
import { tellSettingsChanged } from '../../core/event/tell-settings.ts';
import { toMs } from '../../core/time.ts';
import { readAll, remove } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { ServerRecord } from '../records/server-records.ts';
import { publishAll, tell } from './record-changes.ts';
import type { Tick } from './tick.ts';

/** Tells what was changed of the settings of servers; a server that was never observed has no stream to tell it on. */
export async function tellSettings(tick: Tick): Promise<void> {
  const { target } = tick.target;
  const notes = await readAll(tick.ports.store, place.untoldSettings(target, '', ''));
  // Of each server as it is in the end: its outbox holds all of them.
  const dirty = new Map<string, ServerRecord>();
  for (const { sort, version, body } of notes) {
    const { at } = body.entry;
    const told = await tell(tick, body.server, ({ settingsToldAt }) =>
      settingsToldAt !== undefined && toMs(settingsToldAt) >= toMs(at)
        ? undefined
        : { settingsToldAt: at, told: [tellSettingsChanged(body)] },
    );
    if (told !== undefined) dirty.set(body.server, told);
    const partition = place.untoldSettings(target, '', '');
    await remove(tick.ports.store, { ...partition, sort }, version);
  }
  await publishAll(tick, [...dirty.values()]);
}
