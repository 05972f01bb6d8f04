import { DetailType } from '../../core/event/detail-type.ts';
import { cutText, type Told } from '../../core/event/stream.ts';
import type { OrderRequest, OrderVerdict } from '../../core/operate/order-request.ts';
import type { Instant } from '../../core/time.ts';
import type { OrderEntry } from '../records/order-records.ts';

// What a record may grow by has an end; the events on the bus are kept whole.
const logLimit = 100;
const namedServers = 20;
const toldServers = 500;

/** What has a log of orders. */
export interface Logged {
  readonly log?: readonly OrderEntry[];
  readonly logBefore?: number;
}

/** The same document with more orders on its log. */
export function logged<T extends Logged>(command: T, entries: readonly OrderEntry[]): T {
  const log = [...(command.log ?? []), ...entries];
  const over = Math.max(0, log.length - logLimit);
  return { ...command, log: log.slice(over), logBefore: (command.logBefore ?? 0) + over };
}

/** How many orders were ever put on a log. */
export function countLogged({ log, logBefore }: Logged): number {
  return (logBefore ?? 0) + (log?.length ?? 0);
}

/** The orders of a log after the first so many. */
export function loggedAfter(command: Logged, told: number): readonly OrderEntry[] {
  return (command.log ?? []).slice(Math.max(0, told - (command.logBefore ?? 0)));
}

/** What goes on the log for an order that was taken: one entry for each thing that it ended. */
export function entriesOf(
  { order, scope, by, at, reason }: OrderRequest,
  { ended, servers }: Pick<Extract<OrderVerdict, { is: 'taken' }>, 'ended' | 'servers'>,
): readonly OrderEntry[] {
  const about =
    servers === undefined
      ? {}
      : {
          scope: {
            ...(scope.kind === 'tier' ? { tier: scope.tier } : {}),
            servers: servers.length,
            // Who has yielded must be known of each: nothing is done to it any more.
            serverIds: order === 'yield' ? servers : servers.slice(0, namedServers),
          },
        };
  const entry: OrderEntry = { order, ...about, by, at, reason };
  return ended === undefined ? [entry] : ended.map((one) => ({ ...entry, ended: one }));
}

/** What is told of servers that a recovery takes over, by the wave of the drill and by that of the recovery. */
export function tellYield(
  { drill, recovery }: { readonly drill: string; readonly recovery: string },
  servers: readonly string[],
  at: Instant,
): Told {
  return {
    detailType: DetailType.WaveDrillYielded,
    members: {
      ...{ drill, recovery, servers: servers.length },
      serverIds: servers.slice(0, toldServers),
      at,
    },
  };
}

/** Tells an order on a wave's stream; the answer to a hold is told by the wave itself, when it goes on. */
export function tellOrder(
  { order, ended, scope, by, at, reason }: OrderEntry,
  wave: string,
  wide?: 'plan' | 'stage',
): readonly Told[] {
  const members = {
    scope: wide ?? (scope === undefined ? 'wave' : scope.tier === undefined ? 'servers' : 'tier'),
    ...(scope === undefined ? {} : scope),
    by: cutText(by),
    at,
    reason: cutText(reason),
  };
  switch (order) {
    case 'pause':
      return [{ detailType: DetailType.WavePaused, members }];
    case 'resume':
      return ended === 'hold'
        ? []
        : [{ detailType: DetailType.WaveResumed, members: { ended: 'pause', ...members } }];
    case 'abort':
      return [
        {
          detailType: DetailType.WaveAbortRequested,
          members: { by: members.by, at, reason: members.reason },
        },
      ];
    case 'yield':
      return [tellYield({ drill: wave, recovery: by }, scope?.serverIds ?? [], at)];
    case 'hold':
    case 'skip':
    case 'retry':
    case 'rollback':
      return [{ detailType: DetailType.WaveOrderGiven, members: { order, ...members } }];
    default:
      return order satisfies never;
  }
}
