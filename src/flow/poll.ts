// In: a target. Out: one tick: observe, diff, record, publish, release, admit. Called by the schedule each minute;
// a tick that is not due costs one read.
import { quotasOf } from '../core/admission.ts';
import { FailureCode, failure, failureText, TransientFailure } from '../core/failure.ts';
import { isPaused, type Pause } from '../core/pause.ts';
import type { Target } from '../core/target.ts';
import { targetName } from '../core/target.ts';
import { fromMs, type Instant, plusSeconds, toMs } from '../core/time.ts';
import { newTarget } from './hasten.ts';
import { admitLaunches } from './poll/admit-launches.ts';
import { followJobs } from './poll/follow-jobs.ts';
import { chooseLook, type Look, paceOf } from './poll/look.ts';
import { readQuotas, readService } from './poll/read-service.ts';
import { recordChanges } from './poll/record-changes.ts';
import { releaseWaits } from './poll/release-waits.ts';
import type { Kept, Tick, TickCounts } from './poll/tick.ts';
import type { Ports, Refusal } from './ports.ts';
import {
  change,
  type LaunchRequest,
  type Place,
  place,
  read,
  readAll,
  type TargetRecord,
  type WaitRecord,
} from './records.ts';

/** What a tick did; the value of the poller's one log line. */
export type PollReport =
  | { readonly tick: 'skipped'; readonly target: string; readonly because: string }
  | ({
      readonly tick: 'done';
      readonly target: string;
      readonly number: number;
      readonly nextTickAt: Instant;
    } & TickCounts);

// A tick that has not ended by then died; the poller's Lambda is stopped before.
const leaseSeconds = 300;
// The schedule and the record differ by fractions of a second; a tick a moment early is due.
const dueToleranceSeconds = 5;

/**
 * Runs one tick of a target, unless it is not due or another one runs. A refused read makes it a failed tick: it is
 * counted, breaks every run of held looks, and throws a TransientFailure; the next tick comes in its time.
 */
export async function poll(ports: Ports, target: Target): Promise<PollReport> {
  const now = ports.clock.now();
  const where = place.target(target);
  const held = await read(ports.store, where);
  const record = held.body ?? newTarget(target, now);
  const name = targetName(target);
  if (toMs(record.nextTickAt) > toMs(now) + dueToleranceSeconds * 1000) {
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
    leaseUntil: plusSeconds(now, leaseSeconds),
    // What asks for a tick from here on asks for the next one.
    nextTickAt: plusSeconds(now, paceOf(record).maxSeconds),
  };
  if ((await ports.store.put(where.partition, where.sort, leased, held.version)) === 'conflict') {
    return { tick: 'skipped', target: name, because: 'another tick began at the same moment' };
  }
  return runTick(ports, where, leased, record.leaseUntil !== null, now);
}

async function runTick(
  ports: Ports,
  where: Place<TargetRecord>,
  leased: TargetRecord,
  recovering: boolean,
  now: Instant,
): Promise<PollReport> {
  const tick = await openTick(ports, leased, now);
  const quotaValues = await readQuotas(tick);
  const room =
    quotasOf(quotaValues ?? leased.quotaValues).activeServers - (leased.activeServers ?? 0);
  const look = chooseLook(
    leased,
    tick.waits.map(({ body }) => body),
    tick.requests.map(({ body }) => body),
    tick.intents.filter(({ body }) => body.jobId === null).map(({ body }) => body),
    now,
    recovering,
    Math.max(0, Math.min(60, room)),
  );
  const refusal = await readService(tick, look);
  if (refusal !== undefined) {
    await closeFailed(ports, where, tick, refusal, recovering);
    throw new TransientFailure(
      refusal.kind === 'throttled' ? FailureCode.ApiThrottled : FailureCode.AnswerIncomplete,
      failureText(
        failure(
          FailureCode.AnswerIncomplete,
          `tick ${tick.number} of ${targetName(leased.target)} saw nothing: ${refusal.errorName}: ${refusal.message}`,
        ),
      ),
    );
  }
  await recordChanges(tick);
  await followJobs(tick);
  await releaseWaits(tick);
  const queue = await admitLaunches({
    ...tick,
    target: { ...tick.target, quotaValues: quotaValues ?? leased.quotaValues },
  });
  const closed = await closeDone(ports, where, tick, look, queue.near, quotaValues);
  return {
    tick: 'done',
    target: targetName(leased.target),
    number: tick.number,
    nextTickAt: closed?.nextTickAt ?? now,
    ...tick.counts,
  };
}

