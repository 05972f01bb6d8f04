// How the poller looks at the settings of servers of DRS: against the account's templates, at a pace, within a budget.
import { describe, expect, it } from 'vitest';
import { builtInDrsLimits } from '../../src/core/target-list/drs-limits.ts';
import {
  drsServersPerTick,
  drsTemplateSeconds,
} from '../../src/flow/poll/drs/configuration-round.ts';
import { defaultSettingsSeconds as drsRoundSeconds } from '../../src/flow/poll/look.ts';
import { place } from '../../src/flow/records/place.ts';
import { aDrsServer, drsId, replicationTemplate } from '../simulator/drs/rig.ts';
import { accountId, region } from '../simulator/rig.ts';
import { aFlow, drsTarget, type Flow, refused } from './_recorder.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const record = (flow: Flow) => flow.body(place.target(drsTarget));
const serverOf = (flow: Flow, n: number) => flow.body(place.server(drsTarget, drsId(n)));
const told = (flow: Flow, type: string) =>
  flow.events.filter((event) => event.detailType === type).map(({ detail }) => detail);
const drifts = (flow: Flow) => told(flow, 'Source Server Configuration Drift Change');
const templates = (flow: Flow) => told(flow, 'Target Template Drift Change');

/** A person at the console of DRS. */
function person(flow: Flow, operation: string, input: object) {
  const answer = flow.simulator.answer({
    service: 'drs',
    region,
    accountId,
    caller: 'console',
    method: 'POST',
    path: `/${operation}`,
    query: {},
    headers: {},
    body: JSON.stringify(input),
  });
  if (answer.status >= 300) throw new Error(`${operation}: ${answer.body}`);
  return JSON.parse(answer.body === '' ? '{}' : answer.body);
}

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
/** An account that has both templates, to which its servers are set. */
function withTemplates(flow: Flow, count: number, is: object = {}) {
  const made = person(flow, 'CreateLaunchConfigurationTemplate', is);
  const launch = made.launchConfigurationTemplate.launchConfigurationTemplateID as string;
  const { replicationConfigurationTemplateID: replication } = person(
    flow,
    'CreateReplicationConfigurationTemplate',
    replicationTemplate,
  );
  for (const n of numbers(count)) {
    const { pitPolicy, stagingAreaSubnetId } = replicationTemplate;
    const sourceServerID = drsId(n);
    person(flow, 'UpdateReplicationConfiguration', {
      sourceServerID,
      stagingAreaSubnetId,
      pitPolicy,
    });
  }
  return { launch, replication: replication as string };
}

