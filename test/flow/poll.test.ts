import { describe, expect, it } from 'vitest';
import type { PendingEvent } from '../../src/core/event/stream.ts';
import { TransientFailure } from '../../src/core/failure.ts';
import { observe } from '../../src/core/observation.ts';
import type { Target } from '../../src/core/target.ts';
import { park } from '../../src/flow/park.ts';
import { chooseLook, paceOf } from '../../src/flow/poll/look.ts';
import { advance } from '../../src/flow/poll/record-changes.ts';
import { poll } from '../../src/flow/poll.ts';
import { pollAll, type Ticked } from '../../src/flow/poll-all.ts';
import { change } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import type { ServerRecord } from '../../src/flow/records/server-records.ts';
import type { TargetRecord } from '../../src/flow/records/target-records.ts';
import { ready } from '../simulator/rig.ts';
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

const idsOf = (n: number, ...sequences: readonly number[]) =>
  sequences.map((s) => `mgn/111122223333/us-east-1/${serverId(n)}/${s}`);
const record = (flow: Flow) => flow.body(place.target(target));

/** Answers without one server, as after its deletion elsewhere. */
function without(flow: Flow, n: number): void {
  flow.force.describeSourceServers = async (ids) => {
    const answer = await flow.real.describeSourceServers(ids);
    return answer.ok
      ? { ...answer, value: answer.value.filter((d) => d['sourceServerID'] !== serverId(n)) }
      : answer;
  };
}

describe('a tick', () => {
  it('records and tells what it finds, once', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    expect(await flow.tick()).toEqual({
      tick: 'done',
      target: 'mgn:111122223333:us-east-1',
      number: 1,
      nextTickAt: '2024-03-04T16:36:07.412Z',
      looked: 2,
      changed: 2,
      published: 2,
      released: 0,
      failed: 0,
      launched: 0,
      apiCalls: 3,
      measures: {
        throttledCalls: 0,
        servers: 2,
        serversStalled: 0,
        lifecycles: { READY_FOR_TEST: 2 },
        replications: { CONTINUOUS: 2 },
        maxLagSeconds: 0,
        lagSeconds: 0,
        maxBacklogBytes: 0,
        backlogBytes: 0,
        activeServersUsedPercent: 1.3,
        jobsUsedPercent: 0,
        serversInJobsUsedPercent: 0,
      },
    });
    expect(flow.published()).toEqual([...idsOf(1, 1), ...idsOf(2, 1)]);
    expect(flow.events.map((e) => e.detailType)).toEqual([
      'Source Server Discovered',
      'Source Server Discovered',
    ]);
    const known = await flow.body(place.server(target, serverId(1)));
    expect(known).toMatchObject({ sequence: 1, pending: [], wave: null, hostname: 'host-1' });
  });

  it('is silent when nothing changed: no event, and no write but its own', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await flow.tick();
    flow.writes.length = 0;
    expect(await flow.tick(900)).toMatchObject({ looked: 2, changed: 0, published: 0 });
    expect(new Set(flow.writes)).toEqual(new Set([`target/mgn:111122223333:us-east-1 target`]));
  });

  it('is skipped while it is not due', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    const calls = flow.calls.length;
    expect(await flow.tick(60)).toEqual({
      tick: 'skipped',
      target: 'mgn:111122223333:us-east-1',
      because: 'not due before 2024-03-04T16:36:07.412Z',
    });
    expect(flow.calls).toHaveLength(calls);
  });

  it('holds its target no longer than its function can run, so that after its death the next one comes as soon', async () => {
    const flow = aFlow([ready(1)]);
    flow.hooks.beforePut = (partition) => {
      if (partition.startsWith('servers/')) throw new Error('the function was killed');
    };
    const brief = { hasten: true, secondsLeft: 44.2 };
    await expect(poll(flow.ports, target, brief)).rejects.toThrow('the function was killed');
    flow.hooks.beforePut = () => {};
    flow.advance(44);
    expect(await poll(flow.ports, target, brief)).toMatchObject({ tick: 'skipped' });
    flow.advance(1);
    expect(await poll(flow.ports, target, brief)).toMatchObject({ tick: 'done', changed: 1 });
  });

  it('runs although it is not due when it is hastened, but not beside another one', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    // Who asks for a look out of turn sees every server, waited for or not.
    expect(await poll(flow.ports, target, { hasten: true })).toMatchObject({
      number: 2,
      looked: 1,
    });
    const leaseUntil = '2024-03-04T16:25:07.412Z';
    await change(flow.ports.store, place.target(target), (known) =>
      known === undefined ? undefined : { ...known, leaseUntil },
    );
    expect(await poll(flow.ports, target, { hasten: true })).toEqual({
      tick: 'skipped',
      target: 'mgn:111122223333:us-east-1',
      because: `another tick may run until ${leaseUntil}`,
    });
  });

  it('runs once when two begin at the same moment', async () => {
    const flow = aFlow([ready(1)]);
    const reports = await Promise.all([poll(flow.ports, target), poll(flow.ports, target)]);
    expect(reports.map((r) => r.tick).sort()).toEqual(['done', 'skipped']);
    expect(flow.published()).toEqual(idsOf(1, 1));
  });

  it('counts the active servers, at a sweep and by what changes after it', async () => {
    const flow = aFlow([
      ready(1),
      ready(2, { lifeCycle: 'DISCOVERED', replication: 'STOPPED', more: {} }),
    ]);
    await flow.tick();
    expect(await record(flow)).toMatchObject({ activeServers: 1, tick: 1, lastFailedTick: 0 });
  });
});

