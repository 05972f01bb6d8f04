import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { functionLogicalId } from '../../src/runtime/deployment-names.ts';
import { DeploymentRefused, loadDeployment } from '../../src/runtime/load-deployment.ts';
import { LocalRuntime } from '../../src/runtime/local-runtime.ts';
import { ReferenceRefused, resolveDefinition } from '../../src/runtime/resolve-definition.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';

const place = {
  stage: 'test',
  accountId: '111122223333',
  region: 'eu-central-1',
  partition: 'aws',
};
const good = 'test/runtime/fixtures/good/serverless.yml';

function written(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'deployment-')), 'serverless.yml');
  writeFileSync(file, text);
  return file;
}

describe('a serverless.yml', () => {
  const deployment = loadDeployment(good, place);

  test('gives the functions with their environment resolved', () => {
    expect(deployment.functions).toEqual([
      {
        name: 'pollTarget',
        arn: 'arn:aws:lambda:eu-central-1:111122223333:function:fleet-test-pollTarget',
        handler: 'dist/poll-target.handler',
        maximumRetryAttempts: 2,
        environment: {
          STAGE: 'test',
          LEVEL: 'info',
          TABLE: 'fleet-test-state',
          BUS: 'fleet-events-test',
          WAVE: 'arn:aws:states:eu-central-1:111122223333:stateMachine:wave-test',
          SELF: 'fleet-test-state',
          QUEUE: 'arn:aws:sqs:eu-central-1:111122223333:fleet-test-Dead',
          ROOM: '12',
          MINE: 'arn:aws:mgn:eu-central-1:111122223333:x/wave-test',
        },
      },
      {
        name: 'react',
        arn: 'arn:aws:lambda:eu-central-1:111122223333:function:fleet-test-react',
        handler: 'dist/react.handler',
        maximumRetryAttempts: 1,
        environment: { STAGE: 'test', LEVEL: 'info' },
      },
    ]);
  });

  test('gives schedules and rules, without those that are switched off', () => {
    expect([deployment.schedules, deployment.rules, deployment.buses]).toEqual([
      [
        {
          name: 'pollTarget-schedule-1',
          functionName: 'pollTarget',
          everyMs: 60_000,
          input: { target: 'mgn' },
        },
      ],
      [
        {
          name: 'react-rule-1',
          bus: 'fleet-events-test',
          pattern: { source: [{ prefix: 'landfall.' }] },
          targets: [{ kind: 'function', functionName: 'react' }],
        },
        {
          name: 'react-rule-2',
          bus: 'default',
          pattern: {
            source: ['aws.states'],
            'detail-type': ['Step Functions Execution Status Change'],
            detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
          },
          targets: [{ kind: 'function', functionName: 'react' }],
        },
        {
          name: 'WaveStarts',
          bus: 'fleet-events-test',
          pattern: { 'detail-type': ['Wave Requested'] },
          targets: [
            {
              kind: 'state-machine',
              stateMachineArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:wave-test',
              input: [{ n: 1 }, { n: 2 }],
            },
          ],
        },
      ],
      ['fleet-events-test'],
    ]);
  });

  test('gives the machines with local ARNs in their definitions', () => {
    expect(deployment.machines.map(({ id, name, arn }) => ({ id, name, arn }))).toEqual([
      {
        id: 'Wave',
        name: 'wave-test',
        arn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:wave-test',
      },
      {
        id: 'Phase',
        name: 'phase-test',
        arn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:phase-test',
      },
    ]);
    expect(JSON.stringify(deployment.machines[1]?.definition)).toContain(
      '"FunctionName":"arn:aws:lambda:eu-central-1:111122223333:function:fleet-test-pollTarget"',
    );
  });

  test('takes stage, options and environment into account, and other partitions', () => {
    const china = loadDeployment(good, {
      ...place,
      partition: 'aws-cn',
      region: 'cn-north-1',
      environment: { LEVEL: 'debug' },
    });
    expect([china.functions[1]?.environment['LEVEL'], china.machines[0]?.arn]).toEqual([
      'debug',
      'arn:aws-cn:states:cn-north-1:111122223333:stateMachine:wave-test',
    ]);
  });

  test('is refused with all problems at once', () => {
    try {
      loadDeployment('test/runtime/fixtures/refused.yml', place);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof DeploymentRefused)) throw error;
      expect(error.problems.map((problem) => problem.split(': ')[0])).toEqual([
        'functions.poll.environment.TABLE',
        'functions.poll.events.0',
        'functions.poll.events.1',
        'functions.poll.events.1',
        'stepFunctions.stateMachines.wave',
        'resources.Pipe',
        'resources.Rule.other',
      ]);
    }
  });

  test.each([
    [
      'an unknown event of a function',
      'functions: { f: { handler: a.b, events: [{ sqs: q }] } }',
      /events/,
    ],
    [
      'an unknown field of a machine',
      'stepFunctions: { stateMachines: { w: { id: W, name: w, definition: {}, useExactVersion: true } } }',
      /useExactVersion/,
    ],
    [
      'a machine without an id',
      'stepFunctions: { stateMachines: { w: { name: w, definition: {} } } }',
      /id/,
    ],
    [
      'a variable without a value',
      "functions: { f: { handler: '${self:custom.x}' } }",
      /has no value/,
    ],
    ['a variable that refers to itself', "custom: { x: '${self:custom.x}' }", /refers to itself/],
    ['an unknown source of variables', "custom: { x: '${aws:nobody}' }", /has no value/],
    ['an unknown tag', 'custom: { x: !Teleport y }', /Teleport/],
  ])('%s is refused', (_, text, message) => {
    expect(() => loadDeployment(written(`service: s\n${text}\n`), place)).toThrow(message);
  });
});

