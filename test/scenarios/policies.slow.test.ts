// What a wave does when servers fail: go on, hold, roll back; canaries, tiers, attempts, phases and waves in order.
import { describe, expect, test } from 'vitest';
import type { WaveCommand } from '../../src/flow/records/order-records.ts';
import { place } from '../../src/flow/records/place.ts';
import { agentBased, discovered, inSync, serverId } from './_fleet.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  type Moment,
  rehearse,
  type Told,
  triesOf,
  wholeWay,
} from './_rehearse.ts';

const fleet = [inSync(1), inSync(2), inSync(3), inSync(4)];

function failing(launch: string, ...servers: readonly number[]): string {
  return `{ fault: launch-failure, on: ${launch}, times: 9, servers: { ids: [${servers.map(serverId).join(', ')}] } }`;
}

/** A person who answers to an event with a command. */
function person(type: string, command: (now: string) => WaveCommand): Moment {
  const { partition, sort } = place.command('story.wave-1');
  return {
    event: (envelope) => envelope['detail-type'] === type,
    happens: async ({ ports }) => {
      await ports.store.put(partition, sort, command(ports.clock.now()), 0);
    },
  };
}

const resume = (now: string): WaveCommand => ({ resumedAt: now, pauses: [], aborted: false });

describe('onFailure: continue', () => {
  test('the failed server is rolled back, the others go on', async () => {
    const told = await rehearse({ fleet, faults: [failing('cutover-launch', 2)] });
    expect(endings(told)).toEqual([
      '1 succeeded',
      '2 rolled-back LaunchFailed',
      '3 succeeded',
      '4 succeeded',
    ]);
    expect(eventsOf(told, 'Wave Held')).toEqual([]);
    expectPromisesKept(told);
  });
});

describe('onFailure: hold', () => {
  const spec =
    '{ defaults: { policy: { onFailure: hold, tolerate: 0, holdTimeout: PT12H } }, waves: [{ name: wave-1, servers: { all: true } }] }';

  test('nobody answers: what was not cut over is skipped when the hold expires', async () => {
    const told = await rehearse({ fleet, spec, faults: [failing('test-launch', 2)] });
    expect(endings(told)).toEqual([
      '1 skipped HoldExpired',
      '2 rolled-back LaunchFailed',
      '3 skipped HoldExpired',
      '4 skipped HoldExpired',
    ]);
    expect(eventsOf(told, 'Wave Held')).toHaveLength(1);
    expect(triesOf(told, 'StartCutover')).toBe(0);
    expect(told.virtualSeconds).toBeGreaterThan(12 * 3600);
    expectPromisesKept(told);
  });

  test('a person resumes: the others go their whole way', async () => {
    const told = await rehearse({
      fleet,
      spec,
      faults: [failing('test-launch', 2)],
      whenTold: [person('Wave Held', resume)],
    });
    expect(endings(told)).toEqual([
      '1 succeeded',
      '2 rolled-back LaunchFailed',
      '3 succeeded',
      '4 succeeded',
    ]);
    expect(eventsOf(told, 'Wave Resumed')).toHaveLength(1);
    expect(actsOn(told, serverId(1))).toEqual(wholeWay);
    expectPromisesKept(told);
  });

  test('a failure after the resumption stops the line again', async () => {
    const told = await rehearse({
      fleet,
      spec,
      faults: [failing('test-launch', 2), failing('cutover-launch', 3)],
      whenTold: [person('Wave Held', resume)],
    });
    expect(eventsOf(told, 'Wave Held')).toHaveLength(2);
    expect(endings(told)).toEqual([
      '1 frozen HoldExpired',
      '2 rolled-back LaunchFailed',
      '3 rolled-back LaunchFailed',
      '4 frozen HoldExpired',
    ]);
    expect(triesOf(told, 'FinalizeCutover')).toBe(0);
    expectPromisesKept(told);
  });

  test('a person aborts: nothing more is touched', async () => {
    const told = await rehearse({
      fleet,
      spec,
      faults: [failing('test-launch', 2)],
      whenTold: [person('Wave Held', (now) => ({ resumedAt: now, pauses: [], aborted: true }))],
    });
    expect(endings(told)).toEqual([
      '1 frozen WaveAborted',
      '2 rolled-back LaunchFailed',
      '3 frozen WaveAborted',
      '4 frozen WaveAborted',
    ]);
    expect(triesOf(told, 'StartCutover')).toBe(0);
    expectPromisesKept(told, ['nothing-after-outcome']);
  });

  test('failures within the tolerance do not stop the line', async () => {
    const told = await rehearse({
      fleet,
      spec: spec.replace('tolerate: 0', 'tolerate: 25%'),
      faults: [failing('test-launch', 2)],
    });
    expect(eventsOf(told, 'Wave Held')).toEqual([]);
    expect(endings(told).filter((end) => end.includes('succeeded'))).toHaveLength(3);
    expectPromisesKept(told);
  });
});

