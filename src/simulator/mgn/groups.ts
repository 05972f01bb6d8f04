import { figuresOf } from '../figures.ts';
import { type JsonObject, textAt } from '../json.ts';
import { isConcluded } from '../operations/mgn-life-cycle.ts';
import type { Call } from '../operations/operation.ts';
import type { Quota } from '../parameters.ts';
import { type Group, isRunning, type RegionState } from '../region-state.ts';
import { notFound, quotaExceeded, ServiceException } from '../service-exception.ts';
import { assignedText, type SourceServer } from '../source-server.ts';
import { stamp, stampMs } from '../wire-time.ts';
import { newId } from './new-id.ts';

/** The two kinds of group, by the word that names them in ids, ARNs and refusals. */
export type GroupKind = 'application' | 'wave';

const prefixes = { application: 'app', wave: 'wave' } as const;
const types = { application: 'Application', wave: 'Wave' } as const;

/** Answers all groups of a kind. */
export function groupsOf(region: RegionState, kind: GroupKind): Map<string, Group> {
  return kind === 'wave' ? region.waves : region.applications;
}

/** Finds the group that a call names, or refuses with 404. */
export function theGroup(region: RegionState, kind: GroupKind, id: string): Group {
  const group = groupsOf(region, kind).get(id);
  if (group === undefined) throw notFound(types[kind], id);
  return group;
}

/** Creates a group; quotas and names were looked at before. */
export function createGroup(
  region: RegionState,
  kind: GroupKind,
  given: {
    readonly name: string;
    readonly description?: string | undefined;
    readonly tags?: JsonObject | undefined;
  },
): Group {
  const id = newId(region, prefixes[kind]);
  const at = stamp(region.world.now, region.world.parameters.timestampForm);
  const group: Group = {
    id,
    document: {
      [`${kind}ID`]: id,
      arn: region.arn(kind, id),
      name: given.name,
      ...(given.description === undefined ? {} : { description: given.description }),
      creationDateTime: at,
      lastModifiedDateTime: at,
    },
    archived: false,
    tags: given.tags ?? {},
  };
  groupsOf(region, kind).set(id, group);
  return group;
}

/** Changes members of a group; undefined takes a member away. */
export function changeGroup(region: RegionState, group: Group, members: JsonObject): void {
  const at = stamp(region.world.now, region.world.parameters.timestampForm);
  const all = { ...group.document, ...members, lastModifiedDateTime: at };
  group.document = Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  );
}

/** Archives a group or brings it back. */
export function setArchived(region: RegionState, group: Group, archived: boolean): void {
  group.archived = archived;
  changeGroup(region, group, {});
}

/** Refuses a name that another group of the kind has. */
export function refuseTakenName(
  region: RegionState,
  kind: GroupKind,
  name: string,
  except?: string,
): void {
  if (!region.world.parameters.groupNamesUnique) return;
  for (const group of groupsOf(region, kind).values()) {
    if (group.id !== except && textAt(group.document, 'name') === name) {
      throw groupConflict(kind, group.id, `The name ${name} is taken`);
    }
  }
}

/** Refuses when a group more, active or archived, would exceed its quota. */
export function refuseOverQuota(
  region: RegionState,
  kind: GroupKind,
  archived: boolean,
  quota: Quota,
): void {
  if (countOf(region, kind, archived) >= quota.value) throw quotaExceeded(quota);
}

/** Counts the archived groups, or those that are not. */
export function countOf(region: RegionState, kind: GroupKind, archived: boolean): number {
  return [...groupsOf(region, kind).values()].filter((g) => g.archived === archived).length;
}

/** 409: the state of a wave or application stands in the way. */
export function groupConflict(kind: GroupKind, id: string, message: string): ServiceException {
  return new ServiceException('ConflictException', 409, message, {
    resourceId: id,
    resourceType: types[kind],
  });
}

/** Refuses while a group is archived. */
export function refuseArchived(kind: GroupKind, group: Group): void {
  if (group.archived) throw groupConflict(kind, group.id, `The ${kind} is archived`);
}

/** Answers the applications of a wave. */
export function applicationsOf(region: RegionState, waveId: string): readonly Group[] {
  return [...region.applications.values()].filter(
    (group) => textAt(group.document, 'waveID') === waveId,
  );
}

/** Answers the servers of each application, by its id, at an instant. */
export function serversByApplication(
  region: RegionState,
  at: number,
): ReadonlyMap<string, readonly SourceServer[]> {
  const found = new Map<string, SourceServer[]>();
  for (const server of region.servers) {
    const state = server.stateAt(at);
    const id = state.deleted ? undefined : assignedText(server, state, 'applicationID');
    if (id === undefined) continue;
    const list = found.get(id);
    if (list === undefined) found.set(id, [server]);
    else list.push(server);
  }
  return found;
}

/** Puts servers into an application, or out of all where the id is undefined. */
export function assignApplication(
  region: RegionState,
  server: SourceServer,
  id: string | undefined,
): void {
  if (assignedText(server, server.state, 'applicationID') === id) return;
  assign(region, server, { applicationID: id ?? null });
}

/** Puts members in the place of those of a server's document; null takes one away. */
export function assign(region: RegionState, server: SourceServer, members: JsonObject): void {
  region.change(server, { assigned: { ...server.state.assigned, ...members } });
}

/** The application as answers show it. */
export function applicationDocument(
  call: Call,
  group: Group,
  servers: readonly SourceServer[],
): JsonObject {
  return {
    ...group.document,
    isArchived: group.archived,
    tags: group.tags,
    applicationAggregatedStatus: {
      ...aggregated(call, servers),
      totalSourceServers: servers.length,
    },
  };
}

/** The wave as answers show it. */
export function waveDocument(
  call: Call,
  group: Group,
  byApplication: ReadonlyMap<string, readonly SourceServer[]>,
): JsonObject {
  const applications = applicationsOf(call.region, group.id);
  const servers = applications.flatMap(({ id }) => byApplication.get(id) ?? []);
  const started = servers
    .map((server) => stampMs(textAt(server.stateAt(call.readAt).lifeCycle, 'firstByteDateTime')))
    .filter((at) => at !== undefined);
  const form = call.region.world.parameters.timestampForm;
  return {
    ...group.document,
    isArchived: group.archived,
    tags: group.tags,
    waveAggregatedStatus: {
      ...aggregated(call, servers),
      ...(started.length === 0
        ? {}
        : { replicationStartedDateTime: stamp(Math.min(...started), form) }),
      totalApplications: applications.length,
    },
  };
}

function aggregated(call: Call, servers: readonly SourceServer[]): JsonObject {
  const { region, readAt } = call;
  const { laggingAfterSeconds, timestampForm } = region.world.parameters;
  const figures = servers.map((server) =>
    figuresOf(region, server, server.stateAt(readAt), readAt),
  );
  const late = laggingAfterSeconds * 1000;
  const health = figures.some((f) => f?.state === 'STALLED')
    ? 'ERROR'
    : figures.some((f) => (f?.lagMs ?? 0) > late && f?.state !== 'PENDING_SNAPSHOT_SHIPPING')
      ? 'LAGGING'
      : 'HEALTHY';
  const concluded = servers.every((server) => isConcluded(server) || server.state.archived);
  const begun = servers.some((server) => isRunning(server.state.phase) || isConcluded(server));
  return {
    healthStatus: health,
    progressStatus:
      servers.length > 0 && concluded ? 'COMPLETED' : begun ? 'IN_PROGRESS' : 'NOT_STARTED',
    lastUpdateDateTime: stamp(readAt, timestampForm),
  };
}
