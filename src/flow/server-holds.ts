// In: a wave and what is on its command of its servers' holds. Out: each beginning and end of a hold told once, on the
// server's stream in its wave. Called by whatever holds or resumes a server; a repetition tells what a crash left untold.
import type { Told } from '../core/event/stream.ts';
import { tellServerHeld, tellServerResumed } from '../core/event/tell-out-of-band.ts';
import type { ServerHold } from '../core/hold.ts';
import type { Ports } from './ports.ts';
import { read } from './records/documents.ts';
import { place } from './records/place.ts';
import { recordWaveServer } from './wave-server.ts';

/** Tells what was not told yet of a server's holds. */
export async function tellHolds(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  wave: string,
  server: string,
): Promise<void> {
  const { body: command } = await read(ports.store, place.command(wave));
  const holds = command?.holds?.[server];
  if (holds === undefined) return;
  const told = holds.flatMap(tellHold);
  await recordWaveServer(ports, { wave, server }, (member) => {
    const known = member.holdsTold ?? 0;
    return known >= told.length
      ? undefined
      : { next: { ...member, holdsTold: told.length }, told: told.slice(known) };
  });
}

function tellHold(hold: ServerHold): readonly Told[] {
  if (hold.until === null) return [tellServerHeld(hold)];
  return [tellServerHeld(hold), tellServerResumed(hold)];
}
