// Real recoveries: tier by tier, however stalled the servers are; never over what serves; older recovery points after
// failures; drills yield; a rollback while the traffic was not switched.
import { describe, expect, test } from 'vitest';
import type { Scope } from '../../src/core/order/order.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { Operator, wave } from './_operator.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  type Person,
  rehearse,
  type Story,
  type Told,
  triesOf,
} from './_rehearse.ts';

const fleet = (count: number) => Array.from({ length: count }, (_, i) => aDrsServer(i + 1));
const recover = (count: number, is: Partial<Story> = {}) =>
  rehearse({ kind: 'Recovery', fleet: fleet(count), parameters: {}, ...is });
const spec = (more: string, servers = '') =>
  `{ waves: [{ name: wave-1, servers: { all: true }, ${more} }], servers: [${servers}] }`;
const plain = (more: string) => `{ waves: [{ name: wave-1, servers: { all: true }, ${more} }] }`;
const twoTiers = `tiers: [{ name: first, servers: { ids: [${drsId(1)}] } }]`;
const lost = '{ fault: region-lost, after: PT0S }';
const launches = (isDrill: boolean, n: number) => (person: Person) =>
  void person('StartRecovery', { isDrill, sourceServers: [{ sourceServerID: drsId(n) }] });
const fails = (n: number, times: number) =>
  `{ fault: launch-failure, on: cutover-launch, times: ${times}, servers: { ids: [${drsId(n)}] } }`;
const proof = ['no-recovery-over-live-instance', 'recovered-once', 'launches-carry-intent'];

/** The recoveries that Landfall called for, each with its servers and their recovery snapshots. */
function callsOf(told: Told) {
  return told.logs.api.flatMap(({ caller, operation, input, status }) => {
    if (caller !== 'landfall' || operation !== 'StartRecovery') return [];
    const servers = input['sourceServers'] as {
      sourceServerID: string;
      recoverySnapshotID?: string;
    }[];
    return [
      {
        status,
        isDrill: input['isDrill'],
        servers: servers.map(({ sourceServerID }) => Number(sourceServerID.slice(2))),
        points: servers.map(({ recoverySnapshotID }) => recoverySnapshotID),
      },
    ];
  });
}
const chosen = (told: Told, n: number) =>
  eventsOf(told, 'Wave Server Recovery Chosen').filter((e) => e['sourceServerId'] === drsId(n));
const at = (event: { readonly [key: string]: unknown } | undefined, member = 'observedAt') =>
  Date.parse(String(event?.[member]));

