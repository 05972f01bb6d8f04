// In: a target's record whose lease was just taken. Out: the tick, with all that is on record for it and nothing seen
// yet. Called by poll.
import type { Approval } from '../../core/condition/approved.ts';
import { type Instant, toMs } from '../../core/time.ts';
import { answersOn } from '../answers-on.ts';
import { ordersOfEach } from '../orders-of.ts';
import type { Ports, WatchApi } from '../ports.ts';
import { read, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { TargetRecord } from '../records/target-records.ts';
import type { LaunchRequest, WaitRecord } from '../records/wait-records.ts';
import { type Kept, nothingSeen, type Tick } from './tick.ts';

/** Opens a tick: reads waits, requests, intents and the commands of the waves that run. */
export async function openTick<Api extends WatchApi>(
  ports: Ports,
  api: Api,
  leased: TargetRecord,
  now: Instant,
  { watchSeconds, settingsSeconds }: Pick<Tick, 'watchSeconds' | 'settingsSeconds'>,
): Promise<Tick & { readonly api: Api }> {
  const { target } = leased;
  const [waits, requests, intents, jobs] = await Promise.all([
    readAll(ports.store, place.wait(target, '')),
    readAll(ports.store, place.request(target, '')),
    readAll(ports.store, place.intent(target, '')),
    readAll(ports.store, place.job(target, '')),
  ]);
  // After the requests: what a recovery ordered of drills before it queued its own is known wherever that is seen.
  const orders = await ordersOfEach(ports, Object.keys(leased.paces));
  return {
    ports,
    api,
    now,
    number: leased.tick,
    watchSeconds,
    settingsSeconds,
    target: leased,
    waits,
    requests: byAge(requests),
    intents,
    jobs,
    orders,
    holds: new Map([...orders].map(([wave, { wave: own }]) => [wave, own?.holds ?? {}])),
    approvals: await approvalsFor(ports, waits),
    seen: nothingSeen(leased.activeServers, leased.firstSyncs),
    counts: {
      looked: 0,
      changed: 0,
      published: 0,
      released: 0,
      failed: 0,
      launched: 0,
      apiCalls: 0,
    },
  };
}

/** Reads what was answered to the waves that wait for an approval; nothing is read where none does. */
async function approvalsFor(
  ports: Ports,
  waits: readonly Kept<WaitRecord>[],
): Promise<ReadonlyMap<string, readonly Approval[]>> {
  const approvals = new Map<string, readonly Approval[]>();
  for (const { body } of waits) {
    if (body.condition.kind !== 'approved') continue;
    const answer = await read(ports.store, place.approval(body.wave, body.condition.phase));
    approvals.set(body.key, answersOn(answer.body));
  }
  return approvals;
}

function byAge(requests: readonly Kept<LaunchRequest>[]): readonly Kept<LaunchRequest>[] {
  return [...requests].sort(
    (a, b) => toMs(a.body.requestedAt) - toMs(b.body.requestedAt) || (a.sort < b.sort ? -1 : 1),
  );
}
