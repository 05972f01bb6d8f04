// Somebody changes by hand what launches and replication of a running wave follow.
import { expect, test } from 'vitest';
import { inSync, serverId } from './_fleet.ts';
import { brisk, eventsOf, expectPromisesKept, rehearse } from './_rehearse.ts';

const soaking =
  '{ defaults: { gates: { cutover: { approval: { timeout: P2D } } } }, waves: [{ name: wave-1, servers: { all: true } }] }';
const drifts = (told: Awaited<ReturnType<typeof rehearse>>) =>
  eventsOf(told, 'Source Server Configuration Drift Change');

test('a launch template that is edited by hand is told once, and once more when it is as it was', async () => {
  const told = await rehearse({
    fleet: [inSync(1), inSync(2)],
    spec: soaking,
    parameters: { ...brisk, launchTemplateCheckMinutes: 300 },
    faults: [
      `{ fault: launch-template-edited, after: PT2H30M, instanceType: t3.micro, servers: { ids: [${serverId(1)}] } }`,
    ],
  });
  // MGN writes its own type back when it checks, as a third version: the default is still not the one it was.
  const template = (field: string, expected: string, actual: string) => ({
    aspect: 'launch-template',
    field,
    expected,
    actual,
  });
  const edited = [
    template('defaultVersion', '1', '2'),
    template('instanceType', 'c5.large', 't3.micro'),
  ];
  expect(drifts(told)).toMatchObject([
    { sourceServerId: serverId(1), wave: 'story.wave-1', previous: [], current: edited },
    { previous: edited, current: [template('defaultVersion', '1', '3')] },
  ]);
  expectPromisesKept(told);
});

test('launch settings, replication settings and actions are looked at in rounds; put back, the drift is over', async () => {
  const edit = (after: string, more: string) =>
    `{ fault: settings-edited, after: ${after}, servers: { ids: [${serverId(2)}] }, ${more} }`;
  const told = await rehearse({
    fleet: [inSync(1), inSync(2)],
    spec: soaking,
    faults: [
      edit('PT3H', 'launch: { copyTags: false }, replication: { bandwidthThrottling: 100 }'),
      edit(
        'PT3H',
        'action: { actionName: join, documentIdentifier: AWS-Join, order: 1001, actionID: 8a6bc7c2-4f2b-4c4f-9d0e-0a1b2c3d4e5f, mustSucceedForCutover: true }',
      ),
      edit('PT15H', 'launch: { copyTags: true }, replication: { bandwidthThrottling: 0 }'),
    ],
  });
  const fields = drifts(told).map(({ current }) =>
    (current as readonly { field: string; actual: string }[]).map(
      ({ field, actual }) => `${field} ${actual}`,
    ),
  );
  const action = 'action join order 1001, active, must succeed, AWS-Join:$DEFAULT';
  expect(fields).toEqual([['copyTags false', 'bandwidthThrottling 100', action], [action]]);
  expectPromisesKept(told);
});

test('where nothing changes nothing is told, and a look costs few calls', async () => {
  const told = await rehearse({ fleet: [inSync(1), inSync(2), inSync(3)], spec: soaking });
  expect(drifts(told)).toEqual([]);
  expect(eventsOf(told, 'Target Template Drift Change')).toEqual([]);
  const calls = (operation: string) =>
    told.logs.api.filter((call) => call.operation === operation && call.caller === 'landfall');
  // Two days of waiting: a round of three servers every twelve hours, one call for all their templates every hour.
  expect(calls('GetLaunchConfiguration').length).toBeLessThanOrEqual(3 * 6);
  expect(calls('DescribeLaunchTemplates').length).toBeLessThanOrEqual(70);
  expect(calls('DescribeLaunchTemplateVersions')).toHaveLength(3);
  expectPromisesKept(told);
});
