import { describe, expect, it } from 'vitest';
import { place } from '../../src/flow/records/place.ts';
import type { JobRecord, TargetRecord } from '../../src/flow/records/target-records.ts';
import { requestLaunch } from '../../src/flow/request-launch.ts';
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
  startAt,
  target,
} from './_recorder.ts';

const intentTag = 'landfall:intent';
const records = (flow: Flow) => flow.all<JobRecord>(place.job(target, ''));
/** The events of jobs, in the order of their publication. */
const jobEvents = (flow: Flow) => flow.events.filter((e) => e.detailType.startsWith('Job '));
const told = (flow: Flow) =>
  jobEvents(flow).map(({ detailType, detail }) => [detailType, detail['sequence']]);
const lastOf = (flow: Flow, type: string) =>
  flow.events.findLast((e) => e.detailType === type)?.detail;

/** Starts a job past Landfall, as a person at the console does. */
async function somebodyStarts(flow: Flow, ...servers: readonly number[]): Promise<string> {
  const answer = await flow.real.startJob('StartTest', servers.map(serverId), {
    Owner: 'a person',
  });
  if (!answer.ok) throw new Error(answer.refusal.message);
  return String(answer.value['jobID']);
}

async function tickUntilEnded(flow: Flow, seconds: number): Promise<void> {
  for (let ticks = 0; ticks < 30; ticks += 1) {
    const all = await records(flow);
    if (all.length > 0 && all.every(({ ended }) => ended)) return;
    await flow.tick(seconds);
  }
  throw new Error('the job never ended');
}

async function aLaunch(servers: readonly number[], options: Parameters<typeof aFlow>[1] = {}) {
  const flow = aFlow(
    servers.map((n) => ready(n)),
    options,
  );
  await aRunningWave(
    flow,
    servers.map((n) => planned(n)),
  );
  for (const n of servers) {
    await requestLaunch(flow.ports, {
      subject: of(n),
      phase: 'test',
      kind: 'StartTest',
      stage: 'launch',
      token: `token-${n}`,
      place: at(n, 'test', 'Launch'),
    });
  }
  return flow;
}

