// In: servers of DRS with what is wanted of them. Out: each beside what it is set to, and whether it may be changed now. Only
// reads. Called by the commands that show, apply and fix, and for waves.
import type { Comparison } from '../../../core/desired/compare.ts';
import { compareDrsServer, type DrsServerSeen } from '../../../core/desired/drs/compare-drs.ts';
import { type DrsMoment, drsClosedBecause } from '../../../core/desired/drs/drs-may-change.ts';
import type { ServerWanted } from '../../../core/plan/launch-configuration/wanted.ts';
import { type Target, targetName } from '../../../core/target.ts';
import type { Refusal } from '../../ports.ts';
import type { DrsServersPorts } from './drs-settings-ports.ts';
import { type DrsWanted, drsMomentsOf, readDrsServer } from './read-drs-server.ts';

/** A server beside what is wanted of it: compared, left alone with the reason, or not readable. */
export type DrsServerCompared = { readonly wanted: ServerWanted } & (
  | { readonly is: 'compared'; readonly comparison: Comparison; readonly seen: DrsServerSeen }
  | { readonly is: 'closed'; readonly because: string }
  | { readonly is: 'unread'; readonly refusal: Refusal }
);

/** Compares servers, one after the other, in their order. */
export async function compareDrsServers(
  ports: DrsServersPorts,
  servers: readonly ServerWanted[],
): Promise<readonly DrsServerCompared[]> {
  const compare = await askForDrsMoments(ports, servers);
  const compared: DrsServerCompared[] = [];
  for (const wanted of servers) compared.push(await compare(wanted));
  return compared;
}

/** Asks for the moments of servers, once a target, and answers how to compare each. */
export async function askForDrsMoments(
  ports: DrsServersPorts,
  servers: readonly ServerWanted[],
): Promise<(wanted: ServerWanted) => Promise<DrsServerCompared>> {
  const byTarget = new Map<string, { readonly target: Target; readonly ids: string[] }>();
  for (const { target, server } of servers) {
    const group = byTarget.get(targetName(target)) ?? { target, ids: [] };
    group.ids.push(server);
    byTarget.set(targetName(target), group);
  }
  const moments = new Map<string, Awaited<ReturnType<typeof drsMomentsOf>>>();
  for (const [name, { target, ids }] of byTarget) {
    moments.set(name, await drsMomentsOf(ports, target, ids));
  }
  return async (wanted) => {
    const known = moments.get(targetName(wanted.target));
    return known === undefined || known.ok
      ? compareOne(ports, wanted, known?.value.get(wanted.server))
      : { wanted, is: 'unread', refusal: known.refusal };
  };
}

/** Compares one server, of which the moment is known. */
export async function compareOne(
  ports: DrsServersPorts,
  wanted: ServerWanted,
  moment: DrsMoment | undefined,
): Promise<DrsServerCompared> {
  const because = moment === undefined ? undefined : drsClosedBecause(moment);
  if (because !== undefined) return { wanted, is: 'closed', because };
  const seen = await readDrsServer(ports, wanted.target, wanted.server, partsOf(wanted));
  if (!seen.ok) return { wanted, is: 'unread', refusal: seen.refusal };
  return {
    wanted,
    is: 'compared',
    comparison: compareDrsServer(wanted, seen.value),
    seen: seen.value,
  };
}

/** Which settings the file says something about. */
export function partsOf({ actions, launchTemplate }: ServerWanted): DrsWanted {
  return { actions: actions !== undefined, template: launchTemplate !== undefined };
}
