// The example fleet of DRS watched for a month: drills in rounds, stalls, a silent agent, an extension that
// breaks, throttling, a failover of what runs in EC2, its way back, and servers that are taken out. It takes about two
// minutes of one core.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { builtInDrsLimits } from '../../src/core/target-list/drs-limits.ts';
import { factsChanged, wrongIn } from './_drs-proof.ts';
import { type Act, drsAt, type People, watchDrs } from './_drs-watch.ts';

const startAt = '2024-03-04T16:20:07.412Z';
const days = 30;
const here = drsAt('us-west-2');
const staging = drsAt('us-west-2', '444455556666');
const origin = drsAt('us-east-1');

const Fleet = z.object({
  items: z.array(
    z.looseObject({
      sourceServerID: z.string(),
      arn: z.string(),
      sourceCloudProperties: z.looseObject({ originRegion: z.string().optional() }).optional(),
      dataReplicationInfo: z.looseObject({ dataReplicationState: z.string() }),
      stagingArea: z.looseObject({ status: z.string() }).optional(),
    }),
  ),
});
const { items } = Fleet.parse(JSON.parse(readFileSync('examples/fleets/drs-60.json', 'utf8')));

const healthy = items.filter(
  ({ arn, dataReplicationInfo, stagingArea }) =>
    arn.includes(':111122223333:') &&
    dataReplicationInfo.dataReplicationState === 'CONTINUOUS' &&
    stagingArea?.status !== 'EXTENDED',
);
const idsOf = (servers: typeof items) => servers.map(({ sourceServerID }) => sourceServerID);
const inEc2 = idsOf(healthy.filter((one) => one.sourceCloudProperties?.originRegion !== undefined));
const elsewhere = idsOf(healthy).filter((id) => !inEc2.includes(id));
const stateIs = (state: string) =>
  idsOf(items.filter((one) => one.dataReplicationInfo.dataReplicationState === state));
const extended = idsOf(items.filter(({ stagingArea }) => stagingArea?.status === 'EXTENDED'));
const staged = idsOf(items.filter(({ arn }) => arn.includes(':444455556666:')));

const failedOver = inEc2.slice(0, 4);
const [stalls = '', , silent = '', failsOnce = ''] = elsewhere;
const [leaves = '', pauses = ''] = elsewhere.slice(-2);

const at = (day: number, does: (people: People) => void): Act => ({ atHours: day * 24, does });

function launch({ call }: People, ids: readonly string[], isDrill: boolean): void {
  call('StartRecovery', {
    isDrill,
    sourceServers: ids.map((sourceServerID) => ({ sourceServerID })),
  });
}

/** Somebody drills servers, and terminates the instances of the drill so many days later. */
function drilled(day: number, ids: readonly string[], isThereForDays: number): readonly Act[] {
  return [
    at(day, (people) => launch(people, ids, true)),
    at(day + isThereForDays, ({ call, truth }) => {
      const gone = truth().instances.filter(
        ({ present, isDrill, sourceServerID }) =>
          present && isDrill && ids.includes(sourceServerID),
      );
      call('TerminateRecoveryInstances', {
        recoveryInstanceIDs: gone.map(({ recoveryInstanceID }) => recoveryInstanceID),
      });
    }),
  ];
}

const acts: readonly Act[] = [
  ...drilled(1.1, elsewhere.slice(0, 12), 0.4),
  at(2, ({ call }) => void call('StartReplication', { sourceServerID: stateIs('STOPPED')[0] })),
  ...drilled(8.1, inEc2.slice(4), 1.5),
  at(10, ({ call }) => void call('DisconnectSourceServer', { sourceServerID: staged[0] }, staging)),
  at(12.5, (people) => launch(people, failedOver, false)),
  at(14, ({ call, truth }) => {
    for (const { recoveryInstanceID, sourceServerID, present } of truth().instances) {
      if (present && failedOver.includes(sourceServerID)) {
        call('ReverseReplication', { recoveryInstanceID });
      }
    }
  }),
  at(16, ({ call, truth }) => {
    const back = truth().servers.filter(({ region }) => region === 'us-east-1');
    call(
      'StartRecovery',
      {
        isDrill: false,
        sourceServers: back.map(({ sourceServerID }) => ({ sourceServerID })),
      },
      origin,
    );
  }),
  at(18, ({ call }) => void call('DisconnectSourceServer', { sourceServerID: leaves })),
  at(18.1, ({ call }) => void call('DeleteSourceServer', { sourceServerID: leaves })),
  at(20, ({ call }) => void call('StopReplication', { sourceServerID: pauses })),
  at(21, ({ call }) => void call('StartReplication', { sourceServerID: pauses })),
  ...drilled(22.1, elsewhere.slice(12, 24), 0.6),
  ...drilled(27, elsewhere.slice(0, 6), 0.5),
];

const faults = [
  `{ fault: stall, errorClass: SNAPSHOTS_FAILURE, servers: { ids: [${stalls}] }, on: continuous, after: P5D, clearsAfter: PT9H }`,
  `{ fault: agent-lost, servers: { ids: [${silent}] }, on: continuous, after: P6D, returnsAfter: PT5H }`,
  `{ fault: launch-failure, servers: { ids: [${failsOnce}] }, on: test-launch, times: 1 }`,
  '{ fault: throttling, probability: 0.005, retryAfterSeconds: 2 }',
];

test('every change of a month that was there at a complete look is told once, and no other', async () => {
  const watched = await watchDrs({
    fleet: items,
    targets: [here, staging, origin],
    startAt,
    hours: days * 24,
    limits: { ...builtInDrsLimits, drillDays: 60 },
    faults,
    acts,
  });
  expect(wrongIn(watched)).toEqual([]);
  expect(factsChanged(watched)).toEqual([
    ...['agentStale', 'backlogBand', 'discovered', 'drill', 'drillOverdue', 'extension'],
    ...['failbackState', 'initialSync', 'instanceHealth', 'instanceId', 'lagBand', 'lagObjective'],
    ...['lastLaunch', 'launchable', 'present', 'readiness', 'recoveryPoint', 'replicationState'],
    ...['reversedDirection', 'stalled'],
  ]);
  const toldOf = (detailType: string) =>
    watched.published
      .filter((one) => one.detailType === detailType)
      .map(({ detail }) => String(detail['sourceServerId']));
  const streams = [...watched.looks.keys()];
  expect(streams.filter((one) => one.startsWith('drs/111122223333/us-west-2/'))).toHaveLength(57);
  // Each server that failed over came back by one in the Region that it had run in.
  expect(streams.filter((one) => one.startsWith('drs/111122223333/us-east-1/'))).toHaveLength(4);
  expect(toldOf('Source Server Reversed Direction Change').sort()).toEqual(failedOver.toSorted());
  expect(toldOf('Source Server Extension Change')).toEqual(extended.slice(0, 1));
  expect(toldOf('Recovery Instance Drill Overdue Change')).toEqual(
    expect.arrayContaining(inEc2.slice(4)),
  );
  // Thousands of looks, of which most find nothing new and tell nothing.
  expect(watched.ticks).toBeGreaterThan(8000);
  expect(watched.published.length).toBeLessThan(1200);
});
