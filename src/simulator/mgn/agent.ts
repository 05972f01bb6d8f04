import { type JsonObject, objectAt } from '../json.ts';
import { quotasOf } from '../parameters.ts';
import type { RegionState } from '../region-state.ts';
import { startReplication } from '../replication.ts';
import { assignedText, type SourceServer } from '../source-server.ts';
import { heartbeatMs } from '../vcenter-client.ts';
import { stamp } from '../wire-time.ts';
import { adoptTemplates } from './configurations.ts';
import { newId } from './new-id.ts';

/** A host on which somebody installs the replication agent. */
export interface AgentHost {
  /** The id that an import gave to the server. */
  readonly userProvidedID?: string;
  readonly hostname: string;
  readonly fqdn?: string;
  readonly os?: string;
  readonly disks: readonly { readonly deviceName: string; readonly bytes: number }[];
  readonly cpus?: number;
  readonly ramBytes?: number;
}

const untouched = { initiated: {}, reverted: {}, finalized: {} };

/** Answers the document of a server that is new to the service. */
export function newServerDocument(
  region: RegionState,
  id: string,
  members: JsonObject,
): JsonObject {
  const at = stamp(region.world.now, region.world.parameters.timestampForm);
  return {
    sourceServerID: id,
    arn: region.arn('source-server', id),
    isArchived: false,
    tags: {},
    launchedInstance: {},
    dataReplicationInfo: { replicatedDisks: [], dataReplicationState: 'STOPPED' },
    lifeCycle: {
      addedToServiceDateTime: at,
      lastTest: untouched,
      lastCutover: untouched,
      state: 'NOT_READY',
    },
    replicationType: 'AGENT_BASED',
    ...members,
  };
}

/** Counts the servers that quotas on their number count: all, and those that are not archived. */
export function serverCounts(region: RegionState): { readonly all: number; readonly live: number } {
  const present = region.servers.filter((server) => !server.state.deleted);
  return { all: present.length, live: present.filter((server) => !server.state.archived).length };
}

/** Lets an agent register, as its installer does (reference: MGN 1.2), and begins to replicate its host. */
export function installAgent(
  region: RegionState,
  host: AgentHost,
): { readonly sourceServerID: string } | { readonly refusal: string } {
  const imported = region.servers.find(
    (one) =>
      one.lifeCycleState === 'PENDING_INSTALLATION' &&
      !one.state.deleted &&
      host.userProvidedID !== undefined &&
      assignedText(one, one.state, 'userProvidedID') === host.userProvidedID,
  );
  const quotas = quotasOf(region.world.parameters);
  const { all, live } = serverCounts(region);
  const added = imported === undefined ? 1 : 0;
  for (const [had, quota] of [
    [region.activeServers + 1, quotas.activeServers],
    [live + added, quotas.nonArchivedServers],
    [all + added, quotas.totalServers],
  ] as const) {
    if (had > quota.value) return { refusal: `Quota exceeded: ${quota.name} (${quota.value})` };
  }
  const server =
    imported === undefined ? registered(region, host) : installed(region, imported, host);
  server.heartbeatMs = heartbeatMs(region.world, server.id, undefined);
  startReplication(region, server);
  return { sourceServerID: server.id };
}

function registered(region: RegionState, host: AgentHost): SourceServer {
  const id = newId(region, 's');
  const { userProvidedID } = host;
  const document = newServerDocument(region, id, {
    ...(userProvidedID === undefined ? {} : { userProvidedID }),
    sourceProperties: propertiesOf(region, host),
  });
  const server = region.add(id, region.arn('source-server', id), document);
  region.change(server, { phase: { kind: 'stopped' } });
  adoptTemplates(region, server);
  return server;
}

function installed(region: RegionState, imported: SourceServer, host: AgentHost): SourceServer {
  const { state } = imported;
  const server = region.renew(imported, {
    ...imported.document,
    lifeCycle: {
      ...objectAt(imported.document, 'lifeCycle'),
      addedToServiceDateTime: stamp(region.world.now, region.world.parameters.timestampForm),
    },
    sourceProperties: propertiesOf(region, host),
  });
  region.change(server, {
    phase: { kind: 'stopped' },
    tags: state.tags,
    archived: state.archived,
    ...(state.assigned === undefined ? {} : { assigned: state.assigned }),
  });
  return server;
}

function propertiesOf(region: RegionState, host: AgentHost): JsonObject {
  const { hostname, fqdn, os, disks, cpus, ramBytes } = host;
  return {
    lastUpdatedDateTime: stamp(region.world.now, region.world.parameters.timestampForm),
    identificationHints: { hostname, fqdn: fqdn ?? hostname },
    disks,
    ...(os === undefined ? {} : { os: { fullString: os } }),
    ...(cpus === undefined ? {} : { cpus: [{ cores: cpus }] }),
    ...(ramBytes === undefined ? {} : { ramBytes }),
  };
}
