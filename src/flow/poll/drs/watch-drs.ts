// In: an open tick of a target of DRS. Out: the target read as a whole, every change of it on record and told, and
// whether the next look should come soon; or the refusal that stopped the reading. Called by poll.
import { isOpen } from '../../../core/job.ts';
import type { Refusal } from '../../ports.ts';
import type { ServerRecord } from '../../records/server-records.ts';
import { recordChanges, recordsOf } from '../record-changes.ts';
import { recordJobs } from '../record-jobs.ts';
import type { DrsTick } from '../tick.ts';
import { lookAtDrsConfigurations } from './look-at-drs-configurations.ts';
import { readDrs, readSnapshots } from './read-drs.ts';
import { recordInstances } from './record-instances.ts';

/** Watches a target of DRS: near its next look is while a job runs, a lag is in doubt, or snapshots stay to be asked for. */
export async function watchDrs(
  tick: DrsTick,
): Promise<{ readonly near: boolean } | { readonly refusal: Refusal }> {
  const refusal = await readDrs(tick);
  if (refusal !== undefined) return { refusal };
  const known = await recordsOf(tick);
  const snapshots = await readSnapshots(tick, known);
  if ('refusal' in snapshots) return snapshots;
  const written = await recordChanges(tick, known);
  for (const [id, { body }] of known) keepFacts(tick, id, body);
  for (const record of written) keepFacts(tick, record.sourceServerId, record);
  await recordJobs(tick);
  await recordInstances(tick);
  await lookAtDrsConfigurations(tick, known);
  const inDoubt = written.some(({ drs }) => (drs?.lagAgainst ?? 0) > 0);
  const near = snapshots.more || inDoubt || isFirstRound(tick);
  return { near: near || [...tick.seen.jobs.values()].some(isOpen) };
}

/** Waves wait before a drill until the settings of all servers were looked at once. */
function isFirstRound({ seen, target }: DrsTick): boolean {
  const pace = seen.drsConfiguration ?? target.drsConfiguration;
  const isUnderWay = pace !== undefined && pace.lookedAt === null && pace.refused === null;
  return isUnderWay && Object.keys(target.paces).length > 0;
}

function keepFacts({ seen }: DrsTick, id: string, { drs }: Pick<ServerRecord, 'drs'>): void {
  if (drs !== undefined) seen.recoveryFacts.set(id, drs.facts);
}
