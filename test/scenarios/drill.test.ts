// Drills: each server is launched, looked at and taken away again; never over a live instance, whatever happens.
import { describe, expect, test } from 'vitest';
import type { Scope } from '../../src/core/order/order.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { Operator, wave } from './_operator.ts';
import {
  actsOn,
  casesOf,
  endings,
  eventsOf,
  expectPromisesKept,
  type Person,
  rehearse,
  type Story,
  triesOf,
} from './_rehearse.ts';

const fleet = (count: number) => Array.from({ length: count }, (_, i) => aDrsServer(i + 1));
const drill = (count: number, is: Partial<Story> = {}) =>
  rehearse({ kind: 'Drill', fleet: fleet(count), parameters: {}, ...is });
const spec = (more: string) => `{ waves: [{ name: wave-1, servers: { all: true }, ${more} }] }`;
const drilled: Scope = { kind: 'servers', wave, servers: [drsId(1)] };
const launches = (isDrill: boolean, n: number) => (person: Person) =>
  void person('StartRecovery', { isDrill, sourceServers: [{ sourceServerID: drsId(n) }] });
const proof = [
  'no-drill-over-live-instance',
  'only-own-instances-terminated',
  'drill-instances-gone',
  'launches-carry-intent',
  'one-job-a-server',
];

test('launches all servers in one job, looks at each, and takes each away', async () => {
  const told = await drill(3);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expect(triesOf(told, 'StartRecovery')).toBe(1);
  expect(eventsOf(told, 'Recovery Instance Presence Change')).toHaveLength(3);
  expect(eventsOf(told, 'Wave Server Recovered').map(({ kind }) => kind)).toEqual([
    'drill',
    'drill',
    'drill',
  ]);
  // Terminations of DRS carry no tag, and are told as ours all the same.
  expect(
    eventsOf(told, 'Job Started').map(({ cause }) => (cause as { kind: string }).kind),
  ).toEqual(eventsOf(told, 'Job Started').map(() => 'landfall'));
  expectPromisesKept(told, proof);
});

describe('over what is there already', () => {
  test('a live instance is never replaced: its server is skipped, the others are drilled', async () => {
    const told = await drill(2, {
      before: launches(false, 2),
      spec: spec('drill: { leftOver: replace }'),
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 skipped LiveRecoveryInstance']);
    expect(actsOn(told, drsId(2))).toEqual([]);
    expectPromisesKept(told);
  });

  test('an instance of somebody else’s drill is left, unless the plan has it replaced', async () => {
    const left = await drill(1, { before: launches(true, 1) });
    expect(endings(left)).toEqual(['1 skipped DrillInstancePresent']);
    expect(actsOn(left, drsId(1))).toEqual([]);
    const replaced = await drill(1, {
      before: launches(true, 1),
      spec: spec('drill: { leftOver: replace }'),
    });
    expect(endings(replaced)).toEqual(['1 succeeded']);
    expectPromisesKept(replaced, proof);
  });
});

describe('of a server that is not ready', () => {
  test('waits for its lag, and is skipped when that does not pass', async () => {
    const told = await rehearse({
      kind: 'Drill',
      fleet: [aDrsServer(1), aDrsServer(2, { state: 'STOPPED' })],
      faults: [
        `{ fault: stall, errorClass: AGENT_NOT_SEEN, after: PT0S, servers: { ids: [${drsId(1)}] } }`,
      ],
      parameters: {},
    });
    expect(endings(told)).toEqual(['1 skipped NotRecoverable', '2 skipped NotRecoverable']);
    expect(triesOf(told, 'StartRecovery')).toBe(0);
    expectPromisesKept(told);
  });
});

describe('that fails', () => {
  test('at one server has that one tried again, taken away and failed; a completed job is no success', async () => {
    const told = await drill(3, {
      faults: [`{ fault: launch-failure, times: 9, servers: { ids: [${drsId(2)}] } }`],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 failed LaunchFailed', '3 succeeded']);
    expect(triesOf(told, 'StartRecovery')).toBe(2);
    expectPromisesKept(told, proof);
  });

  test('at its validation has its instance taken away all the same', async () => {
    const told = await drill(1, {
      spec: spec(
        'policy: { attempts: 1 }, hooks: { validateDrill: [{ name: login, function: check, retries: 0 }] }',
      ),
      hooks: [
        { hook: 'login', outcome: 'failed', durationSeconds: 5, reason: 'nobody can log in' },
      ],
    });
    expect(endings(told)).toEqual(['1 failed HookFailed']);
    expect(eventsOf(told, 'Recovery Instance Presence Change')).toHaveLength(1);
    expectPromisesKept(told, proof);
  });

  test('for want of an answer is found by its tag, and nothing is launched or terminated twice', async () => {
    const told = await drill(2, {
      faults: ['{ fault: answer-lost, operations: [StartRecovery, TerminateRecoveryInstances] }'],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(triesOf(told, 'StartRecovery')).toBe(1);
    const terminated = told.logs.api.flatMap(({ caller, operation, input }) =>
      caller === 'landfall' && operation === 'TerminateRecoveryInstances'
        ? (input['recoveryInstanceIDs'] as string[])
        : [],
    );
    expect([terminated.length, new Set(terminated).size]).toEqual([2, 2]);
    expectPromisesKept(told, proof);
  });
});

test('a server that somebody else’s job holds keeps nobody from the batch', async () => {
  const told = await drill(3, {
    whenTold: [
      {
        event: (e) => e['detail-type'] === 'Wave Stage Started',
        happens: ({ person }) => launches(true, 2)(person),
      },
    ],
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 skipped DrillInstancePresent', '3 succeeded']);
  expectPromisesKept(told, proof);
});

test('an instance that passed is kept for as long as the plan says', async () => {
  const told = await drill(1, { spec: spec('drill: { keep: PT2H }') });
  const [healthy] = eventsOf(told, 'Wave Server Recovered');
  const [gone] = eventsOf(told, 'Recovery Instance Presence Change');
  const at = (event: typeof gone) => Date.parse(String(event?.['observedAt']));
  expect(at(gone) - at(healthy)).toBeGreaterThan(2 * 3_600_000);
  expect(endings(told)).toEqual(['1 succeeded']);
  expectPromisesKept(told, proof);
});

test('an instance whose wave is paused is taken away when its time is over', async () => {
  const operator = new Operator();
  const told = await drill(1, {
    spec: spec('deadlines: { drill: P2D }'),
    whenTold: [
      {
        event: (e) => e['detail-type'] === 'Recovery Instance Discovered',
        happens: async ({ ports }) => {
          await operator.gives(ports, 'pause', drilled);
        },
      },
      {
        event: (e) => e['detail-type'] === 'Recovery Instance Presence Change',
        happens: async ({ ports }) => {
          await operator.gives(ports, 'resume', drilled);
        },
      },
    ],
  });
  const [came] = eventsOf(told, 'Recovery Instance Discovered');
  const [gone] = eventsOf(told, 'Recovery Instance Presence Change');
  const hours =
    (Date.parse(String(gone?.['observedAt'])) - Date.parse(String(came?.['observedAt']))) /
    3_600_000;
  expect(hours).toBeGreaterThan(23);
  expect(hours).toBeLessThan(25);
  expect(casesOf(told, 'drill-instances-gone')).toBeGreaterThan(0);
  expectPromisesKept(told, proof);
});
