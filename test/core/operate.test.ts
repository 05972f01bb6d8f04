// What an order does to a wave, given how it stands: taken, so already, or refused with what is true now.
import { describe, expect, it } from 'vitest';
import { decideOrder, decideWide, noOrders } from '../../src/core/operate/decide-order.ts';
import type { OrderRequest, OrderVerdict } from '../../src/core/operate/order-request.ts';
import type { OrderedMember, OrderView } from '../../src/core/operate/order-view.ts';
import {
  type OrderKind,
  orderKinds,
  type Scope,
  type WaveOrders,
} from '../../src/core/order/order.ts';
import { aResult, frozen, now } from './_factories.ts';

const wave = 'p.w';
const all: Scope = { kind: 'wave', wave };
const tier = (name: string): Scope => ({ kind: 'tier', wave, tier: name });
const servers = (...ids: readonly string[]): Scope => ({ kind: 'servers', wave, servers: ids });

const member = (server: string, is: Partial<OrderedMember> = {}): OrderedMember => ({
  server,
  hostname: null,
  tier: 0,
  phases: ['replicate', 'test', 'cutover', 'finalize'],
  arrival: { enter: 'replicate' },
  results: [],
  ...is,
});
const tested = [aResult('replicate'), aResult('test')];
const cutOver = [...tested, aResult('cutover')];
const failedTest = [
  aResult('replicate'),
  aResult('test', { status: 'failed' }),
  aResult('rollback'),
];
const rolledBack = { outcome: 'rolled-back' as const, reason: 'it failed' };

const view = (
  members: readonly OrderedMember[],
  is: Partial<OrderView> = {},
  own: Partial<WaveOrders> = {},
): OrderView =>
  frozen({
    wave,
    plan: 'p',
    begun: true,
    concludedAt: null,
    closedGates: [],
    tiers: ['data', 'rest'],
    members,
    orders: { wave: { ...noOrders, ...own } },
    ...is,
  });
const ask = (order: OrderKind, scope: Scope, more: Partial<OrderRequest> = {}): OrderRequest => ({
  ...{ order, scope, by: 'joe', at: now, reason: 'why' },
  ...more,
});
const kindOf = (verdict: OrderVerdict) =>
  verdict.is === 'refused' ? verdict.refusal.kind : verdict.is;
const told = (verdict: OrderVerdict) =>
  verdict.is === 'refused'
    ? `${verdict.refusal.message} → ${verdict.refusal.remedy}`
    : verdict.said;

/** The same order again, to the wave as the first has left it. */
function again(seen: OrderView, request: OrderRequest): OrderVerdict {
  const first = decideOrder(seen, request);
  if (first.is !== 'taken') return first;
  return decideOrder({ ...seen, orders: { ...seen.orders, wave: first.next } }, request);
}

describe('every order', () => {
  it.each(orderKinds)('%s is refused once the wave has concluded, with what to do', (order) => {
    const over = decideOrder(view([member('s-1')], { concludedAt: now }), ask(order, all));
    expect(kindOf(over)).toBe('concluded');
    expect(told(over)).toContain('w-again');
    expect(kindOf(decideOrder(view([], {}, { closed: true }), ask(order, all)))).toBe('concluded');
  });

  it.each(orderKinds.filter((kind) => kind !== 'abort'))(
    '%s is refused while it is aborted',
    (order) => {
      expect(
        kindOf(decideOrder(view([member('s-1')], {}, { aborted: true }), ask(order, all))),
      ).toBe('aborting');
    },
  );

  it('names who is not there', () => {
    expect(told(decideOrder(view([member('s-1')]), ask('pause', tier('web'))))).toBe(
      'wave p.w has no tier web → it has: data, rest',
    );
    expect(kindOf(decideOrder(view([member('s-1')]), ask('skip', servers('s-2'))))).toBe(
      'unknown-server',
    );
  });

  it.each<[OrderKind, Scope, readonly OrderedMember[]]>([
    ['pause', all, [member('s-1')]],
    ['pause', tier('data'), [member('s-1')]],
    ['pause', servers('s-1'), [member('s-1')]],
    ['hold', all, [member('s-1')]],
    ['abort', all, [member('s-1')]],
    ['skip', servers('s-1'), [member('s-1')]],
    ['retry', servers('s-1'), [member('s-1', { results: failedTest, outcome: rolledBack })]],
    ['rollback', servers('s-1'), [member('s-1', { results: cutOver })]],
  ])('%s of %o is so already when it is repeated', (order, scope, members) => {
    const request = ask(order, scope);
    expect(decideOrder(view(members), request).is).toBe('taken');
    expect(again(view(members), request).is).toBe('already');
  });
});

