// In: what a drill is about to launch or take away. Out: the same without the servers that a recovery has taken over since the
// tick has read its orders. Called by drs-desk right before the call.
import type { Batch } from '../../../core/admission.ts';
import { openOrder } from '../../../core/order/order.ts';
import { read } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { DrsTick } from '../tick.ts';

/** Leaves out whom a drill has let go of; their requests are given up by the next tick. */
export async function withoutYielded(tick: DrsTick, batch: Batch): Promise<Batch> {
  const { body: wave } = await read(tick.ports.store, place.command(batch.wave));
  const taken = new Map(tick.requests.map(({ body }) => [body.id, body.orderTaken]));
  const left = batch.requests.flatMap((id, i) => {
    const server = batch.servers[i] ?? '';
    return openOrder({ wave }, server, taken.get(id))?.order === 'yield' ? [] : [{ id, server }];
  });
  return {
    ...batch,
    requests: left.map(({ id }) => id),
    servers: left.map(({ server }) => server),
  };
}
