import { describe, expect, test } from 'vitest';
import { durationMs } from '../../src/simulator/wire-time.ts';
import {
  aClient,
  aServer,
  day,
  faults,
  fleetFile,
  hour,
  minute,
  ready,
  rig,
  serverId,
  start,
  type Wire,
} from './rig.ts';

const stopped = (n: number, gib = 10) =>
  aServer(n, { lifeCycle: 'STOPPED', replication: 'STOPPED', gib, synced: 0 });
const discovered = (n: number, gib = 10) =>
  aServer(n, { lifeCycle: 'DISCOVERED', replication: 'STOPPED', agentless: true, gib });

describe('an agent-based server', () => {
  test('goes from nothing to ready for test, in the order that the console shows', () => {
    // Busy disks and a thin link, so that the backlog takes long enough to be seen.
    const parameters = { linkMbps: 100, changeRatePerDay: [0.5, 0.5] as const };
    const { call, states, at, server, events } = rig({ fleet: [stopped(1, 40)], parameters });
    const answer = call('StartReplication', { sourceServerID: serverId(1) });
    expect(answer).toMatchObject({
      status: 200,
      body: { sourceServerID: serverId(1), lifeCycle: { state: 'NOT_READY' } },
    });
    expect(server(1).dataReplicationInfo.dataReplicationInitiation.steps).toHaveLength(11);
    const seen: string[] = [];
    for (let t = 0; t < 2 * hour; t += 2000) {
      at(t);
      if (seen.at(-1) !== states(1)) seen.push(states(1));
    }
    expect(seen).toEqual([
      'NOT_READY/INITIATING',
      'NOT_READY/INITIAL_SYNC',
      'NOT_READY/BACKLOG',
      'NOT_READY/CREATING_SNAPSHOT',
      'READY_FOR_TEST/CONTINUOUS',
    ]);
    expect(events.map((e) => [e.source, e['detail-type'], e.detail, e.resources])).toEqual([
      [
        'aws.mgn',
        'MGN Source Server Lifecycle State Change',
        { state: 'READY_FOR_TEST' },
        [server(1).arn],
      ],
    ]);
  });

  test('has no lag, eta or error key where there is none, and P0D once it is launchable', () => {
    const { call, at, server } = rig({ fleet: [stopped(1, 100)] });
    call('StartReplication', { sourceServerID: serverId(1) });
    at(5 * minute);
    expect(Object.keys(server(1).dataReplicationInfo).toSorted()).toEqual([
      'dataReplicationInitiation',
      'dataReplicationState',
      'etaDateTime',
      'replicatedDisks',
    ]);
    at(2 * hour);
    const { dataReplicationInfo: info, lifeCycle } = server(1);
    expect(info.lagDuration).toBe('P0D');
    expect(Object.keys(info).toSorted()).toEqual([
      'dataReplicationInitiation',
      'dataReplicationState',
      'lagDuration',
      'lastSnapshotDateTime',
      'replicatedDisks',
    ]);
    expect(new Set(info.dataReplicationInitiation.steps.map((s: Wire) => s.status))).toEqual(
      new Set(['SUCCEEDED']),
    );
    expect(lifeCycle.lastTest).toEqual({ initiated: {}, reverted: {}, finalized: {} });
    const [disk] = info.replicatedDisks;
    expect(disk.rescannedStorageBytes).toBe(disk.totalStorageBytes);
    expect(disk.replicatedStorageBytes).toBe(disk.totalStorageBytes);
  });

  test('takes as long for its initial sync as its bytes take on its share of the link', () => {
    const quiet = { linkMbps: 800, linkSpread: 0, serverThrottleMbps: 800, initiationSpread: 0 };
    const syncEnds = (servers: number) => {
      const fleet = Array.from({ length: servers }, (_, n) => stopped(n, 100));
      const { call, at, states } = rig({ fleet, parameters: quiet });
      for (let n = 0; n < servers; n += 1)
        call('StartReplication', { sourceServerID: serverId(n) });
      let t = 0;
      while (!states(0).endsWith('BACKLOG') && !states(0).endsWith('CREATING_SNAPSHOT')) {
        t += 1000;
        at(t);
      }
      return t / 1000 - 221;
    };
    // 100 GiB at 100 MB/s are 1,074 s; two at once take twice as long each.
    expect(syncEnds(1)).toBeCloseTo(1074, -1);
    expect(syncEnds(2)).toBeCloseTo(2148, -1);
  });

  test('takes longer or shorter with another seed, by no more than the link may deviate', () => {
    const syncSeconds = (seed: number, linkSpread: number) => {
      const parameters = { linkMbps: 80, linkSpread, initiationSpread: 0 };
      const { call, at, states } = rig({ fleet: [stopped(0, 100)], parameters, seed });
      call('StartReplication', { sourceServerID: serverId(0) });
      let t = 0;
      while (!states(0).endsWith('BACKLOG') && !states(0).endsWith('CREATING_SNAPSHOT')) {
        t += 10_000;
        at(t);
      }
      return t / 1000 - 221;
    };
    const seeds = [1, 2, 3, 4, 5];
    const deviating = seeds.map((seed) => syncSeconds(seed, 0.3));
    expect(new Set(deviating).size).toBe(5);
    for (const seconds of deviating) {
      expect(seconds).toBeGreaterThan(10_740 / 1.31);
      expect(seconds).toBeLessThan(10_740 / 0.69);
    }
    const steady = seeds.map((seed) => syncSeconds(seed, 0));
    expect(Math.max(...steady) - Math.min(...steady)).toBeLessThan(30);
  });

  test('stays CONTINUOUS with heartbeats and hourly snapshots, and falls behind now and then', () => {
    const { at, server } = rig({ fleet: [ready(1)] });
    const lags = new Set<string>();
    const states = new Map<string, number>();
    let lastSeen = 0;
    for (let t = 0; t < 5 * day; t += minute) {
      at(t);
      const found = server(1);
      const info = found.dataReplicationInfo;
      states.set(info.dataReplicationState, (states.get(info.dataReplicationState) ?? 0) + 1);
      lags.add(info.lagDuration);
      const seen = Date.parse(found.lifeCycle.lastSeenByServiceDateTime);
      expect(seen).toBeGreaterThanOrEqual(lastSeen);
      expect(start + t - seen).toBeLessThan(2 * minute);
      expect(start + t - Date.parse(info.lastSnapshotDateTime)).toBeLessThan(hour);
      expect(info.lagDuration === 'P0D').toBe(info.dataReplicationState === 'CONTINUOUS');
      lastSeen = seen;
    }
    expect(states.get('CONTINUOUS')).toBeGreaterThan(7000);
    expect(states.get('BACKLOG')).toBeGreaterThan(5);
    expect(lags.has('P0D')).toBe(true);
  });

  test('catches up what it lagged when it was loaded', () => {
    const { at, server } = rig({ fleet: [ready(1, { lag: 'PT4M12.5S' })] });
    expect(server(1).dataReplicationInfo.lagDuration).toBe('PT4M12.5S');
    at(minute);
    expect(server(1).dataReplicationInfo.lagDuration).toBe('PT3M12.5S');
    at(5 * minute);
    expect(server(1).dataReplicationInfo.lagDuration).toBe('P0D');
  });

  test('elapsed replication is the time since it was added', () => {
    const { at, server } = rig({ fleet: [ready(1)] });
    at(0);
    expect(server(1).lifeCycle.elapsedReplicationDuration).toBe('P3DT16H20M7.412S');
  });
});

