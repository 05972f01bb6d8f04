// In: a wave and who pauses it. Out: nothing new is released or launched until somebody resumes it. Called by operators.
import { isPaused } from '../../core/pause.ts';
import { findWave, giveOrder, logged, type OperatorPorts } from './give-order.ts';
import { keptReason, type Order, type OrderReply, refused } from './order.ts';

/** Pauses a wave: what runs reaches its next safe point, and deadlines wait. A paused wave stays as it is. */
export async function pause(
  ports: OperatorPorts,
  { wave, by, reason }: Order,
): Promise<OrderReply> {
  const found = await findWave(ports, wave);
  if ('status' in found) return found;
  if (found.command.aborted) {
    return refused(
      wave,
      'aborting',
      `wave ${wave} is being aborted`,
      'wait until it has concluded: landfall status',
    );
  }
  const at = ports.clock.now();
  const status = await giveOrder(ports, wave, (command) =>
    isPaused(command.pauses) || command.aborted
      ? undefined
      : logged({ ...command, pauses: [...command.pauses, { from: at, until: null }] }, [
          { order: 'pause', by, at, reason: keptReason(reason) },
        ]),
  );
  const since = found.command.pauses.at(-1)?.from ?? at;
  return {
    status,
    wave,
    at,
    said: status === 'done' ? `wave ${wave} is paused` : `wave ${wave} is paused since ${since}`,
    next: `What runs reaches its next safe point; nothing new is released or launched, and deadlines wait. Go on with: landfall resume ${wave}`,
  };
}