test('a tier begins once the one before it is recovered, from wherever replication stalled', async () => {
  const told = await recover(3, {
    spec: plain(`${twoTiers}, recovery: { incidentAt: 2024-03-04T16:21:00Z }`),
    faults: [lost],
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expect(callsOf(told).map(({ servers, isDrill }) => [servers, isDrill])).toEqual([
    [[1], false],
    [[2, 3], false],
  ]);
  const recovered = eventsOf(told, 'Wave Server Recovered');
  expect(at(recovered[0])).toBeLessThan(at(chosen(told, 2)[0]));
  // The next tick of the schedule is a minute away; the queue of stages brings one once its delay is over.
  expect(at(chosen(told, 2)[0]) - at(recovered[0])).toBe(15_000);
  expect(recovered.map(({ kind }) => kind)).toEqual(['recovery', 'recovery', 'recovery']);
  expect(chosen(told, 3)[0]?.['warnings']).toContain('stalled');
  for (const measured of eventsOf(told, 'Wave Server Recovery Measured')) {
    expect(measured).toMatchObject({ kind: 'recovery', rto: 'kept', rpo: 'kept' });
    expect(at(measured, 'recoveredAt') - at(measured, 'calledAt')).toBe(
      Number(measured['rtoSeconds']) * 1000,
    );
  }
  expect(eventsOf(told, 'Wave Server Recovery Measured')).toHaveLength(3);
  expectPromisesKept(told, proof);
});

describe('a server that cannot be recovered', () => {
  test('is tried again alone, each time from the next older recovery point', async () => {
    const told = await recover(2, { faults: [lost, fails(2, 2)] });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    const [first, second, third] = callsOf(told);
    expect([first?.servers, second?.servers, third?.servers]).toEqual([[1, 2], [2], [2]]);
    expect(first?.points).toEqual([undefined, undefined]);
    const [, older, oldest] = chosen(told, 2);
    expect(at(oldest, 'pointInTimeAt')).toBeLessThan(at(older, 'pointInTimeAt'));
    expectPromisesKept(told, proof);
  });

  test('is left out where it is optional: the tiers after it go on', async () => {
    const told = await recover(2, {
      spec: spec(
        `${twoTiers}, recovery: { retryOlder: 1 }`,
        `{ servers: { ids: [${drsId(1)}] }, recovery: { impact: optional } }`,
      ),
      faults: [fails(1, 9)],
    });
    expect(endings(told)).toEqual(['1 failed LaunchFailed', '2 succeeded']);
    expect(callsOf(told).map(({ servers }) => servers)).toEqual([[1], [1], [2]]);
    expect(eventsOf(told, 'Wave Held')).toEqual([]);
    expectPromisesKept(told, proof);
  });

  test('holds its wave where it is critical, until a person lets the rest go on', async () => {
    const operator = new Operator();
    const told = await recover(2, {
      spec: plain(`${twoTiers}, recovery: { retryOlder: 0 }`),
      faults: [fails(1, 9)],
      whenTold: [
        {
          event: (e) => e['detail-type'] === 'Wave Held',
          happens: async ({ ports }) => {
            await operator.gives(ports, 'resume', { kind: 'wave', wave });
          },
        },
      ],
    });
    expect(eventsOf(told, 'Wave Held').map(({ reason }) => reason)).toEqual([
      `1 critical servers were not recovered: ${drsId(1)}`,
    ]);
    expect(endings(told)).toEqual(['1 failed LaunchFailed', '2 succeeded']);
    expect(at(eventsOf(told, 'Wave Held')[0])).toBeLessThan(at(chosen(told, 2)[0]));
    expectPromisesKept(told, proof);
  });

  test('is told why: stopped, or without a recovery point from before the incident', async () => {
    const told = await rehearse({
      kind: 'Recovery',
      fleet: [aDrsServer(1, { state: 'STOPPED' }), aDrsServer(2), aDrsServer(3)],
      spec: spec(
        'recovery: { impact: optional }',
        `{ servers: { ids: [${drsId(2)}] }, recovery: { pointInTime: { before: 2019-01-01T00:00:00Z } } }`,
      ),
      parameters: {},
    });
    expect(endings(told)).toEqual([
      '1 failed NotRecoverable',
      '2 failed NotRecoverable',
      '3 succeeded',
    ]);
    expect(told.ends[drsId(2)]?.reason).toContain('no recovery point from before 2019');
    expect(callsOf(told).map(({ servers }) => servers)).toEqual([[3]]);
    expectPromisesKept(told);
  });
});

test('a point from before an instant is chosen when it is launched, not before', async () => {
  const before = '2024-03-04T16:00:00.000Z';
  const told = await recover(1, {
    spec: plain(`recovery: { pointInTime: { before: ${before} } }`),
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  const [choice] = chosen(told, 1);
  expect(at(choice, 'pointInTimeAt')).toBeLessThan(Date.parse(before));
  expect(callsOf(told)[0]?.points).toEqual([choice?.['snapshotId']]);
  expectPromisesKept(told, proof);
});

describe('over what is there already', () => {
  test('a live instance is not replaced, unless the plan says so', async () => {
    const kept = await recover(2, { before: launches(false, 2) });
    expect(endings(kept)).toEqual(['1 succeeded', '2 skipped LiveRecoveryInstance']);
    expect(actsOn(kept, drsId(2))).toEqual([]);
    expectPromisesKept(kept);
    const replaced = await recover(1, {
      before: launches(false, 1),
      spec: plain('recovery: { liveInstance: replace }'),
    });
    expect(endings(replaced)).toEqual(['1 succeeded']);
    expect(chosen(replaced, 1)[0]).toMatchObject({ replaces: [{ isDrill: false }] });
    expectPromisesKept(replaced, proof);
  });

  test('a drill instance is taken away by DRS as it launches, and told so', async () => {
    const told = await recover(1, { before: launches(true, 1) });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(chosen(told, 1)[0]).toMatchObject({ replaces: [{ isDrill: true }] });
    expectPromisesKept(told, proof);
  });
});

/** Stands before the first calls of StartRecovery that Landfall makes, and lets something happen to each. */
function beforeCalls(
  times: number,
  happens: (manner: Manner) => Manner,
): NonNullable<Story['around']> {
  let called = 0;
  return (ports, _name, run) =>
    run({
      ...ports,
      drsOf: (target) => {
        const api = ports.drsOf(target);
        return {
          ...api,
          startRecovery: (ids, manner) => {
            called += 1;
            return api.startRecovery(ids, called <= times ? happens(manner) : manner);
          },
        };
      },
    });
}
type Manner = Parameters<ReturnType<Ports['drsOf']>['startRecovery']>[1];

describe('a refused call', () => {
  test('is made again without the server that another job holds, which comes after it', async () => {
    let person: Person | undefined;
    const told = await recover(3, {
      before: (one) => {
        person = one;
      },
      around: beforeCalls(1, (manner) => {
        if (person !== undefined) launches(true, 2)(person);
        return manner;
      }),
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
    expect(callsOf(told).map(({ servers, status }) => [servers, status])).toEqual([
      [[1, 2, 3], 409],
      [[1, 3], 202],
      [[2], 202],
    ]);
    // What is chosen again is told once.
    expect(chosen(told, 1)).toHaveLength(1);
    expectPromisesKept(told, proof);
  });

  test('is made again from the next recovery point where the chosen one is gone', async () => {
    const told = await recover(1, {
      spec: plain('recovery: { pointInTime: { before: 2024-03-04T16:00:00Z } }'),
      around: beforeCalls(1, (manner) => ({
        ...manner,
        snapshots: { [drsId(1)]: 'pit-00000000000000000' },
      })),
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(callsOf(told).map(({ status }) => status)).toEqual([409, 202]);
    expect(callsOf(told)[1]?.points).toEqual([chosen(told, 1).at(-1)?.['snapshotId']]);
    expectPromisesKept(told, proof);
  });

  test('for a server alone, again and again, keeps its tier no longer', async () => {
    const told = await recover(2, {
      spec: spec(
        `${twoTiers}, recovery: { retryOlder: 0 }`,
        `{ servers: { ids: [${drsId(1)}] }, recovery: { impact: optional } }`,
      ),
      around: beforeCalls(3, (manner) => ({
        ...manner,
        snapshots: { [drsId(1)]: 'pit-00000000000000000' },
      })),
    });
    expect(endings(told)).toEqual(['1 failed LaunchRefused', '2 succeeded']);
    expect(callsOf(told).map(({ status }) => status)).toEqual([409, 409, 409, 202]);
    expectPromisesKept(told, proof);
  });
});

describe('a validation that fails', () => {
  const login = (more: string) =>
    plain(`hooks: { validateRecover: [{ name: login, function: check, retries: 0${more} }] }`);
  const hooks = [
    { hook: 'login', outcome: 'failed' as const, durationSeconds: 5, times: 1, reason: 'no' },
  ];

  test('has the server recovered from an older point, and counts from the first call', async () => {
    const told = await recover(1, { spec: login(''), hooks, faults: [lost] });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(callsOf(told).map(({ points }) => points[0] === undefined)).toEqual([true, false]);
    const [measured] = eventsOf(told, 'Wave Server Recovery Measured');
    expect(at(measured, 'pointInTimeAt')).toBe(at(chosen(told, 1)[1], 'pointInTimeAt'));
    expect(Number(measured?.['rtoSeconds'])).toBeGreaterThan(20 * 60);
    expectPromisesKept(told, proof);
  });

  test('and holds the server goes on with the same instance once a person has resumed it', async () => {
    const operator = new Operator();
    const told = await recover(1, {
      spec: login(', onFailure: hold'),
      hooks,
      whenTold: [
        {
          event: (e) => e['detail-type'] === 'Wave Server Held',
          happens: async ({ ports }) => {
            const servers = [drsId(1)];
            await operator.gives(ports, 'resume', { kind: 'servers', wave, servers });
          },
        },
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(triesOf(told, 'StartRecovery')).toBe(1);
    expectPromisesKept(told, proof);
  });
});

describe('drills', () => {
  test('yield to a recovery of the same target until its wave has concluded', async () => {
    const both = (kind: string, n: number) =>
      `{ waves: [{ name: ${kind}, servers: { ids: [${drsId(n)}] } }] }`;
    const told = await rehearse({
      kind: 'Recovery',
      fleet: fleet(2),
      spec: both('wave-1', 1),
      also: { kind: 'Drill', spec: both('wave-2', 2) },
      parameters: {},
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(callsOf(told).map(({ isDrill }) => isDrill)).toEqual([false, true]);
    const [concluded] = eventsOf(told, 'Wave Concluded').filter((e) =>
      String(e['wave']).endsWith('wave-1'),
    );
    const drills = told.logs.api.filter(
      ({ operation, input }) => operation === 'StartRecovery' && input['isDrill'] === true,
    );
    expect(at(concluded)).toBeLessThanOrEqual(Date.parse(String(drills[0]?.at)));
    expectPromisesKept(told, proof);
  });
});

describe('a rollback', () => {
  const server: Scope = { kind: 'servers', wave, servers: [drsId(1)] };

  test('takes the recovered instance away before the traffic is switched', async () => {
    const operator = new Operator();
    const told = await recover(2, {
      spec: plain(twoTiers),
      whenTold: [
        {
          event: (e) => e['detail-type'] === 'Wave Server Outcome',
          happens: async ({ ports }) => {
            await operator.gives(ports, 'rollback', server);
          },
        },
      ],
    });
    expect(endings(told)).toEqual(['1 rolled-back OrderedRollback', '2 succeeded']);
    expect(triesOf(told, 'TerminateRecoveryInstances')).toBe(1);
    const gone = eventsOf(told, 'Recovery Instance Presence Change');
    expect(gone.map((e) => e['sourceServerId'])).toEqual([drsId(1)]);
    expectPromisesKept(told, [...proof, 'only-own-instances-terminated']);
  });

  test('is refused after it: the way back is a failback', async () => {
    const operator = new Operator();
    const told = await recover(2, {
      spec: plain(`${twoTiers}, hooks: { switch: [{ name: dns, function: flip }] }`),
      whenTold: [
        {
          event: (e) => e['detail-type'] === 'Wave Server Outcome',
          happens: async ({ ports }) => {
            await operator.gives(ports, 'rollback', server);
          },
        },
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(operator.answers[0]).toBe('switched');
    expect(JSON.stringify(operator.replies[0])).toContain('the way back is a failback');
    expect(triesOf(told, 'TerminateRecoveryInstances')).toBe(0);
    expectPromisesKept(told, proof);
  });
});
