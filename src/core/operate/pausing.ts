// What an order to pause or to resume does to a wave. Pure.
import type { Scope, WaveOrders } from '../order/order.ts';
import { isPaused, paused, unpaused } from '../pause.ts';
import { type Instant, later, toMs } from '../time.ts';
import { endHolds } from './end-holds.ts';
import type { OrderRequest, OrderVerdict } from './order-request.ts';
import {
  isScopePaused,
  membersIn,
  namesText,
  type OrderView,
  orderCommand,
  refuse,
  scopeText,
  tierOf,
} from './order-view.ts';

/** Pauses a wave, a tier or servers of it. */
export function pause(view: OrderView, orders: WaveOrders, request: OrderRequest): OrderVerdict {
  const { scope, at } = request;
  const what = scopeText(scope);
  const go = `Go on with: ${orderCommand('resume', scope)}`;
  const open = membersIn(view, scope).filter(({ outcome }) => outcome === undefined);
  if (scope.kind !== 'wave' && open.length === 0) {
    return refuse('ended', `${what}: every server has ended`, `landfall status ${view.wave}`);
  }
  if (isScopePaused(view, scope)) {
    const since = scope.kind === 'wave' ? ` since ${orders.pauses.at(-1)?.from ?? at}` : '';
    return { is: 'already', said: `${what} is paused${since}`, after: go };
  }
  return {
    is: 'taken',
    next: withPauses(view, orders, scope, (pauses) => paused(pauses, at)),
    said: `${what} is paused`,
    after: `What runs reaches its next safe point; nothing new is released or launched, and deadlines wait. ${go}`,
    ...aboutServers(view, scope),
  };
}

function aboutServers(view: OrderView, scope: Scope): { readonly servers?: readonly string[] } {
  if (scope.kind !== 'tier' && scope.kind !== 'servers') return {};
  return { servers: membersIn(view, scope).map(({ server }) => server) };
}

type Pauses = WaveOrders['pauses'];

function withPauses(
  view: OrderView,
  orders: WaveOrders,
  scope: Scope,
  change: (pauses: Pauses) => Pauses,
): WaveOrders {
  if (scope.kind === 'tier') {
    const tier = String(tierOf(view, scope.tier));
    const pauses = change(orders.tierPauses?.[tier] ?? []);
    return { ...orders, tierPauses: { ...orders.tierPauses, [tier]: pauses } };
  }
  if (scope.kind !== 'servers') return { ...orders, pauses: change(orders.pauses) };
  const own = scope.servers.map((id) => [id, change(orders.serverPauses?.[id] ?? [])]);
  return { ...orders, serverPauses: { ...orders.serverPauses, ...Object.fromEntries(own) } };
}

/** Ends such a pause; of a wave also its hold, of servers theirs. */
export function resume(view: OrderView, orders: WaveOrders, request: OrderRequest): OrderVerdict {
  const { scope, at } = request;
  const what = scopeText(scope);
  const wasPaused =
    scope.kind === 'servers'
      ? scope.servers.some((id) => isPaused(orders.serverPauses?.[id] ?? []))
      : isScopePaused(view, scope);
  const held = scope.kind === 'wave' ? unanswered(view, orders) : undefined;
  const isWaveHeld = held !== undefined || (scope.kind === 'wave' && orders.hold != null);
  const unheldServers = endHolds(orders, scope.kind === 'servers' ? scope.servers : [], request);
  const isHeld = isWaveHeld || unheldServers.ended.length > 0;
  if (!wasPaused && !isHeld) return nothingToResume(view, orders, scope);
  const ended = [...(wasPaused ? ['pause' as const] : []), ...(isHeld ? ['hold' as const] : [])];
  const unheld = isWaveHeld ? { hold: null, resumedAt: later(at, held ?? orders.hold?.since) } : {};
  const still = stillPaused(view, scope);
  return {
    is: 'taken',
    next: {
      ...withPauses(view, unheldServers.next, scope, (pauses) =>
        wasPaused ? unpaused(pauses, at) : pauses,
      ),
      ...unheld,
      // Whatever waits for it must hear of it.
      given: (orders.given ?? 0) + 1,
    },
    said: `${what} was resumed: ${ended.map((one) => `its ${one}`).join(' and ')} ended`,
    after: still ?? 'The poller goes on with it in its next tick.',
    ended,
    ...aboutServers(view, scope),
  };
}

