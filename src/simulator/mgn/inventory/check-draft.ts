import { textAt } from '../../json.ts';
import { quotasOf } from '../../parameters.ts';
import type { Group, RegionState } from '../../region-state.ts';
import { assignedText, type SourceServer } from '../../source-server.ts';
import { serverCounts } from '../agent.ts';
import { countOf, type GroupKind, groupsOf } from '../groups.ts';
import { groupDescription, groupName } from '../model.ts';
import { groupQuotasOf } from '../quotas.ts';
import type { Draft, InventoryDraft, Problem } from './draft.ts';
import { settingProblems } from './server-settings.ts';

/** Says what is wrong with a draft for an account: what is missing, taken, archived, invalid or beyond a quota. */
export function problemsOf(region: RegionState, draft: InventoryDraft): readonly Problem[] {
  const { waves, applications, servers } = draft;
  const problems: Problem[] = [
    ...[...waves.values()].flatMap((one) => groupProblems(region, 'wave', one)),
    ...[...applications.values()].flatMap((one) => groupProblems(region, 'application', one)),
    ...[...servers.values()].flatMap((one) => serverProblems(region, one)),
  ];
  const created = (drafts: ReadonlyMap<string, Draft>, kind: GroupKind) =>
    [...drafts.values()].filter((one) => groupFor(region, kind, one) === undefined).length;
  const newServers = [...servers.values()].filter((one) => serverFor(region, one) === undefined);
  const { activeWaves, activeApplications, serversPerApplication, applicationsPerWave } =
    groupQuotasOf(region.world.parameters);
  const { nonArchivedServers, totalServers } = quotasOf(region.world.parameters);
  const { all, live } = serverCounts(region);
  const sums = [
    [countOf(region, 'wave', false) + created(waves, 'wave'), activeWaves],
    [
      countOf(region, 'application', false) + created(applications, 'application'),
      activeApplications,
    ],
    [newServers.length === 0 ? 0 : live + newServers.length, nonArchivedServers],
    [newServers.length === 0 ? 0 : all + newServers.length, totalServers],
    [mostMembers(region, servers, 'application'), serversPerApplication],
    [mostMembers(region, applications, 'wave'), applicationsPerWave],
  ] as const;
  for (const [count, quota] of sums) {
    if (count > quota.value) {
      const message = `Quota exceeded: ${quota.name} (${quota.value})`;
      problems.push({ row: 0, type: 'PROCESSING_ERROR', message });
    }
  }
  return problems;
}

// The size of the largest group that members of the file would come to.
function mostMembers(
  region: RegionState,
  members: ReadonlyMap<string, Draft>,
  kind: GroupKind,
): number {
  const coming = new Map<Draft, Draft[]>();
  for (const one of members.values()) {
    if (one.parent !== undefined) coming.set(one.parent, [...(coming.get(one.parent) ?? []), one]);
  }
  let most = 0;
  for (const [parent, drafts] of coming) {
    const group = groupFor(region, kind, parent);
    const there = new Set<string>();
    if (group !== undefined && kind === 'wave') {
      for (const { id, document } of region.applications.values()) {
        if (textAt(document, 'waveID') === group.id) there.add(id);
      }
    }
    if (group !== undefined && kind === 'application') {
      for (const server of region.servers) {
        const is = assignedText(server, server.state, 'applicationID');
        if (!server.state.deleted && is === group.id) there.add(server.id);
      }
    }
    for (const one of drafts) {
      const known = kind === 'wave' ? groupFor(region, 'application', one) : serverFor(region, one);
      there.add(known?.id ?? `new:${one.name}`);
    }
    most = Math.max(most, there.size);
  }
  return most;
}

function groupProblems(region: RegionState, kind: GroupKind, draft: Draft): readonly Problem[] {
  const { row, id } = draft;
  const named = id === undefined ? {} : kind === 'wave' ? { waveId: id } : { applicationId: id };
  const wrong = (message: string): Problem => ({
    row,
    type: 'VALIDATION_ERROR',
    message,
    ...named,
  });
  const group = groupFor(region, kind, draft);
  const found: Problem[] = [];
  if (id !== undefined && group === undefined)
    found.push(wrong(`The ${kind} ${id} does not exist`));
  if (group?.archived === true) found.push(wrong(`The ${kind} ${group.id} is archived`));
  const name = draft.fields.get('name');
  if (name !== undefined && !groupName.safeParse(name).success) {
    found.push(wrong(`The name of a ${kind} is not valid: ${name}`));
  }
  const other = [...groupsOf(region, kind).values()].find(
    (one) => name !== undefined && textAt(one.document, 'name') === name,
  );
  if (id !== undefined && other !== undefined && other.id !== id) {
    found.push(wrong(`The name ${name} is taken`));
  }
  if (!groupDescription.safeParse(draft.fields.get('description') ?? '').success) {
    found.push(wrong(`The description of a ${kind} is not valid`));
  }
  return found;
}

function serverProblems(region: RegionState, draft: Draft): readonly Problem[] {
  const { row, id, fields } = draft;
  const named = id === undefined ? {} : { serverId: id };
  const wrong = (message: string): Problem => ({
    row,
    type: 'VALIDATION_ERROR',
    message,
    ...named,
  });
  const server = serverFor(region, draft);
  const found = settingProblems(draft).map(wrong);
  if (id !== undefined && server === undefined) {
    found.push(wrong(`The server ${id} does not exist`));
  }
  if (id === undefined && server === undefined && !fields.has('fqdn-for-action-framework')) {
    found.push(wrong('A new server needs mgn:server:fqdn-for-action-framework'));
  }
  const given = fields.get('user-provided-id');
  const known =
    server === undefined ? undefined : assignedText(server, server.state, 'userProvidedID');
  if (given !== undefined && known !== undefined && given !== known) {
    found.push(wrong(`The user-provided id ${known} cannot be changed`));
  }
  if (given !== undefined && !groupName.safeParse(given).success) {
    found.push(wrong(`The user-provided id is not valid: ${given}`));
  }
  const platform = fields.get('platform');
  if (platform !== undefined && !/^(linux|windows)$/i.test(platform)) {
    found.push(wrong(`The platform is neither Linux nor Windows: ${platform}`));
  }
  if (server?.state.archived === true) found.push(wrong(`The server ${server.id} is archived`));
  return found;
}

/** Finds the group that a draft is about, by its id, otherwise by its name. */
export function groupFor(region: RegionState, kind: GroupKind, draft: Draft): Group | undefined {
  const groups = groupsOf(region, kind);
  if (draft.id !== undefined) return groups.get(draft.id);
  return [...groups.values()].find((group) => textAt(group.document, 'name') === draft.name);
}

/** Finds the server that a draft is about, by its id, otherwise by its user-provided id. */
export function serverFor(region: RegionState, draft: Draft): SourceServer | undefined {
  if (draft.id !== undefined) return region.server(draft.id);
  return region.servers.find(
    (server) =>
      !server.state.deleted && assignedText(server, server.state, 'userProvidedID') === draft.name,
  );
}
