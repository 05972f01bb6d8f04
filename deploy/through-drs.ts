// What DRS asks of the rights of whoever has it launch and terminate (reference: DRS 1.9, H8). AWS has a managed policy of
// them only together with every right on DRS, and with conditions on tags that keep instances from starting which lack them;
// so they stand here by name, and hold for calls that come through DRS alone.
import type { PlacedGrant } from './roles.ts';

const calledViaDrs = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['drs.amazonaws.com'] } };

/** The rights on EC2 that launches and terminations take; DRS tags what it makes, and finds it by that. */
export const launchActions: readonly string[] = [
  ...['DescribeAccountAttributes', 'DescribeAvailabilityZones', 'DescribeCapacityReservations'],
  ...['DescribeHosts', 'DescribeImages', 'DescribeInstanceAttribute', 'DescribeInstanceStatus'],
  ...['DescribeInstanceTypeOfferings', 'DescribeInstanceTypes', 'DescribeInstances'],
  ...['DescribeKeyPairs', 'DescribeLaunchTemplateVersions', 'DescribeLaunchTemplates'],
  ...['DescribeSecurityGroups', 'DescribeSnapshots', 'DescribeSubnets', 'DescribeVolumes'],
  ...['GetEbsDefaultKmsKeyId', 'GetEbsEncryptionByDefault'],
  'GetInstanceTypesFromInstanceRequirements',
  ...['CreateLaunchTemplate', 'CreateLaunchTemplateVersion', 'ModifyLaunchTemplate'],
  ...['DeleteLaunchTemplateVersions', 'CreateTags', 'DeleteTags'],
  ...['CreateSnapshot', 'DeleteSnapshot', 'CreateVolume', 'DeleteVolume'],
  ...['AttachVolume', 'DetachVolume', 'CreateSecurityGroup', 'AuthorizeSecurityGroupIngress'],
  ...['AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupEgress'],
  ...['CreateNetworkInterface', 'CreateNetworkInterfacePermission'],
  ...['RunInstances', 'CreateFleet', 'StartInstances', 'StopInstances', 'TerminateInstances'],
  ...['ModifyInstanceAttribute', 'AssociateIamInstanceProfile'],
  ...['GetConsoleOutput', 'GetConsoleScreenshot'],
].map((name) => `ec2:${name}`);

/** The roles that DRS gives the instances that it launches. */
const instanceRoles = ['ConversionServer', 'RecoveryInstance', 'RecoveryInstanceWithLaunchActions'];

/** Why these stand in a role. */
export const throughDrsReasons: Readonly<Record<string, string>> = {
  LaunchThroughDrs:
    'what DRS asks of its caller when it launches and terminates instances; only in calls that come through DRS',
  PassDrsRoles: 'lets DRS give the instances that it launches the roles that it keeps for them',
};

/** The statements of a role that has DRS launch and terminate. */
export const throughDrs: readonly PlacedGrant[] = [
  { sid: 'LaunchThroughDrs', actions: launchActions, resource: '*', condition: calledViaDrs },
  {
    sid: 'PassDrsRoles',
    actions: ['iam:PassRole'],
    resource: instanceRoles.map((name) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/service-role/AWSElasticDisasterRecovery${name}Role`,
    })),
    condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
  },
];
