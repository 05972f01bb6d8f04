// The traffic is switched once the instance is validated, and switched back before a rollback takes the instance away.
import { expect, test } from 'vitest';
import { inSync, serverId } from './_fleet.ts';
import { courseOf, hooked, hooksOf } from './_hooks.ts';
import { Operator, servers } from './_operator.ts';
import { actsOn, endings, expectPromisesKept, rehearse } from './_rehearse.ts';

const pair = (back = '[{ name: dns-back, function: dns-back }]') =>
  `freeze: [{ name: stop-app, function: stop-app }], thaw: [{ name: start-app, function: start-app }], switch: [{ name: dns, function: dns }], switchBack: ${back}`;
const asksFirst = 'gates: { finalize: { approval: {} } }';
const rollsBack = (operator: Operator) => ({
  event: (e: { readonly 'detail-type': string; readonly detail: object }) =>
    e['detail-type'] === 'Wave Approval Requested',
  happens: async ({ ports }: { readonly ports: Parameters<Operator['gives']>[0] }) => {
    await operator.gives(ports, 'rollback', servers(1));
  },
});

test('a rollback switches back, takes the instance away, and thaws the source, in this order', async () => {
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(pair(), asksFirst),
    whenTold: [rollsBack(new Operator())],
  });
  expect(endings(told)).toEqual(['1 rolled-back OrderedRollback']);
  const course = courseOf(told, serverId(1));
  expect(course.slice(course.indexOf('switch started'))).toEqual([
    'switch started',
    'switch succeeded',
    'switchBack started',
    'switchBack succeeded',
    'ChangeServerLifeCycleState',
    'TerminateTargetInstances',
    'thaw started',
    'thaw succeeded',
  ]);
  expectPromisesKept(told, ['switch-back-before-termination', 'thaw-after-freeze']);
});

test.each([
  ['fails', undefined, 'hook switchBack dns-back failed: the zone is locked'],
  ['is not in the plan', '[]', 'the plan has no hook that switches it back'],
])('where switching back %s, the instance is left running', async (_, back, reason) => {
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(pair(back), asksFirst),
    hooks: [
      { hook: 'dns-back', outcome: 'failed', durationSeconds: 0, reason: 'the zone is locked' },
    ].map((play) => ({ ...play, outcome: 'failed' as const })),
    whenTold: [rollsBack(new Operator())],
  });
  expect(endings(told)).toEqual(['1 frozen UndoFailed']);
  expect(told.ends[serverId(1)]?.reason).toContain(reason);
  // The one termination is that of the test instance.
  const acts = actsOn(told, serverId(1));
  expect(acts.slice(acts.indexOf('StartCutover'))).toEqual(['StartCutover']);
  expect(hooksOf(told, serverId(1)).some((what) => what.startsWith('thaw'))).toBe(false);
  expectPromisesKept(told);
});

test('a switch that fails is switched back as well, before the server is rolled back', async () => {
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(pair()),
    hooks: [{ hook: 'dns', outcome: 'failed', durationSeconds: 0 }],
  });
  expect(endings(told)).toEqual(['1 rolled-back HookFailed']);
  expect(courseOf(told, serverId(1)).slice(-6)).toEqual([
    'switchBack started',
    'switchBack succeeded',
    'ChangeServerLifeCycleState',
    'TerminateTargetInstances',
    'thaw started',
    'thaw succeeded',
  ]);
  expectPromisesKept(told, ['switch-back-before-termination', 'thaw-after-freeze']);
});
