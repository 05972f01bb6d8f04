// A wave of 120 servers after every tick; and every publication of a small one, with a publisher that dies before it, in
// the midst of it and after it.
import { expect, test } from 'vitest';
import { fivePercent } from './_delivery.ts';
import { exampleFleet, examplePlan } from './_examples.ts';
import { agentBased, discovered, inSync } from './_fleet.ts';
import { Reaper, shortStory } from './_kill.ts';
import { atEachPublish, publishesOf, wrongAfterDeath } from './_publisher.ts';
import { expectPromisesKept, rehearse, type Story } from './_rehearse.ts';
import { Witness } from './_witness.ts';

async function everyPublication(story: Story): Promise<readonly string[]> {
  const wrong: string[] = [];
  const publications = await publishesOf(story);
  for (let nth = 1; nth <= publications; nth += 1) {
    for (const accepted of atEachPublish)
      wrong.push(...(await wrongAfterDeath(story, { nth, accepted })));
  }
  return wrong;
}

test('the whole way of two servers', async () => {
  expect(await everyPublication(shortStory)).toEqual([]);
});

test('a server that stalls, and one whose cutover is rolled back', async () => {
  const story: Story = {
    fleet: [inSync(1), discovered(2), agentBased(3)],
    faults: [
      '{ fault: stall, errorClass: SNAPSHOTS_FAILURE, after: PT0S, clearsAfter: retry }',
      '{ fault: snapshot-failure, on: cutover-launch, times: 1 }',
    ],
  };
  expect(await everyPublication(story)).toEqual([]);
}, 1_800_000);

test('every effect of a wave, before and after', async () => {
  const counting = new Reaper();
  await rehearse({ ...shortStory, around: counting.around });
  const wrong: string[] = [];
  for (let effect = 1; effect <= counting.effects; effect += 1) {
    for (const when of ['before', 'after'] as const) {
      const witness = new Witness(fivePercent);
      const reaper = new Reaper({ effect, when });
      await rehearse({
        ...shortStory,
        ...witness.listens,
        around: (ports, name, run) =>
          witness.listens.around(ports, name, (tapped) => reaper.around(tapped, name, run)),
        goOnSeconds: 1800,
      });
      witness.settle();
      for (const text of [...witness.complaints, ...witness.owing]) {
        wrong.push(`${effect} ${reaper.diedAt}: ${text}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}, 1_800_000);

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
});

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
});