describe('a bus that refuses', () => {
  it('gets the same events again with the next tick, and then no more', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    flow.hooks.refuses = (entry) => entry.detail['sourceServerId'] === serverId(2);
    expect(await flow.tick()).toMatchObject({ published: 1 });
    expect((await record(flow))?.owesEvents).toBe(true);
    flow.hooks.refuses = () => false;
    expect(await flow.tick(60)).toMatchObject({ looked: 0, published: 1 });
    expect(flow.published()).toEqual([...idsOf(1, 1), ...idsOf(2, 1)]);
    expect(await flow.tick(900)).toMatchObject({ published: 0 });
    expect((await record(flow))?.owesEvents).toBe(false);
  });

  it('loses nothing when the tick dies between write and publication', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    flow.hooks.publishes = () => {
      throw new Error('the function was killed');
    };
    await expect(flow.tick()).rejects.toThrow('the function was killed');
    flow.hooks.publishes = () => {};
    expect(await flow.tick(900)).toMatchObject({ tick: 'done', changed: 0, published: 2 });
    expect(flow.published()).toEqual([...idsOf(1, 1), ...idsOf(2, 1)]);
  });

  it('leaves a tick that died its time, and looks at everything after it', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    flow.hooks.beforePut = (partition) => {
      if (partition.startsWith('servers/')) throw new Error('the function was killed');
    };
    flow.force.describeSourceServers = async (ids) => {
      const answer = await flow.real.describeSourceServers(ids);
      if (!answer.ok) return answer;
      return { ...answer, value: answer.value.map((d) => ({ ...d, isArchived: true })) };
    };
    flow.advance(900);
    await expect(poll(flow.ports, target)).rejects.toThrow('the function was killed');
    flow.hooks.beforePut = () => {};
    flow.advance(299);
    const until = (await record(flow))?.leaseUntil;
    await expect(poll(flow.ports, target)).resolves.toMatchObject({
      tick: 'skipped',
    });
    expect(until).not.toBeNull();
    flow.advance(901);
    expect(await poll(flow.ports, target)).toMatchObject({ looked: 1, changed: 1 });
    expect(flow.events.at(-1)?.detailType).toBe('Source Server Archived');
  });
});

