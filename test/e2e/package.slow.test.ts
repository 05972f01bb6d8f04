import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelHandlers } from '../../deploy/channels.ts';
import { readSettings } from '../../deploy/settings.ts';
import { loadDeployment } from '../../src/runtime/load-deployment.ts';
import { type Resolver, resolveDefinition } from '../../src/runtime/resolve-definition.ts';
import { rateMs } from '../../src/runtime/scheduler.ts';
import { functionsOf, isJson, type Json, listOf, readYaml } from '../workflows/asl.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const copy = mkdtempSync(join(tmpdir(), 'landfall-package-'));
const serverless = readYaml(join(root, 'serverless.yml'));
// One account, in the Region that is packaged for where none is named.
const deployment = `
apiVersion: landfall/v1
kind: Deployment
spec: { targets: [{ service: mgn, accountId: '111122223333', regions: [us-east-1] }] }
`;
interface Resource {
  readonly Type: string;
  readonly Properties: Json;
}
let resources: Readonly<Record<string, Resource>> = {};
const ofType = (type: string) =>
  Object.entries(resources).filter(([, resource]) => resource.Type === type);

beforeAll(async () => {
  for (const part of ['serverless.yml', 'package.json', 'scripts', 'src', 'deploy']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'deployment.yaml'), deployment);
  // No credentials, no settings but the file's, no way out: whatever asks for the network fails.
  const nowhere = 'http://127.0.0.1:9';
  const env = {
    PATH: process.env['PATH'],
    HOME: copy,
    HTTPS_PROXY: nowhere,
    HTTP_PROXY: nowhere,
    LANDFALL_DEPLOYMENT: 'deployment.yaml',
  };
  await run('npm', ['run', 'package'], { cwd: copy, env });
  const template = join(copy, '.serverless/cloudformation-template-update-stack.json');
  resources = (JSON.parse(readFileSync(template, 'utf8')) as { Resources: typeof resources })
    .Resources;
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

const place = {
  stage: 'prod',
  accountId: '111122223333',
  region: 'us-east-1',
  partition: 'aws',
};
const rehearsed = loadDeployment(join(root, 'serverless.yml'), place);

/** The first version of a machine: the one that a local deployment has. */
function versionArn(id: string): string | undefined {
  const [, machineId] = /^(\w+)Version$/.exec(id) ?? [];
  const machine = rehearsed.machines.find((one) => one.id === machineId);
  return machine === undefined ? undefined : `${machine.arn}:1`;
}

/** What CloudFormation puts in for references, with the ARNs of the rehearsed place. */
const resolver: Resolver = {
  ref: (id) =>
    ({ 'AWS::Partition': place.partition, 'AWS::Region': place.region })[id] ??
    rehearsed.machines.find((machine) => machine.id === id)?.arn ??
    versionArn(id) ??
    (id === 'Bus' ? rehearsed.buses[0] : undefined),
  attribute: (id, attribute) =>
    attribute === 'Arn'
      ? rehearsed.functions.find(({ name }) => targetOf(name)['Fn::GetAtt'][0] === id)?.arn
      : undefined,
};

/** The source pattern, schedule and targets of a rule, in the words of serverless.yml. */
const ruleOf = ({ Properties: rule }: Resource) => {
  const [target] = listOf(rule, 'Targets').filter(isJson);
  return {
    bus: rule['EventBusName'] ?? 'default',
    pattern: rule['EventPattern'],
    rate: rule['ScheduleExpression'],
    target: target?.['Arn'],
    input: target?.['Input'],
    retryPolicy: target?.['RetryPolicy'],
    deadLetters: target?.['DeadLetterConfig'],
  };
};

const deadLetters = { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } };
const missedTicks = { Arn: { 'Fn::GetAtt': ['MissedTicks', 'Arn'] } };
const targetOf = (name: string) => ({
  'Fn::GetAtt': [`${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`, 'Arn'],
});
const functions = functionsOf(serverless);

/** The rules that work; those of remedies stand by where the deployment file asks for none. */
function enabledRules() {
  return ofType('AWS::Events::Rule')
    .filter(([, { Properties }]) => Properties['State'] !== 'DISABLED')
    .map(([, rule]) => ruleOf(rule));
}

