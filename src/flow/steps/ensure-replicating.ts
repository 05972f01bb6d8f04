import type { Facts } from '../../core/change.ts';
import type { Finding } from '../../core/phase.ts';
import { ensureReplicating as whatItTakes } from '../../core/phase.ts';
import { actOnServer } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { type Step, waveServerOf } from '../wave-server.ts';

/** Says whether a server replicates already; sets its replication type first where the plan asks for another. */
export async function ensureReplicating(
  ports: Ports,
  { subject, pausable }: Step,
): Promise<{ readonly status: 'replicating' | 'idle' }> {
  const server = await waveServerOf(ports, subject);
  let idle = false;
  const decide = (facts: Facts): Finding => {
    const found = whatItTakes(facts, server.settings);
    idle = found.do === 'start' || found.do === 'act';
    return found.do === 'start' ? { do: 'nothing', because: found.because } : found;
  };
  await actOnServer(ports, server, decide, { pausable });
  return { status: idle ? 'idle' : 'replicating' };
}
