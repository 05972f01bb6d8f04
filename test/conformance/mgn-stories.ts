import { operationModel, serviceModels } from '../../src/simulator/model/service-model.ts';
import { mgnAction, mgnInputs, mgnReplication } from '../simulator/mgn/inputs.ts';
import {
  aClient,
  accountId,
  aServer,
  day,
  faults,
  hour,
  ready,
  region,
  serverId,
} from '../simulator/rig.ts';
import { malformed } from './malformed.ts';
import type { Story, World } from './world.ts';

const names = Object.keys(serviceModels.get('mgn')?.operations ?? {});
const declaring = (exception: string) =>
  names.filter((name) => operationModel('mgn', name)?.errors.includes(exception));
const one = (n: number) => ({ sourceServerID: serverId(n) });
const some = (...of: number[]) => ({ sourceServerIDs: of.map(serverId) });
const conflict = 'ConflictException';
const overQuota = 'ServiceQuotaExceededException';

/** Asks each of these operations for what the model takes, about resources that do not exist. */
async function askAll(w: World, of: readonly string[]) {
  for (const name of of) await w.ask(name, mgnInputs[name] ?? {});
}

async function grouping(w: World) {
  const { waveID, arn } = await w.ok('CreateWave', {
    name: 'w',
    description: 'first',
    tags: { a: 'b' },
  });
  const { applicationID } = await w.ok('CreateApplication', { name: 'a', tags: { a: 'b' } });
  await w.ok('AssociateSourceServers', { applicationID, ...some(1, 2) });
  await w.ok('AssociateApplications', { waveID, applicationIDs: [applicationID] });
  await w.ok('UpdateWave', { waveID, name: 'wave' });
  await w.ok('UpdateApplication', { applicationID, name: 'application', description: 'new' });
  await w.ok('ListWaves', { filters: { waveIDs: [waveID] } });
  await w.ok('ListApplications', { filters: { waveIDs: [waveID], isArchived: false } });
  await w.ok('TagResource', { resourceArn: arn, tags: { c: 'd' } });
  await w.ok('ListTagsForResource', { resourceArn: arn });
  await w.ok('UntagResource', { resourceArn: arn, tagKeys: ['a', 'c'] });
  await w.ok('DisassociateApplications', { waveID, applicationIDs: [applicationID] });
  await w.ok('DisassociateSourceServers', { applicationID, ...some(1, 2) });
  await w.ok('ArchiveWave', { waveID });
  await w.ok('UnarchiveWave', { waveID });
  await w.ok('ArchiveApplication', { applicationID });
  await w.ok('UnarchiveApplication', { applicationID });
  await w.ok('ArchiveApplication', { applicationID });
  await w.ok('DeleteApplication', { applicationID });
  await w.ok('ArchiveWave', { waveID });
  await w.ok('DeleteWave', { waveID });
}

async function settings(w: World) {
  await w.ok('InitializeService');
  const { launchConfigurationTemplateID } = await w.ok('CreateLaunchConfigurationTemplate', {
    launchDisposition: 'STOPPED',
    targetInstanceTypeRightSizingMethod: 'BASIC',
    licensing: { osByol: true },
    bootMode: 'UEFI',
    tags: { a: 'b' },
  });
  const template = { launchConfigurationTemplateID };
  await w.ok('UpdateLaunchConfigurationTemplate', { ...template, copyTags: true });
  await w.ok('DescribeLaunchConfigurationTemplates', {
    launchConfigurationTemplateIDs: [launchConfigurationTemplateID],
  });
  await w.ok('PutTemplateAction', { ...template, ...mgnAction });
  await w.ok('ListTemplateActions', template);
  await w.ok('RemoveTemplateAction', { ...template, actionID: mgnAction.actionID });
  await w.ok('DeleteLaunchConfigurationTemplate', template);
  const { replicationConfigurationTemplateID } = await w.ok(
    'CreateReplicationConfigurationTemplate',
    mgnReplication,
  );
  const replication = { replicationConfigurationTemplateID };
  await w.ok('UpdateReplicationConfigurationTemplate', { ...replication, createPublicIP: true });
  await w.ok('DescribeReplicationConfigurationTemplates', {
    replicationConfigurationTemplateIDs: [replicationConfigurationTemplateID],
  });
  await w.ok('DeleteReplicationConfigurationTemplate', replication);
  await w.ok('GetLaunchConfiguration', one(1));
  await w.ok('UpdateLaunchConfiguration', { ...one(1), copyPrivateIp: true, name: 'mine' });
  await w.ok('GetReplicationConfiguration', one(1));
  await w.ok('UpdateReplicationConfiguration', { ...one(1), bandwidthThrottling: 10 });
  await w.ok('PutSourceServerAction', { ...one(1), ...mgnAction });
  await w.ok('ListSourceServerActions', one(1));
  await w.ok('RemoveSourceServerAction', { ...one(1), actionID: mgnAction.actionID });
  await w.ok('ListManagedAccounts');
  const { connectorID } = await w.ok('CreateConnector', {
    name: 'c',
    ssmInstanceID: 'i-0123456789abcdef0',
    tags: { a: 'b' },
  });
  await w.ok('UpdateConnector', { connectorID, name: 'd' });
  await w.ok('ListConnectors', { filters: { connectorIDs: [connectorID] } });
  await w.ok('UpdateSourceServer', {
    ...one(2),
    connectorAction: { credentialsSecretArn: secret, connectorArn: connectorArn(connectorID) },
  });
  await w.ok('DeleteConnector', { connectorID });
}

