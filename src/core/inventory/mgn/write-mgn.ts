// In: a plan as it resolves on a fleet, with the note of its import. Out: the rows of MGN's inventory CSV in its import
// form, documented columns only, and what of plan and fleet the format cannot hold.
import type { Fleet, FleetServer } from '../../fleet/fleet.ts';
import { cut, type Problem, problemAt, shown } from '../../fleet/problem.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ResolvedWave } from '../../plan/resolve-plan.ts';
import type { InventoryNote } from '../note.ts';
import { compareColumns, readMgnColumn, resetValue } from './columns.ts';
import { mostServersPerApplication } from './judge-drafts.ts';
import { type Losses, lossesOf } from './losses.ts';
import { keyCells, placeCells } from './server-cells.ts';

/** An inventory in MGN's import form, or why there can be none. */
export type WrittenInventory =
  | {
      readonly ok: true;
      readonly rows: readonly (readonly string[])[];
      /** What the format cannot hold, a sentence each. */
      readonly losses: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Cells = Map<string, string>;

/** Writes the waves of a plan as an inventory that MGN imports. */
export function writeMgn(
  plan: Plan,
  waves: readonly ResolvedWave[],
  fleet: Fleet,
  note: InventoryNote,
): WrittenInventory {
  const byId = new Map(fleet.servers.map((server) => [server.sourceServerId, server]));
  const members = waves.map((wave) => ({
    wave,
    servers: wave.servers.flatMap(({ sourceServerId }) => byId.get(sourceServerId) ?? []),
  }));
  const problems = [...splitApplications(members), ...largeApplications(members)];
  const losses: Losses = lossesOf(plan, waves, fleet, note);
  const names = waveNames(members);
  const rows: Cells[] = [];
  const keys = new Map<string, FleetServer>();
  for (const [i, { wave, servers }] of members.entries()) {
    const waveCells = cellsOfWave(names[i] ?? wave.name, wave, servers, fleet, note, losses);
    const own = servers.map((server) => {
      const { cells, key, remarks } = keyCells(server, note.servers[server.sourceServerId]);
      for (const remark of remarks) losses.count(remark);
      const other = keys.get(key);
      if (other !== undefined) problems.push(sameKey(key, server, other));
      keys.set(key, server);
      return { server, cells, key };
    });
    const homeless = own.filter(({ server }) => server.applicationId === undefined).toSorted(byKey);
    const made = new Map(
      homeless.map(({ server }, n) => [server, madeName(names[i] ?? wave.name, n, fleet)]),
    );
    if (made.size > 0) {
      losses.add(
        `${made.size} servers of wave ${wave.name} have no application, and MGN puts servers into waves by one: ${new Set(made.values()).size} of them made, called ${shown([...made.values()][0])}`,
      );
    }
    const whole = own.map(({ server, cells, key }) => {
      const app = made.get(server);
      const appCells =
        app === undefined
          ? cellsOfApplication(server, fleet, note, losses)
          : new Map([['mgn:app:name', app]]);
      const sort = `${appCells.get('mgn:app:name') ?? appCells.get('mgn:app:id') ?? ''}\n${key}`;
      const settings = settingCells(server, note, losses);
      const place = placeCells(server, note.servers[server.sourceServerId]);
      return { sort, cells: new Map([...place, ...waveCells, ...appCells, ...cells, ...settings]) };
    });
    rows.push(...whole.toSorted((a, b) => (a.sort < b.sort ? -1 : 1)).map(({ cells }) => cells));
  }
  if (problems.length > 0) return { ok: false, problems };
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))].toSorted(compareColumns);
  return {
    ok: true,
    rows: [columns, ...rows.map((row) => columns.map((name) => row.get(name) ?? ''))],
    losses: losses.sentences(),
  };
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}

interface Members {
  readonly wave: ResolvedWave;
  readonly servers: readonly FleetServer[];
}

/** MGN's own name of a wave where the two hold the same servers' applications; else the plan's. */
function waveNames(members: readonly Members[]): readonly string[] {
  const holders = new Map<string, Set<ResolvedWave>>();
  for (const { wave, servers } of members) {
    for (const { mgnWaveName } of servers) {
      if (mgnWaveName === undefined) continue;
      holders.set(mgnWaveName, (holders.get(mgnWaveName) ?? new Set()).add(wave));
    }
  }
  const names = members.map(({ wave, servers }) => {
    const own = new Set(servers.map(({ mgnWaveName }) => mgnWaveName));
    const [name] = own;
    const isItsOwn = name !== undefined && own.size === 1 && holders.get(name)?.size === 1;
    return isItsOwn ? name : wave.name;
  });
  return new Set(names).size === names.length ? names : members.map(({ wave }) => wave.name);
}

