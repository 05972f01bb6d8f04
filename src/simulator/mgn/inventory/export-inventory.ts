import { figuresOf } from '../../figures.ts';
import { type JsonObject, numberAt, textAt } from '../../json.ts';
import type { Group, RegionState } from '../../region-state.ts';
import { assignedText, type SourceServer } from '../../source-server.ts';
import { platformOf } from '../configurations.ts';
import { isDocumented } from './columns.ts';
import { printCsv } from './csv.ts';

type Row = Map<string, string>;

// Columns that every export has, in this order; tags, settings and actions follow as they occur.
const fixed = [
  'mgn:account-id',
  'mgn:region',
  'mgn:wave:id',
  'mgn:wave:name',
  'mgn:wave:description',
  'mgn:app:id',
  'mgn:app:name',
  'mgn:app:description',
  'mgn:server:id',
  'mgn:server:user-provided-id',
  'mgn:server:platform',
  'mgn:server:fqdn-for-action-framework',
  'mgn:server:lifecycle-state',
  'mgn:server:replication-state',
  'mgn:server:replication-type',
];

/**
 * Prints the inventory of an account-Region: a row for each server that is not archived, then one for each other
 * application and wave without any. Only documented columns are written.
 */
export function exportInventory(region: RegionState): {
  readonly text: string;
  readonly summary: JsonObject;
} {
  const servers = region.servers.filter(({ state }) => !state.deleted && !state.archived);
  const rows: Row[] = [];
  const applications = [...region.applications.values()].filter((group) => !group.archived);
  const waves = [...region.waves.values()].filter((group) => !group.archived);
  const shownApplications = new Set<string>();
  const shownWaves = new Set<string>();
  const begin = (application: Group | undefined, wave: Group | undefined): Row => {
    const row: Row = new Map([
      ['mgn:account-id', region.accountId],
      ['mgn:region', region.region],
    ]);
    if (wave !== undefined) {
      shownWaves.add(wave.id);
      groupCells(row, 'wave', wave);
    }
    if (application !== undefined) {
      shownApplications.add(application.id);
      groupCells(row, 'app', application);
    }
    rows.push(row);
    return row;
  };
  const waveOf = (application: Group | undefined) =>
    region.waves.get(textAt(application?.document ?? {}, 'waveID') ?? '');
  for (const server of servers) {
    const id = assignedText(server, server.state, 'applicationID') ?? '';
    const application = region.applications.get(id);
    serverCells(begin(application, waveOf(application)), region, server);
  }
  for (const application of applications) {
    if (!shownApplications.has(application.id)) begin(application, waveOf(application));
  }
  for (const wave of waves) if (!shownWaves.has(wave.id)) begin(undefined, wave);
  const extra = [...new Set(rows.flatMap((row) => [...row.keys()]))]
    .filter((name) => !fixed.includes(name))
    .toSorted();
  const columns = [...fixed, ...extra];
  return {
    text: printCsv([columns, ...rows.map((row) => columns.map((name) => row.get(name) ?? ''))]),
    summary: {
      serversCount: servers.length,
      applicationsCount: applications.length,
      wavesCount: waves.length,
    },
  };
}

function groupCells(row: Row, word: 'wave' | 'app', group: Group): void {
  row.set(`mgn:${word}:id`, group.id);
  for (const name of ['name', 'description']) {
    row.set(`mgn:${word}:${name}`, textAt(group.document, name) ?? '');
  }
  tagCells(row, word, group.tags);
}

function tagCells(row: Row, word: 'wave' | 'app' | 'server', tags: JsonObject): void {
  for (const key of Object.keys(tags)) row.set(`mgn:${word}:tag:${key}`, textAt(tags, key) ?? '');
}

function serverCells(row: Row, region: RegionState, server: SourceServer): void {
  const { state } = server;
  const figures = figuresOf(region, server, state, region.world.now);
  const platform = platformOf(server);
  row.set('mgn:server:id', server.id);
  row.set('mgn:server:user-provided-id', assignedText(server, state, 'userProvidedID') ?? '');
  if (platform !== undefined) {
    row.set('mgn:server:platform', platform === 'windows' ? 'Windows' : 'Linux');
  }
  row.set(
    'mgn:server:fqdn-for-action-framework',
    assignedText(server, state, 'fqdnForActionFramework') ?? '',
  );
  row.set('mgn:server:lifecycle-state', server.lifeCycleState);
  row.set('mgn:server:replication-state', figures?.state ?? '');
  row.set('mgn:server:replication-type', server.agentless ? 'agentless' : 'agent-based');
  tagCells(row, 'server', state.tags);
  const columns = region.mgn.launchColumns.get(server.id) ?? {};
  for (const [name, value] of Object.entries(columns)) if (isDocumented(name)) row.set(name, value);
  for (const action of region.mgn.serverActions.get(server.id)?.values() ?? []) {
    actionCells(row, action);
  }
}

function actionCells(row: Row, action: JsonObject): void {
  const prefix = `mgn:launch:post-actions:${textAt(action, 'actionName') ?? ''}`;
  row.set(`${prefix}:ssmDocumentName`, textAt(action, 'documentIdentifier') ?? '');
  row.set(`${prefix}:order`, String(numberAt(action, 'order')));
  row.set(`${prefix}:active`, action['active'] === false ? 'FALSE' : 'TRUE');
  row.set(
    `${prefix}:mustSucceedForCutover`,
    action['mustSucceedForCutover'] === true ? 'TRUE' : 'FALSE',
  );
  row.set(`${prefix}:timeoutSeconds`, String(numberAt(action, 'timeoutSeconds')));
  const description = textAt(action, 'description');
  if (description !== undefined) row.set(`${prefix}:description`, description);
  const { parameters, externalParameters } = action;
  if (parameters !== undefined || externalParameters !== undefined) {
    row.set(`${prefix}:parameters`, JSON.stringify({ parameters, externalParameters }));
  }
}
