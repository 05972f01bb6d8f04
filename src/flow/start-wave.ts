// In: resolved waves of a plan. Out: the plan on record, and the waves that depend on nothing started. Called by
// the CLI; react starts the others when what they depend on has concluded.
import type { ResolvedWave } from '../core/plan/resolve-plan.ts';
import type { ServerSettings } from '../core/plan/settings-for.ts';
import { inTheWay, type StartRefusal } from './operate/start-refusals.ts';
import type { Ports } from './ports.ts';
import { change, read, readAll, remove } from './records/documents.ts';
import { place } from './records/place.ts';
import type { PlannedWave } from './records/plan-records.ts';
import { type WaveSubject, waveKey } from './wave-record.ts';

/** A plan as it was resolved on a fleet. */
export interface ResolvedPlan {
  readonly name: string;
  /** Tells two versions of a plan apart; sign-offs bind to it. */
  readonly hash: string;
  readonly waves: readonly ResolvedWave[];
  /** Who starts it: the caller's ARN on AWS. */
  readonly startedBy?: string;
}

/** What came of starting a plan: the waves that began now, or what forbids it. */
export type PlanStart =
  | { readonly status: 'started'; readonly waves: readonly string[] }
  | { readonly status: 'refused'; readonly refusals: readonly StartRefusal[] };

/**
 * Puts a plan on record, then starts every wave that depends on no other. Repeating it starts nothing twice. Refused,
 * with nothing written, while a wave of it runs under another version or another plan's wave holds one of its servers; a
 * drill that has a server which is to be recovered makes room for it.
 */
export async function startPlan(
  ports: Pick<Ports, 'store' | 'workflows'>,
  plan: ResolvedPlan,
  waveMachineArn: string,
): Promise<PlanStart> {
  const { refusals } = await inTheWay(ports, plan);
  if (refusals.length > 0) return { status: 'refused', refusals };
  const names = plan.waves.map(({ name }) => name);
  let isNew = false;
  await change(ports.store, place.plan(plan.name), (known) => {
    isNew = known?.planHash !== plan.hash;
    return isNew ? { plan: plan.name, planHash: plan.hash, waves: names } : undefined;
  });
  for (const wave of plan.waves) {
    await change(ports.store, place.plannedWave(plan.name, wave.name), (known) =>
      known?.planHash === plan.hash ? undefined : plannedWave(plan, wave),
    );
  }
  await withdrawOthers(ports, plan.name, names);
  // Two plans that share a server and start at the same moment see one another here: neither of them begins.
  const late = isNew ? (await inTheWay(ports, plan)).refusals : [];
  if (late.length > 0) {
    await withdrawOthers(ports, plan.name, []);
    const { version, body } = await read(ports.store, place.plan(plan.name));
    if (body?.planHash === plan.hash) await remove(ports.store, place.plan(plan.name), version);
    return { status: 'refused', refusals: late };
  }
  return { status: 'started', waves: await startReadyWaves(ports, plan.name, waveMachineArn) };
}

/** Takes back the waves of a plan that were not started and are not among the named. */
async function withdrawOthers(
  ports: Pick<Ports, 'store'>,
  plan: string,
  names: readonly string[],
): Promise<void> {
  for (const { sort, version, body } of await readAll(ports.store, place.plannedWave(plan, ''))) {
    if (names.includes(body.name)) continue;
    const { body: known } = await read(ports.store, place.wave(waveKey(plan, body.name)));
    if (known === undefined)
      await remove(ports.store, { partition: `plan/${plan}`, sort }, version);
  }
}

/** Starts every wave of a plan whose dependencies have all concluded and that was not started yet. */
export async function startReadyWaves(
  ports: Pick<Ports, 'store' | 'workflows'>,
  plan: string,
  waveMachineArn: string,
): Promise<readonly string[]> {
  const started: string[] = [];
  for (const { body: wave } of await readAll(ports.store, place.plannedWave(plan, ''))) {
    const subject: WaveSubject = { wave: waveKey(plan, wave.name), plan, name: wave.name };
    const { body: known } = await read(ports.store, place.wave(subject.wave));
    if (known !== undefined || !(await allConcluded(ports, plan, wave.dependsOn))) continue;
    await ports.workflows.startExecution(waveMachineArn, subject.wave, subject);
    started.push(subject.wave);
  }
  return started;
}

async function allConcluded(
  ports: Pick<Ports, 'store'>,
  plan: string,
  waves: readonly string[],
): Promise<boolean> {
  for (const name of waves) {
    const { body } = await read(ports.store, place.wave(waveKey(plan, name)));
    if (body === undefined || body.concludedAt === null) return false;
  }
  return true;
}

function plannedWave(plan: ResolvedPlan, wave: ResolvedWave): PlannedWave {
  const settings: ServerSettings[] = [];
  const indexes = new Map<string, number>();
  const indexOf = (server: ServerSettings): number => {
    const key = JSON.stringify(server);
    const known = indexes.get(key);
    if (known !== undefined) return known;
    indexes.set(key, settings.length);
    settings.push(server);
    return settings.length - 1;
  };
  return {
    plan: plan.name,
    planHash: plan.hash,
    name: wave.name,
    dependsOn: wave.dependsOn,
    ...(wave.tiers.length === 0 ? {} : { tiers: wave.tiers }),
    policy: wave.policy,
    ...(wave.gates === undefined ? {} : { gates: wave.gates }),
    ...(wave.preflight === undefined ? {} : { preflight: wave.preflight }),
    ...(plan.startedBy === undefined ? {} : { startedBy: plan.startedBy }),
    servers: wave.servers.map((server) => ({
      id: server.sourceServerId,
      arn: server.arn,
      hostname: server.hostname ?? null,
      tier: server.tier,
      settings: indexOf(server.settings),
    })),
    settings,
  };
}
