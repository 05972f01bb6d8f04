// In: queued requests of a target of DRS and what its tick saw. Out: each judged by what is seen now, and the calls that
// admission chose made. Called by poll; the guards are core/phase's.
import type { Batch, Candidate, Quotas } from '../../../core/admission.ts';
import { FailureCode, failure } from '../../../core/failure.ts';
import { isOpen } from '../../../core/job.ts';
import { drillGuard, unfit } from '../../../core/phase/drill-guard.ts';
import { ownDrillInstances } from '../../../core/phase/drill-instances.ts';
import { replicatingInDrs } from '../../../core/phase/replicating-in-drs.ts';
import { clearanceOf } from '../../../core/phase/retire-instances.ts';
import { secondsBetween } from '../../../core/time.ts';
import type { Answer, WireDocument } from '../../ports.ts';
import { change, readMany } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { LaunchRequest } from '../../records/wait-records.ts';
import type { WaveServer } from '../../records/wave-records.ts';
import { recoveringWave } from '../../recovering-wave.ts';
import { waveServerOf } from '../../wave-server.ts';
import type { LaunchDesk } from '../admit-launches.ts';
import { fitNow } from '../fit-to-launch.ts';
import { doneWithoutJob, end } from '../follow-jobs.ts';
import { giveUpRequest } from '../give-up-request.ts';
import { candidateOf } from '../judge-request.ts';
import { startJob, startReplication } from '../start-batch.ts';
import type { DrsTick } from '../tick.ts';
import { judgeExtension, startExtension } from './extend-desk.ts';
import {
  failedBackInstances,
  judgeFailback,
  judgeVacancy,
  membersOf,
  startFailback,
  vacancyFinding,
} from './failback-desk.ts';
import { instancesOf } from './launched-instances.ts';
import { lookAtDrsLaunchTemplates } from './look-at-drs-launch-templates.ts';
import { judgeRecovery, recoveredInstances, startRecovery } from './recover-desk.ts';
import { withoutYielded } from './without-yielded.ts';

// The list of instances may be a little behind the job that launched one.
const listingSeconds = 900;

/** Admission to the launches of DRS. */
export const drsDesk = (quotas: Quotas): LaunchDesk<DrsTick> => ({
  quotas,
  judge,
  fit,
  start,
});

/** Only drills wait for what is not as it should be: nothing keeps a server from being recovered. */
async function fit(tick: DrsTick, batch: Batch): Promise<Batch> {
  const { kind } = batch;
  if (kind === 'TerminateRecoveryInstances') return withoutYielded(tick, batch);
  if (kind !== 'StartDrill') return batch;
  const ready = await fitNow(tick, { ...batch, kind }, async (members) => {
    const ids = members.map(({ server }) => server);
    const records = await readMany(tick.ports.store, place.server(tick.target.target, ''), ids);
    const wanted = records.flatMap(({ sort, body: known }) => {
      const observation = tick.seen.servers.get(sort);
      const templateId = known.launchTemplate?.id;
      return observation && templateId ? [{ observation, templateId, known }] : [];
    });
    await lookAtDrsLaunchTemplates(tick, wanted);
  });
  return withoutYielded(tick, ready);
}

async function judge(tick: DrsTick, request: LaunchRequest): Promise<Candidate | undefined> {
  const candidate = await candidateOf(tick, request);
  if (candidate === undefined || candidate.blockedBy !== undefined) return candidate;
  switch (request.kind) {
    case 'StartReplication':
      return judgeReplication(tick, request, candidate);
    case 'StartDrill':
      return judgeDrill(tick, request, candidate);
    case 'TerminateRecoveryInstances':
      return judgeEnd(tick, request, candidate);
    case 'StartFailbackLaunch':
      return judgeFailback(tick, request, candidate);
    case 'StartRecovery':
      return request.phase === 'failback'
        ? judgeFailback(tick, request, candidate)
        : judgeRecovery(tick, request, candidate);
    case 'CreateExtendedSourceServer':
      return judgeExtension(tick, request, candidate);
    default:
      await giveUpRequest(
        tick,
        request,
        failure(FailureCode.ContractBroken, `${request.kind} is no launch of DRS`),
      );
      return undefined;
  }
}

