// A hook that freezes the source fails: its server fails or waits for a person, and the source is thawed, once.
import { expect, test } from 'vitest';
import { inSync, serverId } from './_fleet.ts';
import { courseOf, hooked, hooksOf } from './_hooks.ts';
import { Operator, servers } from './_operator.ts';
import { actsOn, casesOf, endings, eventsOf, expectPromisesKept, rehearse } from './_rehearse.ts';

const freeze = (more = '') =>
  `freeze: [{ name: stop-app, function: stop-app${more} }], thaw: [{ name: start-app, function: start-app }]`;
const fails = { hook: 'stop-app', outcome: 'failed', durationSeconds: 30 } as const;

test('the server fails, its source is thawed, and the others move', async () => {
  const told = await rehearse({
    fleet: [inSync(1), inSync(2)],
    spec: hooked(freeze(', retries: 1')),
    hooks: [{ ...fails, servers: [serverId(1)], reason: 'two services did not stop' }],
  });
  expect(endings(told)).toEqual(['1 rolled-back HookFailed', '2 succeeded']);
  expect(told.ends[serverId(1)]?.reason).toBe(
    'cutover: hook freeze stop-app failed: two services did not stop',
  );
  expect(hooksOf(told, serverId(1))).toEqual([
    'freeze.stop-app/1.1 started',
    'freeze.stop-app/1.1 failed',
    'freeze.stop-app/1.2 started',
    'freeze.stop-app/1.2 failed',
    'thaw.start-app/1.1 started',
    'thaw.start-app/1.1 succeeded',
  ]);
  expect(actsOn(told, serverId(1))).not.toContain('StartCutover');
  expect(hooksOf(told, serverId(2))).toEqual([
    'freeze.stop-app/1.1 started',
    'freeze.stop-app/1.1 succeeded',
  ]);
  expectPromisesKept(told, ['hook-called-once', 'thaw-after-freeze']);
});

test('held, it is thawed meanwhile, and frozen anew once a person has resumed it', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(freeze(', retries: 0, onFailure: hold')),
    hooks: [{ ...fails, times: 1, durationSeconds: 0 }],
    whenTold: [
      {
        event: (e) =>
          e['detail-type'] === 'Wave Server Hook Run' &&
          e.detail['point'] === 'thaw' &&
          e.detail['status'] === 'succeeded',
        happens: async ({ ports }) => {
          await operator.gives(ports, 'resume', servers(1));
        },
      },
    ],
  });
  expect(operator.answers).toEqual(['done']);
  expect(eventsOf(told, 'Wave Server Held')).toMatchObject([
    { reason: 'hook freeze stop-app failed: it failed, as the rehearsal wants it' },
  ]);
  const thawed = courseOf(told, serverId(1)).filter((what) => /^(freeze|thaw)/.test(what));
  expect(thawed.slice(0, 4)).toEqual([
    'freeze started',
    'freeze failed',
    'thaw started',
    'thaw succeeded',
  ]);
  expectPromisesKept(told, ['thaw-after-freeze']);
});

test('with onFailure continue the server moves on with a warning', async () => {
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(freeze(', retries: 0, onFailure: continue')),
    hooks: [{ ...fails }],
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  expect(hooksOf(told, serverId(1))).toEqual([
    'freeze.stop-app/1.1 started',
    'freeze.stop-app/1.1 failed',
  ]);
  expectPromisesKept(told);
});

test('what cannot be thawed is frozen as well as its server, and says what to do', async () => {
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(freeze(', retries: 0')),
    hooks: [fails, { hook: 'start-app', outcome: 'failed', durationSeconds: 0 }],
  });
  expect(endings(told)).toEqual(['1 frozen UndoFailed']);
  expect(told.ends[serverId(1)]?.reason).toMatch(
    /hook thaw start-app failed: .*; before, HookFailed: hook freeze stop-app failed/,
  );
  expect(hooksOf(told, serverId(1)).filter((what) => what.startsWith('thaw'))).toEqual([
    'thaw.start-app/1.1 started',
    'thaw.start-app/1.1 failed',
    'thaw.start-app/1.2 started',
    'thaw.start-app/1.2 failed',
  ]);
  expect(casesOf(told, 'hook-called-once')).toBe(3);
  expectPromisesKept(told);
});
