// What the wave machine has done of launch configurations of DRS: looked at, set, refused, repeated, put back, and never a reason to
// keep a server from being recovered; against the simulator behind the SDK.
import { describe, expect, it } from 'vitest';
import { simulatedDrsServers, simulatedDrsSettings } from '../../src/cli/_wiring.ts';
import type { Phase } from '../../src/core/plan/settings.ts';
import { mergedSettings } from '../../src/core/plan/settings-for.ts';
import { runOrder } from '../../src/flow/operate/run-order.ts';
import { statusOf } from '../../src/flow/operate/status-of.ts';
import { defaultSettingsSeconds as roundSeconds } from '../../src/flow/poll/look.ts';
import type { DrsServerSettingsApi } from '../../src/flow/ports.ts';
import { place } from '../../src/flow/records/place.ts';
import { startPlan } from '../../src/flow/start-wave.ts';
import { applyWaveSettings } from '../../src/flow/steps/apply-wave-settings.ts';
import { leaveUnset } from '../../src/flow/steps/leave-unset.ts';
import { nextStage } from '../../src/flow/steps/next-stage.ts';
import { prepareWave } from '../../src/flow/steps/prepare-wave.ts';
import { aPolicy } from '../core/_factories.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { drsTemplates, join } from './_drs-templates.ts';
import { aFlow, drsTarget, executionOf, machine, machines, refused, subject } from './_recorder.ts';

const wishes = {
  template: { copyTags: true, targetInstanceTypeRightSizingMethod: 'NONE' },
  launchActions: { [join]: { name: 'join', actionCode: 'AWS-RunShellScript', order: 1001 } },
  launchTemplate: { instanceType: 'm5.xlarge', httpTokens: 'required' },
};

async function rig(phase: 'drill' | 'recover' = 'drill', spec: object = wishes) {
  const flow = aFlow([1, 2].map((n) => aDrsServer(n)));
  const people = drsTemplates(
    simulatedDrsSettings(flow.simulator)(drsTarget),
    flow.ports.clock,
    flow.ports.store,
  );
  const { servers } = await people.wantedOf(spec);
  const kind = phase === 'drill' ? 'Drill' : 'Recovery';
  await startPlan(
    flow.ports,
    {
      ...{ name: 'p', hash: 'h1' },
      waves: [
        {
          ...{ name: 'w', dependsOn: [], policy: aPolicy(), tiers: [] },
          servers: servers.map(({ target, server, hostname, ...wanted }) => ({
            sourceServerId: server,
            arn: String(aDrsServer(Number(server.slice(2)))['arn']),
            target,
            ...(hostname === null ? {} : { hostname }),
            tier: 0,
            settings: {
              ...mergedSettings([], kind),
              desired: { apply: 'by-policy' as const },
              launchWith: { configuration: 'baseline', wanted },
            },
          })),
        },
      ],
    },
    machine('wave'),
  );
  await flow.drsTick();
  const execution = executionOf(machine('wave'), subject.wave);
  const own = { ...machines, [phase]: machine(phase) };
  await prepareWave(flow.ports, { subject, machines: own, execution });
  const real = simulatedDrsServers(flow.simulator)(drsTarget);
  const force: Partial<{ -readonly [K in keyof DrsServerSettingsApi]: DrsServerSettingsApi[K] }> =
    {};
  const api: DrsServerSettingsApi = new Proxy(real, {
    get: (known, name) => Reflect.get(force, name) ?? Reflect.get(known, name),
  });
  const ports = {
    ...flow.ports,
    drsSettingsOf: () => api,
    rest: async (seconds: number) => flow.advance(seconds),
  };
  const asks: Phase = phase;
  const has = (ask: 'compare-settings' | 'apply-settings', retryCount = 0) =>
    applyWaveSettings(ports, {
      ...{ subject, ask, phase: asks, retryCount },
      servers: [drsId(1), drsId(2)],
    });
  const memberOf = (n: number) => flow.body(place.waveServer(subject.wave, drsId(n)));
  const courses = async () => [
    (await memberOf(1))?.desiredCourse,
    (await memberOf(2))?.desiredCourse,
  ];
  const told = (detailType: string) =>
    flow.events.filter((one) => one.detailType === detailType).map(({ detail }) => detail);
  const state = (n: number) => people.state([drsId(n)]);
  return { flow, people, real, force, has, courses, told, state };
}

