// In: a programme and the fleet as it is at the beginning. Out: its plans resolved in their order, each on the fleet and on the
// source servers that the plans before it bring into being. Called before anything is touched; nothing of it reaches AWS.
import { createHash } from 'node:crypto';
import type { Fleet } from '../core/fleet/fleet.ts';
import { readFleetDocuments } from '../core/fleet/read-fleet-documents.ts';
import { docAt, textAt } from '../core/observation.ts';
import { type Resolution, type ResolvedServer, resolvePlan } from '../core/plan/resolve-plan.ts';
import type { Target } from '../core/target.ts';
import type { JsonObject } from '../simulator/simulator.ts';
import type { EntryRead } from './read-programme.ts';
import type { DrsAgents } from './simulated-installer.ts';

/** A plan of a programme with what it comes to at the beginning. */
export type ResolvedEntry = { readonly read: EntryRead['read'] } & Resolution;

/** The plans of a programme, resolved, and the source servers that come in its course, as far as plans are judged by them. */
export interface ResolvedEntries {
  readonly resolved: readonly ResolvedEntry[];
  readonly coming: readonly JsonObject[];
}

/** Resolves plans one after the other; what one brings into being is there for those after it. */
export function resolveEntries(
  entries: readonly EntryRead[],
  fleet: Fleet,
  drsAgents: DrsAgents | undefined,
): ResolvedEntries {
  const coming: JsonObject[] = [];
  const resolved = entries.map(({ read }): ResolvedEntry => {
    const then = withServers(fleet, coming);
    const resolution = resolvePlan(read.plan, then);
    if (resolution.ok) {
      const servers = resolution.waves.flatMap((wave) => wave.servers);
      coming.push(...servers.flatMap((server) => broughtBy(server, then, drsAgents)));
    }
    return { read, ...resolution };
  });
  return { resolved, coming };
}

function withServers(fleet: Fleet, coming: readonly JsonObject[]): Fleet {
  if (coming.length === 0) return fleet;
  const { servers } = readFleetDocuments([{ items: coming }]);
  return { ...fleet, servers: [...fleet.servers, ...servers] };
}

/** The source server that comes of what a plan does with one: in DRS after its migration, or on the way back. */
function broughtBy(
  { arn, target, settings: { phases } }: ResolvedServer,
  fleet: Fleet,
  drsAgents: DrsAgents | undefined,
): readonly JsonObject[] {
  const document = fleet.servers.find((server) => server.arn === arn)?.document;
  if (document === undefined) return [];
  if (drsAgents !== undefined && phases.includes('finalize')) {
    const there: Target = { ...target, service: 'drs', region: drsAgents.region };
    return [
      sourceServer(document, there, {
        sourceCloudProperties: { originAccountID: target.accountId, originRegion: target.region },
        replicationDirection: 'FAILOVER',
      }),
    ];
  }
  const cloud = docAt(document, 'sourceCloudProperties');
  const region = textAt(cloud, 'originRegion');
  const isReversed = textAt(document, 'reversedDirectionSourceServerArn') !== undefined;
  if (!phases.includes('reverse') || region === undefined || isReversed) return [];
  const accountId = textAt(cloud, 'originAccountID') ?? target.accountId;
  return [
    sourceServer(document, { ...target, accountId, region }, { replicationDirection: 'FAILBACK' }),
  ];
}

/** A source server as far as plans pick by it; the service gives it another id once it is there. */
function sourceServer(
  { arn, tags, sourceProperties }: JsonObject,
  { partition, service, accountId, region }: Target,
  members: JsonObject,
): JsonObject {
  const text = `${String(arn)} ${service} ${region}`;
  const sourceServerID = `s-${createHash('sha256').update(text).digest('hex').slice(0, 17)}`;
  return {
    sourceServerID,
    arn: `arn:${partition}:${service}:${region}:${accountId}:source-server/${sourceServerID}`,
    ...(tags === undefined ? {} : { tags }),
    ...(sourceProperties === undefined ? {} : { sourceProperties }),
    ...members,
  };
}
