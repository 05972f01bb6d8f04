// Retirements: protection ended for good, once somebody said so; nothing that lives is touched, and until its grace is
// over a server comes back.
import { describe, expect, test } from 'vitest';
import type { Scope } from '../../src/core/order/order.ts';
import { change } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import type { JsonObject } from '../../src/simulator/simulator.ts';
import { aDrsServer, drsId, otherAccount } from '../simulator/drs/rig.ts';
import { undisturbed, wrongAfterSome } from './_kill.ts';
import { answering, later, Operator, wave } from './_operator.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  type Moment,
  type Person,
  rehearse,
  type Story,
  type Told,
  triesOf,
} from './_rehearse.ts';

const approved = 'gates: { retire: { approval: { policy: hands-off, when: [no-failures] } } }';
const spec = (more: string, gates = approved) =>
  `{ waves: [{ name: wave-1, servers: { all: true }, ${gates}, ${more} }] }`;
const short = 'retire: { grace: PT2H }';
const fleet = (count: number) => Array.from({ length: count }, (_, i) => aDrsServer(i + 1));
const retire = (count: number, is: Partial<Story> = {}) =>
  rehearse({
    ...{ kind: 'Retirement', fleet: fleet(count), parameters: {}, spec: spec(short) },
    ...is,
  });
const launches = (isDrill: boolean, n: number) => (person: Person) =>
  void person('StartRecovery', { isDrill, sourceServers: [{ sourceServerID: drsId(n) }] });
const server: Scope = { kind: 'servers', wave, servers: [drsId(1)] };
const wholeWay = ['StopReplication', 'DisconnectSourceServer', 'DeleteSourceServer'];

const at = (event: JsonObject | undefined) => Date.parse(String(event?.['observedAt']));
const stepOf = (told: Told, step: string) =>
  eventsOf(told, 'Wave Server Retirement Step').find((event) => event['step'] === step);
const whenStopped = (happens: Moment['happens']): Moment => ({
  event: (e) =>
    e['detail-type'] === 'Wave Server Retirement Step' && e.detail['step'] === 'stopped',
  happens,
});

test('many at once are looked at no more often than their calls want it', async () => {
  const told = await retire(12);
  expect(endings(told)).toHaveLength(12);
  expectPromisesKept(told, ['reads-bounded-by-pages']);
});

test('stops, waits the grace out, disconnects, deletes, and looks 90 minutes later what is left', async () => {
  const told = await retire(2);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  expect(actsOn(told, drsId(1))).toEqual(wholeWay);
  expect(actsOn(told, drsId(2))).toEqual(wholeWay);
  const [stopped, disconnected, confirmed] = ['stopped', 'disconnected', 'confirmed'].map((step) =>
    stepOf(told, step),
  );
  expect(at(disconnected) - at(stopped)).toBeGreaterThanOrEqual(2 * 3_600_000);
  expect(at(confirmed) - at(disconnected)).toBeGreaterThanOrEqual(90 * 60_000);
  expect(confirmed).toMatchObject({ left: [], notLookedAt: expect.arrayContaining([]) });
  expect(confirmed?.['notLookedAt']).not.toEqual([]);
  expectPromisesKept(told);
});

