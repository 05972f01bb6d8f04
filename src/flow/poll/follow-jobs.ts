// In: intents, with or without a known job. Out: jobs adopted by their tag, results of finished ones told and their
// tokens answered; launches that nobody can account for frozen. Called by poll before waits are released.
import { isJobOf, mayRepeat } from '../../core/admission/job-of-intent.ts';
import type { JobKind } from '../../core/admission.ts';
import { type LaunchResult, tellLaunchResult, tellWaitEnded } from '../../core/event/tell.ts';
import { type Failure, FailureCode, failure } from '../../core/failure.ts';
import { isOpen, type JobLogVerdict, type JobObservation, readJobLog } from '../../core/job.ts';
import type { Observation } from '../../core/observation.ts';
import { type Instant, secondsBetween, spokenSpan } from '../../core/time.ts';
import type { WireDocument } from '../ports.ts';
import { change, read, remove } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { IntentRecord, LaunchEnd, LaunchRequest } from '../records/wait-records.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { answerEnd } from '../request-launch.ts';
import { recordWaveServer } from '../wave-server.ts';
import { publishAll, tell } from './record-changes.ts';
import { type Kept, logOf, type Tick } from './tick.ts';

// A lost answer is looked for this long before the servers are frozen (design.md 15.4).
const resolveSeconds = 600;
// A job that has not ended after this long is given up on; a person looks at it (reference/mgn.md 5.1).
const jobDeadlineSeconds = 3 * 3600;

/** Resolves and follows every intent of the target. */
export async function followJobs(tick: Tick): Promise<void> {
  for (const intent of tick.intents) {
    const known = intent.body.jobId === null ? adopt(tick, intent.body) : intent.body.jobId;
    if (known === undefined) {
      await waitOrFreeze(tick, intent);
      continue;
    }
    if (intent.body.jobId === null) await rememberJob(tick, intent, known);
    const job = tick.seen.jobs.get(known);
    if (job !== undefined && !isOpen(job)) await finish(tick, intent, job);
    else if (secondsBetween(intent.body.writtenAt, tick.now) > jobDeadlineSeconds) {
      await giveUp(tick, intent, known);
    }
  }
}

/** The id of the intent's job; another one is somebody else's and never adopted. */
function adopt(tick: Tick, intent: IntentRecord): string | undefined {
  for (const job of tick.seen.jobs.values()) {
    if (isJobOf(intent, job)) return job.jobId;
  }
  return undefined;
}

async function rememberJob(tick: Tick, intent: Kept<IntentRecord>, jobId: string): Promise<void> {
  await change(tick.ports.store, place.intent(tick.target.target, intent.sort), (now) =>
    now === undefined || now.jobId !== null ? undefined : { ...now, jobId },
  );
}

async function waitOrFreeze(tick: Tick, intent: Kept<IntentRecord>): Promise<void> {
  const where = place.intent(tick.target.target, intent.sort);
  if (!tick.seen.allJobs) return;
  const completeReads = intent.body.completeReads + 1;
  const waited = secondsBetween(intent.body.writtenAt, tick.now);
  if (waited < resolveSeconds || completeReads < 3) {
    await change(tick.ports.store, where, (now) =>
      now === undefined ? undefined : { ...now, completeReads },
    );
    return;
  }
  if (mayRepeat(intent.body.kind)) {
    // Its requests are still queued: the next tick looks what is left to do.
    await remove(tick.ports.store, where, intent.version);
    return;
  }
  await endAll(tick, intent, (server) => ({
    status: 'failed',
    result: null,
    failure: failure(
      FailureCode.LaunchUnresolved,
      `${intent.body.kind} was sent and never answered, and after ${spokenSpan(waited)} no job carries its tag${movedSince(tick, intent.body, server) ? ', but the server was launched by somebody' : ''}; look at the server, then decide`,
      intent.body.intentId,
    ),
  }));
}

/** Ends every request of an intent, then the intent: a crash in between is mended by doing it again. */
async function endAll(
  tick: Tick,
  intent: Kept<IntentRecord>,
  endOf: (server: string) => End,
): Promise<void> {
  for (const [index, server] of intent.body.servers.entries()) {
    const request = intent.body.requests[index];
    if (request !== undefined)
      await end(tick, request, server, endOf(server), intent.body.writtenAt);
  }
  const where = place.intent(tick.target.target, intent.sort);
  await remove(tick.ports.store, where, (await read(tick.ports.store, where)).version);
}

