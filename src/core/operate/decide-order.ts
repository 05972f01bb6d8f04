// What an order does to a wave, given how the wave stands: taken, so already, or refused with what is true now. Pure.
import {
  type OrderKind,
  type Scope,
  type WaveOrders,
  type WideOrders,
  withServerOrder,
} from '../order/order.ts';
import { isPaused, paused, unpaused } from '../pause.ts';
import { type Instant, later, toMs } from '../time.ts';
import {
  isScopePaused,
  membersIn,
  namesText,
  type OrderRefusal,
  type OrderView,
  orderCommand,
  refuse,
  scopeText,
  tierOf,
} from './order-view.ts';
import { followUp, judgeServers, serverOrderText } from './server-order.ts';

/** What is ordered, and by whom. */
export interface OrderRequest {
  readonly order: OrderKind;
  readonly scope: Scope;
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
  /** Whether a person has looked at frozen servers and vouches for their state. */
  readonly confirmState?: boolean;
}

/** What an order comes to. */
export type OrderVerdict =
  | {
      readonly is: 'taken';
      readonly next: WaveOrders;
      readonly said: string;
      /** What happens next. */
      readonly then: string;
      /** The servers that it is about; absent where it is about the wave as a whole. */
      readonly servers?: readonly string[];
      /** What a resume has ended. */
      readonly ended?: readonly ('pause' | 'hold')[];
    }
  | { readonly is: 'already'; readonly said: string; readonly then: string }
  | { readonly is: 'refused'; readonly refusal: OrderRefusal };

/** A wave to which nobody gave an order. */
export const noOrders: WaveOrders = { resumedAt: null, pauses: [], aborted: false };

/** Decides what an order does to one wave. */
export function decideOrder(view: OrderView, request: OrderRequest): OrderVerdict {
  const { scope } = request;
  const orders = view.orders.wave ?? noOrders;
  const over = isOver(view, orders, request);
  if (over !== undefined) return over;
  const stranger = unknownIn(view, scope);
  if (stranger !== undefined) return stranger;
  switch (request.order) {
    case 'pause':
      return pause(view, orders, request);
    case 'resume':
      return resume(view, orders, request);
    case 'hold':
      return hold(orders, request);
    case 'abort':
      return abort(view, orders, request);
    case 'skip':
    case 'retry':
    case 'rollback':
      return toServers(view, orders, { ...request, order: request.order });
    default:
      return request.order satisfies never;
  }
}

function isOver(
  view: OrderView,
  orders: WaveOrders,
  { order }: OrderRequest,
): OrderVerdict | undefined {
  if (view.concludedAt !== null || orders.closed === true) {
    const when = view.concludedAt === null ? 'is concluding' : `concluded at ${view.concludedAt}`;
    return refuse(
      'concluded',
      `wave ${view.wave} ${when}`,
      `nothing is left to do here; ${followUp(view)}`,
    );
  }
  if (!orders.aborted || order === 'abort') return undefined;
  const remedy =
    order === 'pause' || order === 'hold'
      ? 'wait until it has concluded: landfall status'
      : `an abort is not taken back; ${followUp(view)}`;
  return refuse('aborting', `wave ${view.wave} is being aborted`, remedy);
}

function unknownIn(view: OrderView, scope: Scope): OrderVerdict | undefined {
  if (scope.kind === 'tier' && tierOf(view, scope.tier) < 0) {
    return refuse(
      'unknown-tier',
      `wave ${view.wave} has no tier ${scope.tier}`,
      `it has: ${view.tiers.join(', ')}`,
    );
  }
  if (scope.kind !== 'servers') return undefined;
  const known = new Set(view.members.map(({ server }) => server));
  const strangers = scope.servers.filter((id) => !known.has(id));
  return strangers.length === 0
    ? undefined
    : refuse(
        'unknown-server',
        `wave ${view.wave} has no server ${namesText(strangers)}`,
        `landfall status ${view.wave} names its servers by id`,
      );
}

