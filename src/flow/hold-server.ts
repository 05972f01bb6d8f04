// In: a server of a wave on which somebody else has acted, or of which a hook failed. Out: it is held where the wave's
// policy, or the hook, says so: nothing more is done for it until a person resumes it. Called by what hears of such an
// action, by the poller that sees one, and by whoever runs hooks.
import { heldSince, type ServerHolds } from '../core/hold.ts';
import { noOrders } from '../core/operate/decide-order.ts';
import { type Instant, toMs } from '../core/time.ts';
import type { Ports } from './ports.ts';
import { change, read } from './records/documents.ts';
import type { WaveCommand } from './records/order-records.ts';
import { place } from './records/place.ts';
import { tellHolds } from './server-holds.ts';

/** What somebody else did, when, in one sentence. */
export interface Disturbance {
  readonly at: Instant;
  readonly reason: string;
}

/**
 * Holds a server in its wave; a repetition changes nothing. Answers the holds of the wave where the server is held now,
 * undefined where the plan does not ask for it, or the server is not under way, or a person has resumed it since.
 */
export async function holdServer(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  { wave, server }: { readonly wave: string; readonly server: string },
  { at, reason }: Disturbance,
): Promise<ServerHolds | undefined> {
  const { body: record } = await read(ports.store, place.wave(wave));
  if (record?.policy.outOfBand !== 'hold' || record.concludedAt !== null) return undefined;
  // What was done before the wave began is where it began from.
  if (toMs(at) < toMs(record.startedAt)) return undefined;
  return putOnHold(ports, { wave, server }, { at, reason });
}

/**
 * Holds a server of a wave for something that happened at an instant, whatever its plan says of others who act on it.
 * Undefined where the server is not under way, is held already, or a person has resumed it since.
 */
export async function putOnHold(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  { wave, server }: { readonly wave: string; readonly server: string },
  { at, reason }: Disturbance,
): Promise<ServerHolds | undefined> {
  const { body: record } = await read(ports.store, place.wave(wave));
  const { body: member } = await read(ports.store, place.waveServer(wave, server));
  if (record === undefined || member === undefined || member.outcome !== null) return undefined;
  let held = false;
  const command = await change(ports.store, place.command(wave), (known) => {
    const now: WaveCommand = known ?? noOrders;
    const holds = heldSince(now.holds?.[server], at, {
      reason,
      timeoutSeconds: record.policy.holdTimeoutSeconds,
      now: ports.clock.now(),
    });
    held = holds !== undefined;
    return holds === undefined ? undefined : { ...now, holds: { ...now.holds, [server]: holds } };
  });
  await tellHolds(ports, wave, server);
  return held ? command?.holds : undefined;
}
