// People who act at the console while a wave runs.
import { describe, expect, test } from 'vitest';
import { agentBased, discovered, serverId } from './_fleet.ts';
import { actsOn, endings, expectPromisesKept, rehearse, type Told, triesOf } from './_rehearse.ts';

const spec =
  '{ defaults: { deadlines: { replicate: P2D, test: PT2H, cutover: PT3H } }, waves: [{ name: wave-1, servers: { all: true } }] }';

function person(
  action: string,
  on: string,
  after = 'PT0S',
  servers: readonly number[] = [1, 2],
): Promise<Told> {
  return rehearse({
    fleet: [agentBased(1), discovered(2), agentBased(3)],
    spec,
    faults: [
      `{ fault: console-action, action: ${action}, on: ${on}, after: ${after}, attempts: 6, servers: { ids: [${servers.map(serverId).join(', ')}] } }`,
    ],
  });
}

describe.each(['server-archived', 'server-disconnected'] as const)('%s by somebody', (fault) => {
  const code = fault === 'server-archived' ? 'ServerArchived' : 'ServerDisconnected';
  test.each(['continuous', 'ready-for-test', 'testing', 'ready-for-cutover', 'cutting-over'])(
    'at %s: failed with the code, let alone from then on',
    async (on) => {
      const told = await rehearse({
        fleet: [agentBased(1), discovered(2), agentBased(3)],
        spec,
        faults: [
          `{ fault: ${fault}, on: ${on}, servers: { ids: [${serverId(1)}, ${serverId(2)}] } }`,
        ],
      });
      expect(endings(told)).toEqual([`1 failed ${code}`, `2 failed ${code}`, '3 succeeded']);
      expect(actsOn(told, serverId(1))).not.toContain('FinalizeCutover');
      expect(actsOn(told, serverId(1))).not.toContain('MarkAsArchived');
      expectPromisesKept(told);
    },
  );
});

test('a server archived by somebody after it was finalized has succeeded', async () => {
  const told = await person('archive', 'cutover');
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expectPromisesKept(told);
});

test.each([
  ['stop-replication', 'life cycle STOPPED'],
  ['pause-replication', 'replication PAUSED'],
])('%s while it is waited for: failed at the deadline with what was seen', async (action, seen) => {
  const told = await person(action, 'continuous');
  expect(endings(told)).toEqual([
    '1 failed DeadlineExceeded',
    '2 failed DeadlineExceeded',
    '3 succeeded',
  ]);
  expect(told.ends[serverId(1)]?.reason).toContain(seen);
  expectPromisesKept(told);
});

test('a pause that is ended in time only delays', async () => {
  const told = await rehearse({
    fleet: [agentBased(1)],
    spec,
    faults: [
      '{ fault: console-action, action: pause-replication, on: continuous }',
      '{ fault: console-action, action: resume-replication, on: continuous, after: PT2H }',
    ],
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  expectPromisesKept(told);
});

test('a test that a person started is a launch of its own: it is neither adopted nor disturbed', async () => {
  const told = await person('start-test', 'ready-for-test', 'PT7M');
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expectPromisesKept(told);
});

test('marked ready for cutover by a person before its test: rolled back, as somebody else decides there', async () => {
  const told = await person('mark-ready-for-cutover', 'ready-for-test', 'PT7M');
  expect(endings(told)).toEqual([
    '1 rolled-back LifecycleUnexpected',
    '2 rolled-back LifecycleUnexpected',
    '3 succeeded',
  ]);
  expect(actsOn(told, serverId(1))).toEqual([]);
  expectPromisesKept(told);
});

test('a cutover that a person reverts before it is healthy is launched anew', async () => {
  const told = await person('revert-cutover', 'cutting-over', 'PT7M', [1]);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expect(actsOn(told, serverId(1)).filter((act) => act === 'StartCutover')).toHaveLength(2);
  expectPromisesKept(told, ['finalize-after-launch', 'sign-off-stands']);
});

test('a cutover that a person reverts after it was healthy is frozen, never finalized', async () => {
  const told = await person('revert-cutover', 'cutting-over', 'PT19M', [2]);
  expect(endings(told)).toEqual(['1 succeeded', '2 frozen LifecycleUnexpected', '3 succeeded']);
  expect(actsOn(told, serverId(2))).not.toContain('FinalizeCutover');
  expectPromisesKept(told, ['finalize-after-launch']);
});

test('a cutover that a person finalizes before it is healthy is frozen: hands off', async () => {
  const told = await person('finalize', 'cutting-over', 'PT7M', [1]);
  expect(endings(told)).toEqual(['1 frozen LifecycleUnexpected', '2 succeeded', '3 succeeded']);
  expect(actsOn(told, serverId(1))).not.toContain('FinalizeCutover');
  expect(actsOn(told, serverId(1))).not.toContain('MarkAsArchived');
  expectPromisesKept(told);
});

test('a test instance that a person terminated is not terminated again', async () => {
  const told = await person('terminate', 'ready-for-cutover');
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expect(actsOn(told, serverId(1))).not.toContain('TerminateTargetInstances');
  expectPromisesKept(told);
});

test('a cutover that a person started before ours is reverted, and ours is made after its own drain', async () => {
  const told = await person('start-cutover', 'ready-for-cutover', 'PT7M');
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  const acts = actsOn(told, serverId(1));
  expect(acts.slice(acts.indexOf('StartCutover') - 2)).toEqual([
    'ChangeServerLifeCycleState',
    'TerminateTargetInstances',
    'StartCutover',
    'FinalizeCutover',
    'MarkAsArchived',
  ]);
  expectPromisesKept(told, ['one-launch-a-request']);
});

test('what the service refuses a person changes nothing for the wave', async () => {
  const told = await person('delete', 'testing');
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expect(triesOf(told, 'StartTest')).toBe(1);
  expectPromisesKept(told);
});

test('a server that somebody deletes has vanished: frozen, hands off', async () => {
  const told = await rehearse({
    fleet: [agentBased(1), agentBased(2)],
    spec,
    faults: [
      `{ fault: console-action, action: disconnect, on: continuous, after: PT0S, servers: { ids: [${serverId(1)}] } }`,
      `{ fault: console-action, action: delete, on: continuous, after: PT1S, servers: { ids: [${serverId(1)}] } }`,
    ],
  });
  expect(endings(told)).toEqual(['1 frozen ServerVanished', '2 succeeded']);
  expect(actsOn(told, serverId(1))).toEqual([]);
  expectPromisesKept(told);
});