describe('a pause and a resume', () => {
  it('of one scope leave the others as they are', () => {
    const paused = decideOrder(view([member('s-1')]), ask('pause', servers('s-1')));
    expect(paused).toMatchObject({ servers: ['s-1'], next: { pauses: [] } });
    const next = paused.is === 'taken' ? paused.next : noOrders;
    const seen = view([member('s-1')], { orders: { wave: next } });
    expect(kindOf(decideOrder(seen, ask('resume', all)))).toBe('nothing-to-resume');
    expect(decideOrder(seen, ask('resume', servers('s-1')))).toMatchObject({
      is: 'taken',
      next: { given: 1, serverPauses: { 's-1': [{ from: now, until: now }] } },
    });
  });

  it('say what wider scope holds the wave', () => {
    const orders = { plan: { pauses: [{ from: now, until: null }] }, wave: noOrders };
    expect(told(decideOrder(view([member('s-1')], { orders }), ask('resume', all)))).toBe(
      'wave p.w is not paused by itself: plan p is paused → Go on with: landfall resume p --reason "…"',
    );
  });

  it('answer a hold, whoever ordered it', () => {
    const held = { since: now, reason: 'one failed' };
    expect(decideOrder(view([], { held }), ask('resume', all))).toMatchObject({ ended: ['hold'] });
    const hold = { since: now, by: 'joe', reason: 'why' };
    expect(decideOrder(view([], {}, { hold }), ask('resume', all))).toMatchObject({
      next: { hold: null, resumedAt: now },
    });
  });

  it('of servers that have ended are refused', () => {
    const ended = member('s-1', { outcome: rolledBack });
    expect(kindOf(decideOrder(view([ended]), ask('pause', servers('s-1'))))).toBe('ended');
  });

  it('of a plan or everything are one write, and nothing else is for them', () => {
    const paused = decideWide({ pauses: [] }, ask('pause', { kind: 'stage' }));
    expect(paused).toMatchObject({ is: 'taken', next: { pauses: [{ from: now, until: null }] } });
    const next = paused.is === 'taken' ? paused.next : { pauses: [] };
    expect(decideWide(next, ask('pause', { kind: 'stage' })).is).toBe('already');
    const resumed = decideWide(next, ask('resume', { kind: 'stage' }));
    expect(resumed).toMatchObject({ is: 'taken', next: { given: 1 } });
    for (const order of ['hold', 'skip', 'retry', 'rollback'] as const) {
      expect(decideWide({ pauses: [] }, ask(order, { kind: 'plan', plan: 'p' }))).toMatchObject({
        refusal: { kind: 'wrong-scope' },
      });
    }
  });
});

describe('a skip', () => {
  it.each<[string, Partial<OrderedMember>, string]>([
    ['has not begun', {}, 'taken'],
    ['is tested', { results: tested }, 'taken'],
    [
      'waits to be drained',
      { results: tested, running: { phase: 'cutover', waitsFor: 'drained', launched: false } },
      'taken',
    ],
    [
      'is being launched',
      { results: tested, running: { phase: 'cutover', waitsFor: 'healthy', launched: true } },
      'launched',
    ],
    ['is cut over', { results: cutOver }, 'launched'],
    [
      'is being rolled back',
      { results: tested, running: { phase: 'rollback', waitsFor: 'idle', launched: true } },
      'taken',
    ],
    [
      'is being finalized',
      { results: cutOver, running: { phase: 'finalize', launched: true } },
      'launched',
    ],
    ['was finalized', { results: [...cutOver, aResult('finalize')] }, 'finalized'],
    ['has been skipped', { outcome: { outcome: 'skipped', reason: '' } }, 'already'],
    ['has failed', { outcome: { outcome: 'failed', reason: '' } }, 'ended'],
  ])('of a server that %s', (_, is, kind) => {
    expect(kindOf(decideOrder(view([member('s-1', is)]), ask('skip', servers('s-1'))))).toBe(kind);
  });

  it('of a tier is refused whole where one of it is launched, and passes over who has ended', () => {
    const ended = member('s-3', { outcome: rolledBack });
    const launched = member('s-2', { results: cutOver });
    expect(kindOf(decideOrder(view([member('s-1'), launched]), ask('skip', tier('data'))))).toBe(
      'launched',
    );
    expect(decideOrder(view([member('s-1'), ended]), ask('skip', tier('data')))).toMatchObject({
      servers: ['s-1'],
      after: expect.stringContaining('Left out: s-3 has ended as rolled-back'),
    });
  });
});

