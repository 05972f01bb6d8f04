import { remedyOfStall } from '../../core/phase.ts';
import { actOnServer, type Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import { recordWaveServer, type Step, waveServerOf } from '../wave-server.ts';

/**
 * Retries a stalled replication within its error class's budget; beyond it the server fails with the class named.
 * RetryDataReplication is idempotent, so a crash before the count costs nothing but one call more.
 */
export async function retryReplication(ports: Ports, { subject, pausable }: Step): Promise<Done> {
  const before = await waveServerOf(ports, subject);
  const done = await actOnServer(
    ports,
    before,
    (facts) => remedyOfStall(facts, before.settings.stall, before.retriesUsed),
    { pausable },
  );
  if (done.status === 'done') {
    const { body } = await read(ports.store, place.server(before.target, before.server));
    const errorClass = body?.facts.stalled ?? 'UNKNOWN';
    await recordWaveServer(ports, subject, (server) => ({
      next: {
        ...server,
        retriesUsed: {
          ...server.retriesUsed,
          [errorClass]: (server.retriesUsed[errorClass] ?? 0) + 1,
        },
      },
      told: [],
    }));
  }
  return done;
}
