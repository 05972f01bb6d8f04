import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import type { Answer, WireDocument } from '../../flow/ports.ts';
import { allPages, inGroups } from './pages.ts';
import { askForOutput } from './wire-call.ts';

// EC2 takes at most 100 explicit instance ids a call.
const maxInstancesPerCall = 100;

/**
 * Answers the EC2 status checks of instances in any state, by id. An instance that EC2 does not know
 * (yet, or any more) is left out: EC2 refuses a whole group for one such id, so the rest is asked again.
 */
export function describeInstanceStatus(
  ec2: EC2Client,
  instanceIds: readonly string[],
): Promise<Answer<readonly WireDocument[]>> {
  return inGroups(instanceIds, maxInstancesPerCall, (group) => statusOfGroup(ec2, group));
}

async function statusOfGroup(
  ec2: EC2Client,
  group: string[],
): Promise<Answer<readonly WireDocument[]>> {
  const answer = await allPages((page) => statusPage(ec2, group, page.nextToken));
  if (answer.ok || answer.refusal.kind !== 'not-found') return answer;
  const unknown = new Set(answer.refusal.culprits);
  const rest = group.filter((id) => !unknown.has(id));
  if (rest.length === group.length) return answer;
  return rest.length === 0 ? { ok: true, value: [] } : statusOfGroup(ec2, rest);
}

async function statusPage(
  ec2: EC2Client,
  instanceIds: string[],
  nextToken: string | undefined,
): Promise<Answer<WireDocument>> {
  const answer = await askForOutput(
    new DescribeInstanceStatusCommand({
      InstanceIds: instanceIds,
      IncludeAllInstances: true,
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    }),
    (command) => ec2.send(command),
  );
  if (!answer.ok) return answer;
  const items = (answer.value.InstanceStatuses ?? []).map((status) => ({
    instanceId: status.InstanceId,
    instanceState: status.InstanceState?.Name,
    systemStatus: status.SystemStatus?.Status,
    instanceStatus: status.InstanceStatus?.Status,
  }));
  return { ...answer, value: { items, nextToken: answer.value.NextToken } };
}

/** Answers how instances are reached, by id; one that EC2 does not know is left out as above. */
export function describeInstanceAddresses(
  ec2: EC2Client,
  instanceIds: readonly string[],
): Promise<Answer<readonly WireDocument[]>> {
  return inGroups(instanceIds, maxInstancesPerCall, (group) => addressesOfGroup(ec2, group));
}

async function addressesOfGroup(
  ec2: EC2Client,
  group: string[],
): Promise<Answer<readonly WireDocument[]>> {
  const command = new DescribeInstancesCommand({ InstanceIds: group });
  const answer = await askForOutput(command, (one) => ec2.send(one));
  if (!answer.ok) {
    return answer.refusal.kind === 'not-found' && group.length === 1
      ? { ok: true, value: [] }
      : answer;
  }
  const instances = (answer.value.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
  const value = instances.map(({ InstanceId, PrivateIpAddress, PrivateDnsName }) => ({
    instanceId: InstanceId,
    privateIp: PrivateIpAddress,
    privateDnsName: PrivateDnsName,
  }));
  return { ...answer, value };
}
