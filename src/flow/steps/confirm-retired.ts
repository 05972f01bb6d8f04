// In: a server that was deleted a while ago. Out: what is left of it, told once. Called by the retire machine last.
import { DetailType } from '../../core/event/detail-type.ts';
import { FailureCode, failure, failureText, PermanentFailure } from '../../core/failure.ts';
import { leftBehind, notLookedAt } from '../../core/phase/retire.ts';
import { lookAtRecovery } from '../act-on-recovery.ts';
import type { Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { read, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { recordWaveServer, type Step, waveServerOf } from '../wave-server.ts';

/** Says, once AWS has had its time, what DRS still holds of a deleted server, and what nobody looked at. */
export async function confirmRetired(ports: Ports, { subject }: Step): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  const left = (await isGone(ports, server)) ? [] : leftBehind(await lookAtRecovery(ports, server));
  await recordWaveServer(ports, subject, (record) =>
    record.retirement?.confirmedAt !== undefined
      ? undefined
      : {
          next: {
            ...record,
            retirement: { ...record.retirement, confirmedAt: ports.clock.now() },
          },
          told: [
            {
              detailType: DetailType.ServerRetirement,
              members: { step: 'confirmed', graceUntil: null, left, notLookedAt },
            },
          ],
        },
  );
  if (left.length === 0) return { status: 'done', because: 'nothing of it is left in DRS' };
  const found = failure(
    FailureCode.LifecycleUnexpected,
    `deleted, and not gone: ${left.join(', ')}`,
  );
  throw new PermanentFailure(found.code, failureText(found));
}

/** Whether the poller, which has looked many times since, has seen the server and its instances go. */
async function isGone(
  { store }: Pick<Ports, 'store'>,
  { target, server }: WaveServer,
): Promise<boolean> {
  const { body } = await read(store, place.server(target, server));
  if (body?.facts.present !== false) return false;
  const instances = await readAll(store, place.recoveryInstance(target, ''));
  return instances.every(
    ({ body: one }) => one.identity.sourceServerId !== server || one.goneAt !== null,
  );
}
