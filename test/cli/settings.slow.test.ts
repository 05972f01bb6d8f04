// The commands on settings, run as a person runs them: against a deployment on this machine and the simulator over HTTP, with
// the real SDK in between.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Deployed, deployHere, home } from './_deployed.ts';
import { aDirectory, example } from './_files.ts';
import type { Ended } from './_landfall.ts';

const { write } = aDirectory();
const root = join(import.meta.dirname, '../..');
const ada = 'arn:aws:sts::111122223333:assumed-role/operator/ada';
const ready = ['s-10781c7151be791c0', 's-2010e12f0f6b56325'] as const;
const cutOver = 's-fc3414cab6e5732c2';

let here: Deployed;

beforeAll(async () => {
  here = await deployHere([
    example('fleets/mixed-40.json'),
    example('fleets/mixed-40.vcenter-clients.json'),
  ]);
});
afterAll(() => here.close());
beforeEach(() => here.reset());

function landfall(...words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'bin/landfall.mjs'), ...words], {
    cwd: root,
    env: { ...here.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const aPlan = (name: string, desired: string, ids: readonly string[] = ready) =>
  write(
    `${name}.yaml`,
    `apiVersion: landfall/v1
kind: Migration
metadata: { name: ${name} }
spec:
  defaults: { desired: ${desired} }
  waves: [{ name: app, servers: { ids: [${ids.join(', ')}] } }]
`,
  );
const wanted =
  '{ launchConfiguration: { targetInstanceTypeRightSizingMethod: NONE, copyTags: false }, replicationConfiguration: { bandwidthThrottling: 100 }, launchTemplate: { instanceType: m5.xlarge, subnetId: subnet-00000001 } }';
const onRecord = () => here.store.list(`settings/${home}`);
const why = ['--reason', 'CHG-1'] as const;

describe('settings that are refused', () => {
  test('name every problem and touch nothing', async () => {
    const strange = aPlan('strange', '{ launchTemplate: { instanceTyp: m5.xlarge } }');
    const unknown = await landfall('settings', 'diff', strange);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('unknown field "instanceTyp"');

    const plan = aPlan('erp', wanted);
    const stray = await landfall('settings', 'diff', plan, '--wave', 'apps', '--server', 's-1');
    expect(stray.code).toBe(2);
    expect(stray.stderr).toContain('--wave "apps" is not in the plan  → did you mean app?');
    expect(stray.stderr).toContain('--server "s-1" is not in the plan');

    const without = await landfall('settings', 'apply', plan);
    expect(without).toMatchObject({ code: 2, stdout: '' });
    expect(without.stderr).toContain('--reason');
    const blank = await landfall('settings', 'apply', plan, '--reason', ' ', '--json');
    expect(blank.code).toBe(2);
    expect(JSON.parse(blank.stdout)).toMatchObject({ outcome: 'refused' });

    const impossible = aPlan(
      'impossible',
      '{ launchConfiguration: { copyTags: false }, postLaunchActions: { actions: { join: { active: false } } } }',
    );
    const whole = await landfall('settings', 'apply', impossible, ...why);
    expect(whole.code).toBe(2);
    expect(whole.stderr).toMatch(/^Refused; nothing was touched\.\n/);
    expect(whole.stderr.match(/the server has no post-launch action join/g)).toHaveLength(2);

    const nothing = await landfall('settings', 'restore', 'erp', ...why);
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toContain('no settings of a plan "erp" were applied here');
    expect(await onRecord()).toEqual([]);
  });
});

describe('settings of a plan', () => {
  test('are shown, set, and put back', async () => {
    const plan = aPlan('erp', wanted, [...ready, cutOver]);
    const diff = await landfall('settings', 'diff', plan);
    expect(diff).toMatchObject({ code: 1, stderr: '' });
    expect(diff.stdout).toMatch(/server +wave +of +setting +is +wanted/);
    expect(diff.stdout).toMatch(
      /wvscan14 \(s-10781c7151be791c0\) +erp\.app +launch-configuration +targetInstanceTypeRightSizingMethod +BASIC +NONE/,
    );
    expect(diff.stdout).toContain('2 servers of 3 differ, 0 are as wanted.');
    expect(diff.stdout).toContain(`(${cutOver}): it is past its cutover (CUTTING_OVER)`);
    expect(await onRecord()).toEqual([]);

    const one = await landfall('settings', 'apply', plan, '--server', ready[0], ...why);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(one.stdout).toContain('wvscan14 (s-10781c7151be791c0) of erp.app: set\n');
    expect(one.stdout).toContain('  bandwidthThrottling: 0 → 100\n');
    expect(one.stdout).toContain('1 server: 1 set.');

    const all = await landfall('settings', 'apply', plan, ...why, '--json');
    expect(all.code).toBe(1);
    expect(JSON.parse(all.stdout)).toMatchObject({
      outcome: 'partly',
      plan: 'erp',
      by: ada,
      reason: 'CHG-1',
      servers: [
        { server: ready[0], status: 'same' },
        { server: ready[1], status: 'done', left: [] },
        { server: cutOver, status: 'refused', because: 'it is past its cutover (CUTTING_OVER)' },
      ],
    });
    const again = await landfall('settings', 'diff', plan, '--json');
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ same: true });
    expect((await onRecord()).map(({ sort }) => sort)).toEqual([...ready]);
    expect((await onRecord())[0]?.body).toMatchObject({
      plan: 'erp',
      template: { before: 1, ours: [2] },
      log: [{ what: 'apply', by: ada, reason: 'CHG-1' }],
    });

    const dry = await landfall('settings', 'restore', 'erp', '--dry-run', ...why);
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain('of erp.app: would be put back\n');
    expect(dry.stdout).toContain('  default version: 2 → 1\n');
    expect(dry.stdout).toMatch(new RegExp(`  applied .* by ${ada}: CHG-1`));
    const back = await landfall('settings', 'restore', 'erp', ...why);
    expect(back).toMatchObject({ code: 0, stderr: '' });
    expect(back.stdout).toContain('2 servers of 2 put back.');
    const differs = await landfall('settings', 'diff', plan);
    expect(differs.stdout.replaceAll(/ +/g, ' ')).toBe(diff.stdout.replaceAll(/ +/g, ' '));
    const twice = await landfall('settings', 'restore', 'erp', ...why);
    expect(twice).toEqual({ code: 0, stdout: 'Nothing is left to put back.\n', stderr: '' });
  });
});
