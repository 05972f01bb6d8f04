// Pauses of every scope: nothing new is called for what is paused, the rest goes on, and everything resumes; also when
// the poller dies in between.
import { expect, test } from 'vitest';
import type { Scope } from '../../src/core/order/order.ts';
import { secondsBetween } from '../../src/core/time.ts';
import { inSync, serverId } from './_fleet.ts';
import { all, later, Operator, servers, tier, wave, when } from './_operator.ts';
import {
  actsOn,
  casesOf,
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  wholeWay,
} from './_rehearse.ts';

const fleet = [1, 2, 3].map((n) => inSync(n));
const tiered = `{ waves: [{ name: wave-1, servers: { all: true }, tiers: [
  { name: data, servers: { ids: [${serverId(1)}] } } ] }] }`;
const hours = (n: number) => n * 3600;

test.each<[string, Scope, readonly number[]]>([
  ['a server', servers(2), [2]],
  ['a tier', tier('data'), [1]],
  ['a wave', all, [1, 2, 3]],
  ['a plan', { kind: 'plan', plan: 'story' }, [1, 2, 3]],
  ['everything', { kind: 'stage' }, [1, 2, 3]],
])('%s stands still for a day, and then goes its whole way', async (_, scope, stands) => {
  const operator = new Operator();
  let pausedAt = '';
  const told = await rehearse({
    fleet,
    spec: tiered,
    whenTold: [
      when('Source Server Launch Result', undefined, async (ports) => {
        pausedAt = ports.clock.now();
        await operator.gives(ports, 'pause', scope);
        await operator.gives(ports, 'pause', scope);
      }),
    ],
    around: later([
      {
        afterSeconds: hours(24),
        act: async (ports) => {
          await operator.gives(ports, 'resume', scope);
          await operator.gives(ports, 'resume', scope);
        },
      },
    ]),
  });
  expect(operator.answers).toEqual(['done', 'already', 'done', 'already']);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  for (const n of [1, 2, 3]) expect(actsOn(told, serverId(n))).toEqual(wholeWay);
  const during = told.logs.api.filter(
    ({ at, operation }) =>
      !/^(Describe|List|Get)/.test(operation) &&
      secondsBetween(pausedAt, at) > 0 &&
      secondsBetween(pausedAt, at) < hours(20),
  );
  const touched = [1, 2, 3].filter((n) => JSON.stringify(during).includes(serverId(n)));
  // Tiers are in order: what comes after a paused one waits with it, before its cutover.
  expect(touched).toEqual([1, 2, 3].filter((n) => !stands.includes(n)));
  expect(eventsOf(told, 'Wave Paused')).toMatchObject([{ scope: scope.kind, by: 'joe' }]);
  expectPromisesKept(told, ['paused-untouched']);
});

test('the wave is paused, the poller dies, everything resumes', async () => {
  const operator = new Operator();
  let down = false;
  const told = await rehearse({
    fleet,
    around: later(
      [
        {
          afterSeconds: 900,
          act: async (ports) => {
            await operator.gives(ports, 'pause', all);
            down = true;
          },
        },
        { afterSeconds: hours(3), act: (ports) => operator.gives(ports, 'skip', servers(3)) },
        { afterSeconds: hours(5), act: (ports) => operator.gives(ports, 'resume', all) },
        {
          afterSeconds: hours(6),
          act: async () => {
            down = false;
          },
        },
      ],
      () => down,
    ),
  });
  expect(operator.answers[0]).toBe('done');
  expect(operator.answers[2]).toBe('done');
  expect(endings(told).slice(0, 2)).toEqual(['1 succeeded', '2 succeeded']);
  expect(casesOf(told, 'paused-untouched')).toBeGreaterThan(0);
  expectPromisesKept(told);
});

test('a paused server finishes no step: it parks before the call, and its deadline waits', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: '{ defaults: { deadlines: { test: PT10H } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    whenTold: [
      when('Wave Server Healthy', undefined, (ports) => operator.gives(ports, 'pause', servers(1))),
    ],
    around: later([
      { afterSeconds: hours(48), act: (ports) => operator.gives(ports, 'resume', servers(1)) },
    ]),
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  expect(actsOn(told, serverId(1))).toEqual(wholeWay);
  expectPromisesKept(told, ['paused-untouched']);
});

test('orders repeated and in the wrong order are told what is true now', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: fleet.slice(0, 2),
    whenTold: [
      when('Wave Stage Started', 'test', async (ports) => {
        await operator.gives(ports, 'resume', servers(1));
        await operator.gives(ports, 'retry', all);
        await operator.gives(ports, 'pause', { kind: 'plan', plan: 'story' });
        await operator.gives(ports, 'resume', all);
        await operator.gives(ports, 'hold', servers(1));
        await operator.gives(ports, 'skip', { kind: 'plan', plan: 'story' });
        await operator.gives(ports, 'resume', { kind: 'plan', plan: 'story' });
        await operator.gives(ports, 'pause', { kind: 'plan', plan: 'store' });
        await operator.gives(ports, 'abort', servers(1));
      }),
      when('Wave Concluded', undefined, async (ports) => {
        for (const order of ['pause', 'hold', 'skip', 'retry', 'rollback', 'abort'] as const) {
          await operator.gives(ports, order, all);
        }
      }),
    ],
  });
  expect(operator.answers).toEqual([
    ...['nothing-to-resume', 'nothing-failed', 'done', 'paused-wider', 'wrong-scope'],
    ...['wrong-scope', 'done', 'unknown-plan', 'wrong-scope'],
    ...Array.from({ length: 6 }, () => 'concluded'),
  ]);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  expectPromisesKept(told);
});

test('a hold lets the stage end and stops before the next, for as long as a person wants', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: '{ defaults: { policy: { holdTimeout: PT2H } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    whenTold: [
      when('Wave Stage Started', 'test', async (ports) => {
        await operator.gives(ports, 'hold', all);
        await operator.gives(ports, 'hold', all);
      }),
    ],
    around: later([
      { afterSeconds: hours(96), act: (ports) => operator.gives(ports, 'resume', all) },
    ]),
  });
  expect(operator.answers).toEqual(['done', 'already', 'done']);
  expect(endings(told)).toEqual(['1 succeeded']);
  const [held] = eventsOf(told, 'Wave Held');
  expect(held?.['reason']).toBe('joe holds it: because');
  expect(eventsOf(told, 'Wave Resumed')).toMatchObject([{ ended: 'hold', by: 'joe' }]);
  const cutover = told.logs.api.find(({ operation }) => operation === 'StartCutover');
  expect(secondsBetween(String(held?.['observedAt']), cutover?.at ?? '')).toBeGreaterThan(
    hours(80),
  );
  expect(wave).toBe('story.wave-1');
  expectPromisesKept(told);
});
