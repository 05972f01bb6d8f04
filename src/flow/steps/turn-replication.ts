// In: a server whose replication is to run the other way. Out: that call made once it is needed and nothing speaks against
// it, and on record where its way goes on. Called by the failback machine.
import { templateOf } from '../../core/configuration/drs-templates.ts';
import { DetailType } from '../../core/event/detail-type.ts';
import { FailureCode, failure, failureText, TransientFailure } from '../../core/failure.ts';
import { originTarget } from '../../core/observation/origins-of.ts';
import { textAt } from '../../core/observation.ts';
import {
  clientStopped,
  type OriginSight,
  type ReversalAct,
  type ReversalFinding,
  type ReversalSight,
  reprotectionOf,
  reversalOf,
} from '../../core/phase/reversal.ts';
import type { Finding } from '../../core/phase.ts';
import { type Target, targetName, targetOfArn } from '../../core/target.ts';
import { lookAtRecovery } from '../act-on-recovery.ts';
import { actWhenNeeded, type Done } from '../act-on-server.ts';
import { newTarget } from '../hasten.ts';
import type { Answer, DrsApi, Ports, WireDocument } from '../ports.ts';
import { change, read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { Failback, WaveServer } from '../records/wave-records.ts';
import { recordWaveServer, type Step, waveServerOf } from '../wave-server.ts';
import { recalled } from './kept-back.ts';

/**
 * Turns the replication of a server: back to where it came from, to where it was recovered again, or, before the launch of
 * a machine outside AWS, stops it. The last look comes right before the call (reference/drs.md 7.4).
 */
export async function turnReplication(
  ports: Ports,
  { subject, phase, pausable }: Step,
  targets: readonly Target[],
): Promise<Done> {
  const server = await waveServerOf(ports, subject);
  if (phase === 'reprotect') return reprotect(ports, server, pausable);
  return phase === 'rollback'
    ? stopClient(ports, server, pausable)
    : reverse(ports, server, pausable, targets);
}

async function reverse(
  ports: Ports,
  server: WaveServer,
  pausable: boolean | undefined,
  targets: readonly Target[],
): Promise<Done> {
  const forbidden = await recalled(ports, server, { phase: 'reverse', waitsFor: 'reversed' });
  const first = await lookAtRecovery(ports, server);
  const origin = await originOf(ports, server, first, targets);
  let found: ReversalFinding = reversalOf(first, origin?.sight);
  let answered: string | undefined;
  const done = await actWhenNeeded<ReversalSight, ReversalAct>(ports, server, {
    decide: (sight) => {
      found = reversalOf(sight, origin?.sight);
      if (found.do === 'act' && forbidden !== undefined) return { do: 'fail', failure: forbidden };
      return findingOf(found);
    },
    recorded: first,
    look: () => lookAtRecovery(ports, server),
    make: async (act) => {
      const answer = await make(ports.drsOf(server.target), act);
      if (answer.ok) answered = textAt(answer.value, 'reversedDirectionSourceServerArn');
      return answer;
    },
    pausable,
  });
  await noteReversed(ports, server, found, done.status === 'done' ? answered : undefined);
  return done;
}

function findingOf(found: ReversalFinding): Finding<ReversalAct> {
  switch (found.do) {
    case 'adopt':
      return { do: 'nothing', because: `it is reversed already, to ${found.reversedArn}` };
    case 'client':
      return { do: 'nothing', because: 'it comes back by the failback client' };
    default:
      return found;
  }
}

/** What is known of where a server came from; undefined where DRS names no Region. */
async function originOf(
  { store }: Pick<Ports, 'store'>,
  { target }: WaveServer,
  { server }: ReversalSight,
  targets: readonly Target[],
): Promise<{ readonly sight: OriginSight } | undefined> {
  const origin = server === 'absent' ? undefined : originTarget(target, server.drs?.origin);
  if (origin === undefined) return undefined;
  const name = targetName(origin);
  const { body } = await read(store, place.target(origin));
  return {
    sight: {
      name,
      isPolled: targets.some((one) => targetName(one) === name),
      unreachable: body?.unreachable?.reason,
      launchTemplate: templateOf(body?.templates ?? {}, 'launch')?.fields,
    },
  };
}

/** Puts on record where the way back goes, and has the poller of that target look at it at the pace of the wave. */
async function noteReversed(
  ports: Ports,
  server: WaveServer,
  found: ReversalFinding,
  answered: string | undefined,
): Promise<void> {
  if (found.do === 'fail' || found.do === 'wait') return;
  const { instance: instanceId } = found;
  if (found.do === 'client') return note(ports, server, { instanceId }, 'by-client');
  const arn = found.do === 'adopt' ? found.reversedArn : answered;
  const named = arn === undefined ? undefined : targetOfArn(arn);
  if (arn === undefined || named === undefined) {
    // Nothing is lost: the next try finds the replication reversed, and by its server where to.
    const text = 'its replication was reversed, and nobody has said to where yet';
    throw new TransientFailure(
      FailureCode.AnswerIncomplete,
      failureText(failure(FailureCode.AnswerIncomplete, text)),
    );
  }
  const reversed = { server: named.sourceServerId, arn, target: named.target };
  await note(
    ports,
    server,
    { instanceId, reversed },
    found.do === 'adopt' ? 'adopted' : 'reversed',
  );
  await pace(ports, server, named.target);
}

async function pace({ clock, store }: Ports, server: WaveServer, target: Target): Promise<void> {
  const { minSeconds, maxSeconds } = server.settings.poll;
  const now = clock.now();
  await change(store, place.target(target), (known) => {
    const from = known ?? newTarget(target, now);
    const before = from.paces[server.wave];
    const wanted = {
      minSeconds: Math.min(minSeconds, before?.minSeconds ?? minSeconds),
      maxSeconds: Math.min(maxSeconds, before?.maxSeconds ?? maxSeconds),
    };
    const isSame =
      before?.minSeconds === wanted.minSeconds && before.maxSeconds === wanted.maxSeconds;
    if (known !== undefined && isSame) return undefined;
    return { ...from, paces: { ...from.paces, [server.wave]: { ...before, ...wanted } } };
  });
}

async function reprotect(
  ports: Ports,
  server: WaveServer,
  pausable: boolean | undefined,
): Promise<Done> {
  const { reversed } = server.failback ?? {};
  if (reversed === undefined) {
    return { status: 'already-so', because: 'no replication of AWS protects a machine outside it' };
  }
  const there = { ...server, server: reversed.server, target: reversed.target };
  const { health } = server;
  const launched =
    health?.launch === 'recovery'
      ? { instanceId: health.instanceId, jobId: health.jobId }
      : undefined;
  const done = await actWhenNeeded<ReversalSight, ReversalAct>(ports, server, {
    decide: (sight) => reprotectionOf({ ...sight, launched }),
    look: () => lookAtRecovery(ports, there),
    make: (act) => make(ports.drsOf(reversed.target), act),
    pausable,
  });
  await note(ports, server, {}, 'reprotected');
  return done;
}

async function stopClient(
  ports: Ports,
  server: WaveServer,
  pausable: boolean | undefined,
): Promise<Done> {
  const { failback } = server;
  if (failback === undefined || failback.reversed !== undefined) {
    return { status: 'already-so', because: 'no failback client is at work' };
  }
  const done = await actWhenNeeded<ReversalSight, ReversalAct>(ports, server, {
    decide: (sight) => clientStopped(sight, failback.instanceId),
    look: () => lookAtRecovery(ports, server),
    make: (act) => make(ports.drsOf(server.target), act),
    pausable,
  });
  if (done.status === 'done') await note(ports, server, {}, 'client-stopped');
  return done;
}

function make(api: DrsApi, act: ReversalAct): Promise<Answer<WireDocument>> {
  switch (act.call) {
    case 'ReverseReplication':
      return api.reverseReplication(act.instance);
    case 'StopFailback':
      return api.stopFailback(act.instance);
    default:
      return act satisfies never;
  }
}

/** Puts a step of a failback on record and tells it, once for each attempt of its phase. */
export async function note(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  subject: Pick<WaveServer, 'wave' | 'server'>,
  known: Partial<Pick<Failback, 'instanceId' | 'reversed'>>,
  step: FailbackStep,
  left: readonly string[] = [],
): Promise<void> {
  await recordWaveServer(ports, subject, (record) => {
    const { failback, started } = record;
    // What a try that died has reversed, the next one finds reversed.
    const what = known.instanceId === undefined ? step : 'turned';
    const id = `${what} ${started?.phase ?? ''} ${started?.attempt ?? 0}`;
    const instanceId = known.instanceId ?? failback?.instanceId;
    if (instanceId === undefined || failback?.told.includes(id) === true) return undefined;
    const reversed = known.instanceId === undefined ? failback?.reversed : known.reversed;
    const next: Failback = {
      instanceId,
      ...(reversed === undefined ? {} : { reversed }),
      told: [...(failback?.told ?? []).slice(-9), id],
    };
    return {
      next: { ...record, failback: next },
      told: [
        {
          detailType: DetailType.ServerFailback,
          members: { step, instanceId, reversedArn: reversed?.arn ?? null, left },
        },
      ],
    };
  });
}

/** The steps of a failback that are told. */
export type FailbackStep =
  | 'reversed'
  | 'adopted'
  | 'by-client'
  | 'client-stopped'
  | 'reprotected'
  | 'vacated';
