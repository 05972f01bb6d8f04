import type { Agenda } from './agenda.ts';
import type { Chance } from './chance.ts';
import type { FaultBook } from './fault-book.ts';
import type { Trigger } from './faults.ts';
import type { Job } from './job.ts';
import type { JsonObject } from './json.ts';
import type { Parameters } from './parameters.ts';
import { SharedLink } from './shared-link.ts';
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
  /** Called when a server comes to a point of its way that faults can wait for. */
  readonly reached: (region: RegionState, server: SourceServer, trigger: Trigger) => void;
}

/** An EC2 instance that MGN launched, or that the fleet brought along. */
export interface Instance {
  readonly id: string;
  readonly launchedAt: number;
  readonly checksOkAt: number;
  readonly impaired: boolean;
  terminatedAt: number | undefined;
}

/** An application or wave: its document, with what calls change. */
export interface Group {
  readonly id: string;
  readonly document: JsonObject;
  archived: boolean;
  tags: JsonObject;
}

/** All that one account has in one Region. */
export class RegionState {
  readonly world: World;
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
  jobsStarted = 0;
  activeServers = 0;
  readonly #changePerMs = new Map<string, number>();

  constructor(
    world: World,
    place: { readonly partition: string; readonly accountId: string; readonly region: string },
  ) {
    const { linkMbps, serverThrottleMbps, wireBytesShare } = world.parameters;
    const diskBytesPerMs = (mbps: number) => (mbps * 1000) / 8 / wireBytesShare;
    this.world = world;
    this.partition = place.partition;
    this.accountId = place.accountId;
    this.region = place.region;
    this.link = new SharedLink(
      { bytesPerMs: diskBytesPerMs(linkMbps), capPerMs: diskBytesPerMs(serverThrottleMbps) },
      world.agenda,
      world.startAt,
      world.book.horizonMs,
    );
  }

  /** Adds a server of the fleet. */
  add(id: string, arn: string, document: JsonObject): SourceServer {
    const server = new SourceServer(id, arn, document, this.world.startAt);
    // Agentless servers are seen when their vCenter client is.
    const heart = server.vcenterClientId ?? id;
    server.heartbeatMs = heartbeatMs(this.world, heart, server.state.heartbeat.from);
    this.servers.push(server);
    this.serversById.set(id, server);
    return server;
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
    const client = this.clients.get(server.vcenterClientId ?? '');
    return client?.aliveAt(this.world.now) ?? true;
  }

  /** Builds the ARN of a resource here. */
  arn(kind: string, id: string): string {
    return `arn:${this.partition}:mgn:${this.region}:${this.accountId}:${kind}/${id}`;
  }
}

/** Says whether a phase runs: heartbeats come and the replication counts as active. */
export function isRunning(phase: Phase): boolean {
  return phase.kind !== 'inert' && phase.kind !== 'stopped' && phase.kind !== 'disconnected';
}

function isActive(state: ServerState): boolean {
  return isRunning(state.phase) && !state.archived && !state.deleted;
}
