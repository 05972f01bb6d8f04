import { type Figures, figuresOf } from './figures.ts';
import { isJsonObject, type JsonObject, objectAt, textAt } from './json.ts';
import { isRunning, type RegionState } from './region-state.ts';
import type { Disk, ServerState, SourceServer } from './source-server.ts';
import { lastHeartbeat } from './vcenter-client.ts';
import { durationText, stamp, stampMs, stampOfSecond } from './wire-time.ts';

// Members that calls and time change; all others are printed once a server.
const living = new Set([
  'isArchived',
  'tags',
  'launchedInstance',
  'dataReplicationInfo',
  'lifeCycle',
  'replicationType',
  'sourceProperties',
]);
const measured = new Set([
  'lagDuration',
  'etaDateTime',
  'replicatedDisks',
  'dataReplicationState',
  'dataReplicationInitiation',
  'dataReplicationError',
  'lastSnapshotDateTime',
]);

interface ServerText {
  readonly fixed: string;
  /** sourceProperties around the text of lastUpdatedDateTime; whole in the first part where there is none. */
  readonly properties: readonly [string, string];
  readonly refreshedFrom: number | undefined;
  readonly unknownInfo: string;
}
interface StateText {
  /** The fixed members where calls changed some of them. */
  readonly fixed: string | undefined;
  readonly head: readonly string[];
  readonly lifeCycleTail: string;
  readonly addedAt: number | undefined;
  /** The initiation around the text of nextAttemptDateTime; whole in the first part where there is none. */
  readonly initiation: readonly [string, string];
  readonly hasAttempt: boolean;
  disksKey: string;
  disks: string;
}

const serverTexts = new WeakMap<SourceServer, ServerText>();
const stateTexts = new WeakMap<ServerState, StateText>();

/**
 * Prints a server as every answer shows it at an instant: what the simulator does not compute stays as the
 * fleet had it. Printing is the hot path of a rehearsal, so all that does not move is printed once.
 */
export function serverDocument(region: RegionState, server: SourceServer, at: number): string {
  const state = server.stateAt(at);
  const fixed = serverText(server);
  const text = stateText(region, server, state);
  const figures = figuresOf(region, server, state, at);
  const parts = [
    text.fixed ?? fixed.fixed,
    ...text.head,
    ...member(server, 'launchedInstance', launchedInstance(state, at)),
    ...member(server, 'dataReplicationInfo', replicationInfo(region, server, state, figures, at)),
    ...member(server, 'lifeCycle', lifeCycle(region, server, state, at)),
    ...sourceProperties(region, server, state, at),
  ];
  return `{${parts.join(',')}}`;
}

// A member that the fleet left out stays out as long as it has nothing to say.
function member(server: SourceServer, name: string, text: string): readonly string[] {
  return server.document[name] === undefined && text === '{}' ? [] : [`"${name}":${text}`];
}

function serverText(server: SourceServer): ServerText {
  const known = serverTexts.get(server);
  if (known !== undefined) return known;
  const { document } = server;
  const info = objectAt(document, 'dataReplicationInfo');
  const properties = document['sourceProperties'];
  const refreshed = isJsonObject(properties)
    ? textAt(properties, 'lastUpdatedDateTime')
    : undefined;
  const whole = properties === undefined ? '' : `"sourceProperties":${JSON.stringify(properties)}`;
  const mark = `"lastUpdatedDateTime":${JSON.stringify(refreshed)}`;
  const cut = refreshed === undefined ? -1 : whole.indexOf(mark) + '"lastUpdatedDateTime":"'.length;
  const text: ServerText = {
    fixed: members(Object.entries(document).filter(([name]) => !living.has(name))),
    properties:
      refreshed === undefined
        ? [whole, '']
        : [whole.slice(0, cut), whole.slice(cut + refreshed.length)],
    refreshedFrom: stampMs(refreshed),
    unknownInfo: members(Object.entries(info).filter(([name]) => !measured.has(name))),
  };
  serverTexts.set(server, text);
  return text;
}

