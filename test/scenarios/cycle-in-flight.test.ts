// Agentless servers are frozen while a shipping cycle is in flight: its snapshot was taken before the freeze, so what was
// written in between is not in it. The launch waits for the cycle after it.
import { expect, test } from 'vitest';
import { discovered, serverId } from './_fleet.ts';
import { brisk, endings, eventsOf, expectPromisesKept, rehearse, type Told } from './_rehearse.ts';

const fleet = [discovered(1), discovered(2)];

/** Of one server: what replication was at when its drain began, and how many cycles ended until the drain was proven. */
function drainOf(told: Told, id: string) {
  const of = (type: string) =>
    eventsOf(told, type).filter(({ sourceServerId }) => sourceServerId === id);
  const drain = of('Wave Server Wait Ended').find(({ wait }) => wait === 'drained');
  const since = String(drain?.['since']);
  const until = String(drain?.['observedAt']);
  const cycles = of('Source Server Shipping Cycle Change')
    .map(({ observedAt }) => String(observedAt))
    .filter((at) => at > since && at <= until);
  const frozenAt = of('Source Server Replication State Change').findLast(
    ({ observedAt }) => String(observedAt) <= since,
  )?.['current'];
  return { frozenAt, cycles: cycles.length };
}

test.each([
  [
    'in flight at the freeze: its end proves nothing, the next one does',
    [600, 840],
    'SHIPPING_SNAPSHOT',
    2,
  ],
  ['begun after the freeze: its end is enough', [60, 180], 'PENDING_SNAPSHOT_SHIPPING', 1],
] as const)('a cycle %s', async (_, [least, most], frozenAt, cycles) => {
  const parameters = {
    ...brisk,
    agentlessCycleMinutes: 20,
    agentlessSnapshotSeconds: [least, most] as [number, number],
  };
  const told = await rehearse({ fleet, parameters });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  for (const n of [1, 2]) expect(drainOf(told, serverId(n))).toEqual({ frozenAt, cycles });
  expectPromisesKept(told);
});
