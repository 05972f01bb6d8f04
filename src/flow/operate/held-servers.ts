// In: what is on record of all plans. Out: which waves have which servers, and which of them yield to a recovery. Only reads.
// Called by whoever starts a plan, and by a wave that recovers.

import { type Yielding, yieldingOf } from '../../core/operate/yielding.ts';
import { openExecution } from '../execution-name.ts';
import type { Ports } from '../ports.ts';
import { read, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { PlannedWave } from '../records/plan-records.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { waveKey } from '../wave-record.ts';

/** A wave that still moves servers or is about to. */
export interface Holder {
  readonly wave: string;
  readonly hasBegun: boolean;
  readonly planned: PlannedWave;
}

/** Servers that a drill lets go of, as they are recovered. */
export interface Yielded {
  /** The wave of the drill. */
  readonly wave: string;
  readonly servers: readonly string[];
}

/** The waves of all plans but one that have not concluded and were not called off. */
export async function holders(
  ports: Pick<Ports, 'store'>,
  besides: string,
): Promise<readonly Holder[]> {
  const found: Holder[] = [];
  for (const { body: known } of await readAll(ports.store, place.plan(''))) {
    if (known.plan === besides) continue;
    for (const name of known.waves) {
      const holder = await holderOf(ports, known.plan, name);
      if (holder !== undefined) found.push(holder);
    }
  }
  return found;
}

async function holderOf(
  ports: Pick<Ports, 'store'>,
  plan: string,
  name: string,
): Promise<Holder | undefined> {
  const wave = waveKey(plan, name);
  const { body: record } = await read(ports.store, place.wave(wave));
  const hasBegun = record !== undefined;
  if (hasBegun && record.concludedAt !== null) return undefined;
  const { body: planned } = await read(ports.store, place.plannedWave(plan, name));
  if (planned === undefined) return undefined;
  if (!hasBegun) {
    // A wave that was called off before it began moves nothing.
    const { body: command } = await read(ports.store, place.command(wave));
    if (command?.aborted === true) return undefined;
  }
  return { wave, hasBegun, planned };
}

/** The servers that waves of other plans move or are about to move: the wave of each, by the server's ARN. */
export async function serversTaken(
  ports: Pick<Ports, 'store'>,
  besides: string,
): Promise<ReadonlyMap<string, string>> {
  const waveOf = new Map<string, string>();
  for (const { wave, planned } of await holders(ports, besides)) {
    for (const { arn } of planned.servers) waveOf.set(arn, wave);
  }
  return waveOf;
}

/** How a wave stands to the recovery of those of its servers that are named by ARN. */
export async function standingToRecovery(
  ports: Pick<Ports, 'store'>,
  { wave, planned }: Holder,
  arns: ReadonlySet<string>,
): Promise<Readonly<Record<Yielding, readonly string[]>>> {
  const shared = planned.servers.filter(({ arn }) => arns.has(arn));
  const standing: Record<Yielding, string[]> = { yields: [], ended: [], holds: [] };
  if (shared.length === 0) return standing;
  const members = await readAll(ports.store, place.waveServer(wave, ''));
  const byId = new Map(members.map(({ body }) => [body.server, body]));
  for (const { id, settings } of shared) {
    const phases = planned.settings[settings]?.phases ?? [];
    standing[yieldingOf(asYielder(byId.get(id), phases))].push(id);
  }
  return standing;
}

function asYielder(
  member: WaveServer | undefined,
  phases: WaveServer['settings']['phases'],
): Parameters<typeof yieldingOf>[0] {
  if (member === undefined) {
    return { phases, arrival: { enter: phases[0] ?? 'replicate' }, results: [] };
  }
  const { arrival, results, outcome } = member;
  const open = openExecution(member);
  return {
    phases: member.settings.phases,
    arrival,
    results,
    ...(open === undefined ? {} : { running: open.phase }),
    ...(outcome === null ? {} : { outcome }),
  };
}

/** The drills of other plans that let go of servers, named by ARN, as a wave recovers them. */
export async function yieldingDrills(
  ports: Pick<Ports, 'store'>,
  besides: string,
  arns: ReadonlySet<string>,
): Promise<readonly Yielded[]> {
  const found: Yielded[] = [];
  for (const holder of await holders(ports, besides)) {
    const { yields } = await standingToRecovery(ports, holder, arns);
    if (yields.length > 0) found.push({ wave: holder.wave, servers: yields });
  }
  return found;
}
