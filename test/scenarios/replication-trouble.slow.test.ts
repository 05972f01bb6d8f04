// Replication that falls silent, starts over or never catches up, without anybody's doing.
import { expect, test } from 'vitest';
import { agentBased, discovered, serverId } from './_fleet.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  triesOf,
  wholeWay,
} from './_rehearse.ts';

const twoDays =
  '{ defaults: { deadlines: { replicate: P2D } }, waves: [{ name: wave-1, servers: { all: true } }] }';

test('a lost agent that comes back rescans, and its server goes the whole way', async () => {
  const told = await rehearse({
    fleet: [agentBased(1), agentBased(2)],
    faults: [
      `{ fault: agent-lost, on: continuous, returnsAfter: PT30M, servers: { ids: [${serverId(1)}] } }`,
    ],
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  const states = eventsOf(told, 'Source Server Replication State Change')
    .filter((e) => e['sourceServerId'] === serverId(1))
    .map((e) => e['current']);
  expect(states).toContain('STALLED');
  expectPromisesKept(told, ['facts-chain']);
});

test('an agent that stays lost fails its server as AGENT_NOT_SEEN, after its retries', async () => {
  const told = await rehearse({
    fleet: [agentBased(1), agentBased(2)],
    faults: [`{ fault: agent-lost, on: continuous, servers: { ids: [${serverId(1)}] } }`],
  });
  expect(endings(told)).toEqual(['1 failed ReplicationStalled', '2 succeeded']);
  expect(told.ends[serverId(1)]?.reason).toContain('AGENT_NOT_SEEN');
  expect(actsOn(told, serverId(1))).toEqual(Array(3).fill('RetryDataReplication'));
  expectPromisesKept(told);
});

test('a rescan delays the launch until it is over', async () => {
  const told = await rehearse({
    fleet: [agentBased(1, { gib: 200 })],
    spec: twoDays,
    faults: ['{ fault: rescan, on: continuous }'],
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  const rescanned = told.logs.events.findLastIndex((e) => e.detail['current'] === 'RESCAN');
  const requested = told.logs.events.findIndex(
    (e) => e['detail-type'] === 'Source Server Launch Result',
  );
  expect(rescanned).toBeGreaterThan(-1);
  expect(requested).toBeGreaterThan(rescanned);
  expectPromisesKept(told, ['facts-chain']);
});

test('a server that calms down after hours is launched then, not before', async () => {
  const told = await rehearse({
    fleet: [agentBased(1)],
    spec: twoDays,
    faults: ['{ fault: not-converging, on: continuous, clearsAfter: PT2H }'],
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  const [start] = told.logs.api.filter((c) => c.operation === 'StartTest');
  expect(start !== undefined && start.at > '2024-03-04T18:00:00').toBe(true);
  expectPromisesKept(told);
});

test('a server that never converges fails, and is never launched', async () => {
  const told = await rehearse({
    fleet: [agentBased(1), agentBased(2)],
    spec: twoDays,
    faults: [
      `{ fault: not-converging, on: continuous, servers: { ids: [${serverId(1)}] } }`,
      `{ fault: not-converging, on: continuous, stallsAfter: PT1H, servers: { ids: [${serverId(2)}] } }`,
    ],
  });
  expect(endings(told)).toEqual(['1 failed DeadlineExceeded', '2 failed ReplicationStalled']);
  expect(told.ends[serverId(2)]?.reason).toContain('NOT_CONVERGING');
  expect(triesOf(told, 'StartTest')).toBe(0);
  expectPromisesKept(told, ['polls-bounded-by-time']);
});

test('a dead vCenter client starts nothing; its servers fail at their deadline with the reason', async () => {
  const told = await rehearse({
    fleet: [discovered(1), discovered(2), agentBased(3)],
    spec: twoDays,
    faults: ['{ fault: vcenter-client-dead, after: PT0S }'],
  });
  expect(endings(told)).toEqual([
    '1 failed DeadlineExceeded',
    '2 failed DeadlineExceeded',
    '3 succeeded',
  ]);
  expect(told.ends[serverId(1)]?.reason).toMatch(/vCenter client/);
  expect(actsOn(told, serverId(1))).toEqual([]);
  expectPromisesKept(told);
});

test('a vCenter client that dies in the cutover leaves its servers undrained: rolled back, not launched', async () => {
  const told = await rehearse({
    fleet: [discovered(1)],
    spec: '{ defaults: { deadlines: { cutover: PT3H } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    faults: ['{ fault: vcenter-client-dead, after: PT40M }'],
  });
  expect(endings(told)).toEqual(['1 rolled-back DeadlineExceeded']);
  expect(told.ends[serverId(1)]?.reason).toContain('not drained');
  expect(triesOf(told, 'StartCutover')).toBe(0);
  expectPromisesKept(told);
});

test('a vCenter client that is revived lets its servers go on', async () => {
  const told = await rehearse({
    fleet: [discovered(1), discovered(2)],
    spec: twoDays,
    faults: ['{ fault: vcenter-client-dead, after: PT10M, revivesAfter: PT3H }'],
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  expect(actsOn(told, serverId(1))).toEqual(['StartReplication', ...wholeWay]);
  expectPromisesKept(told);
});
