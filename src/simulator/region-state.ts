import type { Agenda } from './agenda.ts';
import type { Place } from './arn.ts';
import type { Chance } from './chance.ts';
import type { DrsRecords } from './drs/records.ts';
import { newEc2LaunchTemplates } from './ec2/launch-template-state.ts';
import type { FaultBook } from './fault-book.ts';
import type { Trigger } from './faults.ts';
import type { Job } from './job.ts';
import type { JsonObject } from './json.ts';
import { type MgnSettings, newMgnSettings } from './mgn/settings.ts';
import type { Parameters } from './parameters.ts';
import { type FreeShare, SharedLink } from './shared-link.ts';
import { type Phase, type ServerState, SourceServer } from './source-server.ts';
import { heartbeatMs, type VcenterClient } from './vcenter-client.ts';

/** What all of the simulated AWS shares: time, chance, assumptions, faults and the way to the outside. */
export interface World {
  readonly parameters: Parameters;
  readonly chance: Chance;
  readonly agenda: Agenda;
  readonly book: FaultBook;
  readonly startAt: number;
  now: number;
  /** Tells a native event of a server to the outside, as reliably as the parameters say. */
  readonly tell: (
    region: RegionState,
    server: SourceServer,
    detailType: string,
    detail: JsonObject,
  ) => void;
  /** Tells a native event of other resources of a service, as reliably. */
  readonly announce: (
    region: RegionState,
    resources: readonly string[],
    detailType: string,
    detail: JsonObject,
  ) => void;
  /** Called when a server comes to a point of its way that faults can wait for. */
  readonly reached: (region: RegionState, server: SourceServer, trigger: Trigger) => void;
  /** Every account and Region in which something was loaded or written. */
  readonly regions: () => readonly RegionState[];
  /** An account in a Region, remembered from now on. */
  readonly regionAt: (place: Place) => RegionState;
}

/** An EC2 instance that MGN launched, or that the fleet brought along. */
export interface Instance {
  readonly id: string;
  readonly launchedAt: number;
  readonly checksOkAt: number;
  readonly impaired: boolean;
  /** When its status check, good until then, becomes impaired. */
  readonly impairedFrom?: number;
  /** Launched without being started. */
  readonly stopped?: true;
  readonly instanceType?: string;
  readonly subnetId?: string;
  terminatedAt: number | undefined;
}

/** An application or wave: its document, with what calls change. */
export interface Group {
  readonly id: string;
  document: JsonObject;
  archived: boolean;
  tags: JsonObject;
}

/** All that one account has in one Region. */
export class RegionState {
  readonly world: World;
  /** Whose source servers these are. */
  readonly service: 'mgn' | 'drs';
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  readonly link: SharedLink;
  /** In the order of their arrival, which is also the order of pages; deleted ones stay, marked. */
  readonly servers: SourceServer[] = [];
  readonly serversById = new Map<string, SourceServer>();
  readonly clients = new Map<string, VcenterClient>();
  readonly jobs = new Map<string, Job>();
  readonly openJobs = new Set<Job>();
  readonly instances = new Map<string, Instance>();
  readonly applications = new Map<string, Group>();
  readonly waves = new Map<string, Group>();
  readonly mgn: MgnSettings = newMgnSettings();
  /** What DRS keeps here, with the replication of its source servers; made when DRS is first asked. */
  drs: { readonly records: DrsRecords; readonly engine: RegionState } | undefined;
  /** What S3 holds for imports and exports: the text of each object, by bucket and key. */
  readonly objects = new Map<string, Map<string, string>>();
  /** The EC2 launch templates that MGN keeps here. */
  readonly launchTemplates = newEc2LaunchTemplates();
  jobsStarted = 0;
  /** vCPUs of instances that a job is about to launch. */
  vcpusPromised = 0;
  activeServers = 0;
  readonly #changePerMs = new Map<string, number>();
  readonly #places = new Map<SourceServer, number>();

  constructor(
    world: World,
    place: { readonly partition: string; readonly accountId: string; readonly region: string },
    service: 'mgn' | 'drs' = 'mgn',
  ) {
    const { linkMbps, serverThrottleMbps, wireBytesShare } = world.parameters;
    const diskBytesPerMs = (mbps: number) => (mbps * 1000) / 8 / wireBytesShare;
    this.world = world;
    this.service = service;
    this.partition = place.partition;
    this.accountId = place.accountId;
    this.region = place.region;
    this.link = new SharedLink(
      { bytesPerMs: diskBytesPerMs(linkMbps), capPerMs: diskBytesPerMs(serverThrottleMbps) },
      world.agenda,
      world.startAt,
      world.book.horizonMs,
      freeShare(world, `${place.accountId}:${place.region}`),
    );
  }

