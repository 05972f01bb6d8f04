// What the preflight finds before drills and recoveries of DRS: a drill waits until it is mended, a recovery goes on.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/simulator/simulator.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import {
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  type Story,
  type Told,
  triesOf,
} from './_rehearse.ts';

const windows = (n: number, is: JsonObject = {}): JsonObject => ({
  ...aDrsServer(n),
  sourceProperties: {
    ...(aDrsServer(n)['sourceProperties'] as JsonObject),
    os: { fullString: 'Microsoft Windows Server 2019 (64-bit)' },
    ...is,
  },
});
const launchSettings =
  (n: number, settings: JsonObject): NonNullable<Story['before']> =>
  (person) =>
    void person('UpdateLaunchConfiguration', { sourceServerID: drsId(n), ...settings });
const ownLicense = { licensing: { osByol: true } };
const wave = (more: string) => `{ waves: [{ name: wave-1, servers: { all: true }${more} }] }`;
const found = (told: Told, what: 'Blocked' | 'Warned') =>
  eventsOf(told, `Wave Preflight ${what}`).flatMap(({ findings }) =>
    (findings as readonly { readonly rule: string }[]).map(({ rule }) => rule),
  );

test('H6: Windows with its own license and no dedicated host is not drilled before somebody mends it', async () => {
  const told = await rehearse({
    kind: 'Drill',
    fleet: [windows(1)],
    parameters: {},
    before: launchSettings(1, ownLicense),
    whenTold: [
      {
        event: (e) => e['detail-type'] === 'Wave Preflight Blocked',
        happens: ({ person }) => launchSettings(1, { licensing: { osByol: false } })(person),
      },
    ],
  });
  expect(found(told, 'Blocked')).toEqual(['byol-tenancy']);
  expect(eventsOf(told, 'Wave Preflight Cleared')).toHaveLength(1);
  expect(endings(told)).toEqual(['1 succeeded']);
  expect(triesOf(told, 'StartRecovery')).toBe(1);
  expectPromisesKept(told);
});

test('H6: without the rule the launch fails', async () => {
  const told = await rehearse({
    kind: 'Drill',
    fleet: [windows(1)],
    parameters: {},
    before: launchSettings(1, ownLicense),
    spec: wave(', policy: { attempts: 1 }, preflight: { rules: { byol-tenancy: off } }'),
  });
  expect(endings(told)).toEqual(['1 failed LaunchFailed']);
  expectPromisesKept(told);
});

test('H7, Nitro: what cannot be launched as it is set up is told before the drill, and given up in time', async () => {
  const into = 'i-0123456789abcdef0';
  const told = await rehearse({
    kind: 'Drill',
    fleet: [aDrsServer(1), windows(2, { supportsNitroInstances: false })],
    parameters: {
      ec2Instances: [
        {
          instanceId: into,
          state: 'running',
          tags: {},
          platform: 'windows',
          architecture: 'x86_64',
          virtualizationType: 'hvm',
          rootDeviceType: 'ebs',
        },
      ],
    },
    before: (person) => {
      launchSettings(1, {
        copyTags: true,
        launchIntoInstanceProperties: { launchIntoEC2InstanceID: into },
      })(person);
    },
    spec: wave(', preflight: { timeout: PT3H }'),
  });
  expect(found(told, 'Blocked').toSorted()).toEqual(['launch-into-instance', 'nitro-supported']);
  const text = JSON.stringify(eventsOf(told, 'Wave Preflight Blocked'));
  for (const part of ['running, not stopped', 'lacks the tag', 'platform', 'copyTags is on']) {
    expect(text).toContain(part);
  }
  expect(triesOf(told, 'StartRecovery')).toBe(0);
  expect(endings(told)).toEqual(['1 skipped PreflightBlocked', '2 skipped PreflightBlocked']);
  expectPromisesKept(told);
});

test('in a disaster the same is a warning: what can be recovered is', async () => {
  const told = await rehearse({
    kind: 'Recovery',
    fleet: [aDrsServer(1), windows(2)],
    parameters: {},
    before: launchSettings(2, ownLicense),
    spec: wave(', recovery: { impact: optional, retryOlder: 0 }'),
  });
  expect(found(told, 'Blocked')).toEqual([]);
  expect(found(told, 'Warned')).toContain('drilled-before');
  expect(endings(told)[0]).toBe('1 succeeded');
  expectPromisesKept(told);
});