it('remembers a tick that died through one that saw nothing', async () => {
  const flow = aFlow([ready(1)]);
  await aRunningWave(flow, [planned(1)]);
  const wait = at(1, 'replicate', 'AwaitLaunchable');
  await park(flow.ports, {
    subject: of(1),
    phase: 'replicate',
    wait: 'launchable',
    token: 'token-1',
    place: wait,
  });
  const archived = async (ids?: readonly string[]) => {
    const answer = await flow.real.describeSourceServers(ids);
    if (!answer.ok) return answer;
    return { ...answer, value: answer.value.map((d) => ({ ...d, isArchived: true })) };
  };
  flow.force.describeSourceServers = archived;
  flow.hooks.publishes = () => {
    throw new Error('the function was killed');
  };
  await expect(flow.tick(60)).rejects.toThrow('the function was killed');
  flow.hooks.publishes = () => {};
  // The wait is withdrawn, so nothing but the memory of the dead tick brings the server back into view.
  const { partition } = place.wait(target, '');
  for (const item of await flow.store.list(partition)) {
    await flow.store.delete(partition, item.sort, item.version);
  }
  flow.force.describeSourceServers = async () => refused('throttled');
  await expect(flow.tick(900)).rejects.toMatchObject({ name: 'TransientFailure' });
  flow.force.describeSourceServers = archived;
  expect(await flow.tick(900)).toMatchObject({ tick: 'done', looked: 1, changed: 0, published: 1 });
  expect(flow.events.at(-1)?.detailType).toBe('Source Server Archived');
});

describe('a failed read', () => {
  it('is no observation: nothing is recorded, nobody vanishes, the tick counts as failed', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await flow.tick();
    flow.force.describeSourceServers = async () => refused('ambiguous');
    await expect(flow.tick(6 * 3600)).rejects.toMatchObject({
      name: 'TransientFailure',
      code: 'AnswerIncomplete',
    });
    expect(await record(flow)).toMatchObject({ tick: 2, lastFailedTick: 2, leaseUntil: null });
    expect(flow.events).toHaveLength(2);
    flow.force.describeSourceServers = flow.real.describeSourceServers;
    expect(await flow.tick(60)).toMatchObject({ number: 3, changed: 0, published: 0 });
  });

  it('is asked again no sooner than the service wants', async () => {
    const flow = aFlow([ready(1)]);
    flow.force.describeSourceServers = async () => refused('throttled', { retryAfterSeconds: 300 });
    await expect(flow.tick(0)).rejects.toMatchObject({ code: 'ApiThrottled' });
    expect((await record(flow))?.nextTickAt).toBe('2024-03-04T16:25:07.412Z');
  });

  it('does not keep other targets from their tick, and is thrown in the end', async () => {
    const flow = aFlow([ready(1)]);
    const other = { ...target, region: 'eu-west-1' };
    const serviceOf: Flow['ports']['serviceOf'] = (t) =>
      t.region === 'eu-west-1'
        ? { ...flow.real, describeSourceServers: async () => refused('other') }
        : flow.real;
    const ports = { ...flow.ports, serviceOf };
    await expect(pollAll(ports, [other, target], 'all')).rejects.toMatchObject({
      name: 'TransientFailure',
      message: expect.stringContaining('mgn:111122223333:eu-west-1 saw nothing'),
    });
    expect(flow.published()).toEqual(idsOf(1, 1));
    expect(await pollAll(ports, [other, target], 'mgn:111122223333:us-east-1')).toEqual([
      expect.objectContaining({ tick: 'skipped' }),
    ]);
    expect(await pollAll(ports, [target], 'mgn:111122223333:us-west-2')).toEqual([]);
  });

  it('is not a defect; but a defect keeps nobody from their tick either', async () => {
    const flow = aFlow([ready(1)]);
    const broken = { ...target, region: 'eu-west-1' };
    const refusing = { ...target, region: 'eu-west-2' };
    const serviceOf: Flow['ports']['serviceOf'] = (t) =>
      t.region === 'us-east-1'
        ? flow.real
        : {
            ...flow.real,
            describeSourceServers: async () => {
              if (t.region === 'eu-west-2') return refused('throttled');
              throw new Error('a defect');
            },
          };
    const ports = { ...flow.ports, serviceOf };
    await expect(pollAll(ports, [broken, refusing, target], 'all')).rejects.toMatchObject({
      name: 'AggregateError',
      message: [
        'mgn:111122223333:eu-west-1: a defect',
        'AnswerIncomplete: tick 1 of mgn:111122223333:eu-west-2 saw nothing: throttled-error: said no',
      ].join('\n'),
    });
    expect(flow.published()).toEqual(idsOf(1, 1));
  });
});

