import { operationModel, serviceModels } from '../../src/simulator/model/service-model.ts';
import { drsInputs } from '../simulator/drs/inputs.ts';
import { aDrsServer, drsId, otherAccount, otherRegion } from '../simulator/drs/rig.ts';
import { accountId, day, faults, hour, minute, region } from '../simulator/rig.ts';
import { malformed } from './malformed.ts';
import type { Place, Story, World } from './world.ts';

const names = Object.keys(serviceModels.get('drs')?.operations ?? {});
const declaring = (exception: string) =>
  names.filter((name) => operationModel('drs', name)?.errors.includes(exception));
const one = (n: number) => ({ sourceServerID: drsId(n) });
const conflict = 'ConflictException';
const overQuota = 'ServiceQuotaExceededException';
const notFound = 'ResourceNotFoundException';
const staging: Place = { account: otherAccount };
const origin: Place = { inRegion: otherRegion };
const arnOf = (n: number, account = otherAccount) =>
  `arn:aws:drs:${region}:${account}:source-server/${drsId(n)}`;
const vpc = {
  vpcID: 'vpc-0123456789abcdef0',
  originAccountID: accountId,
  originRegion: 'eu-west-1',
};

async function askAll(w: World, of: readonly string[]) {
  for (const name of of) await w.ask(name, drsInputs[name] ?? {});
}

/** Launches a server and answers the id of its recovery instance. */
async function launched(w: World, n: number, isDrill: boolean): Promise<string> {
  await w.ok('StartRecovery', { isDrill, sourceServers: [one(n)], tags: { a: 'b' } });
  await w.pass(hour);
  const filters = { sourceServerIDs: [drsId(n)] };
  const { items } = await w.ok('DescribeRecoveryInstances', { filters });
  return items[0].recoveryInstanceID;
}

async function settings(w: World) {
  await w.ok('InitializeService');
  const { launchConfigurationTemplate } = await w.ok('CreateLaunchConfigurationTemplate', {
    copyTags: true,
    licensing: { osByol: true },
    tags: { a: 'b' },
  });
  const { launchConfigurationTemplateID } = launchConfigurationTemplate;
  const template = { launchConfigurationTemplateID };
  await w.ok('UpdateLaunchConfigurationTemplate', { ...template, launchDisposition: 'STOPPED' });
  await w.ok('DescribeLaunchConfigurationTemplates', {
    launchConfigurationTemplateIDs: [launchConfigurationTemplateID],
  });
  await w.ok('PutLaunchAction', {
    ...drsInputs['PutLaunchAction'],
    parameters: { p: { type: 'SSM_STORE', value: 'name' } },
  });
  await w.ok('ListLaunchActions', { resourceId: drsId(1) });
  await w.ok('DeleteLaunchAction', drsInputs['DeleteLaunchAction']);
  await w.ok('DeleteLaunchConfigurationTemplate', template);
  const { replicationConfigurationTemplateID } = await w.ok(
    'CreateReplicationConfigurationTemplate',
    {
      ...drsInputs['CreateReplicationConfigurationTemplate'],
      associateDefaultSecurityGroup: true,
      replicationServerInstanceType: 't3.small',
      useDedicatedReplicationServer: false,
      defaultLargeStagingDiskType: 'GP3',
      dataPlaneRouting: 'PRIVATE_IP',
      createPublicIP: false,
    },
  );
  const replication = { replicationConfigurationTemplateID };
  await w.ok('UpdateReplicationConfigurationTemplate', { ...replication, createPublicIP: true });
  await w.ok('DescribeReplicationConfigurationTemplates', {
    replicationConfigurationTemplateIDs: [replicationConfigurationTemplateID],
  });
  await w.ok('DeleteReplicationConfigurationTemplate', replication);
  await w.ok('GetLaunchConfiguration', one(1));
  await w.ok('UpdateLaunchConfiguration', { ...one(1), name: 'mine', copyPrivateIp: true });
  await w.ok('GetReplicationConfiguration', one(1));
  await w.ok('UpdateReplicationConfiguration', { ...one(1), bandwidthThrottling: 10 });
  const resourceArn = arnOf(1, accountId);
  await w.ok('TagResource', { resourceArn, tags: { c: 'd' } });
  await w.ok('ListTagsForResource', { resourceArn });
  await w.ok('UntagResource', { resourceArn, tagKeys: ['c'] });
}

