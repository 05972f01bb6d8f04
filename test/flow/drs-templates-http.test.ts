// Launch configuration templates of DRS, made, updated, put back and deleted: against the simulator over HTTP, by the pinned SDK.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDrsSettingsApis } from '../../src/adapters/aws/drs-settings-api.ts';
import { readSimulation } from '../../src/cli/read-simulation.ts';
import { type RunningSimulation, startSimulation } from '../../src/cli/run-simulation.ts';
import type { Answer, DrsSettingsApi, WireDocument } from '../../src/flow/ports.ts';
import { read } from '../../src/flow/records/documents.ts';
import { deleteTemplate } from '../../src/flow/settings/drs/delete-template.ts';
import { templatePlace } from '../../src/flow/settings/drs/drs-settings-ports.ts';
import { aDirectory } from '../cli/_files.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { accountId, region, startAt } from '../simulator/rig.ts';
import { drsTemplates, join, order, scan, wholeSpec } from './_drs-templates.ts';
import { drsTarget, refused } from './_recorder.ts';

const { write } = aDirectory();
const ids = [1, 2, 3].map(drsId);
const closing: (() => Promise<void>)[] = [];

/** A simulated account of its own, on the wire. */
async function rig(parameters?: object) {
  const fleet = write('fleet.json', JSON.stringify({ items: [1, 2, 3].map((n) => aDrsServer(n)) }));
  const simulation = await readSimulation({
    fleets: [fleet],
    clock: 'manual',
    port: '0',
    ...(parameters === undefined
      ? {}
      : { parameters: write('parameters.json', JSON.stringify(parameters)) }),
  });
  if (!simulation.ok) throw new Error(JSON.stringify(simulation.problems));
  const running: RunningSimulation = await startSimulation(simulation.simulation, () => 0);
  closing.push(running.stop);
  const address = `http://127.0.0.1:${running.face.port}`;
  const clock = { now: () => startAt };
  const apis = createDrsSettingsApis({
    targets: [{ target: drsTarget, access: 'own' }],
    homeRegion: region,
    memberRole: 'none',
    externalId: '',
    sessionName: 'test',
    clock,
    endpoints: { drs: address, ec2: address, serviceQuotas: address, sts: address },
    credentials: { accessKeyId: accountId, secretAccessKey: 'none' },
  });
  return drsTemplates(apis(drsTarget), clock);
}

let shared: Awaited<ReturnType<typeof rig>>;
beforeAll(async () => {
  shared = await rig();
});
afterAll(async () => {
  for (const close of closing) await close();
});

const value = async <T>(asked: Promise<Answer<T>>): Promise<T> => {
  const answer = await asked;
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
  return answer.value;
};
const theTemplate = async (real: DrsSettingsApi): Promise<WireDocument> => {
  const [one, ...more] = await value(real.describeLaunchConfigurationTemplates());
  if (one === undefined || more.length > 0) throw new Error('not one template');
  return one;
};

