import { describe, expect, it } from 'vitest';
import { conclude } from '../../src/flow/conclude.ts';
import { isLater, type Parking, park, placeKey } from '../../src/flow/park.ts';
import { place } from '../../src/flow/records/place.ts';
import type { WaitRecord } from '../../src/flow/records/wait-records.ts';
import { requestLaunch } from '../../src/flow/request-launch.ts';
import { freezeSource } from '../../src/flow/steps/freeze-source.ts';
import { ready } from '../simulator/rig.ts';
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
  startAt,
  subject,
  target,
} from './_recorder.ts';

const launchable = (n: number, is: Partial<Parking> = {}): Parking => ({
  subject: of(n),
  phase: 'replicate',
  wait: 'launchable',
  token: `token-${n}`,
  place: at(n, 'replicate', 'AwaitLaunchable'),
  ...is,
});
const waits = (flow: Flow) => flow.all<WaitRecord>(place.wait(target, ''));
const key = (n: number) => `p.w.${serverId(n)}.replicate.1 AwaitLaunchable`;

async function parked(n = 1, fleet = [ready(1)]) {
  const flow = aFlow(fleet);
  await aRunningWave(flow, [planned(n)]);
  await park(flow.ports, launchable(n));
  return flow;
}

describe('park', () => {
  it('keeps the token with its condition and deadline, and makes a look due', async () => {
    const flow = await parked();
    expect(await waits(flow)).toEqual([
      {
        key: key(1),
        wave: 'p.w',
        server: serverId(1),
        tier: 0,
        phase: 'replicate',
        wait: 'launchable',
        condition: {
          kind: 'launchable',
          lagSeconds: 60,
          backlogBytes: 0,
          sustainedPolls: 3,
          sustainedSeconds: 180,
          stallGraceSeconds: 900,
        },
        notBefore: startAt,
        deadlineAt: '2024-04-03T16:20:07.412Z',
        deadlineFrom: '2024-03-04T16:20:07.412Z',
        onDeadline: 'fail',
        token: 'token-1',
        enteredAt: startAt,
        retryCount: 0,
        contractVersion: 1,
        pace: 'near',
        reason: 'not looked at yet',
        trail: [],
        memory: {},
      },
    ]);
    expect((await flow.body(place.target(target)))?.nextTickAt).toBe(startAt);
  });

  it('changes nothing when it is repeated', async () => {
    const flow = await parked();
    await flow.tick();
    const before = await waits(flow);
    expect(await park(flow.ports, launchable(1))).toEqual({ parked: key(1) });
    expect(await waits(flow)).toEqual(before);
  });

  it('takes a later token of the same place, and never an earlier one', async () => {
    const flow = await parked();
    const retried = at(1, 'replicate', 'AwaitLaunchable', { retryCount: 1 });
    await park(flow.ports, launchable(1, { token: 'later', place: retried }));
    await park(flow.ports, launchable(1));
    expect((await waits(flow)).map((w) => [w.token, w.retryCount])).toEqual([['later', 1]]);
  });

  it('refuses a server or a wave that nobody knows', async () => {
    const flow = await parked();
    await expect(park(flow.ports, launchable(9))).rejects.toMatchObject({ name: 'InvalidInput' });
    await expect(
      park(flow.ports, launchable(1, { subject: { wave: 'p.w' } })),
    ).rejects.toMatchObject({ name: 'InvalidInput' });
    await expect(
      park(flow.ports, launchable(1, { subject: { wave: 'p.none' }, wait: 'wave' })),
    ).rejects.toMatchObject({ name: 'InvalidInput', message: expect.stringContaining('p.none') });
    await expect(
      park(flow.ports, launchable(1, { wait: 'drained', phase: 'cutover' })),
    ).rejects.toMatchObject({ message: expect.stringContaining('never frozen') });
  });
});

describe('isLater', () => {
  it('compares the entry first, then the retries', () => {
    const recorded = { enteredAt: startAt, retryCount: 1 };
    const issued = (enteredAt: string, retryCount: number) => ({
      execution: 'e',
      state: 's',
      enteredAt,
      retryCount,
    });
    expect(isLater(issued(startAt, 1), recorded)).toBe(false);
    expect(isLater(issued(startAt, 2), recorded)).toBe(true);
    expect(isLater(issued('2024-03-04T16:20:08.000Z', 0), recorded)).toBe(true);
    expect(isLater(issued('2024-03-04T16:20:06.000Z', 9), recorded)).toBe(false);
    expect(placeKey(issued(startAt, 0))).toBe('e s');
  });
});

