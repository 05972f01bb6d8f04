// What a failback meets on its way: somebody who was there before, a stall, people who change their minds, processes that die,
// machines from outside AWS.
import { describe, expect, test } from 'vitest';
import { aDrsServer, otherAccount, otherRegion } from '../simulator/drs/rig.ts';
import {
  callsIn,
  drsId,
  failBack,
  failbackSpec,
  instanceId,
  recovered,
  stepsOf,
} from './_failback.ts';
import { undisturbed, wrongAfterSome } from './_kill.ts';
import { answering, Operator, wave } from './_operator.ts';
import {
  endings,
  eventsOf,
  expectPromisesKept,
  type Moment,
  type Story,
  type Told,
  triesOf,
} from './_rehearse.ts';

const pointsOf = (told: Told) =>
  eventsOf(told, 'Wave Server Hook Run').flatMap(({ point, status }) =>
    status === 'succeeded' ? [point] : [],
  );
const hooks =
  'hooks: { freeze: [{ name: stop, function: f }], thaw: [{ name: go, function: f }], validateRecover: [{ name: shop, function: f, retries: 0 }], switch: [{ name: dns, function: f }], switchBack: [{ name: dns-back, function: f }] }';
const hooked = failbackSpec(`failback: { hold: PT1H }, ${hooks}`);
const shopFails = [{ hook: 'shop', outcome: 'failed' as const, durationSeconds: 5, reason: 'no' }];
const wholeWay = [
  'ReverseReplication us-east-1',
  'StartRecovery us-west-2',
  'ReverseReplication us-west-2',
  'TerminateRecoveryInstances us-east-1',
  'StopReplication us-west-2',
];
const isPhaseEnded =
  (phase: string): Moment['event'] =>
  (e) =>
    e['detail-type'] === 'Wave Server Phase Ended' && e.detail['phase'] === phase;
const isStep =
  (step: string): Moment['event'] =>
  (e) =>
    e['detail-type'] === 'Wave Server Failback Step' && e.detail['step'] === step;
const isHookDone =
  (point: string): Moment['event'] =>
  (e) =>
    e['detail-type'] === 'Wave Server Hook Run' &&
    e.detail['point'] === point &&
    e.detail['status'] === 'succeeded';
const orders = (
  event: Moment['event'],
  order: 'rollback' | 'abort' | 'skip',
  operator = new Operator(),
): Pick<Story, 'whenTold'> => ({
  whenTold: [
    {
      event,
      happens: async ({ ports }) => {
        const scope =
          order === 'abort'
            ? ({ kind: 'wave', wave } as const)
            : ({ kind: 'servers', wave, servers: [drsId(1)] } as const);
        await operator.gives(ports, order, scope);
      },
    },
  ],
});