describe('an agentless server', () => {
  test('goes from discovered to ready for test, then ships a snapshot each cycle', () => {
    const { call, states, at, events } = rig({
      fleet: [discovered(1, 50)],
      vcenterClients: [aClient],
    });
    expect(states(1)).toBe('DISCOVERED/STOPPED');
    call('StartReplication', { sourceServerID: serverId(1) });
    const seen: string[] = [];
    for (let t = 0; t < 4 * hour; t += 5000) {
      at(t);
      if (seen.at(-1) !== states(1)) seen.push(states(1));
    }
    expect(seen.slice(0, 6)).toEqual([
      'NOT_READY/PENDING_SNAPSHOT_SHIPPING',
      'NOT_READY/SHIPPING_SNAPSHOT',
      'READY_FOR_TEST/PENDING_SNAPSHOT_SHIPPING',
      'READY_FOR_TEST/SHIPPING_SNAPSHOT',
      'READY_FOR_TEST/PENDING_SNAPSHOT_SHIPPING',
      'READY_FOR_TEST/SHIPPING_SNAPSHOT',
    ]);
    expect(events).toHaveLength(1);
  });

  test('tells at the end of a cycle the snapshot that was taken at its start', () => {
    const { call, at, server } = rig({ fleet: [discovered(1, 50)] });
    call('StartReplication', { sourceServerID: serverId(1) });
    at(2 * hour);
    let before: Wire;
    let shippingSince = 0;
    let checkedCycles = 0;
    for (let t = 2 * hour; t < 8 * hour; t += 5000) {
      at(t);
      const info = server(1).dataReplicationInfo;
      const snapshotAt = Date.parse(info.lastSnapshotDateTime);
      if (
        info.dataReplicationState === 'SHIPPING_SNAPSHOT' &&
        before?.dataReplicationState !== 'SHIPPING_SNAPSHOT'
      )
        shippingSince = start + t;
      if (
        before?.dataReplicationState === 'SHIPPING_SNAPSHOT' &&
        info.dataReplicationState === 'PENDING_SNAPSHOT_SHIPPING' &&
        shippingSince > 0
      ) {
        expect(Math.abs(snapshotAt - shippingSince)).toBeLessThanOrEqual(5000);
        expect(snapshotAt).toBeGreaterThan(Date.parse(before.lastSnapshotDateTime));
        checkedCycles += 1;
      } else if (before !== undefined)
        expect(info.lastSnapshotDateTime).toBe(before.lastSnapshotDateTime);
      before = info;
    }
    expect(checkedCycles).toBeGreaterThanOrEqual(5);
  });

  test('lags by the age of its last snapshot', () => {
    const { at, call } = rig({ fleet: fleetFile('mixed-40.json') });
    at(3 * hour);
    const filters = { sourceServerIDs: ['s-0c8cf552288bc97f8'] };
    const info: Wire = call('DescribeSourceServers', { filters }).body.items[0].dataReplicationInfo;
    const age = start + 3 * hour - Date.parse(info.lastSnapshotDateTime);
    expect(durationMs(info.lagDuration)).toBe(age);
    expect(age).toBeGreaterThan(0);
  });

  test('is not started while its vCenter client is dead, unless the parameter says so', () => {
    const dead = {
      fleet: [discovered(1)],
      vcenterClients: [aClient],
      faults: faults({ fault: 'vcenter-client-dead', after: 'PT1M', revivesAfter: 'PT1H' }),
    };
    const strict = rig(dead);
    strict.at(2 * minute);
    expect(strict.call('StartReplication', { sourceServerID: serverId(1) })).toMatchObject({
      status: 409,
      error: 'ConflictException',
    });
    strict.at(2 * hour);
    expect(strict.call('StartReplication', { sourceServerID: serverId(1) }).status).toBe(200);
    const lenient = rig({ ...dead, parameters: { startReplicationNeedsLiveClient: false } });
    lenient.at(2 * minute);
    expect(lenient.call('StartReplication', { sourceServerID: serverId(1) }).status).toBe(200);
  });

  test('of a client that no file names works', () => {
    const { call } = rig({ fleet: [discovered(1)] });
    expect(call('StartReplication', { sourceServerID: serverId(1) }).status).toBe(200);
  });
});

