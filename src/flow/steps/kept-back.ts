// In: a server before a call that nothing undoes. Out: what a person, a window or a hold says against it at the last
// moment. Called by the steps of no return.
import { type Failure, FailureCode, failure } from '../../core/failure.ts';
import { interruption } from '../../core/order/interruption.ts';
import { openOrder } from '../../core/order/order.ts';
import { toMs } from '../../core/time.ts';
import { ordersOf } from '../orders-of.ts';
import type { Ports } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveServer } from '../records/wave-records.ts';

/** An order to go back that came a moment ago still counts: `waitsFor` is the last wait that it would have ended. */
export async function recalled(
  { store }: Pick<Ports, 'store'>,
  server: WaveServer,
  last: { readonly phase: string; readonly waitsFor: string },
): Promise<Failure | undefined> {
  const order = openOrder(await ordersOf({ store }, server.wave), server.server, server.orderTaken);
  return interruption(order, last);
}

/** What keeps a server from the point of no return though its turn had come: its window has closed, or its wave is held. */
export async function keptBack(
  ports: Pick<Ports, 'clock' | 'store'>,
  server: WaveServer,
  undone: string,
): Promise<Failure | undefined> {
  return keptByWindow(ports, server, undone) ?? (await keptByHold(ports, server));
}

function keptByWindow(
  { clock }: Pick<Ports, 'clock'>,
  { started }: WaveServer,
  undone: string,
): Failure | undefined {
  const closesAt = started?.window?.closesAt;
  if (closesAt == null || toMs(clock.now()) < toMs(closesAt)) return undefined;
  return failure(
    FailureCode.WindowClosed,
    `the window closed at ${closesAt}, and the server was not ${undone} yet`,
  );
}

/** A wave may be held while servers of a stage are still on their way. */
export async function keptByHold(
  { store }: Pick<Ports, 'store'>,
  { wave }: Pick<WaveServer, 'wave'>,
): Promise<Failure | undefined> {
  const { body: record } = await read(store, place.wave(wave));
  if (record === undefined || record.held === null) return undefined;
  const { body: command } = await read(store, place.command(wave));
  const { since, reason } = record.held;
  const resumedAt = command?.resumedAt ?? null;
  if (resumedAt !== null && toMs(resumedAt) >= toMs(since)) return undefined;
  return failure(FailureCode.WaveHeld, `the wave is held: ${reason}`);
}