describe('servers of DRS in a wave', () => {
  it('are looked at once, set once by one call each, told, and put back by the file’s name', async () => {
    const r = await rig();
    const before = await r.people.state([drsId(1), drsId(2)]);
    expect(await r.has('compare-settings')).toEqual({ servers: 2 });
    expect(await r.has('compare-settings')).toEqual({ servers: 0 });
    expect(await r.courses()).toMatchObject([
      { compared: { differences: 5, obstacles: [] }, applied: null },
      { compared: { differences: 5 }, applied: null },
    ]);
    expect(r.told('Wave Server Settings Compared')).toMatchObject([
      { phase: 'drill', differences: 5 },
      { differences: 5 },
    ]);
    const [wave] = (await statusOf(r.flow.ports)).plans[0]?.waves ?? [];
    expect(wave?.members[0]?.settings).toMatchObject({ apply: 'by-policy', differences: 5 });
    expect(r.flow.called('UpdateLaunchConfiguration')).toBe(0);

    expect(await r.has('apply-settings')).toEqual({ servers: 2 });
    expect(await r.has('apply-settings')).toEqual({ servers: 0 });
    expect(await r.courses()).toMatchObject([
      { applied: { status: 'done' } },
      { applied: { status: 'done' } },
    ]);
    expect(r.flow.called('UpdateLaunchConfiguration')).toBe(2);
    expect(r.flow.called('CreateLaunchTemplateVersion')).toBe(2);
    expect((await r.people.plan(wishes)).servers).toMatchObject([
      { comparison: { changes: [] } },
      { comparison: { changes: [] } },
    ]);
    // The account's template is for people.
    expect(r.flow.called('CreateLaunchConfigurationTemplate')).toBe(0);

    await r.flow.drsTick();
    expect(r.told('Source Server Settings Applied')).toMatchObject([
      { sourceServerId: drsId(1), plan: 'p', by: 'plan/p', differences: 5, left: 0 },
      { sourceServerId: drsId(2), plan: 'p', by: 'plan/p', differences: 5, left: 0 },
    ]);
    const record = await r.flow.body(place.settings(drsTarget, drsId(1)));
    expect(record).toMatchObject({ plan: 'baseline', log: [{ what: 'apply', by: 'plan/p' }] });
    expect(await r.people.restore()).toMatchObject([{ status: 'done' }, { status: 'done' }]);
    const after = await r.people.state([drsId(1), drsId(2)]);
    expect(after.servers.map(({ template }) => template)).toEqual(
      before.servers.map(({ template }) => template),
    );
    expect(after.servers.map(({ actions }) => actions)).toEqual([[], []]);
  });

  it('of which the account’s template says otherwise are told no drift of', async () => {
    const r = await rig();
    const drifts = () => r.told('Source Server Configuration Drift Change');
    const made = await r.people.real.createLaunchConfigurationTemplate(
      { copyTags: false, copyPrivateIp: false },
      {},
    );
    expect(made.ok).toBe(true);
    await r.flow.drsTick(0);
    await r.flow.drsTick(roundSeconds);
    // Between any two calls that set servers the poller looks at everything.
    for (const name of ['updateLaunchConfiguration', 'putLaunchAction'] as const) {
      r.force[name] = async (id: string, given: object) => {
        const answer = await r.real[name](id, { ...given });
        await r.flow.drsTick(roundSeconds);
        return answer;
      };
    }
    await r.has('apply-settings');
    await r.flow.drsTick(roundSeconds);
    await r.flow.drsTick(roundSeconds);
    expect(drifts()).toEqual([]);
    await r.real.updateLaunchConfiguration(drsId(2), { copyPrivateIp: true });
    await r.flow.drsTick(roundSeconds);
    expect(drifts()).toMatchObject([
      { sourceServerId: drsId(2), current: [{ field: 'copyPrivateIp', actual: 'true' }] },
    ]);
  });

  it('are left where persons ordered otherwise meanwhile', async () => {
    const r = await rig();
    await runOrder(r.flow.ports, {
      ...{ order: 'pause', by: 'joe', reason: 'wait' },
      scope: { kind: 'servers', wave: subject.wave, servers: [drsId(1)] },
    });
    expect(await r.has('apply-settings')).toEqual({ servers: 1 });
    expect(await r.courses()).toMatchObject([undefined, { applied: { status: 'done' } }]);
  });

  it('are tried again where AWS refuses for now, go on where it broke off, and fail at last', async () => {
    const r = await rig();
    r.force.updateLaunchConfiguration = async (id, fields) =>
      id === drsId(2) ? refused('throttled') : r.real.updateLaunchConfiguration(id, fields);
    await expect(r.has('apply-settings')).rejects.toMatchObject({ name: 'TransientFailure' });
    await expect(r.has('apply-settings', 5)).rejects.toMatchObject({ name: 'TransientFailure' });
    expect(await r.has('apply-settings', 6)).toEqual({ servers: 1 });
    const [first, second] = await r.courses();
    expect(first?.applied).toMatchObject({ status: 'done' });
    expect(second?.applied).toMatchObject({ status: 'partly' });
    expect(second?.applied?.because).toContain('UpdateLaunchConfiguration was refused');
    await r.flow.drsTick();
    // Each try is told with what it left.
    const ends = r
      .told('Source Server Settings Applied')
      .map((one) => [one['sourceServerId'], one['left']]);
    expect(ends).toEqual([[drsId(1), 0], ...Array.from({ length: 3 }, () => [drsId(2), 5])]);
  });

  it('that were set by a call whose answer was lost are found set, and that is told', async () => {
    const r = await rig('drill', { template: { copyTags: true } });
    let lost = false;
    r.force.updateLaunchConfiguration = async (id, fields) => {
      await r.real.updateLaunchConfiguration(id, fields);
      lost = id === drsId(1);
      if (lost) throw new Error('the process died');
      return r.real.getLaunchConfiguration(id);
    };
    await expect(r.has('apply-settings')).rejects.toThrow('the process died');
    r.force.updateLaunchConfiguration = r.real.updateLaunchConfiguration;
    expect(await r.has('apply-settings')).toEqual({ servers: 2 });
    expect(await r.courses()).toMatchObject([
      { applied: { status: 'same' } },
      { applied: { status: 'done' } },
    ]);
    await r.flow.drsTick();
    expect(r.told('Source Server Settings Applied')).toMatchObject([
      { sourceServerId: drsId(1), differences: 1, left: 0 },
      { sourceServerId: drsId(2), differences: 1, left: 0 },
    ]);
  });
});

