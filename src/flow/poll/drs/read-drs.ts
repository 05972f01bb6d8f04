// In: a tick of a target of DRS. Out: what the service says of its servers, recovery instances, jobs and snapshots, or
// the first refusal: a read that misses a page is no observation (design.md 13). Called by poll.
import type { InstanceStatus } from '../../../core/condition/sight.ts';
import { observeJob } from '../../../core/job.ts';
import { observeDrsServer } from '../../../core/observation/drs-server.ts';
import { observeRecoveryInstance } from '../../../core/observation/recovery-instance.ts';
import { instantAt, textAt } from '../../../core/observation.ts';
import { plusSeconds } from '../../../core/time.ts';
import type { Answer, Refusal, WireDocument } from '../../ports.ts';
import type { ServerRecords } from '../record-changes.ts';
import { ask, type DrsTick } from '../tick.ts';
import { snapshotTurns } from './snapshot-turns.ts';

// Jobs older than a day are known by id or have ended; their history is never paged (design.md 8).
const jobHistorySeconds = 86_400;
// A newest snapshot that has grown too old is found within a quarter of the age that it may have.
const turnsInAge = 4;
// The most snapshots that one tick asks for, a call each.
const snapshotBudget = 50;

/** Reads all of the target; answers the refusal that stopped it, or undefined. */
export async function readDrs(tick: DrsTick): Promise<Refusal | undefined> {
  return (
    (await readServers(tick)) ??
    (await readInstances(tick)) ??
    (await readJobs(tick)) ??
    (await readChecks(tick))
  );
}

async function readServers(tick: DrsTick): Promise<Refusal | undefined> {
  const answer = await ask(tick, () => tick.api.describeSourceServers());
  if (!answer.ok) return answer.refusal;
  const answeredAt = answer.answeredAt ?? tick.now;
  const { target } = tick.target;
  for (const document of answer.value) {
    const observation = observeDrsServer(document, { target, readAt: tick.now, answeredAt });
    if (observation !== undefined) tick.seen.servers.set(observation.sourceServerId, observation);
  }
  tick.counts.looked += answer.value.length;
  tick.seen.swept = true;
  return undefined;
}

async function readInstances(tick: DrsTick): Promise<Refusal | undefined> {
  const answer = await ask(tick, () => tick.api.describeRecoveryInstances());
  if (!answer.ok) return answer.refusal;
  for (const document of answer.value) {
    const seen = observeRecoveryInstance(document);
    if (seen !== undefined) tick.seen.recoveryInstances.set(seen.recoveryInstanceId, seen);
  }
  return undefined;
}

async function readJobs(tick: DrsTick): Promise<Refusal | undefined> {
  const fromAt = plusSeconds(tick.now, -jobHistorySeconds);
  const recent = await ask(tick, () => tick.api.describeJobs({ fromAt }));
  if (!recent.ok) return recent.refusal;
  keepJobs(tick, recent.value);
  tick.seen.allJobs = true;
  // Open jobs that are older than what is listed.
  const older = tick.jobs
    .flatMap(({ body }) => (body.ended || tick.seen.jobs.has(body.jobId) ? [] : body.jobId))
    .sort();
  if (older.length === 0) return undefined;
  const known = await ask(tick, () => tick.api.describeJobs({ ids: older }));
  if (!known.ok) return known.refusal;
  keepJobs(tick, known.value);
  return undefined;
}

function keepJobs(tick: DrsTick, documents: readonly WireDocument[]): void {
  for (const document of documents) {
    const job = observeJob(document);
    if (job !== undefined) tick.seen.jobs.set(job.jobId, job);
  }
}

/** Reads EC2's checks of the recovery instances that run. */
async function readChecks(tick: DrsTick): Promise<Refusal | undefined> {
  const ids = [...tick.seen.recoveryInstances.values()]
    .filter(({ ec2State }) => ec2State === 'RUNNING')
    .map(({ recoveryInstanceId }) => recoveryInstanceId)
    .sort();
  if (ids.length === 0) return undefined;
  const answer = await ask(tick, () => tick.api.describeInstanceStatus(ids));
  if (!answer.ok) return answer.refusal;
  for (const document of answer.value) {
    const id = textAt(document, 'instanceId');
    if (id === undefined) continue;
    const status: InstanceStatus = {
      state: textAt(document, 'instanceState'),
      systemStatus: textAt(document, 'systemStatus'),
      instanceStatus: textAt(document, 'instanceStatus'),
    };
    tick.seen.instances.set(id, status);
  }
  return undefined;
}

/**
 * Asks for the newest recovery snapshots of the servers whose turn it is. Where the service asks for patience, the turns
 * are taken up by the next tick; a server that is gone meanwhile is left out. Says whether some had to stay behind.
 */
export async function readSnapshots(
  tick: DrsTick,
  known: ServerRecords,
): Promise<{ readonly more: boolean } | { readonly refusal: Refusal }> {
  const turns = snapshotTurns(
    [...tick.seen.servers.values()].map((observation) => ({
      observation,
      known: known.get(observation.sourceServerId)?.body.drs?.facts.recoveryPoint,
    })),
    {
      until: tick.target.snapshotTurnsUntil,
      now: tick.now,
      periodSeconds: tick.drsLimits.recoveryPointSeconds / turnsInAge,
      budget: snapshotBudget,
    },
  );
  for (const id of turns.ask) {
    const answer = await ask(tick, () => tick.api.newestRecoverySnapshot(id));
    if (answer.ok) keepSnapshot(tick, id, answer);
    else if (isForNow(answer.refusal)) return { more: true };
    else if (!isOfServer(answer.refusal)) return { refusal: answer.refusal };
  }
  tick.seen.snapshotTurnsUntil = turns.until;
  return { more: turns.more };
}

function keepSnapshot(
  tick: DrsTick,
  id: string,
  answer: Extract<Answer<readonly WireDocument[]>, { ok: true }>,
): void {
  const [newest] = answer.value;
  const newestAt =
    newest && (instantAt(newest, 'timestamp') ?? instantAt(newest, 'expectedTimestamp'));
  tick.seen.recoveryPoints.set(id, { newestAt, answeredAt: answer.answeredAt ?? tick.now });
}

function isForNow({ kind }: Refusal): boolean {
  return kind === 'throttled' || kind === 'ambiguous';
}

function isOfServer({ kind }: Refusal): boolean {
  return kind === 'not-found' || kind === 'validation';
}
