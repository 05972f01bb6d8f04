// In: servers, applications and waves of inventories. Out: a fleet file that is rehearsed like one from AWS, with a note
// of what in it was assumed. Same input, same file: ids derive from what a server is known by.
import type { JsonObject } from '../fleet/document.ts';
import { type Problem, problemAt } from '../fleet/problem.ts';
import { partitionOfRegion } from '../target.ts';
import type { Instant } from '../time.ts';
import { assumedDisks } from './assumed-disks.ts';
import { isIpv4 } from './cells.ts';
import { uuidKey } from './match.ts';
import type { Merged, MergedGroup, MergedServer } from './merge.ts';
import type { GroupNote, InventoryNote, ServerNote } from './note.ts';
import type { KnownFile } from './read-inventory.ts';
import { calledIn } from './record.ts';
import { sourceServerDocument } from './server-document.ts';
import { placeOf } from './table.ts';

/** What an import may be told, and what it needs from outside. */
export interface FleetOptions {
  /** Where servers go of which no file says it. */
  readonly accountId?: string;
  readonly region?: string;
  /** How all servers replicate; by default VMs of RVTools without agent, all others with. */
  readonly replicationType?: 'AGENT_BASED' | 'SNAPSHOT_SHIPPING';
  /** When the inventory was taken. */
  readonly at?: Instant;
  /** A digest of a text in hex, at least 20 characters. */
  readonly digest: (text: string) => string;
}

/** A fleet file's content, or what makes it impossible. */
export interface MadeFleet {
  /** Servers, applications, waves and vCenter clients, as the answers of AWS hold them. */
  readonly items: readonly JsonObject[];
  readonly note: InventoryNote;
  readonly problems: readonly Problem[];
}

// The account of AWS's own documentation, and the Region that consoles begin with.
const assumedAccount = '111122223333';
const assumedRegion = 'us-east-1';
const assumedInstant = '2026-01-01T00:00:00.000Z';