function pause(view: OrderView, orders: WaveOrders, request: OrderRequest): OrderVerdict {
  const { scope, at } = request;
  const what = scopeText(scope);
  const go = `Go on with: ${orderCommand('resume', scope)}`;
  const open = membersIn(view, scope).filter(({ outcome }) => outcome === undefined);
  if (scope.kind !== 'wave' && open.length === 0) {
    return refuse('ended', `${what}: every server has ended`, `landfall status ${view.wave}`);
  }
  if (isScopePaused(view, scope)) {
    const since = scope.kind === 'wave' ? ` since ${orders.pauses.at(-1)?.from ?? at}` : '';
    return { is: 'already', said: `${what} is paused${since}`, then: go };
  }
  return {
    is: 'taken',
    next: withPauses(view, orders, scope, (pauses) => paused(pauses, at)),
    said: `${what} is paused`,
    then: `What runs reaches its next safe point; nothing new is released or launched, and deadlines wait. ${go}`,
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

function resume(view: OrderView, orders: WaveOrders, request: OrderRequest): OrderVerdict {
  const { scope, at } = request;
  const what = scopeText(scope);
  const wasPaused =
    scope.kind === 'servers'
      ? scope.servers.some((id) => isPaused(orders.serverPauses?.[id] ?? []))
      : isScopePaused(view, scope);
  const held = scope.kind === 'wave' ? unanswered(view, orders) : undefined;
  const isHeld = held !== undefined || (scope.kind === 'wave' && orders.hold != null);
  if (!wasPaused && !isHeld) return nothingToResume(view, orders, scope);
  const ended = [...(wasPaused ? ['pause' as const] : []), ...(isHeld ? ['hold' as const] : [])];
  const unheld = isHeld ? { hold: null, resumedAt: later(at, held ?? orders.hold?.since) } : {};
  const still = stillPaused(view, scope);
  return {
    is: 'taken',
    next: {
      ...withPauses(view, orders, scope, (pauses) => (wasPaused ? unpaused(pauses, at) : pauses)),
      ...unheld,
      // Whatever waits for it must hear of it.
      given: (orders.given ?? 0) + 1,
    },
    said: `${what} was resumed: ${ended.map((one) => `its ${one}`).join(' and ')} ended`,
    then: still ?? 'The poller goes on with it in its next tick.',
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

function widerPause({ stage, plan }: OrderView['orders'], wave: string) {
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
        ? { is: 'already', said: `${what} was resumed already`, then: 'Nothing holds it.' }
        : refuse(
            'nothing-to-resume',
            `${what} is not paused`,
            `see what it waits for: landfall status ${view.wave}`,
          );
  }
  if (orders.resumedAt !== null || orders.pauses.length > 0) {
    return {
      is: 'already',
      said: `${what} was resumed already`,
      then: 'The poller goes on with it in its next tick.',
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
    scope.servers.every((id) => (orders.serverPauses?.[id] ?? []).length > 0)
  );
}

function hold(orders: WaveOrders, request: OrderRequest): OrderVerdict {
  const { scope, by, at, reason } = request;
  if (scope.kind !== 'wave') {
    return refuse(
      'wrong-scope',
      'a hold is for a whole wave: it stops before its next stage',
      `pause ${scopeText(scope)} instead: ${orderCommand('pause', scope)}`,
    );
  }
  const go = `Go on with: ${orderCommand('resume', scope)}`;
  if (orders.hold != null) {
    return {
      is: 'already',
      said: `${scopeText(scope)} is to be held since ${orders.hold.since}`,
      then: go,
    };
  }
  return {
    is: 'taken',
    next: { ...orders, hold: { since: at, by, reason } },
    said: `${scopeText(scope)} is held before its next stage`,
    then: `The stage that runs goes on to its end. ${go}`,
  };
}

function abort(view: OrderView, orders: WaveOrders, { scope }: OrderRequest): OrderVerdict {
  if (scope.kind !== 'wave') {
    return refuse(
      'wrong-scope',
      'only whole waves are aborted',
      `leave servers out, or take them back: ${orderCommand('skip', scope)}, ${orderCommand('rollback', scope)}`,
    );
  }
  const then = view.begun
    ? 'What waits or is queued is given up with the next tick; jobs that run are followed to their end. What had begun ends as frozen: look at each such server.'
    : 'All its servers end as skipped when it starts.';
  const what = scopeText(scope);
  if (orders.aborted) return { is: 'already', said: `${what} is being aborted already`, then };
  return {
    is: 'taken',
    next: { ...orders, aborted: true },
    said: `${what} is being aborted`,
    then,
  };
}

function toServers(
  view: OrderView,
  orders: WaveOrders,
  request: OrderRequest & { readonly order: 'skip' | 'retry' | 'rollback' },
): OrderVerdict {
  const { order, scope, by, at, reason, confirmState = false } = request;
  const what = scopeText(scope);
  if (!view.begun && order !== 'skip') {
    return refuse(
      'not-begun',
      `wave ${view.wave} has not begun`,
      `nothing is launched yet; ${orderCommand('skip', scope)} leaves servers out`,
    );
  }
  const verdict = judgeServers(view, { order, scope, confirmState });
  const [refusal, ...others] = verdict.refusals;
  if (refusal !== undefined) {
    const more = others.map(({ message }) => message);
    const message = [refusal.message, ...more.slice(0, 9)].join('; ');
    return {
      is: 'refused',
      refusal: {
        ...refusal,
        message: more.length > 9 ? `${message}; and ${more.length - 9} more` : message,
      },
    };
  }
  const ids = verdict.taken.map(({ server }) => server);
  if (ids.length === 0) {
    if (verdict.already.length > 0) {
      return {
        is: 'already',
        said: verdict.already.slice(0, 5).join('; '),
        then: 'It goes on with the next tick.',
      };
    }
    const because = verdict.leftOut.slice(0, 5).join('; ');
    const kind = order === 'retry' ? 'nothing-failed' : 'ended';
    return refuse(
      kind,
      `nothing in ${what} can be ${pastOf[order]}${because === '' ? '' : `: ${because}`}`,
      order === 'skip'
        ? `landfall status ${view.wave}`
        : `frozen servers take --confirm-state, once a person has looked at them; landfall status ${view.wave}`,
    );
  }
  const left =
    verdict.leftOut.length === 0 ? '' : ` Left out: ${verdict.leftOut.slice(0, 5).join('; ')}.`;
  const results = Object.fromEntries(verdict.taken.map((one) => [one.server, one.results.length]));
  return {
    is: 'taken',
    next: withServerOrder(orders, { order, by, at, reason }, results),
    said: serverOrderText(order, ids),
    then: `${thenOf(order, view)}${left}`,
    servers: ids,
  };
}

const pastOf = { skip: 'skipped', retry: 'retried', rollback: 'rolled back' } as const;

function thenOf(order: 'skip' | 'retry' | 'rollback', view: OrderView): string {
  const isHeld = view.held !== undefined;
  const isAnyPaused =
    widerPause(view.orders, view.wave) !== undefined || isPaused(view.orders.wave?.pauses ?? []);
  const later_ = isAnyPaused ? ' It is paused: that begins after a resume.' : '';
  switch (order) {
    case 'skip':
      return 'Each ends as skipped at its next safe point; a stage that runs ends first for servers between two phases.';
    case 'retry':
      return `Each goes on where it failed, as soon as the stage that runs has ended${isHeld ? '; a hold that stands for other failures stays until it is resumed' : ''}.${later_}`;
    case 'rollback':
      return `What was launched is taken back, the last tier first, as soon as the stage that runs has ended; what was not launched ends as skipped.${later_}`;
    default:
      return order satisfies never;
  }
}

/** What a pause or a resume does to a plan as a whole, or to everything. */
export function decideWide(
  orders: WideOrders,
  { order, scope, at }: OrderRequest,
):
  | {
      readonly is: 'taken';
      readonly next: WideOrders;
      readonly said: string;
      readonly then: string;
    }
  | Exclude<OrderVerdict, { is: 'taken' }> {
  const what = scopeText(scope);
  const open = isPaused(orders.pauses);
  const go = `Go on with: ${orderCommand('resume', scope)}`;
  switch (order) {
    case 'pause':
      return open
        ? {
            is: 'already',
            said: `${what} is paused since ${orders.pauses.at(-1)?.from ?? at}`,
            then: go,
          }
        : {
            is: 'taken',
            next: { ...orders, pauses: paused(orders.pauses, at) },
            said: `${what} is paused`,
            then: `What runs reaches its next safe point; waves that start stand still, and deadlines wait. ${go}`,
          };
    case 'resume':
      if (open) {
        return {
          is: 'taken',
          next: { ...orders, pauses: unpaused(orders.pauses, at), given: (orders.given ?? 0) + 1 },
          said: `${what} was resumed: its pause ended`,
          then: 'The poller goes on in its next tick. What was paused or held by itself stays so: landfall status.',
        };
      }
      return orders.pauses.length > 0
        ? {
            is: 'already',
            said: `${what} was resumed already`,
            then: 'What is paused or held by itself stays so: landfall status.',
          }
        : refuse(
            'nothing-to-resume',
            `${what} is not paused`,
            'waves that are paused or held are resumed by name: landfall status',
          );
    default:
      return refuse(
        'wrong-scope',
        `${order} is not for ${what}`,
        `name a wave: landfall ${order} PLAN.WAVE`,
      );
  }
}