function movedSince(tick: Tick, intent: IntentRecord, server: string): boolean {
  const observation = tick.seen.servers.get(server);
  if (observation === undefined) return false;
  return (lastJobOf(observation, intent.kind) ?? null) !== (intent.jobsBefore[server] ?? null);
}

/** The job of a server's last launch of a kind, as the server itself tells it. */
export function lastJobOf(observation: Observation, kind: JobKind): string | undefined {
  if (kind === 'StartTest') return observation.lastTest.jobId;
  if (kind === 'StartCutover') return observation.lastCutover.jobId;
  if (kind === 'StartDrill' || kind === 'StartRecovery') {
    return observation.drs?.lastLaunch?.jobId;
  }
  return observation.launched.jobId;
}

async function giveUp(tick: Tick, intent: Kept<IntentRecord>, jobId: string): Promise<void> {
  const waited = spokenSpan(secondsBetween(intent.body.writtenAt, tick.now));
  await endAll(tick, intent, () => ({
    status: 'failed',
    result: null,
    failure: failure(
      FailureCode.LaunchUnresolved,
      `job ${jobId} has not ended after ${waited}`,
      jobId,
    ),
  }));
}

/** Reads a finished job's log and answers each of its requests with its own server's result. */
async function finish(tick: Tick, intent: Kept<IntentRecord>, job: JobObservation): Promise<void> {
  const log = await logOf(tick, job.jobId);
  // Without its log a finished job's snapshot is unknown; the next tick asks again.
  if (log === undefined) return;
  const instances = [...tick.seen.recoveryInstances.values()];
  await endAll(tick, intent, (server) => {
    const ended = resultOf(intent.body.kind, job, server, log);
    const { kind, points, writtenAt: calledAt } = intent.body;
    if (ended.result === null || !launchesOfDrs.has(kind)) return ended;
    // The job of DRS does not always name what it launched (reference/drs.md 1.6).
    const listed = instances.find(
      (one) => one.sourceServerId === server && one.jobId === job.jobId,
    );
    const instanceId = ended.result.instanceId ?? listed?.recoveryInstanceId;
    const pointInTimeAt =
      listed?.pointInTimeAt ?? points?.[server]?.takenAt ?? ended.result.snapshotEndedAt;
    const known = pointInTimeAt === undefined ? {} : { pointInTimeAt };
    return { ...ended, result: { ...ended.result, instanceId, calledAt, ...known } };
  });
}

const launchesOfDrs: ReadonlySet<JobKind> = new Set([
  'StartDrill',
  'StartRecovery',
  'StartFailbackLaunch',
]);

type End = Pick<LaunchEnd, 'status' | 'result' | 'failure'>;

const tellKind = {
  StartTest: 'test',
  StartCutover: 'cutover',
  TerminateTargetInstances: 'terminate',
  StartDrill: 'drill',
  TerminateRecoveryInstances: 'terminate',
  StartRecovery: 'recovery',
  StartFailbackLaunch: 'recovery',
} as const;

/** What a finished job comes to for one server. COMPLETED is not success; an unknown launch status is not either. */
export function resultOf(
  kind: JobKind,
  job: JobObservation,
  server: string,
  log: readonly WireDocument[],
): End {
  const part = job.servers.find((s) => s.sourceServerId === server);
  const verdict = readJobLog(log, server);
  const result: LaunchResult = {
    kind: tellKind[kind],
    jobId: job.jobId,
    launchStatus: part?.launchStatus ?? 'UNKNOWN',
    instanceId: part?.instanceId ?? verdict.instanceId,
    usedPreviousSnapshot: verdict.usedPreviousSnapshot,
    reason: verdict.failure,
    ...(verdict.snapshotEndedAt === undefined || verdict.usedPreviousSnapshot
      ? {}
      : { snapshotEndedAt: verdict.snapshotEndedAt }),
  };
  const failed = failureIn(kind, result, verdict);
  return failed === undefined
    ? { status: 'launched', result, failure: null }
    : { status: 'failed', result, failure: failed };
}

