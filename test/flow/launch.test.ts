import { describe, expect, it } from 'vitest';
import type { LaunchKind } from '../../src/core/admission.ts';
import { conclude } from '../../src/flow/conclude.ts';
import { hasten } from '../../src/flow/hasten.ts';
import { resultOf } from '../../src/flow/poll/follow-jobs.ts';
import { place } from '../../src/flow/records/place.ts';
import type {
  IntentRecord,
  LaunchEnd,
  LaunchRequest,
} from '../../src/flow/records/wait-records.ts';
import { type LaunchAsk, requestLaunch } from '../../src/flow/request-launch.ts';
import { aJob, aJobServer } from '../core/_factories.ts';
import { aClient, aServer, ready } from '../simulator/rig.ts';
import {
  aFlow,
  aRunningWave,
  at,
  type Flow,
  memberOf,
  of,
  planned,
  refused,
  serverId,
  target,
} from './_recorder.ts';

const phaseOf: Readonly<Record<LaunchKind, string>> = {
  StartReplication: 'replicate',
  StartTest: 'test',
  StartCutover: 'cutover',
  TerminateTargetInstances: 'test',
  StartDrill: 'drill',
  StartRecovery: 'recover',
  StartFailbackLaunch: 'failback',
  TerminateRecoveryInstances: 'drill',
  CreateExtendedSourceServer: 'extend',
};
const asks = (n: number, is: Partial<LaunchAsk> = {}): LaunchAsk => {
  const kind = is.kind ?? 'StartTest';
  return {
    subject: of(n),
    phase: phaseOf[kind],
    kind,
    stage: 'launch',
    token: `token-${n}`,
    place: at(n, phaseOf[kind], 'Launch'),
    ...is,
  };
};
const idOf = (n: number, kind: LaunchKind = 'StartTest') =>
  `p.w/${serverId(n)}/${phaseOf[kind]}/${kind}/1`;
const requests = (flow: Flow) => flow.all<LaunchRequest>(place.request(target, ''));
const intents = (flow: Flow) => flow.all<IntentRecord>(place.intent(target, ''));
const ends = (flow: Flow) => flow.all<LaunchEnd>(place.launchEnd(target, ''));

async function aFlowWith(
  servers: readonly number[],
  options: Parameters<typeof aFlow>[1] = {},
  lifeCycle = 'READY_FOR_TEST',
) {
  const flow = aFlow(
    servers.map((n) => ready(n, { lifeCycle })),
    options,
  );
  await aRunningWave(
    flow,
    servers.map((n) => planned(n)),
  );
  return flow;
}

/** Ticks until nothing is queued or under way, and says how many ticks that took. */
async function settle(flow: Flow, limit = 60): Promise<number> {
  for (let ticks = 0; ticks < limit; ticks += 1) {
    if ((await requests(flow)).length + (await intents(flow)).length === 0) return ticks;
    await flow.tick(60);
  }
  throw new Error('the queue never emptied');
}

