// In: a target. Out: its next tick is due now. Called by whatever makes a look worthwhile: a new wait, a new
// request, a native event.
import type { Target } from '../core/target.ts';
import { type Instant, toMs } from '../core/time.ts';
import type { Ports } from './ports.ts';
import { change, place, type TargetRecord } from './records.ts';

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
