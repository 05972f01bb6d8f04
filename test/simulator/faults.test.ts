import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorClasses } from '../../src/simulator/faults.ts';
import { instanceChecks } from '../../src/simulator/operations/ec2.ts';
import { parseFaults } from '../../src/simulator/simulator.ts';
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

const stopped = (n: number) =>
  aServer(n, { lifeCycle: 'STOPPED', replication: 'STOPPED', gib: 100, synced: 0 });
const stalledStates = (r: ReturnType<typeof rig>) =>
  r.events.filter((e) => e['detail-type'].endsWith('Stalled Change')).map((e) => e.detail.state);

describe('a stall', () => {
  test.each(errorClasses)('of class %s is shown, told and cured by time', (errorClass) => {
    const r = rig({
      fleet: [ready(1)],
      faults: faults({
        fault: 'stall',
        errorClass,
        rawError: 'why',
        after: 'PT1H',
        clearsAfter: 'PT30M',
      }),
    });
    r.at(hour + minute);
    expect(r.server(1).dataReplicationInfo).toMatchObject({
      dataReplicationState: 'STALLED',
      dataReplicationError: { error: errorClass, rawError: 'why' },
      lagDuration: 'PT1M',
    });
    r.at(3 * hour);
    expect(r.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
    expect(r.server(1).dataReplicationInfo).not.toHaveProperty('dataReplicationError');
    expect(stalledStates(r)).toEqual(['STALLED', 'NOT_STALLED']);
  });

  test('on initiation fails at its step, and goes on after the retries that it needs', () => {
    const errorClass = 'FAILED_TO_BOOT_REPLICATION_SERVER';
    const r = rig({
      fleet: [stopped(1)],
      faults: faults({
        fault: 'stall',
        errorClass,
        on: 'initiation',
        clearsAfter: 'retry',
        retriesNeeded: 2,
      }),
    });
    r.call('StartReplication', { sourceServerID: serverId(1) });
    r.at(10 * minute);
    const info = r.server(1).dataReplicationInfo;
    expect(info.dataReplicationError.error).toBe(errorClass);
    expect(info.dataReplicationInitiation.steps.map((s: Wire) => s.status).slice(2, 5)).toEqual([
      'SUCCEEDED',
      'FAILED',
      'NOT_STARTED',
    ]);
    r.call('RetryDataReplication', { sourceServerID: serverId(1) });
    expect(r.states(1)).toBe('NOT_READY/STALLED');
    r.at(20 * minute);
    expect(r.states(1)).toBe('NOT_READY/STALLED');
    r.call('RetryDataReplication', { sourceServerID: serverId(1) });
    r.at(3 * hour);
    expect(r.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
    expect(stalledStates(r)).toEqual(['STALLED', 'NOT_STALLED', 'STALLED', 'NOT_STALLED']);
  });

  test('that never clears outlives every retry', () => {
    const r = rig({
      fleet: [ready(1)],
      faults: faults({
        fault: 'stall',
        errorClass: 'UNSTABLE_NETWORK',
        on: 'continuous',
        after: 'PT1H',
      }),
    });
    for (let h = 2; h < 10; h += 1) {
      r.at(h * hour);
      r.call('RetryDataReplication', { sourceServerID: serverId(1) });
    }
    r.at(12 * hour);
    expect(r.states(1)).toBe('READY_FOR_TEST/STALLED');
  });

  test('in the initial sync keeps what was copied', () => {
    const r = rig({
      fleet: [stopped(1)],
      faults: faults({
        fault: 'stall',
        errorClass: 'UNSTABLE_NETWORK',
        on: 'initial-sync',
        after: 'PT5M',
        clearsAfter: 'PT1H',
      }),
    });
    r.call('StartReplication', { sourceServerID: serverId(1) });
    r.at(20 * minute);
    const copied = r.server(1).dataReplicationInfo.replicatedDisks[0].replicatedStorageBytes;
    expect(copied).toBeGreaterThan(30e9);
    r.at(30 * minute);
    expect(r.server(1).dataReplicationInfo.replicatedDisks[0].replicatedStorageBytes).toBe(copied);
    r.at(3 * hour);
    expect(r.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
  });
});

describe('selection', () => {
  const fleet = Array.from({ length: 200 }, (_, n) => ready(n));
  const hit = (servers: Wire, more = {}) => {
    const r = rig({
      fleet,
      faults: faults({
        fault: 'stall',
        errorClass: 'UNSTABLE_NETWORK',
        after: 'PT1H',
        servers,
        ...more,
      }),
    });
    r.at(2 * hour);
    return r
      .call('DescribeSourceServers', { maxResults: 1000 })
      .body.items.filter((s: Wire) => s.dataReplicationInfo.dataReplicationState === 'STALLED')
      .map((s: Wire) => s.sourceServerID);
  };

  test('is by id, host name, share, or all', () => {
    expect(hit({ ids: [serverId(3)] })).toEqual([serverId(3)]);
    expect(hit({ hostnames: ['HOST-5', 'host-7.customer.com'] })).toEqual([
      serverId(5),
      serverId(7),
    ]);
    expect(hit({ all: true })).toHaveLength(200);
    expect(hit({ share: 0.1 }).length).toBeGreaterThan(8);
    expect(hit({ share: 0.1 }).length).toBeLessThan(35);
    expect(hit({ all: true }, { probability: 0 })).toEqual([]);
  });
});

describe('replication faults', () => {
  test('a lost agent falls silent, is STALLED after a while, and rescans when it is back', () => {
    const r = rig({
      fleet: [ready(1, { gib: 500 })],
      faults: faults({ fault: 'agent-lost', after: 'PT1H', returnsAfter: 'PT2H' }),
    });
    r.at(hour + 2 * minute);
    expect(r.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
    r.at(2 * hour);
    const silent = r.server(1);
    expect(silent.dataReplicationInfo.dataReplicationError).toEqual({ error: 'AGENT_NOT_SEEN' });
    expect(Date.parse(silent.lifeCycle.lastSeenByServiceDateTime)).toBeLessThanOrEqual(
      start + hour,
    );
    r.at(3 * hour + minute);
    expect(r.states(1)).toBe('READY_FOR_TEST/RESCAN');
    r.at(8 * hour);
    expect(r.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
    expect(
      start + 8 * hour - Date.parse(r.server(1).lifeCycle.lastSeenByServiceDateTime),
    ).toBeLessThan(2 * minute);
  });

  test('a rescan reads all blocks while the lag grows', () => {
    const r = rig({
      fleet: [ready(1, { gib: 1000 })],
      faults: faults({ fault: 'rescan', after: 'PT1H' }),
    });
    r.at(2 * hour);
    const info = r.server(1).dataReplicationInfo;
    expect(info.dataReplicationState).toBe('RESCAN');
    expect(info.lagDuration).toBe('PT1H');
    const [disk] = info.replicatedDisks;
    expect(disk.rescannedStorageBytes / disk.totalStorageBytes).toBeCloseTo(
      (3600 * 150e6) / disk.totalStorageBytes,
      2,
    );
    r.at(5 * hour);
    expect(r.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
  });

  test('a server that does not converge lags more and more until the writes calm down', () => {
    const r = rig({
      fleet: [ready(1)],
      faults: faults({
        fault: 'not-converging',
        after: 'PT1H',
        stallsAfter: 'PT1H',
        clearsAfter: 'PT3H',
      }),
    });
    r.at(hour + 30 * minute);
    expect(r.server(1).dataReplicationInfo).toMatchObject({
      dataReplicationState: 'BACKLOG',
      lagDuration: 'PT30M',
    });
    expect(
      r.server(1).dataReplicationInfo.replicatedDisks[0].backloggedStorageBytes,
    ).toBeGreaterThan(0);
    r.at(2 * hour + minute);
    expect(r.server(1).dataReplicationInfo.dataReplicationError).toEqual({
      error: 'NOT_CONVERGING',
    });
    r.at(5 * hour);
    expect(r.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
  });

  test('a dead vCenter client stops the cycles of all its servers until it is back', () => {
    const agentless = { agentless: true, replication: 'PENDING_SNAPSHOT_SHIPPING', lag: 'PT20M' };
    const r = rig({
      fleet: [ready(1, agentless), ready(2)],
      vcenterClients: [aClient],
      faults: faults({ fault: 'vcenter-client-dead', after: 'PT5H', revivesAfter: 'PT10H' }),
    });
    r.at(5 * hour);
    const snapshot = r.server(1).dataReplicationInfo.lastSnapshotDateTime;
    r.at(14 * hour);
    expect(r.server(1).dataReplicationInfo.lastSnapshotDateTime).toBe(snapshot);
    expect(r.states(2)).toBe('READY_FOR_TEST/CONTINUOUS');
    r.at(18 * hour);
    expect(Date.parse(r.server(1).dataReplicationInfo.lastSnapshotDateTime)).toBeGreaterThan(
      start + 15 * hour,
    );
  });

  test('a dead client halts a first sync, which then goes on from where it was', () => {
    const fleet = [
      aServer(1, { lifeCycle: 'DISCOVERED', replication: 'STOPPED', agentless: true, gib: 100 }),
    ];
    const r = rig({
      fleet,
      vcenterClients: [aClient],
      faults: faults({ fault: 'vcenter-client-dead', after: 'PT10M', revivesAfter: 'PT5H' }),
    });
    r.call('StartReplication', { sourceServerID: serverId(1) });
    r.at(4 * hour);
    const copied = r.server(1).dataReplicationInfo.replicatedDisks[0].replicatedStorageBytes;
    expect(copied).toBeGreaterThan(0);
    expect(r.states(1)).toBe('NOT_READY/SHIPPING_SNAPSHOT');
    r.at(7 * hour);
    expect(r.server(1).lifeCycle.state).toBe('READY_FOR_TEST');
  });
});

describe('launch faults', () => {
  const launched = (fault: Wire, parameters = {}) => {
    const r = rig({
      fleet: [ready(1), ready(2)],
      parameters,
      faults: faults({ servers: { ids: [serverId(1)] }, ...fault }),
    });
    const { jobID } = r.launch('StartTest', 1, 2);
    r.at(hour);
    const log = r
      .call('DescribeJobLogItems', { jobID, maxResults: 1000 })
      .body.items.filter((i: Wire) => i.eventData.sourceServerID === serverId(1));
    return {
      ...r,
      jobID,
      log,
      names: log.map((i: Wire) => i.event),
      part: r.job(jobID).participatingServers[0],
      other: r.job(jobID).participatingServers[1],
    };
  };

  test('a failed snapshot falls back to the previous one and the launch looks fine', () => {
    const { names, part } = launched({ fault: 'snapshot-failure' });
    expect(names).toEqual([
      'SNAPSHOT_START',
      'SNAPSHOT_FAIL',
      'USING_PREVIOUS_SNAPSHOT',
      'CONVERSION_START',
      'CONVERSION_END',
      'LAUNCH_START',
    ]);
    expect(part.launchStatus).toBe('LAUNCHED');
  });

  test('a failed conversion fails its server and no other, in a job that is COMPLETED', () => {
    const { names, part, other, job, jobID, events } = launched({
      fault: 'conversion-failure',
      rawError: 'no channel',
    });
    expect(names.at(-1)).toBe('CONVERSION_FAIL');
    expect([part.launchStatus, other.launchStatus, job(jobID).status]).toEqual([
      'FAILED',
      'LAUNCHED',
      'COMPLETED',
    ]);
    expect(events.map((e) => e.detail.state).toSorted()).toEqual([
      'TEST_LAUNCH_FAILED',
      'TEST_LAUNCH_SUCCEEDED',
    ]);
  });

  test('a failed launch says why, and leaves the state as the parameter says', () => {
    const stays = launched({ fault: 'launch-failure', rawError: 'VcpuLimitExceeded' });
    expect(stays.log.at(-1)).toMatchObject({
      event: 'LAUNCH_FAILED',
      eventData: { rawError: 'VcpuLimitExceeded' },
    });
    expect(stays.part).not.toHaveProperty('launchedEc2InstanceID');
    expect(stays.server(1).lifeCycle.state).toBe('TESTING');
    const back = launched({ fault: 'launch-failure' }, { stateAfterFailedLaunch: 'goes-back' });
    expect(back.server(1).lifeCycle.state).toBe('READY_FOR_TEST');
  });

  test('a failure hits the first launch only, so that another try works', () => {
    const { launch, at, job } = launched({ fault: 'launch-failure' });
    const again = launch('StartTest', 1);
    at(2 * hour);
    expect(job(again.jobID).participatingServers[0].launchStatus).toBe('LAUNCHED');
  });

  test('may be meant for cutovers alone', () => {
    expect(launched({ fault: 'launch-failure', on: 'cutover-launch' }).part.launchStatus).toBe(
      'LAUNCHED',
    );
  });

  test('a skipped server is logged and not launched', () => {
    const { names, part } = launched({ fault: 'server-skipped' });
    expect([names, part.launchStatus]).toEqual([['SERVER_SKIPPED'], 'FAILED']);
  });

  test('a failed clean-up leaves the earlier instance, and the launch goes on', () => {
    const r = rig({ fleet: [ready(1)], faults: faults({ fault: 'cleanup-failure', times: 2 }) });
    r.launch('StartTest', 1);
    r.at(hour);
    const { jobID } = r.launch('StartTest', 1);
    r.at(2 * hour);
    expect(r.log(jobID).slice(0, 4)).toEqual([
      'JOB_START',
      'CLEANUP_START',
      'CLEANUP_FAIL',
      'SNAPSHOT_START',
    ]);
    expect(r.job(jobID).participatingServers[0].launchStatus).toBe('LAUNCHED');
  });

  test('a failed post-launch action that must succeed blocks the finalize', () => {
    const fault = {
      fault: 'post-launch-action-failed',
      action: 'Check',
      mustSucceedForCutover: true,
      failureReason: 'exit 1',
    };
    const r = rig({ fleet: [ready(1, { lifeCycle: 'READY_FOR_CUTOVER' })], faults: faults(fault) });
    const { jobID } = r.launch('StartCutover', 1);
    r.at(hour);
    expect(r.job(jobID).participatingServers[0]).toMatchObject({
      launchStatus: 'LAUNCHED',
      postLaunchActionsStatus: {
        postLaunchActionsLaunchStatusList: [{ executionStatus: 'FAILED', failureReason: 'exit 1' }],
      },
    });
    expect(r.call('FinalizeCutover', { sourceServerID: serverId(1) }).status).toBe(409);
  });

  test('an instance that never boots stays as it is', () => {
    const { server, at } = launched({ fault: 'first-boot-stuck', firstBoot: 'UNKNOWN' });
    at(day);
    expect(server(1).launchedInstance.firstBoot).toBe('UNKNOWN');
    expect(server(2).launchedInstance.firstBoot).toBe('SUCCEEDED');
  });

  test('an instance becomes impaired some time after it was well', () => {
    const instance = {
      id: 'i-1',
      launchedAt: 0,
      checksOkAt: hour,
      impaired: false,
      impairedFrom: 5 * hour,
      terminatedAt: undefined,
    };
    const found = (at: number) => instanceChecks(instance, at).own;
    expect([found(hour / 2), found(hour), found(5 * hour - 1), found(5 * hour)]).toEqual([
      'initializing',
      'ok',
      'ok',
      'impaired',
    ]);
  });
});

describe('faults of calls', () => {
  test('throttling answers 429 with Retry-After and changes nothing', () => {
    const r = rig({
      fleet: [ready(1)],
      faults: faults({ fault: 'throttling', operations: ['StartTest'], retryAfterSeconds: 7 }),
    });
    const answer = r.call('StartTest', { sourceServerIDs: [serverId(1)] });
    expect(answer).toMatchObject({
      status: 429,
      error: 'ThrottlingException',
      headers: { 'retry-after': '7' },
    });
    expect(r.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
    expect(r.calls[0]).toMatchObject({ status: 429, error: 'ThrottlingException' });
    expect(r.calls[0]).not.toHaveProperty('output');
  });

  test('an internal error may or may not take effect', () => {
    for (const [takesEffect, state] of [
      [false, 'READY_FOR_TEST'],
      [true, 'TESTING'],
    ] as const) {
      const r = rig({
        fleet: [ready(1)],
        faults: faults({ fault: 'internal-error', operations: ['StartTest'], takesEffect }),
      });
      expect(r.call('StartTest', { sourceServerIDs: [serverId(1)] })).toMatchObject({
        status: 500,
        error: 'InternalServerException',
      });
      expect(r.server(1).lifeCycle.state).toBe(state);
    }
  });

  test('a lost answer took effect, and is recorded as lost', () => {
    const r = rig({
      fleet: [ready(1)],
      faults: faults({ fault: 'answer-lost', operations: ['StartTest'] }),
    });
    const answer = r.call('StartTest', { sourceServerIDs: [serverId(1)] });
    expect(answer.lost).toBe(true);
    expect(r.server(1).lifeCycle.state).toBe('TESTING');
    expect(r.calls[0]).toMatchObject({
      status: 202,
      error: null,
      answerLost: true,
      output: answer.body,
    });
    expect(r.call('StartTest', { sourceServerIDs: [serverId(9)] })).toMatchObject({
      status: 400,
      lost: false,
    });
  });

  test('stale reads answer as of some seconds ago, of servers and of jobs', () => {
    const r = rig({
      fleet: [ready(1), stopped(2)],
      faults: faults({
        fault: 'stale-reads',
        staleSeconds: 60,
        operations: ['DescribeSourceServers', 'DescribeJobs'],
      }),
    });
    r.at(hour);
    r.call('StartReplication', { sourceServerID: serverId(2) });
    const { jobID } = r.launch('StartTest', 1);
    expect(r.states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
    expect(r.call('DescribeJobs').body.items).toEqual([]);
    r.at(hour + minute);
    expect(r.states(1)).toBe('TESTING/CONTINUOUS');
    expect(r.job(jobID).status).toBe('PENDING');
    r.at(hour + 10 * minute);
    const late = r.server(2).dataReplicationInfo.replicatedDisks[0].replicatedStorageBytes;
    const fresh = rig({ fleet: [ready(1), stopped(2)] });
    fresh.at(hour);
    fresh.call('StartReplication', { sourceServerID: serverId(2) });
    fresh.at(hour + 9 * minute);
    expect(late).toBe(
      fresh.server(2).dataReplicationInfo.replicatedDisks[0].replicatedStorageBytes,
    );
  });

  test('hit only the named operations, in the named time, with their probability', () => {
    const r = rig({
      faults: faults({
        fault: 'throttling',
        operations: ['DescribeJobs'],
        probability: 0.5,
        from: '2024-03-04T17:00:00Z',
        until: '2024-03-04T18:00:00Z',
      }),
    });
    const refused = () =>
      Array.from({ length: 400 }, () => r.call('DescribeJobs').status).filter((s) => s === 429)
        .length;
    expect(refused()).toBe(0);
    r.at(hour);
    const hits = refused();
    expect(hits).toBeGreaterThan(150);
    expect(hits).toBeLessThan(250);
    expect(r.call('DescribeSourceServers').status).toBe(200);
    r.at(2 * hour);
    expect(refused()).toBe(0);
  });
});

describe('people', () => {
  test('act at the console: recorded as calls of their own and told as CloudTrail does', () => {
    const r = rig({
      fleet: [ready(1)],
      faults: faults({ fault: 'console-action', action: 'start-test', after: 'PT1H' }),
    });
    expect(r.simulator.nextEventAt()).toBe(start + hour);
    r.at(2 * hour);
    expect(r.calls).toMatchObject([
      {
        at: new Date(start + hour).toISOString(),
        caller: 'console',
        operation: 'StartTest',
        status: 202,
        output: { job: {} },
      },
    ]);
    expect(r.trail[0]).toMatchObject({
      source: 'aws.mgn',
      'detail-type': 'AWS API Call via CloudTrail',
      detail: {
        userIdentity: { type: 'AssumedRole' },
        eventSource: 'mgn.amazonaws.com',
        eventName: 'StartTest',
        requestParameters: { sourceServerIDs: [serverId(1)] },
        responseElements: { job: {} },
      },
    });
    expect(r.server(1).lifeCycle.state).toBe('TESTING');
  });

  test('are refused like everybody else, and faults of calls do not hit them', () => {
    const r = rig({
      fleet: [ready(1)],
      faults: faults(
        { fault: 'console-action', action: 'archive', after: 'PT1H' },
        { fault: 'throttling' },
      ),
    });
    r.at(2 * hour);
    expect(r.calls).toMatchObject([
      { operation: 'MarkAsArchived', status: 409, error: 'ConflictException' },
    ]);
    expect(r.trail[0].detail.errorCode).toBe('ConflictException');
  });

  test('disconnect a server mid-wave as soon as its job lets them', () => {
    const r = rig({
      fleet: [ready(1)],
      faults: faults({ fault: 'server-disconnected', on: 'testing', after: 'PT1M' }),
    });
    r.launch('StartTest', 1);
    r.at(2 * hour);
    expect(r.states(1)).toBe('DISCONNECTED/DISCONNECTED');
    const console = r.calls.filter((c) => c.caller === 'console');
    expect(console[0]).toMatchObject({ error: 'ConflictException' });
    expect(console.at(-1)).toMatchObject({ operation: 'DisconnectFromService', error: null });
  });

  test('archive a server mid-wave, disconnecting it first', () => {
    const r = rig({
      fleet: [ready(1)],
      faults: faults({ fault: 'server-archived', at: '2024-03-04T18:00:00Z' }),
    });
    r.at(2 * hour);
    expect(r.calls.map((c) => [c.operation, c.error])).toEqual([
      ['DisconnectFromService', null],
      ['MarkAsArchived', null],
    ]);
    expect(r.server(1).isArchived).toBe(true);
  });

  const trailWith = (parameters: Wire) => {
    const r = rig({ fleet: Array.from({ length: 100 }, (_, n) => ready(n)), parameters });
    for (let n = 0; n < 100; n += 1) r.call('StopReplication', { sourceServerID: serverId(n) });
    const atOnce = r.trail.length;
    r.at(2 * hour);
    return { atOnce, trail: r.trail };
  };

  test('and everybody else are told as CloudTrail does, minutes late and in a role of the caller', () => {
    const { atOnce, trail } = trailWith({});
    expect([atOnce, trail.length]).toEqual([0, 100]);
    expect(trail[0].detail.userIdentity).toMatchObject({
      type: 'AssumedRole',
      arn: expect.stringMatching(/:assumed-role\/landfall\/landfall$/),
    });
    expect(new Set(trail.map((e) => e.detail.eventID)).size).toBe(100);
  });

  test('are told twice, or not at all, as the parameters say; a copy is the same record', () => {
    expect(trailWith({ trailEventDropProbability: 1 }).trail).toEqual([]);
    expect(trailWith({ trailEventDelaySeconds: [0, 0] }).atOnce).toBe(100);
    const { trail } = trailWith({ trailEventDuplicateProbability: 1 });
    expect(trail).toHaveLength(200);
    expect(new Set(trail.map((e) => e.detail.eventID)).size).toBe(100);
    const order = trail.map((e) => e.detail.requestParameters.sourceServerID);
    expect(order).not.toEqual(order.toSorted());
  });
});

describe('native events', () => {
  const launchesWith = (parameters: Wire) => {
    const r = rig({ fleet: Array.from({ length: 100 }, (_, n) => ready(n)), parameters });
    r.launch('StartTest', ...Array.from({ length: 100 }, (_, n) => n));
    r.at(2 * hour);
    return r.events;
  };

  test('may be dropped, doubled and delayed', () => {
    expect(launchesWith({})).toHaveLength(100);
    expect(launchesWith({ nativeEventDropProbability: 0.5 }).length).toBeLessThan(70);
    expect(launchesWith({ nativeEventDuplicateProbability: 0.5 }).length).toBeGreaterThan(130);
    const times = launchesWith({ nativeEventDelaySeconds: [0, 600] }).map((e) => e.time);
    expect(times).not.toEqual(times.toSorted());
  });
});

describe('determinism', () => {
  const story = (seed: number) => {
    const parsed = parseFaults(
      readFileSync('examples/faults/each-at-5-percent.yaml', 'utf8'),
      'each',
    );
    if (!parsed.ok) throw new Error('refused');
    const r = rig({
      fleet: fleetFile('mixed-40.json'),
      vcenterClients: fleetFile('mixed-40.vcenter-clients.json'),
      faults: parsed.faults,
      seed,
    });
    const bodies: string[] = [];
    for (let h = 0; h < 72; h += 1) {
      r.at(h * hour);
      for (const s of fleetFile('mixed-40.json'))
        r.raw('StartReplication', JSON.stringify({ sourceServerID: s['sourceServerID'] }));
      bodies.push(r.raw('DescribeSourceServers', '{"maxResults":1000}').body);
      const ids = fleetFile('mixed-40.json').map((s) => s['sourceServerID']);
      for (const id of ids)
        bodies.push(r.raw('StartTest', JSON.stringify({ sourceServerIDs: [id] })).body);
    }
    return JSON.stringify([r.calls, r.events, bodies]);
  };

  test('the same seed tells the same story byte for byte, another seed another one', () => {
    const one = story(1);
    expect(story(1)).toBe(one);
    expect(story(2)).not.toBe(one);
  });

  test('it does not matter in which steps time moves', () => {
    const run = (steps: number[]) => {
      const r = rig({ fleet: fleetFile('agent-based-120.json') });
      for (const t of steps) r.at(t);
      return r.raw('DescribeSourceServers', '{"maxResults":1000}').body;
    };
    const fine = Array.from({ length: 289 }, (_, i) => i * 5 * minute);
    expect(run(fine)).toBe(run([day]));
  });
});
