import { DetailType } from '../../core/event/detail-type.ts';
import { ensureDisconnected } from '../../core/phase/retire.ts';
import { actOnRecovery } from '../act-on-recovery.ts';
import type { Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { recordWaveServer, type Step, waveServerOf } from '../wave-server.ts';
import { recalled } from './kept-back.ts';

/** Disconnects a stopped server once its grace is over: from here on only a new agent brings it back. */
export async function disconnectServer(ports: Ports, { subject, pausable }: Step): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  const forbidden = await recalled(ports, server, { phase: 'retire', waitsFor: 'grace' });
  const done = await actOnRecovery(
    ports,
    server,
    (sight) => {
      const found = ensureDisconnected(sight);
      return forbidden === undefined || found.do !== 'act'
        ? found
        : { do: 'fail', failure: forbidden };
    },
    pausable,
  );
  const now = ports.clock.now();
  await recordWaveServer(ports, server, (record) =>
    record.retirement?.disconnectedAt !== undefined
      ? undefined
      : {
          next: { ...record, retirement: { ...record.retirement, disconnectedAt: now } },
          told: [
            {
              detailType: DetailType.ServerRetirement,
              members: { step: 'disconnected', graceUntil: null, left: [], notLookedAt: [] },
            },
          ],
        },
  );
  return done;
}
