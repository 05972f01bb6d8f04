import { finalizeForbidden } from '../../core/gate.ts';
import { ensureFinalized } from '../../core/phase.ts';
import { actOnServer, type Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { type Subject, waveServerOf } from '../wave-server.ts';

/** Finalizes a signed-off cutover: the point of no return, so it looks afresh and asks the gate first. */
export async function finalizeCutover(
  ports: Ports,
  { subject }: { readonly subject: Subject },
): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  return actOnServer(
    ports,
    server,
    (facts) => {
      const forbidden = finalizeForbidden(server.signOff ?? undefined, facts, server.planHash);
      return forbidden === undefined ? ensureFinalized(facts) : { do: 'fail', failure: forbidden };
    },
    'fresh',
  );
}