const secret = `arn:aws:secretsmanager:${region}:${accountId}:secret:one-AbCdEf`;
const connectorArn = (id: string) => `arn:aws:mgn:${region}:${accountId}:connector/${id}`;

async function migration(w: World) {
  await w.ok('DescribeSourceServers', { filters: { isArchived: false } });
  const test = await w.ok('StartTest', { ...some(1), tags: { a: 'b' } });
  await w.pass(hour);
  await w.ok('DescribeJobs', { filters: { jobIDs: [test.job.jobID] } });
  await w.ok('DescribeJobLogItems', { jobID: test.job.jobID });
  await w.ok('DescribeSourceServers', { filters: some(1) });
  await w.ok('ChangeServerLifeCycleState', {
    ...one(1),
    lifeCycle: { state: 'READY_FOR_CUTOVER' },
  });
  await w.ok('TerminateTargetInstances', some(1));
  await w.pass(hour);
  await w.ok('StartCutover', some(1));
  await w.pass(hour);
  await w.ok('DescribeSourceServers', { filters: { lifeCycleStates: ['CUTTING_OVER'] } });
  await w.ok('FinalizeCutover', one(1));
  await w.pass(hour);
  await w.ok('MarkAsArchived', one(1));
  await w.ok('DescribeSourceServers', { filters: { isArchived: true } });
  await w.ok('DeleteJob', { jobID: test.job.jobID });
  await w.ok('DisconnectFromService', one(2));
  await w.pass(hour);
  await w.ok('DeleteSourceServer', one(2));
  await w.ok('PauseReplication', one(3));
  await w.ok('ResumeReplication', one(3));
  await w.ok('StopReplication', one(3));
  await w.ok('StartReplication', one(3));
  await w.pass(day);
  await w.ok('DescribeSourceServers', { maxResults: 1 });
}

async function stalled(w: World) {
  await w.pass(hour);
  await w.ok('DescribeSourceServers');
  await w.ok('RetryDataReplication', one(1));
  await w.pass(hour);
  await w.ok('DescribeSourceServers');
}

async function agentless(w: World) {
  await w.ok('DescribeVcenterClients', { maxResults: 10 });
  await w.ok('DescribeSourceServers', { filters: { replicationTypes: ['SNAPSHOT_SHIPPING'] } });
  await w.ok('UpdateSourceServerReplicationType', {
    ...one(1),
    replicationType: 'SNAPSHOT_SHIPPING',
  });
  await w.ok('StartReplication', one(1));
  await w.pass(day);
  await w.ok('DescribeSourceServers');
  await w.ok('DeleteVcenterClient', { vcenterClientID: 'vcc-00000000000000001' });
}

async function inventory(w: World) {
  await w.put('b', 'in.csv', 'mgn:wave:name,mgn:app:name\nw,crm\n');
  const { importTask } = await w.ok('StartImport', {
    clientToken: 'once',
    s3BucketSource: { s3Bucket: 'b', s3Key: 'in.csv' },
  });
  await w.pass(hour);
  await w.ok('ListImports', { filters: { importIDs: [importTask.importID] } });
  await w.put('b', 'bad.csv', 'mgn:wave:name,mgn:server:platform\nw,BeOS\n');
  const bad = await w.ok('StartImport', { s3BucketSource: { s3Bucket: 'b', s3Key: 'bad.csv' } });
  await w.pass(hour);
  await w.ok('ListImports');
  await w.ok('ListImportErrors', { importID: bad.importTask.importID });
  const { exportTask } = await w.ok('StartExport', { s3Bucket: 'b', s3Key: 'out.csv' });
  await w.pass(hour);
  await w.ok('ListExports', { filters: { exportIDs: [exportTask.exportID] } });
  const nowhere = await w.ok('StartExport', { s3Bucket: 'nowhere', s3Key: 'out.csv' });
  await w.pass(hour);
  await w.ok('ListExports');
  await w.ok('ListExportErrors', { exportID: nowhere.exportTask.exportID });
}

