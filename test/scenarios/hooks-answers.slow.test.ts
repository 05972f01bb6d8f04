// Answers that come late, twice, never or not at all; a window that closes, an abort: each hook runs at most once a try.
import { expect, test } from 'vitest';
import { inSync, serverId } from './_fleet.ts';
import { hooked, hooksOf } from './_hooks.ts';
import { all, Operator } from './_operator.ts';
import {
  casesOf,
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  type Told,
} from './_rehearse.ts';

const frozen = (more = '') =>
  `freeze: [{ name: stop-app, function: stop-app${more} }], thaw: [{ name: start-app, function: start-app }]`;

/** What the function of the freeze was asked, in order. */
function asked(told: Told): readonly string[] {
  return told.logs.api
    .filter(({ operation, input }) => operation === 'Invoke' && input['point'] === 'freeze')
    .map(({ input }) => String(input['ask']));
}

test('pending is asked after every minute until it ends, and counts as once', async () => {
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(frozen()),
    hooks: [{ hook: 'stop-app', outcome: 'succeeded', durationSeconds: 300 }],
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  expect(asked(told)[0]).toBe('run');
  expect(new Set(asked(told).slice(1))).toEqual(new Set(['status']));
  expect(asked(told).length).toBeLessThanOrEqual(8);
  expect(hooksOf(told, serverId(1))).toHaveLength(2);
  expectPromisesKept(told, ['hook-called-once']);
});

test('what never ends is given up after its timeout, tried again, and fails', async () => {
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(frozen(', timeout: PT5M, retries: 1')),
    hooks: [{ hook: 'stop-app', outcome: 'hangs', durationSeconds: 0 }],
  });
  expect(endings(told)).toEqual(['1 rolled-back HookFailed']);
  expect(told.ends[serverId(1)]?.reason).toContain('no end of it within 5 min');
  expect(hooksOf(told, serverId(1))).toEqual([
    'freeze.stop-app/1.1 started',
    'freeze.stop-app/1.1 failed',
    'freeze.stop-app/1.2 started',
    'freeze.stop-app/1.2 failed',
    'thaw.start-app/1.1 started',
    'thaw.start-app/1.1 succeeded',
  ]);
  expectPromisesKept(told, ['thaw-after-freeze']);
});

test('a lost answer is asked after and not run again; what was never heard of is run', async () => {
  const lost = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(frozen()),
    hooks: [{ hook: 'stop-app', outcome: 'lost', durationSeconds: 0 }],
  });
  expect([endings(lost), asked(lost)]).toEqual([['1 succeeded'], ['run', 'status']]);
  const unheard = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(frozen()),
    hooks: [{ hook: 'stop-app', outcome: 'not-heard', durationSeconds: 0 }],
  });
  expect(endings(unheard)).toEqual(['1 succeeded']);
  expect(asked(unheard)).toEqual(['run', 'status', 'run']);
  for (const told of [lost, unheard]) {
    expect(casesOf(told, 'hook-called-once')).toBe(1);
    expectPromisesKept(told);
  }
});

test('a window that closes while the source is being frozen thaws it, and freezes it in the next', async () => {
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(
      frozen(', timeout: PT2H'),
      'gates: { cutover: { window: [{ timeZone: UTC, days: [mon], from: "21:00", to: "21:10" }, { timeZone: UTC, days: [tue], from: "21:00", to: "23:00" }] } }',
    ),
    hooks: [{ hook: 'stop-app', outcome: 'succeeded', durationSeconds: 1800 }],
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  expect(hooksOf(told, serverId(1))).toEqual([
    'freeze.stop-app/1.1 started',
    'freeze.stop-app/1.1 failed',
    'thaw.start-app/1.1 started',
    'thaw.start-app/1.1 succeeded',
    'freeze.stop-app/2.1 started',
    'freeze.stop-app/2.1 succeeded',
  ]);
  expectPromisesKept(told, ['thaw-after-freeze', 'launches-in-window']);
});

test('an abort in the drain thaws the source before its server ends', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: hooked(frozen()),
    whenTold: [
      {
        event: (e) => e.detail['point'] === 'freeze' && e.detail['status'] === 'succeeded',
        happens: async ({ ports }) => {
          await operator.gives(ports, 'abort', all);
        },
      },
    ],
  });
  expect(hooksOf(told, serverId(1))).toEqual([
    'freeze.stop-app/1.1 started',
    'freeze.stop-app/1.1 succeeded',
    'thaw.start-app/1.1 started',
    'thaw.start-app/1.1 succeeded',
  ]);
  expect(eventsOf(told, 'Wave Server Outcome')).toHaveLength(1);
  expectPromisesKept(told, ['thaw-after-freeze']);
});
