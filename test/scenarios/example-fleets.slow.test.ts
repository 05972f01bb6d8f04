// The example fleets, undisturbed: who succeeds, and who cannot and why.
import { describe, expect, test } from 'vitest';
import { exampleFleet, examplePlan } from './_examples.ts';
import { expectPromisesKept, rehearse, triesOf } from './_rehearse.ts';

describe('mixed-40', () => {
  test('every server ends once; the stalled, the archived and the disconnected one are told apart', async () => {
    const told = await rehearse({
      ...(await exampleFleet('mixed-40', 'mixed-40.vcenter-clients')),
      spec: examplePlan('first-wave'),
      parameters: {},
    });
    const others = Object.entries(told.ends).filter(([, end]) => end.outcome !== 'succeeded');
    expect(Object.keys(told.ends)).toHaveLength(40);
    expect(
      Object.fromEntries(others.map(([id, { outcome, code }]) => [id, [outcome, code]])),
    ).toEqual({
      's-4d0fdd3af5d4e8487': ['skipped', undefined],
      's-d970643f46b4a7d94': ['failed', 'ReplicationStalled'],
      's-e2bfb3a0f1148659f': ['failed', 'ServerDisconnected'],
    });
    expect(told.ends['s-4d0fdd3af5d4e8487']?.reason).toBe('already archived when the wave began');
    expectPromisesKept(told, ['finalize-after-launch', 'transitions-do-not-grow']);
  });
});

describe('agentless', () => {
  test('more servers than active slots go in cohorts; never more than the quota are active', async () => {
    const { fleet, ...rest } = await exampleFleet('agentless-805', 'agentless-805.vcenter-clients');
    const told = await rehearse({
      ...rest,
      fleet: fleet.slice(0, 24),
      spec: examplePlan('agentless'),
      parameters: { quotaActiveServers: 10 },
    });
    expect(Object.values(told.ends).map((end) => end.outcome)).toEqual(Array(24).fill('succeeded'));
    expect(triesOf(told, 'StartReplication')).toBe(24);
    expect(told.logs.api.filter((c) => c.error?.includes('Quota') === true)).toEqual([]);
    expectPromisesKept(told, ['one-launch-a-request']);
  });
});
