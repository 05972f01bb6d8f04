// In: the orders of a file and the events of a rehearsal. Out: each order given at its virtual instant, through the
// operator's own verbs, and what was answered. The same inputs give the same rehearsal.
import type { Scope } from '../core/order/order.ts';
import { fromMs, type Instant, toMs } from '../core/time.ts';
import { type ApprovalOrder, approve } from '../flow/operate/approve.ts';
import type { OrderReply } from '../flow/operate/order.ts';
import { type GivenOrder, type OperatorPorts, runOrder } from '../flow/operate/run-order.ts';
import type { ToldEvent } from './chronicle.ts';

/** When an order is due: at an instant, or so long after the start or after an event. */
export type Due =
  | { readonly atMs: number }
  | {
      readonly afterMs: number;
      readonly event?: {
        readonly type: string;
        readonly wave?: string;
        readonly phase?: string;
      };
    };

/** An order, or an answer to a wave that asks, with when it is given. */
export type TimedOrder = { readonly due: Due } & (
  | { readonly order: GivenOrder }
  | { readonly answer: ApprovalOrder }
);

/** What came of one order of a rehearsal; `not-given` where the rehearsal ended before. */
export interface OrderGiven {
  readonly order: string;
  readonly subject: string;
  readonly by: string;
  readonly at: Instant | null;
  readonly status: OrderReply['status'] | 'not-given';
  readonly said: string;
}

interface Pending {
  readonly index: number;
  readonly order: TimedOrder;
  atMs: number | undefined;
}

/** Somebody who gives the orders of a file. */
export class SimulatedOperator {
  readonly #pending: Pending[];
  readonly #given = new Map<number, OrderGiven>();
  readonly #orders: readonly TimedOrder[];
  readonly #seen = new Set<string>();

  constructor(orders: readonly TimedOrder[], startMs: number) {
    this.#orders = orders;
    this.#pending = orders.map((order, index) => {
      const { due } = order;
      const known = 'atMs' in due ? due.atMs : startMs + due.afterMs;
      const waits = 'afterMs' in due && due.event !== undefined;
      return { index, order, atMs: waits ? undefined : known };
    });
  }

  /** When the next order is due, in milliseconds after 1970; undefined where none is yet. */
  get nextMs(): number | undefined {
    const times = this.#pending.flatMap(({ atMs }) => atMs ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Takes one event: orders that wait for it are due so long after it. */
  told({ 'detail-type': type, detail }: ToldEvent): void {
    const id = String(detail['eventId']);
    if (this.#pending.length === 0 || this.#seen.has(id)) return;
    this.#seen.add(id);
    for (const one of this.#pending) {
      const { due } = one.order;
      if (one.atMs !== undefined || !('afterMs' in due) || due.event?.type !== type) continue;
      const { wave, phase } = due.event;
      if (wave !== undefined && detail['wave'] !== wave) continue;
      if (phase !== undefined && detail['phase'] !== phase) continue;
      one.atMs = toMs(String(detail['observedAt'])) + due.afterMs;
    }
  }

  /** Gives the orders that are due, in their time and then in the order of the file. */
  async actDue(ports: OperatorPorts): Promise<void> {
    const nowMs = toMs(ports.clock.now());
    const due = this.#pending
      .filter(({ atMs }) => atMs !== undefined && atMs <= nowMs)
      .sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0) || a.index - b.index);
    for (const one of due) {
      this.#pending.splice(this.#pending.indexOf(one), 1);
      const { order } = one;
      const reply = await ('answer' in order
        ? approve(ports, order.answer)
        : runOrder(ports, order.order));
      this.#given.set(one.index, { ...aboutOf(order), at: fromMs(nowMs), ...saidOf(reply) });
    }
  }

  /** What came of every order, in the order of the file. */
  get given(): readonly OrderGiven[] {
    return this.#orders.map(
      (order, index) =>
        this.#given.get(index) ?? {
          ...aboutOf(order),
          at: null,
          status: 'not-given',
          said: 'the rehearsal ended before it was due',
        },
    );
  }
}

function aboutOf(one: TimedOrder): Pick<OrderGiven, 'order' | 'subject' | 'by'> {
  if ('answer' in one) {
    const { wave, phase, by, decision } = one.answer;
    return { order: decision === 'approved' ? 'approve' : 'deny', subject: `${wave} ${phase}`, by };
  }
  return { order: one.order.order, subject: subjectOf(one.order.scope), by: one.order.by };
}

function subjectOf(scope: Scope): string {
  switch (scope.kind) {
    case 'stage':
      return 'everything';
    case 'plan':
      return scope.plan;
    case 'wave':
      return scope.wave;
    case 'tier':
      return `${scope.wave} tier ${scope.tier}`;
    case 'servers':
      return `${scope.wave} ${scope.servers.join(', ')}`;
    default:
      return scope satisfies never;
  }
}

function saidOf(reply: OrderReply): Pick<OrderGiven, 'status' | 'said'> {
  return reply.status === 'refused'
    ? { status: 'refused', said: `${reply.refusal.message}; ${reply.refusal.remedy}` }
    : { status: reply.status, said: reply.said };
}
