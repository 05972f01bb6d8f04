import { objectAt } from '../json.ts';
import type { RegionState } from '../region-state.ts';
import type { SourceServer } from '../source-server.ts';
import { begin } from './begin-replication.ts';
import { addServer } from './new-server.ts';
import { type Drs, defined } from './part.ts';
import { drsQuotasOf } from './quotas.ts';

/**
 * Lets the agent of DRS register from the instance that MGN launched for a server, as its installer does, and begins to
 * replicate it; answers the id of the new source server, or why there is none.
 */
export function installOnInstance(
  drs: Drs,
  origin: RegionState,
  server: SourceServer,
): { readonly sourceServerID: string } | { readonly refusal: string } {
  const awsInstanceID = server.state.launched.instanceId;
  const instance = awsInstanceID === undefined ? undefined : origin.instances.get(awsInstanceID);
  if (instance === undefined || instance.terminatedAt !== undefined) {
    return { refusal: `${server.id} has no instance that runs` };
  }
  const refusal = refusalOf(drs);
  if (refusal !== undefined) return { refusal };
  const told = objectAt(server.document, 'sourceProperties');
  // What vCenter told of the machine does not go with it.
  const { hostname, fqdn } = objectAt(told, 'identificationHints');
  const added = addServer(drs, (_id, _arn, addedAt) => ({
    tags: server.state.tags,
    dataReplicationInfo: { dataReplicationState: 'STOPPED', replicatedDisks: [] },
    lifeCycle: {
      addedToServiceDateTime: addedAt,
      lastSeenByServiceDateTime: addedAt,
      lastLaunch: { initiated: {} },
    },
    sourceProperties: {
      ...told,
      lastUpdatedDateTime: addedAt,
      supportsNitroInstances: true,
      identificationHints: defined({ hostname, fqdn, awsInstanceID }),
    },
    sourceCloudProperties: {
      originAccountID: origin.accountId,
      originRegion: origin.region,
      originAvailabilityZone: `${origin.region}a`,
    },
    replicationDirection: 'FAILOVER',
  }));
  begin(drs, added);
  return { sourceServerID: added.id };
}

function refusalOf(drs: Drs): string | undefined {
  const { accountId, region, world } = drs.region;
  if (!drs.records.initialized) return `DRS is not initialized in ${accountId} ${region}`;
  const { replicatingServers, totalServers } = drsQuotasOf(world.parameters);
  const there = drs.engine.servers.filter(({ state }) => !state.deleted).length;
  const over =
    drs.engine.activeServers >= replicatingServers.value
      ? replicatingServers
      : there >= totalServers.value
        ? totalServers
        : undefined;
  return over === undefined ? undefined : `Quota exceeded: ${over.name} (${over.value})`;
}
