import type { Order, OrderReply } from './order.ts';
import { type OperatorPorts, runOrder } from './run-order.ts';

/** Ends a wave's pause, and has a held wave go on with the servers that did not fail. */
export function resume(ports: OperatorPorts, { wave, by, reason }: Order): Promise<OrderReply> {
  return runOrder(ports, { order: 'resume', scope: { kind: 'wave', wave }, by, reason });
}
