// In: a wave. Out: what was ordered of it, its plan and everything, told on its stream, each once. Called by whoever
// gives an order, and by the wave itself, which makes up for what a crash left untold.
import { isPaused } from '../../core/pause.ts';
import { type OrdersOnRecord, ordersOf } from '../orders-of.ts';
import { publishOfWave } from '../owed-events.ts';
import type { Ports } from '../ports.ts';
import { read } from '../records/documents.ts';
import type { OrderEntry, WideCommand } from '../records/order-records.ts';
import { place } from '../records/place.ts';
import type { WaveRecord } from '../records/wave-records.ts';
import { recordWave } from '../wave-record.ts';
import { countLogged, loggedAfter, tellOrder } from './order-entry.ts';

type TellPorts = Pick<Ports, 'store' | 'clock' | 'bus'>;

/**
 * Tells the orders that were not told yet, each once, on the wave's stream. A wave that has not begun tells them when
 * it does.
 */
export async function tellOrders(ports: TellPorts, wave: string): Promise<void> {
  const orders = await ordersOf(ports, wave);
  const { body: record } = await read(ports.store, place.wave(wave));
  const known = [orders.wave, orders.plan, orders.stage].some((one) => one?.log !== undefined);
  if (record === undefined || !known) return;
  if (untold(record, orders).length === 0) {
    // Told on record; a crash may have come before the bus heard of it.
    await publishOfWave(ports, place.wave(wave), record, record.home);
    return;
  }
  await recordWave(ports, wave, (now) => {
    const told = untold(now, orders);
    if (told.length === 0) return undefined;
    const wide = now.wideOrdersTold ?? noneTold;
    return {
      next: {
        ...now,
        ordersTold: Math.max(now.ordersTold ?? 0, countLogged(orders.wave ?? {})),
        wideOrdersTold: {
          plan: Math.max(wide.plan, countLogged(orders.plan ?? {})),
          stage: Math.max(wide.stage, countLogged(orders.stage ?? {})),
        },
      },
      told,
    };
  });
}

const noneTold = { plan: 0, stage: 0 };

function untold(record: WaveRecord, { wave, plan, stage }: OrdersOnRecord) {
  const wide = record.wideOrdersTold ?? noneTold;
  const tell = (scope?: 'plan' | 'stage') => (entry: OrderEntry) =>
    tellOrder(entry, record.wave, scope);
  const byPlan = loggedAfter(plan ?? {}, wide.plan).flatMap(tell('plan'));
  const byStage = loggedAfter(stage ?? {}, wide.stage).flatMap(tell('stage'));
  const own = loggedAfter(wave ?? {}, record.ordersTold ?? 0).flatMap(tell());
  return [...byStage, ...byPlan, ...own];
}

/** How many orders to its plan and to everything a wave that begins now need not tell: all but the pause that stands. */
export function toldAtStart({ plan, stage }: OrdersOnRecord): { plan: number; stage: number } {
  const told = (command: WideCommand | undefined) =>
    command === undefined
      ? 0
      : countLogged(command) -
        (isPaused(command.pauses) ? Math.min(1, command.log?.length ?? 0) : 0);
  return { plan: told(plan), stage: told(stage) };
}
