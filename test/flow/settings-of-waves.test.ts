// What the wave machine has done of desired settings: looked at, set, refused, repeated; against the simulator behind the SDK.
import { describe, expect, it } from 'vitest';
import { simulatedSettings } from '../../src/cli/_wiring.ts';
import type { Desired } from '../../src/core/plan/desired.ts';
import { runOrder } from '../../src/flow/operate/run-order.ts';
import { statusOf } from '../../src/flow/operate/status-of.ts';
import type { SettingsApi } from '../../src/flow/ports.ts';
import { place } from '../../src/flow/records/place.ts';
import { applyWaveSettings } from '../../src/flow/steps/apply-wave-settings.ts';
import { ready } from '../simulator/rig.ts';
import {
  aFlow,
  aWave,
  memberOf,
  planned,
  refused,
  serverId,
  subject,
  target,
} from './_recorder.ts';

const desired: Desired = {
  apply: 'by-policy',
  launchConfiguration: { targetInstanceTypeRightSizingMethod: 'NONE', copyTags: false },
  launchTemplate: { instanceType: 'm5.xlarge' },
};

async function rig(wanted: Desired = desired) {
  const flow = aFlow([ready(1), ready(2)]);
  await aWave(flow, [planned(1, { desired: wanted }), planned(2, { desired: wanted })]);
  const real = simulatedSettings(flow.simulator, 'function')(target);
  const force: Partial<{ -readonly [K in keyof SettingsApi]: SettingsApi[K] }> = {};
  const api: SettingsApi = new Proxy(real, {
    get: (known, name) => Reflect.get(force, name) ?? Reflect.get(known, name),
  });
  const ports = { ...flow.ports, settingsOf: () => api, rest: async () => {} };
  const has = (ask: 'compare-settings' | 'apply-settings', retryCount = 0) =>
    applyWaveSettings(ports, {
      ...{ subject, ask, phase: 'test', retryCount },
      servers: [serverId(1), serverId(2)],
    });
  const courses = async () => [
    (await memberOf(flow, 1)).desiredCourse,
    (await memberOf(flow, 2)).desiredCourse,
  ];
  const compared = () =>
    flow.events.filter((one) => one.detailType === 'Wave Server Settings Compared');
  const launches = () =>
    flow.calls.filter(({ operation }) => operation === 'UpdateLaunchConfiguration').length;
  return { flow, force, has, courses, compared, launches };
}

describe('servers of a wave', () => {
  it('are looked at once and set once, however often it is asked for', async () => {
    const r = await rig();
    expect(await r.has('compare-settings')).toEqual({ servers: 2 });
    expect(await r.courses()).toMatchObject([
      { compared: { differences: 3, obstacles: [] }, applied: null },
      { compared: { differences: 3 }, applied: null },
    ]);
    expect(await r.has('compare-settings')).toEqual({ servers: 0 });
    expect(r.compared()).toHaveLength(2);
    const [wave] = (await statusOf(r.flow.ports)).plans[0]?.waves ?? [];
    expect(wave?.members.map(({ settings }) => settings)).toMatchObject([
      { apply: 'by-policy', differences: 3, end: 'none', obstacles: [] },
      { differences: 3 },
    ]);
    expect(r.launches()).toBe(0);

    expect(await r.has('apply-settings')).toEqual({ servers: 2 });
    expect(await r.courses()).toMatchObject([
      { applied: { status: 'done' } },
      { applied: { status: 'done' } },
    ]);
    expect(r.launches()).toBe(2);
    expect(await r.has('apply-settings')).toEqual({ servers: 0 });
    const record = await r.flow.body(place.settings(target, serverId(1)));
    expect(record?.log).toMatchObject([{ what: 'apply', by: 'plan/p' }]);
  });

  it('are left where persons ordered otherwise meanwhile', async () => {
    const r = await rig();
    await runOrder(r.flow.ports, {
      ...{ order: 'pause', by: 'joe', reason: 'wait' },
      scope: { kind: 'servers', wave: subject.wave, servers: [serverId(1)] },
    });
    expect(await r.has('apply-settings')).toEqual({ servers: 1 });
    expect(await r.courses()).toMatchObject([undefined, { applied: { status: 'done' } }]);
    await runOrder(r.flow.ports, {
      ...{ order: 'abort', by: 'joe', reason: 'enough' },
      scope: { kind: 'wave', wave: subject.wave },
    });
    expect(await r.has('apply-settings')).toEqual({ servers: 0 });
  });

  it('are tried again where AWS refuses for now, go on where it broke off, and fail at last', async () => {
    const r = await rig();
    const set: string[] = [];
    const real = simulatedSettings(r.flow.simulator, 'function')(target);
    r.force.updateLaunchConfiguration = async (id, fields) => {
      if (id === serverId(2)) return refused('throttled');
      set.push(id);
      return real.updateLaunchConfiguration(id, fields);
    };
    await expect(r.has('apply-settings')).rejects.toMatchObject({ name: 'TransientFailure' });
    await expect(r.has('apply-settings', 5)).rejects.toMatchObject({ name: 'TransientFailure' });
    expect(await r.has('apply-settings', 6)).toEqual({ servers: 1 });
    expect(set).toEqual([serverId(1)]);
    const [first, second] = await r.courses();
    expect(first?.applied).toMatchObject({ status: 'done' });
    expect(second?.applied).toMatchObject({ status: 'partly' });
    expect(second?.applied?.because).toContain('UpdateLaunchConfiguration was refused');
  });

  it('that are half set are on record as they were, each setting, with what stopped it', async () => {
    const r = await rig();
    r.force.createTemplateVersion = async () => refused('access-denied');
    expect(await r.has('apply-settings')).toEqual({ servers: 2 });
    expect(await r.courses()).toMatchObject([
      { applied: { status: 'partly' } },
      { applied: { status: 'partly' } },
    ]);
    const record = await r.flow.body(place.settings(target, serverId(1)));
    expect(record?.fields).toMatchObject([
      { field: 'targetInstanceTypeRightSizingMethod', before: 'BASIC', ours: ['NONE'] },
      { field: 'copyTags', before: true, ours: [false] },
    ]);
    const told = () =>
      r.flow.events.filter((one) => one.detailType === 'Source Server Settings Applied');
    expect(told()).toEqual([]);
    await r.flow.tick(3600);
    await r.flow.tick(3600);
    expect(told().map(({ detail }) => detail)).toMatchObject([
      { sourceServerId: serverId(1), by: 'plan/p', differences: 3, left: 1 },
      { sourceServerId: serverId(2), differences: 3, left: 1 },
    ]);
    expect(told()[0]?.detail['because']).toContain('CreateLaunchTemplateVersion was refused');
  });

  it('that cannot be set say so before anybody approves, and are not touched', async () => {
    const r = await rig({
      ...desired,
      postLaunchActions: { actions: { 'join-domain': { active: true } } },
    });
    await r.has('compare-settings');
    expect(r.compared()[0]?.detail).toMatchObject({ differences: 3 });
    expect(JSON.stringify(r.compared()[0]?.detail['obstacles'])).toContain('join-domain');
    await r.has('apply-settings');
    expect((await r.courses())[0]?.applied).toMatchObject({ status: 'refused' });
    expect(r.launches()).toBe(0);
  });
});