describe('a queue that is switched off, and the rule that fills it', () => {
  const file = written(`service: s
functions:
  look:
    handler: a.b
    events: [{ sqs: { arn: !GetAtt Stages.Arn, enabled: false } }]
resources:
  Resources:
    Stages: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: 15 } }
    StagesRule:
      Type: AWS::Events::Rule
      Properties:
        EventPattern: { source: [x] }
        State: DISABLED
        Targets: [{ Id: queue, Arn: !GetAtt Stages.Arn }]
    Other:
      Type: AWS::Events::Rule
      Properties:
        EventPattern: { source: [y] }
        State: DISABLED
        Targets: [{ Id: other, Arn: !GetAtt LookLambdaFunction.Arn }]
`);

  test('are not there', () => {
    expect(loadDeployment(file, place)).toMatchObject({ queues: [], rules: [] });
  });

  test('are there where their function is switched on', () => {
    const { queues, rules } = loadDeployment(file, { ...place, switchedOn: ['look'] });
    expect(queues).toMatchObject([{ functionName: 'look', delaySeconds: 15 }]);
    expect(rules.map(({ name, targets }) => [name, targets])).toEqual([
      ['StagesRule', [{ kind: 'queue', queueArn: queues[0]?.arn }]],
    ]);
  });
});

describe('a module that serverless.yml includes', () => {
  function including(module: string, name = 'settings.cjs'): string {
    const file = written(
      `service: s\ncustom: { settings: '\${file(${name})}' }\nfunctions: { f: { handler: a.b, environment: { A: '\${self:custom.settings.text}' } } }\n`,
    );
    writeFileSync(join(dirname(file), name), module);
    return file;
  }
  const environmentOf = (file: string, environment = {}) =>
    loadDeployment(file, { ...place, environment }).functions[0]?.environment;

  test('is called with the stage, the Region and the environment that were given', () => {
    const file = including(
      'module.exports = ({ options, environment }) => ({ text: [options.stage, options.region, environment.X].join() });',
    );
    expect(environmentOf(file, { X: 'x' })).toEqual({ A: 'test,eu-central-1,x' });
  });

  test('may be a value, whose variables are replaced', () => {
    const file = including("module.exports = { text: 'in ${sls:stage}' };");
    expect(environmentOf(file)).toEqual({ A: 'in test' });
  });

  test('is called once, however often it is named', () => {
    const file = including(
      'let n = 0; module.exports = () => { n += 1; return { text: `call ${n}` }; };',
    );
    const twice = readFileSync(file, 'utf8').replace(
      ' } } }',
      ", B: '${self:custom.settings.text}' } } }",
    );
    writeFileSync(file, twice);
    expect(environmentOf(file)).toEqual({ A: 'call 1', B: 'call 1' });
  });

  test.each([
    ['throws', 'module.exports = () => { throw new Error("no such stage"); };', /no such stage/],
    ['answers later', 'module.exports = async () => ({ text: 1 });', /answers later/],
  ])('stops the reading where it %s', (_, module, message) => {
    expect(() => environmentOf(including(module))).toThrow(message);
  });

  test('must be one that can be read', () => {
    expect(() => environmentOf(including('', 'settings.toml'))).toThrow(
      /only YAML, JSON and \.cjs/,
    );
  });
});

