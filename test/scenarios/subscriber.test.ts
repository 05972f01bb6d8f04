// What a subscriber knows from events alone is what is on record, and is true; whatever delivery, outages and crashes do.
import { expect, test } from 'vitest';
import { fivePercent } from './_delivery.ts';
import { agentBased, discovered } from './_fleet.ts';
import { shortStory } from './_kill.ts';
import { atEachPublish, publisherDies, publishesOf, wrongAfterDeath } from './_publisher.ts';
import { rehearse } from './_rehearse.ts';
import { Witness } from './_witness.ts';

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
