// State transitions cost money: a server's are the same in every fleet, and however long it replicates.
import { expect, test } from 'vitest';
import { agentBased, discovered, serverId } from './_fleet.ts';
import { expectPromisesKept, rehearse, type Told } from './_rehearse.ts';

function transitionsOf(told: Told, id: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    told.logs.executions
      .filter((line) => line.name.includes(id))
      .map((line) => [line.stateMachine, line.transitions]),
  );
}

const patient =
  '{ defaults: { deadlines: { replicate: P60D } }, waves: [{ name: wave-1, servers: { all: true } }] }';

test.each([
  ['agent-based', agentBased],
  ['agentless', discovered],
])('%s: the same in a fleet of one and of twelve', async (_, made) => {
  const alone = await rehearse({ fleet: [made(1)], spec: patient });
  const crowd = await rehearse({
    fleet: Array.from({ length: 12 }, (_unused, i) => made(i + 1)),
    spec: patient,
  });
  expect(Object.keys(transitionsOf(alone, serverId(1))).length).toBeGreaterThan(3);
  for (let n = 1; n <= 12; n += 1) {
    expect(transitionsOf(crowd, serverId(n))).toEqual(transitionsOf(alone, serverId(1)));
  }
  expectPromisesKept(crowd, ['transitions-do-not-grow']);
});

test.each([
  ['agent-based', agentBased],
  ['agentless', discovered],
])('%s: the same for a gibibyte and for a week of replication', async (_, made) => {
  const quick = await rehearse({ fleet: [made(1)], spec: patient });
  const slow = await rehearse({
    fleet: [made(1, { gib: 10_000 })],
    spec: patient,
    parameters: { linkMbps: 200, serverThrottleMbps: 100, backlogEpisodeShare: 0 },
  });
  expect(slow.virtualSeconds).toBeGreaterThan(7 * 86_400);
  expect(transitionsOf(slow, serverId(1))).toEqual(transitionsOf(quick, serverId(1)));
  expectPromisesKept(slow, ['polls-bounded-by-time']);
});
