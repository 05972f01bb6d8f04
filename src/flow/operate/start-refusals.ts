// In: a resolved plan and what is on record of all plans. Out: what forbids starting it, and which drills make room for it.
// Only reads. Called by startPlan and by the dry run.
import { namesText } from '../../core/operate/order-view.ts';
import type { ResolvedWave } from '../../core/plan/resolve-plan.ts';
import type { Ports } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import { waveKey } from '../wave-record.ts';
import { type Holder, holders, standingToRecovery, type Yielded } from './held-servers.ts';

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

/** What stands between a plan and its start. */
export interface InTheWay {
  readonly refusals: readonly StartRefusal[];
  /** The drills that let go of servers of the plan once it recovers them. */
  readonly yielding: readonly Yielded[];
}

/**
 * Says what forbids starting a plan: a wave of it that runs under another version of the plan, or a server of it that
 * a wave of another plan moves or is about to move. A drill that has a server which is to be recovered forbids nothing.
 */
export async function inTheWay(ports: Pick<Ports, 'store'>, plan: PlanToStart): Promise<InTheWay> {
  const refusals: StartRefusal[] = [];
  const yielding: Yielded[] = [];
  const { body: known } = await read(ports.store, place.plan(plan.name));
  for (const name of known?.waves ?? []) {
    const refusal = await changed(ports, plan, name);
    if (refusal !== undefined) refusals.push(refusal);
  }
  const servers = plan.waves.flatMap((wave) => wave.servers);
  const arnsOf = (isRecovered: boolean) =>
    new Set(
      servers
        .filter(({ settings }) => settings.phases.includes('recover') === isRecovered)
        .map(({ arn }) => arn),
    );
  const [recovered, others] = [arnsOf(true), arnsOf(false)];
  for (const holder of await holders(ports, plan.name)) {
    const standing = await standingToRecovery(ports, holder, recovered);
    const taken = holder.planned.servers.filter(({ arn }) => others.has(arn)).map(({ id }) => id);
    const held = [...taken, ...standing.holds];
    if (held.length > 0) refusals.push(serverTaken(holder, held));
    if (standing.yields.length > 0) yielding.push({ wave: holder.wave, servers: standing.yields });
  }
  return { refusals, yielding };
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

function serverTaken({ wave, hasBegun }: Holder, servers: readonly string[]): StartRefusal {
  return {
    kind: 'server-taken',
    wave,
    servers,
    message: `${namesText(servers)}: already in wave ${wave}, which ${hasBegun ? 'runs' : 'is still to start'}`,
    remedy: `exclude them from this plan, or wait until ${wave} has concluded or end it (landfall abort ${wave})`,
  };
}
