import { finalizeForbidden } from '../../core/gate.ts';
import { ensureFinalized } from '../../core/phase.ts';
import { actOnServer, type Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { type Step, waveServerOf } from '../wave-server.ts';
import { keptBack, recalled } from './kept-back.ts';

/**
 * Finalizes a signed-off cutover: the point of no return, so it looks afresh and asks the gate first, and whether its
 * window is still open and its wave not held.
 */
export async function finalizeCutover(ports: Ports, { subject, pausable }: Step): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  const back = await recalled(ports, server, { phase: 'finalize', waitsFor: 'signable' });
  const kept = await keptBack(ports, server, 'finalized');
  return actOnServer(
    ports,
    server,
    (facts) => {
      const forbidden =
        back ??
        finalizeForbidden(server.signOff ?? undefined, facts, server.planHash) ??
        // What is finalized already is not kept from anything.
        (facts.lifecycle === 'CUTOVER' ? undefined : kept);
      return forbidden === undefined ? ensureFinalized(facts) : { do: 'fail', failure: forbidden };
    },
    { look: 'fresh', pausable },
  );
}
