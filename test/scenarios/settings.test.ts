// A plan says what its servers shall be set to: a person looks, applies it while the wave waits, the wave goes on with it, and
// afterwards it is put back.
import { expect, test } from 'vitest';
import { simulatedServices, simulatedSettings } from '../../src/cli/_wiring.ts';
import type { Target } from '../../src/core/target.ts';
import { approve } from '../../src/flow/operate/approve.ts';
import type { Ports, SettingsApi } from '../../src/flow/ports.ts';
import { applySettings, type SettingsResult } from '../../src/flow/settings/apply-settings.ts';
import {
  compareSettings,
  type ServerAsked,
  type ServerCompared,
} from '../../src/flow/settings/compare-settings.ts';
import { appliedIn, restoreSettings } from '../../src/flow/settings/restore-settings.ts';
import type { SettingsPorts } from '../../src/flow/settings/settings-ports.ts';
import { inSync, serverId } from './_fleet.ts';
import { later, when } from './_operator.ts';
import { brisk, eventsOf, expectPromisesKept, planOf, rehearse } from './_rehearse.ts';

const spec = `
{
  defaults: {
    phases: [replicate, test],
    gates: { test: { approval: { timeout: P2D } } },
    policy: { outOfBand: hold },
    desired: {
      launchConfiguration: { targetInstanceTypeRightSizingMethod: NONE, copyTags: false },
      replicationConfiguration: { bandwidthThrottling: 100 },
      launchTemplate: { instanceType: m5.xlarge, httpTokens: required },
    },
  },
  waves: [{ name: wave-1, servers: { all: true } }],
  servers: [{ servers: { ids: [${serverId(2)}] }, desired: { launchTemplate: { instanceType: r5.large } } }],
}`.replaceAll('\n', ' ');
const order = { plan: 'story', by: 'ada', reason: 'CHG-1' };

test('what is applied while the wave waits is what it launches with, no drift, and is put back afterwards', async () => {
  const fleet = [inSync(1), inSync(2)];
  const asked = planOf(spec, fleet).waves.flatMap(({ servers }) =>
    servers.map(
      ({ sourceServerId, target, settings }): ServerAsked => ({
        ...{ server: sourceServerId, hostname: null, wave: 'story.wave-1', target },
        desired: settings.desired ?? {},
      }),
    ),
  );
  let settingsOf: ((target: Target) => SettingsApi) | undefined;
  const with_ = ({ clock, store }: Ports): SettingsPorts => ({
    ...{ clock, store },
    settingsOf: (target) => {
      if (settingsOf === undefined) throw new Error('no simulator yet');
      return settingsOf(target);
    },
    rest: async () => {},
  });
  const looks: (readonly ServerCompared[])[] = [];
  const results: SettingsResult[] = [];
  const changesOf = (look: readonly ServerCompared[] = []) =>
    look.map((one) => (one.is === 'compared' ? one.comparison.changes.length : one.is));
  let launchedAs: readonly unknown[] = [];
  const told = await rehearse({
    fleet,
    spec,
    parameters: brisk,
    services: (simulator) => {
      settingsOf = simulatedSettings(simulator);
      return simulatedServices(simulator);
    },
    around: later([
      {
        afterSeconds: 2 * 3600,
        act: async (ports) => {
          looks.push(await compareSettings(with_(ports), asked));
          for (const one of asked) results.push(await applySettings(with_(ports), order, one));
          looks.push(await compareSettings(with_(ports), asked));
        },
      },
      {
        // A round of looks and several of the launch templates later.
        afterSeconds: 13 * 3600,
        act: (ports) =>
          approve(ports, {
            ...{ wave: 'story.wave-1', phase: 'test', by: 'ben', reason: 'go' },
            decision: 'approved',
          }),
      },
      {
        afterSeconds: 20 * 3600,
        act: async (ports) => {
          const targets = asked.slice(0, 1).map(({ target }) => target);
          for (const one of await appliedIn(ports, targets)) {
            const how = { ...order, force: false, dryRun: false };
            results.push(await restoreSettings(with_(ports), how, one));
          }
          looks.push(await compareSettings(with_(ports), asked));
        },
      },
    ]),
    whenTold: [
      when('Source Server Launch Result', undefined, async ({ serviceOf }) => {
        const targets = asked.slice(0, 1).map(({ target }) => target);
        for (const target of targets) {
          const running = await serviceOf(target).describeRunningInstances();
          launchedAs = running.ok ? running.value.map(({ instanceType }) => instanceType) : [];
        }
      }),
    ],
    // Another round of looks.
    goOnSeconds: 12 * 3600,
  });
  expect(results.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);
  expect(looks.map(changesOf)).toEqual([
    [5, 5],
    [0, 0],
    [5, 5],
  ]);
  expect([...launchedAs].sort()).toEqual(['m5.xlarge', 'r5.large']);
  expect(eventsOf(told, 'Source Server Configuration Drift Change')).toEqual([]);
  expect(eventsOf(told, 'Wave Server Held')).toEqual([]);
  expect(eventsOf(told, 'Wave Preflight Blocked')).toEqual([]);
  expect(Object.values(told.ends).map(({ outcome }) => outcome)).toEqual([
    'succeeded',
    'succeeded',
  ]);
  expectPromisesKept(told);
});
