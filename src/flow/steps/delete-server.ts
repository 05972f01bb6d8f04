import { ensureDeleted } from '../../core/phase/retire.ts';
import { actOnRecovery } from '../act-on-recovery.ts';
import type { Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { type Step, waveServerOf } from '../wave-server.ts';

/** Deletes a disconnected server, which frees its place in the quota of source servers. */
export async function deleteServer(ports: Ports, { subject, pausable }: Step): Promise<Done> {
  return actOnRecovery(ports, await waveServerOf(ports, subject), ensureDeleted, pausable);
}