  /** Adds a server of the fleet. */
  add(id: string, arn: string, document: JsonObject): SourceServer {
    const server = new SourceServer(id, arn, document, this.world.startAt);
    // Agentless servers are seen when their vCenter client is.
    const heart = server.vcenterClientId ?? id;
    server.heartbeatMs = heartbeatMs(this.world, heart, server.state.heartbeat.from);
    this.#places.set(server, this.servers.length);
    this.servers.push(server);
    this.serversById.set(id, server);
    return server;
  }

  /** Finds the servers of these ids, deleted ones too, in the order of `servers`; costs nothing for all the others. */
  serversNamed(ids: Iterable<string>): readonly SourceServer[] {
    const found = [...ids].flatMap((id) => this.serversById.get(id) ?? []);
    const placeOf = (server: SourceServer) => this.#places.get(server) ?? 0;
    return found.sort((a, b) => placeOf(a) - placeOf(b));
  }

  /** Answers a server's place in `servers`, which it keeps for ever. */
  placeOf(server: SourceServer): number {
    return this.#places.get(server) ?? 0;
  }

  /** Puts a new document in the place of a server's, as if it had come with it. */
  renew(server: SourceServer, document: JsonObject): SourceServer {
    const renewed = new SourceServer(server.id, server.arn, document, this.world.now);
    renewed.heartbeatMs = server.heartbeatMs;
    const place = this.placeOf(server);
    this.#places.set(renewed, place);
    this.#places.delete(server);
    this.servers[place] = renewed;
    this.serversById.set(server.id, renewed);
    return renewed;
  }

  /** Finds a server that was not deleted. */
  server(id: string): SourceServer | undefined {
    const server = this.serversById.get(id);
    return server?.state.deleted === true ? undefined : server;
  }

  /** Replaces parts of a server's state from now on. */
  change(server: SourceServer, patch: Partial<Omit<ServerState, 'since'>>): void {
    const { now } = this.world;
    const before = server.state;
    const after: ServerState = { ...before, ...patch, since: now };
    const horizon = now - this.world.book.horizonMs;
    const firstKept = server.states.findLastIndex((state) => state.since <= horizon);
    server.states =
      this.world.book.horizonMs === 0
        ? [after]
        : [...server.states.slice(Math.max(0, firstKept)), after];
    this.activeServers += Number(isActive(after)) - Number(isActive(before));
    if (patch.phase !== undefined) {
      server.generation += 1;
      if ('flow' in before.phase && before.phase !== after.phase)
        this.link.stop(before.phase.flow, now);
    }
  }

  /** Adds an act that is void when the server has got another phase by then. */
  later(server: SourceServer, at: number, act: () => void): void {
    const { generation } = server;
    this.world.agenda.add(at, () => {
      if (server.generation === generation) act();
    });
  }

  /** How many bytes a millisecond are written at a server's source. */
  changePerMs(server: SourceServer): number {
    const known = this.#changePerMs.get(server.id);
    if (known !== undefined) return known;
    const { parameters, chance } = this.world;
    const perDay = chance.between(parameters.changeRatePerDay, 'change rate', server.id);
    const perMs = (perDay * server.totalBytes) / 86_400_000;
    // Before discovery has turned into disks the size is not known yet.
    if (server.totalBytes > 0) this.#changePerMs.set(server.id, perMs);
    return perMs;
  }

  /** Says whether a server's vCenter client is alive; one that no file names is. */
  clientAlive(server: SourceServer): boolean {
    if (this.mgn.deletedClients.has(server.vcenterClientId ?? '')) return false;
    const client = this.clients.get(server.vcenterClientId ?? '');
    return client?.aliveAt(this.world.now) ?? true;
  }

  /** Builds the ARN of a resource here. */
  arn(kind: string, id: string): string {
    return `arn:${this.partition}:${this.service}:${this.region}:${this.accountId}:${kind}/${id}`;
  }
}

/** How much of a place's link is free, slot by slot; each slot is drawn by itself, so no order of questions matters. */
function freeShare({ parameters, chance }: World, place: string): FreeShare {
  const { linkSpread, linkSpreadHours } = parameters;
  const slotMs = linkSpreadHours * 3_600_000;
  if (linkSpread === 0) return () => ({ share: 1, until: Number.POSITIVE_INFINITY });
  return (at) => {
    const slot = Math.floor(at / slotMs);
    const share = 1 + linkSpread * (2 * chance.unit('link', place, slot) - 1);
    return { share, until: (slot + 1) * slotMs };
  };
}

/** Says whether a phase runs: heartbeats come and the replication counts as active. */
export function isRunning(phase: Phase): boolean {
  return phase.kind !== 'inert' && phase.kind !== 'stopped' && phase.kind !== 'disconnected';
}

function isActive(state: ServerState): boolean {
  return isRunning(state.phase) && !state.archived && !state.deleted;
}