describe('StartReplication', () => {
  test('is refused above the quota of active servers, and works again when a slot is free', () => {
    const fleet = [discovered(1), discovered(2), ready(3)];
    const { call } = rig({ fleet, parameters: { quotaActiveServers: 2 } });
    expect(call('StartReplication', { sourceServerID: serverId(1) }).status).toBe(200);
    expect(call('StartReplication', { sourceServerID: serverId(2) })).toMatchObject({
      status: 402,
      error: 'ServiceQuotaExceededException',
      body: { quotaCode: 'L-9A599620', quotaValue: 2, serviceCode: 'mgn' },
    });
    call('DisconnectFromService', { sourceServerID: serverId(3) });
    expect(call('StartReplication', { sourceServerID: serverId(2) }).status).toBe(200);
  });

  test('is refused for a server that replicates, and for one that there is not', () => {
    const { call } = rig({ fleet: [ready(1)] });
    expect(call('StartReplication', { sourceServerID: serverId(1) })).toMatchObject({
      status: 409,
      body: { resourceId: serverId(1), errors: [{ resourceId: serverId(1) }] },
    });
    expect(call('StartReplication', { sourceServerID: serverId(9) })).toMatchObject({
      status: 404,
      error: 'ResourceNotFoundException',
      body: { resourceId: serverId(9) },
    });
    expect(call('StartReplication', {}).body.fieldList).toMatchObject([{ name: 'sourceServerID' }]);
  });
});

