// Launches that go wrong, once or every time, agent-based and agentless. A failed launch is rolled back and tried once
// more; the second failure ends the server's way (reference/mgn.md 6.3).
import { describe, expect, test } from 'vitest';
import { agentBased, discovered, serverId } from './_fleet.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  type Told,
  triesOf,
} from './_rehearse.ts';

type Launch = 'test-launch' | 'cutover-launch';

function launched(fault: string, on: Launch, times: number): Promise<Told> {
  return rehearse({
    fleet: [agentBased(1), discovered(2)],
    faults: [`{ fault: ${fault}, on: ${on}, times: ${times} }`],
  });
}

describe.each([
  ['conversion-failure', 'LaunchFailed'],
  ['launch-failure', 'LaunchFailed'],
  ['server-skipped', 'ServerSkipped'],
  ['post-launch-action-failed', 'PostLaunchActionFailed'],
])('%s', (fault, code) => {
  test.each([
    ['test-launch', 'StartTest'],
    ['cutover-launch', 'StartCutover'],
  ] as const)('%s: one failure is rolled back and launched again', async (on, operation) => {
    const told = await launched(fault, on, 1);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    for (const id of [serverId(1), serverId(2)]) {
      const acts = actsOn(told, id);
      expect(acts.filter((act) => act === operation)).toHaveLength(2);
      const [first, second] = acts.flatMap((act, i) => (act === operation ? [i] : []));
      expect(acts.slice(first, second)).toContain('ChangeServerLifeCycleState');
    }
    expectPromisesKept(told, ['one-launch-a-request', 'finalize-after-healthy']);
  });

  test.each([
    ['test-launch', 'StartTest'],
    ['cutover-launch', 'StartCutover'],
  ] as const)(
    '%s: every time: two tries, rolled back, nothing finalized',
    async (on, operation) => {
      const told = await launched(fault, on, 9);
      expect(endings(told)).toEqual([`1 rolled-back ${code}`, `2 rolled-back ${code}`]);
      expect(actsOn(told, serverId(1)).filter((act) => act === operation)).toHaveLength(2);
      expect([triesOf(told, 'FinalizeCutover'), triesOf(told, 'MarkAsArchived')]).toEqual([0, 0]);
      expect(eventsOf(told, 'Wave Server Healthy').filter((e) => e['kind'] === 'cutover')).toEqual(
        [],
      );
      expectPromisesKept(told, ['one-launch-a-request']);
    },
  );
});

test('a test from the previous snapshot is told as such and goes on', async () => {
  const told = await launched('snapshot-failure', 'test-launch', 9);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  const results = eventsOf(told, 'Source Server Launch Result').filter((e) => e['kind'] === 'test');
  expect(results.map((e) => e['usedPreviousSnapshot'])).toEqual([true, true]);
  expectPromisesKept(told);
});

test('a cutover from the previous snapshot is no success: reverted, terminated, launched again', async () => {
  const told = await launched('snapshot-failure', 'cutover-launch', 1);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  const acts = actsOn(told, serverId(1));
  expect(acts.slice(acts.indexOf('StartCutover'))).toEqual([
    'StartCutover',
    'ChangeServerLifeCycleState',
    'TerminateTargetInstances',
    'StartCutover',
    'FinalizeCutover',
    'MarkAsArchived',
  ]);
  expectPromisesKept(told, ['previous-snapshot-fails']);
});

test('a cutover that only ever gets the previous snapshot is rolled back', async () => {
  const told = await launched('snapshot-failure', 'cutover-launch', 9);
  expect(endings(told)).toEqual([
    '1 rolled-back PreviousSnapshotUsed',
    '2 rolled-back PreviousSnapshotUsed',
  ]);
  expect(triesOf(told, 'FinalizeCutover')).toBe(0);
  expectPromisesKept(told, ['previous-snapshot-fails']);
});

test('a test instance that is not cleaned up keeps nobody from the cutover', async () => {
  const told = await launched('cleanup-failure', 'cutover-launch', 9);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  expectPromisesKept(told);
});

test.each(['test-launch', 'cutover-launch'] as const)(
  '%s: a first boot that never ends is rolled back at the deadline, with what it waited for',
  async (on) => {
    const told = await rehearse({
      fleet: [agentBased(1), discovered(2)],
      spec: '{ defaults: { deadlines: { test: PT2H, cutover: PT3H } }, waves: [{ name: wave-1, servers: { all: true } }] }',
      faults: [
        `{ fault: first-boot-stuck, on: ${on}, times: 9, servers: { ids: [${serverId(1)}] } }`,
      ],
    });
    expect(endings(told)).toEqual(['1 rolled-back FirstBootFailed', '2 succeeded']);
    expect(told.ends[serverId(1)]?.reason).toContain('first boot is WAITING');
    expect(actsOn(told, serverId(1)).slice(-2)).toEqual([
      'ChangeServerLifeCycleState',
      'TerminateTargetInstances',
    ]);
    expect(actsOn(told, serverId(1))).not.toContain('FinalizeCutover');
    expectPromisesKept(told);
  },
);

test('a failed launch of one server of a job leaves the others of the job alone', async () => {
  const told = await rehearse({
    fleet: [agentBased(1), agentBased(2), agentBased(3)],
    faults: [
      `{ fault: launch-failure, on: cutover-launch, times: 9, servers: { ids: [${serverId(2)}] } }`,
    ],
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 rolled-back LaunchFailed', '3 succeeded']);
  expectPromisesKept(told, ['one-launch-a-request']);
});
