// In: a target. Out: one tick: observe, diff, record, publish, release, admit. Called by the schedule each minute;
// a tick that is not due costs one read.
import { drsQuotasOf } from '../core/admission/drs-quotas.ts';
import { type Quotas, quotasOf } from '../core/admission.ts';
import { FailureCode, failure, failureText, TransientFailure } from '../core/failure.ts';
import type { Target } from '../core/target.ts';
import { targetName } from '../core/target.ts';
import { builtInDrsLimits, type DrsLimits } from '../core/target-list/drs-limits.ts';
import { type Instant, plusSeconds, toMs } from '../core/time.ts';
import { newTarget } from './hasten.ts';
import { publishOwed } from './owed-events.ts';
import { admitLaunches, mgnDesk, openRequests } from './poll/admit-launches.ts';
import { closeDone, closeFailed, closeUnreachable } from './poll/close-tick.ts';
import { drsDesk } from './poll/drs/drs-desk.ts';
import { sweepDrills } from './poll/drs/sweep-drills.ts';
import { watchDrs } from './poll/drs/watch-drs.ts';
import { followJobs } from './poll/follow-jobs.ts';
import { keepCensus } from './poll/keep-census.ts';
import { chooseLook, defaultSettingsSeconds, defaultWatchSeconds, paceOf } from './poll/look.ts';
import {
  configurationTurn,
  lookAtConfigurations,
  serversOfTurn,
} from './poll/look-at-configurations.ts';
import { type Measures, measuresOf } from './poll/measures.ts';
import { openTick } from './poll/open-tick.ts';
import { readQuotas, readService } from './poll/read-service.ts';
import { recordChanges } from './poll/record-changes.ts';
import { recordJobs } from './poll/record-jobs.ts';
import { releaseWaits } from './poll/release-waits.ts';
import { tellSettings } from './poll/tell-settings.ts';
import { nothingSeen, type Tick, type TickCounts } from './poll/tick.ts';
import { unreachableKind } from './poll/unreachable.ts';
import type { Ports, Refusal } from './ports.ts';
import { read } from './records/documents.ts';
import { place } from './records/place.ts';
import type { TargetRecord, UnreachableKind } from './records/target-records.ts';

/** What a tick did; the value of the poller's one log line. */
export type PollReport =
  | { readonly tick: 'skipped'; readonly target: string; readonly because: string }
  | ({
      readonly tick: 'done';
      readonly target: string;
      readonly number: number;
      readonly nextTickAt: Instant;
      readonly measures: Measures;
      /** Why settings could not be looked at; left out where they could. */
      readonly settingsRefused?: string;
    } & TickCounts)
  | ({
      readonly tick: 'unreachable';
      readonly target: string;
      readonly number: number;
      readonly nextTickAt: Instant;
      readonly kind: UnreachableKind;
      readonly since: Instant;
      readonly reason: string;
      readonly remedy: string;
    } & TickCounts);

/** How a tick goes about its target. */
export interface TickManner {
  /** Ticks although it is not due. */
  readonly hasten?: boolean;
  /** How often all servers are looked at, whether anything waits for them or not. */
  readonly watchSeconds?: number;
  /** How often the settings of servers are looked at. */
  readonly settingsSeconds?: number;
  /** From where on a target of DRS is told to be amiss. */
  readonly drsLimits?: DrsLimits;
  /** For how long the function that runs it can go on at most. */
  readonly secondsLeft?: number;
}

// A tick that has not ended once its function is stopped has died. So long a function may run as it is deployed.
const longestSeconds = 300;
// The schedule and the record differ by fractions of a second; a tick a moment early is due.
const dueToleranceSeconds = 5;

/**
 * Runs one tick of a target, unless it is not due (a hastened one always is) or another one runs. A target that
 * cannot be read until a person acts is an answer; any other refused read makes it a failed tick: it is counted, breaks
 * every run of held looks, and throws a TransientFailure; the next tick comes in its time.
 */
export async function poll(
  ports: Ports,
  target: Target,
  {
    hasten = false,
    watchSeconds = defaultWatchSeconds,
    settingsSeconds = defaultSettingsSeconds,
    drsLimits = builtInDrsLimits,
    secondsLeft = longestSeconds,
  }: TickManner = {},
): Promise<PollReport> {
  const now = ports.clock.now();
  const where = place.target(target);
  const held = await read(ports.store, where);
  const record = held.body ?? newTarget(target, now);
  const name = targetName(target);
  const due = toMs(record.nextTickAt) <= toMs(now) + dueToleranceSeconds * 1000;
  if (!due && !hasten) {
    return { tick: 'skipped', target: name, because: `not due before ${record.nextTickAt}` };
  }
  if (record.leaseUntil !== null && toMs(record.leaseUntil) > toMs(now)) {
    return {
      tick: 'skipped',
      target: name,
      because: `another tick may run until ${record.leaseUntil}`,
    };
  }
  const leased: TargetRecord = {
    ...record,
    tick: record.tick + 1,
    jobsFrom: record.jobsFrom ?? now,
    lastTickAt: now,
    leaseUntil: plusSeconds(now, Math.ceil(secondsLeft)),
    // What asks for a tick from here on asks for the next one.
    nextTickAt: plusSeconds(now, paceOf(record, watchSeconds).maxSeconds),
  };
  if ((await ports.store.put(where.partition, where.sort, leased, held.version)) === 'conflict') {
    return { tick: 'skipped', target: name, because: 'another tick began at the same moment' };
  }
  const manner = { hasten, watchSeconds, settingsSeconds, drsLimits };
  const run = target.service === 'drs' ? runDrsTick : runTick;
  return run(ports, leased, record.leaseUntil !== null, manner, now);
}

