import { ensureArchived } from '../../core/phase.ts';
import { actOnServer, type Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { type Step, waveServerOf } from '../wave-server.ts';

/** Archives a finalized server, which frees its place in the quota of non-archived servers. */
export async function markAsArchived(ports: Ports, { subject, pausable }: Step): Promise<Done> {
  return actOnServer(ports, await waveServerOf(ports, subject), ensureArchived, { pausable });
}
