import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newTarget } from '../../src/flow/hasten.ts';
import { read } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import {
  aQueryRefusal,
  aSimulation,
  aStack,
  type Deployed,
  deployHere,
  home,
  waveMachine,
} from './_deployed.ts';
import { aDirectory, example } from './_files.ts';
import type { Ended } from './_landfall.ts';
import { underWay } from './_under-way.ts';

const { directory, write } = aDirectory();
const root = join(import.meta.dirname, '../..');
const fleet = example('fleets/mixed-40.json');
const clients = example('fleets/mixed-40.vcenter-clients.json');
const hello = example('plans/hello-wave.yaml');
const wave = 'hello-wave.wave-1';
const ada = 'arn:aws:sts::111122223333:assumed-role/operator/ada';

let here: Deployed;

beforeAll(async () => {
  here = await deployHere([fleet, clients]);
});
afterAll(() => here.close());
beforeEach(() => here.reset());

/** Runs a command as a person does whose environment points at the deployment. */
function landfall(...words: readonly string[]): Promise<Ended> {
  return landfallIn(here.env, ...words);
}

function landfallIn(
  env: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'bin/landfall.mjs'), ...words], {
    cwd: root,
    env: { ...env },
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

const target = {
  partition: 'aws',
  service: 'mgn' as const,
  accountId: '111122223333',
  region: 'us-east-1',
};
const started = () => here.asked.filter(({ operation }) => operation === 'StartExecution');

const why = ['--reason', 'a test'] as const;

describe('a command on AWS', () => {
  test('says in one line what is wrong with AWS and what to do, and ends with 2', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_REGION, ...bare } = here.env;
    const without = await landfallIn({ ...bare, AWS_REGION: AWS_REGION ?? '' }, 'status');
    expect(without).toEqual({ code: 2, stdout: '', stderr: expect.any(String) });
    expect(without.stderr).toMatch(
      /^Refused; nothing was touched\.\nthere are no AWS credentials to use \(CredentialsProviderError: .*\) {2}→ log in .*--profile\n$/,
    );
    const nowhere = await landfallIn(
      { ...bare, AWS_ACCESS_KEY_ID: AWS_ACCESS_KEY_ID ?? '' },
      'status',
    );
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toMatch(/\nno Region is set .*→ name it with --region/);
  });

  test('takes Region and credentials from the profile that is named', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, ...bare } = here.env;
    const config = write('config', `[profile ops]\nregion = ${AWS_REGION}\n`);
    const keys = `aws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}\n`;
    const credentials = write('credentials', `[ops]\n${keys}`);
    const env = { ...bare, AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials };
    const found = await landfallIn(env, 'status', '--profile', 'ops');
    expect(found).toEqual({
      code: 0,
      stdout: 'No plan was started here yet. Start one with: landfall start PLAN --profile ops\n',
      stderr: '',
    });
    const strange = await landfallIn(env, 'status', '--profile', 'opz', '--region', 'us-east-1');
    expect(strange).toMatchObject({ code: 2, stdout: '' });
    expect(strange.stderr).toContain('profile "opz" gives no AWS credentials');
  });

  test('names the stages that are there where the one that is meant is not', async () => {
    const { code, stderr } = await landfall('status', '--stage', 'test');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'account 111122223333 has no stack landfall-test in us-east-1  → there is --stage prod',
    );
  });

  test('says that it may not where it may not, as JSON too', async () => {
    here.answer('DescribeStacks', aQueryRefusal('AccessDenied', 'ada may not', 403));
    const { code, stdout, stderr } = await landfall('status', '--json');
    expect(code).toBe(2);
    expect(stderr).toContain('reading the stack landfall-prod is not allowed to these credentials');
    expect(JSON.parse(stdout)).toEqual({
      outcome: 'refused',
      problems: [expect.stringContaining('AccessDenied: ada may not')],
    });
  });

  test('says that nobody answers where nobody does', async () => {
    const { code, stderr } = await landfallIn(
      { ...here.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      'status',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('asking STS who you are got no answer');
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test('says what the store refused, without a stack trace', async () => {
    here.answer('DescribeStacks', aStack({ TableName: 'elsewhere' }));
    const { code, stderr } = await landfall('status');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Not done\.\na list of the store found nothing \(ResourceNotFound/);
  });

  test('names everything that a stack lacks', async () => {
    here.answer('DescribeStacks', aStack({ TableName: '', Targets: 'mgn:1:x' }));
    const { code, stderr } = await landfall('status');
    expect(code).toBe(2);
    expect(stderr).toContain('has no output TableName');
    expect(stderr).toContain('outputs.Targets  mgn:1:x: an account id has 12 digits');
  });

  test('refuses a stage, an address and a confirmation that cannot be meant', async () => {
    const odd = await landfall('status', '--stage', 'a b', '--endpoint', 'there');
    expect(odd.code).toBe(2);
    expect(odd.stderr).toContain('--stage "a b"');
    expect(odd.stderr).toContain('--endpoint "there" is no address');
    const unsaid = await landfall('abort', wave, ...why);
    expect(unsaid.code).toBe(2);
    expect(unsaid.stderr).toContain('nobody is here to confirm the abort');
    expect(here.asked).toEqual([]);
  });
});

describe('landfall fleet export', () => {
  test('writes what rehearse reads: as the AWS CLI prints it, whole', async () => {
    const out = join(directory, 'fleet.json');
    const vcenter = join(directory, 'clients.json');
    const { code, stdout } = await landfall(
      ...['fleet', 'export', '--out', out, '--vcenter-clients', vcenter],
    );
    expect(code).toBe(0);
    expect(stdout).toBe(`From ${home}:\n  40 servers → ${out}\n  4 vCenter clients → ${vcenter}\n`);
    const written = JSON.parse(readFileSync(out, 'utf8')) as { items: { arn: string }[] };
    const known = JSON.parse(readFileSync(fleet, 'utf8')) as { items: { arn: string }[] };
    expect(written.items.map(({ arn }) => arn).toSorted()).toEqual(
      known.items.map(({ arn }) => arn).toSorted(),
    );
    expect(readdirSync(directory).filter((name) => name.includes('draft'))).toEqual([]);
    const again = await landfall(
      ...['start', hello, '--dry-run', '--json', '--fleet', out, '--fleet', vcenter],
    );
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'possible' });
  });

  test('refuses a target that the deployment does not have, and writes nothing', async () => {
    const out = join(directory, 'none.json');
    const { code, stderr } = await landfall(
      ...['fleet', 'export', '--out', out, '--target', 'mgn:111122223333:us-east-2'],
    );
    expect(code).toBe(2);
    expect(stderr).toContain(`did you mean ${home}?`);
    expect(existsSync(out)).toBe(false);
  });

  test('names every target that cannot be read, and writes nothing', async () => {
    here.answer('DescribeStacks', aStack({ Targets: `${home},mgn:444455556666:us-east-1=role` }));
    here.answer('AssumeRole', aQueryRefusal('AccessDenied', 'ada may not assume', 403));
    const out = join(directory, 'half.json');
    const { code, stderr } = await landfall('fleet', 'export', '--out', out);
    expect(code).toBe(2);
    expect(stderr).toContain('mgn:444455556666:us-east-1: asking for its servers is not allowed');
    expect(existsSync(out)).toBe(false);
  });

  test('says where a file cannot be written', async () => {
    const { code, stderr } = await landfall('fleet', 'export', '--out', '/nonexistent/fleet.json');
    expect(code).toBe(2);
    expect(stderr).toContain('--out /nonexistent/fleet.json cannot be written');
  });
});

