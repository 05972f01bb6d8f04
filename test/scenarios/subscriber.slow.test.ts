// Every publication of a wave, and a publisher that dies before it, in the midst of it and after it.
import { expect, test } from 'vitest';
import { fivePercent } from './_delivery.ts';
import { agentBased, discovered, inSync } from './_fleet.ts';
import { Reaper, shortStory } from './_kill.ts';
import { atEachPublish, publishesOf, wrongAfterDeath } from './_publisher.ts';
import { rehearse, type Story } from './_rehearse.ts';
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