describe('servers of DRS in a recovery', () => {
  const runs = { action: 'run', servers: [{ server: drsId(1) }, { server: drsId(2) }] };

  it('are set before they are launched', async () => {
    const r = await rig('recover');
    const stage = () => nextStage(r.flow.ports, { subject });
    expect(await stage()).toMatchObject({ action: 'compare-settings' });
    await r.has('compare-settings');
    expect(await stage()).toMatchObject({ action: 'apply-settings' });
    await r.has('apply-settings');
    expect(await stage()).toMatchObject(runs);
  });

  it('are not waited for: what is refused for now is told, and they are recovered as they are', async () => {
    const r = await rig('recover');
    r.force.describeSourceServers = async () => refused('throttled');
    expect(await r.has('compare-settings')).toEqual({ servers: 2 });
    expect(await r.has('apply-settings')).toEqual({ servers: 2 });
    expect(await r.courses()).toMatchObject([
      { applied: { status: 'refused' } },
      { applied: { status: 'refused' } },
    ]);
    const last = r.told('Wave Server Settings Compared').at(-1);
    expect(JSON.stringify(last?.['obstacles'])).toMatch(/recovered as it is: .*was refused/);
    expect(await nextStage(r.flow.ports, { subject })).toMatchObject(runs);
  });

  it('are set for a minute at most; those behind are recovered as they are', async () => {
    const r = await rig('recover');
    r.force.updateLaunchConfiguration = async (id, fields) => {
      r.flow.advance(61);
      return r.real.updateLaunchConfiguration(id, fields);
    };
    await r.has('apply-settings');
    expect(await r.courses()).toMatchObject([
      { applied: { status: 'done' } },
      { applied: { status: 'refused', because: 'the recovery waits no longer for its settings' } },
    ]);
    expect(await nextStage(r.flow.ports, { subject })).toMatchObject(runs);
  });

  it('whose function has failed are recovered as they are, told once', async () => {
    const r = await rig('recover');
    expect(await nextStage(r.flow.ports, { subject })).toMatchObject({
      action: 'compare-settings',
    });
    const unset = [drsId(1), drsId(2)];
    expect(await nextStage(r.flow.ports, { subject, unset })).toMatchObject(runs);
    await leaveUnset(r.flow.ports, subject.wave, unset);
    expect(r.told('Wave Server Settings Compared')).toHaveLength(2);
    expect(r.flow.called('UpdateLaunchConfiguration')).toBe(0);
  });
});
