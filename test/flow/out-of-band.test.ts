// What others do, as it reaches react: native events hasten, calls of CloudTrail are told once and hold where the plan says.
import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../src/core/event/catalogue.ts';
import { DetailType } from '../../src/core/event/detail-type.ts';
import { fromMs, plusSeconds, toMs } from '../../src/core/time.ts';
import { conclude } from '../../src/flow/conclude.ts';
import { hastenNative } from '../../src/flow/hasten.ts';
import { runOrder } from '../../src/flow/operate/run-order.ts';
import { statusOf } from '../../src/flow/operate/status-of.ts';
import { park } from '../../src/flow/park.ts';
import { react } from '../../src/flow/react.ts';
import { place } from '../../src/flow/records/place.ts';
import { requestLaunch } from '../../src/flow/request-launch.ts';
import { markReadyForCutover } from '../../src/flow/steps/mark-ready-for-cutover.ts';
import { nextStage } from '../../src/flow/steps/next-stage.ts';
import { accountId, ready, region, start } from '../simulator/rig.ts';
import {
  aFlow,
  aRunningWave,
  arnOf,
  at,
  type Flow,
  machine,
  memberOf,
  of,
  ourselves,
  planned,
  serverId,
  startAt,
  subject,
  target,
} from './_recorder.ts';

const us = { wave: machine('wave'), ourselves };
const native = (flow: Flow, resources: readonly string[], source = 'aws.mgn') =>
  react(flow.ports, { source, 'detail-type': 'MGN x', resources, detail: {} }, us);

