// A plan has its wave apply what servers shall be set to: the difference is shown to whoever approves, it is set before the
// first launch, the wave goes on with it, and it can be put back.
import { describe, expect, test } from 'vitest';
import { simulatedServices, simulatedSettings } from '../../src/cli/_wiring.ts';
import { targetOfArn } from '../../src/core/target.ts';
import { secondsBetween } from '../../src/core/time.ts';
import { approve } from '../../src/flow/operate/approve.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { read } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import { appliedIn, restoreSettings } from '../../src/flow/settings/restore-settings.ts';
import { inSync, serverId } from './_fleet.ts';
import { later, Operator, servers, wave, when } from './_operator.ts';
import {
  brisk,
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  type Story,
  type Told,
} from './_rehearse.ts';

const fleet = [inSync(1), inSync(2)];
const wanted = (apply: string, more = '') =>
  `desired: { apply: ${apply}, launchConfiguration: { targetInstanceTypeRightSizingMethod: NONE, copyTags: false }, launchTemplate: { instanceType: m5.xlarge }${more} }`;
const planned = (defaults: string) =>
  `{ defaults: { phases: [replicate, test], policy: { outOfBand: hold }, ${defaults} }, waves: [{ name: wave-1, servers: { all: true } }] }`;
const settingCalls = [
  'UpdateLaunchConfiguration',
  'UpdateReplicationConfiguration',
  'PutSourceServerAction',
  'CreateLaunchTemplateVersion',
  'ModifyLaunchTemplate',
];
const callsOf = ({ logs }: Told) =>
  logs.api.filter(({ operation }) => settingCalls.includes(operation));
const answering = (decision: 'approved' | 'denied'): Story['whenTold'] => [
  when('Wave Approval Requested', 'test', (ports) =>
    approve(ports, { wave, phase: 'test', by: 'ben', reason: 'CHG-7', decision }),
  ),
];

describe('settings that are applied on approval', () => {
  test('are shown first, set once it is given, launched with, and put back', async () => {
    let before: readonly unknown[] = [];
    let byPerson: Ports['settingsOf'] | undefined;
    const applied: unknown[] = [];
    const restored: string[] = [];
    const told = await rehearse({
      fleet,
      spec: planned(`gates: { test: { approval: {} } }, ${wanted('on-approval')}`),
      parameters: brisk,
      services: (simulator) => {
        byPerson = simulatedSettings(simulator);
        return simulatedServices(simulator);
      },
      around: later([
        {
          afterSeconds: 2 * 3600,
          act: async (ports) => {
            for (const one of await appliedIn(ports, [target])) {
              applied.push(one.applied.log);
              const order = { plan: 'story', by: 'ada', reason: 'called off' };
              const how = { ...order, force: false, dryRun: false };
              restored.push(
                (
                  await restoreSettings(
                    { ...ports, settingsOf: byPerson ?? never(), rest },
                    how,
                    one,
                  )
                ).status,
              );
            }
          },
        },
      ]),
      whenTold: [
        when('Wave Approval Requested', 'test', async (ports) => {
          before = await Promise.all(
            [1, 2].map(async (n) => (await settingsRecord(ports, n))?.fields),
          );
          return approve(ports, {
            ...{ wave, phase: 'test', by: 'ben', reason: 'CHG-7', decision: 'approved' },
          });
        }),
      ],
      goOnSeconds: 3 * 3600,
    });
    expect(before).toEqual([undefined, undefined]);
    expect(eventsOf(told, 'Wave Approval Requested')).toMatchObject([
      { settings: { servers: 2, differences: 6 } },
    ]);
    expect(eventsOf(told, 'Wave Server Settings Compared')).toMatchObject([
      {
        phase: 'test',
        differences: 3,
        obstacles: [],
        settings: [
          {
            aspect: 'launch-configuration',
            field: 'targetInstanceTypeRightSizingMethod',
            to: 'NONE',
          },
          { aspect: 'launch-configuration', field: 'copyTags', from: 'true', to: 'false' },
          { aspect: 'launch-template', field: 'instanceType', to: 'm5.xlarge' },
        ],
      },
      { differences: 3 },
    ]);
    const [given] = told.logs.events.filter((one) => one['detail-type'] === 'Wave Approval Given');
    const launched = told.logs.api.findIndex(({ operation }) => operation === 'StartTest');
    const calls = callsOf(told).filter((call) => told.logs.api.indexOf(call) < launched);
    expect(calls.map(({ operation }) => operation).toSorted()).toEqual([
      ...['CreateLaunchTemplateVersion', 'CreateLaunchTemplateVersion', 'ModifyLaunchTemplate'],
      ...['ModifyLaunchTemplate', 'UpdateLaunchConfiguration', 'UpdateLaunchConfiguration'],
    ]);
    const approvedAt = String(given?.detail['observedAt']);
    expect(calls.every(({ at }) => secondsBetween(approvedAt, at) >= 0)).toBe(true);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(eventsOf(told, 'Source Server Configuration Drift Change')).toEqual([]);
    expect(eventsOf(told, 'Source Server Out-of-Band Action')).toEqual([]);
    const applications = eventsOf(told, 'Source Server Settings Applied');
    expect(applications).toMatchObject([
      { plan: 'story', by: 'ben', differences: 3, left: 0 },
      { plan: 'story', by: 'ben', differences: 3, left: 0 },
    ]);
    expect(eventsOf(told, 'Source Server Settings Restored')).toMatchObject([
      { by: 'ada', reason: 'called off', differences: 3, left: 0 },
      { by: 'ada', reason: 'called off', differences: 3, left: 0 },
    ]);
    expectPromisesKept(told);
    expect(applied).toMatchObject([[{ what: 'apply', by: 'ben' }], [{ what: 'apply', by: 'ben' }]]);
    expect(restored).toEqual(['done', 'done']);
  });

  test('are not set where it is denied', async () => {
    const told = await rehearse({
      fleet,
      spec: planned(`gates: { test: { approval: {} } }, ${wanted('on-approval')}`),
      parameters: brisk,
      whenTold: answering('denied') ?? [],
    });
    expect(endings(told)).toEqual(['1 skipped ApprovalDenied', '2 skipped ApprovalDenied']);
    expect(callsOf(told)).toEqual([]);
    expectPromisesKept(told);
  });

  test('want people, also where a policy would open the gate', async () => {
    const spec = (apply: string) =>
      planned(
        `gates: { test: { approval: { policy: all-clear, when: [no-failures], timeout: PT6H } } }, ${wanted(apply)}`,
      );
    const asked = await rehearse({ fleet, spec: spec('on-approval'), parameters: brisk });
    expect(eventsOf(asked, 'Wave Approval Requested')).toMatchObject([
      {
        judged: [
          { check: 'no-failures', holds: true },
          {
            check: 'nothing-to-set',
            holds: false,
            found: '0 of 2 servers are set as the plan wants',
          },
        ],
      },
    ]);
    expect(endings(asked)).toEqual(['1 skipped ApprovalExpired', '2 skipped ApprovalExpired']);
    expect(callsOf(asked)).toEqual([]);
    const opened = await rehearse({ fleet, spec: spec('by-policy'), parameters: brisk });
    expect(endings(opened)).toEqual(['1 succeeded', '2 succeeded']);
    expect(callsOf(opened)).toHaveLength(6);
  });
});

