// In: a wave whose events the bus refused, or that a tick left behind as it died. Out: they are published by the next
// tick of the wave's target. Called by whatever records a wave, and by poll; nothing is read where nothing is owed.
import type { PendingEvent } from '../core/event/stream.ts';
import type { Target } from '../core/target.ts';
import { toMs } from '../core/time.ts';
import type { Ports } from './ports.ts';
import { change, type Place, publishPending, read, readAll } from './records/documents.ts';
import { place } from './records/place.ts';
import type { TargetRecord } from './records/target-records.ts';
import type { WaveRecord, WaveServer } from './records/wave-records.ts';

/**
 * Publishes the outbox of a wave or of one of its servers. What the bus refuses is noted on the target, whose next
 * tick is then due at once and publishes it.
 */
export async function publishOfWave<T extends WaveRecord | WaveServer>(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  where: Place<T>,
  body: T,
  target: Target,
): Promise<T> {
  const published = await publishPending(ports, where, body);
  if (published.pending.length === 0) return published;
  const now = ports.clock.now();
  await change(ports.store, place.target(target), (record) => {
    if (record === undefined) return undefined;
    const owed = record.owedWaves ?? [];
    const due = toMs(record.nextTickAt) <= toMs(now);
    if (owed.includes(body.wave) && due) return undefined;
    return {
      ...record,
      owedWaves: owed.includes(body.wave) ? owed : [...owed, body.wave],
      nextTickAt: due ? record.nextTickAt : now,
    };
  });
  return published;
}

/**
 * Publishes what is owed of the waves that a target's record names, and after a tick that died of all waves that run
 * there. Answers how many events went out.
 */
export async function publishOwed(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  record: TargetRecord,
  recovering: boolean,
): Promise<number> {
  const noted = record.owedWaves ?? [];
  const waves = new Set(recovering ? [...noted, ...Object.keys(record.paces)] : noted);
  if (waves.size === 0) return 0;
  // First the note, then the events: what the bus refuses now is noted anew.
  if (noted.length > 0) {
    await change(ports.store, place.target(record.target), (now) =>
      now === undefined ? undefined : { ...now, owedWaves: [] },
    );
  }
  let published = 0;
  for (const name of [...waves].sort()) {
    const { body: wave } = await read(ports.store, place.wave(name));
    if (wave === undefined) continue;
    const servers = await readAll(ports.store, place.waveServer(name, ''));
    published += await publishWave(
      ports,
      wave,
      servers.map(({ body }) => body),
    );
  }
  return published;
}

/** Publishes what the outboxes of a wave and of its servers still hold; answers how many events went out. */
export async function publishWave(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  wave: WaveRecord,
  servers: readonly WaveServer[],
): Promise<number> {
  let published = 0;
  const count = (before: readonly PendingEvent[], after: readonly PendingEvent[]) => {
    published += before.length - after.length;
  };
  if (wave.pending.length > 0) {
    const { pending } = await publishOfWave(ports, place.wave(wave.wave), wave, wave.home);
    count(wave.pending, pending);
  }
  for (const server of servers) {
    if (server.pending.length === 0) continue;
    const where = place.waveServer(wave.wave, server.server);
    count(server.pending, (await publishOfWave(ports, where, server, server.target)).pending);
  }
  return published;
}