describe('a launch', () => {
  it('is queued, started, followed to its end and answered with its own result', async () => {
    const flow = await aFlowWith([1, 2]);
    expect(await requestLaunch(flow.ports, asks(1))).toEqual({ request: idOf(1) });
    await requestLaunch(flow.ports, asks(2));
    expect(await requests(flow)).toHaveLength(2);
    await settle(flow);
    expect(flow.called('StartTest')).toBe(1);
    const { instanceId } = (await flow.body(place.server(target, serverId(1))))?.facts ?? {};
    expect(flow.sent.get('token-1')).toEqual({
      success: { status: 'launched', jobId: expect.stringMatching(/^mgnjob-/), instanceId },
    });
    expect(flow.sent.get('token-2')).toMatchObject({ success: { status: 'launched' } });
    expect((await memberOf(flow, 1)).launch).toMatchObject({
      kind: 'test',
      launchStatus: 'LAUNCHED',
      instanceId,
    });
    expect((await ends(flow)).map((end) => [end.id, end.status])).toEqual([
      [idOf(1), 'launched'],
      [idOf(2), 'launched'],
    ]);
    expect(flow.events.filter((e) => e.detailType === 'Source Server Launch Result')).toHaveLength(
      2,
    );
  });

  it('is asked for once, however often it is asked for', async () => {
    const flow = await aFlowWith([1]);
    await requestLaunch(flow.ports, asks(1));
    const before = await requests(flow);
    await requestLaunch(flow.ports, asks(1));
    expect(await requests(flow)).toEqual(before);
    const again = asks(1, { token: 'later', place: at(1, 'test', 'Launch', { retryCount: 1 }) });
    await requestLaunch(flow.ports, again);
    expect((await requests(flow)).map((r) => r.token)).toEqual(['later']);
    await settle(flow);
    expect([...flow.sent.keys()]).toEqual(['later']);
    await requestLaunch(flow.ports, asks(1, { token: 'latest' }));
    expect(flow.sent.get('latest')).toEqual(flow.sent.get('later'));
    expect(await requests(flow)).toEqual([]);
    expect(flow.called('StartTest')).toBe(1);
  });

  it('is made once although a retry queues it again in the moment it ends', async () => {
    const flow = await aFlowWith([1]);
    await requestLaunch(flow.ports, asks(1));
    flow.hooks.beforePut = async (partition) => {
      if (!partition.startsWith('launch-ends/')) return;
      flow.hooks.beforePut = () => {};
      const again = at(1, 'test', 'Launch', { retryCount: 1 });
      await requestLaunch(flow.ports, asks(1, { token: 'again', place: again }));
    };
    await settle(flow);
    expect(flow.called('StartTest')).toBe(1);
    expect(flow.sent.get('again')).toMatchObject({ success: { status: 'launched' } });
  });

  it('that the server brought along is answered at once', async () => {
    const flow = aFlow([
      ready(1, {
        lifeCycle: 'TESTING',
        launched: { ec2InstanceID: 'i-0123456789abcdef0', jobID: 'mgnjob-0123456789abcdef0' },
      }),
      ready(2),
    ]);
    await aRunningWave(flow, [planned(1), planned(2)]);
    await requestLaunch(flow.ports, asks(1));
    await requestLaunch(flow.ports, asks(2, { kind: 'TerminateTargetInstances' }));
    expect(flow.sent).toEqual(
      new Map([
        [
          'token-1',
          { success: { status: 'launched', jobId: null, instanceId: 'i-0123456789abcdef0' } },
        ],
        ['token-2', { success: { status: 'nothing-to-do', jobId: null, instanceId: null } }],
      ]),
    );
    expect(await requests(flow)).toEqual([]);
  });

  it('that can never be made is refused at once', async () => {
    const flow = aFlow([aServer(1, { lifeCycle: 'DISCONNECTED', replication: 'DISCONNECTED' })]);
    await aRunningWave(flow, [planned(1)]);
    await requestLaunch(flow.ports, asks(1));
    expect(flow.sent.get('token-1')).toMatchObject({ failure: { error: 'ServerDisconnected' } });
  });

  it('that failed for one server of a job fails for that server alone', async () => {
    const flow = await aFlowWith([1, 2], {
      faults: [
        {
          fault: 'launch-failure',
          on: 'test-launch',
          rawError: 'InsufficientInstanceCapacity',
          servers: { ids: [serverId(2)] },
        },
      ],
    });
    await requestLaunch(flow.ports, asks(1));
    await requestLaunch(flow.ports, asks(2));
    await settle(flow);
    expect(flow.sent.get('token-1')).toMatchObject({ success: { status: 'launched' } });
    expect(flow.sent.get('token-2')).toMatchObject({
      failure: {
        error: 'LaunchFailed',
        cause: expect.stringContaining('InsufficientInstanceCapacity'),
      },
    });
  });

  it('is given up at its deadline', async () => {
    const flow = await aFlowWith([1]);
    await requestLaunch(flow.ports, asks(1));
    flow.force.startJob = async () => refused('quota');
    for (let i = 0; i < 30; i += 1) await flow.tick(1800);
    expect(flow.sent.get('token-1')).toEqual({
      failure: {
        error: 'DeadlineExceeded',
        cause: 'StartTest did not start in time: quota-error: said no',
      },
    });
    expect(await requests(flow)).toEqual([]);
  });

  it('is given up when the server is gone', async () => {
    const flow = await aFlowWith([1]);
    await requestLaunch(flow.ports, asks(1));
    flow.force.describeSourceServers = async (ids) => {
      const answer = await flow.real.describeSourceServers(ids);
      return answer.ok ? { ...answer, value: [] } : answer;
    };
    await flow.tick(60);
    expect(flow.sent.get('token-1')).toMatchObject({ failure: { error: 'ServerVanished' } });
  });

  it('is withdrawn with its phase, unless it is under way', async () => {
    const flow = await aFlowWith([1, 2]);
    const end = { phase: 'test' as const, status: 'failed' as const, error: { Error: 'E' } };
    await requestLaunch(flow.ports, asks(1));
    await flow.tick(60);
    await requestLaunch(flow.ports, asks(2));
    await conclude(flow.ports, { subject: of(1), ...end });
    await conclude(flow.ports, { subject: of(2), ...end });
    expect((await requests(flow)).map((r) => r.server)).toEqual([serverId(1)]);
    await settle(flow);
    expect((await ends(flow)).map((e) => e.status)).toEqual(['launched']);
  });

  it('waits while its wave is paused', async () => {
    const flow = await aFlowWith([1]);
    await requestLaunch(flow.ports, asks(1));
    const command = {
      resumedAt: null,
      pauses: [{ from: '2024-03-04T16:20:00.000Z', until: null }],
      aborted: false,
    };
    await flow.store.put('wave/p.w', 'command', command, 0);
    await flow.tick(60);
    expect((await requests(flow))[0]?.reason).toBe('the wave is paused');
    await flow.store.put('wave/p.w', 'command', { ...command, pauses: [] }, 1);
    // As every resume does: the next look is due at once.
    await hasten(flow.ports, target);
    await flow.tick(60);
    expect(flow.called('StartTest')).toBe(1);
  });
});