async function sourceServers(w: World) {
  await w.ok('DescribeSourceServers', { filters: { sourceServerIDs: [drsId(1)] } });
  await w.ok('DescribeRecoverySnapshots', { ...one(1), order: 'DESC', maxResults: 5 });
  await w.ok('StopReplication', one(1));
  await w.ok('StartReplication', one(1));
  await w.ok('StopReplication', one(1));
  await w.ok('RetryDataReplication', one(1));
  await w.pass(day);
  await w.ok('DescribeSourceServers', { maxResults: 1 });
  await w.ok('DisconnectSourceServer', one(2));
  await w.ok('DeleteSourceServer', one(2));
}

// The public sequence: drill, terminate, recover, reverse.
async function recovery(w: World) {
  const drill = await w.ok('StartRecovery', { isDrill: true, sourceServers: [one(1)] });
  await w.pass(hour);
  const { jobID } = drill.job;
  await w.ok('DescribeJobs', { filters: { jobIDs: [jobID] } });
  await w.ok('DescribeJobLogItems', { jobID });
  const { items } = await w.ok('DescribeRecoveryInstances');
  await w.ok('TerminateRecoveryInstances', {
    recoveryInstanceIDs: [items[0].recoveryInstanceID],
  });
  await w.pass(hour);
  await w.ok('DeleteJob', { jobID });
  const recoveryInstanceID = await launched(w, 1, false);
  await w.ok('ReverseReplication', { recoveryInstanceID });
  await w.pass(day);
  await w.ok('DescribeSourceServers', {}, origin);
  await w.ok('DescribeRecoveryInstances');
  await w.no('ReverseReplication', conflict, { recoveryInstanceID });
}

async function failback(w: World) {
  const recoveryInstanceID = await launched(w, 1, false);
  const instance = { recoveryInstanceID };
  await w.no('StartFailbackLaunch', conflict, { recoveryInstanceIDs: [recoveryInstanceID] });
  await w.ok('UpdateFailbackReplicationConfiguration', { ...instance, bandwidthThrottling: 0 });
  await w.ok('GetFailbackReplicationConfiguration', instance);
  await w.pass(hour + 5 * minute);
  await w.ok('DescribeRecoveryInstances');
  await w.pass(hour);
  await w.ok('DescribeRecoveryInstances');
  await w.ok('StartFailbackLaunch', { recoveryInstanceIDs: [recoveryInstanceID] });
  await w.pass(hour);
  await w.ok('DescribeRecoveryInstances');
  const second = { recoveryInstanceID: await launched(w, 2, false) };
  await w.pass(3 * hour);
  await w.ok('StopFailback', second);
  await w.no('DeleteRecoveryInstance', conflict, second);
  await w.ok('DisconnectRecoveryInstance', second);
  await w.ok('DeleteRecoveryInstance', second);
}

async function extension(w: World) {
  await w.ok('UpdateReplicationConfiguration', { ...one(1), ebsEncryption: 'CUSTOM' }, staging);
  await w.ok('ListExtensibleSourceServers', { stagingAccountID: otherAccount });
  const { sourceServer } = await w.ok('CreateExtendedSourceServer', {
    sourceServerArn: arnOf(1),
    tags: { a: 'b' },
  });
  await w.no('UpdateReplicationConfiguration', conflict, {
    sourceServerID: sourceServer.sourceServerID,
    bandwidthThrottling: 5,
  });
  await w.ok('ListStagingAccounts', { maxResults: 10 });
  await w.ok('DescribeSourceServers');
  await w.no('ListExtensibleSourceServers', 'AccessDeniedException', {
    stagingAccountID: '999999999999',
  });
}

