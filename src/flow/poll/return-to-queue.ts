// In: a batch whose call was refused, and the refusal. Out: its requests back in the queue with a back-off, or given up
// where a server is refused because of itself too often. Called by start-batch.
import { backOffSeconds } from '../../core/admission.ts';
import { FailureCode, failure } from '../../core/failure.ts';
import { plusSeconds } from '../../core/time.ts';
import type { Refusal } from '../ports.ts';
import { change } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { LaunchRequest } from '../records/wait-records.ts';
import { sourceServerOf } from '../side-of.ts';
import { giveUpRequest } from './give-up-request.ts';
import type { Tick } from './tick.ts';

// Twice refused because of itself is a server's own failure (design.md 15.11).
const refusalLimit = 2;
// A conflict is mostly another job, which ends; what keeps a tier of a recovery back may not be waited for that long.
const conflictLimit = 3;

/** Puts a refused batch back: culprits with a back-off and a mark against them, the others for the next tick. */
export async function returnToQueue(
  tick: Tick,
  open: readonly LaunchRequest[],
  requests: readonly string[],
  refusal: Refusal,
  servers: readonly string[],
): Promise<void> {
  const blamed = new Set(refusal.culprits.filter((id) => servers.includes(id)));
  const personal =
    refusal.kind === 'conflict' || refusal.kind === 'validation' || refusal.kind === 'not-found';
  const everybody = personal && blamed.size === 0;
  for (const request of open) {
    if (!requests.includes(request.id)) continue;
    const marked = personal && (everybody || blamed.has(sourceServerOf(request)));
    const refusals = request.refusals + (marked ? 1 : 0);
    const reason = `${refusal.errorName}: ${refusal.message}`.slice(0, 1000);
    const isGivenUp =
      refusal.kind === 'conflict'
        ? request.kind === 'StartRecovery' && requests.length === 1 && refusals >= conflictLimit
        : refusals >= refusalLimit + Number(everybody);
    if (marked && isGivenUp) {
      await giveUpRequest(
        tick,
        request,
        failure(
          FailureCode.LaunchRefused,
          `${request.kind} was refused ${refusals === 2 ? 'twice' : `${refusals} times`}: ${reason}`,
          refusal.errorName,
        ),
      );
      continue;
    }
    const seconds =
      marked || !personal
        ? (refusal.retryAfterSeconds ?? backOffSeconds(Math.max(1, refusals)))
        : 0;
    await change(tick.ports.store, place.request(tick.target.target, request.id), (now) =>
      now === undefined
        ? undefined
        : { ...now, refusals, reason, notBefore: plusSeconds(tick.now, seconds) },
    );
  }
}
