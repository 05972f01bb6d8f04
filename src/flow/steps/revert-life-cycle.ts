import { ensureReverted } from '../../core/phase.ts';
import { actOnServer, type Done } from '../act-on-server.ts';
import { refuseWhileHooksDue } from '../hooks/hooks-due.ts';
import type { Ports } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { type Step, waveServerOf } from '../wave-server.ts';

/**
 * Takes a test or a cutover back in the life cycle, so that its instance may be terminated: MGN refuses the
 * termination before (reference/mgn.md 0.1). Looks afresh, as a launch may have ended a moment ago.
 */
export async function revertLifeCycle(
  ports: Ports,
  { subject, pausable, hooks }: Step,
): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  if (hooks !== undefined && (await hasWayBack(ports, server))) {
    const { attempt } = subject;
    refuseWhileHooksDue(ports, server, { site: hooks, phase: 'rollback', attempt });
  }
  return actOnServer(ports, server, ensureReverted, {
    look: 'fresh',
    pausable,
  });
}

/** What is finalized is not taken back, and so is its traffic. */
async function hasWayBack(
  { store }: Pick<Ports, 'store'>,
  { target, server }: WaveServer,
): Promise<boolean> {
  const facts = (await read(store, place.server(target, server))).body?.facts;
  return facts === undefined || ensureReverted(facts).do !== 'fail';
}
