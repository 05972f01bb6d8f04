// Every point of a server's way has a hook, and each runs once, in its order; a plan without hooks takes no state more.
import { expect, test } from 'vitest';
import { inSync, serverId } from './_fleet.ts';
import { courseOf, hooked } from './_hooks.ts';
import { endings, expectPromisesKept, rehearse } from './_rehearse.ts';

const one = (name: string) => `[{ name: ${name}, function: ${name} }]`;
const everyPoint = [
  `beforeTest: ${one('announce')}`,
  'afterTest: [{ name: answers, http: "http://{privateIp}/health" }]',
  `validateTest: ${one('accept')}`,
  `beforeFreeze: ${one('maintenance')}`,
  `freeze: ${one('stop-app')}`,
  `thaw: ${one('start-app')}`,
  `afterFreeze: ${one('is-stopped')}`,
  `beforeCutover: ${one('last-look')}`,
  `afterSnapshot: ${one('shut-down')}`,
  'afterCutover: [{ name: port, tcp: "{privateDnsName}:22" }]',
  `validateCutover: ${one('accept')}`,
  `switch: ${one('dns')}`,
  `switchBack: ${one('dns-back')}`,
].join(', ');

test('each hook runs once, in its order', async () => {
  const told = await rehearse({ fleet: [inSync(1)], spec: hooked(everyPoint) });
  expect(endings(told)).toEqual(['1 succeeded']);
  const ran = (point: string) => [`${point} started`, `${point} succeeded`];
  expect(courseOf(told, serverId(1))).toEqual([
    ...ran('beforeTest'),
    'StartTest',
    ...ran('afterTest'),
    ...ran('validateTest'),
    'ChangeServerLifeCycleState',
    'TerminateTargetInstances',
    ...ran('beforeFreeze'),
    ...ran('freeze'),
    ...ran('afterFreeze'),
    ...ran('beforeCutover'),
    'StartCutover',
    ...ran('afterSnapshot'),
    ...ran('afterCutover'),
    ...ran('validateCutover'),
    ...ran('switch'),
    'FinalizeCutover',
    'MarkAsArchived',
  ]);
  expectPromisesKept(told);
});