async function networks(w: World) {
  const { sourceNetworkID } = await w.ok('CreateSourceNetwork', { ...vpc, tags: { a: 'b' } });
  const network = { sourceNetworkID };
  const sourceNetworks = [network];
  await w.no('StartSourceNetworkRecovery', conflict, { sourceNetworks });
  await w.no('ExportSourceNetworkCfnTemplate', conflict, network);
  await w.no('CreateSourceNetwork', conflict, vpc);
  await w.no('StopSourceNetworkReplication', conflict, network);
  await w.ok('StartSourceNetworkReplication', network);
  await w.no('StartSourceNetworkReplication', conflict, network);
  await w.no('DeleteSourceNetwork', conflict, network);
  await w.pass(hour);
  await w.ok('DescribeSourceNetworks', { filters: { sourceNetworkIDs: [sourceNetworkID] } });
  await w.ok('CreateLaunchConfigurationTemplate', { exportBucketArn: 'arn:aws:s3:::networks' });
  await w.ok('ExportSourceNetworkCfnTemplate', network);
  const { job } = await w.ok('StartSourceNetworkRecovery', {
    sourceNetworks: [{ ...network, cfnStackName: 'first' }],
  });
  await w.no('AssociateSourceNetworkStack', conflict, { ...network, cfnStackName: 'first' });
  await w.pass(hour);
  await w.ok('DescribeJobs', { filters: { jobIDs: [job.jobID] } });
  await w.ok('DescribeJobLogItems', { jobID: job.jobID });
  await w.ok('DescribeSourceNetworks');
  await w.ok('AssociateSourceNetworkStack', { ...network, cfnStackName: 'second' });
  await w.pass(hour);
  await w.ok('DescribeSourceNetworks');
  await w.ok('StopSourceNetworkReplication', network);
  await w.ok('DeleteSourceNetwork', network);
}

async function conflicts(w: World) {
  const first = await launched(w, 2, false);
  const { job } = await w.ok('StartRecovery', { sourceServers: [one(1)] });
  await w.no('StartRecovery', conflict, { sourceServers: [one(1)] });
  await w.no('DeleteJob', conflict, { jobID: job.jobID });
  await w.no('UpdateLaunchConfiguration', conflict, { ...one(1), name: 'x' });
  await w.no('DeleteSourceServer', conflict, one(1));
  await w.no('TerminateRecoveryInstances', conflict, { recoveryInstanceIDs: ['i-00000000'] });
  await w.ok('TerminateRecoveryInstances', { recoveryInstanceIDs: [first] });
  await w.no('DisconnectRecoveryInstance', conflict, { recoveryInstanceID: first });
  for (const name of ['StopReplication', 'StartReplication', 'DisconnectSourceServer']) {
    await w.ask(name, one(1));
    await w.ask(name, one(3));
    await w.ask(name, one(4));
  }
}

async function quotas(w: World) {
  await w.ok('CreateLaunchConfigurationTemplate');
  await w.no('CreateLaunchConfigurationTemplate', overQuota, {});
  const template = drsInputs['CreateReplicationConfigurationTemplate'] ?? {};
  await w.ask('CreateReplicationConfigurationTemplate', template);
  await w.ask('CreateReplicationConfigurationTemplate', template);
  const { sourceNetworkID } = await w.ok('CreateSourceNetwork', vpc);
  await w.no('CreateSourceNetwork', overQuota, { ...vpc, vpcID: 'vpc-00000000' });
  await w.ok('StartSourceNetworkReplication', { sourceNetworkID });
  const recoveryInstanceID = await launched(w, 1, false);
  await w.pass(hour + 15 * minute);
  await w.ok('StartRecovery', { sourceServers: [one(2)] });
  const recoveryInstanceIDs = [recoveryInstanceID];
  await w.no('StartRecovery', overQuota, { sourceServers: [one(3)] });
  await w.no('StartFailbackLaunch', overQuota, { recoveryInstanceIDs });
  await w.no('TerminateRecoveryInstances', overQuota, { recoveryInstanceIDs });
  await w.no('StartSourceNetworkRecovery', overQuota, { sourceNetworks: [{ sourceNetworkID }] });
  await w.no('AssociateSourceNetworkStack', overQuota, { sourceNetworkID, cfnStackName: 'a' });
}

