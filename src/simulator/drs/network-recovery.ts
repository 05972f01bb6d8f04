import type { JsonObject } from '../json.ts';
import { later } from './appointments.ts';
import { openJob } from './jobs.ts';
import type { Drs } from './part.ts';
import type { JobNetworkRecord, JobRecord, LogLine, NetworkRecord } from './records.ts';

/** A source network that is to be recovered, with the stack that recovers it. */
export interface NetworkOrder {
  readonly network: NetworkRecord;
  readonly stackName: string;
}

/** Starts the job that deploys, updates or (without a verb) associates the stacks of source networks. */
export function recoverNetworks(
  drs: Drs,
  orders: readonly NetworkOrder[],
  how: {
    readonly initiatedBy: string;
    readonly verb: 'DEPLOY' | 'UPDATE' | undefined;
    readonly tags: JsonObject;
  },
): JobRecord {
  const { parameters, now } = drs.region.world;
  const job = openJob(drs, {
    type: 'LAUNCH',
    initiatedBy: how.initiatedBy,
    tags: how.tags,
    networks: (jobId, startsAt) =>
      orders.map((order) => courseOf(drs, order, { jobId, startsAt, verb: how.verb })),
  });
  const associates = how.verb === undefined;
  const result = resultOf(parameters, associates);
  for (const { network, stackName } of orders) {
    const endsAt = job.networks.find((part) => part.networkId === network.id)?.endsAt ?? job.endsAt;
    network.recovery = {
      at: now,
      jobId: job.id,
      endsAt,
      result: associates ? `ASSOCIATE_${result === 'FAIL' ? 'FAIL' : 'SUCCESS'}` : result,
      vpcId: result === 'FAIL' ? undefined : vpcOf(drs, network, stackName),
    };
    network.stackName = stackName;
    network.stacks = [...new Set([...network.stacks, stackName])];
    later(drs, endsAt, { kind: 'network-result', networkId: network.id, jobId: job.id });
  }
  return job;
}

/** How a recovery of networks ends, or the association of a network with a stack. */
function resultOf(
  { drsNetworkRecoveryResult, drsNetworkAssociationResult }: Drs['region']['world']['parameters'],
  associates: boolean,
): string {
  return associates && drsNetworkAssociationResult !== 'as-recovery'
    ? drsNetworkAssociationResult
    : drsNetworkRecoveryResult;
}

function courseOf(
  drs: Drs,
  { network, stackName }: NetworkOrder,
  job: {
    readonly jobId: string;
    readonly startsAt: number;
    readonly verb: 'DEPLOY' | 'UPDATE' | undefined;
  },
): { readonly part: JobNetworkRecord; readonly log: readonly LogLine[] } {
  const { chance, parameters } = drs.region.world;
  const { jobId, startsAt, verb } = job;
  const result = resultOf(parameters, verb === undefined);
  const takes = (range: readonly [number, number], what: string) =>
    Math.round(chance.between(range, what, jobId, network.id) * 1000);
  const log: LogLine[] = [];
  let at = startsAt;
  const say = (event: string, extra: JsonObject = {}) => {
    const sourceNetworkData = {
      sourceNetworkID: network.id,
      sourceVpc: network.vpcId,
      targetVpc: vpcOf(drs, network, stackName),
      stackName,
    };
    log.push({ at, event, data: { eventResourceData: { sourceNetworkData }, ...extra } });
  };
  const end = (outcome: JobNetworkRecord['outcome']) => ({
    part: { networkId: network.id, startsAt, endsAt: at, outcome },
    log,
  });
  const rawError = 'The CloudFormation stack could not be deployed';
  if (verb !== undefined) {
    say(`${verb}_NETWORK_CONFIGURATION_START`);
    at += takes(parameters.drsNetworkDeploySeconds, 'deploy');
    if (result === 'FAIL') {
      say(`${verb}_NETWORK_CONFIGURATION_FAILED`, { rawError });
      say('NETWORK_RECOVERY_FAIL', { rawError });
      return end('FAILED');
    }
    say(`${verb}_NETWORK_CONFIGURATION_END`);
  }
  say('UPDATE_LAUNCH_TEMPLATE_START');
  at += takes(parameters.drsNetworkTemplateSeconds, 'templates');
  if (result === 'SUCCESS') {
    say('UPDATE_LAUNCH_TEMPLATE_END');
    return end('LAUNCHED');
  }
  say('UPDATE_LAUNCH_TEMPLATE_FAILED', { rawError: 'A launch template could not be modified' });
  return end(result === 'FAIL' ? 'FAILED' : 'LAUNCHED');
}

function vpcOf(drs: Drs, network: NetworkRecord, stackName: string): string {
  return `vpc-${drs.region.world.chance.hex17('drs vpc', network.id, stackName)}`;
}