describe('stopping and pausing', () => {
  test('a stopped server loses its data and its lag, and starts from the initial sync', () => {
    const { call, states, server, at } = rig({ fleet: [ready(1, { gib: 500 })] });
    expect(call('StopReplication', { sourceServerID: serverId(1) }).status).toBe(200);
    expect(states(1)).toBe('STOPPED/STOPPED');
    expect(server(1).dataReplicationInfo.lagDuration).toBeUndefined();
    expect(server(1).dataReplicationInfo.replicatedDisks[0].replicatedStorageBytes).toBe(0);
    expect(call('StopReplication', { sourceServerID: serverId(1) }).status).toBe(409);
    call('StartReplication', { sourceServerID: serverId(1) });
    at(5 * minute);
    expect(states(1)).toBe('NOT_READY/INITIAL_SYNC');
  });

  test('a paused server lags more and more, and resyncs when it goes on', () => {
    const { call, states, server, at } = rig({ fleet: [ready(1, { gib: 500 })] });
    expect(call('ResumeReplication', { sourceServerID: serverId(1) }).status).toBe(409);
    call('PauseReplication', { sourceServerID: serverId(1) });
    expect(call('PauseReplication', { sourceServerID: serverId(1) }).status).toBe(409);
    at(3 * hour);
    expect(states(1)).toBe('READY_FOR_TEST/PAUSED');
    expect(server(1).dataReplicationInfo.lagDuration).toBe('PT3H');
    call('ResumeReplication', { sourceServerID: serverId(1) });
    expect(states(1)).toBe('READY_FOR_TEST/BACKLOG');
    expect(server(1).dataReplicationInfo.replicatedDisks[0].backloggedStorageBytes).toBeGreaterThan(
      0,
    );
    at(4 * hour);
    expect(states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
  });
});

describe('UpdateSourceServerReplicationType', () => {
  test('changes the type of a server that does not replicate, and needs a vCenter client', () => {
    const { call } = rig({ fleet: [discovered(1), stopped(2), ready(3)] });
    const update = (n: number, replicationType: string) =>
      call('UpdateSourceServerReplicationType', { sourceServerID: serverId(n), replicationType });
    expect(update(1, 'AGENT_BASED').body.replicationType).toBe('AGENT_BASED');
    expect(update(2, 'SNAPSHOT_SHIPPING')).toMatchObject({
      status: 400,
      body: { reason: 'other' },
    });
    expect(update(3, 'AGENT_BASED').status).toBe(409);
    expect(update(1, 'CARRIER_PIGEON')).toMatchObject({
      status: 400,
      body: { reason: 'fieldValidationFailed' },
    });
  });
});

describe('RetryDataReplication', () => {
  test('is a ValidationException for a server that is not stalled', () => {
    const { call } = rig({ fleet: [ready(1)] });
    expect(call('RetryDataReplication', { sourceServerID: serverId(1) })).toMatchObject({
      status: 400,
      error: 'ValidationException',
    });
  });

  test('does not wake a silent agent that the fleet brought along, unless the parameter says so', () => {
    const silent = aServer(1, {
      lag: 'PT3H',
      replication: 'STALLED',
      info: { dataReplicationError: { error: 'AGENT_NOT_SEEN' } },
    });
    const tried = (loadedStallClears: 'never' | 'retry') => {
      const { call, at, states } = rig({ fleet: [silent], parameters: { loadedStallClears } });
      expect(call('RetryDataReplication', { sourceServerID: serverId(1) }).status).toBe(200);
      at(day);
      return states(1);
    };
    expect(tried('never')).toBe('READY_FOR_TEST/STALLED');
    expect(tried('retry')).toBe('READY_FOR_TEST/CONTINUOUS');
  });

  test('lets the lag of a stalled server grow from what it was', () => {
    const silent = aServer(1, {
      lag: 'PT3H',
      replication: 'STALLED',
      info: { dataReplicationError: { error: 'AGENT_NOT_SEEN' } },
    });
    const { at, server } = rig({ fleet: [silent] });
    at(hour);
    expect(server(1).dataReplicationInfo).toMatchObject({
      lagDuration: 'PT4H',
      dataReplicationError: { error: 'AGENT_NOT_SEEN' },
    });
    expect(server(1).lifeCycle.lastSeenByServiceDateTime).toBe('2024-03-04T16:19:30.000000+00:00');
  });
});

describe('servers in flight', () => {
  test('all get where they were going', () => {
    const { call, at } = rig({
      fleet: fleetFile('mixed-40.json'),
      vcenterClients: fleetFile('mixed-40.vcenter-clients.json'),
    });
    at(2 * day);
    const count: Record<string, number> = {};
    for (const s of call('DescribeSourceServers', { maxResults: 1000 }).body.items) {
      count[s.lifeCycle.state] = (count[s.lifeCycle.state] ?? 0) + 1;
    }
    expect(count).toEqual({
      READY_FOR_TEST: 26,
      DISCOVERED: 6,
      TESTING: 2,
      READY_FOR_CUTOVER: 3,
      CUTTING_OVER: 1,
      CUTOVER: 1,
      DISCONNECTED: 1,
    });
  });

  test('a rescan goes on from its percentage', () => {
    const { at, call } = rig({ fleet: fleetFile('mixed-40.json') });
    const read = () =>
      call('DescribeSourceServers', { filters: { sourceServerIDs: ['s-f4f37ceed08b7dbec'] } }).body
        .items[0].dataReplicationInfo;
    expect(read()).toMatchObject({ dataReplicationState: 'RESCAN', lagDuration: 'PT52M40.662S' });
    const before = read().replicatedDisks[0].rescannedStorageBytes;
    at(10 * minute);
    expect(read().replicatedDisks[0].rescannedStorageBytes).toBeGreaterThan(before);
    expect(read().lagDuration).toBe('PT1H2M40.662S');
    at(3 * hour);
    expect(read()).toMatchObject({ dataReplicationState: 'CONTINUOUS', lagDuration: 'P0D' });
  });
});
