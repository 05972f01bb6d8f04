// In: queued launches of servers that fail back, and what this tick saw. Out: each judged by what is seen now, and the calls
// that admission chose made. Called by drs-desk; the guards are core/phase's.
import type { Batch, Candidate } from '../../../core/admission.ts';
import { ownLiveInstances } from '../../../core/phase/drill-instances.ts';
import {
  clientLaunchGuard,
  failbackGuard,
  type VacancyFinding,
  vacancyOf,
} from '../../../core/phase/failback-guard.ts';
import { isCutOver } from '../../../core/review/launch-left.ts';
import { read } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { LaunchRequest } from '../../records/wait-records.ts';
import type { WaveServer } from '../../records/wave-records.ts';
import { sourceServerOf } from '../../side-of.ts';
import { keptByHold } from '../../steps/kept-back.ts';
import { waveServerOf } from '../../wave-server.ts';
import { doneWithoutJob, end } from '../follow-jobs.ts';
import { giveUpRequest } from '../give-up-request.ts';
import { startJob } from '../start-batch.ts';
import type { DrsTick } from '../tick.ts';
import { instancesOf, launchJobsOf } from './launched-instances.ts';

/** The launch that fails a server back, as a candidate with what its guard says now; undefined where it has just ended. */
export async function judgeFailback(
  tick: DrsTick,
  request: LaunchRequest,
  candidate: Candidate,
): Promise<Candidate | undefined> {
  const member = await waveServerOf(tick.ports, request);
  const found =
    request.kind === 'StartFailbackLaunch'
      ? clientFinding(tick, member)
      : reversedFinding(tick, request, member);
  if (found.do === 'fail') {
    await giveUpRequest(tick, request, found.failure);
    return undefined;
  }
  return found.do === 'wait' ? { ...candidate, blockedBy: found.because } : candidate;
}

function reversedFinding(tick: DrsTick, request: LaunchRequest, member: WaveServer) {
  const id = sourceServerOf(request);
  const observation = tick.seen.servers.get(id);
  if (observation === undefined) {
    return { do: 'wait', because: 'not looked at in this tick' } as const;
  }
  return failbackGuard({
    observation,
    instances: instancesOf(tick, id),
    ownJobs: launchJobsOf(member),
  });
}

function clientFinding({ seen }: DrsTick, { failback }: WaveServer) {
  const instanceId = failback?.instanceId ?? '';
  return clientLaunchGuard({ instanceId, instance: seen.recoveryInstances.get(instanceId) });
}

/** Makes the call of a batch of launches that fail servers back. */
export async function startFailback(
  tick: DrsTick,
  open: readonly LaunchRequest[],
  batch: Batch,
): Promise<boolean> {
  if (batch.kind === 'StartRecovery') {
    return startJob(tick, open, { batch, kind: 'StartRecovery' }, (tags) =>
      tick.api.startRecovery(batch.servers, { isDrill: false, tags }),
    );
  }
  const ids: string[] = [];
  for (const { member } of await membersOf(tick, open, batch)) {
    ids.push(...(member.failback === undefined ? [] : [member.failback.instanceId]));
  }
  return startJob(tick, open, { batch, kind: 'StartFailbackLaunch' }, (tags) =>
    tick.api.startFailbackLaunch(ids, tags),
  );
}

/** The servers of a batch, each with its request. */
export async function membersOf(
  { ports }: DrsTick,
  open: readonly LaunchRequest[],
  batch: Batch,
): Promise<readonly { readonly request: LaunchRequest; readonly member: WaveServer }[]> {
  const found: { request: LaunchRequest; member: WaveServer }[] = [];
  for (const id of batch.requests) {
    const request = open.find((one) => one.id === id);
    if (request !== undefined) {
      found.push({ request, member: await waveServerOf(ports, request) });
    }
  }
  return found;
}

/** The failed-back instances of a server that its rollback may terminate: those that this wave has launched. */
export function failedBackInstances({ seen }: DrsTick, member: WaveServer) {
  const { reversed } = member.failback ?? {};
  if (reversed === undefined) return [];
  return ownLiveInstances(seen.recoveryInstances.values(), {
    server: reversed.server,
    jobIds: launchJobsOf(member),
  });
}

/** What becomes of the recovery instance that a server has left, as it is on record and as this tick sees it. */
export async function vacancyFinding(tick: DrsTick, member: WaveServer): Promise<VacancyFinding> {
  const { server, results, settings, failback, wave } = member;
  const { body } = await read(tick.ports.store, place.wave(wave));
  const succeeded = (phase: string) =>
    results.some((one) => one.phase === phase && one.status === 'succeeded');
  return vacancyOf({
    server,
    instanceId: failback?.instanceId,
    instances: [...tick.seen.recoveryInstances.values()],
    hasLeft:
      isCutOver(member) && (!settings.phases.includes('reprotect') || succeeded('reprotect')),
    isApproved:
      body?.approved?.some(
        ({ phase, cohort }) => phase === 'vacate' && cohort === body.cohortsBegun,
      ) === true,
  });
}

/** The termination of a recovery instance that served, as a candidate; undefined where it has just ended. */
export async function judgeVacancy(
  tick: DrsTick,
  request: LaunchRequest,
  candidate: Candidate,
): Promise<Candidate | undefined> {
  const member = await waveServerOf(tick.ports, request);
  const held = await keptByHold(tick.ports, member);
  if (held !== undefined) return { ...candidate, blockedBy: held.message };
  const found = await vacancyFinding(tick, member);
  if (found.do === 'terminate') return candidate;
  if (found.do === 'fail') await giveUpRequest(tick, request, found.failure);
  else await end(tick, request.id, request.server, doneWithoutJob);
  return undefined;
}
