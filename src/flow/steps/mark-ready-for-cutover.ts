import { ensureReadyForCutover } from '../../core/phase.ts';
import { actOnServer, type Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { type Step, waveServerOf } from '../wave-server.ts';

/** Has a server ready for cutover: after its test, or before its cutover where the plan skips the test. */
export async function markReadyForCutover(
  ports: Ports,
  { subject, pausable }: Step,
): Promise<Done> {
  return actOnServer(ports, await waveServerOf(ports, subject), ensureReadyForCutover, {
    pausable,
  });
}
