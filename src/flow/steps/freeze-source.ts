import { toMs } from '../../core/time.ts';
import { refuseWhileHooksDue } from '../hooks/hooks-due.ts';
import type { Ports } from '../ports.ts';
import { recordWaveServer, type Step, waveServerOf } from '../wave-server.ts';

/**
 * Marks the moment from which the source counts as frozen, once the hooks that freeze it have ended; the drain proof
 * looks only at what came later. Each attempt freezes anew, a repetition keeps the first moment.
 */
export async function freezeSource(
  ports: Ports,
  { subject, hooks, phase = 'cutover' }: Step,
): Promise<{ readonly frozenAt: string }> {
  const { attempt } = subject;
  if (hooks !== undefined) {
    const member = await waveServerOf(ports, subject);
    refuseWhileHooksDue(ports, member, { site: hooks, phase, attempt });
  }
  const now = ports.clock.now();
  const server = await recordWaveServer(ports, subject, (recorded) => {
    const begun = recorded.started?.at ?? now;
    const already = recorded.frozenAt !== null && toMs(recorded.frozenAt) >= toMs(begun);
    return already ? undefined : { next: { ...recorded, frozenAt: now }, told: [] };
  });
  return { frozenAt: server.frozenAt ?? now };
}
