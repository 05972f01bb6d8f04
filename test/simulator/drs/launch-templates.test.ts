// The launch templates that DRS keeps in EC2, and settings that a person edits at the console.
import { DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { faults, hour, minute } from '../rig.ts';
import { aDrsServer, drsId, drsRig } from './rig.ts';

const servers = { ids: [drsId(1)] };
const action = {
  actionCode: 'AWS-RunShellScript',
  order: 1001,
  actionId: '8a6bc7c2-4f2b-4c4f-9d0e-0a1b2c3d4e5f',
  optional: false,
  active: true,
  name: 'join',
  actionVersion: '1',
  category: 'OTHER',
  description: 'joins the domain',
};

/** The versions of a server's launch template: number, type, and whether it is the default. */
async function versionsOf(r: ReturnType<typeof drsRig>, n: number) {
  const { ec2LaunchTemplateID } = await r.call('GetLaunchConfiguration', {
    sourceServerID: drsId(n),
  });
  const answer = await r.ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: ec2LaunchTemplateID }),
  );
  return answer.LaunchTemplateVersions?.map((one) => [
    one.VersionNumber,
    one.LaunchTemplateData?.InstanceType,
    one.DefaultVersion,
    one.CreatedBy?.split('/').at(1),
  ]);
}

const byDrs = 'AWSServiceRoleForElasticDisasterRecovery';
const edited = {
  fault: 'launch-template-edited',
  servers,
  instanceType: 'r5.xlarge',
  after: 'PT5M',
};

test('a launch template begins with the type that DRS recommends; a person adds versions to it', async () => {
  const r = drsRig({ fleet: [aDrsServer(1), aDrsServer(2)], faults: faults(edited) });
  await r.call('UpdateLaunchConfiguration', {
    sourceServerID: drsId(1),
    targetInstanceTypeRightSizingMethod: 'NONE',
  });
  expect(await versionsOf(r, 1)).toEqual([[1, 't3.micro', true, byDrs]]);
  r.at(2 * hour);
  expect(await versionsOf(r, 1)).toEqual([
    [1, 't3.micro', false, byDrs],
    [2, 'r5.xlarge', true, 'console'],
  ]);
  expect(await versionsOf(r, 2)).toEqual([[1, 't3.micro', true, byDrs]]);
});

test('where DRS chooses the type, it writes its own back', async () => {
  const r = drsRig({ fleet: [aDrsServer(1)], faults: faults(edited) });
  r.at(2 * hour);
  expect((await versionsOf(r, 1))?.at(-1)).toEqual([3, 't3.micro', true, byDrs]);
});

test('a person edits launch and replication settings and a launch action at the console', async () => {
  const fault = {
    fault: 'settings-edited',
    after: 'PT5M',
    servers,
    launch: { copyTags: true },
    replication: { bandwidthThrottling: 100 },
    action,
  };
  const r = drsRig({ fleet: [aDrsServer(1), aDrsServer(2)], faults: faults(fault) });
  r.at(6 * minute);
  const one = { sourceServerID: drsId(1) };
  expect(await r.call('GetLaunchConfiguration', one)).toMatchObject({ copyTags: true });
  expect(await r.call('GetReplicationConfiguration', one)).toMatchObject({
    bandwidthThrottling: 100,
  });
  const actions = async (n: number) =>
    (await r.call('ListLaunchActions', { resourceId: drsId(n) })).items;
  expect(await actions(1)).toMatchObject([{ name: 'join', optional: false }]);
  expect(await actions(2)).toEqual([]);
});
