import { toMs } from '../../core/time.ts';
import type { Ports } from '../ports.ts';
import { recordWaveServer, type Subject } from '../wave-server.ts';

/**
 * Marks the moment from which the source counts as frozen; the drain proof looks only at what came later. Each
 * attempt freezes anew, a repetition keeps the first moment.
 */
export async function freezeSource(
  ports: Ports,
  { subject }: { readonly subject: Subject },
): Promise<{ readonly frozenAt: string }> {
  const now = ports.clock.now();
  const server = await recordWaveServer(ports, subject, (recorded) => {
    const begun = recorded.started?.at ?? now;
    const already = recorded.frozenAt !== null && toMs(recorded.frozenAt) >= toMs(begun);
    return already ? undefined : { next: { ...recorded, frozenAt: now }, told: [] };
  });
  return { frozenAt: server.frozenAt ?? now };
}
