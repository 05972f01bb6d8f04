// In: a tick of a target of DRS. Out: drill instances of ours that have outlived their time taken away, whatever became of
// their waves: nothing else cleans up after a drill (reference/drs.md 1.9, H10). Called by poll before admission.
import { overdueDrills } from '../../../core/phase/overdue-drills.ts';
import { busyServers } from '../release-waits.ts';
import { startJob } from '../start-batch.ts';
import type { DrsTick } from '../tick.ts';

/** So many instances are taken away by one call. */
const mostInCall = 100;

/** Terminates the drill instances that are overdue, in one job; what is left follows with the next ticks. */
export async function sweepDrills(tick: DrsTick): Promise<void> {
  const { seen, drsLimits, now } = tick;
  const known = [...seen.recoveryInstances].flatMap(([id, instance]) => {
    const record = seen.instanceRecords.get(id);
    return record === undefined
      ? []
      : [{ seen: instance, since: record.since, isOurs: record.intentId !== undefined }];
  });
  const due = overdueDrills(known, {
    busy: busyServers(tick),
    longestSeconds: drsLimits.drillInstanceHours * 3600,
    now,
  }).slice(0, mostInCall);
  if (due.length === 0) return;
  const kind = 'TerminateRecoveryInstances';
  const servers = due.flatMap(({ sourceServerId }) => sourceServerId ?? []);
  const ids = due.map(({ recoveryInstanceId }) => recoveryInstanceId);
  const batch = { kind, wave: '', requests: [], servers } as const;
  await startJob(tick, [], { batch, kind }, () => tick.api.terminateRecoveryInstances(ids));
}