function cellsOfWave(
  name: string,
  wave: ResolvedWave,
  servers: readonly FleetServer[],
  fleet: Fleet,
  note: InventoryNote,
  losses: Losses,
): Cells {
  const cells: Cells = new Map([['mgn:wave:name', name]]);
  const [first] = servers;
  const isMgn =
    first?.mgnWaveName === name && servers.every(({ mgnWaveId }) => mgnWaveId === first.mgnWaveId);
  const known = isMgn ? fleet.waves.find(({ waveId }) => waveId === first.mgnWaveId) : undefined;
  if (known !== undefined && isReal(note.waves[known.waveId])) {
    cells.set('mgn:wave:id', known.waveId);
  }
  put(cells, 'mgn:wave:description', wave.description ?? known?.document['description']);
  if (known !== undefined) {
    tagCells(cells, 'mgn:wave:tag:', known.document['tags'], losses);
    wordCells(cells, note.waves[known.waveId]?.columns);
  }
  return cells;
}

function cellsOfApplication(
  { applicationId = '' }: FleetServer,
  fleet: Fleet,
  note: InventoryNote,
  losses: Losses,
): Cells {
  const cells: Cells = new Map();
  const known = fleet.applications.find((one) => one.applicationId === applicationId);
  const own = note.applications[applicationId];
  if (isReal(own)) cells.set('mgn:app:id', applicationId);
  if (known === undefined) return cells;
  put(cells, 'mgn:app:name', known.name);
  put(cells, 'mgn:app:description', known.document['description']);
  tagCells(cells, 'mgn:app:tag:', known.document['tags'], losses);
  wordCells(cells, own?.columns);
  return cells;
}

/** An id that MGN gave; one that an import made says so. */
function isReal(note: { readonly assumed: Readonly<Record<string, string>> } | undefined): boolean {
  return note?.assumed['id'] === undefined;
}

function settingCells(server: FleetServer, note: InventoryNote, losses: Losses): Cells {
  const cells: Cells = new Map();
  tagCells(cells, 'mgn:server:tag:', server.tags, losses);
  wordCells(cells, note.servers[server.sourceServerId]?.columns, losses);
  return cells;
}

function put(cells: Cells, name: string, value: unknown): void {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text !== '') cells.set(name, text);
}

// The service's own tags cannot be changed, and a row that tries is refused.
const serviceTag = /^(aws:|AWSApplicationMigrationService)/;

function tagCells(cells: Cells, prefix: string, tags: unknown, losses: Losses): void {
  if (typeof tags !== 'object' || tags === null) return;
  for (const [key, value] of Object.entries(tags)) {
    if (typeof value !== 'string' || serviceTag.test(key)) continue;
    if (key !== key.trim() || key === '')
      losses.count('tags whose key begins or ends with a blank');
    // An empty cell says nothing; an empty value has to be said.
    else cells.set(`${prefix}${key}`, value.trim() === '' ? resetValue : value.trim());
  }
}

/** Columns as an import found them; those that AWS does not document are not written. */
function wordCells(
  cells: Cells,
  columns: Readonly<Record<string, string>> | undefined,
  losses?: Losses,
): void {
  for (const [name, value] of Object.entries(columns ?? {})) {
    const column = readMgnColumn(name);
    if (column?.of === 'setting' && column.grade === 'probable') {
      losses?.count(`values of ${name}, a column that AWS does not document`);
    } else if (column !== undefined) cells.set(name, value);
  }
}

/** The name of an application for servers that have none; MGN takes 200 servers into one. */
function madeName(wave: string, n: number, fleet: Fleet): string {
  const part = Math.floor(n / mostServersPerApplication);
  const base = fleet.applications.some(({ name }) => name === wave) ? `${wave} servers` : wave;
  return part === 0 ? base : `${base} ${part + 1}`;
}

function* splitApplications(members: readonly Members[]): Generator<Problem> {
  const first = new Map<string, ResolvedWave>();
  const told = new Set<string>();
  for (const { wave, servers } of members) {
    for (const { applicationId, applicationName } of servers) {
      if (applicationId === undefined) continue;
      const other = first.get(applicationId);
      if (other === undefined) first.set(applicationId, wave);
      else if (other !== wave && !told.has(applicationId)) {
        told.add(applicationId);
        yield problemAt(
          [],
          `application ${shown(applicationName ?? applicationId)} has servers in waves ${other.name} and ${wave.name}, and MGN moves an application as a whole`,
          'put its servers into one wave, or split the application',
        );
      }
    }
  }
}

function* largeApplications(members: readonly Members[]): Generator<Problem> {
  const sizes = new Map<string, number>();
  for (const { servers } of members) {
    for (const { applicationId, applicationName } of servers) {
      if (applicationId === undefined) continue;
      const size = (sizes.get(applicationId) ?? 0) + 1;
      sizes.set(applicationId, size);
      if (size === mostServersPerApplication + 1) {
        yield problemAt(
          [],
          `application ${shown(applicationName ?? applicationId)} has more than ${mostServersPerApplication} servers, the most that MGN takes`,
          'split the application',
        );
      }
    }
  }
}

function sameKey(key: string, a: FleetServer, b: FleetServer): Problem {
  return problemAt(
    [],
    `servers ${b.sourceServerId} and ${a.sourceServerId} would both have the user-provided id ${shown(cut(key))}`,
    'give each one of its own: an import updates the server that has it',
  );
}