describe('landfall start', () => {
  test('with --dry-run says what would happen first and what stands in the way, and writes nothing', async () => {
    const { code, stdout } = await landfall('start', hello, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/hello-wave\.wave-1 {2}38 servers {2}first \w+, \d+ servers/);
    expect(stdout).toContain(`the poller has not looked at ${home} as a whole yet`);
    expect(started()).toEqual([]);
    expect(await here.store.list('plan/hello-wave')).toEqual([]);
    const writes = here.asked.filter(({ operation }) => /^(Put|Delete)/.test(operation));
    expect(writes).toEqual([]);
  });

  test('is refused whole where a target of the plan is not polled', async () => {
    here.answer('DescribeStacks', aStack({ Targets: 'mgn:111122223333:eu-west-1' }));
    const { code, stderr, stdout } = await landfall('start', hello, '--fleet', fleet, '--json');
    expect(code).toBe(2);
    expect(stderr).toContain(`the deployment does not poll ${home}`);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'refused' });
    expect(started()).toEqual([]);
  });

  test('is refused where the stage may not call its hooks, and possible where it may', async () => {
    const hooked = example('plans/with-hooks.yaml');
    const none = await landfall('start', hooked, '--dry-run');
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringContaining('the stage lets plans have no hooks'),
    ]);
    here.answer('DescribeStacks', aStack({ HookFunctions: 'landfall-stop-app' }));
    const some = await landfall('start', hooked, '--dry-run');
    expect(some.code).toBe(2);
    expect(some.stderr).toContain(
      'spec.defaults.hooks.thaw[0].function  "landfall-start-app" is not among the functions',
    );
    const names = ['stop-app', 'start-app', 'shut-down', 'dns', 'last-look'];
    const all = names.map((name) => `landfall-${name}`).join();
    here.answer('DescribeStacks', aStack({ HookFunctions: all }));
    expect((await landfall('start', hooked, '--dry-run')).code).toBe(0);
    expect(started()).toEqual([]);
  });

  test('names what is wrong with the plan before it asks AWS for anything', async () => {
    const plan = write('odd.yaml', 'apiVersion: landfall/v1\nkind: Voyage\n');
    const { code, stderr } = await landfall('start', plan);
    expect(code).toBe(2);
    expect(stderr).toContain(`${plan}:2  kind`);
    expect(here.asked).toEqual([]);
  });

  test('starts the waves, and nothing twice', async () => {
    const first = await landfall('start', hello);
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    expect(first.stdout).toContain(
      `Started 1 wave: ${wave}.\nFollow it with: landfall watch hello-wave`,
    );
    expect(started().map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      {
        stateMachineArn: waveMachine,
        name: wave,
        input: JSON.stringify({ wave, plan: 'hello-wave', name: 'wave-1' }),
      },
    ]);
    const again = await landfall('start', hello, '--json');
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'started', plan: 'hello-wave' });
  });
});

