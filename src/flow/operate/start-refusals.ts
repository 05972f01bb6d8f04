// In: a resolved plan and what is on record of all plans. Out: what forbids starting it. Only reads. Called by startPlan
// and by the dry run.
import type { ResolvedWave } from '../../core/plan/resolve-plan.ts';
import type { Ports } from '../ports.ts';
import { type PlannedWave, place, read, readAll } from '../records.ts';
import { waveKey } from '../wave-record.ts';

/** Why a plan may not be started, and what to do instead. */
export interface StartRefusal {
  readonly kind: 'plan-changed' | 'server-taken';
  /** The wave that stands in the way. */
  readonly wave: string;
  /** The servers of the plan that it holds; empty where the plan itself has changed. */
  readonly servers: readonly string[];
  readonly message: string;
  readonly remedy: string;
}

/** A plan to start, as far as it can be refused. */
export interface PlanToStart {
  readonly name: string;
  readonly hash: string;
  readonly waves: readonly ResolvedWave[];
}

/**
 * Says what forbids starting a plan: a wave of it that runs under another version of the plan, or a server of it that
 * a wave of another plan moves or is about to move.
 */
export async function startRefusals(
  ports: Pick<Ports, 'store'>,
  plan: PlanToStart,
): Promise<readonly StartRefusal[]> {
  const refusals: StartRefusal[] = [];
  const arns = new Set(plan.waves.flatMap(({ servers }) => servers.map(({ arn }) => arn)));
  for (const { body: known } of await readAll(ports.store, place.plan(''))) {
    for (const name of known.waves) {
      const refusal =
        known.plan === plan.name
          ? await changed(ports, plan, name)
          : await taken(ports, waveKey(known.plan, name), known.plan, name, arns);
      if (refusal !== undefined) refusals.push(refusal);
    }
  }
  return refusals;
}

async function changed(
  ports: Pick<Ports, 'store'>,
  plan: PlanToStart,
  name: string,
): Promise<StartRefusal | undefined> {
  const wave = waveKey(plan.name, name);
  const { body } = await read(ports.store, place.wave(wave));
  if (body === undefined || body.concludedAt !== null || body.planHash === plan.hash) {
    return undefined;
  }
  return {
    kind: 'plan-changed',
    wave,
    servers: [],
    message: `wave ${wave} runs under another version of plan ${plan.name}`,
    remedy: `wait until it has concluded or end it (landfall abort ${wave}), or give the changed plan another name`,
  };
}

/** The servers that waves of other plans move or are about to move: the wave of each, by the server's ARN. */
export async function serversTaken(
  ports: Pick<Ports, 'store'>,
  besides: string,
): Promise<ReadonlyMap<string, string>> {
  const waveOf = new Map<string, string>();
  for (const { body: known } of await readAll(ports.store, place.plan(''))) {
    if (known.plan === besides) continue;
    for (const name of known.waves) {
      const { servers } = await held(ports, known.plan, name);
      for (const { arn } of servers) waveOf.set(arn, waveKey(known.plan, name));
    }
  }
  return waveOf;
}

/** The servers that a wave still moves or is about to move; none once it has concluded or was called off. */
async function held(
  ports: Pick<Ports, 'store'>,
  plan: string,
  name: string,
): Promise<{ readonly servers: PlannedWave['servers']; readonly hasBegun: boolean }> {
  const wave = waveKey(plan, name);
  const { body: record } = await read(ports.store, place.wave(wave));
  const hasBegun = record !== undefined;
  if (hasBegun && record.concludedAt !== null) return { servers: [], hasBegun };
  const { body: planned } = await read(ports.store, place.plannedWave(plan, name));
  if (planned === undefined) return { servers: [], hasBegun };
  if (!hasBegun) {
    // A wave that was called off before it began moves nothing.
    const { body: command } = await read(ports.store, place.command(wave));
    if (command?.aborted === true) return { servers: [], hasBegun };
  }
  return { servers: planned.servers, hasBegun };
}

async function taken(
  ports: Pick<Ports, 'store'>,
  wave: string,
  plan: string,
  name: string,
  arns: ReadonlySet<string>,
): Promise<StartRefusal | undefined> {
  const { servers, hasBegun } = await held(ports, plan, name);
  const shared = servers.filter(({ arn }) => arns.has(arn)).map(({ id }) => id);
  if (shared.length === 0) return undefined;
  const some = `${shared.slice(0, 5).join(', ')}${shared.length > 5 ? ` and ${shared.length - 5} more` : ''}`;
  return {
    kind: 'server-taken',
    wave,
    servers: shared,
    message: `${some}: already in wave ${wave}, which ${hasBegun ? 'runs' : 'is still to start'}`,
    remedy: `exclude them from this plan, or wait until ${wave} has concluded or end it (landfall abort ${wave})`,
  };
}
