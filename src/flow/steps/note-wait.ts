// In: why a wave waits. Out: that on record, and told where it is news, before its token is parked; so that whatever
// ends the wait can tell. Called by nextStage.

import { DetailType } from '../../core/event/detail-type.ts';
import { cutText, type Told } from '../../core/event/stream.ts';
import { noOrders } from '../../core/operate/decide-order.ts';
import type { Decision } from '../../core/review/decision.ts';
import type { OrdersOnRecord } from '../orders-of.ts';
import type { Ports } from '../ports.ts';
import { blockPhase } from '../preflight.ts';
import { change } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveRecord } from '../records/wave-records.ts';
import { requestApproval } from '../wave-gates.ts';
import { recordWave } from '../wave-record.ts';
import { awaitWindow } from '../wave-windows.ts';

type Of<Kind extends Decision['kind']> = Extract<Decision, { kind: Kind }>;
type Wait = Of<
  | 'await-slots'
  | 'await-servers'
  | 'await-approval'
  | 'await-window'
  | 'await-preflight'
  | 'await-resume'
  | 'hold'
>;
type WaitPorts = Pick<Ports, 'store' | 'bus' | 'clock'>;

/** Notes why a wave waits, and which orders it knows of: a later one has it decide anew. */
export async function noteWait(
  ports: WaitPorts,
  wave: WaveRecord,
  decision: Wait,
  ordersKnown: number,
): Promise<void> {
  const window = 'meanwhile' in decision ? decision.meanwhile : decision;
  if (window?.kind === 'await-window') await awaitWindow(ports, wave.wave, window);
  if (decision.kind === 'await-approval') await requestApproval(ports, wave.wave, decision);
  if (decision.kind === 'await-preflight') await blockPhase(ports, wave.wave, decision);
  const now = ports.clock.now();
  await recordWave(ports, wave.wave, (record) => {
    const noted = whatIsNew(record, decision, now);
    const known = (record.ordersKnown ?? 0) === ordersKnown;
    if (noted === undefined && known) return undefined;
    return {
      next: { ...record, ...noted?.next, ...(known ? {} : { ordersKnown }) },
      told: noted?.told ?? [],
    };
  });
}

interface Noted {
  readonly next: Partial<WaveRecord>;
  readonly told: readonly Told[];
}

function whatIsNew(record: WaveRecord, decision: Wait, now: string): Noted | undefined {
  if (decision.kind === 'await-resume') {
    const { reason } = decision;
    const { standsStill } = record;
    if (standsStill?.reason === reason) return undefined;
    return { next: { standsStill: { since: standsStill?.since ?? now, reason } }, told: [] };
  }
  const goesOn: Partial<WaveRecord> = record.standsStill == null ? {} : { standsStill: null };
  const more = ofKind(record, decision, now);
  if (more === undefined && record.standsStill == null) return undefined;
  return { next: { ...goesOn, ...more?.next }, told: more?.told ?? [] };
}

function ofKind(
  record: WaveRecord,
  decision: Exclude<Wait, Of<'await-resume'>>,
  now: string,
): Noted | undefined {
  switch (decision.kind) {
    case 'hold':
      return holds(record, decision, now);
    case 'await-slots':
      return slots(record, decision, now);
    case 'await-servers': {
      const { servers, until } = decision;
      const since = record.awaitingServers?.since ?? now;
      return { next: { awaitingServers: { since, servers, until } }, told: [] };
    }
    default:
      return undefined;
  }
}

function holds(
  record: WaveRecord,
  { reason, ordered }: Of<'hold'>,
  now: string,
): Noted | undefined {
  const { held } = record;
  // A hold that a person ordered makes way for one of the policy, which has an end of its own.
  const stands = held !== null && (ordered === true || held.ordered !== true);
  if (stands) return undefined;
  return {
    next: { held: { since: now, reason, ...(ordered === true ? { ordered } : {}) } },
    told: [{ detailType: DetailType.WaveHeld, members: { reason: cutText(reason) } }],
  };
}

function slots(
  record: WaveRecord,
  { full, unreached }: Of<'await-slots'>,
  now: string,
): Noted | undefined {
  const { awaitingSlotsSince, awaitedTargets } = record;
  const same =
    awaitingSlotsSince !== null &&
    awaitedTargets?.full.join() === full.join() &&
    awaitedTargets.unreached.join() === unreached.join();
  if (same) return undefined;
  return {
    next: { awaitingSlotsSince: awaitingSlotsSince ?? now, awaitedTargets: { full, unreached } },
    told: [],
  };
}

/** Tells that a wave goes on after a hold: who answered it and why, or what ended it. */
export function tellEndOfHold({ because }: Of<'resume'>, { wave }: OrdersOnRecord): Told {
  const order = wave?.log?.findLast(({ ended, scope }) => ended === 'hold' && scope === undefined);
  const members =
    because !== undefined
      ? { ended: 'hold', reason: because }
      : order === undefined
        ? {}
        : { ended: 'hold', by: cutText(order.by), at: order.at, reason: cutText(order.reason) };
  return { detailType: DetailType.WaveResumed, members };
}

/** Takes no more orders for a wave that concludes; false where one came that its last review did not know of. */
export async function closeOrders(
  ports: Pick<Ports, 'store'>,
  wave: string,
  { wave: known }: OrdersOnRecord,
): Promise<boolean> {
  let closed = false;
  await change(ports.store, place.command(wave), (now) => {
    closed = (now?.given ?? 0) === (known?.given ?? 0) && now?.aborted === known?.aborted;
    return closed && now?.closed !== true ? { ...(now ?? noOrders), closed: true } : undefined;
  });
  return closed;
}
