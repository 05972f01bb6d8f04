// In: a server that is to be retired. Out: nobody lives by it, and DRS has let go of its live recovery instance where the
// plan says so. Called by the retire machine before anything is lost.
import { ensureInstanceLetGo, stagingRefused } from '../../core/phase/retire.ts';
import { type Target, targetName } from '../../core/target.ts';
import { actOnRecovery } from '../act-on-recovery.ts';
import type { Done } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import { read, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { type Step, waveServerOf } from '../wave-server.ts';

/**
 * Refuses a server that is the staging server of an extension, as far as the targets that Landfall looks after tell; then
 * has DRS let go of its live recovery instance, in two calls after which the instance runs on in EC2. Where none is on
 * record nothing is looked at: whoever stops the replication looks again.
 */
export async function releaseInstance(
  ports: Ports,
  { subject, pausable }: Step,
  targets: readonly Target[],
): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  const refused = stagingRefused(await extensionsOf(ports, server, targets));
  const { body: known } = await read(ports.store, place.server(server.target, server.server));
  if (refused === undefined && known?.facts.present === true && known.facts.instanceId === null) {
    return { status: 'already-so', because: 'it has no recovery instance' };
  }
  const live = server.settings.recovery?.liveAtRetirement ?? 'refuse';
  const once = () =>
    actOnRecovery(ports, server, (sight) => refused ?? ensureInstanceLetGo(sight, live), pausable);
  const disconnected = await once();
  if (disconnected.status === 'already-so') return disconnected;
  await once();
  return disconnected;
}

/** The servers of other accounts of the Region that live by this one, as they were seen last. */
async function extensionsOf(
  { store }: Pick<Ports, 'store'>,
  { arn, target }: WaveServer,
  targets: readonly Target[],
): Promise<readonly { readonly arn: string }[]> {
  const found: { readonly arn: string }[] = [];
  for (const other of targets) {
    const near = other.service === 'drs' && other.region === target.region;
    if (!near || targetName(other) === targetName(target)) continue;
    for (const { body } of await readAll(store, place.server(other, ''))) {
      if (body.facts.present && body.drs?.stagingServerArn === arn) found.push({ arn: body.arn });
    }
  }
  return found;
}
