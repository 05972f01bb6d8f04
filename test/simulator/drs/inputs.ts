import { accountId } from '../rig.ts';
import { drsId } from './rig.ts';

const id = (prefix: string) => `${prefix}-${'0'.repeat(17)}`;
const server = { sourceServerID: drsId(1) };
const network = { sourceNetworkID: id('sn') };
const instance = { recoveryInstanceID: 'i-00000000' };
const instances = { recoveryInstanceIDs: ['i-00000000'] };
const launchTemplate = { launchConfigurationTemplateID: id('lct') };
const replicationTemplate = { replicationConfigurationTemplateID: id('rct') };
const actionId = '11111111-2222-3333-4444-555555555555';
const resourceArn = `arn:aws:drs:us-east-1:${accountId}:source-server/${drsId(1)}`;

/** The least that the model of DRS lets through, for each operation that requires anything. */
export const drsInputs: Readonly<Record<string, object>> = {
  AssociateSourceNetworkStack: { ...network, cfnStackName: 'a' },
  CreateExtendedSourceServer: { sourceServerArn: resourceArn },
  CreateReplicationConfigurationTemplate: {
    stagingAreaSubnetId: 'subnet-01234567',
    replicationServersSecurityGroupsIDs: [],
    ebsEncryption: 'DEFAULT',
    bandwidthThrottling: 0,
    stagingAreaTags: {},
    pitPolicy: [{ units: 'DAY', interval: 1, retentionDuration: 1 }],
  },
  CreateSourceNetwork: {
    vpcID: 'vpc-01234567',
    originAccountID: accountId,
    originRegion: 'us-east-1',
  },
  DeleteJob: { jobID: id('drsjob') },
  DeleteLaunchAction: { resourceId: drsId(1), actionId },
  DeleteLaunchConfigurationTemplate: launchTemplate,
  DeleteRecoveryInstance: instance,
  DeleteReplicationConfigurationTemplate: replicationTemplate,
  DeleteSourceNetwork: network,
  DeleteSourceServer: server,
  DescribeJobLogItems: { jobID: id('drsjob') },
  DescribeRecoverySnapshots: server,
  DisconnectRecoveryInstance: instance,
  DisconnectSourceServer: server,
  ExportSourceNetworkCfnTemplate: network,
  GetFailbackReplicationConfiguration: instance,
  GetLaunchConfiguration: server,
  GetReplicationConfiguration: server,
  ListExtensibleSourceServers: { stagingAccountID: accountId },
  ListLaunchActions: { resourceId: drsId(1) },
  ListTagsForResource: { resourceArn },
  PutLaunchAction: {
    resourceId: drsId(1),
    actionCode: 'a',
    order: 2,
    actionId,
    optional: true,
    active: true,
    name: 'a',
    actionVersion: '1',
    category: 'OTHER',
    description: 'a',
  },
  RetryDataReplication: server,
  ReverseReplication: instance,
  StartFailbackLaunch: instances,
  StartRecovery: { sourceServers: [server] },
  StartReplication: server,
  StartSourceNetworkRecovery: { sourceNetworks: [network] },
  StartSourceNetworkReplication: network,
  StopFailback: instance,
  StopReplication: server,
  StopSourceNetworkReplication: network,
  TagResource: { resourceArn, tags: {} },
  TerminateRecoveryInstances: instances,
  UntagResource: { resourceArn, tagKeys: ['a'] },
  UpdateFailbackReplicationConfiguration: instance,
  UpdateLaunchConfiguration: server,
  UpdateLaunchConfigurationTemplate: launchTemplate,
  UpdateReplicationConfiguration: server,
  UpdateReplicationConfigurationTemplate: replicationTemplate,
};
