// What each function asks of a target, in IAM's words: what the doctor has IAM simulate. EC2 rights that MGN uses on
// its caller's behalf hold only through MGN, so that no simulation can tell of them.
import type { Target } from '../core/target.ts';

/** What an action is done to: anything, for lists; else one kind of resource. */
type On = 'any' | 'source-server' | 'drs-source-server' | 'wave' | 'job';

/** An action with what it is done to. */
interface Need {
  readonly action: string;
  readonly on: On;
}

const any = (action: string): Need => ({ action, on: 'any' });
const onServers = (action: string): Need => ({ action, on: 'source-server' });
const onDrsServers = (action: string): Need => ({ action, on: 'drs-source-server' });
const look = any('mgn:DescribeSourceServers');
const lookAtDrs = [any('drs:DescribeSourceServers'), any('drs:DescribeRecoveryInstances')];

/** The needs of each function that calls a target, by its name in serverless.yml. */
export const functionNeeds: Readonly<Record<string, readonly Need[]>> = {
  poll: [
    look,
    any('mgn:DescribeJobs'),
    any('mgn:DescribeJobLogItems'),
    any('mgn:DescribeVcenterClients'),
    onServers('mgn:StartReplication'),
    onServers('mgn:StartTest'),
    onServers('mgn:StartCutover'),
    onServers('mgn:TerminateTargetInstances'),
    { action: 'mgn:TagResource', on: 'job' },
    onServers('mgn:GetLaunchConfiguration'),
    onServers('mgn:GetReplicationConfiguration'),
    onServers('mgn:ListSourceServerActions'),
    any('mgn:DescribeLaunchConfigurationTemplates'),
    any('mgn:DescribeReplicationConfigurationTemplates'),
    any('drs:DescribeSourceServers'),
    any('drs:DescribeRecoveryInstances'),
    any('drs:DescribeJobs'),
    any('drs:DescribeJobLogItems'),
    any('drs:DescribeRecoverySnapshots'),
    any('drs:DescribeLaunchConfigurationTemplates'),
    any('drs:DescribeReplicationConfigurationTemplates'),
    any('drs:GetLaunchConfiguration'),
    any('drs:GetReplicationConfiguration'),
    any('drs:ListLaunchActions'),
    any('drs:ListExtensibleSourceServers'),
    any('drs:CreateExtendedSourceServer'),
    any('drs:DescribeSourceNetworks'),
    any('drs:StartSourceNetworkRecovery'),
    any('drs:AssociateSourceNetworkStack'),
    any('drs:StartReplication'),
    any('drs:StartRecovery'),
    any('drs:TerminateRecoveryInstances'),
    any('drs:StartFailbackLaunch'),
    any('drs:TagResource'),
    any('ec2:DescribeInstanceStatus'),
    any('ec2:DescribeLaunchTemplates'),
    any('ec2:DescribeLaunchTemplateVersions'),
    any('ec2:DescribeSubnets'),
    any('ec2:DescribeInstanceTypes'),
    any('ec2:DescribeInstances'),
    any('servicequotas:ListServiceQuotas'),
  ],
  sweep: [any('drs:DescribeSourceServers')],
  // What it may do to launch templates holds by their tags alone: no simulation can tell of it.
  applySettings: [
    look,
    any('mgn:DescribeJobs'),
    onServers('mgn:GetLaunchConfiguration'),
    onServers('mgn:GetReplicationConfiguration'),
    onServers('mgn:ListSourceServerActions'),
    onServers('mgn:UpdateLaunchConfiguration'),
    onServers('mgn:UpdateReplicationConfiguration'),
    onServers('mgn:PutSourceServerAction'),
    any('ec2:DescribeLaunchTemplateVersions'),
    any('drs:DescribeSourceServers'),
    any('drs:DescribeJobs'),
    onDrsServers('drs:GetLaunchConfiguration'),
    onDrsServers('drs:ListLaunchActions'),
    onDrsServers('drs:UpdateLaunchConfiguration'),
    onDrsServers('drs:PutLaunchAction'),
    onDrsServers('drs:DeleteLaunchAction'),
  ],
  ensureReplicating: [look, onServers('mgn:UpdateSourceServerReplicationType')],
  runHooks: [any('ec2:DescribeInstances')],
  remedy: [
    look,
    onServers('mgn:RetryDataReplication'),
    any('drs:DescribeSourceServers'),
    any('drs:RetryDataReplication'),
  ],
  retryReplication: [look, onServers('mgn:RetryDataReplication')],
  markReadyForCutover: [look, onServers('mgn:ChangeServerLifeCycleState')],
  revertLifeCycle: [look, onServers('mgn:ChangeServerLifeCycleState')],
  finalizeCutover: [look, onServers('mgn:FinalizeCutover')],
  markAsArchived: [look, onServers('mgn:MarkAsArchived')],
  releaseInstance: [
    ...lookAtDrs,
    any('drs:DisconnectRecoveryInstance'),
    any('drs:DeleteRecoveryInstance'),
  ],
  stopReplication: [...lookAtDrs, any('drs:StopReplication')],
  turnReplication: [...lookAtDrs, any('drs:ReverseReplication'), any('drs:StopFailback')],
  disconnectServer: [...lookAtDrs, any('drs:DisconnectSourceServer')],
  deleteServer: [...lookAtDrs, any('drs:DeleteSourceServer')],
  confirmRetired: lookAtDrs,
  archiveWaves: [
    look,
    any('mgn:ListApplications'),
    any('mgn:ListWaves'),
    { action: 'mgn:ArchiveWave', on: 'wave' },
  ],
};

