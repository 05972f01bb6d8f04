// In: the queue of requests and what this tick saw. Out: the calls that the quotas allow, each with its intent
// written before it. Called by poll last; the choice is core/admission's, the guards core/phase's.
import {
  type Admission,
  admit,
  type Batch,
  backOffSeconds,
  type Candidate,
  type JobKind,
  type Load,
  quotasOf,
  reservationSeconds,
} from '../../core/admission.ts';
import { type Facts, factsOf } from '../../core/change.ts';
import { unlaunchableReason } from '../../core/condition.ts';
import { type Failure, FailureCode, failure } from '../../core/failure.ts';
import { isOpen, observeJob } from '../../core/job.ts';
import { alreadyLaunched, launchGuard } from '../../core/phase.ts';
import { plusSeconds, secondsBetween, spokenSpan, toMs } from '../../core/time.ts';
import type { Refusal } from '../ports.ts';
import {
  change,
  type IntentRecord,
  type LaunchRequest,
  place,
  read,
  readMany,
  remove,
} from '../records.ts';
import { answerEnd, type LaunchAnswer } from '../request-launch.ts';
import { waveServerOf } from '../wave-server.ts';
import { end, intentTag, lastJobOf } from './follow-jobs.ts';
import { busyServers } from './release-waits.ts';
import type { Tick } from './tick.ts';

/** What admission leaves for the pace of the next tick. */
export interface Queue {
  /** Whether something queued may move with the very next tick. */
  readonly near: boolean;
}

/** Judges every queued request, then starts and reserves what may start now. */
export async function admitLaunches(tick: Tick): Promise<Queue> {
  const open = await openRequests(tick);
  if (open.length === 0) return { near: false };
  const judged: Candidate[] = [];
  for (const request of open) {
    const candidate = await judge(tick, request);
    if (candidate !== undefined) judged.push(candidate);
  }
  if (judged.length === 0) return { near: true };
  const quotas = quotasOf(tick.target.quotaValues);
  const admission = admit(judged, loadOf(tick), quotas, tick.now);
  await reserve(tick, open, admission);
  for (const chosen of admission.batches) {
    const batch = await withoutEnded(tick, chosen);
    if (batch.requests.length === 0) continue;
    const goOn = await start(tick, open, batch);
    // A throttled account answers the next call the same: the rest waits for the next tick.
    if (!goOn) break;
  }
  await explain(tick, open, admission);
  const idle = judged.every((c) => c.kind === 'StartReplication' && c.id in admission.waiting);
  return { near: !idle };
}

/** The requests that no intent has bound and that have not ended in this tick. */
async function openRequests(tick: Tick): Promise<readonly LaunchRequest[]> {
  const bound = new Set(tick.intents.flatMap(({ body }) => body.requests));
  const open: LaunchRequest[] = [];
  for (const { body } of tick.requests) {
    if (bound.has(body.id)) continue;
    if (toMs(tick.now) >= toMs(body.deadlineAt)) {
      await giveUp(
        tick,
        body,
        failure(FailureCode.DeadlineExceeded, `${body.kind} did not start in time: ${body.reason}`),
      );
    } else open.push(body);
  }
  return open;
}