describe('the settings of a target of DRS', () => {
  it('cost no call where there is no server, and few where nothing changes', async () => {
    const nobody = aFlow([]);
    await nobody.drsTick(0);
    await nobody.drsTick(drsTemplateSeconds);
    expect(nobody.called('DescribeLaunchConfigurationTemplates')).toBe(0);

    const count = drsServersPerTick + 3;
    const flow = aFlow(numbers(count).map((n) => aDrsServer(n)));
    withTemplates(flow, count);
    const limits = { ...builtInDrsLimits, recoveryPointSeconds: 30 * 86_400 };
    for (const looked of [drsServersPerTick, count, count]) {
      await flow.drsTick(900, limits);
      expect(flow.called('GetLaunchConfiguration')).toBe(looked);
    }
    expect(flow.called('DescribeLaunchTemplateVersions')).toBe(count);
    expect(await record(flow)).toMatchObject({ drsConfiguration: { round: null, refused: null } });
    flow.writes.length = 0;
    flow.calls.length = 0;
    await flow.drsTick(drsRoundSeconds, limits);
    await flow.drsTick(900, limits);
    await flow.drsTick(900, limits);
    expect(flow.called('GetLaunchConfiguration')).toBe(count);
    expect(flow.called('GetReplicationConfiguration')).toBe(count);
    // Nobody runs launch actions, so nobody's are asked for; those of the template are.
    expect(flow.called('ListLaunchActions')).toBe(1);
    expect(flow.called('DescribeLaunchTemplateVersions')).toBe(0);
    expect(flow.writes.filter((where) => where.startsWith('servers/'))).toEqual([]);
    expect([...drifts(flow), ...templates(flow)]).toEqual([]);
  });

  it('are compared with the templates; what differs is told once, and once more when it is over', async () => {
    const flow = aFlow([aDrsServer(1), aDrsServer(2)]);
    withTemplates(flow, 2);
    await flow.drsTick(0);
    const server = { sourceServerID: drsId(2) };
    person(flow, 'UpdateLaunchConfiguration', { ...server, copyTags: true });
    person(flow, 'UpdateReplicationConfiguration', { ...server, bandwidthThrottling: 50 });
    await flow.drsTick(drsRoundSeconds);
    await flow.drsTick(drsRoundSeconds);
    person(flow, 'UpdateLaunchConfiguration', { ...server, copyTags: false });
    await flow.drsTick(drsRoundSeconds);
    const throttling = {
      aspect: 'replication-configuration',
      field: 'bandwidthThrottling',
      expected: '0',
      actual: '50',
    };
    const tags = { ...throttling, aspect: 'launch-configuration', field: 'copyTags' };
    const both = [{ ...tags, expected: 'false', actual: 'true' }, throttling];
    expect(drifts(flow)).toMatchObject([
      { sourceServerId: drsId(2), previous: [], current: both, differences: 2 },
      { sourceServerId: drsId(2), previous: both, current: [throttling], differences: 1 },
    ]);
  });

  it('are compared anew when a template changes, which changes no server that is there', async () => {
    const flow = aFlow([aDrsServer(1)]);
    const { launch } = withTemplates(flow, 1);
    await flow.drsTick(0);
    person(flow, 'UpdateLaunchConfigurationTemplate', {
      launchConfigurationTemplateID: launch,
      launchDisposition: 'STOPPED',
    });
    await flow.drsTick(drsTemplateSeconds);
    await flow.drsTick(drsTemplateSeconds);
    expect(templates(flow)).toMatchObject([
      {
        changes: [
          {
            templateId: launch,
            kind: 'launch',
            news: 'changed',
            fields: [{ field: 'launchDisposition', previous: 'STARTED', current: 'STOPPED' }],
          },
        ],
        missing: [],
      },
    ]);
    expect(drifts(flow).map(({ current }) => current)).toMatchObject([
      [{ field: 'launchDisposition', expected: 'STOPPED', actual: 'STARTED' }],
    ]);
  });

  it('are told to have no template from the first look on, and which one was removed', async () => {
    const flow = aFlow([aDrsServer(1)]);
    await flow.drsTick(0);
    await flow.drsTick(drsTemplateSeconds);
    const { launch } = withTemplates(flow, 1);
    await flow.drsTick(drsTemplateSeconds);
    person(flow, 'DeleteLaunchConfigurationTemplate', { launchConfigurationTemplateID: launch });
    await flow.drsTick(drsTemplateSeconds);
    await flow.drsTick(drsTemplateSeconds);
    expect(templates(flow)).toMatchObject([
      { previous: {}, current: {}, changes: [], missing: ['launch', 'replication'] },
      { changes: [{ news: 'added' }, { news: 'added' }], missing: [] },
      { changes: [{ templateId: launch, news: 'removed' }], missing: ['launch'] },
    ]);
  });

  it('have launch actions compared with those of the template, where any of them run', async () => {
    const flow = aFlow([aDrsServer(1)]);
    const { launch } = withTemplates(flow, 1, { postLaunchEnabled: true });
    person(flow, 'PutLaunchAction', { resourceId: launch, ...action });
    await flow.drsTick(0);
    person(flow, 'UpdateLaunchConfiguration', {
      sourceServerID: drsId(1),
      postLaunchEnabled: true,
    });
    person(flow, 'PutLaunchAction', { resourceId: drsId(1), ...action, optional: true });
    await flow.drsTick(drsRoundSeconds);
    const field = 'action join';
    const wanted = 'order 1001, active, must succeed, AWS-RunShellScript:1';
    const settings = (current: unknown) =>
      (current as readonly { field: string; expected: string; actual: string }[]).map(
        ({ field: name, expected, actual }) => [name, expected, actual],
      );
    expect(drifts(flow).map(({ current }) => settings(current))).toEqual([
      [
        ['postLaunchEnabled', 'true', 'false'],
        [field, wanted, null],
      ],
      [[field, wanted, wanted.replace('must succeed', 'may fail')]],
    ]);
  });

  it('leave the replication of an extended server to its staging account', async () => {
    const staged = aDrsServer(9, { account: '222222222222' });
    const stagingArea = {
      status: 'EXTENDED',
      stagingAccountID: '222222222222',
      stagingSourceServerArn: staged['arn'],
    };
    const flow = aFlow([aDrsServer(1, { more: { stagingArea } }), staged]);
    withTemplates(flow, 0);
    await flow.drsTick(0);
    expect(flow.called('GetLaunchConfiguration')).toBe(1);
    expect(flow.called('GetReplicationConfiguration')).toBe(0);
    expect(drifts(flow)).toEqual([]);
  });
});

