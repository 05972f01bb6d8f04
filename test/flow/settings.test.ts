// Settings of servers, compared with what a plan wants, set and put back: against the simulator behind the AWS SDK.
import { describe, expect, it } from 'vitest';
import { simulatedSettings } from '../../src/cli/_wiring.ts';
import { valueText } from '../../src/core/desired/setting.ts';
import type { Desired } from '../../src/core/plan/desired.ts';
import { defaultSettingsSeconds as roundSeconds } from '../../src/flow/poll/look.ts';
import type { SettingsApi } from '../../src/flow/ports.ts';
import { react } from '../../src/flow/react.ts';
import { place } from '../../src/flow/records/place.ts';
import { applySettings } from '../../src/flow/settings/apply-settings.ts';
import { compareSettings, type ServerAsked } from '../../src/flow/settings/compare-settings.ts';
import {
  appliedIn,
  isToBePutBack,
  restoreSettings,
} from '../../src/flow/settings/restore-settings.ts';
import type { SettingsPorts } from '../../src/flow/settings/settings-ports.ts';
import type { JsonObject } from '../../src/simulator/simulator.ts';
import { accountId, aServer, ready, region } from '../simulator/rig.ts';
import {
  aFlow,
  aWave,
  type Flow,
  machine,
  ourselves,
  planned,
  refused,
  serverId,
  target,
} from './_recorder.ts';

const desired: Desired = {
  launchConfiguration: {
    targetInstanceTypeRightSizingMethod: 'NONE',
    copyTags: false,
    licensing: { osByol: false },
  },
  replicationConfiguration: {
    bandwidthThrottling: 100,
    replicationServersSecurityGroupsIDs: ['sg-0000000b', 'sg-0000000a'],
    stagingAreaTags: { team: 'erp' },
  },
  launchTemplate: {
    instanceType: 'm5.xlarge',
    subnetId: 'subnet-00000001',
    securityGroupIds: ['sg-00000002', 'sg-00000001'],
    iamInstanceProfile: 'erp-app',
    httpTokens: 'required',
    tags: { Owner: 'erp' },
  },
  postLaunchActions: {
    deployment: 'CUTOVER_ONLY',
    actions: { 'join-domain': { active: false, order: 1002, mustSucceedForCutover: true } },
  },
};

const asked = (n: number, is: Desired = desired): ServerAsked => ({
  server: serverId(n),
  hostname: `host-${n}`,
  wave: 'p.w',
  target,
  desired: is,
});
const order = { plan: 'p', by: 'arn:aws:sts::1:assumed-role/operator/ada', reason: 'CHG-1' };

/** A flow with what settings are read and set by; calls may be answered otherwise, and rests are counted. */
function rig(fleet: readonly JsonObject[], options: Parameters<typeof aFlow>[1] = {}) {
  const flow = aFlow(fleet, options);
  const real = simulatedSettings(flow.simulator)(target);
  const force: Partial<{ -readonly [K in keyof SettingsApi]: SettingsApi[K] }> = {};
  const api: SettingsApi = new Proxy(real, {
    get: (known, name) => Reflect.get(force, name) ?? Reflect.get(known, name),
  });
  const rests: number[] = [];
  const ports: SettingsPorts = {
    clock: flow.ports.clock,
    store: flow.ports.store,
    settingsOf: () => api,
    rest: async (seconds) => {
      rests.push(seconds);
    },
  };
  for (const [n] of fleet.entries()) action(flow, n + 1);
  return { flow, ports, force, real, rests };
}

const wire = (flow: Flow, operation: string, input: object) =>
  flow.simulator.answer({
    service: 'mgn',
    region,
    accountId,
    caller: 'console',
    method: 'POST',
    path: `/${operation}`,
    query: {},
    headers: {},
    body: JSON.stringify(input),
  });
const actionId = '8a6bc7c2-4f2b-4c4f-9d0e-0a1b2c3d4e5f';
const action = (flow: Flow, n: number, more: object = {}) =>
  wire(flow, 'PutSourceServerAction', {
    sourceServerID: serverId(n),
    actionID: actionId,
    actionName: 'join-domain',
    documentIdentifier: 'AWS-JoinDirectoryServiceDomain',
    order: 1001,
    ...more,
  });

async function everything({ ports, real }: ReturnType<typeof rig>, n: number) {
  const launch = await real.getLaunchConfiguration(serverId(n));
  const replication = await real.getReplicationConfiguration(serverId(n));
  const actions = await real.listSourceServerActions(serverId(n));
  if (!launch.ok || !replication.ok || !actions.ok) throw new Error('not read');
  const id = String(launch.value['ec2LaunchTemplateID']);
  const template = await ports.settingsOf(target).defaultTemplateVersion(id);
  if (!template.ok) throw new Error('no template');
  return {
    launch: launch.value,
    replication: replication.value,
    actions: actions.value,
    template: template.value,
  };
}

