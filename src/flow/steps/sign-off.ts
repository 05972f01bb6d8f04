import { DetailType } from '../../core/event/detail-type.ts';
import { failureText, PermanentFailure } from '../../core/failure.ts';
import { signOffCutover } from '../../core/gate.ts';
import type { Ports } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import { recordWaveServer, type Subject, waveServerOf } from '../wave-server.ts';

/** Signs a healthy cutover off, bound to the instance that was healthy, for those who approved finalize or the plan. */
export async function signOff(
  ports: Ports,
  { subject }: { readonly subject: Subject },
): Promise<{ readonly status: 'signed-off' | 'already-final' }> {
  const server = await waveServerOf(ports, subject);
  const { body: observed } = await read(ports.store, place.server(server.target, server.server));
  const found = signOffCutover(
    server.health ?? undefined,
    observed?.facts,
    { hash: server.planHash, name: server.plan },
    ports.clock.now(),
    await approverOf(ports, subject),
  );
  if (found === 'already-final') return { status: 'already-final' };
  if ('failure' in found)
    throw new PermanentFailure(found.failure.code, failureText(found.failure));
  await recordWaveServer(ports, subject, (recorded) =>
    recorded.signOff?.instanceId === found.signOff.instanceId &&
    recorded.signOff.planHash === found.signOff.planHash
      ? undefined
      : {
          next: { ...recorded, signOff: found.signOff },
          told: [
            {
              detailType: DetailType.ServerSignedOff,
              members: {
                instanceId: found.signOff.instanceId,
                planHash: found.signOff.planHash,
                by: found.signOff.by,
              },
            },
          ],
        },
  );
  return { status: 'signed-off' };
}

/** Who let the cohort into finalize; undefined where nobody had to. */
async function approverOf(
  { store }: Pick<Ports, 'store'>,
  { wave }: Subject,
): Promise<string | undefined> {
  const { body } = await read(store, place.wave(wave));
  return body?.approved?.findLast(
    ({ phase, cohort }) => phase === 'finalize' && cohort === body.cohortsBegun,
  )?.by;
}