describe('a lost answer', () => {
  it('is resolved by the job that carries the tag, and never by a second call', async () => {
    const flow = await aFlowWith([1]);
    await requestLaunch(flow.ports, asks(1));
    flow.force.startJob = async (kind, ids, tags) => {
      await flow.real.startJob(kind, ids, tags);
      return refused('ambiguous');
    };
    await flow.tick(60);
    expect(await intents(flow)).toEqual([
      {
        intentId: `us-east-1/2/${idOf(1)}`,
        kind: 'StartTest',
        wave: 'p.w',
        requests: [idOf(1)],
        servers: [serverId(1)],
        writtenAt: flow.now(),
        jobsBefore: { [serverId(1)]: null },
        jobId: null,
        completeReads: 0,
      },
    ]);
    await settle(flow);
    expect(flow.called('StartTest')).toBe(1);
    expect(flow.sent.get('token-1')).toMatchObject({ success: { status: 'launched' } });
  });

  it('without any job freezes the server after ten minutes of complete reads', async () => {
    const flow = await aFlowWith([1]);
    await requestLaunch(flow.ports, asks(1));
    flow.force.startJob = async () => refused('ambiguous');
    await flow.tick(60);
    for (let i = 0; i < 9; i += 1) await flow.tick(60);
    expect(flow.sent.size).toBe(0);
    await flow.tick(60);
    expect(flow.sent.get('token-1')).toEqual({
      failure: {
        error: 'LaunchUnresolved',
        cause:
          'StartTest was sent and never answered, and after 10 min no job carries its tag; look at the server, then decide',
      },
    });
    expect(await intents(flow)).toEqual([]);
    expect(await requests(flow)).toEqual([]);
  });

  it('is not resolved by somebody else’s job', async () => {
    const flow = await aFlowWith([1]);
    await requestLaunch(flow.ports, asks(1));
    flow.force.startJob = async (kind, ids) => {
      await flow.real.startJob(kind, ids, { Owner: 'somebody else' });
      return refused('ambiguous');
    };
    for (let i = 0; i < 11; i += 1) await flow.tick(60);
    expect(flow.sent.get('token-1')).toMatchObject({
      failure: {
        error: 'LaunchUnresolved',
        cause: expect.stringContaining('but the server was launched by somebody'),
      },
    });
  });

  it('survives a crash after the call: the job is adopted, not started again', async () => {
    const flow = await aFlowWith([1]);
    await requestLaunch(flow.ports, asks(1));
    flow.force.startJob = async (kind, ids, tags) => {
      await flow.real.startJob(kind, ids, tags);
      throw new Error('the function was killed');
    };
    await expect(flow.tick(60)).rejects.toThrow('the function was killed');
    flow.force.startJob = flow.real.startJob;
    flow.advance(300);
    await settle(flow);
    expect(flow.called('StartTest')).toBe(1);
    expect(flow.sent.get('token-1')).toMatchObject({ success: { status: 'launched' } });
  });

  it('of a job that never ends is given up after three hours', async () => {
    const flow = await aFlowWith([1]);
    await requestLaunch(flow.ports, asks(1));
    flow.force.describeJobs = async (filter) => {
      const answer = await flow.real.describeJobs(filter);
      return answer.ok
        ? { ...answer, value: answer.value.map((job) => ({ ...job, status: 'STARTED' })) }
        : answer;
    };
    for (let i = 0; i < 20; i += 1) await flow.tick(600);
    expect(flow.sent.get('token-1')).toMatchObject({
      failure: {
        error: 'LaunchUnresolved',
        cause: expect.stringMatching(/^job mgnjob-\w+ has not ended after 3 h 10 min$/),
      },
    });
  });
});

