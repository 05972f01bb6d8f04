// What an order does to a wave, given how the wave stands: taken, so already, or refused with what is true now. Pure.
import {
  type Scope,
  type ServerOrderKind,
  type WaveOrders,
  type WideOrders,
  withServerOrder,
} from '../order/order.ts';
import { isPaused, paused, unpaused } from '../pause.ts';
import { endHolds } from './end-holds.ts';
import type { OrderRequest, OrderVerdict } from './order-request.ts';
import {
  namesText,
  type OrderView,
  orderCommand,
  refuse,
  scopeText,
  tierOf,
} from './order-view.ts';
import { pause, resume, widerPause } from './pausing.ts';
import { followUp, judgeServers, serverOrderText } from './server-order.ts';

/** A wave to which nobody gave an order. */
export const noOrders: WaveOrders = { resumedAt: null, pauses: [], aborted: false };

/** Decides what an order does to one wave. */
export function decideOrder(view: OrderView, given: OrderRequest): OrderVerdict {
  const scope = byId(view, given.scope);
  const request = { ...given, scope };
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
    case 'yield':
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

/** The same scope with the ids of servers that were named by hostname. */
function byId({ members }: OrderView, scope: Scope): Scope {
  if (scope.kind !== 'servers') return scope;
  const known = new Set(members.map(({ server }) => server));
  const ids = scope.servers.map((named) => {
    if (known.has(named)) return named;
    const [first, ...others] = members.filter(({ hostname }) => hostname === named);
    return first !== undefined && others.length === 0 ? first.server : named;
  });
  return { ...scope, servers: [...new Set(ids)] };
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
  if (strangers.length === 0) return undefined;
  const twice = strangers.some((named) => view.members.some(({ hostname }) => hostname === named));
  return refuse(
    'unknown-server',
    twice
      ? `wave ${view.wave} has several servers named ${namesText(strangers)}`
      : `wave ${view.wave} has no server ${namesText(strangers)}`,
    `landfall status ${view.wave} names its servers by id`,
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
      after: go,
    };
  }
  return {
    is: 'taken',
    next: { ...orders, hold: { since: at, by, reason } },
    said: `${scopeText(scope)} is held before its next stage`,
    after: `The stage that runs goes on to its end. ${go}`,
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
  const after = view.begun
    ? 'What waits or is queued is given up with the next tick; jobs that run are followed to their end. What had begun ends as frozen: look at each such server.'
    : 'All its servers end as skipped when it starts.';
  const what = scopeText(scope);
  if (orders.aborted) return { is: 'already', said: `${what} is being aborted already`, after };
  return {
    is: 'taken',
    next: { ...orders, aborted: true },
    said: `${what} is being aborted`,
    after,
  };
}

function toServers(
  view: OrderView,
  orders: WaveOrders,
  request: OrderRequest & { readonly order: ServerOrderKind },
): OrderVerdict {
  const { order, scope, by, at, reason, confirmState = false } = request;
  const what = scopeText(scope);
  if (!view.begun && order !== 'skip' && order !== 'yield') {
    return refuse(
      'not-begun',
      `wave ${view.wave} has not begun`,
      `nothing is launched yet; ${orderCommand('skip', scope)} leaves servers out`,
    );
  }
  const verdict = judgeServers(view, { order, scope, confirmState });
  const [refusal, ...others] = verdict.refusals;
  if (refusal !== undefined) {
    const rest = others.map((other) => other.message);
    const message = [refusal.message, ...rest.slice(0, 9)].join('; ');
    return {
      is: 'refused',
      refusal: {
        ...refusal,
        message: rest.length > 9 ? `${message}; and ${rest.length - 9} more` : message,
      },
    };
  }
  const ids = verdict.taken.map(({ server }) => server);
  if (ids.length === 0) {
    if (verdict.already.length > 0) {
      return {
        is: 'already',
        said: verdict.already.slice(0, 5).join('; '),
        after: 'It goes on with the next tick.',
      };
    }
    const because = verdict.leftOut.slice(0, 5).join('; ');
    const kind = order === 'retry' ? 'nothing-failed' : 'ended';
    return refuse(
      kind,
      `nothing in ${what} can be ${pastOf[order]}${because === '' ? '' : `: ${because}`}`,
      order === 'skip' || order === 'yield'
        ? `landfall status ${view.wave}`
        : `frozen servers take --confirm-state, once a person has looked at them; landfall status ${view.wave}`,
    );
  }
  const left =
    verdict.leftOut.length === 0 ? '' : ` Left out: ${verdict.leftOut.slice(0, 5).join('; ')}.`;
  // Whoever names a held server, or has an ended one go on, has decided that it goes on; one in play stays held.
  const decided = verdict.taken.filter(
    ({ outcome }) => outcome !== undefined || scope.kind === 'servers',
  );
  const { next: unheld } =
    order === 'skip' || order === 'yield'
      ? { next: orders }
      : endHolds(
          orders,
          decided.map(({ server }) => server),
          request,
        );
  const results = Object.fromEntries(verdict.taken.map((one) => [one.server, one.results.length]));
  return {
    is: 'taken',
    next: withServerOrder(unheld, { order, by, at, reason }, results),
    said: serverOrderText(order, ids),
    after: `${afterOf(order, view)}${left}`,
    servers: ids,
  };
}

const pastOf = {
  skip: 'skipped',
  retry: 'retried',
  rollback: 'rolled back',
  yield: 'taken over',
} as const;

function afterOf(order: ServerOrderKind, view: OrderView): string {
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
    case 'yield':
      return 'What it waits for is given up with the next tick; a job that runs goes on to its end.';
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
      readonly after: string;
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
            after: go,
          }
        : {
            is: 'taken',
            next: { ...orders, pauses: paused(orders.pauses, at) },
            said: `${what} is paused`,
            after: `What runs reaches its next safe point; waves that start stand still, and deadlines wait. ${go}`,
          };
    case 'resume':
      if (open) {
        return {
          is: 'taken',
          next: { ...orders, pauses: unpaused(orders.pauses, at), given: (orders.given ?? 0) + 1 },
          said: `${what} was resumed: its pause ended`,
          after:
            'The poller goes on in its next tick. What was paused or held by itself stays so: landfall status.',
        };
      }
      return orders.pauses.length > 0
        ? {
            is: 'already',
            said: `${what} was resumed already`,
            after: 'What is paused or held by itself stays so: landfall status.',
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
