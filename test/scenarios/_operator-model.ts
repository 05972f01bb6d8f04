// Random orders at random instants against a small wave with random faults; what must hold whatever came.
import fc from 'fast-check';
import { type OrderKind, orderKinds, type Scope } from '../../src/core/order/order.ts';
import { approve } from '../../src/flow/operate/approve.ts';
import { runOrder } from '../../src/flow/operate/run-order.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { agentBased, inSync, serverId } from './_fleet.ts';
import { later, all as theWave, wave } from './_operator.ts';
import { rehearse, type Told } from './_rehearse.ts';

/** One order of a story, as it is drawn. */
export interface DrawnOrder {
  readonly afterMinutes: number;
  readonly order: OrderKind | 'approve' | 'deny' | 'poller-dies' | 'poller-lives';
  readonly scope: Scope;
  readonly confirmState: boolean;
}

/** A drawn story. */
export interface Drawn {
  readonly count: number;
  /** Whether the last server has its whole replication before it. */
  readonly slow: boolean;
  readonly spec: string;
  readonly faults: readonly string[];
  readonly seed: number;
  readonly orders: readonly DrawnOrder[];
}

const faultsFor = (id: string) => [
  `{ fault: launch-failure, on: test-launch, times: 1, servers: { ids: [${id}] } }`,
  `{ fault: launch-failure, on: cutover-launch, times: 9, servers: { ids: [${id}] } }`,
  `{ fault: snapshot-failure, on: cutover-launch, times: 1, servers: { ids: [${id}] } }`,
  `{ fault: first-boot-stuck, on: test-launch, times: 9, servers: { ids: [${id}] } }`,
];

const scopes = (count: number): fc.Arbitrary<Scope> =>
  fc.oneof(
    fc.constant(theWave),
    fc.nat(count - 1).map((n): Scope => ({ kind: 'servers', wave, servers: [serverId(n + 1)] })),
    fc.constantFrom('data', 'rest').map((tier): Scope => ({ kind: 'tier', wave, tier })),
    fc.constantFrom<Scope>({ kind: 'plan', plan: 'story' }, { kind: 'stage' }),
  );

const drawnOrders = (count: number): fc.Arbitrary<readonly DrawnOrder[]> =>
  fc
    .array(
      fc.record({
        // The smooth way of a server in sync takes some three hours.
        afterMinutes: fc.nat(300),
        order: fc.constantFrom(
          ...orderKinds.filter((kind) => kind !== 'abort'),
          ...(['retry', 'rollback', 'skip', 'resume'] as const),
          ...(['approve', 'deny', 'abort', 'poller-dies', 'poller-lives'] as const),
        ),
        scope: scopes(count),
        confirmState: fc.boolean(),
      }),
      { minLength: 1, maxLength: 8 },
    )
    .map((orders) => orders.toSorted((a, b) => a.afterMinutes - b.afterMinutes));

// What keeps phases back; a story begins on a Monday at 16:21.
const window = (from: string, to: string) =>
  `window: { timeZone: UTC, from: "${from}", to: "${to}" }`;
const gates = [
  '',
  '',
  'cutover: { approval: { timeout: PT6H } }',
  'finalize: { approval: { timeout: PT6H } }',
  `cutover: { ${window('17:30', '18:30')} }`,
  `test: { ${window('16:30', '17:10')} }, cutover: { ${window('20:00', '02:00')} }`,
  'finalize: { soak: PT2H }',
  `cutover: { approval: { timeout: PT6H } }, finalize: { soak: PT1H, ${window('18:00', '23:00')} }`,
] as const;

// What a wave sets before the first launch: nothing, what can be set, or an action that no server has.
const settings = [
  '',
  '',
  ', desired: { apply: by-policy, launchConfiguration: { copyTags: false, targetInstanceTypeRightSizingMethod: NONE }, launchTemplate: { instanceType: m5.xlarge } }',
  ', desired: { apply: by-policy, postLaunchActions: { actions: { join-domain: { active: true } } } }',
] as const;

