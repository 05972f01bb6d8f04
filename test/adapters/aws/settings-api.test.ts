// What settings are read and set by, over HTTP against the simulator: as whom, and by which calls.
import { expect, onTestFinished, test } from 'vitest';
import { createSettingsApis } from '../../../src/adapters/aws/settings-api.ts';
import type { Target } from '../../../src/core/target.ts';
import type { Access } from '../../../src/core/target-list.ts';
import { fromMs } from '../../../src/core/time.ts';
import type { Answer, SettingsApi } from '../../../src/flow/ports.ts';
import type { JsonObject, Parameters } from '../../../src/simulator/simulator.ts';
import { CallRecord } from '../../../src/trace/forms.ts';
import { face } from '../../simulator/http/face-rig.ts';
import { accountId, ready, region, serverId, start } from '../../simulator/rig.ts';

const member = '444455556666';
const role = 'landfall-settings-test';
const theirs: JsonObject = {
  ...ready(1),
  arn: String(ready(1)['arn']).replace(accountId, member),
};

async function world(access: Access, parameters: Partial<Parameters> = {}) {
  const simulator = await face({ fleet: [theirs, ready(2)], parameters });
  onTestFinished(() => simulator.close());
  const address = `http://127.0.0.1:${simulator.port}`;
  const of = (account: string): Target => ({
    ...{ partition: 'aws', service: 'mgn', accountId: account, region },
  });
  const settingsOf = createSettingsApis({
    targets: [{ target: of(member), access }],
    homeRegion: 'eu-central-1',
    memberRole: role,
    externalId: '',
    sessionName: 'landfall-operator',
    clock: { now: () => fromMs(start) },
    endpoints: { mgn: address, ec2: address, sts: address },
    credentials: { accessKeyId: accountId, secretAccessKey: 'none' },
  });
  const made = () =>
    simulator.calls.after(0, 1000).map(({ text }) => CallRecord.parse(JSON.parse(text)));
  return { settingsOf, of, made, member: settingsOf(of(member)), own: settingsOf(of(accountId)) };
}

async function value<T>(answer: Promise<Answer<T>>): Promise<T> {
  const got = await answer;
  if (!got.ok) throw new Error(JSON.stringify(got.refusal));
  return got.value;
}

/** Sets something of each kind, and reads it back. */
async function setAll(api: SettingsApi, id: string) {
  const launch = await value(api.updateLaunchConfiguration(id, { copyTags: false }));
  expect(launch).toMatchObject({ sourceServerID: id, copyTags: false });
  const replication = await value(
    api.updateReplicationConfiguration(id, { bandwidthThrottling: 7, stagingAreaTags: { a: 'b' } }),
  );
  expect(replication).toMatchObject({ bandwidthThrottling: 7, stagingAreaTags: { a: 'b' } });
  const action = {
    ...{ actionID: 'a-1', actionName: 'join', documentIdentifier: 'AWS-Join', order: 1001 },
    ...{ active: false, description: 'd', category: 'OTHER' },
  };
  await value(api.putSourceServerAction(id, action));
  expect(await value(api.listSourceServerActions(id))).toMatchObject([action]);
  const template = String(launch['ec2LaunchTemplateID']);
  const data = { InstanceType: 'r5.large' };
  const version = { from: 1, data, token: 't', description: 'Landfall' };
  expect(await value(api.createTemplateVersion(template, version))).toEqual({ version: 2 });
  await value(api.setDefaultTemplateVersion(template, 2));
  expect(await value(api.defaultTemplateVersion(template))).toMatchObject({ version: 2, data });
}

test('own: with the credentials of whoever asks, and told as a person’s call', async () => {
  const { own, made } = await world('own');
  await setAll(own, serverId(2));
  expect(new Set(made().map(({ accountId: account }) => account))).toEqual(new Set([accountId]));
  expect(new Set(made().map(({ caller }) => caller))).toEqual(new Set(['landfall-operator']));
});

test('role: in the account of the server, as the role for settings', async () => {
  const { member: api, made } = await world('role');
  await setAll(api, serverId(1));
  const [first, ...others] = made();
  expect(first).toMatchObject({ operation: 'AssumeRole', accountId });
  expect(JSON.stringify(first?.input)).toContain(`arn:aws:iam::${member}:role/${role}`);
  expect(new Set(others.map(({ accountId: account }) => account))).toEqual(new Set([member]));
});

test('managed: MGN is asked on behalf of the account, EC2 there as the role', async () => {
  const { member: api, made } = await world('managed', {
    accountIDScope: 'managed',
    managedAccounts: { [accountId]: [member] },
  });
  await setAll(api, serverId(1));
  const by = (operation: string) => made().find((call) => call.operation === operation);
  expect(by('UpdateLaunchConfiguration')).toMatchObject({ input: { accountID: member } });
  expect(by('UpdateReplicationConfiguration')).toMatchObject({ input: { accountID: member } });
  expect(by('PutSourceServerAction')).toMatchObject({ input: { accountID: member } });
  expect(by('CreateLaunchTemplateVersion')).toMatchObject({ accountId: member });
  expect(by('ModifyLaunchTemplate')).toMatchObject({ accountId: member });
});

test('role: that lets nobody in is refused at every call, and nothing is asked', async () => {
  const arn = `arn:aws:iam::${member}:role/${role}`;
  const { member: api, made } = await world('role', { roleExternalIds: { [arn]: 'x' } });
  const id = serverId(1);
  const answers = await Promise.all([
    api.describeSourceServers([id]),
    api.describeJobs({ ids: ['mgnjob-1'] }),
    api.getLaunchConfiguration(id),
    api.getReplicationConfiguration(id),
    api.listSourceServerActions(id),
    api.describeLaunchTemplateVersion('lt-1', 1),
    api.defaultTemplateVersion('lt-1'),
    api.updateLaunchConfiguration(id, {}),
    api.updateReplicationConfiguration(id, {}),
    api.putSourceServerAction(id, {}),
    api.createTemplateVersion('lt-1', { from: 1, data: {}, token: 't', description: 'd' }),
    api.setDefaultTemplateVersion('lt-1', 1),
  ]);
  expect(answers).toHaveLength(Object.keys(api).length);
  expect(answers.map((answer) => !answer.ok && answer.refusal.kind)).toEqual(
    answers.map(() => 'access-denied'),
  );
  expect(new Set(made().map(({ operation }) => operation))).toEqual(new Set(['AssumeRole']));
});

test('an action that lacks what MGN needs is refused by name, and not half set', async () => {
  const { own } = await world('own');
  const answer = await own.putSourceServerAction(serverId(2), { actionID: 'a-1' });
  expect(answer).toMatchObject({ ok: false, refusal: { kind: 'validation' } });
  expect(await value(own.listSourceServerActions(serverId(2)))).toEqual([]);
});
