// Launch configurations of DRS in general: whatever a file says, to apply it leaves no difference, to apply it again calls nothing,
// and to put it back gives what was; the poller tells no drift of any of it. Against the simulator behind the AWS SDK.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulatedDrsSettings } from '../../src/cli/_wiring.ts';
import { eventSchema } from '../../src/core/event/catalogue.ts';
import type { DetailType } from '../../src/core/event/detail-type.ts';
import { drsTemplateSeconds } from '../../src/flow/poll/drs/configuration-round.ts';
import { defaultSettingsSeconds as roundSeconds } from '../../src/flow/poll/look.ts';
import { react } from '../../src/flow/react.ts';
import { place } from '../../src/flow/records/place.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { accountId, region } from '../simulator/rig.ts';
import { drsTemplates, join, order, scan, wholeSpec } from './_drs-templates.ts';
import { aFlow, drsTarget, type Flow, machine, ourselves } from './_recorder.ts';

const two = [1, 2].map(drsId);
const third = '2b2c3d4e-0000-4c4f-9d0e-0a1b2c3d4e5f';

function rig(flow: Flow = aFlow([aDrsServer(1), aDrsServer(2)])) {
  const real = simulatedDrsSettings(flow.simulator)(drsTarget);
  return { flow, ...drsTemplates(real, flow.ports.clock, flow.ports.store) };
}

// What is put back must have been said before: DRS has no call that unsets a field.
const ownTemplate = { copyTags: false, copyPrivateIp: false, launchIntoSourceInstance: false };
const person = async (r: ReturnType<typeof rig>, actions: readonly object[] = []) => {
  const made = await r.real.createLaunchConfigurationTemplate(
    { ...ownTemplate, exportBucketArn: 'arn:aws:s3:::bucket-before' },
    { Team: 'x', Cost: '1' },
  );
  if (!made.ok) throw new Error(JSON.stringify(made.refusal));
  const id = String(made.value['launchConfigurationTemplateID']);
  for (const resource of [id, ...two]) {
    for (const [i, action] of actions.entries()) {
      const known = { name: `n${i}`, actionCode: 'AWS-A', actionVersion: '1', description: '' };
      const more = { optional: false, active: true, category: 'OTHER' };
      const put = await r.real.putLaunchAction(resource, { ...known, ...more, ...action });
      if (!put.ok) throw new Error(JSON.stringify(put.refusal));
    }
  }
};

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const compact = (given: object) => JSON.parse(JSON.stringify(given)) as object;
const launchFields = {
  copyTags: maybe(fc.boolean()),
  copyPrivateIp: maybe(fc.boolean()),
  launchDisposition: maybe(fc.constantFrom('STARTED', 'STOPPED')),
  targetInstanceTypeRightSizingMethod: maybe(fc.constantFrom('NONE', 'BASIC', 'IN_AWS')),
  licensing: maybe(fc.record({ osByol: fc.boolean() })),
  postLaunchEnabled: maybe(fc.boolean()),
};
const someActions = (taken: fc.Arbitrary<readonly number[]>) =>
  fc
    .tuple(fc.subarray([join, scan, third]), taken, fc.boolean())
    .map(([ids, numbers, optional]) =>
      Object.fromEntries(
        ids.map((id, i) => [
          id,
          { name: `a${i}`, actionCode: 'AWS-RunShellScript', order: numbers[i], optional },
        ]),
      ),
    );
const someOrders = fc.shuffledSubarray([2, 3, 4, 1000], { minLength: 3, maxLength: 3 });
const someLaunchTemplate = fc.record({
  subnetId: maybe(fc.constantFrom('subnet-00000001', 'subnet-00000002')),
  httpTokens: maybe(fc.constantFrom('required', 'optional')),
  tags: maybe(fc.dictionary(fc.constantFrom('Owner', 'Cost'), fc.constantFrom('a', 'b'))),
});
const someSpec = fc
  .record({
    template: maybe(
      fc.record({
        ...launchFields,
        exportBucketArn: maybe(fc.constant('arn:aws:s3:::my-bucket')),
        tags: maybe(fc.dictionary(fc.constantFrom('Team', 'Owner'), fc.constantFrom('x', 'y'))),
      }),
    ),
    launchActions: maybe(someActions(someOrders)),
    launchTemplate: maybe(someLaunchTemplate),
    byServer: maybe(
      fc.record({
        launchConfiguration: maybe(fc.record(launchFields)),
        launchTemplate: maybe(someLaunchTemplate),
      }),
    ),
  })
  .map(({ byServer, ...rest }) =>
    compact({
      ...rest,
      ...(byServer === undefined ? {} : { byServer: [{ ids: [drsId(1)], ...byServer }] }),
    }),
  );
