// What a function sets servers of DRS by, over HTTP against the simulator: as whom, and by which calls.
import { expect, onTestFinished, test } from 'vitest';
import { createDrsServerSettingsApis } from '../../../src/adapters/aws/drs-server-settings.ts';
import type { Target } from '../../../src/core/target.ts';
import type { Access } from '../../../src/core/target-list.ts';
import { fromMs } from '../../../src/core/time.ts';
import type { Answer } from '../../../src/flow/ports.ts';
import { CallRecord } from '../../../src/trace/forms.ts';
import { aDrsServer, drsId } from '../../simulator/drs/rig.ts';
import { face } from '../../simulator/http/face-rig.ts';
import { accountId, region, start } from '../../simulator/rig.ts';

const member = '444455556666';
const role = 'landfall-settings-test';
const action = '8a6bc7c2-4f2b-4c4f-9d0e-0a1b2c3d4e5f';

async function value<T>(answer: Promise<Answer<T>>): Promise<T> {
  const got = await answer;
  if (!got.ok) throw new Error(JSON.stringify(got.refusal));
  return got.value;
}

/** Sets something of each kind of a server in an account, reads it back, and answers the calls that were made. */
async function callsIn(account: string, access: Access) {
  const server = aDrsServer(1);
  const arn = String(server['arn']).replace(accountId, account);
  const simulator = await face({ fleet: [{ ...server, arn }], parameters: {} });
  onTestFinished(() => simulator.close());
  const address = `http://127.0.0.1:${simulator.port}`;
  const target: Target = { partition: 'aws', service: 'drs', accountId: account, region };
  const api = createDrsServerSettingsApis({
    targets: [{ target, access }],
    homeRegion: 'eu-central-1',
    memberRole: role,
    externalId: '',
    sessionName: 'landfall-test',
    clock: { now: () => fromMs(start) },
    endpoints: { drs: address, ec2: address, sts: address },
    credentials: { accessKeyId: accountId, secretAccessKey: 'none' },
  })(target);
  const id = drsId(1);
  expect(await value(api.describeSourceServers([id]))).toHaveLength(1);
  expect(await value(api.describeJobs({ ids: ['drsjob-00000000000000000'] }))).toEqual([]);
  const launch = await value(api.updateLaunchConfiguration(id, { copyTags: true }));
  expect(launch).toMatchObject({ sourceServerID: id, copyTags: true });
  expect(await value(api.getLaunchConfiguration(id))).toMatchObject({ copyTags: true });
  const said = { actionId: action, name: 'look', actionCode: 'AWS-A', actionVersion: '1' };
  const more = { order: 1001, optional: false, active: true, category: 'OTHER', description: '' };
  await value(api.putLaunchAction(id, { ...said, ...more }));
  expect(await value(api.listLaunchActions(id))).toMatchObject([said]);
  await value(api.deleteLaunchAction(id, action));
  expect(await value(api.listLaunchActions(id))).toEqual([]);
  const template = String(launch['ec2LaunchTemplateID']);
  const data = { InstanceType: 'r5.large' };
  const before = await value(api.defaultTemplateVersion(template));
  const asked = { from: Number(before['version']), data, token: 't', description: 'Landfall' };
  const { version } = await value(api.createTemplateVersion(template, asked));
  await value(api.setDefaultTemplateVersion(template, Number(version)));
  expect(await value(api.defaultTemplateVersion(template))).toMatchObject({ version, data });
  return simulator.calls.after(0, 1000).map(({ text }) => CallRecord.parse(JSON.parse(text)));
}

test('own: with the credentials of the function, and not told as a person’s call', async () => {
  const made = await callsIn(accountId, 'own');
  expect(new Set(made.map(({ accountId: account }) => account))).toEqual(new Set([accountId]));
  expect(made.filter(({ caller }) => caller === 'landfall-operator')).toEqual([]);
});

test('role: in the account of the server, as the role for settings', async () => {
  const [first, ...others] = await callsIn(member, 'role');
  expect(first).toMatchObject({ operation: 'AssumeRole', accountId });
  expect(JSON.stringify(first?.input)).toContain(`arn:aws:iam::${member}:role/${role}`);
  expect(new Set(others.map(({ accountId: account }) => account))).toEqual(new Set([member]));
});
