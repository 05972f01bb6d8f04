// In: one queued request and what this tick saw of its server. Out: a candidate for admission, with what holds it back;
// or the request's end, where its guards leave nothing to wait for. Called by admit-launches; the guards are core/phase's.
import { type Candidate, isDrsJob } from '../../core/admission.ts';
import { type Facts, factsOf } from '../../core/change.ts';
import { stallFailure } from '../../core/condition/stall.ts';
import { unlaunchableReason } from '../../core/condition/unlaunchable-reason.ts';
import { FailureCode, failure } from '../../core/failure.ts';
import { alreadyLaunched, launchGuard } from '../../core/phase.ts';
import { secondsBetween } from '../../core/time.ts';
import { change } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { LaunchRequest } from '../records/wait-records.ts';
import { sourceServerOf } from '../side-of.ts';
import { waveServerOf } from '../wave-server.ts';
import { doneWithoutJob, end } from './follow-jobs.ts';
import { giveUpRequest } from './give-up-request.ts';
import { isHeldBySilence } from './look.ts';
import { holdOf, pausedBecause, type Tick } from './tick.ts';

/** A request as a candidate, with what people keep it from; undefined where it has just ended. */
export async function candidateOf(
  tick: Tick,
  request: LaunchRequest,
): Promise<Candidate | undefined> {
  const candidate: Candidate = {
    id: request.id,
    kind: request.kind,
    stage: request.stage,
    wave: request.wave,
    tier: request.tier,
    server: sourceServerOf(request),
    phase: request.phase,
    requestedAt: request.requestedAt,
    refusals: request.refusals,
    ...(request.notBefore === null ? {} : { notBefore: request.notBefore }),
    ...(request.reservedUntil === null ? {} : { reservedUntil: request.reservedUntil }),
  };
  const paused = pausedBecause(tick, request);
  if (paused !== undefined) return { ...candidate, blockedBy: paused };
  const hold = holdOf(tick, request);
  if (hold?.expired === true) {
    await giveUpRequest(
      tick,
      request,
      failure(FailureCode.HoldExpired, `nobody resumed the held server in time: ${hold.reason}`),
    );
    return undefined;
  }
  if (hold !== undefined) return { ...candidate, blockedBy: `held: ${hold.reason}` };
  if (tick.seen.absent.has(sourceServerOf(request))) {
    await giveUpRequest(
      tick,
      request,
      failure(FailureCode.ServerVanished, 'the service no longer lists the server'),
    );
    return undefined;
  }
  return candidate;
}

/** A request as a candidate, with what its guards say now; undefined where it has just ended. */
export async function judgeRequest(
  tick: Tick,
  request: LaunchRequest,
): Promise<Candidate | undefined> {
  const { kind } = request;
  if (isDrsJob(kind)) return undefined;
  const candidate = await candidateOf(tick, request);
  if (candidate?.blockedBy !== undefined || candidate === undefined) return candidate;
  const observation = tick.seen.servers.get(request.server);
  if (observation === undefined) return { ...candidate, blockedBy: whyUnseen(tick, request) };
  const { vcenterClientId } = observation;
  const copied =
    vcenterClientId === undefined ? candidate : { ...candidate, client: vcenterClientId };
  const facts = factsOf(observation);
  // A refused termination may have been made by somebody else; before that, a stale read must not forgo it.
  const needless =
    kind === 'StartReplication' || (kind === 'TerminateTargetInstances' && request.refusals > 0);
  if (needless && alreadyLaunched(kind, facts).do === 'nothing') {
    await end(tick, request.id, request.server, doneWithoutJob);
    return undefined;
  }
  const guard = launchGuard(kind, facts);
  if (guard.do === 'fail') {
    await giveUpRequest(tick, request, guard.failure);
    return undefined;
  }
  if (await stalledTooLong(tick, request, facts)) return undefined;
  if (guard.do !== 'nothing') {
    return { ...candidate, blockedBy: guard.do === 'wait' ? guard.because : guard.do };
  }
  const unfit = request.stage === 'launch' ? await unfitToLaunch(tick, request) : undefined;
  if (unfit !== undefined) return { ...candidate, blockedBy: unfit };
  const client = silentClientOf(tick, request);
  return client === undefined ? copied : { ...candidate, blockedBy: silence(client) };
}

const silence = (client: string) => `vCenter client ${client} is silent`;

function whyUnseen({ target }: Tick, request: LaunchRequest): string {
  return isHeldBySilence(target, request)
    ? silence(request.silentClient ?? '')
    : 'not looked at in this tick';
}

/** The silent vCenter client that holds a start of replication back in this tick; undefined where none does. */
export function silentClientOf(
  { seen }: Pick<Tick, 'seen'>,
  { kind, server }: Pick<LaunchRequest, 'kind' | 'server'>,
): string | undefined {
  const client = seen.servers.get(server)?.vcenterClientId;
  if (kind !== 'StartReplication' || client === undefined) return undefined;
  return seen.liveClients === undefined || seen.liveClients.has(client) ? undefined : client;
}

/** Ends a launch whose server stalls longer than its grace; says whether it did. Replicate mends it, then it comes back. */
async function stalledTooLong(tick: Tick, request: LaunchRequest, facts: Facts): Promise<boolean> {
  if (request.kind !== 'StartTest' && request.kind !== 'StartCutover') return false;
  if (facts.stalled === null && request.stalledSince === null) return false;
  const since = facts.stalled === null ? null : (request.stalledSince ?? tick.now);
  if (since !== request.stalledSince) {
    await change(tick.ports.store, place.request(tick.target.target, request.id), (now) =>
      now === undefined ? undefined : { ...now, stalledSince: since },
    );
  }
  if (since === null || facts.stalled === null) return false;
  const { settings } = await waveServerOf(tick.ports, request);
  const stalledSeconds = secondsBetween(since, tick.now);
  if (stalledSeconds < settings.stall.graceSeconds) return false;
  await giveUpRequest(tick, request, stallFailure(stalledSeconds, facts.stalled));
  return true;
}

/** Checks do not age: in the tick that calls, the server must be launchable, and for a cutover drained (15.3). */
async function unfitToLaunch(tick: Tick, request: LaunchRequest): Promise<string | undefined> {
  const observation = tick.seen.servers.get(request.server);
  if (observation === undefined) return 'not looked at in this tick';
  if (request.kind === 'StartCutover') {
    return unlaunchableReason({ lagSeconds: 0, backlogBytes: 0 }, observation);
  }
  if (request.kind === 'StartTest') {
    const { settings } = await waveServerOf(tick.ports, request);
    return unlaunchableReason(settings.thresholds, observation);
  }
  return undefined;
}
