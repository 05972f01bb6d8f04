import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  drsFleet,
  fleetOfRegion,
  protectedFleet,
  recoveredFleet,
} from '../../scripts/write-drs-fleet.ts';
import { wrongIn } from './_drs-proof.ts';
import { drsAt, watchDrs } from './_drs-watch.ts';

const fleet = (name: string) => readFileSync(`examples/fleets/${name}.json`, 'utf8');

test('the example fleet of DRS is what its script writes of the servers of MGN', () => {
  expect(fleet('drs-60'), 'run: npm run fleets').toBe(drsFleet(fleet('agent-based-120')));
  expect(fleet('drs-200'), 'run: npm run fleets').toBe(
    protectedFleet(fleet('agent-based-120'), 200),
  );
  expect(fleet('drs-region-200'), 'run: npm run fleets').toBe(
    fleetOfRegion(fleet('agent-based-120'), 200),
  );
  expect(fleet('drs-recovered-12'), 'run: npm run fleets').toBe(
    recoveredFleet(fleet('agent-based-120'), 12),
  );
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

test('it is watched as it is: two looks tell what it is by the truth, and no more', async () => {
  const watched = await watchDrs({
    fleet: JSON.parse(fleet('drs-60')).items,
    targets: [drsAt('us-west-2'), drsAt('us-west-2', '444455556666')],
    startAt: '2024-03-04T16:20:07.412Z',
    hours: 0.3,
  });
  expect(wrongIn(watched)).toEqual([]);
  expect([...watched.looks.keys()].length).toBe(60);
}, 120_000);
