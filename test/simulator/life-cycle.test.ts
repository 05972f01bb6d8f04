import { describe, expect, test } from 'vitest';
import {
  accountId,
  aServer,
  hour,
  minute,
  ready,
  region,
  rig,
  serverId,
  type Wire,
} from './rig.ts';

const instance = {
  ec2InstanceID: 'i-00000000000000001',
  jobID: 'mgnjob-00000000000000001',
  firstBoot: 'SUCCEEDED',
};
const to = (state: string, n = 1) => ({ sourceServerID: serverId(n), lifeCycle: { state } });

describe('the whole way', () => {
  test('leads from test through cutover to the archive', () => {
    const { call, launch, at, server, states } = rig({ fleet: [ready(1)] });
    launch('StartTest', 1);
    at(hour);
    expect(
      call('ChangeServerLifeCycleState', to('READY_FOR_CUTOVER')).body.lifeCycle,
    ).toMatchObject({
      state: 'READY_FOR_CUTOVER',
      lastTest: { initiated: { jobID: expect.any(String) }, reverted: {}, finalized: {} },
    });
    launch('TerminateTargetInstances', 1);
    at(2 * hour);
    launch('StartCutover', 1);
    at(3 * hour);
    const { ec2InstanceID } = server(1).launchedInstance;
    const finalized: Wire = call('FinalizeCutover', { sourceServerID: serverId(1) }).body;
    expect(finalized.lifeCycle).toMatchObject({
      state: 'CUTOVER',
      lastCutover: { finalized: { apiCallDateTime: expect.any(String) } },
    });
    const info = finalized.dataReplicationInfo;
    expect(info.dataReplicationState).toBe('DISCONNECTED');
    expect(info).not.toHaveProperty('lagDuration');
    expect(info).not.toHaveProperty('lastSnapshotDateTime');
    expect(info.replicatedDisks[0].totalStorageBytes).toBeGreaterThan(0);
    expect(new Set(info.dataReplicationInitiation.steps.map((s: Wire) => s.status))).toEqual(
      new Set(['NOT_STARTED']),
    );
    expect(Date.parse(info.dataReplicationInitiation.startDateTime)).toBe(
      Date.parse(finalized.lifeCycle.lastCutover.finalized.apiCallDateTime),
    );
    at(3 * hour + 90 * minute);
    expect(server(1).dataReplicationInfo.replicatedDisks[0].totalStorageBytes).toBe(0);
    expect(server(1).launchedInstance).toEqual({
      ec2InstanceID,
      jobID: expect.any(String),
      firstBoot: 'SUCCEEDED',
    });
    expect(call('MarkAsArchived', { sourceServerID: serverId(1) }).body.isArchived).toBe(true);
    expect(states(1)).toBe('CUTOVER/DISCONNECTED');
  });

  test('can be gone back before it is finalized: revert, then terminate', () => {
    const { call, launch, at, server } = rig({
      fleet: [ready(1, { lifeCycle: 'CUTTING_OVER', launched: instance })],
    });
    expect(
      call('ChangeServerLifeCycleState', to('READY_FOR_CUTOVER')).body.lifeCycle,
    ).toMatchObject({
      state: 'READY_FOR_CUTOVER',
      lastCutover: { reverted: { apiCallDateTime: expect.any(String) }, finalized: {} },
    });
    launch('TerminateTargetInstances', 1);
    at(hour);
    expect(server(1).launchedInstance).toEqual({});
  });
});

describe('ChangeServerLifeCycleState', () => {
  test.each([
    ['TESTING', 'READY_FOR_TEST', 200],
    ['TESTING', 'READY_FOR_CUTOVER', 200],
    ['READY_FOR_TEST', 'READY_FOR_CUTOVER', 200],
    ['READY_FOR_CUTOVER', 'READY_FOR_TEST', 200],
    ['CUTTING_OVER', 'READY_FOR_CUTOVER', 200],
    ['READY_FOR_TEST', 'READY_FOR_TEST', 409],
    ['CUTTING_OVER', 'READY_FOR_TEST', 409],
    ['CUTTING_OVER', 'CUTOVER', 409],
    ['READY_FOR_TEST', 'TESTING', 400],
  ])('from %s to %s answers %d', (from, target, status) => {
    const { call, server } = rig({ fleet: [ready(1, { lifeCycle: from, launched: instance })] });
    expect(call('ChangeServerLifeCycleState', to(target)).status).toBe(status);
    expect(server(1).lifeCycle.state).toBe(status === 200 ? target : from);
  });

  test('is refused for a server that is not launchable', () => {
    const { call } = rig({
      fleet: [aServer(1, { lifeCycle: 'READY_FOR_TEST', replication: 'STOPPED' })],
    });
    expect(call('ChangeServerLifeCycleState', to('READY_FOR_CUTOVER'))).toMatchObject({
      status: 400,
      error: 'ValidationException',
    });
  });

  test('finishes a disconnected server when the parameter accepts it', () => {
    const { call } = rig({
      fleet: [aServer(1, { lifeCycle: 'DISCONNECTED', replication: 'DISCONNECTED' })],
      parameters: { changeToCutover: 'accept' },
    });
    expect(call('ChangeServerLifeCycleState', to('CUTOVER')).body.lifeCycle.state).toBe('CUTOVER');
  });

  test('is refused while a job processes the server, unless the parameter accepts it', () => {
    const strict = rig({ fleet: [ready(1)] });
    strict.launch('StartTest', 1);
    expect(strict.call('ChangeServerLifeCycleState', to('READY_FOR_TEST')).status).toBe(409);
    const lenient = rig({ fleet: [ready(1)], parameters: { lifecycleCallsDuringJob: 'accept' } });
    lenient.launch('StartTest', 1);
    expect(lenient.call('ChangeServerLifeCycleState', to('READY_FOR_TEST')).status).toBe(200);
  });
});