async function conflicts(w: World) {
  const { waveID } = await w.ok('CreateWave', { name: 'w' });
  const { applicationID } = await w.ok('CreateApplication', { name: 'a' });
  const applicationIDs = [applicationID];
  await w.ok('AssociateSourceServers', { applicationID, ...some(1) });
  await w.ok('AssociateApplications', { waveID, applicationIDs });
  const other = (await w.ok('CreateApplication', { name: 'b' })).applicationID;
  const otherWave = (await w.ok('CreateWave', { name: 'x' })).waveID;
  const { launchConfigurationTemplateID } = await w.ok('CreateLaunchConfigurationTemplate');
  const { replicationConfigurationTemplateID } = await w.ok(
    'CreateReplicationConfigurationTemplate',
    mgnReplication,
  );
  const { job } = await w.ok('StartTest', some(1));
  await w.put('b', 'k.csv', 'mgn:wave:name\nz\n');
  await w.ok('StartImport', mgnInputs['StartImport']);
  const calls: Readonly<Record<string, object>> = {
    ArchiveApplication: { applicationID },
    ArchiveWave: { waveID },
    AssociateApplications: { waveID: otherWave, applicationIDs },
    AssociateSourceServers: { applicationID: other, ...some(1) },
    ChangeServerLifeCycleState: { ...one(1), lifeCycle: { state: 'READY_FOR_CUTOVER' } },
    CreateApplication: { name: 'a' },
    CreateWave: { name: 'w' },
    DeleteApplication: { applicationID },
    DeleteJob: { jobID: job.jobID },
    DeleteLaunchConfigurationTemplate: { launchConfigurationTemplateID },
    DeleteReplicationConfigurationTemplate: { replicationConfigurationTemplateID },
    DeleteSourceServer: one(3),
    DeleteWave: { waveID },
    DisconnectFromService: one(1),
    FinalizeCutover: one(1),
    MarkAsArchived: one(1),
    PauseReplication: one(2),
    PutSourceServerAction: { ...one(2), ...mgnAction },
    PutTemplateAction: { launchConfigurationTemplateID, ...mgnAction },
    ResumeReplication: one(1),
    StartCutover: some(1),
    StartImport: mgnInputs['StartImport'] ?? {},
    StartReplication: one(1),
    StartTest: some(1),
    StopReplication: one(1),
    TerminateTargetInstances: some(1),
    UpdateApplication: { applicationID, name: 'b' },
    UpdateLaunchConfiguration: one(2),
    UpdateReplicationConfiguration: one(2),
    UpdateSourceServer: one(2),
    UpdateSourceServerReplicationType: { ...one(1), replicationType: 'AGENT_BASED' },
    UpdateWave: { waveID, name: 'x' },
  };
  for (const [name, input] of Object.entries(calls)) await w.no(name, conflict, input);
  await w.ok('ArchiveWave', { waveID: otherWave });
  await w.ok('ArchiveApplication', { applicationID: other });
  await w.no('DisassociateApplications', conflict, { waveID: otherWave, applicationIDs });
  await w.no('DisassociateSourceServers', conflict, { applicationID: other, ...some(1) });
}

async function quotas(w: World) {
  const old = await w.ok('CreateWave', { name: 'old' });
  await w.ok('ArchiveWave', { waveID: old.waveID });
  const { waveID } = await w.ok('CreateWave', { name: 'w' });
  const gone = await w.ok('CreateApplication', { name: 'old' });
  await w.ok('ArchiveApplication', { applicationID: gone.applicationID });
  const { applicationID } = await w.ok('CreateApplication', { name: 'a' });
  const other = await w.ok('CreateApplication', { name: 'b' });
  await w.ok('AssociateSourceServers', { applicationID, ...some(1) });
  await w.ok('AssociateApplications', { waveID, applicationIDs: [applicationID] });
  await w.put('b', 'k.csv', 'mgn:wave:name\nw\n');
  await w.ok('StartImport', mgnInputs['StartImport']);
  await w.ok('StartExport', mgnInputs['StartExport']);
  const calls: Readonly<Record<string, object>> = {
    CreateWave: { name: 'v' },
    CreateApplication: { name: 'c' },
    AssociateApplications: { waveID, applicationIDs: [other.applicationID] },
    AssociateSourceServers: { applicationID, ...some(3) },
    StartReplication: one(2),
    StartExport: mgnInputs['StartExport'] ?? {},
    StartImport: mgnInputs['StartImport'] ?? {},
    ArchiveApplication: { applicationID: other.applicationID },
  };
  for (const [name, input] of Object.entries(calls)) await w.no(name, overQuota, input);
  await w.ok('DisassociateApplications', { waveID, applicationIDs: [applicationID] });
  await w.no('ArchiveWave', overQuota, { waveID });
}

