// The story in which nothing goes wrong: what every other story is held against.
import { expect, test } from 'vitest';
import { agentBased, discovered, inSync, serverId } from './_fleet.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  triesOf,
  wholeWay,
} from './_rehearse.ts';

test('servers to whom nothing happens go their whole way and are archived', async () => {
  const told = await rehearse({ fleet: [agentBased(1), inSync(2), discovered(3)] });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expect(actsOn(told, serverId(1))).toEqual(wholeWay);
  expect(actsOn(told, serverId(2))).toEqual(wholeWay);
  expect(actsOn(told, serverId(3))).toEqual(['StartReplication', ...wholeWay]);
  expect(triesOf(told, 'RetryDataReplication')).toBe(0);
  expect(eventsOf(told, 'Source Server Launch Result').map((e) => e['launchStatus'])).toEqual([
    ...Array<string>(3).fill('LAUNCHED'),
    ...Array<string>(3).fill('TERMINATED'),
    ...Array<string>(3).fill('LAUNCHED'),
  ]);
  expectPromisesKept(told, [
    'facts-chain',
    'one-launch-a-request',
    'one-termination-a-launch',
    'finalize-after-launch',
    'finalize-after-healthy',
    'finalize-after-sign-off',
    'archive-after-finalize',
    'nothing-after-outcome',
    'reads-bounded-by-pages',
    'transitions-bounded',
  ]);
});

test('a poller that goes on after the wave tells what it left, and touches nothing any more', async () => {
  const told = await rehearse({ fleet: [inSync(1), discovered(2)], goOnSeconds: 8 * 3600 });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  expectPromisesKept(told, ['final-acts-are-told', 'nothing-after-outcome']);
});
