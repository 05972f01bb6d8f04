// Lambda promises at least one call, never only one: every function is called twice in a row, each time.
import { expect, test } from 'vitest';
import { agentBased, discovered, serverId } from './_fleet.ts';
import { actsOn, endings, eventsOf, expectPromisesKept, rehearse, wholeWay } from './_rehearse.ts';

test('a wave whose every call is made twice goes the same way, and launches everything once', async () => {
  const told = await rehearse({
    fleet: [agentBased(1), discovered(2)],
    around: async (ports, _name, run) => {
      await run(ports);
      return run(ports);
    },
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  const acts = [1, 2].map((n) => actsOn(told, serverId(n)));
  // A step acts on what is on record (design.md 15.14), so a call of which MGN takes a second one may come twice.
  expect(acts.map((all) => [...new Set(all)])).toEqual([
    wholeWay,
    ['StartReplication', ...wholeWay],
  ]);
  for (const operation of ['StartTest', 'StartCutover', 'TerminateTargetInstances']) {
    expect(acts.map((all) => all.filter((act) => act === operation).length)).toEqual([1, 1]);
  }
  expect(eventsOf(told, 'Wave Stage Started').map((e) => e['phase'])).toEqual([
    'replicate',
    'test',
    'cutover',
    'finalize',
  ]);
  expectPromisesKept(told);
});