async function totalQuota(w: World) {
  await w.ok('UpdateReplicationConfiguration', { ...one(1), ebsEncryption: 'CUSTOM' }, staging);
  await w.no('CreateExtendedSourceServer', overQuota, { sourceServerArn: arnOf(1) });
  await w.no('CreateExtendedSourceServer', notFound, { sourceServerArn: arnOf(9) });
  await w.no('CreateExtendedSourceServer', 'AccessDeniedException', {
    sourceServerArn: arnOf(1, '999999999999'),
  });
}

async function nothingThere(w: World) {
  await askAll(w, declaring(notFound));
  await w.no('DescribeLaunchConfigurationTemplates', notFound, {
    launchConfigurationTemplateIDs: [`lct-${'0'.repeat(17)}`],
  });
  await w.no('DescribeReplicationConfigurationTemplates', notFound, {
    replicationConfigurationTemplateIDs: [`rct-${'0'.repeat(17)}`],
  });
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
    const input = invalid[name] ?? malformed('drs', name, drsInputs[name] ?? {});
    if (input !== undefined) await w.ask(name, input);
  }
}

const refusals = [
  'AccessDeniedException',
  conflict,
  notFound,
  overQuota,
  'ValidationException',
] as const;

/** What both clients live through with DRS. */
export const drsStories: readonly Story[] = [
  { name: 'settings', service: 'drs', options: { fleet: [aDrsServer(1)] }, tell: settings },
  {
    name: 'source servers',
    service: 'drs',
    options: { fleet: [aDrsServer(1), aDrsServer(2)] },
    tell: sourceServers,
  },
  {
    name: 'a recovery',
    service: 'drs',
    options: { fleet: [aDrsServer(1, { originRegion: otherRegion })] },
    tell: recovery,
  },
  {
    name: 'a failback',
    service: 'drs',
    options: {
      fleet: [aDrsServer(1), aDrsServer(2)],
      parameters: { drsFailbackClientBootsAfterMinutes: 120 },
    },
    tell: failback,
  },
  {
    name: 'an extended source server',
    service: 'drs',
    options: { fleet: [1, 2].map((n) => aDrsServer(n, { account: otherAccount })) },
    tell: extension,
  },
  { name: 'source networks', service: 'drs', tell: networks },
  {
    name: 'conflicts',
    service: 'drs',
    options: {
      fleet: [
        aDrsServer(1),
        aDrsServer(2),
        aDrsServer(3, { state: 'STOPPED' }),
        aDrsServer(4, { state: 'DISCONNECTED' }),
      ],
    },
    tell: conflicts,
  },
  {
    name: 'quotas',
    service: 'drs',
    options: {
      fleet: [aDrsServer(1), aDrsServer(2), aDrsServer(3)],
      parameters: {
        drsQuotaSourceNetworks: 1,
        drsQuotaConcurrentJobs: 1,
        drsFailbackClientBootsAfterMinutes: 120,
      },
    },
    tell: quotas,
  },
  {
    name: 'the quota of servers',
    service: 'drs',
    options: {
      fleet: [aDrsServer(1, { account: otherAccount })],
      parameters: { drsQuotaTotalServers: 0 },
    },
    tell: totalQuota,
  },
  {
    name: 'an account that was never initialised',
    service: 'drs',
    options: { parameters: { drsUninitializedTargets: [`${accountId}:${region}`] } },
    tell: (w) => askAll(w, declaring('UninitializedAccountException')),
  },
  {
    name: 'resources that do not exist',
    service: 'drs',
    tell: nothingThere,
  },
  { name: 'malformed input', service: 'drs', tell: malformedInput },
  {
    name: 'throttling',
    service: 'drs',
    onDemand: true,
    options: { faults: faults({ fault: 'throttling', operations: names }) },
    tell: (w) => askAll(w, declaring('ThrottlingException')),
  },
  {
    name: 'internal errors',
    service: 'drs',
    onDemand: true,
    options: { faults: faults({ fault: 'internal-error', operations: names }) },
    tell: (w) => askAll(w, declaring('InternalServerException')),
  },
  ...refusals.map((exception): Story => {
    const those = declaring(exception);
    return {
      name: `refusals with ${exception}`,
      service: 'drs',
      onDemand: true,
      options: {
        parameters: { drsRefusals: those.map((operation) => ({ operation, exception })) },
      },
      tell: (w) => askAll(w, those),
    };
  }),
];
