import * as sdk from '@aws-sdk/client-drs';
import { describe, expect, test } from 'vitest';
import { serviceModels } from '../../../src/simulator/model/service-model.ts';
import { operations } from '../../../src/simulator/operations/registry.ts';
import { accountId, faults } from '../rig.ts';
import { drsId, drsRig } from './rig.ts';

const id = (prefix: string) => `${prefix}-${'0'.repeat(17)}`;
const server = { sourceServerID: drsId(1) };
const network = { sourceNetworkID: id('sn') };
const instance = { recoveryInstanceID: 'i-00000000' };
const instances = { recoveryInstanceIDs: ['i-00000000'] };
const launchTemplate = { launchConfigurationTemplateID: id('lct') };
const replicationTemplate = { replicationConfigurationTemplateID: id('rct') };
const actionId = '11111111-2222-3333-4444-555555555555';
const resourceArn = `arn:aws:drs:us-east-1:${accountId}:source-server/${drsId(1)}`;

// The least that the model lets through, for each operation that requires anything.
const least: Readonly<Record<string, object>> = {
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

const model = serviceModels.get('drs');
const names = Object.keys(model?.operations ?? {});
const declared = names.flatMap((name) =>
  (model?.operations[name]?.errors ?? []).map((error) => [name, error] as const),
);

test('every operation of the pinned client is there, where the model says', () => {
  const ours = operations.filter(({ service }) => service === 'drs');
  const pinned = Object.keys(sdk)
    .filter((name) => name.endsWith('Command'))
    .map((name) => name.slice(0, -'Command'.length))
    .filter((name) => name !== '$');
  expect(ours.map(({ name }) => name).toSorted()).toEqual(pinned.toSorted());
  expect(ours.length).toBe(50);
  for (const { name, method, path, status } of ours) {
    const of = model?.operations[name];
    expect([name, method, path, status]).toEqual([name, of?.method, of?.path, of?.status]);
  }
});

describe('each declared error reaches the client as its class', () => {
  test.each(declared)('%s: %s', async (operation, exception) => {
    const r = drsRig(rigFor(operation, exception));
    const refusal = await r.refused(operation, least[operation]);
    expect([refusal.name, refusal.$metadata.httpStatusCode]).toEqual([
      exception,
      model?.errors[exception],
    ]);
    expect(r.breaches).toEqual([]);
  });
});

function rigFor(operation: string, exception: string): Parameters<typeof drsRig>[0] {
  switch (exception) {
    case 'ThrottlingException':
      return { faults: faults({ fault: 'throttling', operations: [operation] }) };
    case 'InternalServerException':
      return { faults: faults({ fault: 'internal-error', operations: [operation] }) };
    case 'UninitializedAccountException':
      return { parameters: { drsUninitializedTargets: [`${accountId}:us-east-1`] } };
    case 'AccessDeniedException':
    case 'ConflictException':
    case 'ResourceNotFoundException':
    case 'ServiceQuotaExceededException':
    case 'ValidationException':
      return { parameters: { drsRefusals: [{ operation, exception }] } };
    default:
      throw new Error(`unknown exception ${exception}`);
  }
}
