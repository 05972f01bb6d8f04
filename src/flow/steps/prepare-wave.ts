// In: a wave's name. Out: the wave and each of its servers on record, with the place where each begins.
import { DetailType } from '../../core/event/detail-type.ts';
import { number } from '../../core/event/stream.ts';
import {
  FailureCode,
  failure,
  failureText,
  InvalidInput,
  TransientFailure,
} from '../../core/failure.ts';
import { gatedPhases, type WaveGates } from '../../core/plan/gates.ts';
import { distinctTargets, type Target, targetName, targetOfArn } from '../../core/target.ts';
import { earlier } from '../../core/time.ts';
import { enrol, type Planned } from '../enrol.ts';
import { newTarget } from '../hasten.ts';
import { toldAtStart } from '../operate/tell-orders.ts';
import { ordersOf } from '../orders-of.ts';
import { publishOfWave } from '../owed-events.ts';
import type { Ports } from '../ports.ts';
import { change, read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { PlannedWave } from '../records/plan-records.ts';
import type { TargetRecord, WavePace } from '../records/target-records.ts';
import type { Machines, WaveRecord } from '../records/wave-records.ts';
import { type WaveSubject, waveStream } from '../wave-record.ts';

/** prepareWave's input: the wave, and the machines that it pins for its whole life. */
export interface Preparation {
  readonly subject: WaveSubject;
  readonly machines: Machines;
  readonly execution: string;
  /** How often this execution has tried before. */
  readonly retryCount?: number | undefined;
}

/** So often it is tried whether the poller has seen every target: some minutes, a tick or two of each. */
const patientTries = 6;

/**
 * Writes a wave down: its servers first, itself last, so that a repetition after a crash goes on where it was.
 * Waits a few minutes (as a transient failure) until the poller has seen every target once. The servers of a target that
 * cannot be reached, or that nobody polls, wait inside the wave, where pauses and orders find them; the others go on.
 */
export async function prepareWave(
  ports: Ports,
  { subject, machines, execution, retryCount = 0 }: Preparation,
): Promise<{ readonly servers: number }> {
  const planned = await plannedWaveOf(ports, subject);
  const servers = planned.servers.map((server) => spellOut(server, planned));
  const unseen: string[] = [];
  const observed = new Set<string>();
  for (const target of distinctTargets(servers.map((server) => server.target))) {
    const record = await makeKnown(ports, target, subject.wave, servers);
    if (isObserved(record)) observed.add(targetName(target));
    else if (!isOutOfReach(record)) unseen.push(targetName(target));
  }
  if (unseen.length > 0 && retryCount < patientTries) {
    const waits = failure(
      FailureCode.AnswerIncomplete,
      `${unseen.join(', ')} ${unseen.length === 1 ? 'has' : 'have'} not been polled yet`,
    );
    throw new TransientFailure(waits.code, failureText(waits));
  }
  for (const server of servers) {
    await enrol(ports, subject, planned, server, observed.has(targetName(server.target)));
  }
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

/** Has the poller know the target, at the pace that the wave's servers ask for. */
async function makeKnown(
  ports: Ports,
  target: Target,
  wave: string,
  servers: readonly Planned[],
): Promise<TargetRecord | undefined> {
  const own = servers.filter((s) => targetName(s.target) === targetName(target));
  const firstSyncs = own.flatMap((s) => s.settings.feeder?.firstSyncsPerVcenterClient ?? []);
  const pace: WavePace = {
    minSeconds: Math.min(...own.map((s) => s.settings.poll.minSeconds)),
    maxSeconds: Math.min(...own.map((s) => s.settings.poll.maxSeconds)),
    ...(own.some((s) => s.settings.phases.includes('recover')) ? { recovers: true as const } : {}),
    ...(firstSyncs.length === 0 ? {} : { firstSyncsPerClient: Math.min(...firstSyncs) }),
  };
  const now = ports.clock.now();
  return change(ports.store, place.target(target), (known): TargetRecord | undefined => {
    const from = known ?? newTarget(target, now);
    const paced = from.paces[wave];
    if (known !== undefined && paced !== undefined) return undefined;
    // The preflight of its first phase waits for a look at these servers, which may be far off where nothing was under way.
    const nextTickAt = earlier(from.nextTickAt, now);
    return { ...from, nextTickAt, paces: { ...from.paces, [wave]: pace } };
  });
}

function isObserved(record: TargetRecord | undefined): boolean {
  return record !== undefined && record.lastSweepAt !== null;
}

function isOutOfReach(record: TargetRecord | undefined): boolean {
  return record?.unreachable !== undefined && record.unreachable !== null;
}

/** Names the phases that have a window, and how long servers soak, so that whoever reads the events can judge. */
function toldGates(gates: WaveGates): Readonly<Record<string, unknown>> {
  const windowed = gatedPhases.filter((phase) => gates[phase]?.schedule !== undefined);
  const soakSeconds = gates.finalize?.soakSeconds;
  return {
    ...(windowed.length === 0 ? {} : { windowed }),
    ...(soakSeconds === undefined ? {} : { soakSeconds }),
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
  const wideOrdersTold = toldAtStart(await ordersOf(ports, subject.wave));
  const written = await change(ports.store, where, (known): WaveRecord | undefined => {
    if (known !== undefined) return undefined;
    const stem = { wave: subject.wave, plan: subject.plan, name: subject.name, home };
    return {
      ...stem,
      planHash: planned.planHash,
      policy: planned.policy,
      ...(planned.gates === undefined ? {} : { gates: planned.gates }),
      ...(planned.preflight === undefined ? {} : { preflight: planned.preflight }),
      ...(planned.startedBy === undefined ? {} : { startedBy: planned.startedBy }),
      order: servers.map((s) => s.id),
      cohort: [],
      cohortsBegun: 0,
      machines,
      executionArn: execution,
      held: null,
      acknowledgedFailures: 0,
      wideOrdersTold,
      awaitingSlotsSince: null,
      startedAt: now,
      concludedAt: null,
      sequence: 1,
      pending: number(waveStream(stem), 0, now, [
        {
          detailType: DetailType.WaveStarted,
          members: {
            servers: servers.length,
            planHash: planned.planHash,
            ...toldGates(planned.gates ?? {}),
          },
        },
      ]),
    };
  });
  if (written !== undefined) await publishOfWave(ports, where, written, home);
}