describe('a retry', () => {
  const frozenEnd = { outcome: 'frozen' as const, reason: 'its execution died' };
  it.each<[string, Partial<OrderedMember>, string]>([
    ['was rolled back', { results: failedTest, outcome: rolledBack }, 'taken'],
    ['came disconnected', { outcome: { outcome: 'failed', reason: '' } }, 'taken'],
    ['is frozen', { results: tested, outcome: frozenEnd }, 'nothing-failed'],
    [
      'is frozen where it failed',
      { results: [...tested, aResult('cutover', { status: 'failed' })], outcome: frozenEnd },
      'unconfirmed',
    ],
    [
      'succeeded',
      { results: cutOver, outcome: { outcome: 'succeeded', reason: '' } },
      'nothing-failed',
    ],
    ['was skipped', { outcome: { outcome: 'skipped', reason: '' } }, 'nothing-failed'],
    ['is under way', { results: tested }, 'under-way'],
    ['is under way again', { results: tested, retriedFrom: 2 }, 'already'],
  ])('of a server that %s', (_, is, kind) => {
    expect(kindOf(decideOrder(view([member('s-1', is)]), ask('retry', servers('s-1'))))).toBe(kind);
  });

  it('takes a frozen server only from who vouches for it, and none behind a closed gate', () => {
    const results = [...tested, aResult('cutover', { status: 'failed' as const })];
    const sick = view([member('s-1', { results, outcome: frozenEnd })]);
    expect(told(decideOrder(sick, ask('retry', servers('s-1'))))).toContain(
      'landfall retry p.w --server s-1 --confirm-state --reason "…"',
    );
    const vouched = ask('retry', servers('s-1'), { confirmState: true });
    expect(decideOrder(sick, vouched).is).toBe('taken');
    const closedGates = [{ phase: 'finalize' as const, how: 'denied' as const, reason: 'no' }];
    expect(kindOf(decideOrder({ ...sick, closedGates }, vouched))).toBe('gate-closed');
  });

  it('of a wave takes all that failed, and says whom it leaves out', () => {
    const seen = view([
      member('s-1', { results: failedTest, outcome: rolledBack }),
      member('s-2', { results: tested }),
      member('s-3', { results: [aResult('test', { status: 'failed' })], outcome: frozenEnd }),
    ]);
    expect(decideOrder(seen, ask('retry', all))).toMatchObject({
      servers: ['s-1'],
      after: expect.stringContaining('s-3 is frozen: its execution died'),
    });
    expect(decideOrder(seen, ask('retry', all, { confirmState: true }))).toMatchObject({
      servers: ['s-1', 's-3'],
    });
    expect(kindOf(decideOrder(view([member('s-2')]), ask('retry', all)))).toBe('nothing-failed');
  });
});

describe('a rollback', () => {
  it.each<[string, Partial<OrderedMember>, string]>([
    [
      'has its traffic sent to the recovered instance',
      { phases: ['recover'], results: [aResult('recover')], switched: true },
      'switched',
    ],
    ['is cut over', { results: cutOver }, 'taken'],
    [
      'waits for its sign-off',
      { results: cutOver, running: { phase: 'finalize', waitsFor: 'signable', launched: true } },
      'taken',
    ],
    [
      'is being finalized',
      { results: cutOver, running: { phase: 'finalize', waitsFor: 'finalized', launched: true } },
      'finalized',
    ],
    ['was finalized', { results: [...cutOver, aResult('finalize')] }, 'finalized'],
    ['came finalized', { arrival: { enter: 'finalize' } }, 'finalized'],
    ['has launched nothing', { results: tested }, 'nothing-launched'],
    ['was rolled back', { results: failedTest, outcome: rolledBack }, 'already'],
    [
      'is being rolled back',
      { results: tested, running: { phase: 'rollback', launched: true } },
      'already',
    ],
    [
      'ended with nothing launched',
      { outcome: { outcome: 'failed', reason: '' } },
      'nothing-launched',
    ],
    [
      'is cut over and frozen',
      { results: cutOver, outcome: { outcome: 'frozen', reason: '' } },
      'unconfirmed',
    ],
    [
      'is cut over and done',
      { results: cutOver, outcome: { outcome: 'succeeded', reason: '' } },
      'taken',
    ],
  ])('of a server that %s', (_, is, kind) => {
    expect(kindOf(decideOrder(view([member('s-1', is)]), ask('rollback', servers('s-1'))))).toBe(
      kind,
    );
  });

  it('of a wave takes along what launched nothing, and is refused where one is finalized', () => {
    const launched = member('s-1', { results: cutOver });
    expect(decideOrder(view([launched, member('s-2')]), ask('rollback', all))).toMatchObject({
      servers: ['s-1', 's-2'],
    });
    const final = member('s-3', { results: [...cutOver, aResult('finalize')] });
    expect(kindOf(decideOrder(view([launched, final]), ask('rollback', all)))).toBe('finalized');
    expect(kindOf(decideOrder(view([launched], { begun: false }), ask('rollback', all)))).toBe(
      'not-begun',
    );
  });

  it('replaces a skip that could not be taken', () => {
    const skipped = again(view([member('s-1', { results: tested })]), ask('skip', servers('s-1')));
    expect(skipped.is).toBe('already');
    const own = {
      servers: { 's-1': { number: 1, results: 2 } },
      given: 1,
      ordered: { '1': { order: 'skip' as const, by: 'a', at: now, reason: 'b' } },
    };
    expect(
      decideOrder(
        view([member('s-1', { results: cutOver })], {}, own),
        ask('rollback', servers('s-1')),
      ),
    ).toMatchObject({
      next: { given: 2, servers: { 's-1': { number: 2, results: 3 } } },
    });
  });
});