function stateText(region: RegionState, server: SourceServer, state: ServerState): StateText {
  const known = stateTexts.get(state);
  if (known !== undefined) return known;
  const { elapsedReplicationDuration, lastSeenByServiceDateTime, ...rest } = state.lifeCycle;
  const still = isRunning(state.phase)
    ? rest
    : {
        ...(elapsedReplicationDuration === undefined ? {} : { elapsedReplicationDuration }),
        ...rest,
      };
  const hasTags = server.document['tags'] !== undefined || Object.keys(state.tags).length > 0;
  const text: StateText = {
    fixed: fixedWith(server, state.assigned),
    head: [
      ...(server.document['isArchived'] === undefined && !state.archived
        ? []
        : [`"isArchived":${state.archived}`]),
      ...(hasTags ? [`"tags":${JSON.stringify(shownTags(region, server, state))}`] : []),
      ...(state.replicationType === undefined
        ? []
        : [`"replicationType":${JSON.stringify(state.replicationType)}`]),
    ],
    lifeCycleTail: members(
      Object.entries(
        state.phase.kind === 'inert' && lastSeenByServiceDateTime !== undefined
          ? { ...still, lastSeenByServiceDateTime }
          : still,
      ),
    ),
    addedAt: stampMs(textAt(state.lifeCycle, 'addedToServiceDateTime')),
    initiation: aroundAttempt(state.initiation),
    hasAttempt: state.initiation?.['nextAttemptDateTime'] !== undefined,
    disksKey: 'none',
    disks: '',
  };
  stateTexts.set(state, text);
  return text;
}

function fixedWith(server: SourceServer, assigned: JsonObject | undefined): string | undefined {
  if (assigned === undefined) return undefined;
  const all = Object.entries({ ...server.document, ...assigned });
  return members(
    all.filter(([name, value]) => !living.has(name) && !(value === null && name in assigned)),
  );
}

function shownTags(region: RegionState, server: SourceServer, state: ServerState): JsonObject {
  return region.world.parameters.tagsInAnswers === 'tags'
    ? state.tags
    : { resourceArn: server.arn };
}

function launchedInstance(state: ServerState, at: number): string {
  const { document, bootsAt } = state.launched;
  return JSON.stringify(
    bootsAt === undefined || at < bootsAt ? document : { ...document, firstBoot: 'SUCCEEDED' },
  );
}

function replicationInfo(
  region: RegionState,
  server: SourceServer,
  state: ServerState,
  figures: Figures | undefined,
  at: number,
): string {
  if (figures === undefined)
    return JSON.stringify(objectAt(server.document, 'dataReplicationInfo'));
  const form = region.world.parameters.timestampForm;
  const text = stateText(region, server, state);
  const parts: string[] = [];
  if (figures.lagMs !== undefined) parts.push(`"lagDuration":"${durationText(figures.lagMs)}"`);
  if (figures.etaAt !== undefined) parts.push(`"etaDateTime":"${stamp(figures.etaAt, form)}"`);
  parts.push(`"replicatedDisks":${disks(state, text, figures)}`);
  parts.push(`"dataReplicationState":${JSON.stringify(figures.state)}`);
  if (state.initiation !== undefined) {
    parts.push(`"dataReplicationInitiation":${initiationText(state, text, figures, at, form)}`);
  }
  if (figures.error !== undefined) {
    parts.push(`"dataReplicationError":${JSON.stringify(figures.error)}`);
  }
  if (figures.lastSnapshotAt !== undefined) {
    parts.push(`"lastSnapshotDateTime":"${stampOf(server, figures.lastSnapshotAt, form)}"`);
  }
  const { unknownInfo } = serverText(server);
  return `{${parts.join(',')}${unknownInfo === '' ? '' : `,${unknownInfo}`}}`;
}