describe('a job of ours', () => {
  it('is told from its start to its end, with its wave, its intent and what became of each server', async () => {
    const flow = await aLaunch([1, 2]);
    await tickUntilEnded(flow, 60);
    const [first, ...others] = told(flow);
    const last = others.pop();
    expect(first).toEqual(['Job Started', 1]);
    expect(last).toEqual(['Job Ended', others.length + 2]);
    expect(others).toEqual(others.map((_, i) => ['Job Progress Change', i + 2]));
    const [job] = await records(flow);
    const instanceOf = async (n: number) =>
      (await flow.body(place.server(target, serverId(n))))?.facts.instanceId;
    const stream = `job/mgn/111122223333/us-east-1/${job?.jobId}`;
    expect(lastOf(flow, 'Job Ended')).toEqual({
      accountId: '111122223333',
      region: 'us-east-1',
      target: 'mgn:111122223333:us-east-1',
      jobId: job?.jobId,
      type: 'LAUNCH',
      initiatedBy: 'START_TEST',
      cause: { kind: 'landfall', intentId: expect.stringContaining('us-east-1/') },
      wave: 'p.w',
      endedAt: expect.any(String),
      counts: { LAUNCHED: 2 },
      results: [1, 2].map((n) => ({
        sourceServerId: serverId(n),
        launchStatus: 'LAUNCHED',
        usedPreviousSnapshot: false,
        skipped: false,
        instanceId: expect.stringMatching(/^i-/),
      })),
      schemaVersion: 1,
      eventId: `${stream}/${last?.[1]}`,
      stream,
      sequence: last?.[1],
      observedAt: expect.any(String),
    });
    expect(await instanceOf(1)).toMatch(/^i-/);
    expect(lastOf(flow, 'Job Started')).toMatchObject({
      servers: [serverId(1), serverId(2)],
      counts: { IN_PROGRESS: 2 },
    });
    expect(job).toMatchObject({ ended: true, pending: [], counts: { LAUNCHED: 2 } });
    // The log is read once for the job's own stream and for its servers' results.
    expect(flow.called('DescribeJobLogItems')).toBe(1);
  });

  it('is told of once, and the stale snapshot that a server was launched from as well', async () => {
    const flow = await aLaunch([1], {
      faults: [{ fault: 'snapshot-failure', servers: { ids: [serverId(1)] } }],
    });
    await tickUntilEnded(flow, 60);
    await flow.tick(900);
    expect(lastOf(flow, 'Job Stale Snapshot Used')).toMatchObject({ servers: [serverId(1)] });
    expect(lastOf(flow, 'Job Ended')).toMatchObject({
      results: [{ usedPreviousSnapshot: true, launchStatus: 'LAUNCHED' }],
    });
    const types = jobEvents(flow).map((e) => e.detailType);
    expect(types.slice(-2)).toEqual(['Job Stale Snapshot Used', 'Job Ended']);
    expect(types.filter((type) => type === 'Job Ended')).toHaveLength(1);
  });

  it('tells its progress at most once a tick, each from where the last one ended', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await flow.tick(0);
    const steps = [
      ['PENDING', 'PENDING'],
      ['IN_PROGRESS', 'PENDING'],
      ['IN_PROGRESS', 'PENDING'],
      ['LAUNCHED', 'FAILED'],
    ];
    for (const step of steps) {
      flow.force.describeJobs = async () => ({
        ok: true,
        value: [
          {
            jobID: 'mgnjob-1',
            status: 'STARTED',
            participatingServers: step.map((launchStatus, i) => ({
              sourceServerID: serverId(i + 1),
              launchStatus,
            })),
          },
        ],
      });
      await flow.tick(900);
    }
    expect(
      jobEvents(flow).map(({ detailType, detail: { previous, current, counts } }) => [
        detailType,
        previous ?? counts,
        current,
      ]),
    ).toEqual([
      ['Job Started', { PENDING: 2 }, undefined],
      ['Job Progress Change', { PENDING: 2 }, { IN_PROGRESS: 1, PENDING: 1 }],
      ['Job Progress Change', { IN_PROGRESS: 1, PENDING: 1 }, { FAILED: 1, LAUNCHED: 1 }],
    ]);
  });
});

describe('a job of somebody else', () => {
  it('is told as such at the slow pace, to its end', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await flow.tick(0);
    flow.advance(30);
    const id = await somebodyStarts(flow, 1);
    await flow.tick(870);
    expect(told(flow)[0]).toEqual(['Job Started', 1]);
    expect(jobEvents(flow)[0]?.detail).toMatchObject({
      jobId: id,
      cause: { kind: 'somebody-else' },
      servers: [serverId(1)],
    });
    expect(jobEvents(flow)[0]?.detail).not.toHaveProperty('wave');
    await tickUntilEnded(flow, 900);
    expect(told(flow).at(-1)).toEqual(['Job Ended', told(flow).length]);
  });

  it('that begins and ends between two looks is told with both at once', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick(0);
    flow.advance(1);
    await somebodyStarts(flow, 1);
    flow.advance(3 * 3600);
    await flow.tick();
    expect(told(flow)).toEqual([
      ['Job Started', 1],
      ['Job Ended', 2],
    ]);
  });

  it('that was there before is not told; one that was under way then is followed to its end', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await somebodyStarts(flow, 1);
    flow.advance(3 * 3600);
    await somebodyStarts(flow, 2);
    await flow.tick(60);
    expect(told(flow)).toEqual([]);
    expect(await records(flow)).toMatchObject([{ ended: false, sequence: 0 }]);
    await tickUntilEnded(flow, 900);
    expect(told(flow).at(-1)).toEqual(['Job Ended', told(flow).length]);
    expect(told(flow).map(([type]) => type)).not.toContain('Job Started');
  });

  it('bursts no events where an older Landfall followed none', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick(0);
    const { partition, sort } = place.target(target);
    const record = await flow.body(place.target(target));
    const { jobsFrom: _, ...old } = record as TargetRecord;
    await flow.store.put(
      partition,
      sort,
      old,
      (await flow.store.get(partition, sort))?.version ?? 0,
    );
    flow.advance(1);
    await somebodyStarts(flow, 1);
    flow.advance(3 * 3600);
    await flow.tick();
    await flow.tick(900);
    expect(told(flow)).toEqual([]);
    expect(await records(flow)).toEqual([]);
  });

  it('costs one call at the slow pace, and none in between', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick(0);
    await flow.tick(900);
    expect(flow.called('DescribeJobs')).toBe(2);
  });

  it('is left out of a tick whose list was refused, and told by the next', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick(0);
    flow.advance(1);
    await somebodyStarts(flow, 1);
    flow.force.describeJobs = async () => refused('throttled');
    expect(await flow.tick(900)).toMatchObject({ tick: 'done' });
    expect(told(flow)).toEqual([]);
    flow.force.describeJobs = flow.real.describeJobs;
    await flow.tick(900);
    expect(told(flow)[0]).toEqual(['Job Started', 1]);
  });
});

