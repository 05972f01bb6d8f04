import { finalizeForbidden } from '../../core/gate.ts';
import { interruption } from '../../core/order/interruption.ts';
import { openOrder } from '../../core/order/order.ts';
import { ensureFinalized } from '../../core/phase.ts';
import { actOnServer, type Done } from '../act-on-server.ts';
import { ordersOf } from '../orders-of.ts';
import type { Ports } from '../ports.ts';
import { type Step, waveServerOf } from '../wave-server.ts';

/** Finalizes a signed-off cutover: the point of no return, so it looks afresh and asks the gate first. */
export async function finalizeCutover(ports: Ports, { subject, pausable }: Step): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  const order = openOrder(await ordersOf(ports, server.wave), server.server, server.orderTaken);
  // Past this there is no way back: an order to go back that came a moment ago still counts.
  const recalled = interruption(order, { phase: 'finalize', waitsFor: 'signable' });
  return actOnServer(
    ports,
    server,
    (facts) => {
      const forbidden =
        recalled ?? finalizeForbidden(server.signOff ?? undefined, facts, server.planHash);
      return forbidden === undefined ? ensureFinalized(facts) : { do: 'fail', failure: forbidden };
    },
    { look: 'fresh', pausable },
  );
}
