// In: queued recoveries of a target of DRS and what its tick saw. Out: each judged by what is seen now, its recovery point
// chosen right before the call, and the call made. Called by drs-desk; the guard and the choice are core/phase's.
import type { Batch, Candidate } from '../../../core/admission.ts';
import { DetailType } from '../../../core/event/detail-type.ts';
import { FailureCode, failure } from '../../../core/failure.ts';
import { isSwitched } from '../../../core/hook/standing.ts';
import { ownLiveInstances } from '../../../core/phase/drill-instances.ts';
import { type RecoverFinding, recoverGuard } from '../../../core/phase/recover-guard.ts';
import {
  choosePoint,
  noPointReason,
  type PointWish,
  pointWish,
  type RecoverySnapshot,
  snapshotsIn,
} from '../../../core/phase/recovery-point-choice.ts';
import { recoveryTries } from '../../../core/review/recovery-tries.ts';
import { fromMs, toMs } from '../../../core/time.ts';
import { change } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { LaunchRequest } from '../../records/wait-records.ts';
import type { WaveServer } from '../../records/wave-records.ts';
import { recordWaveServer, waveServerOf } from '../../wave-server.ts';
import { doneWithoutJob, end } from '../follow-jobs.ts';
import { giveUpRequest } from '../give-up-request.ts';
import { startJob } from '../start-batch.ts';
import { ask, type DrsTick } from '../tick.ts';
import { instancesOf, launchJobsOf } from './launched-instances.ts';
import { networksInTheWay } from './network-desk.ts';

// What is chosen takes a call a server: so many in one tick, and the rest in the next.
const choicesPerTick = 100;

/** A recovery as a candidate, with what its guard says now; undefined where it has just ended. */
export async function judgeRecovery(
  tick: DrsTick,
  request: LaunchRequest,
  candidate: Candidate,
): Promise<Candidate | undefined> {
  if (await goesOn(tick, request)) {
    await end(tick, request.id, request.server, doneWithoutJob);
    return undefined;
  }
  const own = await findingOf(tick, request);
  const inTheWay =
    own.do === 'launch'
      ? await networksInTheWay(tick, await waveServerOf(tick.ports, request), request)
      : undefined;
  const found = inTheWay ?? own;
  if (found.do === 'fail') {
    await giveUpRequest(tick, request, found.failure);
    return undefined;
  }
  return found.do === 'wait' ? { ...candidate, blockedBy: found.because } : candidate;
}

/** Whether an interrupted try goes on with what it has launched: a person may have mended it meanwhile. */
async function goesOn(tick: DrsTick, request: LaunchRequest): Promise<boolean> {
  const { results, launch } = await waveServerOf(tick.ports, request);
  if (launch?.kind !== 'recovery' || !recoveryTries(results).interrupted) return false;
  return instancesOf(tick, request.server).some(({ jobId }) => jobId === launch.jobId);
}

async function findingOf(
  tick: DrsTick,
  request: Pick<LaunchRequest, 'wave' | 'server'>,
): Promise<RecoverFinding> {
  const { server } = request;
  const observation = tick.seen.servers.get(server);
  if (observation === undefined) return { do: 'wait', because: 'not looked at in this tick' };
  const member = await waveServerOf(tick.ports, request);
  return recoverGuard({
    observation,
    instances: instancesOf(tick, server),
    facts: tick.seen.recoveryFacts.get(server),
    ownJobs: launchJobsOf(member),
    liveInstance: member.settings.recovery?.liveInstance ?? 'refuse',
  });
}

/** The live instances that a recovery of this wave launched for a server, while they may be taken away. */
export function recoveredInstances({ seen }: DrsTick, member: WaveServer) {
  if (isSwitched(member.hookRuns ?? [])) return [];
  return ownLiveInstances(seen.recoveryInstances.values(), {
    server: member.server,
    jobIds: launchJobsOf(member),
  });
}

/** A batch whose servers have their recovery points, and these by server where DRS does not choose itself. */
export interface Chosen {
  readonly batch: Batch;
  readonly points: Readonly<Record<string, RecoverySnapshot>>;
}

/**
 * Chooses the recovery points of a batch as they are now: one that a plan was made with may have expired since
 * (reference/drs.md 1.9, H9). Servers without one are given up; those that could not be asked for wait.
 */
