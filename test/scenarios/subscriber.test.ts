// What a subscriber knows from events alone is what is on record, and is true; whatever delivery, outages and crashes do.
import { expect, test } from 'vitest';
import { fivePercent } from './_delivery.ts';
import { exampleFleet, examplePlan } from './_examples.ts';
import { agentBased, discovered } from './_fleet.ts';
import { shortStory } from './_kill.ts';
import { atEachPublish, publisherDies, publishesOf, wrongAfterDeath } from './_publisher.ts';
import { expectPromisesKept, rehearse, type Story } from './_rehearse.ts';
import { Witness } from './_witness.ts';

const hour = 3_600_000;

async function hundredTwenty(): Promise<Story> {
  return {
    ...(await exampleFleet('agent-based-120')),
    vcenterClients: [],
    spec: examplePlan('agent-based'),
    parameters: {},
  };
}

test('120 servers: what is rebuilt from events is what is on record after every tick, and true', async () => {
  const witness = new Witness(fivePercent);
  const told = await rehearse({ ...(await hundredTwenty()), ...witness.listens });
  witness.settle();
  expect(witness.complaints).toEqual([]);
  // Whatever was dropped, doubled or late: in the end both have heard the same.
  expect(witness.troubled).toEqual(witness.prompt);
  expect(witness.owing).toEqual([]);
  expectPromisesKept(told, ['facts-chain']);
  const { dropped, duplicated, reordered } = witness.delivery.counts;
  const all = witness.published.length;
  for (const share of [dropped / all, duplicated / all, reordered / all]) {
    expect(Math.abs(share - 0.05)).toBeLessThan(0.01);
  }
  expect(witness.ticks.length).toBeGreaterThan(500);
  expect(witness.counts.states).toBeGreaterThan(100_000);
  expect(witness.counts.truths).toBeGreaterThan(5000);
}, 120_000);

test('120 servers and a poller that is down for six hours: true again with the first good tick', async () => {
  const witness = new Witness(fivePercent);
  const story = await hundredTwenty();
  const from = Date.parse(String(story.startAt)) + 2 * hour;
  const { around } = witness.listens;
  const told = await rehearse({
    ...story,
    ...witness.listens,
    around: async (ports, name, run) => {
      const now = Date.parse(ports.clock.now());
      if (name === 'poll' && now >= from && now < from + 6 * hour) throw new Error('no network');
      return around(ports, name, run);
    },
  });
  witness.settle();
  expect(witness.complaints).toEqual([]);
  expect(witness.troubled).toEqual(witness.prompt);
  const after = witness.ticks.filter(({ at }) => Date.parse(at) >= from);
  expect(after[0]?.looked).toBe(120);
  expect(Date.parse(after[0]?.at ?? '')).toBeLessThan(from + 6 * hour + 60_000);
  expectPromisesKept(told, ['facts-chain']);
}, 120_000);

test('whatever ticks and steps die of, subscribers know in the end what is on record', async () => {
  const base = await publishesOf(shortStory);
  expect(base).toBeGreaterThan(40);
  const wrong: string[] = [];
  // A prime step meets every kind of publication; the three moments take turns.
  for (let nth = 1; nth <= base; nth += 7) {
    wrong.push(
      ...(await wrongAfterDeath(shortStory, { nth, accepted: atEachPublish[nth % 3] ?? 0 })),
    );
  }
  expect(wrong).toEqual([]);
}, 120_000);

test('a publisher that dies every third time it publishes', async () => {
  const witness = new Witness(fivePercent);
  const dies = publisherDies((nth) => nth % 3 === 0, 0.5);
  const told = await rehearse({
    fleet: [agentBased(1), discovered(2)],
    ...witness.listens,
    around: (ports, name, run) =>
      witness.listens.around(ports, name, (tapped) => dies.around(tapped, name, run)),
    goOnSeconds: 3600,
  });
  witness.settle();
  expect(dies.deaths).toBeGreaterThan(10);
  expect(witness.complaints).toEqual([]);
  expect(witness.owing).toEqual([]);
  expect(witness.troubled).toEqual(witness.prompt);
  expect(told.verdict.violations).toEqual([]);
}, 60_000);
