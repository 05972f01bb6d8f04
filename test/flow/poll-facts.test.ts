import { describe, expect, it } from 'vitest';
import { plusSeconds } from '../../src/core/time.ts';
import { park } from '../../src/flow/park.ts';
import type { WireDocument } from '../../src/flow/ports.ts';
import type { Place } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import type { ServerRecord } from '../../src/flow/records/server-records.ts';
import type { TargetRecord } from '../../src/flow/records/target-records.ts';
import { requestLaunch } from '../../src/flow/request-launch.ts';
import { aClient, ready } from '../simulator/rig.ts';
import {
  aFlow,
  aRunningWave,
  at,
  type Flow,
  of,
  planned,
  refused,
  serverId,
  target,
} from './_recorder.ts';

const sixHours = 6 * 3600;
const serverAt = place.server(target, serverId(1));
const told = (flow: Flow, type: string) =>
  flow.events.filter((e) => e.detailType === type).map((e) => e.detail);

/** Shows a server otherwise than the simulator does. */
function shown(flow: Flow, change: (document: WireDocument) => WireDocument): void {
  flow.force.describeSourceServers = async (ids) => {
    const answer = await flow.real.describeSourceServers(ids);
    return answer.ok ? { ...answer, value: answer.value.map(change) } : answer;
  };
}

const part = (document: WireDocument, key: string): WireDocument => {
  const value = document[key];
  return typeof value === 'object' && value !== null ? { ...value } : {};
};
const replicating = (document: WireDocument, info: WireDocument): WireDocument => ({
  ...document,
  dataReplicationInfo: { ...part(document, 'dataReplicationInfo'), ...info },
});
const living = (document: WireDocument, lifeCycle: WireDocument): WireDocument => ({
  ...document,
  lifeCycle: { ...part(document, 'lifeCycle'), ...lifeCycle },
});

/** Writes a document as an older Landfall would have. */
async function rewrite<T>(flow: Flow, where: Place<T>, older: (body: T) => unknown): Promise<void> {
  const item = await flow.store.get(where.partition, where.sort);
  if (item === undefined) throw new Error('nothing to rewrite');
  await flow.store.put(where.partition, where.sort, older(item.body as T), item.version);
}

describe('facts that an older Landfall did not keep', () => {
  const older = ({ eta: _, limits: __, facts, ...rest }: ServerRecord) => {
    const { initialSync, lastCycleAt, agentStale, freePeriodUsed, ...kept } = facts;
    const { instanceHealth, postLaunch, ...old } = kept;
    return { ...rest, facts: old };
  };

  it('are noted without a word, once, whatever they are', async () => {
    const flow = aFlow([ready(1, { agentless: true })], { vcenterClients: [aClient] });
    await flow.tick();
    await rewrite(flow, serverAt, older);
    shown(flow, (document) => living(document, { firstByteDateTime: '2023-01-01T00:00:00Z' }));
    flow.writes.length = 0;
    expect(await flow.tick(sixHours)).toMatchObject({ published: 0 });
    expect(flow.writes.filter((w) => w.startsWith('servers/'))).toHaveLength(1);
    expect((await flow.body(serverAt))?.facts).toMatchObject({
      initialSync: 'done',
      lastCycleAt: expect.any(String),
      agentStale: false,
      freePeriodUsed: 100,
      instanceHealth: null,
      postLaunch: null,
    });
    flow.writes.length = 0;
    shown(flow, (document) =>
      living(replicating(document, { lastSnapshotDateTime: '2024-03-04T16:00:00Z' }), {
        firstByteDateTime: '2023-01-01T00:00:00Z',
      }),
    );
    await flow.tick(sixHours);
    expect(flow.events.slice(1).map((e) => e.detailType)).toEqual([
      'Source Server Shipping Cycle Change',
    ]);
  });

  it('do not hide what else changes in the same look', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    await rewrite(flow, serverAt, older);
    shown(flow, (document) => living(document, { state: 'TESTING' }));
    await flow.tick(sixHours);
    expect(flow.events.slice(1).map((e) => e.detailType)).toEqual([
      'Source Server Lifecycle State Change',
    ]);
  });

  it('of a target are noted without a word, too', async () => {
    const flow = aFlow([ready(1, { agentless: true })], {
      vcenterClients: [{ ...aClient, lastSeenDatetime: '2024-03-04T10:00:00Z' }],
    });
    flow.force.quotas = async () => ({ ok: true, value: { 'L-9A599620': 1 } });
    const silent = async () => ({
      ok: true as const,
      value: [{ ...aClient, lastSeenDatetime: '2024-03-04T10:00:00Z' }],
    });
    flow.force.describeVcenterClients = silent;
    await flow.tick();
    expect(flow.events.map((e) => e.detailType)).toContain('Target Quota Pressure');
    await rewrite(flow, place.target(target), (record: TargetRecord) => {
      const { pressure, clients, ...old } = record;
      return old;
    });
    const before = flow.events.length;
    await flow.tick(sixHours);
    expect(flow.events.slice(before).map((e) => e.detailType)).toEqual([
      'Source Server Shipping Cycle Change',
    ]);
    expect(await flow.body(place.target(target))).toMatchObject({
      pressure: { activeServers: 100, jobs: 0, serversInJobs: 0 },
      clients: { 'vcc-00000000000000001': 'silent' },
    });
  });
});