describe('onFailure: rollback', () => {
  test('one failed cutover takes every other one back: reverted, terminated, nothing finalized', async () => {
    const told = await rehearse({
      fleet,
      spec: '{ defaults: { policy: { onFailure: rollback, tolerate: 0 } }, waves: [{ name: wave-1, servers: { all: true } }] }',
      faults: [failing('cutover-launch', 2)],
    });
    expect(endings(told)).toEqual([
      '1 rolled-back',
      '2 rolled-back LaunchFailed',
      '3 rolled-back',
      '4 rolled-back',
    ]);
    expect(actsOn(told, serverId(1)).slice(-2)).toEqual([
      'ChangeServerLifeCycleState',
      'TerminateTargetInstances',
    ]);
    expect(triesOf(told, 'FinalizeCutover')).toBe(0);
    expectPromisesKept(told, ['one-termination-a-launch']);
  });
});

describe('canary', () => {
  const spec =
    '{ defaults: { policy: { canary: 1, onFailure: hold, holdTimeout: PT6H } }, waves: [{ name: wave-1, servers: { all: true } }] }';

  test('goes its whole way before the others begin', async () => {
    const told = await rehearse({ fleet, spec });
    expect(endings(told).every((end) => end.endsWith('succeeded'))).toBe(true);
    const archived = told.logs.api.findIndex((c) => c.operation === 'MarkAsArchived');
    const others = told.logs.api.findIndex(
      (c) => c.operation === 'StartTest' && JSON.stringify(c.input).includes(serverId(2)),
    );
    expect(archived).toBeGreaterThan(-1);
    expect(others).toBeGreaterThan(archived);
    expectPromisesKept(told);
  });

  test('that fails keeps the others from beginning', async () => {
    const told = await rehearse({ fleet, spec, faults: [failing('test-launch', 1)] });
    expect(endings(told)).toEqual([
      '1 rolled-back LaunchFailed',
      '2 skipped HoldExpired',
      '3 skipped HoldExpired',
      '4 skipped HoldExpired',
    ]);
    expect(actsOn(told, serverId(2))).toEqual([]);
    expectPromisesKept(told);
  });
});

test('tiers order the cutovers, and nothing before them', async () => {
  const told = await rehearse({
    fleet,
    spec: `{ waves: [{ name: wave-1, servers: { all: true }, tiers: [{ name: databases, servers: { ids: [${serverId(3)}] } }, { name: middle, servers: { ids: [${serverId(4)}] } }] }] }`,
  });
  expect(cutoversOf(told)).toEqual([[serverId(3)], [serverId(4)], [serverId(1), serverId(2)]]);
  const tests = told.logs.api.filter((c) => c.operation === 'StartTest');
  expect(new Set(tests.map((c) => c.at)).size).toBe(1);
  expectPromisesKept(told);
});

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

// A tier may cut over in more than one job; who shares a stage is what counts.
function cutoversOf(told: Told): readonly (readonly string[])[] {
  const stages = eventsOf(told, 'Wave Stage Started').filter((e) => e['phase'] === 'cutover');
  const started = told.logs.api.filter((c) => c.operation === 'StartCutover');
  return stages.map((stage, i) => {
    const until = stages[i + 1]?.['observedAt'];
    return started
      .filter((c) => {
        const at = Date.parse(c.at);
        return (
          at >= Date.parse(String(stage['observedAt'])) &&
          (until === undefined || at < Date.parse(String(until)))
        );
      })
      .flatMap((c) => stringsIn(c.input['sourceServerIDs']))
      .sort();
  });
}