describe('a parked wait', () => {
  it('is released by the tick that sees its condition hold, with its evidence told once', async () => {
    const flow = await parked();
    for (let i = 0; i < 3; i += 1) await flow.tick(60);
    expect(flow.sent.size).toBe(0);
    expect(await flow.tick(60)).toMatchObject({ released: 1 });
    expect(flow.sent).toEqual(
      new Map([['token-1', { success: { heldPolls: 4, heldSeconds: 180 } }]]),
    );
    expect(await waits(flow)).toEqual([]);
    expect(flow.events.filter((e) => e.detailType === 'Wave Server Wait Ended')).toEqual([
      expect.objectContaining({
        detail: expect.objectContaining({
          wait: 'launchable',
          ended: 'met',
          waitedSeconds: 240,
          stream: `wave/p/w/${serverId(1)}`,
        }),
      }),
    ]);
  });

  it('begins its run anew after a failed tick', async () => {
    const flow = await parked();
    await flow.tick(60);
    await flow.tick(60);
    flow.force.describeSourceServers = async () => refused('ambiguous');
    await expect(flow.tick(60)).rejects.toMatchObject({ name: 'TransientFailure' });
    flow.force.describeSourceServers = flow.real.describeSourceServers;
    await flow.tick(60);
    expect((await waits(flow))[0]?.memory).toEqual({
      heldSince: { tick: 5, at: flow.now() },
    });
    expect(flow.sent.size).toBe(0);
  });

  it('is not released by what was read before it was parked', async () => {
    const flow = await parked();
    expect(await flow.tick(0)).toMatchObject({ tick: 'done', released: 0 });
    expect((await waits(flow))[0]).toMatchObject({ reason: 'not looked at yet', memory: {} });
  });

  it('is not released while its wave is paused', async () => {
    const flow = await parked();
    await flow.store.put(
      'wave/p.w',
      'command',
      {
        resumedAt: null,
        pauses: [{ from: '2024-03-04T16:20:00.000Z', until: null }],
        aborted: false,
      },
      0,
    );
    for (let i = 0; i < 6; i += 1) await flow.tick(900);
    expect(flow.sent.size).toBe(0);
    expect(await waits(flow)).toHaveLength(1);
  });

  it('fails at its deadline, with what it still waited for', async () => {
    const flow = aFlow(
      [ready(1, { lifeCycle: 'NOT_READY', replication: 'INITIATING', synced: 0 })],
      {
        parameters: { linkMbps: 0.001 },
      },
    );
    await aRunningWave(flow, [
      planned(1, {
        deadlines: {
          replicateSeconds: 3600,
          testSeconds: 1,
          cutoverSeconds: 1,
          finalizeSeconds: 1,
        },
      }),
    ]);
    await park(flow.ports, launchable(1));
    await flow.tick(60);
    expect(flow.sent.size).toBe(0);
    await flow.tick(3600);
    expect(flow.sent.get('token-1')).toEqual({
      failure: {
        error: 'DeadlineExceeded',
        cause: expect.stringMatching(/^not launchable by 2024-03-04T17:20:07.412Z: life cycle/),
      },
    });
    expect(await waits(flow)).toEqual([]);
  });

  it('fails when its server is gone in two looks', async () => {
    const flow = await parked(1, [ready(1), ready(2)]);
    flow.force.describeSourceServers = async (ids) => {
      const answer = await flow.real.describeSourceServers(ids);
      return answer.ok ? { ...answer, value: [] } : answer;
    };
    await flow.tick(60);
    expect(flow.sent.size).toBe(0);
    await flow.tick(60);
    expect(flow.sent.get('token-1')).toMatchObject({ failure: { error: 'ServerVanished' } });
  });

  it('goes when its phase has concluded', async () => {
    const flow = await parked();
    await conclude(flow.ports, {
      subject: of(1),
      phase: 'replicate',
      status: 'failed',
      error: { Error: 'ReplicationStalled', Cause: 'AGENT_NOT_SEEN' },
    });
    expect(await waits(flow)).toEqual([]);
    expect((await memberOf(flow, 1)).results).toEqual([
      {
        phase: 'replicate',
        attempt: 1,
        status: 'failed',
        endedAt: startAt,
        eventId: 'wave/p/w/s-00000000000000001/1',
        failure: { code: 'ReplicationStalled', message: 'AGENT_NOT_SEEN' },
      },
    ]);
  });

  it('is written only when what it must remember has changed', async () => {
    const flow = aFlow(
      [ready(1, { lifeCycle: 'NOT_READY', replication: 'INITIATING', synced: 0 })],
      { parameters: { linkMbps: 0.001 } },
    );
    await aRunningWave(flow, [planned(1)]);
    await park(flow.ports, launchable(1));
    for (let i = 0; i < 4; i += 1) await flow.tick(900);
    flow.writes.length = 0;
    for (let i = 0; i < 4; i += 1) await flow.tick(900);
    expect(flow.writes.filter((w) => w.startsWith('waits/'))).toEqual([]);
  });
});