describe('the limits of a plan', () => {
  it('are where the bands of its servers begin', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    const thresholds = {
      lagSeconds: 600,
      backlogBytes: 2 ** 30,
      sustainedPolls: 3,
      sustainedSeconds: 180,
    };
    await aRunningWave(flow, [planned(1, { thresholds }), planned(2)]);
    shown(flow, (document) => replicating(document, { lagDuration: 'PT5M' }));
    await flow.tick(sixHours);
    expect(told(flow, 'Source Server Lag Band Change')).toMatchObject([
      {
        sourceServerId: serverId(2),
        previous: 'current',
        current: 'minutes',
        lagSeconds: 300,
        limitSeconds: 60,
      },
    ]);
    shown(flow, (document) => replicating(document, { lagDuration: 'PT11M' }));
    await flow.tick(sixHours);
    expect(told(flow, 'Source Server Lag Band Change').at(-1)).toMatchObject({
      sourceServerId: serverId(1),
      current: 'minutes',
      limitSeconds: 600,
    });
  });
});

describe('a stall', () => {
  it('tells that it began, that its class is another one, and that it ended', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    const stalls = (error: string) =>
      shown(flow, (document) =>
        replicating(document, { dataReplicationState: 'STALLED', dataReplicationError: { error } }),
      );
    stalls('AGENT_NOT_SEEN');
    await flow.tick(sixHours);
    stalls('UNSTABLE_NETWORK');
    await flow.tick(sixHours);
    await flow.tick(sixHours);
    flow.force.describeSourceServers = flow.real.describeSourceServers;
    await flow.tick(sixHours);
    expect(
      told(flow, 'Source Server Stalled Change').map(({ previous, current, course }) => [
        previous,
        current,
        course,
      ]),
    ).toEqual([
      [null, 'AGENT_NOT_SEEN', 'began'],
      ['AGENT_NOT_SEEN', 'UNSTABLE_NETWORK', 'class-changed'],
      ['UNSTABLE_NETWORK', null, 'ended'],
    ]);
  });
});

describe('the estimated end of a sync', () => {
  it('is told when it slips, noted when it first comes, and costs no write while it hovers', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    const syncsUntil = (etaDateTime: string) =>
      shown(flow, (document) =>
        replicating(document, { dataReplicationState: 'INITIAL_SYNC', etaDateTime }),
      );
    const eta = plusSeconds(flow.now(), 3 * 86_400);
    syncsUntil(eta);
    await flow.tick(sixHours);
    expect(told(flow, 'Source Server Initial Sync Change')).toMatchObject([
      { previous: 'done', current: 'running' },
    ]);
    syncsUntil(plusSeconds(eta, 3600));
    flow.writes.length = 0;
    await flow.tick(sixHours);
    expect(flow.writes.filter((w) => w.startsWith('servers/'))).toEqual([]);
    syncsUntil(plusSeconds(eta, 10 * 3600));
    await flow.tick(sixHours);
    await flow.tick(sixHours);
    expect(told(flow, 'Source Server ETA Slipped')).toMatchObject([
      { previous: eta, current: plusSeconds(eta, 10 * 3600), slippedSeconds: 36_000 },
    ]);
  });
});