describe('a template and its servers', () => {
  it('are compared on four levels, and nothing is touched', async () => {
    const compared = await shared.plan(wholeSpec);
    expect(shared.written()).toEqual([]);
    const [template] = compared.templates;
    expect(template).toMatchObject({ is: 'compared', id: null });
    const changes = (n: number) => {
      const one = compared.servers[n - 1];
      if (one?.is !== 'compared') throw new Error(JSON.stringify(one));
      expect(one.comparison.obstacles).toEqual([]);
      return one.comparison.changes.map(({ aspect, field }) => `${aspect} ${field}`);
    };
    expect(changes(1)).toEqual([
      'launch-configuration launchDisposition',
      'launch-configuration targetInstanceTypeRightSizingMethod',
      'launch-configuration copyTags',
      'launch-configuration licensing.osByol',
      'launch-configuration postLaunchEnabled',
      'launch-template subnetId',
      'launch-template httpTokens',
      `post-launch-actions action ${scan}`,
      `post-launch-actions action ${join}`,
    ]);
    expect(changes(2)).not.toContain('launch-configuration copyTags');
    expect(changes(2)).not.toContain(`post-launch-actions action ${scan}`);
    expect(changes(2)).toContain('launch-template instanceType');
  });

  it('are set, and set again by no call; put back and deleted, they are as they were', async () => {
    const start = await shared.state(ids);
    expect(start.templates).toEqual([]);
    let onRecord: unknown;
    shared.force.createLaunchConfigurationTemplate = async (fields, tags) => {
      onRecord = (await read(shared.ports.store, templatePlace(drsTarget))).body;
      return shared.real.createLaunchConfigurationTemplate(fields, tags);
    };
    const results = await shared.apply(wholeSpec);
    delete shared.force.createLaunchConfigurationTemplate;
    expect(results.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);
    expect(results.at(-1)).toMatchObject({ server: null, also: ['the template was made'] });
    expect(onRecord).toMatchObject({
      plan: 'baseline',
      fields: expect.arrayContaining([
        { aspect: 'launch-configuration', field: 'copyTags', before: null, ours: [true] },
      ]),
      log: [{ what: 'apply', by: order.by, reason: 'CHG-1', endedAt: null }],
    });
    const one = ['updateLaunchConfiguration', 'createTemplateVersion', 'setDefaultTemplateVersion'];
    const put = 'putLaunchAction';
    expect(shared.written()).toEqual([
      ...[...one, put, put, ...one, put, ...one, put, put],
      ...['createLaunchConfigurationTemplate', put, put],
    ]);
    expect(await theTemplate(shared.real)).toMatchObject({
      ...{ copyTags: true, launchDisposition: 'STOPPED', licensing: { osByol: true } },
      tags: { Owner: 'dr' },
    });
    expect(shared.changesOf(await shared.plan(wholeSpec))).toEqual([]);
    const again = await shared.apply(wholeSpec);
    expect(again.map(({ status }) => status)).toEqual(['same', 'same', 'same', 'same']);
    expect(shared.written()).toEqual([]);

    const restored = await shared.restore();
    expect(restored.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);
    expect(restored.at(-1)?.lost).toContain(
      'copyTags: it was not set before, and DRS has no call that unsets it',
    );
    expect(await deleteTemplate(shared.ports, order, drsTarget)).toMatchObject({ status: 'done' });
    expect(shared.written()).toContain('deleteLaunchConfigurationTemplate');
    expect(await shared.state(ids)).toEqual(start);
    expect(await deleteTemplate(shared.ports, order, drsTarget)).toMatchObject({ status: 'same' });
  });

  it('that is deleted is made anew as it was', async () => {
    const r = await rig();
    await r.apply(wholeSpec, { servers: false });
    await deleteTemplate(r.ports, { ...order, reason: 'teardown' }, drsTarget);
    await r.apply({ template: { copyTags: false } }, { servers: false });
    await deleteTemplate(r.ports, order, drsTarget);
    // What Landfall made is no state to go back to; what others made is.
    await value(
      r.real.createLaunchConfigurationTemplate(
        { copyPrivateIp: true, licensing: { osByol: true } },
        { Team: 'x' },
      ),
    );
    const { launchConfigurationTemplateID: id } = await theTemplate(r.real);
    const action = { name: 'a', actionCode: 'AWS-A', order: 5, actionVersion: '1' };
    const more = { optional: false, active: true, category: 'OTHER', description: '' };
    await value(r.real.putLaunchAction(String(id), { ...action, ...more, actionId: join }));
    const before = await r.state([]);
    await deleteTemplate(r.ports, order, drsTarget);
    expect((await r.state([])).templates).toEqual([]);
    expect(await r.restore()).toMatchObject([{ status: 'done', lost: [] }]);
    const withoutIds = (state: Awaited<ReturnType<typeof r.state>>) =>
      state.templates.map(({ template, actions }) => {
        const { launchConfigurationTemplateID: _id, arn: _arn, ...rest } = template;
        return { ...rest, actions };
      });
    expect(withoutIds(await r.state([]))).toEqual(withoutIds(before));
  });
});