const writing = [
  'UpdateLaunchConfiguration',
  'UpdateReplicationConfiguration',
  'PutSourceServerAction',
  'CreateLaunchTemplateVersion',
  'ModifyLaunchTemplate',
];
const writes = (flow: Flow) =>
  flow.calls.map(({ operation }) => operation).filter((name) => writing.includes(name));
/** What was written from now on. */
function written(flow: Flow) {
  const before = writes(flow).length;
  return () => writes(flow).slice(before);
}

describe('the difference', () => {
  it('names every setting with what it is and what it shall be, and writes nothing', async () => {
    const r = rig([ready(1)]);
    const since = written(r.flow);
    const [one] = await compareSettings(r.ports, [asked(1)]);
    if (one?.is !== 'compared') throw new Error(JSON.stringify(one));
    expect(one.comparison.obstacles).toEqual([]);
    const lines = one.comparison.changes.map(
      ({ aspect, field, from, to }) => `${aspect} ${field}: ${valueText(from)} > ${valueText(to)}`,
    );
    expect(lines).toEqual([
      'launch-configuration targetInstanceTypeRightSizingMethod: BASIC > NONE',
      'launch-configuration copyTags: true > false',
      'launch-configuration licensing.osByol: true > false',
      'post-launch-actions deployment: – > CUTOVER_ONLY',
      'launch-template instanceType: c5.large > m5.xlarge',
      'launch-template subnetId: subnet-0f1e2d3c4b5a69788 > subnet-00000001',
      'launch-template securityGroupIds: (none) > sg-00000001, sg-00000002',
      'launch-template iamInstanceProfile: – > erp-app',
      'launch-template httpTokens: – > required',
      'launch-template tags.Owner: – > erp',
      'replication-configuration bandwidthThrottling: 0 > 100',
      'replication-configuration replicationServersSecurityGroupsIDs: (none) > sg-0000000a, sg-0000000b',
      'replication-configuration stagingAreaTags: (none) > team=erp',
      `post-launch-actions action ${actionId}.active: true > false`,
      `post-launch-actions action ${actionId}.order: 1001 > 1002`,
      `post-launch-actions action ${actionId}.mustSucceedForCutover: false > true`,
    ]);
    expect(since()).toEqual([]);
    expect(r.flow.writes.filter((where) => /settings|baselines/.test(where))).toEqual([]);
  });

  it('reads only what the plan says something about', async () => {
    const r = rig([ready(1)]);
    await compareSettings(r.ports, [asked(1, { launchConfiguration: { copyTags: true } })]);
    for (const operation of [
      'GetReplicationConfiguration',
      'ListSourceServerActions',
      'DescribeLaunchTemplateVersions',
    ]) {
      expect(r.flow.called(operation)).toBe(0);
    }
  });

  it('says what keeps a server from being set so', async () => {
    const r = rig([ready(1)]);
    const wanted: Desired = {
      launchTemplate: { instanceType: 'm5.xlarge', volumes: { type: 'gp3' } },
      postLaunchActions: { actions: { 'join-domian': { active: false } } },
    };
    const [one] = await compareSettings(r.ports, [asked(1, wanted)]);
    expect(one).toMatchObject({
      comparison: {
        obstacles: [
          expect.stringContaining('names no volumes'),
          expect.stringContaining('right-sizing is BASIC'),
          expect.stringContaining('no post-launch action join-domian'),
        ],
      },
    });
  });

  it('leaves alone whom MGN does not list, what is archived and what is past its cutover', async () => {
    const r = rig([
      ready(1),
      aServer(2, { lifeCycle: 'CUTTING_OVER' }),
      aServer(3, { lifeCycle: 'CUTOVER', replication: 'DISCONNECTED' }),
      ready(4, { more: { isArchived: true } }),
    ]);
    const compared = await compareSettings(
      r.ports,
      [2, 3, 4, 9].map((n) => asked(n)),
    );
    expect(compared.map((one) => (one.is === 'closed' ? one.because : one.is))).toEqual([
      'it is past its cutover (CUTTING_OVER)',
      'it is past its cutover (CUTOVER)',
      'it is archived',
      'MGN does not list it any more',
    ]);
  });
});

