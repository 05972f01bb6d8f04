// In: what is on record of targets. Out: the active slots that a wave may take in each, and those slots reserved.
// Called by nextStage for a new cohort, and by the poller for waves that wait for a slot.
import { quotasOfService } from '../core/admission/quotas-of-service.ts';
import type { FreeSlots } from '../core/review/review.ts';
import { type Target, targetName } from '../core/target.ts';
import type { Ports } from './ports.ts';
import { change, read } from './records/documents.ts';
import { place } from './records/place.ts';
import type { TargetRecord } from './records/target-records.ts';

/** Counts the free active slots of a target, less what other waves have reserved. */
export function freeSlots(target: TargetRecord, wave: string | undefined): number {
  const reserved = Object.entries(target.slotReservations)
    .filter(([by]) => by !== wave)
    .reduce((sum, [, slots]) => sum + slots, 0);
  const { activeServers } = quotasOfService(target.target.service, target.quotaValues);
  return activeServers - (target.activeServers ?? 0) - reserved;
}

/** A target that was looked at as a whole. */
export type Reached = TargetRecord & { readonly activeServers: number };

/** Says whether a target was looked at as a whole once, and its last tick could read it. */
export function isReached(target: TargetRecord | undefined): target is Reached {
  return (
    target !== undefined &&
    target.activeServers !== null &&
    (target.unreachable === undefined || target.unreachable === null)
  );
}

/** The free slots of each target that can be reached, for a wave. */
export async function freeSlotsOf(
  ports: Pick<Ports, 'store'>,
  targets: readonly Target[],
  wave: string,
): Promise<FreeSlots> {
  const free: Record<string, number> = {};
  for (const target of targets) {
    const { body } = await read(ports.store, place.target(target));
    if (isReached(body)) free[targetName(target)] = freeSlots(body, wave);
  }
  return free;
}

/**
 * Reserves a cohort's slots in all of the wave's targets, or in none; says whether. Reservations are by wave, so a
 * repetition after a crash takes nothing twice, and what an earlier cohort left is replaced.
 */
export async function reserveSlots(
  ports: Pick<Ports, 'store'>,
  targets: readonly Target[],
  wave: string,
  slots: Readonly<Record<string, number>>,
): Promise<boolean> {
  const taken: Target[] = [];
  for (const target of targets) {
    if (await reserveIn(ports, target, wave, slots[targetName(target)] ?? 0)) {
      taken.push(target);
      continue;
    }
    for (const back of taken) await reserveIn(ports, back, wave, 0);
    return false;
  }
  return true;
}

async function reserveIn(
  ports: Pick<Ports, 'store'>,
  target: Target,
  wave: string,
  slots: number,
): Promise<boolean> {
  // A cohort that takes no slot begins also where more than the quota are active.
  let reserved = slots === 0;
  await change(ports.store, place.target(target), (record) => {
    reserved = slots === 0;
    if (record === undefined) return undefined;
    reserved ||= freeSlots(record, wave) >= slots;
    if (!reserved || (record.slotReservations[wave] ?? 0) === slots) return undefined;
    return { ...record, slotReservations: { ...record.slotReservations, [wave]: slots } };
  });
  return reserved;
}