function initiationText(
  state: ServerState,
  text: StateText,
  figures: Figures,
  at: number,
  form: '+00:00' | 'Z',
): string {
  const around =
    figures.steps === undefined
      ? text.initiation
      : aroundAttempt({ ...state.initiation, steps: figures.steps });
  if (!text.hasAttempt) return around[0];
  const { nextAttemptDateTime } = state.initiation ?? {};
  const attempt = isRunning(state.phase)
    ? stampOfSecond((Math.floor(at / 60_000) + 1) * 60_000, form)
    : nextAttemptDateTime;
  return `${around[0]}${JSON.stringify(attempt)}${around[1]}`;
}

// The attempt moves with every minute, so it is cut out of what is printed once.
function aroundAttempt(initiation: JsonObject | undefined): readonly [string, string] {
  if (initiation === undefined) return ['', ''];
  const { nextAttemptDateTime, steps, ...rest } = initiation;
  if (nextAttemptDateTime === undefined) return [JSON.stringify(initiation), ''];
  const before = Object.keys(rest).length === 0 ? '' : `${members(Object.entries(rest))},`;
  const after = steps === undefined ? '}' : `,"steps":${JSON.stringify(steps)}}`;
  return [`{${before}"nextAttemptDateTime":`, after];
}

function disks(state: ServerState, text: StateText, figures: Figures): string {
  const key = `${figures.synced}|${figures.rescanned}|${figures.backlog}`;
  if (text.disksKey !== key) {
    text.disksKey = key;
    text.disks = JSON.stringify(disksAt(state.disks, figures));
  }
  return text.disks;
}

/** Answers the disks as the wire lists them with these figures. */
export function disksAt(list: readonly Disk[], figures: Figures): readonly JsonObject[] {
  const totalBytes = list.reduce((sum, disk) => sum + disk.total, 0);
  const { synced = 0, rescanned, backlog } = figures;
  return list.map((disk) => ({
    ...disk.known,
    totalStorageBytes: disk.total,
    replicatedStorageBytes:
      disk.replicated + Math.floor(Math.max(0, disk.total - disk.replicated) * synced),
    rescannedStorageBytes:
      rescanned === undefined ? disk.rescanned : Math.floor(disk.total * rescanned),
    backloggedStorageBytes:
      backlog === undefined || totalBytes === 0
        ? disk.backlogged
        : Math.floor((backlog * disk.total) / totalBytes),
  }));
}

function lifeCycle(
  region: RegionState,
  server: SourceServer,
  state: ServerState,
  at: number,
): string {
  const text = stateText(region, server, state);
  if (state.phase.kind === 'inert') return `{${text.lifeCycleTail}}`;
  const form = region.world.parameters.timestampForm;
  const parts = text.lifeCycleTail === '' ? [] : [text.lifeCycleTail];
  if (isRunning(state.phase) && text.addedAt !== undefined) {
    parts.push(`"elapsedReplicationDuration":"${durationText(at - text.addedAt)}"`);
  }
  const { from, alive } = state.heartbeat;
  if (from !== undefined) {
    const seen = alive ? lastHeartbeat(from, server.heartbeatMs, at) : from;
    parts.push(`"lastSeenByServiceDateTime":"${stampOf(server, seen, form)}"`);
  }
  return `{${parts.join(',')}}`;
}

function sourceProperties(
  region: RegionState,
  server: SourceServer,
  state: ServerState,
  at: number,
): readonly string[] {
  const { properties, refreshedFrom } = serverText(server);
  if (refreshedFrom === undefined) return properties[0] === '' ? [] : [properties[0]];
  const { timestampForm, propertiesRefreshMinutes } = region.world.parameters;
  const { alive, from = refreshedFrom } = state.heartbeat;
  const heardAt = state.phase.kind === 'inert' ? refreshedFrom : alive ? at : from;
  const seen = lastHeartbeat(refreshedFrom, propertiesRefreshMinutes * 60_000, heardAt);
  return [`${properties[0]}${stampOf(server, seen, timestampForm)}${properties[1]}`];
}

function stampOf(server: SourceServer, at: number, form: '+00:00' | 'Z'): string {
  return server.stampTexts.get(at) ?? stamp(at, form);
}

function members(entries: readonly (readonly [string, unknown])[]): string {
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join(',');
}