describe('many targets', () => {
  const regions = ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1', 'us-east-1'];
  const targets = regions.map((region) => ({ ...target, region }));

  it.each([
    [1, 1],
    [3, 3],
    [20, 5],
  ])('are polled side by side, %i at most', async (parallel, most) => {
    const flow = aFlow([ready(1)]);
    let running = 0;
    let seen = 0;
    const describeSourceServers: typeof flow.real.describeSourceServers = async () => {
      running += 1;
      seen = Math.max(seen, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return { ok: true, value: [] };
    };
    const ports = { ...flow.ports, serviceOf: () => ({ ...flow.real, describeSourceServers }) };
    const reports = await pollAll(ports, targets, 'all', { parallel });
    expect(seen).toBe(most);
    expect(reports.map((report) => report.target)).toEqual(
      regions.map((region) => `mgn:111122223333:${region}`),
    );
  });

  it('are told of one by one, those that failed among them', async () => {
    const flow = aFlow([ready(1)]);
    const ports = {
      ...flow.ports,
      serviceOf: ({ region }: Target) =>
        region === regions[1]
          ? { ...flow.real, describeSourceServers: async () => refused('ambiguous') }
          : flow.real,
    };
    const told: Ticked[] = [];
    const run = pollAll(ports, targets, 'all', { onTick: (ticked) => told.push(ticked) });
    await expect(run).rejects.toBeInstanceOf(TransientFailure);
    expect(told.map(({ tick, target: name }) => [tick, name])).toEqual(
      regions.map((region) => [
        region === regions[1] ? 'failed' : 'done',
        `mgn:111122223333:${region}`,
      ]),
    );
  });

  it('are hastened by name', async () => {
    const flow = aFlow([ready(1)]);
    await pollAll(flow.ports, [target], 'all');
    expect(
      await pollAll(flow.ports, [target], 'mgn:111122223333:us-east-1', { hasten: true }),
    ).toEqual([expect.objectContaining({ tick: 'done', number: 2 })]);
  });
});

describe('a server that was deleted elsewhere', () => {
  it('is found by the sweep and told once', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await flow.tick();
    without(flow, 2);
    await flow.tick(6 * 3600);
    await flow.tick(6 * 3600);
    expect(flow.published()).toEqual([...idsOf(1, 1), ...idsOf(2, 1, 2)]);
    expect(flow.events.at(-1)).toMatchObject({
      detailType: 'Source Server Presence Change',
      detail: { previous: true, current: false },
    });
  });

  it('is told later when the bus refuses at first', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await flow.tick();
    without(flow, 2);
    flow.hooks.refuses = () => true;
    await flow.tick(6 * 3600);
    flow.hooks.refuses = () => false;
    await flow.tick(60);
    expect(flow.published()).toEqual([...idsOf(1, 1), ...idsOf(2, 1, 2)]);
  });

  it('is told again when it comes back', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await flow.tick();
    without(flow, 2);
    await flow.tick(6 * 3600);
    flow.force.describeSourceServers = flow.real.describeSourceServers;
    await flow.tick(6 * 3600);
    expect(flow.events.at(-1)).toMatchObject({
      detailType: 'Source Server Presence Change',
      detail: { previous: false, current: true, sequence: 3 },
    });
  });
});

