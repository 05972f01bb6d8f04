import * as z from 'zod';
import { type JsonObject, textAt } from '../json.ts';
import type { Operation } from '../operations/operation.ts';
import { notFound, validation } from '../service-exception.ts';
import { drsArn, later } from './appointments.ts';
import { jobDocument, refuseOverQuota } from './jobs.ts';
import { recoverNetworks } from './network-recovery.ts';
import { drsOperation, listing } from './operation.ts';
import { type Drs, defined, newId, stampOf } from './part.ts';
import { drsQuotasOf } from './quotas.ts';
import type { NetworkRecord } from './records.ts';
import { conflict, overQuota } from './refusal.ts';

const one = z.object({ sourceNetworkID: z.string() });
const tags = z.record(z.string(), z.string()).optional();

/** The operations on source networks: the VPCs that are protected, and their recovery. */
export const networkOperations: readonly Operation[] = [
  drsOperation(
    'CreateSourceNetwork',
    z.object({ vpcID: z.string(), originAccountID: z.string(), originRegion: z.string(), tags }),
    (drs, input) => {
      const { networks } = drs.records;
      const { vpcID: vpcId, originAccountID: accountId, originRegion: region } = input;
      const same = [...networks.values()].find(
        (known) =>
          known.vpcId === vpcId && known.accountId === accountId && known.region === region,
      );
      if (same !== undefined) {
        throw conflict('The VPC has a source network already', [same.id], 'SourceNetwork');
      }
      const { sourceNetworks } = drsQuotasOf(drs.region.world.parameters);
      if (networks.size >= sourceNetworks.value) throw overQuota(sourceNetworks);
      const id = newId(drs, 'sn');
      networks.set(id, {
        id,
        vpcId,
        accountId,
        region,
        tags: input.tags ?? {},
        replicatesSince: undefined,
        protectedAt: undefined,
        stackName: undefined,
        stacks: [],
        recovery: undefined,
        launchedVpcId: undefined,
      });
      return { sourceNetworkID: id };
    },
    { status: 201 },
  ),
  drsOperation(
    'DescribeSourceNetworks',
    z.object({
      filters: z
        .object({
          sourceNetworkIDs: z.array(z.string()).optional(),
          originAccountID: z.string().optional(),
          originRegion: z.string().optional(),
        })
        .optional(),
    }),
    (drs, { filters = {} }, call) => {
      const { sourceNetworkIDs: ids = [], originAccountID, originRegion } = filters;
      const found = [...drs.records.networks.values()].filter(
        (network) =>
          (ids.length === 0 || ids.includes(network.id)) &&
          (originAccountID === undefined || network.accountId === originAccountID) &&
          (originRegion === undefined || network.region === originRegion),
      );
      return listing(call, found, {
        filters,
        print: (network) => networkDocument(drs, network, call.readAt),
      });
    },
  ),
  drsOperation(
    'DeleteSourceNetwork',
    one,
    (drs, { sourceNetworkID }) => {
      const network = theNetwork(drs, sourceNetworkID);
      if (network.replicatesSince !== undefined) {
        throw conflict('The source network is protected', [network.id], 'SourceNetwork');
      }
      refuseDuringRecovery(drs, [network]);
      drs.records.networks.delete(network.id);
      return {};
    },
    { status: 204 },
  ),
  drsOperation('StartSourceNetworkReplication', one, (drs, { sourceNetworkID }) => {
    const network = theNetwork(drs, sourceNetworkID);
    if (network.replicatesSince !== undefined) {
      throw conflict('The source network is protected already', [network.id], 'SourceNetwork');
    }
    const { now, chance, parameters } = drs.region.world;
    const takes = chance.between(
      parameters.drsNetworkProtectionMinutes,
      'network',
      network.id,
      now,
    );
    network.replicatesSince = now;
    network.protectedAt = now + Math.round(takes * 60_000);
    later(drs, network.protectedAt, {
      kind: 'network-protected',
      networkId: network.id,
      since: now,
    });
    return { sourceNetwork: networkDocument(drs, network, now) };
  }),
  drsOperation('StopSourceNetworkReplication', one, (drs, { sourceNetworkID }) => {
    const network = theNetwork(drs, sourceNetworkID);
    if (network.replicatesSince === undefined) {
      throw conflict('The source network is not protected', [network.id], 'SourceNetwork');
    }
    refuseDuringRecovery(drs, [network]);
    network.replicatesSince = undefined;
    network.protectedAt = undefined;
    return { sourceNetwork: networkDocument(drs, network, drs.region.world.now) };
  }),
  drsOperation(
    'StartSourceNetworkRecovery',
    z.object({
      sourceNetworks: z.array(
        z.object({ sourceNetworkID: z.string(), cfnStackName: z.string().optional() }),
      ),
      deployAsNew: z.boolean().optional(),
      tags,
    }),
    (drs, input) => {
      const orders = input.sourceNetworks.map(({ sourceNetworkID, cfnStackName }) => {
        const network = drs.records.networks.get(sourceNetworkID);
        // No ResourceNotFound is declared here (reference: DRS 1.7).
        if (network === undefined) {
          throw validation(`Source network ${sourceNetworkID} does not exist`, 'other', [
            { name: 'sourceNetworks', message: `${sourceNetworkID} does not exist` },
          ]);
        }
        const anew = input.deployAsNew === true || network.stackName === undefined;
        return { network, name: cfnStackName ?? (anew ? undefined : network.stackName), anew };
      });
      const networks = orders.map((order) => order.network);
      refuseUnlessProtected(drs, networks);
      refuseDuringRecovery(drs, networks);
      refuseOverQuota(drs, 0);
      const anew = orders.some((order) => order.anew);
      // Only now: a refused call draws no name.
      const named = orders.map(({ network, name }) => ({
        network,
        stackName: name ?? `drs-${newId(drs, 'network')}`,
      }));
      const job = recoverNetworks(drs, named, {
        initiatedBy: anew ? 'CREATE_NETWORK_RECOVERY' : 'UPDATE_NETWORK_RECOVERY',
        verb: anew ? 'DEPLOY' : 'UPDATE',
        tags: input.tags ?? {},
      });
      return { job: jobDocument(drs, job, drs.region.world.now) };
    },
    { status: 202 },
  ),
  drsOperation(
    'AssociateSourceNetworkStack',
    one.extend({ cfnStackName: z.string() }),
    (drs, { sourceNetworkID, cfnStackName }) => {
      const network = theNetwork(drs, sourceNetworkID);
      const { drsKnownStacks } = drs.region.world.parameters;
      if (drsKnownStacks === 'own' && !network.stacks.includes(cfnStackName)) {
        throw validation(`Stack ${cfnStackName} does not exist`, 'other', [
          { name: 'cfnStackName', message: 'does not exist' },
        ]);
      }
      refuseDuringRecovery(drs, [network]);
      refuseOverQuota(drs, 0);
      const job = recoverNetworks(drs, [{ network, stackName: cfnStackName }], {
        initiatedBy: 'ASSOCIATE_NETWORK_RECOVERY',
        verb: undefined,
        tags: {},
      });
      return { job: jobDocument(drs, job, drs.region.world.now) };
    },
    { status: 202 },
  ),
  drsOperation('ExportSourceNetworkCfnTemplate', one, (drs, { sourceNetworkID }) => {
    const network = theNetwork(drs, sourceNetworkID);
    refuseUnlessProtected(drs, [network]);
    const [template] = drs.records.launchTemplates.values();
    const bucket = textAt(template ?? {}, 'exportBucketArn')
      ?.split(':')
      .at(-1);
    if (bucket === undefined) {
      throw validation('No bucket for exports is configured', 'other', [
        { name: 'exportBucketArn', message: 'is not set in the launch configuration template' },
      ]);
    }
    const { region, world } = drs.region;
    const key = `${network.id}-${new Date(world.now).toISOString().slice(0, 19)}.json`;
    return { s3DestinationUrl: `https://${bucket}.s3.${region}.amazonaws.com/${key}` };
  }),
];