describe('FinalizeCutover', () => {
  test('needs CUTTING_OVER and a launched instance', () => {
    const fleet = [ready(1, { launched: instance }), ready(2, { lifeCycle: 'CUTTING_OVER' })];
    const { call } = rig({ fleet });
    expect(call('FinalizeCutover', { sourceServerID: serverId(1) }).status).toBe(409);
    expect(call('FinalizeCutover', { sourceServerID: serverId(2) }).status).toBe(409);
    expect(call('FinalizeCutover', { sourceServerID: serverId(3) }).status).toBe(404);
  });
});

describe('leaving the service', () => {
  test('DisconnectFromService takes any server that is not archived, and leaves CUTOVER as it is', () => {
    const fleet = [
      ready(1),
      aServer(2, { lifeCycle: 'CUTOVER', replication: 'DISCONNECTED' }),
      aServer(3, { lifeCycle: 'CUTOVER', replication: 'DISCONNECTED', more: { isArchived: true } }),
    ];
    const { call, states } = rig({ fleet });
    for (const [n, status] of [
      [1, 200],
      [2, 200],
      [3, 409],
    ] as const) {
      expect(call('DisconnectFromService', { sourceServerID: serverId(n) }).status).toBe(status);
    }
    expect([states(1), states(2)]).toEqual(['DISCONNECTED/DISCONNECTED', 'CUTOVER/DISCONNECTED']);
  });

  test('MarkAsArchived and DeleteSourceServer need a concluded server', () => {
    const { call, server } = rig({ fleet: [ready(1)] });
    expect(call('MarkAsArchived', { sourceServerID: serverId(1) }).status).toBe(409);
    expect(call('DeleteSourceServer', { sourceServerID: serverId(1) }).status).toBe(409);
    call('DisconnectFromService', { sourceServerID: serverId(1) });
    expect(call('MarkAsArchived', { sourceServerID: serverId(1) }).status).toBe(200);
    expect(call('DeleteSourceServer', { sourceServerID: serverId(1) })).toMatchObject({
      status: 204,
      body: {},
    });
    expect(server(1)).toBeUndefined();
    expect(call('DeleteSourceServer', { sourceServerID: serverId(1) }).status).toBe(404);
  });

  test('stops heartbeats and freezes the elapsed time', () => {
    const { call, server, at } = rig({ fleet: [ready(1)] });
    call('DisconnectFromService', { sourceServerID: serverId(1) });
    const { lifeCycle } = server(1);
    at(5 * hour);
    expect(server(1).lifeCycle).toEqual(lifeCycle);
  });
});

describe('waves and applications', () => {
  const arn = (kind: string, id: string) => `arn:aws:mgn:${region}:${accountId}:${kind}/${id}`;
  const waveID = 'wave-00000000000000001';
  const applicationID = 'app-00000000000000001';
  const options = {
    fleet: [ready(1, { more: { applicationID } }), ready(2)],
    applications: [{ applicationID, arn: arn('application', applicationID), name: 'erp', waveID }],
    waves: [{ waveID, arn: arn('wave', waveID), name: 'first' }],
  };

  test('are listed with their aggregated status', () => {
    const { call } = rig(options);
    expect(call('ListWaves').body.items).toMatchObject([
      {
        waveID,
        name: 'first',
        isArchived: false,
        waveAggregatedStatus: {
          healthStatus: 'HEALTHY',
          progressStatus: 'IN_PROGRESS',
          totalApplications: 1,
        },
      },
    ]);
    expect(call('ListApplications', { filters: { waveIDs: [waveID] } }).body.items).toMatchObject([
      { applicationID, applicationAggregatedStatus: { totalSourceServers: 1 } },
    ]);
    expect(call('ListApplications', { filters: { isArchived: true } }).body.items).toEqual([]);
  });

  test('ArchiveWave archives a wave whose servers are all concluded, with all that is in it', () => {
    const { call, server } = rig(options);
    expect(call('ArchiveWave', { waveID })).toMatchObject({
      status: 409,
      body: { errors: [{ resourceId: serverId(1) }] },
    });
    expect(call('ArchiveWave', { waveID: 'wave-00000000000000009' }).status).toBe(404);
    call('DisconnectFromService', { sourceServerID: serverId(1) });
    expect(call('ArchiveWave', { waveID }).body).toMatchObject({
      isArchived: true,
      waveAggregatedStatus: { progressStatus: 'COMPLETED' },
    });
    expect(server(1).isArchived).toBe(true);
    expect(call('ListApplications').body.items[0].isArchived).toBe(true);
  });
});
