// A hook says that an instance is no good: the server is rolled back, and the source thawed.
import { expect, test } from 'vitest';
import { inSync, serverId } from './_fleet.ts';
import { courseOf, hooked, hooksOf } from './_hooks.ts';
import { actsOn, endings, eventsOf, expectPromisesKept, rehearse } from './_rehearse.ts';

const frozen =
  'freeze: [{ name: stop-app, function: stop-app }], thaw: [{ name: start-app, function: start-app }]';
const shop = '{ name: shop, http: "https://{privateIp}/health", attempts: 3 }';

test('after the cutover: the source is thawed once the instance is gone', async () => {
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(`${frozen}, validateCutover: [${shop}]`),
    hooks: [{ hook: 'shop', outcome: 'failed', durationSeconds: 0, reason: 'status 503, not 200' }],
  });
  expect(endings(told)).toEqual(['1 rolled-back HookFailed']);
  expect(told.ends[serverId(1)]?.reason).toBe(
    'cutover: hook validateCutover shop failed: status 503, not 200, in 3 tries',
  );
  expect(courseOf(told, serverId(1)).slice(-6)).toEqual([
    'validateCutover started',
    'validateCutover failed',
    'ChangeServerLifeCycleState',
    'TerminateTargetInstances',
    'thaw started',
    'thaw succeeded',
  ]);
  const [probe] = eventsOf(told, 'Wave Server Hook Run').filter(
    ({ point, status }) => point === 'validateCutover' && status === 'failed',
  );
  // Three tries, a minute and more apart.
  expect(probe).toMatchObject({
    kind: 'http',
    evidence: '{"found":"status 503, not 200","tries":3}',
  });
  expect(probe?.['durationSeconds']).toBeGreaterThanOrEqual(120);
  expectPromisesKept(told, ['thaw-after-freeze']);
});

test('after the test: nothing is cut over', async () => {
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(`${frozen}, validateTest: [{ name: accept, function: accept, retries: 0 }]`),
    hooks: [{ hook: 'accept', outcome: 'failed', durationSeconds: 600, reason: 'no login' }],
  });
  expect(endings(told)).toEqual(['1 rolled-back HookFailed']);
  expect(actsOn(told, serverId(1))).toEqual([
    'StartTest',
    'ChangeServerLifeCycleState',
    'TerminateTargetInstances',
  ]);
  expect(hooksOf(told, serverId(1))).toEqual([
    'validateTest.accept/1.1 started',
    'validateTest.accept/1.1 failed',
  ]);
  expectPromisesKept(told);
});
