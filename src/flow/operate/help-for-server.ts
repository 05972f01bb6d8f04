// In: how a server of an open wave stands. Out: what can be done about it, with the exact commands. Pure.
import { orderCommand } from '../../core/operate/order-view.ts';
import type { Scope, ServerOrder } from '../../core/order/order.ts';
import type { Outcome } from '../../core/outcome.ts';
import { isFinalized, isLaunchLeft } from '../../core/review/launch-left.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { type Help, operators } from './help-for.ts';

/** How a server stands, as far as help depends on it. */
export interface ServerStanding {
  readonly member: Pick<WaveServer, 'server' | 'wave' | 'results' | 'arrival'>;
  readonly outcome: Outcome | null;
  /** The scope of the pause that holds it; null where none does. */
  readonly paused: string | null;
  /** What was ordered of it and is not taken yet. */
  readonly order: ServerOrder | null;
  /** Whether its running phase may have launched something. */
  readonly launched: boolean;
}

/** Says what can be done about one server while its wave is open. */
export function helpForServer(standing: ServerStanding): readonly Help[] {
  const { member, outcome, paused, order, launched } = standing;
  const scope: Scope = { kind: 'servers', wave: member.wave, servers: [member.server] };
  const help = (does: string, verb: string, more = ''): Help => ({
    who: operators,
    does,
    command: orderCommand(verb, scope, more),
  });
  if (outcome !== null) return afterEnd(member, outcome, help);
  if (order !== null || isFinalized(member)) return [];
  const back = launched || isLaunchLeft(member);
  return [
    ...(paused === 'server' ? [help('ends its pause', 'resume')] : []),
    ...(paused === null ? [help('lets nothing new begin for it', 'pause')] : []),
    back
      ? help('takes back what is launched', 'rollback')
      : help('leaves it out; it ends as skipped', 'skip'),
  ];
}

function afterEnd(
  member: ServerStanding['member'],
  { outcome }: Outcome,
  help: (does: string, verb: string, more?: string) => Help,
): readonly Help[] {
  if (outcome === 'succeeded' || outcome === 'skipped') return [];
  const confirm = outcome === 'frozen' ? ' --confirm-state' : '';
  const look = outcome === 'frozen' ? 'after you have looked at it: ' : '';
  const last = member.results.at(-1);
  const failed = last === undefined || last.status === 'failed' || last.phase === 'rollback';
  return [
    ...(failed ? [help(`${look}goes on where it failed`, 'retry', confirm)] : []),
    ...(isLaunchLeft(member) && !isFinalized(member)
      ? [help(`${look}takes back what is launched`, 'rollback', confirm)]
      : []),
  ];
}
