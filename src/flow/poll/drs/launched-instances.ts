// In: what a tick of DRS has seen, and a server of a wave. Out: the recovery instances of a server, and the jobs by which the
// wave has launched it. Called by the desks.
import type { RecoveryInstanceObservation } from '../../../core/observation/recovery-instance.ts';
import type { WaveServer } from '../../records/wave-records.ts';
import type { DrsTick } from '../tick.ts';

/** The recovery instances of a source server, as this tick sees them. */
export function instancesOf(
  { seen }: DrsTick,
  server: string,
): readonly RecoveryInstanceObservation[] {
  return [...seen.recoveryInstances.values()].filter((one) => one.sourceServerId === server);
}

/** The jobs by which its wave has launched a server for real. */
export function launchJobsOf({ recovered }: Pick<WaveServer, 'recovered'>): readonly string[] {
  return (recovered?.launches ?? []).map(({ jobId }) => jobId);
}
