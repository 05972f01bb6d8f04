// In: the targets of a deployment. Out: one tick of each that is due. Called by the schedule each minute.
import { FailureCode, TransientFailure } from '../core/failure.ts';
import { type Target, targetName } from '../core/target.ts';
import { type PollReport, poll } from './poll.ts';
import type { Ports } from './ports.ts';

/**
 * Polls every target, or the one that is named. A target that fails does not keep the others from their tick; the
 * failures are thrown together once all have had theirs.
 */
export async function pollAll(
  ports: Ports,
  targets: readonly Target[],
  which: string,
): Promise<readonly PollReport[]> {
  const chosen = targets.filter((target) => which === 'all' || targetName(target) === which);
  const reports: PollReport[] = [];
  const failures: string[] = [];
  for (const target of chosen) {
    try {
      reports.push(await poll(ports, target));
    } catch (error) {
      // Only what passes by itself is collected; a defect stops the run.
      if (!(error instanceof TransientFailure)) throw error;
      failures.push(error.message);
    }
  }
  if (failures.length > 0) {
    throw new TransientFailure(FailureCode.AnswerIncomplete, failures.join('\n'));
  }
  return reports;
}
