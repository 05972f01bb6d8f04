// In: a server whose recovery instance is gone. Out: the replication that brought it back is stopped, and told what is left
// of it. Called by stop-replication in the failback machine.
import { leftOfReversal, reversedStopped } from '../../core/phase/vacated.ts';
import { actOnRecovery, lookAtRecovery } from '../act-on-recovery.ts';
import type { Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { note } from './turn-replication.ts';

/**
 * Stops the replication of the reversed source server, whose machine is terminated. It is neither disconnected nor deleted:
 * DRS takes neither while the failed-back instance belongs to it, and to have DRS let go of that would end its protection.
 */
export async function leaveReversed(
  ports: Ports,
  server: WaveServer,
  pausable: boolean | undefined,
): Promise<Done> {
  const { reversed } = server.failback ?? {};
  if (reversed === undefined) {
    await note(ports, server, {}, 'vacated');
    return { status: 'already-so', because: 'no replication brought it back' };
  }
  const there = { ...server, server: reversed.server, target: reversed.target };
  const done = await actOnRecovery(ports, server, reversedStopped, pausable, there);
  await note(ports, server, {}, 'vacated', leftOfReversal(await lookAtRecovery(ports, there)));
  return done;
}