async function openTick(ports: Ports, leased: TargetRecord, now: Instant): Promise<Tick> {
  const { target } = leased;
  const pauses = new Map<string, readonly Pause[]>();
  const resumedAt = new Map<string, Instant>();
  for (const wave of Object.keys(leased.paces)) {
    const { body } = await read(ports.store, place.command(wave));
    if (body !== undefined) pauses.set(wave, body.pauses);
    if (body !== undefined && body.resumedAt !== null) resumedAt.set(wave, body.resumedAt);
  }
  return {
    ports,
    api: ports.serviceOf(target),
    now,
    number: leased.tick,
    target: leased,
    waits: await readAll(ports.store, place.wait(target, '')),
    requests: byAge(await readAll(ports.store, place.request(target, ''))),
    intents: await readAll(ports.store, place.intent(target, '')),
    pauses,
    pausedWaves: new Set([...pauses].filter(([, own]) => isPaused(own)).map(([wave]) => wave)),
    resumedAt,
    seen: {
      servers: new Map(),
      absent: new Set(),
      jobs: new Map(),
      allJobs: false,
      instances: new Map(),
      liveClients: undefined,
      swept: false,
      owesEvents: false,
      activeServers: leased.activeServers,
    },
    counts: {
      looked: 0,
      changed: 0,
      published: 0,
      released: 0,
      failed: 0,
      launched: 0,
      apiCalls: 0,
    },
  };
}

function byAge(requests: readonly Kept<LaunchRequest>[]): readonly Kept<LaunchRequest>[] {
  return [...requests].sort(
    (a, b) => toMs(a.body.requestedAt) - toMs(b.body.requestedAt) || (a.sort < b.sort ? -1 : 1),
  );
}

async function closeDone(
  ports: Ports,
  where: Place<TargetRecord>,
  tick: Tick,
  look: Look,
  queueNear: boolean,
  quotaValues: Readonly<Record<string, number>> | undefined,
): Promise<TargetRecord | undefined> {
  const { target } = tick.target;
  const waits = await readAll(ports.store, place.wait(target, ''));
  const jobRuns = (await readAll(ports.store, place.intent(target, ''))).length > 0;
  const near =
    queueNear || tick.seen.owesEvents || jobRuns || waits.some(({ body }) => isNear(body, tick));
  const deadlines = nextDeadline(waits, tick);
  return change(ports.store, where, (record) => {
    if (record === undefined) return undefined;
    const pace = paceOf(record);
    const seconds = near ? pace.minSeconds : pace.maxSeconds;
    const planned = earliest(plusSeconds(tick.now, seconds), deadlines);
    // A look that was asked for while this tick ran stands: it wants to be seen by the next one.
    const asked = toMs(record.nextTickAt) < toMs(tick.target.nextTickAt);
    const soonest = plusSeconds(tick.now, pace.minSeconds);
    return {
      ...record,
      leaseUntil: null,
      nextTickAt: asked ? earliest(soonest, planned) : planned,
      lastSweepAt: tick.seen.swept ? tick.now : record.lastSweepAt,
      lastFarLookAt: look.far ? tick.now : record.lastFarLookAt,
      activeServers: tick.seen.activeServers,
      owesEvents: tick.seen.owesEvents,
      ...(quotaValues === undefined ? {} : { quotaValues, quotasReadAt: tick.now }),
    };
  });
}

function earliest(a: Instant, b: Instant | undefined): Instant {
  return b !== undefined && toMs(b) < toMs(a) ? b : a;
}

/** Whether the next tick may release the wait. */
function isNear(wait: WaitRecord, { pausedWaves }: Tick): boolean {
  return wait.pace === 'near' && !pausedWaves.has(wait.wave);
}

function nextDeadline(waits: readonly Kept<WaitRecord>[], tick: Tick): Instant | undefined {
  const now = toMs(tick.now);
  const coming = waits
    .flatMap(({ body }) => (body.deadlineAt === null ? [] : toMs(body.deadlineAt)))
    .filter((deadline) => deadline > now);
  return coming.length === 0 ? undefined : fromMs(coming.reduce((a, b) => Math.min(a, b)));
}

async function closeFailed(
  ports: Ports,
  where: Place<TargetRecord>,
  tick: Tick,
  refusal: Refusal,
  recovering: boolean,
): Promise<void> {
  await change(ports.store, where, (record) =>
    record === undefined
      ? undefined
      : {
          ...record,
          // What the tick that died left behind is still to be looked after: the next one must know of it.
          leaseUntil: recovering ? tick.now : null,
          lastFailedTick: tick.number,
          nextTickAt: plusSeconds(
            tick.now,
            Math.max(paceOf(record).minSeconds, refusal.retryAfterSeconds ?? 0),
          ),
        },
  );
}