describe('a refused call', () => {
  const startJobs = (flow: Flow, first: ReturnType<typeof refused>) => {
    const made: (readonly string[])[] = [];
    flow.force.startJob = async (kind, ids, tags) => {
      made.push(ids);
      return made.length === 1 ? first : flow.real.startJob(kind, ids, tags);
    };
    return made;
  };

  it('drops the culprit and sends the others with the next tick, the culprit alone and later', async () => {
    const flow = await aFlowWith([1, 2, 3]);
    for (const n of [1, 2, 3]) await requestLaunch(flow.ports, asks(n));
    const made = startJobs(flow, refused('conflict', { culprits: [serverId(2)] }));
    await flow.tick(60);
    expect((await requests(flow)).map((r) => [r.server, r.refusals, r.notBefore])).toEqual([
      [serverId(1), 0, flow.now()],
      [serverId(2), 1, '2024-03-04T16:22:07.412Z'],
      [serverId(3), 0, flow.now()],
    ]);
    expect(await intents(flow)).toEqual([]);
    await settle(flow);
    expect(made).toEqual([
      [serverId(1), serverId(2), serverId(3)],
      [serverId(1), serverId(3)],
      [serverId(2)],
    ]);
    expect(flow.sent.size).toBe(3);
  });

  it('that blames nobody sends each server alone', async () => {
    const flow = await aFlowWith([1, 2]);
    for (const n of [1, 2]) await requestLaunch(flow.ports, asks(n));
    const made = startJobs(flow, refused('validation'));
    await settle(flow);
    expect(made).toEqual([[serverId(1), serverId(2)], [serverId(1)], [serverId(2)]]);
  });

  it('that refuses a server twice for itself ends its launch', async () => {
    const flow = await aFlowWith([1]);
    await requestLaunch(flow.ports, asks(1));
    flow.force.startJob = async () =>
      refused('validation', { errorName: 'ValidationException', culprits: [serverId(1)] });
    await settle(flow);
    expect(flow.sent.get('token-1')).toEqual({
      failure: {
        error: 'LaunchRefused',
        cause: 'StartTest was refused twice: ValidationException: said no',
      },
    });
  });

  it('that throttles is asked again no sooner than the service wants, and nothing else is called', async () => {
    const flow = await aFlowWith([1, 2]);
    await requestLaunch(flow.ports, asks(1));
    await requestLaunch(flow.ports, asks(2, { subject: of(2), kind: 'StartTest' }));
    const made = startJobs(flow, refused('throttled', { retryAfterSeconds: 240 }));
    await flow.tick(60);
    expect(made).toHaveLength(1);
    expect((await requests(flow)).map((r) => [r.refusals, r.notBefore])).toEqual([
      [0, '2024-03-04T16:25:07.412Z'],
      [0, '2024-03-04T16:25:07.412Z'],
    ]);
    await flow.tick(60);
    expect(made).toHaveLength(1);
    expect((await requests(flow))[0]?.reason).toBe(
      'refused before; asked again after 2024-03-04T16:25:07.412Z',
    );
    await settle(flow);
    expect(made).toHaveLength(2);
  });
});