describe('orders to a wave', () => {
  test('are taken once, with who gave them and why', async () => {
    const paused = await landfall('pause', wave, '--reason', 'the network team asks');
    expect(paused).toMatchObject({ code: 0, stderr: '' });
    expect(paused.stdout).toMatch(/^Wave hello-wave\.wave-1 is paused\.\n/);
    const again = await landfall('pause', wave, '--json', ...why);
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'already', wave, by: ada });
    const board = await landfall('status', wave);
    expect(board.code).toBe(0);
    expect(board.stdout).toContain(`by ${ada}: the network team asks`);
    expect(board.stdout).toContain(`landfall resume ${wave} --reason`);
    const resumed = await landfall('resume', wave, ...why);
    expect(resumed.stdout).toMatch(/^Wave hello-wave\.wave-1 was resumed/);
  });

  test('are refused with what to do instead where they mean nothing', async () => {
    const odd = await landfall('approve', wave, 'launch', ...why);
    expect(odd).toMatchObject({ code: 2 });
    expect(odd.stderr).toContain('one of test, cutover, finalize');
    const unasked = await landfall('approve', wave, 'cutover', '--json', ...why);
    expect(unasked.code).toBe(2);
    expect(JSON.parse(unasked.stdout)).toMatchObject({ outcome: 'refused', refusal: 'not-asked' });
    const strange = await landfall('pause', 'hello-wave.wave-9', ...why);
    expect(strange.code).toBe(2);
    expect(strange.stderr).toContain('there is no wave hello-wave.wave-9');
  });

  test('abort ends a wave for good once --yes is said', async () => {
    const aborted = await landfall('abort', wave, '--yes', '--reason', 'the wrong fleet');
    expect(aborted).toMatchObject({ code: 0, stderr: '' });
    const resumed = await landfall('resume', wave, ...why);
    expect(resumed).toMatchObject({ code: 2 });
    expect(resumed.stderr).toContain('is being aborted');
  });
});

describe('landfall status', () => {
  test('answers everything as JSON', async () => {
    const { code, stdout } = await landfall('status', '--json');
    expect(code).toBe(0);
    const { waves } = JSON.parse(stdout) as { waves: { wave: string; servers: number }[] };
    expect(waves.map((one) => [one.wave, one.servers])).toEqual([[wave, 38]]);
  });

  test('names what may have been meant by an unknown plan', async () => {
    const { code, stderr } = await landfall('status', 'helo-wave');
    expect(code).toBe(2);
    expect(stderr).toContain('no plan "helo-wave" was started here');
  });
});

