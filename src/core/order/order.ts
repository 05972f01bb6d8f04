import type { ServerHolds } from '../hold.ts';
import type { Pause } from '../pause.ts';
import type { Instant } from '../time.ts';

/** What a person may order of waves under way; approvals are answers and have a form of their own. */
export const orderKinds = [
  'pause',
  'resume',
  'hold',
  'abort',
  'skip',
  'retry',
  'rollback',
] as const;
/** One kind of order. */
export type OrderKind = (typeof orderKinds)[number];
/** What nobody orders by hand: a recovery has servers yield that a drill holds. */
export type GivenKind = OrderKind | 'yield';

/** What an order is about. Plans and the whole stage may be paused, resumed and aborted only. */
export type Scope =
  | { readonly kind: 'stage' }
  | { readonly kind: 'plan'; readonly plan: string }
  | { readonly kind: 'wave'; readonly wave: string }
  | { readonly kind: 'tier'; readonly wave: string; readonly tier: string }
  | { readonly kind: 'servers'; readonly wave: string; readonly servers: readonly string[] };

/** The servers that no tier of the plan picks stand in this tier, the last. */
export const restTier = 'rest';

/** The orders that are about single servers. */
export type ServerOrderKind = 'skip' | 'retry' | 'rollback' | 'yield';

/** Who ordered something of servers, when and why. */
export interface Ordered {
  readonly order: ServerOrderKind;
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
}

/** An order to one server. */
export interface ServerOrder extends Ordered {
  /** Counts the wave's orders; tells a later order from an earlier one without a clock. */
  readonly number: number;
  /** How many results the server had when it was given: what came later answers it. */
  readonly results: number;
}

/** A person's wish that a wave stops before its next stage. */
export interface OrderedHold {
  readonly since: Instant;
  readonly by: string;
  readonly reason: string;
}

/** What was ordered of a plan as a whole, or of everything. */
export interface WideOrders {
  readonly pauses: readonly Pause[];
  /** Counts the orders that a waiting wave must hear of. */
  readonly given?: number;
}

/** What was ordered of one wave. */
export interface WaveOrders extends WideOrders {
  readonly resumedAt: Instant | null;
  readonly aborted: boolean;
  /** Pauses of single tiers, by the tier's position. */
  readonly tierPauses?: Readonly<Record<string, readonly Pause[]>>;
  /** Pauses of single servers, by id. */
  readonly serverPauses?: Readonly<Record<string, readonly Pause[]>>;
  /** The servers on which nothing more is done until a person resumes them, and when they were; absent where none ever was. */
  readonly holds?: ServerHolds;
  readonly hold?: OrderedHold | null;
  /** The latest order to each server, by id; who gave it stands once for all its servers. */
  readonly servers?: Readonly<
    Record<string, { readonly number: number; readonly results: number }>
  >;
  /** The orders that `servers` names, by number. */
  readonly ordered?: Readonly<Record<string, Ordered>>;
  /** Set when the wave is about to conclude: from then on no order is taken. */
  readonly closed?: boolean;
}

/** All orders that bear on a wave. */
export interface Orders {
  readonly stage?: WideOrders | undefined;
  readonly plan?: WideOrders | undefined;
  readonly wave?: WaveOrders | undefined;
}

/** A server of a wave, as far as pauses tell servers apart. */
export interface Placed {
  readonly server: string;
  readonly tier: number;
}

/** Counts the orders that a waiting wave must hear of. */
export function ordersGiven({ stage, plan, wave }: Orders): number {
  return (stage?.given ?? 0) + (plan?.given ?? 0) + (wave?.given ?? 0);
}

/** The latest order to a server that was not taken yet; undefined where there is none. */
export function openOrder(
  orders: Orders,
  server: string,
  taken: number | undefined,
): ServerOrder | undefined {
  const latest = orders.wave?.servers?.[server];
  if (latest === undefined || latest.number <= (taken ?? 0)) return undefined;
  const ordered = orders.wave?.ordered?.[String(latest.number)];
  return ordered === undefined ? undefined : { ...ordered, ...latest };
}

/** The same orders with one more to these servers, each with the number of its results; what it replaces is dropped. */
export function withServerOrder(
  wave: WaveOrders,
  ordered: Ordered,
  results: Readonly<Record<string, number>>,
): WaveOrders {
  const number = (wave.given ?? 0) + 1;
  const named = Object.entries(results).map(
    ([id, count]) => [id, { number, results: count }] as const,
  );
  const servers = { ...wave.servers, ...Object.fromEntries(named) };
  const numbers = new Set(Object.values(servers).map((one) => String(one.number)));
  const kept = Object.entries(wave.ordered ?? {}).filter(([key]) => numbers.has(key));
  return {
    ...wave,
    given: number,
    servers,
    ordered: { ...Object.fromEntries(kept), [String(number)]: ordered },
  };
}