/** What to simulate at once: actions that are done to the same resources. */
export interface Simulation {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** A target with the way in which the functions reach it. */
interface Reached {
  readonly target: Target;
  readonly access: 'own' | 'role' | 'managed';
}

// IAM takes many resources a call; more than these would say nothing new.
const mostResources = 20;

/** What to have IAM simulate for a function; empty for one that calls no target. */
export function simulationsFor(
  name: string,
  targets: readonly Reached[],
  memberRole: string,
): readonly Simulation[] {
  const needs = functionNeeds[name] ?? [];
  const direct = targets.filter(({ access }) => access !== 'role').map(({ target }) => target);
  const assumed = targets.filter(({ access }) => access !== 'own').map(({ target }) => target);
  const services = new Set(direct.map(({ service }) => service));
  // What no target asks for is not granted either.
  const asked = needs.filter(({ action }) => services.has('drs') || !action.startsWith('drs:'));
  const ofMgn = direct.filter(({ service }) => service === 'mgn');
  const ofDrs = direct.filter(({ service }) => service === 'drs');
  const kinds: readonly On[] = ['any', 'source-server', 'drs-source-server', 'wave', 'job'];
  const simulations = kinds.map((on) => ({
    actions: asked.filter((need) => need.on === on).map(({ action }) => action),
    resources: (on === 'any' ? direct : on === 'drs-source-server' ? ofDrs : ofMgn)
      .slice(0, mostResources)
      .map((target) => exampleOf(on, target)),
  }));
  const roles = assumed.map(
    ({ partition, accountId }) => `arn:${partition}:iam::${accountId}:role/${memberRole}`,
  );
  return [
    ...simulations,
    {
      actions: needs.length > 0 && memberRole !== '' ? ['sts:AssumeRole'] : [],
      resources: roles.slice(0, mostResources),
    },
  ]
    .map(({ actions, resources }) => ({ actions, resources: [...new Set(resources)] }))
    .filter(({ actions, resources }) => actions.length > 0 && resources.length > 0);
}

const ids = { 'source-server': 's', wave: 'wave', job: 'mgnjob' } as const;

/** The ARN of a resource that need not exist: policies are matched by text. */
function exampleOf(on: On, { partition, region, accountId }: Target): string {
  if (on === 'any') return '*';
  if (on === 'drs-source-server') {
    return `arn:${partition}:drs:${region}:${accountId}:source-server/s-00000000000000000`;
  }
  return `arn:${partition}:mgn:${region}:${accountId}:${on}/${ids[on]}-00000000000000000`;
}
