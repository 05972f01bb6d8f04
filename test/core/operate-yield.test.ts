// A drill yields to a recovery: whom it lets go of, what it waits for that is ended, and how its servers end.
import { describe, expect, it } from 'vitest';
import { FailureCode, failure } from '../../src/core/failure.ts';
import { decideOrder, noOrders } from '../../src/core/operate/decide-order.ts';
import type { OrderRequest } from '../../src/core/operate/order-request.ts';
import type { OrderedMember, OrderView } from '../../src/core/operate/order-view.ts';
import { type Yielder, yieldingOf } from '../../src/core/operate/yielding.ts';
import { interruption } from '../../src/core/order/interruption.ts';
import type { ServerOrder } from '../../src/core/order/order.ts';
import { needOf } from '../../src/core/review/need-of.ts';
import { review } from '../../src/core/review/review.ts';
import type { Member, PhaseResult } from '../../src/core/review/wave-view.ts';
import { aMember, aPolicy, aResult, aWaveView, frozen, now, serverId } from './_factories.ts';

const both = ['protect', 'drill'] as const;
const failed = (code: FailureCode, phase: PhaseResult['phase'] = 'drill') =>
  aResult(phase, { status: 'failed', failure: failure(code, 'why') });
const drilling = (is: Partial<Yielder> = {}): Yielder =>
  frozen({ phases: ['drill'], arrival: { enter: 'drill' }, results: [], ...is });

describe('a wave that has a server which is to be recovered', () => {
  it.each<[string, Partial<Yielder>]>([
    ['has not begun its drill', {}],
    ['drills it', { running: 'drill' }],
    [
      'takes back what its drill has launched',
      { results: [failed(FailureCode.LaunchFailed)], running: 'rollback' },
    ],
    ['tries its drill again', { results: [failed(FailureCode.LaunchFailed), aResult('rollback')] }],
    [
      'has protected it, and drills it next',
      { phases: both, arrival: { enter: 'protect' }, results: [aResult('protect')] },
    ],
  ])('lets go of it where it %s', (_, is) => expect(yieldingOf(drilling(is))).toBe('yields'));

  it.each<[string, Partial<Yielder>]>([
    ['has ended its way', { outcome: { outcome: 'failed', reason: 'why' } }],
    ['is through with it', { results: [aResult('drill')] }],
    [
      'has found it disconnected',
      {
        arrival: {
          outcome: 'failed',
          failure: failure(FailureCode.ServerDisconnected, 'why'),
          reason: 'why',
        },
      },
    ],
  ])('has nothing to let go of where it %s', (_, is) =>
    expect(yieldingOf(drilling(is))).toBe('ended'),
  );

  it.each<[string, Partial<Yielder>]>([
    ['fails it back', { phases: ['reverse', 'failback'], arrival: { enter: 'reverse' } }],
    ['retires it', { phases: ['retire'], arrival: { enter: 'retire' } }],
    ['recovers it', { phases: ['recover'], arrival: { enter: 'recover' } }],
    ['protects it', { phases: ['protect'], arrival: { enter: 'protect' } }],
    [
      'protects it before its drill',
      { phases: both, arrival: { enter: 'protect' }, running: 'protect' },
    ],
    [
      'extends it after its drill',
      { phases: [...both, 'extend'], results: [aResult('protect'), aResult('drill')] },
    ],
    [
      'has retired it',
      {
        phases: ['retire'],
        arrival: { enter: 'retire' },
        outcome: { outcome: 'succeeded', reason: '' },
      },
    ],
  ])('holds it where it %s', (_, is) => expect(yieldingOf(drilling(is))).toBe('holds'));
});

const wave = 'monthly.west';
const request: OrderRequest = {
  ...{ order: 'yield', by: 'loss.west', at: now, reason: 'it is recovered' },
  scope: { kind: 'servers', wave, servers: ['s-1', 's-2'] },
};
const member = (server: string, is: Partial<OrderedMember> = {}): OrderedMember => ({
  ...{ server, hostname: null, tier: 0, phases: ['drill'], arrival: { enter: 'drill' } },
  results: [],
  ...is,
});
const view = (members: readonly OrderedMember[], is: Partial<OrderView> = {}): OrderView =>
  frozen({
    ...{ wave, plan: 'monthly', begun: true, concludedAt: null, closedGates: [], tiers: ['rest'] },
    members,
    orders: { wave: noOrders },
    ...is,
  });

