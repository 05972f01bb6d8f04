// In: a server that is to be retired. Out: nobody lives by it, and DRS has let go of its live recovery instance where the
// plan says so. Called by the retire machine before anything is lost.
import { ensureInstanceLetGo, stagingRefused } from '../../core/phase/retire.ts';
import { type Target, targetName } from '../../core/target.ts';
import { actOnRecovery } from '../act-on-recovery.ts';
import { type Done, spend, transient } from '../act-on-server.ts';
import type { Ports } from '../ports.ts';
import type { WaveServer } from '../records.ts';
import { type Step, waveServerOf } from '../wave-server.ts';

/**
 * Refuses a server that is the staging server of an extension, as far as the accounts that Landfall looks after tell; then
 * has DRS let go of its live recovery instance, in two calls after which the instance runs on in EC2.
 */
export async function releaseInstance(
  ports: Ports,
  { subject, pausable }: Step,
  targets: readonly Target[],
): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  const refused = stagingRefused(await extensionsOf(ports, server, targets));
  const live = server.settings.recovery?.liveInstance ?? 'refuse';
  const once = () =>
    actOnRecovery(ports, server, (sight) => refused ?? ensureInstanceLetGo(sight, live), pausable);
  const disconnected = await once();
  if (disconnected.status === 'already-so') return disconnected;
  await once();
  return disconnected;
}

/** The servers of other accounts of the Region that live by this one. */
async function extensionsOf(
  ports: Pick<Ports, 'clock' | 'store' | 'drsOf'>,
  { arn, target }: WaveServer,
  targets: readonly Target[],
): Promise<readonly { readonly arn: string }[]> {
  const found: { readonly arn: string }[] = [];
  for (const other of targets) {
    const near = other.service === 'drs' && other.region === target.region;
    if (!near || targetName(other) === targetName(target)) continue;
    await spend(ports, { target: other });
    const answer = await ports.drsOf(other).describeExtensions(target.accountId);
    // Where DRS was never set up nothing is extended.
    if (!answer.ok && answer.refusal.kind === 'uninitialized') continue;
    if (!answer.ok) throw transient(answer.refusal);
    for (const { stagingArea, arn: extension } of answer.value) {
      if (stagingOf(stagingArea) === arn) found.push({ arn: String(extension) });
    }
  }
  return found;
}

function stagingOf(area: unknown): unknown {
  return typeof area === 'object' && area !== null && 'stagingSourceServerArn' in area
    ? area.stagingSourceServerArn
    : undefined;
}
