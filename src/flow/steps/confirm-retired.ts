import { DetailType } from '../../core/event/detail-type.ts';
import { FailureCode, failure, failureText, PermanentFailure } from '../../core/failure.ts';
import { leftBehind, notLookedAt } from '../../core/phase/retire.ts';
import { lookAtRecovery } from '../act-on-recovery.ts';
import type { Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { recordWaveServer, type Step, waveServerOf } from '../wave-server.ts';

/** Looks, once AWS has had its time, for what DRS still holds of a deleted server; tells what was found and what nobody looked at. */
export async function confirmRetired(ports: Ports, { subject }: Step): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  const left = leftBehind(await lookAtRecovery(ports, server));
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
