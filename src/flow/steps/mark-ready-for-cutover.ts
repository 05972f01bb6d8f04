import { ensureReadyForCutover } from '../../core/phase.ts';
import { actOnServer, type Done } from '../act-on-server.ts';
import { refuseWhileHooksDue } from '../hooks/hooks-due.ts';
import type { Ports } from '../ports.ts';
import { type Step, waveServerOf } from '../wave-server.ts';

/** Has a server ready for cutover: after its test, or before its cutover where the plan skips the test. */
export async function markReadyForCutover(
  ports: Ports,
  { subject, pausable, hooks, phase }: Step,
): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  refuseWhileHooksDue(ports, server, {
    site: hooks,
    phase: phase ?? 'test',
    attempt: subject.attempt,
  });
  return actOnServer(ports, server, ensureReadyForCutover, { pausable });
}
