import { planOfWave } from '../orders-of.ts';
import type { Ports } from '../ports.ts';
import { read, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import { waveKey } from '../wave-record.ts';

/** The waves of the plan that wait for this one, and that nobody has aborted. */
export async function dependentsOf(
  ports: Pick<Ports, 'store'>,
  wave: string,
): Promise<readonly string[]> {
  const plan = planOfWave(wave);
  const name = wave.slice(plan.length + 1);
  const waiting: string[] = [];
  for (const { body } of await readAll(ports.store, place.plannedWave(plan, ''))) {
    if (!body.dependsOn.includes(name)) continue;
    const key = waveKey(plan, body.name);
    const { body: record } = await read(ports.store, place.wave(key));
    const { body: command } = await read(ports.store, place.command(key));
    if (record === undefined && command?.aborted !== true) waiting.push(key);
  }
  return waiting;
}
