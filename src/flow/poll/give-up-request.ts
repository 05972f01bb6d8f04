// In: a launch request that can never be met, and why. Out: the request ended as failed, its token answered with the
// failure. Called wherever admission gives a request up.
import type { Failure } from '../../core/failure.ts';
import type { LaunchRequest } from '../records/wait-records.ts';
import { end } from './follow-jobs.ts';
import type { Tick } from './tick.ts';

/** Ends a request as failed. */
export async function giveUpRequest(
  tick: Tick,
  request: LaunchRequest,
  why: Failure,
): Promise<void> {
  await end(tick, request.id, request.server, { status: 'failed', result: null, failure: why });
}