async function activeQuotas(w: World) {
  const { waveID } = await w.ok('CreateWave', { name: 'w' });
  const { applicationID } = await w.ok('CreateApplication', { name: 'a' });
  await w.ok('ArchiveWave', { waveID });
  await w.ok('ArchiveApplication', { applicationID });
  await w.ok('CreateWave', { name: 'v' });
  await w.ok('CreateApplication', { name: 'b' });
  await w.no('UnarchiveWave', overQuota, { waveID });
  await w.no('UnarchiveApplication', overQuota, { applicationID });
}

// Where the generated input would be refused for another reason, or the model has no rule that it could break.
const invalid: Readonly<Record<string, object>> = {
  ListTagsForResource: { resourceArn: 'short' },
  TagResource: { resourceArn: 'short', tags: { a: 'b' } },
  UntagResource: { resourceArn: 'short', tagKeys: ['a'] },
};

// Every operation refuses it, also those that do not declare ValidationException.
async function malformedInput(w: World) {
  for (const name of names) {
    const input = invalid[name] ?? malformed('mgn', name, mgnInputs[name] ?? {});
    if (input !== undefined) await w.ask(name, input);
  }
}

const stall = {
  fault: 'stall',
  errorClass: 'FAILED_TO_ATTACH_STAGING_DISKS',
  after: 'PT10M',
  clearsAfter: 'retry',
};
const discovered = { lifeCycle: 'DISCOVERED', replication: 'STOPPED', agentless: true };

/** What both clients live through with MGN. */
export const mgnStories: readonly Story[] = [
  {
    name: 'waves and applications',
    service: 'mgn',
    options: { fleet: [ready(1), ready(2)] },
    tell: grouping,
  },
  { name: 'settings', service: 'mgn', options: { fleet: [ready(1), ready(2)] }, tell: settings },
  {
    name: 'a migration',
    service: 'mgn',
    options: { fleet: [ready(1), ready(2), ready(3)] },
    tell: migration,
  },
  {
    name: 'a stall',
    service: 'mgn',
    options: { fleet: [ready(1)], faults: faults(stall) },
    tell: stalled,
  },
  {
    name: 'agentless replication',
    service: 'mgn',
    options: { fleet: [aServer(1, discovered)], vcenterClients: [aClient] },
    tell: agentless,
  },
  { name: 'the inventory', service: 'mgn', options: { fleet: [ready(1)] }, tell: inventory },
  {
    name: 'conflicts',
    service: 'mgn',
    options: {
      fleet: [ready(1), ready(2, { lifeCycle: 'CUTOVER', more: { isArchived: true } }), ready(3)],
      parameters: { quotaActionsPerTemplate: 0, deleteTemplateInUse: 'reject' },
    },
    tell: conflicts,
  },
  {
    name: 'quotas',
    service: 'mgn',
    options: {
      fleet: [ready(1), aServer(2, discovered), aServer(3, discovered)],
      vcenterClients: [aClient],
      parameters: {
        quotaActiveServers: 1,
        quotaActiveWaves: 1,
        quotaArchivedWaves: 1,
        quotaActiveApplications: 2,
        quotaArchivedApplications: 1,
        quotaServersPerApplication: 1,
        quotaApplicationsPerWave: 1,
        quotaConcurrentExports: 1,
        importWhileRunning: 'ServiceQuotaExceededException',
      },
    },
    tell: quotas,
  },
  {
    name: 'quotas of what is active',
    service: 'mgn',
    options: { parameters: { quotaActiveWaves: 1, quotaActiveApplications: 1 } },
    tell: activeQuotas,
  },
  {
    name: 'an account that was never initialised',
    service: 'mgn',
    options: { parameters: { uninitializedTargets: [`${accountId}:${region}`] } },
    tell: (w) => askAll(w, declaring('UninitializedAccountException')),
  },
  {
    name: 'resources that do not exist',
    service: 'mgn',
    tell: (w) => askAll(w, declaring('ResourceNotFoundException')),
  },
  { name: 'malformed input', service: 'mgn', tell: malformedInput },
  {
    name: 'denials',
    service: 'mgn',
    onDemand: true,
    options: { parameters: { deniedOperations: names.map((name) => `mgn:${name}`) } },
    tell: (w) => askAll(w, declaring('AccessDeniedException')),
  },
  {
    name: 'throttling',
    service: 'mgn',
    onDemand: true,
    options: { faults: faults({ fault: 'throttling', operations: names }) },
    tell: (w) => askAll(w, declaring('ThrottlingException')),
  },
  {
    name: 'internal errors',
    service: 'mgn',
    onDemand: true,
    options: { faults: faults({ fault: 'internal-error', operations: names }) },
    tell: (w) => askAll(w, declaring('InternalServerException')),
  },
];
