import { resumedHolds } from '../hold.ts';
import type { WaveOrders } from '../order/order.ts';
import type { OrderRequest } from './order-request.ts';

/** The same orders with the holds of these servers ended, and which of them were held. */
export function endHolds(
  orders: WaveOrders,
  servers: readonly string[],
  request: Pick<OrderRequest, 'at' | 'by' | 'reason'>,
): { readonly next: WaveOrders; readonly ended: readonly string[] } {
  const resumed = servers.flatMap((id) => {
    const holds = resumedHolds(orders.holds?.[id], request);
    return holds === undefined ? [] : [[id, holds] as const];
  });
  return resumed.length === 0
    ? { next: orders, ended: [] }
    : {
        next: { ...orders, holds: { ...orders.holds, ...Object.fromEntries(resumed) } },
        ended: resumed.map(([id]) => id),
      };
}
