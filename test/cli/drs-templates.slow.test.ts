// The commands on what DRS launches with, run as a person runs them: against a deployment on this machine and the simulator over
// HTTP, with the real SDK in between.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { aStack, type Deployed, deployHere } from './_deployed.ts';
import { aDirectory, example } from './_files.ts';
import type { Ended } from './_landfall.ts';

// Each test starts several processes, and a busy machine takes seconds for one.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const { write } = aDirectory();
const root = join(import.meta.dirname, '../..');
const target = 'drs:111122223333:us-west-2';
const one = 's-caeb192b99d8e7c05';
const why = ['--reason', 'CHG-1'] as const;
const file = example('launch-configurations/baseline.yaml');

let here: Deployed;

beforeAll(async () => {
  here = await deployHere([example('fleets/drs-60.json')]);
});
afterAll(() => here.close());
beforeEach(() => {
  here.reset();
  here.answer('DescribeStacks', aStack({ Targets: target }));
});

function landfall(...words: readonly string[]): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [join(root, 'bin/landfall.mjs'), 'drs', 'template', ...words],
    {
      cwd: root,
      env: { ...here.env, AWS_ENDPOINT_URL_DRS: here.env['AWS_ENDPOINT_URL_MGN'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
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
const onRecord = async () => (await here.store.list(`settings/${target}`)).map(({ sort }) => sort);

test('what cannot be is refused with every reason, and nothing is touched', async () => {
  const strange = write(
    'strange.yaml',
    `apiVersion: landfall/v1
kind: LaunchConfiguration
metadata: { name: strange }
spec:
  template: { copyTag: true }
  launchTemplate: { instanceTyp: m5.large }
`,
  );
  const unknown = await landfall('plan', strange);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toMatch(/strange\.yaml:5 .*copyTag/);
  expect(unknown.stderr).toMatch(/strange\.yaml:6 .*instanceTyp/);

  const nobody = await landfall('apply', file, '--server', 's-1', '--tag', 'cluster', ...why);
  expect(nobody.code).toBe(2);
  expect(nobody.stderr).toContain('--server "s-1" is no server of these targets');
  expect(nobody.stderr).toContain('--tag "cluster" is no tag  → write it as key=value');

  const unconfirmed = await landfall('apply', file, ...why);
  expect(unconfirmed.code).toBe(2);
  expect(unconfirmed.stderr).toContain('nobody is here to confirm the apply  → say --yes');
  const mode = await landfall('drift', file, '--mode', 'mend', '--json');
  expect(mode.code).toBe(2);
  expect(JSON.parse(mode.stdout)).toMatchObject({ outcome: 'refused' });
  const nothing = await landfall('restore', 'baseline', ...why);
  expect(nothing.stderr).toContain('nothing of a launch configuration "baseline" was applied here');
  here.answer('DescribeStacks', aStack());
  const without = await landfall('plan', file);
  expect(without).toMatchObject({ code: 2, stdout: '' });
  expect(without.stderr).toContain('the deployment has no targets of DRS');
  expect(await onRecord()).toEqual([]);
});

test('templates and servers are shown, set, found to have drifted, put back, and deleted', async () => {
  const narrow = ['--server', one] as const;
  const plan = await landfall('plan', file, ...narrow);
  expect(plan).toMatchObject({ code: 1, stderr: '' });
  expect(plan.stdout).toMatch(/of +level +setting +is +wanted/);
  expect(plan.stdout).toMatch(
    /template of drs:111122223333:us-west-2 +account template +launchDisposition +– +STARTED/,
  );
  expect(plan.stdout).toMatch(/EC2 launch template +instanceType +\S+ +r5\.2xlarge/);
  expect(plan.stdout).toContain('1 template of 1 and 1 server of 1 differ.');
  expect(plan.stdout).toContain(`${target} has no launch configuration template yet`);
  expect(await onRecord()).toEqual([]);

  const set = await landfall('apply', file, ...narrow, '--yes', ...why);
  expect(set).toMatchObject({ code: 0, stderr: '' });
  expect(set.stdout).toContain('AMSMETRICSPROD6 (s-caeb192b99d8e7c05): set\n');
  expect(set.stdout).toContain(`template of ${target}: set\n  the template was made\n`);
  expect(set.stdout).toContain('1 template and 1 server: 2 set.');
  const again = await landfall('apply', file, ...narrow, ...why, '--json');
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({
    outcome: 'done',
    configuration: 'baseline',
    reason: 'CHG-1',
    results: [
      { server: one, status: 'same' },
      { server: null, status: 'same' },
    ],
  });
  expect((await landfall('plan', file, ...narrow)).code).toBe(0);
  expect(await onRecord()).toEqual(['launch-configuration-template', one]);

  const other = write(
    'other.yaml',
    `apiVersion: landfall/v1
kind: LaunchConfiguration
metadata: { name: baseline }
spec:
  template: { launchDisposition: STOPPED }
  calendars: { always: [{ begins: 2000-01-01, ends: 2099-12-31, timeZone: UTC }] }
  drift: { mode: fix-outside-freeze }
`,
  );
  const frozen = await landfall('drift', other, ...narrow, ...why);
  expect(frozen.code).toBe(1);
  expect(frozen.stdout).toMatch(/Drift is told and not fixed: frozen by calendar always/);
  const told = await landfall('drift', other, '--mode', 'report', '--json', ...narrow);
  expect(JSON.parse(told.stdout)).toMatchObject({
    same: false,
    templates: [
      {
        target,
        status: 'differs',
        changes: [
          { level: 'account template', field: 'launchDisposition', from: 'STARTED', to: 'STOPPED' },
        ],
      },
    ],
    servers: [{ server: one, status: 'differs', changes: [{ level: 'server' }] }],
  });
  const fixed = await landfall('drift', other, '--mode', 'fix', ...narrow, ...why);
  expect(fixed).toMatchObject({ code: 0, stderr: '' });
  expect(fixed.stdout).toContain('  launchDisposition: STARTED → STOPPED\n');
  const kept = await landfall('drift', file, '--mode', 'restore', ...narrow, ...why);
  expect(kept.code).toBe(0);
  expect(kept.stdout).toContain('AMSMETRICSPROD6 (s-caeb192b99d8e7c05): put back\n');
  expect(kept.stdout).toContain('  default version: 2 → 1\n');
  expect(kept.stdout).toMatch(/cannot be put back: copyTags: it was not set before/);

  expect((await landfall('apply', file, ...narrow, '--yes', ...why)).code).toBe(0);
  const dry = await landfall('restore', 'baseline', '--dry-run', ...why);
  expect(dry.stdout).toContain('(s-caeb192b99d8e7c05): would be put back\n');
  const back = await landfall('restore', 'baseline', ...why);
  expect(back).toMatchObject({ code: 0, stderr: '' });
  const twice = await landfall('restore', 'baseline', ...why);
  expect(twice).toEqual({ code: 0, stdout: 'Nothing is left to put back.\n', stderr: '' });
  const unsaid = await landfall('delete', '--target', target, ...why);
  expect(unsaid.stderr).toContain('nobody is here to confirm the teardown');
  const gone = await landfall('delete', '--target', target, '--yes', ...why);
  expect(gone.code).toBe(0);
  expect(gone.stdout).toContain(`template of ${target}: deleted\n`);
  const nothing = await landfall('delete', '--target', target, '--yes', ...why);
  expect(nothing.stdout).toBe(`${target} has no launch configuration template.\n`);
});