const detail = (is: object = {}) => ({
  eventID: 'event-1',
  eventTime: fromMs(start + 60_000),
  eventSource: 'mgn.amazonaws.com',
  eventName: 'StopReplication',
  awsRegion: region,
  recipientAccountId: accountId,
  requestParameters: { sourceServerID: serverId(1) },
  userIdentity: {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${accountId}:assumed-role/ops/anna`,
    accountId,
  },
  ...is,
});
const call = (flow: Flow, is: object = {}) =>
  react(
    flow.ports,
    {
      source: 'aws.mgn',
      'detail-type': 'AWS API Call via CloudTrail',
      resources: [],
      detail: detail(is),
    },
    us,
  );
const resumeServer = (flow: Flow, server: string, reason = 'they are done') =>
  runOrder(flow.ports, {
    order: 'resume',
    scope: { kind: 'servers', wave: 'p.w', servers: [server] },
    by: 'ben',
    reason,
  });
const told = (flow: Flow, type: string) => flow.events.filter((e) => e.detailType === type);
const action = 'Source Server Out-of-Band Action';
const distinct = (flow: Flow, type: string) =>
  new Set(told(flow, type).map((e) => e.detail['eventId']));
const held = (flow: Flow) => distinct(flow, 'Wave Server Held').size;

describe('native events', () => {
  it('of a storm make one write and one early tick, twenty seconds after the last', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await flow.tick();
    flow.writes.length = 0;
    for (let n = 0; n < 500; n += 1) await native(flow, [arnOf(1), arnOf(2)]);
    expect(flow.writes).toEqual([`${place.target(target).partition} target`]);
    expect((await flow.tick(10)).tick).toBe('skipped');
    expect((await flow.tick(10)).tick).toBe('done');
    expect((await flow.tick(10)).tick).toBe('skipped');
  });

  it('that never end neither keep the ticks away nor make them follow one another faster', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    let ticks = 0;
    for (let second = 0; second < 600; second += 1) {
      await native(flow, [arnOf(1)]);
      if ((await flow.tick(1)).tick === 'done') ticks += 1;
    }
    expect(ticks).toBeGreaterThanOrEqual(600 / 60);
    expect(ticks).toBeLessThanOrEqual(600 / 15);
  });

  it('are not lost where they come while a tick runs', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    await native(flow, [arnOf(1)]);
    const describeJobs = flow.real.describeSourceServers;
    flow.force.describeSourceServers = async (...ids) => {
      await native(flow, [arnOf(1)]);
      return describeJobs(...ids);
    };
    expect((await flow.tick(7 * 3600)).tick).toBe('done');
    const next = (await flow.body(place.target(target)))?.nextTickAt ?? '';
    expect(toMs(next) - toMs(flow.now())).toBeLessThanOrEqual(60_000);
  });

  it('of DRS, and with asterisks around their values, hasten the target that is polled', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    expect(await native(flow, [`*${arnOf(1)}*`])).toEqual({ did: 'hastened', targets: 1 });
    const ofDrs = `arn:aws:drs:${region}:${accountId}:recovery-instance/i-1`;
    flow.writes.length = 0;
    expect(await native(flow, [ofDrs], 'aws.drs')).toMatchObject({ did: 'nothing' });
    expect(flow.writes).toEqual([]);
    const drs = { ...target, service: 'drs' as const };
    const record = await flow.body(place.target(target));
    if (record === undefined) throw new Error('no record');
    await flow.store.put(place.target(drs).partition, 'target', { ...record, target: drs }, 0);
    expect(await native(flow, [ofDrs], 'aws.drs')).toEqual({ did: 'hastened', targets: 1 });
  });

  it('never put a tick off that is due earlier', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    await native(flow, [arnOf(1)]);
    const due = (await flow.body(place.target(target)))?.nextTickAt;
    flow.advance(15);
    expect(await hastenNative(flow.ports, target)).toBe(true);
    expect((await flow.body(place.target(target)))?.nextTickAt).toBe(due);
  });
});

describe('a call of somebody else', () => {
  it('is told once on the stream of its server, without a gap, however often it is delivered', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    expect(await call(flow)).toEqual({ did: 'recorded', told: 1, held: [] });
    await call(flow);
    await call(flow, { eventID: 'event-2', errorCode: 'ConflictException' });
    await call(flow);
    const events = told(flow, action);
    expect(events.map((e) => [e.detail['trailEventId'], e.detail['errorCode']])).toEqual([
      ['event-1', null],
      ['event-2', 'ConflictException'],
    ]);
    const own = flow.events.filter((e) => e.detail['stream'] === events[0]?.detail['stream']);
    expect(own.map((e) => e.detail['sequence'])).toEqual(own.map((_, i) => i + 1));
    await flow.tick(900);
    expect((await flow.body(place.server(target, serverId(1))))?.toldCalls).toHaveLength(2);
  });

  it('of two servers is told on both streams; one on a server that was never seen on its target’s', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await flow.tick();
    const named = [serverId(1), serverId(2), serverId(9)];
    expect(await call(flow, { requestParameters: { sourceServerIDs: named } })).toMatchObject({
      told: 3,
    });
    await call(flow, { requestParameters: { sourceServerIDs: named } });
    expect(told(flow, action).map((e) => e.detail['sourceServerId'])).toEqual(named.slice(0, 2));
    expect(told(flow, 'Target Out-of-Band Action').map((e) => e.detail['servers'])).toEqual([
      [serverId(9)],
    ]);
  });

  it('about the account as a whole is told on the stream of its target', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    await call(flow, { eventName: 'DeleteJob', requestParameters: { jobID: 'mgnjob-1' } });
    const [event] = told(flow, DetailType.TargetOutOfBand);
    expect(() => eventSchema(DetailType.TargetOutOfBand).parse(event?.detail)).not.toThrow();
    expect(event?.detail).toMatchObject({
      operation: 'DeleteJob',
      resource: 'mgnjob-1',
      servers: [],
      stream: `target/mgn/${accountId}/${region}`,
    });
  });

  it('hastens a look where it took effect', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    await call(flow, { errorCode: 'AccessDeniedException' });
    expect((await flow.tick(30)).tick).toBe('skipped');
    await call(flow, { eventID: 'event-2' });
    expect((await flow.tick(30)).tick).toBe('done');
  });

  it('changes nothing where it is ours, or where nobody polls its target', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    flow.writes.length = 0;
    const arn = `arn:aws:sts::${accountId}:assumed-role/landfall-member-test/landfall-test`;
    expect(await call(flow, { userIdentity: { type: 'AssumedRole', arn } })).toEqual({
      did: 'nothing',
      because: 'Landfall made it',
    });
    expect(await call(flow, { awsRegion: 'eu-west-3' })).toEqual({
      did: 'nothing',
      because: 'nobody polls its target',
    });
    expect(flow.writes).toEqual([]);
  });

  it('that the bus refuses is published by the next tick', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    flow.hooks.refuses = ({ detailType }) => detailType === action;
    await call(flow);
    expect(told(flow, action)).toEqual([]);
    delete flow.hooks.refuses;
    await flow.tick(30);
    expect(told(flow, action)).toHaveLength(1);
  });

  it('is told once also where its recording dies at any write and is tried again', async () => {
    for (let dies = 0; dies < 12; dies += 1) {
      const flow = aFlow([ready(1)]);
      await aRunningWave(flow, [planned(1)], { outOfBand: 'hold' });
      let writes = 0;
      flow.hooks.beforePut = () => {
        writes += 1;
        if (writes === dies + 1) throw new Error('died');
      };
      await call(flow).catch(() => undefined);
      delete flow.hooks.beforePut;
      await call(flow);
      expect([dies, distinct(flow, action).size, held(flow)]).toEqual([dies, 1, 1]);
      if (writes <= dies) return;
    }
    throw new Error('more writes than this test tries');
  });
});

describe('a plan that holds', () => {
  const holding = async (policy: object = { outOfBand: 'hold' }) => {
    const flow = aFlow([ready(1), ready(2)]);
    await aRunningWave(flow, [planned(1), planned(2)], policy);
    return flow;
  };

  it('holds a server for what was done to it, and nothing else', async () => {
    const tells = await holding({});
    await call(tells);
    const flow = await holding();
    await call(flow, { errorCode: 'ConflictException' });
    await call(flow, { eventID: '2', eventName: 'TagResource' });
    await call(flow, { eventID: '3', eventTime: plusSeconds(startAt, -3600) });
    expect([held(tells), held(flow)]).toEqual([0, 0]);
    expect(await call(flow, { eventID: '4' })).toMatchObject({ held: [serverId(1)] });
    expect(await call(flow, { eventID: '5' })).toMatchObject({ held: [] });
    expect(held(flow)).toBe(1);
    const [wave] = (await statusOf(flow.ports)).plans[0]?.waves ?? [];
    expect(wave?.members.map((member) => member.held?.reason ?? null)).toEqual([
      `assumed-role/ops (anna) called StopReplication at ${fromMs(start + 60_000)}`,
      null,
    ]);
    expect(wave?.help.map(({ command }) => command)).toContain(
      `landfall resume p.w --server ${serverId(1)} --reason "…"`,
    );
  });

  it('releases no wait of a held server, moves its deadline, and goes on when it is resumed', async () => {
    const flow = await holding();
    await park(flow.ports, {
      subject: of(1),
      phase: 'replicate',
      wait: 'launchable',
      token: 'token',
      place: at(1, 'replicate', 'AwaitLaunchable'),
    });
    await call(flow);
    for (let n = 0; n < 30; n += 1) await flow.tick(3600);
    expect(flow.sent.size).toBe(0);
    const reply = await resumeServer(flow, 'host-1', 'agreed');
    expect(reply.status).toBe('done');
    expect(told(flow, 'Wave Server Resumed')[0]?.detail).toMatchObject({
      by: 'ben',
      reason: 'agreed',
    });
    for (let n = 0; n < 10; n += 1) await flow.tick(60);
    expect(flow.sent.get('token')).toMatchObject({ success: expect.anything() });
  });

  it('launches nothing for a held server, and gives its request up when the hold expires', async () => {
    const flow = await holding({ outOfBand: 'hold', holdTimeoutSeconds: 7200 });
    await call(flow);
    await requestLaunch(flow.ports, {
      subject: of(1),
      phase: 'test',
      kind: 'StartTest',
      stage: 'launch',
      token: 'token',
      place: at(1, 'test', 'LaunchTest'),
    });
    for (let n = 0; n < 6; n += 1) await flow.tick(600);
    expect([flow.called('StartTest'), flow.sent.size]).toEqual([0, 0]);
    for (let n = 0; n < 10; n += 1) await flow.tick(600);
    expect(flow.called('StartTest')).toBe(0);
    expect(flow.sent.get('token')).toMatchObject({ failure: { error: 'HoldExpired' } });
  });

  it('refuses a step of a held server, whose phase begins anew when it is resumed', async () => {
    const flow = await holding();
    await call(flow);
    const step = markReadyForCutover(flow.ports, { subject: of(1) });
    await expect(step).rejects.toMatchObject({ name: 'PermanentFailure', code: 'ServerHeld' });
    expect(flow.called('ChangeServerLifeCycleState')).toBe(0);
    const failed = {
      Error: 'PermanentFailure',
      Cause: 'ServerHeld: held until a person resumes it',
    };
    await conclude(flow.ports, {
      subject: of(1),
      phase: 'replicate',
      status: 'failed',
      error: failed,
    });
    await conclude(flow.ports, { subject: of(2), phase: 'replicate', status: 'succeeded' });
    const stage = await nextStage(flow.ports, { subject });
    expect(stage.servers.map(({ server, phase }) => [server, phase])).toEqual([
      [serverId(2), 'test'],
    ]);
    await conclude(flow.ports, { subject: of(2), phase: 'test', status: 'failed', error: {} });
    await conclude(flow.ports, { subject: of(2), phase: 'rollback', status: 'failed', error: {} });
    expect(await nextStage(flow.ports, { subject })).toEqual({ action: 'wait', servers: [] });
    await park(flow.ports, {
      subject: { wave: 'p.w' },
      phase: 'wave',
      wait: 'wave',
      token: 'wave-token',
      place: at(1, 'wave', 'AwaitWave'),
    });
    await flow.tick();
    expect(flow.sent.has('wave-token')).toBe(false);
    await resumeServer(flow, serverId(1));
    await flow.tick();
    expect(flow.sent.get('wave-token')).toEqual({ success: { ordered: true } });
    expect(await nextStage(flow.ports, { subject })).toMatchObject({
      action: 'run',
      servers: [{ server: serverId(1), phase: 'replicate', attempt: 2 }],
    });
    expect((await memberOf(flow, 1)).outcome).toBeNull();
  });

  it('ends a server as frozen that nobody resumed between two phases', async () => {
    const flow = await holding({ outOfBand: 'hold', holdTimeoutSeconds: 3600 });
    await call(flow);
    for (const n of [1, 2]) {
      await conclude(flow.ports, { subject: of(n), phase: 'replicate', status: 'succeeded' });
    }
    flow.advance(3601);
    await nextStage(flow.ports, { subject });
    expect((await memberOf(flow, 1)).outcome).toMatchObject({
      outcome: 'frozen',
      code: 'HoldExpired',
    });
    expect((await memberOf(flow, 2)).outcome).toBeNull();
  });

  it('is resumed only where it is held, by a name that one server has', async () => {
    const flow = await holding();
    const order = (server: string) => resumeServer(flow, server);
    expect(await order('nobody')).toMatchObject({ refusal: { kind: 'unknown-server' } });
    expect(await order(serverId(1))).toMatchObject({ refusal: { kind: 'nothing-to-resume' } });
    await call(flow);
    expect(await order(serverId(1))).toMatchObject({ status: 'done' });
    expect(await order(serverId(1))).toMatchObject({ status: 'already' });
    expect(told(flow, 'Wave Server Resumed')).toHaveLength(1);
    await call(flow, { eventID: 'late', eventTime: startAt });
    expect(held(flow)).toBe(1);
  });
});
