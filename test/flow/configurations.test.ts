// How the poller looks at the settings of servers in running waves: at a pace, within a budget, and without failing.
import { expect, it } from 'vitest';
import { defaultSettingsSeconds as roundSeconds } from '../../src/flow/poll/look.ts';
import { serversPerTick } from '../../src/flow/poll/look-at-configurations.ts';
import { place } from '../../src/flow/records/place.ts';
import { accountId, ready, region } from '../simulator/rig.ts';
import { aFlow, aWave, type Flow, planned, refused, serverId, target } from './_recorder.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const calls = (flow: Flow) => flow.called('GetLaunchConfiguration');
const pace = async (flow: Flow) => (await flow.body(place.target(target)))?.configuration;
const told = (flow: Flow, type: string) => flow.events.filter((event) => event.detailType === type);
const call = (flow: Flow, operation: string, input: object) =>
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

it('looks at nothing where no wave runs', async () => {
  const flow = aFlow([ready(1)]);
  await flow.tick();
  await flow.tick(roundSeconds);
  expect(calls(flow)).toBe(0);
  expect(flow.called('DescribeLaunchTemplates')).toBe(0);
});

it('goes through a wave by so many servers a tick, then rests for hours and writes nothing', async () => {
  const count = 2 * serversPerTick + 3;
  const flow = aFlow(numbers(count).map((n) => ready(n)));
  await aWave(
    flow,
    numbers(count).map((n) => planned(n)),
  );
  for (const looked of [serversPerTick, 2 * serversPerTick, count, count]) {
    await flow.tick(900);
    expect(calls(flow)).toBe(looked);
  }
  expect(await flow.all(place.baseline(target, ''))).toHaveLength(count);
  expect(await pace(flow)).toMatchObject({ waves: ['p.w'], round: null, refused: null });
  flow.writes.length = 0;
  await flow.tick(roundSeconds);
  for (let n = 0; n < 3; n += 1) await flow.tick(900);
  expect(calls(flow)).toBe(2 * count);
  expect(flow.writes.filter((where) => /^(baselines|servers)/.test(where))).toEqual([]);
  expect(told(flow, 'Source Server Configuration Drift Change')).toEqual([]);
});

it('takes a refused look for no failed tick, notes it, and tries again with the next round', async () => {
  const flow = aFlow([ready(1)]);
  await aWave(flow, [planned(1)]);
  flow.force.getLaunchConfiguration = async () => refused('access-denied');
  expect(await flow.tick(900)).toMatchObject({ tick: 'done' });
  expect(await pace(flow)).toMatchObject({
    refused: { reason: 'access-denied-error: said no' },
    round: null,
  });
  delete flow.force.getLaunchConfiguration;
  await flow.tick(900);
  expect(calls(flow)).toBe(0);
  await flow.tick(roundSeconds);
  expect(await pace(flow)).toMatchObject({ refused: null });
  expect(await flow.body(place.baseline(target, serverId(1)))).toMatchObject({ wave: 'p.w' });
});

it('goes on where it was throttled', async () => {
  const flow = aFlow([ready(1), ready(2)]);
  await aWave(flow, [planned(1), planned(2)]);
  let asked = 0;
  flow.force.getReplicationConfiguration = async (id) => {
    asked += 1;
    return asked === 2 ? refused('throttled') : flow.real.getReplicationConfiguration(id);
  };
  await flow.tick(900);
  expect(await pace(flow)).toMatchObject({ round: { after: serverId(1) } });
  await flow.tick();
  expect(await pace(flow)).toMatchObject({ round: null, refused: null });
  expect(asked).toBe(3);
});

it('tells a drift in one write with what is on record, once however often a tick dies', async () => {
  const flow = aFlow([ready(1)]);
  await aWave(flow, [planned(1)]);
  await flow.tick(900);
  call(flow, 'UpdateLaunchConfiguration', { sourceServerID: serverId(1), copyTags: false });
  flow.hooks.publishes = () => {
    throw new Error('died');
  };
  await expect(flow.tick(roundSeconds)).rejects.toThrow('died');
  expect((await flow.body(place.server(target, serverId(1))))?.drift).toEqual({
    'launch-configuration': [{ field: 'copyTags', expected: 'true', actual: 'false' }],
  });
  delete flow.hooks.publishes;
  await flow.tick(600);
  await flow.tick(roundSeconds);
  const drift = told(flow, 'Source Server Configuration Drift Change');
  expect(drift.map(({ detail }) => detail['differences'])).toEqual([1]);
});

it('tells a template of the account that was added, changed and removed, each once', async () => {
  const flow = aFlow([ready(1)]);
  await aWave(flow, [planned(1)]);
  await flow.tick(900);
  const made = JSON.parse(call(flow, 'CreateLaunchConfigurationTemplate', { copyTags: true }).body);
  const id = made.launchConfigurationTemplateID;
  const named = { launchConfigurationTemplateID: id };
  await flow.tick(3600);
  call(flow, 'UpdateLaunchConfigurationTemplate', { ...named, copyTags: false });
  await flow.tick(3600);
  await flow.tick(3600);
  call(flow, 'DeleteLaunchConfigurationTemplate', named);
  await flow.tick(3600);
  const events = told(flow, 'Target Template Drift Change').map(({ detail }) => detail);
  expect(events.map(({ changes }) => changes)).toMatchObject([
    [{ templateId: id, kind: 'launch', news: 'added' }],
    [
      {
        templateId: id,
        news: 'changed',
        fields: [{ field: 'copyTags', previous: 'true', current: 'false' }],
      },
    ],
    [{ templateId: id, news: 'removed' }],
  ]);
  expect(events[1]?.['previous']).toEqual(events[0]?.['current']);
  expect(events[2]?.['current']).toEqual({});
});