/** Stories of two or three servers in two tiers, under any policy and gates, with at most one fault. */
export const stories: fc.Arbitrary<Drawn> = fc
  .record({
    count: fc.integer({ min: 2, max: 3 }),
    // A whole replication takes long to rehearse: one story in ten has one.
    slow: fc.nat(9).map((n) => n === 0),
    onFailure: fc.constantFrom('continue', 'hold', 'rollback'),
    attempts: fc.integer({ min: 1, max: 2 }),
    canary: fc.nat(1),
    gate: fc.constantFrom(...gates),
    fault: fc.nat(5),
    hit: fc.nat(3),
    settings: fc.constantFrom(...settings),
    seed: fc.nat(99),
  })
  .chain((drawn) =>
    drawnOrders(drawn.count).map((orders): Drawn => {
      const {
        count,
        slow,
        onFailure,
        attempts,
        canary,
        gate,
        fault,
        hit,
        settings: set,
        seed,
      } = drawn;
      return {
        count,
        slow,
        seed,
        orders,
        spec: `{
          defaults: { thresholds: { lagSeconds: 7200, sustainedPolls: 1, sustainedSeconds: 0 }, poll: { minSeconds: 120 },
            policy: { onFailure: ${onFailure}, tolerate: 0, attempts: ${attempts}, canary: ${canary}, holdTimeout: PT4H }, gates: { ${gate} }${set} },
          waves: [{ name: wave-1, servers: { all: true }, tiers: [{ name: data, servers: { ids: [${serverId(1)}] } }] }] }`,
        faults: faultsFor(serverId(1 + (hit % count))).slice(fault, fault + 1),
      };
    }),
  );

// After this everything is let go on, so that every story ends.
const lastOrderMinutes = 301;

/** Runs a drawn story, and says what is wrong with how it went; nothing where every promise was kept. */
export async function wrongWith(drawn: Drawn): Promise<readonly string[]> {
  let down = false;
  const give = async (ports: Ports, order: OrderKind, scope: Scope, confirmState = false) => {
    await runOrder(ports, { order, scope, by: 'joe', reason: 'because', confirmState });
  };
  const act = async (ports: Ports, one: DrawnOrder) => {
    switch (one.order) {
      case 'poller-dies':
        down = true;
        return;
      case 'poller-lives':
        down = false;
        return;
      case 'approve':
      case 'deny': {
        const decision = one.order === 'approve' ? 'approved' : 'denied';
        for (const phase of ['cutover', 'finalize'] as const) {
          await approve(ports, { wave, phase, by: 'jane', reason: 'because', decision });
        }
        return;
      }
      default:
        await give(ports, one.order, one.scope, one.confirmState);
        // Safe to repeat.
        await give(ports, one.order, one.scope, one.confirmState);
    }
  };
  const letGo = async (ports: Ports) => {
    down = false;
    const ids = Array.from({ length: drawn.count }, (_, i) => serverId(i + 1));
    await give(ports, 'resume', { kind: 'stage' });
    await give(ports, 'resume', { kind: 'plan', plan: 'story' });
    for (const tier of ['data', 'rest']) await give(ports, 'resume', { kind: 'tier', wave, tier });
    for (const id of ids) await give(ports, 'resume', { kind: 'servers', wave, servers: [id] });
    await give(ports, 'resume', theWave);
  };
  const told = await rehearse({
    fleet: Array.from({ length: drawn.count }, (_, i) =>
      drawn.slow && i === drawn.count - 1 ? agentBased(i + 1) : inSync(i + 1),
    ),
    spec: drawn.spec,
    ...(drawn.faults.length === 0 ? {} : { faults: drawn.faults }),
    seed: drawn.seed,
    goOnSeconds: 1800,
    around: later(
      [
        ...drawn.orders.map((one) => ({
          afterSeconds: one.afterMinutes * 60,
          act: (ports: Ports) => act(ports, one),
        })),
        { afterSeconds: lastOrderMinutes * 60, act: letGo },
      ],
      () => down,
    ),
  });
  return wrongIn(told);
}

function wrongIn(told: Told): readonly string[] {
  return [
    ...(told.ended === 'done' && told.running === 0
      ? []
      : [`ended ${told.ended} with ${told.running} running`]),
    ...told.leftOver.map((item) => `left over: ${item}`),
    ...told.verdict.violations.map(
      ({ rule, message, at }) => `${rule}: ${message} at ${at ?? '?'}`,
    ),
  ];
}