describe('settings that are applied by policy', () => {
  test('are set before the first launch where no gate is', async () => {
    const told = await rehearse({
      fleet,
      spec: planned(wanted('by-policy')),
      parameters: brisk,
      goOnSeconds: 13 * 3600,
    });
    expect(callsOf(told)).toHaveLength(6);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(eventsOf(told, 'Source Server Configuration Drift Change')).toEqual([]);
    expect(eventsOf(told, 'Source Server Out-of-Band Action')).toEqual([]);
    expectPromisesKept(told);
  });

  test('fail the one server that cannot be set; the others go on, and it is retried once the plan’s action is there', async () => {
    const operator = new Operator();
    let tries = 0;
    const told = await rehearse({
      fleet,
      spec: `{ defaults: { phases: [replicate, test] }, waves: [{ name: wave-1, servers: { all: true }, ${wanted('by-policy')} }], servers: [{ servers: { ids: [${serverId(2)}] }, desired: { postLaunchActions: { actions: { join-domain: { active: true } } } } }] }`,
      parameters: brisk,
      whenTold: [
        when('Wave Server Outcome', undefined, async (ports) => {
          tries += 1;
          if (tries === 1) await operator.gives(ports, 'retry', servers(2));
        }),
      ],
    });
    expect(operator.answers).toEqual(['done']);
    expect(endings(told)).toEqual(['1 succeeded', '2 failed SettingsNotApplied']);
    expect(told.ends[serverId(2)]?.reason).toContain('join-domain');
    // It was looked at and refused twice, and nothing of it was set or launched.
    const ofSecond = eventsOf(told, 'Wave Server Settings Compared').filter(
      (detail) => detail['sourceServerId'] === serverId(2),
    );
    expect(ofSecond).toHaveLength(2);
    expect(callsOf(told)).toHaveLength(3);
    expectPromisesKept(told);
  });
});

const { target } = targetOfArn(String(fleet[0]?.['arn'])) ?? never();
const rest = async () => {};

function never(): never {
  throw new Error('the fleet has no ARN');
}

async function settingsRecord(ports: Ports, n: number) {
  return (await read(ports.store, place.settings(target, serverId(n)))).body;
}
