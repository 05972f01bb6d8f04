// In: a schedule and the occurrence of it that is due. Out: its plan resolved on the servers as they are now and started
// under the name of the run, or why it falls out. Called by run-schedules; repeating it begins nothing twice.
import { monthOf, runName, type Turn } from '../../core/drill-schedule/occurrence.ts';
import {
  beyondLimit,
  type Reckoned,
  reckonedCosts,
} from '../../core/drill-schedule/reckon-costs.ts';
import type {
  LeftOut,
  Settled,
  SettledOccurrence,
} from '../../core/drill-schedule/tell-schedule.ts';
import { FailureCode, TransientFailure } from '../../core/failure.ts';
import { readFleetDocuments } from '../../core/fleet/read-fleet-documents.ts';
import { type ResolvedWave, resolvePlan } from '../../core/plan/resolve-plan.ts';
import { scheduleOf } from '../../core/plan/schedule-for.ts';
import { type Target, targetName } from '../../core/target.ts';
import { serversTaken } from '../operate/held-servers.ts';
import type { WireDocument } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { ScheduleRecord } from '../records/plan-records.ts';
import { recoveringWave } from '../recovering-wave.ts';
import { type ResolvedPlan, startPlan, startReadyWaves } from '../start-wave.ts';
import type { ScheduleManner, SchedulePorts } from './schedule-ports.ts';

type Begin = Extract<Turn, { do: 'begin' }>;

/** Begins a run of a schedule, or says why it falls out. What passes by itself is a TransientFailure: it is tried again. */
export async function beginRun(
  ports: SchedulePorts,
  record: ScheduleRecord,
  { occurrence, movedBecause }: Begin,
  { targets, waveMachineArn }: ScheduleManner,
): Promise<Settled> {
  const run = runName(record.plan, occurrence.date);
  // Who began it before may have died on the way: then it is only gone on with.
  const wasBegun = (await read(ports.store, place.plan(run))).body !== undefined;
  const moved = movedBecause === undefined ? {} : { movedBecause };
  const resolution = await resolveNow(ports, record, targets);
  if (!resolution.ok) {
    if (!wasBegun) return resolution.settled;
    await startReadyWaves(ports, run, waveMachineArn);
    return { status: 'started', run, servers: 0, leftOut: [], ...moved };
  }
  const { waves, leftOut } = await freeServers(ports, run, resolution);
  const servers = waves.reduce((sum, wave) => sum + wave.servers.length, 0);
  if (servers === 0 && !wasBegun) {
    const because = leftOut.map((one) => `${one.servers} ${one.because}`).join('; ');
    return { status: 'skipped', reason: 'no-servers', because: `no server is free: ${because}` };
  }
  const costs = costsOf(ports, record, servers);
  if (costs?.beyond !== undefined && !wasBegun) {
    return { status: 'skipped', reason: 'over-cost', because: costs.beyond };
  }
  const plan: ResolvedPlan = {
    name: run,
    hash: record.planHash,
    waves,
    ...(record.startedBy === undefined ? {} : { startedBy: record.startedBy }),
  };
  const started = await startPlan(ports, plan, waveMachineArn);
  if (started.status === 'refused') {
    // Another plan took a server at this very moment: the next try leaves it out.
    const why = started.refusals.map(({ message }) => message).join('; ');
    throw new TransientFailure(FailureCode.StoreConflict, `run ${run} was not begun: ${why}`);
  }
  const reckoned = costs === undefined ? {} : { reckoned: costs.reckoned };
  return { status: 'started', run, servers, leftOut, ...moved, ...reckoned };
}

type Resolved =
  | {
      readonly ok: true;
      readonly waves: readonly ResolvedWave[];
      /** The targets in which servers are recovered for real, by name, with the wave that does. */
      readonly recovering: ReadonlyMap<string, string>;
    }
  | { readonly ok: false; readonly settled: Settled };

/** Resolves the plan on the servers as DRS lists them now. A target that is known to be out of reach is left aside. */
async function resolveNow(
  ports: SchedulePorts,
  { document }: ScheduleRecord,
  targets: readonly Target[],
): Promise<Resolved> {
  const documents: WireDocument[] = [];
  const recovering = new Map<string, string>();
  for (const target of targets.filter(({ service }) => service === 'drs')) {
    const { body } = await read(ports.store, place.target(target));
    if (body?.unreachable !== undefined && body.unreachable !== null) continue;
    const wave = body === undefined ? undefined : recoveringWave(body);
    if (wave !== undefined) recovering.set(targetName(target), wave);
    const answer = await ports.drsOf(target).describeSourceServers();
    if (!answer.ok) {
      const { errorName, message } = answer.refusal;
      const said = `${targetName(target)}: its servers cannot be listed: ${errorName}: ${message}`;
      throw new TransientFailure(FailureCode.AnswerIncomplete, said);
    }
    documents.push(...answer.value);
  }
  const resolution = resolvePlan(document, readFleetDocuments([{ items: documents }]));
  if (resolution.ok) return { ok: true, waves: resolution.waves, recovering };
  const [first] = resolution.problems;
  const more = resolution.problems.length > 1 ? `, and ${resolution.problems.length - 1} more` : '';
  const because = `the plan does not fit the servers any more: ${first?.path ?? ''} ${first?.problem ?? ''}${more}`;
  return { ok: false, settled: { status: 'skipped', reason: 'plan-unfit', because } };
}

/** The waves without the servers that something else has: another wave, or a real recovery of their target. */
async function freeServers(
  ports: SchedulePorts,
  run: string,
  { waves, recovering }: Pick<Extract<Resolved, { ok: true }>, 'waves' | 'recovering'>,
): Promise<{ readonly waves: readonly ResolvedWave[]; readonly leftOut: readonly LeftOut[] }> {
  const taken = await serversTaken(ports, run);
  const counts = new Map<string, number>();
  const isFree = ({ arn, target }: ResolvedWave['servers'][number]) => {
    const recovery = recovering.get(targetName(target));
    const wave = taken.get(arn);
    if (recovery === undefined && wave === undefined) return true;
    const because =
      recovery === undefined ? `in wave ${wave}` : `wait for the recovery of wave ${recovery}`;
    counts.set(because, (counts.get(because) ?? 0) + 1);
    return false;
  };
  const left = waves
    .map((wave) => ({ ...wave, servers: wave.servers.filter(isFree) }))
    .filter(({ servers }) => servers.length > 0);
  const names = left.map(({ name }) => name);
  return {
    waves: left.map((wave) => ({
      ...wave,
      dependsOn: wave.dependsOn.filter((name) => names.includes(name)),
    })),
    leftOut: [...counts].map(([because, servers]) => ({ because, servers })),
  };
}

/** What a run comes to, and by what it goes beyond the month's limit; undefined where the plan reckons no costs. */
function costsOf(
  ports: SchedulePorts,
  { document, history }: ScheduleRecord,
  servers: number,
): { readonly reckoned: Reckoned; readonly beyond: string | undefined } | undefined {
  const schedule = scheduleOf(document);
  if (schedule?.costs === undefined) return undefined;
  const month = monthOf(schedule, ports.clock.now());
  const reckonedOf = (one: SettledOccurrence) =>
    one.status === 'started' && one.reckoned !== undefined ? [one.reckoned] : [];
  const before = history
    .filter(({ settledAt }) => monthOf(schedule, settledAt) === month)
    .flatMap(reckonedOf);
  const reckoned = reckonedCosts(schedule.costs, servers);
  return { reckoned, beyond: beyondLimit(schedule.costs, reckoned, before) };
}
