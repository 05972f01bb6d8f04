import { type Failure, FailureCode, failure } from '../failure.ts';
import type { Observation } from '../observation.ts';
import { spokenSpan, toMs } from '../time.ts';
import type { Memory } from './memory.ts';
import type { Sight } from './sight.ts';
import { notYet, type Verdict } from './verdict.ts';

/** The failure of a server whose replication stalls longer than its grace; its error class is the detail. */
export function stallFailure(stalledSeconds: number, errorClass: string): Failure {
  return failure(
    FailureCode.ReplicationStalled,
    `replication has been stalled for ${spokenSpan(stalledSeconds)}: ${errorClass}`,
    errorClass,
  );
}

/** A stalled replication: tolerated for its grace, then impossible with its error class named. */
export function evaluateStall(
  observation: Observation,
  graceSeconds: number,
  sight: Sight,
  memory: Memory,
): Verdict | undefined {
  if (observation.replication.state !== 'STALLED') return undefined;
  const errorClass = observation.replication.errorClass ?? 'UNKNOWN';
  const since = memory.stalledSince ?? sight.now;
  const stalledSeconds = (toMs(sight.now) - toMs(since)) / 1000;
  if (stalledSeconds < graceSeconds) {
    const { heldSince: _, ...rest } = memory;
    return notYet(`replication stalled: ${errorClass}`, 'far', { ...rest, stalledSince: since });
  }
  return { is: 'impossible', failure: stallFailure(stalledSeconds, errorClass) };
}
