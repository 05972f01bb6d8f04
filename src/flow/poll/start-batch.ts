// In: a batch that admission has chosen. Out: its one call, with the intent on record before it, and what came of it.
// Called by admit-launches; a refused batch goes to return-to-queue.
import { intentTag } from '../../core/admission/job-of-intent.ts';
import { type Batch, isDrsJob, type JobKind } from '../../core/admission.ts';
import { observeJob } from '../../core/job.ts';
import type { RecoverySnapshot } from '../../core/phase/recovery-point-choice.ts';
import type { Answer, WireDocument } from '../ports.ts';
import { change, read, readMany, remove } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { IntentRecord, LaunchRequest } from '../records/wait-records.ts';
import { answerEnd } from '../request-launch.ts';
import { doneWithoutJob, end, lastJobOf } from './follow-jobs.ts';
import { returnToQueue } from './return-to-queue.ts';
import { ask, type DrsTick, type MgnTick, type Tick } from './tick.ts';

/**
 * Leaves out what has ended already: a state that asks again in the very moment of its request's end queues it anew.
 * It is answered from the end on record, so that a launch happens at most once a request (design.md 14).
 */
export async function withoutEnded(tick: Tick, batch: Batch): Promise<Batch> {
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
export async function startBatch(
  tick: MgnTick,
  open: readonly LaunchRequest[],
  batch: Batch,
): Promise<boolean> {
  const { kind, servers } = batch;
  if (kind === 'StartReplication') return startReplication(tick, open, batch);
  if (isDrsJob(kind) || kind === 'CreateExtendedSourceServer') return true;
  return startJob(tick, open, { batch, kind }, (tags) => tick.api.startJob(kind, servers, tags));
}

/** Starts the replication of one server. */
export async function startReplication(
  tick: MgnTick | DrsTick,
  open: readonly LaunchRequest[],
  batch: Batch,
): Promise<boolean> {
  const [server = ''] = batch.servers;
  const [requestId = ''] = batch.requests;
  const answer = await ask(tick, () => tick.api.startReplication(server));
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
  await end(tick, requestId, server, doneWithoutJob);
  return true;
}

/** Names an intent by what it is about and the tick that wrote it: unique, and the same in every replay. */
function intentIdOf(tick: Tick, batch: Batch): string {
  const first = batch.requests[0] ?? 'overdue-drills';
  return `${tick.target.target.region}/${tick.number}/${first}`;
}

/** Starts the one job of a batch: its intent is on record before the call, which carries it as a tag. */
export async function startJob(
  tick: Tick,
  open: readonly LaunchRequest[],
  {
    batch,
    kind,
    points,
  }: {
    readonly batch: Batch;
    readonly kind: JobKind;
    /** The recovery points that servers are launched from, where they were chosen. */
    readonly points?: Readonly<Record<string, RecoverySnapshot>>;
  },
  call: (tags: Readonly<Record<string, string>>) => Promise<Answer<WireDocument>>,
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
    ...(points === undefined ? {} : { points }),
  };
  const written = await tick.ports.store.put(where.partition, where.sort, intent, 0);
  if (written === 'conflict') return true;
  const tags = { [intentTag]: intentId };
  const answer = await ask(tick, () => call(tags));
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