/** The source network as every answer shows it at an instant. */
function networkDocument(drs: Drs, network: NetworkRecord, at: number): JsonObject {
  const { recovery, protectedAt, replicatesSince } = network;
  const status =
    replicatesSince === undefined
      ? 'STOPPED'
      : protectedAt !== undefined && at >= protectedAt
        ? 'PROTECTED'
        : 'IN_PROGRESS';
  return defined({
    sourceNetworkID: network.id,
    sourceVpcID: network.vpcId,
    arn: drsArn(drs, 'source-network', network.id),
    tags: network.tags,
    replicationStatus: status,
    cfnStackName: network.stackName,
    sourceRegion: network.region,
    sourceAccountID: network.accountId,
    lastRecovery:
      recovery === undefined
        ? undefined
        : {
            apiCallDateTime: stampOf(drs, recovery.at),
            jobID: recovery.jobId,
            lastRecoveryResult: at >= recovery.endsAt ? recovery.result : 'IN_PROGRESS',
          },
    launchedVpcID: network.launchedVpcId,
  });
}

function theNetwork(drs: Drs, id: string): NetworkRecord {
  const network = drs.records.networks.get(id);
  if (network === undefined) throw notFound('SourceNetwork', id);
  return network;
}

function refuseUnlessProtected(drs: Drs, networks: readonly NetworkRecord[]): void {
  const { now } = drs.region.world;
  const open = networks.filter(({ protectedAt }) => protectedAt === undefined || now < protectedAt);
  if (open.length === 0) return;
  const ids = open.map(({ id }) => id);
  throw conflict('The source network is not protected', ids, 'SourceNetwork');
}

function refuseDuringRecovery(drs: Drs, networks: readonly NetworkRecord[]): void {
  const { now } = drs.region.world;
  const held = networks.filter(({ recovery }) => recovery !== undefined && recovery.endsAt > now);
  if (held.length === 0) return;
  const ids = held.map(({ id }) => id);
  throw conflict('The source network is being recovered', ids, 'SourceNetwork');
}