/** How a tick runs, once it has its lease. */
type Run = Required<Omit<TickManner, 'secondsLeft'>>;

async function runTick(
  ports: Ports,
  leased: TargetRecord,
  recovering: boolean,
  manner: Run,
  now: Instant,
): Promise<PollReport> {
  const api = ports.serviceOf(leased.target);
  const { hasten, watchSeconds } = manner;
  const tick = await openTick(ports, api, leased, now, manner);
  tick.counts.published += await publishOwed(ports, leased, recovering);
  const quotaValues = await readQuotas(tick);
  const quotas = quotasOf(quotaValues ?? leased.quotaValues);
  const room = quotas.activeServers - (leased.activeServers ?? 0);
  const wasLost = (leased.unreachable ?? null) !== null;
  const turn = await configurationTurn(tick);
  const look = chooseLook(
    leased,
    tick.waits.map(({ body }) => body),
    tick.requests.map(({ body }) => body),
    tick.intents.filter(({ body }) => body.jobId === null).map(({ body }) => body),
    now,
    paceOf(leased, watchSeconds),
    // Only what was read whole shows that a target is back, and what it missed in the meantime. Who asks for a look
    // out of turn wants to see all of it, too.
    recovering || wasLost || hasten,
    Math.max(0, Math.min(60, room)),
    serversOfTurn(turn),
  );
  const refusal = await readService(tick, look);
  if (refusal !== undefined) return endRefused(ports, tick, refusal, recovering);
  await recordChanges(tick);
  await tellSettings(tick);
  await lookAtConfigurations(tick, turn);
  const counted = await keepCensus(tick);
  await recordJobs(tick);
  await followJobs(tick);
  await releaseWaits(tick);
  const queue = await admitLaunches(tick, mgnDesk(quotaValues ?? leased.quotaValues));
  return endDone(ports, tick, queue.near, { quotas, quotaValues, counted });
}

/** A target of DRS is looked at as a whole: one list of servers, one of instances, one of jobs. */
async function runDrsTick(
  ports: Ports,
  leased: TargetRecord,
  recovering: boolean,
  manner: Run,
  now: Instant,
): Promise<PollReport> {
  const api = ports.drsOf(leased.target);
  const { drsLimits } = manner;
  const tick = { ...(await openTick(ports, api, leased, now, manner)), drsLimits };
  tick.counts.published += await publishOwed(ports, leased, recovering);
  const quotaValues = await readQuotas(tick);
  const watched = await watchDrs(tick);
  if ('refusal' in watched) return endRefused(ports, tick, watched.refusal, recovering);
  await tellSettings(tick);
  const counted = await keepCensus(tick);
  const quotas = drsQuotasOf(quotaValues ?? leased.quotaValues);
  await followJobs(tick);
  await releaseWaits(tick);
  await sweepDrills(tick);
  const queue = await admitLaunches(tick, drsDesk(quotas));
  return endDone(ports, tick, watched.near || queue.near, { quotas, quotaValues, counted });
}

interface Measured {
  readonly quotas: Quotas;
  readonly quotaValues: Readonly<Record<string, number>> | undefined;
  readonly counted: Awaited<ReturnType<typeof keepCensus>>;
}

async function endDone(
  ports: Ports,
  tick: Tick,
  near: boolean,
  { quotas, quotaValues, counted }: Measured,
): Promise<PollReport> {
  const closed = await closeDone(ports, tick, near, quotas, quotaValues);
  return {
    tick: 'done',
    target: targetName(tick.target.target),
    number: tick.number,
    nextTickAt: closed?.nextTickAt ?? tick.now,
    measures: measuresOf(tick.seen, tick.intents, quotas, counted),
    ...settingsRefused(closed),
    ...tick.counts,
  };
}

function settingsRefused(closed: TargetRecord | undefined) {
  const refused = closed?.drsConfiguration?.refused ?? closed?.configuration?.refused ?? null;
  return refused === null ? {} : { settingsRefused: refused.reason };
}

async function endRefused(
  ports: Ports,
  tick: Tick,
  refusal: Refusal,
  recovering: boolean,
): Promise<PollReport> {
  const kind = unreachableKind(refusal);
  if (kind !== undefined) return endUnreachable(ports, tick, kind, refusal, recovering);
  await closeFailed(ports, tick, refusal, recovering);
  throw new TransientFailure(
    refusal.kind === 'throttled' ? FailureCode.ApiThrottled : FailureCode.AnswerIncomplete,
    failureText(
      failure(
        FailureCode.AnswerIncomplete,
        `tick ${tick.number} of ${targetName(tick.target.target)} saw nothing: ${refusal.errorName}: ${refusal.message}`,
      ),
    ),
  );
}

/** What waits goes on waiting; only deadlines hold, and what a wave itself waits for is on record. */
async function endUnreachable(
  ports: Ports,
  tick: Tick,
  kind: UnreachableKind,
  refusal: Refusal,
  recovering: boolean,
): Promise<PollReport> {
  // Half a reading is none: what the first calls brought is left out.
  const blind: Tick = { ...tick, seen: nothingSeen(null) };
  await releaseWaits(blind);
  await openRequests(blind);
  const closed = await closeUnreachable(ports, tick, kind, refusal, recovering);
  const why = closed?.unreachable;
  return {
    tick: 'unreachable',
    target: targetName(tick.target.target),
    number: tick.number,
    nextTickAt: closed?.nextTickAt ?? tick.now,
    kind,
    since: why?.since ?? tick.now,
    reason: why?.reason ?? refusal.message,
    remedy: why?.remedy ?? '',
    ...tick.counts,
  };
}
