// In: a task token and the rationed call that it waits for. Out: a durable request in the target's queue, which
// admission starts when the quotas allow. Called by the callback states of the machines.
import { isDrsJob, type LaunchKind } from '../core/admission.ts';
import type { Facts } from '../core/change.ts';
import type { HookSite } from '../core/hook/hook-run.ts';
import { replicatingInDrs } from '../core/phase/replicating-in-drs.ts';
import { alreadyLaunched } from '../core/phase.ts';
import { type Instant, plusSeconds } from '../core/time.ts';
import { serverWait } from './condition-of.ts';
import { hasten } from './hasten.ts';
import { refuseWhileHooksDue } from './hooks/hooks-due.ts';
import { isLater, type TokenPlace } from './park.ts';
import type { Ports } from './ports.ts';
import { change, read } from './records/documents.ts';
import { place } from './records/place.ts';
import type { LaunchEnd, LaunchRequest } from './records/wait-records.ts';
import type { WaveServer } from './records/wave-records.ts';
import { sideOf } from './side-of.ts';
import { type Subject, waveServerOf } from './wave-server.ts';

/** requestLaunch's input. */
export interface LaunchAsk {
  readonly subject: Subject;
  readonly phase: string;
  readonly kind: LaunchKind;
  readonly stage: 'reserve' | 'launch';
  /** The site whose hooks come before the launch; left out by a machine that runs none there. */
  readonly hooks?: HookSite | undefined;
  readonly token: string;
  readonly place: TokenPlace;
}

/** What a released launch state goes on with. */
export interface LaunchAnswer {
  readonly status: 'launched' | 'reserved' | 'nothing-to-do';
  readonly jobId: string | null;
  readonly instanceId: string | null;
}

/** Names a request: the same ask has the same name, so that asking twice is asking once. */
export function requestId(
  { subject, phase }: Pick<LaunchAsk, 'subject' | 'phase'>,
  kind: LaunchKind,
): string {
  return `${subject.wave}/${subject.server}/${phase}/${kind}/${subject.attempt}`;
}

/** Answers the token of a launch that has ended. */
export async function answerEnd(
  ports: Pick<Ports, 'workflows'>,
  token: string,
  end: LaunchEnd,
): Promise<void> {
  if (end.failure !== null) {
    await ports.workflows.sendTaskFailure(token, end.failure.code, end.failure.message);
    return;
  }
  const answer: LaunchAnswer = {
    status: 'launched',
    jobId: end.result?.jobId ?? null,
    instanceId: end.result?.instanceId ?? null,
  };
  await ports.workflows.sendTaskSuccess(token, answer);
}

/** Queues the ask, or answers its token at once where the launch is already there or has already ended. */
export async function requestLaunch(
  ports: Ports,
  ask: LaunchAsk,
): Promise<{ readonly request: string }> {
  const server = await waveServerOf(ports, ask.subject);
  refuseWhileHooksDue(ports, server, {
    site: ask.hooks,
    phase: ask.phase,
    attempt: ask.subject.attempt,
  });
  const kind = kindFor(ask, server);
  const id = requestId(ask, kind);
  const { target, ...other } = sideOf(server, { phase: ask.phase, waitsFor: kind });
  const end = await read(ports.store, place.launchEnd(target, id));
  if (end.body !== undefined) {
    await answerEnd(ports, ask.token, end.body);
    return { request: id };
  }
  const where = place.request(target, id);
  const open = await read(ports.store, where);
  const { body: record } = await read(ports.store, place.server(server.target, server.server));
  if (open.body === undefined && record !== undefined) {
    const isDrs = server.target.service === 'drs';
    const answered = await answerWithoutCall(ports, ask, record.facts, isDrs);
    if (answered) return { request: id };
  }
  const now = ports.clock.now();
  const { deadlineAt, deadlineFrom } = serverWait('idle', ask.phase, server);
  await change(ports.store, where, (queued): LaunchRequest | undefined => {
    if (queued !== undefined) {
      return isLater(ask.place, queued)
        ? {
            ...queued,
            stage: ask.stage,
            token: ask.token,
            enteredAt: ask.place.enteredAt,
            retryCount: ask.place.retryCount,
          }
        : undefined;
    }
    return {
      id,
      wave: ask.subject.wave,
      server: ask.subject.server,
      ...other,
      phase: ask.phase,
      kind,
      stage: ask.stage,
      tier: server.tier,
      ...(server.orderTaken === undefined ? {} : { orderTaken: server.orderTaken }),
      requestedAt: now,
      deadlineAt: deadlineAt ?? plusSeconds(now, server.settings.deadlines.testSeconds),
      deadlineFrom: deadlineFrom ?? now,
      ...windowEnd(ask, server),
      token: ask.token,
      enteredAt: ask.place.enteredAt,
      retryCount: ask.place.retryCount,
      refusals: 0,
      notBefore: keptUntil(ask, server),
      reservedUntil: null,
      answeredToken: null,
      reason: 'queued for the next tick',
      stalledSince: null,
    };
  });
  await hasten(ports, target);
  return { request: id };
}

