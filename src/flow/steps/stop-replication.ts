// In: a server whose retirement was approved. Out: its replication stopped, and when that was on record.
// Called by the retire machine, and by the failback machine for what brought a server back.
import { DetailType } from '../../core/event/detail-type.ts';
import { FailureCode, failure } from '../../core/failure.ts';
import { ensureStopped, isExtension } from '../../core/phase/retire.ts';
import { plusSeconds } from '../../core/time.ts';
import { actOnRecovery } from '../act-on-recovery.ts';
import type { Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { recordWaveServer, type Step, waveServerOf } from '../wave-server.ts';
import { keptBack, recalled } from './kept-back.ts';
import { leaveReversed } from './leave-reversed.ts';

/**
 * Stops a server's replication, which deletes its recovery points: the point of no return for them, so it looks afresh and
 * asks first whether the approval is on record, the window still open and the wave not held (reference/drs.md 1.9, H2).
 */
export async function stopReplication(
  ports: Ports,
  { subject, pausable, phase }: Step,
): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  if (phase === 'vacate') return leaveReversed(ports, server, pausable);
  const forbidden =
    (await recalled(ports, server, { phase: 'retire', waitsFor: 'idle' })) ??
    (await unapproved(ports, server)) ??
    (await keptBack(ports, server, 'retired'));
  let isStopped = false;
  const done = await actOnRecovery(
    ports,
    server,
    (sight) => {
      const found = ensureStopped(sight);
      isStopped = sight.server !== 'absent' && !isExtension(sight.server);
      return forbidden === undefined || found.do !== 'act'
        ? found
        : { do: 'fail', failure: forbidden };
    },
    pausable,
  );
  if (isStopped) await noteStopped(ports, server, done.status === 'done');
  return done;
}

/** Whether somebody let this cohort be retired; a plan without an approval never gets here, an order of states might. */
async function unapproved({ store }: Pick<Ports, 'store'>, { wave }: WaveServer) {
  const { body } = await read(store, place.wave(wave));
  const given = body?.approved?.some(
    ({ phase, cohort }) => phase === 'retire' && cohort === body.cohortsBegun,
  );
  return given === true
    ? undefined
    : failure(FailureCode.SignOffMissing, 'nobody has approved that the server is retired');
}

/** The grace counts from the stop; one of an earlier try stands, unless its replication ran again meanwhile. */
async function noteStopped(ports: Ports, server: WaveServer, stoppedNow: boolean): Promise<void> {
  const now = ports.clock.now();
  const graceUntil = plusSeconds(now, server.settings.recovery?.graceSeconds ?? 0);
  await recordWaveServer(ports, server, (record) =>
    !stoppedNow && record.retirement?.stoppedAt !== undefined
      ? undefined
      : {
          next: { ...record, retirement: { stoppedAt: now } },
          told: [
            {
              detailType: DetailType.ServerRetirement,
              members: { step: 'stopped', graceUntil, left: [], notLookedAt: [] },
            },
          ],
        },
  );
}
