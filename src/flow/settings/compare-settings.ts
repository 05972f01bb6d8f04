// In: servers with what a plan wants of them. Out: each beside what it is set to, and whether it may be changed now. Only
// reads. Called by the commands that show and apply settings.
import { type Comparison, compare } from '../../core/desired/compare.ts';
import { type ChangeMoment, closedBecause } from '../../core/desired/may-change.ts';
import type { SettingsSeen } from '../../core/desired/setting.ts';
import type { Desired } from '../../core/plan/desired.ts';
import { type Target, targetName } from '../../core/target.ts';
import type { Refusal } from '../ports.ts';
import { momentsOf } from './moments.ts';
import { readSettings, type Wanted } from './read-settings.ts';
import type { SettingsPorts } from './settings-ports.ts';

/** A server with what its plan wants of it. */
export interface ServerAsked {
  readonly server: string;
  readonly hostname: string | null;
  /** The wave, as PLAN.WAVE. */
  readonly wave: string;
  readonly target: Target;
  readonly desired: Desired;
}

/** A server beside what is wanted of it: compared, left alone with the reason, or not readable. */
export type ServerCompared = ServerAsked &
  (
    | { readonly is: 'compared'; readonly comparison: Comparison; readonly seen: SettingsSeen }
    | { readonly is: 'closed'; readonly because: string }
    | { readonly is: 'unread'; readonly refusal: Refusal }
  );

/** The moment of a server, or why its target did not tell it. */
export type MomentAsked =
  | { readonly moment: ChangeMoment | undefined }
  | { readonly refusal: Refusal };

/** Compares servers, one after the other, in their order. */
export async function compareSettings(
  ports: SettingsPorts,
  servers: readonly ServerAsked[],
): Promise<readonly ServerCompared[]> {
  const momentOf = await askForMoments(ports, servers);
  const compared: ServerCompared[] = [];
  for (const one of servers) compared.push(await compareServer(ports, one, momentOf(one)));
  return compared;
}

/** Compares one server, whose moment was asked for. */
export async function compareServer(
  ports: SettingsPorts,
  one: ServerAsked,
  asked: MomentAsked,
): Promise<ServerCompared> {
  if ('refusal' in asked) return { ...one, is: 'unread', refusal: asked.refusal };
  const { moment } = asked;
  const because = moment === undefined ? undefined : closedBecause('apply', moment);
  if (because !== undefined) return { ...one, is: 'closed', because };
  const seen = await readSettings(ports, one.target, one.server, wantedOf(one.desired));
  if (!seen.ok) return { ...one, is: 'unread', refusal: seen.refusal };
  return {
    ...one,
    is: 'compared',
    comparison: compare(one.desired, seen.value),
    seen: seen.value,
  };
}

/** Which settings a plan says something about. */
export function wantedOf({
  replicationConfiguration,
  launchTemplate,
  postLaunchActions,
}: Desired): Wanted {
  return {
    replication: replicationConfiguration !== undefined,
    template: launchTemplate !== undefined,
    actions: postLaunchActions !== undefined,
  };
}

/** Asks for the moments of servers, once a target. */
export async function askForMoments(
  ports: SettingsPorts,
  servers: readonly Pick<ServerAsked, 'target' | 'server'>[],
): Promise<(one: Pick<ServerAsked, 'target' | 'server'>) => MomentAsked> {
  const byTarget = new Map<string, { readonly target: Target; readonly ids: string[] }>();
  for (const { target, server } of servers) {
    const name = targetName(target);
    const group = byTarget.get(name) ?? { target, ids: [] };
    group.ids.push(server);
    byTarget.set(name, group);
  }
  const found = new Map<string, Awaited<ReturnType<typeof momentsOf>>>();
  for (const [name, { target, ids }] of byTarget) {
    found.set(name, await momentsOf(ports, target, ids));
  }
  return ({ target, server }) => {
    const answer = found.get(targetName(target));
    if (answer === undefined) return { moment: undefined };
    return answer.ok ? { moment: answer.value.get(server) } : { refusal: answer.refusal };
  };
}