describe('to apply', () => {
  it('sets all of it, each configuration by one call and in order, with what was before on record first', async () => {
    const r = rig([ready(1)]);
    const since = written(r.flow);
    const before = await everything(r, 1);
    let onRecord: unknown;
    r.force.updateLaunchConfiguration = async (id, fields) => {
      onRecord ??= await r.flow.body(place.settings(target, serverId(1)));
      return r.real.updateLaunchConfiguration(id, fields);
    };
    const result = await applySettings(r.ports, order, asked(1));
    expect(result).toMatchObject({ status: 'done', left: [] });
    expect(result.changes).toHaveLength(16);
    expect(since()).toEqual([
      'UpdateLaunchConfiguration',
      'CreateLaunchTemplateVersion',
      'ModifyLaunchTemplate',
      'UpdateReplicationConfiguration',
      'PutSourceServerAction',
    ]);
    expect(onRecord).toMatchObject({
      server: serverId(1),
      fields: expect.arrayContaining([
        { aspect: 'launch-configuration', field: 'copyTags', before: true, ours: [false] },
      ]),
      template: { before: 1, ours: [] },
      log: [{ what: 'apply', by: order.by, reason: 'CHG-1', at: r.flow.now(), endedAt: null }],
    });
    const after = await everything(r, 1);
    expect(after.launch).toMatchObject({
      ...before.launch,
      copyTags: false,
      targetInstanceTypeRightSizingMethod: 'NONE',
      licensing: { osByol: false },
      postLaunchActions: { deployment: 'CUTOVER_ONLY' },
    });
    expect(after.replication).toMatchObject({
      bandwidthThrottling: 100,
      stagingAreaTags: { team: 'erp' },
    });
    expect(after.actions).toMatchObject([
      { actionName: 'join-domain', active: false, order: 1002, timeoutSeconds: expect.anything() },
    ]);
    expect(after.template).toMatchObject({
      version: 2,
      data: {
        InstanceType: 'm5.xlarge',
        IamInstanceProfile: { Name: 'erp-app' },
        MetadataOptions: { HttpTokens: 'required' },
        NetworkInterfaces: [
          { DeviceIndex: 0, SubnetId: 'subnet-00000001', Groups: ['sg-00000001', 'sg-00000002'] },
        ],
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Owner', Value: 'erp' }] }],
      },
    });
    expect(await r.flow.body(place.settings(target, serverId(1)))).toMatchObject({
      template: { before: 1, ours: [2] },
      log: [{ endedAt: r.flow.now() }],
    });
  });

  it('does nothing where nothing differs', async () => {
    const r = rig([ready(1)]);
    await applySettings(r.ports, order, asked(1));
    const since = written(r.flow);
    expect(await applySettings(r.ports, order, asked(1))).toMatchObject({ status: 'same' });
    expect(since()).toEqual([]);
  });

  it('that is refused half-way says what is left; applied again it is whole, and knows what was before', async () => {
    const r = rig([ready(1)]);
    const before = await everything(r, 1);
    r.force.setDefaultTemplateVersion = async () => refused('access-denied');
    const half = await applySettings(r.ports, order, asked(1));
    expect(half.status).toBe('partly');
    expect(half.because).toBe('ModifyLaunchTemplate was refused (access-denied-error: said no)');
    expect(half.changes.map(({ aspect }) => aspect)).not.toContain('replication-configuration');
    expect(new Set(half.left.map(({ aspect }) => aspect))).toEqual(
      new Set(['launch-template', 'replication-configuration', 'post-launch-actions']),
    );
    delete r.force.setDefaultTemplateVersion;
    expect(await applySettings(r.ports, order, asked(1))).toMatchObject({ status: 'done' });
    // The same token: the version that was made is the one that is the default now.
    expect(
      r.flow.calls.filter(({ operation }) => operation === 'CreateLaunchTemplateVersion'),
    ).toHaveLength(2);
    expect(await everything(r, 1)).toMatchObject({ template: { version: 2 } });
    const [applied] = await appliedIn(r.ports, [target]);
    if (applied === undefined) throw new Error('nothing is on record');
    const restored = await restoreSettings(
      r.ports,
      { ...order, force: false, dryRun: false },
      applied,
    );
    expect(restored).toMatchObject({ status: 'done', left: [], lost: [] });
    expect(await everything(r, 1)).toEqual(before);
  });

  it('whose answer is lost is read back, not believed', async () => {
    const r = rig([ready(1)]);
    r.force.putSourceServerAction = async (id, given) => {
      await r.real.putSourceServerAction(id, given);
      return refused('ambiguous');
    };
    expect(await applySettings(r.ports, order, asked(1))).toMatchObject({ status: 'done' });
  });

  it('makes a throttled call again after a rest, and gives up after some', async () => {
    const r = rig([ready(1)]);
    let times = 0;
    r.force.updateLaunchConfiguration = async (id, fields) => {
      times += 1;
      return times < 3 ? refused('throttled') : r.real.updateLaunchConfiguration(id, fields);
    };
    expect(await applySettings(r.ports, order, asked(1))).toMatchObject({ status: 'done' });
    expect(r.rests).toEqual([1, 2]);
    r.force.updateReplicationConfiguration = async () => refused('throttled');
    const wanted = { replicationConfiguration: { bandwidthThrottling: 7 } };
    expect(await applySettings(r.ports, order, asked(1, wanted))).toMatchObject({
      status: 'partly',
    });
    expect(r.rests).toHaveLength(7);
  });

  it('touches nothing of a server that is being launched, or whose launch is queued', async () => {
    const r = rig([ready(1), ready(2)]);
    wire(r.flow, 'StartTest', { sourceServerIDs: [serverId(1)] });
    const since = written(r.flow);
    const one = await applySettings(r.ports, order, asked(1));
    expect(one).toMatchObject({ status: 'refused', changes: [] });
    expect(one.because).toMatch(/^job mgnjob-\w+ is launching it: wait until the job has ended$/);
    await r.ports.store.put(
      `requests/mgn:${accountId}:${region}`,
      'r',
      {
        ...{ id: 'r', wave: 'p.w', server: serverId(2), kind: 'StartTest' },
      },
      0,
    );
    expect((await applySettings(r.ports, order, asked(2))).because).toMatch(
      /^wave p\.w has queued its launch/,
    );
    expect(since()).toEqual([]);
    expect(await appliedIn(r.ports, [target])).toEqual([]);
    r.flow.advance(6 * 3600);
    expect(await applySettings(r.ports, order, asked(1))).toMatchObject({ status: 'done' });
  });
});