async function judgeReplication(
  tick: DrsTick,
  request: LaunchRequest,
  candidate: Candidate,
): Promise<Candidate | undefined> {
  const state = tick.seen.servers.get(request.server)?.replication.state ?? null;
  const found = replicatingInDrs({ replicationState: state });
  if (found.do === 'fail') {
    await giveUpRequest(tick, request, found.failure);
    return undefined;
  }
  if (found.do !== 'nothing') return candidate;
  await end(tick, request.id, request.server, doneWithoutJob);
  return undefined;
}

async function judgeDrill(
  tick: DrsTick,
  request: LaunchRequest,
  candidate: Candidate,
): Promise<Candidate | undefined> {
  const observation = tick.seen.servers.get(request.server);
  if (observation === undefined) return { ...candidate, blockedBy: 'not looked at in this tick' };
  const { settings } = await waveServerOf(tick.ports, request);
  const guard = drillGuard({
    observation,
    instances: instancesOf(tick, request.server),
    facts: tick.seen.recoveryFacts.get(request.server),
    leftOver: settings.recovery?.leftOver ?? 'refuse',
    lagSeconds: settings.thresholds.lagSeconds,
    recoveryJob: openRecovery(tick),
    recoveryWave: recoveringWave(tick.target),
  });
  if (guard.do === 'fail') {
    await giveUpRequest(tick, request, guard.failure);
    return undefined;
  }
  const because = guard.do === 'wait' ? guard.because : null;
  if (await isUnfitTooLong(tick, request, because, settings)) return undefined;
  return because === null ? candidate : { ...candidate, blockedBy: because };
}

/** Ends a drill whose server is not ready for longer than a stall may last: a drill's gate is strict (design.md 5). */
async function isUnfitTooLong(
  tick: DrsTick,
  request: LaunchRequest,
  because: string | null,
  { stall }: WaveServer['settings'],
): Promise<boolean> {
  // What waits for its turn or for a real recovery is not unfit.
  const yields = openRecovery(tick) !== undefined || recoveringWave(tick.target) !== undefined;
  const isUnfit = because !== null && !yields;
  const since = isUnfit ? (request.stalledSince ?? tick.now) : null;
  if (since !== request.stalledSince) {
    await change(tick.ports.store, place.request(tick.target.target, request.id), (now) =>
      now === undefined ? undefined : { ...now, stalledSince: since },
    );
  }
  if (since === null || secondsBetween(since, tick.now) < stall.graceSeconds) return false;
  await giveUpRequest(tick, request, unfit(because ?? '').failure);
  return true;
}

function judgeEnd(
  tick: DrsTick,
  request: LaunchRequest,
  candidate: Candidate,
): Promise<Candidate | undefined> {
  switch (request.phase) {
    case 'retire':
      return judgeClearance(tick, request, candidate);
    case 'vacate':
      return judgeVacancy(tick, request, candidate);
    default:
      return judgeTermination(tick, request, candidate);
  }
}

async function judgeTermination(
  tick: DrsTick,
  request: LaunchRequest,
  candidate: Candidate,
): Promise<Candidate | undefined> {
  const member = await waveServerOf(tick.ports, request);
  const { launch } = member;
  if (ownInstances(tick, member).length > 0) return candidate;
  // What a failback client launched is a machine at home, which DRS does not list.
  const isAtHome = member.failback !== undefined && member.failback.reversed === undefined;
  const { jobs } = tick.seen;
  const job = launch === null ? undefined : jobs.get(launch.jobId);
  const endedAt = job?.endedAt;
  const mayCome =
    !isAtHome &&
    (launch?.kind === 'drill' || launch?.kind === 'recovery') &&
    launch.launchStatus === 'LAUNCHED' &&
    request.refusals === 0 &&
    endedAt !== undefined &&
    secondsBetween(endedAt, tick.now) < listingSeconds &&
    !wasListed(tick, launch.instanceId);
  if (mayCome) return { ...candidate, blockedBy: 'its instance is not listed yet' };
  await end(tick, request.id, request.server, doneWithoutJob);
  return undefined;
}