describe('versions and aliases', () => {
  const machine = 'arn:aws:states:eu-central-1:111122223333:stateMachine:m';
  const deployed = (route: string) =>
    loadDeployment(
      written(
        [
          'service: s',
          'functions: { f: { handler: a.b, environment: { V: !Ref MVersion, A: !Ref MAlias } } }',
          'stepFunctions:',
          '  stateMachines:',
          '    m: { id: M, name: m, definition: { QueryLanguage: JSONata, StartAt: S, States: { S: { Type: Succeed } } } }',
          'resources:',
          '  - Resources:',
          '      MVersion: { Type: AWS::StepFunctions::StateMachineVersion, Properties: { StateMachineArn: !Ref M } }',
          '  - Resources:',
          '      MAlias:',
          '        Type: AWS::StepFunctions::StateMachineAlias',
          `        Properties: { Name: live, RoutingConfiguration: [${route}] }`,
        ].join('\n'),
      ),
      place,
    );
  const whole = '{ StateMachineVersionArn: !Ref MVersion, Weight: 100 }';

  test('are the ARN of their machine with what qualifies it', () => {
    const { functions, machines } = deployed(whole);
    expect(functions[0]?.environment).toEqual({ V: `${machine}:1`, A: `${machine}:live` });
    expect(machines.map(({ arn, aliases }) => ({ arn, aliases }))).toEqual([
      { arn: machine, aliases: ['live'] },
    ]);
  });

  test('an alias over two versions is refused', () => {
    const half = '{ StateMachineVersionArn: !Ref MVersion, Weight: 50 }';
    expect(() => deployed(`${half}, ${half}`)).toThrow(/one version/);
  });

  test('start the machine that they are of, and nothing else', async () => {
    const deployment = deployed(whole);
    const clock = new VirtualClock(0);
    const runtime = new LocalRuntime({
      ...place,
      deployment,
      clock,
      seed: 1,
      invoke: async () => ({}),
      world: { nextEventAt: () => undefined, advanceTo: () => {} },
    });
    const started = await Promise.all(
      [machine, `${machine}:1`, `${machine}:live`].map((arn, i) =>
        runtime.workflows.startExecution(arn, `e${i}`, {}),
      ),
    );
    expect(started).toEqual(
      [0, 1, 2].map((i) => ({
        executionArn: `${machine.replace('stateMachine', 'execution')}:e${i}`,
      })),
    );
    for (const other of [`${machine}:2`, `${machine}:dead`]) {
      await expect(runtime.workflows.startExecution(other, 'x', {})).rejects.toThrow(
        'no-such-machine',
      );
    }
  });
});

describe('references', () => {
  const resolver = {
    ref: (id: string) => (id === 'A' ? 'a' : undefined),
    attribute: (id: string, name: string) => (id === 'A' ? `a-${name}` : undefined),
  };

  test.each<[unknown, unknown]>([
    [{ x: [{ Ref: 'A' }, 1, null] }, { x: ['a', 1, null] }],
    [{ 'Fn::GetAtt': ['A', 'Arn'] }, 'a-Arn'],
    [{ 'Fn::GetAtt': 'A.Arn' }, 'a-Arn'],
    [{ 'Fn::Sub': '${A} ${A.Arn} ${!A}' }, 'a a-Arn ${A}'],
    [
      { 'Fn::Sub': ['{"r":"${given}"}', { given: { 'Fn::GetAtt': ['A', 'Arn'] } }] },
      '{"r":"a-Arn"}',
    ],
    [{ 'Fn::Join': [':', ['x', { Ref: 'A' }]] }, 'x:a'],
    [
      { Ref: 'A', Other: 1 },
      { Ref: 'A', Other: 1 },
    ],
  ])('%j is %j', (value, resolved) => {
    expect(resolveDefinition(value, resolver)).toEqual(resolved);
  });

  test.each([
    [{ Ref: 'B' }],
    [{ 'Fn::GetAtt': ['B', 'Arn'] }],
    [{ 'Fn::Sub': '${B}' }],
    [{ 'Fn::Select': [0, ['x']] }],
    [{ 'Fn::Join': [':', 'x'] }],
  ])('%j is refused', (value) => {
    expect(() => resolveDefinition(value, resolver)).toThrow(ReferenceRefused);
  });
});

test.each([
  ['pollTarget', 'PollTargetLambdaFunction'],
  ['poll-target', 'PollDashtargetLambdaFunction'],
  ['poll_target', 'PollUnderscoretargetLambdaFunction'],
])('the function %s has the logical id %s', (name, id) => {
  expect(functionLogicalId(name)).toBe(id);
});