describe('the order to yield', () => {
  it('is taken of those whose drill has not ended, also where an instance is launched, or the wave has not begun', () => {
    const launched = member('s-1', { running: { phase: 'drill', launched: true } });
    const ended = member('s-2', { outcome: { outcome: 'succeeded', reason: '' } });
    expect(decideOrder(view([launched, ended]), request)).toMatchObject({
      is: 'taken',
      servers: ['s-1'],
    });
    expect(
      decideOrder(view([member('s-1'), member('s-2')], { begun: false }), request),
    ).toMatchObject({ servers: ['s-1', 's-2'] });
  });

  it('is refused where all have ended, or the drill is over', () => {
    const ended = { outcome: { outcome: 'succeeded' as const, reason: '' } };
    const over = view([member('s-1', ended), member('s-2', ended)]);
    expect(decideOrder(over, request)).toMatchObject({ is: 'refused', refusal: { kind: 'ended' } });
    const concluded = view([member('s-1'), member('s-2')], { concludedAt: now });
    expect(decideOrder(concluded, request)).toMatchObject({ refusal: { kind: 'concluded' } });
  });

  it('once given is given already, and nobody takes it back', () => {
    const first = decideOrder(view([member('s-1'), member('s-2')]), request);
    if (first.is !== 'taken') throw new Error(first.is);
    const after = view(
      [member('s-1', { running: { phase: 'drill', launched: true } }), member('s-2')],
      {
        orders: { wave: first.next },
      },
    );
    expect(decideOrder(after, request).is).toBe('already');
    for (const order of ['skip', 'rollback'] as const) {
      expect(decideOrder(after, { ...request, order, by: 'joe' })).toMatchObject({
        is: 'already',
        said: 's-1 yields to loss.west; s-2 yields to loss.west',
      });
    }
  });

  it('takes the place of what was ordered before', () => {
    const skipped = decideOrder(view([member('s-1'), member('s-2')]), {
      ...request,
      order: 'skip',
    });
    if (skipped.is !== 'taken') throw new Error(skipped.is);
    const after = view([member('s-1'), member('s-2')], { orders: { wave: skipped.next } });
    expect(decideOrder(after, request)).toMatchObject({ is: 'taken', servers: ['s-1', 's-2'] });
  });
});

const order: ServerOrder = {
  ...{ order: 'yield', by: 'loss.west', at: now, reason: 'it is recovered' },
  ...{ number: 1, results: 0 },
};

it('ends whatever the drill waits for, its cleaning up as well, and nothing else', () => {
  for (const [phase, waitsFor] of [
    ['drill', 'StartDrill'],
    ['drill', 'recovered'],
    ['drill', 'hooks'],
    ['drill', 'TerminateRecoveryInstances'],
    ['rollback', 'idle'],
    ['rollback', 'TerminateRecoveryInstances'],
  ] as const) {
    expect(interruption(order, { phase, waitsFor })?.code).toBe('RecoveryTookOver');
  }
  expect(interruption(order, { phase: 'protect', waitsFor: 'protected' })).toBeUndefined();
});

describe('a server whose drill yields', () => {
  const yielding = (results: readonly PhaseResult[], is: Partial<Member> = {}) =>
    aMember(1, { phases: ['drill'], arrival: { enter: 'drill' }, results, order, ...is });
  const need = (one: Member) => needOf(one, aPolicy());
  const skipped = {
    settle: {
      outcome: 'skipped',
      code: 'RecoveryTookOver',
      reason: 'loss.west takes it over: it is recovered',
    },
  };

  it('is skipped: before it began, interrupted, while it is cleaned up after that, or dead without a result', () => {
    expect(need(yielding([]))).toEqual(skipped);
    const interrupted = failed(FailureCode.RecoveryTookOver);
    expect(need(yielding([interrupted]))).toEqual(skipped);
    expect(need(yielding([failed(FailureCode.ServerHeld)]))).toEqual(skipped);
    expect(need(yielding([], { started: { phase: 'drill', attempt: 1 } }))).toEqual(skipped);
  });

  it('ends as its drill did where that was through or had failed by itself; nothing is taken back any more', () => {
    expect(need(yielding([aResult('drill')]))).toMatchObject({ settle: { outcome: 'succeeded' } });
    const had = [
      failed(FailureCode.LaunchFailed),
      failed(FailureCode.RecoveryTookOver, 'rollback'),
    ];
    expect(need(yielding(had))).toMatchObject({
      settle: {
        outcome: 'failed',
        code: 'LaunchFailed',
        reason: expect.stringContaining('loss.west'),
      },
    });
    expect(need(yielding([failed(FailureCode.LaunchUnresolved)]))).toEqual(skipped);
    expect(need(yielding([failed(FailureCode.ServerVanished)]))).toMatchObject({
      settle: { outcome: 'frozen' },
    });
  });

  const decide = (one: Member, is = {}) =>
    review(aWaveView([one], is), { 'mgn:111122223333:us-east-1': 9 }, now);

  it('ends while its wave is paused or aborted, and lets the order lapse where it had ended', () => {
    const settles = {
      kind: 'settle',
      outcomes: [{ server: serverId(1), outcome: skipped.settle }],
    };
    expect(decide(yielding([]), { paused: true })).toEqual(settles);
    const interrupted = yielding([failed(FailureCode.RecoveryTookOver)]);
    expect(decide(interrupted, { aborted: true })).toEqual(settles);
    const ended = yielding([aResult('drill')], { outcome: { outcome: 'succeeded', reason: '' } });
    expect(decide(ended)).toMatchObject({ kind: 'lapse' });
  });

  it('stops no line, whatever is tolerated', () => {
    const { settle } = skipped;
    const members = [
      yielding([failed(FailureCode.RecoveryTookOver)], {
        outcome: { ...settle, outcome: 'skipped', code: FailureCode.RecoveryTookOver },
      }),
      aMember(2, { phases: ['drill'], arrival: { enter: 'drill' } }),
    ];
    const policy = aPolicy({ canary: 1, tolerate: { count: 0 }, onFailure: 'hold' });
    const ordered = members.map(({ order: _, ...rest }) => rest);
    expect(
      review(aWaveView(ordered, { policy, cohort: [serverId(1), serverId(2)] }), {}, now),
    ).toMatchObject({
      kind: 'run',
      phase: 'drill',
    });
  });
});
