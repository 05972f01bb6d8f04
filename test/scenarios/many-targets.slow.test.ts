// What takes long in several accounts: a target that stays lost, and processes that die between two reservations.
import { expect, test } from 'vitest';
import { discovered, inSync, movedTo, serverId, vcenterClient } from './_fleet.ts';
import { undisturbed, wrongAfter } from './_kill.ts';
import { brisk, endings, expectPromisesKept, rehearse } from './_rehearse.ts';

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
});

test('what nobody mends is skipped after thirty days, and the others have long succeeded', async () => {
  const other = '444455556666';
  const told = await rehearse({
    fleet: [inSync(1), movedTo(other, 'us-east-1', inSync(2))],
    faults: [`{ fault: target-unreachable, because: access-denied, targets: ['${other}'] }`],
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 skipped DeadlineExceeded']);
  expect(told.ends[serverId(2)]?.reason).toBe(
    `mgn:${other}:us-east-1 could not be reached; its Target Unreachable event says why, and what helps`,
  );
  expectPromisesKept(told);
});