function failureIn(
  kind: JobKind,
  result: LaunchResult,
  verdict: JobLogVerdict,
): Failure | undefined {
  const because = verdict.failure === undefined ? '' : `: ${verdict.failure}`;
  if (verdict.skipped) {
    return failure(
      FailureCode.ServerSkipped,
      `${kind} skipped the server in job ${result.jobId}`,
      result.jobId,
    );
  }
  const good = tellKind[kind] === 'terminate' ? 'TERMINATED' : 'LAUNCHED';
  if (result.launchStatus !== good) {
    return failure(
      FailureCode.LaunchFailed,
      `${kind} ended ${result.launchStatus} in job ${result.jobId}${because}`,
      result.jobId,
    );
  }
  if (kind === 'StartCutover' && result.usedPreviousSnapshot) {
    return failure(
      FailureCode.PreviousSnapshotUsed,
      `job ${result.jobId} launched from an earlier snapshot: what was written since is missing`,
      result.jobId,
    );
  }
  return undefined;
}

/** The end of a request of which no job is left to be told: what it asked for is there, or was done without one. */
export const doneWithoutJob = {
  status: 'launched',
  result: null,
  failure: null,
} as const satisfies End;

/**
 * Ends a request: the result in the server's stream and on the wave's record, the end on record, the token answered,
 * the request gone. Every part is idempotent, so a crash between two of them is mended by doing it again.
 */
export async function end(
  tick: Tick,
  requestId: string,
  server: string,
  ended: End,
  launchedAt?: Instant,
): Promise<void> {
  const where = place.request(tick.target.target, requestId);
  const { result } = ended;
  // DRS says itself how a launch ended, and its Last Launch Change tells it.
  if (result !== null && tick.target.target.service === 'mgn') {
    const told = await tell(tick, server, (record) =>
      record.toldJobs.includes(result.jobId)
        ? undefined
        : {
            toldJobs: [...record.toldJobs.slice(-9), result.jobId],
            told: [tellLaunchResult(result)],
          },
    );
    if (told !== undefined) await publishAll(tick, [told]);
  }
  const { body: request, version } = await read(tick.ports.store, where);
  const launchEnd: LaunchEnd = { id: requestId, at: tick.now, ...ended };
  const recorded = await change(
    tick.ports.store,
    place.launchEnd(tick.target.target, requestId),
    (known) => (known === undefined ? launchEnd : undefined),
  );
  if (request === undefined) return;
  await recordWaveServer(tick.ports, request, (member) => {
    if (member.toldWaits.includes(requestId)) return undefined;
    const told = tellWaitEnded({
      name: request.kind,
      phase: request.phase,
      since: request.enteredAt,
      until: tick.now,
      ended: ended.failure === null ? 'met' : 'failed',
      trail: [
        { since: request.enteredAt, reason: request.reason },
        ...(result === null || launchedAt === undefined
          ? []
          : [{ since: launchedAt, reason: `job ${result.jobId} ran` }]),
      ],
    });
    const launch = result === null || result.kind === 'terminate' ? member.launch : result;
    return {
      next: {
        ...member,
        launch,
        ...launchedBy(member, request, result),
        toldWaits: [...member.toldWaits.slice(-4), requestId],
      },
      told: [told],
    };
  });
  await answerEnd(tick.ports, request.token, recorded ?? launchEnd);
  await remove(tick.ports.store, where, version);
  if (ended.failure === null) tick.counts.released += 1;
  else tick.counts.failed += 1;
}

/** The launches of a server's real recovery in its wave: which job is whose attempt, and when the first was called. */
function launchedBy(
  { recovered }: WaveServer,
  { enteredAt, id }: LaunchRequest,
  result: LaunchResult | null,
): Pick<WaveServer, 'recovered'> {
  if (result?.kind !== 'recovery') return {};
  const attempt = Number.parseInt(id.slice(id.lastIndexOf('/') + 1), 10);
  return {
    recovered: {
      calledAt: recovered?.calledAt ?? result.calledAt ?? enteredAt,
      launches: [...(recovered?.launches ?? []).slice(-19), { jobId: result.jobId, attempt }],
    },
  };
}
