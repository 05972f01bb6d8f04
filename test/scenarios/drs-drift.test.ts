// People change by hand what launches and replication of servers of DRS follow, and what new servers are set to.
import { expect, test } from 'vitest';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { unpromisedIn, wrongIn } from './_drs-proof.ts';
import { drsAt, type People, type Watched, watchDrs } from './_drs-watch.ts';

const startAt = '2024-03-04T16:20:07.412Z';
const here = drsAt('us-east-1');

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
const drill = (n: number) => ({ isDrill: true, sourceServers: [{ sourceServerID: drsId(n) }] });
const at = (atHours: number, does: (people: People) => void) => ({ atHours, does });

const told = ({ published }: Watched, detailType: string, n?: number) =>
  published
    .filter((one) => one.detailType === detailType)
    .map(({ detail }) => detail)
    .filter(({ sourceServerId }) => n === undefined || sourceServerId === drsId(n));
/** How long after the beginning each drift of a server was told, and what it was. */
const drifts = (watched: Watched, n: number) =>
  told(watched, 'Source Server Configuration Drift Change', n).map(({ observedAt, current }) => [
    Math.floor((Date.parse(String(observedAt)) - Date.parse(startAt)) / 3_600_000),
    (current as readonly { field: string; actual: string }[]).map(
      ({ field, actual }) => `${field} ${actual}`,
    ),
  ]);

test('settings, launch actions and templates that people change are told once, and once more when it is over', async () => {
  const template: { launch?: string } = {};
  const watched = await watchDrs({
    fleet: [1, 2, 3, 4].map((n) => aDrsServer(n)),
    targets: [here],
    startAt,
    hours: 80,
    watchSeconds: 3600,
    faults: [
      `{ fault: settings-edited, after: PT30H, servers: { ids: [${drsId(2)}] }, launch: { copyPrivateIp: true }, action: ${JSON.stringify({ ...action, active: false })} }`,
      `{ fault: launch-template-edited, after: PT26H, servers: { ids: [${drsId(3)}] }, securityGroupIds: [sg-1] }`,
      `{ fault: post-launch-action-failed, on: test-launch, servers: { ids: [${drsId(4)}] }, action: join, failureReason: no domain }`,
    ],
    acts: [
      at(0, ({ call }) => {
        const made = call('CreateLaunchConfigurationTemplate', { postLaunchEnabled: true });
        template.launch = (
          made['launchConfigurationTemplate'] as { launchConfigurationTemplateID: string }
        ).launchConfigurationTemplateID;
        for (const n of [1, 2, 3, 4]) {
          const sourceServerID = drsId(n);
          call('UpdateLaunchConfiguration', { sourceServerID, postLaunchEnabled: true });
          call('PutLaunchAction', { resourceId: sourceServerID, ...action });
        }
        call('PutLaunchAction', { resourceId: template.launch, ...action });
      }),
      at(5, ({ call }) => void call('StartRecovery', drill(4))),
      at(36, ({ call }) => void call('StartRecovery', drill(3))),
      at(52, ({ call }) => {
        call('UpdateLaunchConfiguration', { sourceServerID: drsId(2), copyPrivateIp: false });
        call('PutLaunchAction', { resourceId: drsId(2), ...action });
      }),
      at(76, ({ call }) => {
        const launchConfigurationTemplateID = template.launch;
        call('DeleteLaunchConfigurationTemplate', { launchConfigurationTemplateID });
      }),
    ],
  });
  expect(wrongIn(watched)).toEqual([]);
  expect(unpromisedIn(watched)).toEqual([]);
  expect(drifts(watched, 1)).toEqual([]);
  const inactive = 'action join order 1001, inactive, must succeed, AWS-RunShellScript:1';
  expect(drifts(watched, 2)).toEqual([
    [36, ['copyPrivateIp true', inactive]],
    [60, []],
  ]);
  // A launch template is looked at every hour; the drill launches from what it says now.
  expect(drifts(watched, 3)).toEqual([
    [26, ['defaultVersion 2', 'securityGroupIds sg-1']],
    [36, []],
  ]);
  expect(told(watched, 'Source Server Post-Launch Actions Change', 4)).toMatchObject([
    { previous: null, current: 'running' },
    {
      previous: 'running',
      current: 'failed',
      actions: [
        { name: 'join', status: 'FAILED', reason: 'no domain', mustSucceedForCutover: true },
      ],
    },
  ]);
  expect(told(watched, 'Target Template Drift Change')).toMatchObject([
    { changes: [], missing: ['replication'] },
    {
      changes: [{ templateId: template.launch, kind: 'launch', news: 'removed' }],
      missing: ['launch', 'replication'],
    },
  ]);
  // Four servers, looked at every twelve hours, and no call more where nothing can be compared.
  expect(watched.calls.get('GetLaunchConfiguration')).toBeLessThanOrEqual(4 * 8);
  expect(watched.calls.get('GetReplicationConfiguration')).toBeUndefined();
  expect(watched.calls.get('DescribeLaunchConfigurationTemplates')).toBeLessThanOrEqual(81);
}, 30_000);
