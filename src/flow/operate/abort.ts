// In: a wave and who aborts it. Out: it begins nothing more and concludes; nothing is undone. Called by operators.
import type { Ports } from '../ports.ts';
import { place, read, readAll } from '../records.ts';
import { waveKey } from '../wave-record.ts';
import { findWave, giveOrder, logged, type OperatorPorts } from './give-order.ts';
import { keptReason, type Order, type OrderReply } from './order.ts';

/**
 * Aborts a wave: what has not begun ends as skipped, what is under way as frozen, for a person to look at. It is not
 * taken back. A wave that has not started ends as skipped when it does.
 */
export async function abort(
  ports: OperatorPorts,
  { wave, by, reason }: Order,
): Promise<OrderReply> {
  const found = await findWave(ports, wave);
  if ('status' in found) return found;
  const at = ports.clock.now();
  const status = await giveOrder(ports, wave, (command) =>
    command.aborted
      ? undefined
      : logged({ ...command, aborted: true }, [
          { order: 'abort', by, at, reason: keptReason(reason) },
        ]),
  );
  return {
    status,
    wave,
    at,
    said:
      status === 'done' ? `wave ${wave} is being aborted` : `wave ${wave} is being aborted already`,
    next: [
      found.record === undefined
        ? 'All its servers end as skipped when it starts.'
        : 'What waits or is queued is given up with the next tick; jobs that run are followed to their end. What had begun ends as frozen: look at each such server.',
      ...(await dependents(ports, wave)).map(
        (key) =>
          `Wave ${key} depends on it and starts once it has concluded, unless: landfall abort ${key}`,
      ),
    ].join(' '),
  };
}

/** The waves of the plan that wait for this one, and that nobody has aborted. */
async function dependents(ports: Pick<Ports, 'store'>, wave: string): Promise<readonly string[]> {
  const [plan = '', name = ''] = wave.split('.');
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