/** Since when a wave is held without an answer; undefined where it is not. */
function unanswered(view: OrderView, orders: WaveOrders): Instant | undefined {
  const since = view.held?.since;
  if (since === undefined) return undefined;
  const { resumedAt } = orders;
  return resumedAt !== null && toMs(resumedAt) >= toMs(since) ? undefined : since;
}

/** What still holds the scope after its own pause has ended. */
function stillPaused({ orders }: OrderView, scope: Scope): string | undefined {
  if (scope.kind === 'stage' || scope.kind === 'plan') return undefined;
  const wider = widerPause(orders, scope.wave);
  if (wider !== undefined) return `It stays paused: ${wider.message}. ${wider.remedy}`;
  if (scope.kind !== 'wave' && isPaused(orders.wave?.pauses ?? [])) {
    const command = orderCommand('resume', { kind: 'wave', wave: scope.wave });
    return `It stays paused with its wave, until: ${command}`;
  }
  const single = Object.entries(orders.wave?.serverPauses ?? {}).filter(([, own]) => isPaused(own));
  if (scope.kind === 'wave' && single.length > 0) {
    const ids = single.map(([id]) => id);
    const command = orderCommand('resume', {
      kind: 'servers',
      wave: scope.wave,
      servers: ids.slice(0, 5),
    });
    return `Paused by themselves stay ${namesText(ids)}: ${command}`;
  }
  return undefined;
}

/** What wider than the wave is paused, and how that is ended. */
export function widerPause({ stage, plan }: OrderView['orders'], wave: string) {
  if (isPaused(stage?.pauses ?? [])) {
    const remedy = `Go on with: ${orderCommand('resume', { kind: 'stage' })}`;
    return { message: 'everything is paused', remedy };
  }
  if (!isPaused(plan?.pauses ?? [])) return undefined;
  const name = wave.split('.')[0] ?? wave;
  const remedy = `Go on with: ${orderCommand('resume', { kind: 'plan', plan: name })}`;
  return { message: `plan ${name} is paused`, remedy };
}

function nothingToResume(view: OrderView, orders: WaveOrders, scope: Scope): OrderVerdict {
  const what = scopeText(scope);
  const wider = widerPause(view.orders, view.wave);
  if (wider !== undefined) {
    return refuse(
      'paused-wider',
      `${what} is not paused by itself: ${wider.message}`,
      wider.remedy,
    );
  }
  if (scope.kind !== 'wave') {
    const tellsWave = isPaused(orders.pauses);
    return tellsWave
      ? refuse(
          'paused-wider',
          `${what} is not paused by itself, but its wave is`,
          orderCommand('resume', { kind: 'wave', wave: view.wave }),
        )
      : wasResumed(scope, orders, view)
        ? { is: 'already', said: `${what} was resumed already`, after: 'Nothing holds it.' }
        : refuse(
            'nothing-to-resume',
            `${what} is neither paused nor held`,
            `see what it waits for: landfall status ${view.wave}`,
          );
  }
  if (orders.resumedAt !== null || orders.pauses.length > 0) {
    return {
      is: 'already',
      said: `${what} was resumed already`,
      after: 'The poller goes on with it in its next tick.',
    };
  }
  return refuse(
    'nothing-to-resume',
    `${what} is neither paused nor held`,
    view.asksFor === undefined
      ? 'see what it waits for: landfall status'
      : `it waits for an approval: landfall approve ${view.wave} ${view.asksFor} --reason "…"`,
  );
}

function wasResumed(scope: Scope, orders: WaveOrders, view: OrderView): boolean {
  if (scope.kind === 'tier') {
    return (orders.tierPauses?.[String(tierOf(view, scope.tier))] ?? []).length > 0;
  }
  return (
    scope.kind === 'servers' &&
    scope.servers.every(
      (id) => (orders.serverPauses?.[id] ?? []).length + (orders.holds?.[id] ?? []).length > 0,
    )
  );
}