/** A request as a candidate, with what its guards say now; undefined where it has just ended. */
async function judge(tick: Tick, request: LaunchRequest): Promise<Candidate | undefined> {
  const candidate: Candidate = {
    id: request.id,
    kind: request.kind,
    stage: request.stage,
    wave: request.wave,
    tier: request.tier,
    server: request.server,
    phase: request.phase,
    requestedAt: request.requestedAt,
    refusals: request.refusals,
    ...(request.notBefore === null ? {} : { notBefore: request.notBefore }),
    ...(request.reservedUntil === null ? {} : { reservedUntil: request.reservedUntil }),
  };
  if (tick.pausedWaves.has(request.wave)) return { ...candidate, blockedBy: 'the wave is paused' };
  if (tick.seen.absent.has(request.server)) {
    await giveUp(
      tick,
      request,
      failure(FailureCode.ServerVanished, 'the service no longer lists the server'),
    );
    return undefined;
  }
  const observation = tick.seen.servers.get(request.server);
  if (observation === undefined) return { ...candidate, blockedBy: 'not looked at in this tick' };
  const facts = factsOf(observation);
  // A refused termination may have been made by somebody else; before that, a stale read must not forgo it.
  const needless =
    request.kind === 'StartReplication' ||
    (request.kind === 'TerminateTargetInstances' && request.refusals > 0);
  if (needless && alreadyLaunched(request.kind, facts).do === 'nothing') {
    await end(tick, request.id, request.server, {
      status: 'launched',
      result: null,
      failure: null,
    });
    return undefined;
  }
  const guard = launchGuard(request.kind, facts);
  if (guard.do === 'fail') {
    await giveUp(tick, request, guard.failure);
    return undefined;
  }
  if (await stalledTooLong(tick, request, facts)) return undefined;
  if (guard.do !== 'nothing') {
    return { ...candidate, blockedBy: guard.do === 'wait' ? guard.because : guard.do };
  }
  const unfit = request.stage === 'launch' ? await unfitToLaunch(tick, request) : undefined;
  if (unfit !== undefined) return { ...candidate, blockedBy: unfit };
  const client = observation.vcenterClientId;
  const silent =
    request.kind === 'StartReplication' &&
    client !== undefined &&
    tick.seen.liveClients !== undefined &&
    !tick.seen.liveClients.has(client);
  return silent ? { ...candidate, blockedBy: `vCenter client ${client} is silent` } : candidate;
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
  await giveUp(
    tick,
    request,
    failure(
      FailureCode.ReplicationStalled,
      `replication has been stalled for ${spokenSpan(stalledSeconds)}: ${facts.stalled}`,
      facts.stalled,
    ),
  );
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

function loadOf(tick: Tick): Load {
  const open = [...tick.seen.jobs.values()].filter(isOpen);
  const unresolved = tick.intents.filter(({ body }) => body.jobId === null);
  return {
    openJobs: open.length + unresolved.length,
    serversInJobs:
      open.reduce((sum, job) => sum + job.servers.length, 0) +
      unresolved.reduce((sum, { body }) => sum + body.servers.length, 0),
    busyServers: busyServers(tick),
    activeServers: tick.seen.activeServers ?? tick.target.activeServers ?? 0,
  };
}

async function reserve(
  tick: Tick,
  open: readonly LaunchRequest[],
  admission: Admission,
): Promise<void> {
  const granted = new Set(admission.reserve);
  for (const request of open) {
    const renewed =
      request.stage === 'reserve' &&
      request.reservedUntil !== null &&
      toMs(request.reservedUntil) > toMs(tick.now);
    if (granted.has(request.id)) {
      await change(tick.ports.store, place.request(tick.target.target, request.id), (now) =>
        now === undefined
          ? undefined
          : { ...now, reservedUntil: plusSeconds(tick.now, reservationSeconds) },
      );
    } else if (!renewed) continue;
    await answerReservation(tick, request.id);
  }
}

/**
 * Answers the token of a reservation and marks it answered. A crash in between leaves the mark unset, so the next
 * tick answers again; a token that was answered already takes no harm.
 */
async function answerReservation(tick: Tick, requestId: string): Promise<void> {
  const answer: LaunchAnswer = { status: 'reserved', jobId: null, instanceId: null };
  const where = place.request(tick.target.target, requestId);
  const { body } = await read(tick.ports.store, where);
  if (body === undefined || body.stage !== 'reserve' || body.answeredToken === body.token) return;
  await tick.ports.workflows.sendTaskSuccess(body.token, answer);
  await change(tick.ports.store, where, (now) =>
    now === undefined ? undefined : { ...now, answeredToken: body.token },
  );
}

/**
 * Leaves out what has ended already: a state that asks again in the very moment of its request's end queues it anew.
 * It is answered from the end on record, so that a launch happens at most once a request (design.md 14).
 */
async function withoutEnded(tick: Tick, batch: Batch): Promise<Batch> {
  const { store } = tick.ports;
  const { target } = tick.target;
  const ends = await readMany(store, place.launchEnd(target, ''), batch.requests);
  if (ends.length === 0) return batch;
  for (const { body } of ends) {
    const where = place.request(target, body.id);
    const request = await read(store, where);
    if (request.body === undefined) continue;
    await answerEnd(tick.ports, request.body.token, body);
    await remove(store, where, request.version);
  }
  const over = new Set(ends.map(({ body }) => body.id));
  const left = batch.requests.flatMap((id, i) =>
    over.has(id) ? [] : [{ id, server: batch.servers[i] ?? '' }],
  );
  return {
    ...batch,
    requests: left.map(({ id }) => id),
    servers: left.map(({ server }) => server),
  };
}

/** Makes one batch's call; says whether further calls make sense in this tick. */
async function start(tick: Tick, open: readonly LaunchRequest[], batch: Batch): Promise<boolean> {
  tick.counts.apiCalls += 1;
  if (batch.kind === 'StartReplication') return startReplication(tick, open, batch);
  return startJob(tick, open, batch, batch.kind);
}

async function startReplication(
  tick: Tick,
  open: readonly LaunchRequest[],
  batch: Batch,
): Promise<boolean> {
  const [server = ''] = batch.servers;
  const [requestId = ''] = batch.requests;
  const answer = await tick.api.startReplication(server);
  if (!answer.ok) {
    if (answer.refusal.kind === 'ambiguous') return true;
    await returnToQueue(tick, open, batch.requests, answer.refusal, batch.servers);
    return answer.refusal.kind !== 'throttled';
  }
  tick.counts.launched += 1;
  await change(tick.ports.store, place.target(tick.target.target), (target) => {
    const reserved = target?.slotReservations[batch.wave];
    if (target === undefined || reserved === undefined || reserved === 0) return undefined;
    return {
      ...target,
      slotReservations: { ...target.slotReservations, [batch.wave]: reserved - 1 },
    };
  });
  await end(tick, requestId, server, { status: 'launched', result: null, failure: null });
  return true;
}

/** Names an intent by what it is about and the tick that wrote it: unique, and the same in every replay. */
function intentIdOf(tick: Tick, batch: Batch): string {
  const first = batch.requests[0] ?? '';
  return `${tick.target.target.region}/${tick.number}/${first}`;
}

async function startJob(
  tick: Tick,
  open: readonly LaunchRequest[],
  batch: Batch,
  kind: JobKind,
): Promise<boolean> {
  const intentId = intentIdOf(tick, batch);
  const where = place.intent(tick.target.target, intentId);
  const intent: IntentRecord = {
    intentId,
    kind,
    wave: batch.wave,
    requests: batch.requests,
    servers: batch.servers,
    writtenAt: tick.now,
    jobsBefore: Object.fromEntries(
      batch.servers.map((id) => {
        const observation = tick.seen.servers.get(id);
        return [id, observation === undefined ? null : (lastJobOf(observation, kind) ?? null)];
      }),
    ),
    jobId: null,
    completeReads: 0,
  };
  const written = await tick.ports.store.put(where.partition, where.sort, intent, 0);
  if (written === 'conflict') return true;
  const answer = await tick.api.startJob(kind, batch.servers, { [intentTag]: intentId });
  if (!answer.ok) {
    // Nobody knows whether it took effect: the intent stays and the next ticks look for its tag.
    if (answer.refusal.kind === 'ambiguous') return true;
    await remove(tick.ports.store, where, written);
    await returnToQueue(tick, open, batch.requests, answer.refusal, batch.servers);
    return answer.refusal.kind !== 'throttled';
  }
  tick.counts.launched += batch.servers.length;
  const started = observeJob(jobIn(answer.value));
  if (started !== undefined) {
    await tick.ports.store.put(
      where.partition,
      where.sort,
      { ...intent, jobId: started.jobId },
      written,
    );
  }
  return true;
}

function jobIn(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { job } = value;
  return typeof job === 'object' && job !== null ? { ...job } : value;
}

// Twice refused because of itself is a server's own failure (design.md 15.11).
const refusalLimit = 2;

/** Puts a refused batch back: culprits with a back-off and a mark against them, the others for the next tick. */
async function returnToQueue(
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
    const marked = personal && (everybody || blamed.has(request.server));
    const refusals = request.refusals + (marked ? 1 : 0);
    const reason = `${refusal.errorName}: ${refusal.message}`.slice(0, 1000);
    if (marked && refusal.kind !== 'conflict' && refusals >= refusalLimit + Number(everybody)) {
      await giveUp(
        tick,
        request,
        failure(
          FailureCode.LaunchRefused,
          `${request.kind} was refused twice: ${reason}`,
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

async function giveUp(tick: Tick, request: LaunchRequest, why: Failure): Promise<void> {
  await end(tick, request.id, request.server, { status: 'failed', result: null, failure: why });
}

/** Keeps for the board why a request waits; only when that has changed. */
async function explain(
  tick: Tick,
  open: readonly LaunchRequest[],
  admission: Admission,
): Promise<void> {
  for (const request of open) {
    const reason = admission.waiting[request.id];
    if (reason === undefined || reason === request.reason || request.refusals > 0) continue;
    await change(tick.ports.store, place.request(tick.target.target, request.id), (now) =>
      now === undefined || now.reason === reason ? undefined : { ...now, reason },
    );
  }
}
