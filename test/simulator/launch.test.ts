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
  startAt,
  type Wire,
} from './rig.ts';

const running = [
  'JOB_START',
  'SNAPSHOT_START',
  'SNAPSHOT_END',
  'CONVERSION_START',
  'CONVERSION_END',
  'LAUNCH_START',
  'JOB_END',
];

describe('StartTest', () => {
  test('answers 202 with a pending job, and the server is TESTING at once', () => {
    const { call, server, calls } = rig({ fleet: [ready(1)] });
    const answer = call('StartTest', {
      sourceServerIDs: [serverId(1)],
      tags: { 'landfall:intent': 'x' },
    });
    expect(answer).toMatchObject({ status: 202 });
    expect(answer.body.job).toEqual({
      jobID: expect.stringMatching(/^mgnjob-[0-9a-f]{17}$/),
      arn: `arn:aws:mgn:${region}:${accountId}:job/${answer.body.job.jobID}`,
      type: 'LAUNCH',
      initiatedBy: 'START_TEST',
      creationDateTime: expect.stringMatching(/\+00:00$/),
      status: 'PENDING',
      participatingServers: [{ sourceServerID: serverId(1), launchStatus: 'PENDING' }],
      tags: { 'landfall:intent': 'x' },
    });
    expect(server(1).lifeCycle).toMatchObject({
      state: 'TESTING',
      lastTest: { initiated: { jobID: answer.body.job.jobID }, reverted: {}, finalized: {} },
    });
    expect(calls[0]).toEqual({
      at: startAt,
      caller: 'landfall',
      service: 'mgn',
      operation: 'StartTest',
      accountId,
      region,
      input: { sourceServerIDs: [serverId(1)], tags: { 'landfall:intent': 'x' } },
      status: 202,
      error: null,
      output: answer.body,
    });
    expect(calls[1]).toMatchObject({
      operation: 'DescribeSourceServers',
      status: 200,
      error: null,
    });
    expect(calls[1]).not.toHaveProperty('output');
  });

  test('launches in some nine minutes, tells it, boots, and keeps the tags on the job', () => {
    const { call, at, job, log, server, launch, events } = rig({ fleet: [ready(1)] });
    const { jobID } = launch('StartTest', 1);
    at(10_000);
    expect(job(jobID)).toMatchObject({
      status: 'STARTED',
      participatingServers: [{ launchStatus: 'IN_PROGRESS' }],
    });
    expect(log(jobID)).toEqual(running.slice(0, 2));
    at(16 * minute);
    expect(log(jobID)).toEqual(running);
    const done = job(jobID);
    expect(done).toMatchObject({
      status: 'COMPLETED',
      endDateTime: expect.any(String),
      participatingServers: [
        {
          launchStatus: 'LAUNCHED',
          launchedEc2InstanceID: expect.stringMatching(/^i-[0-9a-f]{17}$/),
        },
      ],
      tags: {},
    });
    const took = Date.parse(done.endDateTime) - Date.parse(done.creationDateTime);
    expect(took).toBeGreaterThan(8 * minute);
    expect(took).toBeLessThan(16 * minute);
    at(30 * minute);
    expect(server(1).launchedInstance).toEqual({
      ec2InstanceID: done.participatingServers[0].launchedEc2InstanceID,
      jobID,
      firstBoot: 'SUCCEEDED',
    });
    expect(server(1).lifeCycle.state).toBe('TESTING');
    expect(events.map((e) => [e['detail-type'], e.detail, e.resources])).toEqual([
      [
        'MGN Source Server Launch Result',
        { state: 'TEST_LAUNCH_SUCCEEDED', 'job-id': jobID },
        [server(1).arn],
      ],
    ]);
    const items: Wire[] = call('DescribeJobLogItems', { jobID }).body.items;
    expect(items[0].eventData).toEqual({});
    expect(items[1].eventData).toEqual({ sourceServerID: serverId(1) });
    expect(items[4].eventData).toMatchObject({ conversionServerID: expect.stringMatching(/^i-/) });
    expect(items[5].eventData).toMatchObject({
      targetInstanceID: server(1).launchedInstance.ec2InstanceID,
    });
  });

  test('may be repeated while TESTING: the earlier instance goes first', () => {
    const { at, log, server, launch } = rig({ fleet: [ready(1)] });
    launch('StartTest', 1);
    at(hour);
    const first = server(1).launchedInstance.ec2InstanceID;
    const { jobID } = launch('StartTest', 1);
    at(2 * hour);
    expect(log(jobID).slice(0, 4)).toEqual([
      'JOB_START',
      'CLEANUP_START',
      'CLEANUP_END',
      'SNAPSHOT_START',
    ]);
    expect(server(1).launchedInstance.ec2InstanceID).not.toBe(first);
  });

  test('takes a fresh snapshot of an agent-based server', () => {
    const { at, server, launch } = rig({ fleet: [ready(1)] });
    launch('StartTest', 1);
    at(minute);
    expect(Date.parse(server(1).dataReplicationInfo.lastSnapshotDateTime)).toBeGreaterThan(
      Date.parse(startAt),
    );
  });

  test.each([
    ['an unknown server', [serverId(9)], 400, 'ValidationException'],
    ['a server that is not launchable', [serverId(2)], 409, 'ConflictException'],
    ['a discovered server', [serverId(3)], 409, 'ConflictException'],
    ['no server', [], 400, 'ValidationException'],
    [
      'more than 200',
      Array.from({ length: 201 }, (_, n) => serverId(n)),
      400,
      'ValidationException',
    ],
    ['an id in a wrong form', ['host-1'], 400, 'ValidationException'],
  ])('refuses %s', (_, sourceServerIDs, status, error) => {
    const fleet = [
      ready(1),
      aServer(2, { lifeCycle: 'READY_FOR_TEST' }),
      aServer(3, { lifeCycle: 'DISCOVERED', replication: 'STOPPED', agentless: true }),
    ];
    const { call } = rig({ fleet });
    expect(call('StartTest', { sourceServerIDs })).toMatchObject({ status, error });
  });

  test('leaves all servers untouched when one is refused, and names the culprit', () => {
    const { call, states } = rig({ fleet: [ready(1), ready(2, { lifeCycle: 'CUTTING_OVER' })] });
    const answer = call('StartTest', { sourceServerIDs: [serverId(1), serverId(2)] });
    expect(answer).toMatchObject({
      status: 409,
      body: { errors: [{ resourceId: serverId(2), resourceType: 'SourceServer' }] },
    });
    expect(states(1)).toBe('READY_FOR_TEST/CONTINUOUS');
  });
});

