// In: the queue of requests and what this tick saw. Out: reservations granted and answered, and the batches that the
// quotas allow handed to start-batch. Called by poll last; the choice is core/admission's.

import type { Shares } from '../../core/admission/turn.ts';
import {
  type Admission,
  admit,
  type Batch,
  type Candidate,
  type Load,
  type Quotas,
  quotasOf,
  type Restraint,
  reservationSeconds,
} from '../../core/admission.ts';
import { FailureCode, failure } from '../../core/failure.ts';
import { interruption } from '../../core/order/interruption.ts';
import { openOrder } from '../../core/order/order.ts';
import { plusSeconds, toMs } from '../../core/time.ts';
import { change, read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { TargetRecord } from '../records/target-records.ts';
import type { LaunchRequest } from '../records/wait-records.ts';
import type { LaunchAnswer } from '../request-launch.ts';
import { fitToLaunch } from './fit-to-launch.ts';
import { giveUpRequest } from './give-up-request.ts';
import { judgeRequest, silentClientOf } from './judge-request.ts';
import { jobLoad } from './measures.ts';
import { busyServers } from './release-waits.ts';
import { startBatch, withoutEnded } from './start-batch.ts';
import {
  isAborted,
  isOverdue,
  isWindowOver,
  type MgnTick,
  pausedBecause,
  type Tick,
  windowClosed,
} from './tick.ts';

/** What admission leaves for the pace of the next tick. */
export interface Queue {
  /** Whether something queued may move with the very next tick. */
  readonly near: boolean;
}

/** What admission does that differs from service to service. */
export interface LaunchDesk<T extends Tick> {
  readonly quotas: Quotas;
  /** A request as a candidate, with what its guards say now; undefined where it has just ended. */
  readonly judge: (tick: T, request: LaunchRequest) => Promise<Candidate | undefined>;
  /** What of a batch nothing keeps from being launched. */
  readonly fit: (tick: T, batch: Batch) => Promise<Batch>;
  /** Makes one batch's call; says whether further calls make sense in this tick. */
  readonly start: (tick: T, open: readonly LaunchRequest[], batch: Batch) => Promise<boolean>;
}

/** Admission to the launches of MGN. */
export const mgnDesk = (quotaValues: Readonly<Record<string, number>>): LaunchDesk<MgnTick> => ({
  quotas: quotasOf(quotaValues),
  judge: judgeRequest,
  fit: fitToLaunch,
  start: startBatch,
});

/** Judges every queued request, then starts and reserves what may start now. */
export async function admitLaunches<T extends Tick>(tick: T, desk: LaunchDesk<T>): Promise<Queue> {
  const open = await openRequests(tick);
  if (open.length === 0) return { near: false };
  const judged: Candidate[] = [];
  for (const request of open) {
    const candidate = await desk.judge(tick, request);
    if (candidate !== undefined) judged.push(candidate);
  }
  if (judged.length === 0) return { near: true };
  const restraint = restraintOf(tick.target);
  const admission = admit(judged, loadOf(tick), desk.quotas, tick.now, restraint);
  await reserve(tick, open, admission);
  for (const chosen of admission.batches) {
    const batch = await desk.fit(tick, await withoutEnded(tick, chosen));
    if (batch.requests.length === 0) continue;
    const goOn = await desk.start(tick, open, batch);
    // A throttled account answers the next call the same: the rest waits for the next tick.
    if (!goOn) break;
  }
  await explain(tick, open, admission);
  // What is paused need not be looked at often: a resume makes the next look due at once.
  const rests = (c: Candidate) =>
    c.kind === 'StartReplication' || pausedBecause(tick, c) !== undefined;
  const idle = judged.every((c) => rests(c) && c.id in admission.waiting);
  return { near: !idle };
}

/**
 * Gives up the requests that an order ends, whose deadline has passed, whose window has closed or whose wave is aborted;
 * answers those that no intent has bound and that go on.
 */
export async function openRequests(tick: Tick): Promise<readonly LaunchRequest[]> {
  const bound = new Set(tick.intents.flatMap(({ body }) => body.requests));
  const open: LaunchRequest[] = [];
  for (const { body } of tick.requests) {
    if (bound.has(body.id)) continue;
    const { server, phase, kind } = body;
    const order = openOrder(tick.orders.get(body.wave) ?? {}, server, body.orderTaken);
    const ordered = interruption(order, { phase, waitsFor: kind });
    if (ordered !== undefined) {
      await giveUpRequest(tick, body, ordered);
    } else if (isAborted(tick, body.wave)) {
      await giveUpRequest(
        tick,
        body,
        failure(FailureCode.WaveAborted, `the wave was aborted before ${body.kind} started`),
      );
    } else if (isOverdue(tick, body)) {
      await giveUpRequest(
        tick,
        body,
        failure(FailureCode.DeadlineExceeded, `${body.kind} did not start in time: ${body.reason}`),
      );
    } else if (pausedBecause(tick, body) === undefined && isWindowOver(tick, body)) {
      await giveUpRequest(tick, body, windowClosed(body, `${body.kind} had not started`));
    } else open.push(body);
  }
  return open;
}

function loadOf(tick: Tick): Load {
  const { jobs, servers } = jobLoad(tick.seen, tick.intents);
  return {
    openJobs: jobs,
    serversInJobs: servers,
    busyServers: busyServers(tick),
    activeServers: tick.seen.activeServers ?? tick.target.activeServers ?? 0,
    inJobsOfWaves: inJobsOf(tick.intents),
    firstSyncs: tick.seen.firstSyncs,
  };
}

/** Counts the servers of our waves in jobs, and in launches that are not resolved yet, by wave. */
function inJobsOf(intents: Tick['intents']): Shares {
  const counts = new Map<string, number>();
  for (const { body } of intents) {
    counts.set(body.wave, (counts.get(body.wave) ?? 0) + body.servers.length);
  }
  return counts;
}

/** The strictest of what the running waves' plans allow themselves. */
function restraintOf({ paces }: Pick<TargetRecord, 'paces'>): Restraint {
  const asked = Object.values(paces).flatMap((pace) => pace.firstSyncsPerClient ?? []);
  return asked.length === 0 ? {} : { firstSyncsPerClient: Math.min(...asked) };
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

/** Keeps for the board why a request waits; only when that has changed. */
async function explain(
  tick: Tick,
  open: readonly LaunchRequest[],
  admission: Admission,
): Promise<void> {
  for (const request of open) {
    const reason = admission.waiting[request.id];
    if (reason === undefined || reason === request.reason || request.refusals > 0) continue;
    const silentClient = silentClientOf(tick, request) ?? null;
    await change(tick.ports.store, place.request(tick.target.target, request.id), (now) =>
      now === undefined || now.reason === reason ? undefined : { ...now, reason, silentClient },
    );
  }
}