describe('an EC2 launch template of DRS', () => {
  const edited = (after: string, is: object) => ({
    fault: 'launch-template-edited',
    after,
    servers: { ids: [drsId(1)] },
    ...is,
  });

  it('is told to have another default version, until that one has launched its server', async () => {
    const flow = aFlow([aDrsServer(1)], {
      faults: [edited('PT30M', { subnetId: 'subnet-0aaaaaaaaaaaaaaaa' })],
      // What is launched from the edited template needs a subnet that is there.
      parameters: { subnetFreeAddresses: { 'subnet-0aaaaaaaaaaaaaaaa': 9 } },
    });
    withTemplates(flow, 1);
    await flow.drsTick(0);
    expect((await serverOf(flow, 1))?.launchTemplate).toMatchObject({
      fields: { defaultVersion: '1', instanceType: 't3.micro' },
      jobId: null,
    });
    await flow.drsTick(drsTemplateSeconds);
    await flow.drsTick(drsTemplateSeconds);
    const { job } = person(flow, 'StartRecovery', {
      isDrill: true,
      sourceServers: [{ sourceServerID: drsId(1) }],
    });
    await flow.drsTick(1800);
    expect(drifts(flow)).toMatchObject([
      {
        previous: [],
        current: [
          { aspect: 'launch-template', field: 'defaultVersion', expected: '1', actual: '2' },
          { aspect: 'launch-template', field: 'subnetIds', actual: 'subnet-0aaaaaaaaaaaaaaaa' },
        ],
      },
      { current: [], differences: 0 },
    ]);
    expect((await serverOf(flow, 1))?.launchTemplate).toMatchObject({
      fields: { defaultVersion: '2' },
      jobId: job.jobID,
    });
    expect(flow.called('DescribeLaunchTemplateVersions')).toBe(2);
  });
});

describe('a look at settings that is refused', () => {
  it('fails no tick, is noted, and is tried again when it is due', async () => {
    const flow = aFlow([aDrsServer(1)]);
    withTemplates(flow, 1);
    flow.forceDrs.getLaunchConfiguration = async () => refused('access-denied');
    expect(await flow.drsTick(0)).toMatchObject({
      tick: 'done',
      settingsRefused: 'access-denied-error: said no',
    });
    delete flow.forceDrs.getLaunchConfiguration;
    await flow.drsTick(900);
    expect(flow.called('GetLaunchConfiguration')).toBe(0);
    expect(await flow.drsTick(drsRoundSeconds)).not.toHaveProperty('settingsRefused');
    expect(flow.called('GetLaunchConfiguration')).toBe(1);
  });

  it('is none where the server is gone meanwhile: the round goes on with the next one', async () => {
    const flow = aFlow([aDrsServer(1), aDrsServer(2)]);
    withTemplates(flow, 2);
    const real = flow.ports.drsOf(drsTarget).getLaunchConfiguration;
    flow.forceDrs.getLaunchConfiguration = async (id) =>
      id === drsId(1) ? refused('not-found') : real(id);
    expect(await flow.drsTick(0)).not.toHaveProperty('settingsRefused');
    expect((await record(flow))?.drsConfiguration).toMatchObject({ round: null, refused: null });
    expect((await serverOf(flow, 1))?.launchTemplate).toBeUndefined();
    expect((await serverOf(flow, 2))?.launchTemplate).toMatchObject({ jobId: null });
  });

  it('goes on with the next tick where it was throttled, and tells no template that it did not see', async () => {
    const flow = aFlow([aDrsServer(1), aDrsServer(2)]);
    const { launch } = withTemplates(flow, 2);
    flow.forceDrs.listLaunchActions = async () => refused('throttled');
    await flow.drsTick(0);
    expect((await record(flow))?.templates).toBeUndefined();
    delete flow.forceDrs.listLaunchActions;
    let asked = 0;
    flow.forceDrs.getReplicationConfiguration = async () => {
      asked += 1;
      return refused('throttled');
    };
    await flow.drsTick(900);
    expect(Object.keys((await record(flow))?.templates ?? {})).toContain(launch);
    expect((await record(flow))?.drsConfiguration?.round?.after).toBe('');
    delete flow.forceDrs.getReplicationConfiguration;
    await flow.drsTick(900);
    expect((await record(flow))?.drsConfiguration).toMatchObject({ round: null, refused: null });
    expect(asked).toBe(1);
    expect(templates(flow)).toEqual([]);
  });
});
