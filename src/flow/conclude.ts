// In: how a phase machine ended for a server. Out: the result on record, told once, and nothing left open.
// Called by the last states of the phase machines, and by sweep for executions that died.
import { DetailType } from '../core/event/detail-type.ts';
import { cutText, type Told } from '../core/event/stream.ts';
import {
  type Failure,
  FailureCode,
  failure as failureBy,
  failureOfError,
} from '../core/failure.ts';
import type { HookSite } from '../core/hook/hook-run.ts';
import { measureRecovery } from '../core/hook/measured-recovery.ts';
import type { Stretch } from '../core/phase.ts';
import type { PhaseResult } from '../core/review/wave-view.ts';
import { secondsBetween } from '../core/time.ts';
import { refuseWhileHooksDue } from './hooks/hooks-due.ts';
import { abandonHooks, undoOrFail } from './hooks/undo-hooks.ts';
import type { Ports } from './ports.ts';
import { readAll, remove } from './records/documents.ts';
import { place } from './records/place.ts';
import type { WaveServer } from './records/wave-records.ts';
import { sidesOf } from './side-of.ts';
import { recordWave } from './wave-record.ts';
import { nextEventId, recordWaveServer, type Subject, waveServerOf } from './wave-server.ts';

/** Conclude's input. */
export interface Conclusion {
  readonly subject: Subject;
  readonly phase: Stretch;
  readonly status: 'succeeded' | 'failed';
  /** What the machine caught. */
  readonly error?:
    | {
        readonly Error?: string | undefined;
        readonly Cause?: string | undefined;
        /** Set where what was to be undone could not even be begun. */
        readonly undo?: 'given-up' | undefined;
      }
    | undefined;
  /** The site whose hooks come before the end; left out by a machine that runs none there. */
  readonly hooks?: HookSite | undefined;
}

/** Records how a phase ended for a server; a repetition changes nothing. */
export async function conclude(
  ports: Ports,
  conclusion: Conclusion,
): Promise<{ readonly status: 'succeeded' | 'failed' }> {
  const { subject, phase, status, hooks } = conclusion;
  if (status === 'succeeded' && hooks !== undefined) {
    const { attempt } = subject;
    refuseWhileHooksDue(ports, await waveServerOf(ports, subject), { site: hooks, phase, attempt });
  }
  let failure = status === 'failed' ? failureIn(conclusion) : undefined;
  await withdraw(ports, subject, phase);
  if (failure !== undefined) {
    await abandonHooks(ports, subject);
    const undo = { isGivenUp: conclusion.error?.undo === 'given-up' };
    const left = hooks === undefined ? undefined : await undoOrFail(ports, subject, phase, undo);
    if (left !== undefined) {
      const message = `${left.message}; before, ${failure.code}: ${failure.message}`;
      failure = failureBy(left.code, message, left.detail);
    }
  }
  if (failure?.code === FailureCode.InstanceUnhealthy) await holdWave(ports, subject, failure);
  await recordResult(ports, subject, phase, status, failure);
  return { status };
}

/**
 * Holds the wave of a server whose instance became unhealthy while it soaked, before others of it pass the point of no
 * return; review takes it from there. A repetition after the result is on record holds nothing anew.
 */
async function holdWave(ports: Ports, subject: Subject, failure: Failure): Promise<void> {
  const { results } = await waveServerOf(ports, subject);
  if (results.some((r) => r.phase === 'finalize' && r.attempt === subject.attempt)) return;
  const reason = `${subject.server}: ${failure.message}`;
  await recordWave(ports, subject.wave, (record) =>
    record.held === null
      ? {
          next: { ...record, held: { since: ports.clock.now(), reason } },
          told: [{ detailType: DetailType.WaveHeld, members: { reason: cutText(reason) } }],
        }
      : undefined,
  );
}

function failureIn({ error }: Conclusion): Failure {
  return failureOfError({
    ...(error?.Error === undefined ? {} : { Error: error.Error }),
    ...(error?.Cause === undefined ? {} : { Cause: error.Cause }),
  });
}

/** Puts a phase's result on record and tells it, once. */
export async function recordResult(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  subject: Subject,
  phase: Stretch,
  status: 'succeeded' | 'failed',
  failure: Failure | undefined,
): Promise<void> {
  const endedAt = ports.clock.now();
  await recordWaveServer(ports, subject, (server) => {
    const known = server.results.some((r) => r.phase === phase && r.attempt === subject.attempt);
    if (known) return undefined;
    const result: PhaseResult = {
      phase,
      attempt: subject.attempt,
      status,
      endedAt,
      eventId: nextEventId(server),
      ...(failure === undefined ? {} : { failure }),
    };
    const { started } = server;
    const begun = started?.phase === phase && started.attempt === subject.attempt;
    return {
      next: { ...server, results: [...server.results, result] },
      told: [
        ...(status === 'succeeded' ? toldTimes(server, phase, subject.attempt) : []),
        {
          detailType: DetailType.ServerPhaseEnded,
          members: {
            phase,
            attempt: subject.attempt,
            status,
            ...(begun ? { durationSeconds: Math.round(secondsBetween(started.at, endedAt)) } : {}),
            ...(failure === undefined
              ? {}
              : { failure: { ...failure, message: cutText(failure.message) } }),
          },
        },
      ],
    };
  });
}

/** What a drill or a recovery that ended well has measured. */
function toldTimes(server: WaveServer, phase: Stretch, attempt: number): readonly Told[] {
  const { recovery } = server.settings;
  if (recovery === undefined || (phase !== 'drill' && phase !== 'recover')) return [];
  const measured = measureRecovery({
    ...{ phase, attempt, recovery, health: server.health, hookRuns: server.hookRuns ?? [] },
    calledAt: phase === 'drill' ? server.launch?.calledAt : server.recovered?.calledAt,
  });
  return measured === undefined
    ? []
    : [{ detailType: DetailType.ServerRecoveryMeasured, members: { ...measured } }];
}

/**
 * Withdraws what a phase has still queued, reserved or parked. A request that admission has already bound to an
 * intent stays: its job is followed to the end.
 */
export async function withdraw(
  ports: Pick<Ports, 'store'>,
  subject: Subject,
  phase: Stretch,
): Promise<void> {
  const prefix = `${subject.wave}/${subject.server}/${phase}/`;
  const execution = `${subject.wave}.${subject.server}.${phase}.${subject.attempt} `;
  for (const target of sidesOf([await waveServerOf(ports, subject)])) {
    const requests = await readAll(ports.store, place.request(target, prefix));
    if (requests.length > 0) {
      const intents = await readAll(ports.store, place.intent(target, ''));
      const bound = new Set(intents.flatMap(({ body }) => body.requests));
      for (const request of requests) {
        if (bound.has(request.body.id)) continue;
        await remove(ports.store, place.request(target, request.sort), request.version);
      }
    }
    for (const wait of await readAll(ports.store, place.wait(target, execution))) {
      await remove(ports.store, place.wait(target, wait.sort), wait.version);
    }
  }
}
