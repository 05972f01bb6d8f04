// In: a held server of a wave and who resumes it. Out: its hold has ended, and its way goes on. Called by operators.
import { openHold, resumedHolds } from '../../core/hold.ts';
import { tellHolds } from '../server-holds.ts';
import { findWave, giveOrder, logged, type OperatorPorts } from './give-order.ts';
import { keptReason, type Order, type OrderReply, refused } from './order.ts';

/** An order about one server of a wave. */
export interface ServerOrder extends Order {
  /** Its id or its hostname, as the plan has them. */
  readonly server: string;
}

/** Ends the hold of one server; deadlines count on from where they stood. */
export async function resumeServer(
  ports: OperatorPorts,
  { wave, server: named, by, reason }: ServerOrder,
): Promise<OrderReply> {
  const found = await findWave(ports, wave);
  if ('status' in found) return found;
  const { planned, command } = found;
  const matches = (planned?.servers ?? []).filter(
    ({ id, hostname }) => id === named || hostname === named,
  );
  const [member] = matches;
  if (member === undefined || matches.length > 1) {
    return refused(
      wave,
      'unknown-server',
      member === undefined
        ? `wave ${wave} has no server ${named}`
        : `wave ${wave} has ${matches.length} servers named ${named}`,
      'name the server by its id: landfall status --json lists them',
    );
  }
  const server = member.id;
  const holds = command.holds?.[server];
  if (holds === undefined) {
    return refused(
      wave,
      'nothing-to-resume',
      `server ${server} of wave ${wave} is not held`,
      'see what it waits for: landfall status',
    );
  }
  const at = ports.clock.now();
  const since = openHold(holds)?.from;
  const status = await giveOrder(ports, wave, (now) => {
    const ended = resumedHolds(now.holds?.[server], at);
    const until = ended?.at(-1)?.until;
    if (ended === undefined || until == null) return undefined;
    return logged({ ...now, holds: { ...now.holds, [server]: ended } }, [
      { order: 'resume', ended: 'hold', server, by, at: until, reason: keptReason(reason) },
    ]);
  });
  await tellHolds(ports, wave, server);
  return {
    status,
    wave,
    at,
    said:
      status === 'done'
        ? `server ${server} of wave ${wave} was resumed; it was held since ${since ?? at}`
        : `server ${server} of wave ${wave} was resumed already`,
    next: 'The poller goes on with it in its next tick.',
  };
}