describe('attempts', () => {
  test.each([
    [1, 1, '1 rolled-back LaunchFailed', 1],
    [3, 2, '1 succeeded', 3],
    [3, 9, '1 rolled-back LaunchFailed', 3],
  ])('%i in all, %i of them fail: %s', async (attempts, times, ending, launches) => {
    const told = await rehearse({
      fleet: [inSync(1)],
      spec: `{ defaults: { policy: { attempts: ${attempts} } }, waves: [{ name: wave-1, servers: { all: true } }] }`,
      faults: [`{ fault: launch-failure, on: cutover-launch, times: ${times} }`],
    });
    expect(endings(told)).toEqual([ending]);
    expect(triesOf(told, 'StartCutover')).toBe(launches);
    expectPromisesKept(told);
  });
});

describe('phases', () => {
  test('a plan without test cuts over from READY_FOR_TEST, launching nothing before', async () => {
    const told = await rehearse({
      fleet: [inSync(1), discovered(2)],
      spec: '{ defaults: { phases: [replicate, cutover, finalize] }, waves: [{ name: wave-1, servers: { all: true } }] }',
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(actsOn(told, serverId(1))).toEqual([
      'ChangeServerLifeCycleState',
      'StartCutover',
      'FinalizeCutover',
      'MarkAsArchived',
    ]);
    expectPromisesKept(told);
  });

  test('a plan that ends with the test leaves its servers ready for cutover', async () => {
    const told = await rehearse({
      fleet: [agentBased(1)],
      spec: '{ defaults: { phases: [replicate, test] }, waves: [{ name: wave-1, servers: { all: true } }] }',
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(actsOn(told, serverId(1))).toEqual(wholeWay.slice(0, 3));
    expectPromisesKept(told);
  });
});

test('a wave begins when those it depends on have concluded, however they ended', async () => {
  const told = await rehearse({
    fleet,
    spec: `{ waves: [{ name: wave-1, servers: { ids: [${serverId(1)}, ${serverId(2)}] } }, { name: wave-2, dependsOn: [wave-1], servers: { ids: [${serverId(3)}] } }, { name: wave-3, dependsOn: [wave-1, wave-2], servers: { ids: [${serverId(4)}] } }] }`,
    faults: [failing('test-launch', 2)],
  });
  expect(endings(told)).toEqual([
    '1 succeeded',
    '2 rolled-back LaunchFailed',
    '3 succeeded',
    '4 succeeded',
  ]);
  const story = told.logs.events
    .filter((e) => ['Wave Started', 'Wave Concluded'].includes(e['detail-type']))
    .map((e) => `${String(e.detail['wave'])} ${e['detail-type']}`);
  expect(story).toEqual([
    'story.wave-1 Wave Started',
    'story.wave-1 Wave Concluded',
    'story.wave-2 Wave Started',
    'story.wave-2 Wave Concluded',
    'story.wave-3 Wave Started',
    'story.wave-3 Wave Concluded',
  ]);
  expectPromisesKept(told);
});

test('a paused wave launches nothing until it goes on, and its deadlines wait with it', async () => {
  const { partition, sort } = place.command('story.wave-1');
  // Longer than the six hours that a test may take.
  const until = '2024-03-05T06:00:00.000Z';
  let from = '';
  const told = await rehearse({
    fleet: [inSync(1)],
    whenTold: [
      {
        event: (e) => e['detail-type'] === 'Wave Stage Started' && e.detail['phase'] === 'test',
        happens: async ({ ports }) => {
          from = ports.clock.now();
          const command = { resumedAt: null, pauses: [{ from, until: null }], aborted: false };
          await ports.store.put(partition, sort, command, 0);
        },
      },
    ],
    around: async (ports, name, run) => {
      if (name === 'poll' && Date.parse(ports.clock.now()) >= Date.parse(until)) {
        const command = { resumedAt: null, pauses: [{ from, until }], aborted: false };
        await ports.store.put(partition, sort, command, 1);
      }
      return run(ports);
    },
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  const [first] = told.logs.api.filter((c) => c.operation === 'StartTest');
  expect(Date.parse(first?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(until));
  expectPromisesKept(told);
});