describe('a held wave', () => {
  const hold = (token: string): Parking => ({
    subject: { wave: subject.wave },
    phase: 'wave',
    wait: 'wave',
    token,
    place: { execution: 'x:p.w', state: 'AwaitWave', enteredAt: startAt, retryCount: 0 },
  });

  it('is released when a person resumes it', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    const held = await flow.body(place.wave(subject.wave));
    await flow.store.put(
      'wave/p.w',
      'wave',
      { ...held, held: { since: startAt, reason: 'r' } },
      (await flow.store.get('wave/p.w', 'wave'))?.version ?? 0,
    );
    await park(flow.ports, hold('hold'));
    await flow.tick(60);
    expect(flow.sent.size).toBe(0);
    await flow.store.put(
      'wave/p.w',
      'command',
      { resumedAt: flow.now(), pauses: [], aborted: false },
      0,
    );
    await flow.tick(900);
    expect(flow.sent.get('hold')).toEqual({ success: { resumed: true } });
  });

  it('is released when its hold expires, as review then ends it', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)], { holdTimeoutSeconds: 600 });
    const { version = 0, body } = (await flow.store.get('wave/p.w', 'wave')) ?? {};
    await flow.store.put(
      'wave/p.w',
      'wave',
      { ...(body as object), held: { since: startAt, reason: 'r' } },
      version,
    );
    await park(flow.ports, hold('hold'));
    await flow.tick(599);
    expect(flow.sent.size).toBe(0);
    await flow.tick(60);
    expect(flow.sent.get('hold')).toEqual({ success: { expired: true } });
  });

  it('waits for a free slot where it is not held', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    await park(flow.ports, hold('slots'));
    await flow.tick(60);
    expect(flow.sent.get('slots')).toEqual({ success: { freeSlots: 149 } });
  });
});

describe('the waits of a launched server', () => {
  const parkIn = (flow: Flow, wait: Parking['wait'], phase: string, n = 1) =>
    park(flow.ports, {
      subject: of(n),
      phase,
      wait,
      token: `${wait}-${n}`,
      place: at(n, phase, `Await-${wait}`, { enteredAt: flow.now() }),
    });
  const until = async (flow: Flow, token: string, limit = 60) => {
    for (let ticks = 0; ticks < limit && !flow.sent.has(token); ticks += 1) await flow.tick(60);
    return flow.sent.get(token);
  };
  const launch = (flow: Flow, kind: 'StartTest' | 'TerminateTargetInstances') =>
    requestLaunch(flow.ports, {
      subject: of(1),
      phase: 'test',
      kind,
      stage: 'launch',
      token: kind,
      place: at(1, 'test', kind),
    });

  it('end healthy with the evidence on record, and idle when the termination is over', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    await launch(flow, 'StartTest');
    const started = await until(flow, 'StartTest');
    if (started === undefined || 'failure' in started) throw new Error(JSON.stringify(started));
    const { jobId, instanceId } = started.success as { jobId: string; instanceId: string };
    await parkIn(flow, 'healthy', 'test');
    expect(await until(flow, 'healthy-1')).toEqual({ success: { instanceId, jobId } });
    expect((await memberOf(flow, 1)).health).toEqual({
      launch: 'test',
      instanceId,
      jobId,
      at: flow.now(),
    });
    expect(flow.events.filter((e) => e.detailType === 'Wave Server Healthy')).toHaveLength(1);
    await flow.real.changeLifeCycleState(serverId(1), 'READY_FOR_CUTOVER');
    await launch(flow, 'TerminateTargetInstances');
    expect(await until(flow, 'TerminateTargetInstances')).toMatchObject({
      success: { status: 'launched' },
    });
    await parkIn(flow, 'idle', 'test');
    expect(await until(flow, 'idle-1')).toEqual({ success: {} });
    // The termination is no launch: the record still says how the test was launched.
    expect((await memberOf(flow, 1)).launch).toMatchObject({ kind: 'test', jobId });
  });

  it('fail when somebody else takes the launch back', async () => {
    const flow = aFlow([
      ready(1, {
        lifeCycle: 'TESTING',
        launched: { ec2InstanceID: 'i-0123456789abcdef0', jobID: 'mgnjob-0123456789abcdef0' },
      }),
    ]);
    await aRunningWave(flow, [planned(1)]);
    await parkIn(flow, 'healthy', 'test');
    await flow.real.changeLifeCycleState(serverId(1), 'READY_FOR_TEST');
    expect(await until(flow, 'healthy-1', 2)).toMatchObject({
      failure: { error: 'LifecycleUnexpected' },
    });
    expect((await memberOf(flow, 1)).health).toBeNull();
  });

  it('end drained after heartbeats that all came after the freeze', async () => {
    const flow = aFlow([ready(1, { lifeCycle: 'READY_FOR_CUTOVER' })]);
    await aRunningWave(flow, [planned(1)]);
    await freezeSource(flow.ports, { subject: of(1) });
    await parkIn(flow, 'drained', 'cutover');
    await flow.tick(60);
    expect((await waits(flow))[0]?.reason).toBe('no heartbeat since the freeze yet');
    expect(await until(flow, 'drained-1')).toEqual({ success: { heartbeats: 3 } });
  });

  it('are let go no faster than the rate budget carries the calls that follow', async () => {
    const servers = Array.from({ length: 60 }, (_, i) => i + 1);
    const flow = aFlow(servers.map((n) => ready(n)));
    await aRunningWave(
      flow,
      servers.map((n) => planned(n)),
    );
    for (const n of servers) await parkIn(flow, 'idle', 'rollback', n);
    expect(await flow.tick(60)).toMatchObject({ released: 50 });
    expect(await flow.tick(60)).toMatchObject({ released: 10 });
  });
});