it('a hold and an abort are for whole waves', () => {
  expect(kindOf(decideOrder(view([member('s-1')]), ask('hold', servers('s-1'))))).toBe(
    'wrong-scope',
  );
  expect(kindOf(decideOrder(view([member('s-1')]), ask('abort', servers('s-1'))))).toBe(
    'wrong-scope',
  );
});

describe('a server that is held, as somebody else acted on it', () => {
  const holds = {
    's-1': [{ from: now, until: null, reason: 'somebody else', expiresAt: now }],
    's-2': [{ from: now, until: null, reason: 'somebody else', expiresAt: now }],
  };
  const two = [member('s-1', { hostname: 'db' }), member('s-2', { hostname: 'web' })];
  const openIn = (verdict: OrderVerdict) => {
    if (verdict.is !== 'taken') return verdict;
    return Object.entries(verdict.next.holds ?? {}).flatMap(([id, own]) =>
      own.at(-1)?.until === null ? [id] : [],
    );
  };

  it('is resumed by id or hostname, it alone, with who did it and why; also from a pause', () => {
    const held = view(two, {}, { holds });
    const resumed = decideOrder(held, ask('resume', servers('web', 's-2')));
    expect(openIn(resumed)).toEqual(['s-1']);
    expect(resumed).toMatchObject({ ended: ['hold'], servers: ['s-2'], next: { given: 1 } });
    if (resumed.is !== 'taken') throw new Error('not taken');
    expect(resumed.next.holds?.['s-2']?.at(-1)?.resumed).toEqual({ by: 'joe', reason: 'why' });
    expect(again(held, ask('resume', servers('s-2'))).is).toBe('already');
    const paused = { 's-2': [{ from: now, until: null }] };
    const both = view(two, {}, { holds, serverPauses: paused });
    expect(decideOrder(both, ask('resume', servers('s-2')))).toMatchObject({
      ended: ['pause', 'hold'],
    });
  });

  it('stays held when its wave or its tier is resumed', () => {
    const paused = { pauses: [{ from: now, until: null }] };
    const resumed = decideOrder(view(two, {}, { holds, ...paused }), ask('resume', all));
    expect(openIn(resumed)).toEqual(['s-1', 's-2']);
    expect(kindOf(decideOrder(view(two, {}, { holds }), ask('resume', tier('data'))))).toBe(
      'nothing-to-resume',
    );
  });

  it('goes on when it is retried, or named to be rolled back; in play it stays held with its wave', () => {
    const frozenOnes = two.map((one) => ({
      ...one,
      results: failedTest,
      outcome: { outcome: 'frozen' as const, reason: 'nobody resumed it' },
    }));
    const retry = ask('retry', servers('s-1'), { confirmState: true });
    expect(openIn(decideOrder(view(frozenOnes, {}, { holds }), retry))).toEqual(['s-2']);
    const inPlay = view(
      two.map((one) => ({ ...one, results: cutOver })),
      {},
      { holds },
    );
    expect(openIn(decideOrder(inPlay, ask('rollback', servers('s-1'))))).toEqual(['s-2']);
    expect(openIn(decideOrder(inPlay, ask('rollback', all)))).toEqual(['s-1', 's-2']);
    const notBegun = view(two, {}, { holds });
    expect(openIn(decideOrder(notBegun, ask('skip', servers('s-1'))))).toEqual(['s-1', 's-2']);
  });

  it('is not guessed from a hostname that two servers have', () => {
    const twins = two.map((one) => ({ ...one, hostname: 'db' }));
    expect(told(decideOrder(view(twins), ask('pause', servers('db'))))).toBe(
      'wave p.w has several servers named db → landfall status p.w names its servers by id',
    );
  });
});