/** A machine from outside AWS is launched at home by its failback client. */
function kindFor({ kind, phase }: LaunchAsk, { failback }: WaveServer): LaunchKind {
  const isByClient = failback !== undefined && failback.reversed === undefined;
  return phase === 'failback' && isByClient ? 'StartFailbackLaunch' : kind;
}

/** Until when a drill instance that passed is kept; one that is taken back is not. */
function keptUntil(
  { kind, phase }: LaunchAsk,
  { health, settings: { recovery } }: WaveServer,
): Instant | null {
  const isPassed = kind === 'TerminateRecoveryInstances' && phase === 'drill';
  if (!isPassed || recovery === undefined || health === null || recovery.keepSeconds === 0) {
    return null;
  }
  return plusSeconds(health.at, recovery.keepSeconds);
}

/** A window is for the launches of its phase; what is launched is terminated at any time. */
function windowEnd(
  { kind }: LaunchAsk,
  { started }: WaveServer,
): Pick<LaunchRequest, 'windowClosesAt'> {
  const closesAt = started?.window?.closesAt;
  const isEnd = kind === 'TerminateTargetInstances' || kind === 'TerminateRecoveryInstances';
  return closesAt == null || isEnd || kind === 'StartReplication'
    ? {}
    : { windowClosesAt: closesAt };
}

/** Whether what is asked for is there already. What DRS launches is judged by the tick that calls, on what it sees. */
function alreadyThere({ kind, phase }: LaunchAsk, facts: Facts, isDrs: boolean) {
  // What is on record of a replication that was stopped a moment ago may be older than that.
  const isStale = isDrs && kind === 'StartReplication' && phase === 'rollback';
  if (isStale || isDrsJob(kind) || kind === 'CreateExtendedSourceServer') {
    return { do: 'wait', because: 'its tick judges it' } as const;
  }
  return isDrs ? replicatingInDrs(facts) : alreadyLaunched(kind, facts);
}

/** Answers an ask whose launch the server brought along, or that can never be made; says whether it did. */
async function answerWithoutCall(
  ports: Ports,
  ask: LaunchAsk,
  facts: Facts,
  isDrs: boolean,
): Promise<boolean> {
  const found = alreadyThere(ask, facts, isDrs);
  switch (found.do) {
    case 'nothing': {
      const answer: LaunchAnswer = {
        status: ask.kind === 'TerminateTargetInstances' ? 'nothing-to-do' : 'launched',
        jobId: null,
        instanceId: facts.instanceId,
      };
      await ports.workflows.sendTaskSuccess(ask.token, answer);
      return true;
    }
    case 'fail':
      await ports.workflows.sendTaskFailure(ask.token, found.failure.code, found.failure.message);
      return true;
    case 'wait':
    case 'act':
      return false;
    default:
      return found satisfies never;
  }
}