export async function choosePoints(
  tick: DrsTick,
  open: readonly LaunchRequest[],
  batch: Batch,
): Promise<Chosen> {
  const points: Record<string, RecoverySnapshot> = {};
  const fit: { readonly id: string; readonly server: string }[] = [];
  let asked = 0;
  let throttled = false;
  for (const [i, id] of batch.requests.entries()) {
    const server = batch.servers[i] ?? '';
    const request = open.find((one) => one.id === id);
    if (request === undefined) continue;
    const wish = await wishOf(tick, request);
    if (wish === undefined) {
      fit.push({ id, server });
      continue;
    }
    asked += 1;
    const waits: boolean = throttled || asked > choicesPerTick;
    const point = waits ? 'later' : await lookFor(tick, server, wish);
    if (point === 'later' || point === 'throttled') {
      if (point === 'throttled') throttled = true;
      await putOff(tick, id);
    } else if (point === undefined) {
      const reason = noPointReason(wish);
      await giveUpRequest(tick, request, failure(FailureCode.NotRecoverable, reason));
    } else {
      points[server] = point;
      fit.push({ id, server });
    }
  }
  return {
    points,
    batch: {
      ...batch,
      requests: fit.map(({ id }) => id),
      servers: fit.map(({ server }) => server),
    },
  };
}

async function wishOf(tick: DrsTick, request: LaunchRequest): Promise<PointWish | undefined> {
  const { settings, launch, results } = await waveServerOf(tick.ports, request);
  const isOlder = launch?.kind === 'recovery' && recoveryTries(results).failed;
  const earlier = isOlder ? launch : undefined;
  const onRecord = tick.seen.recoveryFacts.get(request.server)?.recoveryPoint;
  return pointWish(settings.recovery?.before, earlier, onRecord);
}

async function lookFor(
  tick: DrsTick,
  server: string,
  wish: PointWish,
): Promise<RecoverySnapshot | 'later' | 'throttled' | undefined> {
  const { before, skip } = wish;
  const until = before === undefined ? {} : { until: fromMs(toMs(before) - 1) };
  const answer = await ask(tick, () =>
    tick.api.recoverySnapshots(server, { ...until, most: skip + 1 }),
  );
  if (answer.ok) return choosePoint(snapshotsIn(answer.value), wish);
  return answer.refusal.kind === 'throttled' ? 'throttled' : 'later';
}

async function putOff(tick: DrsTick, id: string): Promise<void> {
  const reason = 'its recovery points are asked for in the next tick';
  await change(tick.ports.store, place.request(tick.target.target, id), (now) =>
    now === undefined ? undefined : { ...now, reason },
  );
}

/** Makes the call of a batch of recoveries, having told what was chosen and what speaks against it. */
export async function startRecovery(
  tick: DrsTick,
  open: readonly LaunchRequest[],
  batch: Batch,
): Promise<boolean> {
  const { batch: fit, points } = await choosePoints(tick, open, batch);
  if (fit.requests.length === 0) return true;
  for (const [i, id] of fit.requests.entries()) {
    await tellChoice(tick, { ...fit, server: fit.servers[i] ?? '', id }, points);
  }
  const snapshots = Object.fromEntries(
    Object.entries(points).map(([server, { snapshotId }]) => [server, snapshotId]),
  );
  return startJob(tick, open, { batch: fit, kind: 'StartRecovery', points }, (tags) =>
    tick.api.startRecovery(fit.servers, { isDrill: false, tags, snapshots }),
  );
}

async function tellChoice(
  tick: DrsTick,
  { wave, server, id }: { readonly wave: string; readonly server: string; readonly id: string },
  points: Readonly<Record<string, RecoverySnapshot>>,
): Promise<void> {
  const found = await findingOf(tick, { wave, server });
  if (found.do !== 'launch') return;
  const point = points[server];
  const attempt = Number.parseInt(id.slice(id.lastIndexOf('/') + 1), 10);
  // A call that was refused is made again: what is the same is told once.
  const pointTold = `${attempt} ${point?.snapshotId ?? 'latest'}`;
  await recordWaveServer(tick.ports, { wave, server }, (member) => {
    if (member.pointTold === pointTold) return undefined;
    return {
      next: { ...member, pointTold },
      told: [
        {
          detailType: DetailType.ServerRecoveryChosen,
          members: {
            attempt,
            snapshotId: point?.snapshotId ?? null,
            pointInTimeAt: point?.takenAt ?? null,
            mayReplaceLive: member.settings.recovery?.liveInstance === 'replace',
            warnings: found.warnings,
            replaces: found.replaces.map(({ recoveryInstanceId, isDrill }) => ({
              instanceId: recoveryInstanceId,
              isDrill: isDrill ?? null,
            })),
          },
        },
      ],
    };
  });
}
