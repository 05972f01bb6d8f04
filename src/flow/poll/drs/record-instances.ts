// In: the recovery instances that a tick of DRS saw. Out: each one's changed facts on record with their events in the
// same write, then published, in a stream of its own: an instance may outlive the record of its source server (ADR 0018).
// Called by poll after its servers are recorded.
import { intentTag } from '../../../core/admission/job-of-intent.ts';
import {
  instanceDiff,
  instanceFactsOf,
  instanceGone,
} from '../../../core/change/drs/instance-facts.ts';
import { number, type Told } from '../../../core/event/stream.ts';
import {
  recoveryInstanceStream,
  tellInstanceChanges,
  tellInstanceDiscovered,
} from '../../../core/event/tell-drs.ts';
import type { RecoveryInstanceObservation } from '../../../core/observation/recovery-instance.ts';
import { type Instant, secondsBetween } from '../../../core/time.ts';
import { isFull, withEvents } from '../../outbox.ts';
import { change, readAll, remove } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { RecoveryInstanceRecord } from '../../records/server-records.ts';
import type { DrsTick, Kept } from '../tick.ts';

// The ids of EC2 instances do not come back; what is gone for so long is forgotten.
const keepSeconds = 7 * 86_400;

/** Compares each recovery instance with its record, writes what differs with its events, and publishes. */
export async function recordInstances(tick: DrsTick): Promise<void> {
  const all = await readAll(tick.ports.store, place.recoveryInstance(tick.target.target, ''));
  const known = new Map(all.map((held) => [held.sort, held]));
  const dirty: RecoveryInstanceRecord[] = [];
  const put = async (id: string, next: RecoveryInstanceRecord | undefined) => {
    const held = known.get(id);
    if (next === undefined) {
      if (held !== undefined && held.body.pending.length > 0) dirty.push(held.body);
      return;
    }
    const { partition, sort } = place.recoveryInstance(tick.target.target, id);
    const written = await tick.ports.store.put(partition, sort, next, held?.version ?? 0);
    // Who came in between has told it; what is left is seen by the next tick.
    if (written !== 'conflict') dirty.push(next);
  };
  for (const [id, seen] of tick.seen.recoveryInstances) {
    await put(id, advance(tick, known.get(id)?.body, seen));
  }
  for (const [id, { body }] of known) {
    if (!tick.seen.recoveryInstances.has(id)) await put(id, lost(tick, body));
  }
  for (const [id, { body }] of known) tick.seen.instanceRecords.set(id, body);
  for (const record of dirty) {
    tick.seen.instanceRecords.set(record.identity.recoveryInstanceId, record);
  }
  await publish(tick, dirty);
  await forgetOld(tick, all);
}

function advance(
  tick: DrsTick,
  record: RecoveryInstanceRecord | undefined,
  seen: RecoveryInstanceObservation,
): RecoveryInstanceRecord | undefined {
  if (isFull(record?.pending ?? [])) return undefined;
  const since = record?.since ?? launchedAt(tick, seen);
  const facts = instanceFactsOf(seen, since, tick.now, tick.drsLimits);
  const changes = record === undefined ? [] : instanceDiff(record.facts, facts);
  if (record !== undefined && changes.length === 0) return undefined;
  const told =
    record === undefined ? [tellInstanceDiscovered(facts)] : tellInstanceChanges(changes, seen);
  const { failback: _failback, replication: _replication, ec2State: _state, ...identity } = seen;
  const intentId = record === undefined ? intentOf(tick, seen) : record.intentId;
  const found = { identity, facts, since, goneAt: null };
  return withTold(tick, intentId === undefined ? found : { ...found, intentId }, record, told);
}

/** What DRS no longer lists, in an answer that was complete. */
function lost(tick: DrsTick, record: RecoveryInstanceRecord): RecoveryInstanceRecord | undefined {
  if (!record.facts.present || isFull(record.pending)) return undefined;
  const facts = instanceGone(record.facts);
  const told = tellInstanceChanges(instanceDiff(record.facts, facts));
  return withTold(tick, { ...record, facts, goneAt: tick.now }, record, told);
}

function withTold(
  tick: DrsTick,
  found: Pick<RecoveryInstanceRecord, 'identity' | 'facts' | 'since' | 'intentId' | 'goneAt'>,
  record: RecoveryInstanceRecord | undefined,
  told: readonly Told[],
): RecoveryInstanceRecord {
  const stream = recoveryInstanceStream(tick.target.target, found.identity);
  const events = number(stream, record?.sequence ?? 0, tick.now, told);
  tick.counts.changed += 1;
  return {
    identity: found.identity,
    facts: found.facts,
    since: found.since,
    ...(found.intentId === undefined ? {} : { intentId: found.intentId }),
    goneAt: found.goneAt,
    sequence: (record?.sequence ?? 0) + events.length,
    pending: withEvents(record?.pending ?? [], events),
  };
}

/** The launch of ours that made it, by the tag of its job. */
function intentOf(tick: DrsTick, { jobId }: RecoveryInstanceObservation): string | undefined {
  return jobId === undefined ? undefined : tick.seen.jobs.get(jobId)?.tags[intentTag];
}

/** When the job that launched it was begun, as far as anything says so. */
function launchedAt(tick: DrsTick, seen: RecoveryInstanceObservation): Instant {
  const { jobs, servers } = tick.seen;
  const last = servers.get(seen.sourceServerId ?? '')?.drs?.lastLaunch;
  const job = seen.jobId === undefined ? undefined : jobs.get(seen.jobId);
  const ofServer = last?.jobId === seen.jobId ? last?.at : undefined;
  return job?.createdAt ?? ofServer ?? tick.now;
}

async function publish(tick: DrsTick, records: readonly RecoveryInstanceRecord[]): Promise<void> {
  const events = records.flatMap(({ pending }) => pending);
  if (events.length === 0) return;
  const refused = new Set(await tick.ports.bus.publish(events));
  const told = new Set(events.filter((_, i) => !refused.has(i)).map((e) => e.detail.eventId));
  tick.counts.published += told.size;
  if (refused.size > 0) tick.seen.owesEvents = true;
  for (const { identity } of records) {
    const where = place.recoveryInstance(tick.target.target, identity.recoveryInstanceId);
    await change(tick.ports.store, where, (now) => {
      const left = now?.pending.filter((e) => !told.has(e.detail.eventId)) ?? [];
      return now === undefined || left.length === now.pending.length
        ? undefined
        : { ...now, pending: left };
    });
  }
}

async function forgetOld(
  tick: DrsTick,
  all: readonly Kept<RecoveryInstanceRecord>[],
): Promise<void> {
  for (const { sort, version, body } of all) {
    const { goneAt, pending } = body;
    if (goneAt === null || pending.length > 0) continue;
    if (secondsBetween(goneAt, tick.now) <= keepSeconds) continue;
    await remove(tick.ports.store, place.recoveryInstance(tick.target.target, sort), version);
  }
}