const someKnown = fc
  .shuffledSubarray([2, 3, 4, 1000], { maxLength: 3 })
  .map((taken) => taken.map((number, i) => ({ actionId: [join, scan, third][i], order: number })));

describe('whatever a file says', () => {
  it('applied it leaves no difference and calls nothing again; put back, all is as it was', async () => {
    await fc.assert(
      fc.asyncProperty(someSpec, someKnown, async (said, known) => {
        const r = rig();
        await person(r, known);
        const start = await r.state(two);
        const results = await r.apply(said);
        expect(results.filter(({ status }) => status !== 'done' && status !== 'same')).toEqual([]);
        expect(r.changesOf(await r.plan(said))).toEqual([]);
        r.written();
        await r.apply(said);
        expect(r.written()).toEqual([]);
        const restored = await r.restore();
        expect(restored.filter(({ status, lost }) => status !== 'done' || lost.length > 0)).toEqual(
          [],
        );
        expect(await r.state(two)).toEqual(start);
      }),
      { numRuns: 15, seed: 7 },
    );
  });
});

describe('to put back', () => {
  it('touches nothing where somebody else has changed it since, unless it is forced', async () => {
    const r = rig();
    await person(r);
    await r.apply({ template: { copyTags: true, launchDisposition: 'STOPPED' } });
    await r.real.updateLaunchConfiguration(drsId(1), { launchDisposition: 'STARTED' });
    await r.real.updateLaunchConfiguration(drsId(2), { copyPrivateIp: true });
    r.written();
    const dry = await r.restore({ dryRun: true });
    expect(dry.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    expect(r.written()).toEqual([]);
    // What is as it was before counts as put back.
    expect((await r.restore()).map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    await r.apply({ template: { targetInstanceTypeRightSizingMethod: 'NONE' } });
    await r.real.updateLaunchConfiguration(drsId(1), {
      targetInstanceTypeRightSizingMethod: 'IN_AWS',
    });
    r.written();
    const [first] = await r.restore();
    expect(first).toMatchObject({ status: 'refused', server: drsId(1) });
    expect(first?.because).toContain(
      'somebody else has changed since: targetInstanceTypeRightSizingMethod',
    );
    expect(await r.restore({ force: true })).toMatchObject([{ status: 'done' }]);
    const state = await r.state([drsId(1)]);
    expect(state.servers[0]?.launch['targetInstanceTypeRightSizingMethod']).toBe('BASIC');
  });

  it('gives a template that was changed twice what it said before the first time', async () => {
    const r = rig();
    await person(r);
    const start = await r.state([]);
    await r.apply({ template: { exportBucketArn: 'arn:aws:s3:::bucket-one', tags: { A: '1' } } });
    await r.apply({ template: { exportBucketArn: 'arn:aws:s3:::bucket-two', tags: { B: '2' } } });
    await r.restore();
    expect(await r.state([])).toEqual(start);
    const record = await r.flow.body(place.settings(drsTarget, 'launch-configuration-template'));
    expect(record).toMatchObject({
      fields: [],
      log: [{ what: 'apply' }, { what: 'apply' }, { what: 'restore', by: order.by }],
    });
  });
});

describe('the poller', () => {
  const told = ({ events }: Flow, kind: string) =>
    events.filter(({ detailType }) => detailType === kind).map(({ detail }) => detail);
  const drifts = (flow: Flow) => told(flow, 'Source Server Configuration Drift Change');
  const templateNews = (flow: Flow) => told(flow, 'Target Template Drift Change');

  it('tells no drift of what was set and put back on purpose; of what others change, it does', async () => {
    const r = rig();
    await person(r, [{ actionId: join, order: 5 }]);
    await r.flow.drsTick(0);
    await r.flow.drsTick(roundSeconds);
    const before = templateNews(r.flow).length;
    // Between any two calls that set servers the poller looks at everything.
    for (const name of [
      'updateLaunchConfiguration',
      'putLaunchAction',
      'deleteLaunchAction',
      'setDefaultTemplateVersion',
    ] as const) {
      const real = r.real[name] as (...given: unknown[]) => Promise<never>;
      Object.assign(r.force, {
        [name]: async (...given: unknown[]) => {
          const answer = await real(...given);
          if (!String(given[0]).startsWith('lct-')) await r.flow.drsTick(roundSeconds);
          return answer;
        },
      });
    }
    const results = await r.apply(wholeSpec);
    expect(results.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    await r.flow.drsTick(roundSeconds);
    await r.flow.drsTick(roundSeconds);
    expect(drifts(r.flow)).toEqual([]);
    expect(templateNews(r.flow)).toHaveLength(before);

    await r.real.updateLaunchConfiguration(drsId(2), { copyPrivateIp: true });
    await r.flow.drsTick(roundSeconds);
    expect(drifts(r.flow)).toMatchObject([
      { sourceServerId: drsId(2), current: [{ field: 'copyPrivateIp', actual: 'true' }] },
    ]);
    await r.real.updateLaunchConfiguration(drsId(2), { copyPrivateIp: false });
    await r.flow.drsTick(roundSeconds);
    const settled = drifts(r.flow).length;

    expect((await r.restore()).map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    await r.flow.drsTick(roundSeconds);
    await r.flow.drsTick(roundSeconds);
    expect(drifts(r.flow)).toHaveLength(settled);
    expect(templateNews(r.flow)).toHaveLength(before);
  });

  it('tells that a server follows a template no longer that was changed without it', async () => {
    const r = rig();
    await person(r);
    await r.flow.drsTick(0);
    await r.apply({ template: { copyTags: true } }, { servers: false });
    await r.flow.drsTick(drsTemplateSeconds);
    expect(drifts(r.flow).map(({ sourceServerId }) => sourceServerId)).toEqual(two);
    await r.apply({ template: { copyTags: true } });
    await r.flow.drsTick(roundSeconds);
    expect(
      drifts(r.flow)
        .slice(2)
        .map(({ current }) => current),
    ).toEqual([[], []]);
  });
});

it('what CloudTrail tells of it names the command, who ran it and why; the same call at another time does not', async () => {
  const r = rig();
  await r.flow.drsTick(0);
  await r.apply(wholeSpec);
  const called = (eventID: string, eventName: string, requestParameters: object) =>
    react(
      r.flow.ports,
      {
        source: 'aws.drs',
        'detail-type': 'AWS API Call via CloudTrail',
        resources: [],
        detail: {
          ...{ eventID, eventName, requestParameters, eventSource: 'drs.amazonaws.com' },
          ...{ eventTime: r.flow.now(), awsRegion: region, recipientAccountId: accountId },
          userIdentity: { type: 'AssumedRole', arn: order.by, accountId },
        },
      },
      { wave: machine('wave'), ourselves },
    );
  await called('1', 'UpdateLaunchConfiguration', { sourceServerID: drsId(1) });
  await called('2', 'PutLaunchAction', { resourceId: drsId(1), actionId: join });
  await called('3', 'CreateLaunchConfigurationTemplate', { copyTags: true });
  await called('4', 'PutLaunchAction', { resourceId: 'lct-0123456789abcdef0', actionId: join });
  await called('5', 'StopReplication', { sourceServerID: drsId(1) });
  r.flow.advance(3600);
  await called('6', 'UpdateLaunchConfigurationTemplate', { copyTags: false });
  await r.flow.drsTick(60);
  const told = r.flow.events.flatMap(({ detailType, detail }) =>
    detailType.endsWith('Out-of-Band Action') ? [{ detailType, detail }] : [],
  );
  const command = { name: 'landfall drs template', by: order.by, reason: order.reason };
  expect(told.map(({ detail }) => [detail['trailEventId'], detail['command']])).toEqual([
    ...['1', '2', '3', '4'].map((id) => [id, command]),
    ...['5', '6'].map((id) => [id, undefined]),
  ]);
  for (const { detailType, detail } of told) {
    expect(() => eventSchema(detailType as DetailType).parse(detail)).not.toThrow();
  }
});

it('a server that a drill launches is left alone until its job has ended', async () => {
  const r = rig();
  await person(r);
  r.flow.simulator.answer({
    ...{ service: 'drs', region, accountId, caller: 'console', method: 'POST', query: {} },
    path: '/StartRecovery',
    headers: {},
    body: JSON.stringify({ isDrill: true, sourceServers: [{ sourceServerID: drsId(1) }] }),
  });
  const results = await r.apply({ template: { copyTags: true } });
  expect(results.map(({ status }) => status)).toEqual(['refused', 'done', 'done']);
  expect(results[0]?.because).toMatch(/^job drsjob-\w+ is launching it: wait until/);
  r.flow.advance(6 * 3600);
  expect((await r.apply({ template: { copyTags: true } })).map(({ status }) => status)).toEqual([
    ...['done', 'same', 'same'],
  ]);
});
