// The orders of a rehearsal: read whole or refused whole, given at their instants, answered in the summary.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scopeOf } from '../../src/cli/order-command.ts';
import { readOrdersText } from '../../src/cli/read-orders.ts';
import { setUpRehearsal } from '../../src/cli/rehearsal.ts';
import { noFaults } from '../../src/simulator/simulator.ts';
import { beginning, inSync, serverId } from '../scenarios/_fleet.ts';
import { brisk, planOf } from '../scenarios/_rehearse.ts';

const fleet = [inSync(1), inSync(2)];
const plan = planOf('{ waves: [{ name: wave-1, servers: { all: true } }] }', fleet);
const file = (...orders: readonly string[]) =>
  ['apiVersion: landfall/v1', 'kind: Orders', 'orders:', ...orders.map((one) => `  - ${one}`)].join(
    '\n',
  );
const by = 'by: anna, reason: because';

function read(...orders: readonly string[]) {
  const found = readOrdersText(file(...orders), 'orders.yaml');
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found;
}
const problems = (...orders: readonly string[]) => {
  const found = readOrdersText(file(...orders), 'orders.yaml');
  return (found.ok ? found.strays([plan]) : found.problems).map(
    ({ line, problem }) => `${line}: ${problem}`,
  );
};

describe('a file of orders', () => {
  test('takes every order, in every scope', () => {
    const { orders, strays } = read(
      `{ at: 2024-03-04T18:00:00Z, order: pause, everything: true, ${by} }`,
      `{ after: PT1H, order: hold, wave: story.wave-1, ${by} }`,
      `{ after: PT0S, when: { event: Wave Held }, order: retry, wave: story.wave-1, servers: [${serverId(1)}], confirmState: true, ${by} }`,
      `{ after: PT1H, order: deny, wave: story.wave-1, phase: cutover, ${by} }`,
      `{ after: PT1H, order: skip, wave: story.wave-1, tier: rest, ${by} }`,
    );
    expect(orders).toHaveLength(5);
    expect(orders[2]).toMatchObject({
      due: { afterMs: 0, event: { type: 'Wave Held', wave: 'story.wave-1' } },
      order: { order: 'retry', confirmState: true },
    });
    expect(strays([plan])).toEqual([]);
  });

  test('is refused whole, every problem with its line', () => {
    expect(
      problems(
        `{ order: pause, wave: story.wave-1, ${by} }`,
        `{ after: PT1H, order: pauze, wave: story.wave-1, ${by} }`,
        `{ after: 1h, order: pause, wave: story.wave-1, ${by} }`,
        `{ after: PT1H, order: pause, wave: story.wave-1, reason: x }`,
        `{ after: PT1H, order: pause, ${by} }`,
        `{ after: PT1H, order: approve, wave: story.wave-1, ${by} }`,
        `{ after: PT1H, order: pause, wave: story.wave-1, whn: x, ${by} }`,
      ).map((problem) => problem.slice(0, 2)),
    ).toEqual(['4:', '5:', '6:', '7:', '8:', '9:', '10']);
    expect(problems(`{ after: PT1H, order: pause, wave: story.wave-2, ${by} }`)).toEqual([
      expect.stringContaining('"story.wave-2" is not in the plan'),
    ]);
    expect(
      problems(`{ after: PT1H, order: skip, wave: story.wave-1, servers: [s-9], ${by} }`),
    ).toEqual([expect.stringContaining('"s-9" is not in the plan')]);
  });

  test.each(['', '[', '{ a: &a [*a] }', 'kind: Orders', '- 1', 'null', '\u0000'])(
    'never throws on %j',
    (text) => expect(readOrdersText(text, 'orders.yaml').ok).toBe(false),
  );

  test('of the examples is read', () => {
    const example = join(import.meta.dirname, '../../examples/orders/second-thoughts.yaml');
    expect(readOrdersText(readFileSync(example, 'utf8'), example).ok).toBe(true);
  });
});

test('a rehearsal gives the orders at their instants and says what was answered', async () => {
  const { orders } = read(
    `{ after: PT10M, when: { event: Wave Stage Started, phase: test }, order: pause, wave: story.wave-1, servers: [${serverId(1)}], ${by} }`,
    `{ after: PT12H, order: resume, wave: story.wave-1, servers: [${serverId(1)}], ${by} }`,
    `{ after: PT9H, order: retry, wave: story.wave-1, tier: rest, ${by} }`,
    `{ after: P80D, order: pause, everything: true, ${by} }`,
  );
  const run = async () => {
    const told: string[] = [];
    const rehearsal = await setUpRehearsal({
      ...{ plan, fleet, vcenterClients: [], faults: noFaults, seed: 1, startAt: beginning },
      parameters: brisk,
      orders,
      onEvent: (event) => told.push(JSON.stringify(event)),
    });
    return { came: await rehearsal.run(), told };
  };
  const { came, told } = await run();
  expect(came.outcome).toBe('succeeded');
  expect(came.orders.map(({ order, status }) => `${order} ${status}`)).toEqual([
    'pause done',
    'resume done',
    'retry refused',
    'pause not-given',
  ]);
  expect(came.orders[1]?.at).toBe('2024-03-05T04:21:00.000Z');
  expect((await run()).told).toEqual(told);
});

describe('the scope of an order', () => {
  const scope = (wave: string | undefined, more: Record<string, readonly string[]> = {}) =>
    scopeOf({
      one: (name) => (name === 'wave' ? wave : more[name]?.at(-1)),
      all: (name) => more[name] ?? [],
      has: (name) => name in more,
    });
  test('is what is named, and nothing that contradicts itself', () => {
    expect(scope('p.w')).toMatchObject({ scope: { kind: 'wave', wave: 'p.w' } });
    expect(scope('p')).toMatchObject({ scope: { kind: 'plan', plan: 'p' } });
    expect(scope(undefined, { all: [] })).toMatchObject({ scope: { kind: 'stage' } });
    expect(scope('p.w', { tier: ['web'] })).toMatchObject({ scope: { kind: 'tier', tier: 'web' } });
    expect(scope('p.w', { server: ['a', 'b', 'a'] })).toMatchObject({
      scope: { servers: ['a', 'b'] },
    });
    const wrong = [
      scope(undefined),
      scope('p.w', { all: [] }),
      scope('p', { tier: ['web'] }),
      scope('p.w', { tier: ['web'], server: ['a'] }),
    ];
    expect(wrong.map(({ ok }) => ok)).toEqual([false, false, false, false]);
  });
});
