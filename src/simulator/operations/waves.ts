import * as z from 'zod';
import { figuresOf } from '../figures.ts';
import { type JsonObject, textAt } from '../json.ts';
import { type Group, isRunning } from '../region-state.ts';
import { conflict, notFound } from '../service-exception.ts';
import type { SourceServer } from '../source-server.ts';
import { stamp } from '../wire-time.ts';
import { isConcluded } from './mgn-life-cycle.ts';
import { listText } from './mgn-reads.ts';
import { accountID, type Call, checked, type Operation, page, paging } from './operation.ts';

const waveID = z.string().regex(/^wave-[0-9a-zA-Z]{17}$/);
const ids = z.array(z.string()).max(200).optional();
const listing = z.object({
  filters: z
    .object({ isArchived: z.boolean().optional(), waveIDs: ids, applicationIDs: ids })
    .optional(),
  accountID,
  ...paging,
});

/** The operations of MGN on applications and waves. */
export const waves: readonly Operation[] = [
  {
    service: 'mgn',
    name: 'ListApplications',
    method: 'POST',
    path: '/ListApplications',
    writes: false,
    status: 200,
    answer: (call) => {
      const { filters = {} } = checked(listing, call.input);
      const { waveIDs = [], applicationIDs = [] } = filters;
      const found = [...call.region.applications.values()].filter(
        (group) =>
          (filters.isArchived === undefined || group.archived === filters.isArchived) &&
          (waveIDs.length === 0 || waveIDs.includes(textAt(group.document, 'waveID') ?? '')) &&
          (applicationIDs.length === 0 || applicationIDs.includes(group.id)),
      );
      const { items, nextToken } = page(call, found, filters);
      return listText(
        items.map((group) => JSON.stringify(applicationDocument(call, group))),
        nextToken,
      );
    },
  },
  {
    service: 'mgn',
    name: 'ListWaves',
    method: 'POST',
    path: '/ListWaves',
    writes: false,
    status: 200,
    answer: (call) => {
      const { filters = {} } = checked(listing, call.input);
      const { waveIDs = [] } = filters;
      const found = [...call.region.waves.values()].filter(
        (group) =>
          (filters.isArchived === undefined || group.archived === filters.isArchived) &&
          (waveIDs.length === 0 || waveIDs.includes(group.id)),
      );
      const { items, nextToken } = page(call, found, filters);
      return listText(
        items.map((group) => JSON.stringify(waveDocument(call, group))),
        nextToken,
      );
    },
  },
  {
    service: 'mgn',
    name: 'ArchiveWave',
    method: 'POST',
    path: '/ArchiveWave',
    writes: true,
    status: 200,
    answer: (call) => {
      const id = checked(z.object({ waveID, accountID }), call.input).waveID;
      const { region } = call;
      const wave = region.waves.get(id);
      if (wave === undefined) throw notFound('Wave', id);
      const servers = serversOfWave(call, id);
      const open = servers.filter((server) => !server.state.archived && !isConcluded(server));
      if (open.length > 0) {
        throw conflict(
          'Every server of a wave must be archived, CUTOVER or DISCONNECTED',
          open.map((server) => server.id),
        );
      }
      for (const server of servers) region.change(server, { archived: true });
      for (const application of applicationsOf(call, id)) application.archived = true;
      wave.archived = true;
      return JSON.stringify(waveDocument(call, wave));
    },
  },
];

function applicationsOf(call: Call, waveId: string): readonly Group[] {
  return [...call.region.applications.values()].filter(
    (group) => textAt(group.document, 'waveID') === waveId,
  );
}

function serversOf(call: Call, applicationId: string): readonly SourceServer[] {
  return call.region.servers.filter(
    (server) => !server.state.deleted && textAt(server.document, 'applicationID') === applicationId,
  );
}

function serversOfWave(call: Call, waveId: string): readonly SourceServer[] {
  return applicationsOf(call, waveId).flatMap((group) => serversOf(call, group.id));
}

function applicationDocument(call: Call, group: Group): JsonObject {
  const servers = serversOf(call, group.id);
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

function waveDocument(call: Call, group: Group): JsonObject {
  return {
    ...group.document,
    isArchived: group.archived,
    tags: group.tags,
    waveAggregatedStatus: {
      ...aggregated(call, serversOfWave(call, group.id)),
      totalApplications: applicationsOf(call, group.id).length,
    },
  };
}

function aggregated(call: Call, servers: readonly SourceServer[]): JsonObject {
  const { region, readAt } = call;
  const figures = servers.map((server) =>
    figuresOf(region, server, server.stateAt(readAt), readAt),
  );
  const health = figures.some((f) => f?.state === 'STALLED')
    ? 'ERROR'
    : figures.some((f) => (f?.lagMs ?? 0) > 900_000 && f?.state !== 'PENDING_SNAPSHOT_SHIPPING')
      ? 'LAGGING'
      : 'HEALTHY';
  const concluded = servers.every((server) => isConcluded(server) || server.state.archived);
  const begun = servers.some((server) => isRunning(server.state.phase) || isConcluded(server));
  return {
    healthStatus: health,
    progressStatus:
      servers.length > 0 && concluded ? 'COMPLETED' : begun ? 'IN_PROGRESS' : 'NOT_STARTED',
    lastUpdateDateTime: stamp(readAt, region.world.parameters.timestampForm),
  };
}
