// Schedules of drills: each occurrence begins once, whoever races or dies; what falls out or is missed is told.
import { describe, expect, test } from 'vitest';
import { eventSchema } from '../../src/core/event/catalogue.ts';
import type { DetailType } from '../../src/core/event/detail-type.ts';
import { wordsOf } from '../../src/core/notify/words.ts';
import { parsePlan } from '../../src/core/plan/parse-plan.ts';
import { change } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import type { PlannedWave, ScheduleRecord } from '../../src/flow/records/plan-records.ts';
import {
  keepSchedule,
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
  schedulesOf,
} from '../../src/flow/schedule/keep-schedule.ts';
import { runSchedules } from '../../src/flow/schedule/run-schedules.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { aFlow, drsTarget, type Flow, machine, refused } from './_recorder.ts';

const hour = 3600;
const day = 24 * hour;
// The stories begin on Monday, 4 March 2024, at 16:20:07 UTC.
const daily = { timeZone: 'UTC', every: 'week', on: 'tuesday', at: '00:20' };
const untilTuesday = 8 * hour;

function documentOf(schedule: object, is: { spec?: object; name?: string } = {}) {
  const parsed = parsePlan({
    apiVersion: 'landfall/v1',
    kind: 'Drill',
    metadata: { name: is.name ?? 'weekly' },
    spec: { waves: [{ name: 'all', servers: { all: true } }], schedule, ...is.spec },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
}
async function kept(flow: Flow, schedule: object = {}, is: { spec?: object; name?: string } = {}) {
  const document = documentOf({ ...daily, ...schedule }, is);
  return keepSchedule(flow.ports, { document, hash: 'h1', home: drsTarget, startedBy: 'anna' });
}
const fleet = (count: number) => Array.from({ length: count }, (_, i) => aDrsServer(i + 1));
const run = (flow: Flow) =>
  runSchedules(flow.ports, { targets: [drsTarget], waveMachineArn: machine('wave') });
/** What was told of schedules, each once: a crash may publish an event again. */
const told = (flow: Flow) =>
  [...new Map(flow.events.map((event) => [event.detail['eventId'], event])).values()]
    .filter(({ detailType }) => detailType.startsWith('Drill Schedule'))
    .map(({ detailType, detail }) => {
      // Whatever is told keeps to the catalogue, and a person can read it.
      eventSchema(detailType as DetailType).parse(detail);
      return {
        ...detail,
        type: detailType.replace('Drill Schedule ', ''),
        sequence: detail['sequence'],
        eventId: detail['eventId'],
        severity: wordsOf({ 'detail-type': detailType, detail } as never).severity,
      };
    });
const record = (flow: Flow) => flow.body<ScheduleRecord>(place.schedule('weekly'));
const serversIn = async (flow: Flow, plan: string) =>
  (await flow.body<PlannedWave>(place.plannedWave(plan, 'all')))?.servers.map(({ id }) => id);

test('an occurrence begins at its time, as a plan of its own on the servers as they are then', async () => {
  const flow = aFlow(fleet(2));
  expect(await kept(flow)).toBe('new');
  flow.advance(untilTuesday - 60);
  expect(await run(flow)).toEqual({ schedules: 1, settled: [] });
  expect(flow.started).toEqual([]);
  flow.advance(60);
  expect(await run(flow)).toEqual({ schedules: 1, settled: ['weekly 2024-03-05 started'] });
  expect(flow.started.map(({ name }) => name)).toEqual(['weekly-20240305.all']);
  expect(await serversIn(flow, 'weekly-20240305')).toEqual([drsId(1), drsId(2)]);
  expect(
    (await flow.body<PlannedWave>(place.plannedWave('weekly-20240305', 'all')))?.startedBy,
  ).toBe('anna');
  expect(told(flow)).toMatchObject([
    {
      type: 'Started',
      stream: 'schedule/weekly',
      sequence: 1,
      date: '2024-03-05',
      plannedAt: '2024-03-05T00:20:00.000Z',
      run: 'weekly-20240305',
      servers: 2,
      leftOut: [],
      nextAt: '2024-03-12T00:20:00.000Z',
      severity: 'info',
    },
  ]);
  flow.advance(5 * 60);
  expect(await run(flow)).toEqual({ schedules: 1, settled: [] });
  expect(flow.started).toHaveLength(1);
});

describe('exactly once', () => {
  test('where two calls race: one begins it, the other leaves it alone', async () => {
    const flow = aFlow(fleet(2));
    await kept(flow);
    flow.advance(untilTuesday);
    const reports = await Promise.all([run(flow), run(flow), run(flow)]);
    expect(reports.flatMap(({ settled }) => settled)).toEqual(['weekly 2024-03-05 started']);
    expect(flow.started).toHaveLength(1);
    expect(told(flow)).toHaveLength(1);
  });

  test('whatever write its beginner dies before: the next call after the claim goes on', async () => {
    for (let deadly = 1; ; deadly += 1) {
      const flow = aFlow(fleet(2));
      await kept(flow);
      flow.advance(untilTuesday);
      let writes = 0;
      flow.hooks.beforePut = () => {
        writes += 1;
        if (writes >= deadly) throw new Error('died');
      };
      const died = await run(flow).then(
        () => false,
        () => true,
      );
      delete flow.hooks.beforePut;
      flow.advance(6 * 60);
      const after = await run(flow);
      expect(flow.started.map(({ name }) => name)).toEqual(['weekly-20240305.all']);
      expect(told(flow).map(({ type, sequence }) => [type, sequence])).toEqual([['Started', 1]]);
      expect((await record(flow))?.pending).toEqual([]);
      if (!died) {
        expect(after.settled).toEqual([]);
        expect(deadly).toBeGreaterThan(4);
        return;
      }
    }
  });

  test('an event that the bus refuses is told with the next call, under the same id', async () => {
    const flow = aFlow(fleet(1));
    await kept(flow);
    flow.advance(untilTuesday);
    flow.hooks.refuses = () => true;
    await run(flow);
    expect(told(flow)).toEqual([]);
    delete flow.hooks.refuses;
    flow.advance(300);
    await run(flow);
    expect(told(flow).map(({ eventId }) => eventId)).toEqual(['schedule/weekly/1']);
  });
});

describe('a late call', () => {
  test('begins what is within its grace', async () => {
    const flow = aFlow(fleet(1));
    await kept(flow, { grace: 'PT2H' });
    flow.advance(untilTuesday + 2 * hour - 60);
    expect((await run(flow)).settled).toEqual(['weekly 2024-03-05 started']);
  });

  test('tells each that was missed, and begins none of them', async () => {
    const flow = aFlow(fleet(1));
    await kept(flow, { grace: 'PT2H' });
    flow.advance(untilTuesday + 7 * day + 2 * hour);
    expect((await run(flow)).settled).toEqual([
      'weekly 2024-03-05 missed',
      'weekly 2024-03-12 missed',
    ]);
    expect(flow.started).toEqual([]);
    expect(told(flow)).toMatchObject([
      {
        type: 'Missed',
        because: 'nothing began it within 2 h of 2024-03-05T00:20:00.000Z',
        severity: 'warning',
      },
      { type: 'Missed', date: '2024-03-12', nextAt: '2024-03-19T00:20:00.000Z' },
    ]);
  });

  test('that cannot list the servers is tried again, and the run missed in the end', async () => {
    const flow = aFlow(fleet(1));
    await kept(flow, { grace: 'PT1H' });
    flow.advance(untilTuesday);
    flow.forceDrs.describeSourceServers = async () => refused('throttled');
    await expect(run(flow)).rejects.toThrow('its servers cannot be listed');
    delete flow.forceDrs.describeSourceServers;
    flow.advance(300);
    expect((await run(flow)).settled).toEqual(['weekly 2024-03-05 started']);
    flow.forceDrs.describeSourceServers = async () => refused('throttled');
    flow.advance(7 * day);
    await expect(run(flow)).rejects.toThrow();
    flow.advance(hour);
    expect((await run(flow)).settled).toEqual(['weekly 2024-03-12 missed']);
  });
});

describe('a run falls out', () => {
  test('in a freeze that leaves no other day', async () => {
    const flow = aFlow(fleet(1));
    const calendars = { spring: [{ begins: '2024-03-01T00:00Z', ends: '2024-04-01T00:00Z' }] };
    await kept(flow, { freezes: ['spring'] }, { spec: { calendars } });
    flow.advance(untilTuesday);
    await run(flow);
    expect(told(flow)).toMatchObject([
      { type: 'Skipped', reason: 'frozen', severity: 'info', nextAt: '2024-03-12T00:20:00.000Z' },
    ]);
    expect(flow.started).toEqual([]);
  });

  test('while its schedule is paused; a resumed one goes on with the next', async () => {
    const flow = aFlow(fleet(1));
    await kept(flow);
    expect(await pauseSchedule(flow.ports, 'weekly', { by: 'bo', reason: 'audit' })).toBe('done');
    expect(await pauseSchedule(flow.ports, 'weekly', { by: 'bo', reason: 'audit' })).toBe(
      'already-so',
    );
    flow.advance(untilTuesday);
    await run(flow);
    expect(told(flow)).toMatchObject([{ type: 'Skipped', reason: 'paused' }]);
    expect(await resumeSchedule(flow.ports, 'weekly')).toBe('done');
    expect(await run(flow)).toEqual({ schedules: 1, settled: [] });
    flow.advance(7 * day);
    expect((await run(flow)).settled).toEqual(['weekly 2024-03-12 started']);
  });

  test('where the month has no money left for it', async () => {
    const flow = aFlow(fleet(2));
    const costs = { hoursPerInstance: 2, perInstanceHourUsd: 0.5, limitUsd: 5 };
    await kept(flow, { costs });
    for (let week = 0; week < 5; week += 1) {
      flow.advance(week === 0 ? untilTuesday : 7 * day);
      await run(flow);
      // Nothing moves the waves in this test: so that the next run finds its servers free, they are called off.
      for (const { name } of flow.started) {
        await change(flow.ports.store, place.command(name), (known) =>
          known === undefined ? { resumedAt: null, pauses: [], aborted: true } : undefined,
        );
      }
    }
    expect(told(flow)).toMatchObject([
      { type: 'Started', date: '2024-03-05', reckoned: { instanceHours: 4, usd: 2 } },
      { type: 'Started', date: '2024-03-12' },
      {
        type: 'Skipped',
        date: '2024-03-19',
        reason: 'over-cost',
        because: 'USD 2, with USD 4 of this month already, are more than its USD 5',
        severity: 'warning',
      },
      { type: 'Skipped', date: '2024-03-26', reason: 'over-cost' },
      { type: 'Started', date: '2024-04-02' },
    ]);
  });

  test('where its plan does not fit the servers any more', async () => {
    const flow = aFlow(fleet(1));
    const waves = [{ name: 'all', servers: { ids: [drsId(1), drsId(9)] } }];
    await kept(flow, {}, { spec: { waves } });
    flow.advance(untilTuesday);
    await run(flow);
    expect(told(flow)).toMatchObject([
      { type: 'Skipped', reason: 'plan-unfit', because: expect.stringContaining(drsId(9)) },
    ]);
  });
});

test('servers in other waves are left out, and none of them drilled twice; without any other it falls out', async () => {
  const flow = aFlow(fleet(3));
  await kept(
    flow,
    {},
    { name: 'some', spec: { waves: [{ name: 'all', servers: { ids: [drsId(2)] } }] } },
  );
  await kept(flow);
  flow.advance(untilTuesday);
  expect((await run(flow)).settled).toEqual([
    'some 2024-03-05 started',
    'weekly 2024-03-05 started',
  ]);
  expect(await serversIn(flow, 'weekly-20240305')).toEqual([drsId(1), drsId(3)]);
  expect(told(flow)[1]).toMatchObject({
    servers: 2,
    leftOut: [{ because: 'in wave some-20240305.all', servers: 1 }],
  });
  flow.advance(7 * day);
  await run(flow);
  expect(told(flow).slice(2)).toMatchObject([
    { plan: 'some', because: 'no server is free: 1 in wave some-20240305.all' },
    {
      plan: 'weekly',
      type: 'Skipped',
      reason: 'no-servers',
      because: 'no server is free: 2 in wave weekly-20240305.all; 1 in wave some-20240305.all',
    },
  ]);
});

test('a real recovery of its target keeps a run from beginning', async () => {
  const flow = aFlow(fleet(1));
  await flow.drsTick(0);
  await kept(flow);
  flow.advance(untilTuesday);
  const where = place.target(drsTarget);
  const item = await flow.store.get(where.partition, where.sort);
  const paces = { 'lost.all': { minSeconds: 60, maxSeconds: 900, recovers: true } };
  await flow.store.put(
    where.partition,
    where.sort,
    { ...(item?.body as object), paces },
    item?.version ?? 0,
  );
  await run(flow);
  expect(told(flow)).toMatchObject([
    { type: 'Skipped', because: 'no server is free: 1 wait for the recovery of wave lost.all' },
  ]);
});

test('what is put on record again changes with the next run; what is removed never comes', async () => {
  const flow = aFlow(fleet(1));
  await kept(flow);
  expect(await kept(flow)).toBe('as-before');
  flow.advance(untilTuesday);
  await run(flow);
  const document = documentOf({ ...daily, on: 'thursday' });
  const changed = { document, hash: 'h2', home: drsTarget };
  expect(await keepSchedule(flow.ports, changed)).toBe('changed');
  const [status] = await schedulesOf(flow.ports);
  expect(status?.coming.map(({ date }) => date)).toEqual([
    '2024-03-07',
    '2024-03-14',
    '2024-03-21',
  ]);
  expect(status?.past.map(({ date, status: is }) => [date, is])).toEqual([
    ['2024-03-05', 'started'],
  ]);
  expect(await removeSchedule(flow.ports, 'weekly')).toBe('done');
  expect(await removeSchedule(flow.ports, 'weekly')).toBe('unknown');
  flow.advance(2 * day);
  expect(await run(flow)).toEqual({ schedules: 0, settled: [] });
});

test('a run launches with what the launch configuration said when the schedule was put on record', async () => {
  const flow = aFlow(fleet(2));
  const configuration = {
    ...{ apiVersion: 'landfall/v1', kind: 'LaunchConfiguration', metadata: { name: 'baseline' } },
    spec: {
      template: { copyTags: true },
      byServer: [{ ids: [drsId(2)], launchConfiguration: { copyTags: false } }],
    },
  };
  const defaults = { desired: { apply: 'by-policy', configuration } };
  const waves = [{ name: 'all', servers: { all: true } }];
  await kept(flow, {}, { spec: { defaults, waves } });
  flow.advance(untilTuesday);
  await run(flow);
  const planned = await flow.body<PlannedWave>(place.plannedWave('weekly-20240305', 'all'));
  const wanted = planned?.servers.map(({ settings }) => planned.settings[settings]);
  expect(wanted).toMatchObject([
    {
      desired: { apply: 'by-policy' },
      launchWith: { configuration: 'baseline', wanted: { settings: { copyTags: true } } },
    },
    { launchWith: { wanted: { settings: { copyTags: false }, otherwise: ['copyTags'] } } },
  ]);
});
