import { describe, expect, test } from 'vitest';
import {
  newVersionData,
  templateChanges,
  templateObstacles,
} from '../../../src/core/desired/launch-template-data.ts';

const seen = (data: object) => ({ id: 'lt-1', version: 3, data: { ...data } });
const whole = seen({
  InstanceType: 'm5.large',
  ImageId: 'ami-1',
  NetworkInterfaces: [
    { DeviceIndex: 0, SubnetId: 'subnet-a', Groups: ['sg-2', 'sg-1'], DeleteOnTermination: true },
    { DeviceIndex: 1, SubnetId: 'subnet-b' },
  ],
  MetadataOptions: { State: 'applied', HttpTokens: 'optional', HttpEndpoint: 'enabled' },
  IamInstanceProfile: { Arn: 'arn:aws:iam::1:instance-profile/path/app' },
  TagSpecifications: [
    {
      ResourceType: 'instance',
      Tags: [
        { Key: 'Name', Value: 'web' },
        { Key: 'Owner', Value: 'anna' },
      ],
    },
    { ResourceType: 'network-interface', Tags: [{ Key: 'Name', Value: 'nic' }] },
  ],
  BlockDeviceMappings: [
    {
      DeviceName: '/dev/sda1',
      Ebs: { VolumeType: 'io1', Iops: 900, VolumeSize: 30, DeleteOnTermination: true },
    },
    { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' },
  ],
});

describe('what a launch template shall say', () => {
  test('is nothing where it says so already, whatever the order and the form of a profile', () => {
    const wanted = {
      instanceType: 'm5.large',
      securityGroupIds: ['sg-1', 'sg-2'],
      iamInstanceProfile: 'app',
      tags: { Owner: 'anna' },
    };
    expect(templateChanges(wanted, whole)).toEqual([]);
    expect(newVersionData(wanted, whole)).toEqual({});
  });

  test('keeps what a list holds beside what is changed', () => {
    const wanted = {
      subnetId: 'subnet-c',
      httpTokens: 'required' as const,
      tags: { Owner: 'ben', Team: 'erp' },
      volumeTags: { Team: 'erp' },
    };
    expect(newVersionData(wanted, whole)).toEqual({
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: 'subnet-c',
          Groups: ['sg-2', 'sg-1'],
          DeleteOnTermination: true,
        },
        { DeviceIndex: 1, SubnetId: 'subnet-b' },
      ],
      MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            { Key: 'Name', Value: 'web' },
            { Key: 'Owner', Value: 'ben' },
            { Key: 'Team', Value: 'erp' },
          ],
        },
        { ResourceType: 'network-interface', Tags: [{ Key: 'Name', Value: 'nic' }] },
        { ResourceType: 'volume', Tags: [{ Key: 'Team', Value: 'erp' }] },
      ],
    });
  });

  test('gives every volume its type and no figure of the type before; instance store has none', () => {
    const wanted = { volumes: { type: 'gp3' as const, throughput: 250 } };
    expect(templateChanges(wanted, whole)).toEqual([
      {
        aspect: 'launch-template',
        field: 'volumes',
        from: ['/dev/sda1 io1'],
        to: ['/dev/sda1 gp3 250 MiB/s'],
      },
    ]);
    expect(newVersionData(wanted, whole)).toEqual({
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/sda1',
          Ebs: { VolumeSize: 30, DeleteOnTermination: true, VolumeType: 'gp3', Throughput: 250 },
        },
        { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' },
      ],
    });
  });

  test('names volumes that come from a snapshot, which EC2 would leave out', () => {
    const mappings = [{ DeviceName: '/dev/sda1', Ebs: { SnapshotId: 'snap-1' } }];
    const data = newVersionData(
      { instanceType: 'r5.large' },
      seen({ InstanceType: 'm5.large', BlockDeviceMappings: mappings }),
    );
    expect(data).toEqual({ InstanceType: 'r5.large', BlockDeviceMappings: mappings });
  });

  test('makes a network interface where there is none', () => {
    expect(newVersionData({ subnetId: 'subnet-c' }, seen({}))).toEqual({
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: 'subnet-c' }],
    });
  });

  test('sets what is false or absent apart', () => {
    expect(templateChanges({ ebsOptimized: false }, seen({}))).toEqual([
      { aspect: 'launch-template', field: 'ebsOptimized', from: null, to: false },
    ]);
    expect(newVersionData({ ebsOptimized: false }, seen({}))).toEqual({ EbsOptimized: false });
  });
});

describe('what a launch template cannot be given', () => {
  const obstacles = (wanted: Parameters<typeof templateObstacles>[0], data: object) =>
    templateObstacles(wanted, seen(data)).map((text) => text.split(':')[0]);

  test('is told, and nothing where it can', () => {
    const subnetId = 'subnet-c';
    expect(obstacles({ subnetId }, { SecurityGroupIds: ['sg-1'] })).toEqual([
      'the launch template has its security groups outside of a network interface',
    ]);
    expect(
      obstacles({ subnetId }, { NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1' }] }),
    ).toEqual(['the launch template names a network interface that exists']);
    const fixed = { NetworkInterfaces: [{ SubnetId: 'subnet-a', PrivateIpAddress: '10.0.0.4' }] };
    expect(obstacles({ subnetId }, fixed)).toEqual([
      'the launch template fixes the address 10.0.0.4, which need not lie in subnet-c',
    ]);
    expect(obstacles({ subnetId, privateIpAddress: '10.1.0.4' }, fixed)).toEqual([]);
    expect(obstacles({ subnetId: 'subnet-a' }, fixed)).toEqual([]);
    const listed = {
      NetworkInterfaces: [{ PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.4' }] }],
    };
    expect(obstacles({ privateIpAddress: '10.0.0.5' }, listed)).toEqual([
      'the launch template lists private addresses',
    ]);
    expect(obstacles({ volumes: { type: 'gp3' } }, {})).toEqual([
      'the launch template names no volumes',
    ]);
    expect(obstacles({ instanceType: 'm5.large' }, { SecurityGroupIds: ['sg-1'] })).toEqual([]);
  });
});