describe('landfall watch', () => {
  test('follows a plan to its end, and ends with 1 where not every server succeeded', async () => {
    const plan = example('plans/first-wave.yaml');
    await (await underWay(plan, { wait: 'drained', servers: 5 })).into(here.store);
    const ended = await underWay(plan);
    const child = spawn(
      process.execPath,
      [join(root, 'bin/landfall.mjs'), 'watch', 'first-wave', '--every', '1'],
      { cwd: root, env: { ...here.env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    let stdout = '';
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
    });
    let hasEnded = false;
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString();
      if (!hasEnded && said.includes('0 of 1 wave concluded')) {
        hasEnded = true;
        void ended.into(here.store);
      }
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(1);
    const lines = said.trimEnd().split('\n');
    expect(lines[0]).toMatch(/ first-wave\.wave-1: running$/);
    expect(lines[1]).toMatch(/ · 0 of 1 wave concluded · .*\d+ cutover.*, 3 done$/);
    expect(said).toMatch(/first-wave\.wave-1: concluded at /);
    expect(lines.at(-1)).toMatch(/ · 1 of 1 wave concluded · 40 done$/);
    expect(stdout).toContain('40 servers: 37 succeeded · 1 skipped · 2 failed');
  });

  test('ends with 0 at once where all is done and well, with one JSON object', async () => {
    await (await underWay(hello)).into(here.store);
    const { code, stdout } = await landfall('watch', wave, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'succeeded',
      servers: { succeeded: 37, skipped: 1, 'rolled-back': 0, failed: 0, frozen: 0 },
    });
  });

  test('ends with 130 on Ctrl-C, and the waves go on', async () => {
    await (await underWay(hello, { wait: 'launchable', servers: 5 })).into(here.store);
    const child = spawn(
      process.execPath,
      [join(root, 'bin/landfall.mjs'), 'watch', '--every', '60'],
      { cwd: root, env: { ...here.env }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      if (!said.includes('concluded ·') && data.toString().includes('concluded ·')) {
        child.kill('SIGINT');
      }
      said += data.toString();
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    expect(said).toMatch(/Stopped watching; the waves go on\.\n$/);
  });

  test('refuses a pace that is none, and a plan that was not started', async () => {
    const odd = await landfall('watch', '--every', '0');
    expect(odd).toMatchObject({ code: 2 });
    expect(odd.stderr).toContain('--every is "0", no whole number from 1 to 3600');
    const unknown = await landfall('watch', 'programme-x');
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain('no plan "programme-x" was started here');
  });
});

describe('landfall deploy-check', () => {
  beforeEach(async () => {
    const where = place.target(target);
    // The poller's last tick was a moment ago, whatever the tests before have put down.
    const { body, version } = await read(here.store, where);
    const now = new Date().toISOString();
    const ticked = { ...(body ?? newTarget(target, now)), tick: 7, nextTickAt: now };
    await here.store.put(where.partition, where.sort, ticked, version);
  });

  test('ends with 0 where waves can run', async () => {
    const { code, stdout, stderr } = await landfall('deploy-check', '--json');
    expect(stderr).toBe('');
    const report = JSON.parse(stdout) as {
      outcome: string;
      findings: { level: string; check: string; found: string }[];
    };
    const bad = report.findings.filter(({ level }) => level === 'fail');
    expect(bad).toEqual([]);
    expect(code).toBe(0);
    const said = new Map(report.findings.map(({ check, found }) => [check, found]));
    expect(said.get('credentials')).toBe(ada);
    expect(said.get('last tick')).toMatch(/^tick 7; the next is due at /);
    expect(said.get('table')).toBe('ACTIVE, with point-in-time recovery');
    expect(said.get('functions')).toBe('5 functions there');
    expect(said.get('schedule')).toBe('rate(1 minute)');
    expect(said.get('service')).toMatch(/^MGN answers: 40 servers/);
    expect(said.get('permissions')).toMatch(/^IAM allows all \d+ that were asked after$/);
    expect(said.get('alarms')).toBe('1 alarm, none in ALARM');
    expect(said.get('dead letters')).toBe('none');
  });

  test('ends with 1 and says what to mend where they cannot', async () => {
    here.answer('DescribeStacks', aStack({}, 'UPDATE_ROLLBACK_FAILED'));
    here.answer('DescribeRule', {
      body: JSON.stringify({ State: 'DISABLED', ScheduleExpression: 'rate(1 minute)' }),
    });
    here.answer('SimulatePrincipalPolicy', (request) =>
      aSimulation(request, (action) =>
        action === 'mgn:StartCutover' ? 'explicitDeny' : 'allowed',
      ),
    );
    here.answer('DescribeAlarms', {
      body: JSON.stringify({
        MetricAlarms: [
          {
            AlarmName: 'landfall-prod-poller',
            StateValue: 'ALARM',
            StateReason: 'no invocation',
            AlarmDescription: 'Look at the schedule.',
          },
        ],
      }),
    });
    const { code, stdout } = await landfall('deploy-check');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}fail +stack +landfall-prod +UPDATE_ROLLBACK_FAILED$/m);
    expect(stdout).toMatch(
      /^ {2}fail +schedule +poll +the schedule of the poller is switched off/m,
    );
    expect(stdout).toMatch(
      /^ {2}fail +permissions +poll +may not mgn:StartCutover on .*\(denied by a policy\)/m,
    );
    expect(stdout).toContain('fail  alarms, landfall-prod-poller  → Look at the schedule.');
    expect(stdout).toMatch(/Mend what failed before you start a wave\.\n$/);
  });

  test('warns of what it may not look at, and goes on', async () => {
    here.answer('SimulatePrincipalPolicy', aQueryRefusal('AccessDenied', 'no simulation', 403));
    here.answer('DescribeAlarms', {
      status: 400,
      body: '{"__type":"AccessDeniedException","message":"no alarms"}',
    });
    const { code, stdout } = await landfall('deploy-check');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}warn +permissions +\d functions? +not checked: /m);
    expect(stdout).toMatch(/^ {2}warn +alarms +not checked: .*no alarms/m);
  });
});
