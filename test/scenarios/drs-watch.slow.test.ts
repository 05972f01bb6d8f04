// A month of the example fleet of DRS, with weekly drills, a Region that is lost, and the way back.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/simulator/simulator.ts';
import { factsChanged, streamsOf, wrongIn } from './_drs-proof.ts';
import { type Act, drsAt, type People, watchDrs } from './_drs-watch.ts';

const here = drsAt('us-west-2');
const staging = drsAt('us-west-2', '444455556666');
const origin = drsAt('us-east-1');
const week = 7 * 24;

const fleet: readonly JsonObject[] = JSON.parse(
  readFileSync('examples/fleets/drs-60.json', 'utf8'),
).items;
const idsOf = (holds: (server: JsonObject) => boolean) =>
  fleet
    .filter((server) => String(server['arn']).includes(`${here.region}:${here.accountId}:`))
    .filter(holds)
    .map((server) => String(server['sourceServerID']));
const inSync = idsOf(({ dataReplicationInfo: info }) => {
  return (info as JsonObject)['dataReplicationState'] === 'CONTINUOUS';
});
const ofEc2 = new Set(idsOf((server) => server['sourceCloudProperties'] !== undefined));

const launch = (isDrill: boolean, ids: readonly string[]) => ({
  isDrill,
  sourceServers: ids.map((sourceServerID) => ({ sourceServerID })),
});
const instancesOf = ({ truth }: People, isDrill: boolean) =>
  truth().instances.filter(
    (one) => one.present && one.isDrill === isDrill && one.region === here.region,
  );

/** A drill of some servers, whose instances are terminated hours later. */
const drill = (atHours: number, ids: readonly string[], forHours: number): readonly Act[] => [
  { atHours, does: ({ call }) => void call('StartRecovery', launch(true, ids)) },
  {
    atHours: atHours + forHours,
    does: (people) => {
      const recoveryInstanceIDs = instancesOf(people, true).map((one) => one.recoveryInstanceID);
      people.call('TerminateRecoveryInstances', { recoveryInstanceIDs });
    },
  },
];

test('every change of a month of sixty servers is told once, and adds up to what is on record', async () => {
  const lost = inSync.slice(20, 30);
  const watched = await watchDrs({
    fleet,
    targets: [here, staging, origin],
    startAt: '2024-03-04T16:20:07.412Z',
    hours: 30 * 24,
    watchSeconds: 3600,
    faults: [
      '{ fault: stall, errorClass: SNAPSHOTS_FAILURE, servers: { share: 0.1 }, on: continuous, within: P20D, clearsAfter: PT9H }',
      '{ fault: agent-lost, servers: { share: 0.1 }, on: continuous, within: P20D, returnsAfter: PT3H }',
      '{ fault: rescan, servers: { share: 0.1 }, on: continuous, within: P20D }',
      '{ fault: launch-failure, servers: { share: 0.1 }, on: test-launch, times: 1 }',
      '{ fault: post-launch-action-failed, servers: { share: 0.1 } }',
      '{ fault: throttling, probability: 0.01, retryAfterSeconds: 2 }',
    ],
    acts: [
      ...drill(20, inSync.slice(0, 10), 6),
      ...drill(week, inSync.slice(10, 20), 40),
      ...drill(2 * week, inSync.slice(0, 10), 5),
      // A Region is lost: what is recovered stays, and what came from EC2 goes back.
      {
        atHours: 2 * week + 30,
        does: ({ call }) => void call('StartRecovery', launch(false, lost)),
      },
      {
        atHours: 2 * week + 60,
        does: (people) => {
          for (const { recoveryInstanceID, sourceServerID } of instancesOf(people, false)) {
            if (ofEc2.has(sourceServerID))
              people.call('ReverseReplication', { recoveryInstanceID });
          }
        },
      },
      {
        atHours: 3 * week,
        does: ({ call, truth }) => {
          const back = truth().servers.filter(({ direction }) => direction === 'FAILBACK');
          const ids = back.map(({ sourceServerID }) => sourceServerID);
          call('StartRecovery', launch(false, ids), origin);
        },
      },
      {
        atHours: 3 * week + 24,
        does: ({ call }) => {
          const last = fleet.find((one) => String(one['arn']).includes(staging.accountId));
          call('DisconnectSourceServer', { sourceServerID: last?.['sourceServerID'] }, staging);
        },
      },
      ...drill(3 * week + 48, inSync.slice(30, 40), 8),
    ],
  });
  expect(wrongIn(watched)).toEqual([]);
  expect(factsChanged(watched)).toEqual(
    expect.arrayContaining([
      ...['agentStale', 'drill', 'drillOverdue', 'extension', 'failbackState', 'instanceId'],
      ...['lagObjective', 'lastLaunch', 'postLaunch', 'present', 'readiness', 'recoveryPoint'],
      ...['replicationState', 'reversedDirection', 'stalled'],
    ]),
  );
  // Every job of DRS has one end.
  const told = streamsOf(watched);
  const jobs = [...told].filter(([stream]) => stream.startsWith('job/drs/'));
  expect(jobs.length).toBeGreaterThan(8);
  for (const [stream, events] of jobs) {
    const ends = events.filter(({ detailType }) => detailType === 'Job Ended');
    expect([stream, ends.length]).toEqual([stream, 1]);
  }
}, 900_000);