describe('the record of a job', () => {
  const ended = async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick(0);
    flow.advance(1);
    await somebodyStarts(flow, 1);
    flow.advance(3 * 3600);
    return flow;
  };

  it('waits with its end for its log', async () => {
    const flow = await ended();
    flow.force.describeJobLog = async () => refused('ambiguous');
    await flow.tick();
    expect(told(flow)).toEqual([]);
    flow.force.describeJobLog = flow.real.describeJobLog;
    await flow.tick(900);
    expect(told(flow).map(([type]) => type)).toEqual(['Job Started', 'Job Ended']);
  });

  it('loses no event where the bus refuses, and tells none twice under another id', async () => {
    const flow = await ended();
    flow.hooks.refuses = (entry) => entry.detailType === 'Job Ended';
    await flow.tick();
    expect(told(flow)).toEqual([['Job Started', 1]]);
    flow.hooks.refuses = () => false;
    await flow.tick(60);
    expect(told(flow)).toEqual([
      ['Job Started', 1],
      ['Job Ended', 2],
    ]);
    expect((await records(flow))[0]?.pending).toEqual([]);
  });

  it('loses no event where the tick dies before it publishes', async () => {
    const flow = await ended();
    flow.hooks.publishes = () => {
      throw new Error('the function was killed');
    };
    await expect(flow.tick()).rejects.toThrow('the function was killed');
    flow.hooks.publishes = () => {};
    await flow.tick(900);
    expect(told(flow)).toEqual([
      ['Job Started', 1],
      ['Job Ended', 2],
    ]);
  });

  it('is not written while nothing changes, and goes when the job is long over', async () => {
    const flow = await ended();
    await flow.tick();
    flow.writes.length = 0;
    await flow.tick(900);
    expect(flow.writes.filter((write) => write.startsWith('jobs/'))).toEqual([]);
    for (let hours = 0; hours < 54; hours += 6) await flow.tick(6 * 3600);
    expect(await records(flow)).toEqual([]);
    expect(told(flow)).toHaveLength(2);
  });

  it('stops advancing at twenty events that wait, and goes on after them', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await flow.tick(0);
    let counts = 0;
    flow.force.describeJobs = async () => ({
      ok: true,
      value: [
        {
          jobID: 'mgnjob-busy',
          status: 'STARTED',
          creationDateTime: startAt,
          tags: { [intentTag]: 'an intent of long ago' },
          participatingServers: [
            {
              sourceServerID: serverId(1),
              launchStatus: counts % 2 === 0 ? 'PENDING' : 'IN_PROGRESS',
            },
          ],
        },
      ],
    });
    flow.hooks.refuses = (entry) => entry.detailType.startsWith('Job ');
    for (; counts < 30; counts += 1) await flow.tick(900);
    expect((await records(flow))[0]).toMatchObject({ sequence: 20 });
    flow.hooks.refuses = () => false;
    await flow.tick(900);
    await flow.tick(900);
    expect(told(flow).map(([, sequence]) => sequence)).toEqual(
      Array.from({ length: told(flow).length }, (_, i) => i + 1),
    );
    expect(jobEvents(flow)[0]?.detail['cause']).toEqual({
      kind: 'landfall',
      intentId: 'an intent of long ago',
    });
  });
});