describe('where somebody else is at it too', () => {
  it('a template that was made meanwhile is updated, and put back to what they made it', async () => {
    const r = await rig();
    const made = { copyTags: false, copyPrivateIp: true };
    r.force.createLaunchConfigurationTemplate = async (fields, tags) => {
      delete r.force.createLaunchConfigurationTemplate;
      await value(r.real.createLaunchConfigurationTemplate(made, { Team: 'x' }));
      return r.real.createLaunchConfigurationTemplate(fields, tags);
    };
    const [result] = await r.apply(wholeSpec, { servers: false });
    expect(result).toMatchObject({ status: 'done', left: [] });
    expect(r.written()).toEqual([
      'createLaunchConfigurationTemplate',
      ...['updateLaunchConfigurationTemplate', 'untagResource', 'tagResource'],
      ...['putLaunchAction', 'putLaunchAction'],
    ]);
    expect(await theTemplate(r.real)).toMatchObject({ copyTags: true, copyPrivateIp: true });
    expect(await r.restore()).toMatchObject([{ status: 'done', lost: [] }]);
    expect(await theTemplate(r.real)).toMatchObject({ ...made, tags: { Team: 'x' } });
  });

  it('a template that was deleted meanwhile is made anew', async () => {
    const r = await rig();
    await value(r.real.createLaunchConfigurationTemplate({ copyTags: false }, {}));
    r.force.updateLaunchConfigurationTemplate = async (id, fields) => {
      delete r.force.updateLaunchConfigurationTemplate;
      await value(r.real.deleteLaunchConfigurationTemplate(id));
      return r.real.updateLaunchConfigurationTemplate(id, fields);
    };
    const [result] = await r.apply(wholeSpec, { servers: false });
    expect(result).toMatchObject({ status: 'done', also: ['the template was made'] });
    expect(r.changesOf(await r.plan(wholeSpec, false))).toEqual([]);
  });

  it('an order that another launch action has taken meanwhile is looked at anew', async () => {
    const r = await rig();
    await value(r.real.createLaunchConfigurationTemplate({}, {}));
    const strange = '00000000-0000-4c4f-9d0e-0a1b2c3d4e5f';
    r.force.putLaunchAction = async (id, action) => {
      delete r.force.putLaunchAction;
      await value(r.real.putLaunchAction(id, { ...action, actionId: strange }));
      return r.real.putLaunchAction(id, action);
    };
    const [result] = await r.apply(wholeSpec, { servers: false });
    expect(result).toMatchObject({ status: 'done' });
    expect(r.written()).toContain('deleteLaunchAction');
    expect(r.changesOf(await r.plan(wholeSpec, false))).toEqual([]);
  });

  it('a quota that stays exceeded ends it with its reason, and not in a circle', async () => {
    const r = await rig({ drsQuotaLaunchTemplates: 0 });
    const [result] = await r.apply(wholeSpec, { servers: false });
    expect(result).toMatchObject({ status: 'partly', changes: [] });
    expect(result?.because).toMatch(
      /^CreateLaunchConfigurationTemplate was refused \(ServiceQuota/,
    );
    expect(r.written()).toHaveLength(2);
  });
});

describe('where it cannot be', () => {
  it('an account without DRS is left alone, unless it is said to initialise it', async () => {
    const r = await rig({ drsUninitializedTargets: [`${accountId}:${region}`] });
    const plan = await r.plan({ template: { copyTags: true } });
    expect(plan).toMatchObject({ templates: [{ is: 'unusable' }] });
    const [left] = await r.apply({ template: { copyTags: true } }, { servers: false });
    expect(left).toMatchObject({
      status: 'refused',
      because: 'DRS is not initialised in this account and Region: initialise it with --initialize',
    });
    expect(r.written()).toEqual([]);
    const how = { servers: false, initialize: true };
    const [done] = await r.apply({ template: { copyTags: true } }, how);
    expect(done).toMatchObject({
      status: 'done',
      also: ['DRS was initialised', 'the template was made'],
    });
    expect(r.written()).toEqual(['initializeService', 'createLaunchConfigurationTemplate']);
  });

  it('a server that a job launches is left alone, and so is one whose call meets a job', async () => {
    const r = await rig({ drsConfigurationCallsDuringJob: 'reject' });
    r.force.updateLaunchConfiguration = async () =>
      refused('conflict', { errorName: 'ConflictException', message: 'processed by a job' });
    const results = await r.apply({ template: { copyTags: true } });
    expect(results.map(({ status }) => status)).toEqual(['partly', 'partly', 'partly', 'done']);
    expect(results[0]).toMatchObject({
      because: 'UpdateLaunchConfiguration was refused (ConflictException: processed by a job)',
      left: [{ field: 'copyTags', from: false, to: true }],
    });
  });

  it('a throttled call is made again after a rest', async () => {
    const r = await rig();
    let times = 0;
    r.force.createLaunchConfigurationTemplate = async (fields, tags) => {
      times += 1;
      return times < 3
        ? refused('throttled')
        : r.real.createLaunchConfigurationTemplate(fields, tags);
    };
    expect(await r.apply(wholeSpec, { servers: false })).toMatchObject([{ status: 'done' }]);
    expect(r.rests).toEqual([1, 2]);
  });
});