describe('to put back', () => {
  const restore = async (
    r: ReturnType<typeof rig>,
    more: { force?: boolean; dryRun?: boolean } = {},
  ) => {
    const [applied] = await appliedIn(r.ports, [target]);
    if (applied === undefined) throw new Error('nothing is on record');
    return restoreSettings(r.ports, { ...order, force: false, dryRun: false, ...more }, applied);
  };

  it('sets exactly what was changed to what it was, and nothing else; a repetition does nothing', async () => {
    const r = rig([ready(1)]);
    const before = await everything(r, 1);
    await applySettings(r.ports, order, asked(1));
    // Somebody changes what Landfall did not.
    wire(r.flow, 'UpdateLaunchConfiguration', { sourceServerID: serverId(1), copyPrivateIp: true });
    expect(await restore(r, { dryRun: true })).toMatchObject({ status: 'done' });
    const since = written(r.flow);
    const result = await restore(r);
    expect(result).toMatchObject({ status: 'done', last: { by: order.by, reason: 'CHG-1' } });
    expect(result.changes.at(-1)).toEqual({
      aspect: 'launch-template',
      field: 'default version',
      from: 2,
      to: 1,
    });
    expect(since()).toEqual([
      'UpdateLaunchConfiguration',
      'ModifyLaunchTemplate',
      'UpdateReplicationConfiguration',
      'PutSourceServerAction',
    ]);
    const after = await everything(r, 1);
    expect(after).toEqual({ ...before, launch: { ...before.launch, copyPrivateIp: true } });
    const [applied] = await appliedIn(r.ports, [target]);
    expect(applied === undefined ? true : isToBePutBack(applied)).toBe(false);
    expect(applied?.applied.log.map(({ what }) => what)).toEqual(['apply', 'restore']);
    const again = written(r.flow);
    expect(await restore(r)).toMatchObject({ status: 'same' });
    expect(again()).toEqual([]);
  });

  it('touches nothing where somebody else has changed one of the settings since, unless it is forced', async () => {
    const r = rig([ready(1)]);
    const before = await everything(r, 1);
    await applySettings(r.ports, order, asked(1));
    action(r.flow, 1, { order: 1005, active: false });
    const since = written(r.flow);
    const result = await restore(r);
    expect(result.status).toBe('refused');
    expect(result.because).toContain(`changed since: action ${actionId}.order`);
    expect(result.because).toContain('--force');
    expect(since()).toEqual([]);
    expect(await restore(r, { force: true })).toMatchObject({ status: 'done' });
    expect(await everything(r, 1)).toEqual(before);
    const [applied] = await appliedIn(r.ports, [target]);
    expect(applied?.applied.log.at(-1)).toMatchObject({ what: 'restore', forced: true });
  });

  it('goes back to what was before the first of several applications', async () => {
    const r = rig([ready(1)]);
    const before = await everything(r, 1);
    await applySettings(r.ports, order, asked(1));
    const other: Desired = {
      launchConfiguration: { targetInstanceTypeRightSizingMethod: 'NONE' },
      replicationConfiguration: { bandwidthThrottling: 50 },
      launchTemplate: { instanceType: 'r5.large' },
    };
    expect(await applySettings(r.ports, order, asked(1, other))).toMatchObject({ status: 'done' });
    expect(await restore(r)).toMatchObject({ status: 'done' });
    expect(await everything(r, 1)).toEqual(before);
  });

  it('says so where another version of the launch template has become the default', async () => {
    const r = rig([ready(1)]);
    await applySettings(r.ports, order, asked(1));
    const { launch } = await everything(r, 1);
    const id = String(launch['ec2LaunchTemplateID']);
    const data = { InstanceType: 't3.micro' };
    await r.real.createTemplateVersion(id, { from: 2, data, token: 't', description: 'anna' });
    await r.real.setDefaultTemplateVersion(id, 3);
    expect((await restore(r)).because).toContain('changed since: launch template version');
    expect(await restore(r, { force: true })).toMatchObject({ status: 'done' });
    expect((await everything(r, 1)).template).toMatchObject({ version: 1 });
  });
});