describe('an agent', () => {
  it('is told as stale by the stamps of the service, and as heard of again', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    shown(flow, (document) =>
      living(document, { lastSeenByServiceDateTime: '2024-03-04T16:00:00Z' }),
    );
    await flow.tick(sixHours);
    await flow.tick(sixHours);
    flow.force.describeSourceServers = flow.real.describeSourceServers;
    await flow.tick(sixHours);
    expect(told(flow, 'Source Server Agent Stale Change')).toMatchObject([
      { previous: false, current: true, lastSeenAt: '2024-03-04T16:00:00Z' },
      { previous: true, current: false },
    ]);
  });
});

describe('a shipping cycle', () => {
  it('of an agentless server is told when it has finished, one for all since the last look', async () => {
    const flow = aFlow([ready(1, { agentless: true }), ready(2)], { vcenterClients: [aClient] });
    await flow.tick();
    await flow.tick(sixHours);
    const cycles = told(flow, 'Source Server Shipping Cycle Change');
    expect(cycles).toMatchObject([{ sourceServerId: serverId(1) }]);
    expect(Date.parse(String(cycles[0]?.['current']))).toBeGreaterThan(
      Date.parse(String(cycles[0]?.['previous'])),
    );
  });
});

describe('a launched instance', () => {
  it('is told as EC2 and its post-launch actions find it, while a wave waits for it', async () => {
    const flow = aFlow([ready(1)], {
      faults: [
        {
          fault: 'post-launch-action-failed',
          servers: { ids: [serverId(1)] },
        },
      ],
    });
    await aRunningWave(flow, [planned(1)]);
    await requestLaunch(flow.ports, {
      subject: of(1),
      phase: 'test',
      kind: 'StartTest',
      stage: 'launch',
      token: 'token-1',
      place: at(1, 'test', 'Launch'),
    });
    for (let ticks = 0; ticks < 40 && !flow.sent.has('token-1'); ticks += 1) await flow.tick(60);
    await park(flow.ports, {
      subject: of(1),
      phase: 'test',
      wait: 'healthy',
      token: 'token-2',
      place: at(1, 'test', 'AwaitHealthy'),
    });
    for (let ticks = 0; ticks < 40 && !flow.sent.has('token-2'); ticks += 1) await flow.tick(60);
    const { facts } = (await flow.body(serverAt)) ?? {};
    const actions = told(flow, 'Source Server Post-Launch Actions Change');
    expect(actions.at(-1)).toMatchObject({
      current: 'failed',
      instanceId: facts?.instanceId,
      actions: [{ name: expect.any(String), status: 'FAILED', reason: expect.any(String) }],
    });
    expect(facts?.postLaunch).toBe('failed');
  });

  it('is told as its status checks go', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    await requestLaunch(flow.ports, {
      subject: of(1),
      phase: 'test',
      kind: 'StartTest',
      stage: 'launch',
      token: 'token-1',
      place: at(1, 'test', 'Launch'),
    });
    for (let ticks = 0; ticks < 40 && !flow.sent.has('token-1'); ticks += 1) await flow.tick(60);
    await park(flow.ports, {
      subject: of(1),
      phase: 'test',
      wait: 'healthy',
      token: 'token-2',
      place: at(1, 'test', 'AwaitHealthy'),
    });
    const checks = (instanceStatus: string) => async (ids: readonly string[]) => ({
      ok: true as const,
      value: ids.map((instanceId) => ({
        instanceId,
        instanceState: 'running',
        systemStatus: 'ok',
        instanceStatus,
      })),
    });
    for (const status of ['initializing', 'impaired', 'ok']) {
      flow.force.describeInstanceStatus = checks(status);
      for (let ticks = 0; ticks < 5; ticks += 1) await flow.tick(60);
    }
    expect(
      told(flow, 'Source Server Instance Health Change').map((d) => [d['previous'], d['current']]),
    ).toEqual([
      [null, 'initializing'],
      ['initializing', 'impaired'],
      ['impaired', 'ok'],
    ]);
    expect(told(flow, 'Source Server Instance Health Change')[1]).toMatchObject({
      systemStatus: 'ok',
      instanceStatus: 'impaired',
    });
  });
});

