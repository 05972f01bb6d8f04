import { ensureReverted } from '../../core/phase.ts';
import { actOnServer, type Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { type Step, waveServerOf } from '../wave-server.ts';

/**
 * Takes a test or a cutover back in the life cycle, so that its instance may be terminated: MGN refuses the
 * termination before (reference/mgn.md 0.1). Looks afresh, as a launch may have ended a moment ago.
 */
export async function revertLifeCycle(ports: Ports, { subject, pausable }: Step): Promise<Done> {
  return actOnServer(ports, await waveServerOf(ports, subject), ensureReverted, {
    look: 'fresh',
    pausable,
  });
}
