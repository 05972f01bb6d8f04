// In: a wave and who resumes it. Out: its pause has ended, and its hold is answered. Called by operators.
import { isPaused } from '../../core/pause.ts';
import { type Instant, later, toMs } from '../../core/time.ts';
import type { OrderEntry, WaveCommand, WaveRecord } from '../records.ts';
import { findWave, giveOrder, logged, type OperatorPorts } from './give-order.ts';
import { keptReason, type Order, type OrderReply, refused } from './order.ts';

/** Ends a wave's pause, and has a held wave go on with the servers that did not fail. */
export async function resume(
  ports: OperatorPorts,
  { wave, by, reason }: Order,
): Promise<OrderReply> {
  const found = await findWave(ports, wave);
  if ('status' in found) return found;
  const { command, record } = found;
  if (command.aborted) {
    return refused(
      wave,
      'aborting',
      `wave ${wave} is being aborted`,
      'an abort is not taken back; a new wave of a plan moves what it left behind',
    );
  }
  const at = ports.clock.now();
  const heldSince = unanswered(record, command);
  if (
    !isPaused(command.pauses) &&
    heldSince === undefined &&
    command.log?.findLast(({ server }) => server === undefined)?.order !== 'resume'
  ) {
    return refused(
      wave,
      'nothing-to-resume',
      `wave ${wave} is neither paused nor held`,
      record?.awaitingApproval == null
        ? 'see what it waits for: landfall status'
        : `it waits for an approval: landfall approve ${wave} ${record.awaitingApproval.phase} --reason "…"`,
    );
  }
  const entry = { order: 'resume' as const, by, at, reason: keptReason(reason) };
  let ended: readonly string[] = [];
  const status = await giveOrder(ports, wave, (now) => {
    const paused = isPaused(now.pauses);
    const held = unanswered(record, now);
    const entries: OrderEntry[] = [];
    if (paused) entries.push({ ...entry, ended: 'pause' });
    if (held !== undefined) entries.push({ ...entry, ended: 'hold' });
    ended = entries.map((one) => `its ${one.ended}`);
    if (entries.length === 0 || now.aborted) return undefined;
    return logged(
      {
        ...now,
        pauses: paused ? closed(now.pauses, at) : now.pauses,
        resumedAt: held === undefined ? now.resumedAt : later(at, held),
      },
      entries,
    );
  });
  return {
    status,
    wave,
    at,
    said:
      status === 'done'
        ? `wave ${wave} was resumed: ${ended.join(' and ')} ended`
        : `wave ${wave} was resumed already`,
    next: 'The poller goes on with it in its next tick.',
  };
}

/** Since when the wave is held without an answer; undefined where it is not. */
function unanswered(record: WaveRecord | undefined, command: WaveCommand): Instant | undefined {
  const since = record?.held?.since;
  if (since === undefined) return undefined;
  const answered = command.resumedAt !== null && toMs(command.resumedAt) >= toMs(since);
  return answered ? undefined : since;
}

// A pause never ends before it began, whatever two operators' clocks say.
function closed(pauses: WaveCommand['pauses'], at: Instant): WaveCommand['pauses'] {
  return pauses.map((pause) =>
    pause.until === null ? { ...pause, until: later(at, pause.from) } : pause,
  );
}
