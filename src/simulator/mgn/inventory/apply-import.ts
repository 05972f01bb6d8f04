import { type JsonObject, textAt } from '../../json.ts';
import { setGoing } from '../../load-fleet.ts';
import type { Group, RegionState } from '../../region-state.ts';
import type { SourceServer } from '../../source-server.ts';
import { newServerDocument } from '../agent.ts';
import { adoptTemplates } from '../configurations.ts';
import { assign, assignApplication, changeGroup, createGroup, type GroupKind } from '../groups.ts';
import { newId } from '../new-id.ts';
import { groupFor, problemsOf, serverFor } from './check-draft.ts';
import { readCsv } from './csv.ts';
import {
  type Draft,
  deleteTag,
  draftOf,
  type InventoryDraft,
  type Problem,
  resetValue,
} from './draft.ts';
import { applySettings } from './server-settings.ts';

/** What an import did: how many resources of each kind, and what was wrong. */
export interface ImportResult {
  readonly summary: JsonObject;
  readonly problems: readonly Problem[];
}

/** Imports the text of an inventory file as the rules say (inventory formats 2.3). */
export function importInventory(region: RegionState, text: string): ImportResult {
  const { importUnknownColumns, importWithErrors } = region.world.parameters;
  const rows = readCsv(text);
  const draft = (skipped: ReadonlySet<number>) =>
    draftOf(rows, region, { unknownColumns: importUnknownColumns, skipped });
  const whole = draft(new Set());
  const problems = [...whole.problems, ...problemsOf(region, whole)];
  if (problems.length === 0) return { summary: applied(region, whole), problems };
  const fileIsWrong = problems.some(({ row, type }) => row === 0 || type === 'PROCESSING_ERROR');
  if (importWithErrors === 'nothing' || fileIsWrong) return { summary: summaryOf({}), problems };
  const good = draft(new Set(problems.map(({ row }) => row)));
  const still = [...good.problems, ...problemsOf(region, good)];
  return {
    summary: still.length === 0 ? applied(region, good) : summaryOf({}),
    problems: [...problems, ...still],
  };
}

/** The counts of an import in wire form. */
export function summaryOf(
  counts: {
    readonly [kind in 'waves' | 'applications' | 'servers']?: readonly [number, number];
  },
): JsonObject {
  const of = ([createdCount, modifiedCount]: readonly [number, number] = [0, 0]) => ({
    createdCount,
    modifiedCount,
  });
  return {
    waves: of(counts.waves),
    applications: of(counts.applications),
    servers: of(counts.servers),
  };
}

function applied(region: RegionState, draft: InventoryDraft): JsonObject {
  const placed = new Map<Draft, string>();
  const counts: Record<'waves' | 'applications' | 'servers', [number, number]> = {
    waves: [0, 0],
    applications: [0, 0],
    servers: [0, 0],
  };
  const count = (kind: keyof typeof counts, created: boolean) => {
    counts[kind][created ? 0 : 1] += 1;
  };
  for (const one of draft.waves.values()) {
    const known = groupFor(region, 'wave', one);
    if (known === undefined || changes(one)) count('waves', known === undefined);
    placed.set(one, applyGroup(region, 'wave', one, known).id);
  }
  for (const one of draft.applications.values()) {
    const known = groupFor(region, 'application', one);
    if (known === undefined || changes(one)) count('applications', known === undefined);
    const group = applyGroup(region, 'application', one, known);
    placed.set(one, group.id);
    const wave = one.parent === undefined ? undefined : placed.get(one.parent);
    if (wave !== undefined && textAt(group.document, 'waveID') !== wave) {
      changeGroup(region, group, { waveID: wave });
    }
  }
  for (const one of draft.servers.values()) {
    const known = serverFor(region, one);
    if (known === undefined || changes(one)) count('servers', known === undefined);
    const server = known ?? newServer(region, one);
    applyServer(region, server, one);
    const application = one.parent === undefined ? undefined : placed.get(one.parent);
    if (application !== undefined) assignApplication(region, server, application);
  }
  return summaryOf(counts);
}

// A row that only names a resource, so that another is put into it, does not modify it.
function changes(draft: Draft): boolean {
  const told = [...draft.fields.keys()].filter(
    (name) => !['id', 'name', 'user-provided-id'].includes(name),
  );
  return (
    told.length > 0 ||
    draft.tags.size > 0 ||
    draft.settings.size > 0 ||
    draft.actions.size > 0 ||
    draft.parent !== undefined ||
    (draft.id !== undefined && draft.name !== undefined)
  );
}

function applyGroup(
  region: RegionState,
  kind: GroupKind,
  draft: Draft,
  known: Group | undefined,
): Group {
  const description = draft.fields.get('description');
  const group =
    known ?? createGroup(region, kind, { name: draft.name ?? '', description, tags: {} });
  group.tags = tagsWith(group.tags, draft.tags);
  const name = draft.fields.get('name');
  if (known !== undefined && changes(draft)) {
    changeGroup(region, group, {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
    });
  }
  return group;
}

function newServer(region: RegionState, draft: Draft): SourceServer {
  const id = newId(region, 's');
  const platform = draft.fields.get('platform');
  const document = newServerDocument(region, id, {
    userProvidedID: draft.name,
    lifeCycle: {
      lastTest: { initiated: {}, reverted: {}, finalized: {} },
      lastCutover: { initiated: {}, reverted: {}, finalized: {} },
      state: 'PENDING_INSTALLATION',
    },
    sourceProperties: {
      identificationHints: { fqdn: draft.fields.get('fqdn-for-action-framework') ?? '' },
      ...(platform === undefined
        ? {}
        : { os: { fullString: /^windows$/i.test(platform) ? 'Windows' : 'Linux' } }),
    },
  });
  const server = region.add(id, region.arn('source-server', id), document);
  setGoing(region, server);
  adoptTemplates(region, server);
  return server;
}

function applyServer(region: RegionState, server: SourceServer, draft: Draft): void {
  const tags = tagsWith(server.state.tags, draft.tags);
  if (draft.tags.size > 0) region.change(server, { tags });
  const fqdn = draft.fields.get('fqdn-for-action-framework');
  const own = draft.fields.get('user-provided-id');
  const members = {
    ...(fqdn === undefined ? {} : { fqdnForActionFramework: fqdn }),
    ...(own === undefined ? {} : { userProvidedID: own }),
  };
  if (Object.keys(members).length > 0) assign(region, server, members);
  applySettings(region, server, draft);
}

function tagsWith(known: JsonObject, given: ReadonlyMap<string, string>): JsonObject {
  const all: Record<string, unknown> = { ...known };
  for (const [key, value] of given) {
    if (value === deleteTag) delete all[key];
    else all[key] = value === resetValue ? '' : value;
  }
  return all;
}
