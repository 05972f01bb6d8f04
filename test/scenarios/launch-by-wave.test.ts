// A plan has its wave set what DRS launches servers with: the difference is shown to whoever approves the drill, what can be set
// is set before the launch, and what cannot keeps that server alone from being drilled, and none from being recovered.
import { describe, expect, test } from 'vitest';
import { secondsBetween } from '../../src/core/time.ts';
import { approve } from '../../src/flow/operate/approve.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { wave, when } from './_operator.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  type Person,
  rehearse,
  type Told,
  triesOf,
} from './_rehearse.ts';

const fleet = [1, 2, 3].map((n) => aDrsServer(n));
// The second has an instance type that its right-sizing would write over.
const configuration = `{ apiVersion: landfall/v1, kind: LaunchConfiguration, metadata: { name: baseline }, spec: {
  template: { targetInstanceTypeRightSizingMethod: NONE, copyTags: true },
  byServer: [{ ids: [${drsId(2)}], launchConfiguration: { targetInstanceTypeRightSizingMethod: BASIC }, launchTemplate: { instanceType: m5.xlarge } }] } }`;
const spec = (apply: string, more: string) =>
  `{ defaults: { ${more} desired: { apply: ${apply}, configuration: ${configuration} } }, waves: [{ name: wave-1, servers: { all: true } }] }`;
/** The third is as it is wanted already. */
const before = (person: Person) =>
  void person('UpdateLaunchConfiguration', {
    ...{ sourceServerID: drsId(3), targetInstanceTypeRightSizingMethod: 'NONE', copyTags: true },
  });
const settingCalls = /^(UpdateLaunch|PutLaunch|DeleteLaunch|CreateLaunch|ModifyLaunch)/;
// The first is the person’s who set the third.
const callsOf = ({ logs }: Told) =>
  logs.api.filter(({ operation }) => settingCalls.test(operation)).slice(1);

describe('what a wave of DRS is to be launched with', () => {
  test('is shown, approved and set before the drill; who has an obstacle fails alone', async () => {
    const told = await rehearse({
      ...{ kind: 'Drill', fleet, before, parameters: {} },
      spec: spec('on-approval', 'gates: { drill: { approval: {} } },'),
      whenTold: [
        when('Wave Approval Requested', 'drill', (ports) =>
          approve(ports, {
            ...{ wave, phase: 'drill', by: 'ben', reason: 'CHG-7', decision: 'approved' },
          }),
        ),
      ],
    });
    expect(eventsOf(told, 'Wave Server Settings Compared')).toMatchObject([
      {
        ...{ sourceServerId: drsId(1), phase: 'drill', differences: 2, obstacles: [] },
        settings: [
          { field: 'targetInstanceTypeRightSizingMethod', from: 'BASIC', to: 'NONE' },
          { field: 'copyTags', from: 'false', to: 'true' },
        ],
      },
      {
        sourceServerId: drsId(2),
        obstacles: [expect.stringContaining('right-sizing is BASIC')],
      },
    ]);
    expect(eventsOf(told, 'Wave Approval Requested')).toMatchObject([{ settings: { servers: 2 } }]);
    expect(endings(told)).toEqual(['1 succeeded', '2 failed SettingsNotApplied', '3 succeeded']);
    expect(actsOn(told, drsId(2))).toEqual([]);
    expect(callsOf(told).map(({ operation }) => operation)).toEqual(['UpdateLaunchConfiguration']);
    const [call] = callsOf(told);
    const [given] = told.logs.events.filter((one) => one['detail-type'] === 'Wave Approval Given');
    const launch = told.logs.api.find(({ operation }) => operation === 'StartRecovery');
    const at = String(call?.at);
    expect(secondsBetween(String(given?.detail['observedAt']), at)).toBeGreaterThanOrEqual(0);
    expect(secondsBetween(at, String(launch?.at))).toBeGreaterThanOrEqual(0);
    expect(eventsOf(told, 'Source Server Settings Applied')).toMatchObject([
      { ...{ sourceServerId: drsId(1), plan: 'story', by: 'ben', differences: 2, left: 0 } },
    ]);
    expect(eventsOf(told, 'Source Server Configuration Drift Change')).toEqual([]);
    expectPromisesKept(told);
  });

  test('keeps no server from being recovered, not where the function dies either', async () => {
    let died = 0;
    const told = await rehearse({
      ...{ kind: 'Recovery', fleet, before, parameters: {} },
      spec: spec('by-policy', ''),
      around: async (ports, name, run) => {
        if (name !== 'applySettings' || died > 0) return run(ports);
        died += 1;
        throw new Error('the function died');
      },
    });
    expect(died).toBe(1);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
    expect(callsOf(told)).toEqual([]);
    expect(triesOf(told, 'StartRecovery')).toBe(1);
    expect(eventsOf(told, 'Wave Server Settings Compared')).toMatchObject(
      [1, 2, 3].map((n) => ({
        ...{ sourceServerId: drsId(n), phase: 'recover', differences: 0 },
        obstacles: [expect.stringContaining('recovered as it is')],
      })),
    );
    expectPromisesKept(told);
  });
});
