import type { Order, OrderReply } from './order.ts';
import { type OperatorPorts, runOrder } from './run-order.ts';

/** Aborts a wave for good: what has not begun ends as skipped, what is under way as frozen. */
export function abort(ports: OperatorPorts, { wave, by, reason }: Order): Promise<OrderReply> {
  return runOrder(ports, { order: 'abort', scope: { kind: 'wave', wave }, by, reason });
}