/** Makes a fleet of what inventories tell. */
export function toFleet(
  merged: Merged,
  files: readonly KnownFile[],
  options: FleetOptions,
): MadeFleet {
  const problems: Problem[] = [];
  const id = (kind: string, identity: string) =>
    `${kind}-${options.digest(`${kind} ${identity}`).slice(0, 17)}`;
  const groups = idsOfGroups(merged.groups, id);
  const servers = new Map<
    string,
    { readonly server: MergedServer; readonly document: JsonObject }
  >();
  const notes = new Map<string, ServerNote>();
  const clients = new Map<string, JsonObject>();
  for (const server of merged.servers) {
    const made = makeServer(server, groups, options, id);
    const { sourceServerId } = made;
    const other = servers.get(sourceServerId);
    if (other !== undefined) {
      problems.push(sameIdentity(server, other.server));
      continue;
    }
    servers.set(sourceServerId, { server, document: made.document });
    notes.set(sourceServerId, made.note);
    if (made.client !== undefined) clients.set(made.client.id, made.client.document);
  }
  const ordered = [...servers].toSorted(([, a], [, b]) =>
    compare(orderOf(a.server), orderOf(b.server)),
  );
  const place = placeOfGroups(ordered.map(([, { document }]) => document));
  const groupDocuments = merged.groups.map((group) => groupDocument(group, groups, place));
  const noteOf = (kind: MergedGroup['kind']): Record<string, GroupNote> =>
    Object.fromEntries(
      merged.groups.flatMap((group) =>
        group.kind === kind ? [[groups.idOf(group), groupNote(group)]] : [],
      ),
    );
  return {
    items: [
      ...ordered.map(([, { document }]) => document),
      ...groupDocuments,
      ...[...clients].toSorted(([a], [b]) => compare(a, b)).map(([, document]) => document),
    ],
    note: {
      form: 'landfall-inventory/v1',
      files: [...files],
      servers: Object.fromEntries(
        ordered.flatMap(([key]) => {
          const note = notes.get(key);
          return note === undefined ? [] : [[key, note]];
        }),
      ),
      applications: noteOf('application'),
      waves: noteOf('wave'),
    },
    problems,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Servers stand in the order of their names, so that the order of the files does not show.
function orderOf(server: MergedServer): string {
  return `${calledIn(server.facts).toLowerCase()}\n${identityOf(server)}`;
}

/** What a server is known by, the surest first. */
function identityOf({ facts }: MergedServer): string {
  const { uuid, vcenter, vmId, userProvidedId, fqdn, externalId, serverName, hostname, name } =
    facts;
  if (uuid !== undefined) return `uuid ${uuidKey(uuid.value)}`;
  if (vmId !== undefined) return `vm ${vcenter?.value ?? ''} ${vmId.value}`;
  if (userProvidedId !== undefined) return `mgn ${userProvidedId.value.toLowerCase()}`;
  if (serverName !== undefined) return `cmf ${serverName.value.toLowerCase()}`;
  if (externalId !== undefined) return `ads ${externalId.value.toLowerCase()}`;
  return `name ${(fqdn ?? hostname ?? name)?.value.toLowerCase() ?? ''}`;
}

function sameIdentity(server: MergedServer, other: MergedServer): Problem {
  const [a, b] = [other.records[0], server.records[0]];
  const at = b === undefined ? {} : { file: b.file, line: b.line };
  const where = a === undefined ? '' : ` and at ${placeOf(a)}`;
  return {
    ...problemAt(
      [],
      `${calledIn(server.facts)} cannot be told apart from the server of the same name here${where}`,
      'give one of them a VM UUID, a VM ID or a fully qualified name of its own, or take it out',
    ),
    ...at,
  };
}

interface Made {
  readonly sourceServerId: string;
  readonly document: JsonObject;
  readonly note: ServerNote;
  readonly client?: { readonly id: string; readonly document: JsonObject };
}

function makeServer(
  server: MergedServer,
  groups: GroupIds,
  options: FleetOptions,
  id: (kind: string, identity: string) => string,
): Made {
  const { facts, columns } = server;
  const assumed: Record<string, string> = {};
  const orAssumed = <T>(known: T | undefined, member: string, value: T, why: string): T => {
    if (known === undefined) assumed[member] = why;
    return known ?? value;
  };
  const given = { account: options.accountId, region: options.region };
  const accountId =
    facts.accountId?.value ??
    given.account ??
    orAssumed(
      undefined,
      'accountId',
      assumedAccount,
      `${assumedAccount}; no file and no --target says it`,
    );
  const region =
    facts.region?.value ??
    given.region ??
    orAssumed(
      undefined,
      'region',
      assumedRegion,
      `${assumedRegion}; no file and no --target says it`,
    );
  const sourceServerId = orAssumed(
    facts.sourceServerId?.value,
    'sourceServerID',
    id('s', identityOf(server)),
    'made from what the server is known by; MGN gives it another',
  );
  const at = orAssumed(options.at, 'dates', assumedInstant, `${assumedInstant}; --at says another`);
  const isVm = facts.powerState !== undefined || facts.vmId !== undefined;
  const type = facts.replicationType?.value ?? options.replicationType;
  const agentless = orAssumed(
    type === undefined ? undefined : type === 'SNAPSHOT_SHIPPING',
    'replicationType',
    isVm,
    isVm
      ? 'SNAPSHOT_SHIPPING, as of a VM in vCenter; --replication says another'
      : 'AGENT_BASED with its agent just installed; --replication says another',
  );
  const partition = partitionOfRegion(region);
  const arn = (kind: string, of: string) =>
    `arn:${partition}:mgn:${region}:${accountId}:${kind}/${of}`;
  const vcenter = facts.vcenter?.value ?? facts.datacenter?.value ?? 'vCenter';
  const clientId = id('vcc', `${accountId} ${region} ${vcenter}`);
  const os = facts.os?.value;
  const application = facts.application && groups.byKey('application', facts.application.value);
  const document = sourceServerDocument({
    sourceServerId,
    arn: arn('source-server', sourceServerId),
    at,
    agentless,
    tags: Object.fromEntries([...server.tags].map(([key, { value }]) => [key, value])),
    hostname: facts.hostname?.value ?? hostnameOf(server),
    fqdn: facts.fqdn !== undefined && !isIpv4(facts.fqdn.value) ? facts.fqdn.value : undefined,
    actionFqdn: facts.fqdn?.value,
    vmWareUuid: facts.uuid?.value,
    vmPath: agentless ? vmPathOf(server) : undefined,
    nics: facts.nics?.value ?? [],
    disks: assumedDisks(server, agentless, assumed),
    cores: orAssumed(facts.cores?.value, 'cpus', 2, '2 cores'),
    ramBytes: orAssumed(facts.ramBytes?.value, 'ramBytes', 8 * 1024 ** 3, '8 GiB'),
    os: orAssumed(os, 'os', 'Linux', 'Linux'),
    userProvidedId: facts.userProvidedId?.value,
    applicationId: application,
    vcenterClientId: agentless ? clientId : undefined,
  });
  const kept = Object.fromEntries([...columns].map(([name, { value }]) => [name, value]));
  const note: ServerNote = {
    from: [...new Set(server.records.map(placeOf))].toSorted(),
    assumed,
    ...(columns.size === 0 ? {} : { columns: kept }),
    ...(facts.usedBytes === undefined ? {} : { usedBytes: facts.usedBytes.value }),
    ...(facts.writeBytesPerSecond === undefined
      ? {}
      : { writeBytesPerSecond: facts.writeBytesPerSecond.value }),
  };
  const client = {
    vcenterClientID: clientId,
    arn: arn('vcenter-client', clientId),
    hostname: `mgn-${clientId}`,
    vcenterUUID: vcenter,
    ...(facts.datacenter === undefined ? {} : { datacenterName: facts.datacenter.value }),
    lastSeenDatetime: at,
    sourceServerTags: {},
    tags: {},
  };
  return {
    sourceServerId,
    document,
    note,
    ...(agentless ? { client: { id: clientId, document: client } } : {}),
  };
}

function hostnameOf({ facts }: MergedServer): string | undefined {
  const { fqdn, name, serverName, userProvidedId } = facts;
  if (fqdn !== undefined && !isIpv4(fqdn.value)) return fqdn.value.split('.')[0];
  return (name ?? serverName ?? userProvidedId)?.value;
}

function vmPathOf({ facts, tags }: MergedServer): string {
  const folder = facts.folder?.value ?? tags.get('cluster')?.value ?? 'vm';
  return `/${facts.datacenter?.value ?? 'Datacenter'}/vm/${folder}/${calledIn(facts)}`;
}

interface GroupIds {
  readonly idOf: (group: MergedGroup) => string;
  readonly byKey: (kind: MergedGroup['kind'], key: string) => string | undefined;
}

function idsOfGroups(
  groups: readonly MergedGroup[],
  id: (kind: string, identity: string) => string,
): GroupIds {
  const idOf = (group: MergedGroup) =>
    group.id ?? id(group.kind === 'wave' ? 'wave' : 'app', group.key);
  const ids = new Map(groups.map((group) => [`${group.kind} ${group.key}`, idOf(group)]));
  return { idOf, byKey: (kind, key) => ids.get(`${kind} ${key}`) };
}

/** Where applications are: in the account of their first server. */
function placeOfGroups(servers: readonly JsonObject[]): (id: string) => string {
  const places = new Map<string, string>();
  const prefixOf = (document: JsonObject) =>
    String(document['arn']).replace(/:source-server\/.*$/, '');
  for (const document of servers) {
    const application = document['applicationID'];
    if (typeof application === 'string' && !places.has(application)) {
      places.set(application, prefixOf(document));
    }
  }
  const [first] = servers;
  const elsewhere =
    first === undefined ? `arn:aws:mgn:${assumedRegion}:${assumedAccount}` : prefixOf(first);
  return (id) => places.get(id) ?? elsewhere;
}

function groupDocument(
  group: MergedGroup,
  groups: GroupIds,
  place: (id: string) => string,
): JsonObject {
  const own = groups.idOf(group);
  const isWave = group.kind === 'wave';
  const wave = group.wave === undefined ? undefined : groups.byKey('wave', group.wave);
  return {
    [isWave ? 'waveID' : 'applicationID']: own,
    arn: `${place(own)}:${group.kind}/${own}`,
    ...(group.name === undefined ? {} : { name: group.name }),
    ...(group.description === undefined ? {} : { description: group.description }),
    isArchived: false,
    ...(wave === undefined ? {} : { waveID: wave }),
    tags: Object.fromEntries([...group.tags].map(([key, { value }]) => [key, value])),
  };
}

function groupNote(group: MergedGroup): GroupNote {
  const columns = Object.fromEntries([...group.columns].map(([name, { value }]) => [name, value]));
  return {
    assumed: group.id === undefined ? { id: 'made from the name; MGN gives it another' } : {},
    ...(group.columns.size === 0 ? {} : { columns }),
  };
}
