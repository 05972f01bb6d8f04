import type { Order, OrderReply } from './order.ts';
import { type OperatorPorts, runOrder } from './run-order.ts';

/** Pauses a wave: what runs reaches its next safe point, and deadlines wait. */
export function pause(ports: OperatorPorts, { wave, by, reason }: Order): Promise<OrderReply> {
  return runOrder(ports, { order: 'pause', scope: { kind: 'wave', wave }, by, reason });
}