describe('a reservation', () => {
  it('is granted, held, and launched on when its owner asks', async () => {
    const flow = await aFlowWith([1], {}, 'READY_FOR_CUTOVER');
    await requestLaunch(
      flow.ports,
      asks(1, { kind: 'StartCutover', stage: 'reserve', token: 'r' }),
    );
    await flow.tick(60);
    expect(flow.sent.get('r')).toEqual({
      success: { status: 'reserved', jobId: null, instanceId: null },
    });
    expect((await requests(flow))[0]).toMatchObject({
      stage: 'reserve',
      reservedUntil: '2024-03-04T22:21:07.412Z',
    });
    await flow.tick(60);
    expect(flow.called('StartCutover')).toBe(0);
    await requestLaunch(
      flow.ports,
      asks(1, {
        kind: 'StartCutover',
        token: 'l',
        place: at(1, 'cutover', 'Launch', { enteredAt: flow.now() }),
      }),
    );
    await settle(flow);
    expect(flow.called('StartCutover')).toBe(1);
    expect(flow.sent.get('l')).toMatchObject({ success: { status: 'launched' } });
  });

  it('is not launched on by a server that has fallen behind since', async () => {
    const flow = await aFlowWith([1], {}, 'READY_FOR_CUTOVER');
    flow.force.describeSourceServers = async (ids) => {
      const answer = await flow.real.describeSourceServers(ids);
      return answer.ok
        ? {
            ...answer,
            value: answer.value.map((d) => ({
              ...d,
              dataReplicationInfo: { ...(d['dataReplicationInfo'] as object), lagDuration: 'PT9S' },
            })),
          }
        : answer;
    };
    await requestLaunch(flow.ports, asks(1, { kind: 'StartCutover' }));
    await flow.tick(60);
    expect((await requests(flow))[0]?.reason).toBe('lag 9 s, above 0 s');
    expect(flow.called('StartCutover')).toBe(0);
  });
});