describe('without a word of a person', () => {
  const asked = 'gates: { retire: { approval: { timeout: PT4H } } }';

  test('nothing is retired', async () => {
    const told = await retire(1, { spec: spec(short, asked) });
    expect(endings(told)).toEqual(['1 skipped ApprovalExpired']);
    expect(actsOn(told, drsId(1))).toEqual([]);
    expectPromisesKept(told);
  });

  test('and with it, it is', async () => {
    const told = await retire(1, {
      spec: spec(short, asked),
      whenTold: [answering('retire', 'approved')],
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expectPromisesKept(told);
  });
});

describe('of a server with a recovery instance', () => {
  test('that is live is refused: nothing is called', async () => {
    const told = await retire(2, { before: launches(false, 2) });
    expect(endings(told)).toEqual(['1 succeeded', '2 skipped LiveRecoveryInstance']);
    expect(actsOn(told, drsId(2))).toEqual([]);
    expectPromisesKept(told);
  });

  test('that is live lets go of it where the plan says so, and never terminates it', async () => {
    const told = await retire(1, {
      before: launches(false, 1),
      spec: spec('retire: { grace: PT1H, liveInstance: keep }'),
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(triesOf(told, 'DisconnectRecoveryInstance')).toBe(1);
    expect(triesOf(told, 'DeleteRecoveryInstance')).toBe(1);
    expect(triesOf(told, 'TerminateRecoveryInstances')).toBe(0);
    expect(actsOn(told, drsId(1))).toEqual(wholeWay);
    expectPromisesKept(told);
  });

  test('of somebody else’s drill is refused', async () => {
    const told = await retire(1, { before: launches(true, 1) });
    expect(endings(told)).toEqual(['1 skipped DrillInstancePresent']);
    expect(triesOf(told, 'TerminateRecoveryInstances')).toBe(0);
    expect(actsOn(told, drsId(1))).toEqual([]);
    expectPromisesKept(told);
  });

  test('of a drill of ours has it terminated first', async () => {
    const told = await retire(1, {
      before: launches(true, 1),
      whenTold: [
        {
          event: (e) => e['detail-type'] === 'Recovery Instance Discovered',
          // As the tick notes it that follows the job of a drill of Landfall's.
          happens: async ({ ports }) => {
            const target = { ...drs, accountId: '111122223333' };
            const [found] = await ports.store.list(
              place.recoveryInstance(target, '').partition,
              'i-',
            );
            const where = place.recoveryInstance(target, found?.sort ?? '');
            await change(ports.store, where, (known) =>
              known === undefined ? undefined : { ...known, intentId: 'an-earlier-drill' },
            );
          },
        },
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(triesOf(told, 'TerminateRecoveryInstances')).toBe(1);
    expect(actsOn(told, drsId(1))).toEqual(wholeWay);
    expect([told.ended, told.leftOver]).toEqual(['done', []]);
  });
});

describe('while its grace lasts', () => {
  test('an order has the server replicate again, and says what that costs', async () => {
    const operator = new Operator();
    const told = await retire(1, {
      whenTold: [whenStopped(({ ports }) => operator.gives(ports, 'rollback', server))],
    });
    expect(operator.answers).toEqual(['done']);
    expect(endings(told)).toEqual(['1 rolled-back OrderedRollback']);
    expect(actsOn(told, drsId(1))).toEqual(['StopReplication', 'StartReplication']);
    expect(told.ends[drsId(1)]?.reason).toContain('its recovery points of before are gone');
    expectPromisesKept(told);
  });

  test('somebody who has it replicate again is noticed before it is disconnected', async () => {
    const told = await retire(1, {
      spec: spec('retire: { grace: PT1H }, policy: { attempts: 1 }'),
      whenTold: [
        whenStopped(({ person }) => void person('StartReplication', { sourceServerID: drsId(1) })),
      ],
    });
    expect(endings(told)).toEqual(['1 frozen LifecycleUnexpected']);
    expect(actsOn(told, drsId(1))).toEqual(['StopReplication']);
    expectPromisesKept(told);
  });

  test('a paused server is not disconnected, though its grace is over', async () => {
    const operator = new Operator();
    const told = await retire(1, {
      whenTold: [whenStopped(({ ports }) => operator.gives(ports, 'pause', server))],
      around: later([
        { afterSeconds: 6 * 3600, act: (ports) => operator.gives(ports, 'resume', server) },
      ]),
    });
    expect(operator.answers).toEqual(['done', 'done']);
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(at(stepOf(told, 'disconnected')) - at(stepOf(told, 'stopped'))).toBeGreaterThan(
      5 * 3_600_000,
    );
    expectPromisesKept(told);
  });

  test('and once it is disconnected, no order takes it back', async () => {
    const operator = new Operator();
    const told = await retire(1, {
      whenTold: [
        {
          event: (e) =>
            e['detail-type'] === 'Wave Server Retirement Step' &&
            e.detail['step'] === 'disconnected',
          happens: ({ ports }) => operator.gives(ports, 'rollback', server),
        },
      ],
      around: later([
        { afterSeconds: 3 * 3600, act: (ports) => operator.gives(ports, 'rollback', server) },
      ]),
    });
    expect(operator.answers).not.toContain('already');
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(actsOn(told, drsId(1))).toEqual(wholeWay);
    expectPromisesKept(told);
  });

  test('somebody who is faster is no failure', async () => {
    const told = await retire(1, {
      whenTold: [
        whenStopped(({ person }) => {
          person('DisconnectSourceServer', { sourceServerID: drsId(1) });
          person('DeleteSourceServer', { sourceServerID: drsId(1) });
        }),
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(actsOn(told, drsId(1))).toEqual(['StopReplication']);
    expect(told.leftOver).toEqual([]);
  });
});

test('an answer that is lost is looked into, and no call is made twice', async () => {
  const told = await retire(1, {
    faults: [`{ fault: answer-lost, operations: [${wholeWay.join(', ')}] }`],
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  for (const operation of wholeWay)
    expect([operation, triesOf(told, operation)]).toEqual([operation, 1]);
  expectPromisesKept(told);
});

test('a drill that somebody starts in the meantime keeps the recovery points', async () => {
  const told = await retire(1, {
    whenTold: [
      {
        event: (e) => e['detail-type'] === 'Wave Stage Started',
        happens: ({ person }) => launches(true, 1)(person),
      },
    ],
  });
  expect(endings(told)).toEqual(['1 skipped DrillInstancePresent']);
  expect(actsOn(told, drsId(1))).toEqual([]);
  expectPromisesKept(told);
});

const drs = { partition: 'aws', service: 'drs', region: 'us-east-1' } as const;

describe('of extended servers', () => {
  const staging = aDrsServer(1, { account: otherAccount });
  const extension = aDrsServer(2, {
    more: {
      stagingArea: {
        status: 'EXTENDED',
        stagingAccountID: otherAccount,
        stagingSourceServerArn: staging['arn'] ?? '',
      },
    },
  });

  test('takes the extension alone, and leaves the server that it lives by', async () => {
    const wave1 = `{ name: staging, servers: { ids: [${drsId(1)}] }, ${approved}, ${short} }`;
    const wave2 = `{ name: extension, dependsOn: [staging], servers: { ids: [${drsId(2)}] }, ${approved}, ${short} }`;
    const told = await rehearse({
      kind: 'Retirement',
      fleet: [staging, extension],
      parameters: {},
      spec: `{ waves: [${wave1}, ${wave2}] }`,
    });
    expect(endings(told)).toEqual(['1 skipped StagingServerInUse', '2 succeeded']);
    expect(actsOn(told, drsId(1))).toEqual([]);
    expect(actsOn(told, drsId(2))).toEqual(['DisconnectSourceServer', 'DeleteSourceServer']);
    expectPromisesKept(told);
  });
});

test('whatever dies on the way, the server is retired once', async () => {
  const base = await undisturbed({
    ...{ kind: 'Retirement', fleet: fleet(1), parameters: {} },
    spec: spec('retire: { grace: PT10M }'),
  });
  expect(base.ends).toEqual(['1 succeeded']);
  expect(await wrongAfterSome(base, { first: 7, deaths: 6 })).toEqual([]);
}, 120_000);
