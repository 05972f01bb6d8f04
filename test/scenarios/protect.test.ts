// Protection: servers of DRS replicate until they can be recovered, as many at a time as the account may have.
import { expect, test } from 'vitest';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { actsOn, endings, eventsOf, expectPromisesKept, rehearse, triesOf } from './_rehearse.ts';

test('starts what is stopped, waits for sync and a snapshot, and leaves alone what is protected', async () => {
  const told = await rehearse({
    kind: 'Protection',
    fleet: [
      aDrsServer(1),
      aDrsServer(2, { state: 'STOPPED' }),
      aDrsServer(3, { state: 'DISCONNECTED' }),
    ],
    parameters: {},
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 failed ServerDisconnected']);
  expect(actsOn(told, drsId(1))).toEqual([]);
  expect(actsOn(told, drsId(2))).toEqual(['StartReplication']);
  expectPromisesKept(told);
});

test('waits for a free place among the replicating servers of the account', async () => {
  const told = await rehearse({
    kind: 'Protection',
    fleet: [1, 2, 3].map((n) => aDrsServer(n, { state: n === 1 ? 'CONTINUOUS' : 'STOPPED' })),
    parameters: { drsQuotaReplicatingServers: 2 },
    whenTold: [
      {
        event: (e) =>
          e['detail-type'] === 'Wave Server Outcome' && e.detail['sourceServerId'] === drsId(2),
        happens: ({ person }) => void person('StopReplication', { sourceServerID: drsId(1) }),
      },
    ],
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expect([actsOn(told, drsId(2)), actsOn(told, drsId(3))]).toEqual([
    ['StartReplication'],
    ['StartReplication'],
  ]);
  expect(triesOf(told, 'StartReplication')).toBe(2);
  expectPromisesKept(told);
});

test('waits a stall out, and names it when the time is over', async () => {
  const told = await rehearse({
    kind: 'Protection',
    fleet: [aDrsServer(1), aDrsServer(2)],
    parameters: {},
    faults: [
      `{ fault: stall, errorClass: AGENT_NOT_SEEN, after: PT0S, servers: { ids: [${drsId(1)}] } }`,
      `{ fault: stall, errorClass: UNSTABLE_NETWORK, after: PT0S, clearsAfter: PT3H, servers: { ids: [${drsId(2)}] } }`,
    ],
    spec: '{ waves: [{ name: wave-1, servers: { all: true }, deadlines: { protect: P1D } }] }',
  });
  expect(endings(told)).toEqual(['1 failed ReplicationStalled', '2 succeeded']);
  expect(triesOf(told, 'RetryDataReplication')).toBe(0);
  expectPromisesKept(told);
});

test('goes on with a drill where the plan asks for one', async () => {
  const told = await rehearse({
    kind: 'Protection',
    fleet: [aDrsServer(1, { state: 'STOPPED' })],
    parameters: {},
    spec: '{ waves: [{ name: wave-1, servers: { all: true }, phases: [protect, drill] }] }',
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  expect(eventsOf(told, 'Wave Stage Started').map(({ phase }) => phase)).toEqual([
    'protect',
    'drill',
  ]);
  expectPromisesKept(told, ['drill-instances-gone']);
});