describe('a replication', () => {
  test('that somebody has reversed already is adopted', async () => {
    const told = await failBack([recovered(1)], {
      before: (person) => void person('ReverseReplication', { recoveryInstanceID: instanceId(1) }),
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(stepsOf(told)).toEqual(['adopted', 'reprotected', 'vacated']);
    expect(callsIn(told)).toEqual(wholeWay.slice(1));
    expectPromisesKept(told);
  });

  test('that stalls on its way back is waited for', async () => {
    const told = await failBack([recovered(1)], {
      faults: [
        '{ fault: stall, errorClass: UNSTABLE_NETWORK, on: initial-sync, clearsAfter: PT8H, servers: { all: true } }',
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    const [reversed] = eventsOf(told, 'Wave Server Wait Ended').filter(
      (event) => event['wait'] === 'reversed',
    );
    expect(JSON.stringify(reversed?.['reasons'])).toContain('UNSTABLE_NETWORK');
    expect(Number(reversed?.['waitedSeconds'])).toBeGreaterThan(8 * 3600);
    expectPromisesKept(told);
  });
});

test('an order reaches it while it waits in the Region that it came from', async () => {
  const told = await failBack([recovered(1)], orders(isStep('reversed'), 'skip'));
  expect(endings(told)).toEqual(['1 skipped OrderedSkip']);
  expect(callsIn(told)).toEqual(wholeWay.slice(0, 1));
  expect(told.virtualSeconds).toBeLessThan(600);
  expectPromisesKept(told);
});

test('it goes back to the account that it came from', async () => {
  const cloud = { originAccountID: otherAccount, originRegion: otherRegion };
  const told = await failBack([{ ...recovered(1), sourceCloudProperties: cloud }]);
  expect(endings(told)).toEqual(['1 succeeded']);
  const launch = told.logs.api.find(({ operation }) => operation === 'StartRecovery');
  expect(launch).toMatchObject({ accountId: otherAccount, region: otherRegion, status: 202 });
  expectPromisesKept(told, ['reprotected-once-back', 'vacated-once-left']);
});

describe('what cannot fail back', () => {
  test('is told with all that speaks against it, and nothing is called', async () => {
    const told = await failBack([aDrsServer(1, { originRegion: otherRegion })]);
    expect(endings(told)).toEqual(['1 failed NotReversible']);
    expect(told.ends[drsId(1)]?.reason).toContain('it has no recovery instance');
    expect(callsIn(told)).toEqual([]);
    expectPromisesKept(told);
  });
});

describe('a rollback', () => {
  test('after the switch sends the traffic back, takes the new instance away, and thaws', async () => {
    const told = await failBack([recovered(1)], {
      spec: hooked,
      ...orders(isPhaseEnded('failback'), 'rollback'),
    });
    expect(endings(told)).toEqual(['1 rolled-back OrderedRollback']);
    expect(callsIn(told)).toEqual([
      ...wholeWay.slice(0, 2),
      'TerminateRecoveryInstances us-west-2',
    ]);
    expect(pointsOf(told)).toEqual(['freeze', 'validateRecover', 'switch', 'switchBack', 'thaw']);
    expectPromisesKept(told, ['only-own-instances-terminated']);
  });

  test('follows where its validation fails, and is refused once it is protected again', async () => {
    const failed = await failBack([recovered(1)], { spec: hooked, hooks: shopFails });
    expect(endings(failed)).toEqual(['1 rolled-back HookFailed']);
    expect(pointsOf(failed)).toEqual(['freeze', 'thaw']);
    expect(triesOf(failed, 'TerminateRecoveryInstances')).toBe(1);
    expectPromisesKept(failed);

    const operator = new Operator();
    const late = await failBack([recovered(1)], {
      spec: hooked,
      ...orders(isPhaseEnded('reprotect'), 'rollback', operator),
    });
    expect(operator.answers).toEqual(['finalized']);
    expect(JSON.stringify(operator.replies)).toContain('the way back is a recovery');
    expect(endings(late)).toEqual(['1 succeeded']);
  });
});

test('an abort while it is frozen thaws it, and launches nothing', async () => {
  const told = await failBack([recovered(1)], {
    spec: hooked,
    ...orders(isHookDone('freeze'), 'abort'),
  });
  expect(endings(told)).toEqual(['1 frozen WaveAborted']);
  expect(pointsOf(told)).toEqual(['freeze', 'thaw']);
  expect(triesOf(told, 'StartRecovery')).toBe(0);
  expectPromisesKept(told);
});

test('nothing is taken away that nobody has let go', async () => {
  const told = await failBack([recovered(1)], {
    spec: failbackSpec('failback: { hold: PT1H }', 'gates: { vacate: { approval: {} } }'),
    whenTold: [answering('vacate', 'denied')],
  });
  expect(endings(told)).toEqual(['1 frozen ApprovalDenied']);
  expect(callsIn(told)).toEqual(wholeWay.slice(0, 3));
  expectPromisesKept(told);
});

test('whatever dies on the way, each step is taken once', async () => {
  const base = await undisturbed({
    ...{ kind: 'Failback', fleet: [recovered(1)], parameters: {} },
    spec: failbackSpec('failback: { hold: PT10M }'),
  });
  expect(base.ends).toEqual(['1 succeeded']);
  expect(await wrongAfterSome(base, { first: 7, deaths: 6 })).toEqual([]);
}, 120_000);

describe('a machine from outside AWS', () => {
  const boots = { drsFailbackClientBootsAfterMinutes: 60 };

  test('waits for its failback client, is launched by it, and leaves its recovery instance', async () => {
    const told = await failBack([recovered(1, '')], { parameters: boots, spec: hooked });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(callsIn(told)).toEqual([
      'StartFailbackLaunch us-east-1',
      'TerminateRecoveryInstances us-east-1',
    ]);
    expect(stepsOf(told)).toEqual(['by-client', 'vacated']);
    expect(pointsOf(told)).toEqual(['freeze', 'validateRecover', 'switch']);
    expectPromisesKept(told, ['vacated-once-left', 'launches-carry-intent']);
  });

  test('whose client nobody boots fails at its deadline, and is left as it is', async () => {
    const told = await failBack([recovered(1, '')], {
      spec: failbackSpec('deadlines: { reverse: P1D }'),
    });
    expect(endings(told)).toEqual(['1 failed FailbackNotReady']);
    expect(told.ends[drsId(1)]?.reason).toContain('its failback client has not been booted');
    expect(callsIn(told)).toEqual([]);
    expectPromisesKept(told);
  });

  test('is stopped on its way where its freeze fails', async () => {
    const told = await failBack([recovered(1, '')], {
      parameters: boots,
      spec: hooked,
      hooks: [{ hook: 'stop', outcome: 'failed', durationSeconds: 5, reason: 'no' }],
    });
    expect(endings(told)).toEqual(['1 rolled-back HookFailed']);
    expect(callsIn(told)).toEqual(['StopFailback us-east-1']);
    expect(stepsOf(told)).toEqual(['by-client', 'client-stopped']);
    expectPromisesKept(told);
  });
});