/** Before a server is retired, our own drill instances of it go; anything else there stands against it. */
async function judgeClearance(
  tick: DrsTick,
  request: LaunchRequest,
  candidate: Candidate,
): Promise<Candidate | undefined> {
  const found = clearanceOf(knownInstances(tick, request.server));
  if (found.do === 'terminate') return candidate;
  if (found.do === 'fail') await giveUpRequest(tick, request, found.failure);
  else {
    await end(tick, request.id, request.server, doneWithoutJob);
  }
  return undefined;
}

function knownInstances(tick: DrsTick, server: string) {
  return instancesOf(tick, server).map((seen) => ({
    seen,
    isOurs: tick.seen.instanceRecords.get(seen.recoveryInstanceId)?.intentId !== undefined,
  }));
}

/** Whether the server's instance was listed and is gone: somebody else took it away. */
function wasListed({ seen }: DrsTick, instanceId: string | undefined): boolean {
  return instanceId !== undefined && seen.instanceRecords.get(instanceId)?.goneAt != null;
}

/** The instances that this wave launched for a server and may take away: of a drill, a failback, or a recovery before its switch. */
function ownInstances(tick: DrsTick, member: WaveServer) {
  const { server, launch, failback } = member;
  if (failback !== undefined) return failedBackInstances(tick, member);
  if (launch?.kind === 'recovery') return recoveredInstances(tick, member);
  const jobId = launch?.kind === 'drill' ? launch.jobId : undefined;
  return ownDrillInstances(tick.seen.recoveryInstances.values(), { server, jobId });
}

/** The job of a real recovery that is open in the account, whoever started it. */
function openRecovery({ seen }: DrsTick): string | undefined {
  return [...seen.jobs.values()].find(
    (job) =>
      isOpen(job) && (job.initiatedBy === 'START_RECOVERY' || job.initiatedBy === 'FAILBACK'),
  )?.jobId;
}

async function start(
  tick: DrsTick,
  open: readonly LaunchRequest[],
  batch: Batch,
): Promise<boolean> {
  const { kind } = batch;
  if (kind === 'StartReplication') return startReplication(tick, open, batch);
  if (kind === 'CreateExtendedSourceServer') return startExtension(tick, open, batch);
  if (kind === 'StartFailbackLaunch') return startFailback(tick, open, batch);
  if (kind === 'StartRecovery') {
    const isBack = open.some(({ id, phase }) => id === batch.requests[0] && phase === 'failback');
    return isBack ? startFailback(tick, open, batch) : startRecovery(tick, open, batch);
  }
  if (kind !== 'StartDrill' && kind !== 'TerminateRecoveryInstances') return true;
  const instances = kind === 'StartDrill' ? [] : await instancesIn(tick, open, batch);
  return startJob(tick, open, { batch, kind }, (tags) =>
    call(tick, kind, kind === 'StartDrill' ? batch.servers : instances, tags),
  );
}

async function instancesIn(
  tick: DrsTick,
  open: readonly LaunchRequest[],
  batch: Batch,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const { request, member } of await membersOf(tick, open, batch)) {
    if (request.phase === 'retire') {
      const found = clearanceOf(knownInstances(tick, request.server));
      if (found.do === 'terminate') ids.push(...found.instances);
    } else if (request.phase === 'vacate') {
      const found = await vacancyFinding(tick, member);
      if (found.do === 'terminate') ids.push(found.instance);
    } else ids.push(...ownInstances(tick, member).map((one) => one.recoveryInstanceId));
  }
  return ids;
}

function call(
  { api }: DrsTick,
  kind: 'StartDrill' | 'TerminateRecoveryInstances',
  ids: readonly string[],
  tags: Readonly<Record<string, string>>,
): Promise<Answer<WireDocument>> {
  return kind === 'StartDrill'
    ? api.startRecovery(ids, { isDrill: true, tags })
    : api.terminateRecoveryInstances(ids);
}
