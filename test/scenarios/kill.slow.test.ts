// Every effect of a wave, and a process that dies before it and after it: nothing lost, nothing doubled.
import { expect, test } from 'vitest';
import { aDrsServer } from '../simulator/drs/rig.ts';
import { inSync, serverId } from './_fleet.ts';
import { momentsAt, shortStory, undisturbed, wrongAfter } from './_kill.ts';
import type { Story } from './_rehearse.ts';

async function sweep(story: Story, step: number): Promise<readonly string[]> {
  const base = await undisturbed(story);
  const wrong: string[] = [];
  for (let effect = 1; effect <= base.effects; effect += step) {
    for (const when of momentsAt(base, effect))
      wrong.push(...(await wrongAfter(base, { effect, when })));
  }
  return wrong;
}

const quick = 'thresholds: { lagSeconds: 7200, sustainedPolls: 1, sustainedSeconds: 0 }';

test('the whole way, every effect', async () => {
  expect(await sweep(shortStory, 1)).toEqual([]);
});

test('a stall that is retried and a cutover that is rolled back and launched again', async () => {
  const story: Story = {
    fleet: [inSync(1)],
    spec: `{ defaults: { phases: [replicate, cutover, finalize], ${quick} }, waves: [{ name: wave-1, servers: { all: true } }] }`,
    faults: [
      '{ fault: stall, errorClass: SNAPSHOTS_FAILURE, after: PT0S, clearsAfter: retry }',
      '{ fault: snapshot-failure, on: cutover-launch, times: 1 }',
    ],
  };
  expect(await sweep(story, 2)).toEqual([]);
});

test('a wave that is held until the hold expires, and the wave that depends on it', async () => {
  const story: Story = {
    fleet: [inSync(1), inSync(2), inSync(3)],
    spec: `{ defaults: { phases: [replicate, test], ${quick}, policy: { onFailure: hold, tolerate: 0, holdTimeout: PT2H, attempts: 1 } }, waves: [{ name: wave-1, policy: { canary: 1 }, servers: { ids: [${serverId(1)}, ${serverId(2)}] } }, { name: wave-2, dependsOn: [wave-1], servers: { ids: [${serverId(3)}] } }] }`,
    faults: [
      `{ fault: launch-failure, on: test-launch, times: 9, servers: { ids: [${serverId(1)}] } }`,
    ],
  };
  expect(await sweep(story, 2)).toEqual([]);
});

test('a wave that is rolled back as a whole', async () => {
  const story: Story = {
    fleet: [inSync(1), inSync(2)],
    spec: `{ defaults: { phases: [replicate, cutover, finalize], ${quick}, policy: { onFailure: rollback, tolerate: 0, attempts: 1 } }, waves: [{ name: wave-1, servers: { all: true } }] }`,
    faults: [
      `{ fault: launch-failure, on: cutover-launch, times: 9, servers: { ids: [${serverId(1)}] } }`,
    ],
  };
  expect(await sweep(story, 3)).toEqual([]);
});

test('a wave that sets what its plan wants, then launches with it', async () => {
  const story: Story = {
    fleet: [inSync(1)],
    spec: `{ defaults: { phases: [replicate, test], ${quick}, desired: { apply: by-policy, launchConfiguration: { copyTags: false, targetInstanceTypeRightSizingMethod: NONE }, launchTemplate: { instanceType: m5.xlarge } } }, waves: [{ name: wave-1, servers: { all: true } }] }`,
  };
  expect(await sweep(story, 2)).toEqual([]);
});

test('a drill whose wave sets what DRS launches with', async () => {
  const action = '8a6bc7c2-4f2b-4c4f-9d0e-0a1b2c3d4e5f';
  const story: Story = {
    ...{ kind: 'Drill', fleet: [aDrsServer(1)], parameters: {} },
    spec: `{ defaults: { desired: { apply: by-policy, configuration: { apiVersion: landfall/v1, kind: LaunchConfiguration, metadata: { name: baseline }, spec: { template: { copyTags: true, targetInstanceTypeRightSizingMethod: NONE }, launchActions: { ${action}: { name: look, actionCode: AWS-RunShellScript, order: 1001 } }, launchTemplate: { instanceType: m5.xlarge } } } } }, waves: [{ name: wave-1, servers: { all: true } }] }`,
  };
  expect(await sweep(story, 5)).toEqual([]);
});
