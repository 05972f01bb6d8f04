import { type Failure, FailureCode, failure } from '../../core/failure.ts';
import { finalizeForbidden } from '../../core/gate.ts';
import { interruption } from '../../core/order/interruption.ts';
import { openOrder } from '../../core/order/order.ts';
import { ensureFinalized } from '../../core/phase.ts';
import { toMs } from '../../core/time.ts';
import { actOnServer, type Done } from '../act-on-server.ts';
import { ordersOf } from '../orders-of.ts';
import type { Ports } from '../ports.ts';
import { place, read, type WaveServer } from '../records.ts';
import { type Step, type Subject, waveServerOf } from '../wave-server.ts';

/**
 * Finalizes a signed-off cutover: the point of no return, so it looks afresh and asks the gate first, and whether its
 * window is still open and its wave not held.
 */
export async function finalizeCutover(ports: Ports, { subject, pausable }: Step): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  const order = openOrder(await ordersOf(ports, server.wave), server.server, server.orderTaken);
  // Past this there is no way back: an order to go back that came a moment ago still counts.
  const recalled = interruption(order, { phase: 'finalize', waitsFor: 'signable' });
  const kept = keptByWindow(ports, server) ?? (await keptByHold(ports, subject));
  return actOnServer(
    ports,
    server,
    (facts) => {
      const forbidden =
        recalled ??
        finalizeForbidden(server.signOff ?? undefined, facts, server.planHash) ??
        // What is finalized already is not kept from anything.
        (facts.lifecycle === 'CUTOVER' ? undefined : kept);
      return forbidden === undefined ? ensureFinalized(facts) : { do: 'fail', failure: forbidden };
    },
    { look: 'fresh', pausable },
  );
}

function keptByWindow(
  { clock }: Pick<Ports, 'clock'>,
  { started }: WaveServer,
): Failure | undefined {
  const closesAt = started?.window?.closesAt;
  if (closesAt == null || toMs(clock.now()) < toMs(closesAt)) return undefined;
  return failure(
    FailureCode.WindowClosed,
    `the window closed at ${closesAt}, and the server was not finalized yet`,
  );
}

/** A wave may be held while servers of a stage are still on their way. */
async function keptByHold(
  { store }: Pick<Ports, 'store'>,
  { wave }: Subject,
): Promise<Failure | undefined> {
  const { body: record } = await read(store, place.wave(wave));
  if (record === undefined || record.held === null) return undefined;
  const { body: command } = await read(store, place.command(wave));
  const { since, reason } = record.held;
  const resumedAt = command?.resumedAt ?? null;
  if (resumedAt !== null && toMs(resumedAt) >= toMs(since)) return undefined;
  return failure(FailureCode.WaveHeld, `the wave is held: ${reason}`);
}
