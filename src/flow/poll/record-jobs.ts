// In: the jobs that the tick saw, ours or not. Out: each one's start, progress and end on record with its events in the
// same write, then published. Called by poll before our own jobs are followed.
import { intentTag, isJobOf } from '../../core/admission/job-of-intent.ts';
import { countsOf, jobSteps } from '../../core/change/job-progress.ts';
import { number, type Told } from '../../core/event/stream.ts';
import {
  type JobIdentity,
  jobStream,
  tellJobEnded,
  tellJobProgress,
  tellJobStarted,
} from '../../core/event/tell-job.ts';
import { isOpen, type JobObservation } from '../../core/job.ts';
import { secondsBetween, toMs } from '../../core/time.ts';
import { holdServer } from '../hold-server.ts';
import { isFull, withEvents } from '../outbox.ts';
import type { WireDocument } from '../ports.ts';
import { change, readMany, remove } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { JobRecord } from '../records/target-records.ts';
import { type Kept, logOf, type Tick } from './tick.ts';

// Jobs of the last day are listed; a record that outlives its listing by a day tells no job twice.
const keepSeconds = 2 * 86_400;

/** Compares each job with its record, writes what differs with its events, publishes, and forgets what is long over. */
export async function recordJobs(tick: Tick): Promise<void> {
  const known = new Map(tick.jobs.map((job) => [job.body.jobId, job]));
  const dirty = new Map<string, JobRecord>();
  for (const { body } of tick.jobs) if (body.pending.length > 0) dirty.set(body.jobId, body);
  for (const job of tick.seen.jobs.values()) {
    const held = known.get(job.jobId);
    const next = await advance(tick, held?.body, job);
    if (next === undefined) continue;
    const { partition, sort } = place.job(tick.target.target, job.jobId);
    const written = await tick.ports.store.put(partition, sort, next, held?.version ?? 0);
    // Who came in between has told it; what is left is seen by the next tick.
    if (written !== 'conflict') dirty.set(job.jobId, next);
    if (held === undefined && next.sequence > 0) await holdForeign(tick, next, job);
  }
  await publish(tick, [...dirty.values()]);
  if (tick.seen.swept) await forgetOld(tick);
}

async function advance(
  tick: Tick,
  record: JobRecord | undefined,
  job: JobObservation,
): Promise<JobRecord | undefined> {
  if (record?.ended === true || isFull(record?.pending ?? [])) return undefined;
  if (record === undefined && wasThere(tick, job)) {
    // What was under way before Landfall looked is followed to its end, but its start is not told.
    return isOpen(job) ? recordOf(tick, undefined, job, []) : undefined;
  }
  const told: Told[] = [];
  let log: readonly WireDocument[] | undefined;
  for (const step of jobSteps(record, job)) {
    switch (step) {
      case 'started':
        told.push(tellJobStarted(job));
        break;
      case 'progress':
        told.push(tellJobProgress(record?.counts ?? {}, job));
        break;
      case 'ended':
        log = await logOf(tick, job.jobId);
        // Without its log nobody knows from which snapshot it launched; the next look asks again.
        if (log === undefined) return undefined;
        told.push(...tellJobEnded(job, log));
        break;
      default:
        return step satisfies never;
    }
  }
  return told.length === 0 ? undefined : recordOf(tick, record, job, told);
}

/** Holds the servers of a job that somebody else began, where their plans say so. */
async function holdForeign(
  tick: Tick,
  { cause, jobId, type }: JobRecord,
  job: JobObservation,
): Promise<void> {
  if (cause.kind === 'landfall') return;
  const ids = job.servers.map(({ sourceServerId }) => sourceServerId);
  const records = await readMany(tick.ports.store, place.server(tick.target.target, ''), ids);
  for (const { sort: server, body } of records) {
    if (body.wave === null) continue;
    const reason = `somebody else began the job ${jobId} (${type ?? 'of an unknown kind'})`;
    const holds = await holdServer(
      tick.ports,
      { wave: body.wave, server },
      { at: job.createdAt ?? tick.now, reason },
    );
    // What this tick releases and launches must know of it.
    if (holds !== undefined) tick.holds.set(body.wave, holds);
  }
}

/** Says whether a job began before its target's jobs were followed. */
function wasThere({ target, now }: Tick, { createdAt }: JobObservation): boolean {
  return createdAt !== undefined && toMs(createdAt) < toMs(target.jobsFrom ?? now);
}

function recordOf(
  tick: Tick,
  record: JobRecord | undefined,
  job: JobObservation,
  told: readonly Told[],
): JobRecord {
  const identity = record === undefined ? identityOf(tick, job) : identityIn(record);
  const stream = jobStream(tick.target.target, identity);
  const events = number(stream, record?.sequence ?? 0, tick.now, told);
  return {
    ...identity,
    counts: countsOf(job),
    ended: !isOpen(job),
    seenAt: record?.seenAt ?? tick.now,
    sequence: (record?.sequence ?? 0) + events.length,
    pending: withEvents(record?.pending ?? [], events),
  };
}

function identityIn({ jobId, arn, type, initiatedBy, cause, wave }: JobRecord): JobIdentity {
  return { jobId, arn, type, initiatedBy, cause, wave };
}

function identityOf({ intents }: Tick, job: JobObservation): JobIdentity {
  const intentId = job.tags[intentTag];
  const intent = intents.find(({ body }) => isJobOf(body, job));
  const ours = intentId ?? intent?.body.intentId;
  return {
    jobId: job.jobId,
    arn: job.arn ?? null,
    type: job.type ?? null,
    initiatedBy: job.initiatedBy ?? null,
    cause: ours === undefined ? { kind: 'somebody-else' } : { kind: 'landfall', intentId: ours },
    // What is swept is of no wave.
    wave: intent === undefined || intent.body.wave === '' ? null : intent.body.wave,
  };
}

async function publish(tick: Tick, records: readonly JobRecord[]): Promise<void> {
  const events = records.flatMap(({ pending }) => pending);
  if (events.length === 0) return;
  const refused = new Set(await tick.ports.bus.publish(events));
  const told = new Set(events.filter((_, i) => !refused.has(i)).map((e) => e.detail.eventId));
  tick.counts.published += told.size;
  if (refused.size > 0) tick.seen.owesEvents = true;
  for (const { jobId } of records) {
    await change(tick.ports.store, place.job(tick.target.target, jobId), (now) => {
      const left = now?.pending.filter((e) => !told.has(e.detail.eventId)) ?? [];
      return now === undefined || left.length === now.pending.length
        ? undefined
        : { ...now, pending: left };
    });
  }
}

async function forgetOld(tick: Tick): Promise<void> {
  for (const held of tick.jobs.filter((job) => isOver(job, tick))) {
    await remove(tick.ports.store, place.job(tick.target.target, held.sort), held.version);
  }
}

function isOver({ body }: Kept<JobRecord>, { now }: Tick): boolean {
  return body.ended && body.pending.length === 0 && secondsBetween(body.seenAt, now) > keepSeconds;
}