describe('what is set on purpose', () => {
  const drifts = (flow: Flow) =>
    flow.events
      .filter((event) => event.detailType === 'Source Server Configuration Drift Change')
      .map(({ detail }) => detail['current']);

  it('is no drift, neither when it is set nor when it is put back; what others change is', async () => {
    const r = rig([ready(1)]);
    await aWave(r.flow, [planned(1)]);
    await r.flow.tick(900);
    await applySettings(r.ports, order, asked(1));
    await r.flow.tick(3600);
    await r.flow.tick(roundSeconds);
    expect(drifts(r.flow)).toEqual([]);
    // What was expected before is drift now.
    wire(r.flow, 'UpdateLaunchConfiguration', { sourceServerID: serverId(1), copyTags: true });
    await r.flow.tick(roundSeconds);
    expect(drifts(r.flow)).toMatchObject([
      [{ field: 'copyTags', expected: 'false', actual: 'true' }],
    ]);
    const [applied] = await appliedIn(r.ports, [target]);
    if (applied === undefined) throw new Error('nothing is on record');
    await restoreSettings(r.ports, { ...order, force: true, dryRun: false }, applied);
    await r.flow.tick(3600);
    await r.flow.tick(roundSeconds);
    await r.flow.tick(roundSeconds);
    expect(drifts(r.flow)).toHaveLength(2);
    expect(drifts(r.flow)[1]).toEqual([]);
  });

  it('is no drift either while it is half set', async () => {
    const r = rig([ready(1)]);
    await aWave(r.flow, [planned(1)]);
    await r.flow.tick(900);
    r.force.updateReplicationConfiguration = async () => refused('access-denied');
    expect(await applySettings(r.ports, order, asked(1))).toMatchObject({ status: 'partly' });
    await r.flow.tick(3600);
    await r.flow.tick(roundSeconds);
    expect(drifts(r.flow)).toEqual([]);
  });

  it('holds no server, though CloudTrail tells that a person called; the same call at another time does', async () => {
    const r = rig([ready(1)]);
    await aWave(r.flow, [planned(1)], { outOfBand: 'hold' });
    await r.flow.tick(900);
    await applySettings(r.ports, order, asked(1));
    const called = (eventID: string, eventTime: string) =>
      react(
        r.flow.ports,
        {
          source: 'aws.mgn',
          'detail-type': 'AWS API Call via CloudTrail',
          resources: [],
          detail: {
            ...{ eventID, eventTime, eventSource: 'mgn.amazonaws.com', awsRegion: region },
            eventName: 'UpdateLaunchConfiguration',
            recipientAccountId: accountId,
            requestParameters: { sourceServerID: serverId(1) },
            userIdentity: { type: 'AssumedRole', arn: order.by, accountId },
          },
        },
        { wave: machine('wave'), ourselves },
      );
    const held = () =>
      r.flow.events.filter((event) => event.detailType === 'Wave Server Held').length;
    await called('1', r.flow.now());
    expect(held()).toBe(0);
    r.flow.advance(60);
    await called('2', r.flow.now());
    expect(held()).toBe(1);
  });
});
