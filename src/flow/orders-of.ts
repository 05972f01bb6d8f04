// In: a wave. Out: all that was ordered of it, its plan and the whole stage. Called by whatever begins, releases or
// calls something for it.
import type { Orders } from '../core/order/order.ts';
import type { Ports } from './ports.ts';
import { read } from './records/documents.ts';
import type { WaveCommand, WideCommand } from './records/order-records.ts';
import { place } from './records/place.ts';

/** All orders that bear on a wave, as they are on record. */
export interface OrdersOnRecord extends Orders {
  readonly stage: WideCommand | undefined;
  readonly plan: WideCommand | undefined;
  readonly wave: WaveCommand | undefined;
}

/** Names the plan of a wave. */
export function planOfWave(wave: string): string {
  return wave.split('.')[0] ?? wave;
}

/** Reads what was ordered of a wave, its plan and everything. */
export async function ordersOf(ports: Pick<Ports, 'store'>, wave: string): Promise<OrdersOnRecord> {
  const { body: stage } = await read(ports.store, place.stageCommand());
  const { body: plan } = await read(ports.store, place.planCommand(planOfWave(wave)));
  const { body: own } = await read(ports.store, place.command(wave));
  return { stage, plan, wave: own };
}

/** Reads the same of several waves; what is the same for all is read once. */
export async function ordersOfEach(
  ports: Pick<Ports, 'store'>,
  waves: readonly string[],
): Promise<ReadonlyMap<string, OrdersOnRecord>> {
  const found = new Map<string, OrdersOnRecord>();
  if (waves.length === 0) return found;
  const { body: stage } = await read(ports.store, place.stageCommand());
  const plans = new Map<string, WideCommand | undefined>();
  for (const wave of waves) {
    const plan = planOfWave(wave);
    if (!plans.has(plan)) plans.set(plan, (await read(ports.store, place.planCommand(plan))).body);
    const { body: own } = await read(ports.store, place.command(wave));
    found.set(wave, { stage, plan: plans.get(plan), wave: own });
  }
  return found;
}