describe('the package', () => {
  test.each(rehearsed.machines)(
    'holds the machine $id as it was rehearsed',
    ({ id, definition }) => {
      const { Type: type, Properties: own } = resources[id] ?? { Type: '', Properties: {} };
      expect(type).toBe('AWS::StepFunctions::StateMachine');
      const text = resolveDefinition(own['DefinitionString'], resolver);
      expect(JSON.parse(String(text))).toEqual(definition);
    },
  );

  test('names its machines and buses as they were rehearsed', () => {
    const machines = ofType('AWS::StepFunctions::StateMachine').map(([id, { Properties }]) => ({
      id,
      name: Properties['StateMachineName'],
    }));
    expect(machines).toEqual(rehearsed.machines.map(({ id, name }) => ({ id, name })));
    const buses = ofType('AWS::Events::EventBus').map(([, { Properties }]) => Properties['Name']);
    expect(buses).toEqual(rehearsed.buses);
  });

  test('leaves no hole in a definition that CloudFormation would not fill', () => {
    const literal = ofType('AWS::StepFunctions::StateMachine').filter(
      ([, { Properties }]) => typeof Properties['DefinitionString'] === 'string',
    );
    expect(literal).toEqual([]);
  });

  test('holds the schedules that were rehearsed, with retries and dead letters besides', () => {
    const schedules = enabledRules().filter(({ rate }) => rate !== undefined);
    expect(
      schedules.map(({ rate, input, target }) => ({
        everyMs: rateMs(String(rate)),
        input: JSON.parse(String(input)),
        function: resolveDefinition(target, resolver),
      })),
    ).toEqual(
      rehearsed.schedules.map(({ everyMs, input, functionName }) => ({
        everyMs,
        input,
        function: rehearsed.functions.find(({ name }) => name === functionName)?.arn,
      })),
    );
    expect(schedules.map((schedule) => schedule.deadLetters)).toEqual([missedTicks, deadLetters]);
    expect(schedules.map((schedule) => schedule.retryPolicy)).toEqual([
      { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3600 },
    ]);
  });

  test('starts waves by the alias of the machine that was rehearsed', () => {
    const [[, alias] = []] = ofType('AWS::StepFunctions::StateMachineAlias');
    expect(alias?.Properties).toMatchObject({
      Name: 'live',
      RoutingConfiguration: [{ StateMachineVersionArn: { Ref: 'WaveVersion' }, Weight: 100 }],
    });
    const [[, poll] = []] = ofType('AWS::Lambda::Function');
    const variables = isJson(poll?.Properties['Environment'])
      ? poll.Properties['Environment']['Variables']
      : undefined;
    const started = isJson(variables) ? variables['LANDFALL_WAVE_MACHINE'] : undefined;
    const here: Resolver = {
      ...resolver,
      ref: (id) => (id === 'AWS::AccountId' ? place.accountId : resolver.ref(id)),
    };
    expect(resolveDefinition(started, here)).toBe(
      rehearsed.functions[0]?.environment['LANDFALL_WAVE_MACHINE'],
    );
    expect(resolveDefinition(started, here)).toBe(
      `${rehearsed.machines.find(({ id }) => id === 'Wave')?.arn}:live`,
    );
  });

  test('runs its schedules while there is a target, and only then', () => {
    const states = ofType('AWS::Events::Rule')
      .filter(([, { Properties }]) => 'ScheduleExpression' in Properties)
      .map(([id, { Properties }]) => [id, Properties['State']] as const);
    // The deployment file has no target of DRS to be drilled, asks for no remedies and allows no hooks.
    expect(states.map(([, state]) => state)).toEqual([
      ...['ENABLED', 'ENABLED'],
      ...['DISABLED', 'DISABLED', 'DISABLED'],
    ]);
    expect(states.slice(2).map(([id]) => id)).toEqual([
      expect.stringMatching(/sweep/i),
      expect.stringMatching(/remedy/i),
      expect.stringMatching(/hooks/i),
    ]);
    expect(readSettings({ environment: {} }).scheduleState).toBe('DISABLED');
  });

  test('holds the rules that were rehearsed, with dead letters besides', () => {
    const rules = enabledRules().filter(({ pattern }) => pattern !== undefined);
    expect(
      rules.map(({ bus, pattern, target }) => ({
        bus: resolveDefinition(bus, resolver),
        pattern: resolveDefinition(pattern, resolver),
        target: resolveDefinition(target, resolver),
      })),
    ).toEqual(
      rehearsed.rules.map(({ bus, pattern, targets: [target] }) => ({
        bus,
        pattern,
        target: rehearsed.functions.find(
          ({ name }) => target?.kind === 'function' && name === target.functionName,
        )?.arn,
      })),
    );
    expect(rules.map((rule) => rule.deadLetters)).toEqual(rules.map(() => deadLetters));
  });

  test('holds every function, for Node 24, with its bundle in its archive and nothing else', () => {
    const found = ofType('AWS::Lambda::Function').map(([id, { Properties }]) => {
      const { Handler: handler, Runtime: runtime, Code: code } = Properties;
      const archive = basename(String(isJson(code) ? code['S3Key'] : undefined));
      const held = Object.keys(unzipSync(readFileSync(join(copy, 'dist', archive))));
      return { id, runtime, handler, held };
    });
    const written = functions.map(([name, { handler }]) => ({
      id: targetOf(name)['Fn::GetAtt'][0],
      runtime: 'nodejs24.x',
      handler,
      held: [String(handler).replace(/handler$/, 'mjs')],
    }));
    expect(found).toEqual(written);
  });

  test('holds bundles that load without node_modules and export their handler', async () => {
    const away = mkdtempSync(join(tmpdir(), 'landfall-bundles-'));
    const archives = [
      ...functions.map(([, { package: own }]) => String((own as Json)['artifact'])),
      ...new Set(Object.values(channelHandlers).map((name) => `dist/${name}.zip`)),
    ];
    const bundles = archives.map((archive) => {
      const [bundle] = Object.values(unzipSync(readFileSync(join(copy, archive))));
      const file = join(away, basename(archive).replace('zip', 'mjs'));
      writeFileSync(file, bundle ?? '');
      return file;
    });
    const script = `
      for (const file of process.argv.slice(1)) {
        console.log(file, typeof (await import(file)).handler);
      }`;
    const env = {
      AWS_REGION: 'us-east-1',
      LANDFALL_TABLE: 'table',
      LANDFALL_BUS: 'bus',
      LANDFALL_TARGETS: 'mgn:111122223333:us-east-1',
      LANDFALL_ENDPOINT_MGN: '',
      LANDFALL_WAVE_MACHINE: 'arn:aws:states:us-east-1:111122223333:stateMachine:wave',
    };
    const flags = ['--input-type=module', '--eval', script];
    const { stdout } = await run(process.execPath, [...flags, ...bundles], { cwd: away, env });
    rmSync(away, { recursive: true });
    expect(stdout.trim().split('\n')).toEqual(bundles.map((file) => `${file} function`));
  });
});
