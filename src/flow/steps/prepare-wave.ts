// In: a wave's name. Out: the wave and each of its servers on record, with the place where each begins.
import { takesActiveSlot } from '../../core/change.ts';
import { DetailType, number } from '../../core/event.ts';
import {
  FailureCode,
  failure,
  failureText,
  InvalidInput,
  TransientFailure,
} from '../../core/failure.ts';
import { type Arrival, arrivalOf, type Stretch } from '../../core/phase.ts';
import { type Target, targetName, targetOfArn } from '../../core/target.ts';
import { newTarget } from '../hasten.ts';
import type { Ports } from '../ports.ts';
import {
  change,
  type PlannedWave,
  place,
  publishPending,
  read,
  type ServerRecord,
  type TargetRecord,
  type WaveRecord,
  type WaveServer,
} from '../records.ts';
import { type WaveSubject, waveStream } from '../wave-record.ts';

/** prepareWave's input: the wave, and the machines that it pins for its whole life. */
export interface Preparation {
  readonly subject: WaveSubject;
  readonly machines: Readonly<Record<Stretch, string>>;
  readonly execution: string;
}

interface Planned {
  readonly id: string;
  readonly arn: string;
  readonly hostname: string | null;
  readonly tier: number;
  readonly settings: WaveServer['settings'];
  readonly target: Target;
}

/**
 * Writes a wave down: its servers first, itself last, so that a repetition after a crash goes on where it was.
 * Waits (as a transient failure) until the poller has seen every target once.
 */
export async function prepareWave(
  ports: Ports,
  { subject, machines, execution }: Preparation,
): Promise<{ readonly servers: number }> {
  const planned = await plannedWaveOf(ports, subject);
  const servers = planned.servers.map((server) => spellOut(server, planned));
  const targets = [...new Map(servers.map((s) => [targetName(s.target), s.target])).values()];
  const unseen: string[] = [];
  for (const target of targets) {
    if (!(await isObserved(ports, target, subject.wave, servers))) unseen.push(targetName(target));
  }
  if (unseen.length > 0) {
    const waits = failure(
      FailureCode.AnswerIncomplete,
      `${unseen.join(', ')} ${unseen.length === 1 ? 'has' : 'have'} not been polled yet`,
    );
    throw new TransientFailure(waits.code, failureText(waits));
  }
  for (const server of servers) await enrol(ports, subject, planned, server);
  await begin(ports, { subject, machines, execution }, planned, servers);
  return { servers: servers.length };
}

async function plannedWaveOf(ports: Ports, subject: WaveSubject): Promise<PlannedWave> {
  const { body } = await read(ports.store, place.plannedWave(subject.plan, subject.name));
  if (body === undefined) {
    throw new InvalidInput(
      `${FailureCode.ContractBroken}: plan ${subject.plan} has no wave ${subject.name} on record`,
    );
  }
  return body;
}

function spellOut(server: PlannedWave['servers'][number], planned: PlannedWave): Planned {
  const target = targetOfArn(server.arn)?.target;
  const settings = planned.settings[server.settings];
  if (target === undefined || settings === undefined) {
    throw new InvalidInput(`${FailureCode.ContractBroken}: the record of ${server.id} is broken`);
  }
  return { ...server, target, settings };
}

/** Has the poller know the target, at the pace that the wave's servers ask for; says whether it was swept once. */
async function isObserved(
  ports: Ports,
  target: Target,
  wave: string,
  servers: readonly Planned[],
): Promise<boolean> {
  const own = servers.filter((s) => targetName(s.target) === targetName(target));
  const pace = {
    minSeconds: Math.min(...own.map((s) => s.settings.poll.minSeconds)),
    maxSeconds: Math.min(...own.map((s) => s.settings.poll.maxSeconds)),
  };
  const now = ports.clock.now();
  const record = await change(
    ports.store,
    place.target(target),
    (known): TargetRecord | undefined => {
      const from = known ?? newTarget(target, now);
      const paced = from.paces[wave];
      if (known !== undefined && paced !== undefined) return undefined;
      return { ...from, paces: { ...from.paces, [wave]: pace } };
    },
  );
  return record !== undefined && record.lastSweepAt !== null;
}

/** Puts one server on the wave's record, unless it is there already. */
async function enrol(
  ports: Ports,
  subject: WaveSubject,
  planned: PlannedWave,
  server: Planned,
): Promise<void> {
  const serverPlace = place.server(server.target, server.id);
  const observed = await change(ports.store, serverPlace, (record): ServerRecord | undefined =>
    record === undefined || record.wave === subject.wave
      ? undefined
      : { ...record, wave: subject.wave },
  );
  await change(ports.store, place.waveServer(subject.wave, server.id), (known) => {
    if (known !== undefined) return undefined;
    const arrival = arrivalFrom(observed, server);
    const starts = 'enter' in arrival && arrival.enter === 'replicate';
    return {
      server: server.id,
      wave: subject.wave,
      planHash: planned.planHash,
      plan: planned.plan,
      target: server.target,
      arn: server.arn,
      hostname: server.hostname,
      tier: server.tier,
      settings: server.settings,
      arrival,
      // Only a start of replication takes a slot; what comes along further on its way takes none.
      needsSlot: starts && observed !== undefined && !takesActiveSlot(observed.facts),
      results: [],
      started: null,
      retriesUsed: {},
      frozenAt: null,
      launch: null,
      health: null,
      signOff: null,
      outcome: null,
      toldWaits: [],
      sequence: 0,
      pending: [],
    };
  });
}

function arrivalFrom(observed: ServerRecord | undefined, server: Planned): Arrival {
  if (observed?.facts.present === true) return arrivalOf(observed.facts, server.settings.phases);
  const message = 'the service did not list the server when the wave began';
  return {
    outcome: 'failed',
    failure: failure(FailureCode.ServerVanished, message),
    reason: `${message}; check its id and Region`,
  };
}

async function begin(
  ports: Ports,
  { subject, machines, execution }: Preparation,
  planned: PlannedWave,
  servers: readonly Planned[],
): Promise<void> {
  const home = servers[0]?.target;
  if (home === undefined) {
    throw new InvalidInput(`${FailureCode.ContractBroken}: wave ${subject.wave} has no servers`);
  }
  const now = ports.clock.now();
  const where = place.wave(subject.wave);
  const written = await change(ports.store, where, (known): WaveRecord | undefined => {
    if (known !== undefined) return undefined;
    const stem = { wave: subject.wave, plan: subject.plan, name: subject.name, home };
    return {
      ...stem,
      planHash: planned.planHash,
      policy: planned.policy,
      order: servers.map((s) => s.id),
      cohort: [],
      cohortsBegun: 0,
      machines,
      executionArn: execution,
      held: null,
      acknowledgedFailures: 0,
      awaitingSlotsSince: null,
      startedAt: now,
      concludedAt: null,
      sequence: 1,
      pending: number(waveStream(stem), 0, now, [
        {
          detailType: DetailType.WaveStarted,
          members: { servers: servers.length, planHash: planned.planHash },
        },
      ]),
    };
  });
  if (written !== undefined) await publishPending(ports, where, written);
}
