// In: a tick that is over. Out: the target's record for the next one: when it is due, what was learned of the target
// as a whole, and the events of its own stream published. Called by poll.
import type { Quotas } from '../../core/admission.ts';
import type { Target } from '../../core/target.ts';
import { earlier, fromMs, type Instant, plusSeconds, toMs } from '../../core/time.ts';
import type { Ports, Refusal } from '../ports.ts';
import { change, type Place, publishPending, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { TargetRecord, UnreachableKind } from '../records/target-records.ts';
import type { WaitRecord } from '../records/wait-records.ts';
import { recoveringWave } from '../recovering-wave.ts';
import { paceOf } from './look.ts';
import { jobLoad } from './measures.ts';
import { holdOf, type Kept, pausedBecause, type Tick } from './tick.ts';
import { found, lost } from './unreachable.ts';
import { watchTarget } from './watch-target.ts';

// A target that cannot be read is tried at least this often.
const unreachableSeconds = 900;

/** Closes a tick that read all it asked for. */
export async function closeDone(
  ports: Ports,
  tick: Tick,
  queueNear: boolean,
  quotas: Quotas,
  quotaValues: Readonly<Record<string, number>> | undefined,
): Promise<TargetRecord | undefined> {
  const { target } = tick.target;
  const waits = await waitsOf(ports, target);
  const jobRuns = (await readAll(ports.store, place.intent(target, ''))).length > 0;
  const near =
    queueNear ||
    tick.seen.owesEvents ||
    jobRuns ||
    isLookingRound(tick) ||
    sawNewWave(tick) ||
    waits.some(({ body }) => isNear(body, tick));
  const deadlines = nextDeadline(waits, tick);
  const where = place.target(target);
  const closed = await change(ports.store, where, (record) => {
    if (record === undefined) return undefined;
    const pace = paceOf(record, tick.watchSeconds);
    const reached = { ...record, ...found(record, tick.now) };
    return {
      ...reached,
      ...watchTarget(reached, tick, quotas),
      leaseUntil: null,
      nextTickAt: nextTick(record, tick, near ? pace.minSeconds : pace.maxSeconds, deadlines),
      lastSweepAt: tick.seen.swept ? tick.now : record.lastSweepAt,
      activeServers: tick.seen.activeServers,
      ...firstSyncsSeen(tick.seen),
      // Who noted it while this tick ran counts on the next one.
      owesEvents: tick.seen.owesEvents || (record.owesEvents && !tick.target.owesEvents),
      ...(tick.seen.allJobs ? { jobLoad: jobLoad(tick.seen, tick.intents) } : {}),
      ...(tick.seen.configuration === undefined ? {} : { configuration: tick.seen.configuration }),
      ...(tick.seen.drsConfiguration === undefined
        ? {}
        : { drsConfiguration: tick.seen.drsConfiguration }),
      ...(tick.seen.snapshotTurnsUntil === undefined
        ? {}
        : { snapshotTurnsUntil: tick.seen.snapshotTurnsUntil }),
      ...(quotaValues === undefined ? {} : { quotaValues, quotasReadAt: tick.now }),
    };
  });
  return publishOutbox(ports, where, tick, closed);
}

/** What is known of first copies; a target without vCenter clients has none to keep. */
function firstSyncsSeen({ firstSyncs }: Tick['seen']): Pick<TargetRecord, 'firstSyncs'> {
  const copying = [...firstSyncs].filter(([, count]) => count > 0);
  return { firstSyncs: Object.fromEntries(copying) };
}

/** Closes a tick whose target cannot be read at all: told once, tried again at the slow pace. */
export async function closeUnreachable(
  ports: Ports,
  tick: Tick,
  kind: UnreachableKind,
  refusal: Refusal,
  recovering: boolean,
): Promise<TargetRecord | undefined> {
  const { target } = tick.target;
  const deadlines = nextDeadline(await waitsOf(ports, target), tick);
  const where = place.target(target);
  const closed = await change(ports.store, where, (record) => {
    if (record === undefined) return undefined;
    const seconds = Math.min(paceOf(record, tick.watchSeconds).maxSeconds, unreachableSeconds);
    return {
      ...record,
      ...lost(record, kind, refusal, tick.now),
      ...blind(tick, recovering),
      nextTickAt: nextTick(record, tick, seconds, deadlines),
    };
  });
  return publishOutbox(ports, where, tick, closed);
}

/** Closes a tick whose reading was refused for now: tried again soon, but no sooner than the service wants. */
export async function closeFailed(
  ports: Ports,
  tick: Tick,
  refusal: Refusal,
  recovering: boolean,
): Promise<void> {
  await change(ports.store, place.target(tick.target.target), (record) =>
    record === undefined
      ? undefined
      : {
          ...record,
          ...blind(tick, recovering),
          nextTickAt: plusSeconds(
            tick.now,
            Math.max(paceOf(record, tick.watchSeconds).minSeconds, refusal.retryAfterSeconds ?? 0),
          ),
        },
  );
}

/** A tick that saw nothing breaks every run of held looks. */
function blind(
  tick: Tick,
  recovering: boolean,
): Pick<TargetRecord, 'leaseUntil' | 'lastFailedTick'> {
  // What a tick that died left behind is still to be looked after: the next one must know of it.
  return { leaseUntil: recovering ? tick.now : null, lastFailedTick: tick.number };
}

function waitsOf(ports: Ports, target: Target): Promise<readonly Kept<WaitRecord>[]> {
  return readAll(ports.store, place.wait(target, ''));
}

function nextTick(
  record: TargetRecord,
  tick: Tick,
  seconds: number,
  deadlines: Instant | undefined,
): Instant {
  const planned = earlier(plusSeconds(tick.now, seconds), deadlines);
  // A look that was asked for while this tick ran stands: it wants to be seen by the next one.
  const asked = toMs(record.nextTickAt) < toMs(tick.target.nextTickAt);
  if (!asked) return planned;
  // What a recovery asks for does not wait for the pace: a queue brings its tick within seconds.
  if (recoveringWave(record) !== undefined) return earlier(record.nextTickAt, planned);
  return earlier(plusSeconds(tick.now, paceOf(record, tick.watchSeconds).minSeconds), planned);
}

/** Whether the next tick has more configurations to look at. */
function isLookingRound({ seen, target }: Tick): boolean {
  const { round = null } = seen.configuration ?? target.configuration ?? {};
  return round !== null;
}

/** Whether this tick was the first to see what the launches of a wave need: the next one lets the wave go on. */
function sawNewWave({ seen, target }: Tick): boolean {
  const known = target.drsConfiguration?.surroundings?.waves ?? [];
  const waves = seen.drsConfiguration?.surroundings?.waves ?? [];
  return waves.some((wave) => !known.includes(wave));
}

/** Whether the next tick may release the wait. */
function isNear(wait: WaitRecord, tick: Tick): boolean {
  const rests = pausedBecause(tick, wait) !== undefined || holdOf(tick, wait) !== undefined;
  return wait.pace === 'near' && !rests;
}

function nextDeadline(waits: readonly Kept<WaitRecord>[], tick: Tick): Instant | undefined {
  const now = toMs(tick.now);
  const coming = waits
    .flatMap(({ body: { deadlineAt, wakeAt, windowClosesAt } }) =>
      [deadlineAt, wakeAt, windowClosesAt].flatMap((at) => (at == null ? [] : toMs(at))),
    )
    .filter((deadline) => deadline > now);
  return coming.length === 0 ? undefined : fromMs(coming.reduce((a, b) => Math.min(a, b)));
}

async function publishOutbox(
  ports: Ports,
  where: Place<TargetRecord>,
  tick: Tick,
  closed: TargetRecord | undefined,
): Promise<TargetRecord | undefined> {
  if (closed === undefined) return undefined;
  const published = await publishPending(ports, where, closed);
  tick.counts.published += (closed.pending ?? []).length - (published.pending ?? []).length;
  return published;
}
