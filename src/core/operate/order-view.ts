import { type Orders, openOrder, type Scope, type ServerOrder } from '../order/order.ts';
import { isPaused } from '../pause.ts';
import type { Stretch } from '../phase.ts';
import type { GatedPhase } from '../plan/gates.ts';
import type { ClosedGate, Member } from '../review/wave-view.ts';
import type { Instant } from '../time.ts';

/** A server of a wave as an order finds it. */
export interface OrderedMember
  extends Pick<Member, 'server' | 'tier' | 'phases' | 'arrival' | 'results' | 'retriedFrom'> {
  readonly hostname: string | null;
  readonly outcome?: Member['outcome'];
  /** Whether the traffic of its recovery was switched: there is no rollback any more. */
  readonly switched?: boolean;
  /** The number of the last order that was taken. */
  readonly orderTaken?: number;
  /** The phase that runs for it, and what that waits for; absent between phases. */
  readonly running?: {
    readonly phase: Stretch;
    /** A wait or a queued launch; absent for the moments in between, when nobody can tell. */
    readonly waitsFor?: string;
    /** Whether a launch may have been made by this phase. */
    readonly launched: boolean;
  };
}

/** A wave as an order finds it. */
export interface OrderView {
  /** `<plan>.<wave>` */
  readonly wave: string;
  readonly plan: string;
  /** Whether its execution has begun. */
  readonly begun: boolean;
  readonly concludedAt: Instant | null;
  readonly held?: { readonly since: Instant; readonly reason: string; readonly ordered?: boolean };
  readonly asksFor?: GatedPhase;
  readonly closedGates: readonly ClosedGate[];
  /** The names of its tiers, by position; the last is that of the rest. */
  readonly tiers: readonly string[];
  readonly members: readonly OrderedMember[];
  readonly orders: Orders;
}

/** Why an order is not taken. */
export type OrderRefusalKind =
  | 'unknown-wave'
  | 'unknown-plan'
  | 'unknown-tier'
  | 'unknown-server'
  | 'no-reason'
  | 'concluded'
  | 'aborting'
  | 'not-begun'
  | 'not-asked'
  | 'not-allowed'
  | 'answered-otherwise'
  | 'nothing-to-resume'
  | 'paused-wider'
  | 'ended'
  | 'launched'
  | 'nothing-launched'
  | 'under-way'
  | 'nothing-failed'
  | 'unconfirmed'
  | 'gate-closed'
  | 'finalized'
  | 'switched'
  | 'wrong-scope';

/** Why an order is not taken, what is true now, and what to do instead. */
export interface OrderRefusal {
  readonly kind: OrderRefusalKind;
  readonly message: string;
  readonly remedy: string;
}

/** A refusal as the answer to an order. */
export function refuse(
  kind: OrderRefusalKind,
  message: string,
  remedy: string,
): { readonly is: 'refused'; readonly refusal: OrderRefusal } {
  return { is: 'refused', refusal: { kind, message, remedy } };
}

/** The order to a server that is still to be taken. */
export function pendingOrder(view: OrderView, member: OrderedMember): ServerOrder | undefined {
  return openOrder(view.orders, member.server, member.orderTaken);
}

/** Whether a scope itself is paused, whatever lies over it. */
export function isScopePaused(view: OrderView, scope: Scope): boolean {
  const { wave } = view.orders;
  switch (scope.kind) {
    case 'tier':
      return isPaused(wave?.tierPauses?.[String(tierOf(view, scope.tier))] ?? []);
    case 'servers':
      return scope.servers.every((id) => isPaused(wave?.serverPauses?.[id] ?? []));
    default:
      return isPaused(wave?.pauses ?? []);
  }
}

/** The position of a tier by its name; -1 where the wave has none of that name. */
export function tierOf({ tiers }: Pick<OrderView, 'tiers'>, name: string): number {
  return tiers.indexOf(name);
}

/** The servers that a scope picks. */
export function membersIn(view: OrderView, scope: Scope): readonly OrderedMember[] {
  switch (scope.kind) {
    case 'tier': {
      const tier = tierOf(view, scope.tier);
      return view.members.filter((member) => member.tier === tier);
    }
    case 'servers':
      return view.members.filter((member) => scope.servers.includes(member.server));
    default:
      return view.members;
  }
}

/** Says what an order is about, e.g. `tier web of wave p.w`. */
export function scopeText(scope: Scope): string {
  switch (scope.kind) {
    case 'stage':
      return 'everything';
    case 'plan':
      return `plan ${scope.plan}`;
    case 'wave':
      return `wave ${scope.wave}`;
    case 'tier':
      return `tier ${scope.tier} of wave ${scope.wave}`;
    case 'servers':
      return `${namesText(scope.servers)} of wave ${scope.wave}`;
    default:
      return scope satisfies never;
  }
}

/** The words that name a scope on a command line, e.g. `p.w --tier web`. */
export function scopeWords(scope: Scope): string {
  switch (scope.kind) {
    case 'stage':
      return '--all';
    case 'plan':
      return scope.plan;
    case 'wave':
      return scope.wave;
    case 'tier':
      return `${scope.wave} --tier ${scope.tier}`;
    case 'servers':
      return [scope.wave, ...scope.servers.map((id) => `--server ${id}`)].join(' ');
    default:
      return scope satisfies never;
  }
}

const mostNames = 5;

/** Names the first of some servers, and says how many more there are. */
export function namesText(ids: readonly string[]): string {
  const more = ids.length > mostNames ? ` and ${ids.length - mostNames} more` : '';
  return `${ids.slice(0, mostNames).join(', ')}${more}`;
}

/** The exact command of an order, to be typed. */
export function orderCommand(verb: string, scope: Scope, more = ''): string {
  return `landfall ${verb} ${scopeWords(scope)}${more} --reason "…"`;
}