describe('advance', () => {
  const seen = { target, readAt: '2024-03-04T16:20:07Z', answeredAt: '2024-03-04T16:20:07Z' };
  const observed = (state: string) => {
    const observation = observe(ready(1, { lifeCycle: state }), seen);
    if (observation === undefined) throw new Error('not observed');
    return observation;
  };

  it('stops when twenty events wait to be published, and loses none of the changes', () => {
    let known: ServerRecord | undefined;
    for (let i = 0; i < 40; i += 1) {
      const state = i % 2 === 0 ? 'TESTING' : 'READY_FOR_TEST';
      known = advance(known, observed(state), seen.readAt) ?? known;
    }
    expect(known?.pending).toHaveLength(20);
    const told: readonly PendingEvent[] = known?.pending ?? [];
    expect(told.map((e) => e.detail.sequence)).toEqual(told.map((_, i) => i + 1));
    const emptied = known === undefined ? undefined : { ...known, pending: [] };
    const next = advance(emptied, observed('TESTING'), seen.readAt);
    expect(next?.pending[0]?.detail).toMatchObject({
      sequence: 21,
      previous: 'READY_FOR_TEST',
      current: 'TESTING',
    });
  });
});

describe('chooseLook', () => {
  const swept = { lastSweepAt: seenAt(0) };
  const pace = { minSeconds: 60, maxSeconds: 900 };
  function seenAt(seconds: number): string {
    return new Date(Date.parse('2024-03-04T16:00:00Z') + seconds * 1000).toISOString();
  }
  const waits = [
    { server: 's-near', pace: 'near' as const },
    { server: 's-far', pace: 'far' as const },
    { server: null, pace: 'near' as const },
  ];

  it('looks at what is near, queued or unresolved, in order', () => {
    expect(
      chooseLook(
        swept,
        waits,
        [{ server: 's-asks', kind: 'StartTest' }],
        [{ servers: ['s-lost'] }],
        seenAt(899),
        pace,
        false,
        0,
      ),
    ).toEqual(['s-asks', 's-lost', 's-near']);
  });

  it('looks at no more starts of replication than there is room for', () => {
    const feeds = ['s-1', 's-2', 's-3'].map((server) => ({
      server,
      kind: 'StartReplication' as const,
    }));
    expect(chooseLook(swept, [], feeds, [], seenAt(60), pace, false, 2)).toEqual(['s-1', 's-2']);
  });

  it('leaves out what a silent vCenter client holds back, until the look at everything', () => {
    const feeds = [
      ...['s-1', 's-2', 's-3'].map((server) => ({ server, silentClient: 'vcc-1' })),
      { server: 's-4', silentClient: 'vcc-2' },
      { server: 's-5', silentClient: null },
      { server: 's-6' },
    ].map((one) => ({ ...one, kind: 'StartReplication' as const }));
    const looked = (clients: TargetRecord['clients'], seconds: number) => {
      const seen = { ...swept, ...(clients === undefined ? {} : { clients }) };
      return chooseLook(seen, [], feeds, [], seenAt(seconds), pace, false, 2);
    };
    const silent = { 'vcc-1': 'silent', 'vcc-2': 'silent' } as const;
    expect([looked(silent, 60), looked(silent, 900)]).toEqual([['s-5', 's-6'], 'all']);
    // What the target's record knows counts, not what was noted when the request was judged.
    expect(looked({ 'vcc-1': 'heard', 'vcc-2': 'silent' }, 60)).toEqual(['s-1', 's-2']);
    expect(looked(undefined, 60)).toEqual(['s-1', 's-2']);
  });

  it('looks at everything at the slow pace, after a dead tick, and at first', () => {
    expect(chooseLook(swept, waits, [], [], seenAt(900), pace, false, 0)).toBe('all');
    expect(chooseLook(swept, [], [], [], seenAt(1), pace, true, 0)).toBe('all');
    expect(chooseLook({ lastSweepAt: null }, [], [], [], seenAt(1), pace, false, 0)).toBe('all');
  });

  it('is never slower than all servers are to be watched, whatever the waves ask for', () => {
    expect(paceOf({ paces: {} }, 900)).toEqual({ minSeconds: 60, maxSeconds: 900 });
    const paces = {
      slow: { minSeconds: 600, maxSeconds: 3600 },
      quick: { minSeconds: 120, maxSeconds: 1800 },
    };
    expect(paceOf({ paces }, 900)).toEqual({ minSeconds: 120, maxSeconds: 900 });
    expect(paceOf({ paces }, 21_600)).toEqual({ minSeconds: 120, maxSeconds: 1800 });
  });
});