describe('a start of replication', () => {
  const discovered = (n: number) =>
    aServer(n, { lifeCycle: 'DISCOVERED', replication: 'STOPPED', agentless: true });
  const feeding = async (is: Parameters<typeof aFlow>[1] = {}) => {
    const flow = aFlow([discovered(1), discovered(2)], { vcenterClients: [aClient], ...is });
    await aRunningWave(flow, [planned(1), planned(2)]);
    await requestLaunch(flow.ports, asks(1, { kind: 'StartReplication' }));
    await requestLaunch(flow.ports, asks(2, { kind: 'StartReplication' }));
    return flow;
  };

  it('is one call a server, takes a reserved slot and is answered', async () => {
    const flow = await feeding();
    expect((await flow.body(place.target(target)))?.slotReservations).toEqual({ 'p.w': 2 });
    await flow.tick(60);
    expect(flow.called('StartReplication')).toBe(2);
    expect(flow.sent.get('token-1')).toEqual({
      success: { status: 'launched', jobId: null, instanceId: null },
    });
    expect((await flow.body(place.target(target)))?.slotReservations).toEqual({ 'p.w': 0 });
    expect(await requests(flow)).toEqual([]);
  });

  it('waits while its vCenter client is silent', async () => {
    const flow = await feeding({
      vcenterClients: [{ ...aClient, lastSeenDatetime: '2024-03-04T15:00:00.000000+00:00' }],
      faults: [{ fault: 'vcenter-client-dead', clients: { share: 1 }, after: 'PT0S' }],
    });
    await flow.tick(3600);
    expect((await requests(flow)).map((r) => r.reason)).toEqual([
      'vCenter client vcc-00000000000000001 is silent',
      'vCenter client vcc-00000000000000001 is silent',
    ]);
    expect(flow.called('StartReplication')).toBe(0);
  });

  it('with a lost answer is found by its effect', async () => {
    const flow = await feeding();
    flow.force.startReplication = async (id) => {
      await flow.real.startReplication(id);
      return refused('ambiguous');
    };
    await flow.tick(60);
    expect(flow.sent.size).toBe(0);
    await flow.tick(60);
    expect(flow.called('StartReplication')).toBe(2);
    expect(flow.sent.get('token-1')).toMatchObject({ success: { status: 'launched' } });
  });

  it('that is throttled stops the calls of the tick', async () => {
    const flow = await feeding();
    let made = 0;
    flow.force.startReplication = async () => {
      made += 1;
      return refused('throttled');
    };
    await flow.tick(60);
    expect(made).toBe(1);
    expect(await requests(flow)).toHaveLength(2);
  });
});

describe('resultOf', () => {
  const log = (event: string, data = {}) => [
    { event, eventData: { sourceServerID: serverId(1), ...data } },
  ];
  const server = aJobServer({ sourceServerId: serverId(1) });
  const job = aJob({ servers: [server] });
  const result = {
    kind: 'cutover',
    jobId: 'mgnjob-1',
    launchStatus: 'LAUNCHED',
    instanceId: 'i-1',
    usedPreviousSnapshot: false,
    reason: undefined,
  };

  it('takes LAUNCHED, or TERMINATED for a termination, as the only success', () => {
    expect(resultOf('StartCutover', job, serverId(1), [])).toEqual({
      status: 'launched',
      result,
      failure: null,
    });
    const ended = aJob({ servers: [{ ...server, launchStatus: 'TERMINATED' }] });
    expect(resultOf('TerminateTargetInstances', ended, serverId(1), []).status).toBe('launched');
    expect(resultOf('StartTest', ended, serverId(1), []).failure?.code).toBe('LaunchFailed');
  });

  it('fails a server that the job does not know', () => {
    expect(resultOf('StartTest', job, serverId(9), [])).toMatchObject({
      status: 'failed',
      result: { launchStatus: 'UNKNOWN' },
      failure: { code: 'LaunchFailed' },
    });
  });

  it('fails a skipped server, and a cutover from an earlier snapshot', () => {
    expect(resultOf('StartTest', job, serverId(1), log('SERVER_SKIPPED')).failure).toEqual({
      code: 'ServerSkipped',
      message: 'StartTest skipped the server in job mgnjob-1',
      detail: 'mgnjob-1',
    });
    const previous = log('USING_PREVIOUS_SNAPSHOT');
    expect(resultOf('StartCutover', job, serverId(1), previous).failure?.code).toBe(
      'PreviousSnapshotUsed',
    );
    expect(resultOf('StartTest', job, serverId(1), previous).status).toBe('launched');
  });

  it('says what the log says', () => {
    const bad = aJob({ servers: [{ ...server, launchStatus: 'FAILED' }] });
    expect(
      resultOf('StartCutover', bad, serverId(1), log('LAUNCH_FAILED', { rawError: 'no room' }))
        .failure?.message,
    ).toContain('LAUNCH_FAILED: no room');
  });
});
