// A cohort reserves active slots in several accounts; a process may die between two of them.
import { expect, test } from 'vitest';
import { discovered, movedTo, vcenterClient } from './_fleet.ts';
import { undisturbed, wrongAfter } from './_kill.ts';
import { brisk } from './_rehearse.ts';

test('a process that dies while slots are reserved in two accounts leaves none of them taken twice', async () => {
  const other = '444455556666';
  const base = await undisturbed({
    fleet: [discovered(1), movedTo(other, 'eu-central-1', discovered(2)), discovered(3)],
    vcenterClients: [vcenterClient, movedTo(other, 'eu-central-1', vcenterClient)],
    spec: '{ defaults: { thresholds: { lagSeconds: 7200, sustainedPolls: 1, sustainedSeconds: 0 } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    parameters: { ...brisk, quotaActiveServers: 1 },
  });
  expect(base.ends).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  const wrong: string[] = [];
  // The first hundred effects prepare the wave, reserve, and begin its first cohort.
  for (let effect = 5; effect <= 105; effect += 9) {
    wrong.push(...(await wrongAfter(base, { effect, when: 'before' })));
    wrong.push(...(await wrongAfter(base, { effect, when: 'after' })));
  }
  expect(wrong).toEqual([]);
}, 120_000);
