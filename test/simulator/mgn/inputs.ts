import { accountId, region } from '../rig.ts';

const id = (prefix: string) => `${prefix}-${'0'.repeat(16)}f`;
const arn = (kind: string, of: string) => `arn:aws:mgn:${region}:${accountId}:${kind}/${of}`;
const server = { sourceServerID: id('s') };
const servers = { sourceServerIDs: [id('s')] };
const wave = { waveID: id('wave') };
const application = { applicationID: id('app') };
const launchTemplate = { launchConfigurationTemplateID: id('lct') };
const replicationTemplate = { replicationConfigurationTemplateID: id('rct') };
const connector = { connectorID: id('connector') };
const tagged = { resourceArn: arn('wave', id('wave')) };
/** A post-launch action. */
export const mgnAction = {
  actionID: 'a1',
  actionName: 'a',
  documentIdentifier: 'Doc',
  order: 1001,
};
/** What CreateReplicationConfigurationTemplate requires. */
export const mgnReplication = {
  stagingAreaSubnetId: 'subnet-0123456789abcdef0',
  associateDefaultSecurityGroup: true,
  replicationServersSecurityGroupsIDs: [],
  replicationServerInstanceType: 't3.small',
  useDedicatedReplicationServer: false,
  defaultLargeStagingDiskType: 'GP3',
  ebsEncryption: 'DEFAULT',
  bandwidthThrottling: 0,
  dataPlaneRouting: 'PRIVATE_IP',
  createPublicIP: false,
  stagingAreaTags: {},
};

/** For every operation of MGN input that the model takes, about resources that do not exist. */
export const mgnInputs: Readonly<Record<string, object>> = {
  ArchiveApplication: application,
  ArchiveWave: wave,
  AssociateApplications: { ...wave, applicationIDs: [id('app')] },
  AssociateSourceServers: { ...application, ...servers },
  ChangeServerLifeCycleState: { ...server, lifeCycle: { state: 'READY_FOR_TEST' } },
  CreateApplication: { name: 'crm' },
  CreateConnector: { name: 'c', ssmInstanceID: id('i') },
  CreateLaunchConfigurationTemplate: {},
  CreateReplicationConfigurationTemplate: mgnReplication,
  CreateWave: { name: 'first' },
  DeleteApplication: application,
  DeleteConnector: connector,
  DeleteJob: { jobID: id('mgnjob') },
  DeleteLaunchConfigurationTemplate: launchTemplate,
  DeleteReplicationConfigurationTemplate: replicationTemplate,
  DeleteSourceServer: server,
  DeleteVcenterClient: { vcenterClientID: id('vcc') },
  DeleteWave: wave,
  DescribeJobLogItems: { jobID: id('mgnjob') },
  DescribeJobs: {},
  DescribeLaunchConfigurationTemplates: { launchConfigurationTemplateIDs: [id('lct')] },
  DescribeReplicationConfigurationTemplates: { replicationConfigurationTemplateIDs: [id('rct')] },
  DescribeSourceServers: {},
  DescribeVcenterClients: {},
  DisassociateApplications: { ...wave, applicationIDs: [id('app')] },
  DisassociateSourceServers: { ...application, ...servers },
  DisconnectFromService: server,
  FinalizeCutover: server,
  GetLaunchConfiguration: server,
  GetReplicationConfiguration: server,
  InitializeService: {},
  ListApplications: {},
  ListConnectors: {},
  ListExportErrors: { exportID: id('export') },
  ListExports: {},
  ListImportErrors: { importID: id('import') },
  ListImports: {},
  ListManagedAccounts: {},
  ListSourceServerActions: server,
  ListTagsForResource: tagged,
  ListTemplateActions: launchTemplate,
  ListWaves: {},
  MarkAsArchived: server,
  PauseReplication: server,
  PutSourceServerAction: { ...server, ...mgnAction },
  PutTemplateAction: { ...launchTemplate, ...mgnAction },
  RemoveSourceServerAction: { ...server, actionID: 'a1' },
  RemoveTemplateAction: { ...launchTemplate, actionID: 'a1' },
  ResumeReplication: server,
  RetryDataReplication: server,
  StartCutover: servers,
  StartExport: { s3Bucket: 'b', s3Key: 'k.csv' },
  StartImport: { s3BucketSource: { s3Bucket: 'b', s3Key: 'k.csv' } },
  StartReplication: server,
  StartTest: servers,
  StopReplication: server,
  TagResource: { ...tagged, tags: { a: 'b' } },
  TerminateTargetInstances: servers,
  UnarchiveApplication: application,
  UnarchiveWave: wave,
  UntagResource: { ...tagged, tagKeys: ['a'] },
  UpdateApplication: application,
  UpdateConnector: connector,
  UpdateLaunchConfiguration: server,
  UpdateLaunchConfigurationTemplate: launchTemplate,
  UpdateReplicationConfiguration: server,
  UpdateReplicationConfigurationTemplate: replicationTemplate,
  UpdateSourceServer: server,
  UpdateSourceServerReplicationType: { ...server, replicationType: 'AGENT_BASED' },
  UpdateWave: wave,
};