describe('jobs', () => {
  test('process a server once at a time, with the one known message', () => {
    const { call, launch } = rig({ fleet: [ready(1), ready(2)] });
    launch('StartTest', 1);
    const answer = call('StartTest', { sourceServerIDs: [serverId(1), serverId(2)] });
    expect(answer).toMatchObject({ status: 409, error: 'ConflictException' });
    expect(answer.body.message).toBe(
      'One or more of the Source Servers included in API call are currently being processed by a Job',
    );
    expect(answer.body.errors.map((e: Wire) => e.resourceId)).toEqual([serverId(1)]);
  });

  test('are at most 20 at a time', () => {
    const { call, launch, at } = rig({ fleet: Array.from({ length: 21 }, (_, n) => ready(n)) });
    for (let n = 0; n < 20; n += 1) launch('StartTest', n);
    const refused = {
      status: 402,
      error: 'ServiceQuotaExceededException',
      body: { quotaCode: 'L-FE2EBE17', quotaValue: 20 },
    };
    expect(call('StartTest', { sourceServerIDs: [serverId(20)] })).toMatchObject(refused);
    at(hour);
    expect(call('StartTest', { sourceServerIDs: [serverId(20)] }).status).toBe(202);
  });

  test('hold at most 200 servers, all of them together, and terminations count', () => {
    const fleet = Array.from({ length: 201 }, (_, n) => ready(n));
    const { launch, call, at } = rig({ fleet });
    const first = Array.from({ length: 200 }, (_, n) => n);
    launch('StartTest', ...first);
    expect(call('StartTest', { sourceServerIDs: [serverId(200)] })).toMatchObject({
      status: 402,
      body: { quotaCode: 'L-4FF77426' },
    });
    at(hour);
    for (const n of first)
      call('ChangeServerLifeCycleState', {
        sourceServerID: serverId(n),
        lifeCycle: { state: 'READY_FOR_TEST' },
      });
    launch('TerminateTargetInstances', ...first);
    expect(call('StartTest', { sourceServerIDs: [serverId(200)] }).body.quotaCode).toBe(
      'L-4FF77426',
    );
  });

  test('are listed newest first, by id, by date, and only those of the page', () => {
    const { call, launch, at } = rig({ fleet: [ready(1), ready(2), ready(3)] });
    const ids: string[] = [];
    for (const n of [1, 2, 3]) {
      at(n * minute);
      ids.push(launch('StartTest', n).jobID);
    }
    const list = (input: Wire) =>
      call('DescribeJobs', input).body.items.map((j: Wire) => ids.indexOf(j.jobID));
    expect(list({})).toEqual([2, 1, 0]);
    expect(list({ maxResults: 2 })).toEqual([2, 1]);
    expect(list({ filters: { jobIDs: [ids[0], 'mgnjob-0000000000000000f'] } })).toEqual([0]);
    expect(list({ filters: { fromDate: '2024-03-04T16:22:00Z' } })).toEqual([2, 1]);
    expect(list({ filters: { toDate: '2024-03-04T16:22:00Z' } })).toEqual([0]);
    expect(call('DescribeJobs', { filters: { fromDate: 'yesterday' } }).error).toBe(
      'ValidationException',
    );
  });

  test('have a log; that of an unknown job is refused', () => {
    const { call } = rig();
    expect(call('DescribeJobLogItems', { jobID: 'mgnjob-0000000000000000f' })).toMatchObject({
      status: 400,
      error: 'ValidationException',
    });
    expect(call('DescribeJobLogItems', {}).body.fieldList).toMatchObject([{ name: 'jobID' }]);
  });

  test('may be deleted when they are completed', () => {
    const { call, launch, at } = rig({ fleet: [ready(1)] });
    const { jobID } = launch('StartTest', 1);
    expect(call('DeleteJob', { jobID })).toMatchObject({ status: 409 });
    at(hour);
    expect(call('DeleteJob', { jobID })).toMatchObject({ status: 204, body: {} });
    expect(call('DeleteJob', { jobID })).toMatchObject({ status: 404 });
  });

  test('post-launch actions run after the launch', () => {
    const parameters = { postLaunchActions: [{ name: 'Verify', mustSucceedForCutover: true }] };
    const { job, launch, at } = rig({ fleet: [ready(1)], parameters });
    const { jobID } = launch('StartTest', 1);
    at(hour);
    expect(job(jobID).participatingServers[0].postLaunchActionsStatus).toMatchObject({
      postLaunchActionsLaunchStatusList: [
        {
          executionStatus: 'SUCCESS',
          ssmDocument: { actionName: 'Verify', mustSucceedForCutover: true },
        },
      ],
    });
  });
});

