import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drsFleet } from '../../scripts/write-drs-fleet.ts';

const fleet = (name: string) => readFileSync(`examples/fleets/${name}.json`, 'utf8');

test('the example fleet of DRS is what its script writes of the servers of MGN', () => {
  expect(fleet('drs-60'), 'run: npm run fleets').toBe(drsFleet(fleet('agent-based-120')));
});

test('it is as its README says', () => {
  const { items } = JSON.parse(fleet('drs-60'));
  const count = (of: (server: never) => string) => {
    const counts: Record<string, number> = {};
    for (const server of items)
      counts[of(server as never)] = (counts[of(server as never)] ?? 0) + 1;
    return counts;
  };
  expect(
    count(
      (s: { dataReplicationInfo: { dataReplicationState: string } }) =>
        s.dataReplicationInfo.dataReplicationState,
    ),
  ).toEqual({
    CONTINUOUS: 53,
    INITIAL_SYNC: 2,
    STALLED: 1,
    BACKLOG: 1,
    RESCAN: 1,
    STOPPED: 1,
    DISCONNECTED: 1,
  });
});
