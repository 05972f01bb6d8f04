// In: a target. Out: its next tick is due now. Called by whatever makes a look worthwhile: a new wait, a new
// request, a native event.
import type { Target } from '../core/target.ts';
import { type Instant, later, plusSeconds, toMs } from '../core/time.ts';
import type { Ports } from './ports.ts';
import { change } from './records/documents.ts';
import { place } from './records/place.ts';
import type { TargetRecord } from './records/target-records.ts';

/** The record of a target that no tick has looked at yet: due at once. */
export function newTarget(target: Target, now: Instant): TargetRecord {
  return {
    target,
    tick: 0,
    lastFailedTick: 0,
    nextTickAt: now,
    leaseUntil: null,
    lastSweepAt: null,
    activeServers: null,
    quotaValues: {},
    quotasReadAt: null,
    paces: {},
    owesEvents: false,
    slotReservations: {},
  };
}

/** Makes the next tick of a target due at once; writes nothing where it is due already. */
export async function hasten(ports: Pick<Ports, 'store' | 'clock'>, target: Target): Promise<void> {
  const now = ports.clock.now();
  await change(ports.store, place.target(target), (record) => {
    if (record === undefined) return newTarget(target, now);
    return toMs(record.nextTickAt) <= toMs(now) ? undefined : { ...record, nextTickAt: now };
  });
}

// A storm of native events makes one early tick in this time.
const nativePauseSeconds = 20;

/**
 * Makes the next tick of a target due early, as something happened there, but not in the first seconds after the last
 * one. Writes nothing where a tick is due as early anyway, nor for a target that nobody polls; says whether one is.
 */
export async function hastenNative(
  ports: Pick<Ports, 'store' | 'clock'>,
  target: Target,
): Promise<boolean> {
  const now = ports.clock.now();
  const record = await change(ports.store, place.target(target), (known) => {
    if (known === undefined) return undefined;
    const rested =
      known.lastTickAt === undefined ? now : plusSeconds(known.lastTickAt, nativePauseSeconds);
    const due = later(now, rested);
    return toMs(known.nextTickAt) <= toMs(due) ? undefined : { ...known, nextTickAt: due };
  });
  return record !== undefined;
}