describe('TerminateTargetInstances', () => {
  test('is refused while TESTING, CUTTING_OVER or CUTOVER, and without an instance', () => {
    const { call, launch, at } = rig({ fleet: [ready(1), ready(2)] });
    launch('StartTest', 1);
    at(hour);
    expect(call('TerminateTargetInstances', { sourceServerIDs: [serverId(1)] }).status).toBe(409);
    expect(call('TerminateTargetInstances', { sourceServerIDs: [serverId(2)] }).status).toBe(409);
  });

  test('deletes the instance in a job of its own', () => {
    const { call, launch, at, job, log, server } = rig({ fleet: [ready(1)] });
    launch('StartTest', 1);
    at(hour);
    call('ChangeServerLifeCycleState', {
      sourceServerID: serverId(1),
      lifeCycle: { state: 'READY_FOR_CUTOVER' },
    });
    const { jobID, type, initiatedBy } = launch('TerminateTargetInstances', 1);
    expect({ type, initiatedBy }).toEqual({ type: 'TERMINATE', initiatedBy: 'TERMINATE' });
    expect(call('StartCutover', { sourceServerIDs: [serverId(1)] })).toMatchObject({ status: 409 });
    at(2 * hour);
    expect(job(jobID)).toMatchObject({
      status: 'COMPLETED',
      participatingServers: [{ launchStatus: 'TERMINATED' }],
    });
    expect(log(jobID)).toEqual(['JOB_START', 'CLEANUP_START', 'CLEANUP_END', 'JOB_END']);
    expect(server(1).launchedInstance).toEqual({});
  });

  test('skips a server without an instance when the parameter accepts it', () => {
    const { launch, at, log } = rig({
      fleet: [ready(1)],
      parameters: { terminateWithoutInstance: 'accept' },
    });
    const { jobID } = launch('TerminateTargetInstances', 1);
    at(hour);
    expect(log(jobID)).toEqual(['JOB_START', 'SERVER_SKIPPED', 'JOB_END']);
  });
});

describe('StartCutover', () => {
  test('needs READY_FOR_CUTOVER, unless the parameter accepts READY_FOR_TEST', () => {
    const strict = rig({ fleet: [ready(1)] });
    expect(strict.call('StartCutover', { sourceServerIDs: [serverId(1)] }).status).toBe(409);
    const lenient = rig({
      fleet: [ready(1)],
      parameters: { startCutoverFromReadyForTest: 'accept' },
    });
    expect(lenient.call('StartCutover', { sourceServerIDs: [serverId(1)] }).status).toBe(202);
  });

  test('deletes the test instance first', () => {
    const { launch, at, call, log, server, states } = rig({ fleet: [ready(1)] });
    launch('StartTest', 1);
    at(hour);
    const old = server(1).launchedInstance.ec2InstanceID;
    call('ChangeServerLifeCycleState', {
      sourceServerID: serverId(1),
      lifeCycle: { state: 'READY_FOR_CUTOVER' },
    });
    const { jobID } = launch('StartCutover', 1);
    expect(states(1)).toBe('CUTTING_OVER/CONTINUOUS');
    at(2 * hour);
    expect(log(jobID)).toEqual(['JOB_START', 'CLEANUP_START', 'CLEANUP_END', ...running.slice(1)]);
    expect(server(1).launchedInstance.ec2InstanceID).not.toBe(old);
  });
});