describe('the quotas of a target', () => {
  it('are told at each mark in its own stream, upward and downward, and not while they hover', async () => {
    const flow = aFlow([1, 2, 3, 4, 5].map((n) => ready(n)));
    const quota = (servers: number) => {
      flow.force.quotas = async () => ({ ok: true, value: { 'L-9A599620': servers } });
    };
    quota(10);
    await flow.tick();
    for (const servers of [6, 6, 5, 5, 20]) {
      quota(servers);
      await flow.tick(86_400);
    }
    expect(
      told(flow, 'Target Quota Pressure').map(({ quota: name, previous, current, used, limit }) => [
        name,
        previous,
        current,
        used,
        limit,
      ]),
    ).toEqual([
      ['activeServers', 0, 80, 5, 6],
      ['activeServers', 80, 100, 5, 5],
      ['activeServers', 100, 0, 5, 20],
    ]);
    expect(
      flow.events.filter((e) => e.detailType.startsWith('Target ')).map((e) => e.detail),
    ).toMatchObject(
      [1, 2, 3].map((sequence) => ({
        stream: 'target/mgn/111122223333/us-east-1',
        sequence,
      })),
    );
  });

  it('are told again by the next tick when the bus refuses', async () => {
    const flow = aFlow([ready(1)]);
    flow.force.quotas = async () => ({ ok: true, value: { 'L-9A599620': 1 } });
    flow.hooks.refuses = (entry) => entry.detailType === 'Target Quota Pressure';
    await flow.tick();
    flow.hooks.refuses = () => false;
    await flow.tick(900);
    expect(told(flow, 'Target Quota Pressure')).toMatchObject([{ sequence: 1, current: 100 }]);
  });
});

describe('a vCenter client', () => {
  const listed = (flow: Flow, lastSeenDatetime: string | undefined) => {
    flow.force.describeVcenterClients = async () => ({
      ok: true,
      value: lastSeenDatetime === undefined ? [] : [{ ...aClient, lastSeenDatetime }],
    });
  };

  it('is told as silent, as back and as removed in the stream of its target', async () => {
    const flow = aFlow([ready(1, { agentless: true })], { vcenterClients: [aClient] });
    await flow.tick();
    listed(flow, '2024-03-04T16:20:00Z');
    await flow.tick(sixHours);
    await flow.tick(sixHours);
    listed(flow, plusSeconds(flow.now(), sixHours));
    await flow.tick(sixHours);
    listed(flow, undefined);
    await flow.tick(sixHours);
    await flow.tick(sixHours);
    expect(
      flow.events
        .filter((e) => e.detailType.startsWith('Target '))
        .map((e) => [e.detailType, e.detail['vcenterClientId'], e.detail['sequence']]),
    ).toEqual([
      ['Target vCenter Client Silent', 'vcc-00000000000000001', 1],
      ['Target vCenter Client Back', 'vcc-00000000000000001', 2],
      ['Target vCenter Client Removed', 'vcc-00000000000000001', 3],
    ]);
  });

  it('is not asked for where no agentless server is looked at', async () => {
    const flow = aFlow([ready(1)], { vcenterClients: [aClient] });
    await flow.tick();
    await flow.tick(sixHours);
    expect(flow.called('DescribeVcenterClients')).toBe(0);
  });

  it('that cannot be asked for fails no tick that needs none', async () => {
    const flow = aFlow([ready(1, { agentless: true })], { vcenterClients: [aClient] });
    flow.force.describeVcenterClients = async () => refused('access-denied');
    expect(await flow.tick()).toMatchObject({ tick: 'done', looked: 1 });
    expect((await flow.body(place.target(target)))?.clients).toBeUndefined();
  });
});
